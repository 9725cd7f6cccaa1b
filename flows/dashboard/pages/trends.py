"""Who is in the news, each name against its own past; and one name by itself."""

from __future__ import annotations

from datetime import date, timedelta

from flows.dashboard.charts import Columns, columns_of, trend_of
from flows.dashboard.filters import span_of
from flows.dashboard.pages import Context, Page, Visit
from flows.dashboard.published import Desk
from flows.dashboard.questions import Question, question

KINDS = ("", "person", "organization", "place", "event", "work", "other")
PAST_DAYS = 28
TREND_DAYS = 60


def risen(day: date, most: int, kind: str = "") -> Question:
    """Names more in the news on a day than usual, each with its days before."""
    narrow = "WHERE kind = $kind" if kind else ""
    return question(_RISEN.replace("{kind}", narrow), day=day, since=day - timedelta(days=PAST_DAYS), most=most, kind=kind)


_RISEN = """
    WITH risen AS (
        SELECT entity_id, name, kind, originals, articles, outlets, usual, deviation, surprise
        FROM trending_on($day)
        {kind}
        LIMIT $most
    ),
    days AS (
        SELECT entity_id, list({'day': published_date, 'originals': originals} ORDER BY published_date) AS days
        FROM entity_daily
        WHERE published_date BETWEEN $since AND $day
          AND entity_id IN (SELECT entity_id FROM risen)
        GROUP BY entity_id
    )
    SELECT risen.*, days.days
    FROM risen
    LEFT JOIN days USING (entity_id)
    ORDER BY surprise DESC, originals DESC, name, entity_id
"""


def build(desk: Desk, visit: Visit) -> Context:
    """Ask for the names of a day."""
    day = visit.filter.until or visit.facts.busy_day
    kind = visit.choice("kind", KINDS)
    panel = desk.answer(risen(day, visit.number("most", 30, 1, 200), kind))
    return {"day": day, "kind": kind, "kinds": KINDS, "risen": panel, "past_days": PAST_DAYS}


def sparkline(days: list[dict[str, object]] | None, day: date) -> Columns:
    """Draw a name's days before and its day: the template calls it a row."""
    counted = {item["day"]: item["originals"] for item in days or []}
    values = [counted.get(day - timedelta(days=PAST_DAYS - number), 0) for number in range(PAST_DAYS + 1)]
    return columns_of([int(str(value)) for value in values], width=116, height=28)


def build_name(desk: Desk, visit: Visit) -> Context:
    """Ask for one name: its days, its company, its words."""
    who = visit.word("name", most=200)
    span = span_of(visit.filter, visit.facts.newest, TREND_DAYS, most=400)
    days = visit.number("days", TREND_DAYS, 7, 365)
    panels = {
        "called": desk.answer(question("SELECT * FROM entities_called($who) LIMIT 20", who=who)),
        "trend": desk.answer(question("SELECT * FROM entity_trend($who, days := $days)", who=who, days=days)),
        "company": desk.answer(question("SELECT * FROM mentioned_with($who) LIMIT 24", who=who)),
        "said": desk.answer(question("SELECT * FROM said_by($who) WHERE original_id IS NULL LIMIT 20", who=who)),
        "articles": desk.answer(question("SELECT * FROM articles_about($who) LIMIT 40", who=who)),
    }
    return {
        "who": who,
        "span": span,
        "days": days,
        "charts": [trend_of(panels["trend"].rows, width=width) for width in (1160, 360)],
        **panels,
    }


PAGE = Page("trends", "/trends", "Names", build, narrows=("day",))
NAME_PAGE = Page("name", "/name", "Name", build_name, is_in_menu=False)
