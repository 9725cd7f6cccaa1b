"""A fetched page in, a draft out: the main content as blocks, and the metadata with its witnesses. Residue is cut later.

One parse serves body and metadata. A reader of our own (`extractors.pages`) finds the story; trafilatura is asked where that
reader is in doubt.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from lxml import etree, html

from extractors.charset import decode
from extractors.errors import PageUnreadable
from extractors.fetch.walls import wall_of
from extractors.pages.apart import mark_apart
from extractors.pages.blocks import Piece, one_line, pieces_of
from extractors.pages.drafting import blocks_of
from extractors.pages.heads import Head, head_of
from extractors.pages.judge import from_feed, from_json_ld, from_trafilatura, is_doubtful, length_of
from extractors.pages.kinds import kind_of
from extractors.pages.language import language_of
from extractors.pages.mainbody import Story, story_of
from extractors.pages.metadata import claimed_titles, description_of, metadata_of
from extractors.pages.pictures import mark_captions
from extractors.pages.titles import plain, without_site
from extractors.records import Block, Draft, Entry, Page
from extractors.urls import host_of, outlet_of

EXTRACTOR_VERSION: Final = "5"
MAX_BODY_BYTES: Final = 10 << 20
MAX_HEADING_CHARS: Final = 90
DOOR_CHARS: Final = 1500
"""A challenge or cookie wall has at most 220 words (walls.py); longer pages are not asked."""

STORY_PROSE: Final = 400.0
"""With that much prose, a page that calls itself an article is one, whatever its consent banner says."""
_PLAIN_HEAD = re.compile(r"^\s*date (\d{4}-\d{2}-\d{2})(?:\s+(.*))?$")
_LANGUAGE_SAMPLE_BLOCKS = 30
SIGNED_WITHIN: Final = 3
"""Last pieces of a story among which a signature may stand."""
_MARKUP_WITHIN = 4096
"""A page without one "<" in its first 4 kB, blanks aside, is no HTML."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A page as it was read: what the draft was made of."""

    draft: Draft
    head: Head
    root: etree._Element
    pieces: Sequence[Piece]  # visible text, in page order
    story: Story
    ending: Sequence[Piece]  # the last ones of the story, among which a signature may stand


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
    return reading_of(page, entry).draft


def reading_of(page: Page, entry: Entry | None = None) -> Reading:
    """Read a page like `draft_of`, and keep what was read."""
    url = page.final_url or page.url
    data = _decoded(page)
    root = _parsed(page, data)

    def reparse() -> html.HtmlElement:  # htmldate and trafilatura want elements of their own kind; 1 page in 17 needs them
        return html.document_fromstring(data, parser=html.HTMLParser(remove_comments=True, remove_pis=True, encoding="utf-8"))

    head = head_of(root)
    top, pieces = pieces_of(root)
    if not pieces:  # all of it is for readers without scripts
        for element in root.iter("noscript"):
            element.tag = "div"
        top, pieces = pieces_of(root)
    if not any(char.isalnum() for piece in pieces for char in piece.text):
        raise PageUnreadable(page.url, "the page has no text")
    description = description_of(head)
    is_live = "LiveBlogPosting" in head.statement.types
    story = story_of(top, pieces, claimed_titles(head, entry), description, is_live=is_live)
    mark_captions(story)
    mark_apart(story, head.statement.body, url)
    ending = [piece for piece, role in zip(story.pieces, story.roles, strict=True) if role is None][-SIGNED_WITHIN:]
    known = metadata_of(
        head,
        root,
        pieces,
        story.headline,
        first=story.pieces[0].index if story.pieces else 0,
        ending=ending,
        url=url,
        entry=entry,
        now=page.fetched_at,
        reparse=reparse,
    )
    blocks, text_source = _best_blocks(story, head, reparse, url, entry, is_walled=known.is_paywalled is True, is_live=is_live)
    kind = kind_of(head, blocks, url, known.title)
    is_story = story.prose >= STORY_PROSE and any("Article" in claim for claim in head.statement.types)
    if (
        length_of(blocks) < DOOR_CHARS
        and not is_story
        and (door := wall_of(page.status or 200, page.headers, page.body, host_of(url), url, was_redirected=False))
    ):
        raise PageUnreadable(page.url, f"{door[0]}: {door[1]}")
    text = " ".join(block.text for block in blocks[:_LANGUAGE_SAMPLE_BLOCKS] if block.role is None)
    draft = Draft(
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
        dated_on=known.dated_on,
        dated_on_source=known.dated_on_source,
        modified_at=known.modified_at,
        language=language_of(text, known.declared_language),
        declared_language=known.declared_language,
        section=known.section,
        description=known.description,
        site_name=known.site_name,
        agency=known.agency,
        is_paywalled=known.is_paywalled,
        image_url=known.image_url,
        page_kind=kind,
        text_source=text_source,
        extractor_version=EXTRACTOR_VERSION,
    )
    return Reading(draft, head, root, pieces, story, ending)


