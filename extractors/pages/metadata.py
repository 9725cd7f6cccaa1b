"""A page's head and pieces in, its metadata out: each field once, from the best witness."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import unescape
from typing import Any

from lxml import etree, html

from extractors.pages import moments
from extractors.pages.authors import NAMES_ONLY, authors_of, reporters_in
from extractors.pages.blocks import Piece, ancestors_of
from extractors.pages.headlines import BREADCRUMBS_WITHIN
from extractors.pages.heads import Head
from extractors.pages.language import declared
from extractors.pages.mainbody import weigh
from extractors.pages.titles import plain, same_words, title_of, words
from extractors.records import Entry
from extractors.urls import absolute_url, canonical_url, host_of, outlet_of

META_TITLES = ("og:title", "twitter:title", "parsely-title", "sailthru.title", "dc.title", "dcterms.title", "headline", "title")
META_AUTHORS = (
    "parsely-author", "author", "article:author", "sailthru.author", "byl", "dc.creator", "dcterms.creator", "citation_author",
    "article:author_name", "og:article:author", "cxenseparse:author", "authors", "rbauthors", "creator",
    "twitter:creator_name", "vr:author",
)  # fmt: skip
META_DESCRIPTIONS = ("og:description", "description", "twitter:description", "dc.description")
META_SECTIONS = ("article:section", "parsely-section", "section", "cxenseparse:category", "og:article:section")
_AUTHOR_MARKS = etree.XPath('//a[@rel="author"] | //*[@itemprop="author"]')
_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,1000}>")
DATE_BEFORE, DATE_AFTER = 4, 14
MAX_DATE_LINE_CHARS = 120
MAX_HEADINGS, MAX_RUNS = 20, 6
BYLINE_WITHIN = 30
"""Pieces after the headline in which a byline may stand."""


@dataclass(frozen=True, slots=True)
class Metadata:
    """What is known of an article besides its text. `None`: nobody says."""

    title: str | None = None
    authors: tuple[str, ...] = ()
    agency: str | None = None
    published_at: datetime | None = None
    published_at_source: str | None = None
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
        ending: The last pieces of the story, where some outlets sign.
        url: Where it was fetched.
        entry: What the feed said of it.
        now: When it was fetched.
        reparse: Gives the page as htmldate wants it.

    Returns:
        One value a field, chosen among JSON-LD, OpenGraph, meta, visible text and the feed.

    """
    names = site_names_of(head, url)
    said = head.statement
    people = [name for name, kind in said.authors if kind not in {"Organization", "NewsMediaOrganization"}]
    others = [name for name, kind in said.authors if kind in {"Organization", "NewsMediaOrganization"}]
    claims: list[list[str]] = [people, list(entry.authors) if entry else []]
    claims += [head.meta[name] for name in META_AUTHORS if name in head.meta]
    if authors_of([people], names)[0] == () or _only_site(people, names):
        claims += [list(_bylines(pieces, headline)), _linked_authors(root), _signatures(pieces, headline, ending)]
    claims.append(others)
    authors, agency = authors_of(claims, names)
    start = headline.index if headline else 0
    near = [
        piece.text for piece in pieces[max(0, start - DATE_BEFORE) : start + DATE_AFTER] if len(piece.text) <= MAX_DATE_LINE_CHARS
    ]
    published_at, source = moments.published(head, root, url, entry, now, near=near, reparse=reparse)
    free = said.is_free if said.is_free is not None else _free_by_meta(head)
    return Metadata(
        title=title_of(
            headline.text if headline else None,
            claimed_titles(head, entry),
            names,
            _first_headings(root),
            _tails(root, headline.text) if headline else (),
        ),
        authors=authors,
        agency=agency,
        published_at=published_at,
        published_at_source=source,
        modified_at=moments.modified(head, published_at, now),
        section=said.section or head.first(*META_SECTIONS),
        description=description_of(head),
        site_name=head.first("og:site_name") or said.publisher,
        declared_language=declared(head.language)
        or declared(head.first("content-language", "language", "og:locale"))
        or declared(said.language),
        image_url=absolute_url(url, head.first("og:image", "og:image:url", "twitter:image", "twitter:image:src") or said.image),
        canonical_url=sane_canonical(head, url),
        is_paywalled=None if free is None else not free,
    )


