"""Names per CPU-second beside the bare spaCy pipe, in one process and one run.

`python -m tests.bench.entities [articles]`
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable

from extractors.entities import mentions_in, tagger
from extractors.names import resolve
from extractors.nlp import load_model
from tests import labelled_news, shared_data

ROUNDS = 5
GRAMMAR = ["tagger", "parser", "attribute_ruler", "lemmatizer"]


def cpu_seconds(run: Callable[[], object]) -> float:
    start = time.process_time()
    run()
    return time.process_time() - start


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    articles = [document.article for document in labelled_news.newswire(shared_data.SHARED / "data/entities")][:count]
    words = sum(len(article.text.split()) for article in articles)
    model, spacy, gazetteer = load_model(), tagger(), tagger("gazetteer")
    texts = [article.text for article in articles]
    mentions = mentions_in(articles, spacy)
    lanes: dict[str, Callable[[], object]] = {
        "spaCy `tok2vec + ner` alone, whole articles": lambda: list(model.nlp.pipe(texts, disable=GRAMMAR, batch_size=32)),
        "mentions, default engine": lambda: mentions_in(articles, spacy),
        "mentions, `gazetteer` engine": lambda: mentions_in(articles, gazetteer),
        "resolve: mentions to entities": lambda: resolve(mentions),
    }
    seconds: dict[str, list[float]] = {name: [] for name in lanes}
    for _ in range(ROUNDS):
        for name, run in lanes.items():
            seconds[name].append(cpu_seconds(run))
    bare = seconds["spaCy `tok2vec + ner` alone, whole articles"]
    print(f"{len(articles)} articles, {words} words, {len(mentions)} mentions; medians of {ROUNDS} interleaved rounds\n")
    print("| | words/CPU-s | beside bare spaCy |\n|---|---|---|")
    for name, taken in seconds.items():
        ratio = statistics.median(one / other for one, other in zip(bare, taken, strict=True))
        print(f"| {name} | {words / statistics.median(taken):,.0f} | {ratio:.2f} |")


if __name__ == "__main__":
    main()
