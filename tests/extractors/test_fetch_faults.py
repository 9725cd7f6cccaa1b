"""Every fault that the table in docs/faults/fetch.md names, injected on loopback, ends in the outcome that the table says."""

from __future__ import annotations

import asyncio
import gzip
import re
import zlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import brotli
import pytest
import zstandard

from extractors.fetch import Fetcher, FetchSettings
from extractors.records import Page, PageOutcome, Request, Validators
from tests.loopback_web import LoopbackWeb, Script, Visit, answer, raw

ROOT = Path(__file__).resolve().parents[2]
OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
STORY = "<html><body><p>" + "The council met on Tuesday and agreed on a plan for the harbour. " * 40 + "</p></body></html>"
BOMB = b"<html>" + b"a" * 50_000_000
LIMIT = 200_000


def zstd_bomb() -> bytes:
    return zstandard.ZstdCompressor().compress(BOMB)


def short_page(words: str, head: str = "") -> str:
    return f"<!doctype html><html><head><title>Door</title>{head}</head><body><p>{words}</p></body></html>"


async def one_more_hop(visit: Visit) -> None:
    number = int("0" + visit.hit.path.removeprefix("/hops-").removeprefix("/x"))
    await answer(status=302, Location=f"/hops-{number + 1}")(visit)


def refresh(target: str, words: str = "") -> Script:
    return answer(short_page(words, f'<meta http-equiv="refresh" content="0; url={target}">'))


async def one_more_refresh(visit: Visit) -> None:
    await refresh("/x?b" if visit.hit.path == "/x?a" else "/x?a")(visit)


async def to_the_front(visit: Visit) -> None:
    await (answer(STORY) if visit.hit.path == "/en/" else answer(status=302, Location="/en/"))(visit)


async def behind_a_refresh(visit: Visit) -> None:
    await (answer(STORY) if visit.hit.path == "/x?real&page" else refresh("?real&amp;page", "You are being led on."))(visit)


async def with_cookie(visit: Visit) -> None:
    ticket = visit.hit.headers.get("cookie", "")
    await (answer(STORY) if "seen=1" in ticket else answer(status=302, Location="/once", Set_Cookie="seen=1; Path=/"))(visit)


