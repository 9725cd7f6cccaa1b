"""Article -> the pieces a reader of names and quotes works on: paragraphs, title, captions, with a way back to exact offsets.

A name never crosses a line break, so nothing downstream ever sees more than one line of one region at a time.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from extractors.filings import Opening, opening_with
from extractors.records import Article

MAX_PASSAGE_CHARS = 10_000
"""A longer line is cut at white space: the tagger's memory grows with the passage (a 1 MB line asked for 1.9 GB)."""

MAX_WORD_CHARS = 200
"""A longer run without white space is no word (base64, minified code): blanked out, because tokenisers turn quadratic on it."""

INVISIBLE = re.compile("[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]")
"""Soft hyphen, joiners, zero-width spaces, direction marks: they stand inside names and must not part them."""

_LONG_RUN = re.compile(rf"\S{{{MAX_WORD_CHARS + 1},}}")
_SPACE_LIKE = str.maketrans(
    dict.fromkeys("\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000\t", " ")
)
_LINE = re.compile(r"[^\n\r\x0b\x0c\x85\u2028\u2029]+")


@dataclass(frozen=True, slots=True)
class Passage:
    """One line of one region of an article.

    `text` is what to read: the line without invisible characters, odd spaces made plain. `start_of` and `end_of` lead from
    an offset in it back to the region's own text.
    """

    article_id: int
    region: str  # "text" | "title" | "caption:<position>"
    paragraph: int  # number of the paragraph in the region, from 0
    start_char: int  # where the line begins in the region's text
    text: str
    is_heading: bool = False
    kept: tuple[int, ...] | None = None  # offsets in the line of the characters kept; None: all of them
    opening: Opening | None = None  # it is nothing but the dateline of the story

    def start_of(self, char: int) -> int:
        """Return the region's offset of the character at `char`."""
        return self.start_char + (char if self.kept is None else self.kept[char])

    def end_of(self, char: int) -> int:
        """Return the region's offset just behind the character before `char`."""
        return self.start_char + (char if self.kept is None else self.kept[char - 1] + 1)


def passages_of(article: Article) -> list[Passage]:
    """Cut an article into passages: the title, then the text line by line, then the captions.

    Where the text opens with the article's dateline, that is a passage of its own: "PARIS (Reuters) -" is not part of a sentence.

    Returns:
        In reading order; lines without a letter or digit are left out. Empty for an empty article.

    """
    found: list[Passage] = []
    if article.title:
        found += _passages(article.article_id, "title", article.title, 0)
    headings = frozenset(article.headings)
    place = _readable(article.dateline)[0] if article.dateline else ""
    start = 0
    for number, paragraph in enumerate(article.text.split("\n\n")):
        for passage in _passages(article.article_id, "text", paragraph, start, number, is_heading=number in headings):
            opening = opening_with(place, passage.text) if place and not passage.is_heading else None
            found += [passage] if opening is None else _parted(passage, opening)
            place = "" if opening else place
        start += len(paragraph) + 2
    for caption in article.captions:
        found += _passages(article.article_id, f"caption:{caption.position}", caption.text, 0)
    return found


def region_text(article: Article, region: str) -> str:
    """Return the text that offsets of a region count in; "" when the article has no such region."""
    if region == "text":
        return article.text
    if region == "title":
        return article.title or ""
    return next((caption.text for caption in article.captions if region == f"caption:{caption.position}"), "")


def batches_of(articles: Iterable[Article], max_chars: int = 200_000) -> Iterator[list[Article]]:
    """Group articles, in order, so that a batch holds about `max_chars` characters; an oversized one is a batch of its own."""
    batch: list[Article] = []
    size = 0
    for article in articles:
        if batch and size + len(article.text) > max_chars:
            yield batch
            batch, size = [], 0
        batch.append(article)
        size += len(article.text)
    if batch:
        yield batch


def _passages(
    article_id: int, region: str, text: str, start: int, paragraph: int = 0, *, is_heading: bool = False
) -> Iterator[Passage]:
    for line in _LINE.finditer(text):
        for piece_start, piece in _pieces(line.group()):
            readable, kept = _readable(piece)
            if any(map(str.isalnum, readable)):
                yield Passage(article_id, region, paragraph, start + line.start() + piece_start, readable, is_heading, kept)


def _parted(passage: Passage, opening: Opening) -> Iterator[Passage]:
    """Part the opening from the sentence behind it."""
    yield replace(passage, text=passage.text[: opening.end], opening=opening)
    cut = len(passage.text) - len(passage.text[opening.end :].lstrip())
    if any(map(str.isalnum, passage.text[cut:])):
        start, kept = (passage.start_char + cut, None) if passage.kept is None else (passage.start_char, passage.kept[cut:])
        yield replace(passage, text=passage.text[cut:], start_char=start, kept=kept)


def _pieces(line: str) -> Iterator[tuple[int, str]]:
    start = 0
    while len(line) - start > MAX_PASSAGE_CHARS:
        cut = line.rfind(" ", start + MAX_PASSAGE_CHARS // 2, start + MAX_PASSAGE_CHARS)
        end = cut if cut > 0 else start + MAX_PASSAGE_CHARS
        yield start, line[start:end]
        start = end
    yield start, line[start:]


def _readable(line: str) -> tuple[str, tuple[int, ...] | None]:
    kept: tuple[int, ...] | None = None
    if not line.isascii():
        line = line.translate(_SPACE_LIKE)
        if INVISIBLE.search(line):
            kept = tuple(index for index, char in enumerate(line) if not INVISIBLE.match(char))
            line = "".join(line[index] for index in kept)
    return _LONG_RUN.sub(lambda run: " " * len(run.group()), line), kept
