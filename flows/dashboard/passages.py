"""Texts and the spans found in them in, pieces to print out: paragraphs with marked names and quotations, snippets. Pure.

The pieces are plain strings: the template escapes them. Nothing here makes HTML.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

SNIPPET = 240
_PARAGRAPH = re.compile(r"(?:[^\n]|\n(?!\n))+")
_WORD = re.compile(r"\w+")
_FIELD = re.compile(r"-?\b(?:outlet|author|agency|section|language|after|before):(?:\"[^\"]*\"|\S+)", re.IGNORECASE)
_UNWANTED = re.compile(r"(?<!\S)-(?:\"[^\"]*\"|\S+)")


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text with the same marks; `name` is the entity (or the surface), `quote` the number of the quotation it is in."""

    text: str
    kind: str | None = None
    name: str | None = None
    is_linked: bool = False
    quote: int | None = None
    is_speaker: bool = False


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph, its marks, and who speaks in it."""

    pieces: list[Piece]
    is_heading: bool
    is_standfirst: bool
    speakers: list[str]


def paragraphs_of(
    text: str,
    headings: Iterable[int],
    mentions: Sequence[Mapping[str, Any]],
    quotes: Sequence[Mapping[str, Any]],
    standfirst: str | None = None,
) -> list[Paragraph]:
    """Cut a text into paragraphs and its marks; spans that do not fit the text are left out."""
    headed = set(headings)
    names = [mention for mention in mentions if mention["region"] == "text"]
    edges = sorted(_edges(text, names, quotes))
    paragraphs = []
    for number, match in enumerate(_PARAGRAPH.finditer(text)):
        start, end = match.span()
        cuts = [start, *(edge for edge in edges if start < edge < end), end]
        pieces = [_piece(text, a, b, names, quotes) for a, b in pairwise(cuts)]
        paragraphs.append(Paragraph(pieces, number in headed, end <= len(standfirst or ""), _speakers(quotes, start, end)))
    return paragraphs


def _edges(text: str, names: Sequence[Mapping[str, Any]], quotes: Sequence[Mapping[str, Any]]) -> set[int]:
    spans = [(mark["start_char"], mark["end_char"]) for mark in (*names, *quotes)]
    spans += [(quote["speaker_start"], quote["speaker_end"]) for quote in quotes if quote["speaker_start"] is not None]
    return {edge for start, end in spans if 0 <= start < end <= len(text) for edge in (start, end)}


def _piece(text: str, start: int, end: int, names: Sequence[Mapping[str, Any]], quotes: Sequence[Mapping[str, Any]]) -> Piece:
    name = next((mark for mark in names if mark["start_char"] <= start and end <= mark["end_char"]), None)
    quote = next((mark["position"] for mark in quotes if mark["start_char"] <= start and end <= mark["end_char"]), None)
    is_speaker = any(
        mark["speaker_start"] is not None and mark["speaker_start"] <= start and end <= mark["speaker_end"] for mark in quotes
    )
    if name is None:
        return Piece(text[start:end], quote=quote, is_speaker=is_speaker)
    return Piece(
        text[start:end],
        kind=name["entity_kind"] or name["kind"],
        name=name["name"] or name["surface"],
        is_linked=name["name"] is not None,
        quote=quote,
        is_speaker=is_speaker,
    )


def _speakers(quotes: Sequence[Mapping[str, Any]], start: int, end: int) -> list[str]:
    said = [quote["speaker"] for quote in quotes if start <= quote["start_char"] < end and quote["speaker"]]
    return list(dict.fromkeys(said))


def words_in(query: str) -> list[str]:
    """Return the words of a search that a snippet should show: without fields, without what is unwanted."""
    rest = _UNWANTED.sub(" ", _FIELD.sub(" ", query)).replace("title:", " ").replace(" OR ", " ")
    return list(dict.fromkeys(plain(word) for word in _WORD.findall(rest)))


def plain(word: str) -> str:
    """Return a word in lower case without accents, as the index knows it."""
    return "".join(c for c in unicodedata.normalize("NFKD", word.lower()) if not unicodedata.combining(c))


def snippet_of(text: str, words: Sequence[str], length: int = SNIPPET) -> list[tuple[str, bool]]:
    """Cut the passage with most of the words out of a text.

    Returns:
        Runs of text in order, with whether each is a word that was looked for; an ellipsis where the text goes on.

    """
    stems = [word[: max(4, len(word) - 3)] for word in words]  # other forms of the word are marked too: flooded, flooding
    hits = [(match.start(), match.end()) for match in _WORD.finditer(text) if _is_form(match[0], stems)]
    start = _best_start(hits, length)
    start = text.rfind(" ", 0, start) + 1 if start else 0
    end = len(text) if len(text) <= start + length else max(text.rfind(" ", start, start + length), start + length // 2)
    runs: list[tuple[str, bool]] = [("… ", False)] if start else []
    at = start
    for a, b in hits:
        if at <= a and b <= end:
            runs += [(text[at:a], False), (text[a:b], True)]
            at = b
    runs.append((text[at:end] + (" …" if end < len(text) else ""), False))
    return [(run.replace("\n\n", " · ").replace("\n", " "), is_hit) for run, is_hit in runs if run]


def _is_form(word: str, stems: Sequence[str]) -> bool:
    shape = plain(word)
    return any(shape.startswith(stem) and len(shape) <= len(stem) + 6 for stem in stems)


def _best_start(hits: Sequence[tuple[int, int]], length: int) -> int:
    """Return where the window with most hits begins, the first such; with some words of lead-in."""
    best, most, first = 0, 0, 0
    for number, (_, end) in enumerate(hits):
        while end - hits[first][0] > length - 60:
            first += 1
        if number - first + 1 > most:
            best, most = hits[first][0], number - first + 1
    return max(0, best - 50) if best > length // 3 else 0
