"""Articles as read and as stored in, what becomes of each out: new, revised, refreshed or unchanged; then their rows.

`decide` reads and judges, `store_articles` writes; both inside the transaction of a load.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime, timedelta

import duckdb
import pyarrow as pa

from extractors.records import Article
from warehouse.revisions import Version, changes_between, content_hash_of, residue_of, timeline, version_of, words_between
from warehouse.rows import AT, BIGINT, BOOLEAN, INTEGER, TEXT, TEXTS, arrow_of, ids_of, registered, utc

FUTURE_TOLERANCE = timedelta(days=1)
"""A publication time further ahead of the fetch is a mistake, not a time zone: zones reach 14 hours."""

NEW, REVISED, REFRESHED, UNCHANGED = "loaded", "revised", "refreshed", "unchanged"


@dataclass(frozen=True, slots=True)
class _Stored:
    """What decides, of an article's row."""

    article_id: int
    content_hash: int
    extractor_version: str
    first_seen_at: datetime
    changed_at: datetime
    revision: int
    feed_url: str | None


@dataclass(frozen=True, slots=True)
class Decision:
    """What becomes of one article: `article` is None where the stored row stays the newest."""

    article_id: int
    verdict: str
    article: Article | None
    versions: tuple[Version, ...]


def decide(connection: duckdb.DuckDBPyConnection, articles: Sequence[Article]) -> list[Decision]:
    """Judge the articles of a batch against what is stored; one decision an article, several readings of it folded."""
    readings: dict[int, list[Article]] = {}
    for article in sorted(articles, key=lambda article: (article.article_id, article.first_seen_at, article.url)):
        readings.setdefault(article.article_id, []).append(article)
    stored = _stored(connection, list(readings))
    changed = [key for key, read in readings.items() if key in stored and not _is_known(stored[key], read)]
    histories = _histories(connection, changed)
    return [_judge(stored.get(key), histories.get(key, []), read) for key, read in readings.items()]


def _is_known(stored: _Stored, readings: Iterable[Article]) -> bool:
    """Tell whether all readings repeat the newest version: then its text need not be looked up."""
    return all(
        stored.content_hash == content_hash_of(article.title, article.text)
        and stored.extractor_version == article.extractor_version
        and article.first_seen_at >= stored.changed_at
        for article in readings
    )


def _judge(stored: _Stored | None, history: list[Version], readings: list[Article]) -> Decision:
    """Judge the readings of one article, ascending in time, against what is stored of it."""
    key = readings[0].article_id
    if stored is not None and not history:
        return Decision(key, UNCHANGED, None, ())
    versions = tuple(timeline(history, [version_of(article) for article in readings]))
    newest = versions[-1]
    source = next((a for a in reversed(readings) if content_hash_of(a.title, a.text) == newest.content_hash), None)
    if stored is None:
        return Decision(key, NEW, source, versions)
    if list(versions) == history:
        return Decision(key, UNCHANGED, None, ())
    if source is not None and source.feed_url is None:
        source = replace(source, feed_url=stored.feed_url)
    is_revised = len(versions) > len(history)
    return Decision(key, REVISED if is_revised else REFRESHED, source, versions)


def refreshed(
    connection: duckdb.DuckDBPyConnection, decisions: Sequence[Decision], articles: Iterable[Article]
) -> list[Decision]:
    """Turn "unchanged" into "refreshed" where the reading that made the newest version is read again: its row is written anew.

    Later readings, which only found that version again, stay without effect: they may know less, such as what the feed said.
    """
    stored = _stored(connection, [decision.article_id for decision in decisions])
    made = {a.article_id: a for a in articles if a.article_id in stored and a.first_seen_at == stored[a.article_id].changed_at}
    return [
        replace(decision, verdict=REFRESHED, article=made[decision.article_id])
        if decision.verdict == UNCHANGED and decision.article_id in made
        else decision
        for decision in decisions
    ]


def _stored(connection: duckdb.DuckDBPyConnection, article_ids: list[int]) -> dict[int, _Stored]:
    with registered(connection, wanted=ids_of(article_ids)):
        rows = connection.execute(
            """
            SELECT article_id, content_hash, extractor_version, first_seen_at, changed_at, revision, feed_url
            FROM main.articles
            SEMI JOIN wanted USING (article_id)
            """
        ).fetchall()
    return {
        key: _Stored(key, content_hash, version, first_seen_at.astimezone(UTC), changed_at.astimezone(UTC), revision, feed_url)
        for key, content_hash, version, first_seen_at, changed_at, revision, feed_url in rows
    }


