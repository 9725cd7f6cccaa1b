"""A lake's address in, connections to it out: extensions loaded, secrets given, migrated.

A process keeps one DuckDB instance a lake and hands out cursors of it: loading the extensions checks the signatures of 76 MB,
which takes 0.35 CPU-seconds, and a run opens its warehouse a dozen times.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import duckdb

from warehouse.errors import CatalogRefused, HalfMigrated, WarehouseMissing, WarehouseReadOnly
from warehouse.interrupts import closed
from warehouse.lake.catalog import connecting, masked
from warehouse.lake.errors import translated
from warehouse.lake.extensions import OF_LAKES, OF_OBJECT_STORES, load_extensions
from warehouse.lake.mark import FILE, check_mark, mark_in
from warehouse.migrate import Dialect, has_table, migrate

NAME = "news"
"""The catalog name in every connection, as in the published copy: queries read the same everywhere."""
METADATA = f"__ducklake_metadata_{NAME}"
"""The name under which DuckLake attaches the catalog's tables themselves."""
INLINED_ROWS = 10
"""Rows up to which an insert goes into PostgreSQL instead of a Parquet file of its own: counters and runs, never articles.
With 1,000, commits of articles come to a fifth."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where a lake is. No part of it is a secret."""

    conninfo: str  # without a password
    data_path: str | None = None  # folder or s3://…; null = as the catalog says
    spill: Path | None = None  # folder for what does not fit in memory
    memory_limit: str = "2GB"

    @property
    def name(self) -> str:
        """Say it to people."""
        return masked(f"lake at {self.conninfo}")


@lru_cache(maxsize=8)
def _instance(address: Address, _process: int) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(
        ":memory:",
        config={
            "autoinstall_known_extensions": "false",  # a missing extension would become a slow, misleading download
            "autoload_known_extensions": "false",
            "memory_limit": address.memory_limit,
            "temp_directory": str(address.spill) if address.spill else "",
        },
    )
    load_extensions(connection, OF_LAKES)
    if is_object_store(address.data_path):
        load_extensions(connection, OF_OBJECT_STORES)
        connection.execute(_secret_of(dict(os.environ)))
    return connection


def cursor_of(address: Address) -> duckdb.DuckDBPyConnection:
    """Return a new connection of this process's instance, in UTC; the caller closes it."""
    cursor = _instance(address, os.getpid()).cursor()  # never one of the process that forked us
    cursor.execute("SET TimeZone = 'UTC'")
    return cursor


def forget_instances() -> None:
    """Begin anew with the next connection: after an error nobody knows what state the old ones are in."""
    _instance.cache_clear()


