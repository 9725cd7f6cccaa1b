"""Sketches of a batch in, rows of `state.fingerprints`, `copy_postings` and `copy_crowded` out; and forgetting them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

import duckdb
import pyarrow as pa

from extractors.records import Article, Decisions, Fingerprint
from warehouse.copies.lookup import articles_of
from warehouse.copies.tables import day_of, run_over
from warehouse.rows import first_row


def store_fingerprints(
    connection: duckdb.DuckDBPyConnection, fingerprints: Iterable[Fingerprint], decisions: Decisions, now: datetime
) -> None:
    """Remember the sketches of a batch, in place of an earlier text's; unchanged ones are left alone.

    Runs in the caller's transaction.
    """
    prints = list(fingerprints)
    if not prints:
        return
    days = {print_.article_id: day_of(print_, now) for print_ in prints}
    rows: Mapping[str, Any] = {
        "article_id": pa.array([print_.article_id for print_ in prints], pa.int64()),
        "fingerprint_version": pa.array([print_.fingerprint_version for print_ in prints], pa.int16()),
        "text_hash": pa.array([print_.text_hash for print_ in prints], pa.int64()),
        "token_count": pa.array([print_.token_count for print_ in prints], pa.int32()),
        "dated_on": pa.array([days[print_.article_id] for print_ in prints], pa.date32()),
    }
    _forget_earlier_texts(connection, rows)
    run_over(
        connection,
        "INSERT INTO state.fingerprints BY NAME SELECT * FROM incoming ANTI JOIN state.fingerprints USING (article_id)",
        rows,
    )
    postings = [(hash_, article_id) for article_id, hashes in decisions.postings.items() for hash_ in hashes]
    run_over(
        connection,
        "INSERT INTO state.copy_postings BY NAME SELECT * FROM incoming",
        {
            "hash": pa.array([hash_ for hash_, _ in postings], pa.int64()),
            "article_id": pa.array([article_id for _, article_id in postings], pa.int64()),
            "dated_on": pa.array([days[article_id] for _, article_id in postings], pa.date32()),
        },
    )
    run_over(
        connection,
        "INSERT INTO state.copy_crowded BY NAME SELECT * FROM incoming ANTI JOIN state.copy_crowded USING (hash)",
        {
            "hash": pa.array(decisions.crowded, pa.int64()),
            "found_at": pa.array([now] * len(decisions.crowded), pa.timestamp("us", tz="UTC")),
        },
    )


def _forget_earlier_texts(connection: duckdb.DuckDBPyConnection, rows: Mapping[str, Any]) -> None:
    """Drop what an article's earlier text left behind; the postings, a table of millions, are read only where there is one."""
    connection.register("incoming", pa.table(dict(rows)))
    changed = connection.execute(_FIND_CHANGED).fetchall()
    connection.unregister("incoming")
    gone = {"article_id": pa.array([article_id for (article_id,) in changed], pa.int64())}
    for statement in _FORGET_TEXTS:
        run_over(connection, statement, gone)


_FIND_CHANGED = """
SELECT stored.article_id
FROM state.fingerprints AS stored
JOIN incoming USING (article_id)
WHERE stored.text_hash <> incoming.text_hash
"""

_FORGET_TEXTS = (
    "DELETE FROM state.fingerprints WHERE article_id IN (SELECT article_id FROM incoming)",
    "DELETE FROM state.copy_postings WHERE article_id IN (SELECT article_id FROM incoming)",
)

_FORGET_ALL = (
    "DELETE FROM state.fingerprints",
    "DELETE FROM state.copy_postings",
    "DELETE FROM state.copy_crowded",
    "DELETE FROM state.copy_members",
    "DELETE FROM state.copy_clusters",
    """
    INSERT INTO state.dirty_days
    SELECT DISTINCT published_date
    FROM main.articles
    ANTI JOIN state.dirty_days USING (published_date)
    WHERE original_id IS NOT NULL
    """,
    "DELETE FROM main.copies",
    "UPDATE main.articles SET original_id = NULL, copy_kind = NULL WHERE original_id IS NOT NULL",
)


def has_other_versions(connection: duckdb.DuckDBPyConnection, fingerprint_version: int) -> bool:
    """See whether any sketch was made with another fingerprint."""
    row = first_row(
        connection.execute("SELECT 1 FROM state.fingerprints WHERE fingerprint_version <> ? LIMIT 1", [fingerprint_version])
    )
    return row is not None


def forget_other_versions(connection: duckdb.DuckDBPyConnection, fingerprint_version: int) -> int:
    """Empty the memory of copies where it was made with another fingerprint, so that it can be made again.

    Runs in the caller's transaction. Pairs and originals go with it; the log of moved heads stays.

    Returns:
        How many articles must be read again with `unsketched`; 0 where the memory is of this version.

    """
    row = first_row(
        connection.execute(
            "SELECT count(*) FROM state.fingerprints HAVING count(*) FILTER (fingerprint_version <> ?) > 0", [fingerprint_version]
        )
    )
    if row is None:
        return 0
    for statement in _FORGET_ALL:
        connection.execute(statement)
    return int(row[0])


def has_unsketched(connection: duckdb.DuckDBPyConnection) -> bool:
    """See whether there are more articles than sketches: two counts that the file keeps."""
    row = first_row(connection.execute("SELECT (SELECT count(*) FROM main.articles) > (SELECT count(*) FROM state.fingerprints)"))
    return bool(row and row[0])


def unsketched(connection: duckdb.DuckDBPyConnection, limit: int) -> list[Article]:
    """Read stored articles whose copies were never looked for, the oldest first: the batches of a rebuild."""
    rows = connection.execute(
        """
        SELECT article_id
        FROM main.articles
        ANTI JOIN state.fingerprints USING (article_id)
        ORDER BY least(coalesce(published_at, first_seen_at), first_seen_at), article_id
        LIMIT ?
        """,
        [limit],
    ).fetchall()
    return articles_of(connection, [article_id for (article_id,) in rows], date.min, date.max)
