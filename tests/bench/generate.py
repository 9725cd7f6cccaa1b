"""Made-up news by the million: a working file with real-like skew, for benchmarks of the warehouse.

`python -m tests.bench.generate ARTICLES HOME` writes it. What is real about it: outlets, words and entities follow Zipf's law;
texts have 3 KB; 25 of 100 articles repeat a recent one; 15 of 100 were edited; 17 names (13 linked) and two quotations each.
"""

from __future__ import annotations

import random
import sys
import time
from itertools import accumulate
from pathlib import Path

import duckdb
import pyarrow as pa

from warehouse.connection import locked, opened
from warehouse.rows import registered

SEED = 20261122
DAYS = 400
OUTLETS = 300
ENTITIES = 50_000
VOCABULARY = 120_000
SENTENCES = 60_000
SENTENCES_AN_ARTICLE = 22
CHUNK = 50_000
_SYLLABLES = [a + b for a in "bcdfghjklmnprstvw" for b in ("a", "e", "i", "o", "u", "an", "er", "ist", "on", "al")]


def generate(home: Path, articles: int) -> None:
    """Fill an empty home with this many articles and all that hangs on them."""
    with locked(home), opened(home) as connection:
        connection.execute("SELECT setseed(0.5)")
        with registered(connection, sentences=_sentences(), names=_names()):
            connection.execute("CREATE TEMP TABLE pool_list AS SELECT list(sentence ORDER BY number) AS items FROM sentences")
            connection.execute(
                "INSERT INTO main.entities SELECT number, name, kind, NULL, NULL, NULL, [name], [] FROM names ORDER BY number"
            )
        for start in range(0, articles, CHUNK):
            _chunk(connection, start, min(CHUNK, articles - start), articles)
            connection.execute("CHECKPOINT")
        connection.execute(
            "INSERT INTO main.runs SELECT 'bench', 'demo', max(first_seen_at), max(first_seen_at), 'finished', 0, 0, 0, 0, 0, 0,"
            " NULL FROM main.articles"
        )
        connection.execute("INSERT INTO state.dirty_days SELECT DISTINCT published_date FROM main.articles")
        connection.execute("UPDATE state.counters SET value = 1 WHERE name = 'load_seq'")


def word_of(number: int) -> str:
    """Return the word of a rank; the most frequent one is 0."""
    word = ""
    number += 1
    while number:
        number, digit = divmod(number, len(_SYLLABLES))
        word += _SYLLABLES[digit]
    return word


def _sentences() -> pa.Table:
    chance = random.Random(SEED)
    words = [word_of(number) for number in range(VOCABULARY)]
    weights = list(accumulate(1 / (number + 3) for number in range(VOCABULARY)))
    texts = [
        " ".join(chance.choices(words, cum_weights=weights, k=chance.randint(14, 30))).capitalize() + "."
        for _ in range(SENTENCES)
    ]
    return pa.table({"number": pa.array(range(SENTENCES), pa.int32()), "sentence": texts})


def _names() -> pa.Table:
    kinds = ["person", "person", "organization", "place"]
    names = [f"{word_of(number * 7 + 11).capitalize()} {word_of(number * 3 + 5).capitalize()}" for number in range(ENTITIES)]
    return pa.table(
        {"number": pa.array(range(ENTITIES), pa.int64()), "name": names, "kind": [kinds[n % 4] for n in range(ENTITIES)]}
    )


_ZIPF = "least(floor(exp(random() * ln({n}))) - 1, {n} - 1)::BIGINT"


