"""Sitemaps of every kind -> entries."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime

import pytest

from extractors.errors import FeedUnreadable
from extractors.feeds import parse_feed

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
URL = "https://example.com/sitemaps/news.xml"
SPACES = (
    'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:n="http://www.google.com/schemas/sitemap-news/0.9" '
    'xmlns:i="http://www.google.com/schemas/sitemap-image/1.1"'
)
NEWS = f"""<?xml version="1.0"?><!-- made by hand --><urlset {SPACES}>
  <url><loc> https://example.com/rain </loc><lastmod>2026-11-21T10:00:00Z</lastmod>
    <n:news><n:publication><n:name>The Example</n:name><n:language>en</n:language></n:publication>
      <n:publication_date>2026-11-21T09:00:00+00:00</n:publication_date><n:title><![CDATA[Rain &amp; wind]]></n:title>
      <n:keywords>weather, rain,rain</n:keywords></n:news>
    <i:image><i:loc>https://example.com/rain.jpg</i:loc><i:title>A wet street</i:title></i:image></url>
  <url><loc>/relative</loc></url><url><lastmod>2026</lastmod></url></urlset>"""


@pytest.mark.parametrize("packed", [False, True])
def test_a_news_sitemap_has_titles_and_dates(packed: bool) -> None:
    parsed = parse_feed(gzip.compress(NEWS.encode()) if packed else NEWS.encode(), "application/xml", URL, NOW)

    rain, relative = parsed.entries
    assert (parsed.format, parsed.title, parsed.language) == ("news_sitemap", "The Example", "en")
    assert (rain.title, rain.published_at_source, rain.categories) == ("Rain & wind", "sitemap:news", ("weather", "rain"))
    assert rain.published_at == datetime(2026, 11, 21, 9, tzinfo=UTC)
    assert rain.updated_at == datetime(2026, 11, 21, 10, tzinfo=UTC)
    assert rain.image_url == "https://example.com/rain.jpg"
    assert relative.url == "https://example.com/relative"


def test_an_index_lists_its_maps() -> None:
    index = f"<sitemapindex {SPACES}><sitemap><loc>https://example.com/a.xml.gz</loc></sitemap><sitemap><loc>b.xml</loc></sitemap></sitemapindex>"

    parsed = parse_feed(index.encode(), None, URL, NOW)

    assert (parsed.format, parsed.entries) == ("sitemap_index", ())
    assert parsed.sitemap_urls == ("https://example.com/a.xml.gz", "https://example.com/sitemaps/b.xml")


def test_a_plain_sitemap_tells_no_date_of_publication() -> None:
    parsed = parse_feed(
        f"<urlset {SPACES}><url><loc>https://example.com/a</loc><lastmod>2026-11-01</lastmod></url></urlset>".encode(),
        None,
        URL,
        NOW,
    )

    assert (parsed.format, parsed.entries[0].published_at, parsed.entries[0].updated_at is None) == ("sitemap", None, False)


def test_a_cut_sitemap_yields_what_is_whole() -> None:
    parsed = parse_feed(NEWS.encode()[:-140], None, URL, NOW)

    assert [entry.title for entry in parsed.entries][:1] == ["Rain & wind"]
    assert "malformed" in parsed.warnings[0]


def test_the_protocols_limit_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("extractors.feeds.sitemaps.MAX_SITEMAP_URLS", 50)
    many = "".join(f"<url><loc>https://example.com/{n}</loc></url>" for n in range(60))

    parsed = parse_feed(f"<urlset {SPACES}>{many}</urlset>".encode(), None, URL, NOW)

    assert len(parsed.entries) == 50
    assert "the rest is left" in parsed.warnings[0]


def test_entities_stay_unexpanded() -> None:
    bomb = '<!DOCTYPE u [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;"><!ENTITY x SYSTEM "file:///etc/hostname">]>'
    document = f"{bomb}<urlset {SPACES}><url><loc>https://example.com/&x;</loc><n:title>&b;</n:title></url></urlset>"

    try:
        parsed = parse_feed(document.encode(), None, URL, NOW)
    except FeedUnreadable:
        return
    assert all("aaaa" not in (entry.title or "") for entry in parsed.entries)


def test_a_sitemap_broken_at_once_is_unreadable() -> None:
    with pytest.raises(FeedUnreadable, match="sitemap"):
        parse_feed(b"<urlset <<<<", None, URL, NOW)
