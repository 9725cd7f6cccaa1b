"""Lines in, those that say again what was said out: layouts for several screens, quotations lifted from the text."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from extractors.pages.titles import words
from extractors.residue.lines import MAX_LABEL_CHARS, Line

SHORTEST, SHORTEST_STANDFIRST = 40, 20
"""Characters of a line that is not said twice by chance; a standfirst stands where another of its words is none."""
REFRAINS = 4
"""A text that repeats itself at more places than these means it: recipes for a week, a refrain."""
TOLD_AGAIN_LINES, TOLD_AGAIN_SHARE = 5, 0.15
"""A run of so many lines and of that share of the text; shorter ones are refrains, or what each day of a plan has in common."""


def judge_by_repetition(lines: Sequence[Line]) -> None:
    """The same paragraph twice is a layout for two screens; a quotation lifted from the text is decoration."""
    seen: dict[tuple[str, ...], Line] = {}
    again: list[Line] = []
    lifted = -2
    whole = "\n".join(" ".join(words(line.block.text)) for line in lines if line.stays and len(line.block.text) > 120)
    for line in lines:
        key = words(line.block.text)
        is_standfirst = line.block.role == "dek" or (key in seen and seen[key].block.role == "dek")
        least = SHORTEST_STANDFIRST if is_standfirst else SHORTEST
        if not line.stays or (len(line.block.text) < least and line.position != lifted + 1):
            continue
        if key in seen and line.block.kind not in {"heading", "list_item"} and not line.block.text.endswith("?"):
            # A standfirst that the story says again is a teaser: the story keeps its paragraph.
            again.append(seen[key] if seen[key].block.role == "dek" and seen[key] not in again else line)
        elif (
            line.block.kind == "quote"
            and len(line.block.text) <= 300
            and whole.count(" ".join(key)) > (1 if len(line.block.text) > 120 else 0)
        ):
            line.reason = "repeated: pull quote"
            lifted = line.position
        elif line.position == lifted + 1 and line.block.kind == "quote" and len(line.block.text) <= MAX_LABEL_CHARS:
            line.reason = "repeated: pull quote"  # who said it
        seen.setdefault(key, line)
    _by_second_telling(lines)
    again = [line for line in again if line.stays]
    places = [line.position for line in again]
    if sum(after - before > 1 for before, after in pairwise(places)) < REFRAINS:
        for line in again:
            line.reason = "repeated"


def _by_second_telling(lines: Sequence[Line]) -> None:
    """Lines that come again in the same order, headings and points among them, are the same story for another screen."""
    staying = [line for line in lines if line.stays]
    least = TOLD_AGAIN_SHARE * sum(len(line.block.text) for line in staying)
    first: dict[str, int] = {}
    run: list[Line] = []
    expected = -1
    for i, line in enumerate(staying):
        told = first.setdefault(line.block.text, i)
        if told == i or told != expected:
            _end_run(run, least)
            run = []
        if told != i:
            run.append(line)
        expected = told + 1
    _end_run(run, least)


def _end_run(run: Sequence[Line], least: float) -> None:
    if len(run) >= TOLD_AGAIN_LINES and sum(len(line.block.text) for line in run) >= least:
        for line in run:
            line.reason = "repeated"
