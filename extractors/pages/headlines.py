"""A page's pieces and what metadata calls the article in, the piece that is its headline out."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

from extractors.letters import WIDE
from extractors.pages.blocks import Container, Piece, ancestors_of
from extractors.pages.roles import HEADINGS
from extractors.pages.titles import MAX_KICKER_WORDS, likeness, parts_of, same_words, words

MIN_HEADLINE_WORDS = 4
MIN_UNSPACED_CHARS = 8
"""Of a headline in a script without spaces, which has hardly any words to count."""
MIN_OPENING_WORDS = 2
"""Of a heading that a title has before the site's name: "Healing by art | Example"."""
BREADCRUMBS_WITHIN = 5
"""Elements around a heading that may be its breadcrumbs."""
BREADCRUMB = re.compile(r"(?:^|\s)[Bb]readcrumb|[-_]breadcrumbs?(?![A-Za-z])")
LIKE, LIKE_SOMEWHAT = 0.4, 0.25
"""Share of words that a first-level heading has in common with a title; the lower one if it is the only one and no link."""
MAX_BREADCRUMBS = 8
"""Pieces; what holds more is the top of the story, breadcrumbs among it."""
_JOINTS = frozenset("|-–—·@«")
_JOINTS_UNSPACED = _JOINTS | frozenset("_｜:：")
"""What a title has between headline and site."""
HEADLINE_WITHIN = 12
"""Pieces at the start of a story among which kicker and headline stand."""


def named_headline(pieces: Sequence[Piece], titles: Sequence[str]) -> Piece | None:
    """Find the heading that has the words of a claimed title; None: no heading has."""
    headings = [p for p in pieces if heading_tag(p) and not _leads_here(p)]
    headings.sort(key=lambda p: heading_tag(p) != "h1")
    own = [p for p in headings if heading_tag(p) == "h1" or not _is_teaser(p)]
    return _named_among(own, titles) or (_named_among(headings, titles) if len(own) < len(headings) else None)


def _named_among(headings: Sequence[Piece], titles: Sequence[str]) -> Piece | None:
    firsts = [p for p in headings if heading_tag(p) == "h1"]
    looks = (
        (firsts, _repeats), (headings, _repeats), (_longest_parts(firsts, titles), _has_part), (headings, _ends),
        (firsts, _begins), (firsts, _has_kicker_before), (headings, _opens_shortly), (firsts, _closes_shortly),
    )  # fmt: skip
    return (
        _fitting(looks, titles)
        or _alike(firsts, titles, LIKE_SOMEWHAT if len(firsts) == 1 and not firsts[0].link_chars else LIKE)
        or _fitting(((headings, _begins), (headings, _has_kicker_before)), titles)
    )


def _longest_parts(firsts: Sequence[Piece], titles: Sequence[str]) -> Sequence[Piece]:
    """Choose among several headings that a title has as whole parts: "News - Bridge to be rebuilt - Senator Jane Doe"."""
    found = [p for p in firsts if _is_long(p.text) and any(_has_part(p.text, title) for title in titles)]
    return [max(found, key=lambda p: len(words(p.text)))] if len(found) > 1 else []


def _has_part(heading: str, title: str) -> bool:
    return any(same_words(heading, part) for part in parts_of(title))


def _fitting(looks: Iterable[tuple[Sequence[Piece], Callable[[str, str], bool]]], titles: Sequence[str]) -> Piece | None:
    pairs = ((among, fits, title) for among, fits in looks for title in titles)
    return next((piece for among, fits, title in pairs for piece in among if fits(piece.text, title)), None)


def _alike(firsts: Sequence[Piece], titles: Sequence[str], least: float) -> Piece | None:
    for title in titles:
        best = max(firsts, key=lambda p: likeness(p.text, title), default=None)
        if best is not None and likeness(best.text, title) >= least:
            return best
    return None


def _repeats(heading: str, title: str) -> bool:
    return same_words(heading, title) or _opens(title, heading)


def _is_long(text: str, least: int = MIN_HEADLINE_WORDS) -> bool:
    return len(words(text)) >= least or (len(text) >= MIN_UNSPACED_CHARS and WIDE.search(text) is not None)


