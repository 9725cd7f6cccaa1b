"""A page's head in, where the article stands out: its address, its section, and whether readers pay for it."""

from __future__ import annotations

import re

from extractors.pages.heads import Head
from extractors.urls import absolute_url, canonical_url, outlet_of

META_SECTIONS = ("article:section", "parsely-section", "section", "cxenseparse:category", "og:article:section")
_NO_SECTION = re.compile(
    r"(?:articles?|posts?|stor(?:y|ies)|front[- ]?page|home(?:page)?|uncategori[sz]ed|allgemein|sin categor[ií]a|"
    r"non class[ée]|all|default|none|null)$",
    re.IGNORECASE,
)
"""What a content system writes where no editor chose."""
_FREE_TIERS = frozenset({"free", "metered"})
_PAID_TIERS = frozenset({"locked", "premium", "paid", "subscriber"})


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


def section_of(head: Head) -> str | None:
    """Name the section: the first of several that one claim writes in a row; None: nobody names one."""
    metas = [value for name in META_SECTIONS for value in head.meta.get(name, ())[:1]]
    for claim in (head.statement.section, *metas):
        if not claim:
            continue
        first = claim.partition(",")[0].strip()
        is_list = re.search(r",\S", claim) is not None or first in metas  # "Law, Crime and Justice" is one
        section = first if is_list else claim
        if section and not _NO_SECTION.match(section):
            return section
    return None


def is_paywalled(head: Head) -> bool | None:
    """Tell whether readers pay: one witness who says so is enough, since many templates call every page free; None: unsaid."""
    tier = (head.first("article:content_tier", "content_tier", "og:article:content_tier") or "").lower()
    said = [head.statement.is_free, True if tier in _FREE_TIERS else False if tier in _PAID_TIERS else None]
    known = [free for free in said if free is not None]
    return not all(known) if known else None
