"""The dates that a page, its URL and its feed claim in, when the story was published and last changed out, with witnesses."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone

from lxml import etree, html

from extractors.pages.heads import Head
from extractors.pages.written import (
    MAX_DATE_CHARS,
    MAX_LABEL_CHARS,
    MONTHS,
    date_opening,
    date_within,
    says_changed,
    vague_date_in,
    written_date,
)
from extractors.records import Entry
from extractors.urls import host_of

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

_URL_DATE = re.compile(
    r"(?<!\d)((?:19|20)\d\d)(?:[/_-]?([01]\d)[/_-]?([0-3]\d)?|[/_-]([a-z]{3})[/_-]([0-3]\d))(?!\d)", re.IGNORECASE
)
_URL_SHORT_DATE = re.compile(r"/((?:19|20)\d\d)/(\d{1,2})/(\d{1,2})(?=/|$)")
_URL_MONTH_AND_SLUG = re.compile(r"/(?:19|20)(\d\d)/([01]\d)/(?:[a-z-]+/)?\1\2([0-3]\d)(?=[-_/])")
"""Year and month, and a slug that says both again with the day: /2015/08/150803-..."""
_URL_DAY_FIRST = re.compile(r"(?<!\d)([0-3]\d)-([01]\d)-((?:19|20)\d\d)(?!\d)")
_COMMENT = re.compile(
    r"(?<![a-z])(?:comment|kommentar)(?:s|e|[-_ ]?(?:list|body|item|content|meta|metadata|author|wrapper|thread))?(?![a-z])"
)
_NOTHING = etree.Element("html")
COMMENT_DEPTH = 5
COUNTRY_CODE_CHARS = 2
_NO_COUNTRIES = frozenset({"us", "tv", "io", "co", "me", "ai", "ly", "fm", "to", "cc"})
"""Domains of two letters that are used like others, and the one of those who put the month first."""
YEARS_IN_CENTURY, MONTHS_IN_YEAR = 100, 12
CHANGED_WITHIN = 3
"""Lines from one that says when a story was changed, among which another says when it appeared."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A moment in UTC, who says so, and how it is written there, with an offset perhaps."""

    moment: datetime
    source: str
    written: str = ""


def published(
    head: Head,
    root: etree._Element,
    url: str,
    entry: Entry | None,
    now: datetime,
    *,
    near: Sequence[str],
    paragraphs: Sequence[str] = (),
    reparse: Callable[[], html.HtmlElement],
) -> Claim | None:
    """Choose when an article was published.

    Args:
        head: Meta properties and JSON-LD.
        root: The page, for `time` elements.
        url: Where it stands; a date in it is a witness of its own.
        entry: What the feed said.
        now: When the page was fetched; later claims are mistakes.
        near: Lines that may hold the date, best first.
        paragraphs: The first of the story, which may begin with it.
        reparse: Gives the page as htmldate wants it; asked last of all.

    Returns:
        The moment in UTC (midnight where only the day is known) and who says so; None where nobody does.

    """
    in_url = date_in(url, now)
    for claim in claims(head, root, entry, now):
        if in_url is not None and abs(claim.moment - in_url) > timedelta(days=400):
            continue
        return _before_change(claim, head, now)
    if in_url is not None:
        return Claim(in_url, "url")
    return (
        _written_near(near, now)
        or _opening_with(paragraphs, now)
        or _vaguely_near(near, now, month_first=puts_month_first(head.language, url))
        or _searched(reparse(), url, now)
    )


def puts_month_first(language: str | None, url: str) -> bool:
    """Tell who writes "12/31/2026": English pages that are not under a country's domain."""
    code, domain = (language or "en").lower().replace("_", "-"), host_of(url).rpartition(".")[2]
    return code in {"en", "en-us"} and (len(domain) != COUNTRY_CODE_CHARS or domain in _NO_COUNTRIES)


def _vaguely_near(near: Sequence[str], now: datetime, *, month_first: bool) -> Claim | None:
    """Return the first date of two readings that a line shows, unless the line is of a change."""
    read = ((line, found) for line in near if (found := vague_date_in(line, now, month_first=month_first)) is not None)
    return next((Claim(found, "text", line) for line, found in read if not says_changed(line)), None)


def _before_change(claim: Claim, head: Head, now: datetime) -> Claim:
    """Return an earlier property where this one is the moment of the last change.

    Where JSON-LD and OpenGraph tell of both, an earlier date is that of the draft.
    """
    changed = modified(head, claim.moment, now) if claim.source == "meta" else None
    if changed is None or changed.moment != claim.moment:
        return claim
    known = itertools.takewhile(lambda other: other.source in {"json-ld", "opengraph", "meta"}, claims(head, _NOTHING, None, now))
    return next((other for other in known if other.source == "meta" and other.moment < claim.moment), claim)


