"""The lines around a headline in, the section that one of them names out: a kicker above it, or a category below."""

from __future__ import annotations

import itertools
import re
from collections.abc import Collection, Iterable, Iterator, Sequence

from extractors.pages.blocks import Container, Piece, ancestors_of, look_of
from extractors.pages.roles import words_of
from extractors.pages.sectionnames import (
    HOME,
    LABELLED,
    NO_SECTION,
    VAGUE,
    Story,
    glued,
    is_name,
    last_part,
    path_in,
    path_of,
    slug,
)
from extractors.pages.titles import likeness, same_words, words
from extractors.pages.trails import Crumb, crumbs_in, text_of
from extractors.pages.written import days_in

KICKER_WITHIN = 8
"""Pieces above the headline among which a kicker stands."""
NEAR = 4
"""Of them, those that need no class to say what they are; pieces below the headline that may hold the category."""
HEADER_PIECES = 8
"""Pieces above the headline in a box that is the story's own and not the page's."""
CATEGORY_WITHIN = 12
"""Pieces below the headline among which links stand that call themselves the category's."""
MAX_LABELS = 4
"""Lines of one make in a row; more is a menu."""
MAX_LINE_CHARS = 120
LINKED = 0.8
"""Share of a line's characters inside links."""
LIKE = 0.6
"""Share of words that the headline, or a part of it, has in common with a title."""

_NO_LABEL = re.compile(
    r"(?:advert|anzeige|werbung|publicité|publicidad|pubblicità|реклама|广告|広告|sponsor|(?:skip|jump|back|return) to|"
    r"share|rss|twitter|facebook|feeds?\b|manage |print|e-?mail|log ?in|sign ?(?:in|up)|register|join|subscri|search|menu|close|"
    r"listen|watch|save|follow|contact|get |download|read |view |see |more\b|latest$|live$|updated?\b|published|by\b|"
    r"teilen|drucken|partager|compartir|comments?\b)",
    re.IGNORECASE,
)
"""What stands above headlines and leads somewhere, or does something."""
_KICKER = re.compile(
    r"\b(?:\w*kickers?|eyebrow|overline|unibrow|\w*categor(?:y|ies|ia|ie)(?:info|list)?|rubrics?|rubrik|rubrique|rubrica|ressort|"
    r"taxonomy|taxterm|overtitle|supertitle|toptitle|dachzeile|spitzmarke|volanta|occhiello|antetitulo|(?:bread)?crumbs?|"
    r"primary theme|post cats?|post terms|terms list)\b"
)
"""Classes, as words, of what names the section."""
_LABEL = re.compile(r"\b(?:channels?|topics?|labels?|sections?|seccion|vertical|subject|cats?|desk|subhead)\b(?! hidden)")
"""Classes that say little: what they hold must be borne out."""
_MENU = re.compile(r"\b\w*(?:nav|menu|ticker|account)\b")
_OTHERS_ROLES = frozenset({
    "share", "newsletter", "ad", "cookie", "related", "comments", "form", "button", "embed", "paywall", "navigation", "caption",
    "author_bio", "player", "toc", "gallery",
})  # fmt: skip
_UNSURE_ROLES = frozenset({"hidden", "byline"})
_PEOPLE = re.compile(
    r"/(?:authors?|by|people|profiles?|staff|users?|autor|autoren|auteurs?|contributors?|writers?|reporters?|reporting|search|login|"
    r"account)(?:/|$)",
    re.IGNORECASE,
)
_IN = re.compile(r"^.*\b(?:in|under|dans|en|em|unter)\s+")
_WAY = re.compile(r"[>»›→▸❯＞]|\s/\s")
_ONE_NAME = re.compile(r"\b(?:and|und|et|y|e|i)\b|&", re.IGNORECASE)
"""What makes commas part of a name: "Law, Crime and Justice"."""


def kicker(story: Story) -> str | None:
    """Find the line above the headline that names the section; None: no line is made for that or borne out."""
    if story.start >= len(story.pieces):
        return None
    around = {id(container) for container in ancestors_of(story.pieces[story.start].container)}
    index = story.start - 1
    while index >= max(0, story.start - KICKER_WITHIN):
        row = _row(story.pieces, index)
        if len(row) <= MAX_LABELS:
            if (named := next((text for piece in _reading(row) if (text := _named_by(piece, story, around))), None)) is not None:
                return named
        elif story.start - index <= MAX_LABELS // 2:
            return None  # right above the headline the menu ends
        index = row[0].index - 1
    return None


