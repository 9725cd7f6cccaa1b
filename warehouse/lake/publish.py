"""A lake in, this machine's read copy out: a DuckDB file with the tables of one snapshot and all views, replaced atomically.

Readers get the same `news.duckdb` as from an embedded warehouse: no server to reach, no extension to install, nothing to lock.
"""

from __future__ import annotations

import itertools
import os
import shutil
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
from warehouse.errors import WarehouseError
from warehouse.lake.forward import (
    MARK_COUNTER,
    SNAPSHOT_COUNTER,
    bring_forward,
    changed_between,
    mark_of,
    shown_by,
    snapshot_of,
)
from warehouse.lake.opening import METADATA, NAME
from warehouse.migrate import migrate
from warehouse.places import PublishReport
from warehouse.publish import sync_folder, wal_of
from warehouse.rollups import refresh_rollups
from warehouse.rows import transaction
from warehouse.search import refresh_search

if TYPE_CHECKING:
    from warehouse.lake.place import Lake

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
    draft = target.with_name(f".{target.name}.{os.getpid()}.draft")
    with locked(lake.home), file_translated(target):
        for stale in target.parent.glob(f".{target.name}.*.draft*"):
            stale.unlink(missing_ok=True)  # what killed publishes left; the lock says that nobody writes one now
        try:
            load_seq = _forwarded_if_possible(lake, target, draft)
            is_anew = load_seq is None
            if load_seq is None:
                _remove(draft)
                with lake.reading() as connection:
                    load_seq = _written(connection, draft)
            _put(draft, target)
        finally:
            _remove(draft)
    return PublishReport(target, load_seq, target.stat().st_size, time.monotonic() - started, is_anew)


def _forwarded_if_possible(lake: Lake, target: Path, draft: Path) -> int | None:
    """Make the draft of the present copy; a copy that cannot be read or changed is no reason to have none."""
    if not target.exists():
        return None
    shutil.copyfile(target, draft)
    try:
        with lake.reading() as connection:
            return _forwarded(connection, draft)
    except (WarehouseError, duckdb.Error):  # if the lake is at fault, writing anew says so
        return None


def _forwarded(connection: duckdb.DuckDBPyConnection, draft: Path) -> int | None:
    """Bring a copy to the newest snapshot by what has changed since the one it shows; None where that cannot be done."""
    with attached(connection, draft) as name:
        connection.execute(f"USE {name}")
        migrate(connection, str(draft))
        with transaction(connection):
            newest, shown = snapshot_of(connection), shown_by(connection, name)
            if shown is None or mark_of(connection, shown[0]) != shown[1]:
                return None
            changed = changed_between(connection, shown[0], newest)
            if changed is None:
                return None
            if bring_forward(connection, name, [table for table in changed if table not in OWN], shown[0], newest) is None:
                return None
            note_counters(connection, name)
            load_seq = read.load_seq(connection)
        connection.execute(f"CHECKPOINT {name}")
    return load_seq


def _written(connection: duckdb.DuckDBPyConnection, draft: Path) -> int:
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
        FROM {METADATA}.ducklake_table AS tables
        JOIN {METADATA}.ducklake_schema AS schemas USING (schema_id)
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
    for counter, value in ((SNAPSHOT_COUNTER, snapshot), (MARK_COUNTER, mark_of(connection, snapshot))):
        connection.execute(f"INSERT INTO {name}.state.counters VALUES (?, ?)", [counter, value])  # noqa: S608 (our own name)


def _remove(draft: Path) -> None:
    for file in (draft, wal_of(draft)):
        file.unlink(missing_ok=True)


def _put(draft: Path, target: Path) -> None:
    with suppress(FileNotFoundError):
        wal_of(target).unlink()  # a stray log beside the copy makes it unopenable
    with draft.open("rb+") as file:
        os.fsync(file.fileno())
    draft.replace(target)
    sync_folder(target.parent)
