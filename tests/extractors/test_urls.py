"""URL -> canonical URL: laws first, then the variants of the wild."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from extractors.urls import absolute_url, canonical_url, host_of, is_web_url, outlet_of, registrable_domain

STORY = "https://example.com/world/story"
url_like = st.builds(
    "{}{}{}{}{}{}".format,
    st.sampled_from(["http://", "https://", "HTTP:", "//", "file:///", "urn:", "", "http:\\\\", "https://user:pw@"]),
    st.sampled_from(["www.", "www2.", "", "WWW.", "[::1]", "127.0.0.1", "ü."]),
    st.sampled_from(
        ["example.com", "example.co.uk", "co.uk", "localhost", "bücher.example", "a b", "", "x.blogspot.com", "℀.org"]
    ),
    st.sampled_from(["", ":80", ":443", ":8080", ":0", ":x", ":99999", "."]),
    st.text(alphabet="/.%25e4Ca;=j\\ä \t\x00?", max_size=20)
    | st.sampled_from(["/index.html/index.html", "/a/..//b/./", "/%7Ea/%2e%2e"]),
    st.just("") | st.text(alphabet="?&=utm_%5Fref+rsé#!;amp\n", max_size=30),
)


@given(st.text(max_size=60) | url_like)
@example("http://a b.com/")
@example("https://x.org/?utm%5Fsource=rss&amp;utm_source=x")
@example("http://www.www.com/")
@example("HTTP://[::]℀")
@example("https://x.org/" + "%41" * 4000)
def test_canonical_urls_are_stable_ascii_and_never_an_error(url: str) -> None:
    once = canonical_url(url)

    assert canonical_url(once) == once
    assert once.isascii()
    assert not any(character.isspace() for character in once)


@given(st.text(max_size=40) | url_like)
def test_no_text_makes_a_host_a_domain_or_a_link_fail(text: str) -> None:
    host = host_of(text)

    assert registrable_domain(registrable_domain(host)) == registrable_domain(host)
    assert host.endswith(registrable_domain(host))
    link = absolute_url("https://example.com/feed.xml", text)
    assert link is None or is_web_url(link)


@given(url_like, url_like)
def test_links_resolve_whatever_the_base(base: str, link: str) -> None:
    resolved = absolute_url(base, link)

    assert resolved is None or is_web_url(resolved)


@pytest.mark.parametrize(
    "variant",
    [
        "http://example.com/world/story",
        "https://www.example.com/world/story",
        "HTTPS://EXAMPLE.COM:443/world/story",
        "http://www.example.com:80/world/story/",
        "https://example.com./world/story",
        "https://example.com/world/./x/../story#comments",
        "https://example.com//world/story?utm_source=rss&utm_medium=feed",
        "https://example.com/world/story?fbclid=abc&at_campaign=64",
        "https://example.com/world/story?&amp;utm_campaign=x",
        "https://example.com/world/story;jsessionid=0A1B2C?ref=rss",
        "https://example.com/world/story?ref=example.com",
        "https://example.com/w%6Frld/story?utm%5Fsource=x",
        "https://user:secret@example.com/world/story",
        "https:\\\\example.com\\world\\story",
        " \n https://example.com/wor\nld/story \t",
        "https://example.com/world/story/index.html",
        "https://example.com/world/story?",
    ],
)
def test_variants_of_one_address_have_one_name(variant: str) -> None:
    assert canonical_url(variant) == STORY


@pytest.mark.parametrize(
    ("url", "canonical"),
    [
        ("https://example.com", "https://example.com/"),
        ("https://example.com/a?b=2&a=1", "https://example.com/a?a=1&b=2"),
        ("https://example.com/a?id=%e4%f6&q=a+b", "https://example.com/a?id=%E4%F6&q=a%20b"),
        ("https://example.com/ä b", "https://example.com/%C3%A4%20b"),
        ("https://example.com/100%", "https://example.com/100%25"),
        ("https://bücher.example/", "https://xn--bcher-kva.example/"),
        ("http://localhost:8000/a/", "http://localhost:8000/a"),
        ("http://www.example.com:8080/a", "http://www.example.com:8080/a"),
        ("http://127.0.0.1/a", "http://127.0.0.1/a"),
        ("http://[::1]:81/a", "http://[::1]:81/a"),
        ("https://www.co.uk/a", "https://www.co.uk/a"),
        ("https://example.com/#!/story/7", "https://example.com/#!/story/7"),
        ("https://example.com/a?ref=world", "https://example.com/a?ref=world"),
        ("https://example.com/a?id=7&id=8", "https://example.com/a?id=7&id=8"),
        ("https://example.com/Story", "https://example.com/Story"),
        ("https://example.com/?p=1234", "https://example.com/?p=1234"),
        ("https://m.example.com/a", "https://m.example.com/a"),
        ("urn:uuid:1 2", "urn:uuid:1%202"),
        ("", ""),
    ],
)
def test_what_chooses_content_stays(url: str, canonical: str) -> None:
    assert canonical_url(url) == canonical


@pytest.mark.parametrize(
    ("url", "outlet"),
    [
        ("https://www.theguardian.com/world", "theguardian.com"),
        ("http://news.bbc.co.uk:80/", "bbc.co.uk"),
        ("https://someone.blogspot.com/2026/", "someone.blogspot.com"),
        ("https://www.Bücher.example/", "xn--bcher-kva.example"),
        ("http://127.0.0.1:8000/a", "127.0.0.1"),
        ("http://[::1]/a", "::1"),
        ("http://localhost/a", "localhost"),
        ("https://co.uk/", "co.uk"),
        ("file:///story.txt", "localhost"),
        ("not a url", ""),
    ],
)
def test_an_outlet_is_the_registrable_domain(url: str, outlet: str) -> None:
    assert outlet_of(url) == outlet


@pytest.mark.parametrize(
    ("base", "link", "absolute"),
    [
        ("https://example.com/feed/", "../story", "https://example.com/story"),
        ("https://example.com/feed", "//cdn.example.com/a", "https://cdn.example.com/a"),
        ("https://example.com/feed", "?p=1", "https://example.com/feed?p=1"),
        ("http://example.com/feed", "www.example.org/a", "http://www.example.org/a"),
        ("https://example.com/feed", "mailto:desk@example.com", None),
        ("https://example.com/feed", "javascript:void(0)", None),
        ("https://example.com/feed", "", None),
        ("https://example.com/feed", "http://[open", None),
        ("https://example.com/feed", None, None),
        ("", "story", None),
    ],
)
def test_links_become_absolute_or_nothing(base: str, link: str | None, absolute: str | None) -> None:
    assert absolute_url(base, link) == absolute
