"""Text of a page in, the dates written in it out: by machines, and for readers in the languages of the press."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime

from extractors.dates import date_of, plausible
from extractors.pages.months import month_named

MAX_DATE_CHARS = 80
EARLIEST_VISIBLE_YEAR = 1994
"""No page on the web was published before; an older date in a line near the headline is part of a story or of a time of day."""

MONTHS = {m: i for i, m in enumerate(["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], 1)}
_MACHINE_DATE = re.compile(
    r"\d{4}[-/]\d{1,2}[-/]\d{1,2}(?!\d)(?:[T ]\d{2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?\s*(?:Z|UTC|GMT|[+-]\d{2}:?\d{2})?)?"
    r"|\d{10}(?:\d{3})?$|[A-Z][a-z]{2}, \d{1,2} [A-Z][a-z]{2} \d{4}.*"
)
"""What is read of a date that machines wrote: "2023-10-26T14:09:45Z EST" is read without its second zone."""
_ISO_DAY = re.compile(r"(?<!\d)(?P<year>(?:19|20)\d\d)[-/.](?P<month>[01]?\d)[-/.](?P<day>[0-3]?\d)(?!\d)")
_DOTTED_DAY = re.compile(r"(?<![\d.])(?P<year>(?:19|20)\d\d)\.(?P<month>[01]\d)\.(?P<day>[0-3]\d)(?![\d.])")
_NUMERIC_DATE = re.compile(r"(?<!\d)(?P<day>[0-3]?\d)\.\s?(?P<month>[01]?\d)\.\s?(?P<year>(?:19|20)\d\d)(?!\d(?!\d?:\d))")
"""The hour may be glued on: <span>3.5.2026</span><span>21:25</span>."""
_VAGUE_DATE = re.compile(
    r"(?<![\d/.])(?:(?P<one>[0-3]?\d)(?P<mark>[/.-])(?P<two>[0-3]?\d)(?P=mark)(?P<year>(?:(?:19|20)\d\d)|\d\d))(?![\d/]|\.\d)"
)
"""Day or month first, the year perhaps in two digits: to be read only beside another witness."""
_IDEOGRAPHIC_DATE = re.compile(r"(?P<year>(?:19|20)\d\d)\s?[年년]\s?(?P<month>\d{1,2})\s?[月월]\s?(?P<day>\d{1,2})\s?[日일]")
_MONTH_NAME = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|"
    r"dec(?:ember)?)"
)
_ENGLISH_DATE = re.compile(
    rf"(?:\b(?P<before>{_MONTH_NAME})\.? (?P<day_after>\d{{1,2}})(?:st|nd|rd|th)?,?|"
    rf"\b(?P<day_before>\d{{1,2}}) (?P<after>{_MONTH_NAME})\.?,?)"
    r" (?P<year>(?:19|20)\d\d)(?:\b|(?=\d{1,2} ?min))",  # "Sep 3, 2025" and "12 mins" may be glued
    re.IGNORECASE,
)
_WORD = r"[^\W\d_][^\s\d.,،;:|()\[\]/–—]{1,23}"
"""A word that may name a month; the vowel signs of Indian scripts are no letters to a pattern."""
_YEAR = r"(?P<year>(?:19|20)\d\d)"
_SPELLED_DATE = re.compile(
    rf"(?<!\d)(?P<day>[0-3]?\d)(?P<dot>\.)?(?:er|º|°)?[\s-]?(?:de\s|d[ei]\s|d['’])?(?P<month>{_WORD})\.?[,،]?\s"
    rf"(?:del?\s|ค\.ศ\.\s)?{_YEAR}(?!\d(?!\d?:\d))",
)
"""Day, month, year: "5. März 2026", "5 de março de 2026", "5 січня 2026"."""
_MONTH_FIRST = re.compile(
    rf"(?<!\w)(?P<month>{_WORD})\.?\s(?P<day>[0-3]?\d)(?:º|\.)?[,،]\s(?:del?\s)?{_YEAR}(?!\d)",
)
"""Month, day, year, as in English: "enero 5, 2026"."""
_YEAR_FIRST = re.compile(
    rf"(?<!\d){_YEAR}(?:\.|,|\sm\.|\(e\)ko)?\s(?!gada\s)(?P<month>{_WORD})\.?\s(?P<day>[0-3]?\d)(?!\d)",
)
"""Year, month, day: "2026. január 5.", "2026 m. sausio 5 d."."""
_YEAR_DAY_FIRST = re.compile(rf"(?<!\d){_YEAR}(?:\. gada|\sж\.)\s(?P<day>[0-3]?\d)\.?\s(?P<month>{_WORD})")
"""Year, day, month: "2026. gada 5. janvāris"."""
_NUMBERED_MONTH = re.compile(
    rf"(?<!\d)(?P<day>[0-3]?\d)\s(?:tháng|thg)\s(?P<month>1?\d)(?:,| năm)?\s{_YEAR}(?!\d)", re.IGNORECASE
)
"""Vietnamese months are numbers: "5 tháng 1, 2026"."""
_SPACED_DAY = re.compile(rf"(?<![\d.]){_YEAR}\.\s(?P<month>[01]?\d)\.\s(?P<day>[0-3]?\d)(?!\d)")
"""As Koreans and Hungarians write it: "2026. 1. 5."."""
_THAI_YEAR = re.compile(r"(?<=[\u0e00-\u0e7f.]\s)(?P<year>25[3-9]\d)(?!\d)")
_BUDDHIST_ERA = 543
_DIGITS: dict[int, str | None] = {code: str(int(chr(code))) for code in range(0x660, 0x10000) if chr(code).isdecimal()}
_DIGITS |= dict.fromkeys((0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)))
"""Of Arabic, Persian, Indian, Thai and full-width numbers; marks that say which way to read are none."""
_SPELLED = (_SPELLED_DATE, _MONTH_FIRST, _YEAR_FIRST, _YEAR_DAY_FIRST)
_NUMBERED = (_NUMERIC_DATE, _IDEOGRAPHIC_DATE, _DOTTED_DAY, _NUMBERED_MONTH, _SPACED_DAY)
_DATE_LABEL = re.compile(
    r"(?:datum|date|data|fecha|дата|日期|发布(?:时间|日期)?|published(?: on)?|posted(?: on)?|first published|"
    r"veröffentlicht(?: am)?|"
    r"erschienen(?: am)?|publié le|publicado(?: el| em)?|pubblicato il|opublikowano|опубликовано|δημοσιεύθηκε)\s*[:：]?\s+\S",
    re.IGNORECASE,
)
_OPENING = re.compile(
    r"(?:[A-Z][\w.'’]{0,30}(?:,? [A-Z][\w.'’]{0,30}){0,4}(?:\s?[–—]\s?|\s--?\s|\s?/\s?[A-Z ]{3,20}\s?/\s?))?"
    r"(?P<first>[^–—|]{6,60}?\d)"
    r"(?P<mark>\s*[–—|](?=\s|[A-Z])|\s--?\s|\)\.?\s|\s[(/][A-Z][\w ]{2,24}[)/]|\s?/\s)"
)
_BEFORE_DATE = re.compile(r"(?:[^\d]*[,(]\s*)?\(?(?:[^\W\d_]{3,9}\.?\s)?\d")
"""What stands before the dash, or in the brackets, that parts place and date from the first sentence."""
MAX_OPENING_CHARS = 240
MAX_LABELLED_CHARS = 60
MAX_LABEL_CHARS = 40
_CHANGED = re.compile(
    r"updat|modif|edited|revised|changed|aktualisi|geändert|bearbeitet|\bstand\b|mis(?:e)? à jour|\bmaj\b|actualiz|atualiz|"
    r"aggiorna|bijgewerkt|gewijzigd|oppdatert|opdateret|uppdatera|päivitetty|aktualiz|обновл|измен|ενημερ|güncel|更新|修改",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Day:
    """A day as a line shows it; one that could be read in two ways is two days, both vague."""

    day: date
    label: str  # what stands before it in the line
    is_vague: bool = False


def written_date(value: str, now: datetime) -> datetime | None:
    """Read a date as machines write it, or with an English month; other languages are htmldate's.

    The general reader of `dates` tries many languages on what is no date at all: "2023-10-26T14:09:45Z EST" took it .7 s.
    """
    value = value.strip()[:MAX_DATE_CHARS]
    if match := _MACHINE_DATE.match(value):
        return date_of(match[0].strip(), now)
    if (match := _ENGLISH_DATE.search(value)) is not None:
        return _midnight(_english_day(match), now)
    return None


def date_within(line: str, now: datetime) -> datetime | None:
    """Read the date of a short line: "Updated: 3 May 2026 | 10:15", "Stand: 03.05.2026"."""
    line = _in_digits(line)
    spelled = (match for pattern in _SPELLED for match in pattern.finditer(line) if _month_of(match) is not None)
    plain = (match for pattern in _NUMBERED if (match := pattern.search(line)) is not None)
    if (match := next(itertools.chain(spelled, plain), None)) is not None:
        found = _midnight(_day_of(match), now)
    elif (match := _MACHINE_DATE.search(line)) is not None and match[0].isascii() and "-" in match[0]:
        found = date_of(match[0].strip(), now)
    else:
        found = written_date(line, now) if _ENGLISH_DATE.search(line) else _only_reading(line, now)
    return found if found is None or found.year >= EARLIEST_VISIBLE_YEAR else None


def _only_reading(line: str, now: datetime) -> datetime | None:
    """Read "17/02/2022", which has no seventeenth month."""
    days = [day.day for match in _VAGUE_DATE.finditer(line) if len(match["year"]) > 2 for day in _vague(match, "")]
    return _midnight(days[0], now) if len(days) == 1 else None


def vague_date_in(line: str, now: datetime, *, month_first: bool) -> datetime | None:
    """Read "10/04/2011" or "12.29.14" as those write it who put the month first, or last; a line of text holds no date."""
    if len(line) > MAX_LABELLED_CHARS or (match := _VAGUE_DATE.search(line)) is None:
        return None
    year = int(match["year"]) + (2000 if len(match["year"]) == 2 else 0)
    one, two = int(match["one"]), int(match["two"])
    readings = [(one, two), (two, one)] if month_first and line.isascii() else [(two, one), (one, two)]
    days = (_calendar_day(year, month, day) for month, day in readings if year >= EARLIEST_VISIBLE_YEAR)
    return _midnight(next((day for day in days if day is not None), None), now)


def days_in(line: str) -> Iterator[Day]:
    """Yield the days that a line shows, in its order."""
    line = _in_digits(line)
    end = 0
    for match in sorted(_dates(line), key=lambda match: match.start()):
        if match.start() < end:
            continue
        label, end = line[end : match.start()], match.end()
        if match.re is _VAGUE_DATE:
            yield from _vague(match, label)
        elif (day := _english_day(match) if match.re is _ENGLISH_DATE else _day_of(match)) is not None:
            yield Day(day, label)


def date_opening(paragraph: str, now: datetime) -> datetime | None:
    """Read the date that a first paragraph begins with, the place perhaps before it: "3.5.2026 – The council ..."."""
    opening = _OPENING.match(paragraph[:MAX_OPENING_CHARS])
    if opening is None or not ("|" in opening["mark"] or _BEFORE_DATE.match(opening["first"])):
        return None  # "The bridge of 3.5.1996 - older than most - ..."
    return date_within(opening["first"], now)


def says_date(line: str) -> bool:
    """Tell a line that is the story's date by its own words: "Datum 28.04.2023", "Published: 3 May 2026"."""
    return len(line) <= MAX_LABELLED_CHARS and _DATE_LABEL.match(line) is not None


