"""The labelled sets of `shared/data/entities`, detokenised into articles with gold spans, and the score: exact span and kind."""

from __future__ import annotations

import hashlib
import io
import re
import tarfile
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from extractors.ids import article_id_of
from extractors.records import Article, Mention

NOW = datetime(2026, 11, 1, tzinfo=UTC)
SENTENCES_IN_PARAGRAPH = 3
KINDS = {
    "Person": "person", "PER": "person", "person": "person", "politician": "person",
    "Organization": "organization", "ORG": "organization", "organisation": "organization", "politicalparty": "organization",
    "Location": "place", "Facility": "place", "LOC": "place", "location": "place", "country": "place",
}  # fmt: skip
NO_SPACE_BEFORE = re.compile(r"[.,;:!?%)\]}’”…]|'s|’s|n't|n’t|'(?:re|ve|ll|d|m|t)|''")
NO_SPACE_AFTER = frozenset("([{“‘$£€#")

Span = tuple[int, int, str]


@dataclass(frozen=True)
class Labelled:
    name: str
    article: Article
    gold: frozenset[Span]


def newswire(folder: Path) -> Iterator[Labelled]:
    with tarfile.open(folder / "newswire-dev.tar.gz") as tar:
        for member in sorted(tar, key=lambda member: member.name):
            handle = tar.extractfile(member) if member.name.endswith(".tsv") else None
            if handle is not None:
                lines = io.TextIOWrapper(handle, "utf-8").read().splitlines()
                if lines and lines[0].startswith("http"):
                    lines = lines[1:]  # the address of the page, labelled O
                yield labelled(member.name, sentences_in(lines))


def crossner_politics(folder: Path) -> Iterator[Labelled]:
    for number, sentence in enumerate(sentences_in((folder / "crossner_politics.txt").read_text().splitlines())):
        yield labelled(f"crossner-{number}", [sentence])


def wikigold(folder: Path) -> Iterator[Labelled]:
    lines = [line.split("\t", 1)[-1] for line in (folder / "wikigold_en.txt").read_text().splitlines()]
    document: list[list[tuple[str, str]]] = []
    number = 0
    for sentence in [*sentences_in(lines), [("-DOCSTART-", "O")]]:
        if sentence[0][0] == "-DOCSTART-":
            if document:
                yield labelled(f"wikigold-{number}", document)
            number, document = number + 1, []
        else:
            document.append(sentence)


def sentences_in(lines: Iterable[str]) -> list[list[tuple[str, str]]]:
    sentences: list[list[tuple[str, str]]] = [[]]
    for line in lines:
        if not line.strip():
            sentences.append([])
            continue
        token, _, tag = line.rstrip("\n").partition("\t")
        sentences[-1].append((token, tag.split("\t")[0].strip() or "O"))  # the first column is the outermost name
    return [sentence for sentence in sentences if sentence]


def labelled(name: str, sentences: Sequence[Sequence[tuple[str, str]]]) -> Labelled:
    """Join tokens as a newspaper would print them; remember where the gold spans went."""
    text, gold = "", set()
    for number, sentence in enumerate(sentences):
        if number:
            text += "\n\n" if number % SENTENCES_IN_PARAGRAPH == 0 else " "
        quotes_open = False
        glue = True
        open_span: tuple[int, str] | None = None
        end = len(text)
        for token, tag in sentence:
            closes = token == '"' and quotes_open
            if not (glue or closes or NO_SPACE_BEFORE.fullmatch(token)):
                text += " "
            if open_span and (tag == "O" or tag[0] in "BS"):
                gold.add((open_span[0], end, open_span[1]))
                open_span = None
            if tag != "O" and open_span is None:
                open_span = (len(text), tag[2:])
            text += token
            end = len(text)
            if token == '"':
                quotes_open = not quotes_open
            glue = token in NO_SPACE_AFTER or (token == '"' and quotes_open)
        if open_span:
            gold.add((open_span[0], end, open_span[1]))
    url = f"https://labelled.example/{name}"
    article = Article(article_id_of(url), url, url, "labelled.example", text, NOW)
    spans = frozenset(trimmed(text, start, end, KINDS[tag]) for start, end, tag in gold if tag in KINDS)
    return Labelled(name, article, spans)


def trimmed(text: str, start: int, end: int, kind: str) -> Span:
    """Strip a leading "the" and a trailing possessive, as both sides of a comparison."""
    if text[start:end].lower().startswith("the ") and end - start > 4:
        start += 4
    if text[start:end].endswith(("'s", "’s")):
        end -= 2
    return start, end, kind


def is_tuning(name: str) -> bool:
    """Split documents by a stable hash: one half is looked at, the other only scored."""
    return hashlib.sha256(name.encode()).digest()[0] % 2 == 0


@dataclass(frozen=True)
class Score:
    right: int
    found: int
    gold: int

    @property
    def precision(self) -> float:
        return self.right / self.found if self.found else 0.0

    @property
    def recall(self) -> float:
        return self.right / self.gold if self.gold else 0.0

    @property
    def f1(self) -> float:
        return 2 * self.right / (self.found + self.gold) if self.found + self.gold else 0.0

    def __str__(self) -> str:
        return f"{self.precision:.3f} / {self.recall:.3f} / {self.f1:.3f}"


def score(documents: Iterable[Labelled], mentions: Iterable[Mention]) -> dict[str, Score]:
    """Score by kind, and "all": a mention counts when both ends and the kind are those of a gold span."""
    texts = {document.article.article_id: document for document in documents}
    right: Counter[str] = Counter()
    found: Counter[str] = Counter()
    gold: Counter[str] = Counter(span[2] for document in texts.values() for span in document.gold)
    for mention in mentions:
        document = texts[mention.article_id]
        if mention.region == "text" and mention.kind in {"person", "organization", "place"}:
            found[mention.kind] += 1
            span = trimmed(document.article.text, mention.start_char, mention.end_char, mention.kind)
            right[mention.kind] += span in document.gold
    scores = {kind: Score(right[kind], found[kind], gold[kind]) for kind in ("person", "organization", "place")}
    return scores | {"all": Score(right.total(), found.total(), gold.total())}
