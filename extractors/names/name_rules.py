"""Curated words on spellings: what they say together, and where one contradicts the others. Pure."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable

from extractors.names.thing_names import bare
from extractors.records import NameRule

Identity = tuple[str, str]
"""(kind, key) of a spelling."""


def literal_of(surface: str) -> str:
    """Return the key of a spelling that a curated word keeps to itself, whatever its letters say: "=meridian ltd"."""
    return f"={bare(surface).casefold()}"


def joined(rules: Iterable[NameRule]) -> dict[Identity, frozenset[str]]:
    """Close the words "same": every spelling leads to all keys that are one with it, its own among them."""
    ties = _ties(rules)
    groups: dict[Identity, frozenset[str]] = {}
    for start in ties:
        if start not in groups:
            reached = frozenset(key for _, key in _reach(ties, start))
            groups |= {(start[0], key): reached for key in reached}
    return groups


def parted(rules: Iterable[NameRule]) -> set[tuple[str, frozenset[str]]]:
    """Close the words "different": whoever is one with A is not B either. Pairs of keys, with their kind."""
    every = list(rules)
    groups = joined(every)
    return {
        (rule.kind, frozenset((a, b)))
        for rule in every
        if rule.verdict == "different"
        for a in groups.get((rule.kind, rule.key_a), frozenset((rule.key_a,)))
        for b in groups.get((rule.kind, rule.key_b), frozenset((rule.key_b,)))
    }


def contradicting(rule: NameRule, rules: Iterable[NameRule]) -> list[NameRule]:
    """Return the words that a new one cannot stand beside, as a chain; empty where it can.

    An older word on the same pair does not count: the new one takes its place.
    """
    others = [other for other in rules if {other.key_a, other.key_b} != {rule.key_a, rule.key_b} or other.kind != rule.kind]
    if rule.verdict == "different":
        return _path(others, (rule.kind, rule.key_a), (rule.kind, rule.key_b))
    for apart in others:
        if apart.verdict == "different" and apart.kind == rule.kind:
            chain = _path([*others, rule], (rule.kind, apart.key_a), (rule.kind, apart.key_b))
            if chain:
                return [apart, *(link for link in chain if link is not rule)]
    return []


def _ties(rules: Iterable[NameRule]) -> dict[Identity, dict[Identity, NameRule]]:
    ties: dict[Identity, dict[Identity, NameRule]] = defaultdict(dict)
    for rule in rules:
        if rule.verdict == "same":
            a, b = (rule.kind, rule.key_a), (rule.kind, rule.key_b)
            ties[a][b] = ties[b][a] = rule
    return ties


def _reach(ties: dict[Identity, dict[Identity, NameRule]], start: Identity) -> dict[Identity, Identity | None]:
    """Return everything tied to a spelling, each with the one it was reached from."""
    came_from: dict[Identity, Identity | None] = {start: None}
    waiting = deque([start])
    while waiting:
        here = waiting.popleft()
        for there in ties.get(here, ()):
            if there not in came_from:
                came_from[there] = here
                waiting.append(there)
    return came_from


def _path(rules: Iterable[NameRule], start: Identity, end: Identity) -> list[NameRule]:
    ties = _ties(rules)
    came_from = _reach(ties, start)
    chain: list[NameRule] = []
    here = end
    while (before := came_from.get(here)) is not None:
        chain.append(ties[before][here])
        here = before
    return chain[::-1]
