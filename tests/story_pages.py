"""A story's page made of its parts, for tests of what is read off it."""

from __future__ import annotations

from datetime import UTC, datetime

from extractors.articles import draft_of
from extractors.records import Page, PageOutcome

NOW = datetime(2026, 2, 10, tzinfo=UTC)
TITLE = "<h1>Harbour bridge to be rebuilt</h1>"
STORY = "<p>" + "The council voted on Tuesday to rebuild the bridge over the harbour within three years. " * 4 + "</p>"


def authors_of_page(
    above: str = "", below: str = "", end: str = "", behind: str = "", head: str = "", url: str = "https://example.com/a"
) -> tuple[str, ...]:
    body = f"{above}<article>{TITLE}{below}{STORY * 4}{end}</article>{behind}"
    page = f"<html lang='en'><head>{head}</head><body>{body}</body></html>"
    return draft_of(Page(url, PageOutcome.FETCHED, NOW, body=page.encode())).authors
