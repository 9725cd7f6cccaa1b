"""Curated words on names in, everything that follows from them written; names as people type them, looked up."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import duckdb
from rapidfuzz import process

from extractors.names import naming_of, spelling_of, uses_of
from extractors.names.kinds import letters_of
from extractors.names.name_rules import contradicting, literal_of
from extractors.nlp.gazetteer import gazetteer
from extractors.records import TWO_KINDS, NameRule
from flows import progress
from flows.errors import NameRefused
from warehouse import curation
from warehouse.curation import Spelling, ToldRule
from warehouse.names import NamingReport, apart_in
from warehouse.rows import transaction

KINDS = ("person", "organization", "place", "event", "work", "other")
ALIKE = 75  # rapidfuzz's score out of 100 above which a name is offered as "did you mean"
_WIKIDATA_ID = re.compile(r"Q[1-9]\d*")
_ENTITY_ID = re.compile(r"\d{6,}")  # shorter ids are one in ten billion; "2024" may be a name


@dataclass(frozen=True, slots=True)
class Told:
    """What a curated word changed."""

    word: ToldRule
    report: NamingReport
    instead_of: ToldRule | None = None  # what was said before of the same pair
    is_known: bool = True  # False: no article uses one of the spellings yet


def tell(
    connection: duckdb.DuckDBPyConnection,
    verdict: str,
    names: tuple[str, str],
    kinds: Sequence[str],
    because: str | None,
    now: datetime,
) -> Told:
    """Write that two names are the same, or different, and apply it to everything loaded.

    Args:
        connection: Of the working file.
        verdict: "same" or "different".
        names: Two spellings, Wikidata ids or entity ids.
        kinds: Say which, where a spelling names things of several kinds, and let spellings through that nobody uses yet: none,
            one for both, or one for each.
        because: The reason, for the next person.
        now: When.

    Raises:
        NameRefused: A name is unknown, too short to mean one thing, or the word contradicts others.

    """
    one = look_up(connection, names[0], kinds[0] if kinds else None)
    other = look_up(connection, names[1], kinds[-1] if kinds else None, rather=one.kind)
    told = curation.told_rules(connection)
    word = ToldRule(_rule_of(verdict, one, other, names), one.alias, other.alias, because, now)
    against = contradicting(word.rule, [older.rule for older in told])
    if against:
        chain = "; ".join(_said(older) for older in told if older.rule in against)
        raise NameRefused(f"that contradicts what was told before: {chain}. Take one back with: newsloom names forget A B")
    before = next((older for older in told if _pair(older.rule) == _pair(word.rule)), None)
    with transaction(connection):
        report = curation.store_rule(connection, word, uses_of, naming_of)
    return Told(word, report, before, is_known=one.documents > 0 and other.documents > 0)


def forget(connection: duckdb.DuckDBPyConnection, names: tuple[str, str], now: datetime) -> Told:
    """Take back what was told of two names.

    Raises:
        NameRefused: Nothing was.

    """
    told = [word for word in curation.told_rules(connection) if _names(word) == _folded(names)]
    if not told:
        keys = {look_up(connection, name, None).key for name in names}
        told = [word for word in curation.told_rules(connection) if {word.rule.key_a, word.rule.key_b} == keys]
    if not told:
        raise NameRefused(f"nothing was told of {names[0]} and {names[1]}: newsloom names list shows what was")
    with transaction(connection):
        report = curation.forget_rule(connection, told[0], uses_of, naming_of, now)
    return Told(told[0], report)


def resolve_again(connection: duckdb.DuckDBPyConnection, now: datetime) -> NamingReport:
    """Resolve every mention again, all or nothing."""
    with transaction(connection):
        return curation.resolve_history(connection, uses_of, naming_of, now, progress)


def look_up(connection: duckdb.DuckDBPyConnection, name: str, kind: str | None, rather: str | None = None) -> Spelling:
    """Find what a typed name means: a spelling, a Wikidata id, or an entity id.

    Args:
        connection: Of the working file or a published copy.
        name: As typed.
        kind: None takes the only kind there is.
        rather: Of several kinds, this one.

    Raises:
        NameRefused: Nobody is called so, or things of several kinds are, or the name is a bare surname.

    """
    name = " ".join(name.split())
    if _WIKIDATA_ID.fullmatch(name):
        found = curation.spellings_of_entity(connection, wikidata_id=name)
        known = next((known for known in gazetteer().names.values() if known.wikidata_id == name), None)
        if not found and known is not None:
            return look_up(connection, known.name, known.kind)
    elif _ENTITY_ID.fullmatch(name):
        found = curation.spellings_of_entity(connection, entity_id=int(name))
    else:
        return _look_up_spelling(connection, name.title() if name.islower() else name, kind, rather)
    if not found:
        raise NameRefused(f"no article mentions {name}")
    return found[0]


def _look_up_spelling(connection: duckdb.DuckDBPyConnection, name: str, kind: str | None, rather: str | None) -> Spelling:
    if not any(map(str.isalnum, name)):
        raise NameRefused("a name has letters")
    apart = apart_in(connection)
    uses = [spelling_of(name, one, apart) for one in (KINDS if kind is None else (kind,))]
    found = curation.spellings_of_keys(connection, [(use.kind, use.key) for use in uses])
    found = [spelling for spelling in found if spelling.kind == rather] or found
    kinds = sorted({spelling.kind for spelling in found})
    if len({spelling.entity_id for spelling in found}) > 1 and kind is None:
        raise NameRefused(f"{name} names several things here ({', '.join(kinds)}): say which with --kind")
    if found:
        is_own = spelling_of(found[0].alias, found[0].kind, apart).key == found[0].key
        return Spelling(found[0].kind, found[0].key, name if is_own else found[0].alias, found[0].entity_id, found[0].documents)
    bare = sum(curation.bare_names(connection, use.kind, use.key) for use in {(use.kind, use.key): use for use in uses}.values())
    if bare:
        raise NameRefused(f"{name} alone is no full name ({bare} articles use it so): a word on names needs one")
    if kind is not None:
        if not uses[0].is_full:
            raise NameRefused(f"{name} alone is no full name: a word on names needs one")
        return Spelling(uses[0].kind, uses[0].key, name, 0, 0)
    alike = process.extract(name, curation.every_alias(connection), limit=3, score_cutoff=ALIKE)
    hint = (
        f"did you mean {' or '.join(alias for alias, *_ in alike)}?"
        if alike
        else "with --kind the word is kept for the day one does"
    )
    raise NameRefused(f"no article mentions {name}: {hint}")


def _rule_of(verdict: str, one: Spelling, other: Spelling, names: Sequence[str]) -> NameRule:
    if one.kind != other.kind and letters_of(one.key) and letters_of(one.key) == letters_of(other.key):
        keys = sorted(f"{spelling.kind} {spelling.key}" for spelling in (one, other))
        return NameRule(TWO_KINDS, keys[0], keys[1], verdict)
    if one.kind != other.kind:
        raise NameRefused(f"{names[0]} is a {one.kind}, {names[1]} a {other.kind}")
    key_a, key_b = one.key, other.key
    if key_a == key_b:
        if verdict == "same":
            raise NameRefused(f"{names[0]} and {names[1]} are one spelling already")
        key_b = _split(one, other)
    return NameRule(one.kind, min(key_a, key_b), max(key_a, key_b), verdict)


def _split(one: Spelling, other: Spelling) -> str:
    """Return the key of a spelling taken out of another's: both have the same letters, or the table of known names joins them."""
    literals = literal_of(one.alias), literal_of(other.alias)
    if one.kind == "person" or literals[0] == literals[1]:
        raise NameRefused(f"{one.alias} and {other.alias} are written alike: nothing in a text tells them apart")
    known = gazetteer().lookup(other.alias)
    return literals[0] if known is not None and literal_of(known.name) == literals[1] else literals[1]


def _pair(rule: NameRule) -> tuple[str, str, str]:
    return rule.kind, min(rule.key_a, rule.key_b), max(rule.key_a, rule.key_b)


def _names(word: ToldRule) -> frozenset[str]:
    return _folded((word.name_a, word.name_b))


def _folded(names: Sequence[str]) -> frozenset[str]:
    return frozenset(" ".join(name.split()).casefold() for name in names)


def _said(word: ToldRule) -> str:
    reason = f" ({word.because})" if word.because else ""
    return f"{word.name_a} and {word.name_b} are {word.rule.verdict}{reason}"
