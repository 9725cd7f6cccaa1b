"""The section of a story: what readers are shown of it, and what machines are told."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from time import process_time

import pytest

from extractors.articles import draft_of
from extractors.pages.heads import Head
from extractors.pages.jsonld import Statement
from extractors.pages.sections import claimed_section
from extractors.records import Page, PageOutcome

NOW = datetime(2026, 11, 22, tzinfo=UTC)
URL = "https://www.example.org/news/harbour/bridge-to-be-rebuilt"
HEADLINE = "<h1>Harbour bridge to be rebuilt before winter</h1>"
STORY = "".join(
    f"<p>{text}</p>"
    for text in (
        "The council of Port Amber voted on Tuesday to rebuild the old harbour bridge before the winter storms return.",
        "Engineers had warned for years that its northern pier was sinking by a hand's breadth every spring, they said.",
        "Work begins in May and the crossing will be closed to lorries for the better part of a year, the mayor announced.",
    )
)
MENU = "".join(f"<li><a href='/{name.lower()}'>{name}</a></li>" for name in ("World", "Politics", "Culture", "Harbour", "Sport"))


def section_of(above: str, *, below: str = "", head: str = "", url: str = URL, headline: str = HEADLINE) -> str | None:
    page = (
        f"<html><head><meta property='og:site_name' content='Example Courier'>{head}</head><body>"
        f"<div id='top'><ul>{MENU}</ul></div><main><article>{above}{headline}{below}"
        f"<div class='text'>{STORY}</div></article></main></body></html>"
    )
    return draft_of(Page(url, PageOutcome.FETCHED, NOW, body=page.encode())).section


def ld(data: object) -> str:
    return f"<script type='application/ld+json'>{json.dumps(data)}</script>"


def listed(*names: str) -> str:
    items = [{"@type": "ListItem", "position": i, "name": name} for i, name in enumerate(names)]
    return ld({"@graph": [{"@type": ["BreadcrumbList"], "itemListElement": items}]})


@pytest.mark.parametrize(
    ("trail", "section"),
    [
        ("<nav aria-label='Breadcrumb'><ol><li><a href='/'>Home</a></li><li><a href='/a'>Harbour</a></li></ol></nav>", "Harbour"),
        ("<nav><ul class='c-breadcrumbs'><li>Home</li><li>Harbour</li></ul></nav>", "Harbour"),
        ("<div class='crumbs'><a href='/'>Home</a> &gt; <a href='/n'>News</a> &gt; <a href='/h'>Harbour</a></div>", "Harbour"),
        ("<div id='breadcrumb'>Example Courier » Harbour » Harbour bridge to be rebuilt before winter</div>", "Harbour"),
        ("<div class='crumbs'><a href='/h'>Harbour</a> / <span>Bridge to be rebuilt</span></div>", "Harbour"),
        ("<div class='crumbs'><a href='/h'>Harbour</a> / <span>Article</span></div>", "Harbour"),
        (f"<div class='crumbs'><a href='/h'>Harbour</a> <a href='{URL}'>The bridge</a></div>", "Harbour"),
        ("<ul><li class='crumb'><a href='/'>Home</a></li><li class='crumb'><a href='/h'>Harbour</a></li></ul>", "Harbour"),
        ("<ul itemtype='/BreadcrumbList'><li itemprop='itemListElement'><a href='/h'>Harbour</a></li></ul>", "Harbour"),
        ("<div class='place'>您的位置：首页 > 新闻中心 > 港口</div>", "港口"),
        ("<div class='crumbs'><a href='/'>Home</a> <span>chevron_right</span> <a href='/h'>Harbour</a></div>", "Harbour"),
        ("<nav class='breadcrumb'><a href='/'>Home</a> &gt; Harbour bridge to be rebuilt ...</nav>", None),
        ("<nav class='breadcrumb'>Home &gt; May 2026</nav>", None),
    ],
    ids=[
        "a list in navigation", "the list alone is named", "signs between", "from outlet to headline", "a shorter headline",
        "a page kind last", "a link to itself last", "each crumb is named", "microdata", "a line that says where one is", "icons",
        "home and headline", "a month",
    ],
)  # fmt: skip
def test_the_last_crumb_before_the_headline_is_the_section(trail: str, section: str | None) -> None:
    assert section_of(trail) == section


@pytest.mark.parametrize(
    ("line", "section"),
    [
        ("<div class='kicker'>Harbour &amp; Coast</div>", "Harbour & Coast"),
        ("<p class='post-category'><a href='/category/coast/'>Coast</a></p>", "Coast"),
        ("<div><a href='/coast/'>Coast</a></div>", "Coast"),
        ("<div>Harbour</div>", "Harbour"),
        ("<div class='eyebrow'><a href='/coast'>Coast</a> <a href='/towns'>Towns</a></div>", "Coast"),
        ("<div class='eyebrow'><a href='/c'>Coast</a> <a href='/c/ports'>Ports</a></div>", "Ports"),
        ("<div class='eyebrow'>Coast | 3 May 2026</div>", "Coast"),
        ("<div class='eyebrow'>Coast, Towns</div>", "Coast"),
        ("<div class='eyebrow'>Coast, towns and ports</div>", "Coast, towns and ports"),
        ("<nav><ul><li><a href='/coast'>Coast</a></li><li><a href='/coast/ports'>Ports</a></li></ul></nav>", "Ports"),
        ("<div class='topics'>Coast</div>", None),
        ("<div>A BRIDGE TOO OLD</div>", None),
        ("<div class='eyebrow'>February 29, 2024</div>", None),
        ("<div class='eyebrow'><a href='https://elsewhere.example.com/coast'>Coast</a></div>", None),
        ("<div class='eyebrow'><a href='/'>The Coast</a></div>", None),
        ("<div class='eyebrow'>Example Courier</div>", None),
        ("<div><a href='/authors/mira-olt'>Mira Olt</a></div>", None),
        ("<div><a href='#story'>Skip to content</a></div>", None),
        ("<div class='share'><a href='/share/coast'>Coast</a></div>", None),
        ("".join(f"<div class='x'><a href='/t/{i}/coast'>Coast {i}</a></div>" for i in range(6)), None),
    ],
    ids=[
        "a kicker", "a category", "a link named for what it says", "what its address bears out", "two links", "a path",
        "a date behind", "a list", "a name with commas", "a way in the header", "a vague class alone", "a kicker of words",
        "a date alone", "another site", "the front", "the outlet", "a person", "a skip link", "buttons", "a menu",
    ],
)  # fmt: skip
def test_a_line_above_the_headline_names_the_section_if_it_is_made_for_that(line: str, section: str | None) -> None:
    assert section_of(line) == section


@pytest.mark.parametrize(
    ("line", "section"),
    [
        ("<div class='meta'>3 May 2026 <a rel='category tag' href='/c/coast'>Coast</a></div>", "Coast"),
        ("<div class='meta'>Filed under: Coast</div>", "Coast"),
        ("<div class='meta'>3 May 2026 by Mira Olt in <a href='/blog/coast'>Coast</a></div>", "Coast"),
        ("<div class='entry-categories'><a href='/c/coast'>Coast</a></div>", "Coast"),
        ("<div class='meta'>3 May 2026 <a href='/authors/mira-olt'>Mira Olt</a></div>", None),
        ("<div class='tags'><a rel='tag' href='/tag/coast'>Coast</a></div>", None),
    ],
)
def test_a_category_below_the_headline_counts_where_nothing_stands_above(line: str, section: str | None) -> None:
    assert section_of("", below=line) == section


def test_a_shown_section_counts_before_a_claimed_one_and_a_vague_one_last() -> None:
    claim = "<meta property='article:section' content='Towns'>"
    vague = "<div class='breadcrumbs'>Home &gt; Blog</div>"

    assert section_of("<div class='kicker'>Coast</div>", head=claim) == "Coast"
    assert section_of(vague + "<div class='kicker'>Coast</div>") == "Coast"
    assert section_of(vague) == "Blog"
    assert section_of("", head=claim) == "Towns"
    assert section_of("", head=listed("Home", "Coast", "Harbour bridge to be rebuilt before winter") + claim) == "Coast"


def test_the_address_alone_names_no_section() -> None:
    assert section_of("") is None


@pytest.mark.parametrize(
    ("said", "metas", "section"),
    [
        ("News > Politics", {}, "Politics"),
        ("Politics - Example Courier", {}, "Politics"),
        ("EX-Life/HARBOUR", {}, "HARBOUR"),
        ("Movies/TV", {}, "Movies/TV"),
        ("Category: Coast", {}, "Coast"),
        ("Towns, Coast", {"article:section": ["Coast"]}, "Coast"),
        ("Uncategorized", {"section": ["Sport"]}, "Sport"),
        ("Example Courier", {"parsely-section": ["Arts &amp; Music"]}, "Arts & Music"),
        ("A sentence that a template wrote where a section was asked for", {}, None),
        ("2024", {"article:section": ["nil"]}, None),
    ],
)
def test_a_claim_is_reduced_to_one_section(said: str, metas: dict[str, list[str]], section: str | None) -> None:
    head = Head(metas, statement=Statement(section=said))

    assert claimed_section(head, {"examplecourier"}, URL) == section


@pytest.mark.parametrize(
    "hostile",
    [
        "<nav class='breadcrumb'>" + "<a href='/x'>Coast</a> > " * 50_000 + "</nav>",
        "<div class='breadcrumb'>" + "<div class='breadcrumb'>" * 5000 + "Coast",
        "<nav class='breadcrumb'>" + "> " * 500_000 + "</nav>",
        "<div class='kicker'>" + "Coast " * 500_000 + "</div>",
        "<div class='kicker'><a href='/" + "c" * 3_000_000 + "'>Coast</a></div>",
        "<a href='/c'>" * 20_000 + "Coast, coast",
        "<nav class='crumb " + "crumb-" * 300_000 + "'>Coast</nav>",
        "".join(f"<nav class='crumb'><p>{i}</p></nav>" for i in range(20_000)),
        "<a rel='category' href='/c'>" + "coast " * 500_000 + "</a>",
        "<div class='kicker'><a href='http://[coast'>Coast</a> <a href='//['>Towns</a></div>",
        "<div class='crumbs'><a href='http://[coast'>Coast</a></div>",
        ld({"@type": "BreadcrumbList", "itemListElement": [{"name": "x" * 100}] * 20_000}),
        ld({"@type": "BreadcrumbList", "itemListElement": "x", "breadcrumb": [[[[{"@type": None}]]]]}),
        ld([{"@type": "BreadcrumbList", "itemListElement": [None, {"name": 7}, {"item": {"name": []}}, {"item": 3}]}] * 9),
        f"<meta property='article:section' content='{'Coast > ' * 300_000}'>",
    ],
    ids=[
        "endless crumbs", "crumbs in crumbs", "endless signs", "an endless kicker", "an endless address", "links in links",
        "an endless class", "endless trails", "an endless category", "no address", "no address of a crumb",
        "an endless list", "no list", "no names", "an endless claim",
    ],
)  # fmt: skip
def test_hostile_pages_cost_no_more_than_their_length(hostile: str) -> None:
    began = process_time()
    section = section_of(hostile)

    assert section is None or len(section) <= 48
    assert process_time() - began < 8  # the longest takes .4 s of processor time, nearly all of it parsing
