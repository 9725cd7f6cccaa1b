"""The bench of real pages and how body, title, date and authors are scored on it (4-token shingles, after Zyte's benchmark)."""

from __future__ import annotations

import gzip
import importlib.util
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import blake2b
from statistics import mean
from types import ModuleType
from typing import Any

from extractors.articles import draft_of
from extractors.errors import PageUnreadable
from extractors.records import Article, Page, PageOutcome
from extractors.residue import clean
from tests.shared_data import shared

NOW = datetime(2026, 11, 20, tzinfo=UTC)
UNSPACED = {"zh", "ja", "ko", "th"}


@dataclass(frozen=True)
class Guess:
    """What an extractor answers for one page."""

    text: str
    title: str | None = None
    date: str | None = None  # the outlet's own day
    instant: str | None = None  # the day of the instant in UTC
    authors: tuple[str, ...] = ()
    story: str = ""  # the text without its standfirst


@dataclass
class Tally:
    """The scores of one group of pages."""

    pages: list[Any] = field(default_factory=list)
    titles: list[bool] = field(default_factory=list)
    dates: list[bool] = field(default_factory=list)
    instants: list[bool] = field(default_factory=list)
    authors: list[bool] = field(default_factory=list)


def half_of(domain: str) -> str:
    """Split by domain: rules were tuned on one half, the figures that count are the other's."""
    return "report" if blake2b(domain.encode(), digest_size=8).digest()[0] & 1 else "tune"


def scorer() -> ModuleType:
    """Import the scorer that lies beside the data."""
    spec = importlib.util.spec_from_file_location("score_extraction", shared("score/score_extraction.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def gold(corpora: Iterable[str], every: int = 1) -> Iterator[tuple[dict[str, Any], Page]]:
    """Yield the labelled pages of some corpora, every n-th."""
    wanted = set(corpora)
    with shared("data/extraction/gold.jsonl").open(encoding="utf-8") as lines:
        rows = [row for row in map(json.loads, lines) if row["corpus"] in wanted]
    for row in rows[::every]:
        body = gzip.decompress(shared(f"data/extraction/html/{row['id']}.html.gz").read_bytes())
        yield row, Page(row["url"], PageOutcome.FETCHED, NOW, body=body)


def ours(page: Page) -> Guess:
    """Run the step itself: body, metadata and residue."""
    try:
        article: Article = clean(draft_of(page))
    except PageUnreadable:
        return Guess("")
    date = article.dated_on.isoformat() if article.dated_on else None
    instant = article.published_at.date().isoformat() if article.published_at else None
    return Guess(article.text, article.title, date, instant, article.authors, article.without_standfirst)


def tallies(pages: Iterable[tuple[dict[str, Any], Page]], extract: Callable[[Page], Guess]) -> dict[tuple[str, str], Tally]:
    """Score an extractor by corpus and half."""
    score = scorer()
    out: dict[tuple[str, str], Tally] = {}
    for row, page in pages:
        tally = out.setdefault((row["corpus"], half_of(row["domain"])), Tally())
        guess = extract(page)
        if row["text"]:
            tally.pages.append(score.score_page(row, guess.text, "cjk" if row["lang"] in UNSPACED else "zyte"))
        if row["title"]:
            tally.titles.append(bool(guess.title) and score._n(guess.title) == score._n(row["title"]))
        if row["date"]:
            tally.dates.append(guess.date == row["date"])
            tally.instants.append(guess.instant == row["date"])
        if row["authors"]:
            tally.authors.append(score.author_set(list(guess.authors)) == score.author_set(row["authors"]))
    return out


def summary_of(tally: Tally) -> dict[str, float]:
    """Reduce a tally to F1, precision, recall, exact share, and the shares of right titles, dates and authors."""
    score = scorer()
    body = score.aggregate(tally.pages) if tally.pages else {}
    shares = {"title": tally.titles, "date": tally.dates, "instant": tally.instants, "authors": tally.authors}
    return {k: body[k] for k in ("f1", "precision", "recall", "accuracy") if k in body} | {
        k: mean(v) for k, v in shares.items() if v
    }
