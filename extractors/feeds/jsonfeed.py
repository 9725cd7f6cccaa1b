"""A JSON Feed document (1.0, 1.1) -> its facts and entries. Source: https://www.jsonfeed.org/version/1.1/."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

from extractors.dates import date_of, offset_minutes_of
from extractors.errors import FeedUnreadable
from extractors.markup import MAX_SUMMARY_CHARS, language_of, one_line, plain_text, with_absolute_links
from extractors.records import Entry, ParsedFeed
from extractors.urls import absolute_url, canonical_url

MAX_CATEGORIES: Final = 50


def read_json_feed(text: str, url: str, now: datetime) -> ParsedFeed:
    """Read a JSON Feed.

    Args:
        text: The decoded document; one cut short yields the items before the cut.
        url: Where it was fetched; relative links count from there.
        now: For the plausibility of dates.

    Raises:
        FeedUnreadable: No JSON, or JSON that is no feed.

    """
    document, warnings = _document(text, url)
    items = document.get("items")
    if not isinstance(items, list):
        raise FeedUnreadable(url, "JSON without a list of items is no JSON Feed")
    language = language_of(_text(document.get("language")))
    entries = [_entry_of(item, url, language, document, now) for item in items if isinstance(item, dict)]
    kept = tuple(entry for entry in entries if entry is not None)
    if len(kept) < len(items):
        warnings = (*warnings, f"{len(items) - len(kept)} items without any content")
    return ParsedFeed(
        format="jsonfeed",
        entries=kept,
        title=one_line(_text(document.get("title"))),
        site_url=absolute_url(url, _text(document.get("home_page_url"))),
        language=language,
        hub_url=next(_hubs(document, url), None),
        self_url=absolute_url(url, _text(document.get("feed_url"))),
        warnings=warnings,
    )


def _document(text: str, url: str) -> tuple[dict[str, Any], tuple[str, ...]]:
    try:
        document = json.loads(text, strict=False)
    except RecursionError as error:
        raise FeedUnreadable(url, "JSON nested too deeply") from error
    except ValueError as error:
        rescued = _rescued(text)
        if rescued is None:
            raise FeedUnreadable(url, f"neither XML nor JSON: {error}") from error
        return rescued, (f"malformed JSON, read up to the fault: {error}",)
    if not isinstance(document, dict):
        raise FeedUnreadable(url, "JSON that is no object is no JSON Feed")
    return document, ()


def _rescued(text: str) -> dict[str, Any] | None:
    """Read the whole items of a document that was cut short."""
    start = re.search(r'"items"\s*:\s*\[', text)
    if start is None or "jsonfeed.org" not in text[:4096]:
        return None
    decoder, position, items = json.JSONDecoder(strict=False), start.end(), []
    while True:
        position = _after_space(text, position)
        try:
            item, position = decoder.raw_decode(text, position)
        except (ValueError, RecursionError):
            break
        items.append(item)
    head = dict(re.findall(r'"(title|home_page_url|feed_url|language)"\s*:\s*"([^"\\]*)"', text[: start.start()]))
    return {**head, "items": items} if items else None


def _after_space(text: str, position: int) -> int:
    while position < len(text) and text[position] in " \t\r\n,":
        position += 1
    return position


def _entry_of(item: dict[str, Any], url: str, language: str | None, document: dict[str, Any], now: datetime) -> Entry | None:
    link = absolute_url(url, _text(item.get("url")) or _text(item.get("external_url")))
    guid = _text(item.get("id"))
    link = link or absolute_url("", guid)
    markup = with_absolute_links(_text(item.get("content_html")), link or url)
    summary = plain_text(_text(item.get("summary")) or _text(item.get("content_text")) or markup, MAX_SUMMARY_CHARS)
    title = plain_text(_text(item.get("title")), 1000)
    if not (link or guid or title or summary):
        return None
    tongue = language_of(_text(item.get("language"))) or language
    published = date_of(_text(item.get("date_published")), now, tongue)
    updated = date_of(_text(item.get("date_modified")), now, tongue)
    return Entry(
        feed_url=url,
        entry_key="",
        url=link,
        canonical_url=canonical_url(link) if link else None,
        guid=guid,
        title=title,
        authors=_authors(item) or _authors(document),
        summary=summary,
        content_html=markup,
        published_at=published or updated,
        published_at_source=(published and "feed:date_published") or (updated and "feed:date_modified") or None,
        published_offset_minutes=offset_minutes_of(_text(item.get("date_published" if published else "date_modified"))),
        updated_at=updated,
        language=tongue,
        categories=_categories(item.get("tags")),
        image_url=absolute_url(url, _text(item.get("image")) or _text(item.get("banner_image"))),
    )


def _text(value: Any) -> str | None:
    """Return a string as it is, a number as one (ids often are), and nothing else."""
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        return None
    return str(value) or None


def _authors(holder: dict[str, Any]) -> tuple[str, ...]:
    """Return names: `authors` of 1.1, `author` of 1.0."""
    listed = holder.get("authors")
    people = [*(listed if isinstance(listed, list) else []), holder.get("author")]
    names = [plain_text(_text(person.get("name"))) for person in people if isinstance(person, dict)]
    return tuple(dict.fromkeys(name for name in names if name))


def _categories(tags: Any) -> tuple[str, ...]:
    names = [plain_text(_text(tag)) for tag in tags[:MAX_CATEGORIES]] if isinstance(tags, list) else []
    return tuple(dict.fromkeys(name for name in names if name))


def _hubs(document: dict[str, Any], url: str) -> Iterator[str]:
    """Yield WebSub hubs, the only type of hub with a real-time meaning for us."""
    hubs = document.get("hubs")
    for hub in hubs if isinstance(hubs, list) else []:
        if isinstance(hub, dict) and str(hub.get("type", "")).lower() in {"websub", "pubsubhubbub"}:
            address = absolute_url(url, _text(hub.get("url")))
            if address:
                yield address
