"""A sitemap (sitemaps.org 0.9, Google News, Google Images) or an index of sitemaps -> its entries or addresses."""

from __future__ import annotations

import io
import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from typing import Final

from lxml import etree

from extractors.dates import date_of, offset_minutes_of
from extractors.errors import FeedUnreadable
from extractors.markup import language_of, plain_text
from extractors.records import Entry, ParsedFeed
from extractors.urls import absolute_url, canonical_url

IS_SITEMAP = re.compile(rb"<(?:[A-Za-z_][\w.-]*:)?(urlset|sitemapindex)[\s>]")

MAX_SITEMAP_URLS: Final = 50_000
"""The protocol's own limit for one file; the rest of a longer one is left, with a warning."""

MAX_CATEGORIES: Final = 50


def read_sitemap(body: bytes, url: str, now: datetime) -> ParsedFeed:
    """Read a sitemap or a sitemap index.

    Args:
        body: XML, already decompressed. One cut short yields what stands before the cut.
        url: Where it was fetched.
        now: For the plausibility of dates.

    Returns:
        Format `news_sitemap` where entries bear news tags, else `sitemap`; for an index `sitemap_index`, whose `sitemap_urls`
        are in document order and whose entries are empty.

    Raises:
        FeedUnreadable: Broken before the first address.

    """
    warnings: list[str] = []
    found: list[tuple[str, dict[str, list[str]]]] = []
    for tag, values in _blocks(body, warnings):
        if len(found) >= MAX_SITEMAP_URLS:
            warnings.append(f"more than {MAX_SITEMAP_URLS} addresses: the rest is left")
            break
        found.append((tag, values))
    if not found and warnings:
        raise FeedUnreadable(url, f"sitemap: {warnings[0]}")
    maps = [absolute_url(url, _first(values, "loc")) for tag, values in found if tag == "sitemap"]
    entries = [_entry_of(values, url, now) for tag, values in found if tag == "url"]
    is_index = IS_SITEMAP.search(body[:65536])
    return ParsedFeed(
        format=_format_of(is_index is not None and is_index.group(1) == b"sitemapindex", [values for _, values in found]),
        entries=tuple(entry for entry in entries if entry is not None),
        title=next((name for _, values in found if (name := plain_text(_first(values, "news:name")))), None),
        language=next((entry.language for entry in entries if entry and entry.language), None),
        sitemap_urls=tuple(dict.fromkeys(address for address in maps if address)),
        warnings=tuple(warnings),
    )


def _format_of(is_index: bool, blocks: list[dict[str, list[str]]]) -> str:
    if is_index:
        return "sitemap_index"
    return "news_sitemap" if any("news:title" in block or "news:publication_date" in block for block in blocks) else "sitemap"


def _blocks(body: bytes, warnings: list[str]) -> Iterator[tuple[str, dict[str, list[str]]]]:
    """Yield every `url` and `sitemap` element: its tag and the texts inside it. Entities stay unexpanded, nothing is fetched."""
    reader = etree.iterparse(
        io.BytesIO(body), events=("end",), tag=("{*}url", "{*}sitemap"), resolve_entities=False, no_network=True, recover=True
    )
    try:
        for _, element in reader:
            yield str(element.tag).rpartition("}")[2], _values(element)
            element.clear()
            parent = element.getparent()  # none where recovery made the element the root
            while parent is not None and element.getprevious() is not None:
                del parent[0]
    except etree.LxmlError as error:
        warnings.append(f"malformed XML: {error}")
        return
    faults = reader.error_log
    if faults:
        warnings.append(f"malformed XML: {faults[0].message} (line {faults[0].line})")


def _values(element: etree._Element) -> dict[str, list[str]]:
    """Collect the texts of one block by name; `news:` and `image:` are told by their namespace's words, whatever the prefix."""
    values: dict[str, list[str]] = defaultdict(list)
    for child in element.iterdescendants():
        if isinstance(child.tag, str) and child.text and child.text.strip():  # type: ignore[redundant-expr]  # a comment's tag is none
            space, _, local = child.tag.lower().rpartition("}")  # no QName: what recovery leaves, such as <:>, is no name to it
            declared, _, name = local.rpartition(":")
            prefix = next((word for word in ("news:", "image:", "video:") if word[:-1] in f"{space}{declared}"), "")
            values[prefix + name].append(child.text.strip())
    return values


def _entry_of(values: dict[str, list[str]], url: str, now: datetime) -> Entry | None:
    link = absolute_url(url, _first(values, "loc"))
    if link is None:
        return None
    language = language_of(_first(values, "news:language"))
    published = date_of(_first(values, "news:publication_date"), now, language)
    words = (_first(values, "news:keywords") or "").split(",")
    return Entry(
        feed_url=url,
        entry_key="",
        url=link,
        canonical_url=canonical_url(link),
        title=plain_text(_first(values, "news:title")),
        published_at=published,
        published_at_source="sitemap:news" if published else None,
        published_offset_minutes=offset_minutes_of(_first(values, "news:publication_date")),
        updated_at=date_of(_first(values, "lastmod"), now, language),
        language=language,
        categories=tuple(dict.fromkeys(word for part in words[:MAX_CATEGORIES] if (word := plain_text(part)))),
        image_url=absolute_url(url, _first(values, "image:loc")),
    )


def _first(values: dict[str, list[str]], name: str) -> str | None:
    return values[name][0] if name in values else None
