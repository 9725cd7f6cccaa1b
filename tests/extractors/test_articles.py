# ruff: noqa: E501  (pages are written as pages are)
"""Pages in, drafts out: body, metadata with its witnesses, and a defined outcome for every kind of bad page."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.articles import draft_of, draft_of_text
from extractors.errors import PageUnreadable
from extractors.records import Article, Entry, Page, PageOutcome
from extractors.residue import clean

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
URL = "https://news.example.org/2026/11/19/bridge"
BODY = """
<p>The council met on Tuesday evening and agreed, by nine votes to six, to rebuild the old bridge before the winter sets in.</p>
<p>Work is to begin in the second week of December, once the ferry that will carry commuters has been tested on the river.</p>
<p>“We have waited for eleven years,” said Maria Keller, who runs the bakery at its northern end, “and another year would have closed us.”</p>
<h2>What it costs</h2>
<p>The repair will cost four million euros, of which the region pays half; the rest comes from a fund that the council set up in 2021.</p>
<p>Opponents of the plan had asked for a tunnel instead, but engineers put its price at more than ten times that of the bridge.</p>
"""
GERMAN = "Der Rat beschloss den Wiederaufbau der alten Brücke; Bürger hatten dafür gekämpft. " * 6
LD = """{"@context":"https://schema.org","@graph":[{"@type":"Organization","@id":"#org","name":"Example News"},{"@type":"NewsArticle",
"headline":"Council agrees to rebuild the old bridge","datePublished":"2026-11-19T18:30:00+01:00","dateModified":"2026-11-19T20:00:00+01:00",
"author":[{"@type":"Person","name":"By Anna Weber"},{"@type":"Person","name":"Example News"}],"publisher":{"@id":"#org"},
"articleSection":"Local","isAccessibleForFree":"False"}]}"""


def page_of(html: str | bytes, url: str = URL, **fields: object) -> Page:
    body = html.encode() if isinstance(html, str) else html
    return Page(url, PageOutcome.FETCHED, NOW, body=body, **fields)  # type: ignore[arg-type]  # test shorthand


def article_of(html: str | bytes, entry: Entry | None = None, **fields: object) -> Article:
    return clean(draft_of(page_of(html, **fields), entry))


def site(body: str, head: str = "") -> str:
    return f"""<!doctype html><html lang="en-GB"><head><title>Council agrees to rebuild the old bridge | Example News</title>