def _chunk(connection: duckdb.DuckDBPyConnection, start: int, count: int, total: int) -> None:
    outlet, entity = _ZIPF.format(n=OUTLETS), _ZIPF.format(n=ENTITIES)
    connection.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE fresh AS
        SELECT (hash(n) >> 1)::BIGINT AS article_id,
               n,
               'outlet' || {outlet} || '.example' AS outlet,
               TIMESTAMPTZ '2025-10-18 00:00:00+00' + to_seconds(n * {DAYS}.0 * 86400 / $total)
                   - to_minutes((random() * 600)::INTEGER) AS moment,
               random() < 0.25 AND n > 2000 AS is_copy,
               random() < 0.15 AS is_edited,
               n - 1 - {_ZIPF.format(n=2000)} AS repeats
        FROM range($start, $start + $count) AS r(n)
        """,
        {"start": start, "count": count, "total": total},
    )
    for statement in _FILL:
        connection.execute(statement.format(sentences=SENTENCES, each=SENTENCES_AN_ARTICLE, entity=entity))


_FILL = (
    """
    INSERT INTO main.articles BY NAME
    SELECT article_id,
           'https://' || outlet || '/news/' || n AS url,
           url AS canonical_url,
           outlet,
           'https://' || outlet || '/feed' AS feed_url,
           items[1 + (hash(n * 31) % {sentences})::INTEGER][:70] AS title,
           ['Author ' || (n % 997)] AS authors,
           moment AS published_at,
           'json-ld' AS published_at_source,
           moment::DATE AS published_date,
           moment + INTERVAL 5 MINUTE AS first_seen_at,
           moment + INTERVAL 5 MINUTE AS changed_at,
           is_edited::INTEGER AS revision,
           CASE WHEN n % 10 = 0 THEN 'de' WHEN n % 10 = 1 THEN 'fr' ELSE 'en' END AS language,
           CASE WHEN is_copy THEN 'Reuters' END AS agency,
           'article' AS page_kind,
           'page' AS text_source,
           array_to_string(
               list_transform(
                   range({each}),
                   lambda i: items[1 + (hash(CASE WHEN is_copy THEN repeats ELSE n END * 64 + i) % {sentences})::INTEGER]
               ),
               chr(10) || chr(10)
           ) || ' Case number ' || n || ' x' || (n * 7919 % 1000003) || '.' AS text,
           480 AS word_count,
           [] AS headings,
           CASE WHEN is_copy THEN (hash(repeats) >> 1)::BIGINT END AS original_id,
           CASE WHEN is_copy THEN ['exact', 'near', 'excerpt'][1 + n % 3] END AS copy_kind,
           (hash(n * 17) >> 1)::BIGINT AS content_hash,
           'bench' AS extractor_version
    FROM fresh, pool_list
    ORDER BY moment
    """,
    """
    INSERT INTO main.revisions BY NAME
    SELECT article_id, unnest([0, 1])::INTEGER AS revision, first_seen_at AS seen_at, title, text, 0 AS words_added,
           0 AS words_removed, [{{'kind': 'text', 'removed': '12', 'added': '15', 'context': 'left'}}] AS changes,
           content_hash, extractor_version
    FROM main.articles
    SEMI JOIN fresh USING (article_id)
    WHERE revision = 1
    """,
    """
    INSERT INTO main.copies BY NAME
    SELECT article_id, original_id, copy_kind AS kind, 0.9 AS similarity, 0.95 AS containment, [] AS differing_facts,
           3600 AS lag_seconds, '95 % of this article also stands in the other.' AS evidence, first_seen_at AS decided_at
    FROM main.articles
    SEMI JOIN fresh USING (article_id)
    WHERE original_id IS NOT NULL
    """,
    """
    INSERT INTO main.mentions BY NAME
    SELECT article_id, CASE WHEN m % 4 > 0 THEN {entity} END AS entity_id, 'Name ' || m AS surface, m * 30 AS start_char,
           m * 30 + 6 AS end_char, 'text' AS region, m AS paragraph, 'person' AS kind, [] AS titles, 'model' AS source,
           'bench' AS engine
    FROM fresh, range(17) AS r(m)
    """,
    """
    INSERT INTO main.quotes BY NAME
    SELECT article_id, q AS position, 'We shall see what comes of number ' || n AS quote, 'Speaker' AS speaker,
           {entity} AS entity_id, 'said' AS cue, q * 100 AS start_char, q * 100 + 60 AS end_char, 'direct' AS kind, q AS paragraph
    FROM fresh, range(2) AS r(q)
    """,
)


if __name__ == "__main__":
    begun = time.monotonic()
    generate(Path(sys.argv[2]), int(sys.argv[1]))
    print(f"{sys.argv[1]} articles in {time.monotonic() - begun:.0f} s")