FAULTS: dict[str, tuple[Script, PageOutcome]] = {
    # name as in docs/faults/fetch.md: what the server does, how the fetch must end
    "status 304": (answer(status=304), PageOutcome.UNCHANGED),
    "status 400": (answer(status=400), PageOutcome.CLIENT_ERROR),
    "status 401": (answer(status=401), PageOutcome.FORBIDDEN),
    "status 403": (answer(status=403), PageOutcome.FORBIDDEN),
    "status 404": (answer(status=404), PageOutcome.NOT_FOUND),
    "status 410": (answer(status=410), PageOutcome.GONE),
    "status 429": (answer(status=429), PageOutcome.RATE_LIMITED),
    "status 451": (answer(status=451), PageOutcome.FORBIDDEN),
    "status 500": (answer(status=500), PageOutcome.SERVER_ERROR),
    "status 503": (answer(status=503), PageOutcome.SERVER_ERROR),
    "status 503 with Retry-After": (answer(status=503, Retry_After="120"), PageOutcome.RATE_LIMITED),
    "status 204": (raw(b"HTTP/1.1 204 None\r\n\r\n"), PageOutcome.PROTOCOL_ERROR),
    "redirect without a target": (answer(status=302), PageOutcome.PROTOCOL_ERROR),
    "never answers": (raw(b"", pause=30), PageOutcome.TIMED_OUT),
    "slow-loris header": (raw(b"HTTP/1.1 200 OK\r\n", pause=0.05, repeat=b"X: y\r\n"), PageOutcome.TIMED_OUT),
    "slow-loris body": (raw(OK + b"Content-Length: 1000\r\n\r\n", pause=0.05, repeat=b"."), PageOutcome.TIMED_OUT),
    "endless interim answers": (raw(pause=0.01, repeat=b"HTTP/1.1 103 Early Hints\r\n\r\n"), PageOutcome.TIMED_OUT),
    "endless body": (raw(OK + b"\r\n", repeat=b"<p>more</p>" * 500), PageOutcome.TOO_BIG),
    "endless chunks": (
        raw(OK + b"Transfer-Encoding: chunked\r\n\r\n", repeat=b"1000\r\n" + b"a" * 4096 + b"\r\n"),
        PageOutcome.TOO_BIG,
    ),
    "announces too much": (raw(OK + b"Content-Length: 99999999\r\n\r\n", pause=30), PageOutcome.TOO_BIG),
    "gzip bomb": (answer(gzip.compress(BOMB), Content_Encoding="gzip"), PageOutcome.TOO_BIG),
    "gzip bomb in gzip": (answer(gzip.compress(gzip.compress(BOMB)), Content_Encoding="gzip, gzip"), PageOutcome.TOO_BIG),
    "deflate bomb": (answer(zlib.compress(BOMB), Content_Encoding="deflate"), PageOutcome.TOO_BIG),
    "brotli bomb": (answer(brotli.compress(BOMB, quality=5), Content_Encoding="br"), PageOutcome.TOO_BIG),
    "zstd bomb": (answer(zstd_bomb(), Content_Encoding="zstd"), PageOutcome.TOO_BIG),
    "gzip damaged": (
        answer(gzip.compress(STORY.encode())[:30] + b"damaged", Content_Encoding="gzip"),
        PageOutcome.PROTOCOL_ERROR,
    ),
    "gzip cut off": (answer(gzip.compress(STORY.encode())[:-12], Content_Encoding="gzip"), PageOutcome.PROTOCOL_ERROR),
    "brotli cut off": (answer(brotli.compress(STORY.encode())[:-9], Content_Encoding="br"), PageOutcome.PROTOCOL_ERROR),
    "unknown content coding": (answer(b"\x00\x01", Content_Encoding="x-own"), PageOutcome.PROTOCOL_ERROR),
    "broken chunking": (raw(OK + b"Transfer-Encoding: chunked\r\n\r\nnot-hex\r\nabc"), PageOutcome.PROTOCOL_ERROR),
    "chunks cut off": (raw(OK + b"Transfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n"), PageOutcome.PROTOCOL_ERROR),
    "body shorter than announced": (raw(OK + b"Content-Length: 1000\r\n\r\nshort"), PageOutcome.PROTOCOL_ERROR),
    "closes without an answer": (raw(), PageOutcome.PROTOCOL_ERROR),
    "not HTTP": (raw(b"SSH-2.0-OpenSSH_9.6\r\n"), PageOutcome.PROTOCOL_ERROR),
    "endless header": (raw(b"HTTP/1.1 200 OK\r\n", repeat=b"X-More: " + b"a" * 4000 + b"\r\n"), PageOutcome.PROTOCOL_ERROR),
    "redirect to itself": (answer(status=301, Location="/x"), PageOutcome.REDIRECT_LOOP),
    "too many redirects": (one_more_hop, PageOutcome.REDIRECT_LOOP),
    "redirect to a private address": (answer(status=302, Location="http://10.0.0.7/"), PageOutcome.ADDRESS_REFUSED),
    "redirect to the cloud's metadata": (
        answer(status=302, Location="http://169.254.169.254/latest/"),
        PageOutcome.ADDRESS_REFUSED,
    ),
    "redirect to loopback in disguise": (answer(status=302, Location="http://[::ffff:7f00:1]/"), PageOutcome.ADDRESS_REFUSED),
    "redirect to a file": (answer(status=302, Location="file:///etc/passwd"), PageOutcome.BAD_URL),
    "redirect to nonsense": (answer(status=302, Location="http://[half"), PageOutcome.BAD_URL),
    "circle that sets cookies": (answer(status=302, Location="/x", Set_Cookie="a=1"), PageOutcome.COOKIE_WALL),
    "redirect to the front page": (to_the_front, PageOutcome.NOT_FOUND),
    "page that leads to a private address": (refresh("http://10.0.0.7/"), PageOutcome.ADDRESS_REFUSED),
    "pages that lead to each other": (one_more_refresh, PageOutcome.REDIRECT_LOOP),
    "redirect to a consent page": (answer(status=302, Location="/consent?next=/x"), PageOutcome.COOKIE_WALL),
    "cookie notice": (
        answer(short_page("We value your privacy. Accept all and continue, or manage your choices.")),
        PageOutcome.COOKIE_WALL,
    ),
    "challenge by header": (answer("<html>", 403, cf_mitigated="challenge"), PageOutcome.CHALLENGE),
    "challenge by its script": (
        answer(short_page("Just a moment…", '<script src="/cdn-cgi/challenge-platform/h/b/x.js"></script>'), 503),
        PageOutcome.CHALLENGE,
    ),
    "challenge as a 200": (
        answer(short_page("", '<script src="https://ct.captcha-delivery.com/c.js"></script>')),
        PageOutcome.CHALLENGE,
    ),
    "a PDF": (answer(b"%PDF-1.7", Content_Type="application/pdf"), PageOutcome.NOT_HTML),
    "bytes without a type": (answer(b"\x89PNG\r\n", Content_Type=""), PageOutcome.NOT_HTML),
}
SOUND: dict[str, Script] = {
    # what looks like a fault and is none
    "story": answer(STORY),
    "story about challenges": answer(STORY.replace("harbour", "harbour (Just a moment… by /cdn-cgi/challenge-platform)")),
    "story behind a page that leads to it": behind_a_refresh,
    "story that loads itself again": answer(
        STORY.replace("<body>", '<meta http-equiv="refresh" content="5; url=/x?again"><body>')
    ),
    "story in gzip": answer(gzip.compress(STORY.encode()), Content_Encoding="gzip"),
    "story in two gzip members": answer(
        gzip.compress(STORY[:99].encode()) + gzip.compress(STORY[99:].encode()), Content_Encoding="gzip"
    ),
    "story in brotli": answer(brotli.compress(STORY.encode()), Content_Encoding="br"),
    "story in zstd": answer(zstandard.ZstdCompressor().compress(STORY.encode()), Content_Encoding="zstd"),
    "story in raw deflate": answer(zlib.compress(STORY.encode())[2:-4], Content_Encoding="deflate"),
    "story that only claims gzip": answer(STORY, Content_Encoding="gzip"),
    "story without a type": answer(STORY, Content_Type=""),
    "story behind one cookie": with_cookie,
    "story in HTTP/1.0": raw(b"HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n\r\n" + STORY.encode()),
}


