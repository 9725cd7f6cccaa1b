"""What a Ctrl-C does to a statement of DuckDB's client (1.5), and how it is made harmless."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress

import duckdb


@contextmanager
def interruptible() -> Iterator[None]:
    """Let a Ctrl-C that comes while a statement runs be the `KeyboardInterrupt` that it is everywhere else."""
    try:
        yield
    except RuntimeError as error:
        if str(error) == "Query interrupted":  # how the client passes it on
            raise KeyboardInterrupt from error
        raise


@contextmanager
def closed(connection: duckdb.DuckDBPyConnection) -> Iterator[duckdb.DuckDBPyConnection]:
    """Close a connection at the end, and drop the statement that a Ctrl-C broke.

    The client drops it only when the next statement comes. A connection closed without one leaves its whole instance alive: the
    sessions of a lake stay open, and the next `duckdb.connect` of the same file waits in this process for that instance to end,
    for ever and deaf to every signal but SIGKILL.
    """
    try:
        yield connection
    except BaseException:
        with suppress(duckdb.Error, RuntimeError):
            connection.interrupt()  # else the next statement waits until other threads have done the broken one to its end
            connection.execute("ROLLBACK")  # refused outside a transaction, and even then it has done what it is for
        raise
    finally:
        connection.close()
