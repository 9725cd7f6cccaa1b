"""The day that an outlet puts on its story: what readers see, else what is declared with an offset, else what else tells it."""

from __future__ import annotations

import runpy
from datetime import UTC, date, datetime
from pathlib import Path
from time import process_time

import pytest
from babel.dates import format_date
from hypothesis import given
from hypothesis import strategies as st

from extractors.articles import draft_of, draft_of_text
from extractors.pages import months
from extractors.pages.days import EASTMOST, WESTMOST, day_of
from extractors.pages.moments import Claim, date_in
from extractors.pages.written import date_opening, date_within, days_in
from extractors.records import Draft, Entry, Page, PageOutcome

NOW = datetime(2026, 3, 20, tzinfo=UTC)
STORY = "".join(
    f"<p>{text}</p>"
    for text in (
        "The council of Port Amber voted on Tuesday to rebuild the old harbour bridge before the winter storms return.",
        "Engineers had warned for years that its northern pier was sinking by a hand's breadth every spring, they said.",
        "Work begins in May and the crossing will be closed to lorries for the better part of a year, the mayor announced.",
    )
)


def drafted(shown: str = "", published: str = "", modified: str = "", url: str = "https://news.example.org/bridge") -> Draft:
    said = "".join(
        f'<meta property="article:{name}_time" content="{value}">'
        for name, value in (("published", published), ("modified", modified))
        if value
    )
    page = f"<html><head>{said}</head><body><main><article><h1>Harbour bridge to be rebuilt</h1>{shown}<div>{STORY}</div></article></main></body></html>"  # noqa: E501  # a page as pages are written
    return draft_of(Page(url, PageOutcome.FETCHED, NOW, body=page.encode()))


@pytest.mark.parametrize(
    ("shown", "published", "modified", "day"),
    [
        ("<p>March 3, 2026</p>", "2026-03-02T18:30:00Z", "", date(2026, 3, 3)),
        ("<p>Mar. 1, 2026 11:00 pm EST</p>", "2026-03-02T04:00:41+00:00", "", date(2026, 3, 1)),
        ("<p>Updated: March 7, 2026</p><p>Published: March 2, 2026</p>", "2026-03-02T10:00:00Z", "2026-03-07T10:00:00Z", date(2026, 3, 2)),  # noqa: E501  # one case a line
        ("<span>Updated</span><p>March 7, 2026</p>", "2026-03-02T10:00:00Z", "2026-03-07T10:00:00Z", date(2026, 3, 7)),
        ("<p>Stand: 07.03.2026, zuerst veröffentlicht am 02.03.2026</p>", "2026-03-02T10:00:00Z", "2026-03-07T10:00:00Z", date(2026, 3, 2)),  # noqa: E501  # one case a line
        ("<p>10/03/2026 00:50</p>", "2026-03-09T22:50:17Z", "", date(2026, 3, 10)),
        ("<p>3/10/26</p>", "2026-03-10T12:50:17Z", "", date(2026, 3, 10)),
        ("<p>mardi 10.3.26</p>", "2026-03-09T20:00:00Z", "", date(2026, 3, 10)),
        ("<p>28 février 2026</p>", "2026-03-09T20:00:00Z", "", date(2026, 2, 28)),
        ("<p>2026年3月10日</p>", "2026-03-09T20:00:00Z", "", date(2026, 3, 10)),
    ],
    ids=[
        "ahead of UTC", "behind UTC", "published beside updated", "label above, changed alone", "both in one line", "day first",
        "month first", "short year", "unclaimed", "ideographic",
    ],
)  # fmt: skip
def test_the_day_is_the_one_that_readers_see_at_the_head(shown: str, published: str, modified: str, day: date) -> None:
    draft = drafted(shown, published, modified)

    assert (draft.dated_on, draft.dated_on_source) == (day, "shown")


@pytest.mark.parametrize(
    ("published", "modified", "path", "day", "source"),
    [
        ("2026-03-03T05:30:00+11:00", "", "bridge", date(2026, 3, 3), "declared"),
        ("2026-03-01T23:00:00-05:00", "", "bridge", date(2026, 3, 1), "declared"),
        ("2026-03-03", "", "bridge", date(2026, 3, 3), "declared"),
        ("2026-03-02T23:11:59Z", "", "2026/03/03/bridge", date(2026, 3, 3), "url"),
        ("2026-03-02T23:11:59Z", "", "2026/02/11/bridge", date(2026, 3, 2), "published_at"),
        ("2026-03-03T02:11:59Z", "2026-03-04T11:00:00-05:00", "bridge", date(2026, 3, 2), "zone"),
        ("2026-03-03T02:11:59Z", "", "bridge", date(2026, 3, 3), "published_at"),
    ],
    ids=["ahead", "behind", "day alone", "in the address", "another day in the address", "offset of the change", "UTC alone"],
)
def test_where_no_day_is_shown_it_is_worked_out(published: str, modified: str, path: str, day: date, source: str) -> None:
    draft = drafted("", published, modified, f"https://news.example.org/{path}")

    assert (draft.dated_on, draft.dated_on_source) == (day, source)


