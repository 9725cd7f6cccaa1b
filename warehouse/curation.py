"""Curated words on names, and the whole history resolved again: what a person says in, tables that agree with it out.

Everything here leaves the tables as if the words had stood from the first article on.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, TypeVar

import duckdb
import pyarrow as pa

from extractors.records import Mention, NameRule, NameUse
from warehouse.names import (
    USE_COLUMNS,
    NamingReport,
    apart_in,
    decide_touched,
    link_articles,
    store_names,
    type_of_decision,
)
from warehouse.rows import arrow_of, first_row, ids_of, registered
from warehouse.spellings import recount

type_of_reading = Callable[[Iterable[Mention], Collection[tuple[str, str]]], list[NameUse]]

T = TypeVar("T")

ARTICLES_AT_ONCE = 2_000  # some 60,000 mentions in memory
BLOCKS_AT_ONCE = 20_000  # some 50,000 spellings in memory


class Listener(Protocol):
    """Whoever shows progress."""

    def expect(self, stage: str, count: int) -> None:
        """`count` more items will pass `stage`."""

    def advance(self, stage: str, count: int = 1) -> None:
        """`count` items have passed `stage`."""


@dataclass(frozen=True, slots=True)
class ToldRule:
    """A curated word as it was told."""

    rule: NameRule
    name_a: str
    name_b: str
    because: str | None
    told_at: datetime


def told_rules(connection: duckdb.DuckDBPyConnection) -> list[ToldRule]:
    """Read the curated words, oldest first."""
    rows = connection.execute(
        """
        SELECT kind, key_a, key_b, verdict, coalesce(name_a, key_a), coalesce(name_b, key_b), note, written_at
        FROM state.name_rules
        ORDER BY written_at, kind, key_a, key_b
        """
    ).fetchall()
    return [ToldRule(NameRule(*row[:4]), *row[4:]) for row in rows]


def store_rule(
    connection: duckdb.DuckDBPyConnection, told: ToldRule, read: type_of_reading, decide: type_of_decision
) -> NamingReport:
    """Write a curated word and apply it to everything loaded; a later word on the same pair wins. Inside a transaction.

    Args:
        connection: Inside a transaction.
        told: Contradicts no other word (`extractors.names.name_rules.contradicting`).
        read: `extractors.names.uses_of`.
        decide: `extractors.names.naming_of`.

    """
    _take_back(connection, told.rule)
    names = {told.rule.key_a: told.name_a, told.rule.key_b: told.name_b}
    key_a, key_b = sorted(names)
    values = [told.rule.kind, key_a, key_b, told.rule.verdict, told.because, told.told_at, names[key_a], names[key_b]]
    connection.execute("INSERT INTO state.name_rules VALUES (?, ?, ?, ?, ?, ?, ?, ?)", values)
    _log(connection, f"told {told.rule.verdict}", told)
    return _applied(connection, told, read, decide, told.told_at)


def forget_rule(
    connection: duckdb.DuckDBPyConnection, told: ToldRule, read: type_of_reading, decide: type_of_decision, at: datetime
) -> NamingReport:
    """Take a curated word back, and everything that followed from it. Inside a transaction."""
    touched = _touch(connection, told.rule)
    _take_back(connection, told.rule)
    _log(connection, "forgotten", ToldRule(told.rule, told.name_a, told.name_b, told.because, at))
    return _applied(connection, told, read, decide, at, touched)


def resolve_history(
    connection: duckdb.DuckDBPyConnection,
    read: type_of_reading,
    decide: type_of_decision,
    at: datetime,
    listener: Listener | None = None,
) -> NamingReport:
    """Resolve every mention in the file again, as after an upgrade of the resolver. Inside a transaction: all or nothing.

    Args:
        connection: Inside a transaction.
        read: `extractors.names.uses_of`.
        decide: `extractors.names.naming_of`.
        at: For the log.
        listener: Hears of stages "read names", "decide names" and "link names".

    """
    ids = [row[0] for row in connection.execute(_ARTICLES_WITH_NAMES).fetchall()]
    apart = apart_in(connection)
    connection.execute("CREATE OR REPLACE TEMP TABLE all_uses AS FROM state.name_uses LIMIT 0")
    for chunk in _watched(ids, ARTICLES_AT_ONCE, "read names", listener):
        with registered(connection, some_uses=arrow_of(read(_stored_mentions(connection, chunk), apart), USE_COLUMNS)):
            connection.execute("INSERT INTO all_uses BY NAME FROM some_uses")
    for statement in _EXCHANGE_USES:
        connection.execute(statement)
    recount(connection)
    spellings = entities = moved = linked = 0
    blocks = connection.execute(_ALL_BLOCKS).fetchall()
    with registered(connection, written=ids_of(())):
        for some in _watched(blocks, BLOCKS_AT_ONCE, "decide names", listener):
            table = pa.table({"kind": [kind for kind, _ in some], "block": [block for _, block in some]})
            with registered(connection, wanted=table):
                connection.execute("CREATE OR REPLACE TEMP TABLE touched AS SELECT kind, block FROM wanted")
            report = decide_touched(connection, decide, at)
            spellings, entities, moved = spellings + report.spellings, entities + report.entities, moved + report.moved
            linked += report.linked
    linked += sum(link_articles(connection, chunk) for chunk in _watched(ids, ARTICLES_AT_ONCE, "link names", listener))
    return NamingReport(spellings, entities, moved, linked)


def _applied(
    connection: duckdb.DuckDBPyConnection,
    told: ToldRule,
    read: type_of_reading,
    decide: type_of_decision,
    at: datetime,
    also: Sequence[tuple[str, str]] = (),
) -> NamingReport:
    """Decide anew what a word is about; where it takes spellings apart, their articles are read anew first."""
    rule = told.rule
    if "=" in (rule.key_a[0], rule.key_b[0]):
        ids = [row[0] for row in connection.execute(_ARTICLES_ABOUT, [rule.kind, rule.key_a, rule.key_b]).fetchall()]
        mentions = list(_stored_mentions(connection, ids))
        return store_names(connection, ids, read(mentions, apart_in(connection)), decide, at)
    blocks = sorted({*_touch(connection, rule), *also})
    table = pa.table({"kind": [kind for kind, _ in blocks], "block": [block for _, block in blocks]})
    with registered(connection, written=ids_of(()), wanted=table):
        connection.execute(
            "CREATE OR REPLACE TEMP TABLE touched AS SELECT kind::VARCHAR AS kind, block::VARCHAR AS block FROM wanted"
        )
        return decide_touched(connection, decide, at)


def _touch(connection: duckdb.DuckDBPyConnection, rule: NameRule) -> list[tuple[Any, ...]]:
    """Return the blocks that a word is about, and those of everything its spellings are one with."""
    return [block for kind, key in rule.spellings for block in connection.execute(_BLOCKS_ABOUT, [kind, key]).fetchall()]


def _take_back(connection: duckdb.DuckDBPyConnection, rule: NameRule) -> None:
    pair = [rule.kind, *sorted((rule.key_a, rule.key_b))]
    connection.execute("DELETE FROM state.name_rules WHERE (kind, key_a, key_b) = (?, ?, ?)", pair)


def _log(connection: duckdb.DuckDBPyConnection, event: str, told: ToldRule) -> None:
    connection.execute(
        "INSERT INTO state.name_log VALUES (?, ?, ?, ?, NULL, NULL, 'curated', ?)",
        [told.told_at, event, told.rule.kind, f"{told.name_a} | {told.name_b}", told.because],
    )


def _watched(items: Sequence[T], size: int, stage: str, listener: Listener | None) -> Iterator[Sequence[T]]:
    if listener is not None:
        listener.expect(stage, len(items))
    for start in range(0, len(items), size):
        chunk = items[start : start + size]
        yield chunk
        if listener is not None:
            listener.advance(stage, len(chunk))


def _stored_mentions(connection: duckdb.DuckDBPyConnection, article_ids: Sequence[int]) -> Iterator[Mention]:
    with registered(connection, wanted=ids_of(article_ids)):
        rows = connection.execute(_READ_MENTIONS).fetchall()
    for article_id, surface, start, end, kind, source, titles in rows:
        yield Mention(article_id, surface, start, end, kind, source, titles=tuple(titles))


# ------------------------------------------------------------------------------------------------ spellings looked up


@dataclass(frozen=True, slots=True)
class Spelling:
    """A spelling as the file knows it."""

    kind: str
    key: str
    alias: str
    entity_id: int
    documents: int
    is_full: bool = True


def spellings_of_keys(connection: duckdb.DuckDBPyConnection, keys: Iterable[tuple[str, str]]) -> list[Spelling]:
    """Return the stored spellings among some (kind, key) pairs: those of their entity's kind first, then the most documented."""
    pairs = sorted(set(keys))
    table = pa.table({"kind": pa.array([k for k, _ in pairs], pa.string()), "key": pa.array([k for _, k in pairs], pa.string())})
    with registered(connection, wanted=table):
        rows = connection.execute(
            """
            SELECT kind, key, alias, entity_id, documents
            FROM state.name_aliases AS aliases
            SEMI JOIN wanted USING (kind, key)
            LEFT JOIN (SELECT entity_id, kind AS voted FROM main.entities) AS entities USING (entity_id)
            ORDER BY kind = voted DESC, documents DESC, kind, key
            """
        ).fetchall()
    return [Spelling(*row) for row in rows]


