"""A fetched page in, a draft out: the main content as blocks, and the metadata with its witnesses. Residue is cut later."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import trafilatura

from extractors.errors import PageUnreadable
from extractors.records import Block, Draft, Entry, Page

EXTRACTOR_VERSION = "1"

_SPACE = re.compile(r"\s+")
_PLAIN_HEAD = re.compile(r"^\s*date (\d{4}-\d{2}-\d{2})(?:\s+(.*))?$")
_KINDS = {"p": "paragraph", "head": "heading", "item": "list_item", "quote": "quote", "row": "table", "code": "code"}


def draft_of(page: Page, entry: Entry | None = None) -> Draft:
    """Extract the article of a page.

    Args:
        page: A page whose outcome is FETCHED.
        entry: What the feed said of it; witnesses for title, date and authors, full text where the page is walled.

    Returns:
        The draft; `page_kind` says whether it is an article at all.

    Raises:
        PageUnreadable: The body is empty, no HTML, or holds no text.

    """
    url = page.final_url or page.url
    if not page.body.strip():
        raise PageUnreadable(page.url, "the body is empty")
    document: Any = trafilatura.bare_extraction(page.body, url=url, with_metadata=True, include_comments=False)
    if document is None:
        raise PageUnreadable(page.url, "no text found")
    published_at = _midnight(document.date)
    return Draft(
        url=page.url,
        canonical_url=url,
        outlet=urlsplit(url).hostname or "",
        blocks=tuple(_blocks_of(document.body)),
        fetched_at=page.fetched_at,
        feed_url=entry.feed_url if entry else None,
        title=document.title or (entry.title if entry else None),
        authors=tuple(a.strip() for a in (document.author or "").split(";") if a.strip()),
        published_at=published_at or (entry.published_at if entry else None),
        published_at_source="htmldate" if published_at else (entry.published_at_source if entry else None),
        description=document.description,
        site_name=document.sitename,
        image_url=document.image,
        extractor_version=EXTRACTOR_VERSION,
    )


def draft_of_text(
    text: str, url: str, outlet: str, fetched_at: datetime, *, title: str | None = None, published_at: datetime | None = None
) -> Draft:
    """Make a draft of an article that is plain text already.

    Args:
        text: One line a block. The first line may be the title, or ` date 2025-12-17 The title`.
        url: What the article is known by.
        outlet: Who published it.
        fetched_at: When it was read.
        title: Where known from elsewhere.
        published_at: Where known from elsewhere.

    Returns:
        The draft; `text_source` is "plain".

    Raises:
        PageUnreadable: The text has no line with a word.

    """
    lines = [line for raw in text.splitlines() if (line := one_line(raw))]
    if not lines:
        raise PageUnreadable(url, "the text is empty")
    source = "given" if published_at else None
    if head := _PLAIN_HEAD.match(lines[0]):
        published_at, source = (published_at, source) if published_at else (_midnight(head[1]), "text")
        title = title or head[2]
        lines = lines[1:]
    elif title is None and len(lines) > 1:
        title, lines = lines[0], lines[1:]
    return Draft(
        url=url,
        canonical_url=url,
        outlet=outlet,
        blocks=tuple(Block(line) for line in lines),
        fetched_at=fetched_at,
        title=title,
        published_at=published_at,
        published_at_source=source,
        text_source="plain",
        extractor_version=EXTRACTOR_VERSION,
    )


def one_line(text: str) -> str:
    """Normalise to NFC with single spaces."""
    return unicodedata.normalize("NFC", _SPACE.sub(" ", text).strip())


def _midnight(date: str | None) -> datetime | None:
    return datetime.fromisoformat(date).replace(tzinfo=UTC) if date else None


def _blocks_of(body: Any) -> Iterator[Block]:
    for element in body.iter("p", "head", "item", "quote", "row", "code"):
        if element.tag in {"quote", "item"} and element.find(".//p") is not None:
            continue
        text = one_line("".join(element.itertext()))
        if text:
            yield Block(text, _KINDS[element.tag])