def test_a_shown_day_leaves_the_instant_of_first_publication_alone() -> None:
    draft = drafted("<p>Updated March 7, 2026</p>", "2026-03-02T10:00:00Z", "2026-03-07T09:00:00Z")

    assert draft.published_at == datetime(2026, 3, 2, 10, tzinfo=UTC)
    assert draft.dated_on == date(2026, 3, 7)


@pytest.mark.parametrize(
    "shown",
    ["<p>Member since 4 May 2019</p>", "<p>© 2019-05-04 Example News</p>", f"<p>{'On 4 May 2019 the pier sank. ' * 6}</p>"],
    ids=["of a person", "of rights", "in a paragraph"],
)
def test_days_of_other_things_are_not_the_story_s(shown: str) -> None:
    assert drafted(shown, "2026-03-02T10:00:00Z").dated_on == date(2026, 3, 2)


def test_a_page_without_any_date_has_no_day() -> None:
    draft = drafted()

    assert (draft.dated_on, draft.dated_on_source) == (None, None)


def test_plain_text_has_the_day_of_its_head() -> None:
    draft = draft_of_text(" date 2026-03-02 Harbour bridge to be rebuilt\nWork begins.", "file:bridge", "example", NOW)

    assert (draft.dated_on, draft.dated_on_source) == (date(2026, 3, 2), "shown")


@given(
    st.datetimes(datetime(1995, 1, 2), datetime(2026, 3, 1)),  # noqa: DTZ001  # the zone is added below
    st.lists(st.text(max_size=60), max_size=8),
    st.sampled_from(["", "Z", "+11:00", "-05:00", "+99:99", "-00:00"]),
)
def test_a_day_is_always_found_near_the_instant_unless_readers_see_another(moment: datetime, lines: list[str], zone: str) -> None:
    published = Claim(moment.replace(tzinfo=UTC), "json-ld", moment.isoformat(timespec="seconds") + zone)

    day, source = day_of(published, None, [published], top=lines, around=lines, in_url=None)

    assert day is not None
    assert source == "shown" or (published.moment - WESTMOST).date() <= day <= (published.moment + EASTMOST).date()


@pytest.mark.parametrize(
    "line", ["", "31.02.2026", "99/99/9999", "0000-00-00", "1" * 5000, "3.3.3.3.3.2026 " * 40, "2026年13月41日"]
)
def test_lines_without_a_day_of_the_calendar_give_none(line: str) -> None:
    assert [day for day in days_in(line) if not 1 <= day.day.month <= 12] == []


def test_a_month_and_a_year_in_two_digits_are_no_day_in_an_address() -> None:
    assert date_in("https://news.example.org/2026/jan21/bridge", NOW) is None
    assert date_in("https://news.example.org/2026/jan/21/bridge", NOW) == datetime(2026, 1, 21, tzinfo=UTC)


@pytest.mark.parametrize(
    ("shown", "day"),
    [
        ("<p>Updated:</p><p>Mar 6, 2026</p><p>Original:</p><p>Dec 21, 2025</p>", date(2025, 12, 21)),
        ("<p>Updated: Mar 6, 2026</p><p>Published: Dec 21, 2025</p>", date(2025, 12, 21)),
        ("<p>Last updated on Mar 6, 2026</p>", date(2026, 3, 6)),
    ],
    ids=["labels apart", "in one line", "changed alone"],
)
def test_where_only_readers_are_told_the_first_day_is_believed_before_that_of_a_change(shown: str, day: date) -> None:
    assert drafted(shown).dated_on == day


@pytest.mark.parametrize(
    ("path", "day"),
    [
        ("/home/2017/7/12/harbour-bridge", date(2017, 7, 12)),
        ("/energy/2015/08/150803-harbour-bridge", date(2015, 8, 3)),
        ("/2015/08/150903-harbour-bridge", None),
        ("/2015/13/40/harbour-bridge", None),
    ],
)
def test_an_address_says_the_day_in_short_or_in_its_last_part(path: str, day: date | None) -> None:
    found = date_in(f"https://news.example.org{path}", NOW)

    assert (found.date() if found else None) == day


