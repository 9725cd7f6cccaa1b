"""The batches a run sets out to fetch, kept until it has finished: what a killed run leaves is taken up in the same batches.

What recurs on an outlet's pages is learnt batch by batch, so other batches would come to slightly other tables.
"""

from __future__ import annotations

from collections.abc import Sequence

import duckdb
import pyarrow as pa

from warehouse.rows import INTEGER, TEXT, registered, transaction


def planned(connection: duckdb.DuckDBPyConnection) -> list[list[str]]:
    """Return the batches that the last run set out to fetch, if it did not finish."""
    rows = connection.execute("SELECT item, batch FROM state.planned ORDER BY batch, place").fetchall()
    batches: dict[int, list[str]] = {}
    for item, batch in rows:
        batches.setdefault(batch, []).append(item)
    return list(batches.values())


def store_plan(connection: duckdb.DuckDBPyConnection, batches: Sequence[Sequence[str]]) -> None:
    """Replace the plan; an empty one says that the run has finished."""
    places = [(item, number, place) for number, batch in enumerate(batches) for place, item in enumerate(batch)]
    columns = list(zip(*places, strict=True)) or [(), (), ()]
    kinds = {"item": TEXT, "batch": INTEGER, "place": INTEGER}
    table = pa.table({name: pa.array(column, kind) for (name, kind), column in zip(kinds.items(), columns, strict=True)})
    with transaction(connection), registered(connection, new_plan=table):
        connection.execute("DELETE FROM state.planned")
        connection.execute("INSERT INTO state.planned BY NAME FROM new_plan")
