"""Outlet by day: who published how much, as a heat map."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import Any

from flows.dashboard.charts import level_of
from flows.dashboard.filters import Filter, Span, narrowed, span_of
from flows.dashboard.pages import Context, Page, Visit
from flows.dashboard.published import Desk
from flows.dashboard.questions import Question

MEASURES = ("articles", "originals", "copies", "revised")
MOST_OUTLETS = 40


def coverage(wanted: Filter, span: Span, most: int) -> Question:
    """Articles a day of the outlets with most of them."""
    return narrowed(
        """
        WITH daily AS (
            SELECT published_date,
                   outlet,
                   count(*) AS articles,
                   count(*) FILTER (WHERE original_id IS NULL) AS originals,
                   count(original_id) AS copies,
                   count(*) FILTER (WHERE revision > 0) AS revised
            FROM articles
            WHERE published_date BETWEEN $since AND $until
              {narrowed}
            GROUP BY published_date, outlet
        )
        FROM daily
        WHERE outlet IN (SELECT outlet FROM daily GROUP BY outlet ORDER BY sum(articles) DESC, outlet LIMIT $most)
        ORDER BY outlet, published_date
        """,
        wanted,
        span,
        "outlet",
        "language",
        most=most,
    )


def build(desk: Desk, visit: Visit) -> Context:
    """Ask for the heat map."""
    span = span_of(visit.filter, visit.facts.newest, 28)
    measure = visit.choice("measure", MEASURES)
    panel = desk.answer(coverage(visit.filter, span, visit.number("most", MOST_OUTLETS, 1, 300)))
    return {"span": span, "measure": measure, "measures": MEASURES, "coverage": panel, "lines": heat(panel.rows, span, measure)}


def heat(rows: list[dict[str, Any]], span: Span, measure: str) -> list[dict[str, Any]]:
    """Lay rows out as lines of cells, one a day, the outlet with most articles first."""
    by_outlet: dict[str, dict[date, dict[str, Any]]] = defaultdict(dict)
    for row in rows:
        by_outlet[row["outlet"]][row["published_date"]] = row
    most = max((row[measure] for row in rows), default=0)
    lines = []
    for outlet, days in by_outlet.items():
        counts = [(day, days[day][measure] if day in days else 0) for day in span.dates()]
        cells = [{"day": day, "count": count, "level": level_of(count, most)} for day, count in counts]
        total = sum(row["articles"] for row in days.values())
        own = sum(row["originals"] for row in days.values())
        lines.append({"outlet": outlet, "cells": cells, "total": total, "own": own / total if total else 0})
    return sorted(lines, key=lambda line: (-line["total"], line["outlet"]))


PAGE = Page("coverage", "/coverage", "Coverage", build, narrows=("days", "outlet", "language"))
