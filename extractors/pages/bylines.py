"""A page's visible pieces in, the lines that name who wrote the story out, sorted by how plainly they say so."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from extractors.pages.agencies import agency_named
from extractors.pages.authorbox import name_part
from extractors.pages.authors import NAMES_ONLY
from extractors.pages.blocks import Container, Piece, ancestors_of
from extractors.pages.credits import names_alone, once, writers_in
from extractors.pages.prose import weigh
from extractors.pages.reporters import reporters_in
from extractors.pages.titles import same_words, words

BYLINE_WITHIN = 30
"""Pieces after the headline in which a byline may stand."""
ALONE_WITHIN = 12
BEHIND_STORY = 8
"""Pieces behind a short story in which its author may still be named; then come the cards of others."""
BOX_DEPTH = 3
"""Elements around a line whose names still speak of it."""
PARAGRAPHS_BEFORE = 3
"""A byline may stand below the standfirst, not below so many paragraphs."""
MAX_BYLINE_CHARS = 160
MAX_BYLINE_WORDS = 14
MAX_CREDIT_CHARS = 400
"""Of an agency's closing credit with all who helped."""
BESIDE = 2
"""Pieces between names, or a name and the date that shows it is a byline."""

_NO_BYLINE = frozenset({"caption", "figure", "player", "comments", "related", "gallery"})
_NO_SIGNATURE = _NO_BYLINE | {"tags", "breadcrumb", "navigation", "toc", "share", "newsletter", "paywall", "cookie"}
"""Where a line of two capitalised words is no name, if nothing else says so."""
_SECTION_HEADINGS = frozenset({"h1", "h2", "h3"})
"""Of the story; some templates write bylines in smaller ones."""
_AROUND_ALL = frozenset({"html", "body", "main", "article"})
"""Their classes speak of the page ("single-author", "author-bio-on"), not of a line."""
_MARK = re.compile(r"author|byline|(?<![a-z])autor(?:en|in|es|as?|e)?(?![a-z])|auteur|autrice")
_CALLED_NAME = re.compile(r"(?:author|autor|auteur|byline|writer)[-_ ]{0,2}name(?![a-z])", re.IGNORECASE)
MAX_BOXED = 3
"""Names of authors on a page, at most; more stand in teasers of other stories."""
_POSTED = re.compile(
    r"(?:posted|geschrieben|gespeichert|eingestellt|veröffentlicht|gepostet|publié|posté|publicado|escrito|pubblicato|scritto)\s+"
    r"(?:by|von|par|por|da)\s*:?\s+(?=\S)",
    re.IGNORECASE,
)
_NAMED_SO = re.compile(r"author[-_ ]?(?:name|vcard|link)|vcard|\bfn\b", re.IGNORECASE)

