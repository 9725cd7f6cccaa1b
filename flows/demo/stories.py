"""A story file in, a `Story` out: what a reporter filed, before any outlet has edited it.

A file is TOML front matter between `+++` lines, then the text: paragraphs parted by a blank line, `## ` for a heading.
`{day}`, `{day-1}` and `{date}` stand for the weekday and the date of filing, so that a story is fresh at every run.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

STORIES = Path(__file__).parent / "data" / "stories"

WEEKDAYS: Mapping[str, tuple[str, ...]] = {
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    "de": ("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag"),
    "fr": ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"),
    # Russian says the day in the accusative and with its preposition: "во вторник".
    "ru": ("в понедельник", "во вторник", "в среду", "в четверг", "в пятницу", "в субботу", "в воскресенье"),
}
MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
)  # fmt: skip

QUOTATION = {
    "en": re.compile(r"“([^”]+)”"),
    "de": re.compile(r"„([^“]+)“"),
    "fr": re.compile(r"«\s?([^»]+?)\s?»"),
    "ru": re.compile(r"«([^»]+)»"),
}
SCARE_QUOTE_WORDS = 3
"""Fewer words than this in quotation marks are a name or a scare quote: nobody need be named as their speaker."""

_WHEN = re.compile(r"\{(day|date)([+-]\d+)?\}")


@dataclass(frozen=True, slots=True)
class Piece:
    """One block of a story."""

    kind: str  # "paragraph" | "heading" | "figure"
    text: str  # of a figure: its caption
    credit: str | None = None  # of a figure: its photographer


@dataclass(frozen=True, slots=True)
class Saying:
    """A direct quotation, without its marks, and who said it."""

    quote: str
    speaker: str


@dataclass(frozen=True, slots=True)
class Story:
    """What a reporter filed. `place` is the dateline's town."""

    slug: str
    headline: str
    section: str
    pieces: tuple[Piece, ...]
    authors: tuple[str, ...] = ()
    place: str | None = None
    language: str = "en"
    summary: str | None = None
    tags: tuple[str, ...] = ()
    sayings: tuple[Saying, ...] = ()


def stories() -> dict[str, Story]:
    """Read all bundled stories, by slug."""
    return {path.stem: story_of(path.stem, path.read_text(encoding="utf-8")) for path in sorted(STORIES.glob("*.md"))}


def story_of(slug: str, source: str) -> Story:
    """Read one story file.

    Raises:
        ValueError: There is no front matter, or `speakers` does not name exactly one speaker for each quotation in the text.

    """
    _, matter, text = re.split(r"^\+\+\+$", source, maxsplit=2, flags=re.MULTILINE)
    facts: dict[str, Any] = tomllib.loads(matter)
    language = facts.get("language", "en")
    written = [_piece_of(block) for block in re.split(r"\n\s*\n", text.strip())]
    return Story(
        slug=slug,
        headline=facts["headline"],
        section=facts["section"],
        pieces=tuple(_with_figures(written, figures_of(facts))),
        authors=tuple(facts.get("authors", ())),
        place=facts.get("place"),
        language=language,
        summary=facts.get("summary"),
        tags=tuple(facts.get("tags", ())),
        sayings=sayings_in((piece.text for piece in written), facts.get("speakers", ()), language, slug),
    )


def quotations_in(text: str, language: str) -> list[str]:
    """Return the direct quotations of a text in order, without their marks; scare quotes left out."""
    found: list[str] = QUOTATION[language].findall(text)
    return [quote for quote in found if len(quote.split()) >= SCARE_QUOTE_WORDS]


def sayings_in(texts: Iterator[str], speakers: tuple[str, ...] | list[str], language: str, slug: str) -> tuple[Saying, ...]:
    """Pair each quotation with its speaker, in order.

    Raises:
        ValueError: There are more quotations than speakers, or fewer.

    """
    quotes = [quote for text in texts for quote in quotations_in(text, language)]
    if len(quotes) != len(speakers):
        raise ValueError(f"{slug}: {len(quotes)} quotations, but {len(speakers)} speakers: {quotes}")
    return tuple(Saying(quote, speaker) for quote, speaker in zip(quotes, speakers, strict=True))


def figures_of(facts: Mapping[str, Any]) -> list[tuple[int, Piece]]:
    """Return the figures of a front matter, each with the number of paragraphs it follows."""
    return [(figure["after"], Piece("figure", figure["caption"], figure.get("credit"))) for figure in facts.get("figures", ())]


def dated(story: Story, filed_at: datetime) -> Story:
    """Write the weekdays and dates of filing into a story."""

    def written(text: str) -> str:
        return with_dates(text, filed_at, story.language)

    return replace(
        story,
        headline=written(story.headline),
        summary=written(story.summary) if story.summary else None,
        pieces=tuple(replace(piece, text=written(piece.text)) for piece in story.pieces),
        sayings=tuple(replace(saying, quote=written(saying.quote)) for saying in story.sayings),
    )


def with_dates(text: str, filed_at: datetime, language: str) -> str:
    """Replace `{day}`, `{day-1}`, `{date+3}` … by words."""

    def words(match: re.Match[str]) -> str:
        day = filed_at + timedelta(days=int(match[2] or 0))
        return WEEKDAYS[language][day.weekday()] if match[1] == "day" else f"{day.day} {MONTHS[day.month - 1]}"

    return _WHEN.sub(words, text)


def _piece_of(block: str) -> Piece:
    line = " ".join(block.split())
    return Piece("heading", line[3:]) if line.startswith("## ") else Piece("paragraph", line)


def _with_figures(pieces: list[Piece], figures: list[tuple[int, Piece]]) -> Iterator[Piece]:
    """Put each figure after as many paragraphs as it says (0: on top)."""
    paragraphs = 0
    yield from (figure for after, figure in figures if after == 0)
    for piece in pieces:
        yield piece
        if piece.kind == "paragraph":
            paragraphs += 1
            yield from (figure for after, figure in figures if after == paragraphs)
