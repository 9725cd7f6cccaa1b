"""Two public sets that are not among the project's data, read by newsloom and by trafilatura.

    git clone https://github.com/scrapinghub/article-extraction-benchmark ../aeb
    git clone https://github.com/dobbersc/fundus-evaluation ../fundus-evaluation
    python -m tests.bench.extraction_unseen ../aeb ../fundus-evaluation

The first has 181 pages: news, blogs, lists and shops. The second has 80 pages of 16 publishers, and the answers that fundus'
own parsers gave. Scores are those of the scorer beside the labelled pages. Groups are by domain: "read" pages were looked at
while rules were made, "later" ones after a first report on them, "unread" ones never.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import blake2b
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import trafilatura

from extractors.records import Page, PageOutcome
from tests.extraction_scores import ours, scorer

NOW = datetime(2026, 11, 22, tzinfo=UTC)
OPTIONAL = re.compile(r"\s*\[(.*)\]\s*", re.DOTALL)
"""Paragraphs that the second set's makers leave to the reader: standfirsts, notes."""


@dataclass(frozen=True)
class Sample:
    """A labelled page."""

    group: str
    row: dict[str, Any]  # text, optional
    page: Page
    peers: dict[str, str]


def _bits(key: str) -> int:
    return blake2b(key.encode(), digest_size=8).digest()[0]


def _group_of_blog_or_paper(domain: str) -> str:
    bits = _bits(domain)
    if not bits & 1:
        return "read"
    return "unread" if bits & 0b110 == 0b110 else "later"


def _page(url: str, file: Path) -> Page:
    return Page(url, PageOutcome.FETCHED, NOW, body=gzip.decompress(file.read_bytes()))


def zyte(clone: Path) -> Iterator[Sample]:
    """Yield the pages of scrapinghub's benchmark."""
    for key, page in json.loads((clone / "ground-truth.json").read_text("utf-8")).items():
        group = _group_of_blog_or_paper(urlsplit(page["url"]).netloc)
        yield Sample(group, {"text": page["articleBody"]}, _page(page["url"], clone / "html" / f"{key}.html.gz"), {})


def fundus(clone: Path) -> Iterator[Sample]:
    """Yield the pages of fundus' evaluation; what stands in brackets is optional."""
    answers = json.loads((clone / "dataset/extractions/fundus.json").read_text("utf-8"))
    for key, page in json.loads((clone / "dataset/ground_truth.json").read_text("utf-8")).items():
        paragraphs = [(bool(m := OPTIONAL.fullmatch(text)), m[1] if m else text) for text in page["body"]]
        row = {
            "text": "\n\n".join(text for _, text in paragraphs),
            "optional": [text for optional, text in paragraphs if optional],
        }
        group = "unread" if _bits(key.split("_")[0]) & 1 else "read"
        peers = {"fundus": "\n\n".join(answers[key]["body"])} if key in answers else {}
        yield Sample(group, row, _page(page["url"], clone / "dataset/html" / key), peers)


def _trafilatura(page: Page, *, favor_precision: bool) -> str:
    return trafilatura.extract(page.body, include_comments=False, favor_precision=favor_precision) or ""


READERS: dict[str, Callable[[Sample], str]] = {
    "newsloom": lambda sample: ours(sample.page).text,
    "trafilatura": lambda sample: _trafilatura(sample.page, favor_precision=False),
    "trafilatura, precision": lambda sample: _trafilatura(sample.page, favor_precision=True),
    "fundus": lambda sample: sample.peers.get("fundus", ""),
}


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("zyte", type=Path)
    parser.add_argument("fundus", type=Path)
    chosen = parser.parse_args()
    score = scorer()
    print("| set | pages | reader | precision | recall | F1 | exact |\n|---|---|---|---|---|---|---|")
    for name, samples in (
        ("article-extraction-benchmark", list(zyte(chosen.zyte))),
        ("fundus-evaluation", list(fundus(chosen.fundus))),
    ):
        for reader, read in READERS.items():
            if reader == "fundus" and name != "fundus-evaluation":
                continue
            scored = [(sample.group, score.score_page(sample.row, read(sample), "zyte")) for sample in samples]
            for group in ("all", *sorted({group for group, _ in scored})):
                pages = [page for its, page in scored if group in {"all", its}]
                total = score.aggregate(pages)
                print(
                    f"| {name}, {group} | {len(pages)} | {reader} | {total['precision']:.3f} | {total['recall']:.3f} "
                    f"| {total['f1']:.3f} | {total['accuracy']:.0%} |"
                )


if __name__ == "__main__":
    main()
