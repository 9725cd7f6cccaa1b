"""One name that articles take for several kinds of thing in, which of them it is out: a vote, and two where both are proven.

A tagger calls the same ship an organisation here, a person there, a place in a third article. Names of one word take no part:
Washington and Ford are a person's, a place's and a firm's by right.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from extractors.names.thing_names import has_legal_form, thing_of
from extractors.nlp.gazetteer import gazetteer
from extractors.nlp.lexicon import lexicon
from extractors.records import TWO_KINDS, NameAlias, NameRule, NameUse

Identity = tuple[str, str]
"""(kind, key) of a spelling."""

RULE = "one name, several kinds"

PROVEN_SHARE = 3
"""One article in so many must prove a kind: of people's the half uses a title or the bare surname, of mistakes one in twenty."""

QUOTED = "quotation marks"
"""Source of a mention of a work that stands in quotation marks of its own."""

DATELINE = "dateline"
"""Source of a mention that is a dateline, or that its own article's dateline names."""

FILED = 10
"""A dateline says that a name is a place's as clearly as so many articles say otherwise."""

CLEAR = 2
"""Whoever has no kind of its own joins the stronger of two that stand, where it is so many times as strong."""

NO_PROOF = frozenset({"former", "ex"})
"""Words before people that stand before other names too: "former Real Madrid captain"."""

_ORDER = ("organization", "place", "event", "work", "other", "person")
"""Which of two equal camps is believed, where the name's own words do not say."""


@dataclass(frozen=True, slots=True)
class _Camp:
    """The articles that take a name for one kind."""

    kind: str
    rows: tuple[NameAlias, ...]
    documents: int
    is_known: bool  # a table, a person's word, or datelines say that there is such a thing
    is_proven: bool  # articles do

    @property
    def head(self) -> NameAlias:
        return min(self.rows, key=lambda row: (-row.documents, row.key))


def letters_of(key: str) -> str:
    """Return what the spellings of a name share whatever their kind, "" where a name takes no part: it has one word."""
    return key.replace(" ", "") if " " in key else ""


def with_proofs(uses: Sequence[NameUse], titles: Mapping[Identity, Iterable[str]], shown: Iterable[Identity]) -> list[bool]:
    """Tell of each use whether its article proves the kind, beyond what the tagger says.

    Args:
        uses: All of one article.
        titles: What stands before people, by mention kind and surface.
        shown: Mention kind and surface of what the page itself shows: works in quotation marks of their own, places in datelines.

    """
    are_shown = frozenset(shown)
    short = {(use.kind, use.via[0], use.surname_key) for use in uses if not use.is_full and len(use.via) == 1}
    proven = []
    for use in uses:
        if not use.is_full or not letters_of(use.key):
            proven.append(False)
        elif use.kind == "person":
            titled = any(title.lower() not in NO_PROOF for title in titles.get((use.mention_kind, use.surface), ()))
            is_firm = _kind_inside(use.surface) not in {"person", None} or has_legal_form(use.surface)
            proven.append(not is_firm and (titled or ("person", use.key, use.surname_key) in short))
        elif use.kind == "organization":
            proven.append(has_legal_form(use.surface) or ("organization", use.key, None) in short)
        else:
            proven.append(use.kind == use.mention_kind and (use.kind, use.surface) in are_shown)
    return proven


def agreed(uses: Sequence[NameUse]) -> list[NameUse]:
    """Let one article take a name for one kind: the weaker become what the strongest is, unless they are proven or known, too.

    A use that a bare name stands for, and a name that is also a proven work, stay as they are.
    """
    by_letters: dict[str, list[NameUse]] = defaultdict(list)
    for use in uses:
        if use.is_full and (letters := letters_of(use.key)):
            by_letters[letters].append(use)
    leaned_on = {(use.kind, key) for use in uses for key in use.via}
    becomes: dict[tuple[str, str], NameUse] = {}
    for group in by_letters.values():
        if len({use.kind for use in group}) == 1 or any(use.kind == "work" and use.is_proven for use in group):
            continue
        first, *others = sorted(group, key=_strength_here)
        for use in others:
            if not (use.is_proven or _is_known(use.kind, use.surface) or (use.kind, use.key) in leaned_on):
                becomes[use.mention_kind, use.surface] = first
    return [_become(use, becomes.get((use.mention_kind, use.surface), use)) for use in uses]


def _become(use: NameUse, first: NameUse) -> NameUse:
    return replace(use, kind=first.kind, key=first.key, block=first.block, surname_key=first.surname_key)


def _strength_here(use: NameUse) -> tuple[bool, bool, int, bool, int, str]:
    return (
        not _is_known(use.kind, use.surface),
        not use.is_proven,
        -use.mentions,
        use.kind != _kind_inside(use.surface),
        _ORDER.index(use.kind),
        use.surface,
    )


