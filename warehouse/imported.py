"""How far an import has come, kept until it has finished: the next one of the same files begins where a killed one ended.

What recurs on an outlet's pages is learnt batch by batch, so reading batches again would come to slightly other tables.
"""

from __future__ import annotations

from dataclasses import dataclass

import duckdb


@dataclass(frozen=True, slots=True)
class ImportedBatch:
    """One batch of an import: which import, which batch, and a hash of what is in it and in all before it."""

    import_key: int
    number: int
    batch_key: int


def loaded_batches(connection: duckdb.DuckDBPyConnection, import_key: int) -> frozenset[int]:
    """Return the `batch_key`s that an import of the same files has loaded, if it did not finish."""
    rows = connection.execute("SELECT batch_key FROM state.imported WHERE import_key = ?", [import_key]).fetchall()
    return frozenset(key for (key,) in rows)


def store_imported(connection: duckdb.DuckDBPyConnection, batch: ImportedBatch, run_id: str) -> None:
    """Note that a batch is loaded; inside the transaction of its load."""
    connection.execute(
        "DELETE FROM state.imported WHERE import_key = ? AND batch = ?",
        [batch.import_key, batch.number],
    )
    connection.execute(
        "INSERT INTO state.imported (import_key, batch, batch_key, run_id) VALUES (?, ?, ?, ?)",
        [batch.import_key, batch.number, batch.batch_key, run_id],
    )


def forget_import(connection: duckdb.DuckDBPyConnection, import_key: int) -> None:
    """Forget how far an import came: it has finished."""
    connection.execute("DELETE FROM state.imported WHERE import_key = ?", [import_key])