@pytest.mark.parametrize(("minutes", "day", "source"), [(660, "2026-02-04", "declared"), (None, "2026-02-03", "published_at")])
def test_a_feed_s_own_offset_tells_the_outlet_s_day(minutes: int | None, day: str, source: str) -> None:
    entry = Entry(
        "https://example.com/feed", "1", "https://example.com/a", None,
        published_at=datetime(2026, 2, 3, 20, tzinfo=UTC), published_at_source="feed:published", published_offset_minutes=minutes,
    )  # fmt: skip
    page = Page("https://example.com/a", PageOutcome.FETCHED, NOW, body=f"<h1>Harbour bridge</h1>{STORY * 5}".encode())

    draft = draft_of(page, entry)

    assert (str(draft.dated_on), draft.dated_on_source) == (day, source)
    assert draft.published_at == datetime(2026, 2, 3, 20, tzinfo=UTC)


@pytest.mark.parametrize(
    ("top", "paragraph", "day"),
    [
        ("", "03.02.2026 – The council of Port Amber voted on Tuesday to rebuild the bridge before winter comes.", "2026-02-03"),
        ("", "Port Amber, (3.2.2026). The council voted on Tuesday to rebuild the bridge before the winter comes.", "2026-02-03"),
        ("", "Press release of 3 February 2026 | Port Amber – The council voted to rebuild the bridge, it said.", "2026-02-03"),
        ("<div>3 de febrero de 202621:25</div>", "The council voted on Tuesday to rebuild the bridge.", "2026-02-03"),
        ("<div>City Published On Feb 3, 2026 01:52 PM</div>", "The council voted to rebuild the bridge.", "2026-02-03"),
    ],
)
def test_a_day_that_only_readers_are_told_is_read(top: str, paragraph: str, day: str | None) -> None:
    page = f"<div>March 19, 2026</div><h1>Harbour bridge to be rebuilt</h1>{top}<p>{paragraph}</p>{STORY * 4}"
    page = page if "Published" in top else page.replace("March 19, 2026", "Weather")

    draft = draft_of(Page("https://news.example.org/bridge", PageOutcome.FETCHED, NOW, body=page.encode()))

    assert (str(draft.dated_on) if draft.dated_on else None) == day


def test_when_somebody_commented_is_not_when_the_story_appeared() -> None:
    comment = "<ol class='comment-list'><li><time datetime='2026-02-09T10:00:00+01:00'>Monday</time> Nice.</li></ol>"
    page = f"<h1>Harbour bridge to be rebuilt</h1><div>by Mara am 03.02.2026</div>{STORY * 4}{comment}"

    draft = draft_of(Page("https://news.example.org/bridge", PageOutcome.FETCHED, NOW, body=page.encode()))

    assert (str(draft.dated_on), draft.dated_on_source) == ("2026-02-03", "shown")


@pytest.mark.parametrize(
    ("path", "day"),
    [("/reports/29-10-2025", "2025-10-29"), ("/reports/05-05-2025-bridge", "2025-05-05"), ("/reports/05-06-2025-bridge", None)],
)
def test_an_address_may_begin_a_date_with_its_day(path: str, day: str | None) -> None:
    found = date_in(f"https://example.org{path}", NOW)

    assert (found and str(found.date())) == day


def test_a_day_that_is_shown_in_utc_is_the_day_of_an_instant_with_another_offset() -> None:
    draft = drafted("<div>Feb 4, 2026 3:57 AM</div>", "2026-02-03T22:57-05:00")

    assert (str(draft.dated_on), draft.dated_on_source) == ("2026-02-04", "shown")


def test_a_day_amid_the_first_sentence_is_not_the_story_s() -> None:
    assert date_opening("The bridge of 3.2.2025 - younger than most - is to be rebuilt.", NOW) is None


def test_a_day_in_a_caption_is_that_of_the_picture() -> None:
    caption = "<div>A view of the bridge on February 3, 2026, seen from the ferry that crosses below it.</div>"

    draft = drafted(f"<div>Feb 4, 2026 3:57 AM</div>{caption}", "2026-02-03T22:57-05:00")

    assert str(draft.dated_on) == "2026-02-04"


