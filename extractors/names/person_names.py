"""Two names of people in, whether they are one person's out: pure, explained, and rather "no" than wrong."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz.fuzz import ratio

from extractors.names.name_variants import EAST_ASIAN_SYLLABLES, given_group
from extractors.names.romanisation import folded, frame, romanised
from extractors.nlp.lexicon import lexicon

SIMILAR = 66.0
"""Haftar and Hifter are .67 alike, Hassan and Hussein .55."""

_GENERATION = {"jr": "jr", "junior": "jr", "sr": "sr", "senior": "sr", "fils": "jr"}
_DASHES = re.compile(r"[-‐‑–—]")


@dataclass(frozen=True, slots=True)
class PersonName:
    """A name taken apart. `given` and `family` are None where the surface does not show them."""

    surface: str
    family: str | None
    given: str | None
    middles: tuple[str, ...] = ()
    generation: str | None = None
    titles: tuple[str, ...] = ()
    is_east_asian: bool = False

    @property
    def is_full(self) -> bool:
        """Tell whether it has a family name and a given name, not just an initial."""
        return self.family is not None and self.given is not None and len(self.given) > 1

    @property
    def key(self) -> str:
        """Return what identifies the spelling: parts in lower-case ASCII, titles left out."""
        if self.is_east_asian and self.given:
            return f"{folded(self.family or '')} {folded(self.given)}"
        parts = [self.given, *self.middles, self.family, self.generation]
        return " ".join(key for part in parts if part and (key := folded(part)))

    @property
    def block(self) -> str:
        """Return the block its spellings share: the frame of the family name."""
        return frame(self.family or "")

    @property
    def surname_key(self) -> str:
        """Return what a bare family name is looked up by."""
        return romanised(self.family or "")


@lru_cache(maxsize=20_000)
def parse_person(surface: str) -> PersonName:
    """Take a person's name apart.

    Args:
        surface: As written, titles and all: "Russia's President Vladimir Putin", "Trump, Donald", "Kim Jong-un".

    """
    text = re.sub(r"['’]s?$", "", unicodedata.normalize("NFKC", surface).strip())
    if text.count(",") == 1:
        family, given = (side.strip() for side in text.split(","))
        if given and folded(given) not in _GENERATION:
            text = f"{given} {family}"
    text = text.replace(",", " ")
    words, titles = _without_titles(text.split())
    generation = None
    if len(words) > 1 and re.fullmatch(r"[IVX]{1,5}", words[-1]):
        generation, words = words[-1].lower(), words[:-1]
    elif len(words) > 1 and (generation := _GENERATION.get(folded(words[-1]))) is not None:
        words = words[:-1]
    east = _east_asian(words)
    if east is not None:
        return PersonName(surface, east[0], east[1], (), generation, titles, is_east_asian=True)
    parts = _parts(words)
    if not parts:
        return PersonName(surface, None, None, (), generation, titles)
    if len(parts) == 1:
        return PersonName(surface, parts[0], None, (), generation, titles)
    return PersonName(surface, parts[-1], parts[0], tuple(parts[1:-1]), generation, titles)


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether two names are one person's, and why, in a word or two."""

    same: bool
    rule: str


def compare_people(a: PersonName, b: PersonName) -> Verdict:
    """Tell whether two full names may be spellings of one person's.

    Order does not matter. A bare surname or an initial is never evidence: it gives "not full".
    """
    if not (a.is_full and b.is_full):
        return Verdict(same=False, rule="not full")
    if a.key == b.key:
        return Verdict(same=True, rule="same letters")
    if a.generation != b.generation and {a.generation, b.generation} != {None, "sr"}:
        return Verdict(same=False, rule="generation")
    if a.is_east_asian or b.is_east_asian:
        equal = sorted(a.key.split()) == sorted(b.key.split()) or a.key.replace(" ", "") == b.key.replace(" ", "")
        return Verdict(same=equal, rule="same syllables" if equal else "other syllables")
    return _compare_parts(a, b)


def _compare_parts(a: PersonName, b: PersonName) -> Verdict:
    family = _family_level(a.family or "", b.family or "")
    given = _given_level(a.given or "", b.given or "")
    if not family:
        return Verdict(same=False, rule="other family name")
    if not given:
        return Verdict(same=False, rule="other given name")
    if not _middles_agree(a.middles, b.middles):
        return Verdict(same=False, rule="middle names")
    if family + given < 3:
        return Verdict(same=False, rule="two weak parts")
    return Verdict(same=True, rule=_RULES[min(family, given)])