_BY = (
    r"(?:by|von|vom|par|por|di|od|av|af|door|durch|автор(?:ы)?|текст|tekst|"
    r"autor(?:en|in|es|a|as|ka|zy|i)?|auteure?s?|autrice|authors?|redacción|κείμενο|συντάκτης|του|της)"
)
_WROTE = (
    r"(?:(?:written|writing|authored|recipe|posted|published|reported|reporting|review|story|stories|story and photos|"
    r"analysis|opinion|commentary|words|text|"
    r"photos?|pictures?|photos and story|words and photos|essay|column|interview|posted on|"
    r"erstellt|verfasst|veröffentlicht|geschrieben|eingestellt|gepostet|(?:ein|eine) \w+|"
    r"publié|posté|écrit|(?:un )?article|propos recueillis|escrito|publicado|scritto|pubblicato|geplaatst|skrevet|skriven)\s+)?"
)
_SAYS_BY = re.compile(rf"^{_WROTE}{_BY}(?:/\w+)?(?:\s*[:：]\s*|\s+)(?=\S)", re.IGNORECASE)
_GLUED_BY = re.compile(r"^(?:By|Von|Par|Por)(?:(?=[A-ZÀ-ÖØ-Þ])|(?:by|von|par|por)\s+)")
"""Markup parts what the text does not: <span>By</span><a>Jane Doe</a>; some say it twice, once for screen readers."""
_AUTHOR_LABEL = re.compile(
    r"(?:text|texte|texto|testo|autor(?:in|en|es)?|autorin/autor|auteure?s?|authors?|written by|автор|текст)\b", re.IGNORECASE
)
"""Wherever it stands below the headline, who is named behind it wrote the story."""
_FULL_NAME = re.compile(r"[A-ZÀ-ÖØ-Þ][\w'’.-]+ [A-ZÀ-ÖØ-Þ]")
_LABELLED = re.compile(
    r"^(?:(?:text|texte|words)\s*(?:und|and|et|&|\+)\s*(?:fotos?|photos?|bilder|interview|video)|"
    r"text|texte|texto|testo|bericht|interview|autor(?:in|en|es)?|autorin/autor|auteure?s?|authors?|автор|текст|από|"
    r"著者|執筆|取材・文|文)\s*[:：]\s*(?=\S)",
    re.IGNORECASE,
)
_LABEL_ALONE = re.compile(
    r"(?:text|texte|texto|testo|autor(?:in|en|es)?|autorin/autor|auteure?s?|autrice|authors?|written by|автор|текст)"
    r"(?:\(e?s\))?\s*[:：]?",
    re.IGNORECASE,
)
"""A label in an element of its own: who it names stands in the next."""
_GOES_ON = re.compile(r"(?:,|&|\s(?:and|und|et|y|e|i|og|och|en|и|και))$", re.IGNORECASE)
"""Behind the name of one author stands that of another, perhaps in an element of its own."""
_SAYS_BY_AT_END = re.compile(rf"(?:^|\s|·|\|){_WROTE}(?:by|von|par|por|door|av|af)\s*[:：]?$", re.IGNORECASE)
_BY_BEHIND_DATE = re.compile(r"\d.*?[\s·|](?:by|von|par|por|door|av|af)\s+(?=\S)", re.IGNORECASE)
_HELPERS = re.compile(
    r"^(?:with )?(?:contributions?|contributors?|additional reporting|edited|editing|fact[- ]checked|reviewed|medically reviewed|"
    r"updated by|supported|sponsored|presented|powered|photograph(?:y|s|ed)?|photos?|illustrat(?:ions?|ed)|art(?:work)? by|"
    r"translat(?:ed|ion)|übersetzt|traduit|traducido|mitarbeit|redaktion:|fotos?|avec la collaboration)\b",
    re.IGNORECASE,
)
"""What follows is not who wrote it."""
_OUTLET_BEHIND = re.compile(r"\s*[/,|]\s*[\w.-]+\.[a-z]{2,6}$", re.IGNORECASE)
_DASHES = "-–—•·*|/ "
_ENDS_IN_BY = re.compile(r"\b(?:by|von|vom|par|por|di|door|av|af)\s*[:：]?$", re.IGNORECASE)

