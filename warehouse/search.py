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
_TOKENS = """
CREATE OR REPLACE TEMP TABLE fresh_words AS
SELECT document, word, any_value(language) AS language, least(count(*), 255)::INTEGER AS times, bool_or(in_title) AS in_title
FROM (
    SELECT document, language, unnest(search_words(text)) AS word, false AS in_title FROM fresh_documents
    UNION ALL
    SELECT document, language, unnest(search_words(title)) AS word, true AS in_title FROM fresh_documents
)
WHERE length(word) <= $longest
GROUP BY document, word
"""
_NEW_PAIRS = "SELECT DISTINCT word, language FROM fresh_words ANTI JOIN state.search_words USING (word, language) ORDER BY ALL"
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
_POSTINGS = """
INSERT INTO state.search_postings BY NAME
SELECT word_id, document, times, in_title
FROM fresh_words
JOIN (SELECT DISTINCT word, word_id FROM state.search_words) USING (word)
ORDER BY word_id, document
"""
_DOCUMENTS = """
INSERT INTO state.search_documents BY NAME
SELECT document, article_id, content_hash, coalesce(sum(times), 0)::INTEGER AS words
FROM fresh_documents
LEFT JOIN fresh_words USING (document)
GROUP BY ALL
ORDER BY document
"""


def refresh_search(connection: duckdb.DuckDBPyConnection) -> int:
    """Index every article version that is not indexed yet, and forget those that are gone; return how many were indexed."""
    connection.execute(_FORGET)
    total = 0
    while count := _index_some(connection):
        total += count
    return total


def _index_some(connection: duckdb.DuckDBPyConnection) -> int:
    with transaction(connection):
        connection.execute(_MISSING, {"most": DOCUMENTS_AT_ONCE})
        count, low, high = first_row(connection.execute("SELECT count(*), min(place), max(place) FROM missing_documents")) or (
            0,
            0,
            0,
        )
        if count:
            first = _next(connection, "SELECT max(document) FROM state.search_documents")
            connection.execute(_FRESH, {"first": first, "low": low, "high": high})
            connection.execute(_TOKENS, {"longest": MAX_WORD_CHARS})
            with registered(connection, stems=_stems(connection)):
                connection.execute(_NEW_WORDS, {"first": _next(connection, "SELECT max(word_id) FROM state.search_words")})
            connection.execute(_POSTINGS)
            connection.execute(_DOCUMENTS)
            connection.execute("DROP TABLE fresh_words")
            connection.execute("DROP TABLE fresh_documents")
        connection.execute("DROP TABLE missing_documents")
    return int(count)


def _stems(connection: duckdb.DuckDBPyConnection) -> pa.Table:
    rows = connection.execute(_NEW_PAIRS).fetchall()
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