def _first_headings(root: etree._Element) -> list[str]:
    """Read the first-level headings, hidden or not."""
    found = itertools.islice((heading for heading in root.iter("h1") if not _ends_breadcrumbs(heading)), 4)
    return [text for heading in found if (text := plain(" ".join(map(str, heading.itertext()))))]


def _tails(root: etree._Element, headline: str) -> list[str]:
    """Read what follows on the first, second, ... element inside of the headline: a kicker has an element of its own."""
    for heading in itertools.islice(root.iter("h1", "h2", "h3"), MAX_HEADINGS):
        runs = [text for run in heading.itertext() if (text := plain(str(run)))]
        if 1 < len(runs) <= MAX_RUNS and same_words(" ".join(runs), headline):
            return [" ".join(runs[i:]) for i in range(1, len(runs))]
    return []


def _ends_breadcrumbs(heading: etree._Element) -> bool:
    """Tell the last crumb of the way here, worded for search engines, from what stands above the story."""
    around = itertools.islice(heading.iterancestors(), BREADCRUMBS_WITHIN)
    return any(
        "breadcrumb" in f"{element.get('class')} {element.get('id')} {element.get('data-testid')}".lower() for element in around
    )


def sane_canonical(head: Head, url: str) -> str:
    """Believe the canonical link only where it stays on the site and names a page, not the front."""
    own = canonical_url(url)
    for link in (*head.links.get("canonical", ()), *head.every(("og:url",))):
        target = absolute_url(url, link)
        if not target or outlet_of(target) != outlet_of(url):
            continue
        claimed = canonical_url(target)
        path = claimed.split("://", 1)[-1].partition("/")[2]
        own_path = own.split("://", 1)[-1].partition("/")[2]
        if path or not own_path:
            return claimed
    return own


def _free_by_meta(head: Head) -> bool | None:
    tier = (head.first("article:content_tier", "content_tier", "og:article:content_tier") or "").lower()
    if tier in {"free", "locked", "metered", "premium", "paid", "subscriber"}:
        return tier in {"free", "metered"}
    return None


def _only_site(people: Sequence[str], names: Sequence[str]) -> bool:
    return all(any(same_words(person, name) for name in names) for person in people)


def _linked_authors(root: etree._Element) -> list[str]:
    """Read the links that say `rel="author"`, and elements that say `itemprop="author"`."""
    found: Any = _AUTHOR_MARKS(root)
    texts = [" ".join("".join(element.itertext()).split()) for element in found[:6]]
    return [text for text in dict.fromkeys(texts) if 3 <= len(text) <= 60]


def _signatures(pieces: Sequence[Piece], headline: Piece | None, ending: Sequence[Piece]) -> list[str]:
    """Read the reporters that Chinese pages name; else a line that is all names, under the headline or set apart at the end."""
    start = headline.index if headline else 0
    found = [name for piece in pieces[start:] for name in reporters_in(piece.text)]
    if found:
        return found[:2]
    for piece in pieces[start + 1 : start + 1 + BYLINE_WITHIN]:
        if weigh(piece):
            break
        if NAMES_ONLY.match(piece.text) and not piece.link_chars and piece.container.tag == "p":
            return [piece.text]
    return [piece.text for piece in ending if (piece.is_strong or piece.is_italic) and NAMES_ONLY.match(piece.text)][-1:]


def _bylines(pieces: Sequence[Piece], headline: Piece | None) -> Iterator[str]:
    """Yield what stands near the headline and claims to be, or reads like, a byline."""
    start = headline.index if headline else 0
    last: int | None = None
    for piece in pieces[max(0, start - 3) : start + BYLINE_WITHIN]:
        if len(piece.text) > 120 or piece is headline or piece.container.role in {"comments", "related"}:
            continue
        by_role = False
        for container in ancestors_of(piece.container):
            if (
                container.itemprop in {"author", "name"}
                or "author" in container.attributes.lower()
                or "byline" in container.attributes.lower()
            ):
                by_role = True
                break
            if container.depth < piece.container.depth - 3:
                break
        lower = piece.text.casefold()
        reads_so = lower.startswith(("by ", "von ", "par ", "por ", "autor", "author", "text:", "автор"))
        if (reads_so or by_role) and 2 <= len(words(piece.text)) <= 12 and (last is None or piece.index - last <= 2):
            last = piece.index
            yield piece.text
