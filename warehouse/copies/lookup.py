"""Fingerprints of a batch in, what may be copied out.

One set-based join a batch over an append-only table without an index. It reads the days around the batch's articles, not the days
before today: a rebuild or a backfill years later finds the same pairs.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import duckdb
import pyarrow as pa

from extractors.records import Article, Candidates, Cluster, Fingerprint
from warehouse.copies.tables import day_of
from warehouse.rows import first_row

WINDOW_DAYS = 45
"""Real copies follow within two days; reprints of features within weeks. Equal texts are found over all time."""
CROWDED_CLUSTERS = 8
MAX_CLUSTERS = 8
FEW_TOKENS = 60
FELLOWS = 3

_FIND_HITS = """
CREATE OR REPLACE TEMP TABLE copy_hits AS
WITH live AS (
    SELECT probes.hash, probes.article_id, probes.dated_on, probes.is_short
    FROM probes
    ANTI JOIN state.copy_crowded AS crowded ON crowded.hash = probes.hash
)
SELECT
    live.hash,
    live.article_id,
    live.is_short,
    postings.article_id                                   AS stored_id,
    coalesce(members.cluster_id, postings.article_id)     AS cluster_id
FROM state.copy_postings AS postings
JOIN live ON live.hash = postings.hash AND abs(live.dated_on - postings.dated_on) <= $window_days
LEFT JOIN state.copy_members AS members ON members.article_id = postings.article_id
WHERE postings.dated_on BETWEEN $first_day AND $last_day
  AND postings.article_id <> live.article_id
"""

_FIND_CROWDED = """
SELECT DISTINCT crowded.hash
FROM state.copy_crowded AS crowded
SEMI JOIN probes ON probes.hash = crowded.hash
"""

# Per article the clusters that share most with it; of each its head, the member seen first, and the two that share most.
_FIND_SHORTLIST = """
WITH counted AS (
    SELECT article_id, cluster_id, stored_id, any_value(is_short) AS is_short, count(*) AS shared
    FROM copy_hits
    GROUP BY ALL
), per_cluster AS (
    SELECT article_id, cluster_id, sum(shared) AS shared, bool_or(is_short) AS is_short
    FROM counted
    GROUP BY ALL
), chosen AS (
    SELECT article_id, cluster_id, shared
    FROM per_cluster
    WHERE shared > 1 OR is_short
    QUALIFY row_number() OVER (PARTITION BY article_id ORDER BY shared DESC, cluster_id) <= $max_clusters
), best AS (
    SELECT counted.article_id, counted.cluster_id, counted.stored_id, chosen.shared
    FROM counted
    JOIN chosen USING (article_id, cluster_id)
    QUALIFY row_number() OVER (PARTITION BY counted.article_id, counted.cluster_id ORDER BY counted.shared DESC, stored_id) <= 2
), heads AS (
    SELECT chosen.article_id, chosen.cluster_id, unnest([clusters.head_id, clusters.cluster_id]) AS stored_id, chosen.shared
    FROM chosen
    JOIN state.copy_clusters AS clusters USING (cluster_id)
), fellows AS (
    SELECT chosen.article_id, chosen.cluster_id, members.article_id AS stored_id, chosen.shared
    FROM chosen
    JOIN state.copy_members AS members USING (cluster_id)
    QUALIFY row_number() OVER (
        PARTITION BY chosen.article_id, chosen.cluster_id
        ORDER BY members.joined_at, members.article_id
    ) <= $fellows
)
SELECT DISTINCT stored_id
FROM (FROM best UNION ALL FROM heads UNION ALL FROM fellows)
"""

_FIND_EQUALS = """
SELECT texts.article_id, prints.article_id AS stored_id
FROM texts
JOIN state.fingerprints AS prints ON prints.text_hash = texts.text_hash AND prints.article_id <> texts.article_id
QUALIFY row_number() OVER (PARTITION BY texts.article_id ORDER BY prints.dated_on, prints.article_id) <= 2
ORDER BY texts.article_id, prints.dated_on, prints.article_id
"""

_READ_ARTICLES = """
SELECT article_id, url, canonical_url, outlet, text, first_seen_at, title, published_at, agency, word_count
FROM main.articles
WHERE article_id IN (SELECT article_id FROM wanted)
  AND published_date BETWEEN $first_day AND $last_day
