"""How fast feeds and archives are read, beside the libraries below them: `python tests/bench/bench_feeds.py`.

Every figure is the median of rounds in one process, in CPU seconds, so that a busy machine changes it little.
"""

from __future__ import annotations

import argparse
import gzip
import io
import json
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import feedparser
from warcio.archiveiterator import ArchiveIterator
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from extractors.archive import ArchiveWriter, read_pages, warc_files  # after the path is set
from extractors.feeds import parse_feed
from extractors.records import Page, PageOutcome
from tests.shared_data import SHARED

NOW = datetime(2026, 11, 22, tzinfo=UTC)
URL = "https://feeds.example.net/feed.xml"
BUDGET = {"sanitize_html": False, "resolve_relative_uris": False}


def cpu_of(work: Callable[[], object], rounds: int) -> float:
    seconds = []
    for _ in range(rounds):
        started = time.process_time()
        work()
        seconds.append(time.process_time() - started)
    return statistics.median(seconds)


def bench_feeds(rounds: int) -> None:
    folder = SHARED / "data/feeds"
    names = [entry["file"] for entry in json.loads((folder / "manifest.json").read_text())]
    bodies = [body for name in names if not (body := (folder / name).read_bytes()).lstrip().startswith(b"{")]
    count = sum(len(parse_feed(body, None, URL, NOW).entries) for body in bodies)
    ways: dict[str, Callable[[], object]] = {
        "feedparser as it comes": lambda: [feedparser.parse(io.BytesIO(body)) for body in bodies],
        "feedparser, sanitising and resolving off": lambda: [feedparser.parse(io.BytesIO(body), **BUDGET) for body in bodies],
        "parse_feed (records, keys, plain texts, dates)": lambda: [parse_feed(body, None, URL, NOW) for body in bodies],
    }
    print(f"{len(bodies)} XML feeds, {count} entries, {sum(map(len, bodies)) / 1e6:.1f} MB\n")
    print("| reader | CPU ms an entry | ratio |\n|---|---|---|")
    base = None
    for name, work in ways.items():
        seconds = cpu_of(work, rounds)
        base = base or seconds
        print(f"| {name} | {seconds / count * 1000:.2f} | {seconds / base:.2f} |")


def item(number: int, text: str = "Some &lt;b&gt;words&lt;/b&gt;") -> str:
    return (
        f"<item><title>Story {number}</title><link>https://example.com/{number}</link><guid>{number}</guid>"
        f"<pubDate>Sat, 21 Nov 2026 09:00:00 GMT</pubDate><description>{text}</description></item>"
    )


def bench_huge() -> None:
    def rss(inside: str) -> bytes:
        return f"<rss version='2.0'><channel><title>x</title>{inside}</channel></rss>".encode()

    cases = {
        "10,000 entries": lambda: rss("".join(map(item, range(10_000)))),
        "100,000 entries": lambda: rss("".join(map(item, range(100_000)))),
        "one text of 50 MB": lambda: rss(item(1, "word " * 10_000_000)),
    }
    print("\n| document | MB | CPU s | entries | peak MB of the process |\n|---|---|---|---|---|")
    for name, make in cases.items():
        body = make()
        started = time.process_time()
        parsed = parse_feed(body, None, URL, NOW)
        seconds = time.process_time() - started
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        print(f"| {name} | {len(body) / 1e6:.0f} | {seconds:.1f} | {len(parsed.entries)} | {peak} |", flush=True)


def bench_archive(pages: int, rounds: int) -> None:
    files = sorted((SHARED / "data/extraction/html").glob("*.html.gz"))[:pages]
    bodies = [gzip.decompress(file.read_bytes()) for file in files]
    page = Page(
        URL, PageOutcome.FETCHED, NOW, status=200, headers=(("content-type", "text/html"),), request_headers=(("host", "x"),)
    )
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        ours = cpu_of(lambda: write_ours(root, page, bodies), rounds)
        theirs = cpu_of(lambda: write_warcio(root / "warcio.warc.gz", bodies), rounds)
        size_ours = warc_files(root / "ours")[-1].stat().st_size
        size_theirs = (root / "warcio.warc.gz").stat().st_size
        read_ours = cpu_of(lambda: sum(len(one.body) for one in read_pages(root / "warcio.warc.gz")), rounds)
        read_theirs = cpu_of(lambda: read_warcio(root / "warcio.warc.gz"), rounds)
        scan_ours = cpu_of(lambda: list(read_pages(root / "warcio.warc.gz", wanted=lambda _: False)), rounds)
    count = len(bodies)
    print(f"\n{count} pages, {sum(map(len, bodies)) / 1e6:.0f} MB of HTML\n")
    print("| step | warcio, ms a page | ours (fastwarc), ms a page | ratio |\n|---|---|---|---|")
    print(f"| write (ours: level 6; warcio: 9) | {theirs / count * 1e3:.2f} | {ours / count * 1e3:.2f} | {ours / theirs:.2f} |")
    print(
        f"| read with bodies | {read_theirs / count * 1e3:.2f} | {read_ours / count * 1e3:.2f} | {read_ours / read_theirs:.2f} |"
    )
    print(f"| read, no page wanted | - | {scan_ours / count * 1e3:.2f} | {scan_ours / read_theirs:.2f} |")
    print(f"\nSize on disk: ours {size_ours / 1e6:.1f} MB, warcio {size_theirs / 1e6:.1f} MB.")


def write_ours(root: Path, page: Page, bodies: list[bytes]) -> None:
    with ArchiveWriter(root / "ours") as writer:
        for number, body in enumerate(bodies):
            writer.write(replace(page, url=f"https://example.com/{number}", body=body))


def write_warcio(path: Path, bodies: list[bytes]) -> None:
    with path.open("wb") as file:
        writer = WARCWriter(file, gzip=True, warc_version="1.1")
        for number, body in enumerate(bodies):
            headers = StatusAndHeaders("200 OK", [("content-type", "text/html")], protocol="HTTP/1.1")
            writer.write_record(
                writer.create_warc_record(
                    f"https://example.com/{number}", "response", payload=io.BytesIO(body), http_headers=headers
                )
            )


def read_warcio(path: Path) -> int:
    with path.open("rb") as file:
        return sum(len(record.content_stream().read()) for record in ArchiveIterator(file))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--pages", type=int, default=300)
    chosen = parser.parse_args()
    bench_feeds(chosen.rounds)
    bench_archive(chosen.pages, chosen.rounds)
    bench_huge()