@pytest.mark.parametrize(
    "opening",
    [
        "WESTPORT, California—February 3, 2026—Harbour today announced",
        "WESTPORT, Feb. 3, 2026 /Harbourwire/ -- The council",
        "WESTPORT, MT / HARBOURWIRE / February 3, 2026 / The council",
        "Westport, Conn. – February 3, 2026 – The council",
        "SAN WESTPORT -- February 3, 2026 -- The council",
        "WESTPORT (February 3, 2026) — The council",
    ],
)
def test_press_releases_open_with_place_and_day(opening: str) -> None:
    found = date_opening(opening, NOW)

    assert str(found and found.date()) == "2026-02-03"


def test_an_endless_opening_is_read_no_further_than_a_dateline_reaches() -> None:
    start = process_time()

    assert date_opening("Aa " * 100_000, NOW) is None
    assert date_opening("A.'" * 100_000, NOW) is None
    assert date_opening("A" * 300_000 + " 3", NOW) is None
    assert process_time() - start < 1


def test_the_day_below_the_headline_comes_before_todays_above_it() -> None:
    story = "<p>The council voted to rebuild it within three years.</p>" * 12
    page = f"""<html><body><p>Tuesday, 10 February 2026 | Westport</p><h1>Bridge to be rebuilt</h1>
    <div class='story_date'>3 February 2026</div>{story}</body></html>"""
    draft = draft_of(Page("https://news.example.org/bridge", PageOutcome.FETCHED, NOW, body=page.encode()))

    assert str(draft.dated_on) == "2026-02-03"


def test_a_date_of_change_does_not_come_first_because_its_element_is_called_time() -> None:
    story = "<p>The council voted to rebuild it within three years.</p>" * 12
    page = f"""<html><body><h1>Bridge to be rebuilt</h1><div>3 February 2026</div>
    <span class='modified-time'>8 February 2026</span>{story}</body></html>"""
    draft = draft_of(Page("https://news.example.org/bridge", PageOutcome.FETCHED, NOW, body=page.encode()))

    assert str(draft.dated_on) == "2026-02-03"


LANGUAGES = [
    "en", "en_GB", "de", "de_AT", "fr", "es", "it", "pt", "pt_BR", "nl", "sv", "nb", "da", "fi", "pl", "cs", "sk", "hu",
    "ro", "bg", "ru", "uk", "sr", "hr", "bs", "sl", "lt", "lv", "et", "el", "tr", "sq", "mk", "ca", "eu", "gl",
    "is", "id", "ms", "vi", "ko", "zh", "zh_Hant", "fa", "he", "hi", "bn", "ur", "ta", "te", "ml", "mr", "sw", "az",
    "kk", "uz", "ka", "hy",
]  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
def test_days_are_read_as_sixty_languages_write_them(language: str) -> None:
    later = datetime(2027, 2, 1, tzinfo=UTC)
    wrong = []
    for month in range(1, 13):
        for form in ("long", "medium"):
            day = date(2026, month, 5)
            line = format_date(day, form, locale=language)
            found = date_within(line, later)
            if (language, form, month) not in AMBIGUOUS and (found and found.date(), [one.day for one in days_in(line)]) != (
                day,
                [day],
            ):
                wrong.append(line)

    assert wrong == []


AMBIGUOUS = {("hr", "medium", 7), ("hr", "medium", 10), ("ca", "medium", 8)}
"""Abbreviations that Czechs use for the month after, and one of two letters."""


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("٥ يناير ٢٠٢٦", "2026-01-05"),  # in Arabic digits
        ("5 มกราคม 2569", "2026-01-05"),  # of the Buddhist era
        ("2026년 1월 5일 14:30", "2026-01-05"),
        ("입력 2026. 1. 5. 오후 2:30", "2026-01-05"),
        ("5. marraskuuta 2025", "2025-11-05"),  # begins like March
        ("5. lipnja 2025.", "2025-06-05"),  # begins like the July of Poland
        ("5. listopada 2025.", "2025-10-05"),
        ("5 listopada 2025", "2025-11-05"),
        ("5 בינואר 2026", "2026-01-05"),
        ("Ngày 5 tháng 1, 2026", "2026-01-05"),
        ("\u200f5 ינואר 2026", "2026-01-05"),
        ("3 marathons 2024", None),
        ("In 2026 markets 5 ships", None),
        ("5 men 2026", None),
    ],
)
def test_days_in_other_digits_eras_and_orders(line: str, expected: str | None) -> None:
    found = date_within(line, NOW)

    assert (str(found.date()) if found else None) == expected
    assert [str(day.day) for day in days_in(line)] == ([expected] if expected else [])


def test_the_table_of_months_is_unicodes() -> None:
    rows = runpy.run_path(str(Path(months.__file__).parents[1] / "data" / "build_months.py"))["rows"]()

    assert {name: number for number, name, _ in rows} == months._table()
