"""One block on trial, and what is known of it so far."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from extractors.letters import UNSPACED
from extractors.records import Block

MIN_TOLD_CHARS = 100
"""A sentence of so many characters tells something."""
MAX_LABEL_CHARS, MAX_LABEL_WORDS = 40, 3
_ENDS_SENTENCE = re.compile(r"[.!?…。！？।۔][\"'”’»」』)\]]*$")


WIDE = 2.5
GUIDE_HEADINGS = 5
"""With so many a page is a guide: of 245 links in lists and sentences like notices amid one 198 tell it, of 17 elsewhere one."""


@dataclass(slots=True)
class Line:
    """One block on trial."""

    position: int
    block: Block
    reason: str | None = None  # None: it stays
    is_caption: bool = False

    @property
    def stays(self) -> bool:
        """Tell whether it is (still) part of the text."""
        return self.reason is None and not self.is_caption

    @property
    def is_sentence(self) -> bool:
        """Tell whether it ends like a sentence."""
        return _ENDS_SENTENCE.search(self.block.text[-6:]) is not None


def width_of(text: str) -> int:
    """Measure a text in letters of an alphabet: an ideograph says as much as two or three."""
    return round(WIDE * len(text)) if UNSPACED.search(text, 0, 80) else len(text)


def is_guide(lines: Sequence[Line]) -> bool:
    """Tell guides, lists and reviews, which are told in sections, from news."""
    return sum(line.stays and line.block.kind == "heading" for line in lines) >= GUIDE_HEADINGS
