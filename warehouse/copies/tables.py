"""What lookup and memory share: a statement over rows given as columns, the day of a sketch."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

import duckdb
import pyarrow as pa

from extractors.records import Fingerprint


def run_over(connection: duckdb.DuckDBPyConnection, statement: str, columns: Mapping[str, Any]) -> None:
    """Run a statement over rows given as `incoming`; nothing where there are none."""
    incoming = pa.table(dict(columns))
    if not incoming.num_rows:
        return
    connection.register("incoming", incoming)
    try:
        connection.execute(statement)
    finally:
        connection.unregister("incoming")


def day_of(print_: Fingerprint, now: datetime) -> date:
    """Return the UTC day a sketch counts for."""
    return (print_.dated_at or now).astimezone(UTC).date()
