"""The memory of copies: fingerprints of a batch in, what may be copied out; decisions in, tables of schema `state` out.

The lookup is one set-based join a batch over an append-only table without an index. It reads the days around the batch's
articles, not the days before today: a rebuild or a backfill years later finds the same pairs.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import duckdb
import pyarrow as pa

from extractors.records import Article, Candidates, Cluster, Decisions, Fingerprint
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
    days = [_day_of(print_, now) for print_ in prints]
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
        articles=tuple(_articles(connection, wanted, bounds["first_day"], bounds["last_day"])),
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


def store_fingerprints(
    connection: duckdb.DuckDBPyConnection, fingerprints: Iterable[Fingerprint], decisions: Decisions, now: datetime
) -> None:
    """Remember the sketches of a batch, in place of an earlier text's; unchanged ones are left alone.

    Runs in the caller's transaction.
    """
    prints = list(fingerprints)
    if not prints:
        return
    days = {print_.article_id: _day_of(print_, now) for print_ in prints}
    rows: Mapping[str, Any] = {
        "article_id": pa.array([print_.article_id for print_ in prints], pa.int64()),
        "fingerprint_version": pa.array([print_.fingerprint_version for print_ in prints], pa.int16()),
        "text_hash": pa.array([print_.text_hash for print_ in prints], pa.int64()),
        "token_count": pa.array([print_.token_count for print_ in prints], pa.int32()),
        "dated_on": pa.array([days[print_.article_id] for print_ in prints], pa.date32()),
    }
    _forget_earlier_texts(connection, rows)
    _insert(
        connection,
        "INSERT INTO state.fingerprints BY NAME SELECT * FROM incoming ANTI JOIN state.fingerprints USING (article_id)",
        rows,
    )
    postings = [(hash_, article_id) for article_id, hashes in decisions.postings.items() for hash_ in hashes]
    _insert(
        connection,
        "INSERT INTO state.copy_postings BY NAME SELECT * FROM incoming",
        {
            "hash": pa.array([hash_ for hash_, _ in postings], pa.int64()),
            "article_id": pa.array([article_id for _, article_id in postings], pa.int64()),
            "dated_on": pa.array([days[article_id] for _, article_id in postings], pa.date32()),
        },
    )
    _insert(
        connection,
        "INSERT INTO state.copy_crowded BY NAME SELECT * FROM incoming ANTI JOIN state.copy_crowded USING (hash)",
        {
            "hash": pa.array(decisions.crowded, pa.int64()),
            "found_at": pa.array([now] * len(decisions.crowded), pa.timestamp("us", tz="UTC")),
        },
    )


def store_clusters(connection: duckdb.DuckDBPyConnection, decisions: Decisions) -> None:
    """Remember clusters, memberships and moves, and set `original_id` and `copy_kind` of every article concerned.

    Runs in the caller's transaction, after the batch's articles have been inserted.
    """
    if not decisions.memberships and not decisions.moves:
        return
    _take_in(connection, decisions)
    members = decisions.memberships
    _insert(
        connection,
        "INSERT INTO state.copy_members BY NAME SELECT * FROM incoming ANTI JOIN state.copy_members USING (article_id)",
        {
            "article_id": pa.array([member.article_id for member in members], pa.int64()),
            "cluster_id": pa.array([member.cluster_id for member in members], pa.int64()),
            "kind": pa.array([member.kind for member in members], pa.string()),
            "via_id": pa.array([member.via_id for member in members], pa.int64()),
            "joined_at": pa.array([member.joined_at for member in members], pa.timestamp("us", tz="UTC")),
        },
    )
    clusters = decisions.clusters
    changed: Mapping[str, Any] = {
        "cluster_id": pa.array([cluster.cluster_id for cluster in clusters], pa.int64()),
        "head_id": pa.array([cluster.head_id for cluster in clusters], pa.int64()),
        "head_reason": pa.array([cluster.head_reason for cluster in clusters], pa.string()),
        "size": pa.array([cluster.size for cluster in clusters], pa.int32()),
    }
    _insert(connection, "DELETE FROM state.copy_clusters WHERE cluster_id IN (SELECT cluster_id FROM incoming)", changed)
    _insert(connection, "INSERT INTO state.copy_clusters BY NAME SELECT * FROM incoming", changed)
    moves = decisions.moves
    _insert(
        connection,
        "INSERT INTO state.copy_moves BY NAME SELECT * FROM incoming",
        {
            "cluster_id": pa.array([move.cluster_id for move in moves], pa.int64()),
            "from_id": pa.array([move.from_id for move in moves], pa.int64()),
            "to_id": pa.array([move.to_id for move in moves], pa.int64()),
            "reason": pa.array([move.reason for move in moves], pa.string()),
            "moved_at": pa.array([move.moved_at for move in moves], pa.timestamp("us", tz="UTC")),
            "from_cluster_id": pa.array([move.from_cluster_id for move in moves], pa.int64()),
        },
    )
    _insert(connection, _NAME_ORIGINALS, {"cluster_id": changed["cluster_id"]})


# A member that was the head takes the kind "near" until it is compared again; the head itself is no copy.
_NAME_ORIGINALS = """
UPDATE main.articles AS articles
SET original_id = named.original_id,
    copy_kind = named.copy_kind
