"""Copies -> what they may take over from their originals: names, quotes and language of a text need not be found twice.

Only where every paragraph of the copy stands in the original letter for letter: then offsets are moved, and nothing is guessed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from extractors.records import Article, Candidates, Decisions, Mention, Quote

PARAGRAPH_BREAK = "\n\n"
SAME_TEXT = frozenset({"exact", "near", "revision", "excerpt"})


@dataclass(frozen=True, slots=True)
class Passage:
    """One paragraph that stands in both texts."""

    original_start: int
    original_end: int
    start: int  # in the copy
    paragraph: int  # number in the copy


@dataclass(frozen=True, slots=True)
class Inheritance:
    """What one copy may take over. Its title, captions and dates remain its own."""

    article_id: int
    original_id: int
    passages: tuple[Passage, ...]
    language: str | None


def inheritances(batch: Iterable[Article], decisions: Decisions, candidates: Candidates) -> dict[int, Inheritance]:
    """Find the copies whose whole text stands in the article they were compared with.

    Args:
        batch: The articles that were decided.
        decisions: From `copies.decide`.
        candidates: What it read; stored originals are looked up here.

    Returns:
        By article id. The original is never itself an heir: tag it, or read what was found in it.

    """
    articles = {article.article_id: article for article in (*candidates.articles, *batch)}
    heirs: dict[int, Inheritance] = {}
    for pair in decisions.copies:
        article, original = articles.get(pair.article_id), articles.get(pair.original_id)
        if pair.kind not in SAME_TEXT or article is None or original is None or article.article_id in heirs:
            continue
        passages = passages_of(article.text, original.text)
        # An original decided before may be an heir itself: its own original then holds these paragraphs as well.
        above = heirs.get(original.article_id)
        if passages and above is not None and above.original_id in articles:
            original = articles[above.original_id]
            passages = passages_of(article.text, original.text)
        if passages:
            heirs[article.article_id] = Inheritance(article.article_id, original.article_id, passages, original.language)
    return heirs


def passages_of(text: str, original: str) -> tuple[Passage, ...]:
    """Find each paragraph of a text in the original; empty unless all are there, letter for letter."""
    places: dict[str, int] = {}
    for start, paragraph in _paragraphs(original):
        places.setdefault(paragraph, start)
    passages = []
    for number, (start, paragraph) in enumerate(_paragraphs(text)):
        there = places.get(paragraph)
        if there is None:
            return ()
        passages.append(Passage(there, there + len(paragraph), start, number))
    return tuple(passages)


def inherited_mentions(heir: Inheritance, mentions: Iterable[Mention]) -> list[Mention]:
    """Move the mentions of the original's text into the copy's; those of titles and captions are left out."""
    own = [mention for mention in mentions if mention.article_id == heir.original_id and mention.region == "text"]
    moved = []
    for passage in heir.passages:
        for mention in own:
            if passage.original_start <= mention.start_char and mention.end_char <= passage.original_end:
                by = passage.start - passage.original_start
                moved.append(
                    replace(
                        mention,
                        article_id=heir.article_id,
                        start_char=mention.start_char + by,
                        end_char=mention.end_char + by,
                        paragraph=passage.paragraph,
                    )
                )
    return moved


def inherited_quotes(heir: Inheritance, quotes: Iterable[Quote]) -> list[Quote]:
    """Move the quotes of the original's text into the copy's and number them anew.

    A speaker named outside the quote's paragraph keeps the name and loses the place where that place is not in the copy.
    """
    own = [quote for quote in quotes if quote.article_id == heir.original_id]
    moved: list[Quote] = []
    for passage in heir.passages:
        for quote in own:
            if passage.original_start <= quote.start_char and quote.end_char <= passage.original_end:
                by = passage.start - passage.original_start
                speaker_start, speaker_end = _moved(heir.passages, quote.speaker_start, quote.speaker_end)
                moved.append(
                    replace(
                        quote,
                        article_id=heir.article_id,
                        position=len(moved),
                        start_char=quote.start_char + by,
                        end_char=quote.end_char + by,
                        speaker_start=speaker_start,
                        speaker_end=speaker_end,
                        paragraph=passage.paragraph,
                    )
                )
    return moved


def _moved(passages: Iterable[Passage], start: int | None, end: int | None) -> tuple[int | None, int | None]:
    if start is None or end is None:
        return None, None
    moves = (p.start - p.original_start for p in passages if p.original_start <= start and end <= p.original_end)
    by = next(moves, None)
    return (None, None) if by is None else (start + by, end + by)


def _paragraphs(text: str) -> Iterable[tuple[int, str]]:
    start = 0
    for paragraph in text.split(PARAGRAPH_BREAK):
        if paragraph:
            yield start, paragraph
        start += len(paragraph) + len(PARAGRAPH_BREAK)


def untagged(batch: Iterable[Article], heirs: Mapping[int, Inheritance]) -> list[Article]:
    """Return the articles of a batch that must be tagged in full."""
    return [article for article in batch if article.article_id not in heirs]
