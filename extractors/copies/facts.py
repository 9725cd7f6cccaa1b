"""Tokens -> the facts among them: numbers, names, and the small words that turn a report into its opposite."""

from __future__ import annotations

from functools import cache

import numpy as np

from extractors.copies.tokens import Flags, Hashes, Tokens, are_among, tokens_of

# Templates differ in these where they differ in no figure ("raises its copper price", "lowers its copper
# price"). Both sides of a pair are listed; a copy editor does not swap them.
_TURNING_WORDS = """
two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty
thirty forty fifty sixty seventy eighty ninety hundred thousand million billion trillion
first second third fourth fifth sixth seventh eighth ninth tenth half quarter double triple
rise rises rose risen rising fall falls fell fallen falling up down higher lower raise raises raised lowers lowered
increase increases increased decrease decreases decreased gain gains gained lose loses lost win wins won defeat defeated beat
north south east west northern southern eastern western
monday tuesday wednesday thursday friday saturday sunday
january february march april june july august september october november december
"""


def facts_of(tokens: Tokens) -> Flags:
    """Flag the tokens that state a fact: one flag a token."""
    return tokens.is_number | tokens.is_capitalised | are_among(tokens.hashes, _turning_hashes())


@cache
def _turning_hashes() -> Hashes:
    return np.unique(tokens_of(_TURNING_WORDS).hashes)
