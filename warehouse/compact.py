"""A working file grown by many small loads in, the same rows in a new file out: in order of day, without holes. For maintenance.

Loads append a few hundred rows each, and edits leave holes. Written anew in order of publication, a range of days reads only its
own blocks, and the search index is one sorted run instead of thousands.
"""

from __future__ import annotations

import os
import time
from contextlib import suppress
from pathlib import Path

import duckdb

from warehouse.connection import LOCK_TIMEOUT_SECONDS, WRITER_MEMORY, connect, locked, opened, translated, working_path
from warehouse.errors import DiskFull, WarehouseMissing
from warehouse.interrupts import closed
from warehouse.migrate import migrate
from warehouse.places import CompactReport
from warehouse.publish import free_bytes, sync_folder, wal_of

ORDERS = {
    "main.articles": "published_date, outlet, article_id",
    "main.outcomes": "ended_at, run_id, item",
    "state.entries": "first_seen_at, feed_url, entry_key",
    "state.entity_days": "published_date, entity_id",
    "state.pair_days": "published_date, entity_id, other_id",
    "state.copy_postings": "dated_on, article_id, hash",
    "state.search_postings": "word_id, document",
    "state.search_documents": "document",
    "state.search_words": "word, language",
}
"""What filters prune by. All other tables keep their order: that of arrival, which is roughly that of days."""
LIVING = {"state.search_postings": "document IN (SELECT document FROM old_file.state.search_documents)"}
"""What is left behind: words of versions that nobody can find any more."""
MADE_BY_MIGRATIONS = ("state.schema_migrations", "state.counters", "main.guide")


def compact(
    home: Path, *, memory_limit: str = WRITER_MEMORY, lock_timeout_seconds: float = LOCK_TIMEOUT_SECONDS
) -> CompactReport:
    """Write the working file anew, then put it in the old one's place; killed at any moment, the old one stands.

    Raises:
        WarehouseMissing: There is no working file.
        DiskFull: There is no room for a second one.
        WarehouseBusy, WarehouseReadOnly, WarehouseNewer, WarehouseDamaged: As `writer`.

    """
    started = time.monotonic()
    path = working_path(home)
    draft = path.with_name(f".{path.name}.draft")
    with locked(home, lock_timeout_seconds):
        if not path.exists():
            raise WarehouseMissing(str(path), "there is nothing to compact yet")
        with opened(home, memory_limit):
            pass  # migrated and checkpointed: the copy starts from today's schema
        before = path.stat().st_size
        if free_bytes(home) < before:
            raise DiskFull(str(home), f"compacting needs {before / 1e6:.0f} MB free, there are {free_bytes(home) / 1e6:.0f} MB")
        try:
            _remove(draft)
            with translated(draft):
                _rewrite(path, draft, memory_limit)
            after = draft.stat().st_size
            _check_no_log(draft)
            with suppress(FileNotFoundError):
                wal_of(path).unlink()
            draft.replace(path)
            sync_folder(home)
        finally:
            _remove(draft)
    return CompactReport(before, after, time.monotonic() - started)


def _rewrite(old: Path, new: Path, memory_limit: str) -> None:
    with closed(connect(new, memory_limit)) as connection:
        connection.execute("SET TimeZone = 'UTC'")
        migrate(connection, str(new))
        quoted = str(old).replace("'", "''")
        connection.execute(f"ATTACH '{quoted}' AS old_file (READ_ONLY)")
        for table in _tables(connection):
            which = f" WHERE {LIVING[table]}" if table in LIVING else ""
            order = f" ORDER BY {ORDERS[table]}" if table in ORDERS else ""
            connection.execute(f"INSERT INTO {table} BY NAME SELECT * FROM old_file.{table}{which}{order}")  # noqa: S608 (names from our own catalog)
        connection.execute(
            "UPDATE state.counters SET value = old.value FROM old_file.state.counters AS old WHERE old.name = counters.name"
        )
        connection.execute("DETACH old_file")
        connection.execute("CHECKPOINT")
    descriptor = os.open(new, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _tables(connection: duckdb.DuckDBPyConnection) -> list[str]:
    rows = connection.execute(
        "SELECT schema_name || '.' || table_name FROM duckdb_tables() WHERE database_name = 'old_file' ORDER BY ALL"
    ).fetchall()
    return [name for (name,) in rows if name not in MADE_BY_MIGRATIONS]


def _check_no_log(path: Path) -> None:
    if wal_of(path).exists():
        raise DiskFull(str(path), "the new file was not written to its end")


def _remove(path: Path) -> None:
    for file in (path, wal_of(path)):
        file.unlink(missing_ok=True)
