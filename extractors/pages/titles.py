"""Titles as pages write them in, the article's own title out: without the site's name, markup or scripts."""

from __future__ import annotations

import re
from functools import lru_cache

_WORD = re.compile(r"\w+")


@lru_cache(maxsize=4096)
def words(text: str) -> tuple[str, ...]:
    """Split into lower-case words."""
    return tuple(_WORD.findall(text.casefold()))


def same_words(one: str, other: str) -> bool:
    """Tell whether two lines have the same words, whatever their punctuation."""
    return words(one) == words(other) != ()
