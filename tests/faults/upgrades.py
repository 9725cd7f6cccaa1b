"""kill -9 while an older warehouse is brought to this version; the next command that opens it goes on."""

from __future__ import annotations

import random
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import patch

import duckdb

from tests.faults.lab import Lab, Row, tables_at
from tests.road_tables import CLOCKS, rows_of, tables_of
from warehouse import migrate
from warehouse.connection import working_path, writer

OLD = 42
"""The last migration of the older version."""
NEW_COLUMNS = frozenset({"dated_on", "dated_on_source", "standfirst"})
"""Columns that the older version did not know: null until a rebuild reads the archive again."""
LEAST_SECONDS = 0.05


def upgrades(lab: Lab, count: int, chance: random.Random) -> Iterator[Row]:
    """Kill so many upgrades of a warehouse with two days of news in it."""
    old = aged(lab.folder / "day2", lab.folder / "old")
    whole = lab.copy_of(old.name, "upgraded")
    seconds = lab.run(whole, "migrate").seconds
    lab.run(whole, "publish")
    lab.expected["migrate"] = tables_at(whole)
    kept = CLOCKS | NEW_COLUMNS
    assert tables_of(whole, without=kept) == tables_of(lab.folder / "day2", without=kept), (
        "an undisturbed upgrade loses something"
    )
    expected = schema_of(whole)
    number = struck = 0
    while struck < count and number < 4 * count:
        number += 1
        home = lab.copy_of(old.name, f"upgrade{number}")
        moment = chance.uniform(0, max(seconds, LEAST_SECONDS))
        if lab.run(home, "migrate", after=moment).code == -signal.SIGKILL:
            struck += 1
            left = f"{len(versions_at(home))} of {len(versions_at(whole))} migrations"
            again = lab.run(home, "migrate")
            lab.run(home, "publish")
            verdict = lab.verdict(home, "migrate")
            same = schema_of(home) == expected
            told = f"{verdict}{'' if same else '; another schema'}"
            is_well = again.code == 0 and same and verdict.is_clean
            yield Row("kill -9", f"migrate, killed after {moment:.2f} of {seconds:.2f} s", left, told, is_well)
        lab.drop(home)


def aged(home: Path, old: Path) -> Path:
    """Make a warehouse of an older version that holds what the one at `home` does, as far as it knows of it."""
    known = migrate.migrations()
    nothing = migrate.Migration(migrate.VIEWS_VERSION, "views", "SELECT 1")
    with (
        patch.object(migrate, "migrations", lambda: [one for one in known if one.version <= OLD]),
        patch.object(migrate, "views", lambda: nothing),
        writer(old) as connection,
    ):
        connection.execute(f"ATTACH '{working_path(home)}' AS newer (READ_ONLY)")
        for schema, table in tables_in(connection, working_path(old).stem):
            columns = ", ".join(sorted(columns_of(connection, schema, table)))
            connection.execute(f"DELETE FROM {schema}.{table}")
            connection.execute(f"INSERT INTO {schema}.{table} BY NAME SELECT {columns} FROM newer.{schema}.{table}")
        connection.execute("DETACH newer")
    shutil.copytree(home / "archive", old / "archive")
    return old


def tables_in(connection: duckdb.DuckDBPyConnection, catalog: str) -> list[tuple[str, str]]:
    query = "SELECT schema_name, table_name FROM duckdb_tables() WHERE database_name = ? AND table_name <> 'schema_migrations'"
    return connection.execute(query, [catalog]).fetchall()


def columns_of(connection: duckdb.DuckDBPyConnection, schema: str, table: str) -> set[str]:
    """Return the columns that both versions of a table have."""
    query = """
        SELECT column_name FROM duckdb_columns() WHERE schema_name = ? AND table_name = ?
        GROUP BY ALL HAVING count(DISTINCT database_name) = 2
    """
    return {name for (name,) in connection.execute(query, [schema, table]).fetchall()}


def versions_at(home: Path) -> list[int]:
    """Return the migrations that a file has, as it lies there: opening it as a warehouse would apply the rest."""
    with duckdb.connect(str(working_path(home))) as connection:
        try:
            return [version for (version,) in connection.execute("SELECT version FROM state.schema_migrations").fetchall()]
        except duckdb.CatalogException:
            return []


def schema_of(home: Path) -> list[object]:
    """Return tables, views and columns with their types and comments, the migrations, and the tables that migrations fill."""
    columns = """
        SELECT schema_name, table_name, column_name, data_type, comment
        FROM duckdb_columns() WHERE database_name = current_database() ORDER BY ALL
    """
    with writer(home) as connection:
        ledger = connection.execute("SELECT version, name, sha256 FROM state.schema_migrations ORDER BY ALL").fetchall()
        filled = [rows_of(connection, f"state.{table}") for table in ("name_spellings", "counters")]
        return [*connection.execute(columns).fetchall(), *ledger, *filled]
