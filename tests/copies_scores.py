"""Score clusters of copies against the labelled pairs of `shared/data/copies`, as `shared/score/score_copies.py` counts."""

from __future__ import annotations

import gzip
import json
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from itertools import combinations
from pathlib import Path
from typing import Any

from extractors.ids import article_id_of
from extractors.records import Article

BEGUN = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Labelled:
    """The labelled set: documents by name, and the pairs."""

    docs: Mapping[str, dict[str, Any]]
    pairs: Sequence[dict[str, str]]

    def half(self, number: int) -> Labelled:
        """Keep one half of the families; pairs across the halves are in neither."""
        kept = {name: doc for name, doc in self.docs.items() if half_of(doc["family"]) == number}
        return Labelled(kept, [pair for pair in self.pairs if pair["a"] in kept and pair["b"] in kept])


def half_of(family: str) -> int:
    """Tell the tuning half (0) from the report half (1)."""
    return sha256(family.encode()).digest()[0] & 1


def labelled(folder: Path, split: str = "dev") -> Labelled:
    docs = {doc["id"]: doc for doc in _lines(folder / f"{split}.docs.jsonl.gz")}
    return Labelled(docs, list(_lines(folder / f"{split}.pairs.jsonl.gz")))


def _lines(path: Path) -> Iterable[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        yield from map(json.loads, file)


def article_of(doc: Mapping[str, Any]) -> Article:
    """Make an article of a labelled document, a minute apart in the order of arrival."""
    outlet = "".join(letter for letter in doc["outlet"].lower() if letter.isalnum()) + ".example"
    url = f"https://{outlet}/{doc['id']}"
    text = "\n\n".join(doc["paras"])
    return Article(
        article_id=article_id_of(url),
        url=url,
        canonical_url=url,
        outlet=outlet,
        text=text,
        first_seen_at=BEGUN + timedelta(minutes=doc["arrival"]),
        title=doc["title"],
        word_count=len(text.split()),
    )


@dataclass(frozen=True)
class Score:
    """What the scorer prints."""

    precision: float
    recall: float
    base_copy_recall: float
    rand_index: float
    hard_negatives: Mapping[str, int]
    contains_linked: int
    missed: Mapping[str, int]
    false_links: Sequence[tuple[str, str]]


def score(known: Labelled, cluster_of: Mapping[str, Hashable]) -> Score:
    """Score clusters given as one label a document; documents without one stand alone."""
    docs = known.docs
    label = {name: cluster_of.get(name, name) for name in docs}
    merged = {name for name, doc in docs.items() if doc["kind"] == "merge"}
    by_label: dict[Hashable, list[str]] = defaultdict(list)
    by_family: dict[str, list[str]] = defaultdict(list)
    for name, doc in docs.items():
        by_label[label[name]].append(name)
        if name not in merged:
            by_family[doc["family"]].append(name)
    links = {pair for names in by_label.values() for pair in map(frozenset, combinations(names, 2))}
    positive = {pair for names in by_family.values() for pair in map(frozenset, combinations(names, 2))}
    labelled_pairs = {
        kind: {frozenset((p["a"], p["b"])): p for p in known.pairs if p["label"] == kind}
        for kind in ("dup", "neg", "ignore", "contains")
    }
    ignored = {frozenset(docs[name]["family"] for name in pair) for pair in labelled_pairs["ignore"]}
    counted = {
        pair
        for pair in links
        if not pair & merged
        and pair not in labelled_pairs["ignore"]
        and frozenset(docs[name]["family"] for name in pair) not in ignored
    }
    base_copy = {pair for pair, row in labelled_pairs["dup"].items() if row["how"] == "base-copy"}
    true = len(counted & positive)
    kept = [name for name in docs if name not in merged]
    return Score(
        precision=true / len(counted) if counted else 1.0,
        recall=true / len(positive),
        base_copy_recall=len(base_copy & links) / len(base_copy),
        rand_index=_rand_index([label[name] for name in kept], [docs[name]["family"] for name in kept]),
        hard_negatives=Counter(
            row["kind"] for pair, row in labelled_pairs["neg"].items() if pair in counted and pair not in positive
        ),
        contains_linked=len(links & labelled_pairs["contains"].keys()),
        missed=Counter(labelled_pairs["dup"][pair]["kind"] for pair in base_copy - links),
        false_links=sorted(tuple(sorted(pair)) for pair in counted - positive),  # type: ignore[misc]  # pairs have two
    )


def _rand_index(labels: Sequence[Hashable], truth: Sequence[Hashable]) -> float:
    both = sum(_pairs(number) for number in Counter(zip(labels, truth, strict=True)).values())
    ours = sum(_pairs(number) for number in Counter(labels).values())
    theirs = sum(_pairs(number) for number in Counter(truth).values())
    expected = ours * theirs / max(1, _pairs(len(labels)))
    return (both - expected) / max(1e-12, (ours + theirs) / 2 - expected)


def _pairs(number: int) -> int:
    return number * (number - 1) // 2
