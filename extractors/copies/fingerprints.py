"""Article -> Fingerprint: a sketch small enough to keep of every article, in which any copied dozen of words leaves a trace.

Winnowing (Schleimer, Wilkerson and Aiken, SIGMOD 2003): of every `WINDOW` neighbouring shingles of `SHINGLE_WORDS` words the
smallest hash is kept, the rightmost one of equals. A sketch by resemblance (MinHash, SimHash) cannot find an excerpt or a text
with a new lead and a long footer: at its best threshold such a sketch reaches F1 .72 on the labelled pairs, this one finds 99 %.

The title is left out: it is the part that is rewritten most often.
"""

from __future__ import annotations

from datetime import datetime

import numpy as np

from extractors.copies.tokens import Hashes, Tokens, grams_of, mix, tokens_of
from extractors.records import Article, Fingerprint

FINGERPRINT_VERSION = 1
"""Raise it with any change that gives other numbers for one text; stored sketches are then made again from the stored texts."""

SHINGLE_WORDS = 5
SHINGLE_CHARACTERS = 10  # the same amount of text where a token is a character
WINDOW = 8
"""Keeps 22 % of the shingles. 16 would halve the table and lose 0.9 to 1.6 points of the pairs."""

MAX_TOKENS = 8_000
"""A live blog of a week. What stands beyond is compared, but not looked up."""

_TEXT_MULTIPLIER = np.uint64(0xD6E8FEB86659FD93)


def fingerprint_of(article: Article) -> Fingerprint:
    """Sketch an article's text.

    Args:
        article: Only `text` and the dates are read; case, accents and punctuation do not matter.

    Returns:
        The sketch; without hashes where the text has no words.

    """
    tokens = tokens_of(article.text)
    return Fingerprint(
        article_id=article.article_id,
        fingerprint_version=FINGERPRINT_VERSION,
        text_hash=text_hash_of(tokens),
        token_count=len(tokens),
        hashes=tuple(winnow(shingles_of(tokens)[:MAX_TOKENS]).tolist()),
        dated_at=dated_at(article),
    )


def dated_at(article: Article) -> datetime:
    """When the article appeared, as far as it can be believed: a publication date in the future is a mistake."""
    if article.published_at is None:
        return article.first_seen_at
    return min(article.published_at, article.first_seen_at)


def shingle_length(tokens: Tokens) -> int:
    """Count the tokens of one shingle: more of them where most tokens are single characters."""
    return SHINGLE_CHARACTERS if 2 * tokens.is_unspaced.sum() > len(tokens) else SHINGLE_WORDS


def shingles_of(tokens: Tokens) -> Hashes:
    """Hash every shingle, in reading order, to 63 bits; a text shorter than one shingle is one shingle."""
    if not len(tokens):
        return np.empty(0, dtype=np.uint64)
    return grams_of(tokens.hashes, min(shingle_length(tokens), len(tokens))) >> np.uint64(1)


def winnow(shingles: Hashes) -> Hashes:
    """Keep the rightmost smallest hash of every window; sorted, distinct."""
    if len(shingles) <= WINDOW:
        return np.unique(shingles)[:1]
    windows = np.lib.stride_tricks.sliding_window_view(shingles, WINDOW)
    from_right = np.argmin(windows[:, ::-1], axis=1)
    kept = np.arange(WINDOW - 1, len(shingles)) - from_right
    return np.unique(shingles[kept])


def text_hash_of(tokens: Tokens) -> int:
    """Hash the whole token stream to 63 bits: equal for texts that differ in no word."""
    powers = np.multiply.accumulate(np.full(len(tokens), _TEXT_MULTIPLIER, dtype=np.uint64))
    total = np.sum(powers * mix(tokens.hashes), dtype=np.uint64, keepdims=True)
    return int(mix(np.asarray(total, dtype=np.uint64) + np.uint64(len(tokens)))[0] >> np.uint64(1))
