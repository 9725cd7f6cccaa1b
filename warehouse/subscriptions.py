"""Feeds, rhythms and entries in, new work out: what is subscribed, when to ask next, which entries wait for their page."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime

import duckdb
import pyarrow as pa

from extractors.ids import id_of
from extractors.records import Entry, Feed, Rhythm
from warehouse.ledger import LONGEST_WAIT
from warehouse.rows import AT, BIGINT, BOOLEAN, DOUBLE, INTEGER, TEXT, TEXTS, arrow_of, first_row, registered, transaction
from warehouse.shares import ShareOf, chosen, netloc_in, unshared, within_shares

_FEED = {
    "feed_url": TEXT,
    "outlet": TEXT,
    "title": TEXT,
    "language": TEXT,
    "added_at": AT,
    "interval_seconds": BIGINT,
    "is_muted": BOOLEAN,
}
_RHYTHM = {
    "feed_url": TEXT,
    "next_poll_at": AT,
    "interval_seconds": BIGINT,
    "etag": TEXT,
    "last_modified": TEXT,
    "body_hash": TEXT,
    "polled_at": AT,
    "succeeded_at": AT,
    "new_entry_at": AT,
    "polls": BIGINT,
    "failures": DOUBLE,
    "last_error": TEXT,
    "moved_to": TEXT,
    "moved_sightings": INTEGER,
    "is_gone": BOOLEAN,
    "hub_url": TEXT,
    "entries_per_day": DOUBLE,
    "habit": pa.list_(DOUBLE),
    "burst": DOUBLE,
    "document_entries": INTEGER,
    "ttl_seconds": BIGINT,
    "skip_hours": pa.list_(INTEGER),
    "skip_days": pa.list_(INTEGER),
    "distrusts_validators": BOOLEAN,
}
_ENTRY = {
    "feed_url": TEXT,
    "entry_key": TEXT,
    "url": TEXT,
    "canonical_url": TEXT,
    "title": TEXT,
    "published_at": AT,
    "other_keys": TEXTS,
    "entry_hash": BIGINT,
    "payload": TEXT,
}


@dataclass(frozen=True, slots=True)
class PollReport:
    """What a batch of polls brought: entries in feed order, each once."""

    new: tuple[Entry, ...]
    changed: tuple[Entry, ...]
    known: int


def load_feeds(connection: duckdb.DuckDBPyConnection, feeds: Iterable[Feed]) -> int:
    """Subscribe feeds, or change what the operator said of them; return how many were not subscribed before."""
    rows = list({feed.feed_url: feed for feed in feeds}.values())
    with transaction(connection), registered(connection, new_feeds=arrow_of(rows, _FEED)):
        before = _count(connection, "SELECT count(*) FROM main.feeds")
        connection.execute(
            """
            CREATE OR REPLACE TEMP TABLE merged_feeds AS
            SELECT new.* REPLACE (coalesce(old.added_at, new.added_at) AS added_at)
            FROM new_feeds AS new
            LEFT JOIN main.feeds AS old USING (feed_url)
            """
        )
        connection.execute("DELETE FROM main.feeds WHERE feed_url IN (SELECT feed_url FROM merged_feeds)")
        connection.execute("INSERT INTO main.feeds BY NAME FROM merged_feeds")
        connection.execute("DROP TABLE merged_feeds")
        return _count(connection, "SELECT count(*) FROM main.feeds") - before


def remove_feeds(connection: duckdb.DuckDBPyConnection, feed_urls: Iterable[str]) -> int:
    """Unsubscribe; articles stay, pending entries and the rhythm go. Return how many were subscribed."""
    urls = list(feed_urls)
    with transaction(connection):
        before = _count(connection, "SELECT count(*) FROM main.feeds")
        connection.execute("DELETE FROM main.feeds WHERE feed_url IN (SELECT unnest(?))", [urls])
        connection.execute("DELETE FROM state.rhythms WHERE feed_url IN (SELECT unnest(?))", [urls])
        connection.execute("DELETE FROM state.entries WHERE status = 'pending' AND feed_url IN (SELECT unnest(?))", [urls])
        return before - _count(connection, "SELECT count(*) FROM main.feeds")


def rename_feeds(connection: duckdb.DuckDBPyConnection, names: Mapping[str, str]) -> None:
    """Let feeds bear other addresses wherever they are named, in one transaction: old -> new."""
    with transaction(connection):
        for old, new in names.items():
            for table in ("main.feeds", "state.rhythms", "state.entries", "main.articles", "main.outcomes"):
                connection.execute(f"UPDATE {table} SET feed_url = $new WHERE feed_url = $old", {"old": old, "new": new})  # noqa: S608 (constants)
            connection.execute("UPDATE main.outcomes SET item = $new WHERE item = $old", {"old": old, "new": new})
            connection.execute(
                "UPDATE state.entries SET payload = replace(payload, $told, $tell) WHERE feed_url = $new",
                {"told": json.dumps(old), "tell": json.dumps(new), "new": new},
            )


def store_overridden(connection: duckdb.DuckDBPyConnection, pairs: Iterable[tuple[Feed, Rhythm]]) -> None:
    """Write subscriptions and rhythms as the operator wants them, in one transaction."""
    rows = list(pairs)
    with transaction(connection):
        load_feeds(connection, [feed for feed, _ in rows])
        store_rhythms(connection, [rhythm for _, rhythm in rows])


def load_polls(
    connection: duckdb.DuckDBPyConnection, run_id: str, rhythms: Iterable[Rhythm], entries: Iterable[Entry], now: datetime
) -> PollReport:
    """Write what a batch of polls brought, in one transaction.

    Args:
        connection: From `writer`; no transaction open.
        run_id: Gets the counts of entries.
        rhythms: The next rhythm of each feed polled.
        entries: Of all those feeds; one listed several times counts once (its first listing stands).
        now: Becomes first_seen_at and changed_at.

    Returns:
        The entries never seen before, and those that say something else than before; both wait in `pending_entries` now.

    """
    listed: dict[tuple[str, str], Entry] = {}
    for entry in entries:
        listed.setdefault((entry.feed_url, entry.entry_key), entry)
    rows = list(listed.values())
    with transaction(connection):
        store_rhythms(connection, rhythms)
        old = _entry_hashes(connection, rows)
        new = [row for row in rows if (row.feed_url, row.entry_key) not in old]
        changed = [row for row in rows if old.get((row.feed_url, row.entry_key), entry_hash_of(row)) != entry_hash_of(row)]
        _store_entries(connection, [*new, *changed], now)
        connection.execute(
            "UPDATE main.runs SET entries_seen = entries_seen + ?, entries_new = entries_new + ? WHERE run_id = ?",
            [len(rows), len(new) + len(changed), run_id],
        )
    return PollReport(tuple(new), tuple(changed), len(rows) - len(new) - len(changed))


def store_rhythms(connection: duckdb.DuckDBPyConnection, rhythms: Iterable[Rhythm]) -> None:
    """Replace the rhythms of these feeds, inside the caller's transaction."""
    rows = list({rhythm.feed_url: rhythm for rhythm in rhythms}.values())
    with registered(connection, new_rhythms=arrow_of(rows, _RHYTHM)):
        connection.execute("DELETE FROM state.rhythms WHERE feed_url IN (SELECT feed_url FROM new_rhythms)")
        connection.execute("INSERT INTO state.rhythms BY NAME FROM new_rhythms")


