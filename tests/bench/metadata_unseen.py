"""Titles, authors and dates of public pages that no rule was made on, read by newsloom, trafilatura and htmldate.

    git clone https://github.com/postlight/parser ../postlight-parser
    git clone https://github.com/Murrough-Foley/web-content-extraction-benchmark ../wcxb
    git clone https://github.com/adbar/htmldate ../htmldate
    python -m tests.bench.metadata_unseen ../postlight-parser ../wcxb ../htmldate

The first has a page and hand-written expectations for each outlet that it knows (2016-2023); the second is made of articles,
labelled by a model and reviewed; the third of pages and the day they appeared. Halves are by domain: pages of "read" were looked
at while rules were made, of "unread" only totals. `--last` adds the second set's own test split.

    git clone https://github.com/mozilla/readability ../readability
    git clone https://github.com/omnivore-app/omnivore ../omnivore
    python -m tests.bench.metadata_unseen ... --reading ../readability --reading ../omnivore

adds the pages that two tools for reading are tested with. What these expect is what they answered when somebody last approved
of it ("Title | Site" among it): a ruler for comparing, not for the share that is right.

A title is right with the label's words, authors with the same set of names. A day is right where `dated_on` or the UTC day of
`published_at` is the label's; "zone" counts a label that is an instant as any day that it is somewhere in the world.
"""

from __future__ import annotations

import argparse
import codecs
import gzip
import json
import re
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from hashlib import blake2b
from itertools import chain
from pathlib import Path
from statistics import mean
from typing import Any
from urllib.parse import urlsplit

import trafilatura
from htmldate import find_date

from extractors.records import Page, PageOutcome
from tests.extraction_scores import Guess, ours, scorer

NOW = datetime(2026, 11, 22, tzinfo=UTC)
EASTMOST, WESTMOST = timedelta(hours=14), timedelta(hours=12)
READERS = ("newsloom", "trafilatura", "htmldate")
FIELDS = ("title", "authors", "date", "zone")

_STRING = r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"|`(?:[^`\\]|\\.)*`"
_EXPECTED = re.compile(
    rf"readFileSync\(\s*(?P<file>{_STRING})|(?P<url>'https?:[^']+'|\"https?:[^\"]+\"|`https?:[^`]+`)"
    rf"|(?:equal|strictEqual)\(\s*(?P<name>title|author|date_published),\s*(?P<value>{_STRING}|null)"
)
"""What the first set's tests say, in their order: the address, the file, then what is expected of it."""
_LABEL_SPLIT = re.compile(r"[;,|、]|\band\b|&")
_LABEL_BY = re.compile(r"^\s*(?:by\b|著者[:：]?|von\b|par\b)\s*", re.IGNORECASE)
_OWN_ADDRESS = re.compile(r"<(?:link|meta)\b[^<>]*?[\"'\s=](?:canonical|og:url)[\"'\s>/][^<>]*>?")
_URL = re.compile(r"(?P<url>https?://[^\"'\s<>]+)")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)")
_NO_SITES = frozenset({"localhost", "fakehost", "example.com", "example.org"})
_RENAMED_CONTENT = re.compile(rb"(<meta\b[^<>]*?\s)value=", re.IGNORECASE)
_RENAMED_PROPERTY = re.compile(rb"(?<=\s)name=([\"']?(?:og|article|fb):)", re.IGNORECASE)


@dataclass(frozen=True)
class Sample:
    """A page and what its label says; None: nothing."""

    group: str
    url: str
    file: Path
    title: str | None = None
    authors: str | None = None
    date: str | None = None  # a day, or an instant in UTC


def half_of(domain: str) -> str:
    """Split by domain."""
    return "unread" if blake2b(domain.encode(), digest_size=8).digest()[0] & 1 else "read"


