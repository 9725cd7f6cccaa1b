"""Pages a second of an import of CC-NEWS, beside bare fastwarc and trafilatura on the same file.

    python -m tests.bench.import_ccnews [--copies 3] [--read 200] [--import-pages 400]

The file is made of the shared pages, each under several addresses, as the crawler of CC-NEWS writes them (WARC/1.0, request,
response and metadata, codings undone and headers renamed), with the 404s, redirects, robots files and photos that lie among
them. It is not kept.
"""

from __future__ import annotations

import argparse
import gzip
import io
import resource
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import trafilatura
from fastwarc.warc import ArchiveIterator, WarcRecordType

from extractors.archive import read_archive
from extractors.articles import draft_of
from extractors.errors import PageUnreadable
from extractors.records import Page, PageOutcome
from flows.settings import Settings
from tests import road_driver
from tests.shared_data import SHARED
from warehouse.connection import writer

DATE = "2026-11-20T08:30:00Z"


def record(kind: str, url: str, block: bytes, media_type: str) -> bytes:
    head = f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Date: {DATE}\r\nWARC-Target-URI: {url}\r\nContent-Type: {media_type}\r\n"
    return gzip.compress(head.encode() + b"Content-Length: %d\r\n\r\n" % len(block) + block + b"\r\n\r\n", 6)


def answer(url: str, status: str, media_type: str, body: bytes) -> bytes:
    head = f"HTTP/1.1 {status}\r\nContent-Type: {media_type}\r\nX-Crawler-Content-Encoding: gzip\r\n"
    head += f"Content-Length: {len(body)}\r\n\r\n"
    return (
        record("request", url, b"GET / HTTP/1.1\r\nHost: paper.example\r\n\r\n", "application/http; msgtype=request")
        + record("response", url, head.encode() + body, "application/http; msgtype=response")
        + record("metadata", url, b"fetchTimeMs: 120\r\n", "application/warc-fields")
    )


def written(path: Path, copies: int) -> int:
    """Write the file; return how many of its responses are pages with content."""
    bodies = [gzip.decompress(one.read_bytes()) for one in sorted((SHARED / "data/extraction/html").glob("*.html.gz"))]
    number = 0
    with path.open("wb") as out:
        out.write(record("warcinfo", "urn:info", b"software: made for a benchmark\r\n", "application/warc-fields"))
        for copy in range(copies):
            for index, body in enumerate(bodies):
                number += 1
                url = f"https://paper{index % 97}.example/{copy}/{index}.html"
                out.write(answer(url, "200 OK", "text/html; charset=utf-8", body))
                if number % 12 == 0:
                    out.write(answer(url + "?gone", "404 Not Found", "text/html", body[:20_000]))
                    out.write(answer(url + "?moved", "301 Moved Permanently", "text/html", b""))
                    out.write(answer(f"https://paper{index % 97}.example/robots.txt", "200 OK", "text/plain", b"User-agent: *"))
                    out.write(answer(url + ".jpg", "200 OK", "image/jpeg", bytes(200_000)))
    return number


def timed(name: str, work: Callable[[], int]) -> None:
    """Run once; print pages, wall and CPU seconds (children included) and pages a second."""
    cpu, wall = _cpu(), time.perf_counter()
    pages = work()
    cpu, wall = _cpu() - cpu, time.perf_counter() - wall
    print(f"| {name} | {pages:,} | {wall:.1f} | {cpu:.1f} | {1000 * cpu / pages:.2f} | {pages / cpu:,.0f} |", flush=True)


def _cpu() -> float:
    return sum(
        usage.ru_utime + usage.ru_stime for usage in map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--copies", type=int, default=3)
    parser.add_argument("--read", type=int, default=200)
    parser.add_argument("--import-pages", type=int, default=400)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "CC-NEWS-20261120083000-00001.warc.gz"
        pages = written(path, options.copies)
        print(f"{path.stat().st_size / 1e6:.0f} MB, {pages:,} pages with content\n")
        print("| step | pages | wall, s | CPU, s | CPU ms a page | pages a CPU second |\n|---|---|---|---|---|---|")
        timed("bare fastwarc: every response, body read", lambda: _bare(path))
        timed("newsloom: the same as pages with outcomes", lambda: sum(1 for _ in read_archive(path)))
        step = max(1, pages // options.read)
        chosen = [one.page for one in read_archive(path) if one.page.outcome is PageOutcome.FETCHED][::step]
        timed("trafilatura alone, with metadata", lambda: sum(_by_trafilatura(page.body) for page in chosen))
        timed("newsloom: draft with metadata", lambda: sum(_drafted(page) for page in chosen))
        timed("newsloom import, gazetteer, one worker", lambda: _imported(Path(folder), options.import_pages))


def _bare(path: Path) -> int:
    return sum(1 for found in ArchiveIterator(str(path), record_types=WarcRecordType.response) if found.reader.read() is not None)


def _by_trafilatura(body: bytes) -> int:
    trafilatura.bare_extraction(body, with_metadata=True)
    return 1


def _drafted(page: Page) -> int:
    with suppress(PageUnreadable):
        draft_of(page, None)
    return 1


def _imported(folder: Path, limit: int) -> int:
    """Import a file of as many different pages by the stages of the flow: read, clean, relate, tag, load, publish."""
    path = folder / "part.warc.gz"
    bodies = sorted((SHARED / "data/extraction/html").glob("*.html.gz"))
    chosen = bodies[:: max(1, len(bodies) // limit)][:limit]
    out = io.BytesIO()
    for index, one in enumerate(chosen):
        out.write(
            answer(
                f"https://paper{index % 97}.example/{index}.html",
                "200 OK",
                "text/html; charset=utf-8",
                gzip.decompress(one.read_bytes()),
            )
        )
    path.write_bytes(out.getvalue())
    home = folder / "home"
    with writer(home):
        pass
    road_driver.import_saved(Settings(home=home, entity_engine="gazetteer", workers=1), [path])
    return len(chosen)


if __name__ == "__main__":
    main()
