"""Spellings of people's names in, groups that are one person out: deterministic, and nobody joins two groups."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from extractors.names.name_rules import joined, parted
from extractors.names.name_variants import given_group
from extractors.names.person_names import PersonName, compare_people, parse_person
from extractors.names.romanisation import folded, frame
from extractors.nlp.gazetteer import Known, gazetteer
from extractors.records import NameAlias, NameRule


@dataclass(slots=True, eq=False)
class Cluster:
    """The spellings of one person while a block is decided."""

    known: Known | None = None
    names: list[PersonName] = field(default_factory=list)  # those of the curated table too
    aliases: list[NameAlias] = field(default_factory=list)
    rules: dict[str, tuple[str, str | None]] = field(default_factory=dict)  # key -> rule, evidence
    rivals: list[Cluster] = field(default_factory=list)  # it could be either of these

    @property
    def head(self) -> NameAlias:
        """Return the spelling that stands for the person: in most articles, then the fullest, then the first by letter."""
        return min(self.aliases, key=lambda alias: (-alias.documents, -len(alias.key.split()), alias.key))


def clusters_of(aliases: Iterable[NameAlias], rules: Iterable[NameRule] = ()) -> list[Cluster]:
    """Group the full names of some blocks.

    The fullest names come first. A name joins a group only if it agrees with every member; one that agrees with two groups
    stays apart: "George Bush" must not bridge George W. and George H. W.
    """
    rows = sorted(aliases, key=lambda alias: (-_tokens(alias), -alias.documents, alias.key))
    words = [rule for rule in rules if rule.kind == "person"]
    different = {pair for _, pair in parted(words)}
    index: dict[str, list[Cluster]] = defaultdict(list)
    clusters = list(_known_clusters({alias.block for alias in rows}, {alias.key for alias in rows}))
    for cluster in clusters:
        for name in cluster.names:
            for key in _index_keys(name):
                index[key].append(cluster)
    for alias in rows:
        name = parse_person(alias.alias)
        fitting = _fitting(name, alias.key, index, different)
        if len(fitting) == 1:
            cluster, rule = fitting[0]
            evidence = cluster.names[0].surface
        else:
            cluster, rule, evidence = Cluster(rivals=[other for other, _ in fitting]), "own name", None
            if fitting:
                rule, evidence = "stays apart", " or ".join(other.names[0].surface for other, _ in fitting)
            clusters.append(cluster)
        cluster.names.append(name)
        cluster.aliases.append(alias)
        cluster.rules[alias.key] = (rule, evidence)
        for key in _index_keys(name):
            if cluster not in index[key]:
                index[key].append(cluster)
    for keys in sorted(set(joined(words).values()), key=min):
        _join(clusters, keys, different)
    return [cluster for cluster in clusters if cluster.aliases or cluster.known]


def _join(clusters: list[Cluster], keys: frozenset[str], different: set[frozenset[str]]) -> None:
    """Make one of all people whose spellings a curated word joins: with all their other spellings, unless a word parts these."""
    told = [cluster for cluster in clusters if keys & _keys(cluster)]
    if len(told) < 2:
        return
    first, *others = sorted(told, key=lambda cluster: (cluster.known is None, clusters.index(cluster)))
    for cluster in others:
        here = _keys(first)
        leaving = [alias for alias in cluster.aliases if alias.key in keys or not _is_parted(alias.key, here, different)]
        for alias in leaving:
            first.aliases.append(alias)
            first.rules[alias.key] = ("curated", first.names[0].surface)
        first.names += [name for name in cluster.names if name.key in {alias.key for alias in leaving} or cluster.known]
        cluster.aliases = [alias for alias in cluster.aliases if alias not in leaving]
        cluster.names = [name for name in cluster.names if name.key in {alias.key for alias in cluster.aliases}]
        cluster.known = None
    for cluster in clusters:  # a name that could be either of two that are one now
        rivals = {id(rival): rival for rival in (first if rival in others else rival for rival in cluster.rivals)}
        cluster.rivals = [rival for rival in rivals.values() if rival is not cluster]
        if (
            cluster.rivals == [first]
            and cluster.aliases
            and not any(_is_parted(key, _keys(first), different) for key in _keys(cluster))
        ):
            first.aliases += cluster.aliases
            first.names += cluster.names
            first.rules |= {alias.key: ("curated", first.names[0].surface) for alias in cluster.aliases}
            cluster.aliases, cluster.names, cluster.rivals = [], [], []


def _is_parted(key: str, keys: set[str], different: set[frozenset[str]]) -> bool:
    return any(frozenset((key, other)) in different for other in keys)


def _fitting(
    name: PersonName, key: str, index: dict[str, list[Cluster]], different: set[frozenset[str]]
) -> list[tuple[Cluster, str]]:
    candidates = {id(cluster): cluster for index_key in _index_keys(name) for cluster in index[index_key]}
    fitting = []
    for cluster in candidates.values():
        keys = _keys(cluster)
        if _is_parted(key, keys, different):
            continue
        if key in keys:
            return [(cluster, "known name" if cluster.known else "same letters")]
        # A curated person may have names that have nothing in common: Mahmoud Abbas, Abu Mazen.
        members = cluster.names if cluster.known is None else [other for other in cluster.names if other.block == name.block]
        verdicts = [compare_people(name, other) for other in members]
        if verdicts and all(verdict.same for verdict in verdicts):
            fitting.append((cluster, verdicts[0].rule))
    return fitting


def _keys(cluster: Cluster) -> set[str]:
    return {name.key for name in cluster.names}


def _index_keys(name: PersonName) -> Iterator[str]:
    if name.is_east_asian:
        yield "=" + "".join(sorted(name.key.replace(" ", "")))
        return
    given = name.given or ""
    yield f"{name.block} {frame(given)}"
    for number in given_group(folded(given)):
        yield f"{name.block} #{number}"


def _tokens(alias: NameAlias) -> int:
    return len(alias.key.split())


def _known_clusters(blocks: set[str], keys: set[str]) -> Iterator[Cluster]:
    """Yield the well-known people of these blocks, and those whose other names (Abu Mazen) are among the keys."""
    for known, names in _known_names():
        if any(name.block in blocks or name.key in keys for name in names):
            yield Cluster(known=known, names=list(names))


@lru_cache(maxsize=1)
def _known_names() -> list[tuple[Known, list[PersonName]]]:
    spellings: dict[Known, list[PersonName]] = defaultdict(list)
    for surface, known in gazetteer().names.items():
        if known.kind == "person":
            spellings[known].append(parse_person(surface))
    return [
        (known, sorted(names, key=lambda name: (name.surface != known.name, name.surface)))
        for known, names in sorted(spellings.items(), key=lambda pair: pair[0].name)
    ]
