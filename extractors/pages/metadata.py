"""A page's head and pieces in, its metadata out: each field once, from the best witness."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from html import unescape
from typing import Any

from lxml import etree, html

from extractors.pages import days, moments
from extractors.pages.bearings import is_paywalled, languages_said, sane_canonical, section_of
from extractors.pages.blocks import Piece
from extractors.pages.headlines import BREADCRUMB, BREADCRUMBS_WITHIN
from extractors.pages.heads import Head
from extractors.pages.prose import weigh
from extractors.pages.signatures import BYLINE_WITHIN
from extractors.pages.titles import MAX_TITLE_CHARS, plain, title_of, words
from extractors.pages.writers import writers_of
from extractors.pages.written import MAX_LABELLED_CHARS, says_date
from extractors.records import Entry
from extractors.urls import absolute_url, host_of, outlet_of

META_TITLES = ("og:title", "twitter:title", "parsely-title", "sailthru.title", "dc.title", "dcterms.title", "headline", "title")
META_DESCRIPTIONS = ("og:description", "description", "twitter:description", "dc.description")
_TEXTS = etree.XPath(".//text()[not(parent::style or parent::script)]", smart_strings=False)
"""What is written in a heading; a style sheet inside of it is not."""
_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,1000}>")
DATE_BEFORE, DATE_AFTER = 4, 14
DATE_PARAGRAPHS = 2
"""Below the headline, the standfirst among them, that may stand above the date."""
ABOVE_STORY = 10
"""Pieces above a story without a headline, among which byline and date may stand."""
MIN_OPENING_CHARS = 12
_DATE_CALLED = re.compile(r"^(?!.*(?:updat|modif)).*(?:date|fecha|datum|data[-_ ]|published|time)", re.IGNORECASE | re.DOTALL)
"""An element that is called so holds when the story appeared."""
DATED_PARAGRAPHS = 3
MAX_DATE_LINE_CHARS = 120
MAX_DATE_LABELS = 3
MAX_HEADINGS, MAX_RUNS = 20, 10


@dataclass(frozen=True, slots=True)
class Metadata:
    """What is known of an article besides its text. `None`: nobody says."""

    title: str | None = None
    authors: tuple[str, ...] = ()
    agency: str | None = None
    published_at: datetime | None = None
    published_at_source: str | None = None
    dated_on: date | None = None
    dated_on_source: str | None = None
    modified_at: datetime | None = None
    section: str | None = None
    description: str | None = None
    site_name: str | None = None
    declared_language: str | None = None
    image_url: str | None = None
    canonical_url: str = ""
    is_paywalled: bool | None = None


def site_names_of(head: Head, url: str) -> tuple[str, ...]:
    """Collect what the outlet calls itself: og:site_name, publisher, the domain and its label."""
    outlet = outlet_of(url)
    names = [
        *head.every(("og:site_name",)), head.statement.publisher, head.first("application-name"), head.first("dc.publisher"),
        (head.first("twitter:site") or "").lstrip("@"), outlet, outlet.split(".")[0], host_of(url),
        host_of(url).removeprefix("www."),
    ]  # fmt: skip
    return tuple(dict.fromkeys(name for name in names if name))


def claimed_titles(head: Head, entry: Entry | None) -> list[str]:
    """List what others call the article, in order of trust; plain text."""
    claims = [head.statement.headline, *(head.first(name) for name in META_TITLES), head.title, entry.title if entry else None]
    return [text for claim in claims if claim and (text := plain(claim))]


def description_of(head: Head) -> str | None:
    """Return the summary that the page gives of itself, as plain text."""
    value = head.first(*META_DESCRIPTIONS) or head.statement.description
    return (plain_text(value) or None) if value else None


def plain_text(value: str) -> str:
    """Strip markup and entities from a longer text."""
    return " ".join(_TAG.sub(" ", unescape(value)).split())


def metadata_of(
    head: Head,
    root: etree._Element,
    pieces: Sequence[Piece],
    headline: Piece | None,
    *,
    first: int = 0,
    ending: Sequence[Piece] = (),
    url: str,
    entry: Entry | None,
    now: datetime,
    reparse: Callable[[], html.HtmlElement],
) -> Metadata:
    """Gather the metadata of a page.

    Args:
        head: Its head.
        root: Its tree, for date searches.
        pieces: Its visible text.
        headline: The piece that is the headline.
        first: Index of the first piece of the story.
        ending: The last pieces of the story, where some outlets sign.
        url: Where it was fetched.
        entry: What the feed said of it.
        now: When it was fetched.
        reparse: Gives the page as htmldate wants it.

    Returns:
        One value a field, chosen among JSON-LD, OpenGraph, meta, visible text and the feed.

    """
    names = site_names_of(head, url)
    titles = claimed_titles(head, entry)
    start = opening_of(headline, pieces, titles, first)
    said = head.statement
    authors, agency = writers_of(head, root, pieces, headline, start, ending, entry, names).authors()
    labelled = [piece.text for piece in pieces[start:] if says_date(piece.text)][:MAX_DATE_LABELS]
    last, further = start + DATE_AFTER, start + BYLINE_WITHIN
    above, below = _short(pieces[max(0, start - DATE_BEFORE) : start]), _short(pieces[start:last])
    said_first = [line for line in below if len(line) <= MAX_LABELLED_CHARS and days.says_published(line)]
    published = moments.published(
        head,
        root,
        url,
        entry,
        now,
        near=[*labelled, *said_first, *_called_date(pieces[start:last]), *above, *below, *_called_date(pieces[last:further])],
        paragraphs=[piece.text for piece in pieces[start:further] if weigh(piece)][:DATED_PARAGRAPHS],
        reparse=reparse,
    )
    published_at = published.moment if published else None
    modified = moments.modified(head, published_at, now)
    dated_on, dated_on_source = days.day_of(
        published,
        modified,
        moments.claims(head, root, None, now),
        top=_short(piece for piece in _top(pieces, start) if not weigh(piece) or days.says_when(piece.text)),
        around=[*labelled, *reversed(above)],
        in_url=moments.date_in(url, now),
    )
    return Metadata(
        title=title_of(
            headline.text if headline else None,
            titles,
            names,
            _first_headings(root),
            *(_parts(root, headline.text) if headline else ()),
        ),
        authors=authors,
        agency=agency,
        published_at=published_at,
        published_at_source=published.source if published else None,
        dated_on=dated_on,
        dated_on_source=dated_on_source,
        modified_at=modified.moment if modified else None,
        section=section_of(head, root, pieces, start, titles, names, url),
        description=description_of(head),
        site_name=head.first("og:site_name") or said.publisher,
        declared_language=next((code for _, code in languages_said(head)), None),
        image_url=absolute_url(url, head.first("og:image", "og:image:url", "twitter:image", "twitter:image:src") or said.image),
        canonical_url=sane_canonical(head, url),
        is_paywalled=is_paywalled(head),
    )


def opening_of(headline: Piece | None, pieces: Sequence[Piece], titles: Iterable[str], first: int) -> int:
    """Find from where on byline and date may stand; if no heading is the headline, from the title in another element."""
    if headline is not None:
        return headline.index
    openings = {title[:MIN_OPENING_CHARS] for title in titles if len(title) >= MIN_OPENING_CHARS}
    above = (
        p for p in reversed(pieces[: first + 1]) if p.text[:MIN_OPENING_CHARS] in openings and len(p.text) <= MAX_TITLE_CHARS
    )
    found = next(above, None)
    return max(0, first - ABOVE_STORY) if found is None else found.index


def _top(pieces: Sequence[Piece], start: int) -> Iterator[Piece]:
    """Yield what stands between the headline and the second paragraph, where pages put the date."""
    paragraphs = 0
    for piece in pieces[start : start + BYLINE_WITHIN]:
        paragraphs += weigh(piece) > 0
        if paragraphs > DATE_PARAGRAPHS:
            return
        yield piece


def _called_date(pieces: Iterable[Piece]) -> list[str]:
    """Read what is called the date below the headline: above it some pages have today's."""
    return [line for piece in pieces if _DATE_CALLED.search(piece.container.attributes) for line in _short([piece])]


