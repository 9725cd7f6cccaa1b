"""Entry points that read what strangers wrote, each as a function of bytes with its declared errors; and how input is bent."""

from __future__ import annotations

import dataclasses
import json
import random
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from extractors.archive.warc import read_archived
from extractors.articles import draft_of
from extractors.charset import decode
from extractors.errors import FeedUnreadable, InputUnreadable, PageUnreadable
from extractors.feeds import discover, parse_feed
from extractors.feeds.opml import read_opml
from extractors.fetch.robots import crawl_delay_of, is_allowed, robots_of
from extractors.headers import hints_of
from extractors.records import Page, PageOutcome
from extractors.saved import read_saved
from extractors.urls import absolute_url, canonical_url, host_of, outlet_of, without_userinfo

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
URL = "https://paper.example/news/harbour"
CORPUS = Path(__file__).parent / "corpus"


def storable(record: object) -> None:
    """Every text of a record can be written down: half a surrogate pair cannot."""
    assert dataclasses.is_dataclass(record)
    assert not isinstance(record, type)
    json.dumps(dataclasses.asdict(record), ensure_ascii=False, default=lambda value: "").encode()


def feed(data: bytes) -> None:
    storable(parse_feed(data, "application/xml", URL, NOW))


def page(data: bytes) -> None:
    storable(draft_of(Page(URL, PageOutcome.FETCHED, NOW, final_url=URL, status=200, body=data, content_type="text/html"), None))


def found(data: bytes) -> None:
    discover(data, URL)


def warc(data: bytes) -> None:
    with tempfile.NamedTemporaryFile(suffix=".warc") as file:
        file.write(data)
        file.flush()
        for archived in read_archived(Path(file.name)):
            storable(archived.page)


SUFFIXES = (".mht", ".webarchive", ".html", ".txt", ".html.gz", ".warc.gz", ".pdf", "")


def saved(data: bytes) -> None:
    """The first byte says what the file is called."""
    with tempfile.NamedTemporaryFile(suffix=SUFFIXES[data[0] % len(SUFFIXES)] if data else "") as file:
        file.write(data[1:])
        file.flush()
        for page, _ in read_saved(Path(file.name)):
            assert page.item_id
            storable(page)


def opml(data: bytes) -> None:
    read_opml(data, "fuzz")


def url(data: bytes) -> None:
    text = data.decode("utf-8", "surrogateescape")
    named = canonical_url(text)
    assert canonical_url(named) == named, "a canonical URL is its own canonical form"
    absolute_url(URL, text)
    host_of(text)
    outlet_of(text)
    without_userinfo(text)


def robots(data: bytes) -> None:
    origin = "https://paper.example"
    answered = Page(f"{origin}/robots.txt", PageOutcome.FETCHED, NOW, status=200, body=data, content_type="text/plain")
    rules = robots_of(origin, answered, None, NOW)
    assert isinstance(is_allowed(rules, URL, "newsloom"), bool)
    assert crawl_delay_of(rules, "newsloom") >= 0


def headers(data: bytes) -> None:
    lines = [line.partition(b":") for line in data.split(b"\n")]
    pairs = tuple((name.decode("latin-1").lower().strip(), value.decode("latin-1").strip()) for name, _, value in lines)
    hints = hints_of(pairs, NOW)
    assert hints.retry_after_at is None or hints.retry_after_at >= NOW


def charset(data: bytes) -> None:
    label, _, body = data.partition(b"\n")
    text, encoding = decode(body, label.decode("latin-1") or None)
    assert isinstance(text, str)
    "x".encode(encoding)


@dataclass(frozen=True, slots=True)
class Target:
    """An entry point. `errors` are its declared ends; any other exception is a crash."""

    run: Callable[[bytes], None]
    errors: tuple[type[Exception], ...] = ()
    tokens: tuple[bytes, ...] = ()


