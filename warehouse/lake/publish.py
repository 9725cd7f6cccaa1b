"""A lake in, this machine's read copy out: a DuckDB file with the tables of one snapshot and all views, replaced atomically.

Readers get the same `news.duckdb` as from an embedded warehouse: no server to reach, no extension to install, nothing to lock.
"""

from __future__ import annotations

import itertools
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from warehouse import read
from warehouse.compact import ORDERS
from warehouse.connection import STORAGE_VERSION, locked, published_path
from warehouse.connection import translated as file_translated
from warehouse.lake.opening import NAME
from warehouse.migrate import migrate
from warehouse.places import PublishReport
from warehouse.publish import sync_folder, wal_of
from warehouse.rollups import refresh_rollups
from warehouse.rows import first_row, transaction
from warehouse.search import refresh_search

if TYPE_CHECKING:
    from warehouse.lake.place import Lake

SNAPSHOT_COUNTER = "lake_snapshot"
"""Row of `state.counters` in a read copy: the snapshot that it shows."""
OWN = frozenset({"state.schema_migrations", "state.counters", "state.transfer", "main.guide"})
"""Tables that a file makes for itself."""
_numbers = itertools.count(1)


def publish(lake: Lake) -> PublishReport:
    """Bring roll-ups and search up to date in the lake, then this machine's copy to its newest snapshot."""
    started = time.monotonic()
    with lake.writer() as connection:
        refresh_rollups(connection)
        refresh_search(connection)
    target = published_path(lake.home)
    with locked(lake.home), lake.reading() as connection:
        draft = target.with_name(f".{target.name}.{os.getpid()}.draft")
        for stale in target.parent.glob(f".{target.name}.*.draft*"):
            stale.unlink(missing_ok=True)  # what killed publishes left; the lock says that nobody writes one now
        try:
            with file_translated(target):
                load_seq = _write(connection, draft)
                _put(draft, target)
        finally:
            for file in (draft, wal_of(draft)):
                file.unlink(missing_ok=True)
    return PublishReport(target, load_seq, target.stat().st_size, time.monotonic() - started)


def _write(connection: duckdb.DuckDBPyConnection, draft: Path) -> int:
    """Write the tables of one snapshot into a new file; return the load sequence that it shows."""
    with attached(connection, draft) as name:
        connection.execute(f"USE {name}")
        migrate(connection, str(draft))
        with transaction(connection):
            for table in tables_of(connection):
                order = f" ORDER BY {ORDERS[table]}" if table in ORDERS else ""
                connection.execute(f"INSERT INTO {name}.{table} BY NAME SELECT * FROM {NAME}.{table}{order}")  # noqa: S608 (names from our own catalog)
            note_counters(connection, name)
            load_seq = read.load_seq(connection)
        connection.execute(f"CHECKPOINT {name}")
    return load_seq


@contextmanager
def attached(connection: duckdb.DuckDBPyConnection, file: Path, *, writes: bool = True) -> Iterator[str]:
    """Attach a DuckDB file beside the lake; its name in this connection is its own, since a process shares one instance."""
    name, quoted = f"file_{next(_numbers)}", str(file).replace("'", "''")
    option = f"STORAGE_VERSION '{STORAGE_VERSION}'" if writes else "READ_ONLY"
    connection.execute(f"ATTACH '{quoted}' AS {name} ({option})")
    try:
        yield name
    finally:
        with suppress(duckdb.Error):  # where the connection is dead, the error that killed it matters
            connection.execute(f"USE {NAME}")
            connection.execute(f"DETACH {name}")


def tables_of(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """Return the tables of the lake that hold what was loaded, by schema and name."""
    # duckdb_tables() would ask the server about each table by itself.
    rows = connection.execute(
        f"""
        SELECT schema_name || '.' || table_name
        FROM __ducklake_metadata_{NAME}.ducklake_table AS tables
        JOIN __ducklake_metadata_{NAME}.ducklake_schema AS schemas USING (schema_id)
        WHERE tables.end_snapshot IS NULL AND schemas.end_snapshot IS NULL
        ORDER BY ALL
        """  # noqa: S608 (our own name)
    ).fetchall()
    return [name for (name,) in rows if name not in OWN]


def note_counters(connection: duckdb.DuckDBPyConnection, name: str) -> None:
    """Copy the counters and note the snapshot: a copy says what it shows."""
    snapshot = snapshot_of(connection)
    connection.execute(f"DELETE FROM {name}.state.counters")  # noqa: S608 (our own name)
    connection.execute(f"INSERT INTO {name}.state.counters BY NAME SELECT * FROM {NAME}.state.counters")  # noqa: S608 (our own names)
    connection.execute(f"INSERT INTO {name}.state.counters VALUES (?, ?)", [SNAPSHOT_COUNTER, snapshot])  # noqa: S608 (our own name)


def snapshot_of(connection: duckdb.DuckDBPyConnection) -> int:
    """Return the number of the snapshot that the present transaction sees."""
    row = first_row(connection.execute(f"FROM {NAME}.current_snapshot()"))
    return int(row[0]) if row else 0


def _put(draft: Path, target: Path) -> None:
    with suppress(FileNotFoundError):
        wal_of(target).unlink()  # a stray log beside the copy makes it unopenable
    with draft.open("rb+") as file:
        os.fsync(file.fileno())
    draft.replace(target)
    sync_folder(target.parent)