def postlight(clone: Path) -> Iterator[Sample]:
    """Yield the pages that the parser's own tests name, with what they expect."""
    for test in sorted(clone.glob("src/extractors/custom/*/*.test.js")):
        url, file = "", None
        expected: dict[str, str] = {}
        for match in _EXPECTED.finditer(test.read_text("utf-8")):
            if match["url"]:
                if file is not None and expected:
                    yield _of_parser(test.parent.name, url, file, expected)
                    file, expected = None, {}
                url = _literal(match["url"])
            elif match["file"]:
                file = clone / _literal(match["file"])
            elif file is not None and match["value"] != "null":
                expected.setdefault(match["name"], _literal(match["value"]))
        if file is not None and expected:
            yield _of_parser(test.parent.name, url, file, expected)


def _of_parser(domain: str, url: str, file: Path, expected: dict[str, str]) -> Sample:
    author = _LABEL_BY.sub("", expected.get("author", "")) or None
    return Sample(f"postlight, {half_of(domain)}", url, file, expected.get("title"), author, expected.get("date_published"))


def _literal(written: str) -> str:
    """Read a string of JavaScript."""
    inner = re.sub(r"\\\n", "", written[1:-1])
    return re.sub(r"\\(?:u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|.)", lambda match: codecs.decode(match[0], "unicode_escape"), inner)


def wcxb(clone: Path, split: str = "dev") -> Iterator[Sample]:
    """Yield the articles of WCXB."""
    for truth in sorted((clone / split / "ground-truth").glob("*.json")):
        page = json.loads(truth.read_text("utf-8"))
        if page["_internal"]["page_type"]["primary"] == "article":
            label = page["ground_truth"]
            url = page.get("url") or "https://example.org/a"
            group = half_of(urlsplit(url).netloc) if split == "dev" else split
            file = clone / split / "html" / f"{truth.stem}.html.gz"
            yield Sample(f"WCXB, {group}", url, file, label.get("title"), label.get("author"), label.get("publish_date"))


def htmldate_tests(clone: Path) -> Iterator[Sample]:
    """Yield the dated pages of htmldate's evaluation."""
    for name in ("default", "mediacloud_2020"):
        for url, page in json.loads((clone / f"tests/eval_{name}.json").read_text("utf-8")).items():
            folders = (clone / "tests" / folder / page["file"] for folder in ("cache", "eval", "test_set"))
            file = next((path for path in folders if path.exists()), None)
            if file is not None and isinstance(page.get("date"), str):  # NaN: it has none
                yield Sample(f"htmldate {name}, {half_of(urlsplit(url).netloc)}", url, file, date=page["date"])


def reading(clone: Path) -> Iterator[Sample]:
    """Yield the pages that a tool for reading is tested with, and what it answers there; newsletters and made-up pages go."""
    for folder in sorted(path.parent for path in clone.glob("**/test-pages/**/expected-metadata.json")):
        expected = json.loads((folder / "expected-metadata.json").read_text("utf-8"))
        file, link = folder / "source.html", folder / "url.txt"
        url = link.read_text("utf-8").strip() if link.exists() else says_where(file.read_text("utf-8", "replace"))
        if not url or not (host := urlsplit(url).netloc) or host in _NO_SITES or "newsletters" in folder.parts:
            continue
        day = expected.get("publishedDate") or expected.get("publishedTime") or ""
        byline = _LABEL_BY.sub("", " ".join((expected.get("byline") or "").split())) or None
        title = expected.get("title") or None
        label = (day if _INSTANT.fullmatch(day) else day[:10]) if _DAY.match(day) else None
        yield Sample(f"reading, {half_of(host)}", url, file, title, byline, label)


def says_where(page: str) -> str | None:
    """Return the address that a page gives itself."""
    return next((match["url"] for element in _OWN_ADDRESS.findall(page) if (match := _URL.search(element))), None)


