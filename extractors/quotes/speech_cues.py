"""The words that introduce speech, read once from data/quote_cues.toml."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import Any


@dataclass(frozen=True, slots=True)
class EnglishCues:
    """What English uses to introduce speech, in every form it takes in a text."""

    lemma_of_form: dict[str, str]
    strong: frozenset[str]
    nouns: frozenset[str]
    male: frozenset[str]
    female: frozenset[str]
    pronouns: frozenset[str]
    given_male: frozenset[str]
    given_female: frozenset[str]
    titles_male: frozenset[str]
    titles_female: frozenset[str]
    no_labels: frozenset[str]
    days: frozenset[str]
    small: frozenset[str]


@dataclass(frozen=True, slots=True)
class PlainCues:
    """What a language uses to introduce speech, for patterns."""

    verbs: frozenset[str]
    according: tuple[str, ...]  # the longest first
    male: frozenset[str]
    female: frozenset[str]
    pronouns: frozenset[str]
    small: frozenset[str]
    auxiliaries: frozenset[str] = frozenset()


@cache
def _table() -> dict[str, Any]:
    return tomllib.loads(files("extractors").joinpath("data", "quote_cues.toml").read_text(encoding="utf-8"))


@cache
def english_cues() -> EnglishCues:
    """Read the English table and derive each verb's forms."""
    table = _table()["en"]
    irregular: dict[str, str] = table["irregular"]
    lemma_of_form = {form: verb for verb in table["verbs"].split() for form in _forms_of(verb, irregular.get(verb, ""))}
    male, female = frozenset(table["pronouns_male"]), frozenset(table["pronouns_female"])
    return EnglishCues(
        lemma_of_form=lemma_of_form,
        strong=frozenset(table["strong"].split()),
        nouns=frozenset(form for noun in table["nouns"].split() for form in (noun, _with_s(noun))),
        male=male,
        female=female,
        pronouns=male | female | frozenset(table["pronouns_other"]),
        given_male=frozenset(table["given_male"].split()),
        given_female=frozenset(table["given_female"].split()),
        titles_male=frozenset(table["titles_male"]),
        titles_female=frozenset(table["titles_female"]),
        no_labels=frozenset(table["no_labels"]),
        days=frozenset(table["days"].split()),
        small=frozenset(table["small"].split()),
    )


@cache
def plain_cues(language: str) -> PlainCues | None:
    """Read the table of a language (ISO 639-1) for patterns; None where there is none. English takes its own forms."""
    if language == "en":
        cues = english_cues()
        return PlainCues(
            verbs=frozenset(cues.lemma_of_form),
            according=("according to",),
            male=cues.male,
            female=cues.female,
            pronouns=cues.pronouns,
            small=cues.small | cues.days,
        )
    table = _table().get(language)
    if table is None:
        return None
    male, female = frozenset(table["he"]), frozenset(table["she"])
    return PlainCues(
        verbs=frozenset(table["verbs"].split()),
        according=tuple(sorted(table["according"], key=len, reverse=True)),
        male=male,
        female=female,
        pronouns=male | female | frozenset(table["other"]),
        small=frozenset(table["small"].split()),
        auxiliaries=frozenset(table.get("auxiliaries", ())),
    )


def naming_cues(language: str) -> EnglishCues:
    """What tells the gender of a speaker: the pronouns of the language, with titles and given names known from English."""
    cues, plain = english_cues(), plain_cues(language)
    return cues if plain is None else replace(cues, male=plain.male, female=plain.female, pronouns=plain.pronouns)


def _forms_of(verb: str, irregular: str) -> Iterator[str]:
    yield verb
    yield _with_s(verb)
    past_or_participle = irregular.split()
    yield from past_or_participle
    stem = verb.removesuffix("e")
    if not any(form.endswith("ing") for form in past_or_participle):
        yield stem + "ing"
    if not past_or_participle:
        yield verb[:-1] + "ied" if _ends_in_consonant_y(verb) else stem + "ed"


def _with_s(word: str) -> str:
    if _ends_in_consonant_y(word):
        return word[:-1] + "ies"
    return word + ("es" if word.endswith(("s", "sh", "ch", "x", "z")) else "s")


def _ends_in_consonant_y(word: str) -> bool:
    return word.endswith("y") and word[-2] not in "aeiou"
