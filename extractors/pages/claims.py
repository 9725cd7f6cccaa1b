"""Containers in; what their class names claim is taken back where it cannot be true: a name often says but how a thing looks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import takewhile

from extractors.pages.blocks import Container, Piece, ancestors_of
from extractors.pages.prose import weigh

OUTSIDE = frozenset({
    "ad", "apart", "aside", "author_bio", "breadcrumb", "button", "byline", "caption", "comments", "cookie", "disclaimer",
    "embed", "factbox", "figure", "footnote", "form",
    "gallery", "hidden", "live_post", "navigation", "newsletter", "paywall", "player", "poll", "pull_quote", "related", "share",
    "table_caption", "tags", "toc",
})  # fmt: skip
"""Roles whose text does not speak for the container around it."""
MAY_BE_STYLE = frozenset(
    {"ad", "aside", "gallery", "hidden", "newsletter", "paywall", "player", "related", "share", "tags", "navigation"}
)
"""Roles whose names also dress parts of the story ("teaser-content" for the free beginning of a paid article)."""
TOO_MUCH_PROSE = {
    "button": 60, "toc": 80, "breadcrumb": 80, "tags": 150, "navigation": 250, "byline": 250, "share": 250,
    "ad": 350, "table_caption": 300,
}  # fmt: skip
"""Characters of unlinked prose that a container of such a role cannot have; more, and the class name meant something else."""
MAY_HOLD_STORY = 0.6
"""A container that claims a role of `OUTSIDE` and yet holds this share of the page's prose is the story ("has-sidebar")."""
BESIDE_STORIES = frozenset({"aside", "comments", "navigation", "related"})
TOLD_ELSEWHERE = 250.0
"""So much prose with the headline is a brief, beside which comments or a sidebar may well be longer."""
NESTED = 3
"""A box of deals may hold one of the same name, and that another."""
PARAGRAPH_PROSE = 80.0
MAY_NAME_SECTIONS = frozenset({"ad", "embed", "tags", "share", "player", "gallery"})
SECTION_PROSE, SECTION_PARAGRAPH, SECTION_PARAGRAPHS = 900.0, 120.0, 4
"""So many paragraphs of such a length are told, whatever their box is called: a review of products in a box "commerce"."""
CONSENT_SHARE = 0.4
"""A notice of consent speaks of cookies in that share of its prose; the story of a bakery that has a pop-up does not."""
_CONSENT = re.compile(r"cookie|consent|gdpr|dsgvo|privacy|\bcli\b|modal|pop-?up|banner|overlay|dialog", re.IGNORECASE)


def mark_consent(pieces: Sequence[Piece], headline: Piece | None, titles: Sequence[str]) -> float:
    """Mark boxes that talk of cookies and are dressed like notices; return how much of the page's prose they hold."""
    if any("cookie" in title.lower() for title in titles):
        return 0.0
    told: dict[Container, float] = {}
    for piece in pieces:
        if not weigh(piece) or "cookie" not in piece.text.lower():
            continue
        around = [c for c in ancestors_of(piece.container) if c.tag not in {"html", "body"}]
        if any(c.is_body or c.tag == "article" for c in around):
            continue
        around = list(takewhile(lambda c: c.tag != "main", around))
        if (box := next((c for c in reversed(around) if _CONSENT.search(c.attributes)), None)) is not None:
            told[box] = told.get(box, 0.0) + weigh(piece)
    boxes = [
        box
        for box, prose in told.items()
        if prose >= CONSENT_SHARE * box.prose and not (headline is not None and box.first <= headline.index < box.end)
    ]
    for box in boxes:
        box.role = "cookie"
    return sum(box.prose for box in boxes)


def void_roles(top: Container, total: float, headline: Piece | None) -> None:
    """Take back the roles of what holds most of the page's prose, unless a story stands with the headline somewhere else."""
    told = None
    if headline is not None:
        told = next((c for c in ancestors_of(headline.container) if c.prose >= TOLD_ELSEWHERE), None)
    stack = [top]
    while stack:
        container = stack.pop()
        if container.role and container.role != "cookie" and container.prose > MAY_HOLD_STORY * total and total > 0:
            is_elsewhere = told is not None and (told.end <= container.first or container.end <= told.first)
            if not (is_elsewhere and container.role in BESIDE_STORIES):
                container.role = None
        stack.extend(child for child in container.children if child.prose > 0.1 * total)


