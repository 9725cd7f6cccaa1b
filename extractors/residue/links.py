"""Lines in, those that only lead elsewhere out: paragraphs that are one link, lists of links that do not tell the story."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from extractors.residue.lines import MIN_TOLD_CHARS, Line, is_guide

MAX_LINK_CHARS = 220
MOSTLY_LINKED = 0.6
PARTLY_LINKED = 0.3
MAX_LINKED_POINTS, FEWEST_POINTS = 0.5, 2
BARS = 2
"""Links parted by so many bars are a row of buttons."""
_BAR = re.compile(r"\s[|｜•·]\s")


def judge_by_links(lines: Sequence[Line]) -> None:
    """A paragraph that is one link and no sentence points elsewhere; so does a list whose items mostly are."""
    told = _told_in_links(lines) if is_guide(lines) else set()
    for line in lines:
        block = line.block
        if not line.stays or block.kind == "heading" or len(block.text) > MAX_LINK_CHARS or line.position in told:
            continue
        is_bar = block.link_density >= PARTLY_LINKED and len(_BAR.findall(block.text)) >= BARS and not line.is_sentence
        if block.link_density >= 0.9 or is_bar:
            line.reason = "links only"
    total = sum(len(line.block.text) for line in lines if line.stays)
    last = max((line.position for line in lines if line.stays and line.block.kind == "paragraph" and line.is_sentence), default=0)
    for run in _runs(lines, lambda line: line.block.kind == "list_item"):
        if sum(len(line.block.text) for line in run) > 0.4 * total:
            continue  # the list is the story
        if run[0].position in told:
            continue
        is_behind = run[0].position > last
        least = 0.35 if run[-1].position > last else 0.5
        linked = [line for line in run if line.block.link_density >= least or line.reason == "links only"]
        if len(linked) >= 0.7 * len(run):
            for line in run:
                if line.stays and (not line.is_sentence or (is_behind and line.block.link_density >= PARTLY_LINKED)):
                    line.reason = "links only"


def _told_in_links(lines: Sequence[Line]) -> set[int]:
    """Find lists amid the story that it is told in: below a heading of their own, or but some of their points are links."""
    last = max(
        (line.position for line in lines if line.stays and len(line.block.text) > MIN_TOLD_CHARS and line.is_sentence), default=0
    )
    told: set[int] = set()
    for run in _runs(lines, lambda line: line.block.kind == "list_item" and line.stays):
        first = run[0].position
        above = lines[first - 1] if first else None
        linked = sum(line.block.link_density >= MOSTLY_LINKED for line in run)
        if (
            len(run) >= FEWEST_POINTS
            and run[-1].position < last
            and ((above is not None and above.stays and above.block.kind == "heading") or linked <= MAX_LINKED_POINTS * len(run))
        ):
            told.update(line.position for line in run)
    return told


def _runs(lines: Sequence[Line], belongs: Callable[[Line], bool]) -> list[list[Line]]:
    runs: list[list[Line]] = []
    inside = False
    for line in lines:
        if belongs(line):
            if not inside:
                runs.append([])
            runs[-1].append(line)
        inside = belongs(line)
    return runs
