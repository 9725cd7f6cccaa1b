"""Errors of DuckDB, DuckLake and libpq in, ours out, without secrets: the one border of the lake."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import duckdb

from warehouse.errors import (
    CatalogRefused,
    DiskFull,
    StoreUnreachable,
    WarehouseConflict,
    WarehouseDamaged,
    WarehouseError,
    WarehouseMissing,
    WarehouseNewer,
    WarehouseReadOnly,
    WarehouseUnreachable,
)
from warehouse.interrupts import interruptible
from warehouse.lake.catalog import masked

_SIGNS: tuple[tuple[type[WarehouseError], str, tuple[str, ...]], ...] = (
    (
        CatalogRefused,
        "the catalog's server does not let us in",
        (
            "password authentication failed",
            "no password supplied",
            "authentication failed",
            "no pg_hba.conf entry",
            "could not translate host name",
            "invalid port number",
            "invalid connection option",
            "invalid uri",
            "permission denied for",
            "must be owner",
        ),
    ),
    (
        WarehouseNewer,
        "made by a newer DuckLake than this one",
        ("ducklake version", "catalog version"),
    ),
    (CatalogRefused, "the lake keeps its files elsewhere", ("does not match existing data path",)),
    (WarehouseMissing, "there is no lake here yet", ("creating a new ducklake is explicitly disabled",)),
    (
        WarehouseConflict,
        "somebody else changed the same rows first; nothing was written",
        ("transaction conflict", "maximum retry count", "could not serialize access", "deadlock detected"),
    ),
    (DiskFull, "no space left", ("no space left", "disk full", "could not write all bytes", "enospc", "could not extend file")),
    (
        CatalogRefused,
        "the object store refuses the keys: AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, or what they may do",
        ("http 401", "http 403", "accessdenied", "signaturedoesnotmatch", "invalidaccesskeyid"),
    ),
    (CatalogRefused, "the object store has no such bucket", ("nosuchbucket",)),
    (
        StoreUnreachable,
        "the object store does not answer",
        ("could not connect to server error for http", "could not establish connection error for http", "http 500", "http 503"),
    ),
    (
        WarehouseUnreachable,
        "the catalog's server does not answer",
        (
            "connection refused",
            "connection to server",
            "server closed the connection",
            "terminating connection",
            "is starting up",
            "is shutting down",
            "no connection to the server",
            "connection not open",
            "lost synchronization",
            "ssl syscall error",
            "timeout expired",
            "connection reset by peer",
            "broken pipe",
            "unable to connect to postgres",
            "too many clients",
            "remaining connection slots",
        ),
    ),
    (
        WarehouseReadOnly,
        "the data path is not writable",
        ("permission denied", "read-only file system"),
    ),
    (
        WarehouseDamaged,
        "a data file is missing or cut: the data path must be the same storage on every machine",
        (
            "no such file",
            "cannot open file",
            "could not read enough bytes",
            "http 404",
            "no files found",
            "magic bytes",
        ),
    ),
)
_REFUSED_WORDS = ("database", "role")


@contextmanager
def translated(name: str) -> Iterator[None]:
    """Turn errors about the lake itself into ours; a fault of the SQL stays what it is."""
    try:
        with interruptible():
            yield
    except duckdb.Error as error:
        ours = of_duckdb_error(name, error)
        if ours is None:
            raise
        raise ours from None  # the original may carry the connection string
    except OSError as error:
        raise WarehouseReadOnly(name, masked(str(error))) from error


def of_duckdb_error(name: str, error: duckdb.Error) -> WarehouseError | None:
    """Find our name for an error about the lake; `None` for a fault of the SQL, which is the caller's."""
    if isinstance(error, (duckdb.ParserException, duckdb.BinderException, duckdb.CatalogException)):
        return None
    said = " ".join(masked(str(error)).split())
    message = said.lower()
    if "fatal:" in message and "does not exist" in message and any(f'{word} "' in message for word in _REFUSED_WORDS):
        return CatalogRefused(name, f"the catalog's server does not let us in ({_end_of(said)})")
    for kind, reason, signs in _SIGNS:
        if any(sign in message for sign in signs):
            return kind(name, f"{reason} ({said[:300] if kind is WarehouseDamaged else _end_of(said)})")  # which file it is
    return None


def _end_of(said: str) -> str:
    """Return what the server said, without the connection string that DuckDB puts before it."""
    start = max(said.find('": '), said.find("FATAL: "))
    return (said[start + 3 :] if start == said.find('": ') and start >= 0 else said[max(start, 0) :])[:300].strip()
