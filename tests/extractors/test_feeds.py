"""Feeds of every kind -> entries. A new case is a feed in tests/data/feeds and its expected records beside it."""

from __future__ import annotations

import gzip
import json
import pickle
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from extractors.errors import FeedUnreadable
from extractors.feeds import parse_feed
from extractors.records import ParsedFeed

FEEDS = sorted(path for path in Path(__file__).parents[1].glob("data/feeds/*") if not path.name.endswith(".expected.json"))
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
URL = "https://example.com/feeds/world.xml"
ITEM = "<item><title>Rain</title><link>/rain</link><guid>1</guid><pubDate>Sat, 21 Nov 2026 09:00:00 CET</pubDate></item>"
RSS = f"<rss version='2.0'><channel><title>World</title>{ITEM}</channel></rss>"


def test_a_relative_link_counts_from_the_feed() -> None:
    entry = parse_feed(RSS.encode(), None, URL, NOW).entries[0]

    assert entry.url == "https://example.com/rain"
    assert entry.published_at == datetime(2026, 11, 21, 8, tzinfo=UTC)
    assert entry.published_at_source == "feed:published"
    assert entry.updated_at is None


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf \n", "empty"),
        (b"no markup at all", "neither XML nor JSON"),
        (b"<!doctype html><html><body>Not found</body></html>", "an HTML page"),
        (b"<root><a/></root>", "no feed format"),
        (b"\x1f\x8b\x08broken", "broken gzip"),
        (b'{"version": "https://jsonfeed.org/version/1.1"}', "no JSON Feed"),
        (b"[" * 100_000, "nested too deeply"),
        (b"[1]", "no JSON Feed"),
        (b"{", "neither XML nor JSON"),
        (b"%PDF-1.7 \xff\xfe", "neither XML nor JSON"),
    ],
)
def test_what_is_no_feed_gets_one_clear_error(body: bytes, reason: str) -> None:
    with pytest.raises(FeedUnreadable, match=reason) as caught:
        parse_feed(body, "text/xml", URL, NOW)

    assert pickle.loads(pickle.dumps(caught.value)).item == URL


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_byte_order_marks_and_gzip_are_understood(encoding: str) -> None:
    body = RSS.replace("Rain", "Überschwemmung").encode(encoding)

    for document in (body, gzip.compress(body)):
        assert [entry.title for entry in parse_feed(document, None, URL, NOW).entries] == ["Überschwemmung"]


def test_an_empty_feed_is_a_feed() -> None:
    parsed = parse_feed(b"<rss version='2.0'><channel><title>Quiet</title></channel></rss>", None, URL, NOW)

    assert (parsed.title, parsed.entries) == ("Quiet", ())


def test_a_full_text_in_the_place_of_the_summary_is_kept_whole() -> None:
    text = "<p>Rain again.</p>" * 400

    entry = parse_feed(
        RSS.replace("</item>", f"<description><![CDATA[{text}]]></description></item>").encode(), None, URL, NOW
    ).entries[0]

    assert entry.content_html == text
    assert 3900 < len(entry.summary or "") <= 4000


def told(parsed: ParsedFeed) -> dict[str, Any]:
    """Spell a feed as JSON would, without what is unknown or empty."""

    def plain(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: inner for name, part in value.items() if (inner := plain(part)) not in (None, [], {}, "")}
        if isinstance(value, (list, tuple)):
            return [plain(part) for part in value]
        return value.isoformat() if isinstance(value, datetime) else value

    return {name: part for name, part in plain(asdict(parsed)).items() if name != "warnings"}


@pytest.mark.parametrize("feed", FEEDS, ids=lambda path: path.stem)
def test_yields_the_expected_feed(feed: Path) -> None:
    expected = json.loads(feed.with_name(f"{feed.name}.expected.json").read_text())

    parsed = parse_feed(feed.read_bytes(), None, "https://feeds.example.net/all/feed", NOW)

    assert told(parsed) == expected
    assert bool(parsed.warnings) == feed.stem.endswith(("malformed", "truncated", "full"))
