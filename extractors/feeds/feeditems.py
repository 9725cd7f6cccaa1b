"""One RSS or Atom item, as feedparser has read it -> an entry."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from extractors.dates import date_of, offset_minutes_of
from extractors.markup import MAX_SUMMARY_CHARS, language_of, one_line, plain_text, with_absolute_links
from extractors.records import Entry
from extractors.urls import absolute_url, canonical_url

MAX_CATEGORIES: Final = 50
MAX_AUTHORS: Final = 50

MAX_TITLE_CHARS: Final = 1000
"""The longest of 3,758 titles in real feeds has 282."""

MAX_NAME_CHARS: Final = 500
"""Of a GUID, a name, a category: the longest GUID of 176 real feeds has 362."""

_EMAIL = re.compile(r"^(?P<before>[^@]*?)\s*[<(]?[^\s<>@()]+@[^\s<>@()]+[>)]?\s*(?:\((?P<after>.*)\))?$")
_IMAGE = re.compile(r"""<img\b[^>]{0,1000}?\ssrc\s*=\s*["']?([^"'\s>]{1,2000})""", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Source:
    """What an item needs to know of its feed."""

    feed_url: str
    base: str  # of relative links
    version: str  # as feedparser names formats: "rss20", "atom10", ...
    language: str | None
    now: datetime
    any_language: bool = True  # whether dates may be spelled in words


def entry_of(parsed: Mapping[str, Any], source: Source) -> Entry | None:
    """Read one item.

    Args:
        parsed: feedparser's view of it.
        source: Of the feed it stands in.

    Returns:
        The entry, still without a key; None where there is nothing in it.

    """
    item = dict(parsed)  # a FeedParserDict asked for `updated` also answers with `published`
    url, base = source.feed_url, source.base
    guid = one_line(str(item.get("id") or "")[:2000])
    link = _entry_link(item, guid, base)
    title = _title_of(item, source.version)
    content, content_base = _content_of(item)
    summary = plain_text(item.get("summary") or content, MAX_SUMMARY_CHARS)
    if not (link or guid or title or summary):
        return None
    language = language_of(item.get("title_detail", {}).get("language") or item.get("language")) or source.language
    published, date_source, offset = _published(item, source, language)
    return Entry(
        feed_url=url,
        entry_key="",
        url=link,
        canonical_url=canonical_url(link) if link else None,
        guid=guid,
        title=title,
        authors=_authors(item),
        summary=summary,
        content_html=with_absolute_links(content, content_base if content_base not in {None, base} else link or base),
        published_at=published,
        published_at_source=date_source,
        published_offset_minutes=offset,
        updated_at=date_of(item.get("updated"), source.now, language, any_language=source.any_language),
        language=language,
        categories=_categories(item.get("tags", ())),
        image_url=_image_of(item, content, link or base),
    )


def _entry_link(item: Mapping[str, Any], guid: str | None, url: str) -> str | None:
    """Choose the article's address: the original behind a feed proxy, the link, an alternate of any type, a GUID that is one."""
    links = [(str(link.get("rel", "alternate")).rpartition("/")[2], link.get("href")) for link in item.get("links", ())]
    alternates = [address for relation, address in links if relation == "alternate"]  # also spelled as an IANA address
    others = [address for relation, address in links if relation in {"related", "via", "canonical"}]
    for candidate in (item.get("feedburner_origlink"), item.get("pheedo_origlink"), item.get("link"), *alternates):
        if address := absolute_url(url, candidate):
            return address
    if guid and (address := absolute_url("", guid)):
        return address
    return next((address for link in others if (address := absolute_url(url, link))), None)


def _title_of(item: Mapping[str, Any], version: str) -> str | None:
    """Read a title; Atom says whether it is text or markup, so that `The <em> tag` stays whole."""
    title = item.get("title")
    if version == "atom10" and item.get("title_detail", {}).get("type") == "text/plain":
        return one_line(title and title[:MAX_TITLE_CHARS])
    return plain_text(title, MAX_TITLE_CHARS)


def _content_of(item: Mapping[str, Any]) -> tuple[str | None, str | None]:
    """Return the longest content and the base of its links; None where the feed has summaries only.

    A summary too long for one is a full text in the wrong element: many feeds put it into `description`.
    """
    contents = [content for content in item.get("content", ()) if content.get("value")]
    if not contents and len(item.get("summary") or "") > MAX_SUMMARY_CHARS:
        contents = [{**item.get("summary_detail", {}), "value": item["summary"]}]
    if not contents:
        return None, None
    longest = max(contents, key=lambda content: len(content["value"]))
    return str(longest["value"]), longest.get("base") or None


def _published(item: Mapping[str, Any], source: Source, language: str | None) -> tuple[datetime | None, str | None, int | None]:
    """Choose the date of publication, its element, and how far from UTC it is written.

    RSS 1.0 has dc:date alone, which feedparser files under `updated`.
    """
    updated = "feed:updated" if source.version.startswith("atom") else "feed:dc:date"
    candidates = (
        ("published", "feed:published"), ("created", "feed:created"), ("prism_publicationdate", "feed:prism:publicationDate"),
        ("updated", updated),
    )  # fmt: skip
    for name, told_by in candidates:
        if moment := date_of(item.get(name), source.now, language, any_language=source.any_language):
            return moment, told_by, offset_minutes_of(item.get(name))
    return None, None, None


def _authors(item: Mapping[str, Any]) -> tuple[str, ...]:
    """Return names as written; an address alone is no name."""
    names = [author.get("name") for author in item.get("authors", ())[:MAX_AUTHORS]]
    if not any(names) or (len(names) == 1 and "@" in str(item.get("author", ""))):
        names = [item.get("author")]  # feedparser takes an address apart at the fourth letter of its top-level domain
    return tuple(dict.fromkeys(name for raw in names if (name := _name(plain_text(raw, MAX_NAME_CHARS)))))


def _name(written: str | None) -> str | None:
    address = _EMAIL.match(written or "")
    return one_line(address.group("after") or address.group("before")) if address else written


def _categories(tags: Iterable[Mapping[str, Any]]) -> tuple[str, ...]:
    names = [
        plain_text(tag.get("label") or tag.get("term"), MAX_NAME_CHARS)
        for tag, _ in zip(tags, range(MAX_CATEGORIES), strict=False)
    ]
    return tuple(dict.fromkeys(name for name in names if name))


def _image_of(item: Mapping[str, Any], content: str | None, url: str) -> str | None:
    """Choose a picture: Media RSS, an enclosure, iTunes, the first one in the text."""
    media = [medium for medium in item.get("media_content", ()) if _is_image(medium)]
    enclosures = [link for link in item.get("links", ()) if link.get("rel") == "enclosure" and _is_image(link)]
    shown = _IMAGE.search(content or item.get("summary") or "")
    found = [
        *(medium.get("url") for medium in [*media, *item.get("media_thumbnail", ())]),
        *(link.get("href") for link in enclosures),
        (item.get("image") or {}).get("href"),
        shown.group(1) if shown else None,
    ]
    return next((address for link in found if (address := absolute_url(url, link))), None)


def _is_image(medium: Mapping[str, Any]) -> bool:
    kind, address = str(medium.get("type", "")), str(medium.get("url") or medium.get("href") or "")
    return (
        medium.get("medium") == "image"
        or kind.startswith("image/")
        or bool(re.search(r"\.(?:jpe?g|png|webp|gif|avif)(?:\?|$)", address))
    )