def void_sections(top: Container, pieces: Sequence[Piece]) -> None:
    """Take back the role of a section of the story that is named for what it tells of: products, deals, a shop."""
    stack = [top]
    while stack:
        container = stack.pop()
        if container.prose < SECTION_PROSE:
            continue
        if container.role in MAY_NAME_SECTIONS and any(_is_the_storys(around) for around in ancestors_of(container)):
            told = [piece for piece in pieces[container.first : container.end] if weigh(piece) >= SECTION_PARAGRAPH]
            if len(told) >= SECTION_PARAGRAPHS:
                container.role = None
        stack.extend(container.children)


def _is_the_storys(container: Container) -> bool:
    return container.is_body or container.tag in {"article", "main"}


def effective(container: Container) -> float:
    """Sum the prose of a container without what claims to be something else."""
    if container.role in OUTSIDE:
        return 0.0
    return container.prose - sum(flagged.prose for flagged in flagged_in(container))


def flagged_in(container: Container) -> Iterator[Container]:
    """Yield the outermost containers with prose and a role of `OUTSIDE`."""
    stack = list(container.children)
    while stack:
        child = stack.pop()
        if not child.prose:
            continue
        if child.role in OUTSIDE:
            yield child
        else:
            stack.extend(child.children)


def _make(piece: Piece) -> tuple[str, str]:
    return _make_of(piece.container)


def _make_of(container: Container) -> tuple[str, str]:
    parent = container.parent
    return f"{container.tag}.{container.attributes}", f"{parent.tag}.{parent.attributes}" if parent else ""


def _makes(pieces: Iterable[Piece]) -> set[tuple[str, str]]:
    """Collect how paragraphs are made, as far as class names tell it: (own tag and classes, parent's tag and classes)."""
    return {make for make in map(_make, pieces) if not make[0].endswith(".") or not make[1].endswith(".")}


def is_flagged(piece: Piece, container: Container) -> bool:
    """Tell whether anything between a piece and a container around it claims a role of `OUTSIDE`."""
    for current in ancestors_of(piece.container):
        if current is container:
            return False
        if current.role in OUTSIDE:
            return True
    return False


def void_false_roles(container: Container, headline: Piece | None, pieces: Sequence[Piece]) -> None:
    """Inside the story, a role cannot be true of what holds a third of it, alone or as a series, nor of its headline."""
    limit = container.prose / 3
    false: set[str | None] = set()
    for depth in range(NESTED):
        series: dict[tuple[str | None, str, str], list[Container]] = {}
        for flagged in flagged_in(container):
            series.setdefault((flagged.role, flagged.tag, flagged.classes), []).append(flagged)
        for (role, _, _), group in series.items():
            if (
                role not in {"comments", "related", "live_post"}
                and (role in false or not depth)
                and sum(c.prose for c in group) > limit
            ):
                false.add(role)
                for flagged in group:
                    flagged.role = None
                _void_short(container, group[0], role)
    _void_styles(container, pieces)
    if headline is not None:
        for around in ancestors_of(headline.container):
            if around is container:
                break
            around.role = None


def _void_short(container: Container, one: Container, role: str | None) -> None:
    """Take the role from those of a series, too, that hold but a few words."""
    stack = list(container.children)
    while stack:
        child = stack.pop()
        if child.role == role and child.tag == one.tag and child.classes == one.classes:
            child.role = None
        stack.extend(child.children)


def _void_styles(container: Container, pieces: Sequence[Piece]) -> None:
    """Take back a role whose holder has paragraphs made like the story's, or more prose than such a thing can have."""
    inside = pieces[container.first : container.end]
    makes = _makes(piece for piece in inside if weigh(piece) and not is_flagged(piece, container))
    beside = {parent for _, parent in makes}
    stack = list(flagged_in(container))
    while stack:
        flagged = stack.pop()
        role = flagged.role
        own = [piece for piece in pieces[flagged.first : flagged.end] if weigh(piece)]
        alike = sum(weigh(piece) for piece in own if _make(piece) in makes)
        if flagged.role in MAY_BE_STYLE and alike > 0.6 * flagged.prose:
            flagged.role = None  # its paragraphs are made like the story's
        elif (
            flagged.role == "paywall"
            and flagged.tag == "p"
            and flagged.prose >= PARAGRAPH_PROSE
            and _make_of(flagged)[1] in beside
        ):
            flagged.role = None  # a paragraph of the locked half
        elif flagged.prose > TOO_MUCH_PROSE.get(flagged.role or "", 1e9):
            flagged.role = None
        if flagged.role is None and role in TOO_MUCH_PROSE:
            stack.extend(inner for inner in flagged_in(flagged) if inner.role == role)  # a box of goods in one of the same name