_RULES = {3: "same letters", 2: "romanisation or short form", 1: "same consonants"}


def _family_level(a: str, b: str) -> int:
    x, y = folded(a), folded(b)
    if x == y:
        return 3
    p, q = romanised(a), romanised(b)
    if p == q:
        return 2
    if _is_gendered_pair(p, q):
        return 0
    return _weak_level(a, b, p, q)


def _weak_level(a: str, b: str, p: str, q: str) -> int:
    """Return 1 for names of the same consonants that begin alike and sound alike, else 0.

    Two consonants are too few: Dunne and Dutton. Emerson is not Morrison.
    """
    if frame(a) != frame(b) or len(frame(a)) < 3 or (p[0] in "aeiou") != (q[0] in "aeiou"):
        return 0
    return 1 if ratio(p, q) >= SIMILAR else 0


def _given_level(a: str, b: str) -> int:
    x, y = folded(a), folded(b)
    if x == y:
        return 3
    p, q = romanised(a), romanised(b)
    if given_group(x) & given_group(y):
        return 2
    if p == q and len(p) > 2:
        return 2
    return 0 if _ending(p) != _ending(q) else _weak_level(a, b, p, q)


def _ending(key: str) -> str:
    """Return the last vowel of a given name, or "": Daniel, Daniela and Daniele are three people."""
    return key[-1] if key[-1] in "aeiou" else ""


def _is_gendered_pair(p: str, q: str) -> bool:
    """Tell Navalny from Navalnaya, Ivanov from Ivanova: a husband and a wife."""
    short, long = sorted((p, q), key=len)
    if len(short) == len(long):
        return p[:-1] == q[:-1] and {p[-1], q[-1]} == {"i", "a"}
    return long.endswith("a") and (long[:-1] == short or long in (f"{short[:-1]}aia", f"{short[:-1]}aa", f"{short[:-1]}a"))


def _middles_agree(a: tuple[str, ...], b: tuple[str, ...]) -> bool:
    if not a or not b:
        return True
    if len(a) != len(b):
        return False
    return all(
        folded(x)[:1] == folded(y)[:1] if min(len(folded(x)), len(folded(y))) == 1 else _given_level(x, y) > 0
        for x, y in zip(a, b, strict=True)
    )


def _without_titles(words: list[str]) -> tuple[list[str], tuple[str, ...]]:
    """Split leading titles off, demonyms and possessors with them: "Russia's President", "Kremlin spokesman"."""
    known = lexicon()
    end = 0
    for number, word in enumerate(words[:-1]):
        plain = word.rstrip(".").removesuffix("'s").removesuffix("’s")
        is_title = word in known.titles or plain in known.titles or plain.capitalize() in known.titles
        if is_title or word.endswith(("'s", "’s")) or plain in known.demonyms:
            end = number + 1
        elif word[:1].islower() and _DASHES.split(plain)[0] not in known.name_glue | known.name_articles and number >= end:
            end = number + 1  # "spokesman", "defence secretary"
    while end < len(words) and words[end] == "of":
        end += 1
    return words[end:], (" ".join(words[:end]),) if end else ()


def _east_asian(words: list[str]) -> tuple[str, str] | None:
    """Read family-first names: the family is known, and every other part is one of the syllables of Chinese or Korean."""
    if not 2 <= len(words) <= 3 or words[0].lower() not in lexicon().east_asian_families:
        return None
    given = "".join(_DASHES.sub("", word) for word in words[1:])
    return (words[0], given) if EAST_ASIAN_SYLLABLES.fullmatch(folded(given)) else None


def _parts(words: list[str]) -> list[str]:
    """Join what belongs together: "bin Laden", "von der Leyen", "Abdul Rahman", "J.K."; drop "al-"."""
    known = lexicon()
    flat: list[str] = []
    for word in words:
        if re.fullmatch(r"(?:[A-Za-z]\.){2,}", word):
            flat += list(word.replace(".", ""))
            continue
        flat += [piece for piece in _DASHES.sub(" ", word).split() if any(map(str.isalpha, piece))]
    parts: list[str] = []
    held = ""
    for number, word in enumerate(flat):
        key = folded(word)
        if key in known.name_articles and number < len(flat) - 1 and (number > 0 or held):
            continue
        if (key in known.name_glue and number < len(flat) - 1 and (number > 0 or len(flat) > 2)) or key in {
            "abdel",
            "abdul",
            "abd",
            "abu",
        }:
            held += word
            continue
        parts.append(held + word if held else word.rstrip("."))
        held = ""
    return [*parts, held] if held else parts