def _short(pieces: Iterable[Piece]) -> list[str]:
    return [piece.text for piece in pieces if len(piece.text) <= MAX_DATE_LINE_CHARS]


def _first_headings(root: etree._Element) -> list[str]:
    """Read the first-level headings, hidden or not."""
    found = itertools.islice((heading for heading in root.iter("h1") if not _ends_breadcrumbs(heading)), 4)
    return [text for heading in found if (text := plain(" ".join(_texts_of(heading))))]


def _texts_of(heading: etree._Element) -> list[str]:
    found: Any = _TEXTS(heading)
    return list(map(str, found))


def _parts(root: etree._Element, headline: str) -> tuple[list[str], list[str]]:
    """Read what follows on the first, second, ... element inside of the headline, and what stands before it."""
    for heading in itertools.islice(root.iter("h1", "h2", "h3"), MAX_HEADINGS):
        runs = [text for run in itertools.islice(_texts_of(heading), MAX_RUNS * 8) if (text := plain(run))]
        if 1 < len(runs) <= MAX_RUNS and "".join(words(" ".join(runs))) == "".join(words(headline)):
            cuts = range(1, len(runs))
            return [" ".join(runs[i:]) for i in cuts], [" ".join(runs[:i]) for i in cuts]
    return [], []


def _ends_breadcrumbs(heading: etree._Element) -> bool:
    """Tell the last crumb of the way here, worded for search engines, from what stands above the story."""
    around = itertools.islice(heading.iterancestors(), BREADCRUMBS_WITHIN)
    return any(
        BREADCRUMB.search(f"{element.get('class')} {element.get('id')} {element.get('data-testid')}")
        and element.find(".//p") is None
        for element in around
    )