def entry_hash_of(entry: Entry) -> int:
    """Hash what an entry says; a change makes its page worth another look."""
    said = [entry.url, entry.title, entry.summary, entry.content_html, entry.updated_at and entry.updated_at.isoformat()]
    return id_of("entry", json.dumps(said))


def _entry_hashes(connection: duckdb.DuckDBPyConnection, rows: Sequence[Entry]) -> dict[tuple[str, str], int]:
    with registered(connection, seen=arrow_of(rows, {"feed_url": TEXT, "entry_key": TEXT})):
        found = connection.execute(
            "SELECT feed_url, entry_key, entry_hash FROM state.entries SEMI JOIN seen USING (feed_url, entry_key)"
        ).fetchall()
    return {(feed_url, entry_key): entry_hash for feed_url, entry_key, entry_hash in found}


def _store_entries(connection: duckdb.DuckDBPyConnection, rows: Sequence[Entry], now: datetime) -> None:
    table = arrow_of(
        rows,
        _ENTRY,
        entry_hash=[entry_hash_of(row) for row in rows],
        payload=[payload_of(row) for row in rows],
    )
    with registered(connection, new_entries=table):
        connection.execute(
            """
            CREATE OR REPLACE TEMP TABLE merged_entries AS
            SELECT new.* REPLACE (list_sort(list_distinct(list_concat(new.other_keys, old.other_keys))) AS other_keys),
                   coalesce(old.first_seen_at, $now) AS first_seen_at,
                   $now AS changed_at,
                   'pending' AS status,
                   0 AS attempts
            FROM new_entries AS new
            LEFT JOIN state.entries AS old USING (feed_url, entry_key)
            """,
            {"now": now},
        )
        connection.execute(
            """
            DELETE FROM state.entries USING merged_entries AS new
            WHERE entries.feed_url = new.feed_url AND entries.entry_key = new.entry_key
            """
        )
        connection.execute("INSERT INTO state.entries BY NAME FROM merged_entries")
        connection.execute("DROP TABLE merged_entries")


