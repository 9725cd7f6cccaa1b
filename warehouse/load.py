"""A batch of records in, rows of the analysts' tables out: one transaction, and loading it again changes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import duckdb
import pyarrow as pa

from extractors.records import Article, Batch, Copy, Outcome
from warehouse import copies as copy_memory
from warehouse import names
from warehouse.articles import NEW, REFRESHED, REVISED, UNCHANGED, decide, refreshed, store_articles
from warehouse.ledger import store_outcomes
from warehouse.rows import AT, BIGINT, DOUBLE, INTEGER, TEXT, TEXTS, arrow_of, first_row, ids_of, registered, transaction


@dataclass(frozen=True, slots=True)
class LoadReport:
    """What one load did. `load_seq` changes with every load: a decision made at another value needs another look."""

    load_seq: int
    articles_new: int = 0
    articles_revised: int = 0
    articles_refreshed: int = 0  # same article, read by another extractor or with `replace`
    articles_unchanged: int = 0
    copies: int = 0
    mentions: int = 0
    quotes: int = 0
    outcomes: int = 0


def load(
    connection: duckdb.DuckDBPyConnection,
    batch: Batch,
    *,
    decide_names: names.type_of_decision | None = None,
    replace_derived: bool = False,
) -> LoadReport:
    """Write a batch.

    An article is new, revised (its title or text changed: versions go to `revisions`), refreshed (read by another extractor) or
    unchanged (nothing is written). Captions, removed lines, mentions and quotes are replaced together with their article.

    Args:
        connection: From `writer`; no transaction open.
        batch: Its `outcomes` of stage "load" that name an article get that article's verdict: loaded, revised, refreshed, …
        decide_names: `extractors.names.naming_of`: mentions and quotes are linked to entities in the same transaction, by the
            batch's `name_uses`. Without it they stay as the batch has them.
        replace_derived: Write unchanged articles too, with all that hangs on them: for rebuilds with another tagger.

    Returns:
        Counts, and the new `load_seq`.

    """
    with transaction(connection):
        return _store(connection, batch, decide_names, replace_derived=replace_derived)


def _store(
    connection: duckdb.DuckDBPyConnection, batch: Batch, decide_names: names.type_of_decision | None, *, replace_derived: bool
) -> LoadReport:
    judged = decide(connection, batch.articles)
    if replace_derived:
        judged = refreshed(connection, judged, batch.articles)
    written = [decision.article for decision in judged if decision.article is not None]
    keys = {article.article_id for article in written}
    _mark_dirty(connection, keys)  # the days they leave
    store_articles(connection, judged)
    mentions, quotes = _store_parts(connection, batch, written)
    if decide_names is not None and keys:
        names.store_names(connection, keys, batch.name_uses, decide_names, _now_of(batch))
    copies = _store_copies(connection, batch)
    _mark_dirty(connection, keys | _moved_by(batch))
    verdicts = {decision.article_id: decision.verdict for decision in judged}
    outcomes = store_outcomes(connection, [_final(outcome, verdicts) for outcome in batch.outcomes])
    count = list(verdicts.values()).count
    _count_articles(connection, batch.run_id, count(NEW), count(REVISED))
    return LoadReport(
        load_seq=next_load_seq(connection),
        articles_new=count(NEW),
        articles_revised=count(REVISED),
        articles_refreshed=count(REFRESHED),
        articles_unchanged=count(UNCHANGED),
        copies=copies,
        mentions=mentions,
        quotes=quotes,
        outcomes=outcomes,
    )


def next_load_seq(connection: duckdb.DuckDBPyConnection) -> int:
    """Raise the counter of loads and return it; inside the transaction of the load."""
    connection.execute("UPDATE state.counters SET value = value + 1 WHERE name = 'load_seq'")  # DuckLake knows no RETURNING here
    row = first_row(connection.execute("SELECT value FROM state.counters WHERE name = 'load_seq'"))
    return int(row[0]) if row else 0


def _count_articles(connection: duckdb.DuckDBPyConnection, run_id: str, new: int, revised: int) -> None:
    connection.execute(
        "UPDATE main.runs SET articles_new = articles_new + ?, articles_revised = articles_revised + ? WHERE run_id = ?",
        [new, revised, run_id],
    )


def _final(outcome: Outcome, verdicts: dict[int, str]) -> Outcome:
    if outcome.stage != "load" or outcome.article_id not in verdicts:
        return outcome
    return replace(outcome, outcome=verdicts[outcome.article_id])


# ------------------------------------------------------------------------------------------------ what hangs on an article

_CAPTION = {"position": INTEGER, "text": TEXT, "credit": TEXT}
_REMOVED = {"position": INTEGER, "text": TEXT, "reason": TEXT}
_MENTION = {
    "article_id": BIGINT,
    "entity_id": BIGINT,
    "surface": TEXT,
    "start_char": INTEGER,
    "end_char": INTEGER,
    "region": TEXT,
    "paragraph": INTEGER,
    "kind": TEXT,
    "titles": TEXTS,
    "source": TEXT,
    "link_rule": TEXT,
    "link_evidence": TEXT,
    "engine": TEXT,
}
_QUOTE = {
    "article_id": BIGINT,
    "position": INTEGER,
    "quote": TEXT,
    "speaker": TEXT,
    "speaker_name": TEXT,
    "entity_id": BIGINT,
    "cue": TEXT,
    "start_char": INTEGER,
    "end_char": INTEGER,
    "speaker_start": INTEGER,
    "speaker_end": INTEGER,
    "kind": TEXT,
    "method": TEXT,
    "paragraph": INTEGER,
}


def _store_parts(connection: duckdb.DuckDBPyConnection, batch: Batch, articles: list[Article]) -> tuple[int, int]:
    """Replace captions, removed lines, mentions and quotes of the articles just written; return mentions and quotes."""
    keys = {article.article_id for article in articles}
    mentions = [mention for mention in dict.fromkeys(batch.mentions) if mention.article_id in keys]
    quotes = [quote for quote in dict.fromkeys(batch.quotes) if quote.article_id in keys]
    captions = [(a.article_id, caption) for a in articles for caption in dict.fromkeys(a.captions)]
    removed = [(a.article_id, line) for a in articles for line in dict.fromkeys(a.removed_lines)]
    _replace_rows(connection, "captions", keys, _of_article(captions, _CAPTION))
    _replace_rows(connection, "removed_lines", keys, _of_article(removed, _REMOVED))
    _replace_rows(connection, "mentions", keys, arrow_of(mentions, _MENTION))
    _replace_rows(connection, "quotes", keys, arrow_of(quotes, _QUOTE))
    return len(mentions), len(quotes)


def _of_article(parts: Sequence[tuple[int, object]], columns: dict[str, pa.DataType]) -> pa.Table:
    return arrow_of([part for _, part in parts], {"article_id": BIGINT, **columns}, article_id=[key for key, _ in parts])


_REPLACE = {
    name: (
        f"DELETE FROM main.{name} WHERE article_id IN (SELECT article_id FROM replaced)",  # noqa: S608 (name is one of four constants)
        f"INSERT INTO main.{name} BY NAME FROM new_rows",
    )
    for name in ("captions", "removed_lines", "mentions", "quotes")
}


def _replace_rows(connection: duckdb.DuckDBPyConnection, name: str, article_ids: Iterable[int], rows: pa.Table) -> None:
    delete, insert = _REPLACE[name]
    with registered(connection, replaced=ids_of(article_ids), new_rows=rows):
        connection.execute(delete)
        connection.execute(insert)


# ------------------------------------------------------------------------------------------------ copies

_COPY = {
    "article_id": BIGINT,
    "original_id": BIGINT,
    "kind": TEXT,
    "similarity": DOUBLE,
    "containment": DOUBLE,
    "original_containment": DOUBLE,
    "longest_run": INTEGER,
    "differing_facts": TEXTS,
    "lag_seconds": BIGINT,
    "evidence": TEXT,
    "decided_at": AT,
}


def _store_copies(connection: duckdb.DuckDBPyConnection, batch: Batch) -> int:
    """Write decided pairs and what the search for copies must remember; then articles name their originals."""
    pairs = list({(copy.article_id, copy.original_id): copy for copy in (*batch.copies, *batch.decisions.copies)}.values())
    if pairs:
        with registered(connection, new_copies=arrow_of(pairs, _COPY)):
            for statement in _STORE_PAIRS:
                connection.execute(statement)
    if batch.fingerprints:
        copy_memory.store_fingerprints(connection, batch.fingerprints, batch.decisions, _now_of(batch))
    copy_memory.store_clusters(connection, batch.decisions)
    _name_originals(connection, pairs)
    return len(pairs)


_STORE_PAIRS = (
    # A pair decided before keeps its row, unless its kind or its figures changed.
    """
    DELETE FROM main.copies USING new_copies AS new
    WHERE copies.article_id = new.article_id
      AND copies.original_id = new.original_id
      AND (copies.kind, copies.similarity, copies.containment, copies.evidence)
          IS DISTINCT FROM (new.kind, new.similarity, new.containment, new.evidence)
    """,
    "INSERT INTO main.copies BY NAME FROM new_copies ANTI JOIN main.copies USING (article_id, original_id)",
)


def _name_originals(connection: duckdb.DuckDBPyConnection, pairs: Iterable[Copy]) -> None:
    """Point articles that no cluster speaks for at the text they repeat most; ties go to the smaller id."""
    with registered(connection, wanted=ids_of({pair.article_id for pair in pairs})):
        connection.execute(
            """
            UPDATE main.articles
            SET original_id = best.original_id, copy_kind = best.kind
            FROM (
                SELECT DISTINCT ON (article_id) article_id, original_id, kind
                FROM main.copies
                SEMI JOIN wanted USING (article_id)
                ANTI JOIN state.copy_members USING (article_id)
                WHERE kind IN ('exact', 'near', 'excerpt', 'contains')
                ORDER BY article_id, containment DESC, original_id
            ) AS best
            WHERE articles.article_id = best.article_id
            """
        )


def _moved_by(batch: Batch) -> set[int]:
    """Return the articles whose original this batch may have changed, themselves apart from the batch."""
    return {
        *(pair.article_id for pair in (*batch.copies, *batch.decisions.copies)),
        *(member.article_id for member in batch.decisions.memberships),
        *(key for cluster in batch.decisions.clusters for key in (cluster.cluster_id, cluster.head_id)),
    }


def _now_of(batch: Batch) -> datetime:
    moments = [article.first_seen_at for article in batch.articles]
    return batch.as_of or max(moments, default=datetime.fromtimestamp(0, UTC))


def _mark_dirty(connection: duckdb.DuckDBPyConnection, article_ids: Iterable[int]) -> None:
    """Remember which days' roll-ups publish must make anew."""
    with registered(connection, wanted=ids_of(article_ids)):
        connection.execute(
            """
            INSERT INTO state.dirty_days
            SELECT DISTINCT published_date
            FROM main.articles
            SEMI JOIN wanted USING (article_id)
            ANTI JOIN state.dirty_days USING (published_date)
            """
        )
