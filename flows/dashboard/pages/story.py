"""One story: who had it first, who ran it after and when, and what each of them changed, word by word."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flows.dashboard.charts import Run, timeline_of
from flows.dashboard.pages import Context, Page, Visit
from flows.dashboard.pages.article import article_id_in
from flows.dashboard.published import Desk
from flows.dashboard.questions import question
from warehouse.revisions import Change, changes_of_texts

MOST_RUNS = 40
MOST_CHANGES = 80
_RUNS = """
    WITH story AS (
        SELECT coalesce(original_id, article_id) AS story_id FROM articles WHERE article_id = $article
    )
    SELECT article.article_id, article.outlet, article.title, article.language, article.agency, article.original_id,
           article.published_at, coalesce(article.published_at, article.first_seen_at) AS appeared_at,
           pair.kind, pair.containment, pair.evidence, pair.differing_facts
    FROM articles AS article
    LEFT JOIN copies AS pair
      ON pair.article_id = article.article_id AND pair.original_id = article.original_id
    WHERE article.article_id = (SELECT story_id FROM story)
       OR article.original_id = (SELECT story_id FROM story)
    ORDER BY article.original_id IS NOT NULL, appeared_at, article.article_id
    LIMIT $most
"""
# By a list of constants: IN, or a subquery, unpacks the texts of all blocks (1.0 CPU-seconds at a million articles; this 0.01).
_TEXTS = """
    SELECT article_id, text
    FROM articles
    WHERE list_contains(string_split($articles, ',')::BIGINT[], article_id)
"""
_EDITS = """
    WITH story AS (
        SELECT coalesce(original_id, article_id) AS story_id FROM articles WHERE article_id = $article
    )
    SELECT article_id, revision, outlet, old_title, new_title, seen_at, minutes_after_first_seen, words_added, words_removed,
           is_silent, changes
    FROM corrections
    WHERE article_id IN (
        SELECT article_id FROM articles, story WHERE article_id = story_id OR original_id = story_id
    )
    ORDER BY seen_at, article_id, revision
"""


@dataclass(frozen=True, slots=True)
class Retelling:
    """One article of the story beside its original."""

    row: Mapping[str, Any]
    lag_seconds: float  # after the first to appear, whichever that was
    changes: list[Change]
    more_changes: int = 0


def build(desk: Desk, visit: Visit) -> Context:
    """Ask for the articles of the story that an article belongs to, and compare their texts."""
    article_id = article_id_in(visit.path["article_id"])
    if article_id is None:
        return {"is_absent": True}
    runs = desk.answer(question(_RUNS, article=article_id, most=MOST_RUNS)).needed()
    edits = desk.answer(question(_EDITS, article=article_id))
    if not runs.rows:
        return {"is_absent": True}
    written = desk.answer(question(_TEXTS, articles=",".join(str(row["article_id"]) for row in runs.rows))).needed()
    texts = {row["article_id"]: row["text"] for row in written.rows}
    rows = [{**row, "text": texts.get(row["article_id"], "")} for row in runs.rows]
    original = rows[0]
    began = min(row["appeared_at"] for row in rows)
    told = sorted((retold(original, row, began) for row in rows), key=lambda one: (one.lag_seconds, one.row["outlet"]))
    marks = [(edit["article_id"], (edit["seen_at"] - began).total_seconds()) for edit in edits.rows]
    line = [Run(one.row["article_id"], one.row["outlet"], one.lag_seconds, one.row["kind"] or "original") for one in told]
    return {
        "is_absent": False,
        "runs": runs,
        "edits": edits,
        "original": original,
        "told": told,
        "outlets": len({row["outlet"] for row in runs.rows}),
        "charts": [timeline_of(line, marks, width=width) for width in (1160, 360)],
    }


def retold(original: Mapping[str, Any], row: Mapping[str, Any], began: datetime) -> Retelling:
    """Compare an article of a story with its original."""
    lag = (row["appeared_at"] - began).total_seconds()
    if row["article_id"] == original["article_id"]:
        return Retelling(row, lag, [])
    found = changes_of_texts(original["title"], original["text"], row["title"], row["text"])
    return Retelling(row, lag, found[:MOST_CHANGES], max(len(found) - MOST_CHANGES, 0))


PAGE = Page("story", "/story/{article_id}", "Story", build, is_in_menu=False)
