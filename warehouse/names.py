"""The memory of names: spellings of a batch in, entities out, and every mention in the file that this moves is linked anew.

Who means whom is decided by a pure function that the caller passes in (`extractors.names.naming_of`). It sees whole blocks of
spellings, counted over all articles, so the tables depend on which articles are loaded, never on their order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import duckdb
import pyarrow as pa

from extractors.records import NameAlias, NameRule, NameUse, Naming
from warehouse.rows import BIGINT, BOOLEAN, INTEGER, TEXT, TEXTS, arrow_of, first_row, ids_of, registered
from warehouse.spellings import count_changes

type_of_decision = Callable[[Sequence[NameAlias], Sequence[NameRule]], Naming]


@dataclass(frozen=True, slots=True)
class NamingReport:
    """What one call changed."""

    spellings: int = 0
    entities: int = 0
    moved: int = 0  # spellings that mean another entity than before
    linked: int = 0  # mentions whose link was written


def store_names(
    connection: duckdb.DuckDBPyConnection,
    article_ids: Iterable[int],
    uses: Iterable[NameUse],
    decide: type_of_decision,
    at: datetime,
) -> NamingReport:
    """Remember the spellings of articles just written, decide the blocks they touch, and link mentions and quotes.

    Args:
        connection: Inside the transaction that wrote the articles' mentions.
        article_ids: All articles written; one without mentions loses those it had.
        uses: From `extractors.names.uses_of`, of these articles.
        decide: `extractors.names.naming_of`.
        at: For the log.

    """
    wanted = ids_of(article_ids)
    rows = [use for use in uses if use.article_id in set(wanted["article_id"].to_pylist())]
    with registered(connection, written=wanted, new_uses=arrow_of(rows, USE_COLUMNS)):
        count_changes(connection)
        for statement in _REPLACE_USES:
            connection.execute(statement)
        return decide_touched(connection, decide, at)


def aliases_for(connection: duckdb.DuckDBPyConnection, blocks: Iterable[tuple[str, str]]) -> list[NameAlias]:
    """Read the stored spellings of some (kind, block) pairs, as decided last."""
    pairs = sorted(blocks)
    table = pa.table({"kind": [kind for kind, _ in pairs], "block": [block for _, block in pairs]})
    with registered(connection, wanted=table):
        rows = connection.execute(_READ_ALIASES).fetchall()
    return sorted((NameAlias(*row) for row in rows), key=lambda alias: (alias.kind, alias.key))


def apart_in(connection: duckdb.DuckDBPyConnection) -> frozenset[tuple[str, str]]:
    """Return (kind, key) of the spellings that a curated word keeps to themselves; `extractors.names.uses_of` takes them."""
    return frozenset(connection.execute(_APART).fetchall())


def decide_touched(connection: duckdb.DuckDBPyConnection, decide: type_of_decision, at: datetime) -> NamingReport:
    """Decide the blocks in the temporary table `touched` and link anew what this moves, and the articles in `written`."""
    rules = _widen(connection)
    aliases = [NameAlias(*row) for row in connection.execute(_COUNT_ALIASES).fetchall()]
    naming = decide(aliases, rules)
    with registered(
        connection,
        new_aliases=arrow_of(naming.aliases, _ALIAS),
        new_bearers=arrow_of(naming.bearers, _BEARER),
        new_entities=arrow_of(naming.entities, _ENTITY),
    ):
        for statement in _WRITE_NAMING:
            connection.execute(statement)
        linked = _link(connection, _MARK_DIRTY)
    moved = [event for event in naming.events if event.event != "new"]
    with registered(connection, new_events=arrow_of(moved, _EVENT, logged_at=[at] * len(moved))):
        connection.execute("INSERT INTO state.name_log BY NAME FROM new_events")
    _drop(connection, "touched", "old_aliases", "changed_keys", "changed_surnames", "changed_entities")
    return NamingReport(len(naming.aliases), len(naming.entities), len(moved), linked)


def link_articles(connection: duckdb.DuckDBPyConnection, article_ids: Iterable[int]) -> int:
    """Link every mention and quote of some articles by what is decided; return how many mentions changed."""
    connection.execute("CREATE OR REPLACE TEMP TABLE changed_keys AS SELECT kind, key FROM state.name_aliases LIMIT 0")
    connection.execute("CREATE OR REPLACE TEMP TABLE changed_surnames AS SELECT surname_key FROM state.name_bearers LIMIT 0")
    with registered(connection, written=ids_of(article_ids)):
        linked = _link(connection, _MARK_CHANGED)
    _drop(connection, "changed_keys", "changed_surnames")
    return linked


def _link(connection: duckdb.DuckDBPyConnection, mark_dirty: str) -> int:
    connection.execute(_LINKS)
    connection.execute(mark_dirty)
    linked = count_of(connection, _LINK_MENTIONS)
    connection.execute(_LINK_QUOTES)
    _drop(connection, "links")
    return linked


def _drop(connection: duckdb.DuckDBPyConnection, *tables: str) -> None:
    for table in tables:
        connection.execute(f"DROP TABLE IF EXISTS temp.{table}")


def _widen(connection: duckdb.DuckDBPyConnection) -> list[NameRule]:
    """Take in the blocks that curated words tie to the touched ones, and those of other kinds' namesakes; return these words."""
    rules = [NameRule(*row) for row in connection.execute("SELECT kind, key_a, key_b, verdict FROM state.name_rules").fetchall()]
    connection.execute("CREATE OR REPLACE TEMP TABLE looked_at AS FROM touched LIMIT 0")
    while True:
        for statement in _FIND_NAMESAKES:
            connection.execute(statement)
        added = count_of(connection, "INSERT INTO touched FROM namesakes WHERE kind = 'person'")
        added += count_of(connection, _WIDEN) if rules else 0
        for statement in _TAKE_NAMESAKES:
            connection.execute(statement)
        if not added:
            break
    _drop(connection, "looked_at", "namesakes")
    return rules


