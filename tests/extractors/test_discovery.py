"""A page -> its feeds."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from extractors.feeds import discover
from extractors.urls import is_web_url

URL = "https://example.com/world/"


def test_announced_feeds_come_first_and_comments_last() -> None:
    page = """<html><head>
      <link rel="alternate" type="application/rss+xml" title="Comments" href="/comments/feed/">
      <link rel="ALTERNATE" type="application/atom+xml; charset=utf-8" href="atom.xml">
      <link rel=alternate type=application/feed+json href="//example.com/feed.json">
      <link rel="alternate" type="application/json" href="/wp-json/wp/v2/posts/1">
      <link rel="alternate" type="application/json+oembed" href="/oembed">
      <link rel="alternate" hreflang="de" href="/de/"><link rel="stylesheet" type="text/xml" href="/feed.xsl">
    </head><body><a href="/rss/sport.xml">Sport</a>
      <a href="https://other.example/rss">theirs</a> <a href="/feedback">mail</a></body>"""

    assert discover(page, URL) == [
        "https://example.com/world/atom.xml",
        "https://example.com/feed.json",
        "https://example.com/rss/sport.xml",
        "https://example.com/comments/feed/",
    ]


def test_the_base_of_the_page_counts() -> None:
    page = b"<base href='https://cdn.example.com/x/'><link rel='alternate' type='application/rss+xml' href='rss'>"

    assert discover(page, URL) == ["https://cdn.example.com/x/rss"]


def test_no_page_no_feeds() -> None:
    assert discover(b"", URL) == discover("  ", URL) == discover(b"%PDF-1.7", URL) == discover("<p>Rain</p>", URL) == []


def test_a_page_that_declares_an_encoding_may_be_text() -> None:
    page = "<?xml version='1.0' encoding='utf-8'?><html><link rel='feed' href='/feed'></html>"

    assert discover(page, URL) == ["https://example.com/feed"]


@given(st.binary(max_size=120) | st.text(alphabet="<link rel='alternate' type=application/rss+xml hf=/.:[]\"base>", max_size=150))
def test_no_page_makes_discovery_fail(page: bytes | str) -> None:
    assert all(is_web_url(address) for address in discover(page, URL))
