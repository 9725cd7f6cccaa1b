"""A paragraph with quotations -> its frame: the paragraph as the parser reads it, with long quotations cut short.

What is said inside a quotation does not tell who said it, yet it is most of the words, and its sentences mislead a parser that
has to find "…," she said behind them. A frame keeps the words around and a stand-in for each utterance: cheaper and better.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from extractors.quotes.quotation import Paragraph, Quotation

# Longer quotations are utterances of their own; shorter ones may be part of the sentence around them and stay as they are.
_KEPT_WORDS = 6
_STAND_IN = "It is so"
_OPEN, _CLOSE = "“", "”"
# LONDON — · WASHINGTON, Oct. 4 (UPI) --: the parser takes the city for the subject.
_DATELINE = re.compile(r"[A-Z][A-Z .'’-]{2,30}(?:, [^\W\d_][\w. ]{1,30})?(?: ?\([\w /]{2,20}\))?\s?(?:--|[—–―])\s?(?=[A-Z])")
_QUOTATIONS_A_FRAME = 12  # every cue is weighed against every quotation of its frame
_CONTEXT_CHARS = 800  # read around a quotation: four long sentences to each side
_WORD_CHARS = 40
_LONG_RUN = re.compile(r"\S{201,}")
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


def frames_of(text: str, paragraph: Paragraph, quotations: Sequence[Quotation]) -> Iterator[Frame]:
    """Build the frames of one paragraph: one, unless it holds very many quotations or long stretches without any."""
    groups: list[list[Quotation]] = []
    for quotation in quotations:
        near = bool(groups) and quotation.outer_start - groups[-1][-1].outer_end <= 2 * _CONTEXT_CHARS
        if near and len(groups[-1]) < _QUOTATIONS_A_FRAME:
            groups[-1].append(quotation)
        else:
            groups.append([quotation])
    for index, group in enumerate(groups):
        start = groups[index - 1][-1].outer_end if index else paragraph.start_char
        end = groups[index + 1][0].outer_start if index + 1 < len(groups) else paragraph.end_char
        start = max(start, group[0].outer_start - _CONTEXT_CHARS)
        end = min(end, group[-1].outer_end + _CONTEXT_CHARS)
        yield frame_of(text, replace(paragraph, start_char=start, end_char=end), group)


def unparsed(frame: Frame) -> Frame:
    """Take the text out of a frame, so that no parser reads it."""
    return replace(frame, text="", spots=(), anchors=())


def frame_of(text: str, paragraph: Paragraph, quotations: Sequence[Quotation]) -> Frame:
    """Build the frame of a piece of text."""
    dateline = _DATELINE.match(text, paragraph.start_char, paragraph.end_char)
    cursor = dateline.end() if dateline else paragraph.start_char
    pieces: list[tuple[str, int]] = []
    spots: list[tuple[int, int]] = []
    length = 0
    for quotation in quotations:
        lead = _flat(text[cursor : quotation.outer_start])
        inside = _OPEN + _stand_in(text[quotation.start_char : quotation.end_char]) + _CLOSE
        pieces += [(lead, cursor), (inside, quotation.outer_start)]
        spots.append((length + len(lead), length + len(lead) + len(inside)))
        length = spots[-1][1]
        cursor = quotation.outer_end
    pieces.append((_flat(text[cursor : paragraph.end_char]), cursor))
    anchors, at = [], 0
    for piece, article_at in pieces:
        anchors.append((at, article_at))
        at += len(piece)
    return Frame(paragraph, "".join(piece for piece, _ in pieces), tuple(quotations), tuple(spots), tuple(anchors))


def _stand_in(inside: str) -> str:
    words = inside[: _KEPT_WORDS * _WORD_CHARS * 2].split()
    is_whole = inside[:1].isupper() and inside[-1:] in ".,!?…—"
    if not is_whole and len(inside) <= _KEPT_WORDS * _WORD_CHARS and len(words) <= _KEPT_WORDS:
        return _flat(inside)
    end = inside[-1] if inside[-1] in ".,!?…" else ""
    if inside[:1].isupper() or is_whole:
        return _STAND_IN + end
    return " ".join(word[:_WORD_CHARS] for word in words[:_KEPT_WORDS]).rstrip(".,!?…") + end


def _flat(text: str) -> str:
    """Make one line of it, character for character; runs that are no words (tokenisers turn quadratic on them) become blanks."""
    return _LONG_RUN.sub(lambda run: " " * len(run.group()), _SPACE.sub(" ", text))
