"""A span of a passage that names something, and how to cut it to the name itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from extractors.nlp.gazetteer import gazetteer
from extractors.nlp.lexicon import Lexicon

WORD = re.compile(r"[^\W_]+(?:[.'’\-&/][^\W_]+)*\.?")
MAX_NAME_WORDS = 14
"""The longest organisation in the labelled news has 13 words; a "name" of 500 is a list or a shouted paragraph."""

_EDGE = " \t\"“”„«»‘'’`´()[]{}<>,;:!?–—-*•|/\\#@_=+~^…"
_POSSESSIVE = re.compile(r"\s?['’]\s?[sS]?$")
_POSSESSIVE_INSIDE = re.compile(r"\s?['’]\s?s\s+(?=[A-Z])")


@dataclass(frozen=True, slots=True)
class Span:
    """A name in a passage: offsets count in the passage's text."""

    start: int
    end: int
    kind: str  # "person" | "organization" | "place" | "event" | "work" | "other"
    source: (
        str  # "model" | "gazetteer" | "pattern" | "title" | "given name" | "propagation" | "majority" | "context" | "dateline"
    )
    titles: tuple[str, ...] = ()

    def overlaps(self, other: Span) -> bool:
        """Tell whether two spans share a character."""
        return self.start < other.end and other.start < self.end


def words_of(text: str, start: int = 0, end: int | None = None) -> list[re.Match[str]]:
    """Return the words of a text with their offsets; a full stop belongs to an initial or a short title only."""
    return list(WORD.finditer(text, start, len(text) if end is None else end))


def plain(word: str) -> str:
    """Return a word without its full stop, unless the stop is inside it ("U.S.") or makes it an initial."""
    return word if "." in word[:-1] or len(word) <= 2 else word.rstrip(".")


def trim(text: str, span: Span, lexicon: Lexicon) -> Iterator[Span]:
    """Cut what a tagger takes too much: quotes, "the", titles, possessives, a list of two names. May yield nothing."""
    inside = _POSSESSIVE_INSIDE.search(text, span.start, span.end)
    if inside is not None and (kinds := _owner_and_owned(text, span, inside, lexicon)):
        yield from trim(text, replace(span, end=inside.start(), kind=kinds[0]), lexicon)
        yield from trim(text, replace(span, start=inside.end(), kind=kinds[1]), lexicon)
        return
    start, end = strip(text, span.start, span.end)
    titles = list(span.titles)
    while start < end:
        word = WORD.match(text, start, end)
        if word is None or word.end() >= end:
            break
        drop = word.group().lower() == "the" or word.group().islower()
        if span.kind != "person" and word.group() in {"Mr", "Mrs", "Ms", "Dr", "Mr.", "Mrs.", "Ms.", "Dr."}:
            span = replace(span, kind="person", source="title")
        if span.kind == "person":
            is_title = word.group() in lexicon.titles or plain(word.group()) in lexicon.titles
            if is_title:
                titles.append(plain(word.group()))
            drop = drop or is_title or plain(word.group()) in lexicon.demonyms
        if not drop:
            break
        start, end = strip(text, word.end(), end)
    found = words_of(text, start, end)
    while found and not (found[-1].group()[0].isupper() or found[-1].group()[0].isdigit()) and len(found) > 1:
        end = found[-2].end()
        found.pop()
    start, end = strip(text, start, end)
    name = text[start:end]
    if is_name(name, lexicon):
        yield replace(span, start=start, end=end, titles=tuple(titles))


def _owner_and_owned(text: str, span: Span, possessive: re.Match[str], lexicon: Lexicon) -> tuple[str, str] | None:
    """Return the kinds of "Sky's Stuart Ramsay" or "Argentina's Army": two names, not one; None for "Lloyd's of London"."""
    owned = [plain(word.group()) for word in words_of(text, possessive.end(), span.end)]
    if owned and owned[0] in lexicon.given_names:
        return "organization", "person"
    if owned and owned[0] in lexicon.organisation_of and len(owned) > 1:
        return span.kind, "organization"
    owner = text[span.start : possessive.start()].removeprefix("the ").removeprefix("The ")
    if gazetteer().known(owner) is not None:
        return "place", span.kind
    return None


def strip(text: str, start: int, end: int) -> tuple[int, int]:
    """Move both ends inwards past white space, quotation marks, punctuation and a possessive."""
    while start < end and text[start] in _EDGE:
        start += 1
    while start < end:
        possessive = _POSSESSIVE.search(text, start, end)
        if possessive is not None:
            end = possessive.start()
        elif text[end - 1] in _EDGE or (text[end - 1] == "." and not _is_abbreviated(text, start, end)):
            end -= 1
        else:
            break
    return start, end


def is_name(name: str, lexicon: Lexicon) -> bool:
    """Tell whether a surface can be a name at all: a capital in it, and not only words that are capitalised anyway."""
    words = [plain(word.group()) for word in words_of(name)]
    if not words or len(words) > MAX_NAME_WORDS or not any(map(str.isalpha, name)):
        return False
    if name.isascii() and not any(map(str.isupper, name)):
        return False
    return not all(word in lexicon.not_names or word in lexicon.demonyms or word.isdigit() for word in words)


def _is_abbreviated(text: str, start: int, end: int) -> bool:
    """Tell whether the full stop at the end belongs to the name: "U.S.", "Inc.", "Jr."."""
    last = re.split(r"[\s]", text[start:end])[-1]
    return (
        bool(re.fullmatch(r"(?:[A-Za-z]\.)+|(?:Inc|Corp|Ltd|Co|Jr|Sr|Bros|St|Mt|F\.C)\.", last)) and (end - start) > len(last) - 1
    )


def has_capital_neighbour(text: str, start: int, end: int) -> bool:
    """Tell whether a word beside a name, in the same phrase, has a capital: then the name is part of a longer one."""
    if text[end : end + 1] == " " and text[end + 1 : end + 2].isupper():
        return True
    before = text[max(0, start - 60) : start].rstrip(" ")
    if not before or text[start - 1 : start] != " " or not (before[-1].isalnum() or before[-1] == "."):
        return False
    word = before.rsplit(" ", 1)[-1]
    sentence_start = len(before) == len(word) or before[: -len(word)].rstrip().endswith((".", "!", "?", ":", "”", '"'))
    return word[:1].isupper() and not sentence_start and not word.endswith(".")
