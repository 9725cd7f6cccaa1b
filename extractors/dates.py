"""A date as written in a feed -> an aware UTC datetime, or None: unknown is better than wrong.

Order: RFC 3339/ISO 8601, RFC 822/2822 with zone names of the whole world, Unix time, month names of other languages by
dateparser, and what only feedparser knows (Greek, Hungarian, Korean).
"""

from __future__ import annotations

import calendar
import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import lru_cache
from typing import Any, Final

from feedparser.datetimes import _parse_date as feedparser_date

MAX_AHEAD: Final = timedelta(days=2)
"""A story cannot be newer than now: two days allow for a wrong zone (at most 26 h between two) and a slow clock."""

MAX_OFFSET: Final = timedelta(hours=14)
"""No zone is further from UTC (Line Islands)."""

EARLIEST: Final = datetime(1900, 1, 1, tzinfo=UTC)
"""Archives do announce old stories; year 1 and the like are empty fields of a database."""

ZERO_DATES: Final = frozenset(
    {datetime(1970, 1, 1, tzinfo=UTC), datetime(1900, 1, 1, tzinfo=UTC), datetime(1980, 1, 1, tzinfo=UTC)}
)
"""What an unset field looks like in Unix, spreadsheets and FAT."""

MAX_DATE_CHARS: Final = 80
"""The longest spelled-out date with weekday and zone name is about 60; the rest is no date and must not reach a regex engine."""

ZONE_MINUTES: Final = {
    "UT": 0, "UTC": 0, "GMT": 0, "Z": 0, "WET": 0, "WEST": 60, "BST": 60, "IST": 330, "CET": 60, "MEZ": 60,
    "CEST": 120, "MESZ": 120, "SAST": 120, "EET": 120, "EEST": 180, "MSK": 180, "TRT": 180, "EAT": 180, "GST": 240,
    "PKT": 300, "ICT": 420, "WIB": 420, "HKT": 480, "SGT": 480, "PHT": 480, "AWST": 480, "KST": 540, "JST": 540,
    "ACST": 570, "AEST": 600, "ACDT": 630, "AEDT": 660, "NZST": 720, "NZDT": 780, "NST": -210, "NDT": -150,
    "AST": -240, "ADT": -180, "EST": -300, "EDT": -240, "ET": -300, "CST": -360, "CDT": -300, "CT": -360, "MST": -420,
    "MDT": -360, "PST": -480, "PDT": -420, "PT": -480, "AKST": -540, "AKDT": -480, "HST": -600, "BRT": -180,
    "ART": -180, "CLT": -240, "CAT": 120, "WAT": 60, "NPT": 345,
}  # fmt: skip
"""Zone names that feeds write instead of an offset (RFC 822 knows only the American ones). Ambiguous ones by the larger press."""

_ISO = re.compile(
    r"^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:(?:\s*[T,]\s*|\s+)(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d+))?)?)?"
    r"\s*(Z|UTC|GMT|[+-]\d{2}:?\d{2}|[+-]\d{2}|[A-Z]{2,4})?$",
    re.IGNORECASE,
)
_HAN_DATE = re.compile(r"^(\d{4})\s?[年년]\s?(\d{1,2})\s?[月월]\s?(\d{1,2})\s?[日일]")
_ZONE_NAME = re.compile(r"[\s(]+([A-Z]{1,4})\)?$", re.IGNORECASE)
_WRITTEN_ZONE = re.compile(r"\d\s*\(?([+-]\d{2}:?\d{2}|(?<=\s)[A-Za-z]{2,4})\)?$")
_OFFSET = re.compile(r"^([+-])(\d{2}):?(\d{2})?$")
_DIGITS = re.compile(r"^\d{10}(?:\d{3})?$")


def date_of(text: str | None, now: datetime, language: str | None = None, *, any_language: bool = True) -> datetime | None:
    """Read one date of a feed.

    Args:
        text: As written. A date without a zone counts as UTC.
        now: A date more than `MAX_AHEAD` later is a mistake.
        language: Of the feed; helps to read month names.
        any_language: Look for month names at all, which takes up to 5 ms a date; False for a feed too long to be honest.

    Returns:
        The moment in UTC; None where the text is no date, or one that no story can have.

    """
    written = " ".join((text or "").split())
    if not written or len(written) > MAX_DATE_CHARS:
        return None
    return plausible(_read(written, (language or "").split("-")[0].lower() if any_language else None), now)


def offset_minutes_of(text: str | None) -> int | None:
    """Read the offset from UTC that a date of a feed is written with: 600 for "Tue, 10 Feb 2026 07:00:00 +1000".

    Returns:
        Minutes; None where it is written in UTC, which may be the machine's zone and not the outlet's, or without a zone.

    """
    written = " ".join((text or "")[:MAX_DATE_CHARS].split())
    zone = _WRITTEN_ZONE.search(written)
    return (_zone_minutes(zone[1]) or None) if zone else None