def _histories(connection: duckdb.DuckDBPyConnection, article_ids: list[int]) -> dict[int, list[Version]]:
    """Return the versions of the articles, ascending; those that never changed have one, their own row."""
    histories: dict[int, list[Version]] = {}
    if not article_ids:
        return histories
    rows = connection.execute(
        """
        SELECT article_id, seen_at, title, text, modified_at, content_hash, extractor_version
        FROM main.revisions
        WHERE article_id IN (SELECT unnest($ids))
        UNION ALL
        SELECT article_id, changed_at, title, text, modified_at, content_hash, extractor_version
        FROM main.articles
        WHERE revision = 0 AND article_id IN (SELECT unnest($ids))
        ORDER BY article_id, seen_at
        """,
        {"ids": article_ids},
    ).fetchall()
    for article_id, seen_at, title, text, modified_at, content_hash, extractor_version in rows:
        version = Version(seen_at.astimezone(UTC), title, text, utc(modified_at), content_hash, extractor_version)
        histories.setdefault(article_id, []).append(version)
    for article_id, residue in _residues(connection, article_ids).items():
        if versions := histories.get(article_id):
            versions[-1] = replace(versions[-1], residue=residue)
    return histories


def _residues(connection: duckdb.DuckDBPyConnection, article_ids: list[int]) -> dict[int, frozenset[str]]:
    """Return the shapes of what was taken out of the newest version of each article."""
    rows = connection.execute(
        """
        SELECT article_id, list(text)
        FROM (
            SELECT article_id, text FROM main.captions WHERE article_id IN (SELECT unnest($ids))
            UNION ALL
            SELECT article_id, text FROM main.removed_lines WHERE article_id IN (SELECT unnest($ids))
        )
        GROUP BY article_id
        """,
        {"ids": article_ids},
    ).fetchall()
    return {article_id: residue_of(lines) for article_id, lines in rows}


_ARTICLE: dict[str, pa.DataType] = {
    "article_id": BIGINT,
    "url": TEXT,
    "canonical_url": TEXT,
    "outlet": TEXT,
    "feed_url": TEXT,
    "title": TEXT,
    "authors": TEXTS,
    "published_at": AT,
    "published_at_source": TEXT,
    "published_date": pa.date32(),
    "dated_on": pa.date32(),
    "dated_on_source": TEXT,
    "modified_at": AT,
    "first_seen_at": AT,
    "changed_at": AT,
    "revision": INTEGER,
    "language": TEXT,
    "declared_language": TEXT,
    "section": TEXT,
    "description": TEXT,
    "dateline": TEXT,
    "agency": TEXT,
    "is_paywalled": BOOLEAN,
    "image_url": TEXT,
    "page_kind": TEXT,
    "text_source": TEXT,
    "text": TEXT,
    "standfirst": TEXT,
    "word_count": INTEGER,
    "headings": pa.list_(pa.int32()),
    "content_hash": BIGINT,
    "extractor_version": TEXT,
}


def store_articles(connection: duckdb.DuckDBPyConnection, decisions: Sequence[Decision]) -> None:
    """Write the rows that were decided, and their versions; inside the caller's transaction."""
    _store_revisions(connection, decisions)
    written = [(d.article, d) for d in decisions if d.article is not None]
    articles = [article for article, _ in written]
    versions = [decision.versions for _, decision in written]
    table = arrow_of(
        articles,
        _ARTICLE,
        published_date=[published_date_of(article.published_at, article.first_seen_at) for article in articles],
        first_seen_at=[v[0].seen_at if v else a.first_seen_at for a, v in zip(articles, versions, strict=True)],
        changed_at=[v[-1].seen_at if v else a.first_seen_at for a, v in zip(articles, versions, strict=True)],
        revision=[max(len(v) - 1, 0) for v in versions],
        content_hash=[content_hash_of(article.title, article.text) for article in articles],
    )
    with registered(connection, new_articles=table):
        # A refreshed row without a history keeps the times and the number that it has.
        connection.execute(
            """
            CREATE OR REPLACE TEMP TABLE kept_versions AS
            SELECT article_id, feed_url, first_seen_at, changed_at, revision, original_id, copy_kind
            FROM main.articles
            SEMI JOIN new_articles USING (article_id)
            """
        )
        connection.execute("DELETE FROM main.articles USING new_articles AS new WHERE articles.article_id = new.article_id")
        connection.execute(
            """
            INSERT INTO main.articles BY NAME
            SELECT new.* REPLACE (coalesce(new.feed_url, kept.feed_url) AS feed_url), kept.original_id, kept.copy_kind
            FROM new_articles AS new
            LEFT JOIN kept_versions AS kept USING (article_id)
            ORDER BY new.published_date, new.outlet, article_id
            """
        )
    _keep_versions(connection, [d.article_id for _, d in written if not d.versions])
    _renumber(connection, [decision for decision in decisions if decision.article is None and decision.versions])