def entry_keys(connection: duckdb.DuckDBPyConnection, feed_url: str) -> dict[str, str]:
    """Return every key a feed's entries have had -> the `entry_key` they are stored under, for `identity.settled`."""
    rows = connection.execute(
        """
        SELECT unnest(other_keys), entry_key FROM state.entries WHERE feed_url = $feed_url
        UNION ALL
        SELECT entry_key, entry_key FROM state.entries WHERE feed_url = $feed_url
        """,
        {"feed_url": feed_url},
    ).fetchall()
    return dict(rows)  # the last one stands: an entry's own key wins over another one's former name


_WAITING = f"""
SELECT feed_url,
       entry_key,
       first_seen_at,
       published_at,
       coalesce(canonical_url, url) IN (SELECT item FROM state.planned) AS is_planned,
       {netloc_in("url")} AS netloc
FROM state.entries
WHERE status = 'pending' AND (next_attempt_at IS NULL OR next_attempt_at <= $now OR next_attempt_at > $furthest)
QUALIFY row_number() OVER (
    PARTITION BY coalesce(canonical_url, url, feed_url || ' ' || entry_key) ORDER BY first_seen_at, feed_url, entry_key
) = 1
"""  # noqa: S608 (a constant)
_NEWEST_FIRST = "is_planned DESC, first_seen_at DESC, published_at DESC NULLS LAST, feed_url, entry_key"
"""Where there is more than a run can ask for; but what a killed run has left goes on in its batches."""
_PENDING = f"""
WITH chosen AS (
    FROM ({within_shares(_WAITING, _NEWEST_FIRST)})
    ORDER BY turn, first_seen_at, feed_url, entry_key
    LIMIT $limit
)
SELECT payload
FROM state.entries
SEMI JOIN chosen USING (feed_url, entry_key)
ORDER BY first_seen_at, feed_url, entry_key
"""  # noqa: S608 (constants)


def pending_entries(
    connection: duckdb.DuckDBPyConnection, now: datetime, limit: int = 10_000, share_of: ShareOf = unshared
) -> list[Entry]:
    """Return entries whose page is still to be fetched, oldest first, one a canonical URL.

    An entry leaves the list by the outcome of its page (`load_outcomes`, or `outcomes` of a loaded batch); after an outcome that
    may change, it comes back later. Entries without a URL are returned too, for their outcome. Where more wait than `limit` or a
    host's share allows, the newest of each host are chosen, all hosts in turn.
    """
    furthest = now + LONGEST_WAIT  # further away: by a clock that has been put back since
    rows = chosen(connection, _PENDING, _WAITING, share_of, {"now": now, "furthest": furthest, "limit": limit})
    return [entry_of(payload) for (payload,) in rows]


_TIMES = ("published_at", "updated_at")
_TUPLES = ("authors", "categories", "other_keys")


def payload_of(entry: Entry) -> str:
    """Write an entry as JSON; `entry_of` reads it back."""
    return json.dumps(asdict(entry), default=datetime.isoformat)


def entry_of(payload: str) -> Entry:
    """Read an entry back; fields that this version does not know are dropped."""
    known = {field.name for field in fields(Entry)}
    values = {name: value for name, value in json.loads(payload).items() if name in known}
    for name in _TIMES:
        values[name] = values.get(name) and datetime.fromisoformat(values[name]).astimezone(UTC)
    for name in _TUPLES:
        values[name] = tuple(values.get(name, ()))
    return Entry(**values)


def _count(connection: duckdb.DuckDBPyConnection, query: str) -> int:
    row = first_row(connection.execute(query))
    return int(row[0]) if row else 0
