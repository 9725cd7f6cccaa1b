"""Hostile, huge and broken feeds: one clear outcome, in time and memory that grow with the size and no faster."""

from __future__ import annotations

import gzip
import resource
import sys
import time
from datetime import UTC, datetime

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from extractors.errors import FeedUnreadable
from extractors.feeds import MAX_FEED_BYTES, parse_feed
from extractors.records import ParsedFeed

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
URL = "https://example.com/feed"
ITEM = "<item><title>Rain</title><link>https://example.com/rain</link><guid>1</guid></item>"
LOLS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))


def rss(inside: str, before: str = "") -> bytes:
    return f'<?xml version="1.0"?>{before}<rss version="2.0"><channel><title>x</title>{inside}</channel></rss>'.encode()


def read(document: bytes) -> ParsedFeed:
    return parse_feed(document, "text/xml", URL, NOW)


PIECES = [
    "<rss version='2.0'>", "<channel>", "<item>", "<title>", "<feed xmlns='http://www.w3.org/2005/Atom'>", "<entry>",
    "<link href='a'>", "<link>", "</link>", "</item>", "</title>", "<![CDATA[", "]]>", "<!--", "&amp;", "&lol;",
    "<pubDate>", "2026-11-21", "<guid>", "</guid>", "<urlset>", "<url>", "<loc>", "{", '"items"', ":", "[",
    "<!DOCTYPE x [", "\x00", "é", " xml:base='http://[x'", "<content type='xhtml'>", "<media:content url='u'/>",
    "<source>", "<category term='a'/>", "<rdf:RDF>", "<author>", "a@b.c (", "<georss:point>", "1 2", "<image>", "<url>",
    "<dc:date>",
]  # fmt: skip

HOSTILE = {
    "entity bomb": rss(f"<description>&l11;</description>{ITEM}", f'<!DOCTYPE r [<!ENTITY l0 "lol">{LOLS}]>'),
    "quadratic entity": rss(f"<description>{'&a;' * 5000}</description>{ITEM}", f'<!DOCTYPE r [<!ENTITY a "{"a" * 50_000}">]>'),
    "external entity": rss(f"<description>&x;</description>{ITEM}", '<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]>'),
    "external DTD": rss(ITEM, '<!DOCTYPE r SYSTEM "http://127.0.0.1:9/x.dtd">'),
    "deep nesting": rss("<a>" * 20_000 + "</a>" * 20_000 + ITEM),
    "deep markup": rss(f"<item><title>Deep</title><description>{'&lt;b&gt;' * 50_000}</description></item>{ITEM}"),
    "many categories": rss(f"<item><title>C</title>{''.join(f'<category>{n}</category>' for n in range(20_000))}</item>{ITEM}"),
    "many keywords": rss(f"<item><title>C</title><keywords>{','.join(map(str, range(20_000)))}</keywords></item>{ITEM}"),
    "ampersands": rss(f"<description>{'&' * 100_000}</description>{ITEM}"),
    "angle brackets": rss(f"<description>x</description>{'<' * 50_000}{ITEM}"),
    "nul bytes": rss(ITEM).replace(b"<channel>", b"<channel>\x00\x00\x00"),
    "long title": rss(f"<item><title>{'word ' * 400_000}</title></item>{ITEM}"),
    "no namespace": rss(f"<media:title>x</media:title>{ITEM}"),
    "wrong encoding": rss(ITEM.replace("Rain", "Räin")).replace(b'version="1.0"?', b'version="1.0" encoding="utf-16"?'),
    "unknown encoding": rss(ITEM).replace(b'version="1.0"?', b'version="1.0" encoding="klingon"?'),
    "junk after the end": rss(ITEM) + b"<!-- served by 7 --><script>x()</script>",
    "junk before the start": b"\n\n  <!-- cached -->\n" + rss(ITEM)[21:],
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_story_beside_hostile_content_is_still_read(name: str) -> None:
    started = time.process_time()

    parsed = read(HOSTILE[name])

    assert "https://example.com/rain" in {entry.url for entry in parsed.entries}
    assert time.process_time() - started < 10
    assert all(len(entry.title or "") <= 1000 and len(entry.summary or "") <= 4000 for entry in parsed.entries)
    assert all("root:" not in (entry.summary or "") for entry in parsed.entries)


def test_a_tag_with_endless_attributes_is_refused() -> None:
    with pytest.raises(FeedUnreadable, match="1000 attributes"):
        read(rss(ITEM).replace(b"<channel>", b"<channel " + b" ".join(b'a%d="x"' % n for n in range(5000)) + b">"))


def test_a_gzip_bomb_is_refused_before_it_unfolds() -> None:
    bomb = gzip.compress(b"<rss>" + b" " * (MAX_FEED_BYTES + 1_000_000))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    with pytest.raises(FeedUnreadable, match="larger than"):
        read(bomb)

    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 6 * MAX_FEED_BYTES // 1024


def test_time_grows_with_the_number_of_entries_and_no_faster() -> None:
    def seconds(count: int) -> float:
        document = rss("".join(ITEM.replace("rain", f"rain/{n}") for n in range(count)))
        started = time.process_time()
        assert len({entry.entry_key for entry in read(document).entries}) == count
        return time.process_time() - started

    seconds(100)

    assert seconds(4000) < 4 * 3 * max(seconds(1000), 0.05)


@pytest.mark.parametrize("cut", range(0, 100, 7))
def test_a_feed_cut_anywhere_yields_what_is_whole_or_one_error(cut: int) -> None:
    document = rss("".join(ITEM.replace("rain", f"rain/{n}") for n in range(30)))
    part = document[: len(document) * cut // 100]

    try:
        entries = read(part).entries
    except FeedUnreadable:
        entries = ()

    assert len(entries) >= part.count(b"</item>")


@given(
    st.binary(max_size=200)
    | st.lists(
        st.sampled_from(
            PIECES
        ),
        max_size=25,
    ).map(lambda parts: "".join(parts).encode())
)  # fmt: skip
@settings(max_examples=200)
@example(b"<url><:>!<urlset>")
def test_no_bytes_make_reading_fail_otherwise(document: bytes) -> None:
    for wrapped in (document, rss(document.decode("utf-8", "replace"))):
        try:
            parsed = read(wrapped)
        except FeedUnreadable as error:
            assert error.item == URL  # noqa: PT017
        else:
            assert all(entry.entry_key for entry in parsed.entries)


def test_recursion_is_no_way_out() -> None:
    deep = "<div>" * (sys.getrecursionlimit() * 3)

    parsed = read(rss(f"<item><title>D</title><description><![CDATA[{deep}<a href='x'>y</a>]]></description></item>{ITEM}"))

    assert len(parsed.entries) == 2