def category(story: Story) -> str | None:
    """Find the link that calls itself the category's, or the line below the headline that is made for one."""
    marked = (a for a in story.head.anchors if "category" in (a.get("rel") or "") or a.get("itemprop") == "articleSection")
    near = story.pieces[max(0, story.start - KICKER_WITHIN) : story.start + CATEGORY_WITHIN]
    for name in map(text_of, itertools.islice(marked, MAX_LABELS * 2)):
        if name and is_name(name) and not NO_SECTION.fullmatch(name) and any(name in piece.text for piece in near):
            return name
    below = story.pieces[story.start + 1 : story.start + NEAR + 1]
    return next((text for piece in below if len(piece.text) <= MAX_LINE_CHARS and (text := _filed_under(piece, story))), None)


def _filed_under(piece: Piece, story: Story) -> str | None:
    """Read "Filed under: Gardens", a link in an element named for categories, "in Gardens" or "Gardens | 3 May"."""
    marks = (words_of(c.attributes) for c in itertools.islice(ancestors_of(piece.container), 2) if _holds_labels(c))
    if any(map(_KICKER.search, marks)) and piece.link_density > LINKED and story.leads_on(piece.href):
        return _label_of(piece, story)
    if (match := LABELLED.search(piece.text)) and (named := crumbs_in(piece.text[match.end() :])) and is_name(named[0].text):
        return named[0].text
    if not 0 < piece.link_chars < len(piece.text) or not story.leads_on(piece.href) or _PEOPLE.search(piece.href or ""):
        return None
    wanted = slug(last_part(piece.href))
    parts = (_IN.sub("", crumb.text) for crumb in crumbs_in(piece.text))
    return next((part for part in parts if slug(part) == wanted and is_name(part) and not NO_SECTION.fullmatch(part)), None)


def _row(pieces: Sequence[Piece], index: int) -> list[Piece]:
    """Return the lines of one make in a row that end here, one more than may be labels."""
    last = pieces[index]
    look, parent = look_of(last.container), last.container.parent
    first = index
    while first > 0 and index - first <= MAX_LABELS:
        above = pieces[first - 1].container
        if above is not last.container and not (above.parent is parent and look_of(above) == look):
            break
        first -= 1
    return list(pieces[first : index + 1])


def _reading(row: Sequence[Piece]) -> Iterator[Piece]:
    """Yield the labels of a row, the one that counts first: the last of a way here, the first of a list."""
    is_way = HOME.fullmatch(row[0].text.strip(" >»›/|")) is not None or _nests(piece.href for piece in row)
    yield from reversed(row) if is_way else row


def _nests(hrefs: Iterable[str | None]) -> bool:
    """Tell addresses each of which goes on from the one before."""
    paths = list(map(path_in, hrefs))
    return len(paths) > 1 and all(outer and inner.startswith(f"{outer}/") for outer, inner in itertools.pairwise(paths))


def _named_by(piece: Piece, story: Story, around: Collection[int]) -> str | None:
    """Read the section off a line above the headline, if its make, its link or another witness says that it names one."""
    if len(way := _way_in(piece.text)) > 1:
        return story.section_at_end(way)
    chain = list(itertools.islice(ancestors_of(piece.container), 40))
    common = next((c for c in chain if id(c) in around), None)
    is_header = common is not None and common.tag not in {"html", "body"} and story.start - common.first <= HEADER_PIECES
    marks = [words_of(c.attributes) for c in chain[:2] if _holds_labels(c)]
    is_marked, is_label = any(map(_KICKER.search, marks)), any(map(_LABEL.search, marks))
    is_linked = piece.link_density > LINKED
    if not is_marked and (story.start - piece.index > NEAR or not (is_header or is_label or is_linked)):
        return None
    roles = _roles(chain, is_header=is_header)
    if roles & _OTHERS_ROLES or (not is_marked and roles & _UNSURE_ROLES):
        return None
    if (text := _label_of(piece, story)) is None or (is_linked and not _leads_to_section(piece, story)):
        return None
    is_borne_out = is_marked or glued(text) in story.claims or (not is_linked and glued(text) in story.links)
    is_right_above = is_label and piece.index == story.start - 1
    is_named = is_linked and (is_header or is_label) and (is_right_above or _is_named_in(text, piece.href))
    return text if is_borne_out or is_named else None