def _written_near(near: Sequence[str], now: datetime) -> Claim | None:
    """Return the first date that the lines show; another close by if that one is of a change."""
    dated = ((i, line, found) for i, line in enumerate(near) if (found := date_within(line, now)) is not None)
    changed: Claim | None = None
    since = 0
    for i, line, found in dated:
        if changed is not None and i - since > CHANGED_WITHIN:
            break
        if not says_changed(line) and (i == 0 or not _is_label(near[i - 1]) or not says_changed(near[i - 1])):
            return Claim(found, "text", line)
        if changed is None:
            changed, since = Claim(found, "text", line), i
    return changed


def _opening_with(paragraphs: Iterable[str], now: datetime) -> Claim | None:
    return next((Claim(found, "text", text[:MAX_DATE_CHARS]) for text in paragraphs if (found := date_opening(text, now))), None)


def _is_label(line: str) -> bool:
    return len(line) <= MAX_LABEL_CHARS and not any(char.isdigit() for char in line)


def modified(head: Head, published_at: datetime | None, now: datetime) -> Claim | None:
    """Choose when it was last changed; None where unknown or before publication."""
    for value in (head.statement.modified, *(head.first(name) for name in META_MODIFIED)):
        moment = written_date(value, now) if value else None
        if value and moment is not None and (published_at is None or moment >= published_at - timedelta(days=1)):
            return Claim(moment, "", value)
    return None


def claims(head: Head, root: etree._Element, entry: Entry | None, now: datetime) -> Iterator[Claim]:
    """Yield when each witness says that the article was published, the best first."""
    if (value := head.statement.published) and (moment := written_date(value, now)):
        yield Claim(moment, "json-ld", value)
    for name in META_PUBLISHED:
        if (value := head.first(name)) and (moment := written_date(value, now)):
            yield Claim(moment, "opengraph" if name.startswith(("article:", "og:")) else "meta", value)
    if entry is not None and entry.published_at is not None:
        own_zone = timezone(timedelta(minutes=entry.published_offset_minutes or 0))
        written = entry.published_at.astimezone(own_zone).isoformat() if entry.published_offset_minutes else ""
        yield Claim(entry.published_at, entry.published_at_source or "feed", written)
    for element in root.iter("time", "abbr", "span", "meta"):
        tag = element.tag
        if tag == "time":
            value = element.get("datetime") or element.get("content")
        elif element.get("itemprop") == "datePublished":
            value = element.get("content") or element.get("datetime") or element.text
        else:
            continue
        if value and (moment := written_date(value, now)) and not _in_comments(element):
            yield Claim(moment, "time", value)


def _in_comments(element: etree._Element) -> bool:
    """Tell when somebody commented from when the story appeared."""
    around = itertools.islice(element.iterancestors(), COMMENT_DEPTH)
    return any(
        _COMMENT.search(f"{e.get('class')} {e.get('id')}") for e in around if e.tag not in {"html", "body", "main", "article"}
    )


def date_in(url: str, now: datetime) -> datetime | None:
    """Read the date in a URL's path; None where there is none, or only year and month."""
    path = url.split("?", 1)[0]
    for pattern in (_URL_SHORT_DATE, _URL_MONTH_AND_SLUG):
        if match := pattern.search(path):
            year, month, day = map(int, match.groups())
            if found := _past(year if year > YEARS_IN_CENTURY else 2000 + year, month, day, now):
                return found
    for match in _URL_DAY_FIRST.finditer(path):
        if (int(match[1]) > MONTHS_IN_YEAR or match[1] == match[2]) and (  # else it may be the month
            found := _past(int(match[3]), int(match[2]), int(match[1]), now)
        ):
            return found
    for match in _URL_DATE.finditer(path):
        written, number, of_month, name, day_behind = match.groups()
        in_year = MONTHS.get(name.lower()) if name else int(number)
        if in_year and (of_month or day_behind) and (found := _past(int(written), in_year, int(of_month or day_behind), now)):
            return found
    return None


def _past(year: int, month: int, day: int, now: datetime) -> datetime | None:
    try:
        moment = datetime(year, month, day, tzinfo=UTC)
    except ValueError:
        return None
    return moment if moment <= now + timedelta(days=2) else None


def _searched(root: html.HtmlElement, url: str, now: datetime) -> Claim | None:
    """Ask htmldate, which reads the whole page: 5-40 ms, so only where nobody else answered.

    Its extensive search is off: of 72 pages that only it dated, 13 agree with their labels, and its grammars cost 1.4 s to build.
    """
    from htmldate import find_date  # noqa: PLC0415  # 0.2 s to import, needed on 5 % of news pages

    try:
        found = find_date(root, url=url, original_date=True, extensive_search=False, max_date=now.strftime("%Y-%m-%d"))
    except (ValueError, TypeError, AttributeError, RecursionError):
        return None
    if not found:
        return None
    return Claim(datetime.fromisoformat(found).replace(tzinfo=UTC), "htmldate")
