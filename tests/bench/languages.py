"""Names in other languages on sets labelled by others, beside the bare model: exact span and kind, as in the gates.

`python -m tests.bench.languages LANGUAGE FILE...` with CoNLL files (number, token, label), which are not ours
to ship: WikiNEuRal's repository has WikiNEuRal (fr) and BSNLP's news (ru).
"""

from __future__ import annotations

import sys
from dataclasses import replace
from itertools import groupby
from pathlib import Path

from extractors.entities import mentions_in
from extractors.entities.engines import tagger_for
from extractors.records import Mention
from tests import labelled_news

MOST = 1_500
"""Sentences of a file that are read."""


def documents(path: Path, language: str) -> list[labelled_news.Labelled]:
    """Read a file: each sentence is a document of its own."""
    lines = [line.split("\t") for line in path.read_text("utf-8").splitlines()]
    sentences = [[(row[1], row[-1]) for row in rows] for full, rows in groupby(lines, key=lambda row: len(row) > 1) if full]
    found = [labelled_news.labelled(f"{path.name}-{number}", [sentence]) for number, sentence in enumerate(sentences[:MOST])]
    return [replace(one, article=replace(one.article, language=language)) for one in found]


def bare(labelled: list[labelled_news.Labelled], language: str) -> list[Mention]:
    """Take the model's spans as they are."""
    spans = tagger_for(language).spans_in([one.article for one in labelled])
    return [
        Mention(passage.article_id, "", passage.start_of(span.start), passage.end_of(span.end), span.kind, "model")
        for passage, found in spans
        for span in found
    ]


def main() -> None:
    """Print a table."""
    language, *files = sys.argv[1:]
    print(f"engine {tagger_for(language).name}\n")
    print("| set | sentences | | people | organisations | places | all |\n|---|---|---|---|---|---|---|")
    for file in map(Path, files):
        labelled = documents(file, language)
        for name, mentions in (
            ("bare model", bare(labelled, language)),
            ("newsloom", mentions_in([one.article for one in labelled])),
        ):
            scores = labelled_news.score(labelled, mentions)
            print(
                f"| {file.stem} | {len(labelled)} | {name} | {scores['person'].f1:.3f} | {scores['organization'].f1:.3f} "
                f"| {scores['place'].f1:.3f} | {scores['all']} |"
            )


if __name__ == "__main__":
    main()
