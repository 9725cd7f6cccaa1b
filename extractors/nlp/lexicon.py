"""The words that names are made of: titles, given names, heads of organisations, what only looks like a name."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Sets of words from `data/words.toml`; a name of two words has a space in it."""

    demonyms: frozenset[str]
    titles: frozenset[str]
    organisation_heads: frozenset[str]
    organisation_of: frozenset[str]
    place_heads: frozenset[str]
    place_before: frozenset[str]
    place_prepositions: frozenset[str]
    only_before_places: frozenset[str]
    speech_verbs: frozenset[str]
    not_names: frozenset[str]
    particles: frozenset[str]
    given_names: frozenset[str]
    ambiguous_places: frozenset[str]
    east_asian_families: frozenset[str]
    name_articles: frozenset[str]
    name_glue: frozenset[str]
    legal_forms: frozenset[str]
    government_heads: frozenset[str]
    small_words: frozenset[str]
    place_nouns: frozenset[str]
    common_surnames: frozenset[str]
    ways_to_places: frozenset[str]
    after_dash: frozenset[str]
    office_of: frozenset[str]
    thing_heads: frozenset[str]
    organisation_nouns: frozenset[str]
    organisation_nouns_before: frozenset[str]
    place_nouns_before: frozenset[str]
    relatives: frozenset[str]


@lru_cache(maxsize=1)
def lexicon() -> Lexicon:
    """Read the words, once a process."""
    words = tomllib.loads((files("extractors") / "data" / "words.toml").read_text("utf-8"))
    return Lexicon(**{name: frozenset(word.replace("_", " ") for word in text.split()) for name, text in words.items()})