<meta property="og:site_name" content="Example News">{head}</head><body>
<nav><a href="/">Home</a> <a href="/local">Local</a></nav>
<article><h1>Council agrees to rebuild the old bridge</h1><p class="standfirst">Nine councillors vote for repair, six for a tunnel.</p>
<div class="byline">By <a href="/anna">Anna Weber</a></div><time datetime="2026-11-19T18:30:00+01:00">19 November 2026</time>
<div class="article-body">{body}</div></article>
<section class="related-stories"><h3>More stories</h3><ul><li><a href="/a">Ferry tested</a></li></ul></section>
<footer>© 2026 Example News</footer></body></html>"""


def test_reads_the_story_and_nothing_else() -> None:
    article = article_of(site(BODY))

    paragraphs = article.text.split("\n\n")
    assert paragraphs[0] == "Nine councillors vote for repair, six for a tunnel."
    assert paragraphs[1].startswith("The council met on Tuesday")
    assert paragraphs[-1].endswith("that of the bridge.")
    assert [paragraphs[i] for i in article.headings] == ["What it costs"]
    assert len(paragraphs) == 7


def test_takes_each_field_from_its_best_witness() -> None:
    article = article_of(site(BODY, f'<script type="application/ld+json">{LD}</script>'))

    assert article.title == "Council agrees to rebuild the old bridge"
    assert article.authors == ("Anna Weber",)
    assert article.published_at == datetime(2026, 11, 19, 17, 30, tzinfo=UTC)
    assert article.published_at_source == "json-ld"
    assert article.modified_at == datetime(2026, 11, 19, 19, 0, tzinfo=UTC)
    assert (article.section, article.language, article.declared_language) == ("Local", "en", "en")
    assert article.is_paywalled is True


def test_reads_broken_json_ld_as_far_as_it_goes() -> None:
    head = '<script type="application/ld+json">{"@type":"NewsArticle","datePublished":"2026-11-18T08:00:00Z","headline":"A "b" c",,}</script>'

    assert article_of(site(BODY, head)).published_at == datetime(2026, 11, 18, 8, tzinfo=UTC)


@pytest.mark.parametrize("claimed", ["2036-01-01T00:00:00Z", "1970-01-01", "yesterday"])
def test_does_not_believe_a_date_that_cannot_be(claimed: str) -> None:
    article = article_of(site(BODY, f'<meta property="article:published_time" content="{claimed}">'))

    assert article.published_at == datetime(2026, 11, 19, 17, 30, tzinfo=UTC)
    assert article.published_at_source == "time"


def test_the_feed_answers_where_the_page_is_silent() -> None:
    entry = Entry(
        "https://f",
        "k",
        URL,
        URL,
        title="Bridge",
        authors=("Anna Weber",),
        published_at=NOW,
        published_at_source="feed:published",
    )
    bare = f"<html><body><div>{BODY}</div></body></html>"

    article = article_of(bare, entry, url="https://news.example.org/x")

    assert (article.title, article.authors, article.published_at_source) == ("Bridge", ("Anna Weber",), "feed:published")


def test_a_walled_page_gives_way_to_the_full_text_of_its_feed() -> None:
    walled = site("<p>The council met on Tuesday evening.</p><div class='paywall'><p>Subscribe to read on.</p></div>",
                  f'<script type="application/ld+json">{LD}</script>')  # fmt: skip
    entry = Entry("https://f", "k", URL, URL, title="Council agrees", content_html=f"<div>{BODY}</div>")

    article = article_of(walled, entry)

    assert article.text_source == "feed"
    assert article.text.count("\n\n") == 5


def test_json_ld_lends_the_body_that_scripts_would_have_built() -> None:
    text = "The council met on Tuesday evening and agreed to rebuild the old bridge before the winter sets in. " * 8
    head = f'<script type="application/ld+json">{{"@type":"NewsArticle","headline":"Council","articleBody":"{text}"}}</script>'

    article = article_of(f"<html><head>{head}</head><body><div id='root'>Loading</div></body></html>")

    assert article.text_source == "json-ld"
    assert article.text.startswith("The council met")


def test_of_two_articles_on_a_page_the_one_under_the_claimed_title_counts() -> None:
    other = BODY.replace("bridge", "school").replace("council", "board")
    html = f"""<html><head><meta property="og:title" content="Council agrees to rebuild the old bridge"></head><body>
    <article><h1>Board agrees to close the school</h1>{other}{other}</article>
    <article><h1>Council agrees to rebuild the old bridge</h1>{BODY}</article></body></html>"""

    article = article_of(html)

    assert "school" not in article.text
    assert article.title == "Council agrees to rebuild the old bridge"


def test_captions_stand_apart_with_their_credit() -> None:
    figure = "<figure><img src='x.jpg'><figcaption>The bridge in October. Photo: Jane Doe</figcaption></figure>"

    article = article_of(site(BODY + figure))

    assert [(caption.text, caption.credit) for caption in article.captions] == [
        ("The bridge in October. Photo: Jane Doe", "Jane Doe")
    ]
    assert "October" not in article.text


@pytest.mark.parametrize(
    ("body", "charset"),
    [
        (b'<meta charset="iso-8859-1">' + GERMAN.encode("cp1252"), "utf-8"),
        (GERMAN.encode(), "iso-8859-1"),
    ],
)
def test_a_wrong_or_missing_charset_breaks_no_umlaut(body: bytes, charset: str | None) -> None:
    article = article_of(b"<html><body><p>" + body + b"</p></body></html>", charset=charset)

    assert "Brücke; Bürger hatten dafür" in article.text
    assert article.language == "de"


def test_text_and_title_never_contain_markup() -> None:
    head = '<meta property="og:title" content="Council &lt;b&gt;agrees&lt;/b&gt;&lt;script&gt;alert(1)&lt;/script&gt; on the bridge">'
    html = f"<html><head>{head}</head><body><div>{BODY}<script>var x = '<p>no</p>';</script><style>p {{}}</style></div></body></html>"

    article = article_of(html)

    assert article.title == "Council agrees on the bridge"
    assert "<" not in article.text
    assert "var x" not in article.text


@pytest.mark.parametrize(
    "body", [b"", b"   \n ", b"%PDF-1.7 \xe2\xe3", b'{"a": 1}', b"\x89PNG\r\n\x1a\n", b"<html></html>", b"<!doctype html>", b"<"]
)
def test_what_is_no_page_has_one_clear_error(body: bytes) -> None:
    with pytest.raises(PageUnreadable):
        draft_of(page_of(body))


def test_a_challenge_page_is_no_article() -> None:
    html = "<html><head><title>Just a moment...</title></head><body><script src='/cdn-cgi/challenge-platform/x'></script><p>Checking your browser</p></body></html>"

    with pytest.raises(PageUnreadable, match="challenge"):
        draft_of(page_of(html))


def test_an_error_page_with_status_200_is_marked() -> None:
    html = "<html><head><title>404 - Page not found</title></head><body><h1>Page not found</h1><p>The page you asked for is gone.</p></body></html>"

    assert article_of(html).page_kind == "error"


def test_a_front_page_is_marked_as_a_list() -> None:
    teasers = "".join(
        f"<div><h3><a href='/{i}'>Headline number {i} of the day</a></h3><p>A summary of it.</p></div>" for i in range(20)
    )

    assert article_of(f"<html><body><main>{teasers}</main></body></html>", url="https://example.org/").page_kind == "list"


def test_a_live_blog_is_marked() -> None:
    head = '<script type="application/ld+json">{"@type":"LiveBlogPosting","headline":"Council live"}</script>'

    assert article_of(site(BODY, head)).page_kind == "live_blog"


@pytest.mark.parametrize(
    "html",
    [
        "<div>" * 5000 + BODY + "</div>" * 5000,
        f"<p>{'word ' * 400_000}</p>",
        "<table>" * 300 + BODY,
        BODY + "<b>" * 20_000,
        f"<p>{'x' * 2_000_000}</p>",
    ],
    ids=["deep", "one long line", "nested tables", "unclosed", "one long word"],
)
def test_hostile_pages_end_in_a_draft_or_a_clear_error(html: str) -> None:
    try:
        draft = draft_of(page_of(f"<html><body>{html}</body></html>"))
    except PageUnreadable:
        return
    assert draft.blocks


@given(st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
def test_any_bytes_give_a_draft_or_a_clear_error(body: bytes) -> None:
    try:
        article = article_of(b"<html><body>" + body)
    except PageUnreadable:
        return
    assert "\x00" not in article.text


def test_the_same_page_gives_the_same_draft() -> None:
    assert draft_of(page_of(site(BODY))) == draft_of(page_of(site(BODY)))


def test_plain_text_without_a_word_is_refused() -> None:
    with pytest.raises(PageUnreadable):
        draft_of_text(" \n\n", URL, "example.org", NOW)


@pytest.mark.parametrize(
    ("link", "canonical"),
    [
        ("https://news.example.org/2026/11/19/bridge?id=4", "https://news.example.org/2026/11/19/bridge?id=4"),
        ("https://news.example.org/", URL),  # the front page: a template's mistake
        ("https://other.example.com/x", URL),
        ("javascript:void(0)", URL),
    ],
)
def test_believes_a_canonical_link_only_where_it_is_sane(link: str, canonical: str) -> None:
    assert article_of(site(BODY, f'<link rel="canonical" href="{link}">')).canonical_url == canonical


def test_an_amp_page_gives_the_story_its_canonical_address_and_no_components() -> None:
    amp = (
        f'<!doctype html><html ⚡ lang="en"><head><link rel="canonical" href="{URL}"><title>Council agrees to rebuild the old bridge</title>'
        f'<style amp-boilerplate>body{{visibility:hidden}}</style><script type="application/ld+json">{LD}</script></head><body>'
        '<amp-sidebar id="menu"><ul><li><a href="/sport">All of our sport</a></li></ul></amp-sidebar><article>'
        '<h1>Council agrees to rebuild the old bridge</h1><amp-img src="b.jpg" alt="A bridge"></amp-img>'
        f'<amp-ad width="300">Buy a boat today</amp-ad>{BODY}<amp-social-share type="email">Share it</amp-social-share>'
        "<amp-consent>We value your privacy and use cookies.</amp-consent></article></body></html>"
    )

    article = article_of(amp, url="https://amp.news.example.org/2026/11/19/bridge.amp.html")

    assert article.canonical_url == URL
    assert article.authors == ("Anna Weber",)
    assert [paragraph[:11] for paragraph in article.text.split("\n\n")] == [
        "The council", "Work is to ", "“We have wa", "What it cos", "The repair ", "Opponents o",
    ]  # fmt: skip


def test_a_cookie_wall_is_no_article() -> None:
    wall = "<h1>Before you continue</h1><p>We value your privacy. We and our 842 partners store and access information on a device, such as cookies.</p><button>Accept all</button><button>Reject all</button>"

    with pytest.raises(PageUnreadable):
        draft_of(
            page_of(f"<html><head><title>Your privacy choices</title></head><body><div id='consent'>{wall}</div></body></html>")
        )


def test_navigation_inside_of_the_story_is_recorded_and_the_sites_own_is_not_read() -> None:
    inside = BODY + "<nav class='prev-next'><a href='/a'>Ferry tested on the river at night</a></nav>"

    article = article_of(
        site(
            f"<nav><a href='/sport'>All of our sport</a></nav><article><h1>Council agrees to rebuild the old bridge</h1>{inside}</article>"
        )
    )

    assert [line.text for line in article.removed_lines if "Ferry" in line.text] == ["Ferry tested on the river at night"]
    assert not any("sport" in line.text for line in article.removed_lines)


def test_a_navigation_left_open_does_not_swallow_the_page() -> None:
    page = f"<html><body><header><nav class='navbar'><ul><li><a href='/'>Home</a></li></ul><main><article><h1>Council agrees to rebuild the old bridge</h1>{BODY}</article></main></body></html>"

    assert article_of(page).text.startswith("The council met on Tuesday evening")
