"""Who said what."""

from __future__ import annotations

from flows.dashboard.filters import Filter, Span, narrowed, span_of
from flows.dashboard.pages import Context, Page, Visit
from flows.dashboard.published import Desk
from flows.dashboard.questions import Question

MOST_QUOTES = 60


def quotes(wanted: Filter, span: Span, speaker: str, most: int) -> Question:
    """Direct quotations of a span, each text once, newest first."""
    narrow = "AND contains(lower(said.speaker), lower($speaker))" if speaker else ""
    if wanted.language:
        narrow += "\n      AND said.article_id IN (SELECT article_id FROM articles WHERE language = $language)"
    return narrowed(_QUOTES.replace("{speaker}", narrow), wanted, span, "outlet", table="said", speaker=speaker, most=most)


_QUOTES = """
    SELECT said.published_date, said.outlet, said.speaker, said.quote, said.cue, said.about, said.title, said.article_id,
           said.entity_id
    FROM who_said_what AS said
    WHERE said.published_date BETWEEN $since AND $until
      AND said.original_id IS NULL
      {speaker}
      {narrowed}
    ORDER BY said.published_date DESC, said.article_id, said.position
    LIMIT $most
"""


def build(desk: Desk, visit: Visit) -> Context:
    """Ask for the quotations."""
    span = span_of(visit.filter, visit.facts.newest, 2)
    speaker = visit.word("speaker", most=200)
    return {
        "span": span,
        "speaker": speaker,
        "quotes": desk.answer(quotes(visit.filter, span, speaker, visit.number("most", MOST_QUOTES, 1, 500))),
    }


PAGE = Page("quotes", "/quotes", "Quotes", build, narrows=("days", "outlet", "language"))