def _best_blocks(
    story: Story,
    head: Head,
    reparse: Callable[[], html.HtmlElement],
    url: str,
    entry: Entry | None,
    *,
    is_walled: bool,
    is_live: bool,
) -> tuple[list[Block], str]:
    """Take our own reading unless it is in doubt and another witness has clearly more of the text."""
    blocks = blocks_of(story)
    if (theirs := from_feed(entry, blocks, is_walled=is_walled)) is not None:
        return theirs, "feed"
    if is_live and blocks:
        return blocks, "page"  # others know of no difference between the article and its posts
    if (theirs := from_json_ld(head.statement.body, blocks)) is not None:
        return theirs, "json-ld"
    if is_doubtful(story) and (theirs := from_trafilatura(reparse(), url, blocks)) is not None:
        return theirs, "trafilatura"
    return blocks, "page"


def _decoded(page: Page) -> bytes:
    """Bring the body to UTF-8, from the encoding that its bytes bear out."""
    body = page.body[:MAX_BODY_BYTES]
    if not body.strip():
        raise PageUnreadable(page.url, "the body is empty")
    if body.lstrip()[:5] == b"%PDF-" or b"<" not in body.lstrip()[:_MARKUP_WITHIN]:
        raise PageUnreadable(page.url, "not HTML")
    return _beyond_its_end(decode(body, page.charset)[0].encode("utf-8", "replace"))


def _beyond_its_end(data: bytes) -> bytes:
    """Take the ends out of a page that goes on behind them, as browsers do; a parser would read no further."""
    end = data.find(b"</html>")
    return data if end < 0 or data.rfind(b"</p>") < end else data.replace(b"</body>", b"").replace(b"</html>", b"")


def _parsed(page: Page, data: bytes) -> etree._Element:
    """Parse once for body and metadata."""
    try:
        root = etree.fromstring(data, etree.HTMLParser(remove_comments=True, remove_pis=True, encoding="utf-8"))
    except (etree.ParserError, etree.XMLSyntaxError, ValueError, AssertionError) as error:
        raise PageUnreadable(page.url, f"not HTML: {error}") from error
    if root is None:
        raise PageUnreadable(page.url, "not HTML")
    return root


def _plain_blocks(lines: Sequence[str]) -> Iterator[Block]:
    """Tell headings, the only markup that plain text shows: a short line without a full stop over a long paragraph."""
    for line, below in zip(lines, [*lines[1:], ""], strict=True):
        is_heading = (
            len(line) <= MAX_HEADING_CHARS < len(below) and not line.endswith((".", ":", "!", ";", ",")) and not line.isupper()
        )
        yield Block(line, "heading" if is_heading else "paragraph")


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
    dated_on = published_at.date() if published_at else None
    dated_on_source = None if dated_on is None else "shown" if source == "text" else "published_at"
    title = without_site(plain(title), (outlet, outlet.partition(".")[0])) if title else None
    return Draft(
        url=url,
        canonical_url=url,
        outlet=outlet,
        blocks=tuple(_plain_blocks(lines)),
        fetched_at=fetched_at,
        title=title,
        published_at=published_at,
        published_at_source=source,
        dated_on=dated_on,
        dated_on_source=dated_on_source,
        text_source="plain",
        language=language_of(" ".join(lines[:_LANGUAGE_SAMPLE_BLOCKS])),
        extractor_version=EXTRACTOR_VERSION,
    )
