"""The whole road into a lake: the tables are those of the embedded file, whoever loads at once and whatever breaks meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from extractors.records import Feed
from flows.demo import DemoWire
from flows.settings import Settings
from tests import road_driver
from tests.lakes import empty_lake
from tests.postgres_server import Postgres
from tests.road_kills import settings_of
from tests.road_tables import CLOCKS, DERIVED, differences, rows_of
from warehouse.check import check
from warehouse.connection import reader
from warehouse.places import Warehouse
from warehouse.subscriptions import load_feeds

ALL = (
    *DERIVED,
    "main.entity_aliases",
    "main.feeds",
    "state.copy_clusters",
    "state.copy_postings",
    "state.entity_days",
    "state.fingerprints",
    "state.name_aliases",
    "state.name_uses",
    "state.pair_days",
    "state.search_documents",
    "state.search_postings",
    "state.search_words",
)


@dataclass(frozen=True)
class Histories:
    wire: DemoWire
    file: Settings
    lake: Settings


def lake_settings(postgres: Postgres, wire: DemoWire, folder: Path) -> Settings:
    return Settings(**{**settings_of(wire, folder / "home").model_dump(exclude_unset=True), **empty_lake(postgres, folder)})


def subscribed(settings: Settings, feeds: list[Feed]) -> None:
    with settings.warehouse.writer() as connection:
        load_feeds(connection, feeds)


def tables_in(warehouse: Warehouse, without: frozenset[str] = frozenset()) -> dict[str, list[str]]:
    with warehouse.snapshot() as connection:
        assert check(connection) == []
        return {table: rows_of(connection, table, without) for table in ALL}


def published(settings: Settings, without: frozenset[str] = frozenset()) -> dict[str, list[str]]:
    connection = reader(settings.home)
    try:
        assert check(connection) == []
        return {table: rows_of(connection, table, without) for table in ALL}
    finally:
        connection.close()


@pytest.fixture(scope="module")
def histories(postgres: Postgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Histories]:
    """Two days of the wire, polled into a file and into a lake."""
    with DemoWire(datetime.now(UTC)) as wire:
        file = settings_of(wire, tmp_path_factory.mktemp("file"))
        lake = lake_settings(postgres, wire, tmp_path_factory.mktemp("lake"))
        for settings in (file, lake):
            subscribed(settings, wire.feeds)
        for turn in (1, 2):
            wire.turn(turn)
            for settings in (file, lake):
                road_driver.ingest(settings, wire.now + timedelta(hours=26 * (turn - 1)))
        yield Histories(wire, file, lake)


def test_two_days_of_news_make_the_same_tables_in_a_lake_and_in_a_file(histories: Histories) -> None:
    in_file, in_lake = (tables_in(settings.warehouse, CLOCKS) for settings in (histories.file, histories.lake))

    assert differences(in_file, in_lake) == {}
    assert min(len(in_lake[table]) for table in ("articles", "revisions", "copies", "mentions", "quotes")) > 0


def test_the_copy_that_a_lake_publishes_is_the_copy_that_a_file_publishes(histories: Histories) -> None:
    from_file, from_lake = (published(settings, CLOCKS) for settings in (histories.file, histories.lake))

    assert differences(from_file, from_lake) == {}


def test_the_same_archive_makes_byte_equal_tables_in_both(postgres: Postgres, histories: Histories, tmp_path: Path) -> None:
    pages = tmp_path / "pages"
    pages.mkdir()
    for file in sorted(histories.file.archive_path.rglob("*.warc.gz")):
        (pages / f"{len(list(pages.iterdir()))}.warc.gz").write_bytes(file.read_bytes())
    file = settings_of(histories.wire, tmp_path / "file")
    lake = lake_settings(postgres, histories.wire, tmp_path / "lake")

    for settings in (file, lake):
        road_driver.import_saved(settings, [pages])

    assert differences(published(file), published(lake)) == {}
    assert len(published(lake)["articles"]) > 50


def test_a_rebuild_of_a_lake_gives_the_tables_that_were_there(histories: Histories) -> None:
    names = [name for name in ALL if not name.startswith("state.search")]  # numbered in the order of indexing
    before = tables_in(histories.lake.warehouse)

    road_driver.rebuild(histories.lake)

    after = tables_in(histories.lake.warehouse)
    assert differences({name: before[name] for name in names}, {name: after[name] for name in names}) == {}
