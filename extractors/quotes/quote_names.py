"""Quotes and mentions -> quotes whose pronouns and surnames carry a name, and an entity where the mention has one.

Only what the article leaves no doubt about is resolved: one candidate whose gender is not contradicted. Else the surface stays
alone.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import replace

from extractors.quotes.quotation import paragraphs_of
from extractors.quotes.speech_cues import EnglishCues
from extractors.records import Mention, Quote

# A pronoun looks back to a speaker at most two lines, to somebody merely named one: farther back, nouns that nobody marks ("my
# mother") come between.
_SPEAKER_LINES, _NAME_LINES = 2, 1
_GOING_ON = frozenset(("added", "adds", "continued", "continues", "concluded", "adding"))
_REACH_CHARS = 3000
_RECENT_QUOTES = 50
_OVERLAPPING = 8  # mentions that may lie over one word; they hardly ever overlap at all
_POSSESSIVE = re.compile(r"['’]s?\Z")
_AND = re.compile(r"\b(?:and|et|und|y|и)\b|&")


def name_speakers(text: str, quotes: Sequence[Quote], mentions: Iterable[Mention], cues: EnglishCues) -> list[Quote]:
    """Fill `speaker_name` of one article's quotes, which stand in order."""
    resolver = _Resolver(text, (mention for mention in mentions if mention.region == "text"), cues)
    named: list[Quote] = []
    for quote in quotes:
        named.append(resolver.named(quote, named))
    return named


def link_speakers(quotes: Iterable[Quote], mentions: Iterable[Mention]) -> list[Quote]:
    """Give each quote the entity of the mention its speaker ends with, or of the name it was resolved to.

    Two people who speak as one stay without an entity, and so does a speaker who only belongs to a name ("Mr Doe's lawyer").
    """
    by_article: dict[int, list[Mention]] = {}
    for mention in mentions:
        if mention.region == "text":
            by_article.setdefault(mention.article_id, []).append(mention)
    places = {article_id: _Places(found) for article_id, found in by_article.items()}
    return [_linked(quote, places[quote.article_id]) if quote.article_id in places else quote for quote in quotes]


class _Places:
    """An article's mentions in order, to be looked up by place and by surface."""

    def __init__(self, mentions: Iterable[Mention]) -> None:
        self.mentions = sorted(mentions, key=lambda mention: mention.start_char)
        self.starts = [mention.start_char for mention in self.mentions]
        self.entities_of: dict[str, set[int]] = {}
        for mention in self.mentions:
            if mention.entity_id is not None:
                self.entities_of.setdefault(mention.surface, set()).add(mention.entity_id)

    def at_head(self, quote: Quote) -> Mention | None:
        """Find the mention that covers the speaker's last word, the head of its noun phrase."""
        if quote.speaker is None or quote.speaker_end is None:
            return None
        head_at = quote.speaker_end - len(quote.speaker.split()[-1])
        behind = bisect_left(self.starts, quote.speaker_end)
        covering = [m for m in self.mentions[max(0, behind - _OVERLAPPING) : behind] if m.end_char > head_at]
        return max(covering, key=lambda mention: mention.end_char - mention.start_char, default=None)

    def before(self, at: int) -> list[Mention]:
        """List the mentions that end in the reach before a place, in order."""
        first, behind = bisect_left(self.starts, at - _REACH_CHARS), bisect_left(self.starts, at)
        return [mention for mention in self.mentions[first:behind] if mention.end_char <= at]


def _linked(quote: Quote, places: _Places) -> Quote:
    if quote.speaker is None or _AND.search(quote.speaker):
        return quote
    head = places.at_head(quote)
    found = {head.entity_id} if head is not None and head.entity_id is not None else set()
    if not found and quote.speaker_name is not None:
        found = set(places.entities_of.get(quote.speaker_name, ()))
    return replace(quote, entity_id=found.pop()) if len(found) == 1 else quote