def says_changed(line: str) -> bool:
    """Tell a line, or what stands before a date, that speaks of the last change: "Updated", "Stand"."""
    return _CHANGED.search(line) is not None


def _dates(line: str) -> Iterator[re.Match[str]]:
    yield from (match for pattern in _SPELLED for match in pattern.finditer(line) if _month_of(match) is not None)
    for pattern in (_ENGLISH_DATE, _NUMERIC_DATE, _ISO_DAY, _IDEOGRAPHIC_DATE, _NUMBERED_MONTH, _SPACED_DAY, _VAGUE_DATE):
        yield from pattern.finditer(line)


def _in_digits(line: str) -> str:
    """Write the numbers of a line as Europe does, and years of the Buddhist era as years of the common one."""
    if line.isascii():
        return line
    return _THAI_YEAR.sub(lambda match: str(int(match["year"]) - _BUDDHIST_ERA), line.translate(_DIGITS))


def _vague(match: re.Match[str], label: str) -> Iterator[Day]:
    year = int(match["year"])
    year += 2000 if year < 100 else 0
    one, two = int(match["one"]), int(match["two"])
    read = {day for month, number in ((two, one), (one, two)) if (day := _calendar_day(year, month, number)) is not None}
    for day in sorted(read):
        yield Day(day, label, is_vague=True)


def _english_day(match: re.Match[str]) -> date | None:
    month = MONTHS[(match["before"] or match["after"])[:3].lower()]
    return _calendar_day(int(match["year"]), month, int(match["day_after"] or match["day_before"]))


def _day_of(match: re.Match[str]) -> date | None:
    month = _month_of(match) if match.re in _SPELLED else int(match["month"])
    return _calendar_day(int(match["year"]), month, int(match["day"])) if month else None


def _month_of(match: re.Match[str]) -> int | None:
    return month_named(match["month"], has_dot=match.re is _SPELLED_DATE and match["dot"] is not None)


def _calendar_day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _midnight(day: date | None, now: datetime) -> datetime | None:
    return None if day is None else plausible(datetime(day.year, day.month, day.day, tzinfo=UTC), now)
