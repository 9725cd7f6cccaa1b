"""Dates as feeds write them -> UTC, or nothing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.dates import date_of, offset_minutes_of

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
NINE = datetime(2026, 11, 21, 9, tzinfo=UTC)
zones = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))


@pytest.mark.parametrize(
    "written",
    [
        "Sat, 21 Nov 2026 09:00:00 GMT",
        "Sat, 21 Nov 2026 09:00:00 Z",
        "Sat, 21 Nov 2026 10:00:00 +0100",
        "Sat, 21 Nov 2026 10:00:00 +01:00",
        "Sat, 21 Nov 2026 10:00:00 CET",
        "Sat,21 Nov 2026 04:00:00 EST",
        "Saturday, 21-Nov-26 09:00:00 GMT",
        "21 Nov 2026 09:00 UT",
        "21 November 2026 09:00:00 GMT",
        "Sat, 21 Nov 2026 18:00:00 JST",
        "Sat, 21 Nov 2026 14:30:00 IST",
        "Sat, 21 Nov 2026 20:00:00 AEDT",
        "  Sat, 21 Nov\n2026 09:00:00  GMT ",
        "2026-11-21T09:00:00Z",
        "2026-11-21T09:00:00.000Z",
        "2026-11-21T10:00:00+01:00",
        "2026-11-21T10:00:00+0100",
        "2026-11-21T10:00+01",
        "2026-11-21 09:00:00",
        "2026-11-21 09:00:00 UTC",
        "2026/11/21 09:00",
        "2026-11-21 10:00:00 CET",
        "Sat Nov 21 09:00:00 2026",
        "Nov 21, 2026 09:00 AM",
        "1795251600",
        "1795251600000",
        "sam., 21 nov. 2026 10:00:00 +0100",
        "Sa, 21 Nov 2026 10:00:00 +0100",
        "21. November 2026 09:00",
        "21 ноября 2026 09:00",
        "2026年11月21日 09:00",
    ],
)
def test_every_spelling_of_one_moment_is_read(written: str) -> None:
    assert date_of(written, NOW) == NINE


@pytest.mark.parametrize(
    "written",
    [
        None, "", "   ", "yesterday", "soon", "0", "12", "0001-01-01T00:00:00Z", "1970-01-01T00:00:00Z", "2026-13-45", "x" * 5000,
        "Thu, 01 Jan 1970 00:00:00 GMT", "2031-01-01T00:00:00Z", "Sat, 32 Nov 2026 09:00:00 GMT", "99999999999999999999",
        "2026", "11/2026",
        "-0001-11-30T00:00:00+00:00", "Sat, 21 Nov 2026 09:00:00 +9999999", "\x00\x01", "٢٠٢٦",
    ],
)  # fmt: skip
def test_what_is_no_date_of_a_story_is_unknown(written: str | None) -> None:
    assert date_of(written, NOW) is None


def test_a_wrong_language_is_forgiven() -> None:
    assert date_of("21. November 2026 09:00", NOW, "ru") == date_of("21 ноября 2026 09:00", NOW, "xx") == NINE
    assert date_of("21 ноября 2026 09:00", NOW, any_language=False) is None


def test_a_day_alone_is_its_midnight() -> None:
    assert date_of("2026-11-21", NOW) == datetime(2026, 11, 21, tzinfo=UTC)


def test_a_slow_clock_is_forgiven_and_a_wrong_year_is_not() -> None:
    assert date_of("2026-11-23T12:00:00Z", NOW) is not None
    assert date_of("2027-11-21T09:00:00Z", NOW) is None


@given(st.datetimes(min_value=datetime(1980, 2, 1), max_value=datetime(2026, 11, 21), timezones=zones))  # noqa: DTZ001
def test_standard_dates_of_any_zone_come_back(moment: datetime) -> None:
    whole = moment.replace(microsecond=0)

    assert date_of(format_datetime(whole), NOW) == whole.astimezone(UTC)
    assert date_of(moment.isoformat(), NOW) == moment.astimezone(UTC)


@given(st.text(max_size=90) | st.text(alphabet="0123456789-:/ TZ+,.GMTSatNov", max_size=40))
def test_no_text_makes_reading_a_date_fail(text: str) -> None:
    moment = date_of(text, NOW)

    assert moment is None or moment.tzinfo is UTC


@pytest.mark.parametrize(
    ("written", "minutes"),
    [
        ("Sat, 21 Nov 2026 10:00:00 +0100", 60), ("2026-11-21T10:00:00.123-05:00", -300), ("Sat, 21 Nov 2026 20:00:00 AEDT", 660),
        ("2026-11-21T10:00:00Z", None), ("Sat, 21 Nov 2026 10:00:00 GMT", None), ("2026-11-21T10:00:00", None),
        ("2026-11-21", None), ("2026-11-21T10:00:00+99:00", None), ("10:00 AM", None), (None, None),
    ],
)  # fmt: skip
def test_the_offset_that_a_date_is_written_with_is_kept(written: str | None, minutes: int | None) -> None:
    assert offset_minutes_of(written) == minutes
