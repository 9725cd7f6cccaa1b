"""SQL from people in, a bounded table out: for `newsloom sql`, `newsloom search` and the dashboard.

The connection can read the published copy and nothing else: no files, no network, no settings, no writes. It is given a bound of
memory, of time and of rows, because SQL that comes through a page may be anybody's.
"""

from __future__ import annotations

import csv
import io
import json
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from warehouse.connection import reader, translated
from warehouse.errors import QueryRefused
from warehouse.strangers import STATIC_PIVOT, is_pivot, objection_to, objection_to_pivot


@dataclass(frozen=True, slots=True)
class Limits:
    """What one query may use."""

    memory: str = "1GB"
    threads: int = 2
    seconds: float = 30.0
    rows: int = 10_000


@dataclass(frozen=True, slots=True)
class Answer:
    """What a query returned; `is_cut` when there were more rows than the limit."""

    table: pa.Table
    is_cut: bool = False


@contextmanager
def locked_down(path: Path, limits: Limits | None = None) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open the published copy for SQL of strangers: read-only, no files, no network, settings locked.

    Raises:
        WarehouseMissing, WarehouseNewer, WarehouseDamaged: As `reader`.

    """
    limits = limits or Limits()
    connection = reader(path)
    try:
        connection.execute("SET memory_limit = $memory", {"memory": limits.memory})
        connection.execute("SET threads = $threads", {"threads": limits.threads})
        connection.execute("SET pivot_limit = 1000")  # columns that a PIVOT may make: 100,000 unless told
        connection.execute("SET temp_directory = ''")  # what does not fit in memory is refused, not spilled
        connection.execute("SET enable_external_access = false")
        connection.execute("SET python_enable_replacements = false")  # else FROM x finds variables of this program
        connection.execute("SET lock_configuration = true")
        yield connection
    finally:
        connection.close()


def ask(
    connection: duckdb.DuckDBPyConnection,
    sql: str,
    parameters: Sequence[Any] | Mapping[str, Any] | None = None,
    limits: Limits | None = None,
) -> Answer:
    """Run one statement that reads.

    Args:
        connection: From `locked_down`.
        sql: One statement; a semicolon at its end is fine.
        parameters: Values for `?` or `$name`.
        limits: Of time and rows; those of memory and threads belong to the connection.

    Raises:
        QueryRefused: The SQL is wrong, is not one statement that reads, or exceeds a limit; the reason says which.
        WarehouseDamaged: The file cannot be read where the query looks.

    """
    limits = limits or Limits()
    _refuse_what_is_no_text(parameters)
    _refuse_all_but_reading(connection, sql)
    with _timed(connection, limits.seconds) as clock, _refused(sql, clock, limits), translated(Path("news.duckdb")):
        relation = connection.sql(sql, params=parameters)
        if relation is None:  # such as a PRAGMA that only sets something
            raise QueryRefused(_head(sql), "it returns nothing")
        table = relation.limit(limits.rows + 1).to_arrow_table()
    return Answer(table.slice(0, limits.rows), is_cut=table.num_rows > limits.rows)


def _refuse_what_is_no_text(parameters: Sequence[Any] | Mapping[str, Any] | None) -> None:
    """Half characters, such as an argument in another encoding becomes: DuckDB's client has no words for them."""
    for value in parameters.values() if isinstance(parameters, Mapping) else parameters or ():
        try:
            str(value).encode()
        except UnicodeEncodeError as error:
            raise QueryRefused(ascii(value)[:80], "it holds characters that are no text") from error


_READING = ("SELECT", "EXPLAIN")
"""DuckDB counts DESCRIBE, SHOW, SUMMARIZE, FROM and WITH among SELECT."""


