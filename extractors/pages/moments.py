"""The dates that a page, its URL and its feed claim in, one moment and its witness out."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta

from lxml import etree, html

from extractors.dates import date_of
from extractors.pages.heads import Head
from extractors.records import Entry

META_PUBLISHED = (
    "article:published_time", "og:article:published_time", "article:published", "og:published_time", "datepublished",
    "parsely-pub-date", "sailthru.date", "publish-date",
    "publishdate", "pubdate", "publication_date", "dc.date.issued", "dcterms.created", "dc.date.created", "dc.date",
    "dcterms.date",
    "cxenseparse:recs:publishtime", "article.published", "citation_publication_date", "citation_date", "date",
    "rnews:datepublished",
    "last-modified-published", "timestamp", "article_date_original", "originalpublicationdate", "created", "date_published",
    "dc.terms.created",
    "ptime", "displaydate", "bt:pubdate", "vr:published_time", "iso-8601-publish-date",
)  # fmt: skip
META_MODIFIED = (
    "article:modified_time",
    "og:updated_time",
    "datemodified",
    "last-modified",
    "dcterms.modified",
    "lastmod",
    "og:modified_time",
)

_URL_DATE = re.compile(r"(?<!\d)((?:19|20)\d\d)[/_-]?([01]\d|[a-z]{3})[/_-]?([0-3]\d)?(?!\d)", re.IGNORECASE)
_MONTHS = {m: i for i, m in enumerate(["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], 1)}
MAX_DATE_CHARS = 80
_MACHINE_DATE = re.compile(
    r"\d{4}[-/]\d{1,2}[-/]\d{1,2}(?!\d)(?:[T ]\d{2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?\s*(?:Z|UTC|GMT|[+-]\d{2}:?\d{2})?)?"
    r"|\d{10}(?:\d{3})?$|[A-Z][a-z]{2}, \d{1,2} [A-Z][a-z]{2} \d{4}.*"
)
"""What is read of a date that machines wrote: "2023-10-26T14:09:45Z EST" is read without its second zone."""
_NUMERIC_DATE = re.compile(r"(?<!\d)(?P<day>[0-3]?\d)\.\s?(?P<month>[01]?\d)\.\s?(?P<year>(?:19|20)\d\d)(?!\d)")
_IDEOGRAPHIC_DATE = re.compile(r"((?:19|20)\d\d)\s?年\s?(\d{1,2})\s?月\s?(\d{1,2})\s?日")
_MONTH_NAME = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"
_ENGLISH_DATE = re.compile(
    rf"(?:\b(?P<before>(?:{_MONTH_NAME})[a-z]*)\.? (?P<day_after>\d{{1,2}})(?:st|nd|rd|th)?,?|"
    rf"\b(?P<day_before>\d{{1,2}}) (?P<after>(?:{_MONTH_NAME})[a-z]*)\.?,?)"
    r" (?P<year>(?:19|20)\d\d)\b",
    re.IGNORECASE,
)


_MONTH_STEMS = (
    ("jan", "ene", "gen", "янв", "sty", "ιαν", "led", "oca", "1월"), ("feb", "fév", "fev", "фев", "lut", "φεβ", "úno", "şub"),
    ("mar", "mär", "мар", "μαρ", "bře", "maa", "mrt"), ("apr", "avr", "abr", "апр", "kwi", "απρ", "dub", "nis"),
    ("mai", "may", "mag", "мая", "май", "maj", "μαϊ", "μαΐ", "kvě", "mei"), ("jun", "juin", "giu", "июн", "cze", "ιουν", "haz"),
    ("jul", "juil", "lug", "июл", "lip", "ιουλ", "tem"), ("aug", "aoû", "ago", "авг", "sie", "αυγ", "srp", "ağu"),
    ("sep", "set", "сен", "wrz", "σεπ", "zář", "eyl"), ("okt", "oct", "out", "ott", "окт", "paź", "οκτ", "říj", "eki"),
    ("nov", "ноя", "lis", "νοε", "kas"), ("dez", "déc", "dec", "dic", "des", "дек", "gru", "δεκ", "pro", "ara"),
)  # fmt: skip
"""How the names of the months begin, by month, in the languages of the press that put the day before the month."""
_STEMS = {stem: number for number, stems in enumerate(_MONTH_STEMS, 1) for stem in sorted(stems, key=len)}
_SPELLED_DATE = re.compile(
    rf"(?<!\d)(?P<day>[0-3]?\d)(?:\.|er|º|°)?(?: de| d[ei])? (?P<month>{'|'.join(sorted(_STEMS, key=len, reverse=True))})"
    r"[^\W\d_]*\.?,?(?: de[l]?)? (?P<year>(?:19|20)\d\d)(?!\d)",
    re.IGNORECASE,
)
_DATE_LABEL = re.compile(
    r"(?:datum|date|data|fecha|дата|日期|发布(?:时间|日期)?|published(?: on)?|posted(?: on)?|first published|"
    r"veröffentlicht(?: am)?|"
    r"erschienen(?: am)?|publié le|publicado(?: el| em)?|pubblicato il|opublikowano|опубликовано|δημοσιεύθηκε)\s*[:：]?\s+\S",
    re.IGNORECASE,
)
MAX_LABELLED_CHARS = 60
EARLIEST_VISIBLE_YEAR = 1994
"""No page on the web was published before; an older date in a line near the headline is part of a story or of a time of day."""


def published(
    head: Head,
    root: etree._Element,
    url: str,
    entry: Entry | None,
    now: datetime,
    *,
    near: Sequence[str],
    reparse: Callable[[], html.HtmlElement],
) -> tuple[datetime | None, str | None]:
    """Choose when an article was published.

    Args:
        head: Meta properties and JSON-LD.
        root: The page, for `time` elements.
        url: Where it stands; a date in it is a witness of its own.
        entry: What the feed said.
        now: When the page was fetched; later claims are mistakes.
        near: Lines that may hold the date, best first.
        reparse: Gives the page as htmldate wants it; asked last of all.

    Returns:
        The moment in UTC (midnight where only the day is known) and who says so; both None where nobody does.

    """
    in_url = date_in(url, now)
    for moment, source in _claims(head, root, entry, now):
        if in_url is not None and abs(moment - in_url) > timedelta(days=400):
            continue
        return moment, source
    if in_url is not None:
        return in_url, "url"
    for line in near:
        if (found := _date_within(line, now)) is not None:
            return found, "text"
    return _searched(reparse(), url, now)


def written_date(value: str, now: datetime) -> datetime | None:
    """Read a date as machines write it, or with an English month; other languages are htmldate's.

    The general reader of `dates` tries many languages on what is no date at all: "2023-10-26T14:09:45Z EST" took it .7 s.
    """
    value = value.strip()[:MAX_DATE_CHARS]
    if match := _MACHINE_DATE.match(value):
        return date_of(match[0].strip(), now)
    if (match := _ENGLISH_DATE.search(value)) is not None:
        month = _MONTHS[(match["before"] or match["after"])[:3].lower()]
        return date_of(f"{match['year']}-{month:02}-{int(match['day_after'] or match['day_before']):02}", now)
    return None


def _date_within(line: str, now: datetime) -> datetime | None:
    """Read a date in a short line: "Updated: 3 May 2026 | 10:15", "Stand: 03.05.2026"."""
    found = _spelled_within(line, now)
    return found if found is None or found.year >= EARLIEST_VISIBLE_YEAR else None


def _spelled_within(line: str, now: datetime) -> datetime | None:
    if (match := _SPELLED_DATE.search(line)) is not None:
        return date_of(f"{match['year']}-{_STEMS[match['month'].lower()]:02}-{int(match['day']):02}", now)
    if (match := _NUMERIC_DATE.search(line)) is not None:
        return date_of(f"{match['year']}-{int(match['month']):02}-{int(match['day']):02}", now)
    if (match := _IDEOGRAPHIC_DATE.search(line)) is not None:
        return date_of(f"{match[1]}-{int(match[2]):02}-{int(match[3]):02}", now)
    if (match := _MACHINE_DATE.search(line)) is not None and match[0].isascii() and "-" in match[0]:
        return date_of(match[0].strip(), now)
    return written_date(line, now) if _ENGLISH_DATE.search(line) else None


def says_date(line: str) -> bool:
    """Tell a line that is the story's date by its own words: "Datum 28.04.2023", "Published: 3 May 2026"."""
    return len(line) <= MAX_LABELLED_CHARS and _DATE_LABEL.match(line) is not None


