"""An embedded warehouse in, the same tables in a lake out: every row, the same ids, compared before it counts as done.

Killed at any moment, the same call goes on where it stopped. Until it is done the lake opens for nobody else.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import duckdb

from warehouse.check import Violation, check
from warehouse.connection import locked, opened, working_path
from warehouse.errors import TargetTaken, WarehouseDamaged, WarehouseMissing
from warehouse.lake.opening import NAME
from warehouse.lake.place import Lake
from warehouse.lake.publish import attached, tables_of
from warehouse.migrate import has_table
from warehouse.rows import first_row, transaction

CHUNK_ROWS = 100_000
"""Rows of one commit: a Parquet file of 60 MB of articles, a few seconds of work that a kill costs."""
WAIT_SECONDS = 5.0

_LEDGER = """
CREATE TABLE state.transfer (
    source     VARCHAR NOT NULL,
    table_name VARCHAR NOT NULL,
    content    VARCHAR NOT NULL,
    next_row   BIGINT NOT NULL
)
"""


_TOLD_FIRST = ("main.articles", "main.feeds", "main.runs", "state.entries")
"""One of these has rows before any other table has."""


@dataclass(frozen=True, slots=True)
class Transferred:
    """One table that stands in the lake as it stands in the file."""

    table: str
    rows: int
    was_there: bool  # from an attempt that was cut off


@dataclass(frozen=True, slots=True)
class TransferReport:
    """What was copied. `violations` are the source's own broken promises, copied as they are."""

    tables: tuple[Transferred, ...]
    violations: tuple[Violation, ...]
    seconds: float


@dataclass(frozen=True, slots=True)
class _Content:
    """What a table holds, in short: rows, and a sum over the hashes of all rows, whatever their order."""

    rows: int
    digest: str

    def __str__(self) -> str:
        return f"{self.rows} {self.digest}"


def _nothing(_rows: int) -> None:
    return


def transfer(
    home: Path, lake: Lake, *, expect: Callable[[int], None] = _nothing, advance: Callable[[int], None] = _nothing
) -> TransferReport:
    """Copy the embedded warehouse of a home folder into a lake that holds nothing yet.

    Args:
        home: Of the embedded warehouse; nobody writes there meanwhile, and it stays as it is.
        lake: Made where there is none.
        expect: Told how many rows there are to copy.
        advance: Told how many more are copied.

    Raises:
        WarehouseMissing: There is nothing to copy.
        TargetTaken: The lake holds something else, or a part of another warehouse.
        WarehouseBusy: A run, or another migration, is at work.
        WarehouseDamaged: What arrived is not what was sent.

    """
    started, source = time.monotonic(), working_path(home)
    if not source.exists():
        raise WarehouseMissing(str(source), "there is no warehouse to copy")
    with locked(home, WAIT_SECONDS):
        with opened(home):
            pass  # migrated, and a log that a killed process left is replayed
        with lake.writer(lock_timeout_seconds=WAIT_SECONDS, allow_half=True) as connection:
            _begin(connection, source, lake.name)
            with attached(connection, source, writes=False) as file:
                contents = {table: _content(connection, f"{file}.{table}") for table in tables_of(connection)}
                expect(sum(content.rows for content in contents.values()))
                tables = tuple(_copy(connection, source, file, table, content, advance) for table, content in contents.items())
                _compare(connection, contents, lake.name)
                violations = tuple(check(connection))
                with transaction(connection):
                    connection.execute(
                        f"UPDATE state.counters SET value = old.value FROM {file}.state.counters AS old"  # noqa: S608 (our own name)
                        " WHERE old.name = counters.name"
                    )
                    connection.execute("DROP TABLE state.transfer")
    return TransferReport(tables, violations, time.monotonic() - started)


def _begin(connection: duckdb.DuckDBPyConnection, source: Path, name: str) -> None:
    """Mark the lake as half made, or find the mark of an attempt that was cut off."""
    if has_table(connection, "transfer"):
        others = connection.execute("SELECT DISTINCT source FROM state.transfer WHERE source <> ?", [str(source)]).fetchall()
        if others:
            raise TargetTaken(name, f"a migration from {others[0][0]} has begun here: finish that one, or take another database")
        return
    taken = [table for table in _TOLD_FIRST if _count(connection, f"{NAME}.{table}")]
    if taken:
        raise TargetTaken(name, f"it holds something already ({', '.join(taken[:3])}): take an empty database")
    with transaction(connection):
        connection.execute(_LEDGER)
        connection.execute("INSERT INTO state.transfer VALUES (?, '', '', 0)", [str(source)])  # whose it is, before any table


def _copy(
    connection: duckdb.DuckDBPyConnection,
    source: Path,
    file: str,
    table: str,
    content: _Content,
    advance: Callable[[int], None],
) -> Transferred:
    """Copy one table in chunks, each with a note of how far it came; a table that has changed since is begun anew."""
    row = first_row(connection.execute("SELECT content, next_row FROM state.transfer WHERE table_name = ?", [table]))
    done = int(row[1]) if row is not None and row[0] == str(content) else 0
    was_there = done > 0
    end = _end(connection, f"{file}.{table}") if content.rows else 0
    advance(_count(connection, f"{file}.{table} WHERE rowid < {done}") if was_there else 0)
    if row is None and not content.rows:
        return Transferred(table, 0, was_there)
    while done < end or (row is not None and not was_there):
        until = min(done + CHUNK_ROWS, end)
        with transaction(connection):
            if done == 0:
                connection.execute(f"DELETE FROM {NAME}.{table}")  # noqa: S608 (names from our own catalog)
                connection.execute("DELETE FROM state.transfer WHERE table_name = ?", [table])
                connection.execute("INSERT INTO state.transfer VALUES (?, ?, ?, ?)", [str(source), table, str(content), until])
            else:
                connection.execute("UPDATE state.transfer SET next_row = ? WHERE table_name = ?", [until, table])
            copied = connection.execute(
                f"INSERT INTO {NAME}.{table} BY NAME SELECT * FROM {file}.{table} WHERE rowid >= {done} AND rowid < {until}"  # noqa: S608 (our own names and numbers)
            ).fetchall()
        advance(int(copied[0][0]))
        done, row = until, None
    return Transferred(table, content.rows, was_there)


def _compare(connection: duckdb.DuckDBPyConnection, contents: dict[str, _Content], name: str) -> None:
    for table, content in contents.items():
        arrived = _content(connection, f"{NAME}.{table}")
        if arrived != content:
            raise WarehouseDamaged(
                name, f"{table} has {arrived.rows} rows that are not the {content.rows} of the file: run migrate-to again"
            )


def _content(connection: duckdb.DuckDBPyConnection, table: str) -> _Content:
    row = first_row(connection.execute(f"SELECT count(*), sum(hash(t)::HUGEINT)::VARCHAR FROM {table} AS t"))  # noqa: S608 (names from our own catalog)
    return _Content(int(row[0]), str(row[1])) if row else _Content(0, "None")


def _count(connection: duckdb.DuckDBPyConnection, table: str) -> int:
    row = first_row(connection.execute(f"SELECT count(*) FROM {table}"))  # noqa: S608 (names from our own catalog)
    return int(row[0]) if row else 0


def _end(connection: duckdb.DuckDBPyConnection, table: str) -> int:
    row = first_row(connection.execute(f"SELECT coalesce(max(rowid) + 1, 0) FROM {table}"))  # noqa: S608 (names from our own catalog)
    return int(row[0]) if row else 0
