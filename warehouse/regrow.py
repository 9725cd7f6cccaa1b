"""A warehouse derived anew in the old one's place: what was derived comes from the new file, what was told from the old one.

Killed at any moment, either the old file stands or the new one does.
"""

from __future__ import annotations

import os
from pathlib import Path

import duckdb

from warehouse.connection import locked, opened, translated, working_path
from warehouse.errors import PublishRefused, WarehouseMissing
from warehouse.publish import sync_folder, wal_of

TOLD = (
    "main.feeds",
    "main.runs",
    "main.outcomes",
    "state.entries",
    "state.rhythms",
    "state.rechecks",
    "state.hosts",
    "state.robots",
    "state.name_rules",
)
"""What the archive cannot tell again: subscriptions, the ledger, the memory of polling, curated words."""


def adopt(new_home: Path, old_home: Path) -> None:
    """Copy what was told from the old working file into the new one, in one transaction; the new one is still empty.

    Raises:
        WarehouseMissing: There is no old file: there is nothing to adopt.

    """
    old = working_path(old_home)
    if not old.exists():
        raise WarehouseMissing(str(old), "there is no warehouse to take subscriptions and runs from")
    with locked(old_home), locked(new_home), opened(new_home) as connection, translated(old):
        _attach(connection, old)
        connection.execute("BEGIN")
        for table in TOLD:
            connection.execute(f"INSERT INTO {table} BY NAME FROM old_file.{table}")
        connection.execute("COMMIT")
        connection.execute("DETACH old_file")


TOLD_MEANWHILE = ("main.feeds", "state.rhythms", "state.name_rules")
"""What people may change while a rebuild runs: it is taken over once more at its end."""


def replace_working_file(new_home: Path, old_home: Path) -> None:
    """Put the new working file in the old one's place, with the subscriptions as they are now.

    Raises:
        PublishRefused: The new file was not written to its end.

    """
    new, old = working_path(new_home), working_path(old_home)
    with locked(old_home):
        with opened(old_home):  # a log that a killed process left is replayed
            pass
        with locked(new_home), opened(new_home) as connection, translated(old):
            _attach(connection, old)
            connection.execute("BEGIN")
            for table in TOLD_MEANWHILE:
                connection.execute(f"DELETE FROM {table}")  # noqa: S608 (one of three constants)
                connection.execute(f"INSERT INTO {table} BY NAME FROM old_file.{table}")
            connection.execute("COMMIT")
            connection.execute("DETACH old_file")
        if wal_of(new).exists():
            raise PublishRefused(str(new), "the new file has unfinished writes")
        wal_of(old).unlink(missing_ok=True)
        os.replace(new, old)  # noqa: PTH105 - the atomic one, named as such
        sync_folder(old.parent)


def _attach(connection: duckdb.DuckDBPyConnection, old: Path) -> None:
    quoted = str(old).replace("'", "''")
    connection.execute(f"ATTACH '{quoted}' AS old_file (READ_ONLY)")