def told_across(rows: Iterable[NameAlias], rules: Iterable[NameRule] = ()) -> dict[Identity, tuple[Identity, str | None]]:
    """Find the spellings that are of another kind than their articles say.

    Args:
        rows: Spellings of some blocks; of a name in one of them all kinds.
        rules: Curated words: a spelling that one is about keeps its kind, unless it is said to be one with its namesake.

    Returns:
        (kind, key) of such a spelling -> (kind, key) of what it means, and the count that decided; None: a curated word did.

    """
    by_letters: dict[str, list[NameAlias]] = defaultdict(list)
    for row in rows:
        if letters := letters_of(row.key):
            by_letters[letters].append(row)
    words = list(rules)
    told = {spelling for rule in words if (rule.kind, rule.verdict) != (TWO_KINDS, "same") for spelling in rule.spellings}
    one = [rule.spellings for rule in words if (rule.kind, rule.verdict) == (TWO_KINDS, "same")]
    moved: dict[Identity, tuple[Identity, str | None]] = {}
    for group in by_letters.values():
        if len({row.kind for row in group}) > 1:
            camps = _camps(group, told)
            moved |= _told_one(camps, one, _moved(camps))
    return moved


def _camps(group: Iterable[NameAlias], told: set[Identity]) -> list[_Camp]:
    by_kind: dict[str, list[NameAlias]] = defaultdict(list)
    for row in group:
        by_kind[row.kind].append(row)
    total = sum(row.documents for rows in by_kind.values() for row in rows)
    camps = []
    for kind, rows in sorted(by_kind.items()):
        documents = sum(row.documents for row in rows)
        proofs = sum(row.proofs for row in rows)
        known = any(_is_known(kind, row.alias) or (kind, row.key) in told for row in rows)
        known = known or (kind == "place" and 0 < total - documents <= FILED * proofs)  # what proves a place is a dateline
        camps.append(_Camp(kind, tuple(rows), documents, known, 0 < documents <= PROVEN_SHARE * proofs))
    return sorted(camps, key=_strength)


def _is_known(kind: str, surface: str) -> bool:
    if kind == "person":
        known = gazetteer().lookup(surface)
        return known is not None and known.kind == "person"
    return thing_of(surface, kind).known is not None


def _strength(camp: _Camp) -> tuple[int, bool, int]:
    return -camp.documents, camp.kind != _kind_inside(camp.head.alias), _ORDER.index(camp.kind)


def _moved(camps: Sequence[_Camp]) -> dict[Identity, tuple[Identity, str | None]]:
    """Let the camps that have nothing to show for themselves join one that has; camps come strongest first."""
    voters = [camp for camp in camps if not (camp.kind == "work" and camp.is_proven)]  # a film may be called like anybody
    heads = [camp for camp in voters if camp.is_known or camp.is_proven]
    if all(head.documents < voters[0].documents and not head.is_known for head in heads):
        heads.insert(0, voters[0])  # nobody proves anything, or too few against too many
    if len(heads) > 1 and heads[0].documents < CLEAR * heads[1].documents:
        return {}
    head, total = heads[0], sum(camp.documents for camp in voters)
    evidence = f"{head.kind} in {head.documents} of {total} articles"
    return {
        (row.kind, row.key): ((head.kind, head.head.key), evidence) for camp in voters if camp not in heads for row in camp.rows
    }


def _told_one(
    camps: Sequence[_Camp], pairs: Iterable[tuple[Identity, ...]], moved: dict[Identity, tuple[Identity, str | None]]
) -> dict[Identity, tuple[Identity, str | None]]:
    """Make one of two kinds that a curated word makes one: the weaker, and who joined it, join what the stronger is."""
    camp_of = {(row.kind, row.key): number for number, camp in enumerate(camps) for row in camp.rows}
    for pair in sorted(pairs):
        if all(spelling in camp_of for spelling in pair):
            strong, weak = (camps[number] for number in sorted(camp_of[spelling] for spelling in pair))
            target = moved.get((strong.kind, strong.head.key), ((strong.kind, strong.head.key), None))[0]
            leaving = {(row.kind, row.key) for row in weak.rows}
            leaving |= {spelling for spelling, (namesake, _) in moved.items() if namesake in leaving}
            moved |= {spelling: (target, None) for spelling in leaving if spelling[0] != target[0]}
    return moved


def _kind_inside(surface: str) -> str | None:
    """Return the kind that a name's own words tell."""
    words = [word.rstrip(".") for word in surface.split()]
    known = lexicon()
    firm, country = gazetteer().known(words[0]), gazetteer().known(words[-1])
    tells = (
        ("organization", firm is not None and firm.kind == "organization"),  # Google Cloud
        ("place", country is not None and country.kind == "place" and country.rank in {"known", "country"}),  # Nazi Germany
        ("place", words[-1] in known.place_heads or words[0] in known.place_before),
        ("organization", words[-1] in known.organisation_heads),
        ("event", words[-1] in known.thing_heads),
        ("other", words[-1].isdigit()),  # Windows 11
        ("person", words[0].title() in known.given_names),
    )
    return next((kind for kind, is_told in tells if is_told), None)
