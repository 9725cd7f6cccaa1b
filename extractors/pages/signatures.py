"""A page's visible pieces in, the names that sign without a word such as "by" out: beside the date, below the story, in boxes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from extractors.letters import CAPITAL
from extractors.pages.authorbox import name_part
from extractors.pages.authors import NAMES_ONLY, names_desk, names_in
from extractors.pages.blocks import Container, Piece, ancestors_of
from extractors.pages.credits import once
from extractors.pages.prose import weigh
from extractors.pages.reporters import reporters_in
from extractors.pages.spoken import AUTHOR_LABEL, HAS_DATE, LABEL_ALONE, MAX_BYLINE_CHARS, bare_of, signs

BYLINE_WITHIN = 30
"""Pieces after the headline in which a byline may stand."""

ALONE_WITHIN = 12
STANDFIRST_WITHIN = 4
LISTED_WITHIN = 3
DATED_WITHIN = 5

BOX_DEPTH = 3
"""Elements around a line whose names still speak of it."""

MAX_REPORTERS = 4

BESIDE = 2
"""Pieces between names, or a name and the date that shows it is a byline."""

NO_BYLINE = frozenset({"caption", "figure", "player", "comments", "related", "gallery"})

NO_SIGNATURE = NO_BYLINE | {"tags", "breadcrumb", "navigation", "toc", "share", "newsletter", "paywall", "cookie"}
"""Where a line of two capitalised words is no name, if nothing else says so."""

_SECTION_HEADINGS = frozenset({"h1", "h2", "h3"})
"""Of the story; some templates write bylines in smaller ones."""

MARK = re.compile(
    r"author|byline|(?<![a-z])autor(?:en|in|es|as?|e)?(?![a-z])|auteur|autrice|"
    r"(?<![a-z])(?:firmas?|verfasser|periodista|journaliste?|giornalista|columnist|dziennikarz|skribent|författare)(?![a-z])"
)

_CREDITS = re.compile(r"\W*(?:article[-_ ]?)?credits\W*", re.IGNORECASE)
"""An element of this name and no other holds who made the story; beside a picture it has more names."""

_CALLED_NAME = re.compile(r"(?:author|autor|auteur|byline|writer)[-_ ]{0,2}name(?![a-z])", re.IGNORECASE)

_LOGIN = re.compile(r"(?!(?:admin|editor|staff|author|guest|user|by|more|news|about)$)[a-z][a-z0-9_.-]{3,24}", re.IGNORECASE)
"""What a blogger is called who shows no other name."""

MAX_BOXED = 3
"""Names of authors on a page, at most; more stand in teasers of other stories."""

_POSTED = re.compile(
    r"(?:posted|geschrieben|gespeichert|eingestellt|veröffentlicht|gepostet|publié|posté|publicado|escrito|pubblicato|scritto)\s+"
    r"(?:by|von|par|por|da)\s*:?\s+(?=\S)",
    re.IGNORECASE,
)

_GLUED_DATE = re.compile(r"(?<=[a-zà-öø-ÿ])(?=(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.? \d)")
"""Markup parts what the text does not: <span>Jane Doe</span><span>Dec 5, 2026</span>."""

_SAYS_WHEN = re.compile(r"publi[csé]|posted|ago\b|hace \d|vor \d|il y a", re.IGNORECASE)


_JOINT = re.compile(r"\s*[|•·]\s*|\s+[–—-]\s+")
"""What parts name, date and section of one line."""

_SEVERAL = re.compile(r"\w,\s?\w|\s(?:&|and)\s")

_NAME = rf"[{CAPITAL}][\w'’.-]+(?: [{CAPITAL}][\w'’.-]*){{1,2}}"
_ABOUT = re.compile(
    rf"(?:(?:Dr|Prof|Mr|Mrs|Ms)\. )?(?P<name>{_NAME})(?:,? \([^()]{{2,60}}\)|, [^.]{{2,60}},)?,? "
    r"(?:is|was|has|writes|covers|reports|works|joined|ist|schreibt|arbeitet|berichtet|est|écrit|es|escribe|è|scrive|är|er)\s"
)
_TRADE = re.compile(
    r"\b(?:writer|reporter|editor|journalist|author|correspondent|columnist|blogger|contributor|writes|covers|freelance|"
    r"staff|Autorin?|Redakteur(?:in)?|Journalistin?|Reporter(?:in)?|journaliste|rédact\w+|periodista|redactora?|giornalista)\b",
    re.IGNORECASE,
)
"""Whoever is introduced with one of them below the story wrote it."""
_WRITES = re.compile(
    rf"(?:^|[\s,–—-])(?:(?:writes|reports|argues|asks|schreibt|berichtet|écrit|escribe) (?P<who>{_NAME})|"
    rf"(?:says|explains|finds) (?P<loud>[{CAPITAL}'’.-]{{2,}}(?: [{CAPITAL}'’.-]{{2,}}){{1,2}}))[.!]?$"
)
"""A standfirst that ends in who wrote the story: "..., writes Jane Doe"."""
INTRODUCED_WITHIN = 14


def introduced(pieces: Sequence[Piece], ending: Sequence[Piece]) -> list[str]:
    """Read who is introduced below the story: "Jane Doe is a reporter ..."; after a line with the name, whatever she is."""
    if not ending:
        return []
    last = ending[-1].index
    below = pieces[max(0, last - 1) : last + INTRODUCED_WITHIN]
    about = [(match["name"], p) for p in below if (match := _ABOUT.match(p.text)) and may_hold(p.container, NO_SIGNATURE)]
    lines = {p.text for p in below} if about else set()
    told = ((name, piece.text[: 2 * MAX_BYLINE_CHARS]) for name, piece in about)
    found = [name for name, text in told if signs(name) and (name in lines or _TRADE.search(text))]
    return list(dict.fromkeys(found)) if len(set(found)) <= MAX_BOXED else []


def told_in_standfirst(pieces: Sequence[Piece], start: int) -> list[str]:
    """Read who wrote the story off the end of a standfirst."""
    near = pieces[start + 1 : start + 1 + STANDFIRST_WITHIN]
    found = (match["who"] or match["loud"] for p in near if (match := _WRITES.search(p.text[-MAX_BYLINE_CHARS:])))
    return [name for name in found if signs(name)][:1]


def posted_by(piece: Piece) -> str | None:
    """Return who an element below the story says that it was posted by, as blogs have it."""
    if len(piece.text) > MAX_BYLINE_CHARS or not (match := _POSTED.match(piece.text)) or not may_hold(piece.container):
        return None
    name = bare_of(piece.text[match.end() :])
    return name if name and (NAMES_ONLY.match(name) or " " not in name) else None


def boxed_in(pieces: Sequence[Piece]) -> list[str]:
    """Read the elements that are called the author's name, above or below the story; of several stories: nobody."""
    found = [
        once(piece.text)
        for piece in pieces
        if len(piece.text) <= MAX_BYLINE_CHARS
        and _CALLED_NAME.search(piece.container.attributes)
        and may_hold(piece.container, NO_SIGNATURE)
    ]
    names = [text for text in dict.fromkeys(found) if NAMES_ONLY.match(text.partition(",")[0]) and signs(text)]
    logins = [text for text in dict.fromkeys(found) if _LOGIN.fullmatch(text)]
    return (names or logins[: len(logins) == 1]) if len(names) <= MAX_BOXED else []


