"""An open warehouse in, the page about its schema out: the comments of the catalog as Markdown. `python -m warehouse.schema`."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import duckdb

from warehouse.connection import writer

_HEAD = """# The schema

Made from the COMMENTs in the database by `python -m warehouse.schema`; a test keeps it true. `SELECT * FROM guide` says the same
inside the file. Schema `main` is for analysts and stable; schema `state` is the pipeline's own memory and may change with any
release.
"""
_COLUMNS = """
SELECT column_name, data_type, is_nullable, comment
FROM duckdb_columns()
WHERE database_name = current_database() AND schema_name = 'main' AND table_name = ?
ORDER BY column_index
"""

_MEMORY = """
SELECT table_name, comment
FROM duckdb_tables()
WHERE database_name = current_database() AND schema_name = 'state'
ORDER BY table_name
"""


def document(connection: duckdb.DuckDBPyConnection) -> str:
    """Write the page: every relation of `main` with its columns, then the macros, then the tables of `state` by name."""
    parts = [_HEAD]
    guide = connection.execute("SELECT name, type, grain, meaning, example FROM main.guide").fetchall()
    for name, kind, grain, meaning, example in guide:
        if kind == "macro":
            continue
        parts.append(f"## {name}\n\n{kind.capitalize()}; grain `{grain}`. {meaning}\n\n```sql\n{example}\n```\n")
        parts.append("| column | type | null | meaning |\n|---|---|---|---|")
        for column, data_type, is_nullable, comment in connection.execute(_COLUMNS, [name]).fetchall():
            null = "yes" if is_nullable and kind == "table" else ""
            parts.append(f"| `{column}` | {data_type} | {null} | {_cell(comment)} |")
        parts.append("")
    parts.append("## Macros\n\n| macro | answers | example |\n|---|---|---|")
    parts += [
        f"| `{name}` | {_cell(meaning)} | `{_cell(example)}` |" for name, kind, _, meaning, example in guide if kind == "macro"
    ]
    parts.append("\n## Schema state\n\n| table | holds |\n|---|---|")
    tables = connection.execute(_MEMORY).fetchall()
    parts += [f"| `{name}` | {_cell(comment)} |" for name, comment in tables]
    return "\n".join(parts) + "\n"


def _cell(text: str | None) -> str:
    return (text or "").replace("|", "\\|").replace("\n", " ")


def main() -> None:
    """Print the page of an empty warehouse of this version."""
    with tempfile.TemporaryDirectory() as folder, writer(Path(folder)) as connection:
        sys.stdout.write(document(connection))


if __name__ == "__main__":
    main()
