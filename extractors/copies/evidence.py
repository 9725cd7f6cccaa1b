"""Comparison -> one sentence of evidence, in the words of an analyst."""

from __future__ import annotations

from datetime import timedelta

from extractors.copies.fingerprints import dated_at
from extractors.copies.judgement import Verdict
from extractors.copies.originals import lag_of
from extractors.copies.verify import Comparison
from extractors.records import Article

MAX_DIFFERENCES = 3
"""More differing facts than a sentence can hold are counted instead."""


def differences_of(comparison: Comparison) -> tuple[str, ...]:
    """Write the facts that differ as "12 -> 15 dead": the other text's first, the article's second."""
    return tuple(f"{_clip(other)} -> {_clip(own)} {what}".strip() for other, own, what in comparison.differing)


def evidence_of(article: Article, other: Article, comparison: Comparison, verdict: Verdict) -> str:
    """Say how much of the article stands in the other one, where and when that appeared, and what differs.

    Returns:
        "92 % of this article (410 of 446 words, longest run 187) also appears in “Title” (reuters.com, 2 h earlier); differs:
        12 → 15 dead."

    """
    parts = [_shared(f"{_name(other)} ({other.outlet}, {_when(article, other)})", comparison, verdict.kind)]
    differences = differences_of(comparison)
    if differences:
        more = f" and {len(differences) - MAX_DIFFERENCES} more" if len(differences) > MAX_DIFFERENCES else ""
        parts.append("differs: " + ", ".join(differences[:MAX_DIFFERENCES]).replace(" -> ", " → ") + more)
    elif comparison.facts_compared and verdict.kind != "exact":
        number = comparison.facts_compared
        parts.append(f"all {number} names and numbers compared agree" if number > 1 else "the one name or number compared agrees")
    if verdict.why:
        parts.append(f"not a copy: {verdict.why}" if not verdict.is_copy else verdict.why)
    return "; ".join(parts) + "."


def _shared(there: str, comparison: Comparison, kind: str | None) -> str:
    own, other = comparison.own, comparison.other
    words = f"{comparison.matched} of {own.live} words, longest run {comparison.longest_run}"
    share = f"{_percent(own.coverage)} of this article ({words}) also appears in {there}"
    match kind:
        case "exact":
            return f"Word for word (all {own.live} words) the text of {there}"
        case "excerpt":
            return f"{share} and makes up {_percent(other.coverage)} of it"
        case "contains":
            whole, part = _percent(other.coverage), _percent(own.coverage)
            return f"This article holds {whole} of {there}, which makes up {part} of it ({words})"
        case _:
            return share


def _percent(share: float) -> str:
    """Round, but call nothing whole that is not: 99.7 % is 99 %."""
    return f"{min(99, round(100 * share)) if share < 1 else 100} %"


def _name(other: Article) -> str:
    return f"“{_clip(other.title, 80)}”" if other.title else f"article {other.article_id}"


def _when(article: Article, other: Article) -> str:
    lag = dated_at(article) - dated_at(other)
    if abs(lag) < timedelta(minutes=1):
        return "at the same time"
    return f"{lag_of(lag)} {'earlier' if lag > timedelta(0) else 'later'}"


def _clip(text: str, limit: int = 40) -> str:
    text = " ".join(text.split())
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"
