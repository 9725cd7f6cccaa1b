"""What survives a killed run, and a lost catalog, in a lake: plans, imports, rechecks, and the tables themselves."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from flows.demo import DemoWire
from flows.settings import Settings
from tests import road_driver
from tests.commands import ended
from tests.flows.test_taken_up import BATCH_PAGES, BATCHES, FEEDS, dead_before
from tests.lake_histories import rows_of_all
from tests.lakes import empty_lake
from tests.postgres_server import Postgres
from tests.road_kills import settings_of
from tests.road_tables import CLOCKS, DERIVED, differences, rows_of
from warehouse.check import check
from warehouse.lake.place import Lake
from warehouse.planned import planned
from warehouse.subscriptions import load_feeds

TABLES = (*DERIVED, "state.rechecks", "state.entries", "state.lines")
WHEN = CLOCKS | {"due_at", "step", "last_seen_at", "run_id", "stories"}  # stories of a line are halved with time


@pytest.fixture(scope="module")
def wire() -> Iterator[DemoWire]:
    with DemoWire(datetime.now(UTC)) as wire:
        yield wire


def lake_settings(wire: DemoWire, postgres: Postgres, home: Path) -> Settings:
    home.mkdir(parents=True, exist_ok=True)
    plain = settings_of(wire, home, BATCH_PAGES).model_dump(exclude_unset=True)
    return Settings(**{**plain, **empty_lake(postgres, home)})


def rows_in(settings: Settings) -> dict[str, list[str]]:
    with settings.warehouse.snapshot() as connection:
        assert check(connection) == []
        return {table: rows_of(connection, table, WHEN) for table in TABLES}


def subscribed(settings: Settings, wire: DemoWire) -> None:
    with settings.warehouse.writer() as connection:
        load_feeds(connection, wire.feeds[:FEEDS])


@pytest.fixture(scope="module")
def cut(wire: DemoWire, postgres: Postgres, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A lake into which a run polled that died twice, and was taken up."""
    settings = lake_settings(wire, postgres, tmp_path_factory.mktemp("cut"))
    subscribed(settings, wire)
    for turn in (2, 3):
        with pytest.raises(SystemExit):
            road_driver.ingest(settings, wire.now, dead_before("load", turn))
        with settings.warehouse.snapshot() as connection:
            assert planned(connection) != []
    road_driver.ingest(settings, wire.now)
    return settings


@pytest.fixture(scope="module")
def file(wire: DemoWire, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The same in a file, undisturbed."""
    settings = settings_of(wire, tmp_path_factory.mktemp("file"), BATCH_PAGES)
    subscribed(settings, wire)
    road_driver.ingest(settings, wire.now)
    return settings


def test_a_dead_run_is_taken_up_in_its_batches_and_comes_to_the_tables_of_a_file(cut: Settings, file: Settings) -> None:
    assert differences(rows_in(file), rows_in(cut)) == {}
    with cut.warehouse.snapshot() as connection:
        assert planned(connection) == []


def test_an_import_goes_on_behind_its_last_load(wire: DemoWire, file: Settings, postgres: Postgres, tmp_path: Path) -> None:
    undisturbed = settings_of(wire, tmp_path / "file", BATCH_PAGES)
    road_driver.import_saved(undisturbed, [file.archive_path])
    settings = lake_settings(wire, postgres, tmp_path / "lake")
    with pytest.raises(SystemExit):
        road_driver.import_saved(settings, [file.archive_path], dead_before("load", 3))

    again = road_driver.import_saved(settings, [file.archive_path])

    assert len(again) == BATCHES - 2
    assert differences(rows_in(undisturbed), rows_in(settings)) == {}


def test_silent_edits_are_found_by_rechecks_and_upkeep_changes_no_row(cut: Settings, file: Settings, wire: DemoWire) -> None:
    wire.turn(2)
    for settings in (file, cut):
        road_driver.ingest(settings, wire.now + timedelta(hours=26))
    before = rows_in(cut)

    road_driver.maintain(cut)

    assert rows_in(cut) == before
    assert differences(rows_in(file), before) == {}
    assert any("'revision': 1" in row for row in before["revisions"])


def test_a_lost_catalog_comes_back_from_the_read_copy(
    cut: Settings, postgres: Postgres, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    before, copy = rows_in(cut), rows_of_all(cut.home)
    for name, value in (("HOME", cut.home), ("DATA_PATH", cut.data_path), ("CATALOG", cut.catalog)):
        monkeypatch.setenv(f"NEWSLOOM_{name}", str(value))

    refused = ended("restore")
    monkeypatch.setenv("NEWSLOOM_DATA_PATH", str(tmp_path / "files"))
    catalog = postgres.database("after_the_loss")
    monkeypatch.setenv("NEWSLOOM_CATALOG", catalog)
    done = ended("restore")

    told = " ".join("".join(capsys.readouterr()).split())
    assert (refused, done) == (1, 0), told
    assert "it holds something already" in told
    assert "newsloom rebuild --since" in told
    restored = cut.model_copy(update={"catalog": catalog, "data_path": str(tmp_path / "files")})
    assert rows_in(restored) == before
    assert not (cut.home / ".restore").exists()
    assert isinstance(restored.warehouse, Lake)
    assert restored.warehouse.publish().is_anew, "the copy shows another lake"
    again = rows_of_all(cut.home)
    assert {name for name in copy if again[name] != copy[name]} <= {"state.counters"}  # which lake it shows
