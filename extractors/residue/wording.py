"""Wording that gives residue away, by language: data files in, a verdict on one line out.

The files (`data/wording/<language>.txt`) hold one regular expression a line under `[reason kind]`:
whole  the line consists of it, punctuation at its ends aside;
start  the line begins with it and is no longer than `MAX_START_CHARS`;
inside a line of at most `MAX_INSIDE_CHARS` holds it.
A cue must be something that no reporter writes as a sentence of a story.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

MAX_WHOLE_CHARS = 90
MAX_START_CHARS = 260
"""A paragraph longer than that tells a story, however it begins."""
MAX_INSIDE_CHARS = 420

_WEAK = frozenset({"related", "newsletter", "share"})
_SECTION = re.compile(r"^\[(\w+) (whole|start|inside)\]$")
_LIST_LEAD = re.compile(
    r":\s*$|^(?:related|read more|read also|more on this|mehr zum thema|lesen sie auch|lire aussi|lea también|"
    r"leia também|leggi anche|lees ook|läs (?:också|även)|les også|læs også|czytaj także|čtěte také|baca juga|"
    r"читайте та(?:кже|кож)|相关|関連記事|관련 ?기사)",
    re.IGNORECASE,
)
_GROUP = re.compile(r"\((?:[^()\\]|\\.)*\)[?*]?|\[(?:[^\]\\]|\\.)*\][?*+]?(?:\{[^}]*\})?")
_EDGE = r"[\s\W_]*"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a line's wording says."""

    reason: str
    announces_list: bool = False  # "Read more:" claims the headlines after it
    announces_title: bool = False  # a player's notice claims its video's title
    is_weak: bool = False  # it goes by how the line begins, and a sentence of a story may begin so


@dataclass(frozen=True, slots=True)
class Wording:
    """The compiled cues of one language, the language-free ones included."""

    whole: tuple[tuple[str, re.Pattern[str]], ...]
    start: tuple[tuple[str, re.Pattern[str]], ...]
    inside: tuple[tuple[str, str, re.Pattern[str]], ...]  # with words that any match must hold: cheaper to ask first

    def verdict_on(self, line: str) -> Verdict | None:
        """Judge a line by its wording alone; None: nothing gives it away."""
        length = len(line)
        if length <= MAX_WHOLE_CHARS:
            for reason, pattern in self.whole:
                if pattern.fullmatch(line):
                    return Verdict(reason, reason == "related" and _LIST_LEAD.search(line) is not None)
        if length <= MAX_START_CHARS:
            for reason, pattern in self.start:
                if pattern.match(line):
                    return Verdict(reason, is_weak=reason in _WEAK)
        if length <= MAX_INSIDE_CHARS:
            lower = line.lower()
            for needed, reason, pattern in self.inside:
                if needed in lower and pattern.search(line):
                    return Verdict(reason, announces_title=reason == "player", is_weak=reason in _WEAK)
        return None


def wording_for(language: str | None) -> Wording:
    """Gather the cues of a language; English ones count everywhere, since half of the world's templates are in English."""
    parts = [_compiled(name) for name in dict.fromkeys(["any", "en", *([language] if language else [])])]
    return Wording(
        tuple(cue for part in parts for cue in part.whole),
        tuple(cue for part in parts for cue in part.start),
        tuple(cue for part in parts for cue in part.inside),
    )


@cache
def _compiled(name: str) -> Wording:
    sections = _read(name)
    whole, start = (
        tuple(
            (reason, re.compile(f"{_EDGE}(?:{'|'.join(cues)}){edge}", re.IGNORECASE))
            for (reason, kind), cues in sections.items()
            if kind == wanted
        )
        for wanted, edge in (("whole", _EDGE), ("start", ""))
    )
    inside = tuple(
        (_needed(cue), reason, re.compile(cue, re.IGNORECASE))
        for (reason, kind), cues in sections.items()
        if kind == "inside"
        for cue in cues
    )
    return Wording(whole, start, inside)


def _needed(cue: str) -> str:
    """Return the longest run of letters that every match of a cue holds."""
    cue = re.sub(r"\{[^}]*\}", "*", cue)
    while (flat := _GROUP.sub("\0", cue)) != cue:
        cue = flat
    return max(re.split(r"\\.|[^\w ’'-]|.[?*{]", cue.lower()), key=len)


def _read(name: str) -> dict[tuple[str, str], list[str]]:
    file = files("extractors") / "data" / "wording" / f"{name}.txt"
    if not file.is_file():
        return {}
    sections: dict[tuple[str, str], list[str]] = {}
    current: list[str] = []
    for line in file.read_text("utf-8").splitlines():
        if section := _SECTION.match(line):
            current = sections.setdefault((section[1], section[2]), [])
        elif line.strip() and not line.startswith("#"):
            current.append(line)
    return sections