_DAY = (
    r"(?:mon|tue|wed|thu|fri|sat|sun|mo|di|mi|do|fr|sa|so|montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag|sonnabend|"
    r"lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|lunes|martes|miércoles|jueves|viernes|sábado|domingo)"
)
_MONTH = (
    r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|mär|mai|okt|dez|fév|avr|juin|juil|aoû|déc|ene|abr|ago|dic|янв|фев|мар|апр|"
    r"мая|июн|июл|авг|сен|окт|ноя|дек)[^\W\d_]*"
)
_FROM_DATE = re.compile(
    rf"\s*[,|·•@–—-]*\s*(?:\b(?:on|am|le|el|il|den|um|at|à|vom|last|updated|published|veröffentlicht|aktualisiert|publié|stand)\b"
    rf":?\s*)*(?:\b{_DAY}[a-z]*\.?,?\s+(?=\d|{_MONTH})|\b{_DAY}(?:day|nesday|rsday|urday)?,|\b{_DAY}(?<=\w\w\w)$|\b{_MONTH}\.?\s+\d|"
    rf"\d{{1,2}}(?:st|nd|rd|th)?\.?\s+{_MONTH}|\d{{1,4}}[./:-]\s?\d{{1,2}}|\b\d{{4}}\b|\d+\s*(?:min|h\b|std|stunden|hours?|days?)).*$",
    re.IGNORECASE,
)
_FROM_SECTION = re.compile(r",?\s+(?:[·|]\s*)?in\s+[A-Z].*$")
_HAS_DATE = re.compile(
    rf"\d{{1,2}}[./-]\d{{1,2}}[./-]\d{{2,4}}|\b(?:19|20)\d\d\b|\d{{1,2}}\.?\s+{_MONTH}|{_MONTH}\s+\d", re.IGNORECASE
)


_GLUED_DATE = re.compile(r"(?<=[a-zà-öø-ÿ])(?=(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.? \d)")
"""Markup parts what the text does not: <span>Jane Doe</span><span>Dec 5, 2026</span>."""
_SAYS_WHEN = re.compile(r"publi[csé]|posted|ago\b|hace \d|vor \d|il y a", re.IGNORECASE)


@dataclass(slots=True)
class Bylines:
    """What a page shows of who wrote the story, as written; each list in page order."""

    spoken: list[str] = field(default_factory=list)  # "By Jane Doe"
    marked: list[str] = field(default_factory=list)  # in an element that is called author or byline
    makes: list[tuple[str, str]] = field(default_factory=list)  # names among both, and how each is made
    helpers: list[str] = field(default_factory=list)  # "Edited by Jane Doe"
    alone: list[str] = field(default_factory=list)  # a name beside the date or under the story, or what Chinese pages have
    ending: list[str] = field(default_factory=list)  # a line behind the story that says who wrote it
    boxed: list[str] = field(default_factory=list)  # in an element called author's name, wherever it stands

    def beside(self, authors: Iterable[str]) -> list[str]:
        """List the lines that say "By", and the marked ones of the same make as one that has any of these authors."""
        named = [set(words(author)) for author in authors]
        makes = {make for text, make in self.makes if any(name <= set(words(text)) for name in named)}
        return [*self.spoken, *(text for text, make in self.makes if make in makes and text not in self.spoken)]

    def without_helpers(self, authors: Sequence[str]) -> list[str]:
        """Leave out who edited or reviewed the story, if readers are told so, and who wrote it is still named."""
        spoken = {word for line in self.spoken for word in words(line)}
        helped = [set(words(line)) for line in self.helpers]
        wrote = [name for name in authors if spoken >= set(words(name)) or not any(line >= set(words(name)) for line in helped)]
        return wrote if any(spoken >= set(words(name)) for name in wrote) else list(authors)


def bylines_of(pieces: Sequence[Piece], headline: Piece | None, ending: Sequence[Piece], opening: int = 0) -> Bylines:
    """Read the lines near the headline and at the end of the story.

    Args:
        pieces: The page's visible text.
        headline: Where the story begins; None: at `opening`.
        ending: Its last pieces.
        opening: Index of the piece from which on they may stand.

    Returns:
        Lines without dates and sections; whether they hold names is for `authors.names_in` to say.

    """
    found = Bylines()
    start = headline.index if headline else opening
    end = ending[-1].index + BEHIND_STORY if ending else len(pieces)
    near = [p for p in pieces[max(0, start - 3) : start + BYLINE_WITHIN] if not _is_headline(p, headline) and not _is_tag(p)]
    _read_near(near, headline, end, found)
    found.alone = _signatures(pieces, start, ending)
    found.ending = [said for piece in ending if (said := _labelled(piece.text))]
    found.ending += [said for piece in pieces[start:] if _AUTHOR_LABEL.match(piece.text) and (said := _labelled(piece.text))][:1]
    found.ending += [name for label, piece in pairwise(pieces[start:]) if (name := _named_below(label, piece))][:1]
    found.ending += [name for piece in pieces[start:] if (name := _posted_by(piece))][:1]
    found.helpers = [piece.text for piece in near if len(piece.text) <= MAX_BYLINE_CHARS and _HELPERS.match(piece.text)]
    found.boxed = _boxed(pieces)
    return found