"""

_READ_CLUSTERS = """
SELECT wanted.article_id, members.cluster_id
FROM wanted
JOIN state.copy_members AS members ON members.article_id = wanted.article_id
"""


def candidates_for(
    connection: duckdb.DuckDBPyConnection, fingerprints: Iterable[Fingerprint], now: datetime, window_days: int = WINDOW_DAYS
) -> Candidates:
    """Find what a batch may have copied.

    Args:
        connection: To the working file or to a published copy; only temporary tables are written.
        fingerprints: Of the batch.
        now: Stands in for an article without any date.
        window_days: How far apart in time a passage and its copy may lie.

    Returns:
        Everything that `copies.decide` needs of the past.

    """
    prints = list(fingerprints)
    sequence = load_sequence(connection)
    if not prints:
        return Candidates(load_sequence=sequence)
    days = [day_of(print_, now) for print_ in prints]
    connection.register("probes", _probes(prints, days))
    connection.register("texts", _texts(prints, days))
    bounds = {"first_day": min(days) - timedelta(window_days), "last_day": max(days) + timedelta(window_days)}
    connection.execute(_FIND_HITS, {**bounds, "window_days": window_days})
    crowded = {hash_ for (hash_,) in connection.execute(_FIND_CROWDED).fetchall()}
    equals: dict[int, list[int]] = defaultdict(list)
    for article_id, stored_id in connection.execute(_FIND_EQUALS).fetchall():
        equals[article_id].append(stored_id)
    shortlist = connection.execute(_FIND_SHORTLIST, {"max_clusters": MAX_CLUSTERS, "fellows": FELLOWS}).fetchall()
    hits = connection.execute("SELECT DISTINCT hash, stored_id, cluster_id FROM copy_hits ORDER BY hash, stored_id").fetchall()
    placed = connection.execute(
        "SELECT article_id FROM state.fingerprints SEMI JOIN texts USING (article_id, text_hash)"
    ).fetchall()
    sightings: dict[int, list[int]] = defaultdict(list)
    for hash_, stored_id, _ in hits:
        sightings[hash_].append(stored_id)
    wanted = {stored_id for (stored_id,) in shortlist} | {stored_id for stored in equals.values() for stored_id in stored}
    cluster_of, clusters = _clusters(
        connection, wanted | {stored_id for _, stored_id, _ in hits} | {print_.article_id for print_ in prints}
    )
    found = Candidates(
        articles=tuple(articles_of(connection, wanted, bounds["first_day"], bounds["last_day"])),
        equals={article_id: tuple(stored) for article_id, stored in equals.items()},
        sightings={hash_: tuple(stored) for hash_, stored in sightings.items()},
        crowded=frozenset(crowded),
        cluster_of=cluster_of,
        clusters=clusters,
        placed=frozenset(article_id for (article_id,) in placed),
        load_sequence=sequence,
    )
    for name in ("probes", "texts"):
        connection.unregister(name)
    connection.execute("DROP TABLE IF EXISTS temp.copy_hits")
    return found


def load_sequence(connection: duckdb.DuckDBPyConnection) -> int:
    """Return the number of the last load; candidates of an older one must be looked up again."""
    row = first_row(connection.execute("SELECT max(value) FROM state.counters WHERE name = 'load_seq'"))
    return int(row[0]) if row and row[0] is not None else 0


def _probes(prints: Sequence[Fingerprint], days: Sequence[date]) -> Any:
    repeats = [(print_, day) for print_, day in zip(prints, days, strict=True) for _ in print_.hashes]
    return pa.table(
        {
            "hash": pa.array([hash_ for print_ in prints for hash_ in print_.hashes], pa.int64()),
            "article_id": pa.array([print_.article_id for print_, _ in repeats], pa.int64()),
            "dated_on": pa.array([day for _, day in repeats], pa.date32()),
            "is_short": pa.array([print_.token_count < FEW_TOKENS for print_, _ in repeats], pa.bool_()),
        }
    )


def _texts(prints: Sequence[Fingerprint], days: Sequence[date]) -> Any:
    return pa.table(
        {
            "article_id": pa.array([print_.article_id for print_ in prints], pa.int64()),
            "text_hash": pa.array([print_.text_hash for print_ in prints], pa.int64()),
            "dated_on": pa.array(days, pa.date32()),
        }
    )


def articles_of(connection: duckdb.DuckDBPyConnection, ids: Iterable[int], first_day: date, last_day: date) -> list[Article]:
    """Read articles, first those of the days given: the table is in order of arrival, so that a part of it is read.

    Equal texts may be of any day; the rest of the table is read only where some are missing.
    """
    wanted = set(ids)
    rows = _rows_of(connection, wanted, first_day, last_day)
    missing = wanted - {row[0] for row in rows}
    if missing:
        rows += _rows_of(connection, missing, date.min, date.max)
    return [
        Article(
            article_id=article_id,
            url=url,
            canonical_url=canonical_url,
            outlet=outlet,
            text=text,
            first_seen_at=first_seen_at,
            title=title,
            published_at=published_at,
            agency=agency,
            word_count=word_count,
        )
        for article_id, url, canonical_url, outlet, text, first_seen_at, title, published_at, agency, word_count in rows
    ]


def _rows_of(connection: duckdb.DuckDBPyConnection, ids: Iterable[int], first_day: date, last_day: date) -> list[tuple[Any, ...]]:
    connection.register("wanted", pa.table({"article_id": pa.array(sorted(ids), pa.int64())}))
    try:
        return connection.execute(_READ_ARTICLES, {"first_day": first_day, "last_day": last_day}).fetchall()
    finally:
        connection.unregister("wanted")


def _clusters(connection: duckdb.DuckDBPyConnection, ids: Iterable[int]) -> tuple[dict[int, int], tuple[Cluster, ...]]:
    connection.register("wanted", pa.table({"article_id": pa.array(sorted(ids), pa.int64())}))
    cluster_of = dict(connection.execute(_READ_CLUSTERS).fetchall())
    connection.register("wanted", pa.table({"cluster_id": pa.array(sorted(set(cluster_of.values())), pa.int64())}))
    rows = connection.execute(
        "SELECT cluster_id, head_id, head_reason, size FROM state.copy_clusters SEMI JOIN wanted USING (cluster_id)"
    )
    clusters = tuple(Cluster(*row) for row in sorted(rows.fetchall()))
    connection.unregister("wanted")
    return cluster_of, clusters
