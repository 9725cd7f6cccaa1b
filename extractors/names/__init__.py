"""Mention -> Entity: which spellings are one thing, and which mention means it. Pure, in any order, rather None than wrong.

Two steps. `uses_of` reads one article at a time: what each surface is, and which full name of the same article a bare one may
stand for. `naming_of` looks at all spellings of a block at once and clusters them; the result depends on the set of articles
alone, never on the order they came in. `linked` puts both together.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from extractors.ids import id_of
from extractors.names.kinds import DATELINE, QUOTED, RULE, agreed, told_across, with_proofs
from extractors.names.name_clusters import Cluster, clusters_of
from extractors.names.name_rules import joined, literal_of
from extractors.names.person_names import PersonName, parse_person
from extractors.names.romanisation import romanised
from extractors.names.thing_names import ThingName, initials_of, thing_of
from extractors.nlp.gazetteer import Known, fold, gazetteer
from extractors.nlp.lexicon import lexicon
from extractors.records import TWO_KINDS, Bearer, Entity, Mention, NameAlias, NameEvent, NameRule, NameUse, Naming

RESOLVER_VERSION = "2"
"""Goes up when the same articles would give other entities: re-resolve history then."""

_SHOWN = frozenset({("work", QUOTED), ("place", DATELINE)})
"""Kinds that a page shows by how it prints a name."""

DOMINANT_SHARE = 0.9
DOMINANT_DOCUMENTS = 3
"""A bare surname without a full name in its article means the one who has nine tenths of its documents, three at least."""


def resolve(
    mentions: Iterable[Mention], aliases: Iterable[NameAlias] = (), rules: Iterable[NameRule] = ()
) -> tuple[list[Mention], Naming]:
    """Resolve mentions against what is known already.

    Args:
        mentions: Of whole articles: all mentions of an article at once.
        aliases: The stored spellings of the blocks these mentions touch (`blocks_of`), counted without these articles.
        rules: Curated words on these blocks.

    Returns:
        The mentions in their order, linked where nothing is in doubt, and the new naming of the blocks.

    """
    every = list(mentions)
    uses = uses_of(every)
    naming = naming_of(counted(uses, aliases), rules)
    return linked(every, uses, naming), naming


def uses_of(mentions: Iterable[Mention], apart: Collection[tuple[str, str]] = ()) -> list[NameUse]:
    """Reduce mentions to one row per article and surface, with the in-article reading of bare names.

    Args:
        mentions: Of whole articles.
        apart: (kind, literal key) of the spellings that a curated word keeps to themselves (`name_rules.literal_of`).

    Returns:
        Ordered by article, kind and surface.

    """
    articles: dict[int, list[Mention]] = defaultdict(list)
    for mention in mentions:
        articles[mention.article_id].append(mention)
    return [use for article_id in sorted(articles) for use in _uses_of_article(article_id, articles[article_id], apart)]


def spelling_of(surface: str, kind: str, apart: Collection[tuple[str, str]] = ()) -> NameUse:
    """Return what one spelling is by itself: its kind as corrected by the curated names, its key, whether it is a full name."""
    (use,) = uses_of([Mention(0, surface, 0, len(surface), kind, "curated")], apart)
    return use


def blocks_of(uses: Iterable[NameUse]) -> set[tuple[str, str]]:
    """Return the (kind, block) pairs that uses touch."""
    return {(use.kind, use.block) for use in uses}


def counted(uses: Iterable[NameUse], aliases: Iterable[NameAlias] = ()) -> list[NameAlias]:
    """Add the documents of `uses` to stored spellings."""
    table = {(alias.kind, alias.key): alias for alias in aliases}
    seen: dict[tuple[str, str], dict[int, str]] = defaultdict(dict)
    proven: dict[tuple[str, str], set[int]] = defaultdict(set)
    first: dict[tuple[str, str], NameUse] = {}
    for use in uses:
        if use.is_full:
            if use.is_proven:
                proven[use.kind, use.key].add(use.article_id)
            held = seen[use.kind, use.key].setdefault(use.article_id, use.surface)
            seen[use.kind, use.key][use.article_id] = min((in_capitals(use.kind, text), text) for text in (held, use.surface))[1]
            first.setdefault((use.kind, use.key), use)
    for identity, documents in seen.items():
        use = first[identity]
        held_alias = table.get(identity)
        proofs = len(proven[identity]) + (held_alias.proofs if held_alias else 0)
        surfaces = Counter(documents.values())
        surface = min((in_capitals(use.kind, text), -count, text) for text, count in surfaces.items())[2]
        table[identity] = NameAlias(
            use.kind,
            use.key,
            held_alias.alias if held_alias else surface,
            use.block,
            use.surname_key,
            len(documents) + (held_alias.documents if held_alias else 0),
            held_alias.entity_id if held_alias else None,
            proofs=proofs,
        )
    return [table[identity] for identity in sorted(table)]


def in_capitals(kind: str, surface: str) -> bool:
    """Tell whether a place is written as datelines print it; where it is also written otherwise, that is its name."""
    return kind == "place" and surface.isupper()


def naming_of(aliases: Iterable[NameAlias], rules: Iterable[NameRule] = ()) -> Naming:
    """Decide what all spellings of some blocks mean.

    Args:
        aliases: Every spelling of the blocks, with its documents; `entity_id` as decided last time, for the events.
        rules: Curated words on them.

    """
    rows = [alias for alias in aliases if alias.documents > 0]
    rules = list(rules)
    across = told_across(rows, rules)
    standing = [row for row in rows if (row.kind, row.key) not in across]
    people = [row for row in standing if row.kind == "person"]
    clusters = clusters_of(people, rules)
    ids = _person_ids(clusters)
    decided: list[NameAlias] = []
    entities: dict[int, Entity] = {}
    for cluster in clusters:
        if not cluster.aliases:
            continue
        entity_id = ids[id(cluster)]
        rivals = tuple(sorted(ids[id(rival)] for rival in cluster.rivals if rival.aliases))
        entities[entity_id] = _person_entity(cluster, entity_id, rivals)
        decided += [
            replace(alias, entity_id=entity_id, rule=cluster.rules[alias.key][0], evidence=cluster.rules[alias.key][1])
            for alias in cluster.aliases
        ]
    things, thing_entities = _things([row for row in standing if row.kind != "person"], rules)
    decided += things
    entities |= thing_entities
    bearers = _bearers(clusters, decided)
    decided += _joining(rows, across, decided, entities)
    events = _events(rows, decided)
    decided.sort(key=lambda row: (row.kind, row.key))
    return Naming(tuple(decided), tuple(entities[key] for key in sorted(entities)), tuple(bearers), tuple(events))


def _joining(
    rows: Sequence[NameAlias],
    across: Mapping[tuple[str, str], tuple[tuple[str, str], str | None]],
    decided: Sequence[NameAlias],
    entities: dict[int, Entity],
) -> list[NameAlias]:
    """Give spellings that are of another kind than their articles say what their namesakes of that kind have; adds them there."""
    entity_of = {(row.kind, row.key): row.entity_id for row in decided}
    joining = []
    for row in rows:
        if (row.kind, row.key) in across:
            namesake, evidence = across[row.kind, row.key]
            entity_id = entity_of[namesake]
            joining.append(replace(row, entity_id=entity_id, rule=RULE if evidence else "curated", evidence=evidence))
            entity = entities[entity_id or 0]
            name = row.alias if in_capitals(entity.kind, entity.name) and not row.alias.isupper() else entity.name
            entities[entity.entity_id] = replace(entity, name=name, aliases=tuple(sorted({*entity.aliases, row.alias})))
    return joining


def _events(rows: Sequence[NameAlias], decided: Sequence[NameAlias]) -> list[NameEvent]:
    """Compare with the decision before: which spellings are new, and which moved to another entity, in what way."""
    before = {(row.kind, row.key): row.entity_id for row in rows}
    ids_before, ids_now = set(before.values()), {row.entity_id for row in decided}
    ways = {(True, True): "moved", (True, False): "split", (False, True): "merged", (False, False): "renamed"}
    events = []
    for row in decided:
        old = before[row.kind, row.key]
        if old == row.entity_id:
            continue
        event = "new" if old is None else ways[old in ids_now, row.entity_id in ids_before]
        events.append(NameEvent(event, row.kind, row.alias, old, row.entity_id, row.rule or "", row.evidence))
    return events


def linked(mentions: Sequence[Mention], uses: Iterable[NameUse], naming: Naming) -> list[Mention]:
    """Link mentions: a full name by its spelling, a bare one by its article, then by the corpus, else not at all."""
    entity_of = {(alias.kind, alias.key): alias for alias in naming.aliases}
    bearer_of = {(bearer.surname_key, bearer.block): bearer for bearer in naming.bearers}
    use_of = {(use.article_id, use.mention_kind, use.surface): use for use in uses}
    out = []
    for mention in mentions:
        use = use_of[mention.article_id, mention.kind, mention.surface]
        link = link_of(use, entity_of, bearer_of)
        out.append(replace(mention, entity_id=link.entity_id, link_rule=link.rule, link_evidence=link.evidence))
    return out


@dataclass(frozen=True, slots=True)
class Link:
    """What a use means, and why; a link to nobody is a normal one."""

    entity_id: int | None = None
    rule: str | None = None
    evidence: str | None = None


def link_of(use: NameUse, entity_of: Mapping[tuple[str, str], NameAlias], bearer_of: Mapping[tuple[str, str], Bearer]) -> Link:
    """Return what one use means."""
    if use.is_full:
        alias = entity_of.get((use.kind, use.key))
        return Link(alias.entity_id, alias.rule, alias.evidence) if alias else Link()
    if use.via:
        aliases = [entity_of[use.kind, key] for key in use.via if (use.kind, key) in entity_of]
        candidates = {alias.entity_id for alias in aliases}
        names = ", ".join(alias.alias for alias in aliases)
        if len(candidates) == 1:
            return Link(candidates.pop(), "full name in the article", names)
        return Link(None, "several in the article", names)
    bearer = bearer_of.get((use.surname_key or "", use.block))
    if bearer is None:
        return Link()
    return Link(bearer.entity_id, "only bearer" if bearer.entity_id else "bearer uncertain", bearer.evidence)


# ------------------------------------------------------------------------------------------------ one article


def _uses_of_article(article_id: int, mentions: Sequence[Mention], apart: Collection[tuple[str, str]]) -> list[NameUse]:
    counts = Counter((mention.kind, mention.surface) for mention in mentions)
    titles: dict[tuple[str, str], set[str]] = defaultdict(set)
    for mention in mentions:
        titles[mention.kind, mention.surface].update(mention.titles)
    people = {surface: parse_person(surface) for kind, surface in counts if kind == "person"}
    organisations = {surface: thing_of(surface, "organization").key for kind, surface in counts if kind == "organization"}
    uses = []
    for (kind, surface), count in sorted(counts.items()):
        if kind == "person":
            uses.append(_person_use(article_id, surface, count, people, titles))
        else:
            use = _thing_use(article_id, kind, surface, count, organisations)
            key = literal_of(surface)
            uses.append(replace(use, key=key, block=key, is_full=True, via=()) if (use.kind, key) in apart else use)
    shown = {(mention.kind, mention.surface) for mention in mentions if (mention.kind, mention.source) in _SHOWN}
    return agreed([replace(use, is_proven=proven) for use, proven in zip(uses, with_proofs(uses, titles, shown), strict=True)])


def _person_use(
    article_id: int, surface: str, count: int, people: Mapping[str, PersonName], titles: Mapping[tuple[str, str], set[str]]
) -> NameUse:
    name = people[surface]
    key = name.key or fold(surface) or surface.casefold()
    if name.is_full:
        return NameUse(article_id, "person", surface, "person", key, name.block, surname_key=name.surname_key, mentions=count)
    fulls = {other.key: text for text, other in people.items() if other.is_full}
    via = [other for other, text in fulls.items() if _may_stand_for(name, people[text])]
    if len(via) > 1:
        own = titles["person", surface]
        titled = [other for other in via if own & titles["person", fulls[other]]]
        via = titled if len(titled) == 1 else via
    bare = NameUse(article_id, "person", surface, "person", key, name.block, is_full=False, surname_key=name.surname_key)
    return replace(bare, via=tuple(sorted(via)), mentions=count)


def _may_stand_for(bare: PersonName, full: PersonName) -> bool:
    """Tell whether a bare surname, a given name or "V. Putin" may be short for a full name."""
    if bare.generation and bare.generation != full.generation:
        return False
    if romanised(bare.family or "") == romanised(full.family or ""):
        return bare.given is None or (full.given or "")[:1].lower() == bare.given[:1].lower()
    return bare.given is None and fold(bare.family or "") == fold(full.given or "")


def _thing_use(article_id: int, kind: str, surface: str, count: int, organisations: Mapping[str, str]) -> NameUse:
    thing = thing_of(surface, kind)
    use = NameUse(article_id, kind, surface, thing.kind, thing.key, thing.key, mentions=count)
    if kind == "organization" and thing.known is None and surface.isupper() and 2 <= len(surface) <= 8:
        longer = sorted({key for name, key in organisations.items() if surface in initials_of(name)})
        if longer:
            return replace(use, is_full=False, via=tuple(longer))
    return use


# ------------------------------------------------------------------------------------------------ all spellings of a block


def _person_ids(clusters: Sequence[Cluster]) -> dict[int, int]:
    """Give each cluster, by its `id()`, an entity id; the most documented of two that sound alike keeps the plain one."""
    ids: dict[int, int] = {}
    taken: set[int] = set()
    for cluster in sorted(clusters, key=_weight):
        entity_id = id_of("entity", f"person|{_sound(cluster)}")
        if entity_id in taken:
            entity_id = id_of("entity", f"person|={cluster.head.key}")
        taken.add(entity_id)
        ids[id(cluster)] = entity_id
    return ids


def _weight(cluster: Cluster) -> tuple[bool, int, str]:
    documents = sum(alias.documents for alias in cluster.aliases)
    return cluster.known is None, -documents, cluster.names[0].key if cluster.known else cluster.head.key


def _sound(cluster: Cluster) -> str:
    """Return the sounds of the head, not its letters: when another spelling becomes the commonest, the entity keeps its id."""
    if cluster.known is not None:
        return fold(cluster.known.name)
    name = parse_person(cluster.head.alias)
    parts = [*(romanised(part) for part in (name.given or "", *name.middles, name.family or "")), name.generation or ""]
    return " ".join(filter(None, parts))


def _person_entity(cluster: Cluster, entity_id: int, rivals: tuple[int, ...]) -> Entity:
    known = cluster.known
    return Entity(
        entity_id=entity_id,
        name=known.name if known else cluster.head.alias,
        kind="person",
        wikidata_id=known.wikidata_id if known else None,
        country_code=known.country_code if known else None,
        aliases=tuple(sorted({alias.alias for alias in cluster.aliases})),
        ambiguous_with=rivals,
    )


def _things(rows: Sequence[NameAlias], rules: Iterable[NameRule]) -> tuple[list[NameAlias], dict[int, Entity]]:
    """Places, organisations and the rest are what their key says; curated rows may join two keys."""
    same = _leaders(rules)
    decided, groups = [], defaultdict(list)
    for row in rows:
        thing = _thing_of(row)
        key = same.get((row.kind, row.key), row.key)
        entity_id = id_of("entity", f"{row.kind}|{key}")
        rule = "curated" if key != row.key else thing.rule
        decided.append(replace(row, entity_id=entity_id, rule=rule, evidence=None))
        groups[entity_id].append((row, thing))
    entities = {}
    for entity_id, members in groups.items():
        head, thing = min(members, key=lambda pair: (pair[1].known is None, -pair[0].documents, pair[0].alias))
        known: Known | None = thing.known
        entities[entity_id] = Entity(
            entity_id,
            known.name if known else head.alias,
            head.kind,
            known.wikidata_id if known else None,
            known.polity_code if known else None,
            known.country_code if known else None,
            tuple(sorted({row.alias for row, _ in members})),
        )
    return decided, entities


def _thing_of(row: NameAlias) -> ThingName:
    """Return what a spelling names; one that a curated word keeps to itself names itself."""
    if row.key == literal_of(row.alias):
        return ThingName(row.kind, row.key, row.alias, "curated")
    return thing_of(row.alias, row.kind)


def _leaders(rules: Iterable[NameRule]) -> dict[tuple[str, str], str]:
    """Lead every key of a curated group to one of them: to the one the gazetteer knows, else to the first by letter."""
    groups = joined(rule for rule in rules if rule.kind not in {"person", TWO_KINDS})
    return {
        (kind, key): min(keys, key=lambda key: (thing_of(key, kind).known is None, key)) for (kind, key), keys in groups.items()
    }


def _bearers(clusters: Sequence[Cluster], decided: Sequence[NameAlias]) -> list[Bearer]:
    entity_of = {row.key: row.entity_id for row in decided if row.kind == "person"}
    documents: dict[str, Counter[int]] = defaultdict(Counter)
    blocks: dict[str, str] = {}
    famous: dict[str, set[str]] = defaultdict(set)
    for cluster in clusters:
        for alias in cluster.aliases:
            if alias.surname_key and (entity_id := entity_of.get(alias.key)) is not None:
                documents[alias.surname_key][entity_id] += alias.documents
                blocks[alias.surname_key] = alias.block
    common = {romanised(surname) for surname in lexicon().common_surnames}
    renowned = {entity_of.get(alias.key) for cluster in clusters if cluster.known for alias in cluster.aliases}
    for known in known_people():
        famous[parse_person(known.name).surname_key].add(known.name)
    return [
        _bearer(
            key,
            blocks[key],
            counts,
            is_shared=len(famous[key]) > 1,
            is_certain_name=key not in common and renowned.issuperset(counts),
        )
        for key, counts in sorted(documents.items())
    ]


def _bearer(surname_key: str, block: str, counts: Counter[int], *, is_shared: bool, is_certain_name: bool) -> Bearer:
    (entity_id, most), total = min(counts.items(), key=lambda pair: (-pair[1], pair[0])), counts.total()
    evidence = f"{most} of {total} articles"
    if is_shared:
        return Bearer(surname_key, block, None, f"{evidence}, and several well-known people share the name")
    # A well-known person whom nobody in the archive shares the surname with needs no three articles: Putin.
    certain = (is_certain_name and most == total) or (most >= DOMINANT_DOCUMENTS and most >= DOMINANT_SHARE * total)
    return Bearer(surname_key, block, entity_id if certain else None, evidence)


def known_people() -> list[Known]:
    """Return the well-known people, each once, by name."""
    return sorted({known for known in gazetteer().names.values() if known.kind == "person"}, key=lambda known: known.name)
