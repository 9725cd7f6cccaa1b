"""Articles not yet indexed in, rows of the full-text index out: plain tables, appended to, that any tool can search by SQL.

Tokens are made by the SQL macro `search_words`, for texts and for queries alike. Python is asked only for the stems of words
never seen before: with PyStemmer, three million a second (snowballstemmer, in pure Python: 16,000).
"""

from __future__ import annotations

import duckdb
import pyarrow as pa
import Stemmer

from warehouse.rows import TEXT, first_row, registered, transaction

DOCUMENTS_AT_ONCE = 20_000
"""20,000 articles make 10 million tokens: 1 GB while they are counted."""
MAX_WORD_CHARS = 64
"""Longer tokens are no words but data: base64, checksums, URLs without separators."""
LANGUAGES = {
    "ar": "arabic",
    "ca": "catalan",
    "cs": "czech",
    "da": "danish",
    "de": "german",
    "el": "greek",
    "en": "english",
    "es": "spanish",
    "et": "estonian",
    "eu": "basque",
    "fa": "persian",
    "fi": "finnish",
    "fr": "french",
    "ga": "irish",
    "hi": "hindi",
    "hu": "hungarian",
    "hy": "armenian",
    "id": "indonesian",
    "it": "italian",
    "lt": "lithuanian",
    "ne": "nepali",
    "nl": "dutch",
    "no": "norwegian",
    "pl": "polish",
    "pt": "portuguese",
    "ro": "romanian",
    "ru": "russian",
    "sr": "serbian",
    "sv": "swedish",
    "ta": "tamil",
    "tr": "turkish",
    "yi": "yiddish",
}
"""ISO 639-1 -> Snowball algorithm; a word of any other language is its own stem."""

_FORGET = """
DELETE FROM state.search_documents
WHERE document IN (
    SELECT document FROM state.search_documents ANTI JOIN main.articles USING (article_id, content_hash)
)
"""
_MISSING = """
CREATE OR REPLACE TEMP TABLE missing_documents AS
SELECT rowid AS place, article_id
FROM main.articles
ANTI JOIN state.search_documents USING (article_id)
ORDER BY place
LIMIT $most
"""
# New articles stand at the end of the table: the bounds spare reading the texts before them, which are most of the file.
_FRESH = """
CREATE OR REPLACE TEMP TABLE fresh_documents AS
SELECT ($first + row_number() OVER (ORDER BY published_date, article_id))::INTEGER AS document,
       article_id,
       content_hash,
       coalesce(language, '') AS language,
       title,
       text
FROM main.articles
WHERE rowid BETWEEN $low AND $high AND article_id IN (SELECT article_id FROM missing_documents)
"""
# Postings of a forgotten version stay until the file is compacted: its number is never given again.
_GIVEN = "SELECT value FROM state.counters WHERE name = 'search_documents'"
_GIVE = "UPDATE state.counters SET value = value + $many WHERE name = 'search_documents'"
_TOKENS = """
CREATE OR REPLACE TEMP TABLE fresh_words AS
SELECT document, language, unnest(words) AS word, generate_subscripts(words, 1)::INTEGER AS place
FROM (
    SELECT document,
           language,
           list_concat(coalesce(search_words(title), []), [''], search_words(text)) AS words
    FROM fresh_documents
)
"""
_NEW_PAIRS = """
SELECT DISTINCT word, language
FROM fresh_words
ANTI JOIN state.search_words USING (word, language)
WHERE length(word) BETWEEN 1 AND $longest
ORDER BY ALL
"""
_NEW_WORDS = """
INSERT INTO state.search_words BY NAME
WITH numbered AS (
    SELECT word, ($first + row_number() OVER (ORDER BY word))::INTEGER AS word_id
    FROM (SELECT DISTINCT word FROM stems ANTI JOIN state.search_words USING (word))
),
known AS (
    SELECT DISTINCT word, word_id FROM state.search_words SEMI JOIN stems USING (word)
)
SELECT word_id, word, language, stem
FROM stems
JOIN (FROM numbered UNION ALL BY NAME FROM known) USING (word)
ORDER BY word, language
"""
# The empty word marks the end of the title.
_POSTINGS = """
INSERT INTO state.search_postings BY NAME
WITH titles AS (
    SELECT document, place AS title_end FROM fresh_words WHERE word = ''
),
known AS (
    SELECT DISTINCT word, word_id FROM state.search_words SEMI JOIN fresh_words USING (word)
),
counted AS (
    SELECT word_id, document, count(*) AS many, list(place ORDER BY place) AS places
    FROM fresh_words
    JOIN known USING (word)
    GROUP BY word_id, document
)
SELECT word_id,
       document,
       least(many, 255)::INTEGER AS times,
       list_min(places) < title_end AS in_title,
       places
FROM counted
JOIN titles USING (document)
ORDER BY word_id, document
"""
_DOCUMENTS = """
INSERT INTO state.search_documents BY NAME
SELECT document,
       article_id,
       content_hash,
       (count(*) FILTER (WHERE length(word) BETWEEN 1 AND $longest))::INTEGER AS words,
       (max(place) FILTER (WHERE word = '') - 1)::INTEGER AS title_words
FROM fresh_documents
JOIN fresh_words USING (document)
GROUP BY ALL
ORDER BY document
"""
_GROWN = """
SELECT count(*) > 1.25 * any_value(value) + 20_000
FROM state.search_words, (SELECT value FROM state.counters WHERE name = 'search_words_sorted')
"""
_IN_ORDER = (
    "CREATE OR REPLACE TEMP TABLE words_in_order AS FROM state.search_words ORDER BY word, language",
    "DELETE FROM state.search_words",
    "INSERT INTO state.search_words FROM words_in_order",
    "UPDATE state.counters SET value = (SELECT count(*) FROM words_in_order) WHERE name = 'search_words_sorted'",
    "DROP TABLE words_in_order",
)
"""Each query looks words up three times: in order, each look reads one row group of two million words, else all of them."""


