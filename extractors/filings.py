"""The opening of a paragraph in, what may say where it was filed and by whom out: the forms of agencies and papers.

Forms only: whether a place stands there, `residue/datelines.py` weighs; what stands where once it does, tagging reads.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

MAX_OPENING_CHARS = 160
MAX_ABBREVIATION_CHARS = 6
"""With its full stop: "Calif.", "N.Y."; longer words with one end a sentence."""

_MONTH = r"[^\W\d_]{3,10}\.?"
_DAY = (
    rf"(?:\d{{1,2}}(?:st|nd|rd|th|er|\.|º)?\s+(?:de\s+)?{_MONTH}|{_MONTH}\s+\d{{1,2}}(?!\d)(?:st|nd|rd|th)?)"
    r"(?:,?\s+(?:de\s+)?\d{4})?"
)
_DATE = rf"(?:{_DAY}|\d{{1,2}}[./]\s?\d{{1,2}}[./]\s?\d{{2,4}})"
_PLACE = r"(?P<place>[^\W\d_][^\d():|—–\n]{1,50}?)"
_NEXT = r"\s*(?=(?P<next>[\"“„«‘'(\[¿¡]*\w))"
STRONG = re.compile(
    _PLACE + rf"(?P<date>[,.]?\s*\(?\b{_DATE}\)?[.,]?(?:\s+(?P<signed>[A-Z][A-Z.]{{2,14}})(?=\s[-–—]))?)?"
    r"(?P<agency>\s*\((?!\d)[^()\d]{2,60}\)|\s*/[\w .-]{2,20}/\.?)?"
    r"(?P<end>\s*(?:--+|[—–])|\s-(?=\s)|(?<=\))\s*[:.](?=\s)|(?<=[\d)/])\.(?=\s)|(?<=\)))" + _NEXT
)
"""A dash, or an agency or a day with any mark behind it."""
WEAK = re.compile(_PLACE + r"(?P<date>)(?P<agency>)(?P<end>[:.](?=\s)|\s*\|)" + _NEXT)
UNSPACED = (
    re.compile(
        r"(?P<agency>[\u4e00-\u9fff]{2,4}(?:社|网|報|报)|本报)\s?(?P<place>[\u4e00-\u9fff]{2,8}?)\s?\d{1,2}月\d{1,2}日\s?(?:专)?(?:电|讯|電|訊)"
    ),
    re.compile(
        r"[【［\[](?P<place>[\u3040-\u30ff\u4e00-\u9fff]{2,12})(?:[=＝]|[ 　]*\d{1,2}日)[ 　]*(?P<agency>[^】］\]]{0,30})[】］\]]"
    ),
    re.compile(r"[(（【\[](?P<place>[가-힣]{2,8})=(?P<agency>[^)）】\]]{2,30})[)）】\]]"),
)

LOCATIVES = (
    "in|at|near|from|outside|around|aus|bei|nach|von|nahe|à|près de|dans|en|a|ad|da|em|w|we|z|ze|do|pod|koło|"
    "в|во|из|под|около|σε|στη|στην|στο|στον|i|på|från|fra|til|te|op|naar|uit"
)
"""Words of many languages behind which the name of a place stands."""


@dataclass(frozen=True, slots=True)
class Opening:
    """A paragraph's opening that says where it was filed; offsets count in the paragraph."""

    end: int  # behind its last mark; the sentence begins there, or a space later
    place: tuple[int, int]
    agency: tuple[int, int] | None = None  # what stands where agencies do, its brackets not


def forms_in(opening: str) -> Iterator[re.Match[str]]:
    """Yield the forms that the opening of a paragraph may have, the surer one first; of scripts that put spaces between words."""
    head = opening[:MAX_OPENING_CHARS]
    yield from (match for form in (STRONG, WEAK) if (match := form.match(head)) is not None)


def place_in(match: re.Match[str]) -> tuple[int, int]:
    """Return where the place stands, without the mark behind it."""
    start, end = _stripped(match.string, *match.span("place"), " ,")
    place = match.string[start:end]
    if place.endswith(".") and len(place) - max(place.rfind(mark, 0, -1) for mark in " .") - 1 > MAX_ABBREVIATION_CHARS:
        end -= 1
    return start, end


def opening_with(place: str, paragraph: str) -> Opening | None:
    """Find a place that is known to be a dateline where a paragraph opens with it, in one of the forms.

    Args:
        place: As `Article.dateline` has it.
        paragraph: One line.

    """
    if place not in paragraph[:MAX_OPENING_CHARS]:
        return None
    for match in forms_in(paragraph):
        at = place_in(match)
        if paragraph[slice(*at)] == place:
            signed = next((match.span(group) for group in ("agency", "signed") if match.groupdict().get(group)), None)
            return Opening(match.end("end"), at, _stripped(paragraph, *signed, " ()/.") if signed else None)
    for form in UNSPACED:
        found = form.match(paragraph)
        if found is not None and found["place"] == place:
            return Opening(found.end(), found.span("place"), found.span("agency"))
    return None


def _stripped(text: str, start: int, end: int, marks: str) -> tuple[int, int]:
    while start < end and text[start] in marks:
        start += 1
    while start < end and text[end - 1] in marks:
        end -= 1
    return start, end
