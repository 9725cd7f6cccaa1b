"""One article: its text with names and quotations marked, what cleaning took out, its copies, its versions."""

from __future__ import annotations

from flows.dashboard.pages import Context, Page, Visit
from flows.dashboard.passages import paragraphs_of
from flows.dashboard.published import Desk
from flows.dashboard.questions import question

MOST_DIGITS = 19  # of a 63-bit id
_ARTICLE = "SELECT * FROM articles WHERE article_id = $article"
_MENTIONS = """
    SELECT mention.surface, mention.start_char, mention.end_char, mention.region, mention.kind, entity.name,
           entity.kind AS entity_kind, entity.wikidata_id, mention.link_rule
    FROM mentions AS mention
    LEFT JOIN entities AS entity USING (entity_id)
    WHERE mention.article_id = $article
    ORDER BY mention.region, mention.start_char
"""
_QUOTES = """
    SELECT quote.position, quote.quote, quote.start_char, quote.end_char, quote.speaker_start, quote.speaker_end, quote.kind,
           quote.cue, quote.paragraph, coalesce(entity.name, quote.speaker_name, quote.speaker) AS speaker, entity.name AS linked
    FROM quotes AS quote
    LEFT JOIN entities AS entity USING (entity_id)
    WHERE quote.article_id = $article
    ORDER BY quote.position
"""
_COPIES = """
    SELECT other.article_id, other.outlet, other.title, other.published_at,
           pair.kind, pair.similarity, pair.containment, pair.lag_seconds, pair.evidence, pair.differing_facts,
           pair.original_id = $article AS is_later
    FROM copies AS pair
    JOIN articles AS other
      ON other.article_id = CASE WHEN pair.original_id = $article THEN pair.article_id ELSE pair.original_id END
    WHERE pair.original_id = $article
       OR pair.article_id = $article
    ORDER BY is_later, pair.lag_seconds NULLS LAST, other.outlet, other.article_id
"""
_CHANGES = """
    SELECT revision, seen_at, old_title, new_title, minutes_after_first_seen, words_added, words_removed, is_silent, changes
    FROM corrections
    WHERE article_id = $article
    ORDER BY revision DESC
"""
_CAPTIONS = "SELECT position, text, credit FROM captions WHERE article_id = $article ORDER BY position"
_REMOVED = "SELECT position, text, reason FROM removed_lines WHERE article_id = $article ORDER BY position, text"


def article_id_in(asked_for: str) -> int | None:
    """Read an id of an address; `None` where it can be none."""
    is_number = asked_for.isascii() and asked_for.isdecimal() and len(asked_for) <= MOST_DIGITS
    return int(asked_for) if is_number else None


def build(desk: Desk, visit: Visit) -> Context:
    """Ask for everything about it; the page is empty when there is no such article."""
    article_id = article_id_in(visit.path["article_id"])
    if article_id is None:
        return {"is_absent": True}
    names = ("article", "mentions", "quotes", "copies", "changes", "captions", "removed")
    asked = (_ARTICLE, _MENTIONS, _QUOTES, _COPIES, _CHANGES, _CAPTIONS, _REMOVED)
    panels = {name: desk.answer(question(sql, article=article_id)) for name, sql in zip(names, asked, strict=True)}
    article = panels["article"].needed().first
    paragraphs = (
        paragraphs_of(article["text"], article["headings"], panels["mentions"].rows, panels["quotes"].rows, article["standfirst"])
        if article
        else []
    )
    return {"panels": panels, "article": article, "paragraphs": paragraphs, "is_absent": not article}


PAGE = Page("article", "/article/{article_id}", "Article", build, is_in_menu=False)
