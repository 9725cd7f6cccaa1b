"""Passages in, raw spans out: the taggers, exchangeable behind one small protocol.

`gazetteer` needs no model; any other engine is a spaCy package or directory, or `natasha` for Russian.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any, Protocol

from extractors.entities.spans import Span
from extractors.errors import ModelUnusable
from extractors.nlp import DEFAULT_MODEL, LanguageModel, Reading, load_model
from extractors.passages import Passage, passages_of
from extractors.records import Article

ENGINES = {"en": DEFAULT_MODEL, "fr": "fr_core_news_sm", "ru": "natasha"}
"""What a language is tagged with where its model is installed. Everything else gets gazetteer mentions."""

KINDS = {
    # OntoNotes 5 (English) and the four classes of WikiNER (French) and of natasha.
    "PERSON": "person",
    "PER": "person",
    "ORG": "organization",
    "GPE": "place",
    "LOC": "place",
    "FAC": "place",
    "EVENT": "event",
    "WORK_OF_ART": "work",
    "NORP": "people",  # kept while names are weighed, never a mention
    "PRODUCT": "other",
    "LAW": "other",
    "MISC": "other",
}


class Tagger(Protocol):
    """Finds names in articles. `name` goes into every mention's provenance."""

    name: str

    def spans_in(self, articles: Sequence[Article]) -> list[tuple[Passage, list[Span]]]:
        """Return every passage of the articles with its raw spans, in reading order."""
        ...


class GazetteerTagger:
    """Finds nothing by itself: the layer's gazetteer and patterns do all the work. A hundred times faster than a model."""

    name = "gazetteer"

    def spans_in(self, articles: Sequence[Article]) -> list[tuple[Passage, list[Span]]]:
        """Return the passages without spans."""
        return [(passage, []) for article in articles for passage in passages_of(article)]


class SpacyTagger:
    """A spaCy pipeline with a `ner` component."""

    def __init__(self, model: LanguageModel) -> None:
        self.model = model
        self.name = f"{model.name}-{model.version}"

    def spans_in(self, articles: Sequence[Article]) -> list[tuple[Passage, list[Span]]]:
        """Tag a batch of articles."""
        with self.model.reading(articles) as reading:
            return self.spans_of(reading)

    def spans_of(self, reading: Reading) -> list[tuple[Passage, list[Span]]]:
        """Copy the spans of docs that are already tagged."""
        return [
            (passage, [Span(ent.start_char, ent.end_char, KINDS[ent.label_], "model") for ent in doc.ents if ent.label_ in KINDS])
            for passage, doc in zip(reading.passages, reading.docs, strict=True)
        ]


class NatashaTagger:
    """Russian news: slovnet's compact model over navec embeddings, both inside natasha's wheel."""

    name = "natasha"

    def __init__(self) -> None:
        try:
            from natasha import NewsEmbedding, NewsNERTagger  # noqa: PLC0415 - an optional extra
        except ImportError as error:
            raise ModelUnusable("natasha", "install newsloom[ru] to tag Russian") from error
        self._tagger: Any = NewsNERTagger(NewsEmbedding())

    def spans_in(self, articles: Sequence[Article]) -> list[tuple[Passage, list[Span]]]:
        """Tag a batch of articles, passage by passage: natasha reads plain text."""
        return [(passage, list(self._spans(passage.text))) for article in articles for passage in passages_of(article)]

    def _spans(self, text: str) -> Iterator[Span]:
        for start, sentence in _sentences(text):
            for span in self._tagger(sentence).spans:
                yield Span(start + span.start, start + span.stop, KINDS[span.type], "model")


@lru_cache(maxsize=4)
def tagger(engine: str = DEFAULT_MODEL) -> Tagger:
    """Return a tagger by name, loaded once a process.

    Args:
        engine: "gazetteer", "natasha", or a spaCy model: the name of an installed package or a directory.

    Raises:
        ModelUnusable: The model is missing, broken, or not the pinned one.

    """
    if engine == "gazetteer":
        return GazetteerTagger()
    if engine == "natasha":
        return NatashaTagger()
    return SpacyTagger(load_model(engine))


def tagger_for(language: str | None, english: str = DEFAULT_MODEL) -> Tagger:
    """Return the best tagger that is installed for a language; the gazetteer where there is none.

    Args:
        language: ISO 639-1 code; None (unknown) is read as English.
        english: The engine the operator chose for English.

    """
    code = (language or "en").split("-")[0].lower()
    engine = english if code == "en" else ENGINES.get(code, "gazetteer")
    if code == "en":
        return tagger(engine)  # the default must be there: say so, do not quietly find less
    try:
        return tagger(engine)
    except ModelUnusable:
        return tagger("gazetteer")


def _sentences(text: str) -> Iterator[tuple[int, str]]:
    start = 0
    for stop in re.finditer(r"[.!?…]+[»”\"]?\s+(?=[А-ЯA-Z«“\"—])", text):
        yield start, text[start : stop.end()]
        start = stop.end()
    if start < len(text):
        yield start, text[start:]
