"""Who repeats whom: Fingerprint, Copy, Cluster, and what deciding reads and writes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from extractors.records.texts import Article


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """A text's sketch: what is stored to find copies of it later."""

    article_id: int
    fingerprint_version: int
    text_hash: int  # of the normalised token stream; equal = exact copy. 63 bits
    token_count: int
    hashes: tuple[int, ...]  # winnowed shingles, 63 bits each, sorted, distinct
    dated_at: datetime | None = None  # publication, or first sight: copies are looked for around it


@dataclass(frozen=True, slots=True)
class Copy:
    """One decided pair: `article_id` repeats (part of) `original_id`."""

    article_id: int
    original_id: int
    kind: str  # "exact" | "near" | "excerpt" | "contains" | "revision" | "related"
    similarity: float  # 0..1, symmetric
    containment: float  # share of the article that also stands in the original, 0..1
    evidence: str  # one sentence for people
    decided_at: datetime
    original_containment: float | None = None  # share of the original that stands in the article
    longest_run: int | None = None  # words
    differing_facts: tuple[str, ...] = ()  # "12 -> 15 dead"
    lag_seconds: int | None = None  # article's publication minus the original's


@dataclass(frozen=True, slots=True)
class Cluster:
    """Articles that tell one text. Named for the member that was seen first, for ever; its head is the probable original."""

    cluster_id: int
    head_id: int
    head_reason: str  # one sentence: why the head is held for the original
    size: int


@dataclass(frozen=True, slots=True)
class Membership:
    """One article's place in a cluster. An article without one stands alone."""

    article_id: int
    cluster_id: int
    kind: str | None  # of the copy; None: the cluster's head
    via_id: int | None  # the member it was compared with; None: the first one
    joined_at: datetime


@dataclass(frozen=True, slots=True)
class HeadMove:
    """A better original turned up; or `from_cluster_id` was found to tell the same text and was taken in."""

    cluster_id: int
    from_id: int
    to_id: int
    reason: str
    moved_at: datetime
    from_cluster_id: int | None = None


@dataclass(frozen=True, slots=True)
class Candidates:
    """What the warehouse knows that may be copied in a batch: everything `copies.decide` reads of the past."""

    articles: tuple[Article, ...] = ()  # stored ones worth comparing, with their texts
    equals: Mapping[int, tuple[int, ...]] = field(default_factory=dict)  # new article -> stored ones with the same words
    sightings: Mapping[int, tuple[int, ...]] = field(default_factory=dict)  # hash -> stored articles that brought it
    crowded: frozenset[int] = frozenset()  # hashes of boilerplate: seen in too many clusters to mean anything
    cluster_of: Mapping[int, int] = field(default_factory=dict)  # stored article -> its cluster
    clusters: tuple[Cluster, ...] = ()
    placed: frozenset[int] = frozenset()  # articles of the batch that were decided before
    load_sequence: int = 0  # of the warehouse when it was asked


@dataclass(frozen=True, slots=True)
class Decisions:
    """What `copies.decide` found in one batch, and what the warehouse must remember of it."""

    copies: tuple[Copy, ...] = ()
    memberships: tuple[Membership, ...] = ()
    clusters: tuple[Cluster, ...] = ()  # new and changed ones
    moves: tuple[HeadMove, ...] = ()
    postings: Mapping[int, tuple[int, ...]] = field(default_factory=dict)  # article -> hashes that its cluster did not hold yet
    crowded: tuple[int, ...] = ()  # hashes found to be boilerplate now
