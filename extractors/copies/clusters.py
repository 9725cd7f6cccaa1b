"""Clusters of copies while a batch is decided: who belongs together, which member is the original, what has changed.

A cluster keeps the name of its first member for ever. It is joined through one strong match at a time, never by a chain of weak
ones: connected components of everything that looks alike end in one cluster of thousands.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from extractors.copies.fingerprints import dated_at
from extractors.copies.originals import why_more_original
from extractors.records import Article, Cluster, HeadMove, Membership

MAX_FELLOWS = 4


class Clusters:
    """The clusters that a batch may touch, and what it did to them."""

    def __init__(
        self, articles: dict[int, Article], cluster_of: Mapping[int, int], clusters: Iterable[Cluster], now: datetime
    ) -> None:
        """Start from what is stored; `articles` is shared with the caller, who adds to it."""
        self.articles = articles
        self.cluster_of = dict(cluster_of)
        self.by_id = {cluster.cluster_id: cluster for cluster in clusters}
        self.memberships: dict[int, Membership] = {}
        self.moves: list[HeadMove] = []
        self._now = now
        self._changed: dict[int, None] = {}

    def id_of(self, article_id: int) -> int:
        """Name an article's cluster; one that stands alone is its own."""
        return self.cluster_of.get(article_id, article_id)

    def changed(self) -> tuple[Cluster, ...]:
        """Return new and changed clusters, in the order of their first change."""
        return tuple(self.by_id[cluster_id] for cluster_id in self._changed if cluster_id in self.by_id)

    def fellows_of(self, cluster_id: int) -> list[int]:
        """Return some members whose texts are at hand, those known longest first."""
        members = (article_id for article_id, own in self.cluster_of.items() if own == cluster_id and article_id in self.articles)
        return [article_id for article_id, _ in zip(members, range(MAX_FELLOWS), strict=False)]

    def at_hand(self, cluster_id: int) -> list[Article]:
        """Return the members whose texts are at hand, by id."""
        members = sorted(article_id for article_id, own in self.cluster_of.items() if own == cluster_id)
        return [self.articles[article_id] for article_id in members if article_id in self.articles]

    def tell_anew(self, member: Article, kind: str | None, head: Article) -> None:
        """Say of a member what it is beside the cluster's new head."""
        known = self.memberships.get(member.article_id)
        joined_at = known.joined_at if known else self._now
        self.memberships[member.article_id] = Membership(
            member.article_id, self.id_of(member.article_id), kind, head.article_id, joined_at
        )

    def holding(self, article_id: int) -> Cluster:
        """Return an article's cluster, begun now if it stood alone."""
        cluster = self.by_id.get(self.id_of(article_id))
        if cluster is None:
            cluster = Cluster(article_id, article_id, "the first that was seen", 1)
            self.cluster_of[article_id] = article_id
            self.memberships[article_id] = Membership(article_id, article_id, None, None, self._now)
            self._keep(cluster)
        return cluster

    def join(self, article: Article, cluster: Cluster, kind: str | None, via_id: int) -> None:
        """Take an article in, and let it become the head where it is the original."""
        cluster = replace(cluster, size=cluster.size + 1)
        self._keep(cluster)
        self.cluster_of[article.article_id] = cluster.cluster_id
        self.memberships[article.article_id] = Membership(article.article_id, cluster.cluster_id, kind, via_id, self._now)
        self._contest(article, cluster)

    def merge(self, one: Cluster, other: Cluster, article: Article) -> Cluster:
        """Take the younger of two clusters into the older one, since `article` is a copy of both."""
        kept, gone = sorted((one, other), key=self._age)
        reason = f"article {article.article_id} stands in both"
        self.moves.append(HeadMove(kept.cluster_id, gone.head_id, kept.head_id, reason, self._now, gone.cluster_id))
        for article_id, cluster_id in list(self.cluster_of.items()):
            if cluster_id == gone.cluster_id:
                self.cluster_of[article_id] = kept.cluster_id
        for article_id, membership in list(self.memberships.items()):
            if membership.cluster_id == gone.cluster_id:
                kind = membership.kind or "near"
                self.memberships[article_id] = replace(membership, cluster_id=kept.cluster_id, kind=kind)
        del self.by_id[gone.cluster_id]
        merged = replace(kept, size=kept.size + gone.size)
        self._keep(merged)
        return merged

    def _keep(self, cluster: Cluster) -> None:
        self.by_id[cluster.cluster_id] = cluster
        self._changed[cluster.cluster_id] = None

    def _age(self, cluster: Cluster) -> tuple[datetime, int]:
        head = self.articles.get(cluster.head_id)
        return (dated_at(head) if head else self._now, cluster.cluster_id)

    def _contest(self, article: Article, cluster: Cluster) -> None:
        head = self.articles.get(cluster.head_id)
        reason = why_more_original(article, head) if head else None
        if head is None or reason is None:
            return
        self.moves.append(HeadMove(cluster.cluster_id, head.article_id, article.article_id, reason, self._now))
        self._keep(replace(cluster, head_id=article.article_id, head_reason=reason))