def _refuse_all_but_reading(connection: duckdb.DuckDBPyConnection, sql: str) -> None:
    try:
        sql.encode()
        statements = connection.extract_statements(sql)
    except UnicodeEncodeError as error:
        raise QueryRefused("the statement", "it holds characters that are no text") from error
    except duckdb.Error as error:
        raise QueryRefused(_head(sql), _said(error)) from error
    kinds = [_kind_of(statement) for statement in statements]
    pivots = is_pivot(sql, kinds)
    if len(kinds) != 1 and not pivots:
        hint = f" (a PIVOT that finds its columns itself counts as several: {STATIC_PIVOT})" if "pivot" in sql.lower() else ""
        raise QueryRefused(_head(sql), f"one statement at a time, this has {len(kinds)}{hint}")
    if kinds[-1] not in _READING and not pivots:
        raise QueryRefused(_head(sql), f"{kinds[-1]} is not reading; the published copy is read-only")
    try:
        objection = (objection_to_pivot if pivots else objection_to)(connection, sql)
    except duckdb.Error as error:
        raise QueryRefused(_head(sql), _said(error)) from error
    if objection is not None:
        raise QueryRefused(_head(sql), objection)


def _kind_of(statement: duckdb.Statement) -> str:
    try:
        return statement.type.name
    except ValueError:  # DuckDB 2 parses kinds of statement that its Python package has no name for
        return "this kind of statement"


class _Clock:
    """Remembers whether the time ran out."""

    def __init__(self) -> None:
        self.has_rung = threading.Event()


@contextmanager
def _timed(connection: duckdb.DuckDBPyConnection, seconds: float) -> Iterator[_Clock]:
    clock = _Clock()

    def ring() -> None:
        clock.has_rung.set()
        connection.interrupt()

    timer = threading.Timer(seconds, ring)
    timer.daemon = True
    timer.start()
    try:
        yield clock
    finally:
        timer.cancel()
        timer.join()


@contextmanager
def _refused(sql: str, clock: _Clock, limits: Limits) -> Iterator[None]:
    try:
        yield
    except duckdb.OutOfMemoryException as error:
        raise QueryRefused(
            _head(sql), f"it needs more than {limits.memory} of memory; narrow it, for example by published_date"
        ) from error
    except (duckdb.Error, RuntimeError) as error:
        if clock.has_rung.is_set():
            raise QueryRefused(
                _head(sql), f"it took longer than {limits.seconds:g} s; narrow it, for example by published_date"
            ) from error
        raise QueryRefused(_head(sql), _said(error)) from error


def _head(sql: str) -> str:
    line = " ".join(sql.split()) or "the statement"
    return line if len(line) <= 80 else line[:79] + "…"


def _said(error: Exception) -> str:
    return str(error).strip().removeprefix("Invalid Input Error: ")[:2000]  # our own error() in a macro says it all


# ------------------------------------------------------------------------------------------------ what people take away


def csv_of(table: pa.Table) -> Iterator[str]:
    """Write a table as CSV (RFC 4180), line by line: times as ISO 8601, lists and structs as JSON, null as nothing."""
    yield _csv_line(table.column_names)
    for row in _rows(table):
        yield _csv_line(["" if value is None else _cell(value) for value in row])


def json_of(table: pa.Table) -> Iterator[str]:
    """Write a table as a JSON array of objects, a line a row."""
    names = table.column_names
    yield "["
    last = table.num_rows - 1
    for number, row in enumerate(_rows(table)):
        record = dict(zip(names, row, strict=True))
        yield json.dumps(record, default=_plain, ensure_ascii=False) + ("," if number < last else "")
    yield "]"


def write_parquet(table: pa.Table, path: Path) -> None:
    """Write a table as one Parquet file."""
    pq.write_table(table, path, compression="zstd")


def records_of(table: pa.Table) -> list[dict[str, Any]]:
    """Return the rows of a table as Python values by column name.

    Raises:
        QueryRefused: It holds a value that Python has no number or date for.

    """
    names = table.column_names
    return [dict(zip(names, row, strict=True)) for row in _rows(table)]


def _rows(table: pa.Table) -> Iterator[tuple[Any, ...]]:
    for batch in table.to_batches(max_chunksize=1000):
        try:
            columns = [column.to_pylist() for column in batch.columns]
        except (OverflowError, ValueError, pa.ArrowException) as error:
            raise QueryRefused("the answer", f"it holds a value that cannot be written ({error}); CAST it to VARCHAR") from error
        yield from zip(*columns, strict=True)


def _csv_line(cells: Sequence[str]) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="").writerow(cells)
    return line.getvalue()


def _cell(value: Any) -> str:
    if isinstance(value, list | dict):
        return json.dumps(value, default=_plain, ensure_ascii=False)
    return str(_plain(value)) if isinstance(value, datetime | date) else str(value)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime | date) else str(value)
