"""A passage in, whether it can hold a name at all out: a ninth of the words on news pages stands in passages that cannot.

Those never reach the model, which takes four fifths of the whole road's time.
"""

from __future__ import annotations

import re
from collections.abc import Callable

_WORD = re.compile(r"[^\W_]+(?:[.'’\-][^\W_]+)*")
_I = re.compile(r"I(?:['’]\w+)?")
_BEGINS = re.compile(r"(?:^|[.!?:;…][\"”’')\]]*\s+|[“\"‘(\[]\s*|—\s*)$")
_BEFORE = 4  # characters before a word that show whether it begins a sentence: full stop, mark, space


def may_name(text: str, is_common: Callable[[str], bool]) -> bool:
    """Tell whether a passage has a capital that is not due to the beginning of a sentence, or letters without capitals.

    Args:
        text: One passage, in sentence case.
        is_common: Tells of a lower-case word whether it is an ordinary one.

    """
    for match in _WORD.finditer(text):
        word = match.group()
        if word.islower() or word.isdigit() or _I.fullmatch(word):
            continue
        if not any(map(str.isupper, word)):
            if any(char.isalpha() and not char.islower() for char in word):
                return True  # a script without capitals
            continue
        if len(word) > 1 and not word[1:].islower():
            return True
        if not (_BEGINS.search(text[max(0, match.start() - _BEFORE) : match.start()]) and is_common(word.lower())):
            return True
    return False