def body_of(sample: Sample) -> bytes:
    """Read a page as it was published: the first set's were saved after its parser had renamed the attributes of `meta`."""
    data = sample.file.read_bytes()
    if sample.group.startswith("postlight"):
        data = _RENAMED_CONTENT.sub(rb"\1content=", data)
        return _RENAMED_PROPERTY.sub(rb"property=\1", data)
    return gzip.decompress(data) if sample.file.suffix == ".gz" else data


def guess_of(reader: str, sample: Sample) -> Guess:
    """Ask a reader."""
    body = body_of(sample)
    if reader == "newsloom":
        return ours(Page(sample.url, PageOutcome.FETCHED, NOW, body=body))
    if reader == "htmldate":
        try:
            return Guess("", date=find_date(body.decode("utf-8", "replace"), url=sample.url, original_date=True))
        except ValueError:  # an empty page
            return Guess("")
    found = trafilatura.bare_extraction(body, url=sample.url, with_metadata=True)
    if found is None:
        return Guess("")
    names = tuple(name for name in (getattr(found, "author", None) or "").split("; ") if name)
    return Guess("", getattr(found, "title", None), getattr(found, "date", None), None, names)


@cache
def _score() -> Any:
    return scorer()


def scores_of(sample: Sample, guess: Guess) -> dict[str, bool]:
    """Compare an answer with the label, field by field; only what the label has."""
    score = _score()
    out: dict[str, bool] = {}
    if sample.title:
        out["title"] = score._n(guess.title) == score._n(sample.title)
    if sample.authors:
        out["authors"] = score.author_set(list(guess.authors)) == score.author_set(_LABEL_SPLIT.split(sample.authors))
    if sample.date:
        said = {day for day in (guess.date, guess.instant) if day}
        out["date"] = sample.date[:10] in said
        out["zone"] = any(_may_be(day, sample.date) for day in said)
    return out


def _may_be(day: str, label: str) -> bool:
    if len(label) <= len("2026-11-22"):
        return day == label
    begins = datetime.combine(date.fromisoformat(day), datetime.min.time(), UTC)
    return begins - EASTMOST <= datetime.fromisoformat(label) < begins + timedelta(days=1) + WESTMOST


def _scored(reader: str, sample: Sample) -> tuple[str, dict[str, bool]]:
    scored = scores_of(sample, guess_of(reader, sample))
    return sample.group, {name: ok for name, ok in scored.items() if reader != "htmldate" or name in {"date", "zone"}}


def _print(reader: str, found: Iterable[tuple[str, dict[str, bool]]]) -> None:
    by_group: dict[str, list[dict[str, bool]]] = {}
    for group, scored in found:
        by_group.setdefault(group, []).append(scored)
    for group, rows in sorted(by_group.items()):
        shares = [[row[name] for row in rows if name in row] for name in FIELDS]
        print(
            f"| {group} | {reader} | " + " | ".join(f"{mean(s):.3f} ({len(s)})" if s else "" for s in shares) + " |", flush=True
        )


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("postlight", type=Path)
    parser.add_argument("wcxb", type=Path)
    parser.add_argument("htmldate", type=Path)
    parser.add_argument("--reading", type=Path, action="append", default=[], help="a clone with test-pages")
    parser.add_argument("--reader", choices=READERS, action="append")
    parser.add_argument("--last", action="store_true", help="the second set's test split too")
    chosen = parser.parse_args()
    sets = [postlight(chosen.postlight), wcxb(chosen.wcxb), htmldate_tests(chosen.htmldate)]
    sets += [reading(clone) for clone in chosen.reading]
    samples = list(chain(*sets, wcxb(chosen.wcxb, "test") if chosen.last else ()))
    print("| set, half | reader | titles | authors | dates | dates, any zone |\n|---|---|---|---|---|---|")
    for reader in chosen.reader or READERS:
        with ProcessPoolExecutor(2) as pool:
            _print(reader, pool.map(_scored, [reader] * len(samples), samples, chunksize=8))


if __name__ == "__main__":
    main()