def _ends(heading: str, title: str) -> bool:
    """Tell a heading that a title has behind its kicker."""
    has = words(heading)
    return _is_long(heading) and words(title)[-len(has) :] == has


def _begins(heading: str, title: str) -> bool:
    has = words(heading)
    return _is_long(heading) and words(title)[: len(has)] == has


def _has_kicker_before(heading: str, title: str) -> bool:
    return len(words(heading)) <= len(words(title)) + MAX_KICKER_WORDS and _ends(title, heading)


def first_headline(pieces: Sequence[Piece], container: Container, titles: Sequence[str]) -> Piece | None:
    """Fall back on the last h1 before the story, else the first near its beginning, or that shares words with a title."""
    firsts = [p for p in pieces if heading_tag(p) == "h1" and not _leads_here(p)]
    before = [p for p in firsts if p.index <= container.first]
    last = container.first + HEADLINE_WITHIN
    fitting = (p for p in firsts if p.index <= last or any(likeness(p.text, title) for title in titles))
    return before[-1] if before else next(fitting, None)


def heading_before(pieces: Sequence[Piece], container: Container) -> Piece | None:
    """Find what stands for a headline where none is claimed or of the first level: the last heading right above the story."""
    above = pieces[max(0, container.first - HEADLINE_WITHIN) : container.first]
    headings = [p for p in above if heading_tag(p) and not _leads_here(p) and not p.link_chars]
    return next((p for p in reversed(headings) if _is_long(p.text)), None)


def is_headline(piece: Piece, titles: Sequence[str]) -> bool:
    """Tell a second showing of the headline, with or without a kicker glued to its front."""
    if any(same_words(piece.text, title) for title in titles):
        return True
    has = words(piece.text)
    its = [wanted for title in titles if len(wanted := words(title)) >= MIN_HEADLINE_WORDS]
    return piece.container.tag in HEADINGS and any(has[-len(wanted) :] == wanted for wanted in its)


def is_part_of_title(text: str, titles: Sequence[str]) -> bool:
    """Tell a heading that a claimed title holds whole, such as the kicker before its colon."""
    part = f" {' '.join(words(text))} "
    return part.count(" ") >= 3 and any(part in f" {' '.join(words(title))} " for title in titles)


def heading_tag(piece: Piece) -> str | None:
    """Name the heading element a piece stands in; None: it stands in none."""
    for container in ancestors_of(piece.container):
        if container.tag in HEADINGS:
            return container.tag
        if container.depth < piece.container.depth - 2:
            return None
    return None


def _leads_here(piece: Piece) -> bool:
    """Tell a heading at the end of breadcrumbs, which is written for search engines, from the one that readers see."""
    chain = list(ancestors_of(piece.container))
    return any(around.tag == "nav" and around.role == "navigation" for around in chain) or any(
        BREADCRUMB.search(around.attributes) and around.end - around.first <= MAX_BREADCRUMBS
        for around in chain[:BREADCRUMBS_WITHIN]
    )


def _is_teaser(piece: Piece) -> bool:
    """Tell a heading of other stories, among which this one may stand once more."""
    return any(around.role == "related" for around in ancestors_of(piece.container))


def _opens_shortly(heading: str, title: str) -> bool:
    return _opens(title, heading, MIN_OPENING_WORDS)


def _closes_shortly(heading: str, title: str) -> bool:
    """Tell a heading that a title has behind the site's name: "Example – Healing by art"."""
    front = title[: -len(heading)].rstrip() if heading else ""
    return _is_long(heading, MIN_OPENING_WORDS) and title.endswith(heading) and front[-1:] in _JOINTS


def _opens(title: str, heading: str, least: int = MIN_HEADLINE_WORDS) -> bool:
    """Tell a heading that a title repeats before the site's name."""
    return (
        _is_long(heading, least)
        and title.startswith(heading)
        and title[len(heading) :].lstrip()[:1] in (_JOINTS_UNSPACED if WIDE.search(heading) else _JOINTS)
    )
