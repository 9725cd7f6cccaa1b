"""Titles of pages whose first heading, or whose title element, says something else."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from extractors.articles import draft_of
from extractors.pages.moments import puts_month_first
from extractors.pages.titles import without_site
from extractors.pages.written import date_within, days_in, vague_date_in
from extractors.records import Page, PageOutcome

NOW = datetime(2026, 2, 10, tzinfo=UTC)
STORY = "<p>" + "The council voted on Tuesday to rebuild the bridge over the harbour within three years. " * 4 + "</p>"
SCRIPT = '<script type="application/ld+json">{}</script>'


def title_of_page(head: str, body: str) -> str | None:
    page = f"<html><head>{head}</head><body>{body}</body></html>"
    return draft_of(Page("https://example.com/a", PageOutcome.FETCHED, NOW, body=page.encode())).title


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Bridge to be rebuilt at last - Harbour Online - News - Town", "Bridge to be rebuilt at last"),
        ("Bridge to be rebuilt at last | Politics | Harbour Online", "Bridge to be rebuilt at last"),
        ("大桥将在三年内重建完成：市议会表决（1/2 ページ）", "大桥将在三年内重建完成：市议会表决"),
        ("Harbour Online - Town - Bridge to be rebuilt at last", "Town - Bridge to be rebuilt at last"),
        ("Bridge to be rebuilt: politics", "Bridge to be rebuilt: politics"),
    ],
)
def test_the_way_home_is_no_part_of_a_title(title: str, expected: str) -> None:
    assert without_site(title, ["Harbour Online"]) == expected


@pytest.mark.parametrize("mark", [" @ 海港报 :: 例站", "_城市_海港日报", "：海港报在线新闻"])
def test_a_headline_in_a_script_without_spaces_is_found_behind_the_sites_own_heading(mark: str) -> None:
    headline = "市议会表决三年内重建海港大桥"
    body = f"<h1>例站</h1><article><h2>{headline}</h2>{STORY * 3}</article>"

    assert title_of_page(f"<title>{headline}{mark}</title>", body) == headline


def test_a_heading_far_below_the_story_is_not_its_headline() -> None:
    body = f"<div class='body'>{STORY * 6}</div><div class='search'>{'<p>Try</p>' * 16}<h1>No matches for your search</h1></div>"

    assert title_of_page('<meta property="og:title" content="Harbour hotel reopens">', body) == "Harbour hotel reopens"


def test_a_heading_that_stands_twice_is_seen_by_readers() -> None:
    teaser = "<a href='/b'><h1>Ferry to stay</h1></a>"
    body = f"{teaser}<div><h1>Who owns the harbour?</h1></div><article><h1>Who owns the harbour?</h1>{STORY * 3}</article>"

    assert title_of_page('<meta property="og:title" content="Patents Spark Fight">', body) == "Who owns the harbour?"


def test_films_within_a_story_do_not_title_or_date_it() -> None:
    films = "".join(
        SCRIPT.format(f'{{"@type":"VideoObject","name":"The film of day {day}","uploadDate":"2025-01-0{day}"}}') for day in (1, 2)
    )
    head = f'<meta property="og:title" content="Bridge to be rebuilt">{films}'

    assert title_of_page(head, f"<article>{STORY * 3}</article>") == "Bridge to be rebuilt"


def test_a_site_may_stand_before_the_headline_in_the_title() -> None:
    body = f"<article><h1>Awk in harbours</h1>{STORY * 3}</article>"

    assert title_of_page("<title>An engineer's random thoughts - Awk in harbours</title>", body) == "Awk in harbours"


@pytest.mark.parametrize(
    ("line", "month_first", "expected"),
    [
        ("By Mara Lindqvist • 12.29.14", True, "2014-12-29"),
        ("By Mara Lindqvist • 12.29.14", False, "2014-12-29"),
        ("17:08 10/04/2011", False, "2011-04-10"),
        ("3/4/2025", True, "2025-03-04"),
        ("Thứ sáu, 2/5/2014 | 08:54", True, "2014-05-02"),
        ("28.09.1912:30", False, None),
        ("31/31/2025", True, None),
        ("The council met on 3/4/2025 to hear of the harbour, the bridge, and the ferry.", True, None),
    ],
)
def test_days_of_two_readings_are_read_as_the_country_writes_them(line: str, month_first: bool, expected: str | None) -> None:
    found = vague_date_in(line, NOW, month_first=month_first)

    assert (found.date().isoformat() if found else None) == expected


@pytest.mark.parametrize(
    ("language", "url", "expected"),
    [
        ("en", "https://example.com/a", True),
        ("en-US", "https://example.com/a", True),
        (None, "https://example.tv/a", True),
        ("en-GB", "https://example.com/a", False),
        ("en", "https://example.co.uk/a", False),
        ("de", "https://example.com/a", False),
    ],
)
def test_who_puts_the_month_first(language: str | None, url: str, expected: bool) -> None:
    assert puts_month_first(language, url) is expected


def test_dates_with_points_and_dates_with_minutes_glued_on() -> None:
    assert str(date_within("2019.03.08", NOW)).startswith("2019-03-08")
    assert date_within("Release 2019.03.08.1", NOW) is None
    assert [day.day.isoformat() for day in days_in("Sep 3, 202512 mins")] == ["2025-09-03"]


def test_of_two_headings_that_a_title_has_as_parts_the_longer_is_the_headline() -> None:
    headline = "Mayor applauds a key provision for the harbour schools"
    title = f"News Releases - Newsroom - {headline} - United Harbour Mayor Mara Lindqvist"
    body = f"<h1><a href='/'>United Harbour Mayor Mara Lindqvist</a></h1><h1 class='title'>{headline}</h1>{STORY * 3}"

    assert title_of_page(f"<title>{title}</title>", body) == headline


@pytest.mark.parametrize(
    ("claim", "expected"),
    [
        ("Harbour council to rebuild the old bridge in 2026", "Harbour council to rebuild the old bridge in 2026"),
        ("Harbour council to rebuild the old bridge in...", "Harbour council to rebuild the old bridge in..."),
        ("Harbour council to rebuild the old bridge in... | Harbour News", "Harbour council to rebuild the old bridge in..."),
    ],
)
def test_a_headline_that_is_cut_to_a_length_is_made_whole(claim: str, expected: str) -> None:
    head = f'<meta property="og:site_name" content="Harbour News"><meta property="og:title" content="{claim}">'

    assert (
        title_of_page(head, f"<article><h1>Harbour council to rebuild the old bridge in...</h1>{STORY * 3}</article>") == expected
    )
