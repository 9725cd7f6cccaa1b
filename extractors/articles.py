"""A fetched page in, a draft out: the main content as blocks, and the metadata with its witnesses. Residue is cut later.

One parse serves body and metadata. A reader of our own (`extractors.pages`) finds the story; trafilatura is asked where that
reader is in doubt, on the same tree.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

from lxml import etree, html

from extractors.errors import PageUnreadable
from extractors.pages.agencies import agency_in_opening
from extractors.pages.blocks import Piece, one_line, pieces_of
from extractors.pages.drafting import blocks_of
from extractors.pages.heads import Head, head_of
from extractors.pages.language import declared, language_of
from extractors.pages.mainbody import Story, story_of
from extractors.pages.metadata import claimed_titles, description_of, metadata_of
from extractors.records import Block, Draft, Entry, Page
from extractors.urls import canonical_url, outlet_of

EXTRACTOR_VERSION: Final = "1"
MAX_BODY_BYTES: Final = 10 << 20

_PLAIN_HEAD = re.compile(r"^\s*date (\d{4}-\d{2}-\d{2})(?:\s+(.*))?$")
_LANGUAGE_SAMPLE_BLOCKS = 30


def draft_of(page: Page, entry: Entry | None = None) -> Draft:
    """Extract the article of a page.

    Args:
        page: A page whose outcome is FETCHED.
        entry: What the feed said of it; witness for title, date and authors, full text where the page is walled.

    Returns:
        The draft; `page_kind` says whether it is an article at all.

    Raises:
        PageUnreadable: The body is empty, no HTML, or holds no text.

    """
    url = page.final_url or page.url
    root = _parsed(page)
    head = head_of(root)
    top, pieces = pieces_of(root)
    if not pieces:
        raise PageUnreadable(page.url, "the page has no text")
    description = description_of(head)
    story = story_of(top, pieces, claimed_titles(head, entry), description)
    known = metadata_of(head, root, pieces, story.headline, url=url, entry=entry, now=page.fetched_at)
    blocks = blocks_of(story)
    text = " ".join(block.text for block in blocks[:_LANGUAGE_SAMPLE_BLOCKS] if block.role is None)
    return Draft(
        url=page.url,
        canonical_url=known.canonical_url,
        outlet=outlet_of(url),
        blocks=tuple(blocks),
        fetched_at=page.fetched_at,
        feed_url=entry.feed_url if entry else None,
        title=known.title,
        authors=known.authors,
        published_at=known.published_at,
        published_at_source=known.published_at_source,
        modified_at=known.modified_at,
        language=language_of(text, known.declared_language),
        declared_language=known.declared_language,
        section=known.section,
        description=known.description,
        site_name=known.site_name,
        agency=known.agency,
        is_paywalled=known.is_paywalled,
        image_url=known.image_url,
        extractor_version=EXTRACTOR_VERSION,
    )


def _parsed(page: Page) -> html.HtmlElement:
    """Parse the body once; the declared charset is believed unless the bytes say otherwise."""
    body = page.body[:MAX_BODY_BYTES]
    if not body.strip():
        raise PageUnreadable(page.url, "the body is empty")
    parser = html.HTMLParser(remove_comments=True, remove_pis=True, encoding=charset_of(page))
    try:
        root = html.document_fromstring(body, parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        raise PageUnreadable(page.url, f"not HTML: {error}") from error
    if not isinstance(root, html.HtmlElement):
        raise PageUnreadable(page.url, "not HTML")
    return root


def charset_of(page: Page) -> str:
    """Tell in what the body is written."""
    return page.charset or "utf-8"


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
        if published_at is None:
            published_at, source = datetime.fromisoformat(head[1]).replace(tzinfo=UTC), "text"
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
        language=language_of(" ".join(lines[:_LANGUAGE_SAMPLE_BLOCKS])),
        extractor_version=EXTRACTOR_VERSION,
    )
