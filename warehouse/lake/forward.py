"""A read copy of an older snapshot in, the same file as of a newer one out: only the rows that changed in between are written.

What changed says DuckLake's change feed. It is taken at its word only where that was found right on random histories: rows put
in, changed and taken out. After upkeep it is not (rows that were flushed and rewritten come out wrong), and after a migration its
columns are others; then, and where the snapshot that the copy shows has expired, the copy is to be written anew.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import duckdb

from extractors.ids import id_of
from warehouse.lake.opening import METADATA, NAME
from warehouse.rows import first_row

SNAPSHOT_COUNTER = "lake_snapshot"
"""Row of `state.counters` in a read copy: the snapshot that it shows."""
MARK_COUNTER = "lake_mark"
"""Row of `state.counters` in a read copy: which lake, and when it made that snapshot; numbers begin anew in another one."""
ANEW_SHARE = 0.5
"""New files of this share of all that is read now (a rebuild, a large import) are cheaper written anew than compared."""
FEW_BYTES = 8 * 1024 * 1024
"""Below this nobody notices either."""
_ROWS_CHANGED = re.compile(r"(?:inserted_into_table|deleted_from_table|inlined_insert|inlined_delete):(\d+)")
_KEYS = {"state.search_postings": "document", "state.copy_postings": "article_id"}
"""The column by which the neighbours of a changed row are taken out with it, where the first column has too many."""


@dataclass(frozen=True, slots=True)
class Forwarded:
    """What was changed in a copy."""

    tables: int
    inserted: int
    deleted: int


def shown_by(connection: duckdb.DuckDBPyConnection, copy: str) -> tuple[int, int] | None:
    """Return number and mark of the snapshot that a copy shows; None where it does not say."""
    rows = connection.execute(
        f"SELECT name, value FROM {copy}.state.counters WHERE name IN (?, ?)",  # noqa: S608 (our own name)
        [SNAPSHOT_COUNTER, MARK_COUNTER],
    ).fetchall()
    told = dict(rows)
    return (int(told[SNAPSHOT_COUNTER]), int(told[MARK_COUNTER])) if len(told) == len((SNAPSHOT_COUNTER, MARK_COUNTER)) else None


def snapshot_of(connection: duckdb.DuckDBPyConnection) -> int:
    """Return the number of the snapshot that the present transaction sees."""
    row = first_row(connection.execute(f"FROM {NAME}.current_snapshot()"))
    return int(row[0]) if row else 0


def mark_of(connection: duckdb.DuckDBPyConnection, snapshot: int) -> int | None:
    """Return what tells a snapshot from one of that number in another lake, or in one put back from a backup; None = expired."""
    row = first_row(
        connection.execute(
            f"""
            SELECT epoch_us(snapshot_time),
                   (SELECT min(schema_uuid::VARCHAR) FROM {METADATA}.ducklake_schema WHERE schema_name = 'state')
            FROM {METADATA}.ducklake_snapshot
            WHERE snapshot_id = ?
            """,  # noqa: S608 (our own name)
            [snapshot],
        )
    )
    return id_of("lake snapshot", f"{row[1]} {snapshot} {row[0]}") if row else None


def changed_between(connection: duckdb.DuckDBPyConnection, shown: int, newest: int) -> list[str] | None:
    """Return the tables in which rows changed; None where something else did, or so much that a new copy is cheaper."""
    rows = connection.execute(
        f"SELECT changes_made FROM {METADATA}.ducklake_snapshot_changes WHERE snapshot_id > ? AND snapshot_id <= ?",  # noqa: S608 (our own name)
        [shown, newest],
    ).fetchall()
    ids: set[int] = set()
    for change in (change for (made,) in rows if made for change in made.split(",")):
        known = _ROWS_CHANGED.fullmatch(change)
        if known is None:
            return None
        ids.add(int(known[1]))
    if len(rows) < newest - shown or _is_much(connection, shown):
        return None
    return _names_of(connection, ids)


def _is_much(connection: duckdb.DuckDBPyConnection, shown: int) -> bool:
    row = first_row(
        connection.execute(
            f"""
            SELECT coalesce(sum(file_size_bytes) FILTER (begin_snapshot > $shown), 0),
                   coalesce(sum(file_size_bytes) FILTER (end_snapshot IS NULL), 0)
            FROM {METADATA}.ducklake_data_file
            """,  # noqa: S608 (our own name)
            {"shown": shown},
        )
    )
    new, live = row or (0, 0)
    return bool(new > max(FEW_BYTES, live * ANEW_SHARE))


def _names_of(connection: duckdb.DuckDBPyConnection, ids: set[int]) -> list[str]:
    rows = connection.execute(
        f"""
        SELECT DISTINCT schema_name || '.' || table_name
        FROM {METADATA}.ducklake_table AS tables
        JOIN {METADATA}.ducklake_schema AS schemas USING (schema_id)
        WHERE tables.end_snapshot IS NULL AND schemas.end_snapshot IS NULL AND table_id IN (SELECT unnest(?))
        ORDER BY ALL
        """,  # noqa: S608 (our own name)
        [sorted(ids)],
    ).fetchall()
    return [name for (name,) in rows]


def bring_forward(
    connection: duckdb.DuckDBPyConnection, copy: str, tables: Sequence[str], shown: int, newest: int
) -> Forwarded | None:
    """Apply the changes of some tables to an attached copy, in the caller's transaction.

    Returns:
        What was done; None where the outcome has not the lake's number of rows, and the copy must be thrown away.

    """
    inserted = deleted = 0
    for table in tables:
        came, went = _apply(connection, copy, table, shown, newest)
        if _count(connection, f"{copy}.{table}") != _count(connection, f"{NAME}.{table}"):
            return None
        inserted, deleted = inserted + came, deleted + went
    return Forwarded(len(tables), inserted, deleted)


def _apply(connection: duckdb.DuckDBPyConnection, copy: str, table: str, shown: int, newest: int) -> tuple[int, int]:
    schema, name = table.split(".")
    connection.execute(  # not `changes`: a table of that name may be asked for
        "CREATE OR REPLACE TEMP TABLE changed_rows AS FROM ducklake_table_changes(?, ?, ?, ?, ?)",
        [NAME, schema, name, shown + 1, newest],
    )
    came = _count(connection, "temp.changed_rows WHERE change_type IN ('insert', 'update_postimage')")
    went = _count(connection, "temp.changed_rows WHERE change_type IN ('delete', 'update_preimage')")
    if went:
        _replace_neighbours(connection, f"{copy}.{table}", _KEYS.get(table) or _first_column(connection, f"{copy}.{table}"))
    elif came:
        connection.execute(f"INSERT INTO {copy}.{table} BY NAME {_rows_of('insert', 'update_postimage')}")
    connection.execute("DROP TABLE temp.changed_rows")
    return came, went


def _rows_of(*kinds: str) -> str:
    listed = ", ".join(f"'{kind}'" for kind in kinds)
    return f"SELECT * EXCLUDE (snapshot_id, rowid, change_type) FROM temp.changed_rows WHERE change_type IN ({listed})"  # noqa: S608 (constants)


def _replace_neighbours(connection: duckdb.DuckDBPyConnection, table: str, key: str) -> None:
    """Take out whole groups of rows that lost one, count in bags what is left of them, and put that back.

    A row has no number that file and lake share, and nothing says that no two are equal: before + put in - taken out, as bags, is
    right whatever column forms the groups. That one only decides how many rows are touched.
    """
    gone = _rows_of("delete", "update_preimage")
    touched = f"{key} IN (SELECT {key} FROM ({gone}))"  # noqa: S608 (our own names)
    connection.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE left_rows AS
        (FROM {table} WHERE {touched} UNION ALL BY NAME {_rows_of("insert", "update_postimage")})
        EXCEPT ALL
        ({gone})
        """
    )
    connection.execute(f"DELETE FROM {table} WHERE {touched}")  # noqa: S608 (our own names)
    connection.execute(f"INSERT INTO {table} BY NAME FROM temp.left_rows")
    connection.execute("DROP TABLE temp.left_rows")


def _first_column(connection: duckdb.DuckDBPyConnection, table: str) -> str:
    described = connection.execute(f"FROM {table} LIMIT 0").description
    return str(described[0][0])


def _count(connection: duckdb.DuckDBPyConnection, what: str) -> int:
    row = first_row(connection.execute(f"SELECT count(*) FROM {what}"))  # noqa: S608 (our own names)
    return int(row[0]) if row else 0
