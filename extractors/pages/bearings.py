"""A page's head in, where the article stands out: its address, its section, and whether readers pay for it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from lxml import etree

from extractors.pages.blocks import Piece
from extractors.pages.heads import Head
from extractors.pages.language import declared
from extractors.pages.sections import section_among
from extractors.urls import absolute_url, canonical_url, outlet_of

_FREE_TIERS = frozenset({"free", "metered"})
_PAID_TIERS = frozenset({"locked", "premium", "paid", "subscriber"})
_TIERS = ("article:content_tier", "content_tier", "og:article:content_tier")


def sane_canonical(head: Head, url: str) -> str:
    """Believe the canonical link only where it stays on the site and names a page, not the front.

    `og:url` is believed less: one that is the address without its query may be that of all articles of the script.
    """
    own = canonical_url(url)
    own_path = _path_of(own)
    shared = [canonical_url(target) for link in head.every(("og:url",)) if (target := absolute_url(url, link))]
    for link in head.links.get("canonical", ()):
        claimed = _on_site(link, url)
        if claimed and (_path_of(claimed) or not own_path):
            is_mirror = _path_of(claimed) == own_path and own in shared  # "ww2.", "amp." before the same path
            return own if is_mirror else claimed
    for link in head.every(("og:url",)):
        claimed = _on_site(link, url)
        if claimed and (_path_of(claimed) or not own_path) and claimed != own.partition("?")[0]:
            return claimed
    return own


def _on_site(link: str, url: str) -> str | None:
    target = absolute_url(url, link)
    return canonical_url(target) if target and outlet_of(target) == outlet_of(url) else None


def _path_of(canonical: str) -> str:
    return canonical.split("://", 1)[-1].partition("/")[2]


def section_of(
    head: Head, root: etree._Element, pieces: Sequence[Piece], start: int, titles: Sequence[str], names: Iterable[str], url: str
) -> str | None:
    """Name the section: the one that readers are shown before the one that machines are told; None: nobody names one."""
    return section_among(head, root, pieces, start, titles, names, url)


def is_paywalled(head: Head) -> bool | None:
    """Tell whether readers pay: one witness who says so is enough, since many templates call every page free; None: unsaid."""
    known = [is_free for _, is_free in payment_said(head)]
    return not all(known) if known else None


def payment_said(head: Head) -> Iterator[tuple[str, bool]]:
    """Yield who says whether the story is free to read, and what."""
    if head.statement.is_free is not None:
        yield "JSON-LD", head.statement.is_free
    for name in _TIERS:
        tier = (head.first(name) or "").lower()
        if tier:
            if tier in _FREE_TIERS | _PAID_TIERS:
                yield f"meta {name}", tier in _FREE_TIERS
            return


def languages_said(head: Head) -> Iterator[tuple[str, str]]:
    """Yield who declares a language, and which, the most trusted first."""
    metas = ("content-language", "language", "og:locale")
    said = [
        ("html lang", head.language),
        (f"meta {' or '.join(metas)}", head.first(*metas)),
        ("JSON-LD", head.statement.language),
    ]
    yield from ((witness, code) for witness, value in said if (code := declared(value)) is not None)
