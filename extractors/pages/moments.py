"""The dates that a page, its URL and its feed claim in, one moment and its witness out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from lxml import etree

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
SUSPICIOUS = timedelta(days=3)
"""A claim further than this before the date in the URL is of something else (the site's template, a related story)."""


def published(
    head: Head, root: etree._Element, url: str, entry: Entry | None, now: datetime
) -> tuple[datetime | None, str | None]:
    """Choose when an article was published.

    Args:
        head: Meta properties and JSON-LD.
        root: The page, for `time` elements and, last of all, htmldate.
        url: Where it stands; a date in it is a witness of its own.
        entry: What the feed said.
        now: When the page was fetched; later claims are mistakes.

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
    return _searched(root, url, now)


def modified(head: Head, published_at: datetime | None, now: datetime) -> datetime | None:
    """Choose when it was last changed; None where unknown or before publication."""
    for value in (head.statement.modified, *(head.first(name) for name in META_MODIFIED)):
        moment = date_of(value, now) if value else None
        if moment is not None and (published_at is None or moment >= published_at - timedelta(days=1)):
            return moment
    return None


def _claims(head: Head, root: etree._Element, entry: Entry | None, now: datetime) -> Iterator[tuple[datetime, str]]:
    if (value := head.statement.published) and (moment := date_of(value, now)):
        yield moment, "json-ld"
    for name in META_PUBLISHED:
        if (value := head.first(name)) and (moment := date_of(value, now)):
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
        if value and (moment := date_of(value, now)):
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


def _searched(root: etree._Element, url: str, now: datetime) -> tuple[datetime | None, str | None]:
    """Ask htmldate, which reads the whole page: 5-40 ms, so only where nobody else answered."""
    from htmldate import find_date  # noqa: PLC0415  # 0.2 s to import, needed on 5 % of pages

    try:
        found = find_date(root, url=url, original_date=True, extensive_search=True, max_date=now.strftime("%Y-%m-%d"))
    except (ValueError, TypeError, AttributeError, RecursionError):
        return None, None
    if not found:
        return None, None
    return datetime.fromisoformat(found).replace(tzinfo=UTC), "htmldate"
