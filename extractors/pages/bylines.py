"""A page's visible pieces in, the lines that name who wrote the story out, sorted by how plainly they say so."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from extractors.pages.agencies import agency_named, is_agency
from extractors.pages.blocks import Container, Piece, ancestors_of
from extractors.pages.prose import weigh
from extractors.pages.roles import HEADINGS
from extractors.pages.signatures import (
    BESIDE,
    BOX_DEPTH,
    BYLINE_WITHIN,
    MARK,
    NO_SIGNATURE,
    boxed_in,
    dated,
    introduced,
    may_hold,
    named_below,
    posted_by,
    signatures,
    told_in_standfirst,
)
from extractors.pages.spoken import (
    AUTHOR_LABEL,
    ENDS_IN_BY,
    FULL_NAME,
    GOES_ON,
    HELPERS,
    LABEL_ALONE,
    MAX_BYLINE_CHARS,
    MAX_BYLINE_WORDS,
    SAYS_BY,
    SAYS_BY_AT_END,
    bare_of,
    is_dated_byline,
    labelled,
    named_behind,
    said,
    told_of_itself,
)
from extractors.pages.titles import same_words, words

AGENCY_WITHIN = 5
"""Pieces from the headline on among which an agency's name alone is a byline."""
BEHIND_STORY = 8
"""Pieces behind a short story in which its author may still be named; then come the cards of others."""


PARAGRAPHS_BEFORE = 3
"""A byline may stand below the standfirst, not below so many paragraphs."""


_MISNAMED = frozenset({"caption", "comments"})
"""What the line above the story may be called that says "By Jane Doe posted Apr 9th, 6 comments"."""
_AROUND_ALL = frozenset({"html", "body", "main", "article"})
"""Their classes speak of the page ("single-author", "author-bio-on"), not of a line."""

_CALLED_SECTION = re.compile(r"categor|topic|section|rubri|kicker", re.IGNORECASE)
"""An element in the box of an author that is called so holds where the story belongs."""

_NAMED_SO = re.compile(r"author[-_ ]?(?:name|vcard|link)|vcard|\bfn\b|^\W*author\W*$", re.IGNORECASE)


_EDITED = re.compile(r"(?:edited by|contributors?)\s*:?\s+(?=\S)", re.IGNORECASE)


@dataclass(slots=True)
class Bylines:
    """What a page shows of who wrote the story, as written; each list in page order."""

    spoken: list[str] = field(default_factory=list)  # "By Jane Doe"
    marked: list[str] = field(default_factory=list)  # in an element that is called author or byline
    makes: list[tuple[str, str]] = field(default_factory=list)  # names among both, and how each is made
    helpers: list[str] = field(default_factory=list)  # "Edited by Jane Doe"
    alone: list[str] = field(default_factory=list)  # a name beside the date or under the story, or what Chinese pages have
    dated: list[str] = field(default_factory=list)  # a name and the date in one line, right below the headline
    ending: list[str] = field(default_factory=list)  # a line behind the story that says who wrote it
    introduced: list[str] = field(default_factory=list)  # "Jane Doe is a reporter", below the story
    boxed: list[str] = field(default_factory=list)  # in an element called author's name, wherever it stands

    @property
    def edited(self) -> list[str]:
        """Who edited the story, or contributed to it: all that some pages say."""
        return [line[match.end() :] for line in self.helpers if (match := _EDITED.match(line))]

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
    above, below = (
        [p for p in part if not _is_headline(p, headline) and not _is_tag(p)]
        for part in (pieces[max(0, start - 3) : start], pieces[start : start + BYLINE_WITHIN])
    )
    _read_near(below, headline, end, found)
    if not (found.spoken or found.marked):
        _read_near([*above, *below], headline, end, found)
    if not (found.spoken or found.marked):
        found.spoken = told_in_standfirst(pieces, start)
    near = [*above, *below]
    found.alone = signatures(pieces, start, ending)
    found.dated = dated(below)
    found.alone = found.alone or [piece.text for piece in below[:AGENCY_WITHIN] if is_agency(piece.text)][:1]
    found.ending = [told for piece in ending if piece.container.tag != "blockquote" and (told := labelled(piece.text))]
    found.ending += [told for piece in pieces[start:] if AUTHOR_LABEL.match(piece.text) and (told := labelled(piece.text))][:1]
    found.ending += [name for label, piece in pairwise(pieces[start:]) if (name := named_below(label, piece))][:1]
    found.ending += [name for piece in pieces[start:] if (name := posted_by(piece))][:1]
    found.ending += [told for piece in pieces[start : end + BEHIND_STORY] if (told := told_of_itself(piece.text))][:1]
    found.helpers = [piece.text for piece in near if len(piece.text) <= MAX_BYLINE_CHARS and HELPERS.match(piece.text)]
    found.introduced = introduced(pieces, ending)
    found.boxed = boxed_in(pieces)
    return found


