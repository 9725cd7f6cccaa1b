"""The whole road with a lake's files in an object store: a real one on loopback, which checks the signature of each request."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from flows.demo import DemoWire
from flows.settings import Settings
from tests import road_driver
from tests.commands import ended
from tests.lake_histories import rows_of_all
from tests.lakes import another_home
from tests.object_store import ObjectStore
from tests.postgres_server import Postgres
from tests.road_kills import settings_of
from tests.road_tables import CLOCKS, differences, rows_of
from warehouse.check import check
from warehouse.connection import reader
from warehouse.errors import CatalogRefused, StoreUnreachable, WarehouseError, WarehouseUnreachable
from warehouse.lake.care import take_care
from warehouse.lake.opening import forget_instances
from warehouse.lake.place import Lake
from warehouse.places import Warehouse
from warehouse.subscriptions import load_feeds

TABLES = (
    "articles",
    "revisions",
    "copies",
    "mentions",
    "quotes",
    "state.fingerprints",
    "state.entity_days",
    "state.search_words",
)
FEEDS = 4


@pytest.fixture(scope="module")
def keys(object_store: ObjectStore) -> Iterator[None]:
    """What an operator sets on each machine, and the bucket that he makes."""
    object_store.make_bucket("newsroom")
    with pytest.MonkeyPatch.context() as patch:
        for name, value in object_store.environment.items():
            patch.setenv(name, value)
        forget_instances()
        yield
    forget_instances()


@pytest.fixture(scope="module")
def wire() -> Iterator[DemoWire]:
    with DemoWire(datetime.now(UTC)) as wire:
        yield wire


@pytest.fixture(scope="module")
def settings(postgres: Postgres, keys: None, wire: DemoWire, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A lake in the store, into which a wire has been polled, and edits a day later."""
    plain = settings_of(wire, tmp_path_factory.mktemp("one")).model_dump(exclude_unset=True)
    made = Settings(**{**plain, "catalog": postgres.database("on_a_store"), "data_path": "s3://newsroom/lake"})
    polled(made, wire)
    return made


def polled(settings: Settings, wire: DemoWire) -> None:
    with settings.warehouse.writer() as connection:
        load_feeds(connection, wire.feeds[:FEEDS])
    road_driver.ingest(settings, wire.now)


def lake_of(settings: Settings) -> Lake:
    assert isinstance(settings.warehouse, Lake)
    return settings.warehouse


def rows_in(warehouse: Warehouse) -> dict[str, list[str]]:
    with warehouse.snapshot() as connection:
        assert check(connection) == []
        return {table: rows_of(connection, table, CLOCKS) for table in TABLES}


def once_it_answers(warehouse: Warehouse) -> dict[str, list[str]]:
    """Wait until a store that was begun again reads its volumes: its door is open before."""
    give_up_at = time.monotonic() + 60
    while True:
        try:
            return rows_in(warehouse)
        except WarehouseUnreachable:
            if time.monotonic() > give_up_at:
                raise
            time.sleep(0.5)


def objects(lake: Lake) -> set[str]:
    with lake.reading() as connection:
        return {name for (name,) in connection.execute("SELECT file FROM glob('s3://newsroom/lake/**')").fetchall()}


def test_the_tables_in_a_store_are_those_of_a_file(settings: Settings, wire: DemoWire, tmp_path: Path) -> None:
    file = settings_of(wire, tmp_path)
    polled(file, wire)

    assert differences(rows_in(file.warehouse), rows_in(settings.warehouse)) == {}
    assert len(rows_in(settings.warehouse)["articles"]) > 10


def test_another_machine_publishes_what_this_one_loaded(settings: Settings) -> None:
    elsewhere = another_home(lake_of(settings), "two")

    elsewhere.publish()

    assert rows_of_all(elsewhere.home) == rows_of_all(settings.home)
    with closing(reader(elsewhere.home)) as news:
        assert news.execute("SELECT count(*) > 0 FROM search('council OR harbour OR water')").fetchall() == [(True,)]