FROM (
    SELECT
        members.article_id,
        nullif(clusters.head_id, members.article_id) AS original_id,
        CASE WHEN clusters.head_id <> members.article_id THEN coalesce(members.kind, 'near') END AS copy_kind
    FROM incoming
    JOIN state.copy_clusters AS clusters USING (cluster_id)
    JOIN state.copy_members AS members USING (cluster_id)
) AS named
WHERE articles.article_id = named.article_id
  AND (articles.original_id, articles.copy_kind) IS DISTINCT FROM (named.original_id, named.copy_kind)
"""


def _forget_earlier_texts(connection: duckdb.DuckDBPyConnection, rows: Mapping[str, Any]) -> None:
    """Drop what an article's earlier text left behind; the postings, a table of millions, are read only where there is one."""
    connection.register("incoming", pa.table(dict(rows)))
    changed = connection.execute(_FIND_CHANGED).fetchall()
    connection.unregister("incoming")
    gone = {"article_id": pa.array([article_id for (article_id,) in changed], pa.int64())}
    for statement in _FORGET_TEXTS:
        _insert(connection, statement, gone)


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
)


def forget_other_versions(connection: duckdb.DuckDBPyConnection, fingerprint_version: int) -> int:
    """Empty the memory of copies where it was made with another fingerprint, so that it can be made again.

    Runs in the caller's transaction. Pairs in `main.copies` stay until they are decided again.

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
    return _articles(connection, [article_id for (article_id,) in rows], date.min, date.max)


def _take_in(connection: duckdb.DuckDBPyConnection, decisions: Decisions) -> None:
    """Move the members of clusters that proved to be part of another one."""
    merged = {move.from_cluster_id: move.cluster_id for move in decisions.moves if move.from_cluster_id is not None}
    last = {gone: _end_of(merged, kept) for gone, kept in merged.items()}
    columns = {"gone_id": pa.array(list(last), pa.int64()), "kept_id": pa.array(list(last.values()), pa.int64())}
    _insert(
        connection,
        "UPDATE state.copy_members SET cluster_id = incoming.kept_id, kind = coalesce(kind, 'near') FROM incoming"
        " WHERE cluster_id = incoming.gone_id",
        columns,
    )
    _insert(connection, "DELETE FROM state.copy_clusters WHERE cluster_id IN (SELECT gone_id FROM incoming)", columns)


def _end_of(merged: Mapping[int, int], cluster_id: int) -> int:
    while cluster_id in merged:
        cluster_id = merged[cluster_id]
    return cluster_id


def _insert(connection: duckdb.DuckDBPyConnection, statement: str, columns: Mapping[str, Any]) -> None:
    """Run a statement over rows given as `incoming`; nothing where there are none."""
    incoming = pa.table(dict(columns))
    if not incoming.num_rows:
        return
    connection.register("incoming", incoming)
    try:
        connection.execute(statement)
    finally:
        connection.unregister("incoming")


def _day_of(print_: Fingerprint, now: datetime) -> date:
    return (print_.dated_at or now).astimezone(UTC).date()


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


def _articles(connection: duckdb.DuckDBPyConnection, ids: Iterable[int], first_day: date, last_day: date) -> list[Article]:
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