def _keep_versions(connection: duckdb.DuckDBPyConnection, article_ids: list[int]) -> None:
    connection.execute(
        """
        UPDATE main.articles
        SET first_seen_at = kept.first_seen_at,
            changed_at = kept.changed_at,
            revision = kept.revision
        FROM kept_versions AS kept
        WHERE articles.article_id = kept.article_id AND kept.article_id IN (SELECT unnest(?))
        """,
        [article_ids],
    )
    connection.execute("DROP TABLE kept_versions")


def _renumber(connection: duckdb.DuckDBPyConnection, decisions: Sequence[Decision]) -> None:
    """Note that an older version came to light: the newest row stays, with a higher number and an earlier first sight."""
    for decision in decisions:
        connection.execute(
            """
            UPDATE main.articles
            SET first_seen_at = ?, changed_at = ?, revision = ?, extractor_version = ?
            WHERE article_id = ?
            """,
            [
                decision.versions[0].seen_at,
                decision.versions[-1].seen_at,
                len(decision.versions) - 1,
                decision.versions[-1].extractor_version,
                decision.article_id,
            ],
        )


def published_date_of(published_at: datetime | None, first_seen_at: datetime) -> date:
    """Return the UTC day an article counts for: its own claim, unless it has none or claims the future."""
    if published_at is None or published_at > first_seen_at + FUTURE_TOLERANCE:
        return first_seen_at.astimezone(UTC).date()
    return published_at.astimezone(UTC).date()


_CHANGE = pa.struct([("kind", TEXT), ("removed", TEXT), ("added", TEXT), ("context", TEXT)])
_REVISION: dict[str, pa.DataType] = {
    "article_id": BIGINT,
    "revision": INTEGER,
    "seen_at": AT,
    "title": TEXT,
    "text": TEXT,
    "modified_at": AT,
    "words_added": INTEGER,
    "words_removed": INTEGER,
    "changes": pa.list_(_CHANGE),
    "content_hash": BIGINT,
    "extractor_version": TEXT,
}


def _store_revisions(connection: duckdb.DuckDBPyConnection, decisions: Sequence[Decision]) -> None:
    touched = [decision for decision in decisions if decision.versions and decision.verdict != NEW]
    connection.execute(
        "DELETE FROM main.revisions WHERE article_id IN (SELECT unnest(?))", [[decision.article_id for decision in touched]]
    )
    rows = [row for decision in decisions if len(decision.versions) > 1 for row in _numbered(decision.versions)]
    keys = [d.article_id for d in decisions if len(d.versions) > 1 for _ in d.versions]
    table = arrow_of(
        [version for _, version, _ in rows],
        _REVISION,
        article_id=keys,
        revision=[number for number, _, _ in rows],
        words_added=[words_between(before, version)[0] if before else 0 for _, version, before in rows],
        words_removed=[words_between(before, version)[1] if before else 0 for _, version, before in rows],
        changes=[[asdict(c) for c in changes_between(before, version)] if before else [] for _, version, before in rows],
    )
    with registered(connection, new_revisions=table):
        connection.execute("INSERT INTO main.revisions BY NAME FROM new_revisions")


def _numbered(versions: Sequence[Version]) -> list[tuple[int, Version, Version | None]]:
    return [(number, version, versions[number - 1] if number else None) for number, version in enumerate(versions)]