def test_a_copied_catalog_over_the_same_store_is_refused_until_it_takes_over(settings: Settings, postgres: Postgres) -> None:
    forget_instances()  # a database that somebody is connected to cannot be copied
    copied = postgres.database("copied_on_a_store", "on_a_store")
    copy = lake_of(settings.model_copy(update={"catalog": copied}))

    with pytest.raises(CatalogRefused, match="another copy of this catalog"):
        copy.compact()
    copy.take_over()
    with copy.writer(), pytest.raises(CatalogRefused, match="another copy of this catalog"):
        lake_of(settings).compact()
    lake_of(settings).take_over()

    assert "s3://newsroom/lake/newsloom-lake.json" in objects(lake_of(settings))


@pytest.mark.parametrize(
    ("variable", "value", "said"),
    [
        ("NEWSLOOM_DATA_PATH", "s3://no-such-bucket/lake", "the object store has no such bucket"),
        ("AWS_SECRET_ACCESS_KEY", "another-beacon", "the object store refuses the keys"),
        ("AWS_ACCESS_KEY_ID", "nobody", "the object store refuses the keys"),
        ("AWS_ENDPOINT_URL", "http://127.0.0.1:9", "the object store does not answer"),
    ],
)
def test_a_store_that_refuses_us_is_told_before_a_lake_is_made(
    postgres: Postgres,
    settings: Settings,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    variable: str,
    value: str,
    said: str,
) -> None:
    name = f"refused_{variable.lower()}"
    for setting, to in (("HOME", tmp_path), ("CATALOG", postgres.database(name)), ("DATA_PATH", "s3://newsroom/other")):
        monkeypatch.setenv(f"NEWSLOOM_{setting}", str(to))
    monkeypatch.setenv(variable, value)
    forget_instances()  # keys are read once a process

    code = ended("setup", "lake")

    printed = "".join(capsys.readouterr())
    assert (code, said in printed) == (1, True), printed
    assert "beacon" not in printed
    forget_instances()
    assert postgres.sql("SELECT count(*) FROM pg_tables WHERE tablename LIKE 'ducklake%'", name) == "0"


def test_a_store_that_is_away_fails_a_load_and_loses_nothing(
    settings: Settings, wire: DemoWire, object_store: ObjectStore
) -> None:
    rows = rows_in(settings.warehouse)
    wire.turn(2)
    object_store.stop()
    try:
        with pytest.raises(WarehouseError) as failed:
            road_driver.ingest(settings, wire.now + timedelta(hours=26))
        with pytest.raises(StoreUnreachable), replace(lake_of(settings), patience_seconds=3600.0).writer():  # DuckDB has waited
            pass
    finally:
        object_store.start()
    assert isinstance(failed.value, WarehouseUnreachable), failed.value
    assert once_it_answers(settings.warehouse)["articles"] == rows["articles"]

    road_driver.ingest(settings, wire.now + timedelta(hours=26))

    assert len(rows_in(settings.warehouse)["revisions"]) > len(rows["revisions"])


def test_upkeep_merges_expires_and_deletes_in_the_store(settings: Settings) -> None:
    lake, later = lake_of(settings), datetime.now(UTC) + timedelta(days=3)
    before, rows = objects(lake), rows_in(settings.warehouse)
    with lake.writer() as connection:
        connection.execute("COPY (SELECT 1) TO 's3://newsroom/lake/main/articles/orphan.parquet'")

    take_care(replace(lake, snapshot_days=1), later, grace=timedelta(0))

    after = objects(lake)
    assert before - after, "files that were merged or written anew"
    assert not any("orphan" in name for name in after)
    assert rows_in(settings.warehouse) == rows
    lake.publish()
    with closing(reader(settings.home)) as news:
        assert rows_of(news, "articles", CLOCKS) == rows["articles"]
