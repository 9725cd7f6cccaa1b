"""Quotes and mentions -> quotes whose pronouns and surnames carry a name, and an entity where the mention has one.

Only what the article leaves no doubt about is resolved: one candidate whose gender is not contradicted. Else the surface stays
alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from extractors.records import Mention, Quote
from extractors.speech_cues import EnglishCues

_REACH_PARAGRAPHS = 2  # a pronoun looks back to a speaker or a name at most this far
_AND = re.compile(r"\b(?:and|et|und|y|и)\b|&")
_LAST_WORD = re.compile(r"\S+\s*\Z")


@dataclass(frozen=True, slots=True)
class _Person:
    """A person named in the text: where, and under the fullest name the article leaves no doubt about."""

    start_char: int
    end_char: int
    paragraph: int
    name: str


def name_speakers(text: str, quotes: Sequence[Quote], mentions: Iterable[Mention], cues: EnglishCues) -> list[Quote]:
    """Fill `speaker_name` of one article's quotes, which stand in order."""
    in_text = sorted((m for m in mentions if m.region == "text"), key=lambda m: (m.start_char, -m.end_char))
    resolver = _Resolver(text, in_text, cues)
    named: list[Quote] = []
    for quote in quotes:
        named.append(resolver.named(quote, named))
    return named


def link_speakers(quotes: Iterable[Quote], mentions: Iterable[Mention]) -> list[Quote]:
    """Give each quote the entity of the mention its speaker ends with, or of the name it was resolved to.

    Two people who speak as one stay without an entity, and so does a speaker who is only possessed of a name ("Mr Doe's lawyer").
    """
    by_article: dict[int, list[Mention]] = {}
    for mention in mentions:
        if mention.region == "text":
            by_article.setdefault(mention.article_id, []).append(mention)
    return [_linked(quote, by_article.get(quote.article_id, [])) for quote in quotes]


def _linked(quote: Quote, mentions: Sequence[Mention]) -> Quote:
    if quote.speaker is None or _AND.search(quote.speaker):
        return quote
    head = _head_mention(quote, mentions)
    found = {head.entity_id} if head is not None and head.entity_id is not None else set()
    if not found and quote.speaker_name is not None:
        found = {m.entity_id for m in mentions if m.surface == quote.speaker_name and m.entity_id is not None}
    return replace(quote, entity_id=found.pop()) if len(found) == 1 else quote


def _head_mention(quote: Quote, mentions: Sequence[Mention]) -> Mention | None:
    """Find the mention that covers the speaker's last word, the head of its noun phrase."""
    if quote.speaker is None or quote.speaker_start is None or quote.speaker_end is None:
        return None
    last = _LAST_WORD.search(quote.speaker)
    head_at = quote.speaker_start + (last.start() if last else 0)
    covering = [m for m in mentions if m.start_char < quote.speaker_end and m.end_char > head_at]
    return max(covering, key=lambda m: m.end_char - m.start_char, default=None)


class _Resolver:
    def __init__(self, text: str, mentions: Sequence[Mention], cues: EnglishCues) -> None:
        self.text = text
        self.mentions = mentions
        self.cues = cues
        people = [m for m in mentions if m.kind == "person"]
        self.full_names = _full_names(people)
        self.people = [_Person(m.start_char, m.end_char, m.paragraph, self._name_of(m)) for m in people]
        self.gender_of = self._genders()

    def named(self, quote: Quote, before: Sequence[Quote]) -> Quote:
        if quote.speaker is None or quote.speaker_start is None:
            return quote
        word = quote.speaker.lower()
        if word in self.cues.male or word in self.cues.female:
            name = self._name_of_pronoun(quote, before, "male" if word in self.cues.male else "female")
            return replace(quote, speaker_name=name, method=f"{quote.method}+pronoun") if name else quote
        head = _head_mention(quote, self.mentions)
        if head is None or _AND.search(quote.speaker):
            return quote
        name = self._name_of(head) if head.kind == "person" else head.surface
        return replace(quote, speaker_name=name)

    def _name_of(self, mention: Mention) -> str:
        full = self.full_names.get(mention.surface.casefold(), set())
        return next(iter(full)) if len(full) == 1 else mention.surface

    def _name_of_pronoun(self, quote: Quote, before: Sequence[Quote], gender: str) -> str | None:
        at, paragraph = quote.speaker_start or 0, quote.paragraph
        same = next((q for q in before if q.speaker_start == quote.speaker_start), None)
        if same is not None:
            return same.speaker_name
        spoken = next((q for q in reversed(before) if q.kind == "direct" and q.speaker_start is not None), None)
        speaker = spoken.speaker_name if spoken and (spoken.speaker_start or 0) < at else None
        inside = {(q.start_char, q.end_char) for q in before[-50:]} | {(quote.start_char, quote.end_char)}
        for reach in range(_REACH_PARAGRAPHS + 1):
            near = {
                person.name
                for person in self.people
                if person.end_char <= at
                and person.paragraph == paragraph - reach
                and not any(start <= person.start_char < end for start, end in inside)
            }
            fitting = {name for name in near if self.gender_of.get(name, gender) == gender}
            spoke_here = spoken is not None and speaker is not None and spoken.paragraph == paragraph - reach
            if spoke_here and speaker is not None and self.gender_of.get(speaker, gender) == gender:
                return speaker if fitting <= {speaker} or reach == 0 else None
            if fitting:
                return fitting.pop() if len(fitting) == 1 else None
        return None

    def _genders(self) -> dict[str, str]:
        """What titles and given names tell; a name that tells both ways is left out."""
        told: dict[str, set[str]] = {}
        for person in self.people:
            before = self.text[max(0, person.start_char - 12) : person.start_char].split()
            words = {word.lower() for word in (*before[-1:], *person.name.split()[:1])}
            if words & (self.cues.titles_male | self.cues.given_male):
                told.setdefault(person.name, set()).add("male")
            if words & (self.cues.titles_female | self.cues.given_female):
                told.setdefault(person.name, set()).add("female")
        return {name: next(iter(genders)) for name, genders in told.items() if len(genders) == 1}


def _full_names(people: Iterable[Mention]) -> dict[str, set[str]]:
    """Which full names of the article a bare surname may stand for."""
    spellings: dict[str, dict[str, str]] = {}
    for mention in people:
        words = mention.surface.split()
        if len(words) > 1:
            spellings.setdefault(words[-1].casefold(), {}).setdefault(mention.surface.casefold(), mention.surface)
    return {surname: set(names.values()) for surname, names in spellings.items()}