def lines_before_story(pieces: Sequence[Piece], start: int) -> set[str]:
    """Collect the short lines between the headline and where the story has begun."""
    lines: set[str] = set()
    paragraphs = 0
    for piece in pieces[start : start + BYLINE_WITHIN]:
        paragraphs += weigh(piece) > 0
        if paragraphs > 1 or (paragraphs and piece.container.tag in HEADINGS):
            break  # the story goes on, or another begins
        if len(piece.text) <= MAX_BYLINE_CHARS and may_hold(piece.container, NO_SIGNATURE):
            lines.add(piece.text)
    return lines


def _is_tag(piece: Piece) -> bool:
    """Tell the tags of a story, which may stand between "By" and the name."""
    return piece.container.role == "tags" and not _is_marked(piece)


def _is_headline(piece: Piece, headline: Piece | None) -> bool:
    """Tell the headline, once more perhaps in a box of the author's."""
    return headline is not None and (piece is headline or same_words(piece.text, headline.text))


def _read_near(near: Sequence[Piece], headline: Piece | None, end: int, found: Bylines) -> None:
    last: int | None = None
    opens = goes_on = skips = False  # the line before ended in "by", in "and", in "translated by"
    paragraphs = 0
    for piece in near:
        text = piece.text
        paragraphs += weigh(piece) > 0
        if len(text) > MAX_BYLINE_CHARS or not (
            may_hold(piece.container) or (piece.container.role in _MISNAMED and not paragraphs and is_dated_byline(text))
        ):
            opens = goes_on = skips = False
            continue
        has_some = bool(found.spoken or found.marked)
        helped = HELPERS.match(text) is not None and (has_some or not SAYS_BY.match(text))
        if helped and has_some:
            return
        if helped or skips:
            opens, skips = False, helped and ENDS_IN_BY.search(text) is not None
            continue
        is_marked = _is_marked(piece)
        before = last
        may_open = opens and last is None and paragraphs <= PARAGRAPHS_BEFORE
        if (may_open or goes_on) and (name := named_behind(text)):
            found.spoken.append(name)
            _note(piece, headline, found)
            last = piece.index
        elif (told := said(text)) is not None and (paragraphs <= PARAGRAPHS_BEFORE or FULL_NAME.match(told)):
            if last is None or (is_marked and _is_beside(piece, last, near)) or all(map(agency_named, found.spoken)):
                found.spoken.append(told)
                last = piece.index
        elif (
            is_marked
            and piece.index < end
            and paragraphs <= PARAGRAPHS_BEFORE
            and (last is None or piece.index - last <= BESIDE)
            and _looks_named(text, piece.container)
        ):
            found.marked.append(bare_of(text))
            _note(piece, headline, found)
            last = piece.index
        elif not is_marked and weigh(piece) and has_some:
            return
        is_label = LABEL_ALONE.fullmatch(text) is not None and piece.container.role != "navigation"
        opens = SAYS_BY_AT_END.search(text) is not None or is_label
        goes_on = last != before and GOES_ON.search(text) is not None


def _note(piece: Piece, headline: Piece | None, found: Bylines) -> None:
    """Keep the make of a name under the headline."""
    if piece.container.classes and (headline is None or piece.index > headline.index):
        found.makes.append((bare_of(piece.text), f"{piece.container.tag} {piece.container.classes} {piece.link_chars > 0}"))


def _is_beside(piece: Piece, last: int, pieces: Sequence[Piece]) -> bool:
    """Tell what follows on the last name with at most a word between: "Jane Doe", "and", "John Roe"."""
    between = [other for other in pieces if last < other.index < piece.index]
    return len(between) < BESIDE and all(len(words(other.text)) <= 1 for other in between)


def _is_marked(piece: Piece) -> bool:
    """Tell a line whose element, or one close around it, is called author or byline."""
    for container in ancestors_of(piece.container):
        if container.tag in _AROUND_ALL or container.depth < piece.container.depth - BOX_DEPTH:
            return False
        attributes = container.attributes.lower()
        if container.itemprop in {"author", "name"} or MARK.search(attributes):
            return True
    return False


def _looks_named(text: str, container: Container) -> bool:
    """Tell a name from the other things that stand in the box of an author."""
    bare = bare_of(text)
    count = len(bare.split())
    if _CALLED_SECTION.search(container.attributes) and not MARK.search(container.attributes.lower()):
        return False
    if not 1 <= len(words(bare)) <= MAX_BYLINE_WORDS or (bare.endswith((".", "!", "?")) and count > 4):
        return False
    if count == 1:
        return _NAMED_SO.search(container.attributes) is not None or not bare.isascii()
    return not (bare.startswith("/") or bare.count("/") > 2)
