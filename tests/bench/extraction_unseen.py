"""Three public sets that are not among the project's data, read by newsloom and by trafilatura.

    git clone https://github.com/scrapinghub/article-extraction-benchmark ../aeb
    git clone https://github.com/dobbersc/fundus-evaluation ../fundus-evaluation
    git clone https://github.com/Murrough-Foley/web-content-extraction-benchmark ../wcxb
    python -m tests.bench.extraction_unseen ../aeb ../fundus-evaluation --wcxb ../wcxb

The first has 181 pages: news, blogs, lists and shops. The second has 80 pages of 16 publishers, and the answers that fundus'
own parsers gave. Scores are those of the scorer beside the labelled pages. Groups are by domain: "read" pages were looked at
while rules were made, "later" ones after a first report on them, "unread" ones never. The first set's labels leave standfirsts
out, others have them in: newsloom is read both ways.

The third has 1,050 pages of kind "article": guides, reviews, blogs and news of some 900 sites, labelled by a model, reviewed by
people. Its own score is of words, a page's mean; "shingles" is the score of the other two. Half of its "dev" domains were read
("dev-read"), the other half only measured; of "test" nothing but two totals was ever seen.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import blake2b
from pathlib import Path
from statistics import mean
from types import ModuleType
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


def wcxb(clone: Path) -> Iterator[Sample]:
    """Yield the articles of WCXB."""
    for split in ("dev", "test"):
        for file in sorted((clone / split / "ground-truth").glob("*.json")):
            label = json.loads(file.read_text("utf-8"))
            kind = (label.get("_internal") or {}).get("page_type") or {}
            if (kind.get("primary", "article") if isinstance(kind, dict) else kind) != "article":
                continue
            url = label.get("url") or "https://example.org/"
            group = split if split == "test" else f"dev-{'measured' if _bits(urlsplit(url).netloc) & 1 else 'read'}"
            text = label["ground_truth"].get("main_content") or ""
            yield Sample(group, {"text": text}, _page(url, clone / split / "html" / f"{file.stem}.html.gz"), {})


def word_scores(found: str, wanted: str) -> tuple[float, float, float]:
    """Return precision, recall and F1 of a page's words, counted, as WCXB defines them."""
    ours_, gold = (Counter(re.findall(r"\w+", text.lower())) for text in (found, wanted))
    both = (ours_ & gold).total()
    if not both:
        return (1.0, 1.0, 1.0) if not ours_ and not gold else (0.0, 0.0, 0.0)
    precision, recall = both / ours_.total(), both / gold.total()
    return precision, recall, 2 * precision * recall / (precision + recall)


def _trafilatura(page: Page, *, favor_precision: bool) -> str:
    return trafilatura.extract(page.body, include_comments=False, favor_precision=favor_precision) or ""


READERS: dict[str, Callable[[Sample], str]] = {
    "newsloom": lambda sample: ours(sample.page).text,
    "newsloom, without standfirsts": lambda sample: ours(sample.page).story,
    "trafilatura": lambda sample: _trafilatura(sample.page, favor_precision=False),
    "trafilatura, precision": lambda sample: _trafilatura(sample.page, favor_precision=True),
    "fundus": lambda sample: sample.peers.get("fundus", ""),
}


def _grouped(samples: Iterable[tuple[str, Any]]) -> Iterator[tuple[str, list[Any]]]:
    """Yield the pages of all groups, then of each."""
    scored = list(samples)
    for group in ("all", *sorted({group for group, _ in scored})):
        yield group, [page for its, page in scored if group in {"all", its}]


def _print_shingles(name: str, samples: Sequence[Sample], readers: Sequence[str], score: ModuleType) -> None:
    print("| set | pages | reader | precision | recall | F1 | exact |\n|---|---|---|---|---|---|---|")
    for reader in readers:
        if reader == "fundus" and name != "fundus-evaluation":
            continue
        scored = [(sample.group, score.score_page(sample.row, READERS[reader](sample), "zyte")) for sample in samples]
        for group, pages in _grouped(scored):
            total = score.aggregate(pages)
            print(
                f"| {name}, {group} | {len(pages)} | {reader} | {total['precision']:.3f} | {total['recall']:.3f} "
                f"| {total['f1']:.3f} | {total['accuracy']:.0%} |",
                flush=True,
            )


def _print_words(name: str, samples: Sequence[Sample], readers: Sequence[str], score: ModuleType) -> None:
    print("| set | pages | reader | precision | recall | F1 | shingles: F1 |\n|---|---|---|---|---|---|---|")
    for reader in readers:
        if reader == "fundus":
            continue
        scored = []
        for sample in samples:
            text = READERS[reader](sample)
            shingles = score.score_page(sample.row, text, "zyte")
            scored.append((sample.group, (word_scores(text, sample.row["text"]), shingles)))
        for group, pages in _grouped(scored):
            precision, recall, f1 = (mean(words[i] for words, _ in pages) for i in range(3))
            shingled = score.aggregate([shingles for _, shingles in pages])["f1"]
            print(
                f"| {name}, {group} | {len(pages)} | {reader} | {precision:.3f} | {recall:.3f} | {f1:.3f} | {shingled:.3f} |",
                flush=True,
            )


def main() -> None:
    """Print a table a set."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("zyte", type=Path, nargs="?")
    parser.add_argument("fundus", type=Path, nargs="?")
    parser.add_argument("--wcxb", type=Path)
    parser.add_argument("--readers", nargs="+", choices=READERS, default=list(READERS))
    chosen = parser.parse_args()
    score = scorer()
    if chosen.zyte:
        _print_shingles("article-extraction-benchmark", list(zyte(chosen.zyte)), chosen.readers, score)
    if chosen.fundus:
        _print_shingles("fundus-evaluation", list(fundus(chosen.fundus)), chosen.readers, score)
    if chosen.wcxb:
        _print_words("WCXB", list(wcxb(chosen.wcxb)), chosen.readers, score)


if __name__ == "__main__":
    main()
