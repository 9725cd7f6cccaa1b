"""What an operator may write for a catalog, what is refused, and that no secret is ever told."""

from __future__ import annotations

import socket
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from tests.lakes import another_home, new_lake
from tests.postgres_server import Postgres
from warehouse.errors import (
    CatalogRefused,
    ExtensionMissing,
    WarehouseBusy,
    WarehouseDamaged,
    WarehouseError,
    WarehouseMissing,
    WarehouseNewer,
)
from warehouse.lake import extensions
from warehouse.lake.catalog import connecting, conninfo_of, masked
from warehouse.lake.errors import translated
from warehouse.lake.opening import cursor_of, data_path_of
from warehouse.lake.place import Lake, lake_at


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("postgres:dbname=news host=db.example", "dbname=news host=db.example"),
        ("  postgres: dbname = 'news room'  ", "dbname = 'news room'"),
        ("postgres:postgresql://etl@db.example/news", "postgresql://etl@db.example/news"),
        ("postgresql://etl@db.example:5433/news?sslmode=require", "postgresql://etl@db.example:5433/news?sslmode=require"),
        ("postgres://etl@db.example/news", "postgres://etl@db.example/news"),
    ],
)
def test_a_catalog_is_a_connection_string_or_an_address(written: str, meant: str) -> None:
    assert conninfo_of(written) == meant


@pytest.mark.parametrize(
    "written",
    [
        "postgres:dbname=news password=hunter2",
        "postgres:dbname=news PASSWORD = 'hunter2 \\' x'",
        "postgresql://etl:hunter2@db.example/news",
        "postgres:postgresql://etl@db.example/news?password=hunter2",
        "postgres:dbname=news sslpassword=hunter2",
    ],
)
def test_a_password_in_a_catalog_is_refused_and_not_repeated(written: str) -> None:
    with pytest.raises(CatalogRefused, match="PGPASSWORD") as refused:
        conninfo_of(written)

    assert "hunter2" not in str(refused.value)


@pytest.mark.parametrize(
    "written", ["", "postgres:", "sqlite:news.db", "dbname=news", "postgres:news", "postgres:dbname='news", "://"]
)
def test_what_names_no_catalog_is_refused(written: str) -> None:
    with pytest.raises(CatalogRefused):
        conninfo_of(written)


def test_secrets_of_the_environment_are_masked_wherever_they_stand(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGPASSWORD", "lantern-7")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "k3y/with+signs")

    told = masked("could not connect with lantern-7 and SECRET 'k3y/with+signs' to postgresql://etl:other@db/news password='a b'")

    assert told == "could not connect with … and SECRET '…' to postgresql://etl:…@db/news password=…"


@pytest.mark.parametrize("conninfo", ["dbname=news connect_timeout=3", "postgresql://etl@db/news?connect_timeout=3"])
def test_connections_say_who_they_are_and_what_the_operator_said_stands(conninfo: str) -> None:
    told = connecting(conninfo)

    assert told.startswith(conninfo)
    assert told.count("connect_timeout") == 1
    assert "newsloom" in told


def test_a_data_path_is_absolute_or_an_address(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)

    assert data_path_of("files") == f"{tmp_path}/files/"
    assert data_path_of("s3://bucket/news") == "s3://bucket/news/"
    assert data_path_of(None) is None


# ------------------------------------------------------------------------------------------------ the server


def opening(lake: Lake) -> str:
    with pytest.raises(WarehouseError) as refused, lake.writer(lock_timeout_seconds=0):
        pass
    assert Postgres.PASSWORD not in repr(refused.value)
    return f"{type(refused.value).__name__}: {refused.value}"


@pytest.fixture
def lake(postgres: Postgres, tmp_path: Path) -> Lake:
    return new_lake(postgres, tmp_path, patience_seconds=0)


def test_a_wrong_password_is_told_without_repeating_it(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGPASSWORD", "not-the-lantern")

    told = opening(lake)

    assert told.startswith("CatalogRefused")
    assert "password authentication failed" in told
    assert "not-the-lantern" not in told


def test_a_user_or_a_database_that_is_not_there_is_named(lake: Lake) -> None:
    for old, new, name in (("user=news", "user=olt", "olt"), ("dbname=lake", "dbname=pond", "pond")):
        told = opening(replace(lake, address=replace(lake.address, conninfo=lake.address.conninfo.replace(old, new))))

        assert told.startswith("CatalogRefused")
        assert name in told


def test_a_host_that_is_not_there_is_refused_at_once(tmp_path: Path, postgres: Postgres) -> None:
    assert opening(lake_at(tmp_path, "postgres:dbname=news host=nowhere.invalid")).startswith("CatalogRefused")


def test_a_server_that_is_down_is_waited_for_and_then_told(tmp_path: Path, postgres: Postgres) -> None:
    with closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))  # bound and not listening: connections are refused
        address = f"postgres:dbname=news host=127.0.0.1 port={taken.getsockname()[1]}"

        told = opening(replace(lake_at(tmp_path, address), patience_seconds=0.3))

    assert told.startswith("WarehouseUnreachable")
    assert "refused" in told


# ------------------------------------------------------------------------------------------------ the lake


def test_a_lake_is_not_made_without_a_data_path(lake: Lake) -> None:
    told = opening(replace(lake, address=replace(lake.address, data_path=None)))

    assert "NEWSLOOM_DATA_PATH" in told


