"""A warehouse for tests and benchmarks of copies: the real tables, the real lookup, and the road a batch takes."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from extractors.copies import decide
from extractors.copies.fingerprints import dated_at, fingerprint_of
from extractors.records import Article, Decisions
from warehouse import copies as memory

MIGRATIONS = Path(__file__).resolve().parents[1] / "warehouse" / "migrations"
NOW = datetime(2026, 11, 22, tzinfo=UTC)


def new_warehouse(path: str = ":memory:") -> duckdb.DuckDBPyConnection:
    if not (MIGRATIONS / "0001_initial.sql").exists():
        pytest.skip("the tables of main are not there yet")
    connection = duckdb.connect(path, config={"storage_compatibility_version": "v1.5.0", "memory_limit": "2GB"})
    connection.execute("SET TimeZone = 'UTC'")
    connection.execute("CREATE SCHEMA IF NOT EXISTS state")
    for file in sorted(MIGRATIONS.glob("*.sql")):
        connection.execute(file.read_text(encoding="utf-8"))
    return connection


@dataclass
class Times:
    """CPU seconds per batch, by step."""

    fingerprint: list[float] = field(default_factory=list)
    candidates: list[float] = field(default_factory=list)
    decide: list[float] = field(default_factory=list)
    store: list[float] = field(default_factory=list)

    def per_batch(self) -> list[float]:
        return [sum(steps) for steps in zip(self.fingerprint, self.candidates, self.decide, self.store, strict=True)]


def take_in(
    connection: duckdb.DuckDBPyConnection, batch: Sequence[Article], *, times: Times | None = None, now: datetime = NOW
) -> Decisions:
    """Take one batch the road a flow takes it."""
    times = times or Times()
    clock = time.process_time
    begun = clock()
    fingerprints = [fingerprint_of(article) for article in batch]
    times.fingerprint.append(clock() - begun)
    begun = clock()
    candidates = memory.candidates_for(connection, fingerprints, now)
    times.candidates.append(clock() - begun)
    begun = clock()
    decisions = decide(batch, fingerprints, candidates, now)
    times.decide.append(clock() - begun)
    insert_articles(connection, batch)
    begun = clock()
    connection.execute("BEGIN")
    memory.store_fingerprints(connection, fingerprints, decisions, now)
    memory.store_clusters(connection, decisions)
    connection.execute("COMMIT")
    times.store.append(clock() - begun)
    return decisions


def insert_articles(connection: duckdb.DuckDBPyConnection, batch: Iterable[Article]) -> None:
    rows = [
        {
            "article_id": article.article_id,
            "url": article.url,
            "canonical_url": article.canonical_url,
            "outlet": article.outlet,
            "text": article.text,
            "first_seen_at": article.first_seen_at,
            "title": article.title,
            "published_at": article.published_at,
            "published_date": dated_at(article).date(),
            "agency": article.agency,
            "word_count": article.word_count,
            "authors": [],
            "headings": [],
            "changed_at": article.first_seen_at,
            "revision": 1,
            "page_kind": article.page_kind,
            "text_source": article.text_source,
            "content_hash": 0,
            "extractor_version": "",
        }
        for article in batch
    ]
    if rows:
        connection.register("new_articles", pa.Table.from_pylist(rows, schema=_SCHEMA))
        connection.execute(
            "INSERT INTO main.articles BY NAME SELECT * FROM new_articles ANTI JOIN main.articles USING (article_id)"
        )
        connection.execute(
            "UPDATE main.articles SET text = new.text, word_count = new.word_count FROM new_articles AS new"
            " WHERE articles.article_id = new.article_id AND articles.text <> new.text"
        )
        connection.unregister("new_articles")


_TIME = pa.timestamp("us", tz="UTC")
_SCHEMA = pa.schema(
    [
        ("article_id", pa.int64()),
        ("url", pa.string()),
        ("canonical_url", pa.string()),
        ("outlet", pa.string()),
        ("text", pa.string()),
        ("first_seen_at", _TIME),
        ("title", pa.string()),
        ("published_at", _TIME),
        ("published_date", pa.date32()),
        ("agency", pa.string()),
        ("word_count", pa.int32()),
        ("authors", pa.list_(pa.string())),
        ("headings", pa.list_(pa.int32())),
        ("changed_at", _TIME),
        ("revision", pa.int32()),
        ("page_kind", pa.string()),
        ("text_source", pa.string()),
        ("content_hash", pa.int64()),
        ("extractor_version", pa.string()),
    ]
)
