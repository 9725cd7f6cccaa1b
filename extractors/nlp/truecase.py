"""A shouted passage in, the same passage as a newspaper would print it out: same length, capitals where names are likely.

Wires print headlines, datelines and whole bulletins in capitals; a tagger that has learnt from mixed case finds nothing in them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from extractors.nlp.gazetteer import gazetteer
from extractors.nlp.lexicon import lexicon
from extractors.passages import Passage

SHOUTED_SHARE = 0.7
"""A line with this share of capitals among its letters is shouted; ordinary headlines in Title Case have a quarter."""

MIN_WORDS = 4  # "MOSCOW, Nov 3" and "NATO" are no shouted lines

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")


def is_shouted(text: str) -> bool:
    """Tell whether a line is printed in capitals."""
    if text[:200].upper() != text[:200] and sum(map(str.islower, text)) > 0.5 * len(text):
        return False
    letters = sum(map(str.isalpha, text))
    capitals = sum(map(str.isupper, text))
    return letters > 0 and capitals >= SHOUTED_SHARE * letters and len(_WORD.findall(text)) >= MIN_WORDS


def truecased(passages: Sequence[Passage], is_common: Callable[[str], bool]) -> list[Passage]:
    """Give shouted passages of one or more articles back their small letters.

    Args:
        passages: In order.
        is_common: Tells of a lower-case word whether it is an ordinary one.

    """
    return [
        replace(passage, text=_quiet(passage.text, is_common)) if is_shouted(passage.text) else passage for passage in passages
    ]


def _quiet(text: str, is_common: Callable[[str], bool]) -> str:
    words, known = lexicon(), gazetteer()

    def spoken(match: re.Match[str]) -> str:
        word = match.group()
        lower, title = word.lower(), word[:1] + word[1:].lower()
        if len(lower) != len(word) or len(title) != len(word):
            return word  # "İ" grows by a character: offsets would slip
        if word in known.names and len(word) <= 5 and known.names[word].kind == "organization":
            return word  # NATO, FIFA
        is_name = title in known.names or title in words.given_names or title in words.demonyms
        starts = match.start() == 0 or text[max(0, match.start() - 4) : match.start()].rstrip().endswith(
            (".", "!", "?", "“", '"')
        )
        before = text[max(0, match.start() - 30) : match.start()].rsplit(None, 1)
        is_name = is_name or (bool(before) and before[-1].capitalize() in words.given_names)  # MACRON is a word, too
        return title if starts or is_name or title in words.organisation_heads or not is_common(lower) else lower

    return _WORD.sub(spoken, text)