def _is_tag(piece: Piece) -> bool:
    """Tell the tags of a story, which may stand between "By" and the name."""
    return piece.container.role == "tags" and not _is_marked(piece)


def _posted_by(piece: Piece) -> str | None:
    """Return who an element below the story says that it was posted by, as blogs have it."""
    if len(piece.text) > MAX_BYLINE_CHARS or not (match := _POSTED.match(piece.text)) or not _may_hold(piece.container):
        return None
    name = _bare(piece.text[match.end() :])
    return name if name and (NAMES_ONLY.match(name) or " " not in name) else None


def _boxed(pieces: Sequence[Piece]) -> list[str]:
    """Read the elements that are called the author's name, above or below the story; of several stories: nobody."""
    found = [
        once(piece.text)
        for piece in pieces
        if len(piece.text) <= MAX_BYLINE_CHARS
        and _CALLED_NAME.search(piece.container.attributes)
        and _may_hold(piece.container, _NO_SIGNATURE)
    ]
    names = [text for text in dict.fromkeys(found) if NAMES_ONLY.match(text.partition(",")[0]) and _signs(text)]
    return names if len(names) <= MAX_BOXED else []


def _is_headline(piece: Piece, headline: Piece | None) -> bool:
    """Tell the headline, once more perhaps in a box of the author's."""
    return headline is not None and (piece is headline or same_words(piece.text, headline.text))


def _named_below(label: Piece, piece: Piece) -> str | None:
    """Return the name that stands below "Author", which is all that the element before says."""
    if (
        not _AUTHOR_LABEL.match(label.text)
        or _LABEL_ALONE.fullmatch(label.text) is None
        or not _may_hold(piece.container, _NO_SIGNATURE)
    ):
        return None
    return piece.text if NAMES_ONLY.match(piece.text) and name_part(piece.text) == piece.text else None


def _read_near(near: Sequence[Piece], headline: Piece | None, end: int, found: Bylines) -> None:
    last: int | None = None
    opens = goes_on = skips = False  # the line before ended in "by", in "and", in "translated by"
    paragraphs = 0
    for piece in near:
        text = piece.text
        paragraphs += weigh(piece) > 0
        if len(text) > MAX_BYLINE_CHARS or not _may_hold(piece.container):
            opens = goes_on = skips = False
            continue
        has_some = bool(found.spoken or found.marked)
        helped = _HELPERS.match(text) is not None and (has_some or not _SAYS_BY.match(text))
        if helped and has_some:
            return
        if helped or skips:
            opens, skips = False, helped and _ENDS_IN_BY.search(text) is not None
            continue
        is_marked = _is_marked(piece)
        before = last
        may_open = opens and last is None and paragraphs <= PARAGRAPHS_BEFORE
        if (may_open or goes_on) and (name := _named_behind(text)):
            found.spoken.append(name)
            _note(piece, headline, found)
            last = piece.index
        elif (said := _said(text)) is not None and (paragraphs <= PARAGRAPHS_BEFORE or _FULL_NAME.match(said)):
            if last is None or (is_marked and _is_beside(piece, last, near)) or all(map(agency_named, found.spoken)):
                found.spoken.append(said)
                last = piece.index
        elif (
            is_marked
            and piece.index < end
            and paragraphs <= PARAGRAPHS_BEFORE
            and (last is None or piece.index - last <= BESIDE)
            and _looks_named(text, piece.container)
        ):
            found.marked.append(_bare(text))
            _note(piece, headline, found)
            last = piece.index
        elif not is_marked and weigh(piece) and has_some:
            return
        is_label = _LABEL_ALONE.fullmatch(text) is not None and piece.container.role != "navigation"
        opens = _SAYS_BY_AT_END.search(text) is not None or is_label
        goes_on = last != before and _GOES_ON.search(text) is not None


