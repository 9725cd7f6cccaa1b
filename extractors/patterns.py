"""What capitals and a few words say by themselves: "Ministry of Health", "Kremlin spokesman Dmitry Peskov", "Long Name (LN)"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from extractors.lexicon import Lexicon, lexicon
from extractors.spans import Span, plain

_CAP = r"[A-ZÀ-ÖØ-ÞĀ-Ž][\w'’\-]*[\w]|[A-Z]\.?(?![\w])"
_NAME_RUN = rf"(?:{_CAP})(?:[ ](?:{_CAP}))*"


@dataclass(frozen=True, slots=True)
class Patterns:
    """Compiled once: the words come from the lexicon."""

    organisation_of: re.Pattern[str]
    organisation_head: re.Pattern[str]
    titled_person: re.Pattern[str]
    acronym: re.Pattern[str]


@lru_cache(maxsize=1)
def patterns() -> Patterns:
    """Compile the patterns from the lexicon."""
    words = lexicon()
    of = _any(words.organisation_of)
    heads = _any(words.organisation_heads)
    titles = _any(title for title in words.titles if title[0].isupper())
    lower_titles = _any(title.lower() for title in words.titles if len(title) > 4 and title.isalpha())
    modifier = rf"(?:{_CAP})"
    joiner = r"(?:of the|of|and|for|for the|on|in|&)"
    small = _any(words.particles)
    return Patterns(
        organisation_of=re.compile(
            rf"\b(?:{modifier}[ ]){{0,3}}(?:{of})[ ](?:of(?: the)?|for(?: the)?)[ ]{_NAME_RUN}"
            rf"(?:(?:,[ ](?:{_CAP}))*(?:[ ]and[ ]{_NAME_RUN}))?"
        ),
        organisation_head=re.compile(rf"\b(?:{modifier}[ ](?:{joiner}[ ])?){{1,6}}(?:{heads})(?![\w'’\-]*\w)"),
        titled_person=re.compile(
            rf"(?:\b(?:{titles})|\b(?:{lower_titles}))\.?,?[ ]((?:{_CAP})(?:[ ](?:(?:{small})[ ])?(?:{_CAP})){{0,3}})"
        ),
        acronym=re.compile(r"\(([A-Z][A-Za-z&\-]{1,9}[A-Z]|[A-Z]{2,10})\)"),
    )


def organisations_in(text: str, words: Lexicon) -> Iterator[Span]:
    """Yield runs of capitals that a head noun makes an organisation."""
    for pattern in (patterns().organisation_of, patterns().organisation_head):
        for found in pattern.finditer(text):
            start = found.start()
            first = text[start : found.end()].split(" ", 1)[0]
            if first in words.not_names or first == "The":
                start += len(first) + 1
            if " " in text[start : found.end()]:
                yield Span(start, found.end(), "organization", "pattern")


def titled_people_in(text: str, words: Lexicon) -> Iterator[Span]:
    """Yield names behind a title: whoever is "Foreign Minister X Y" is a person."""
    for found in patterns().titled_person.finditer(text):
        name = found.group(1).split(" ")
        if name[0] in words.titles or plain(name[0]) in words.titles or name[0] in words.not_names or name[0] in words.demonyms:
            continue
        if any(plain(part) in words.organisation_heads for part in name):
            continue
        yield Span(found.start(1), found.end(1), "person", "title")


def acronyms_in(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield (start, end, acronym) for bracketed acronyms that follow a name; offsets are the acronym's own."""
    for found in patterns().acronym.finditer(text):
        yield found.start(1), found.end(1), found.group(1)


def spells(acronym: str, name: str) -> bool:
    """Tell whether an acronym's letters are the initials of a name's words, small words aside."""
    letters = [char.lower() for char in acronym if char.isupper()]
    words = [word for word in re.findall(r"[\w']+", name) if word[0].isupper()]
    initials = [word[0].lower() for word in words]
    everything = [word[0].lower() for word in re.findall(r"[\w']+", name)]
    return len(letters) >= 2 and (
        letters in (initials, everything) or (letters == initials[: len(letters)] and len(letters) >= 3)
    )


def _any(words: object) -> str:
    ordered = sorted(words, key=lambda word: (-len(word), word))  # type: ignore[call-overload]  # any iterable of words
    return "|".join(re.escape(word) for word in ordered)
