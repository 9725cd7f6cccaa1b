"""The published copy in, a folder of Parquet files out, partitioned by day: for tools that do not open DuckDB files."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from warehouse.connection import reader, translated
from warehouse.errors import QueryRefused
from warehouse.rows import first_row

DATED = ("articles",)
OF_ARTICLES = ("captions", "copies", "mentions", "quotes", "removed_lines", "revisions")
WHOLE = ("entities", "entity_aliases", "feeds", "guide", "outcomes", "runs")
TABLES = (*DATED, *OF_ARTICLES, *WHOLE)


@dataclass(frozen=True, slots=True)
class Exported:
    """One table written: rows, and files."""

    table: str
    rows: int
    files: int


def export(
    source: Path, target: Path, *, tables: Iterable[str] = TABLES, since: date | None = None, until: date | None = None
) -> list[Exported]:
    """Write tables as Parquet, each into a folder of its own, replaced whole when it is complete.

    Args:
        source: The home folder or a published copy.
        target: Gets `articles/published_date=2026-11-22/*.parquet` and so on; tables that know no day are one file.
        tables: Some of `TABLES`.
        since: First day of articles to write; null = all.
        until: Day after the last.

    Returns:
        One line a table, in the order given.

    Raises:
        QueryRefused: A table is not one of `TABLES`.
        WarehouseMissing, WarehouseNewer, WarehouseDamaged: As `reader`.
        DiskFull, WarehouseReadOnly: The target cannot be written.

    """
    wanted = list(tables)
    if strangers := [table for table in wanted if table not in TABLES]:
        raise QueryRefused(strangers[0], f"no such table; there are {', '.join(TABLES)}")
    connection = reader(source)
    try:
        with translated(target):
            connection.execute("SET preserve_insertion_order = false")
            connection.execute(
                "CREATE TEMP TABLE exported_articles AS SELECT article_id, published_date FROM main.articles"
                " WHERE ($since IS NULL OR published_date >= $since) AND ($until IS NULL OR published_date < $until)",
                {"since": since, "until": until},
            )
            return [_export(connection, table, target) for table in wanted]
    finally:
        connection.close()


def _export(connection: duckdb.DuckDBPyConnection, table: str, target: Path) -> Exported:
    draft, final = target / f".{table}.draft", target / table
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True)
    try:
        rows = first_row(connection.execute(_copy_statement(table, draft)))
        shutil.rmtree(final, ignore_errors=True)
        draft.rename(final)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return Exported(table, int(rows[0]) if rows else 0, sum(1 for _ in final.rglob("*.parquet")))


def _copy_statement(table: str, folder: Path) -> str:
    """Return the COPY; the table is one of ours, the folder is quoted: neither can be a parameter."""
    if table in WHOLE:
        place = str(folder / f"{table}.parquet").replace("'", "''")
        return f"COPY main.{table} TO '{place}' (FORMAT parquet, COMPRESSION zstd)"
    columns = "rows.*" if table in DATED else "rows.*, exported_articles.published_date"
    place = str(folder).replace("'", "''")
    return (
        f"COPY (SELECT {columns} FROM main.{table} AS rows JOIN exported_articles USING (article_id))"  # noqa: S608 (see the docstring)
        f" TO '{place}' (FORMAT parquet, COMPRESSION zstd, PARTITION_BY (published_date), WRITE_PARTITION_COLUMNS true)"
    )
