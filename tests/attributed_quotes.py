"""PolNeAR as articles with gold quotations, and the score of issue 6: a predicted speaker has to overlap the gold source.

The set (`shared/data/quotes`) is brat standoff: one text a document and one or more annotators' files beside it, with lines
`T<n> <role> <start> <end>[;<start> <end>]…` and `E<n> Attribution:T… Content:T… Source:T… Cue:T…`. A gold quotation is a line's
passage in double quotation marks (“”, "", or the wire's doubled apostrophes), of three words or more, that touches the content of
an attribution which names a source. The marks are read here by a plain pattern, not by the code under test.
"""

from __future__ import annotations

import hashlib
import io
import re
import tarfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from extractors.ids import article_id_of
from extractors.records import Article, Quote

NOW = datetime(2026, 11, 1, tzinfo=UTC)
MIN_WORDS = 3
QUOTED = re.compile(r"“([^“”\n]+)[”\n]|\"([^\"\n]+)[\"\n]|''(.+?)(?:''|\n)")

Span = tuple[int, int]


@dataclass(frozen=True)
class Attributed:
    """A document; each gold quotation with the spans of its sources, and the attributions as they were marked."""

    name: str
    article: Article
    gold: tuple[tuple[Span, tuple[Span, ...]], ...]

    @property
    def half(self) -> str:
        """Rules were written looking at "tune" alone."""
        return "tune" if hashlib.sha256(self.name.encode()).digest()[0] % 2 == 0 else "report"


@dataclass(frozen=True)
class Score:
    gold: int
    predicted: int
    right: int

    @property
    def precision(self) -> float:
        return self.right / max(1, self.predicted)

    @property
    def recall(self) -> float:
        return self.right / max(1, self.gold)

    @property
    def f1(self) -> float:
        return 2 * self.right / max(1, self.gold + self.predicted)


def documents(archive: Path) -> Iterator[Attributed]:
    texts: dict[str, str] = {}
    annotations: dict[str, list[str]] = {}
    with tarfile.open(archive) as tar:
        for member in sorted(tar, key=lambda member: member.name):
            handle = tar.extractfile(member)
            if handle is None:
                continue
            content = io.TextIOWrapper(handle, encoding="utf-8", newline="").read()
            path = Path(member.name)
            if path.suffix == ".txt":
                texts[path.stem] = content
            elif path.suffix == ".ann":
                annotations.setdefault(path.stem.rpartition("_")[0], []).append(content)
    for name, text in sorted(texts.items()):
        marked = [pair for content in annotations.get(name, []) for pair in _attributions(content)]
        url = f"https://polnear.example/{name}"
        article = Article(article_id_of(url), url, url, "polnear.example", text, NOW, language="en")
        yield Attributed(name, article, tuple(_gold(text, marked)))


def score(labelled: Iterable[Attributed], quotes_of: Callable[[Article], Sequence[Quote]]) -> Score:
    gold = predicted = right = 0
    for document in labelled:
        quotes = [
            q for q in quotes_of(document.article) if q.kind == "direct" and q.speaker_start is not None and _is_long(q.quote)
        ]
        gold += len(document.gold)
        predicted += len(quotes)
        right += sum(_is_right(quote, document.gold) for quote in quotes)
    return Score(gold, predicted, right)


def _is_right(quote: Quote, gold: Sequence[tuple[Span, tuple[Span, ...]]]) -> bool:
    """One of the sources of the gold quotation that it overlaps overlaps its speaker; unlabelled quotations count as wrong."""
    speaker = (quote.speaker_start or 0, quote.speaker_end or 0)
    return any(
        _overlap((quote.start_char, quote.end_char), span) and any(_overlap(speaker, source) for source in sources)
        for span, sources in gold
    )


def _gold(text: str, marked: Sequence[tuple[list[Span], list[Span]]]) -> Iterator[tuple[Span, tuple[Span, ...]]]:
    for quotation in QUOTED.finditer(text + "\n"):
        span = quotation.span(quotation.lastindex or 0)
        sources = tuple(s for source, content in marked if any(_overlap(span, part) for part in content) for s in source)
        if sources and _is_long(text[slice(*span)]):
            yield span, sources


def _attributions(content: str) -> Iterator[tuple[list[Span], list[Span]]]:
    """Yield sources and contents of each attribution."""
    rows = [line.split("\t") for line in content.splitlines() if line]
    spans = {row[0]: _spans(row[1].partition(" ")[2]) for row in rows if row[0].startswith("T")}
    for row in rows:
        if row[0].startswith("E"):
            roles = [role.split(":") for role in row[1].split()]
            yield (
                [span for role, mark in roles if role.startswith("Source") for span in spans[mark]],
                [span for role, mark in roles if role.startswith("Content") for span in spans[mark]],
            )


def _spans(offsets: str) -> list[Span]:
    return [(int(start), int(end)) for start, end in (part.split() for part in offsets.split(";"))]


def _overlap(one: Span, other: Span) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def _is_long(quote: str) -> bool:
    return len(quote.split()) >= MIN_WORDS
