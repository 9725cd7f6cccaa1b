"""Quality and cost of quotes beside textacy and beside the bare tagger, in one run.

python tests/bench/quotes.py [PYTHON_WITH_TEXTACY]
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

os.environ.setdefault("OMP_NUM_THREADS", "1")
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from extractors.nlp import load_model
from extractors.quotes import quotes_of
from extractors.records import Article, Quote
from tests.attributed_quotes import Attributed, Score, documents, score

SHARED = Path(os.environ.get("NEWSLOOM_SHARED", Path(__file__).resolve().parents[3] / "shared"))
PEER = Path(__file__).with_name("quotes_textacy.py")

Result = TypeVar("Result")


def timed(step: Callable[[], Result]) -> tuple[Result, float]:
    start = time.process_time()
    result = step()
    return result, time.process_time() - start


def by_article(quotes: Sequence[Quote]) -> dict[int, list[Quote]]:
    grouped: dict[int, list[Quote]] = defaultdict(list)
    for quote in quotes:
        grouped[quote.article_id].append(quote)
    return grouped


def peer_quotes(python: str, articles: Sequence[Article]) -> tuple[list[Quote], float]:
    """Ask textacy, marks as they are; its content includes them."""
    texts = json.dumps([article.text for article in articles])
    done = subprocess.run([python, str(PEER)], input=texts, capture_output=True, text=True, check=True)
    answer = json.loads(done.stdout)
    quotes = [
        Quote(article.article_id, 0, article.text[start:end], start, end, "direct", "", speaker_start, speaker_end)
        for article, found in zip(articles, answer["found"], strict=True)
        for start, end, speaker_start, speaker_end in found
    ]
    return quotes, float(answer["seconds"])


def row(name: str, labelled: Sequence[Attributed], quotes: Sequence[Quote], seconds: float, words: int) -> str:
    grouped = by_article(quotes)

    def f1_of(half: str | None) -> Score:
        return score((d for d in labelled if half in {None, d.half}), lambda article: grouped[article.article_id])

    whole = f1_of(None)
    halves = " | ".join(f"{f1_of(half).f1:.3f}" for half in ("tune", "report"))
    return (
        f"| {name} | {whole.precision:.3f} | {whole.recall:.3f} | {whole.f1:.3f} | {halves} | {seconds:.2f} "
        f"| {words / seconds:,.0f} |"
    )


def main() -> None:
    labelled = list(documents(SHARED / "data/quotes/polnear-dev.tar.gz"))
    articles = [document.article for document in labelled]
    words = sum(len(article.text.split()) for article in articles)
    model = load_model()
    quotes_of(articles[:3], {}, model)  # warm

    _, tagging = timed(lambda: model.docs(line for article in articles for line in article.text.split("\n") if line.strip()))
    ours, parsing = timed(lambda: quotes_of(articles, {}, model))
    plain, matching = timed(lambda: quotes_of(articles, {}, None))

    print(
        f"{len(articles)} articles, {words:,} words; tok2vec + ner alone: {tagging:.2f} CPU-s, {words / tagging:,.0f} words/CPU-s"
    )
    print("| | P | R | F1 | F1 tune | F1 report | CPU-s | words/CPU-s |\n|---|---|---|---|---|---|---|---|")
    print(row("newsloom", labelled, ours, parsing, words))
    print(row("newsloom, patterns (no model)", labelled, plain, matching, words))
    for python in sys.argv[1:2]:
        found, seconds = peer_quotes(python, articles)
        print(row("textacy 0.13", labelled, found, seconds, words))
    print(f"quotes cost {parsing / tagging:.2f} of tok2vec + ner on texts that all have quotations")


if __name__ == "__main__":
    main()
