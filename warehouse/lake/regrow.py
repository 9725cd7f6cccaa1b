"""A rebuild's tables into a lake: what was told goes into the nursery first, what was derived comes back in one commit.

The rebuild itself happens in an embedded warehouse beside the archive: a night of it leaves no snapshots and no small files.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from warehouse.connection import locked, working_path
from warehouse.lake.opening import NAME
from warehouse.lake.publish import attached, tables_of
from warehouse.regrow import TOLD, take_over
from warehouse.rows import transaction

if TYPE_CHECKING:
    from warehouse.lake.place import Lake


def adopt(nursery: Path, lake: Lake) -> None:
    """Copy what was told from the lake into the nursery, which is still empty."""
    with locked(nursery), lake.reading() as connection, attached(connection, working_path(nursery)) as new:
        with transaction(connection):
            for table in TOLD:
                connection.execute(f"INSERT INTO {new}.{table} BY NAME SELECT * FROM {NAME}.{table}")  # noqa: S608 (our own names)
        connection.execute(f"CHECKPOINT {new}")


def replace_tables(nursery: Path, lake: Lake) -> None:
    """Take the nursery's tables in place of the lake's, with the subscriptions as they are now: one commit.

    Articles whose pages this machine's archive does not have (retired, or fetched by another machine) stay as they were.
    """
    with locked(nursery), lake.writer() as connection, attached(connection, working_path(nursery)) as new:
        connection.execute(f"USE {new}")
        take_over(connection, NAME)
        connection.execute(f"USE {NAME}")
        with transaction(connection):
            for table in tables_of(connection):
                connection.execute(f"DELETE FROM {NAME}.{table}")  # noqa: S608 (our own names)
                connection.execute(f"INSERT INTO {NAME}.{table} BY NAME SELECT * FROM {new}.{table}")  # noqa: S608 (our own names)
            connection.execute(f"UPDATE {NAME}.state.counters SET value = value + 1 WHERE name = 'load_seq'")  # noqa: S608 (our own name)
