"""Pages that no rule was made on: the 181 of scrapinghub's article-extraction-benchmark, read by newsloom and by trafilatura.

    git clone https://github.com/scrapinghub/article-extraction-benchmark ../aeb
    python -m tests.bench.extraction_unseen ../aeb

Blogs, lists and shops are among them, not news alone. Scores are those of the scorer beside the labelled pages.
"""

from __future__ import annotations

import argparse
import gzip
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import trafilatura

from extractors.records import Page, PageOutcome
from tests.extraction_scores import ours, scorer

NOW = datetime(2026, 11, 22, tzinfo=UTC)


def _trafilatura(page: Page, *, favor_precision: bool = False) -> str:
    return trafilatura.extract(page.body, include_comments=False, favor_precision=favor_precision) or ""


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("clone", type=Path)
    folder = parser.parse_args().clone
    truth = json.loads((folder / "ground-truth.json").read_text(encoding="utf-8"))
    score = scorer()
    readers: dict[str, Callable[[Page], str]] = {
        "newsloom": lambda page: ours(page).text,
        "trafilatura": _trafilatura,
        "trafilatura, precision": lambda page: _trafilatura(page, favor_precision=True),
    }
    print("| reader | precision | recall | F1 | exact |\n|---|---|---|---|---|")
    for name, read in readers.items():
        scored = []
        for key, page in truth.items():
            body = gzip.decompress((folder / "html" / f"{key}.html.gz").read_bytes())
            text = read(Page(page["url"], PageOutcome.FETCHED, NOW, body=body))
            scored.append(score.score_page({"text": page["articleBody"]}, text, "zyte"))
        total = score.aggregate(scored)
        print(f"| {name} | {total['precision']:.3f} | {total['recall']:.3f} | {total['f1']:.3f} | {total['accuracy']:.0%} |")


if __name__ == "__main__":
    main()