def count_of(connection: duckdb.DuckDBPyConnection, statement: str) -> int:
    """Run a statement that writes; return how many rows it wrote."""
    row = first_row(connection.execute(statement))
    return int(row[0]) if row else 0


# ------------------------------------------------------------------------------------------------ columns and statements

USE_COLUMNS = {
    "article_id": BIGINT,
    "mention_kind": TEXT,
    "surface": TEXT,
    "kind": TEXT,
    "key": TEXT,
    "block": TEXT,
    "is_full": BOOLEAN,
    "surname_key": TEXT,
    "via": TEXTS,
    "mentions": INTEGER,
    "is_proven": BOOLEAN,
}
_ALIAS = {
    "kind": TEXT,
    "key": TEXT,
    "alias": TEXT,
    "block": TEXT,
    "surname_key": TEXT,
    "documents": BIGINT,
    "entity_id": BIGINT,
    "rule": TEXT,
    "evidence": TEXT,
}
_BEARER = {"surname_key": TEXT, "block": TEXT, "entity_id": BIGINT, "evidence": TEXT}
_ENTITY = {
    "entity_id": BIGINT,
    "name": TEXT,
    "kind": TEXT,
    "wikidata_id": TEXT,
    "polity_code": TEXT,
    "country_code": TEXT,
    "aliases": TEXTS,
    "ambiguous_with": pa.list_(BIGINT),
}
_EVENT = {
    "logged_at": pa.timestamp("us", tz="UTC"),
    "event": TEXT,
    "kind": TEXT,
    "alias": TEXT,
    "from_id": BIGINT,
    "to_id": BIGINT,
    "rule": TEXT,
    "evidence": TEXT,
}

_APART = """
SELECT kind, key_a FROM state.name_rules WHERE starts_with(key_a, '=')
UNION
SELECT kind, key_b FROM state.name_rules WHERE starts_with(key_b, '=')
"""

_READ_ALIASES = """
SELECT kind, key, alias, block, surname_key, documents, entity_id, rule, evidence
FROM state.name_aliases
SEMI JOIN wanted USING (kind, block)
"""