def refresh_search(connection: duckdb.DuckDBPyConnection) -> int:
    """Index every article version that is not indexed yet, and forget those that are gone; return how many were indexed."""
    connection.execute(_FORGET)
    total = 0
    while count := _index_some(connection):
        total += count
    if total:
        _sort_words(connection)
    return total


def _sort_words(connection: duckdb.DuckDBPyConnection) -> None:
    """Write the words anew in order when a quarter of them has been appended out of order: a constant cost a word."""
    grown = first_row(connection.execute(_GROWN))
    if grown and grown[0]:
        with transaction(connection):
            for statement in _IN_ORDER:
                connection.execute(statement)


def _index_some(connection: duckdb.DuckDBPyConnection) -> int:
    with transaction(connection):
        connection.execute(_MISSING, {"most": DOCUMENTS_AT_ONCE})
        count, low, high = first_row(connection.execute("SELECT count(*), min(place), max(place) FROM missing_documents")) or (
            0,
            0,
            0,
        )
        if count:
            (given,) = first_row(connection.execute(_GIVEN)) or (0,)
            connection.execute(_FRESH, {"first": given - 1, "low": low, "high": high})
            connection.execute(_GIVE, {"many": count})
            connection.execute(_TOKENS)
            with registered(connection, stems=_stems(connection)):
                connection.execute(_NEW_WORDS, {"first": _next(connection, "SELECT max(word_id) FROM state.search_words")})
            connection.execute(_POSTINGS)
            connection.execute(_DOCUMENTS, {"longest": MAX_WORD_CHARS})
            connection.execute("DROP TABLE fresh_words")
            connection.execute("DROP TABLE fresh_documents")
        connection.execute("DROP TABLE missing_documents")
    return int(count)


def _stems(connection: duckdb.DuckDBPyConnection) -> pa.Table:
    rows = connection.execute(_NEW_PAIRS, {"longest": MAX_WORD_CHARS}).fetchall()
    stemmers = {code: Stemmer.Stemmer(name) for code, name in LANGUAGES.items() if code in {language for _, language in rows}}
    stems = [stemmers[language].stemWord(word) if language in stemmers else word for word, language in rows]
    return pa.table(
        {
            "word": pa.array([word for word, _ in rows], TEXT),
            "language": pa.array([language for _, language in rows], TEXT),
            "stem": pa.array(stems, TEXT),
        },
    )


def _next(connection: duckdb.DuckDBPyConnection, query: str) -> int:
    """Return the last number in use, or -1: `row_number()` counts from 1."""
    row = first_row(connection.execute(query))
    return -1 if row is None or row[0] is None else int(row[0])