def named_below(label: Piece, piece: Piece) -> str | None:
    """Return the name that stands below "Author", which is all that the element before says."""
    if (
        not AUTHOR_LABEL.match(label.text)
        or LABEL_ALONE.fullmatch(label.text) is None
        or not may_hold(piece.container, NO_SIGNATURE)
    ):
        return None
    return piece.text if NAMES_ONLY.match(piece.text) and name_part(piece.text) == piece.text else None


def may_hold(container: Container, never: frozenset[str] = NO_BYLINE) -> bool:
    """Tell that nothing around a line says that it belongs to a caption, a comment, another story."""
    if container.role == "byline":
        return True
    if container.tag == "blockquote":
        return False  # "Posted by Jane Doe", under what is quoted
    for around in ancestors_of(container):
        is_excused = (around.role == "related" and MARK.search(around.attributes.lower())) or _CREDITS.fullmatch(
            around.attributes
        )
        if around.role in never and not is_excused:
            return False  # an author's line of a "teaser" is that of the story, if nothing around it is a teaser
        if around.depth < container.depth - BOX_DEPTH:
            break
    return True


def signatures(pieces: Sequence[Piece], start: int, ending: Sequence[Piece]) -> list[str]:
    """Read the reporters that Chinese pages name; else a line that is all names, beside the date or set apart at the end."""
    lines = [names for piece in pieces[start:] if (names := reporters_in(piece.text))]
    if lines:
        return lines[0][:MAX_REPORTERS] if lines[0][1:] else [name for names in lines for name in names][:2]
    near = pieces[start + 1 : start + 1 + BYLINE_WITHIN]
    if (listed := next((p.text for p in near[:LISTED_WITHIN] if _lists_names(p)), None)) is not None:
        return [listed]
    for piece in near:
        if weigh(piece):
            break
        is_line = not piece.link_chars and piece.container.tag == "p" and may_hold(piece.container, NO_SIGNATURE)
        if is_line and NAMES_ONLY.match(piece.text) and signs(piece.text):
            return [piece.text]
    if (beside := next(_beside_date(pieces, start), None)) is not None:
        return [beside]
    signed = [p.text for p in ending if (p.is_strong or p.is_italic) and NAMES_ONLY.match(p.text)]
    signed += [
        p.text for p in ending[-1:] if p.container.tag == "p" and not p.link_chars and NAMES_ONLY.match(p.text) and signs(p.text)
    ]
    return signed[-1:]