def plausible(moment: datetime | None, now: datetime) -> datetime | None:
    """Return the date if a story can have it."""
    if moment is None or not EARLIEST < moment <= now + MAX_AHEAD or moment in ZERO_DATES:
        return None
    return moment


@lru_cache(maxsize=4096)
def _read(written: str, language: str | None) -> datetime | None:
    for read in (_iso_date, _rfc_date, _unix_date, lambda text: _spelled_date(text, language), _feedparser_date):
        try:
            moment = read(written)
        except (ValueError, OverflowError, TypeError, IndexError):
            continue
        if moment is not None:
            return moment
    return None


def _iso_date(written: str) -> datetime | None:
    match = _ISO.match(_HAN_DATE.sub(r"\1-\2-\3", written))
    if match is None:
        return None
    year, month, day, hour, minute, second, fraction, zone = match.groups()
    moment = datetime(
        int(year), int(month), int(day), int(hour or 0), int(minute or 0), min(int(second or 0), 59),
        int((fraction or "0")[:6].ljust(6, "0")), tzinfo=UTC,
    )  # fmt: skip
    minutes = _zone_minutes(zone or "Z")
    return None if minutes is None else moment - timedelta(minutes=minutes)


def _rfc_date(written: str) -> datetime | None:
    zone = _ZONE_NAME.search(written)
    minutes = _zone_minutes(zone.group(1)) if zone else None
    if zone and minutes is not None and not re.search(r"[+-]\d{2}:?\d{2}", written):
        written = f"{written[: zone.start()]} {'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}{abs(minutes) % 60:02}"
    if not re.search(r"\d{1,2}[ -][A-Za-z]{3}[a-z]*[ -]\d{2,4}", written):
        return None  # leave it to readers that know more than RFC 822
    moment = parsedate_to_datetime(re.sub(r"([+-]\d{2}):(\d{2})$", r"\1\2", written))
    if moment.tzinfo is None:
        return moment.replace(tzinfo=UTC)
    return moment.astimezone(UTC) if abs(moment.utcoffset() or timedelta()) <= MAX_OFFSET else None


def _feedparser_date(written: str) -> datetime | None:
    """Ask feedparser for what only it knows (Greek, Hungarian, Korean). Of plain ASCII it makes guesses: "2026" is a day."""
    if written.isascii() or len(re.findall(r"\d+", written)) < 3:
        return None
    parsed = feedparser_date(written)
    return datetime.fromtimestamp(calendar.timegm(parsed), UTC) if parsed else None


def _unix_date(written: str) -> datetime | None:
    if not _DIGITS.match(written):
        return None
    return datetime.fromtimestamp(int(written[:10]), UTC)


def _zone_minutes(zone: str) -> int | None:
    offset = _OFFSET.match(zone)
    if offset:
        sign = -1 if offset.group(1) == "-" else 1
        minutes = int(offset.group(2)) * 60 + int(offset.group(3) or 0)
        return sign * minutes if timedelta(minutes=minutes) <= MAX_OFFSET else None
    return ZONE_MINUTES.get(zone.upper())


def _spelled_date(written: str, language: str | None) -> datetime | None:
    """Read month names in other languages; only with a day and a year in digits: a guess would be worse than nothing."""
    if language is None or len(re.findall(r"\d+", written)) < 2:
        return None
    if not re.search(r"\d{4}", written) or not re.search(r"[^\W\d_]{3,}", written):
        return None
    for tongue in dict.fromkeys((language, "")):  # a feed in German may well declare English
        try:
            data = _dateparser(tongue).get_date_data(written)
        except Exception:  # noqa: BLE001, S112  # a foreign border: unknown languages, and whatever its locale data make it raise
            continue
        if data.date_obj is not None and data.period in {"day", "time"}:
            moment: datetime = data.date_obj.astimezone(UTC)
            return moment
    return None


@lru_cache(maxsize=32)
def _dateparser(language: str) -> Any:
    """Build the reader of one language, or of the press's larger ones. Importing takes .13 s: only who needs it pays."""
    from dateparser.date import DateDataParser  # noqa: PLC0415

    settings = {
        "TIMEZONE": "UTC", "TO_TIMEZONE": "UTC", "RETURN_AS_TIMEZONE_AWARE": True, "PARSERS": ["absolute-time"],
        "REQUIRE_PARTS": ["day", "month", "year"],
    }  # fmt: skip
    some = ["en", "de", "fr", "es", "it", "pt", "nl", "pl", "ru", "uk", "cs", "sv", "da", "tr", "id", "ja", "zh", "ko", "ar"]
    return DateDataParser(languages=[language] if language else some, settings=settings)