class _Resolver:
    def __init__(self, text: str, mentions: Iterable[Mention], cues: EnglishCues) -> None:
        self.text = text
        self.cues = cues
        self.places = _Places(mentions)
        people = [mention for mention in self.places.mentions if mention.kind == "person"]
        self.full_names = _full_names(people)
        self.gender_of = self._genders(people)
        self.line_starts = [paragraph.start_char for paragraph in paragraphs_of(text)]

    def named(self, quote: Quote, before: Sequence[Quote]) -> Quote:
        if quote.speaker is None or quote.speaker_start is None:
            return quote
        word = quote.speaker.lower()
        if word in self.cues.male or word in self.cues.female:
            name = self._name_of_pronoun(quote, before, "male" if word in self.cues.male else "female")
            return replace(quote, speaker_name=name, method=f"{quote.method}+pronoun") if name else quote
        head = self.places.at_head(quote)
        if head is None or _AND.search(quote.speaker):
            return quote
        return replace(quote, speaker_name=self._name_of(head))

    def _name_of(self, mention: Mention) -> str:
        surface = _POSSESSIVE.sub("", mention.surface)
        full = self.full_names.get(surface.casefold(), set()) if mention.kind == "person" else set()
        return next(iter(full)) if len(full) == 1 else surface

    def _name_of_pronoun(self, quote: Quote, before: Sequence[Quote], gender: str) -> str | None:
        """Go back line by line to the first that tells: its last speaker, else its only person."""
        recent = before[-_RECENT_QUOTES:]
        same = next((one for one in recent if one.speaker_start == quote.speaker_start), None)
        if same is not None:
            return same.speaker_name
        at = quote.speaker_start or 0
        spoken = next((one for one in reversed(recent) if one.speaker_start is not None and one.speaker_start < at), None)
        names_by_line = self._names_before(at, [(one.start_char, one.end_char) for one in (*recent, quote)])
        line, spoken_line = self._line_of(at), self._line_of(spoken.speaker_start or 0) if spoken else -1
        for back in range(_SPEAKER_LINES + 1):
            fitting = {name for name in names_by_line.get(line - back, ()) if self.gender_of.get(name, gender) == gender}
            if spoken is not None and spoken_line == line - back and self._may_be(spoken, gender):
                goes_on = back == 0 or (quote.cue or "").lower() in _GOING_ON or fitting <= {spoken.speaker_name}
                return spoken.speaker_name if goes_on else None
            if fitting and back <= _NAME_LINES:
                name = fitting.pop()
                # A bare surname of unknown gender that has not spoken may be anybody's.
                is_known = name in self.gender_of or len(name.split()) > 1
                return name if is_known and not fitting else None
        return None

    def _may_be(self, spoken: Quote, gender: str) -> bool:
        """Whether the last speaker may be meant: a name not of the other gender, or the same pronoun left alone before."""
        if spoken.speaker_name is not None:
            return self.gender_of.get(spoken.speaker_name, gender) == gender
        return (spoken.speaker or "").lower() in (self.cues.male if gender == "male" else self.cues.female)

    def _names_before(self, at: int, quoted: Sequence[tuple[int, int]]) -> dict[int, set[str]]:
        """People named outside quotations, by line."""
        found: dict[int, set[str]] = {}
        for mention in self.places.before(at):
            if mention.kind == "person" and not any(start <= mention.start_char < end for start, end in quoted):
                found.setdefault(self._line_of(mention.start_char), set()).add(self._name_of(mention))
        return found

    def _line_of(self, at: int) -> int:
        return bisect_right(self.line_starts, at)

    def _genders(self, people: Sequence[Mention]) -> dict[str, str]:
        """What titles and given names tell; a name that tells both ways is left out."""
        told: dict[str, set[str]] = {}
        for mention in people:
            name = self._name_of(mention)
            before = self.text[max(0, mention.start_char - 12) : mention.start_char].split()
            words = {word.lower() for word in (*before[-1:], *mention.surface.split()[:1], *name.split()[:1])}
            if words & (self.cues.titles_male | self.cues.given_male):
                told.setdefault(name, set()).add("male")
            if words & (self.cues.titles_female | self.cues.given_female):
                told.setdefault(name, set()).add("female")
        for surname, names in self.full_names.items():  # a bare surname of two people tells what both tell
            told.setdefault(surname, set()).update(gender for name in names for gender in told.get(name, ("male", "female")))
        known = {name: next(iter(genders)) for name, genders in told.items() if len(genders) == 1}
        return known | {m.surface: known[m.surface.casefold()] for m in people if m.surface.casefold() in known}


def _full_names(people: Iterable[Mention]) -> dict[str, set[str]]:
    """Which full names of the article a bare surname may stand for."""
    spellings: dict[str, dict[str, str]] = {}
    for mention in people:
        name = _POSSESSIVE.sub("", mention.surface)
        words = name.split()
        if len(words) > 1:
            spellings.setdefault(words[-1].casefold(), {}).setdefault(name.casefold(), name)
    return {surname: set(names.values()) for surname, names in spellings.items()}
