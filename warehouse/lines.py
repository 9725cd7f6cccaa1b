"""An outlet's recurring lines in and out of `state.lines`: the memory with which residue is told from journalism."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC

import duckdb
import pyarrow as pa

from extractors.residue.linememory import LineRecord
from warehouse.rows import AT, BIGINT, DOUBLE, TEXT, arrow_of, registered, transaction

_LINE = {
    "outlet": TEXT,
    "line_key": BIGINT,
    "text": TEXT,
    "stories": DOUBLE,
    "sketches": pa.list_(pa.list_(pa.int64())),
    "first_seen_at": AT,
    "last_seen_at": AT,
}


def lines_of_outlets(connection: duckdb.DuckDBPyConnection, outlets: Iterable[str]) -> list[LineRecord]:
    """Return what is remembered of these outlets, in order of outlet and key; `LineMemory(records)` asks it."""
    rows = connection.execute(
        """
        SELECT outlet, line_key, text, stories, sketches, first_seen_at, last_seen_at
        FROM state.lines
        WHERE outlet IN (SELECT unnest(?))
        ORDER BY outlet, line_key
        """,
        [sorted(set(outlets))],
    ).fetchall()
    return [
        LineRecord(
            outlet, key, text, stories, tuple(map(tuple, sketches)), first_seen_at.astimezone(UTC), last_seen_at.astimezone(UTC)
        )
        for outlet, key, text, stories, sketches, first_seen_at, last_seen_at in rows
    ]


def load_lines(
    connection: duckdb.DuckDBPyConnection, changed: Iterable[LineRecord], forgotten: Iterable[LineRecord] = ()
) -> None:
    """Write the records that `linememory.remember` changed and drop those that are `forgettable`, in one transaction."""
    kept = list({(line.outlet, line.line_key): line for line in changed}.values())
    gone = [line for line in forgotten if (line.outlet, line.line_key) not in {(row.outlet, row.line_key) for row in kept}]
    key = {"outlet": TEXT, "line_key": BIGINT}
    with transaction(connection), registered(connection, kept=arrow_of(kept, _LINE), replaced=arrow_of([*kept, *gone], key)):
        connection.execute(
            "DELETE FROM state.lines USING replaced WHERE lines.outlet = replaced.outlet AND lines.line_key = replaced.line_key"
        )
        connection.execute("INSERT INTO state.lines BY NAME FROM kept")
