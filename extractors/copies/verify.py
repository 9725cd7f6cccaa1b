"""Two prepared texts -> Comparison: how much of each stands in the other, word for word, and whether their facts agree.

Shared words alone cannot tell a copy from a template: two weekly grain reports share 87 % of theirs. What tells them apart are
the facts (numbers and names) between and inside the shared passages, and the facts of the leads. Without both checks the
precision on the labelled pairs falls from .999 to .755.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from extractors.copies.facts import facts_of
from extractors.copies.fingerprints import SHINGLE_CHARACTERS, shingle_length, shingles_of
from extractors.copies.tokens import Flags, Hashes, Positions, Tokens, are_among, grams_of, tokens_of

GRAM_WORDS = 3
GRAM_CHARACTERS = 6
RUN_TOKENS = 7
"""Shorter shared runs ("the president of the United States") are chance."""
GAP_TOKENS = 12
"""Between two shared passages, a gap up to this long on both sides is one place in one sentence: its facts are compared."""
_QUOTATION = re.compile(r"“[^“”]{20,2000}”|„[^„“”]{20,2000}[“”]|«[^«»]{20,2000}»|「[^「」]{8,2000}」|\"[^\"\n]{20,2000}\"")
LEAD_TOKENS = 60
"""Two opening sentences: where a report says who, what, where, when and how many."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A text made ready to be compared with many."""

    tokens: Tokens
    is_fact: Flags
    is_spoken: Flags  # stands in quotation marks
    words: frozenset[int]  # distinct tokens
    grams: Hashes
    order: Positions  # that sorts the grams
    shingles: Hashes
    shingle_length: int
    gram_length: int


@dataclass(frozen=True, slots=True)
class Side:
    """One text of a pair, as seen from the other. Shares are 0..1 of its live words, those that are no boilerplate."""

    live: int  # live words
    coverage: float  # share that stands in shared passages
    lead_facts: float  # share of its lead's facts found anywhere in the other text; 1 for a lead without facts
    outside_facts: float  # share of the facts outside the shared passages found anywhere in the other text; 0 without any
    before: int  # live words before the longest shared passage
    behind: int  # live words behind it
    covered: Flags  # the words in shared passages
    echoed: float = 0.0  # share of the other words that still stand in runs of `GRAM_WORDS` of the other text: an edited sentence


@dataclass(frozen=True, slots=True)
class Comparison:
    """How two texts relate: `own` is the article that is being decided, `other` an earlier one."""

    own: Side
    other: Side
    matched: int  # live words of `own` in shared passages
    longest_run: int
    opening: int  # words of the shared passage that begins both texts; 0 where they begin otherwise
    spoken: float  # share of `matched` in quotation marks: what somebody said, two reporters may both have heard
    facts_agree: float  # share of the facts in and between shared passages
    facts_compared: int
    differing: tuple[
        tuple[str, str, str], ...
    ]  # facts in one place of both texts that differ: ("12", "15", "dead") for other, own, of what
    conflicts_per_hundred: float  # such places per 100 shared words, boilerplate included: a template is made of boilerplate

    @property
    def coverage(self) -> float:
        """Share of the text that is contained more in the other one."""
        return max(self.own.coverage, self.other.coverage)

    @property
    def lead_facts(self) -> float:
        """Agreement of the leads: an excerpt's lead stands in the whole text, not the other way round."""
        return max(self.own.lead_facts, self.other.lead_facts)

    @property
    def longer(self) -> Side:
        """The text that is contained less in the other one."""
        return self.own if self.own.coverage < self.other.coverage else self.other


def prepare(text: str) -> Prepared:
    """Make a text ready to be compared."""
    tokens = tokens_of(text)
    length = shingle_length(tokens)
    gram_length = GRAM_CHARACTERS if length == SHINGLE_CHARACTERS else GRAM_WORDS
    grams = grams_of(tokens.hashes, gram_length)
    return Prepared(
        tokens=tokens,
        is_fact=facts_of(tokens),
        is_spoken=_spoken(tokens),
        words=frozenset(tokens.hashes.tolist()),
        grams=grams,
        order=np.argsort(grams, kind="stable"),
        shingles=shingles_of(tokens),
        shingle_length=length,
        gram_length=gram_length,
    )


def _spoken(tokens: Tokens) -> Flags:
    flags = np.zeros(len(tokens), dtype=np.bool_)
    for quotation in _QUOTATION.finditer(tokens.folded):
        first, last = np.searchsorted(tokens.starts, quotation.span())
        flags[first:last] = True
    return flags