def spellings_of_entity(
    connection: duckdb.DuckDBPyConnection, *, entity_id: int | None = None, wikidata_id: str | None = None
) -> list[Spelling]:
    """Return the spellings of an entity, most documented first; empty where there is no such entity."""
    rows = connection.execute(
        """
        SELECT kind, key, alias, entity_id, documents
        FROM state.name_aliases
        WHERE entity_id IN (SELECT entity_id FROM main.entities WHERE entity_id = ? OR wikidata_id = ?)
        ORDER BY documents DESC, kind, key
        """,
        [entity_id, wikidata_id],
    ).fetchall()
    return [Spelling(*row) for row in rows]


def bare_names(connection: duckdb.DuckDBPyConnection, kind: str, key: str) -> int:
    """Count the articles in which a key is a bare surname or an acronym, never a name by itself."""
    row = first_row(
        connection.execute(
            "SELECT count(DISTINCT article_id) FROM state.name_uses WHERE (kind, key) = (?, ?) AND NOT is_full", [kind, key]
        )
    )
    return int(row[0]) if row else 0


def every_alias(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """Return all spellings, for "did you mean", the most documented first."""
    rows = connection.execute("SELECT alias FROM state.name_aliases ORDER BY documents DESC, alias LIMIT 200_000").fetchall()
    return [row[0] for row in rows]


# ------------------------------------------------------------------------------------------------ statements

_ARTICLES_WITH_NAMES = """
SELECT article_id FROM main.mentions UNION SELECT article_id FROM state.name_uses ORDER BY article_id
"""

_READ_MENTIONS = """
SELECT article_id, surface, start_char, end_char, kind, source, titles
FROM main.mentions
SEMI JOIN wanted USING (article_id)
"""

_EXCHANGE_USES = (
    """
    CREATE OR REPLACE TEMP TABLE reread AS
    SELECT article_id FROM (FROM all_uses EXCEPT FROM state.name_uses)
    UNION
    SELECT article_id FROM (FROM state.name_uses EXCEPT FROM all_uses)
    """,
    "DELETE FROM state.name_uses WHERE article_id IN (FROM reread)",
    "INSERT INTO state.name_uses BY NAME FROM all_uses WHERE article_id IN (FROM reread)",
    "DROP TABLE reread",
    "DROP TABLE all_uses",
)

_ALL_BLOCKS = """
SELECT kind, block FROM state.name_uses UNION SELECT kind, block FROM state.name_aliases ORDER BY kind, block
"""

_BLOCKS_ABOUT = """
WITH told AS (
    SELECT kind, block, entity_id FROM state.name_aliases WHERE kind = $1 AND key = $2
)
SELECT kind, block FROM told
UNION
SELECT aliases.kind, aliases.block FROM state.name_aliases AS aliases SEMI JOIN told USING (entity_id)
"""

_ARTICLES_ABOUT = """
SELECT DISTINCT article_id FROM state.name_uses WHERE kind = $1 AND key IN ($2, $3) ORDER BY article_id
"""