def test_a_data_path_that_cannot_be_made_is_refused(lake: Lake, tmp_path: Path) -> None:
    (tmp_path / "note").write_text("no folder")

    told = opening(replace(lake, address=replace(lake.address, data_path=f"{tmp_path}/note/files/")))

    assert told.startswith("WarehouseReadOnly")


def test_reading_a_lake_that_is_not_there_makes_none(lake: Lake, postgres: Postgres) -> None:
    with pytest.raises(WarehouseMissing), lake.snapshot():
        pass

    database = lake.address.conninfo.split()[0].removeprefix("dbname=")
    assert postgres.sql("SELECT count(*) FROM pg_tables WHERE tablename LIKE 'ducklake%'", database) == "0"


def test_a_lake_is_made_once_and_found_again_without_its_data_path(lake: Lake) -> None:
    with lake.writer() as connection:
        connection.execute("INSERT INTO state.dirty_days VALUES (DATE '2026-11-22')")
    elsewhere = replace(another_home(lake, "elsewhere"), address=replace(lake.address, data_path=None))

    with elsewhere.snapshot() as connection:
        assert connection.execute("SELECT count(*) FROM state.dirty_days").fetchall() == [(1,)]


def test_another_data_path_than_the_lakes_own_is_refused(lake: Lake, tmp_path: Path) -> None:
    with lake.writer():
        pass

    told = opening(replace(lake, address=replace(lake.address, data_path=f"{tmp_path}/others/")))

    assert told.startswith("CatalogRefused")
    assert f"{tmp_path}/files/" in told


def test_a_data_file_that_is_gone_is_told(lake: Lake, tmp_path: Path) -> None:
    with lake.writer() as connection:
        connection.execute("INSERT INTO state.dirty_days SELECT DATE '2026-11-22' + n::INTEGER FROM range(100) AS days (n)")
    for file in (tmp_path / "files").rglob("*.parquet"):
        file.unlink()

    with pytest.raises(WarehouseDamaged, match="the same storage on every machine") as told, lake.snapshot() as connection:
        connection.execute("FROM state.dirty_days").fetchall()

    assert f"{tmp_path}/files/state/dirty_days/" in str(told.value), "which file it is"


def test_a_lake_is_not_made_where_another_keeps_its_files(lake: Lake, postgres: Postgres, tmp_path: Path) -> None:
    with lake.writer() as connection:
        connection.execute("INSERT INTO state.dirty_days SELECT DATE '2026-11-22' + n::INTEGER FROM range(100) AS days (n)")
    other = new_lake(postgres, tmp_path, "other", patience_seconds=0)

    told = opening(other)

    assert told.startswith("CatalogRefused")
    assert f"{tmp_path}/files/ holds Parquet files already" in told
    assert not other.is_there()


def test_a_lake_of_a_newer_newsloom_is_left_alone(lake: Lake) -> None:
    with lake.writer() as connection:
        connection.execute("INSERT INTO state.schema_migrations VALUES (999, '0999_future.sql', 'x', now())")

    with pytest.raises(WarehouseNewer, match="0999_future"), lake.writer():
        pass


def test_a_lake_of_a_newer_ducklake_is_left_alone(lake: Lake, postgres: Postgres) -> None:
    with lake.writer():
        pass
    database = lake.address.conninfo.split()[0].removeprefix("dbname=")
    postgres.sql("UPDATE ducklake_metadata SET value = '9.9' WHERE key = 'version'", database)

    told = opening(replace(lake, address=replace(lake.address, memory_limit="1GB")))  # another instance: it attaches anew

    assert told.startswith("WarehouseNewer")


def test_a_writer_who_waits_is_told_who_writes(lake: Lake) -> None:
    with (
        lake.writer(),
        pytest.raises(WarehouseBusy, match=f"newsloom {socket.gethostname()[:30]}"),
        lake.writer(lock_timeout_seconds=0.1),
    ):
        pass


def test_a_missing_extension_says_what_to_do(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extensions, "wheel_of", lambda _name: None)
    monkeypatch.setenv("HOME", "/nonexistent")

    with (
        pytest.raises(ExtensionMissing, match=r"requirements/lake\.lock") as missing,
        replace(lake, address=replace(lake.address, memory_limit="900MB")).writer(),
    ):
        pass

    assert missing.value.item == "ducklake"


def test_an_object_stores_keys_come_from_the_environment_and_stay_out_of_sight(
    lake: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in (("ACCESS_KEY_ID", "AKNEWS"), ("SECRET_ACCESS_KEY", "k3y's/own"), ("ENDPOINT_URL", "http://127.0.0.1:9")):
        monkeypatch.setenv(f"AWS_{name}", value)
    address = replace(lake.address, data_path="s3://bucket/news/")

    with closing(cursor_of(address)) as connection:
        told = connection.execute("SELECT name, type, secret_string FROM duckdb_secrets()").fetchall()
        with connection.cursor() as other, pytest.raises(WarehouseError) as refused, translated(address.name):
            other.execute("FROM read_parquet('s3://bucket/news/none.parquet')")

    assert [(name, kind) for name, kind, _ in told] == [("newsloom_store", "s3")]
    assert "endpoint=127.0.0.1:9" in told[0][2]
    assert "k3y" not in told[0][2] + str(refused.value)
