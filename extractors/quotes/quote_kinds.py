"""A quotation -> is it speech, words held at arm's length, or the name of a work?"""

from __future__ import annotations

import re

from extractors.quotes.quotation import Quotation
from extractors.quotes.speakers import Attribution

_DIRECT_WORDS = 3  # shorter ones are scare quotes, unless a cue stands right beside them: “Never,” she said.
_CLOSE_SCORE = 5.0  # what only a cue right beside the quotation reaches
_LOOK_BACK = 40  # characters before a quotation that may name a kind of work
_TITLE_WORDS = range(2, 13)
# Words that stay small inside a title.
_SMALL = frozenset((
    "a", "an", "and", "as", "at", "but", "by", "for", "from", "in", "into", "is", "nor",
    "of", "off", "on", "or", "over", "the", "to", "up", "vs", "with", "your",
))  # fmt: skip
_WORK_BEFORE = re.compile(
    r"\b(?:book|novel|memoir|film|movie|song|album|track|single|show|series|programme|program|podcast|documentary|play|musical|poem"
    r"|painting|essay|article|column|commentary|magazine|newspaper|anthem|titled|entitled|headlined),?\s*\Z",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\d_][\w'’.-]*")


def is_title(text: str, quotation: Quotation) -> bool:
    """Tell a work's name from speech by its capitals and the words before it; who might have said it does not matter."""
    inside = text[quotation.start_char : quotation.end_char]
    words = _WORD.findall(inside)
    if len(words) not in _TITLE_WORDS or not words[0][0].isupper() or inside.isupper():
        return False
    before = text[max(quotation.paragraph.start_char, quotation.outer_start - _LOOK_BACK) : quotation.outer_start]
    if _WORK_BEFORE.search(before) and inside[-1] not in ".!":
        return True
    capitals = sum(word[0].isupper() for word in words)
    return capitals >= 2 and not _opens_speech(before) and all(word[0].isupper() or word in _SMALL for word in words)


def is_speech(text: str, quotation: Quotation, attribution: Attribution | None) -> bool:
    """Tell speech from words held at arm's length."""
    inside = text[quotation.start_char : quotation.end_char]
    if len(inside.split()) >= _DIRECT_WORDS:
        return True
    if attribution is not None and attribution.method == "same paragraph" and inside[:1].isupper() and inside[-1] in ".!?":
        return True
    if attribution is None or attribution.score < _CLOSE_SCORE or not inside[:1].isupper():
        return False
    return _opens_speech(text[max(quotation.paragraph.start_char, quotation.outer_start - _LOOK_BACK) : quotation.outer_start])


def _opens_speech(before: str) -> bool:
    """Whether what stands before ends a sentence, or ends in the comma or colon that introduces speech."""
    before = before.rstrip()
    return not before or before[-1] in '.!?:,…”"’»'
