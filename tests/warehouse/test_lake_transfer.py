"""From a file to a lake: every row, once, whatever is cut off on the way; and the upkeep of what has arrived."""

from __future__ import annotations

from contextlib import closing, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from extractors.records import Batch, Feed
from tests.lakes import another_home, empty_lake, new_lake
from tests.postgres_server import Postgres
from tests.road_tables import rows_of
from tests.warehouse_samples import article, mentions_of, quotes_of
from warehouse.check import check
from warehouse.connection import reader, working_path, writer
from warehouse.errors import HalfMigrated, TargetTaken, WarehouseBusy, WarehouseMissing
from warehouse.lake import transfer as transferring
from warehouse.lake.care import take_care
from warehouse.lake.place import Lake, lake_at
from warehouse.lake.transfer import transfer
from warehouse.load import load
from warehouse.places import Warehouse
from warehouse.publish import publish
from warehouse.subscriptions import load_feeds

TABLES = ("articles", "captions", "mentions", "quotes", "revisions", "state.counters", "state.dirty_days", "feeds")


def filled(place: Path | Lake, numbers: range, minutes: float = 0) -> None:
    articles = [article(number, minutes=minutes) for number in numbers]
    batch = Batch(
        "run",
        tuple(articles),
        mentions=tuple(m for a in articles for m in mentions_of(a)),
        quotes=tuple(q for a in articles for q in quotes_of(a)),
    )
    with writer(place) if isinstance(place, Path) else place.writer() as connection:
        load(connection, batch)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    home = tmp_path / "home"
    filled(home, range(20))
    filled(home, range(3), minutes=5)
    with writer(home) as connection:
        load_feeds(connection, [Feed("https://vorn.example/feed", "vorn.example")])
    return home


@pytest.fixture
def lake(postgres: Postgres, tmp_path: Path, home: Path) -> Lake:
    return lake_at(home, **empty_lake(postgres, tmp_path))


def rows_in(warehouse: Warehouse) -> dict[str, list[str]]:
    with warehouse.snapshot() as connection:
        return {table: rows_of(connection, table) for table in TABLES}


def rows_in_file(home: Path) -> dict[str, list[str]]:
    with writer(home) as connection:
        return {table: rows_of(connection, table) for table in TABLES}


def test_a_lake_gets_every_row_of_the_file_once(home: Path, lake: Lake) -> None:
    told: list[int] = []

    report = transfer(home, lake, expect=lambda rows: told.append(-rows), advance=told.append)
    with pytest.raises(TargetTaken, match="empty database"):
        transfer(home, lake)

    assert rows_in(lake) == rows_in_file(home)
    assert sum(told) == 0
    assert {one.table: one.rows for one in report.tables}["main.articles"] == 20
    assert report.violations == ()


def test_a_transfer_cut_off_goes_on_and_the_lake_opens_for_nobody_else_before_it_is_done(
    home: Path, lake: Lake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transferring, "CHUNK_ROWS", 7)
    other = tmp_path / "other"
    filled(other, range(2))
    left = [3]

    def cut(_rows: int) -> None:
        left[0] -= 1
        if left[0] < 0:
            raise KeyboardInterrupt

    with suppress(KeyboardInterrupt):
        transfer(home, lake, advance=cut)
    with pytest.raises(HalfMigrated, match="run it again"), lake.writer():
        pass
    with pytest.raises(TargetTaken, match=str(working_path(home))):
        transfer(other, another_home(lake, "other"))
    report = transfer(home, lake)

    assert rows_in(lake) == rows_in_file(home)
    assert any(one.was_there for one in report.tables)


def test_what_was_loaded_between_two_attempts_arrives_too(home: Path, lake: Lake) -> None:
    def cut(_rows: int) -> None:
        raise KeyboardInterrupt

    with suppress(KeyboardInterrupt):
        transfer(home, lake, advance=cut)
    filled(home, range(18, 25), minutes=9)
    transfer(home, lake)

    assert rows_in(lake) == rows_in_file(home)


def test_two_transfers_at_once_are_one(home: Path, lake: Lake, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(transferring, "WAIT_SECONDS", 0.1)
    other = tmp_path / "other"
    filled(other, range(2))

    def again(_rows: int) -> None:
        for place, target in ((home, lake), (other, another_home(lake, "other"))):
            with pytest.raises(WarehouseBusy):
                transfer(place, target)

    transfer(home, lake, expect=again)

    assert rows_in(lake) == rows_in_file(home)


def test_there_must_be_a_file_to_copy(lake: Lake, tmp_path: Path) -> None:
    with pytest.raises(WarehouseMissing):
        transfer(tmp_path / "nowhere", lake)


# ------------------------------------------------------------------------------------------------ what readers get


def published(home: Path) -> dict[str, list[str]]:
    with closing(reader(home)) as connection:
        assert check(connection) == []
        found = {table: rows_of(connection, table) for table in (*TABLES, "state.search_postings", "state.entity_days")}
    found["state.counters"] = [row for row in found["state.counters"] if "lake_" not in row]
    return found


def test_each_machine_has_its_own_copy_and_brings_it_up_to_date(home: Path, lake: Lake) -> None:
    transfer(home, lake)
    publish(home)
    expected, elsewhere = published(home), another_home(lake, "elsewhere")

    lake.publish()
    here = published(home)
    filled(lake, range(19, 30), minutes=60)
    lake.publish()
    elsewhere.publish()

    assert here == expected
    assert published(home) == published(elsewhere.home)
    assert len(published(home)["articles"]) == 30


def test_upkeep_merges_files_expires_snapshots_and_deletes_orphans(home: Path, postgres: Postgres, tmp_path: Path) -> None:
    lake = new_lake(postgres, tmp_path)  # its files are nobody else's
    transfer(home, lake)
    for first in range(20, 65, 15):
        filled(lake, range(first, first + 15))
    folder = tmp_path / "files" / "main" / "articles"
    orphan = folder / "ducklake-orphan.parquet"
    orphan.write_bytes(next(folder.glob("*.parquet")).read_bytes())
    before, files = rows_in(lake), len(list(folder.glob("*.parquet")))

    report = take_care(replace(lake, snapshot_days=0), datetime.now(UTC) + timedelta(days=2))

    assert rows_in(lake) == before
    assert (files, len(list(folder.glob("*.parquet"))), orphan.exists()) == (5, 1, False)
    assert any("snapshots older than 0 days expired" in note for note in report.notes)