def _named_behind(text: str) -> str | None:
    """Return who an element names behind one that ends in "by" or "and"."""
    bare = _bare(text)
    return bare if 0 < len(words(bare)) <= MAX_BYLINE_WORDS and _begins_like_name(bare) else None


def _note(piece: Piece, headline: Piece | None, found: Bylines) -> None:
    """Keep the make of a name under the headline."""
    if piece.container.classes and (headline is None or piece.index > headline.index):
        found.makes.append((_bare(piece.text), f"{piece.container.tag} {piece.container.classes} {piece.link_chars > 0}"))


def _is_beside(piece: Piece, last: int, pieces: Sequence[Piece]) -> bool:
    """Tell what follows on the last name with at most a word between: "Jane Doe", "and", "John Roe"."""
    between = [other for other in pieces if last < other.index < piece.index]
    return len(between) < BESIDE and all(len(words(other.text)) <= 1 for other in between)


def _said(text: str) -> str | None:
    """Return what follows on "By", dates and sections cut off; None: the line does not say who wrote."""
    if len(words(text)) > MAX_BYLINE_WORDS and not _HAS_DATE.search(text):
        return None
    text = text.lstrip(_DASHES)
    opens = _SAYS_BY.match(text) or _GLUED_BY.match(text) or _LABELLED.match(text)
    match = opens or _BY_BEHIND_DATE.search(text)
    if match is None:
        return None
    rest = _bare(text[match.end() :]).split("|")[0].strip()
    if not opens and " " in rest and not NAMES_ONLY.match(rest):
        return None  # "12.31 Uhr: Zeitung lehnt Aussagen von Ministern ab"
    return rest if rest and _begins_like_name(rest) and len(words(rest)) <= MAX_BYLINE_WORDS else None


def _labelled(text: str) -> str | None:
    """Read a signature behind the story: "Author: Jane Doe", "Reporting by The Associated Press."."""
    text = writers_in(text) if len(text) <= MAX_CREDIT_CHARS else text
    if len(text) > MAX_BYLINE_CHARS or len(words(text)) > MAX_BYLINE_WORDS:
        return None
    match = _LABELLED.match(text) or _SAYS_BY.match(text)
    rest = _OUTLET_BEHIND.sub("", _bare(text[match.end() :])) if match else ""
    rest = rest if agency_named(rest) else names_alone(rest)
    return rest if rest and _begins_like_name(rest) and (NAMES_ONLY.match(rest.rstrip(".")) or agency_named(rest)) else None


def _begins_like_name(text: str) -> bool:
    """Tell "von Jane Doe" from "von der Leyen fordert ...", "by the way" and "« The story before"."""
    first = text[0]
    return (not first.isalpha() and first not in "«»<>→←") or first.isupper() or first.lower() == first.upper() or " " not in text


def _bare(text: str) -> str:
    """Cut off dates, times, sections and what else stands in the box of an author."""
    return name_part(_FROM_SECTION.sub("", _FROM_DATE.sub("", text))).strip(" \t,·•|–—-/")


def _may_hold(container: Container, never: frozenset[str] = _NO_BYLINE) -> bool:
    if container.role == "byline":
        return True
    for around in ancestors_of(container):
        if around.role in never and not (around.role == "related" and _MARK.search(around.attributes.lower())):
            return False  # an author's line of a "teaser" is that of the story, if nothing around it is a teaser
        if around.depth < container.depth - BOX_DEPTH:
            break
    return True


