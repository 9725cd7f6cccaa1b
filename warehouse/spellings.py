"""How many articles write a name how: kept up by each batch's difference, so that no batch counts all of history again.

`state.name_spellings` is a sum over `state.name_uses`, and an article's part of the sum depends on that article alone: so what a
batch adds, less what its articles had before, is all that has to be counted.
"""

from __future__ import annotations

import duckdb

_OF_A_BATCH = """
CREATE OR REPLACE TEMP TABLE spelling_parts AS
SELECT kind, key, block, surname_key, article_id, surface, is_proven, 1 AS sign FROM new_uses WHERE is_full
UNION ALL
SELECT kind, key, block, surname_key, article_id, surface, is_proven, -1 AS sign
FROM state.name_uses
SEMI JOIN written USING (article_id)
WHERE is_full
"""

_OF_ALL = """
CREATE OR REPLACE TEMP TABLE spelling_parts AS
SELECT kind, key, block, surname_key, article_id, surface, is_proven, 1 AS sign FROM state.name_uses WHERE is_full
"""

# An article with several spellings of a name counts for the first by letter when it comes to which one is shown.
_TAKE_IN = (
    """
    CREATE OR REPLACE TEMP TABLE spelling_changes AS
    WITH placed AS (
        SELECT
            kind,
            key,
            block,
            surname_key,
            surface,
            sign,
            row_number() OVER (PARTITION BY article_id, kind, key, sign ORDER BY surface) = 1  AS is_first,
            bool_or(coalesce(is_proven, false)) OVER (PARTITION BY article_id, kind, key, sign) AS is_proven
        FROM (
            SELECT kind, key, block, surname_key, surface, article_id, sign, bool_or(is_proven) AS is_proven
            FROM spelling_parts
            GROUP BY ALL
        )
    )
    SELECT
        kind,
        key,
        block,
        surname_key,
        surface,
        sum(sign)::BIGINT                  AS documents,
        sum(if(is_first, sign, 0))::BIGINT AS shown,
        sum(if(is_first AND is_proven, sign, 0))::BIGINT AS proven
    FROM placed
    GROUP BY ALL
    HAVING sum(sign) <> 0 OR sum(if(is_first, sign, 0)) <> 0 OR sum(if(is_first AND is_proven, sign, 0)) <> 0
    """,
    """
    CREATE OR REPLACE TEMP TABLE spellings_now AS
    SELECT
        kind,
        key,
        block,
        surname_key,
        surface,
        sum(documents)::BIGINT AS documents,
        sum(shown)::BIGINT     AS shown,
        sum(proven)::BIGINT    AS proven,
        if(contains(key, ' '), replace(key, ' ', ''), NULL) AS letters
    FROM (
        FROM spelling_changes
        UNION ALL BY NAME
        (FROM state.name_spellings SEMI JOIN spelling_changes USING (kind, key, surface))
    )
    GROUP BY ALL
    """,
    """
    DELETE FROM state.name_spellings USING spelling_changes AS changed
    WHERE (name_spellings.kind, name_spellings.key, name_spellings.surface) = (changed.kind, changed.key, changed.surface)
    """,
    "INSERT INTO state.name_spellings BY NAME FROM spellings_now WHERE documents > 0",
    "DROP TABLE spelling_parts",
    "DROP TABLE spelling_changes",
    "DROP TABLE spellings_now",
)

RECOUNT = ("DELETE FROM state.name_spellings", _OF_ALL, *_TAKE_IN)
"""Statements that count everything anew, wherever `name_uses` was written by other means."""


def count_changes(connection: duckdb.DuckDBPyConnection) -> None:
    """Take in what the uses in `new_uses` change against the stored ones of the articles in `written`; call it before storing."""
    for statement in (_OF_A_BATCH, *_TAKE_IN):
        connection.execute(statement)


def recount(connection: duckdb.DuckDBPyConnection) -> None:
    """Count every spelling of every article anew."""
    for statement in RECOUNT:
        connection.execute(statement)
