"""Which articles are looked at again for silent edits, when, and with which validators.

GDELT measured body changes in 15 % of articles within a day and 18 % within a week; the steps are those of NewsDiffs, shortened.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import duckdb

from warehouse.rows import AT, BIGINT, INTEGER, TEXT, arrow_of, registered, transaction
from warehouse.shares import ShareOf, chosen, netloc_in, unshared, within_shares

RECHECK_AFTER = (
    timedelta(minutes=15),
    timedelta(hours=1),
    timedelta(hours=3),
    timedelta(hours=24),
    timedelta(days=7),
)


@dataclass(frozen=True, slots=True)
class Recheck:
    """One article under watch. `step` counts the checks done."""

    article_id: int
    url: str
    first_seen_at: datetime
    etag: str | None = None
    last_modified: str | None = None
    body_hash: str | None = None  # hex digest of the last body
    step: int = 0
    due_at: datetime | None = None  # set by the warehouse


_RECHECK = {
    "article_id": BIGINT,
    "url": TEXT,
    "first_seen_at": AT,
    "step": INTEGER,
    "due_at": AT,
    "etag": TEXT,
    "last_modified": TEXT,
    "body_hash": TEXT,
}


def due_after(first_seen_at: datetime, now: datetime, after: Sequence[timedelta] = RECHECK_AFTER) -> tuple[int, datetime] | None:
    """Return the number and the time of the next check; `None` when the last one is past."""
    for step, wait in enumerate(after):
        if first_seen_at + wait > now:
            return step, first_seen_at + wait
    return None


FAILED_WAIT = timedelta(minutes=15)
FAILED_SHARE = 8
"""A check that failed is tried again after an eighth of the article's age: soon after an hour's outage, some ten times a week."""


def due_again(first_seen_at: datetime, now: datetime, after: Sequence[timedelta] = RECHECK_AFTER) -> tuple[int, datetime] | None:
    """Return the number and the time of the next check after one that failed: by the next step; `None` when it is too old."""
    retry = now + max(FAILED_WAIT, (now - first_seen_at) / FAILED_SHARE)
    regular = due_after(first_seen_at, now, after)
    if regular is not None:
        return regular[0], min(regular[1], retry)
    is_late = not after or retry > first_seen_at + 1.5 * after[-1]
    return None if is_late else (len(after) - 1, retry)


def watch(
    connection: duckdb.DuckDBPyConnection,
    articles: Iterable[Recheck],
    now: datetime,
    after: Sequence[timedelta] = RECHECK_AFTER,
    failed: Container[int] = (),
) -> int:
    """Note that these articles were fetched just now: each becomes due at its next step, or leaves the list after the last.

    Args:
        connection: From `writer`; no transaction open.
        articles: With the validators of this fetch; `step` and `due_at` are ignored. A known article keeps its `first_seen_at`.
        now: When they were fetched.
        after: Waits counted from the first sight, ascending; empty = nothing is watched.
        failed: Ids of those whose page did not come: they are asked for again before the next step.

    Returns:
        How many are under watch after this.

    """
    rows = list({article.article_id: article for article in articles}.values())
    with transaction(connection), registered(connection, checked=arrow_of(rows, {"article_id": BIGINT})):
        first_seen = dict(
            connection.execute(
                "SELECT article_id, first_seen_at FROM state.rechecks SEMI JOIN checked USING (article_id)"
            ).fetchall()
        )
        connection.execute("DELETE FROM state.rechecks WHERE article_id IN (SELECT article_id FROM checked)")
        # not later than now: what a clock in the future saw would be asked for at every run until then
        starts = [min(first_seen.get(row.article_id, row.first_seen_at).astimezone(UTC), now) for row in rows]
        dues = [
            (due_again if row.article_id in failed else due_after)(start, now, after)
            for row, start in zip(rows, starts, strict=True)
        ]
        kept = [(row, start, due) for row, start, due in zip(rows, starts, dues, strict=True) if due is not None]
        table = arrow_of(
            [row for row, _, _ in kept],
            _RECHECK,
            first_seen_at=[start for _, start, _ in kept],
            step=[due[0] for _, _, due in kept],
            due_at=[due[1] for _, _, due in kept],
        )
        with registered(connection, new_rechecks=table):
            connection.execute("INSERT INTO state.rechecks BY NAME FROM new_rechecks")
    return len(kept)


_DUE = f"""
SELECT *, url IN (SELECT item FROM state.planned) AS is_planned, {netloc_in("url")} AS netloc
FROM state.rechecks
WHERE due_at <= $now OR due_at > $furthest
"""  # noqa: S608 (a constant)
_IN_TURN = f"""
WITH chosen AS (
    FROM ({within_shares(_DUE, "is_planned DESC, due_at, article_id")})
    ORDER BY turn, due_at, article_id
    LIMIT $limit
)
SELECT article_id, url, first_seen_at, etag, last_modified, body_hash, step, due_at
FROM chosen
ORDER BY due_at, article_id
"""  # noqa: S608 (constants)


def due_rechecks(
    connection: duckdb.DuckDBPyConnection, now: datetime, limit: int = 1_000, share_of: ShareOf = unshared
) -> list[Recheck]:
    """Return the articles to look at again, longest due first; where they are too many, those of all hosts in turn."""
    furthest = now + RECHECK_AFTER[-1]  # further: by a clock that was put back since
    rows = chosen(connection, _IN_TURN, _DUE, share_of, {"now": now, "furthest": furthest, "limit": limit})
    return [
        Recheck(key, url, first_seen_at.astimezone(UTC), etag, last_modified, body_hash, step, due_at.astimezone(UTC))
        for key, url, first_seen_at, etag, last_modified, body_hash, step, due_at in rows
    ]


def rewatch(connection: duckdb.DuckDBPyConnection, now: datetime) -> int:
    """Watch every article of the last steps' time again; return how many were not watched any more.

    For when the clock was put back: as long as it ran ahead, all steps of these articles seemed to be past.
    """
    rows = connection.execute(
        """
        INSERT INTO state.rechecks BY NAME
        SELECT article_id, url, first_seen_at, 0 AS step, $now AS due_at
        FROM main.articles
        ANTI JOIN state.rechecks USING (article_id)
        WHERE first_seen_at > $oldest
        RETURNING article_id
        """,
        {"now": now, "oldest": now - RECHECK_AFTER[-1]},
    ).fetchall()
    return len(rows)


def unwatch(connection: duckdb.DuckDBPyConnection, article_ids: Iterable[int]) -> None:
    """Stop watching articles, such as those that are gone."""
    connection.execute("DELETE FROM state.rechecks WHERE article_id IN (SELECT unnest(?))", [list(article_ids)])