@contextmanager
def opened(
    address: Address, *, writes: bool, allow_half: bool = False, takes_over: bool = False
) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open the lake; whoever writes holds the writer's place.

    Args:
        address: Of the lake.
        writes: Make it where there is none, and bring it to this version.
        allow_half: Open it though a migration to it has not finished: for the migration.
        takes_over: From now on this catalog owns the files, and the copy of it that did so before is locked out.

    Raises:
        CatalogRefused: The files belong to another catalog.
        WarehouseMissing: There is none, and `writes` is false or no data path is given.
        HalfMigrated: `newsloom migrate-to` must finish first.
        WarehouseError: As `warehouse.lake.errors.translated`.

    """
    with translated(address.name):
        try:
            with closed(cursor_of(address)) as cursor:
                attach(cursor, address, create=writes)
                if writes:
                    check_mark(cursor, METADATA, address.name, takes_over=takes_over)
                if has_table(cursor, "transfer") and not allow_half:
                    raise HalfMigrated(
                        address.name, "newsloom migrate-to has not finished here: run it again, it goes on where it stopped"
                    )
                if writes:
                    migrate(cursor, address.name, LAKE)
                elif not has_table(cursor, "schema_migrations"):
                    raise WarehouseMissing(
                        address.name, "there is no lake here yet; newsloom run or newsloom migrate-to makes one"
                    )
                yield cursor
        except duckdb.Error:
            forget_instances()
            raise


def attach(connection: duckdb.DuckDBPyConnection, address: Address, *, create: bool) -> None:
    """Attach the lake as `news` and make it the default, unless it is attached already."""
    try:
        connection.execute(_attach_statement(address, create=False))
    except duckdb.InvalidInputException as error:
        if not create or "explicitly disabled" not in str(error):
            raise
        _check_data_path(connection, address)
        connection.execute(_attach_statement(address, create=True))
        connection.execute(f"CALL {NAME}.set_option('parquet_compression', 'zstd')")
    connection.execute(f"USE {NAME}")


def _attach_statement(address: Address, *, create: bool) -> str:
    conninfo = connecting(address.conninfo).replace("'", "''")
    options = [f"DATA_INLINING_ROW_LIMIT {INLINED_ROWS}", f"CREATE_IF_NOT_EXISTS {str(create).lower()}"]
    if address.data_path is not None:
        options.append(f"DATA_PATH '{address.data_path.replace(chr(39), chr(39) * 2)}'")
    return f"ATTACH IF NOT EXISTS 'ducklake:postgres:{conninfo}' AS {NAME} ({', '.join(options)})"


def _check_data_path(connection: duckdb.DuckDBPyConnection, address: Address) -> None:
    """Refuse to make a lake whose files could not be written: DuckLake itself would find out at the first load."""
    if address.data_path is None:
        raise CatalogRefused(address.name, "there is no lake here yet: set NEWSLOOM_DATA_PATH to where its files shall be kept")
    if is_object_store(address.data_path):
        _check_empty(connection, address)  # and keys, address and bucket are right
        return
    folder = Path(address.data_path)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise WarehouseReadOnly(str(folder), f"the data path cannot be made: {error.strerror}") from error
    if not os.access(folder, os.W_OK):
        raise WarehouseReadOnly(str(folder), "this user may not write the data path")
    _check_empty(connection, address)


def _check_empty(connection: duckdb.DuckDBPyConnection, address: Address) -> None:
    """Keep two lakes out of one folder: the upkeep of either deletes the files that only the other knows."""
    if connection.execute("SELECT file FROM glob(?) LIMIT 1", [f"{address.data_path}**/*.parquet"]).fetchone():
        raise CatalogRefused(
            address.name,
            f"{address.data_path} holds Parquet files already, and the upkeep of a lake deletes files that it does not know:"
            " set NEWSLOOM_DATA_PATH to a folder that holds none",
        )
    mark = mark_in(connection, address.data_path or "")
    if mark is not None:
        raise CatalogRefused(
            address.name,
            f"{address.data_path} belongs to the lake of the database {mark.database}: set NEWSLOOM_DATA_PATH to a folder of"
            f" its own, or delete {FILE} there if that lake is gone",
        )


def is_object_store(data_path: str | None) -> bool:
    """Tell whether files are kept behind an address of an object store."""
    return data_path is not None and re.match(r"^(s3|gcs|gs|r2)://", data_path) is not None


def data_path_of(text: str | None) -> str | None:
    """Return a data path as the catalog keeps it: an address, or an absolute folder, with a slash at its end."""
    if text is None or is_object_store(text):
        return text if text is None or text.endswith("/") else text + "/"
    return f"{Path(text).expanduser().absolute()}/"


def _secret_of(environment: dict[str, str]) -> str:
    """Return the statement that gives DuckDB the object store's keys; they live in this process's memory only."""
    endpoint = environment.get("AWS_ENDPOINT_URL_S3") or environment.get("AWS_ENDPOINT_URL") or ""
    values = {
        "KEY_ID": environment.get("AWS_ACCESS_KEY_ID"),
        "SECRET": environment.get("AWS_SECRET_ACCESS_KEY"),
        "SESSION_TOKEN": environment.get("AWS_SESSION_TOKEN"),
        "REGION": environment.get("AWS_REGION") or environment.get("AWS_DEFAULT_REGION"),
        "ENDPOINT": re.sub(r"^https?://", "", endpoint).rstrip("/") or None,
        "URL_STYLE": "path" if endpoint else None,
        "USE_SSL": "false" if endpoint.startswith("http://") else None,
    }
    given = [f"{name} '{value.replace(chr(39), chr(39) * 2)}'" for name, value in values.items() if value]
    return f"CREATE OR REPLACE SECRET newsloom_store (TYPE s3{''.join(', ' + word for word in given)})"


# ------------------------------------------------------------------------------------------------ what DuckLake cannot hold

_COMMENT = re.compile(r"^COMMENT ON (?P<what>MACRO TABLE|MACRO|COLUMN) (?:main|state)\.(?P<name>\w+)", re.IGNORECASE)
_TEXT = re.compile(r"IS\s+(?P<text>'(?:[^']|'')*')\s*;?\s*$")
_VIEW = re.compile(r"^CREATE OR REPLACE VIEW main\.(?P<name>\w+)", re.IGNORECASE)


def run_script(connection: duckdb.DuckDBPyConnection, script: str) -> None:
    """Run a script of ours but for the comments that DuckLake has no place for: on columns of views, and on macros.

    What a macro means goes into `guide` instead, where readers look for it; the published copy has all of them.
    """
    views: set[str] = set()
    meanings: dict[str, str] = {}
    for statement in connection.extract_statements(script):
        text = re.sub(r"^(?:\s*--[^\n]*\n)*\s*", "", statement.query)
        if view := _VIEW.match(text):
            views.add(view["name"])
        comment = _COMMENT.match(text)
        if comment is None or (comment["what"].upper() == "COLUMN" and comment["name"] not in views):
            connection.execute(statement)
        elif comment["what"].upper() != "COLUMN" and (meaning := _TEXT.search(text)):
            meanings[comment["name"]] = meaning["text"][1:-1].replace("''", "'")
    for name, said in meanings.items():
        connection.execute("UPDATE main.guide SET meaning = ? WHERE type = 'macro' AND name LIKE ? || '(%'", [said, name])


def _nothing(_connection: duckdb.DuckDBPyConnection) -> None:
    """CHECKPOINT on a lake would expire snapshots and merge files: that is upkeep, and has its own hour."""


LAKE = Dialect(run_script, _nothing)
