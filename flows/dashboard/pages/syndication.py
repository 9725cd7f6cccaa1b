"""Who copies whom, how much and how fast."""

from __future__ import annotations

from flows.dashboard.charts import streams_of
from flows.dashboard.filters import Filter, Span, narrowed, span_of
from flows.dashboard.pages import Context, Page, Visit
from flows.dashboard.published import Desk
from flows.dashboard.questions import Question

MOST_PAIRS = 40


def syndication(wanted: Filter, span: Span, most: int) -> Question:
    """Pairs of outlets, most copies first; the days are those of the copies."""
    either = "AND (copy.outlet = $outlet OR original.outlet = $outlet)" if wanted.outlet else ""
    return narrowed(_SYNDICATION.replace("{either}", either), wanted, span, "language", table="copy", most=most)


_SYNDICATION = """
    SELECT original.outlet AS original_outlet,
           copy.outlet AS outlet,
           count(*) AS copies,
           count(*) FILTER (WHERE copy.copy_kind IN ('exact', 'near')) AS whole_copies,
           count(*) FILTER (WHERE copy.copy_kind = 'excerpt') AS excerpts,
           round(median(epoch(copy.published_at - original.published_at) / 60), 1) AS median_lag_minutes
    FROM articles AS copy
    JOIN articles AS original ON original.article_id = copy.original_id
    WHERE copy.published_date BETWEEN $since AND $until
      {either}
      {narrowed}
    GROUP BY original.outlet, copy.outlet
    ORDER BY copies DESC, original_outlet, outlet
    LIMIT $most
"""


def build(desk: Desk, visit: Visit) -> Context:
    """Ask for the network."""
    span = span_of(visit.filter, visit.facts.newest, 28, most=400)
    panel = desk.answer(syndication(visit.filter, span, visit.number("most", MOST_PAIRS, 1, 500)))
    pairs = [(row["original_outlet"], row["outlet"], row["copies"]) for row in panel.rows]
    return {"span": span, "pairs": panel, "charts": [streams_of(pairs, width=width) for width in (1160, 360)]}


PAGE = Page("syndication", "/syndication", "Copies", build, narrows=("days", "outlet", "language"))
