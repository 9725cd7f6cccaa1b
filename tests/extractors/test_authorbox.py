"""The box of an author: the name in it is told from buttons, counts, offices and labels."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from extractors.articles import draft_of
from extractors.pages.authorbox import name_part
from extractors.pages.authors import names_in
from extractors.records import Page, PageOutcome

NOW = datetime(2026, 2, 10, tzinfo=UTC)
STORY = "<p>" + "The council voted on Tuesday to rebuild the bridge over the harbour within three years. " * 4 + "</p>"


def authors(box: str, head: str = "", behind: str = "", before: str = "") -> tuple[str, ...]:
    page = f"<html><head>{head}</head><body><main>{before}<article><h1>Harbour bridge to be rebuilt</h1>{box}{STORY * 4}</article>{behind}</main></body></html>"  # noqa: E501  # a page as pages are written
    return draft_of(Page("https://example.com/harbour", PageOutcome.FETCHED, NOW, body=page.encode())).authors


@pytest.mark.parametrize(
    "line",
    [
        "Mara Lindqvist View profile", "Mara LindqvistPublished", "Mara Lindqvist 4 Comments", "Mara Lindqvist0",
        "Mara Lindqvist and", "Mara Lindqvist, Profil", "Mara Lindqvist Follow @mara", "Mara Lindqvist at Harbour Weekly",
        "View all posts by Mara Lindqvist", "Alle Artikel von Mara Lindqvist", "Posted by Mara Lindqvist", "Mara Lindqvist",
    ],
)  # fmt: skip
def test_the_name_is_what_stands_before_the_wording_of_the_box(line: str) -> None:
    assert name_part(line) == "Mara Lindqvist"


@pytest.mark.parametrize(
    "line",
    [
        "See full bio", "Continue reading the main story", "SKIP ADVERTISEMENT", "Updated on", "Written By",
        "View author archive", "Globe Correspondent",
        "Senior Politics Reporter", "Expert Reviewer", "Recent Posts", "In This Article",
        "Share Tweet Share",
        "Mara Lindqvist is a reporter", "Kategorien: Mode", "Publié le", "Читать далее", "Στείλτε email", "some wiggle room",
        "Harbour Weekly in pictures and comments",
    ],
)  # fmt: skip
def test_a_line_of_wording_names_nobody(line: str) -> None:
    assert name_part(line) == ""


@pytest.mark.parametrize(
    "name", ["Sa'ad Is-haq", "Ana de la Cruz", "Mara Lindqvist Columnist", "mlindqvist", "Виктория Иванова", "王小明"]
)
def test_a_name_is_left_whole(name: str) -> None:
    assert name_part(name) == name


@pytest.mark.parametrize(
    ("box", "names"),
    [
        ("<div class='byline'><span>By</span>by MARA LINDQVIST, TOMAS OKORO and NELL ABARA</div>", ("MARA LINDQVIST", "TOMAS OKORO", "NELL ABARA")),  # noqa: E501  # one case a line
        ("<p><span class='byline'>By</span><a>Mara Lindqvist</a>, <a>Tomas Okoro</a> and <span class='byline'>Nell Abara</span></p>", ("Mara Lindqvist", "Tomas Okoro", "Nell Abara")),  # noqa: E501  # one case a line
        ("<p>Supported by</p><div>Continue reading the main story</div><p>By</p><p>Mara Lindqvist</p>", ("Mara Lindqvist",)),
        ("<div class='author'><div class='author-name'>Mara Lindqvist</div><div class='author-role'>Marketing Director</div></div>", ("Mara Lindqvist",)),  # noqa: E501  # one case a line
        ("<div class='author'>Übersetzt von</div><div class='author'>Tomas Okoro</div>", ()),
        ("<p>By: Mara Lindqvist</p><p>Reviewed by: Tomas Okoro</p>", ("Mara Lindqvist",)),
        ("<p>Recipe by Mara Lindqvist</p>", ("Mara Lindqvist",)),
        ("<p>Author:</p><p>Mara Lindqvist</p>", ("Mara Lindqvist",)),
        ("<p>Mara Lindqvist | Senior Writer | July 2, 2025</p>", ("Mara Lindqvist",)),
        ("<p class='tags'>Web Designer Business</p><p>Jul 11, 2025</p>", ()),
        ("<p>著者：後藤花子</p>", ("後藤花子",)),
    ],
    ids=[
        "by twice", "the last one apart", "supported by", "office below", "translator", "reviewer", "recipe", "label apart",
        "office and date behind", "tag beside the date", "Japanese label",
    ],
)  # fmt: skip
def test_who_wrote_is_read_from_the_box(box: str, names: tuple[str, ...]) -> None:
    assert authors(box) == names


def test_a_label_behind_the_story_names_who_stands_below_it() -> None:
    assert authors("", behind="<aside class='info'><h3>Author</h3><p>Mara Lindqvist</p></aside>") == ("Mara Lindqvist",)


def test_a_whole_name_that_readers_see_is_believed_before_a_login() -> None:
    assert authors("<p>by Mara Lindqvist</p>", "<meta name='author' content='MaraL'>") == ("Mara Lindqvist",)


def test_the_publisher_in_one_property_yields_to_byline_and_another_property() -> None:
    head = "<meta name='author' content='Harbour Holding'><meta property='article:author' content='Mara Lindqvist'>"

    assert authors("<p>By Mara Lindqvist</p>", head) == ("Mara Lindqvist",)


def test_a_property_that_is_written_with_value_is_read() -> None:
    assert authors("", "<meta name='author' value='Mara Lindqvist'>") == ("Mara Lindqvist",)


@pytest.mark.parametrize(
    ("byline", "names"),
    [
        ("Mara Lindqvist ⋅ Review Editor", ["Mara Lindqvist"]),
        ("Mara Lindqvist, Former Harbour Consultant", ["Mara Lindqvist"]),
        ("Mara Lindqvist, Senior Politics Reporter", ["Mara Lindqvist"]),
        ("Office for Rivers and Lakes", ["Office for Rivers and Lakes"]),
        ("page.head.extra.author", []),
        ("NOC Admin", []),
    ],
)
def test_claims_of_machines_are_cleaned(byline: str, names: list[str]) -> None:
    assert names_in(byline) == names
