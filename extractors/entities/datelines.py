"""A dateline's names in, spans out: the places are places and the agency an organisation, whatever a tagger makes of capitals."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from extractors.entities.spans import Span, has_capital_neighbour, strip
from extractors.filings import LOCATIVES, Opening
from extractors.names.kinds import DATELINE
from extractors.nlp.gazetteer import Gazetteer
from extractors.pages.agencies import agency_named

_PARTING = re.compile(r"\s*[,/]\s*")
_JOINING = re.compile(r"\s+(?:and|und|et|y|e|и)\s+")
_NAME = re.compile(r"[^\W\d_][\w.’'-]{2,}(?: [^\W\d_a-z][\w.’'-]+){0,3}")
_MIN_REPEATED_CHARS = 4
_MISTAKEN = frozenset({"person", "organization", "other"})
"""What a tagger makes of places that it does not know."""


def names_in(text: str, opening: Opening, gazetteer: Gazetteer) -> list[Span]:
    """Read the names of an opening: "LONDON/NEW YORK", "KYIV, Ukraine (AP) -".

    Args:
        text: The passage that the opening is.
        opening: Where in it place and agency stand.
        gazetteer: Knows the organisations whose seat is a dateline, as the United Nations.

    """
    spans = []
    for start, end in _places_in(text, *opening.place, gazetteer):
        known = gazetteer.lookup(text[start:end])
        kind = "organization" if known is not None and known.kind == "organization" else "place"
        spans.append(Span(start, end, kind, DATELINE))
    if opening.agency is not None and (agency := _agency_in(text, *opening.agency)) is not None:
        spans.append(agency)
    return sorted(spans, key=lambda span: span.start)


def settled(texts: list[str], spans: list[list[Span]], filed: Mapping[int, list[Span]]) -> list[list[Span]]:
    """Let what a dateline calls a place be one in all of its article: "Cutler" behind "CUTLER -", also where no tagger saw it.

    One word alone says so only where places are spoken of: "in Reading", not "Reading".

    Args:
        texts: The article's passages.
        spans: Their spans so far.
        filed: The spans of the passages that are datelines, by their numbers in `texts`.

    """
    surfaces = {texts[i][span.start : span.end] for i, found in filed.items() for span in found if span.kind == "place"}
    if not surfaces:
        return spans
    places = {_spelt(surface) for surface in surfaces}
    repeated = [re.escape(surface) for surface in sorted(surfaces) if len(surface) >= _MIN_REPEATED_CHARS]
    again = (
        re.compile(rf"(?<!\w)(?P<way>(?i:{LOCATIVES})\s+)?(?P<name>(?i:{'|'.join(repeated)}))(?![\w]|-\w)") if repeated else None
    )
    out = []
    for i, (text, found) in enumerate(zip(texts, spans, strict=True)):
        if i in filed:
            out.append(found)
            continue
        known = [
            replace(span, kind="place", source=DATELINE)
            if span.kind in _MISTAKEN and _spelt(text[span.start : span.end]) in places
            else span
            for span in found
        ]
        out.append(sorted([*known, *(_unseen(text, known, again) if again else ())], key=lambda span: span.start))
    return out


def _unseen(text: str, spans: list[Span], again: re.Pattern[str]) -> Iterator[Span]:
    for match in again.finditer(text):
        new = Span(*match.span("name"), "place", DATELINE)
        says = (match["way"] or " " in match["name"]) and all(word[0].isupper() for word in match["name"].split())
        if says and not has_capital_neighbour(text, new.start, new.end) and not any(new.overlaps(span) for span in spans):
            yield new


def _places_in(text: str, start: int, end: int, gazetteer: Gazetteer) -> list[tuple[int, int]]:
    whole = _parts(text, start, end, _PARTING)
    return [
        part for piece in whole for part in ([piece] if gazetteer.lookup(text[slice(*piece)]) else _parts(text, *piece, _JOINING))
    ]


def _parts(text: str, start: int, end: int, border: re.Pattern[str]) -> list[tuple[int, int]]:
    cuts = [start, *(place for mark in border.finditer(text, start, end) for place in mark.span()), end]
    return [strip(text, a, b) for a, b in zip(cuts[::2], cuts[1::2], strict=True) if any(map(str.isalpha, text[a:b]))]


def _agency_in(text: str, start: int, end: int) -> Span | None:
    """Return the agency where agencies stand: one that is known, of several the first, or a name in capitals as "Meridian"."""
    first = re.split(r"\s*[,/;]\s*|\s+(?:and|und|et)\s+", text[start:end], maxsplit=1)[0]
    if agency_named(first):
        return Span(start, start + len(first), "organization", DATELINE)
    is_name = _NAME.fullmatch(text[start:end]) is not None and text[start].isupper()
    return Span(start, end, "organization", DATELINE) if is_name else None


def _spelt(name: str) -> str:
    return name.casefold().rstrip(".")
