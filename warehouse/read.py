"""Questions of the pipeline to its own warehouse in, records out. Reads only, from the working file or a published copy."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields
from datetime import datetime
from typing import Any, TypeVar

import duckdb
import pyarrow as pa

from extractors.records import Article, Caption, Feed, Mention, Quote, RemovedLine, Rhythm
from warehouse.ledger import CLOCK_TOLERANCE
from warehouse.rows import BIGINT, first_row, registered, utc

Record = TypeVar("Record")


def feeds(connection: duckdb.DuckDBPyConnection, feed_urls: Iterable[str] | None = None) -> list[Feed]:
    """Return all subscriptions, or those of these URLs, in order of their URL."""
    wanted = None if feed_urls is None else list(feed_urls)
    query = "FROM main.feeds WHERE $wanted IS NULL OR feed_url IN (SELECT unnest($wanted)) ORDER BY feed_url"
    return _records(Feed, connection.execute(query, {"wanted": wanted}))


def rhythms(connection: duckdb.DuckDBPyConnection, feed_urls: Iterable[str] | None = None) -> list[Rhythm]:
    """Return the rhythm of every subscription, or of these, in order of their URL; one that was never polled is due at once."""
    wanted = None if feed_urls is None else list(feed_urls)
    return _records(
        Rhythm,
        connection.execute(
            """
            SELECT feed_url,
                   rhythms.* EXCLUDE (
                       feed_url, interval_seconds, polls, failures, moved_sightings, is_gone, habit, burst,
                       skip_hours, skip_days, distrusts_validators
                   ),
                   coalesce(rhythms.interval_seconds, feeds.interval_seconds, 3600) AS interval_seconds,
                   coalesce(polls, 0) AS polls,
                   coalesce(failures, 0) AS failures,
                   coalesce(moved_sightings, 0) AS moved_sightings,
                   coalesce(is_gone, false) AS is_gone,
                   coalesce(habit, []) AS habit,
                   coalesce(burst, 0.0) AS burst,
                   coalesce(skip_hours, []) AS skip_hours,
                   coalesce(skip_days, []) AS skip_days,
                   coalesce(distrusts_validators, false) AS distrusts_validators
            FROM main.feeds
            LEFT JOIN state.rhythms USING (feed_url)
            WHERE $wanted IS NULL OR feed_url IN (SELECT unnest($wanted))
            ORDER BY feed_url
            """,
            {"wanted": wanted},
        ),
    )


def due_feeds(connection: duckdb.DuckDBPyConnection, now: datetime) -> list[tuple[Feed, Rhythm]]:
    """Return the subscriptions to poll now with their rhythm, longest due first; muted and gone ones are left out.

    A feed whose last poll lies in the future is due: the clock was put back, and its next poll may be weeks away.
    """
    known = {feed.feed_url: feed for feed in feeds(connection)}
    waiting = [
        (known[rhythm.feed_url], rhythm)
        for rhythm in rhythms(connection)
        if not rhythm.is_gone
        and not known[rhythm.feed_url].is_muted
        and (
            rhythm.next_poll_at is None
            or rhythm.next_poll_at <= now
            or (rhythm.polled_at is not None and rhythm.polled_at > now + CLOCK_TOLERANCE)
        )
    ]
    return sorted(waiting, key=lambda pair: (pair[1].next_poll_at is not None, pair[1].next_poll_at or now, pair[0].feed_url))


def load_seq(connection: duckdb.DuckDBPyConnection) -> int:
    """Return the counter that rises with every load: what was decided at another value needs another look."""
    row = first_row(connection.execute("SELECT value FROM state.counters WHERE name = 'load_seq'"))
    return int(row[0]) if row else 0


def articles(connection: duckdb.DuckDBPyConnection, article_ids: Iterable[int]) -> list[Article]:
    """Return the stored articles of these ids with their captions and removed lines, in order of id; unknown ids are left out."""
    ids = sorted(set(article_ids))
    captions = _parts(connection, Caption, "captions", ids)
    removed = _parts(connection, RemovedLine, "removed_lines", ids)
    rows = _rows(connection.execute("FROM main.articles WHERE article_id IN (SELECT unnest(?)) ORDER BY article_id", [ids]))
    return [
        _record(
            Article,
            {
                **row,
                "captions": tuple(captions.get(row["article_id"], ())),
                "removed_lines": tuple(removed.get(row["article_id"], ())),
            },
        )
        for row in rows
    ]


def article_texts(connection: duckdb.DuckDBPyConnection, article_ids: Iterable[int]) -> dict[int, str]:
    """Return id -> text of the articles that are stored."""
    rows = connection.execute(
        "SELECT article_id, text FROM main.articles WHERE article_id IN (SELECT unnest(?))", [sorted(set(article_ids))]
    ).fetchall()
    return dict(rows)


def known_articles(connection: duckdb.DuckDBPyConnection, article_ids: Iterable[int]) -> set[int]:
    """Return those of the ids that are stored."""
    wanted = pa.table({"article_id": pa.array(sorted(set(article_ids)), BIGINT)})
    with registered(connection, wanted=wanted):
        return {
            row[0]
            for row in connection.execute("SELECT article_id FROM main.articles SEMI JOIN wanted USING (article_id)").fetchall()
        }


def mentions(connection: duckdb.DuckDBPyConnection, article_ids: Iterable[int]) -> list[Mention]:
    """Return the mentions of these articles, in order of id, region and offset."""
    return _records(
        Mention,
        connection.execute(
            "FROM main.mentions WHERE article_id IN (SELECT unnest(?)) ORDER BY article_id, region, start_char, end_char",
            [sorted(set(article_ids))],
        ),
    )


def quotes(connection: duckdb.DuckDBPyConnection, article_ids: Iterable[int]) -> list[Quote]:
    """Return the quotes of these articles, in order of id and position."""
    return _records(
        Quote,
        connection.execute(
            "FROM main.quotes WHERE article_id IN (SELECT unnest(?)) ORDER BY article_id, position", [sorted(set(article_ids))]
        ),
    )


_PARTS = {
    "captions": "FROM main.captions WHERE article_id IN (SELECT unnest(?)) ORDER BY article_id, position",
    "removed_lines": "FROM main.removed_lines WHERE article_id IN (SELECT unnest(?)) ORDER BY article_id, position",
}


def _parts(connection: duckdb.DuckDBPyConnection, kind: type[Record], table: str, ids: list[int]) -> dict[int, list[Record]]:
    found: dict[int, list[Record]] = {}
    for row in _rows(connection.execute(_PARTS[table], [ids])):
        found.setdefault(row["article_id"], []).append(_record(kind, row))
    return found


def _records(kind: type[Record], result: duckdb.DuckDBPyConnection) -> list[Record]:
    return [_record(kind, row) for row in _rows(result)]


def _rows(result: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    names = [column[0] for column in result.description or ()]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


def _record(kind: type[Record], row: dict[str, Any]) -> Record:
    """Build a record from the columns that it has: lists become tuples, times become UTC."""
    known = {field.name for field in fields(kind)}  # type: ignore[arg-type]  # every record is a dataclass
    return kind(**{name: _plain(value) for name, value in row.items() if name in known})


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return utc(value)
    return tuple(value) if isinstance(value, list) else value
