"""One block on trial, and what is known of it so far."""

from __future__ import annotations

import re
from dataclasses import dataclass

from extractors.records import Block

MIN_TOLD_CHARS = 100
"""A sentence of so many characters tells something."""
MAX_LABEL_CHARS, MAX_LABEL_WORDS = 40, 3
_ENDS_SENTENCE = re.compile(r"[.!?…。！？।۔][\"'”’»」』)\]]*$")


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
