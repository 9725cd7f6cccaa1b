"""Articles in, mentions and quotes out, on several processor cores."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import replace
from functools import lru_cache

from extractors.copies.inheritance import inherited_mentions, inherited_quotes
from extractors.entities import mentions_in
from extractors.entities.engines import tagger
from extractors.nlp import DEFAULT_MODEL, load_model
from extractors.quotes import quotes_of
from extractors.records import Article, Mention, Quote
from flows import progress
from flows.stages.relating import Related

CHUNK_ARTICLES = 16
"""About a second of tagging: small enough to keep all workers busy to the end of a batch, large enough to fill the model's."""

Tagged = tuple[list[Mention], list[Quote]]


def tag_related(related: Related, engine: str, workers: int) -> Tagged:
    """Tag the articles of a batch that are new or changed; the others keep what they have.

    A copy whose text stands in its original letter for letter takes over what was found there; only its own title and captions
    are read.
    """
    return completed(related, *tag_articles(wanted_of(related), engine, workers))


def wanted_of(related: Related) -> list[Article]:
    """Return what of a batch is to be tagged: new and changed articles, and of faithful copies title and captions only."""
    heirs = related.heirs
    whole = [article for article in related.new if article.article_id not in heirs]
    return [*whole, *(replace(article, text="", headings=()) for article in related.new if article.article_id in heirs)]


def completed(related: Related, mentions: list[Mention], quotes: list[Quote]) -> Tagged:
    """Add what copies take over from their originals to what was found."""
    known_mentions, known_quotes = [*related.left[0], *mentions], [*related.left[1], *quotes]
    for article_id, heir in related.heirs.items():
        if article_id in related.fresh:
            mentions += inherited_mentions(heir, known_mentions)
            quotes += inherited_quotes(heir, known_quotes)
    return mentions, quotes


def tag_articles(articles: Sequence[Article], engine: str, workers: int) -> Tagged:
    """Find names and quotations.

    Args:
        articles: Any number.
        engine: "gazetteer", or a spaCy model by package name or folder.
        workers: Processes; below 2 the work is done in this one.

    Returns:
        Mentions (not yet linked to entities) and quotes, both in order of the articles.

    """
    progress.expect("tag", len(articles))
    mentions: list[Mention] = []
    quotes: list[Quote] = []
    for size, (found, said) in _tagged(articles, engine, workers):
        progress.advance("tag", size)
        mentions += found
        quotes += said
    return mentions, quotes


def _tagged(articles: Sequence[Article], engine: str, workers: int) -> Iterator[tuple[int, Tagged]]:
    chunks = [articles[start : start + CHUNK_ARTICLES] for start in range(0, len(articles), CHUNK_ARTICLES)]
    done = 0
    if workers > 1 and len(chunks) > 1:
        try:
            for result in _pool(workers).map(tag_chunk, chunks, [engine] * len(chunks)):
                yield len(chunks[done]), result
                done += 1
        except BrokenProcessPool:  # a worker was killed from outside: the rest is done here
            _pool.cache_clear()
    for chunk in chunks[done:]:
        yield len(chunk), tag_chunk(chunk, engine)


def tag_chunk(articles: Sequence[Article], engine: str) -> Tagged:
    """Tag a few articles in this process."""
    chosen = None if engine == DEFAULT_MODEL else tagger(engine)
    mentions = mentions_in(articles, chosen)
    by_article: dict[int, list[Mention]] = {}
    for mention in mentions:
        by_article.setdefault(mention.article_id, []).append(mention)
    grammar = None if engine == "gazetteer" else load_model(engine)  # without a model, quotations are read by patterns
    return mentions, quotes_of(articles, by_article, grammar)


@lru_cache(maxsize=1)
def _pool(workers: int) -> ProcessPoolExecutor:
    """Return this process's pool: a worker takes two seconds to load its model, so it lives as long as the process."""
    method = "forkserver" if "forkserver" in multiprocessing.get_all_start_methods() else "spawn"
    return ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context(method))