MARKUP = (
    b"<",
    b">",
    b"&#x0;",
    b"&#xD800;",
    b"<![CDATA[",
    b"]]>",
    b"<!--",
    b"\x00",
    b"\xff\xfe",
    b"<div>",
    b"</p>",
    b'="',
    b"<?xml ",
)
TARGETS = {
    "feed": Target(feed, (FeedUnreadable,), (*MARKUP, b"<item>", b"<pubDate>", b"9" * 40, b"<link>", b"{", b"[", b'"items":')),
    "page": Target(page, (PageUnreadable,), (*MARKUP, b"<article>", b"<script type='application/ld+json'>", b"<time datetime='")),
    "found": Target(found, (), (*MARKUP, b"<link rel=alternate href=", b"http://[", b"//")),
    "warc": Target(
        warc, (InputUnreadable,), (b"WARC/1.0\r\n", b"WARC/1.1\r\n", b"Content-Length: -1\r\n", b"\r\n\r\n", b"\x1f\x8b\x08")
    ),
    "saved": Target(
        saved,
        (InputUnreadable,),
        (
            *MARKUP,
            b"Content-Type: multipart/related; boundary=b\r\n\r\n--b\r\n",
            b"Content-Transfer-Encoding: base64\r\n",
            b"Content-Location: ",
            b"<dict>",
            b"<key>WebMainResource</key>",
            b"<integer>99999999999</integer>",
            b"bplist00",
        ),
    ),
    "opml": Target(opml, (InputUnreadable,), (*MARKUP, b"<outline ", b"xmlUrl=", b"feed://")),
    "url": Target(
        url, (), (b"http://", b"[", b"]", b"@", b"%", b"%2", b"..", b"//", b"?", b"#", b"xn--", b"\xed\xa0\x80", b":99999")
    ),
    "robots": Target(
        robots, (), (b"User-agent:", b"Disallow:", b"*", b"$", b"Crawl-delay: 1e999", b"Request-rate: 1/0", b"\x00")
    ),
    "headers": Target(headers, (), (b"Retry-After:", b"Date:", b"Expires:", b"max-age=", b"9" * 30, b"\xc2\xb2", b"Age:", b", ")),
    "charset": Target(
        charset, (), (b"utf-16", b"idna", b"punycode", b"unicode_escape", b"zlib", b"\xff\xfe", b"\x00", b"<meta charset=")
    ),
}


def seeds(name: str) -> list[bytes]:
    """Return the stored corpus of a target: seeds written for it, and every crasher that was ever found."""
    return [path.read_bytes() for path in sorted((CORPUS / name).iterdir())]


def attempt(name: str, data: bytes) -> None:
    """Feed one input to a target; whatever is no declared end comes through."""
    target = TARGETS[name]
    try:
        target.run(data)
    except target.errors:
        return


def bent(name: str, chance: random.Random, pool: list[bytes]) -> bytes:
    """Bend a seed a few times: flip, cut, repeat, splice, insert a word that means something there."""
    data = bytearray(chance.choice(pool))
    for _ in range(chance.randint(1, 8)):
        start = chance.randint(0, len(data))
        end = min(len(data), start + chance.choice((1, 4, 16, 64, 256)))
        match chance.randrange(7):
            case 0:
                data[start:end] = b""
            case 1:
                data[start:start] = chance.choice(TARGETS[name].tokens or (b"\x00",))
            case 2:
                data[start:start] = data[start:end] * chance.choice((1, 2, 10, 100))
            case 3 if data:
                data[start % len(data)] ^= 1 << chance.randrange(8)
            case 4:
                data[start:end] = chance.randbytes(end - start)
            case 5:
                data[start:start] = chance.choice(pool)[:: chance.choice((1, 1, 2))][: 1 << chance.randrange(12)]
            case _:
                del data[start:]
    return bytes(data[: 1 << 20])


REPEATS = {
    "feed": (
        b"<rss version='2.0'><channel>",
        (b"<item><title>a</title></item>", b"<a>", b"<item>", b"&amp;", b"<![CDATA[", b"<category>x"),
    ),
    "page": (
        b"<html><body><article>",
        (b"<p>The council met.</p>", b"<div>", b"<!--", b"<a href=x>y", b"<b><i>", b"&nbsp;", b"<br>"),
    ),
    "found": (b"<html><head>", (b"<link rel=alternate type=application/rss+xml href=/f>", b"<div>", b"<a href=/rss>", b"<!--")),
    "saved": (
        b"\x00MIME-Version: 1.0\r\n",
        (b"Content-Type: multipart/related; boundary=b\r\n\r\n--b\r\n", b"A: b\r\n", b"--b\r\n"),
    ),
    "opml": (b"<opml><body>", (b"<outline xmlUrl='http://a.example/'/>", b"<outline>", b"&lt;")),
    "url": (b"http://a.example/", (b"../", b"%2e/", b"a=b&", b"%", b"@", b"#", b"\xc3\xa9")),
    "robots": (b"User-agent: *\n", (b"Disallow: /a*b*c*\n", b"Disallow: /\n", b"*", b"User-agent: x\n")),
    "headers": (b"Cache-Control: ", (b"max-age=1, ", b",", b" ", b"no-store-", b"\n")),
    "charset": (b"\n<meta ", (b"charset=", b"<!--", b"<meta charset", b"\x80", b"<script>")),
    "warc": (b"", (b"WARC/1.0\r\n", b"\x1f\x8b\x08\x00", b"\r\n", b"Content-Length: 9\r\n")),
}
"""Beginnings, and what to repeat after them: time must grow with size and no faster."""