def _lists_names(piece: Piece) -> bool:
    """Tell a line of several names, which needs nothing beside it to be a byline."""
    if len(piece.text) > MAX_BYLINE_CHARS or not _SEVERAL.search(piece.text) or piece.container.tag in _SECTION_HEADINGS:
        return False
    return NAMES_ONLY.match(piece.text) is not None and signs(piece.text) and may_hold(piece.container, NO_SIGNATURE)


def dated(below: Sequence[Piece]) -> list[str]:
    """Read the first line below the headline that is a link with a name, and a date: "Jane Doe – Jun 11, 2017 4:00 PM"."""
    parts = [
        (_JOINT.split(p.text, maxsplit=1), p) for p in below[:DATED_WITHIN] if 0 < p.link_chars < len(p.text) <= MAX_BYLINE_CHARS
    ]
    named = (part[0] for part, p in parts if part[1:] and HAS_DATE.search(part[1]) and may_hold(p.container, NO_SIGNATURE))
    return [name for name in named if NAMES_ONLY.match(name) and signs(name) and not names_desk(name)][:1]


def _beside_date(pieces: Sequence[Piece], start: int) -> Iterator[str]:
    """Yield names in a line of their own, or before a date, that stand beside the date under the headline."""
    standfirsts = 0
    for piece in pieces[max(0, start - 1) : start]:
        yield from _name_and_date(piece)
    for piece in pieces[start + 1 : start + 1 + ALONE_WITHIN]:
        standfirsts += weigh(piece) > 0 and piece.container.role not in NO_BYLINE
        if standfirsts > 1:
            return
        if len(piece.text) > MAX_BYLINE_CHARS or not may_hold(piece.container, NO_SIGNATURE):
            continue
        if piece.container.tag in _SECTION_HEADINGS:
            continue
        yield from _name_and_date(piece)
        name, *rest = _JOINT.split(piece.text, maxsplit=1)
        if rest and NAMES_ONLY.match(name) and signs(name) and (_SAYS_WHEN.search(rest[0]) or HAS_DATE.search(rest[0])):
            yield name
        bare = bare_of(_GLUED_DATE.sub(" ", piece.text))
        beside = pieces[max(start + 1, piece.index - BESIDE) : piece.index + BESIDE + 1]
        dated = any(HAS_DATE.search(other.text) and len(other.text) <= MAX_BYLINE_CHARS for other in beside)
        if dated and (NAMES_ONLY.match(bare) or _has_office_behind(bare)):
            yield bare


def _has_office_behind(line: str) -> bool:
    """Tell a name with an office behind it, in one line: "JANE DOE EDITORA-ADJUNTA DE CIÊNCIA"."""
    found = names_in(line)
    return len(found) == 1 and found[0] != line and line.startswith(found[0]) and NAMES_ONLY.match(found[0]) is not None


def _name_and_date(piece: Piece) -> Iterator[str]:
    """Yield the name that ends a line of dates and times: "3.5.2026 | 10:15 Uhr | Jane Doe"."""
    *before, last = _JOINT.split(piece.text) if len(piece.text) <= MAX_BYLINE_CHARS else [""]
    if not before or not HAS_DATE.search(before[0]) or not all(any(map(str.isdigit, part)) for part in before):
        return
    name = bare_of(last)
    if NAMES_ONLY.match(name) and signs(name) and may_hold(piece.container, NO_SIGNATURE):
        yield name
