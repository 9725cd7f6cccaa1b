"""A batch of articles and what the warehouse knows -> Decisions: who copies whom, which cluster, which original.

Pure: the same batch against the same past gives the same decisions, whatever the machine, and nothing is read or written here.
Articles are decided one after another in order of publication, so that copies within the batch are found as well.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations

import numpy as np

from extractors.copies.clusters import Clusters
from extractors.copies.evidence import differences_of, evidence_of
from extractors.copies.fingerprints import dated_at
from extractors.copies.judgement import Verdict, is_filled_in_alike, judge, judge_exact, tells_another_story
from extractors.copies.tokens import Flags, Hashes
from extractors.copies.verify import Comparison, Prepared, compare, live_tokens, prepare
from extractors.records import Article, Candidates, Copy, Decisions, Fingerprint

CROWDED_CLUSTERS = 8
"""A passage in this many different stories is boilerplate. Counted in clusters: the many copies of one story count once."""
MAX_CLUSTERS = 8
"""Compared per article, the most promising ones."""
FEW_TOKENS = 60
"""A text this short may share one fingerprint only."""
MAX_RELATED = 3
MAX_TOLD_ANEW = 50  # members of one cluster compared with its new head: half a millisecond each
CHARS_PER_TOKEN = 6
TOKENS_PER_HASH = 4.5  # winnowing with a window of 8 keeps two of nine shingles


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


@dataclass(frozen=True, slots=True)
class _Match:
    """What was found of one earlier article that shares text with the one being decided."""

    other: Article
    comparison: Comparison
    verdict: Verdict


class _Deciding:
    """The state of one batch while it is decided."""

    def __init__(self, fingerprints: dict[int, Fingerprint], candidates: Candidates, now: datetime) -> None:
        self.fingerprints = fingerprints
        self.now = now
        self.articles = {article.article_id: article for article in candidates.articles}
        self.clusters = Clusters(self.articles, candidates.cluster_of, candidates.clusters, now)
        self.equals = candidates.equals
        self.sightings = {hash_: list(seen) for hash_, seen in candidates.sightings.items()}
        self.crowded = set(candidates.crowded)
        self.texts: dict[int, list[int]] = {}
        self.prepared: dict[int, Prepared] = {}
        self.copies: list[Copy] = []
        self.postings: dict[int, tuple[int, ...]] = {}
        self.newly_crowded: list[int] = []

    def decisions(self) -> Decisions:
        self._tell_anew()
        return Decisions(
            copies=tuple(self.copies),
            memberships=tuple(self.clusters.memberships.values()),
            clusters=self.clusters.changed(),
            moves=tuple(self.clusters.moves),
            postings=self.postings,
            crowded=tuple(self.newly_crowded),
        )

    def place(self, article: Article) -> None:
        """Decide one article and remember it for the next ones; a member's new version stays where it is."""
        self.articles[article.article_id] = article
        if article.article_id in self.clusters.cluster_of:
            self._remember(article)
            return
        others = self._worth_comparing(article)
        matches = self._matches(article, others)
        if self._learn_house_text(article, matches):
            matches = self._matches(article, others)
        matches += self._second_look(article, others, matches)
        copied = sorted((match for match in matches if match.verdict.is_copy), key=self._preference)
        copied = [match for match in copied if not self._lies_beside(article, match)]
        if copied and not self._is_composite([match for match in matches if match.verdict.is_copy or match.verdict.is_pasted_in]):
            self._join(article, copied)
        self._relate(article, matches)
        self._remember(article)

    # -------------------------------------------------------------------------------------------- comparing

    def _worth_comparing(self, article: Article) -> list[Article]:
        """Choose equal texts, and of the clusters that share most the head, the first member and the two that share most."""
        print_ = self.fingerprints[article.article_id]
        counts: Counter[int] = Counter()
        for hash_ in print_.hashes:
            if hash_ not in self.crowded:
                counts.update(self.sightings.get(hash_, ()))
        counts.pop(article.article_id, None)
        by_cluster: dict[int, list[int]] = {}
        for other_id in counts:
            by_cluster.setdefault(self.clusters.id_of(other_id), []).append(other_id)
        shared = {cluster_id: sum(counts[other_id] for other_id in members) for cluster_id, members in by_cluster.items()}
        ranked = sorted(
            (-number, cluster_id) for cluster_id, number in shared.items() if self._is_enough(number, print_, cluster_id)
        )
        chosen = dict.fromkeys([*self.equals.get(article.article_id, ()), *self.texts.get(print_.text_hash, ())[:2]])
        for _, cluster_id in ranked[:MAX_CLUSTERS]:
            best = sorted(by_cluster[cluster_id], key=lambda other_id: (-counts[other_id], other_id))[:2]
            cluster = self.clusters.by_id.get(cluster_id)
            chosen.update(dict.fromkeys([*best, *((cluster.head_id, cluster_id) if cluster else ())]))
        chosen.pop(article.article_id, None)
        return [self.articles[other_id] for other_id in chosen if other_id in self.articles]

    def _is_enough(self, shared: int, print_: Fingerprint, cluster_id: int) -> bool:
        """See whether so many common fingerprints can mean a copy: 2 (1 where a text is short) and 2 % of the smaller text."""
        other = self.articles.get(cluster_id)
        other_tokens = len(other.text) // CHARS_PER_TOKEN if other else print_.token_count
        tokens = min(print_.token_count, other_tokens)
        if tokens < FEW_TOKENS:
            return shared >= 1
        return shared >= max(2, 0.02 * tokens / TOKENS_PER_HASH)

    def _matches(self, article: Article, others: Iterable[Article]) -> list[_Match]:
        return [self._match(article, other) for other in others]

    def _second_look(self, article: Article, others: Sequence[Article], matches: Sequence[_Match]) -> list[_Match]:
        """Compare with further members of a cluster whose first ones, edited themselves, share much and are no match."""
        copied = {self.clusters.id_of(match.other.article_id) for match in matches if match.verdict.is_copy}
        close = {self.clusters.id_of(match.other.article_id) for match in matches if match.comparison.coverage >= 0.3} - copied
        seen = {article.article_id, *(other.article_id for other in others)}
        further = [
            other_id for cluster_id in sorted(close) for other_id in self.clusters.fellows_of(cluster_id) if other_id not in seen
        ]
        return self._matches(article, [self.articles[other_id] for other_id in further])

    def _learn_house_text(self, article: Article, matches: Sequence[_Match]) -> bool:
        """Treat what an outlet puts under its articles as boilerplate, from the second sighting on."""
        shingles, length = self._prepared(article).shingles, self._prepared(article).shingle_length
        own = set(self.fingerprints[article.article_id].hashes) - self.crowded
        learnt: set[int] = set()
        for match in matches:
            if match.verdict.is_house_text:
                covered = np.lib.stride_tricks.sliding_window_view(match.comparison.own.covered, length).all(axis=1)
                learnt |= own & set(shingles[covered].tolist())
        self.crowded |= learnt
        self.newly_crowded += sorted(learnt)
        return bool(learnt)

    def _match(self, article: Article, other: Article) -> _Match:
        comparison = self._compare(article, other)
        own, theirs = self._prepared(article).tokens.hashes, self._prepared(other).tokens.hashes
        is_equal = np.array_equal(own, theirs)
        verdict = judge_exact(article, other, len(own)) if is_equal else judge(article, other, comparison)
        if not verdict.is_copy and self._crowded_in(article.article_id).size:
            whole = compare(self._prepared(article), self._prepared(other), *self._all_live(article, other))
            if is_filled_in_alike(whole):
                comparison, verdict = whole, judge(article, other, whole)
        return _Match(other, comparison, verdict)

    def _all_live(self, *articles: Article) -> list[Flags]:
        return [np.ones(len(self._prepared(article).tokens), dtype=np.bool_) for article in articles]

    def _compare(self, article: Article, other: Article) -> Comparison:
        own, theirs = self._prepared(article), self._prepared(other)
        crowded = self._crowded_in(article.article_id if article.article_id in self.fingerprints else other.article_id)
        return compare(own, theirs, live_tokens(own, crowded), live_tokens(theirs, crowded))

    def _prepared(self, article: Article) -> Prepared:
        found = self.prepared.get(article.article_id)
        if found is None:
            found = self.prepared[article.article_id] = prepare(article.text)
        return found

    def _crowded_in(self, article_id: int) -> Hashes:
        print_ = self.fingerprints.get(article_id)
        return np.array(sorted(self.crowded.intersection(print_.hashes)) if print_ else [], dtype=np.uint64)

    # -------------------------------------------------------------------------------------------- joining

    def _preference(self, match: _Match) -> tuple[float, datetime, int]:
        return (-round(match.verdict.score, 6), dated_at(match.other), match.other.article_id)

    def _is_composite(self, matches: Sequence[_Match]) -> bool:
        """See whether two stories, told apart until now, lie side by side here, and neither has more in common with this text."""
        parts = [match for match in matches if match.comparison.own.coverage < 0.85 and match.comparison.own.outside_facts < 0.25]
        for first, second in combinations(parts, 2):
            if self.clusters.id_of(first.other.article_id) == self.clusters.id_of(second.other.article_id):
                continue
            own, theirs = first.comparison.own.covered, second.comparison.own.covered
            smaller = min(int(own.sum()), int(theirs.sum()))
            if int((own & theirs).sum()) <= 0.3 * smaller and smaller >= 0.1 * len(own):
                return True
        return False

    def _lies_beside(self, article: Article, match: _Match) -> bool:
        """See whether the other text was pasted together: its fellows stand in another part of it than this article."""
        theirs = match.comparison.other
        if theirs.coverage >= 0.85 or theirs.outside_facts >= 0.25:
            return False
        cluster_id = self.clusters.id_of(match.other.article_id)
        for fellow_id in self.clusters.fellows_of(cluster_id):
            if fellow_id in {article.article_id, match.other.article_id}:
                continue
            covered = self._compare(match.other, self.articles[fellow_id]).own.covered
            smaller = min(int(covered.sum()), int(theirs.covered.sum()))
            is_apart = smaller >= 0.1 * len(covered) and int((covered & theirs.covered).sum()) <= 0.3 * smaller
            if is_apart and tells_another_story(self._compare(article, self.articles[fellow_id])):
                return True
        return False

    def _join(self, article: Article, copied: Sequence[_Match]) -> None:
        best = copied[0]
        cluster = self.clusters.holding(best.other.article_id)
        for match in copied[1:]:
            is_alone = match.other.article_id not in self.clusters.cluster_of
            other = self.clusters.holding(match.other.article_id) if is_alone or self._ties(match) else None
            if other is not None and other.cluster_id != cluster.cluster_id:
                cluster = self.clusters.merge(cluster, other, article)
        told = next((match for match in copied if match.other.article_id == cluster.head_id), best)
        self._record(article, told, told.verdict.kind)
        self.clusters.join(article, cluster, told.verdict.kind, told.other.article_id)

    def _ties(self, match: _Match) -> bool:
        """Only a strong match may tie two clusters together."""
        found = match.comparison
        is_strong = found.coverage >= 0.5 or (found.coverage >= 0.4 and found.lead_facts >= 0.9)
        return found.facts_agree >= 0.7 and is_strong

    def _tell_anew(self) -> None:
        """Compare the members of clusters whose head has moved with their new head, as far as their texts are at hand."""
        for cluster_id in dict.fromkeys(move.cluster_id for move in self.clusters.moves):
            cluster = self.clusters.by_id.get(cluster_id)
            head = self.articles.get(cluster.head_id) if cluster else None
            if cluster is None or head is None:
                continue
            told = {pair.article_id for pair in self.copies if pair.original_id == head.article_id}
            for member in self.clusters.at_hand(cluster_id)[:MAX_TOLD_ANEW]:
                if member.article_id == head.article_id or member.article_id in told:
                    continue
                match = self._match(member, head)
                if match.verdict.is_copy:
                    self._record(member, match, match.verdict.kind)
                    self.clusters.tell_anew(member, match.verdict.kind, head)

    # -------------------------------------------------------------------------------------------- recording

    def _record(self, article: Article, match: _Match, kind: str | None) -> None:
        found, other = match.comparison, match.other
        if kind is None:
            return
        self.copies.append(
            Copy(
                article_id=article.article_id,
                original_id=other.article_id,
                kind=kind,
                similarity=round(_similarity(found), 4),
                containment=round(found.own.coverage, 4),
                evidence=evidence_of(article, other, found, match.verdict),
                decided_at=self.now,
                original_containment=round(found.other.coverage, 4),
                longest_run=found.longest_run,
                differing_facts=differences_of(found),
                lag_seconds=int((dated_at(article) - dated_at(other)).total_seconds()),
            )
        )

    def _relate(self, article: Article, matches: Sequence[_Match]) -> None:
        """Record what ties nothing: texts with shared passages that tell another story, and stories pasted into this one."""
        seen = {self.clusters.id_of(article.article_id)}
        for match in sorted((match for match in matches if match.verdict.kind is not None), key=self._preference):
            cluster_id = self.clusters.id_of(match.other.article_id)
            if cluster_id not in seen and len(seen) <= MAX_RELATED:
                seen.add(cluster_id)
                self._record(article, match, "related")

    def _remember(self, article: Article) -> None:
        print_ = self.fingerprints[article.article_id]
        cluster_id = self.clusters.id_of(article.article_id)
        self.texts.setdefault(print_.text_hash, []).append(article.article_id)
        added = []
        for hash_ in print_.hashes:
            if hash_ in self.crowded:
                continue
            seen = self.sightings.setdefault(hash_, [])
            clusters = {self.clusters.id_of(article_id) for article_id in seen}
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
    own, other = found.own.coverage, found.other.coverage
    return 2 * own * other / (own + other) if own + other else 0.0
