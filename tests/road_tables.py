"""A home in, its tables as sorted rows out: for comparing what two histories left behind."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import duckdb

from warehouse.connection import writer

DERIVED = ("articles", "revisions", "captions", "removed_lines", "copies", "mentions", "quotes", "entities")
CLOCKS = frozenset({"first_seen_at", "changed_at", "seen_at", "decided_at", "lag_seconds", "created_at", "updated_at"})
"""Columns that tell when this machine saw a thing: two runs of one history differ in them, a rebuild must not."""


def tables_of(home: Path, tables: Iterable[str] = DERIVED, without: frozenset[str] = frozenset()) -> dict[str, list[str]]:
    """Return the rows of the tables, as sorted texts."""
    with writer(home) as connection:
        return {table: rows_of(connection, table, without) for table in tables}


def rows_of(connection: duckdb.DuckDBPyConnection, table: str, without: frozenset[str] = frozenset()) -> list[str]:
    found = connection.execute(f"FROM main.{table}" if "." not in table else f"FROM {table}")
    names = [column[0] for column in found.description or ()]
    return sorted(
        str({name: value for name, value in zip(names, row, strict=True) if name not in without}) for row in found.fetchall()
    )


def differences(one: dict[str, list[Any]], other: dict[str, list[Any]]) -> dict[str, tuple[list[Any], list[Any]]]:
    """Return the rows that only one of them has, by table; empty where they are equal."""
    return {
        table: (
            [row for row in one[table] if row not in set(other[table])][:3],
            [row for row in other[table] if row not in set(one[table])][:3],
        )
        for table in one
        if one[table] != other[table]
    }