def modified(head: Head, published_at: datetime | None, now: datetime) -> datetime | None:
    """Choose when it was last changed; None where unknown or before publication."""
    for value in (head.statement.modified, *(head.first(name) for name in META_MODIFIED)):
        moment = written_date(value, now) if value else None
        if moment is not None and (published_at is None or moment >= published_at - timedelta(days=1)):
            return moment
    return None


def _claims(head: Head, root: etree._Element, entry: Entry | None, now: datetime) -> Iterator[tuple[datetime, str]]:
    if (value := head.statement.published) and (moment := written_date(value, now)):
        yield moment, "json-ld"
    for name in META_PUBLISHED:
        if (value := head.first(name)) and (moment := written_date(value, now)):
            yield moment, "opengraph" if name.startswith(("article:", "og:")) else "meta"
    if entry is not None and entry.published_at is not None:
        yield entry.published_at, entry.published_at_source or "feed"
    for element in root.iter("time", "abbr", "span", "meta"):
        tag = element.tag
        if tag == "time":
            value = element.get("datetime") or element.get("content")
        elif element.get("itemprop") == "datePublished":
            value = element.get("content") or element.get("datetime") or element.text
        else:
            continue
        if value and (moment := written_date(value, now)):
            yield moment, "time"


def date_in(url: str, now: datetime) -> datetime | None:
    """Read the date in a URL's path; None where there is none, or only year and month."""
    for match in _URL_DATE.finditer(url.split("?", 1)[0]):
        year, month, day = match.groups()
        number = _MONTHS.get(month.lower()) if month.isalpha() else int(month)
        if not number or not day:
            continue
        try:
            moment = datetime(int(year), number, int(day), tzinfo=UTC)
        except ValueError:
            continue
        if moment <= now + timedelta(days=2):
            return moment
    return None


def _searched(root: html.HtmlElement, url: str, now: datetime) -> tuple[datetime | None, str | None]:
    """Ask htmldate, which reads the whole page: 5-40 ms, so only where nobody else answered.

    Its extensive search is off: of 72 pages that only it dated, 13 agree with their labels, and its grammars cost 1.4 s to build.
    """
    from htmldate import find_date  # noqa: PLC0415  # 0.2 s to import, needed on 5 % of news pages

    try:
        found = find_date(root, url=url, original_date=True, extensive_search=False, max_date=now.strftime("%Y-%m-%d"))
    except (ValueError, TypeError, AttributeError, RecursionError):
        return None, None
    if not found:
        return None, None
    return datetime.fromisoformat(found).replace(tzinfo=UTC), "htmldate"