_REPLACE_USES = (
    """
    CREATE OR REPLACE TEMP TABLE touched AS
    SELECT DISTINCT kind, block FROM state.name_uses SEMI JOIN written USING (article_id)
    UNION
    SELECT DISTINCT kind, block FROM new_uses
    """,
    "DELETE FROM state.name_uses WHERE article_id IN (SELECT article_id FROM written)",
    "INSERT INTO state.name_uses BY NAME FROM new_uses",
)

# Blocks that a curated word ties to a touched one; returns how many are new.
_WIDEN = """
WITH keys AS (
    SELECT DISTINCT kind, key, block FROM state.name_uses
), tied AS (
    SELECT there.kind, there.block
    FROM state.name_rules AS rules
    JOIN keys AS here ON here.kind = rules.kind AND here.key IN (rules.key_a, rules.key_b)
    JOIN keys AS there ON there.kind = rules.kind AND there.key IN (rules.key_a, rules.key_b)
    SEMI JOIN touched ON touched.kind = here.kind AND touched.block = here.block
)
INSERT INTO touched
SELECT DISTINCT kind, block FROM tied ANTI JOIN touched USING (kind, block)
"""

# Names of several words that are taken for several kinds: all blocks of such a name are decided together. A block of things is
# one name, so its namesakes' namesakes are its own; a block of people holds many names, so its namesakes are looked for next.
_FIND_NAMESAKES = (
    """
    CREATE OR REPLACE TEMP TABLE namesakes AS
    WITH here AS (
        SELECT DISTINCT letters
        FROM state.name_spellings
        SEMI JOIN touched USING (kind, block)
        ANTI JOIN looked_at USING (kind, block)
        WHERE letters IS NOT NULL
    ), found AS (
        SELECT DISTINCT kind, block, letters FROM state.name_spellings SEMI JOIN here USING (letters)
    )
    SELECT DISTINCT kind, block
    FROM found
    SEMI JOIN (SELECT letters FROM found GROUP BY letters HAVING min(kind) <> max(kind)) AS several USING (letters)
    ANTI JOIN touched USING (kind, block)
    """,
    "CREATE OR REPLACE TEMP TABLE looked_at AS FROM touched",
)
_TAKE_NAMESAKES = (
    "INSERT INTO touched FROM namesakes WHERE kind <> 'person'",
    "INSERT INTO looked_at FROM namesakes WHERE kind <> 'person'",
)

_COUNT_ALIASES = """
WITH per_key AS (
    SELECT
        kind,
        key,
        block,
        surname_key,
        first(
            surface ORDER BY kind = 'place' AND surface = upper(surface) AND surface <> lower(surface), shown DESC, surface
        )                                AS alias,
        sum(shown)::BIGINT               AS documents,
        coalesce(sum(proven), 0)::BIGINT AS proofs
    FROM state.name_spellings
    SEMI JOIN touched USING (kind, block)
    GROUP BY ALL
)
SELECT kind, key, per_key.alias, block, surname_key, per_key.documents, old.entity_id, old.rule, old.evidence, proofs
FROM per_key
LEFT JOIN (SELECT kind, key, entity_id, rule, evidence FROM state.name_aliases) AS old USING (kind, key)
ORDER BY kind, key
"""

