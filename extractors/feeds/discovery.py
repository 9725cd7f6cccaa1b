"""An HTML page -> the addresses of its feeds, best first."""

from __future__ import annotations

import re
from typing import Final

import lxml.html
from lxml import etree

from extractors.urls import absolute_url, host_of, registrable_domain

FEED_TYPES: Final = {
    "application/rss+xml": 0, "application/atom+xml": 0, "application/feed+json": 0, "application/rdf+xml": 1,
    "application/xml": 2, "text/xml": 2, "application/json": 2, "application/x.atom+xml": 1, "application/x-atom+xml": 1,
}  # fmt: skip
"""Media types of `<link rel=alternate>`, with how sure they are."""

MAX_HTML_BYTES: Final = 4 * 1024 * 1024
"""Feeds are announced in the head; the largest of 1,473 real pages has 1.8 MB."""

MAX_FEEDS: Final = 50

_FEED_LINK = re.compile(
    r"(?:[/.=_-](?:rss2?|atom|rdf|feeds?|webfeed|jsonfeed)(?:[/.?&_-]|$))|\.(?:rss|atom|rdf)(?:\?|$)", re.IGNORECASE
)
_COMMENTS = re.compile(r"comments?[/\b]|/comments?(?:[/?]|$)|kommentare|commentaires", re.IGNORECASE)


def discover(html: bytes | str, url: str) -> list[str]:
    """Find the feeds that a page announces.

    Args:
        html: The page.
        url: Where it was fetched; its `<base href>` wins.

    Returns:
        Absolute addresses without repetition, at most `MAX_FEEDS`: first what the head announces as RSS, Atom or JSON Feed,
        then links whose address looks like a feed of the same site; feeds of comments last. Empty where there are none.

    """
    root = _tree(html)
    if root is None:
        return []
    base = absolute_url(url, root.xpath("string(//base/@href)")) or url
    ranked: dict[str, int] = {}
    for rank, address in [*_announced(root, base), *_linked(root, base)]:
        ranked[address] = min(rank, ranked.get(address, rank))
    return sorted(ranked, key=lambda address: ranked[address])[:MAX_FEEDS]


def _tree(html: bytes | str) -> lxml.html.HtmlElement | None:
    markup = html[:MAX_HTML_BYTES]
    if not markup.strip():
        return None
    try:
        return lxml.html.document_fromstring(markup)
    except ValueError:  # a str that declares an encoding of its own
        return _tree(markup.encode("utf-8", "replace")) if isinstance(markup, str) else None
    except etree.LxmlError:
        return None


def _announced(root: lxml.html.HtmlElement, base: str) -> list[tuple[int, str]]:
    found = []
    for link in root.iter("link"):
        words = (link.get("rel") or "").lower().split()
        rank = FEED_TYPES.get((link.get("type") or "").partition(";")[0].strip().lower())
        if "feed" in words:
            rank = 0
        address = absolute_url(base, link.get("href"))
        if rank is None or address is None or not {"alternate", "feed"} & {*words}:
            continue
        if rank == 2 and not _FEED_LINK.search(address):  # oEmbed and WordPress's API are announced as JSON and XML too
            continue
        text = f"{link.get('title') or ''} {address}"
        found.append((rank + (10 if _COMMENTS.search(text) or "comments" in text.lower() else 0), address))
    return found


def _linked(root: lxml.html.HtmlElement, base: str) -> list[tuple[int, str]]:
    site = registrable_domain(host_of(base))
    found = []
    for anchor in root.iter("a"):
        address = absolute_url(base, anchor.get("href"))
        if address and _FEED_LINK.search(address) and registrable_domain(host_of(address)) == site:
            found.append((15 if _COMMENTS.search(address) else 5, address))
    return found
