"""Lines in, headings and labels with nothing left below them out."""

from __future__ import annotations

from collections.abc import Sequence

from extractors.residue.lines import MAX_LABEL_CHARS, MAX_LABEL_WORDS, Line

PICTURE_STORY = 3
MAX_HEADINGS_SHARE = 0.2
"""Where that share of the text stands in headings over pictures, products or notices, they are what the story tells."""
_LIST_REASONS = ("links only", "announced", "markup: related", "markup: toc", "wording: related")


def judge_empty_headings(lines: Sequence[Line]) -> None:
    """A heading whose whole section was taken away goes with it, unless the story is told in its headings."""
    alive = False  # something stays between here and the next heading below
    touched = True
    empty: list[Line] = []
    for line in reversed(lines):
        if line.block.kind != "heading":
            alive = alive or line.stays
            touched = touched or not line.stays
        elif line.stays:
            if not alive and touched and not (line.is_sentence and not line.block.text.endswith("?")):
                empty.append(line)
            else:
                alive = True  # a heading over a heading stays
                touched = False
                continue
            alive, touched = False, True
    told = sum(len(line.block.text) for line in lines if line.stays)
    if sum(len(line.block.text) for line in empty) <= MAX_HEADINGS_SHARE * told or len(empty) < PICTURE_STORY:
        for line in empty:
            line.reason = "heading over nothing"


def judge_empty_labels(lines: Sequence[Line]) -> None:
    """A few words with a colon go with the list that they announced; at the very end they announce nothing."""
    last = max((line.position for line in lines if line.stays), default=0)
    for line, below in zip(lines, [*lines, None][1:], strict=True):
        text = line.block.text
        is_label = text.endswith((":", "：")) and len(text) <= MAX_LABEL_CHARS and len(text.split()) <= MAX_LABEL_WORDS
        if line.stays and is_label and line.block.kind in {"paragraph", "heading"}:
            is_list_gone = below is not None and below.reason is not None and below.reason.startswith(_LIST_REASONS)
            if is_list_gone or line.position == last:
                line.reason = "label over nothing"
