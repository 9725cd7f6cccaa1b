"""Comparison -> Verdict: copy or not, and of which kind. Every threshold stands here, with what it was measured on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from extractors.fingerprints import dated_at
from extractors.records import Article
from extractors.verify import Comparison

LONG_TOKENS = 70
SHORT_TOKENS = 25
"""Shorter texts say too little: only the same words under the same title are a copy."""
SERIES_GAP = timedelta(days=3)
"""True copies of real wires lie 0 days apart (30 of 39), 1 (8) or 2 (1); templates mostly more than 3."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a pair is. `is_copy` false with a kind: an edge that is worth keeping and ties nothing."""

    is_copy: bool
    kind: str | None = None  # of Copy.kind; None: nothing to say
    score: float = 0.0
    why: str = ""


NOTHING = Verdict(is_copy=False)


def judge(article: Article, other: Article, found: Comparison) -> Verdict:
    """Judge a pair; `article` is the newer one and `found.a` its text."""
    gap = abs(dated_at(article) - dated_at(other))
    same_outlet = article.outlet == other.outlet
    coverage = max(found.coverage_a, found.coverage_b)
    if not _says_the_same(found, gap, same_outlet=same_outlet):
        if coverage >= 0.30 and found.matched >= 2 * SHORT_TOKENS:
            return Verdict(is_copy=False, kind="related", score=coverage * found.facts_agree, why=_objection(found))
        return NOTHING
    if _is_pasted_in(found):
        return Verdict(is_copy=False, kind="contains", score=coverage * found.facts_agree, why="one part of a longer text")
    return Verdict(is_copy=True, kind=kind_of(found, same_outlet=same_outlet), score=coverage * found.facts_agree)


def judge_exact(article: Article, other: Article, token_count: int) -> Verdict:
    """Judge two texts that differ in no word."""
    gap = abs(dated_at(article) - dated_at(other))
    if not token_count or (token_count < SHORT_TOKENS and (article.title or "") != (other.title or "")):
        return NOTHING
    if article.outlet == other.outlet and gap > SERIES_GAP:
        return Verdict(is_copy=False, kind="related", score=1.0, why="a notice that this outlet repeats")
    return Verdict(is_copy=True, kind="exact", score=1.0)


def kind_of(found: Comparison, *, same_outlet: bool) -> str:
    """Name the relation of two texts that are copies."""
    if found.coverage_a >= 0.70 and found.coverage_b >= 0.70:
        return "revision" if found.differing and (found.facts_agree < 0.93 or same_outlet) else "near"
    if found.coverage_b > found.coverage_a:
        return "contains"
    return "excerpt"


def _says_the_same(found: Comparison, gap: timedelta, *, same_outlet: bool) -> bool:
    shorter = min(found.live_a, found.live_b)
    coverage = max(found.coverage_a, found.coverage_b)
    if shorter < SHORT_TOKENS:
        return False
    if gap > SERIES_GAP:
        floor = 0.97 if same_outlet else 0.75
        if found.facts_agree < floor or found.lead_facts < floor:
            return False
    if shorter < LONG_TOKENS:
        return coverage >= 0.60 and found.facts_agree >= 0.90 and found.lead_facts >= 0.75 and gap <= SERIES_GAP
    if found.facts_agree < 0.60 or found.lead_facts < 0.60:
        return False
    return coverage >= 0.40 and (found.matched >= 15 or coverage >= 0.80)


def _is_pasted_in(found: Comparison) -> bool:
    """See whether the shorter text stands in the later part of a longer one, which then begins with something else."""
    longer_coverage = min(found.coverage_a, found.coverage_b)
    centre = found.centre_a if found.coverage_a < found.coverage_b else found.centre_b
    return longer_coverage < 0.60 and centre > 0.62


def _objection(found: Comparison) -> str:
    if found.lead_facts < 0.60:
        return "the leads state different facts"
    if found.facts_agree < 0.60:
        return "the facts in the shared passages differ"
    return "too little is shared"
