"""Article -> Mention: the names in its title, text and captions, with exact offsets and where each came from.

A tagger proposes, the layer decides (see `layer.py`); which thing in the world a mention means is for `names.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby

from extractors.entities.engines import SpacyTagger, Tagger, tagger, tagger_for
from extractors.entities.layer import refine
from extractors.entities.spans import Span
from extractors.nlp import DEFAULT_MODEL, Reading
from extractors.nlp.gazetteer import gazetteer
from extractors.passages import Passage, batches_of, region_text
from extractors.records import Article, Mention

LAYER_VERSION = "2"
"""Goes up when the same text would give other mentions: a rebuild is due."""

MENTIONED = frozenset({"person", "organization", "place", "event", "work", "other"})


def mentions_in(articles: Sequence[Article], engine: Tagger | None = None) -> list[Mention]:
    """Find the names in articles.

    Args:
        articles: Any number, in any languages.
        engine: The tagger for all of them; None chooses the best installed one for each article's language.

    Returns:
        Mentions in order of article and reading: title, text, captions. Never two that overlap in one region.

    """
    found: list[Mention] = []
    for batch in batches_of(articles):
        if engine is not None:
            found += _mentions(batch, engine)
            continue
        by_language: dict[str, list[Article]] = {}
        for article in batch:
            by_language.setdefault((article.language or "en")[:2].lower(), []).append(article)
        here = {language: _mentions(group, tagger_for(language)) for language, group in by_language.items()}
        order = {article.article_id: number for number, article in enumerate(batch)}
        found += sorted((mention for group in here.values() for mention in group), key=lambda mention: order[mention.article_id])
    return found


def mentions_of(reading: Reading, articles: Iterable[Article], engine: SpacyTagger) -> list[Mention]:
    """Find the names in articles that a spaCy model has already read: shares its docs with the quotes."""
    return _refined(engine.spans_of(reading), articles, engine.name)


def _mentions(articles: Sequence[Article], engine: Tagger) -> list[Mention]:
    return _refined(engine.spans_in(articles), articles, engine.name)


def _refined(tagged: list[tuple[Passage, list[Span]]], articles: Iterable[Article], engine: str) -> list[Mention]:
    by_id = {article.article_id: article for article in articles}
    found: list[Mention] = []
    for article_id, group in groupby(tagged, key=lambda pair: pair[0].article_id):
        passages = list(group)
        article = by_id[article_id]
        foreign = not (article.language or "en").lower().startswith("en")
        refined = refine(passages, gazetteer(foreign=foreign), is_english=not foreign)
        for (passage, _), spans in zip(passages, refined, strict=True):
            found += [_mention(article, passage, span, engine) for span in spans if span.kind in MENTIONED]
    return found


def _mention(article: Article, passage: Passage, span: Span, engine: str) -> Mention:
    start, end = passage.start_of(span.start), passage.end_of(span.end)
    return Mention(
        article_id=article.article_id,
        surface=region_text(article, passage.region)[start:end],
        start_char=start,
        end_char=end,
        kind=span.kind,
        source=span.source,
        region=passage.region,
        paragraph=passage.paragraph,
        titles=span.titles,
        engine=engine,
    )


__all__ = ["DEFAULT_MODEL", "LAYER_VERSION", "SpacyTagger", "Tagger", "mentions_in", "mentions_of", "tagger", "tagger_for"]
