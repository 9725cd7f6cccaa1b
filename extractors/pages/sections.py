"""A page in, the section that its story stands in out: what readers are shown before what machines are told.

Readers are shown the way here (breadcrumbs), a line above the headline (kicker), or a category below it. A tag, the kind of page
and the outlet's name are no sections, nor are several in one string. The address alone never names one; it bears others out.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Collection, Iterable, Iterator, Sequence

from lxml import etree

from extractors.pages.blocks import Container, Piece
from extractors.pages.heads import Head
from extractors.pages.kickers import category, kicker
from extractors.pages.sectionnames import (
    LABELLED,
    MAX_SECTION_CHARS,
    META_SECTIONS,
    NO_SECTION,
    VAGUE,
    Story,
    glued,
    path_of,
    slug,
)
from extractors.pages.titles import MAX_TITLE_CHARS, plain
from extractors.pages.trails import is_trail, listed_trails, trails_among

MAX_TITLES = 6
ABOVE = 80
"""Pieces above the headline among which crumbs may stand, if not in lists."""
BELOW = 4
AROUND = 4
"""Boxes around a crumb that may be named for crumbs."""
_IS_LIST = re.compile(r",\S")
_STEPS = re.compile(r"\s*[>»›|;]\s*|\s/\s|\s-\s")
_WAY = re.compile(r"[>»›]|\s/\s")


def section_among(
    head: Head, root: etree._Element, pieces: Sequence[Piece], start: int, titles: Sequence[str], names: Iterable[str], url: str
) -> str | None:
    """Name the section of a story.

    Args:
        head: What machines are told.
        root: The page's tree, for breadcrumbs outside of its text.
        pieces: Its visible text.
        start: Index of the headline among the pieces.
        titles: What the story is called elsewhere.
        names: What the outlet calls itself.
        url: Where it was fetched.

    Returns:
        The last crumb, the kicker, the category, the last crumb in JSON-LD or a claim, whichever says more than "News" first;
        None: nobody names one.

    """
    vague = None
    for _, section in sections_said(head, root, pieces, start, titles, names, url):
        if not VAGUE.fullmatch(section):
            return section
        vague = vague or section
    return vague


def sections_said(
    head: Head, root: etree._Element, pieces: Sequence[Piece], start: int, titles: Sequence[str], names: Iterable[str], url: str
) -> Iterator[tuple[str, str]]:
    """Yield who names a section, and which, in order of trust; as `section_among` asks them."""
    sites = frozenset(map(glued, names))
    headline = [pieces[start].text[:MAX_TITLE_CHARS]] if start < len(pieces) else []
    story = Story(head, root, pieces, start, [*headline, *titles[:MAX_TITLES]], sites, url)
    for witness, find in _WITNESSES:
        if section := find(story):
            yield witness, section
    if section := claimed_section(head, sites, url):
        yield "JSON-LD or property", section


def claimed_section(head: Head, sites: Collection[str] = (), url: str = "") -> str | None:
    """Name the section that machines are told: one of several that a claim writes in a row; None: no claim names one."""
    metas = [value for name in META_SECTIONS for value in head.meta.get(name, ())[:1]]
    claims = (plain(claim) for claim in (head.statement.section, *metas) if claim)
    return next((section for claim in claims if (section := _one_of(claim, metas, sites, url))), None)


def _shown_trail(story: Story) -> str | None:
    near = story.pieces[max(0, story.start - ABOVE) : story.start + BELOW]
    tags = _tags_of_trails(near)
    trails = itertools.chain(story.head.trails, trails_among(story.root, tags) if tags else ())
    return next((section for trail in trails if (section := story.section_at_end(trail))), None)


def _tags_of_trails(pieces: Iterable[Piece]) -> set[str]:
    """Name the elements of the boxes around these lines that are named for crumbs."""
    tags: set[str] = set()
    seen: set[int] = set()
    for piece in pieces:
        container: Container | None = piece.container
        for _ in range(AROUND):
            if container is None or id(container) in seen:
                break
            seen.add(id(container))
            if container.itemprop == "itemListElement" and container.parent is not None:
                tags.add(container.parent.tag)
            elif "rumb" in container.attributes and is_trail(container.attributes):
                tags.add(container.tag)
            container = container.parent
    return tags


def _listed_trail(story: Story) -> str | None:
    return next((section for trail in listed_trails(story.head.trail_scripts) if (section := story.section_at_end(trail))), None)


def _one_of(claim: str, metas: Sequence[str], sites: Collection[str], url: str) -> str | None:
    """Reduce a claim to one section: of a list the first or the one that is claimed elsewhere, of a path the last."""
    parts = [part.strip() for part in claim.split(",") if part.strip()]
    known = next((part for part in parts if part in metas), None)  # "Law, Crime and Justice" is one
    section = known or (parts[0] if parts and _IS_LIST.search(claim) else claim.strip())
    steps = [step for step in _STEPS.split(section) if glued(step) and glued(step) not in sites]
    if steps:
        section = steps[-1] if _WAY.search(section) else steps[0]
    end = section.rstrip("/").rpartition("/")[2]
    section = end if "/" in section and slug(end) in path_of(url) else section
    section = LABELLED.sub("", section, count=1).strip()
    is_said = len(section) <= MAX_SECTION_CHARS and any(map(str.isalpha, section))
    return section if is_said and not NO_SECTION.fullmatch(section) and glued(section) not in sites else None


_WITNESSES = (("breadcrumbs", _shown_trail), ("kicker", kicker), ("category", category), ("JSON-LD breadcrumbs", _listed_trail))
