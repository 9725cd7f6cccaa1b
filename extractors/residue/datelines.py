"""The opening of a story in, where it was filed out: "PARIS, March 4 (Reuters) - …", "Berlin. …", "新华社北京3月4日电 …".

Some forms say it themselves: a place in capitals before a dash, an agency in brackets, a day behind the place. Others, as
"Berlin. " and "London: ", begin sentences of any kind; there a second witness must know the place: the gazetteer, or the story,
which says "in …".
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from extractors.filings import LOCATIVES, MAX_ABBREVIATION_CHARS, STRONG, UNSPACED, forms_in, place_in
from extractors.nlp.gazetteer import gazetteer
from extractors.nlp.lexicon import lexicon
from extractors.pages.agencies import agency_named

MIN_OPENING_CHARS = 60
"""Shorter lines are labels; unspaced scripts say the same in a third of the characters."""
MIN_UNSPACED_CHARS = 20
MAX_PLACE_WORDS = 7

_ASIDE = re.compile(r"[(\[（【].*[)\]）】]\.?", re.DOTALL)
_WITHIN = re.compile(r"de|del|der|des|di|do|da|la|le|las|los|el|of|and|und|et|y|am|an|im|in|bei|sur|upon|auf|the|a")
_LABEL = re.compile(
    r"(?:analysis|breaking(?: news)?|claim|comment|correction|editor['’]s note|eilmeldung|exclusive|exklusiv|explainer|"
    r"fact check|interview|kommentar|live|note|opinion|photos|review|spoiler|(?:trigger )?warning|updated?|urgent|verdict|video|"
    r"watch|срочно|видео|фото)",
    re.IGNORECASE,
)
_GREEK_OR_CYRILLIC = re.compile(r"[\u0370-\u04ff][\u0370-\u04ff -]{2,}")
"""Papers in these print "МОСКВА. " where others print "MOSCOW — "."""
_NAME = re.compile(r"[^\W\d_][\w.’'-]{2,}(?: [^\W\d_a-z][\w.’'-]+){0,3}")
_STATION = re.compile(r"[KW][A-Z]{2,3}")
"""Call letters of American stations, which sign their own stories so."""
_SEATS = frozenset({"United Nations"})
"""Organisations whose seat is a dateline."""
_STEM_CHARS = 4
_SHORT_NAME = re.compile(r"[a-zäöü]{2,8}(?:[/-][a-zäöü]{2,8}){0,2}")
"""Desks and agencies in lower case: "(dpo)", "(fn-press)", "(KNA/iz)" has its own name."""


@dataclass(frozen=True, slots=True)
class Filing:
    """Where a story was filed, and by whom, both as written."""

    place: str  # without day and agency: "KYIV, Ukraine"
    agency: str | None = None  # what stands in brackets behind the place, where it reads as a name: "Reuters"


def filing_in(openings: Sequence[str], story: str) -> Filing | None:
    """Read where a story was filed.

    Args:
        openings: Paragraphs that may open with it, best first: of the standfirst, of the story.
        story: Title and text, where the place may be named again.

    """
    return next((filing for opening in openings if (filing := _unspaced(opening) or _spaced(opening, story))), None)


def may_open(paragraph: str) -> bool:
    """Tell a story's first paragraph from labels and from notes on what was corrected."""
    return len(paragraph) >= MIN_UNSPACED_CHARS and not _ASIDE.fullmatch(paragraph)


def _unspaced(opening: str) -> Filing | None:
    return next((Filing(match["place"]) for form in UNSPACED if (match := form.match(opening))), None)


def _spaced(opening: str, story: str) -> Filing | None:
    if len(opening) < MIN_OPENING_CHARS:
        return None
    return next((Filing(place, _agency_of(match)) for match in forms_in(opening) if (place := _place_of(match, story))), None)


def _agency_of(match: re.Match[str]) -> str | None:
    name = (match["agency"] or "").strip(" ()/.")
    return name if _NAME.fullmatch(name) and not _STATION.fullmatch(name) else None


def _place_of(match: re.Match[str], story: str) -> str | None:
    place = match.string[slice(*place_in(match))]
    if not _is_written_as_place(place) or _LABEL.fullmatch(place) or agency_named(place):
        return None
    if place in lexicon().titles:
        return None  # "Mr. Quill", of whom others hear later on
    if match["next"][-1].islower() and not match["agency"]:
        return None  # "Stars — they're just like us"
    if not match["end"].strip() and not match["agency"]:
        return None
    is_open = not match["end"].strip() and match.end("end") < match.start("next")
    if is_open and not agency_named(match["agency"].strip(" ()")):
        return None  # "British Virgin Islands (BVI) Governor"
    return place if _says_itself(match, place) or _is_known(place) or _is_named_again(place, story[len(place) :]) else None


def _is_written_as_place(place: str) -> bool:
    parts = re.split(r"[ ,/]+", place)
    return (
        len(parts) <= MAX_PLACE_WORDS
        and parts[0][:1].isupper()
        and all(part[:1].isupper() or _WITHIN.fullmatch(part) for part in parts)
        and not any(part.endswith((".", "!", "?")) and len(part) > MAX_ABBREVIATION_CHARS for part in parts)
    )


def _says_itself(match: re.Match[str], place: str) -> bool:
    """Tell the forms that no other sentence begins with."""
    agency = (match["agency"] or "").strip(" ()/.")
    if agency and (agency_named(agency) or _SHORT_NAME.fullmatch(agency)):
        return True
    is_in_capitals = place.partition(",")[0].isupper()
    if match.re is STRONG:
        return is_in_capitals or bool(match["date"] and agency)
    return is_in_capitals and match["end"] == "." and _GREEK_OR_CYRILLIC.fullmatch(place) is not None


def _is_known(place: str) -> bool:
    known = (gazetteer(foreign=True).lookup(part.strip()) for part in re.split(r"[,/]", place))
    return any(found is not None and (found.kind == "place" or found.name in _SEATS) for found in known)


def _is_named_again(place: str, story: str) -> bool:
    head = place.partition(",")[0]
    if head.isupper():
        head = head.title()
    stem = re.escape(head if len(head) <= _STEM_CHARS else head[: max(_STEM_CHARS, len(head) - 2)])
    return re.search(rf"\b(?:{LOCATIVES})\s+{stem}\w{{0,4}}(?!\w)", story) is not None