_WRITE_NAMING = (
    "CREATE OR REPLACE TEMP TABLE old_aliases AS FROM state.name_aliases SEMI JOIN touched USING (kind, block)",
    """
    CREATE OR REPLACE TEMP TABLE changed_keys AS
    SELECT kind, key
    FROM new_aliases AS new
    FULL JOIN old_aliases AS old USING (kind, key)
    WHERE (new.entity_id, new.rule) IS DISTINCT FROM (old.entity_id, old.rule)
    """,
    """
    CREATE OR REPLACE TEMP TABLE changed_surnames AS
    SELECT surname_key
    FROM new_bearers AS new
    FULL JOIN (
        FROM state.name_bearers WHERE block IN (SELECT block FROM touched WHERE kind = 'person')
    ) AS old USING (surname_key, block)
    WHERE new.entity_id IS DISTINCT FROM old.entity_id OR new.block IS NULL OR old.block IS NULL
    """,
    """
    CREATE OR REPLACE TEMP TABLE changed_entities AS
    SELECT entity_id FROM old_aliases UNION SELECT entity_id FROM new_entities
    """,
    "DELETE FROM state.name_aliases USING touched WHERE (name_aliases.kind, name_aliases.block) = (touched.kind, touched.block)",
    "INSERT INTO state.name_aliases BY NAME FROM new_aliases",
    "DELETE FROM state.name_bearers WHERE block IN (SELECT block FROM touched WHERE kind = 'person')",
    "INSERT INTO state.name_bearers BY NAME FROM new_bearers",
    # An entity may have spellings in blocks that were not touched (Abu Mazen): it stays while any is left.
    """
    DELETE FROM main.entities
    WHERE entity_id IN (SELECT entity_id FROM new_entities)
       OR (
           entity_id IN (SELECT entity_id FROM changed_entities)
           AND entity_id NOT IN (SELECT entity_id FROM state.name_aliases)
       )
    """,
    "DELETE FROM main.entity_aliases WHERE entity_id IN (SELECT entity_id FROM changed_entities)",
    """
    INSERT INTO main.entity_aliases BY NAME
    SELECT
        entity_id,
        surface                                           AS alias,
        any_value(coalesce(new.kind, entities.kind))      AS kind,
        first(rule ORDER BY aliases.documents DESC, key, aliases.kind)     AS rule,
        first(evidence ORDER BY aliases.documents DESC, key, aliases.kind) AS evidence,
        sum(spelled.documents)::BIGINT                    AS documents
    FROM (FROM state.name_aliases SEMI JOIN changed_entities USING (entity_id)) AS aliases
    JOIN state.name_spellings AS spelled USING (kind, key)
    LEFT JOIN (SELECT entity_id, kind FROM new_entities) AS new USING (entity_id)
    LEFT JOIN (SELECT entity_id, kind FROM main.entities) AS entities USING (entity_id)
    GROUP BY entity_id, surface
    """,
    """
    INSERT INTO main.entities BY NAME
    SELECT new.* REPLACE (spelled.aliases AS aliases)
    FROM new_entities AS new
    JOIN (
        SELECT entity_id, list(DISTINCT alias ORDER BY alias) AS aliases FROM main.entity_aliases GROUP BY ALL
    ) AS spelled USING (entity_id)
    """,
)

_LINKS = """
    CREATE OR REPLACE TEMP TABLE links AS
    WITH picked AS (
        FROM state.name_uses SEMI JOIN written USING (article_id)
        UNION
        (FROM state.name_uses SEMI JOIN changed_keys USING (kind, key) WHERE is_full)
        UNION
        (FROM state.name_uses WHERE NOT is_full AND list_has_any(via, (SELECT coalesce(list(key), []) FROM changed_keys)))
        UNION
        (FROM state.name_uses SEMI JOIN changed_surnames USING (surname_key) WHERE NOT is_full AND len(via) = 0)
    )
    SELECT article_id, mention_kind, surface, aliases.entity_id, aliases.rule AS link_rule, aliases.evidence AS link_evidence
    FROM picked
    LEFT JOIN state.name_aliases AS aliases USING (kind, key)
    WHERE picked.is_full
    UNION ALL
    SELECT
        article_id,
        mention_kind,
        surface,
        if(count(DISTINCT aliases.entity_id) = 1, min(aliases.entity_id), NULL),
        if(count(DISTINCT aliases.entity_id) = 1, 'full name in the article', 'several in the article'),
        string_agg(aliases.alias, ', ' ORDER BY aliases.key)
    FROM (SELECT article_id, mention_kind, surface, kind, unnest(via) AS key FROM picked WHERE NOT is_full AND len(via) > 0)
    LEFT JOIN state.name_aliases AS aliases USING (kind, key)
    GROUP BY article_id, mention_kind, surface
    UNION ALL
    SELECT
        article_id,
        mention_kind,
        surface,
        bearers.entity_id,
        CASE
            WHEN bearers.entity_id IS NOT NULL THEN 'only bearer'
            WHEN bearers.surname_key IS NOT NULL THEN 'bearer uncertain'
        END,
        bearers.evidence
    FROM picked
    LEFT JOIN state.name_bearers AS bearers
        ON bearers.surname_key = picked.surname_key AND bearers.block = picked.block
    WHERE NOT picked.is_full AND len(picked.via) = 0
"""

