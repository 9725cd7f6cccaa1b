"""Numbered SQL files in, the schema of this version out: append-only, each in one transaction with a checkpoint behind it.

Views and macros are no migrations: they may change freely and are created anew whenever their files have changed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from importlib.resources import files

import duckdb

from warehouse.errors import WarehouseDamaged, WarehouseNewer

_LEDGER = """
CREATE SCHEMA IF NOT EXISTS state;
CREATE TABLE IF NOT EXISTS state.schema_migrations (
    version    INTEGER NOT NULL,
    name       VARCHAR NOT NULL,
    sha256     VARCHAR NOT NULL,
    applied_at TIMESTAMPTZ NOT NULL
);
COMMENT ON TABLE state.schema_migrations IS 'One row per migration applied to this file; grain version. 0 stands for the views.';
COMMENT ON COLUMN state.schema_migrations.version IS 'Number in front of the file name, ascending.';
COMMENT ON COLUMN state.schema_migrations.name IS 'File name.';
COMMENT ON COLUMN state.schema_migrations.sha256 IS 'Hex digest of the file as applied: a released migration is never edited.';
COMMENT ON COLUMN state.schema_migrations.applied_at IS 'When it was applied, UTC.';
"""

VIEWS_VERSION = 0


@dataclass(frozen=True, slots=True)
class Migration:
    """One SQL file and its number."""

    version: int
    name: str
    sql: str

    @property
    def sha256(self) -> str:
        """Return the digest that the ledger keeps."""
        return sha256(self.sql.encode()).hexdigest()


def _execute(connection: duckdb.DuckDBPyConnection, script: str) -> None:
    connection.execute(script)


def _checkpoint(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute("CHECKPOINT")  # some shapes of DDL killed before a checkpoint leave a 1.5 file unopenable


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a make of warehouse takes our scripts: run one inside a transaction, and what is to be done once it is committed."""

    run: Callable[[duckdb.DuckDBPyConnection, str], None] = _execute
    settle: Callable[[duckdb.DuckDBPyConnection], None] = _checkpoint


DUCKDB = Dialect()


def migrations() -> list[Migration]:
    """Return the bundled migrations in order of their number."""
    return [Migration(int(name.split("_", 1)[0]), name, sql) for name, sql in _sql_files("migrations")]


def views() -> Migration:
    """Return all bundled views and macros as one script, in order of their file names."""
    return Migration(VIEWS_VERSION, "views", "\n".join(sql for _, sql in _sql_files("views")))


def _sql_files(folder: str) -> list[tuple[str, str]]:
    found = (files("warehouse") / folder).iterdir()
    return sorted((file.name, file.read_text(encoding="utf-8")) for file in found if file.name.endswith(".sql"))


def migrate(connection: duckdb.DuckDBPyConnection, path: str, dialect: Dialect = DUCKDB) -> list[str]:
    """Bring an open warehouse to this version.

    Args:
        connection: Opened for writing; no transaction open.
        path: Names the file in errors.
        dialect: That of a DuckDB file, or another's.

    Returns:
        Names of what was applied now, in order; empty when the file was up to date.

    Raises:
        WarehouseNewer: A migration was applied that this version does not know.
        WarehouseDamaged: An applied migration differs from ours.

    """
    applied = _applied(connection, dialect)
    known = migrations()
    _refuse_strangers(applied, known, path)
    pending = [migration for migration in known if migration.version not in applied]
    for migration in pending:
        _apply(connection, migration, dialect)
    if pending or applied.get(VIEWS_VERSION, ("", ""))[1] != views().sha256:
        _apply(connection, views(), dialect)
        pending.append(views())
    return [migration.name for migration in pending]


def has_table(connection: duckdb.DuckDBPyConnection, table: str) -> bool:
    """Tell whether the schema `state` has a table; outside of a transaction, since asking may fail.

    In a lake `duckdb_tables()` asks the catalog's server about every table: 0.1 CPU-seconds.
    """
    try:
        connection.execute(f"SELECT 1 FROM state.{table} LIMIT 0").fetchall()  # noqa: S608 (one of two constants)
    except duckdb.CatalogException:
        return False
    return True


def _applied(connection: duckdb.DuckDBPyConnection, dialect: Dialect) -> dict[int, tuple[str, str]]:
    if not has_table(connection, "schema_migrations"):
        connection.execute("BEGIN")
        dialect.run(connection, _LEDGER)
        connection.execute("COMMIT")
        dialect.settle(connection)
        return {}
    rows = connection.execute("SELECT version, name, sha256 FROM state.schema_migrations").fetchall()
    return {version: (name, digest) for version, name, digest in rows}


def _refuse_strangers(applied: dict[int, tuple[str, str]], known: list[Migration], path: str) -> None:
    ours = {migration.version: migration for migration in known}
    for version, (name, digest) in sorted(applied.items()):
        if version == VIEWS_VERSION:
            continue
        if version not in ours:
            raise WarehouseNewer(path, f"made by a newer newsloom: migration {name} is unknown here; upgrade newsloom")
        if ours[version].sha256 != digest:
            raise WarehouseDamaged(path, f"migration {name} was applied in another wording; released migrations are never edited")


def _apply(connection: duckdb.DuckDBPyConnection, migration: Migration, dialect: Dialect) -> None:
    ledger = "INSERT INTO state.schema_migrations VALUES (?, ?, ?, ?)"
    connection.execute("BEGIN")
    try:
        dialect.run(connection, migration.sql)
        connection.execute("DELETE FROM state.schema_migrations WHERE version = ?", [migration.version])
        connection.execute(ledger, [migration.version, migration.name, migration.sha256, datetime.now(UTC)])
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    dialect.settle(connection)