def site_of(script: Script) -> dict[str, Script]:
    return {"/x": script, "/consent?next=/x": answer(short_page("Consent")), "/robots.txt": answer(status=404), "*": script}


def host_of(number: int) -> str:
    return f"www.fault-{number}.example"


SCRIPTS = {name: script for name, (script, _) in FAULTS.items()} | SOUND
NAMES = {name: host_of(number) for number, name in enumerate(SCRIPTS)}
NEVER_DONE = {name for name, (_, outcome) in FAULTS.items() if outcome is PageOutcome.TIMED_OUT}
PATIENCE_SECONDS = 1.5
"""With what never ends. All else is given a minute."""


@pytest.fixture(scope="module")
def pages() -> Iterator[dict[str, Page]]:
    """Fetch all of them in one go, as a real batch would."""
    requests = [
        Request(f"http://{host}/x", Validators(etag='"e"') if name == "status 304" else Validators(), item_id=name)
        for name, host in NAMES.items()
    ]

    async def run(web: LoopbackWeb) -> dict[str, Page]:
        settings = FetchSettings(
            connect_to=web.connect_to,
            host_spacing_seconds=0.01,
            total_timeout_seconds=60,  # a busy machine is no fault of the server's
            max_page_bytes=LIMIT,
        )
        hurried = replace(settings, total_timeout_seconds=PATIENCE_SECONDS)
        found: dict[str, Page] = {}
        for conduct, are_hurried in ((settings, False), (hurried, True)):
            batch = [request for request in requests if (request.item_id in NEVER_DONE) is are_hurried]
            async with Fetcher(conduct) as fetcher:
                found |= {str(page.item_id): page async for page in fetcher.fetch_all(batch)}
        return found

    with LoopbackWeb({host: site_of(SCRIPTS[name]) for name, host in NAMES.items()}) as web:
        yield asyncio.run(run(web))


@pytest.mark.parametrize("name", FAULTS)
def test_the_fault_has_its_own_outcome(pages: dict[str, Page], name: str) -> None:
    page = pages[name]

    assert page.outcome is FAULTS[name][1], page.detail
    assert page.body == b""
    assert page.detail or page.outcome is PageOutcome.UNCHANGED


@pytest.mark.parametrize("name", SOUND)
def test_what_only_looks_like_a_fault_is_fetched(pages: dict[str, Page], name: str) -> None:
    page = pages[name]

    assert (page.outcome, page.detail) == (PageOutcome.FETCHED, None)
    assert b"agreed on a plan" in page.body
    assert len(page.body) >= len(STORY)


def test_nothing_takes_longer_than_its_time(pages: dict[str, Page]) -> None:
    spent = [pages[name].milliseconds / 1000 for name in NEVER_DONE]

    assert len(spent) == 4
    assert all(PATIENCE_SECONDS - 0.01 <= seconds < PATIENCE_SECONDS + 15 for seconds in spent)  # 15: a busy machine


def test_the_table_of_faults_says_the_same() -> None:
    table = (ROOT / "docs/faults/fetch.md").read_text()

    told = dict(re.findall(r"^\| ([^|]+?) \| `(\w+)` \|", table, re.MULTILINE))

    assert {name: str(outcome) for name, (_, outcome) in FAULTS.items()}.items() <= told.items()
    assert {str(outcome) for outcome in PageOutcome} <= set(told.values())
