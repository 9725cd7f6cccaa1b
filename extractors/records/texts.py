"""A page as extracted and as cleaned: Block, Draft, Caption, RemovedLine, Article."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

PARAGRAPH_BREAK = "\n\n"
"""Between the paragraphs of a text."""


@dataclass(frozen=True, slots=True)
class Block:
    """One paragraph-like piece of a page's main content, in page order."""

    text: str  # one line, no markup
    kind: str = "paragraph"  # "paragraph" | "heading" | "list_item" | "quote" | "caption" | "table" | "code"
    link_density: float = 0.0  # share of characters inside links, 0..1
    role: str | None = None  # what the page's markup says it is for: "caption", "related", "newsletter", ... (pages/roles.py)
    is_italic: bool = False  # all of it


@dataclass(frozen=True, slots=True)
class Draft:
    """A page as extracted, before residue is cut: metadata with witnesses, and blocks."""

    url: str
    canonical_url: str
    outlet: str
    blocks: tuple[Block, ...]
    fetched_at: datetime
    feed_url: str | None = None
    title: str | None = None
    authors: tuple[str, ...] = ()
    published_at: datetime | None = None
    published_at_source: str | None = None  # "json-ld", "opengraph", "meta", "feed", "url", "text", ...
    dated_on: date | None = None  # the day that the outlet puts on the story, in its own zone (pages/days.py)
    dated_on_source: str | None = None  # "shown", "declared", "url", "zone", "published_at"
    modified_at: datetime | None = None
    language: str | None = None  # detected on the text, ISO 639-1
    declared_language: str | None = None
    section: str | None = None
    description: str | None = None
    site_name: str | None = None
    agency: str | None = None  # where metadata names one
    is_paywalled: bool | None = None
    image_url: str | None = None
    page_kind: str = "article"  # "article" | "live_blog" | "list" | "error" | "empty"
    text_source: str = "page"  # "page" | "feed" (full text from the feed) | "plain" | ...
    extractor_version: str = ""


@dataclass(frozen=True, slots=True)
class Caption:
    """A picture's caption, with its credit apart."""

    position: int  # index of the block it came from
    text: str
    credit: str | None = None


@dataclass(frozen=True, slots=True)
class RemovedLine:
    """A line that is not journalism, and why we think so."""

    position: int
    text: str
    reason: str


@dataclass(frozen=True, slots=True)
class Article:
    """A clean article: one row of `articles`. Paragraphs of `text` are parted by a blank line."""

    article_id: int  # ids.article_id_of(canonical_url)
    url: str
    canonical_url: str
    outlet: str
    text: str
    first_seen_at: datetime
    feed_url: str | None = None
    title: str | None = None
    authors: tuple[str, ...] = ()
    published_at: datetime | None = None
    published_at_source: str | None = None
    dated_on: date | None = None
    dated_on_source: str | None = None
    modified_at: datetime | None = None
    language: str | None = None
    declared_language: str | None = None
    section: str | None = None
    description: str | None = None
    dateline: str | None = None
    agency: str | None = None
    is_paywalled: bool | None = None
    image_url: str | None = None
    page_kind: str = "article"
    text_source: str = "page"
    word_count: int = 0
    standfirst: str | None = None  # what the text opens with before the story itself begins
    headings: tuple[int, ...] = ()  # paragraph numbers of `text` that are headings
    captions: tuple[Caption, ...] = ()
    removed_lines: tuple[RemovedLine, ...] = ()
    extractor_version: str = ""

    @property
    def without_standfirst(self) -> str:
        """The text from where the story itself begins."""
        return self.text if self.standfirst is None else self.text[len(self.standfirst) + len(PARAGRAPH_BREAK) :]
