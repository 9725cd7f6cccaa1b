"""A paragraph with quotations -> its frame: the paragraph as the parser reads it, with long quotations cut short.

What is said inside a quotation does not tell who said it, yet it is most of the words, and its sentences mislead a parser that
has to find "…," she said behind them. A frame keeps the words around and a stand-in for each utterance: cheaper and better.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from extractors.quotation import Paragraph, Quotation

# Longer quotations are utterances of their own; shorter ones may be part of the sentence around them and stay as they are.
_KEPT_WORDS = 6
_STAND_IN = "It is so"
_OPEN, _CLOSE = "“", "”"
# LONDON — · WASHINGTON, Oct. 4 (UPI) --: the parser takes the city for the subject.
_DATELINE = re.compile(r"[A-Z][A-Z .'’-]{2,30}(?:, [^\W\d_][\w. ]{1,30})?(?: ?\([\w /]{2,20}\))?\s?(?:--|[—–―])\s?(?=[A-Z])")
_SPACE = re.compile(r"\s")  # one for one: offsets stay


@dataclass(frozen=True, slots=True)
class Frame:
    """The text to parse, the way back to the article, and where each quotation stands in it."""

    paragraph: Paragraph
    text: str
    quotations: tuple[Quotation, ...]
    spots: tuple[tuple[int, int], ...]  # one (start, end) in the frame a quotation, marks included
    anchors: tuple[tuple[int, int], ...] = field(default=())  # (offset in the frame, offset in the article), ascending

    def to_article(self, at: int) -> int:
        """Turn an offset in the frame into one in the article; only meant for places outside stand-ins."""
        low, high = 0, len(self.anchors)
        while low + 1 < high:
            middle = (low + high) // 2
            low, high = (middle, high) if self.anchors[middle][0] <= at else (low, middle)
        in_frame, in_article = self.anchors[low]
        return in_article + at - in_frame


def frame_of(text: str, paragraph: Paragraph, quotations: Sequence[Quotation]) -> Frame:
    """Build the frame of one paragraph."""
    pieces: list[str] = []
    spots: list[tuple[int, int]] = []
    anchors: list[tuple[int, int]] = []
    length = 0

    def put(piece: str, article_at: int) -> None:
        nonlocal length
        anchors.append((length, article_at))
        pieces.append(piece)
        length += len(piece)

    dateline = _DATELINE.match(text, paragraph.start_char, paragraph.end_char)
    cursor = dateline.end() if dateline else paragraph.start_char
    for quotation in quotations:
        put(_flat(text[cursor : quotation.outer_start]), cursor)
        start = length
        put(_OPEN, quotation.outer_start)
        inside = text[quotation.start_char : quotation.end_char]
        put(_stand_in(inside), quotation.start_char)
        put(_CLOSE, quotation.outer_end - 1)
        spots.append((start, length))
        cursor = quotation.outer_end
    put(_flat(text[cursor : paragraph.end_char]), cursor)
    return Frame(paragraph, "".join(pieces), tuple(quotations), tuple(spots), tuple(anchors))


def _stand_in(inside: str) -> str:
    words = inside.split()
    is_whole = inside[:1].isupper() and inside[-1:] in ".,!?…—"
    if not is_whole and len(words) <= _KEPT_WORDS:
        return _flat(inside)
    end = inside[-1] if inside[-1] in ".,!?…" else ""
    if inside[:1].isupper() or is_whole:
        return _STAND_IN + end
    return " ".join(words[:_KEPT_WORDS]).rstrip(".,!?…") + end


def _flat(text: str) -> str:
    return _SPACE.sub(" ", text)