_LINK_MENTIONS = """
    UPDATE main.mentions
    SET entity_id = links.entity_id, link_rule = links.link_rule, link_evidence = links.link_evidence
    FROM links
    WHERE mentions.article_id = links.article_id
      AND mentions.kind = links.mention_kind
      AND mentions.surface = links.surface
      AND (mentions.entity_id, mentions.link_rule) IS DISTINCT FROM (links.entity_id, links.link_rule)
"""

# The roll-ups by day count by entity: publish makes the days anew whose mentions mean somebody else now.
_MARK_DIRTY = """
    INSERT INTO state.dirty_days
    SELECT DISTINCT published_date
    FROM main.articles
    SEMI JOIN links USING (article_id)
    ANTI JOIN state.dirty_days USING (published_date)
"""

# As after re-resolving all of history: only the days on which a mention is about to mean somebody else.
_MARK_CHANGED = """
    INSERT INTO state.dirty_days
    SELECT DISTINCT published_date
    FROM main.articles
    SEMI JOIN (
        SELECT mentions.article_id
        FROM main.mentions
        JOIN links ON links.article_id = mentions.article_id
            AND links.mention_kind = mentions.kind
            AND links.surface = mentions.surface
        WHERE mentions.entity_id IS DISTINCT FROM links.entity_id
    ) USING (article_id)
    ANTI JOIN state.dirty_days USING (published_date)
"""

# A quote means whom its speaker's last word names, or else whom its resolved name names; see quote_names.link_speakers.
_LINK_QUOTES = r"""
    WITH heads AS (
        SELECT *, speaker_start + length(regexp_extract(speaker, '^(.*?)\S+\s*$', 1, 's')) AS head_at
        FROM main.quotes
        WHERE article_id IN (SELECT article_id FROM links) AND speaker IS NOT NULL
    ), covering AS (
        SELECT
            heads.article_id,
            heads.position,
            first(mentions.entity_id ORDER BY mentions.end_char - mentions.start_char DESC, mentions.start_char) AS entity_id
        FROM heads
        JOIN main.mentions ON mentions.article_id = heads.article_id
            AND mentions.region = 'text'
            AND mentions.start_char < heads.speaker_end
            AND mentions.end_char > heads.head_at
        GROUP BY ALL
    ), named AS (
        SELECT heads.article_id, heads.position, min(mentions.entity_id) AS entity_id
        FROM heads
        JOIN main.mentions ON mentions.article_id = heads.article_id
            AND mentions.region = 'text'
            AND mentions.surface = heads.speaker_name
        GROUP BY ALL
        HAVING count(DISTINCT mentions.entity_id) = 1
    ), spoken AS (
        SELECT
            article_id,
            position,
            CASE
            WHEN regexp_matches(heads.speaker, '\b(?:and|et|und|y|и)\b|&') THEN NULL
            ELSE coalesce(covering.entity_id, named.entity_id)
        END AS entity_id
        FROM heads
        LEFT JOIN covering USING (article_id, position)
        LEFT JOIN named USING (article_id, position)
    )
    UPDATE main.quotes
    SET entity_id = spoken.entity_id
    FROM spoken
    WHERE quotes.article_id = spoken.article_id
      AND quotes.position = spoken.position
      AND quotes.entity_id IS DISTINCT FROM spoken.entity_id
"""
