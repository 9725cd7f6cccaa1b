"""The names of DuckDB extensions in, the same loaded out: from wheels of the package index, or from DuckDB's own folder.

Wheels (`duckdb-extension-*`, the extra `lake`) hold the binaries that DuckDB's makers have signed, for one version of DuckDB
each: they need no network and no home folder. Without them, what `INSTALL` once fetched from DuckDB's repository is taken.
"""

from __future__ import annotations

import importlib.util
from pathlib import Path

import duckdb

from warehouse.errors import ExtensionMissing

OF_LAKES = ("ducklake", "postgres_scanner")
OF_OBJECT_STORES = ("httpfs",)


def load_extensions(connection: duckdb.DuckDBPyConnection, names: tuple[str, ...]) -> None:
    """Load extensions.

    Raises:
        ExtensionMissing: One is in neither place; the reason says what to do.

    """
    for name in names:
        wheel = wheel_of(name)
        try:
            connection.execute(f"LOAD '{_quoted(wheel)}'" if wheel else f"LOAD {name}")
        except duckdb.Error as error:
            raise ExtensionMissing(name, _help(name)) from error


def wheel_of(name: str) -> Path | None:
    """Return the binary that a wheel brought for this version of DuckDB; `None` if there is none."""
    found = importlib.util.find_spec(f"duckdb_extension_{name}")
    if found is None or found.origin is None:
        return None
    path = Path(found.origin).parent / "extensions" / f"v{duckdb.__version__}" / f"{name}.duckdb_extension"
    return path if path.exists() else None


def install_extensions(names: tuple[str, ...]) -> list[str]:
    """Make extensions ready: where there is no wheel, fetch them from DuckDB's repository; return what each came from.

    Raises:
        ExtensionMissing: The repository cannot be reached; the reason says what else to do.

    """
    told = []
    connection = duckdb.connect()
    try:
        for name in names:
            wheel = wheel_of(name)
            if wheel is None:
                try:
                    connection.execute(f"INSTALL {name}")
                except duckdb.Error as error:
                    raise ExtensionMissing(name, _help(name)) from error
            load_extensions(connection, (name,))
            told.append(f"{name}: {'its wheel' if wheel else 'DuckDB’s repository'}")
    finally:
        connection.close()
    return told


def _help(name: str) -> str:
    package = f"duckdb-extension-{name.replace('_', '-')}=={duckdb.__version__}"
    return (
        "this extension of DuckDB is not installed. Without a network of its own: pip install --require-hashes --no-deps"
        f" -r requirements/lake.lock (or {package}); with one: newsloom setup lake"
    )


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")
