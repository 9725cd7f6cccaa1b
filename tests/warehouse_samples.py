"""Small self-written articles for tests of the warehouse."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from extractors.ids import article_id_of
from extractors.records import Article, Caption, Entry, Mention, Quote, RemovedLine

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
TEXT = 'Lake Vorn is low again.\n\n"We will ration water," said Mira Olt, mayor of Vornstad.'


def article(number: int = 1, *, minutes: float = 0, outlet: str = "vorn.example", **changes: Any) -> Article:
    """Article `number`, first seen `minutes` after NOW."""
    url = f"https://{outlet}/news/{number}"
    made = Article(
        article_id=article_id_of(url),
        url=url,
        canonical_url=url,
        outlet=outlet,
        text=f"{TEXT}\n\nReport number {number}.",
        first_seen_at=NOW + timedelta(minutes=minutes),
        title=f"Vornstad rations water ({number})",
        authors=("Ada Quill", "Ben Rook"),
        published_at=NOW - timedelta(hours=1),
        published_at_source="json-ld",
        language="en",
        word_count=18,
        captions=(Caption(1, "The lake in November.", "Ben Rook"),),
        removed_lines=(RemovedLine(4, "Read more", "teaser"),),
        extractor_version="1",
    )
    return replace(made, **changes)


def mentions_of(a: Article, entity_id: int | None = None) -> list[Mention]:
    return [
        Mention(
            a.article_id, surface, a.text.index(surface), a.text.index(surface) + len(surface), kind, "model", entity_id=entity_id
        )
        for surface, kind in (("Lake Vorn", "place"), ("Mira Olt", "person"))
        if surface in a.text
    ]


def quotes_of(a: Article) -> list[Quote]:
    quote, speaker = "We will ration water,", "Mira Olt"
    start = a.text.index(quote)
    at = a.text.index(speaker)
    return [
        Quote(
            a.article_id,
            0,
            quote,
            start,
            start + len(quote),
            speaker=speaker,
            speaker_start=at,
            speaker_end=at + len(speaker),
            cue="said",
        )
    ]


def entry(number: int = 1, **changes: Any) -> Entry:
    url = f"https://vorn.example/news/{number}"
    return replace(
        Entry("https://vorn.example/feed", url, f"{url}?utm_source=rss", url, guid=f"guid-{number}", title=f"Title {number}"),
        **changes,
    )