def live_tokens(text: Prepared, crowded: Hashes) -> Flags:
    """Flag the tokens that are no boilerplate.

    Args:
        text: What to look at.
        crowded: Hashes of shingles that stand in too many unrelated articles, sorted.

    Returns:
        One flag a token. Stretches between two crowded shingles shorter than a winnowing window are boilerplate too.

    """
    live = np.ones(len(text.tokens), dtype=np.bool_)
    if not len(crowded):
        return live
    at = np.flatnonzero(are_among(text.shingles, crowded))
    bridge = text.shingle_length + 8  # winnowing keeps one shingle of every 8
    far = len(live) + bridge + text.shingle_length
    for here, following in pairwise([*at.tolist(), 2 * far]):
        end = here + text.shingle_length
        live[here : following if following - end <= bridge else end] = False
    return live


def compare(own: Prepared, other: Prepared, live_own: Flags, live_other: Flags) -> Comparison:
    """Compare two texts word by word."""
    blocks = _blocks(own, other)
    covered_own = np.zeros(len(own.tokens), dtype=np.bool_)
    covered_other = np.zeros(len(other.tokens), dtype=np.bool_)
    for start, start_other, length in blocks:
        covered_own[start : start + length] = True
        covered_other[start_other : start_other + length] = True
    compared, agreeing, differing = _facts_between(own, other, blocks)
    echo_own, echo_other = _echoes(own, other, covered_own), _echoes(other, own, covered_other)
    within = int((covered_own & live_own & own.is_fact).sum())
    matched = covered_own & live_own
    longest = max(blocks, key=lambda block: block[2], default=(0, 0, 0))
    return Comparison(
        own=_side(own, other, live_own, covered_own, slice(longest[0], longest[0] + longest[2]), echo_own),
        other=_side(other, own, live_other, covered_other, slice(longest[1], longest[1] + longest[2]), echo_other),
        matched=int(matched.sum()),
        longest_run=longest[2],
        opening=_opening(blocks, live_own, live_other),
        spoken=int((matched & own.is_spoken).sum()) / max(1, int(matched.sum())),
        facts_agree=(agreeing + within) / (compared + within) if compared + within else 1.0,
        facts_compared=compared + within,
        differing=tuple(differing),
        conflicts_per_hundred=100 * len(differing) / max(1, int(covered_own.sum())),
    )


def _echoes(text: Prepared, other: Prepared, covered: Flags) -> Flags:
    """Flag the words outside the shared passages whose short runs stand in the other text too.

    A sentence that was edited keeps runs of three to six words (labelled copies: .11 to .40 of such words); one that was written
    independently about the same event does not (.00 to .11, once .24).
    """
    if text.gram_length != other.gram_length or not len(text.grams) or not len(other.grams):
        return np.zeros(len(text.tokens), dtype=np.bool_)
    shared = are_among(text.grams, other.grams[other.order])
    flags = np.zeros(len(text.tokens), dtype=np.bool_)
    for offset in range(text.gram_length):
        flags[offset : offset + len(shared)] |= shared
    return flags & ~covered


def _side(text: Prepared, other: Prepared, live: Flags, covered: Flags, longest: slice, echoes: Flags) -> Side:
    lead = np.zeros_like(live)
    lead[np.flatnonzero(live)[:LEAD_TOKENS]] = True
    shared = np.flatnonzero(covered & live)
    total = int(live.sum())
    return Side(
        live=total,
        coverage=len(shared) / total if total else 0.0,
        lead_facts=_found(text, lead, other, nothing=1.0),
        outside_facts=_found(text, live & ~covered, other, nothing=0.0),
        before=int(live[: longest.start].sum()),
        behind=int(live[longest.stop :].sum()),
        covered=covered,
        echoed=int((echoes & live).sum()) / max(1, total - len(shared)),
    )


def _found(text: Prepared, where: Flags, other: Prepared, *, nothing: float) -> float:
    """Share of the distinct facts of a part of the text that the other text states anywhere."""
    facts = set(text.tokens.hashes[where & text.is_fact].tolist())
    return len(facts & other.words) / len(facts) if facts else nothing


def _opening(blocks: list[tuple[int, int, int]], live_own: Flags, live_other: Flags) -> int:
    """Measure the first shared passage where it begins both texts, but for a dateline or a line of residue."""
    for start, start_other, length in blocks[:1]:
        if int(live_own[:start].sum()) <= GAP_TOKENS and int(live_other[:start_other].sum()) <= GAP_TOKENS:
            return length
    return 0


