"""A name in, what the world calls it out: countries, cities, organisations and people that news never stops naming.

`data/known.tsv` is written by hand and wins; `data/places.tsv` is built from rigour and GeoNames by `data/build_places.py`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from anyascii import anyascii

from extractors.nlp.lexicon import lexicon

DOMINANCE = 5
"""A city owns its name when it has five times the people of the next one: Paris in France, not in Texas."""

MIN_ALIAS_CHARS = 5
"""Shorter second spellings of places ("Hila", "Tana", "Kasi") were wrong nine times in ten."""

_RANK = {"known": 0, "country": 1, "territory": 2, "city": 3}
_WORD = re.compile(r"[^\W_]+(?:[.'’\-][^\W_]+)*")


@dataclass(frozen=True, slots=True)
class Known:
    """One thing of the gazetteer."""

    name: str
    kind: str  # "person" | "organization" | "place"
    rank: str  # "known" (by hand) | "country" | "territory" | "city"
    wikidata_id: str | None = None
    geoname_id: int | None = None
    polity_code: str | None = None  # the polity it speaks for
    country_code: str | None = None
    population: int = 0
    is_ambiguous: bool = False  # another place of the same name is about as large


@dataclass(frozen=True, slots=True)
class Match:
    """A known name in a text."""

    start: int
    end: int
    known: Known


class Gazetteer:
    """Names by exact spelling; texts are searched word by word, longest name first."""

    def __init__(self, names: dict[str, Known]) -> None:
        self.names = names
        self._by_word: dict[str, list[str]] = {}
        for name in sorted(names, key=len, reverse=True):
            first = _WORD.search(name)
            if first is not None and first.start() == 0:
                self._by_word.setdefault(first.group(), []).append(name)
        self._folded = {key: known for name, known in reversed(names.items()) if (key := fold(name))}

    def known(self, surface: str) -> Known | None:
        """Return what a surface names, by exact spelling."""
        return self.names.get(surface)

    def lookup(self, surface: str) -> Known | None:
        """Return what a surface names, whatever its accents, case and hyphens. A short upper-case one must be exact."""
        exact = self.names.get(surface)
        if exact is not None or (len(surface) <= 4 and surface.isupper()):
            return exact
        return self._folded.get(fold(surface))

    def matches(self, text: str) -> Iterator[Match]:
        """Yield known names in a text, left to right, the longest at each place, none inside another."""
        end = 0
        for word in _WORD.finditer(text):
            start = word.start()
            if start < end:
                continue
            for first in {word.group(), word.group().split("-")[0].split("'")[0].split("’")[0], word.group().split(".")[0]}:
                for name in self._by_word.get(first, ()):
                    stop = start + len(name)
                    if text.startswith(name, start) and _ends_here(text, stop) and stop > end:
                        yield Match(start, stop, self.names[name])
                        end = stop
                        break


@lru_cache(maxsize=2)
def gazetteer(*, foreign: bool = False) -> Gazetteer:
    """Read the tables, once a process; with `foreign`, also the spellings of other languages and scripts."""
    names: dict[str, Known] = {}
    for known, spellings in _hand_written():
        for name in spellings:
            names.setdefault(name, known)
    rivals: dict[str, Known] = {}
    for place, spellings, others in _built():
        for name in (*spellings, *(others if foreign else ())):
            held = names.get(name)
            if held is None:
                names[name] = place
            elif held.rank == place.rank == "city" and held.population < DOMINANCE * place.population:
                rivals[name] = held if held.population >= place.population else place
    for name, known in rivals.items():
        names[name] = Known(
            known.name, "place", "city", None, known.geoname_id, None, known.country_code, known.population, is_ambiguous=True
        )
    return Gazetteer({name: known for name, known in _with_variants(names).items() if len(name) > 2 or known.rank == "known"})


def _with_variants(names: dict[str, Known]) -> dict[str, Known]:
    """Add spellings without accents, and places in capitals as datelines print them."""
    more = {anyascii(name): known for name, known in names.items() if not name.isascii()}
    more |= {name.upper(): known for name, known in names.items() if len(name) > 4 and known.kind == "place"}
    return more | names


def fold(name: str) -> str:
    """Reduce a name to lower-case ASCII letters and digits, words parted by one space."""
    plain = anyascii(unicodedata.normalize("NFKC", name)).lower()
    return " ".join(re.findall(r"[a-z0-9]+", plain.replace("'", "").replace("`", "").replace(".", "")))


def _hand_written() -> Iterator[tuple[Known, list[str]]]:
    for line in _lines("known.tsv"):
        kind, name, wikidata_id, polity, country, aliases, _ = line.split("\t")
        known = Known(name, kind, "known", wikidata_id or None, None, polity or None, country or None)
        yield known, [name, *filter(None, aliases.split("|"))]


def _built() -> Iterator[tuple[Known, list[str], list[str]]]:
    rows = [line.split("\t") for line in _lines("places.tsv")]
    rows.sort(key=lambda row: (_RANK[row[1]], -int(row[5] or 0)))
    words = lexicon()
    ambiguous = words.ambiguous_places | words.demonyms | words.given_names | words.not_names
    for name, rank, country, wikidata_id, geoname_id, population, english, foreign in rows:
        place = Known(
            name, "place", rank, wikidata_id or None, int(geoname_id) if geoname_id else None, None, country, int(population or 0)
        )
        others = [spelling for spelling in english.split("|") if len(spelling) >= MIN_ALIAS_CHARS]
        spellings = [name] if rank == "country" or name not in ambiguous else []
        spellings += [other for other in others if other not in ambiguous]
        yield place, spellings, foreign.split("|") if foreign else []


def _lines(name: str) -> Iterator[str]:
    for line in (files("extractors") / "data" / name).read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            yield line


def _ends_here(text: str, stop: int) -> bool:
    return stop >= len(text) or not (text[stop].isalnum() or (text[stop] in "-’'" and _goes_on(text, stop)))


def _goes_on(text: str, stop: int) -> bool:
    """Tell "Paris-based" and "China's" (a name ends) from "O'Brien" and "Ho-Chi" (it goes on)."""
    rest = text[stop + 1 : stop + 2]
    return rest.isupper() if text[stop] == "-" else rest.isalpha() and text[stop + 1 : stop + 3].rstrip(' .,;:!?)"”') != "s"
