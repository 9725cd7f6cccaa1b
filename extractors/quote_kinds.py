"""A quotation and what is known of its speaker -> "direct", "scare" or "title"."""

from __future__ import annotations

import re

from extractors.quotation import Quotation
from extractors.speakers import Attribution

_DIRECT_WORDS = 3  # shorter ones are scare quotes, unless a cue stands right beside them: “Never,” she said.
_CLOSE_SCORE = 5.0  # what only a cue right beside the quotation reaches
_TITLE_WORDS = range(2, 13)
# Words that stay small inside a title.
_SMALL = frozenset(
    ("a", "an", "and", "as", "at", "but", "by", "for", "from", "in", "into", "is", "nor", "of", "off", "on", "or", "over", "the", "to", "up", "vs", "with", "your")
)  # fmt: skip
_WORD = re.compile(r"[^\W\d_][\w'’.-]*")


def kind_of(text: str, quotation: Quotation, attribution: Attribution | None) -> str:
    """Tell speech from words held at arm's length and from names of works."""
    inside = text[quotation.start_char : quotation.end_char]
    if _is_title(inside) and not _stands_alone(text, quotation):
        return "title"
    if len(inside.split()) >= _DIRECT_WORDS:
        return "direct"
    is_said = attribution is not None and attribution.score >= _CLOSE_SCORE and attribution.method != "clause"
    return "direct" if is_said and inside[:1].isupper() and _stands_alone(text, quotation) else "scare"


def _is_title(inside: str) -> bool:
    words = _WORD.findall(inside)
    if len(words) not in _TITLE_WORDS or inside[-1] in ".!" or inside.isupper():
        return False
    capitals = sum(word[0].isupper() for word in words)
    return capitals >= 2 and words[0][0].isupper() and all(word[0].isupper() or word in _SMALL for word in words)


def _stands_alone(text: str, quotation: Quotation) -> bool:
    """Whether the quotation begins a sentence, or follows the comma or colon that introduces speech."""
    before = text[quotation.paragraph.start_char : quotation.outer_start].rstrip()
    return not before or before[-1] in '.!?:,…”"’»'
