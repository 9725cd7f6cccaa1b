"""One folder, one catalog: copies of a catalog are told apart, and only one of them writes."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.lakes import empty_lake
from tests.postgres_server import Postgres
from warehouse.errors import CatalogRefused
from warehouse.lake.care import take_care
from warehouse.lake.mark import FILE
from warehouse.lake.opening import forget_instances
from warehouse.lake.place import Lake, lake_at


@pytest.fixture
def lake(postgres: Postgres, tmp_path: Path) -> Lake:
    return made_of(postgres, tmp_path)


def made_of(postgres: Postgres, folder: Path) -> Lake:
    home = folder / "home"
    home.mkdir(parents=True)
    made = replace(lake_at(home, **empty_lake(postgres, folder)), patience_seconds=0)
    filled(made, "2026-11-01")
    return made


def filled(lake: Lake, day: str) -> None:
    """Write a file of a hundred rows."""
    with lake.writer() as connection:
        connection.execute("INSERT INTO state.dirty_days SELECT ?::DATE + n::INTEGER FROM range(100) AS days (n)", [day])


def rows_in(lake: Lake) -> int:
    with lake.reading() as connection:
        return int(connection.execute("SELECT count(*) FROM state.dirty_days").fetchall()[0][0])


def database_of(lake: Lake) -> str:
    return lake.address.conninfo.split()[0].removeprefix("dbname=")


def copy_of(lake: Lake, postgres: Postgres, name: str) -> Lake:
    """Bring a dump of the catalog back in another database, over the same folder."""
    catalog = postgres.copied(f"{database_of(lake)}_{name}", database_of(lake))
    home = lake.home.with_name(name)
    home.mkdir()
    return replace(lake_at(home, catalog, lake.address.data_path), patience_seconds=0)


def mark_of(lake: Lake) -> Path:
    return Path(str(lake.address.data_path)) / FILE


def upkeep(lake: Lake) -> None:
    take_care(replace(lake, snapshot_days=0), datetime.now(UTC) + timedelta(days=3))


def test_a_copied_catalog_over_the_same_files_deletes_none_of_them(lake: Lake, postgres: Postgres) -> None:
    copy = copy_of(lake, postgres, "copy")
    filled(lake, "2027-03-01")

    with pytest.raises(CatalogRefused, match=r"another copy of this catalog.*--take-over"):
        upkeep(copy)
    with pytest.raises(CatalogRefused, match="another copy of this catalog"):
        filled(copy, "2028-03-01")

    upkeep(lake)
    assert (rows_in(lake), rows_in(copy)) == (200, 100), "readers are not held up"


def test_a_restored_catalog_takes_the_files_over_and_locks_the_other_out(lake: Lake, postgres: Postgres) -> None:
    restored = copy_of(lake, postgres, "restored")

    restored.take_over()

    filled(restored, "2027-03-01")
    upkeep(restored)
    assert rows_in(restored) == 200
    with pytest.raises(CatalogRefused, match="another copy of this catalog"):
        upkeep(lake)


def test_another_lake_takes_over_nothing(lake: Lake, postgres: Postgres, tmp_path: Path) -> None:
    other = made_of(postgres, tmp_path / "other")
    forget_instances()
    postgres.sql(f"UPDATE ducklake_metadata SET value = '{lake.address.data_path}' WHERE key = 'data_path'", database_of(other))
    postgres.sql("UPDATE ducklake_schema SET schema_uuid = gen_random_uuid() WHERE schema_id = 0", database_of(other))
    moved = replace(other, address=lake_at(other.home, f"postgres:{other.address.conninfo}", lake.address.data_path).address)

    for attempt in (moved.take_over, lambda: upkeep(moved)):
        with pytest.raises(CatalogRefused, match="belong to another lake"):
            attempt()


def test_a_lake_of_before_is_marked_by_its_next_writer_and_not_by_readers(lake: Lake, tmp_path: Path, postgres: Postgres) -> None:
    mark = mark_of(lake)
    before = mark.read_text()
    mark.unlink()
    copy = copy_of(lake, postgres, "late")

    assert rows_in(lake) == 100
    assert not mark.exists()
    filled(lake, "2027-03-01")
    assert mark.read_text() == before
    with pytest.raises(CatalogRefused, match="another copy of this catalog"):
        upkeep(copy)


def test_a_folder_that_is_not_mounted_is_not_marked(lake: Lake, tmp_path: Path) -> None:
    folder = mark_of(lake).parent
    folder.rename(tmp_path / "elsewhere")
    folder.mkdir()

    with pytest.raises(CatalogRefused, match=r"none of the . files of this lake: it must be the same storage"):
        filled(lake, "2027-03-01")

    assert list(folder.iterdir()) == []


def test_a_mark_that_says_nothing_is_refused(lake: Lake) -> None:
    for text in ("", "{}", "[1]", "\0", '{"lake": 1'):
        mark_of(lake).write_text(text)

        with pytest.raises(CatalogRefused, match="delete it if only one catalog uses this folder"):
            filled(lake, "2027-03-01")


def test_a_server_whose_number_may_not_be_asked_for_is_told_by_the_database(lake: Lake, tmp_path: Path) -> None:
    mark = mark_of(lake)
    told = json.loads(mark.read_text())
    mark.write_text(json.dumps({**told, "server": "-"}))

    filled(lake, "2027-03-01")
    mark.write_text(json.dumps({**told, "server": "-", "number": "1"}))

    with pytest.raises(CatalogRefused, match="another copy"):
        filled(lake, "2028-03-01")


def test_a_lake_is_not_made_in_the_folder_of_one_that_has_no_files_yet(lake: Lake, postgres: Postgres) -> None:
    second = lake_at(lake.home, postgres.database("second"), lake.address.data_path)
    for file in mark_of(lake).parent.rglob("*.parquet"):
        file.unlink()

    with pytest.raises(CatalogRefused, match=f"belongs to the lake of the database lake_.*delete {FILE} there"), second.writer():
        pass

    assert not second.is_there()
