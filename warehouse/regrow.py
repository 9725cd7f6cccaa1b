"""A warehouse derived anew in the old one's place: what was derived comes from the new file, what was told from the old one.

Killed at any moment, either the old file stands or the new one does.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

import duckdb
import pyarrow as pa

from warehouse.connection import locked, opened, translated, working_path
from warehouse.errors import PublishRefused, WarehouseMissing
from warehouse.publish import sync_folder, wal_of
from warehouse.rows import AT, TEXT, registered, transaction
from warehouse.spellings import RECOUNT

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
    "state.planned",
    "state.imported",
)
"""What the archive cannot tell again: subscriptions, the ledger, the memory of polling, curated words, what dead runs left."""


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

    Articles whose pages the archive no longer has (retired, damaged) stay as they were: a rebuild loses no story.

    Raises:
        PublishRefused: The new file was not written to its end.

    """
    new, old = working_path(new_home), working_path(old_home)
    with locked(old_home):
        with opened(old_home):  # a log that a killed process left is replayed
            pass
        with locked(new_home), opened(new_home) as connection, translated(old):
            _attach(connection, old)
            take_over(connection, "old_file")
            connection.execute("DETACH old_file")
        if wal_of(new).exists():
            raise PublishRefused(str(new), "the new file has unfinished writes")
        wal_of(old).unlink(missing_ok=True)
        os.replace(new, old)  # noqa: PTH105 - the atomic one, named as such
        sync_folder(old.parent)


def note_replayed(connection: duckdb.DuckDBPyConnection, readings: Iterable[tuple[str, datetime]]) -> None:
    """Remember, in a file that is growing, which pages (item, fetched at) the archive gave; `replace_working_file` forgets it."""
    items, moments = zip(*readings, strict=True) if (readings := list(readings)) else ((), ())
    connection.execute("CREATE TABLE IF NOT EXISTS state.replayed (item VARCHAR, fetched_at TIMESTAMPTZ)")
    with registered(connection, new_readings=pa.table({"item": pa.array(items, TEXT), "fetched_at": pa.array(moments, AT)})):
        connection.execute("INSERT INTO state.replayed BY NAME FROM new_readings")


def take_over(connection: duckdb.DuckDBPyConnection, old: str) -> None:
    """Bring what people changed meanwhile, and what no archive tells any more, from the old tables into the new ones.

    Args:
        connection: The new tables are its default.
        old: Catalog name of the old tables in it.

    """
    note_replayed(connection, ())  # an archive without a file tells nothing
    with transaction(connection):
        for table in TOLD_MEANWHILE:
            connection.execute(f"DELETE FROM {table}")  # noqa: S608 (one of three constants)
            connection.execute(f"INSERT INTO {table} BY NAME FROM {old}.{table}")
        for statement in _KEEP_UNTOLD:
            connection.execute(statement.replace("old_file.", f"{old}."))


_OF_ARTICLES = ("main.articles", "main.revisions", "main.captions", "main.removed_lines", "main.mentions", "main.quotes")

_KEEP_UNTOLD = (
    # What the replay has met as it was first seen, and found to be no article any more, is not kept; what it could not digest is.
    """
    CREATE TEMP TABLE untold AS
    SELECT article_id
    FROM old_file.main.articles AS old
    ANTI JOIN main.articles USING (article_id)
    WHERE NOT EXISTS (
        FROM state.replayed AS seen
        WHERE seen.item = old.canonical_url AND seen.fetched_at <= old.first_seen_at
    )
    OR EXISTS (
        FROM main.outcomes AS said
        WHERE said.item = old.canonical_url
          AND said.run_id = (SELECT max_by(run_id, started_at) FROM main.runs WHERE kind = 'rebuild')
          AND said.outcome IN ('extract_failed', 'extract_timed_out', 'extract_crashed')
    )
    """,
    "DROP TABLE state.replayed",
    *(f"INSERT INTO {table} BY NAME FROM old_file.{table} SEMI JOIN untold USING (article_id)" for table in _OF_ARTICLES),
    "INSERT INTO state.name_uses BY NAME FROM old_file.state.name_uses SEMI JOIN untold USING (article_id)",
    *RECOUNT,
    """
    INSERT INTO main.copies BY NAME
    FROM old_file.main.copies
    SEMI JOIN untold USING (article_id)
    WHERE original_id IN (SELECT article_id FROM main.articles)
    """,
    """
    UPDATE main.articles
    SET original_id = NULL, copy_kind = NULL
    WHERE original_id IS NOT NULL AND original_id NOT IN (SELECT article_id FROM main.articles)
    """,
    """
    CREATE TEMP TABLE untold_entities AS
    SELECT DISTINCT entity_id
    FROM (SELECT article_id, entity_id FROM main.mentions UNION ALL SELECT article_id, entity_id FROM main.quotes)
    SEMI JOIN untold USING (article_id)
    ANTI JOIN main.entities USING (entity_id)
    WHERE entity_id IS NOT NULL
    """,
    "INSERT INTO main.entities BY NAME FROM old_file.main.entities SEMI JOIN untold_entities USING (entity_id)",
    # A spelling that the replay has decided otherwise, as another kind of thing, has its row.
    """
    INSERT INTO state.name_aliases BY NAME
    FROM old_file.state.name_aliases
    SEMI JOIN untold_entities USING (entity_id)
    ANTI JOIN state.name_aliases AS decided USING (kind, key)
    """,
    # The log of names goes on: what the replay moved on its way says nothing, what it left elsewhere than before does.
    "DELETE FROM state.name_log",
    "INSERT INTO state.name_log BY NAME FROM old_file.state.name_log",
    """
    INSERT INTO state.name_log BY NAME
    SELECT
        (SELECT max(started_at) FROM main.runs) AS logged_at,
        CASE
            WHEN old.entity_id IN (SELECT entity_id FROM state.name_aliases)
                THEN if(new.entity_id IN (SELECT entity_id FROM old_file.state.name_aliases), 'moved', 'split')
            ELSE if(new.entity_id IN (SELECT entity_id FROM old_file.state.name_aliases), 'merged', 'renamed')
        END           AS event,
        kind,
        new.alias,
        old.entity_id AS from_id,
        new.entity_id AS to_id,
        new.rule,
        new.evidence
    FROM state.name_aliases AS new
    JOIN old_file.state.name_aliases AS old USING (kind, key)
    WHERE new.entity_id <> old.entity_id AND (SELECT count(*) FROM main.runs) > 0
    ORDER BY kind, key
    """,
    """
    INSERT INTO state.dirty_days
    SELECT DISTINCT published_date
    FROM main.articles
    SEMI JOIN untold USING (article_id)
    ANTI JOIN state.dirty_days USING (published_date)
    """,
)


def _attach(connection: duckdb.DuckDBPyConnection, old: Path) -> None:
    quoted = str(old).replace("'", "''")
    connection.execute(f"ATTACH '{quoted}' AS old_file (READ_ONLY)")
