"""Days that loads touched in, their counts by entity and by pair of entities out: the roll-ups behind the views.

Only whole days are made anew, so the result is the same whatever the order of loads; a run costs its own days, not the history.
"""

from __future__ import annotations

import duckdb

from warehouse.rows import transaction

MAX_ENTITIES_AN_ARTICLE = 40
"""Entities of one article that form pairs, most mentioned first: a list of 500 names would make 125,000 empty pairs."""
DAYS_AT_ONCE = 14
"""Days made anew in one statement: 14 busy days of 3,000 articles make 3 million pairs, which fit in memory."""

_ENTITIES = """
CREATE OR REPLACE TEMP TABLE named AS
SELECT article.published_date,
       article.article_id,
       article.original_id IS NULL AS is_original,
       article.outlet,
       mention.entity_id,
       count(*) AS times
FROM (FROM main.articles WHERE published_date IN (SELECT unnest($days))) AS article
JOIN main.mentions AS mention USING (article_id)
WHERE mention.entity_id IS NOT NULL
GROUP BY ALL
"""
_ENTITY_DAYS = """
INSERT INTO state.entity_days BY NAME
SELECT published_date,
       entity_id,
       count(*) AS articles,
       count(*) FILTER (WHERE is_original) AS originals,
       count(DISTINCT outlet) AS outlets,
       sum(times) AS mentions
FROM named
GROUP BY published_date, entity_id
ORDER BY published_date, entity_id
"""
_PAIR_DAYS = """
INSERT INTO state.pair_days BY NAME
WITH foremost AS (
    FROM named
    QUALIFY row_number() OVER (PARTITION BY article_id ORDER BY times DESC, entity_id) <= $most
)
SELECT one.published_date,
       one.entity_id,
       other.entity_id AS other_id,
       count(*) AS articles,
       count(*) FILTER (WHERE one.is_original) AS originals
FROM foremost AS one
JOIN foremost AS other ON other.article_id = one.article_id AND other.entity_id > one.entity_id
GROUP BY ALL
ORDER BY ALL
"""


def refresh_rollups(connection: duckdb.DuckDBPyConnection) -> int:
    """Make the dirty days anew, a few at a time, each few in one transaction; return how many days there were."""
    rows = connection.execute("SELECT published_date FROM state.dirty_days ORDER BY published_date").fetchall()
    days = [day for (day,) in rows]
    for start in range(0, len(days), DAYS_AT_ONCE):
        some = days[start : start + DAYS_AT_ONCE]
        with transaction(connection):
            connection.execute(_ENTITIES, {"days": some})
            for table in ("entity_days", "pair_days", "dirty_days"):
                connection.execute(f"DELETE FROM state.{table} WHERE published_date IN (SELECT unnest(?))", [some])  # noqa: S608 (constants)
            connection.execute(_ENTITY_DAYS)
            connection.execute(_PAIR_DAYS, {"most": MAX_ENTITIES_AN_ARTICLE})
            connection.execute("DROP TABLE named")
    return len(days)
