"""What would make feedparser's time quadratic, taken out of a document before it is read.

Measured: 20,000 categories in one item take it 7 s, 50,000 attributes in one tag 25 s; both grow with the square. All else
(deep nesting, entity bombs, unclosed tags, long texts, many items) it reads in linear time.
"""

from __future__ import annotations

import re
from typing import Final

from extractors.errors import FeedUnreadable

MAX_TAGS: Final = 1000
"""Categories and keywords of one item. The most in 176 real feeds is 41."""

MAX_ATTRIBUTES: Final = 1000
"""Attributes of one tag. The most in 176 real feeds is 49."""

SUSPECT_BYTES: Final = 16_384
"""Below this no item can hold `MAX_TAGS` tags (`<category>` and its end take 20 bytes)."""

_ITEM = re.compile(rb"(<(?:[\w.-]+:)?(?:item|entry)\b)", re.IGNORECASE)
_TAG = re.compile(
    rb"<((?:[\w.-]+:)?(?:category|keywords|subject|tags))\b[^<>]*?(?:/>|>(?:<!\[CDATA\[.*?\]\]>|[^<]*)</\1\s*>)",
    re.IGNORECASE | re.DOTALL,
)
_ATTRIBUTES = re.compile(
    rb"""<[A-Za-z_][\w:.-]*(?:\s+[\w:.-]+\s*=\s*(?:"[^"]*"|'[^']*')){%d}""" % MAX_ATTRIBUTES  # no two ways to match: linear
)


def has_endless_tag(document: bytes) -> bool:
    """Tell whether a tag has more than `MAX_ATTRIBUTES` attributes: XML parsers' time grows with their square, too."""
    return len(document) > SUSPECT_BYTES and _ATTRIBUTES.search(document) is not None


def without_excess(document: bytes, url: str) -> tuple[bytes, bool]:
    """Return the document without the categories of items that have absurdly many, and whether there were such.

    Raises:
        FeedUnreadable: A tag has more than `MAX_ATTRIBUTES` attributes.

    """
    if len(document) <= SUSPECT_BYTES:
        return document, False
    if has_endless_tag(document):
        raise FeedUnreadable(url, f"a tag with more than {MAX_ATTRIBUTES} attributes")
    blocks = _ITEM.split(document)
    trimmed = [_TAG.sub(b"", block) if len(block) > SUSPECT_BYTES and _tags_in(block) > MAX_TAGS else block for block in blocks]
    changed = any(kept is not block for kept, block in zip(trimmed, blocks, strict=True))
    return (b"".join(trimmed), True) if changed else (document, False)


def _tags_in(block: bytes) -> int:
    """Count categories; a list of keywords counts by its commas."""
    return sum(1 + match.group().count(b",") for match in _TAG.finditer(block))
