"""Stored texts in, the memory of copies made anew out: after an upgrade whose sketches are others, before anything is looked up.

The old sketches would find nothing, in silence. It takes milliseconds an article, once; killed in between, the next run goes on.
"""

from __future__ import annotations

from dataclasses import replace

import duckdb

from extractors.copies import decide
from extractors.copies.fingerprints import FINGERPRINT_VERSION, fingerprint_of
from extractors.records import Batch
from warehouse.copies import candidates_for, forget_other_versions, has_other_versions, has_unsketched, unsketched
from warehouse.load import load
from warehouse.rows import transaction

BATCH_ARTICLES = 500


def needs_resketching(connection: duckdb.DuckDBPyConnection, fingerprint_version: int = FINGERPRINT_VERSION) -> bool:
    """Tell whether the memory of copies is of another version or incomplete."""
    return has_other_versions(connection, fingerprint_version) or has_unsketched(connection)


def resketch(connection: duckdb.DuckDBPyConnection, window_days: int, *, fingerprint_version: int = FINGERPRINT_VERSION) -> int:
    """Make the memory of copies anew where it is of another version or incomplete.

    Args:
        connection: From `writer`; no transaction open.
        window_days: How far back copies are looked for.
        fingerprint_version: Of the sketches that are wanted.

    Returns:
        How many articles were sketched again; 0 in every run but the first after an upgrade.

    """
    with transaction(connection):
        forget_other_versions(connection, fingerprint_version)
    total = 0
    while has_unsketched(connection) and (articles := unsketched(connection, BATCH_ARTICLES)):
        seen = {article.article_id: article.first_seen_at for article in articles}
        now = max(seen.values())
        prints = [fingerprint_of(article) for article in articles]
        decisions = decide(articles, prints, candidates_for(connection, prints, now, window_days), now)
        dated = tuple(replace(copy, decided_at=seen.get(copy.article_id, copy.decided_at)) for copy in decisions.copies)
        load(connection, Batch("resketch", fingerprints=tuple(prints), decisions=replace(decisions, copies=dated), as_of=now))
        total += len(articles)
    return total