def _is_marked(piece: Piece) -> bool:
    """Tell a line whose element, or one close around it, is called author or byline."""
    for container in ancestors_of(piece.container):
        if container.tag in _AROUND_ALL or container.depth < piece.container.depth - BOX_DEPTH:
            return False
        attributes = container.attributes.lower()
        if container.itemprop in {"author", "name"} or _MARK.search(attributes):
            return True
    return False


def _looks_named(text: str, container: Container) -> bool:
    """Tell a name from the other things that stand in the box of an author."""
    bare = _bare(text)
    count = len(bare.split())
    if not 1 <= len(words(bare)) <= MAX_BYLINE_WORDS or (bare.endswith((".", "!", "?")) and count > 4):
        return False
    if count == 1:
        return _NAMED_SO.search(container.attributes) is not None or not bare.isascii()
    return not (bare.startswith("/") or bare.count("/") > 2)


def _signatures(pieces: Sequence[Piece], start: int, ending: Sequence[Piece]) -> list[str]:
    """Read the reporters that Chinese pages name; else a line that is all names, beside the date or set apart at the end."""
    found = [name for piece in pieces[start:] for name in reporters_in(piece.text)]
    if found:
        return found[:2]
    near = pieces[start + 1 : start + 1 + BYLINE_WITHIN]
    for piece in near:
        if weigh(piece):
            break
        is_line = not piece.link_chars and piece.container.tag == "p" and _may_hold(piece.container, _NO_SIGNATURE)
        if is_line and NAMES_ONLY.match(piece.text) and _signs(piece.text):
            return [piece.text]
    if (beside := next(_beside_date(pieces, start), None)) is not None:
        return [beside]
    return [piece.text for piece in ending if (piece.is_strong or piece.is_italic) and NAMES_ONLY.match(piece.text)][-1:]


def _signs(text: str) -> bool:
    """Tell names from wording in capitals: "In This Article"."""
    return name_part(text) == text


def _beside_date(pieces: Sequence[Piece], start: int) -> Iterator[str]:
    """Yield names in a line of their own, or before a date, that stand beside the date under the headline."""
    standfirsts = 0
    for piece in pieces[max(0, start - 1) : start]:
        yield from _name_and_date(piece)
    for piece in pieces[start + 1 : start + 1 + ALONE_WITHIN]:
        standfirsts += weigh(piece) > 0 and piece.container.role not in _NO_BYLINE
        if standfirsts > 1:
            return
        if len(piece.text) > MAX_BYLINE_CHARS or not _may_hold(piece.container, _NO_SIGNATURE):
            continue
        if piece.container.tag in _SECTION_HEADINGS:
            continue
        yield from _name_and_date(piece)
        name, _, rest = (part.strip() for part in piece.text.partition("|"))
        if NAMES_ONLY.match(name) and _signs(name) and (_SAYS_WHEN.search(rest) or _HAS_DATE.search(rest)):
            yield name
        bare = _bare(_GLUED_DATE.sub(" ", piece.text))
        beside = pieces[max(start + 1, piece.index - BESIDE) : piece.index + BESIDE + 1]
        dated = any(_HAS_DATE.search(other.text) and len(other.text) <= MAX_BYLINE_CHARS for other in beside)
        if dated and NAMES_ONLY.match(bare):
            yield bare


def _name_and_date(piece: Piece) -> Iterator[str]:
    """Yield the name that ends a line of dates and times: "3.5.2026 | 10:15 Uhr | Jane Doe"."""
    *before, name = (part.strip() for part in piece.text.split("|"))
    if not before or len(piece.text) > MAX_BYLINE_CHARS or not _may_hold(piece.container, _NO_SIGNATURE):
        return
    is_dated = _HAS_DATE.search(before[0]) and all(any(char.isdigit() for char in part) for part in before)
    if is_dated and NAMES_ONLY.match(name) and _signs(name):
        yield name
