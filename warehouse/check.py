"""A warehouse in, broken promises out: the keys and references that the tables do not enforce themselves.

Keys, foreign keys and checks would make every checkpoint of a wide table up to 130 times dearer; a count a day is cheap.
"""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from warehouse.rows import first_row


@dataclass(frozen=True, slots=True)
class Violation:
    """One promise that does not hold, how many rows break it, and one of them."""

    promise: str
    rows: int
    example: str


PROMISES: dict[str, str] = {
    "one row an article": """
        SELECT article_id FROM main.articles
        GROUP BY ALL
        HAVING count(*) > 1
    """,
    "one article a canonical URL": """
        SELECT canonical_url FROM main.articles
        GROUP BY ALL
        HAVING count(*) > 1
    """,
    "one row a feed": """
        SELECT feed_url FROM main.feeds
        GROUP BY ALL
        HAVING count(*) > 1
    """,
    "one row a run": """
        SELECT run_id FROM main.runs
        GROUP BY ALL
        HAVING count(*) > 1
    """,
    "one outcome an item a run": """
        SELECT run_id, item FROM main.outcomes
        GROUP BY run_id, item, stage = 'poll'
        HAVING count(*) > 1
    """,
    "one row a pair of copies": """
        SELECT article_id, original_id FROM main.copies
        GROUP BY ALL
        HAVING count(*) > 1
    """,
    "one row an entity": """
        SELECT entity_id FROM main.entities
        GROUP BY ALL
        HAVING count(*) > 1
    """,
    "one row a quotation": """
        SELECT article_id, position FROM main.quotes
        GROUP BY ALL
        HAVING count(*) > 1
    """,
    "one row a version": """
        SELECT article_id, revision FROM main.revisions
        GROUP BY ALL
        HAVING count(*) > 1
    """,
    "one row an entry": """
        SELECT feed_url, entry_key FROM state.entries
        GROUP BY ALL
        HAVING count(*) > 1
    """,
    "one rhythm a feed": """
        SELECT feed_url FROM state.rhythms
        GROUP BY ALL
        HAVING count(*) > 1
    """,
    "no article is its own copy": """
        SELECT article_id FROM main.copies
        WHERE article_id = original_id
    """,
    "an article that repeats another says how": """
        SELECT article_id FROM main.articles
        WHERE (original_id IS NULL) <> (copy_kind IS NULL)
    """,
    "originals exist": """
        SELECT article_id FROM main.articles AS a
        WHERE original_id IS NOT NULL
        AND NOT EXISTS (FROM main.articles AS o
        WHERE o.article_id = a.original_id)
    """,
    "captions belong to articles": """
        SELECT article_id FROM main.captions
        ANTI JOIN main.articles USING (article_id)
    """,
    "removed lines belong to articles": """
        SELECT article_id FROM main.removed_lines
        ANTI JOIN main.articles USING (article_id)
    """,
    "revisions belong to articles": """
        SELECT article_id FROM main.revisions
        ANTI JOIN main.articles USING (article_id)
    """,
    "mentions belong to articles": """
        SELECT article_id FROM main.mentions
        ANTI JOIN main.articles USING (article_id)
    """,
    "quotes belong to articles": """
        SELECT article_id FROM main.quotes
        ANTI JOIN main.articles USING (article_id)
    """,
    "copies belong to articles": """
        SELECT article_id FROM main.copies
        ANTI JOIN main.articles USING (article_id)
    """,
    "linked mentions have an entity": """
        SELECT entity_id FROM main.mentions
        WHERE entity_id IS NOT NULL
        AND entity_id NOT IN (SELECT entity_id FROM main.entities)
    """,
    "linked speakers have an entity": """
        SELECT entity_id FROM main.quotes
        WHERE entity_id IS NOT NULL
        AND entity_id NOT IN (SELECT entity_id FROM main.entities)
    """,
    "loaded articles exist": """
        SELECT article_id, run_id FROM main.outcomes
        ANTI JOIN main.articles USING (article_id)
        WHERE stage = 'load' AND article_id IS NOT NULL
    """,
    "versions are numbered without a gap": """
        SELECT article_id FROM main.revisions
        GROUP BY article_id
        HAVING count(*) <> max(revision) + 1 OR count(*) < 2
    """,
    "the newest version stands in articles": """
        SELECT article_id FROM main.articles AS a JOIN main.revisions AS r USING (article_id, revision)
        WHERE a.content_hash <> r.content_hash
    """,
    "an article's number of versions is in revisions": """
        SELECT article_id FROM main.articles AS a
        WHERE revision > 0
        AND NOT EXISTS (FROM main.revisions AS r
        WHERE r.article_id = a.article_id AND r.revision = a.revision)
    """,
    "a mention's offsets give its surface": """
        SELECT article_id, surface FROM main.mentions JOIN main.articles USING (article_id)
        WHERE region IN ('text', 'title')
        AND substr(CASE region WHEN 'text' THEN text ELSE title END, start_char + 1, end_char - start_char)
            IS DISTINCT FROM surface
    """,
    "a speaker's offsets give the speaker": """
        SELECT article_id, speaker FROM main.quotes JOIN main.articles USING (article_id)
        WHERE speaker_start IS NOT NULL
        AND substr(text, speaker_start + 1, speaker_end - speaker_start) IS DISTINCT FROM speaker
    """,
    "a standfirst opens its text": """
        SELECT article_id, standfirst FROM main.articles
        WHERE NOT starts_with(text, concat(standfirst, chr(10), chr(10)))
          AND standfirst IS NOT NULL
    """,
    "a quotation lies in its text": """
        SELECT article_id, position FROM main.quotes JOIN main.articles USING (article_id)
        WHERE start_char < 0 OR end_char <= start_char OR end_char > length(text)
    """,
    "a run's count of outcomes is their number": """
        SELECT run_id FROM main.runs AS r
        WHERE outcomes <> (SELECT count(*) FROM main.outcomes AS o
        WHERE o.run_id = r.run_id)
    """,
    "a finished run has an outcome for every item": """
        SELECT run_id, items_expected, outcomes FROM main.runs
        WHERE status = 'finished' AND items_expected > 0 AND items_expected <> outcomes
    """,
    "outcomes belong to runs": """
        SELECT DISTINCT run_id FROM main.outcomes
        ANTI JOIN main.runs USING (run_id)
    """,
    "pending entries can be read back": """
        SELECT feed_url, entry_key FROM state.entries
        WHERE (status = 'pending') <> (payload IS NOT NULL)
    """,
    "no time lies before the web": """
        SELECT article_id FROM main.articles
        WHERE first_seen_at < TIMESTAMPTZ '1990-01-01 00:00:00+00'
    """,
}
"""Promise -> the rows that break it."""


def check(connection: duckdb.DuckDBPyConnection) -> list[Violation]:
    """Test every promise; reads only, on the working file or a published copy.

    Returns:
        One violation a broken promise, in the order of `PROMISES`; empty when all hold.

    """
    found = []
    for promise, query in PROMISES.items():
        row = first_row(connection.execute(f"SELECT count(*), any_value(b::VARCHAR) FROM ({query}) AS b"))  # noqa: S608 (constants)
        if row and row[0]:
            found.append(Violation(promise, int(row[0]), str(row[1])))
    return found
