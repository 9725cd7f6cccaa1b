"""A piece of text in, how much it looks like running prose out."""

from __future__ import annotations

import re
from collections.abc import Sequence

from extractors.letters import UNSPACED
from extractors.pages.blocks import Piece, ancestors_of
from extractors.pages.roles import HEADINGS

_ENDS_SENTENCE = re.compile(r"[.!?…。！？।۔:;][\"'”’»)\]]*$")


def weigh(piece: Piece) -> float:
    """Measure how much a piece looks like running prose, in characters (an ideograph counts 2.5)."""
    if piece.weight < 0.0:
        piece.weight = _weighed(piece)
    return piece.weight


def _weighed(piece: Piece) -> float:
    chars = len(piece.text) - piece.link_chars
    if chars < 16 or piece.link_chars > chars or piece.container.tag in HEADINGS:
        return 0.0
    if UNSPACED.search(piece.text, 0, 80):
        chars = round(chars * 2.5)
    ends = _ENDS_SENTENCE.search(piece.text[-8:]) is not None
    if chars < 40 or (chars < 80 and not ends):
        return 0.0
    return chars * (1.0 if ends else 0.6)


def ends_sentence(text: str) -> bool:
    """Tell whether a piece ends as sentences do; a colon announces something."""
    return _ENDS_SENTENCE.search(text[-8:]) is not None and not text.endswith((":", ";", "："))


def sum_prose(pieces: Sequence[Piece]) -> float:
    """Add up the prose of pieces, for each container that they stand in too."""
    total = 0.0
    for piece in pieces:
        if weight := weigh(piece):
            total += weight
            for container in ancestors_of(piece.container):
                container.prose += weight
    return total