def _blocks(a: Prepared, b: Prepared) -> list[tuple[int, int, int]]:
    """Find the shared passages as (start in a, start in b, tokens), in the order of `a`; they do not overlap there."""
    if a.gram_length != b.gram_length or not len(a.grams) or not len(b.grams):
        return []
    partners = _partners(a.grams, b.grams, b.order)
    hits = np.flatnonzero(partners >= 0)
    if not len(hits):
        return []
    breaks = np.flatnonzero((np.diff(hits) != 1) | (np.diff(partners[hits]) != 1)) + 1
    found = []
    taken = 0
    for run in np.split(hits, breaks):
        start, length = int(run[0]), len(run) + a.gram_length - 1
        skipped = max(0, taken - start)
        if length - skipped >= RUN_TOKENS:
            found.append((start + skipped, int(partners[start]) + skipped, length - skipped))
            taken = start + length
    return found


def _partners(grams_a: Hashes, grams_b: Hashes, order_b: Positions) -> Positions:
    """Give each gram of `a` its place in `b`, or -1. A gram that `b` repeats goes where its neighbours go."""
    sorted_b = grams_b[order_b]
    first = np.searchsorted(sorted_b, grams_a, side="left")
    is_shared = sorted_b[np.minimum(first, len(sorted_b) - 1)] == grams_a
    is_repeated = is_shared & (np.searchsorted(sorted_b, grams_a, side="right") - first > 1)
    partners = np.where(is_shared, order_b[np.minimum(first, len(sorted_b) - 1)], -1)
    if is_repeated.any():
        at = np.arange(len(grams_a))
        anchors = is_shared & ~is_repeated
        before = np.maximum.accumulate(np.where(anchors, at, -1))
        after = np.minimum.accumulate(np.where(anchors, at, len(at))[::-1])[::-1]
        for anchor in (after, before):
            known = is_repeated & (anchor >= 0) & (anchor < len(at))
            place = np.where(known, partners[np.clip(anchor, 0, len(at) - 1)] + at - anchor, -1)
            fits = (place >= 0) & (place < len(grams_b))
            fits[fits] = grams_b[place[fits]] == grams_a[fits]
            partners = np.where(known & fits, place, partners)
    return partners


def _facts_between(a: Prepared, b: Prepared, blocks: list[tuple[int, int, int]]) -> tuple[int, int, list[tuple[str, str, str]]]:
    """Compare the facts in the narrow gaps between shared passages: how many, how many agree, and which differ."""
    compared = agreeing = 0
    differing = []
    for span_a, span_b in _gaps(blocks):
        facts_a = _facts_in(a, span_a)
        facts_b = _facts_in(b, span_b)
        only_a = [at for at, fact in facts_a if fact not in {fact for _, fact in facts_b}]
        only_b = [at for at, fact in facts_b if fact not in {fact for _, fact in facts_a}]
        agreeing += len(facts_a) - len(only_a)
        compared += len(facts_a) - len(only_a) + max(len(only_a), len(only_b))
        if only_a and only_b:
            surfaces = (b.tokens.surface(only_b[0], only_b[-1]), a.tokens.surface(only_a[0], only_a[-1]))
            differing.append((*surfaces, _counted(a, only_a[-1] + 1, b, only_b[-1] + 1)))
    return compared, agreeing, differing


def _counted(a: Prepared, at_a: int, b: Prepared, at_b: int) -> str:
    """Return the word that follows the fact in both texts, where it says what is counted: "dead", not "of"; or nothing."""
    if not a.tokens.is_number[at_a - 1] or at_a >= len(a.tokens) or at_b >= len(b.tokens):
        return ""
    word = a.tokens.surface(at_a, at_a)
    is_word = len(word) > 3 and word.isalpha() and not a.tokens.is_unspaced[at_a]
    return word if is_word and a.tokens.hashes[at_a] == b.tokens.hashes[at_b] else ""


def _gaps(blocks: list[tuple[int, int, int]]) -> Iterator[tuple[slice, slice]]:
    for (start_a, start_b, length), (next_a, next_b, _) in pairwise(blocks):
        gap_a, gap_b = slice(start_a + length, next_a), slice(start_b + length, next_b)
        if gap_a.stop - gap_a.start <= GAP_TOKENS and 0 <= gap_b.stop - gap_b.start <= GAP_TOKENS:
            yield gap_a, gap_b


def _facts_in(text: Prepared, span: slice) -> list[tuple[int, int]]:
    at = np.flatnonzero(text.is_fact[span]) + span.start
    return list(zip(at.tolist(), text.tokens.hashes[at].tolist(), strict=True))
