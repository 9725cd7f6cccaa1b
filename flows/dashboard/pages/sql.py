"""SQL typed by people in, a table out; and the guide to what can be asked."""

from __future__ import annotations

from flows.dashboard.pages import Context, Page, Visit
from flows.dashboard.published import PEOPLE_LIMITS, Desk
from flows.dashboard.questions import Question, question

MOST_SQL = 20_000


def build(desk: Desk, visit: Visit) -> Context:
    """Ask what was typed, within its limits."""
    typed = visit.word("q", most=MOST_SQL)
    answer = desk.answer(Question(typed), PEOPLE_LIMITS) if typed else None
    guide = desk.answer(question("SELECT name, type, meaning, example FROM guide ORDER BY type = 'macro', name"))
    return {"typed": typed, "answer": answer, "guide": guide, "limits": PEOPLE_LIMITS}


PAGE = Page("sql", "/sql", "SQL", build)
