"""JSON Feed 1.0 and 1.1, whole and cut."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from extractors.errors import FeedUnreadable
from extractors.feeds import parse_feed

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
URL = "https://example.com/feed.json"
FEED: dict[str, Any] = {
    "version": "https://jsonfeed.org/version/1.1",
    "title": "The Example",
    "home_page_url": "/",
    "language": "en_GB",
    "hubs": [{"type": "rssCloud", "url": "https://no.example/"}, {"type": "WebSub", "url": "https://hub.example.com/"}],
    "authors": [{"name": "Staff"}],
    "items": [
        {
            "id": 7,
            "url": "/rain",
            "title": "Rain &amp; wind",
            "content_html": "<p>Wet <a href='more'>streets</a></p>",
            "date_published": "2026-11-21T10:00:00+01:00",
            "tags": ["weather", 5, "weather"],
            "image": "rain.jpg",
        },
        {
            "id": "https://example.com/sun",
            "content_text": "Sun",
            "author": {"name": "Ada"},
            "date_modified": "2026-11-20T00:00:00Z",
        },
        {},
        "no item",
    ],
}
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["items", "id", "url", "authors", "hubs", "tags"]), inner)
    ),
    max_leaves=12,
)


def test_a_json_feed_is_read() -> None:
    parsed = parse_feed(json.dumps(FEED).encode(), "application/feed+json", URL, NOW)

    rain, sun = parsed.entries
    assert (parsed.format, parsed.language, parsed.hub_url) == ("jsonfeed", "en-GB", "https://hub.example.com/")
    assert (rain.url, rain.guid, rain.title, rain.authors) == ("https://example.com/rain", "7", "Rain & wind", ("Staff",))
    assert rain.content_html == '<p>Wet <a href="https://example.com/more">streets</a></p>'
    assert (rain.summary, rain.categories, rain.image_url) == ("Wet streets", ("weather", "5"), "https://example.com/rain.jpg")
    assert rain.published_at == datetime(2026, 11, 21, 9, tzinfo=UTC)
    assert (sun.url, sun.authors, sun.published_at_source) == ("https://example.com/sun", ("Ada",), "feed:date_modified")
    assert parsed.warnings == ("2 items without any content",)


def test_a_cut_json_feed_yields_whole_items() -> None:
    text = json.dumps(FEED)

    parsed = parse_feed(text[: text.index('{"id": "https') + 20].encode(), None, URL, NOW)

    assert ([entry.guid for entry in parsed.entries], parsed.title) == (["7"], "The Example")
    assert "malformed JSON" in parsed.warnings[0]


@given(anything)
def test_no_json_makes_reading_fail_otherwise(value: Any) -> None:
    for document in (value, {"items": value}, {**FEED, "items": [value], "hubs": value, "authors": value}):
        try:
            parse_feed(json.dumps(document).encode(), None, URL, NOW)
        except FeedUnreadable as error:
            assert error.item == URL  # noqa: PT017
