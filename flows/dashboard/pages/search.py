"""Words in, ranked articles with snippets out."""

from __future__ import annotations

from flows.dashboard.filters import narrowed, span_of
from flows.dashboard.pages import Context, Page, Visit
from flows.dashboard.passages import snippet_of, words_in
from flows.dashboard.published import Desk
from flows.dashboard.questions import Question, question

MOST_HITS = 20
MOST_CHARACTERS = 20_000
"""Of a text in which the snippet is looked for."""


def search(visit: Visit, words: str, most: int) -> Question:
    """Ranked by BM25; the filter narrows what was found, on top of `outlet:` and the like in the words."""
    wanted = visit.filter
    span = span_of(wanted, visit.facts.newest, 1, most=100_000) if wanted.since or wanted.until else None
    days = "AND published_at >= $since AND published_at < $until + 1" if span else ""
    return narrowed(_SEARCH.replace("{days}", days), wanted, span, "outlet", "language", words=words, most=most)


_SEARCH = """
    SELECT score, article_id, published_at, outlet, title, language, original_id
    FROM search($words, most := 1000)
    WHERE true
      {days}
      {narrowed}
    ORDER BY score DESC, published_at DESC, article_id
    LIMIT $most
"""
_TEXT = f"SELECT left(text, {MOST_CHARACTERS}) AS text FROM articles WHERE article_id = $article"  # noqa: S608 - a constant of ours


def build(desk: Desk, visit: Visit) -> Context:
    """Ask the index; then each text by itself: a join reads 30 of them in 1.5 CPU-seconds at a million articles, this in 0.3."""
    words = visit.word("q")
    if not words:
        return {"words": "", "found": None, "hits": []}
    panel = desk.answer(search(visit, words, visit.number("most", MOST_HITS, 1, 100)))
    wanted = words_in(words)
    texts = [desk.answer(question(_TEXT, article=row["article_id"])).first.get("text", "") for row in panel.rows]
    hits = [{**row, "snippet": snippet_of(text, wanted)} for row, text in zip(panel.rows, texts, strict=True)]
    return {"words": words, "found": panel, "hits": hits}


PAGE = Page("search", "/search", "Search", build, narrows=("days", "outlet", "language"), is_in_menu=False)
