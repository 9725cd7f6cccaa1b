"""A batch of articles and what the warehouse knows -> Decisions: who copies whom, which cluster, which original.

Pure: the same batch against the same past gives the same decisions, whatever the machine, and nothing is read or written here.
Articles are decided one after another in order of publication, so that copies within the batch are found as well.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

import numpy as np

from extractors.evidence import differences_of, evidence_of
from extractors.fingerprints import dated_at
from extractors.judgement import Verdict, judge, judge_exact
from extractors.originals import why_more_original
from extractors.records import Article, Candidates, Cluster, Copy, Decisions, Fingerprint, HeadMove, Membership
from extractors.tokens import Hashes
from extractors.verify import Comparison, Prepared, compare, live_tokens, prepare

CROWDED_CLUSTERS = 8
"""A passage in this many different stories is boilerplate. Counted in clusters: the many copies of one story count once."""
MAX_CLUSTERS = 8
"""Compared per article, the most promising ones."""
FEW_TOKENS = 60
"""A text this short may share one fingerprint only."""
MAX_RELATED = 3


def decide(batch: Iterable[Article], fingerprints: Iterable[Fingerprint], candidates: Candidates, now: datetime) -> Decisions:
    """Find the copies in a batch.

    Args:
        batch: New articles; those in `candidates.placed` were decided before and are skipped.
        fingerprints: Theirs, in any order.
        candidates: What the warehouse knows, from `warehouse.copies.candidates_for`.
        now: Written into what is decided.

    Returns:
        Pairs, memberships, clusters and moves in the order they were decided; all empty where nothing was found.

    """
    deciding = _Deciding({print_.article_id: print_ for print_ in fingerprints}, candidates, now)
    for article in sorted(batch, key=lambda article: (dated_at(article), article.article_id)):
        if article.article_id in deciding.fingerprints and article.article_id not in candidates.placed:
            deciding.place(article)
    return deciding.decisions()


class _Match:
    """One earlier article that shares text with the one being decided."""

    __slots__ = ("comparison", "other", "verdict")

    def __init__(self, other: Article, comparison: Comparison, verdict: Verdict) -> None:
        self.other = other
        self.comparison = comparison
        self.verdict = verdict


class _Deciding:
    """The state of one batch while it is decided."""

    def __init__(self, fingerprints: dict[int, Fingerprint], candidates: Candidates, now: datetime) -> None:
        self.fingerprints = fingerprints
        self.now = now
        self.articles = {article.article_id: article for article in candidates.articles}
        self.cluster_of = dict(candidates.cluster_of)
        self.clusters = {cluster.cluster_id: cluster for cluster in candidates.clusters}
        self.shortlist = candidates.shortlist
        self.sightings = {hash_: list(seen) for hash_, seen in candidates.sightings.items()}
        self.crowded = set(candidates.crowded)
        self.texts: dict[int, list[int]] = {}
        self.prepared: dict[int, Prepared] = {}
        self.copies: list[Copy] = []
        self.memberships: dict[int, Membership] = {}
        self.changed: dict[int, None] = {}
        self.moves: list[HeadMove] = []
        self.postings: dict[int, tuple[int, ...]] = {}
        self.newly_crowded: list[int] = []

    def decisions(self) -> Decisions:
        return Decisions(
            copies=tuple(self.copies),
            memberships=tuple(self.memberships.values()),
            clusters=tuple(self.clusters[cluster_id] for cluster_id in self.changed if cluster_id in self.clusters),
            moves=tuple(self.moves),
            postings=self.postings,
            crowded=tuple(self.newly_crowded),
        )

    def place(self, article: Article) -> None:
        """Decide one article and remember it for the next ones."""
        self.articles[article.article_id] = article
        matches = [match for other in self._worth_comparing(article) if (match := self._match(article, other)) is not None]
        copied = sorted((match for match in matches if match.verdict.is_copy), key=self._preference)
        if copied and not self._is_composite(copied):
            self._join(article, copied)
        self._relate(article, matches)
        self._remember(article)

    # -------------------------------------------------------------------------------------------- comparing

    def _worth_comparing(self, article: Article) -> list[Article]:
        print_ = self.fingerprints[article.article_id]
        counts: Counter[int] = Counter()
        for hash_ in print_.hashes:
            if hash_ not in self.crowded:
                counts.update(self.sightings.get(hash_, ()))
        counts.pop(article.article_id, None)
        by_cluster: dict[int, list[int]] = {}
        for other_id in counts:
            by_cluster.setdefault(self._cluster_id(other_id), []).append(other_id)
        shared = {cluster_id: sum(counts[other_id] for other_id in members) for cluster_id, members in by_cluster.items()}
        few = print_.token_count < FEW_TOKENS
        ranked = sorted(
            (-number, cluster_id) for cluster_id, number in shared.items() if number > 1 or few or self._is_short(cluster_id)
        )
        chosen: dict[int, None] = dict.fromkeys(self.texts.get(print_.text_hash, ())[:2])
        chosen.update(dict.fromkeys(self.shortlist.get(article.article_id, ())))
        for _, cluster_id in ranked[:MAX_CLUSTERS]:
            best = sorted(by_cluster[cluster_id], key=lambda other_id: (-counts[other_id], other_id))[:2]
            cluster = self.clusters.get(cluster_id)
            chosen.update(dict.fromkeys([*best, *((cluster.head_id, cluster_id) if cluster else ())]))
        chosen.pop(article.article_id, None)
        return [self.articles[other_id] for other_id in chosen if other_id in self.articles]

    def _is_short(self, article_id: int) -> bool:
        article = self.articles.get(article_id)
        return article is not None and len(article.text) < FEW_TOKENS * 8

    def _match(self, article: Article, other: Article) -> _Match | None:
        prepared, stored = self._prepared(article), self._prepared(other)
        crowded = self._crowded_in(article.article_id)
        comparison = compare(prepared, stored, live_tokens(prepared, crowded), live_tokens(stored, crowded))
        is_exact = len(prepared.tokens) == len(stored.tokens) and bool((prepared.tokens.hashes == stored.tokens.hashes).all())
        verdict = judge_exact(article, other, len(prepared.tokens)) if is_exact else judge(article, other, comparison)
        return _Match(other, comparison, verdict) if verdict.kind is not None else None

    def _prepared(self, article: Article) -> Prepared:
        found = self.prepared.get(article.article_id)
        if found is None:
            found = self.prepared[article.article_id] = prepare(article.text)
        return found

    def _crowded_in(self, article_id: int) -> Hashes:
        return np.array([hash_ for hash_ in self.fingerprints[article_id].hashes if hash_ in self.crowded], dtype=np.uint64)

    # -------------------------------------------------------------------------------------------- joining

    def _cluster_id(self, article_id: int) -> int:
        return self.cluster_of.get(article_id, article_id)

    def _preference(self, match: _Match) -> tuple[float, datetime, int]:
        return (-round(match.verdict.score, 6), dated_at(match.other), match.other.article_id)

    def _is_composite(self, copied: Sequence[_Match]) -> bool:
        """See whether two stories, told apart until now, lie side by side in this text."""
        first = copied[0]
        for match in copied[1:]:
            if self._cluster_id(match.other.article_id) == self._cluster_id(first.other.article_id):
                continue
            own, theirs = first.comparison.covered_a, match.comparison.covered_a
            shared = int((own & theirs).sum())
            if shared <= 0.3 * min(int(own.sum()), int(theirs.sum())) and int(theirs.sum()) >= 0.2 * len(theirs):
                return True
        return False

    def _join(self, article: Article, copied: Sequence[_Match]) -> None:
        best = copied[0]
        cluster = self._cluster_with(best.other)
        for match in copied[1:]:
            other = self._cluster_with(match.other) if self._ties(match) else None
            if other is not None and other.cluster_id != cluster.cluster_id:
                cluster = self._merge(cluster, other, article)
        cluster = replace(cluster, size=cluster.size + 1)
        self._keep(cluster)
        self.cluster_of[article.article_id] = cluster.cluster_id
        to_head = next((match for match in copied if match.other.article_id == cluster.head_id), None)
        self._record(article, to_head or best)
        kind = (to_head or best).verdict.kind
        self.memberships[article.article_id] = Membership(
            article.article_id, cluster.cluster_id, kind, (to_head or best).other.article_id, self.now
        )
        self._contest(article, cluster)

    def _ties(self, match: _Match) -> bool:
        """Only a strong match may tie two clusters together: chains of weak ones end in one cluster of everything."""
        found = match.comparison
        return max(found.coverage_a, found.coverage_b) >= 0.5 and found.facts_agree >= 0.7

    def _cluster_with(self, article: Article) -> Cluster:
        cluster = self.clusters.get(self._cluster_id(article.article_id))
        if cluster is None:
            cluster = Cluster(article.article_id, article.article_id, "the first that was seen", 1)
            self.cluster_of[article.article_id] = article.article_id
            self.memberships[article.article_id] = Membership(article.article_id, article.article_id, None, None, self.now)
            self._keep(cluster)
        return cluster

    def _keep(self, cluster: Cluster) -> None:
        self.clusters[cluster.cluster_id] = cluster
        self.changed[cluster.cluster_id] = None

    def _merge(self, one: Cluster, other: Cluster, article: Article) -> Cluster:
        """Take the younger cluster into the older one; the older head stays unless the younger one is the original."""
        kept, gone = sorted((one, other), key=self._age)
        reason = f"article {article.article_id} stands in both"
        self.moves.append(HeadMove(kept.cluster_id, gone.head_id, kept.head_id, reason, self.now, gone.cluster_id))
        for article_id, cluster_id in list(self.cluster_of.items()):
            if cluster_id == gone.cluster_id:
                self.cluster_of[article_id] = kept.cluster_id
        for article_id, membership in list(self.memberships.items()):
            if membership.cluster_id == gone.cluster_id:
                kind = membership.kind or "near"
                self.memberships[article_id] = replace(membership, cluster_id=kept.cluster_id, kind=kind)
        del self.clusters[gone.cluster_id]
        merged = replace(kept, size=kept.size + gone.size)
        self._keep(merged)
        return merged

    def _age(self, cluster: Cluster) -> tuple[datetime, int]:
        head = self.articles.get(cluster.head_id)
        return (dated_at(head) if head else self.now, cluster.cluster_id)

    def _contest(self, article: Article, cluster: Cluster) -> None:
        """Let the newcomer become the head where it is the original."""
        head = self.articles.get(cluster.head_id)
        reason = why_more_original(article, head) if head else None
        if head is None or reason is None:
            return
        self.moves.append(HeadMove(cluster.cluster_id, head.article_id, article.article_id, reason, self.now))
        self._keep(replace(cluster, head_id=article.article_id, head_reason=reason))

    # -------------------------------------------------------------------------------------------- recording

    def _record(self, article: Article, match: _Match) -> None:
        found, other, kind = match.comparison, match.other, match.verdict.kind
        if kind is None:
            return
        self.copies.append(
            Copy(
                article_id=article.article_id,
                original_id=other.article_id,
                kind=kind,
                similarity=round(_similarity(found), 4),
                containment=round(found.coverage_a, 4),
                evidence=evidence_of(article, other, found, match.verdict.why),
                decided_at=self.now,
                original_containment=round(found.coverage_b, 4),
                longest_run=found.longest_run,
                differing_facts=differences_of(found),
                lag_seconds=int((dated_at(article) - dated_at(other)).total_seconds()),
            )
        )

    def _relate(self, article: Article, matches: Sequence[_Match]) -> None:
        """Record what ties nothing: texts with shared passages that tell another story, and stories pasted into this one."""
        own = self._cluster_id(article.article_id)
        edges = [match for match in matches if self._cluster_id(match.other.article_id) != own]
        seen: set[int] = set()
        for match in sorted(edges, key=self._preference):
            cluster_id = self._cluster_id(match.other.article_id)
            if cluster_id not in seen and len(seen) < MAX_RELATED:
                seen.add(cluster_id)
                self._record(article, match)

    def _remember(self, article: Article) -> None:
        print_ = self.fingerprints[article.article_id]
        cluster_id = self._cluster_id(article.article_id)
        self.texts.setdefault(print_.text_hash, []).append(article.article_id)
        added = []
        for hash_ in print_.hashes:
            if hash_ in self.crowded:
                continue
            seen = self.sightings.setdefault(hash_, [])
            clusters = {self._cluster_id(article_id) for article_id in seen}
            if cluster_id in clusters:
                continue
            seen.append(article.article_id)
            added.append(hash_)
            if len(clusters) + 1 >= CROWDED_CLUSTERS:
                self.crowded.add(hash_)
                self.newly_crowded.append(hash_)
        self.postings[article.article_id] = tuple(added)


def _similarity(found: Comparison) -> float:
    """Harmonic mean of the two coverages: 1 for the same text, near 0 where one side stands almost alone."""
    total = found.coverage_a + found.coverage_b
    return 2 * found.coverage_a * found.coverage_b / total if total else 0.0
