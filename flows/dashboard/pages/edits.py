"""What was changed after publication, word by word."""

from __future__ import annotations

from flows.dashboard.filters import Filter, Span, narrowed, span_of
from flows.dashboard.pages import Context, Page, Visit
from flows.dashboard.published import Desk
from flows.dashboard.questions import Question

MOST_EDITS = 50


def edits(wanted: Filter, span: Span, *, only_silent: bool, most: int) -> Question:
    """Changes seen in a span of days, newest first."""
    silent = "AND change.is_silent" if only_silent else ""
    if wanted.language:
        silent += "\n      AND change.article_id IN (SELECT article_id FROM articles WHERE language = $language)"
    return narrowed(_EDITS.replace("{silent}", silent), wanted, span, "outlet", table="change", most=most)


_EDITS = """
    SELECT change.article_id, change.revision, change.outlet, change.old_title, change.new_title, change.seen_at,
           change.minutes_after_first_seen, change.words_added, change.words_removed, change.is_silent, change.changes
    FROM corrections AS change
    WHERE change.seen_at >= $since
      AND change.seen_at < $until + 1
      {silent}
      {narrowed}
    ORDER BY change.seen_at DESC, change.article_id, change.revision DESC
    LIMIT $most
"""


def build(desk: Desk, visit: Visit) -> Context:
    """Ask for the changes."""
    span = span_of(visit.filter, visit.facts.last_day, 7, most=400)
    which = visit.choice("which", ("all", "silent"))
    most = visit.number("most", MOST_EDITS, 1, 500)
    return {
        "span": span,
        "which": which,
        "edits": desk.answer(edits(visit.filter, span, only_silent=which == "silent", most=most)),
    }


PAGE = Page("edits", "/edits", "Edits", build, narrows=("days", "outlet", "language"))
