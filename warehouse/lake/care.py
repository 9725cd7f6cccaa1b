"""The upkeep of a lake: rows out of PostgreSQL into files, small files into large ones, old snapshots and orphans away.

Each load leaves a file a table, and each edit a file of deletions beside it; a table of ten thousand small files reads slowly and
costs a request a file on an object store. Snapshots older than the retention are where time travel ends.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import duckdb

from warehouse.lake.opening import METADATA, NAME
from warehouse.places import CompactReport
from warehouse.rows import first_row

if TYPE_CHECKING:
    from warehouse.lake.place import Lake

REWRITE_SHARE = 0.25
"""A file of which a quarter is deleted is written anew: below that, reading past the dead rows costs less than the rewrite."""
GRACE = timedelta(days=1)
"""How long files that nothing refers to are left alone: a query may still read one, a load may just write one."""


def take_care(lake: Lake, now: datetime | None = None, grace: timedelta = GRACE) -> CompactReport:
    """Do the nightly upkeep; killed at any moment, the lake is whole and the rest is done the next night.

    Args:
        lake: Whose.
        now: The present where it is not given.
        grace: Files that nothing refers to are deleted when they are older.

    """
    started, moment = time.monotonic(), (now or datetime.now(UTC))
    with lake.writer() as connection:
        before = all_bytes(connection)
        flushed = _count(connection, f"CALL ducklake_flush_inlined_data('{NAME}')", column=2)
        rewritten = _count(connection, f"CALL ducklake_rewrite_data_files('{NAME}', delete_threshold => {REWRITE_SHARE})")
        merged = _count(connection, f"CALL ducklake_merge_adjacent_files('{NAME}')")
        expired = _rows(
            connection,
            f"CALL ducklake_expire_snapshots('{NAME}', older_than => ?)",
            moment - timedelta(days=lake.snapshot_days),
        )
        cleaned = _rows(connection, f"CALL ducklake_cleanup_old_files('{NAME}', older_than => ?)", moment - grace)
        orphans = _rows(connection, f"CALL ducklake_delete_orphaned_files('{NAME}', older_than => ?)", moment - grace)
        after = all_bytes(connection)
    return CompactReport(
        before,
        after,
        time.monotonic() - started,
        (
            f"{flushed} rows moved from the catalog into files.",
            f"{rewritten} files of deleted rows written anew, {merged} merged.",
            f"{expired} snapshots older than {lake.snapshot_days} days expired, {cleaned + orphans} dead files deleted.",
        ),
    )


def live_bytes(connection: duckdb.DuckDBPyConnection) -> int:
    """Return the size of the files that the newest snapshot reads."""
    row = first_row(
        connection.execute("SELECT sum(file_size_bytes) + sum(delete_file_size_bytes) FROM ducklake_table_info(?)", [NAME])
    )
    return int(row[0] or 0) if row else 0


def all_bytes(connection: duckdb.DuckDBPyConnection) -> int:
    """Return the size of all files that some snapshot reads."""
    row = first_row(
        connection.execute(
            f"SELECT (SELECT coalesce(sum(file_size_bytes), 0) FROM {METADATA}.ducklake_data_file)"  # noqa: S608 (our own name)
            f" + (SELECT coalesce(sum(file_size_bytes), 0) FROM {METADATA}.ducklake_delete_file)"
        )
    )
    return int(row[0] or 0) if row else 0


def _rows(connection: duckdb.DuckDBPyConnection, call: str, *values: object) -> int:
    return len(connection.execute(call, list(values)).fetchall())


def _count(connection: duckdb.DuckDBPyConnection, call: str, column: int | None = None) -> int:
    rows = connection.execute(call).fetchall()
    return sum(int(row[column]) for row in rows) if column is not None else len(rows)
