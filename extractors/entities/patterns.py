"""What capitals and a few words say by themselves: "Ministry of Health", "Kremlin spokesman Dmitry Peskov", "Long Name (LN)"."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from extractors.entities.spans import Span, plain, words_of
from extractors.nlp.lexicon import Lexicon, lexicon

_CAP = r"(?:[A-ZÀ-ÖØ-ÞĀ-Ž](?:[\w\-]|['’](?!\s?s\b)(?=\w))*\w|[A-Z]\.?(?!\w))"
MAX_PERSON_WORDS = 5
_RUN = rf"{_CAP}(?:[ ]{_CAP})*"


@dataclass(frozen=True, slots=True)
class Patterns:
    """Compiled once: the words come from the lexicon."""

    organisation_of: re.Pattern[str]
    organisation_head: re.Pattern[str]
    titled_person: re.Pattern[str]
    speaker: re.Pattern[str]
    capitals: re.Pattern[str]
    acronym: re.Pattern[str]


@lru_cache(maxsize=1)
def patterns() -> Patterns:
    """Compile the patterns from the lexicon."""
    words = lexicon()
    of, heads, small = _any(words.organisation_of), _any(words.organisation_heads), _any(words.particles)
    titles = _any(title for title in words.titles if title[0].isupper())
    lower_titles = _any(title.lower() for title in words.titles if len(title) > 4 and title.isalpha())
    name = rf"{_CAP}(?:[ ](?:(?:{small})[ ])?{_CAP}){{0,3}}"
    said = _any(words.speech_verbs)
    return Patterns(
        organisation_of=re.compile(
            rf"\b(?:{_CAP}[ ]){{0,3}}(?:{of})[ ](?:of(?: the)?|for(?: the)?)[ ]{_RUN}"
            rf"(?:(?:,[ ]{_CAP})*(?:,?[ ]and[ ]{_RUN}))?"
        ),
        organisation_head=re.compile(rf"\b(?:{_CAP}[ ](?:(?:of the|of|for|for the|on|&)[ ])?){{1,6}}(?:{heads})(?![\w'’\-]*\w)"),
        titled_person=re.compile(rf"\b(?P<title>(?:{_CAP}[ ])?(?:{lower_titles})|(?:{titles}))\.?,?[ ](?P<name>{name})"),
        speaker=re.compile(rf"[”\"’][,.]?[ ](?:(?P<after>{name})[ ](?:{said})\b|(?:{said})[ ](?P<before>{name}))"),
        capitals=re.compile(rf"(?<![\w’'\-.]){_CAP}(?:[ ](?:(?:{small})[ ])?{_CAP})+"),
        acronym=re.compile(r"\(([A-Z][A-Za-z&\-]{1,9}[A-Z]|[A-Z]{2,10})\)"),
    )


def organisations_in(text: str, words: Lexicon) -> Iterator[Span]:
    """Yield runs of capitals that a head noun makes an organisation."""
    for pattern in (patterns().organisation_of, patterns().organisation_head):
        for found in pattern.finditer(text):
            start = _after_office(text, found.start(), found.end(), words)
            if " " in text[start : found.end()]:
                yield Span(start, found.end(), "organization", "pattern")


def titled_people_in(text: str, words: Lexicon) -> Iterator[Span]:
    """Yield names behind a title: whoever is "Foreign Minister X Y" is a person."""
    for found in patterns().titled_person.finditer(text):
        parts = words_of(text, found.start("name"), found.end("name"))
        last = max((number for number, part in enumerate(parts[:-1]) if plain(part.group()) in words.titles), default=-1)
        name = [part.group() for part in parts[last + 1 :]]
        if name and name[0] not in words.titles and _is_personal(name, words):  # Chief Commercial Officer X Y
            title = text[found.start("title") : parts[last].end()] if last >= 0 else found.group("title")
            yield Span(parts[last + 1].start(), found.end("name"), "person", "title", (title,))


def full_names_in(text: str, words: Lexicon) -> Iterator[Span]:
    """Yield runs of capitals from a given name on, as far as they can be a person's."""
    no_part = words.organisation_heads | words.place_heads | words.not_names | words.demonyms | words.thing_heads
    for run in patterns().capitals.finditer(text):
        parts = words_of(text, run.start(), run.end())
        first = next((number for number, part in enumerate(parts) if part.group() in words.given_names), None)
        if first is None or len(parts) - first < 2 or len(parts) - first > MAX_PERSON_WORDS:
            continue
        if not any(plain(part.group()) in no_part or part.group().isupper() for part in parts[first:]):
            yield Span(parts[first].start(), run.end(), "person", "given name")


def speakers_in(text: str, words: Lexicon) -> Iterator[Span]:
    """Yield who speaks right after a quotation: "...", Menezes says."""
    for found in patterns().speaker.finditer(text):
        group = "after" if found.group("after") else "before"
        name = found.group(group).split(" ")
        if name[0] not in words.titles and _is_personal(name, words) and not found.group(group).isupper():
            yield Span(found.start(group), found.end(group), "person", "context")


def defined_acronyms_in(text: str, words: Lexicon) -> Iterator[tuple[Span, Span]]:
    """Yield (name, acronym) of "Long Name (LN)" where the letters fit and the name is no plan, law or disease."""
    for start, end, acronym in acronyms_in(text):
        before = list(re.finditer(r"[^\W_][\w’'\-]*|&", text[max(0, start - 160) : start - 1]))
        offset = max(0, start - 160)
        for first in range(len(before) - 2, max(-1, len(before) - 14), -1):
            if not before[first].group()[0].isupper():
                continue
            name = text[offset + before[first].start() : offset + before[-1].end()]
            if re.search(r"[.;:\n()]", name):
                break
            if spells(acronym, name):
                if before[-1].group() not in words.thing_heads and before[first].group() not in words.not_names:
                    long = Span(offset + before[first].start(), offset + before[-1].end(), "organization", "acronym")
                    yield long, Span(start, end, "organization", "acronym")
                break


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
    if len(letters) < 2:
        return False
    return letters in (initials, everything) or (len(letters) >= 3 and letters == initials[: len(letters)])


def _after_office(text: str, start: int, end: int, words: Lexicon) -> int:
    """Skip what stands before the organisation: "The", "Director of the", "Members of the", "Port of"."""
    while True:
        first = re.match(r"(\S+) (?:(?:of|for)(?: the)? )?", text[start:end])
        if first is None or start + first.end() >= end:
            return start
        word = first.group(1)
        is_office = word in words.titles or word.rstrip("s") in words.titles or word in words.office_of
        if not (word in words.not_names - words.organisation_of or word == "The" or is_office) or word in words.organisation_of:
            return start
        start += first.end()


def _is_personal(name: list[str], words: Lexicon) -> bool:
    if any(plain(part) in words.organisation_heads or plain(part) in words.not_names for part in name):
        return False
    return name[0] not in words.demonyms and len(plain(name[0])) > 1


def _any(words: Iterable[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=lambda word: (-len(word), word)))
