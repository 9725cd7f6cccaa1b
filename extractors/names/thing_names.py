"""A place's, organisation's or event's name in, what identifies it out: the curated tables first, then its own letters."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from extractors.nlp.gazetteer import Known, fold, gazetteer
from extractors.nlp.lexicon import lexicon

_BRITISH = {
    "defence": "defense", "organisation": "organization", "centre": "center", "labour": "labor", "programme": "program",
    "honour": "honor", "theatre": "theater", "harbour": "harbor", "dept": "department",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class ThingName:
    """A name resolved by itself: equal keys are one thing."""

    kind: str
    key: str
    name: str
    rule: str
    known: Known | None = None


def bare(surface: str) -> str:
    """Return a name without "the" and possessive, spaces made plain."""
    return re.sub(r"^[Tt]he\s+(?=\S{2})|['’]s?$", "", " ".join(surface.split()))


@lru_cache(maxsize=20_000)
def thing_of(surface: str, kind: str) -> ThingName:
    """Return what a place, organisation, event or work is identified by.

    Args:
        surface: As written; "the" and a possessive do not matter.
        kind: The mention's kind. A curated place or organisation corrects it.

    """
    name = bare(surface)
    known = gazetteer().lookup(name) or gazetteer().lookup(surface)
    if known is not None and known.kind != "person" and kind in {"place", "organization"}:
        if known.is_ambiguous:
            return ThingName(known.kind, fold(known.name), known.name, "several places of this name")
        rule = "known name" if known.rank == "known" else f"name of a {known.rank}"
        return ThingName(known.kind, fold(known.name), known.name, rule, known)
    if kind == "organization":
        return _organisation(name)
    key = " ".join(_BRITISH.get(word, word) for word in fold(name).split())
    return ThingName(kind, key or name.casefold(), name, "same letters")


def has_legal_form(surface: str) -> bool:
    """Tell whether a name ends in the form of a firm: "Hugo Boss AG"."""
    words = fold(surface).split()
    return len(words) > 1 and words[-1] in lexicon().legal_forms


def initials_of(name: str) -> frozenset[str]:
    """Return the acronyms a name spells, with and without its small words, in upper case."""
    words = [word for word in re.findall(r"[^\W_]+", name) if word]
    strong = [word for word in words if word.lower() not in lexicon().small_words]
    found = {"".join(word[0] for word in some).upper() for some in (words, strong)}
    return frozenset(acronym for acronym in found if len(acronym) >= 2)


def _organisation(name: str) -> ThingName:
    words = fold(name.replace("&", " and ")).split()
    while len(words) > 1 and words[-1] in lexicon().legal_forms:
        words.pop()
    words = [_BRITISH.get(word, word) for word in words]
    country = _country_in(name)
    if country is not None and lexicon().government_heads.intersection(words):
        rest = sorted({word for word in words if word not in lexicon().small_words and word not in country[1] and word != "s"})
        return ThingName("organization", " ".join([country[0], *rest]), name, "country and office")
    return ThingName("organization", " ".join(words) or name.casefold(), name, "same letters, legal form aside")


def _country_in(name: str) -> tuple[str, frozenset[str]] | None:
    """Return the country an office names by demonym or by name, and the words that name it."""
    for word in re.findall(r"[^\W_]+(?:\.[^\W_]+)*\.?", name):
        code = _demonyms().get(word)
        if code is None:
            known = gazetteer().known(word)
            code = (
                known.country_code if known is not None and known.rank in {"known", "country"} and known.kind == "place" else None
            )
        if code:
            return code, frozenset(fold(word).split()) | {fold(word) + "s"}
    return None


@lru_cache(maxsize=1)
def _demonyms() -> dict[str, str]:
    lines = (files("extractors") / "data" / "demonyms.tsv").read_text("utf-8").splitlines()
    return {name: code for name, _, code in (line.partition("\t") for line in lines)}
