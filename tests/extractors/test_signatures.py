"""Who wrote a story where neither the head of the page nor a plain byline under the headline says so."""

from __future__ import annotations

from time import process_time

import pytest
from lxml import html

from extractors.articles import draft_of
from extractors.pages.authors import names_in
from extractors.pages.profiles import names_whom, profiled_in
from extractors.pages.reporters import reporters_in
from extractors.records import Page, PageOutcome
from tests.story_pages import NOW, STORY, authors_of_page


def said(*names: str, kind: str = "Person") -> str:
    people = ",".join(f'{{"@type":"{kind}","name":"{name}"}}' for name in names)
    return f'<script type="application/ld+json">{{"@type":"NewsArticle","headline":"Bridge","author":[{people}]}}</script>'


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("By Gil Mohney March 3, 2026", "Gil Mohney"),  # begins like a Monday
        ("By Ana Santos 2 hours ago", "Ana Santos"),
        ("January 3, 2026 · by Mara Lindqvist . in Politics", "Mara Lindqvist"),
        ("05/01/2026 - Publicado por: Mara Lindqvist - Categoria: Porto", "Mara Lindqvist"),
        ("3.1.2026 • Mara Lindqvist in Harbour News", "Mara Lindqvist"),
        ("Un texte de Mara Lindqvist", "Mara Lindqvist"),
        ("Teksti: Mara Lindqvist Kuvat: Ida Moreau", "Mara Lindqvist"),
        ("By Mara Lindqvist January/February 2026", "Mara Lindqvist"),
        ("Curator: Mara Lindqvist", "Mara Lindqvist"),
        ("文｜Mara Lindqvist", "Mara Lindqvist"),
    ],
)
def test_what_stands_beside_a_name_neither_hides_nor_shortens_it(line: str, expected: str) -> None:
    assert authors_of_page(below=f"<div>{line}</div>") == (expected,)


def test_a_time_zone_is_no_et() -> None:
    caption = "<p>The emblem of the Harbour Board. Credit: Harbour Board</p>"

    assert authors_of_page(below=f"<div>by Mara Lindqvist | January 12, 2026 03:20pm ET</div>{caption}") == ("Mara Lindqvist",)


def test_the_byline_under_the_headline_comes_before_that_of_a_teaser_above() -> None:
    teaser = "<h2><a href='/b'>Ferry to stay</a></h2><div class='byline'>By</div><span class='author'>Jonas Petrov</span>"

    assert authors_of_page(above=teaser, below="<span class='authors'>Mara Lindqvist</span>") == ("Mara Lindqvist",)


def test_links_to_authors_of_other_stories_below_a_short_one_add_nobody() -> None:
    def line(name: str) -> str:
        return f"<span class='author vcard'><a rel='author' href='/a/{name[0]}'>{name}</a></span>"

    others = "".join(f"<h4><a href='/{name[0]}'>Ferry to stay</a></h4>{line(name)}" for name in ("Jonas Petrov", "Ida Moreau"))
    page = f"<html><body><article><h1>Harbour bridge</h1>{line('Mara Lindqvist')}{STORY}</article>{others}</body></html>"
    draft = draft_of(Page("https://example.com/a", PageOutcome.FETCHED, NOW, body=page.encode()))

    assert draft.authors == ("Mara Lindqvist",)


def test_who_wrote_what_is_quoted_did_not_write_the_story() -> None:
    assert authors_of_page(below="<blockquote>Posted by Jonas Petrov MP on Wednesday, 18 January 2026</blockquote>") == ()


def test_a_byline_is_one_whatever_its_element_is_called() -> None:
    assert authors_of_page(below="<span class='caption'>By Mara Lindqvist posted Jan 9th 2026 5:00PM</span>") == (
        "Mara Lindqvist",
    )


@pytest.mark.parametrize("folder", ["authors", "editors", "staff", "by", "autor", "journalistes"])
def test_a_link_to_an_authors_page_names_the_author(folder: str) -> None:
    link = f"<a href='https://example.com/about/{folder}/mara-lindqvist-12.html'>Mara Lindqvist</a>"

    assert authors_of_page(below=f"<div>{link}, <a href='/t'>@mara</a></div>") == ("Mara Lindqvist",)


@pytest.mark.parametrize("address", ["/tag/mara-lindqvist", "/staff/", "/authors/jonas-petrov", "http://[bad/authors/mara", ""])
def test_other_links_name_no_author(address: str) -> None:
    assert not names_whom(address, "Mara Lindqvist")
    assert authors_of_page(below=f"<div><a href='{address}'>Mara Lindqvist</a></div>") == ()


def test_accents_are_not_in_addresses() -> None:
    assert names_whom("https://example.com/autor/jose-nunez/", "José Núñez")


