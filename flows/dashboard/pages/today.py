"""The front page: the newest originals with their copies, who is in the news, what was changed."""

from __future__ import annotations

from dataclasses import replace

from flows.dashboard.filters import Filter, Span, narrowed, span_of
from flows.dashboard.pages import Context, Page, Visit
from flows.dashboard.pages.edits import edits
from flows.dashboard.pages.feeds import ailing
from flows.dashboard.pages.trends import risen
from flows.dashboard.published import Desk
from flows.dashboard.questions import Question

STORIES = 40
MORE_STORIES = 400


def counts(wanted: Filter, span: Span) -> Question:
    """How much there is in a span."""
    return narrowed(
        """
        SELECT count(*) AS articles,
               count(*) FILTER (WHERE original_id IS NULL) AS originals,
               count(original_id) AS copies,
               count(DISTINCT outlet) AS outlets,
               count(*) FILTER (WHERE revision > 0) AS edited,
               coalesce(sum(word_count), 0)::BIGINT AS words
        FROM articles
        WHERE published_date BETWEEN $since AND $until
          {narrowed}
        """,
        wanted,
        span,
        "outlet",
        "language",
    )


def originals(wanted: Filter, span: Span, order: str, most: int) -> Question:
    """Originals of a span, each with all its copies, however late they came."""
    return narrowed(
        _ORIGINALS.replace("{order}", _ORDERS[order]), wanted, span, "outlet", "language", table="original", most=most
    )


_ORDERS = {
    "spread": "outlets DESC, copies DESC, appeared_at DESC, article_id",
    "newest": "appeared_at DESC, outlets DESC, article_id",
}
_ORIGINALS = """
    WITH originals AS (
        SELECT article_id, outlet, title, language, agency, word_count, revision, canonical_url,
               coalesce(published_at, first_seen_at) AS appeared_at
        FROM articles AS original
        WHERE original_id IS NULL
          AND published_date BETWEEN $since AND $until
          {narrowed}
    ),
    repeats AS (
        SELECT copy.original_id, copy.article_id, copy.kind, copy.evidence, copy.lag_seconds, copy.differing_facts
        FROM copies AS copy
        WHERE copy.kind <> 'related'
          AND copy.original_id IN (SELECT article_id FROM originals)
    ),
    ranked AS (
        SELECT originals.*,
               coalesce(spread.copies, 0) AS copies,
               coalesce(spread.outlets, 0) AS outlets
        FROM originals
        LEFT JOIN (
            SELECT repeats.original_id, count(*) AS copies, count(DISTINCT article.outlet) AS outlets
            FROM repeats
            JOIN articles AS article USING (article_id)
            GROUP BY repeats.original_id
        ) AS spread ON spread.original_id = originals.article_id
        ORDER BY {order}
        LIMIT $most
    )
    SELECT ranked.*,
           (
               SELECT list(
                   {
                       'article_id': article.article_id,
                       'outlet': article.outlet,
                       'title': article.title,
                       'kind': repeats.kind,
                       'lag_seconds': repeats.lag_seconds,
                       'evidence': repeats.evidence,
                       'differing_facts': repeats.differing_facts
                   }
                   ORDER BY repeats.lag_seconds NULLS LAST, article.outlet, article.article_id
               )
               FROM repeats
               JOIN articles AS article USING (article_id)
               WHERE repeats.original_id = ranked.article_id
           ) AS repeated_by
    FROM ranked
    ORDER BY {order}
"""


def build(desk: Desk, visit: Visit) -> Context:
    """Ask for the front page."""
    span = span_of(visit.filter, visit.facts.newest, 2)
    is_unasked = visit.filter.since is None and visit.filter.until is None
    seen = replace(span, until=visit.facts.last_day) if is_unasked else span
    order = visit.choice("order", ("spread", "newest"))
    most = visit.number("most", STORIES, 1, MORE_STORIES)
    day = visit.filter.until or visit.facts.busy_day
    return {
        "span": span,
        "order": order,
        "most": most,
        "more": min(most * 2, MORE_STORIES),
        "counts": desk.answer(counts(visit.filter, span)),
        "originals": desk.answer(originals(visit.filter, span, order, most)),
        "risen": desk.answer(risen(day, 8)),
        "risen_day": day,
        "edits": desk.answer(edits(visit.filter, seen, only_silent=False, most=4)),
        "ailing": desk.answer(ailing()),
    }


PAGE = Page("today", "/", "Today", build, narrows=("days", "outlet", "language"))
