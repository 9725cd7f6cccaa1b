"""How the feeds fare and how fresh each outlet is."""

from __future__ import annotations

from flows.dashboard.pages import Context, Page, Visit
from flows.dashboard.published import Desk
from flows.dashboard.questions import Question, question


def feed_health() -> Question:
    """Every subscription, the ailing ones first."""
    return question("""
        SELECT feed_url, outlet, health, last_error, polled_at, new_entry_at, next_poll_at, interval_seconds,
               entries_a_day, entries_pending, entries_failed
        FROM feed_health
        ORDER BY health = 'ok', outlet, feed_url
    """)


def ailing() -> Question:
    """Subscriptions that need a look."""
    return question("SELECT outlet, feed_url, health, last_error FROM feed_health WHERE health <> 'ok' ORDER BY outlet, feed_url")


def freshness() -> Question:
    """Every outlet by its silence against its own habit."""
    return question("""
        SELECT outlet, last_article_at, silent_hours, usual_gap_hours, articles_30d, is_silent
        FROM freshness
        ORDER BY is_silent DESC, silent_hours / greatest(usual_gap_hours, 0.25) DESC NULLS LAST, outlet
    """)


def runs() -> Question:
    """The last runs."""
    return question("""
        SELECT started_at, kind, status, finished_at, entries_seen, entries_new, articles_new, articles_revised, error
        FROM runs
        ORDER BY started_at DESC, run_id
        LIMIT 12
    """)


def outcomes() -> Question:
    """How the items of the last seven days of runs ended."""
    return question("""
        SELECT outcome, count(*) AS times
        FROM outcomes
        WHERE ended_at > (SELECT max(ended_at) FROM outcomes) - INTERVAL 7 DAY
        GROUP BY outcome
        ORDER BY times DESC, outcome
    """)


def build(desk: Desk, visit: Visit) -> Context:
    """Ask for the health of it all."""
    del visit  # nothing narrows this page
    return {
        "feeds": desk.answer(feed_health()),
        "freshness": desk.answer(freshness()),
        "runs": desk.answer(runs()),
        "outcomes": desk.answer(outcomes()),
    }


PAGE = Page("feeds", "/feeds", "Feeds", build)