@pytest.mark.parametrize(
    ("behind", "expected"),
    [
        ("<p>Mara Lindqvist is a reporter at the Harbour Gazette and writes about bridges.</p>", ("Mara Lindqvist",)),
        ("<div>Mara Lindqvist</div><p>Mara Lindqvist is the head of the harbour's school.</p>", ("Mara Lindqvist",)),
        ("<p>Mara Lindqvist is the head of the harbour's school and likes bridges.</p>", ()),
        ("<p>This guest post was written by Mara Lindqvist, an engineer.</p>", ("Mara Lindqvist",)),
    ],
)
def test_who_is_introduced_below_the_story_wrote_it(behind: str, expected: tuple[str, ...]) -> None:
    assert authors_of_page(behind=f"<div>{behind}</div>") == expected


def test_a_closing_credit_names_all_who_reported_wherever_they_were() -> None:
    credit = "<p>(Reporting by Mara Lindqvist in Oslo and Jonas Petrov in Bergen; Editing by Ida Moreau)</p>"

    assert authors_of_page(end=credit) == ("Mara Lindqvist", "Jonas Petrov")


def test_a_standfirst_may_end_in_who_wrote_the_story() -> None:
    assert authors_of_page(below="<p class='standfirst'>The bridge has had its day, writes Mara Lindqvist</p>") == (
        "Mara Lindqvist",
    )
    assert authors_of_page(below="<p class='standfirst'>The bridge has had its day, says Mara Lindqvist</p>") == ()
    assert authors_of_page(below="<p class='standfirst'>The bridge has had its day, says MARA LINDQVIST.</p>") == (
        "MARA LINDQVIST",
    )


def test_an_editor_signs_where_nobody_else_does() -> None:
    assert authors_of_page(below="<div>Edited by Mara Lindqvist</div>") == ("Mara Lindqvist",)
    assert authors_of_page(below="<div>By Jonas Petrov</div><div>Edited by Mara Lindqvist</div>") == ("Jonas Petrov",)


def test_who_is_named_for_machines_alone_yields_to_the_byline() -> None:
    publisher = '<meta name="author" content="Harbour Press">'

    assert authors_of_page(below="<div>By Mara Lindqvist</div>", head=publisher) == ("Mara Lindqvist",)
    assert authors_of_page(below="<div>By Mara Lindqvist</div>", head=said("Jonas Petrov")) == ("Jonas Petrov",)


def test_of_two_properties_the_one_counts_whose_name_is_shown() -> None:
    head = '<meta name="author" content="Harbour Press"><meta name="article:author_name" content="Mara Lindqvist">'

    assert authors_of_page(below="<p><a href='/m'>Mara Lindqvist</a></p>", head=head) == ("Mara Lindqvist",)


def test_a_login_for_machines_yields_to_the_name_in_the_authors_box() -> None:
    box = "<div class='author-info'><span class='author-name'>Mara Lindqvist</span></div>"

    assert authors_of_page(behind=box, head=said("mlindqvist7")) == ("Mara Lindqvist",)


@pytest.mark.parametrize(
    ("byline", "names"),
    [
        ("Mara Lindqvist, Minh Do", ["Mara Lindqvist", "Minh Do"]),  # no doctor of osteopathy
        ("Cyrus Engineer & Mara Lindqvist", ["Cyrus Engineer", "Mara Lindqvist"]),
        ("Mara Lindqvist, Political Commentator", ["Mara Lindqvist"]),
        ("Mara Lindqvist, Home Security Expert", ["Mara Lindqvist"]),
        ("Mara Lindqvist CPP, PSP", ["Mara Lindqvist"]),
        ("MARA LINDQVIST and JONAS PETROV Mara Lindqvist and Jonas Petrov", ["Mara Lindqvist", "Jonas Petrov"]),
        ("Our Foreign Staff", ["Our Foreign Staff"]),
        ("By the HBC Wire Staff", ["HBC Wire Staff"]),
        ("Gazette Reporters", ["Gazette Reporters"]),
        ("[王小明，Example]", ["王小明", "Example"]),
        ("文● オカモト／例編集部", ["オカモト", "例編集部"]),
        ("왕소명 기자", ["왕소명"]),
        ("Hui Min NEO", ["Hui Min NEO"]),
    ],
)
def test_names_are_told_from_offices_degrees_and_desks(byline: str, names: list[str]) -> None:
    assert names_in(byline) == names


def test_the_staff_of_an_outlet_signs_as_a_whole() -> None:
    assert authors_of_page(below="<div>By Harbour Fool Staff</div>", url="https://www.fool.example/a") == ("Harbour Fool Staff",)


def test_chinese_writers_are_listed_after_their_label_but_photographers_are_not() -> None:
    assert reporters_in("执笔/王小明、李小红&陈大文") == ["王小明", "李小红", "陈大文"]
    assert reporters_in("桥将重建。（王小摄）") == []


@pytest.mark.parametrize("piece", ["/by" * 700_000, "/authors/" + "a-" * 600_000])
def test_endless_addresses_cost_no_more_than_their_length(piece: str) -> None:
    root = html.fromstring(f"<body><a href='{piece}'>Mara Lindqvist</a></body>")
    before = process_time()

    assert profiled_in(root, {"Mara Lindqvist"}) == []
    assert process_time() - before < 1
