"""Words in, ranked articles with snippets out."""

from __future__ import annotations

from flows.dashboard.filters import narrowed, span_of
from flows.dashboard.pages import Context, Page, Visit
from flows.dashboard.passages import snippet_of, words_in
from flows.dashboard.published import Desk
from flows.dashboard.questions import Question

MOST_HITS = 30
MOST_CHARACTERS = 20_000
"""Of a text in which the snippet is looked for."""


def search(visit: Visit, words: str, most: int) -> Question:
    """Ranked by BM25; the filter narrows what was found, on top of `outlet:` and the like in the words."""
    wanted = visit.filter
    span = span_of(wanted, visit.facts.newest, 1, most=100_000) if wanted.since or wanted.until else None
    days = "AND article.published_date BETWEEN $since AND $until" if span else ""
    return narrowed(_SEARCH.replace("{days}", days), wanted, span, "outlet", "language", table="article", words=words, most=most)


_SEARCH = f"""
    SELECT found.score, article_id, article.published_at, article.outlet, article.title, article.language, article.original_id,
           left(article.text, {MOST_CHARACTERS}) AS text
    FROM search($words, most := 1000) AS found
    JOIN articles AS article USING (article_id)
    WHERE true
      {{days}}
      {{narrowed}}
    ORDER BY found.score DESC, article.published_at DESC, article_id
    LIMIT $most
"""  # noqa: S608 - a constant of ours


def build(desk: Desk, visit: Visit) -> Context:
    """Ask the index."""
    words = visit.word("q")
    if not words:
        return {"words": "", "found": None, "hits": []}
    panel = desk.answer(search(visit, words, visit.number("most", MOST_HITS, 1, 300)))
    wanted = words_in(words)
    hits = [{**row, "snippet": snippet_of(row["text"], wanted)} for row in panel.rows]
    return {"words": words, "found": panel, "hits": hits}


PAGE = Page("search", "/search", "Search", build, narrows=("days", "outlet", "language"), is_in_menu=False)