def _way_in(line: str) -> list[Crumb]:
    """Read a line that leads from the front to here, whatever its make: "Home > News > Gardens"; empty: it is none."""
    crumbs = crumbs_in(line) if len(line) <= MAX_LINE_CHARS else []
    return crumbs if crumbs and HOME.fullmatch(crumbs[0].text) else []


def _roles(chain: Sequence[Container], *, is_header: bool) -> set[str]:
    """Collect what the boxes around a line claim to be for; a short `nav` in the story's own header is a way here."""
    near = [c for c in chain[:4] if c.tag not in {"html", "body"}]
    roles = {c.role for c in near if c.role and c.end - c.first <= HEADER_PIECES and not (is_header and _is_short_nav(c))}
    return roles | ({"navigation"} if any(_MENU.search(words_of(c.attributes)) for c in near if c.attributes) else set())


def _is_short_nav(container: Container) -> bool:
    return container.tag == "nav" and container.end - container.first <= MAX_LABELS


def _holds_labels(container: Container) -> bool:
    return bool(container.attributes) and container.end - container.first <= MAX_LABELS


def _leads_to_section(piece: Piece, story: Story) -> bool:
    return story.leads_on(piece.href) and not _PEOPLE.search(piece.href or "")


def _label_of(piece: Piece, story: Story) -> str | None:
    """Return what a line says before a date, a bar or the next label; None: nothing that may be a section."""
    text = piece.text
    if len(text) > MAX_LINE_CHARS:
        return None
    if any(map(str.isdigit, text)) and (day := next(days_in(text), None)) is not None:
        text = day.label
    crumbs = crumbs_in(text)
    if len(crumbs) > 1 and _WAY.search(text):
        return story.section_at_end(crumbs)
    names = [LABELLED.sub("", name, count=1) for name in _linked_in(piece, story) or [crumb.text for crumb in crumbs]]
    name = next((name for name in names if not VAGUE.fullmatch(name)), names[0] if names else "")
    name = name if _ONE_NAME.search(name) else name.partition(", ")[0]
    return name if _is_label(name, story) else None


def _is_label(name: str, story: Story) -> bool:
    return (
        is_name(name)
        and not (HOME.fullmatch(name) or NO_SECTION.fullmatch(name) or _NO_LABEL.match(name))
        and glued(name) not in story.sites
        and not any(same_words(name, title) or likeness(name, title) >= LIKE for title in story.titles)
    )


def _linked_in(piece: Piece, story: Story) -> list[str]:
    """Return the labels of a line that are a link each, the one that counts first; none where the line is a single link."""
    if (
        not piece.href
        or piece.link_density <= LINKED
        or len(words(piece.text)) < 2
        or glued(piece.text).endswith(glued(last_part(piece.href)))
    ):
        return []
    found = (link for link in story.head.anchors if link.get("href") == piece.href)
    for link in itertools.islice(found, MAX_LABELS):
        if not (first := text_of(link)) or not piece.text.startswith(first):
            continue
        for around in itertools.islice(link.iterancestors(), 3):
            links = [a for a in itertools.islice(around.iter("a"), MAX_LABELS + 1) if (text := text_of(a)) and text in piece.text]
            if 1 < len(links) <= MAX_LABELS:
                labels = [text_of(a) for a in links]
                return labels[::-1] if _nests(a.get("href") for a in links) else labels
    return []


def _is_named_in(text: str, href: str | None) -> bool:
    """Tell whether most words of a label stand in the address that it leads to; of scripts that addresses leave out, always."""
    path = "-".join(path_of(href))
    its = [word for word in words(text) if len(word) > len("of")]
    return not text.isascii() or (bool(its) and sum(word[:5] in path for word in its) > len(its) / 2)
