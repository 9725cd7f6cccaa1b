"""Article and its mentions -> quotations with their speakers.

English is read with a parser, on frames (see quote_frames); other languages by patterns. Texts without marks cost one search.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from extractors.quotes.quotation import HAS_MARKS, Paragraph, Quotation, paragraphs_of, quotations_in
from extractors.quotes.quote_frames import Frame, frame_of, frames_of, unparsed
from extractors.quotes.quote_kinds import is_speech, is_title
from extractors.quotes.quote_names import link_speakers, name_speakers
from extractors.quotes.quote_patterns import PatternReader
from extractors.quotes.quote_turns import Labels, Page, Said, settled
from extractors.quotes.speakers import FrameReader
from extractors.quotes.speech_cues import english_cues, naming_cues, plain_cues
from extractors.records import Article, Mention, Quote

__all__ = ["link_speakers", "quotes_in", "quotes_of"]

# Articles whose frames go through the parser together: 32 hold some 300 frames, enough to fill its batches.
_ARTICLES_A_BATCH = 32
# Words held at arm's length keep a speaker only where a cue governs them: Moscow would “certainly” win, he said.
_SCARE_SCORE = 4.0
# Characters of frames parsed an article, some 20,000 words: a hundred times a news article's, 10 s; the rest is read by patterns.
_PARSED_CHARS = 100_000
_GRAMMAR = frozenset({"tok2vec", "transformer", "tagger", "parser"})
_INTRODUCTION_CHARS = 300  # of the paragraph before that are read for an introduction: its last sentence or two


def quotes_in(article: Article, mentions: Sequence[Mention], nlp: Any | None) -> list[Quote]:
    """Find the quotations of one article; see quotes_of."""
    return quotes_of([article], {article.article_id: mentions}, nlp)


def quotes_of(articles: Iterable[Article], mentions_by_article: Mapping[int, Sequence[Mention]], nlp: Any | None) -> list[Quote]:
    """Find the quotations of many articles.

    Args:
        articles: Read in order; only their `text`, `headings` and `language` matter.
        mentions_by_article: Names found in them, to resolve pronouns and surnames; an article may be absent.
        nlp: A spaCy pipeline with a tagger and a parser for English, or a `LanguageModel` around one; articles in other
            languages, and all of them where it is None or has no parser, are read by patterns.

    Returns:
        Quotes by article and place; their `position` counts from 0 in each article. `method` says how a speaker was found.

    """
    quotes: list[Quote] = []
    parser = _parser_in(nlp)
    quoting = (article for article in articles if HAS_MARKS.search(article.text))
    for batch in _batched(quoting, _ARTICLES_A_BATCH):
        layouts = [_layout_of(article, _PARSED_CHARS if parser is not None and _is_english(article) else 0) for article in batch]
        with _memory_of(parser):
            docs = _docs_of(parser, [frame.text for layout in layouts for frame in layout.frames if frame.text])
            for layout in layouts:
                found = _quotes_of_layout(layout, docs)
                names = mentions_by_article.get(layout.article.article_id, ())
                quotes.extend(name_speakers(layout.article.text, found, names, naming_cues(_language_of(layout.article))))
    return quotes


def _parser_in(nlp: Any | None) -> Any | None:
    language = getattr(nlp, "nlp", nlp)
    can_parse = language is not None and language.lang == "en" and {"tagger", "parser"} <= set(language.pipe_names)
    return language if can_parse else None


def _docs_of(parser: Any | None, texts: Sequence[str]) -> Iterator[Any]:
    if parser is None:
        return iter(())
    docs: Iterator[Any] = parser.pipe(texts, disable=[name for name in parser.pipe_names if name not in _GRAMMAR])
    return docs


def _language_of(article: Article) -> str:
    return (article.language or article.declared_language or "en").partition("-")[0].lower()


def _is_english(article: Article) -> bool:
    return _language_of(article) == "en"


def _memory_of(parser: Any | None) -> AbstractContextManager[Any]:
    """Forget the words of a batch afterwards, unless the caller has such a zone open: they cannot be nested."""
    return nullcontext() if parser is None or parser.vocab.in_memory_zone else parser.memory_zone()


@dataclass(frozen=True, slots=True)
class _Layout:
    """An article's quotations as they stand on the page; frames without quotations are introductions to the next one."""

    article: Article
    frames: tuple[Frame, ...]
    labels: Labels


def _batched(articles: Iterable[Article], size: int) -> Iterator[list[Article]]:
    batch: list[Article] = []
    for article in articles:
        batch.append(article)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch


def _layout_of(article: Article, budget: int) -> _Layout:
    """Lay out an article; at most `budget` characters of frames are to be parsed, the rest have no text."""
    text, headings = article.text, set(article.headings)
    labels = Labels(text, english_cues().no_labels)
    quotations = [labels.cut(quotation) for quotation in quotations_in(text) if quotation.paragraph.number not in headings]
    quoting = {paragraph: list(group) for paragraph, group in groupby(quotations, key=lambda quotation: quotation.paragraph)}
    frames: list[Frame] = []
    before: Paragraph | None = None
    for paragraph in paragraphs_of(text):
        here = quoting.get(paragraph)
        if here and budget > 0 and before is not None and before not in quoting and here[0].fills(text):
            frames.append(frame_of(text, before.tail(_INTRODUCTION_CHARS), []))
        for frame in frames_of(text, paragraph, here) if here else ():
            frames.append(frame if budget > 0 else unparsed(frame))
            budget -= len(frame.text)
        if paragraph.number not in headings:
            before = paragraph
    return _Layout(article, tuple(frames), labels)


def _quotes_of_layout(layout: _Layout, docs: Iterator[Any]) -> list[Quote]:
    article, cues = layout.article, english_cues()
    plain = plain_cues(_language_of(article))
    said: list[Said] = []
    titles: list[Quotation] = []
    introduction = None
    for frame in layout.frames:
        if not frame.text:
            attributions = PatternReader(article.text, frame.quotations, plain).attributions()
        else:
            reader = FrameReader(frame, next(docs), cues)
            if not frame.quotations:
                introduction = reader.introduction()
                continue
            attributions = reader.attributions()
        here = [Said(*pair) for pair in zip(frame.quotations, attributions, strict=True)]
        page = Page(article.text, layout.labels, said[-1] if said else None, introduction)
        titles.extend(one.quotation for one in here if is_title(article.text, one.quotation))
        said.extend(settled(page, [one for one in here if not is_title(article.text, one.quotation)]))
        introduction = None
    quotes = [*(_quote(article, one) for one in said), *(_quote(article, Said(title, None), "title") for title in titles)]
    ordered = sorted(quotes, key=lambda quote: quote.start_char)
    return [replace(quote, position=position) for position, quote in enumerate(ordered)]


def _quote(article: Article, one: Said, kind: str | None = None) -> Quote:
    quotation, found = one.quotation, one.attribution
    if kind is None and not is_speech(article.text, quotation, found):
        kind = "scare"
        found = found if found is not None and found.score >= _SCARE_SCORE else None
    return Quote(
        article_id=article.article_id,
        position=0,
        quote=article.text[quotation.start_char : quotation.end_char],
        start_char=quotation.start_char,
        end_char=quotation.end_char,
        kind=kind or "direct",
        speaker=article.text[found.speaker_start : found.speaker_end] if found else None,
        speaker_start=found.speaker_start if found else None,
        speaker_end=found.speaker_end if found else None,
        cue=found.cue if found else None,
        method=found.method if found else None,
        paragraph=quotation.paragraph.number,
    )
