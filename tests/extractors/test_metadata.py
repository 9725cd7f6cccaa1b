"""Title, date and authors of a page: which witness counts where several speak."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from extractors.articles import draft_of
from extractors.pages.agencies import agency_named
from extractors.pages.authors import names_in
from extractors.pages.reporters import reporters_in
from extractors.records import Draft, Page, PageOutcome

NOW = datetime(2026, 3, 1, tzinfo=UTC)
STORY = "".join(
    f"<p>{text}</p>"
    for text in (
        "The council of Port Amber voted on Tuesday to rebuild the old harbour bridge before the winter storms return.",
        "Engineers had warned for years that its northern pier was sinking by a hand's breadth every spring, they said.",
        "Work begins in May and the crossing will be closed to lorries for the better part of a year, the mayor announced.",
    )
)


def drafted(top: str, head: str = "", story: str = STORY) -> Draft:
    page = f"<html><head>{head}</head><body><main><article>{top}<div class='text'>{story}</div></article></main></body></html>"
    return draft_of(Page("https://news.example.org/bridge", PageOutcome.FETCHED, NOW, body=page.encode()))


def og(title: str) -> str:
    return f"<title>{title} | Example News</title><meta property='og:site_name' content='Example News'><meta property='og:title' content='{title}'>"  # noqa: E501  # a head as heads are written


@pytest.mark.parametrize(
    ("shown", "claimed", "title"),
    [
        ("<h1>Harbour bridge to be rebuilt</h1>", "Port Amber: bridge rebuilt", "Harbour bridge to be rebuilt"),
        ("<h1><b>Port Amber</b><br><br>Harbour bridge to be rebuilt</h1>", "Harbour bridge to be rebuilt", "Harbour bridge to be rebuilt"),  # noqa: E501  # one case a line
        ("<h1>“At last”: Harbour bridge to be rebuilt</h1>", "Harbour bridge to be rebuilt", "“At last”: Harbour bridge to be rebuilt"),  # noqa: E501  # one case a line
        ("<h1>City news<span>Harbour bridge to be rebuilt</span></h1>", "City news / Harbour bridge to be rebuilt", "City news / Harbour bridge to be rebuilt"),  # noqa: E501  # one case a line
        ("<h1 class='sr-only'>Port Amber: harbour bridge to be rebuilt</h1><h2>Harbour bridge to be rebuilt</h2>", "Port Amber: harbour bridge to be rebuilt", "Port Amber: harbour bridge to be rebuilt"),  # noqa: E501  # one case a line
        ("<h1>A crossing for the next hundred years</h1>", "Council votes on money", "A crossing for the next hundred years"),
        ("<ol class='breadcrumb'><li><h1>Bridge: all you must know</h1></li></ol><h2>Harbour bridge to be rebuilt</h2>", "Harbour bridge to be rebuilt", "Harbour bridge to be rebuilt"),  # noqa: E501  # one case a line
        ("<h1><span>Port Amber</span>: <span>Harbour bridge to be rebuilt</span></h1>", "Harbour bridge to be rebuilt", "Harbour bridge to be rebuilt"),  # noqa: E501  # one case a line
        ("<h1><small>Port Amber</small> Harbour bridge to be rebuilt</h1>", "Port Amber: Harbour bridge to be rebuilt", "Port Amber: Harbour bridge to be rebuilt"),  # noqa: E501  # one case a line
    ],
    ids=[
        "shown", "kicker glued on", "kicker of its own", "marks as claimed", "whole headline hidden", "unlike any claim",
        "end of breadcrumbs", "kicker in an element", "kicker everybody writes",
    ],
)  # fmt: skip
def test_the_title_is_what_readers_saw_written_as_the_page_claims_it(shown: str, claimed: str, title: str) -> None:
    assert drafted(shown, og(claimed)).title == title


def test_a_kicker_that_json_ld_opengraph_and_title_element_write_is_kept() -> None:
    title = "Port Amber votes: Harbour bridge to be rebuilt"
    said = f'<script type="application/ld+json">{{"@type":"NewsArticle","headline":"{title}"}}</script>'

    assert drafted("<h1>Harbour bridge to be rebuilt</h1>", og(title) + said).title == title


def test_words_before_a_shorter_claim_are_no_kicker_where_another_claim_has_them() -> None:
    said = '<script type="application/ld+json">{"@type":"NewsArticle","headline":"Bridges to be rebuilt"}</script>'
    title = "A full list of the bridges to be rebuilt"

    assert drafted(f"<h1>{title}</h1>", og(title) + said).title == title


def test_the_site_s_name_is_no_title_though_it_is_the_first_heading() -> None:
    head = "<title>A small guide to sheep | The Sheep of Port Amber</title>"

    draft = drafted("<h1>The Sheep of Port Amber</h1><h1>A small guide to sheep</h1>", head)

    assert draft.title == "A small guide to sheep"


def test_a_teaser_of_the_story_itself_is_not_its_headline() -> None:
    said = '<script type="application/ld+json">{"@type":"NewsArticle","headline":"Bridge: all you must know"}</script>'
    teaser = "<div class='related-articles'><article><h3>Bridge: all you must know</h3></article></div>"

    shown = "<h2>Money <span>Harbour bridge to be rebuilt</span></h2>"

    draft = drafted(shown + teaser, og("Harbour bridge to be rebuilt") + said)

    assert draft.title == "Harbour bridge to be rebuilt"


@pytest.mark.parametrize(
    "line",
    [
        "03. Februar 2026", "3 février 2026", "3 de febrero de 2026", "3 lutego 2026", "3 февраля 2026 г.", "3 Φεβρουαρίου 2026",
        "3 febbraio 2026", "3. februar 2026", "3 Şubat 2026", "Stand: 03.02.2026, 12:10 Uhr", "2026年2月3日",
    ],
)  # fmt: skip
def test_a_date_near_the_headline_is_read_in_the_languages_of_the_press(line: str) -> None:
    draft = drafted(f"<h1>Harbour bridge to be rebuilt</h1><p>{line}</p>")

    assert (draft.published_at, draft.published_at_source) == (datetime(2026, 2, 3, tzinfo=UTC), "text")


def test_a_line_that_says_date_is_believed_before_a_date_in_a_caption() -> None:
    caption = "<p>The old bridge in the flood, 24. April 2025</p>"

    draft = drafted(f"<h1>Harbour bridge to be rebuilt</h1>{caption}", story=STORY + "<ul><li>Datum 03.02.2026</li></ul>")

    assert draft.published_at == datetime(2026, 2, 3, tzinfo=UTC)


def test_a_time_of_day_is_no_year_of_the_last_century() -> None:
    assert drafted("<h1>Harbour bridge to be rebuilt</h1><p>28.09.1912</p>").published_at is None


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("本报记者 王小明", ["王小明"]),
        ("（记者 王小明）", ["王小明"]),
        ("作者：王小明、李建华", ["王小明", "李建华"]),
        ("整合 港城日报 记者 王小明 报道", ["王小明"]),
        ("记者从会议上获悉，大桥将于五月动工", []),
        ("The reporter 记者 was there", []),
    ],
)
def test_reporters_are_read_where_chinese_pages_name_them(line: str, names: list[str]) -> None:
    assert reporters_in(line) == names


def test_a_line_of_names_under_the_headline_signs_where_nobody_else_does() -> None:
    draft = drafted("<h1>Harbour bridge to be rebuilt</h1><p>Mara Lindqvist/Tomas Okoro</p>")

    assert draft.authors == ("Mara Lindqvist", "Tomas Okoro")


@pytest.mark.parametrize(
    ("byline", "names"),
    [
        ("Erstellt von Mara Lindqvist", ["Mara Lindqvist"]),
        ("Von Hafen-Experte Tomas Okoro", ["Tomas Okoro"]),
        ("Mara Lindqvist, Chefredakteurin", ["Mara Lindqvist"]),
        ("Money Reporter", []),
        ("More posts", []),
        ("Veröffentlicht von", []),
        ("Tomas Okoro sagt", []),
        ("By Mara Lindqvist and Tomas Okoro", ["Mara Lindqvist", "Tomas Okoro"]),
    ],
)
def test_names_are_parted_from_what_is_written_around_them(byline: str, names: list[str]) -> None:
    assert names_in(byline) == names


@pytest.mark.parametrize(
    ("written", "agency"),
    [
        ("Reuters", "Reuters"), ("(Reuters)", "Reuters"), ("AP", "AP"), ("The Associated Press", "AP"),
        ("AFP", "AFP"), ("Agence France-Presse", "AFP"), ("dpa", "dpa"), ("Deutsche Presse-Agentur", "dpa"),
        ("Anadolu Agency", "Anadolu"), ("EFE", "EFE"), ("ANSA", "ANSA"), ("Xinhua", "Xinhua"), ("Kyodo News", "Kyodo"),
        ("Mara Lindqvist", None), ("Example News", None), ("Ap Lindqvist", None), ("Reuterswärd", None),
    ],
)  # fmt: skip
def test_agencies_are_told_from_people_and_outlets(written: str, agency: str | None) -> None:
    assert agency_named(written) == agency


def test_a_style_sheet_in_the_headline_is_none_of_its_words() -> None:
    shown = "<h1><style>.kicker{color:red}</style><span>City news</span><br>Harbour bridge to be rebuilt</h1>"

    assert drafted(shown, og("Harbour bridge to be rebuilt")).title == "Harbour bridge to be rebuilt"


def test_a_short_headline_behind_a_kicker_counts_where_every_claim_has_it() -> None:
    assert drafted("<h1><span>Port Amber votes</span><br>Harbour bridge?</h1>", og("Harbour bridge?")).title == "Harbour bridge?"


def test_a_claim_that_was_cut_to_a_length_does_not_shorten_the_headline() -> None:
    assert drafted("<h1>Harbour bridge to be rebuilt</h1>", og("Harbour bridge to be rebuilt...")).title == (
        "Harbour bridge to be rebuilt"
    )


@pytest.mark.parametrize(
    ("shown", "claimed", "title"),
    [
        # a date, or a label, glued to its front; a subtitle, or a date, behind
        ("<h1><span>03.02.2026</span><span>Harbour bridge to be rebuilt</span></h1>", "Harbour bridge to be rebuilt",
         "Harbour bridge to be rebuilt"),
        ("<h1>Harbour bridge to be rebuilt <small>What it costs Port Amber</small></h1>", "Harbour bridge to be rebuilt",
         "Harbour bridge to be rebuilt"),
        ("<h1>Harbour bridge <em>to be rebuilt</em></h1>", "Harbour bridge to be rebuilt", "Harbour bridge to be rebuilt"),
        # soft hyphens part no words
        ("<h1><b>Port Amber</b> Harbour bridge to be rebuilt</h1>", "Har\u00adbour bridge to be re\u00adbuilt",
         "Harbour bridge to be rebuilt"),
        # a heading whose parts are blocks, where all write the whole
        ("<h1><div>The big plan of Port Amber</div><div>: Harbour bridge to be rebuilt</div></h1>",
         "The big plan of Port Amber: Harbour bridge to be rebuilt", "The big plan of Port Amber: Harbour bridge to be rebuilt"),
        # the only first-level heading before one of the second that a claim begins with
        ("<h1>Harbour bridge: what you should know about it</h1><h2>What is the harbour bridge?</h2>",
         "What is the harbour bridge? A guide for all of you", "Harbour bridge: what you should know about it"),
        # which a short one has not that stands before the site's name
        ("<h1>Example of bridges</h1><h2>Bridge rebuilt</h2>", "Bridge rebuilt - Example of bridges", "Bridge rebuilt"),
    ],
)  # fmt: skip
def test_parts_of_a_headline_are_told_from_what_stands_beside_it(shown: str, claimed: str, title: str) -> None:
    assert drafted(shown, og(claimed)).title == title
