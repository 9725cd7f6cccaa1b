"""The body of a feed, of any format -> its facts and its entries, in document order.

RSS 0.9x, 1.0 (RDF), 2.0, Atom, CDF go through feedparser; JSON Feed and sitemaps have modules of their own. What must not happen
here: a fetch, an expansion of entities, a lost entry, any error but FeedUnreadable.
"""

from __future__ import annotations

import codecs
import gzip
import io
import re
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Final
from xml.sax import SAXException  # the class alone: nothing is parsed with it here

import feedparser

from extractors.dates import date_of
from extractors.discovery import discover
from extractors.errors import FeedUnreadable
from extractors.feedexcess import without_excess
from extractors.hints import hints_of
from extractors.identity import keyed
from extractors.jsonfeed import read_json_feed
from extractors.markup import MAX_SUMMARY_CHARS, language_of, one_line, plain_text, with_absolute_links
from extractors.records import Entry, ParsedFeed
from extractors.sitemaps import IS_SITEMAP, read_sitemap
from extractors.urls import absolute_url, canonical_url

__all__ = ["MAX_FEED_BYTES", "discover", "parse_feed"]

MAX_FEED_BYTES: Final = 64 * 1024 * 1024
"""Above any real feed (fetching stops at 15 MiB) and above the 50 MB that the sitemap protocol allows a file."""

MAX_CATEGORIES: Final = 50
MAX_AUTHORS: Final = 50

MAX_TITLE_CHARS: Final = 1000
"""The longest real titles are court cases and papers, of about 500 characters."""

MAX_NAME_CHARS: Final = 500
"""Of a GUID, a name, a category: longer ones are texts in the wrong place."""

_HEAD_BYTES: Final = 65536
_IS_FEED = re.compile(rb"<(?:[A-Za-z_][\w.-]*:)?(?:rss|feed|rdf|channel)[\s>]", re.IGNORECASE)
# Without doubt a feed, also inside the page that a blog engine wraps around all it serves.
_IS_WRAPPED_FEED = re.compile(
    rb"<feed\s[^<>]{0,500}\bxmlns\s*=\s*[\"']http://www\.w3\.org/2005/Atom|<rss\s[^<>]{0,2000}\bversion\s*="
)
_IS_HTML = re.compile(rb"<(?:!doctype\s+html|html)[\s>]", re.IGNORECASE)
_EMAIL = re.compile(r"^\s*<?[^\s<>@()]+@[^\s<>@()]+>?\s*(?:\((.*)\))?\s*$")
_IMAGE = re.compile(r"""<img\b[^>]{0,1000}?\ssrc\s*=\s*["']?([^"'\s>]{1,2000})""", re.IGNORECASE)
_BOMS: Final = (
    (codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32"), (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"),
)  # fmt: skip


def parse_feed(body: bytes, content_type: str | None, url: str, now: datetime) -> ParsedFeed:
    """Read a feed of any format.

    Args:
        body: As fetched; gzip inside (`sitemap.xml.gz`) is unpacked.
        content_type: As the server says, with its charset if any. Only a hint: half the feeds come under a wrong one.
        url: Where it was fetched: the feed's identity, and the base of relative links.
        now: For the plausibility of dates.

    Returns:
        The feed; `entries` in document order, keyed (see `identity`), possibly none. `warnings` says what was wrong with a
        document that could be read all the same.

    Raises:
        FeedUnreadable: Empty, too big, no feed at all, or broken before the first entry.

    """
    document = _unpacked(body, url)
    head = _head(document)
    sitemap = IS_SITEMAP.search(head)
    if sitemap and not _IS_FEED.search(head[: sitemap.start()]):
        parsed = read_sitemap(document.lstrip(), url, now)
    elif head.startswith((b"{", b"[")):
        parsed = read_json_feed(_text(document), url, now)
    else:
        parsed = _read_xml(document, head, content_type, url, now)
    return replace(parsed, entries=tuple(keyed(parsed.entries, parsed.site_url)))


def _unpacked(body: bytes, url: str) -> bytes:
    if body.startswith(b"\x1f\x8b"):
        try:
            with gzip.open(io.BytesIO(body)) as packed:
                body = packed.read(MAX_FEED_BYTES + 1)
        except (OSError, EOFError, zlib.error) as error:
            raise FeedUnreadable(url, f"broken gzip: {error}") from error
    if len(body) > MAX_FEED_BYTES:
        raise FeedUnreadable(url, f"larger than {MAX_FEED_BYTES} bytes")
    if not body.strip(b" \t\r\n\x00\xef\xbb\xbf"):
        raise FeedUnreadable(url, "empty")
    return body


def _head(document: bytes) -> bytes:
    """Return the beginning as ASCII-compatible bytes, without byte order mark and whitespace, to look at."""
    head = document[:_HEAD_BYTES]
    for mark, encoding in _BOMS:
        if head.startswith(mark):
            head = head.decode(encoding, "replace").encode()
            break
    return head.lstrip()


def _text(document: bytes) -> str:
    encoding = next((encoding for mark, encoding in _BOMS if document.startswith(mark)), "utf-8")
    return document.decode(encoding, "replace")


def _read_xml(document: bytes, head: bytes, content_type: str | None, url: str, now: datetime) -> ParsedFeed:
    feed = _IS_FEED.search(head)
    if _IS_WRAPPED_FEED.search(head) is None and _is_page(head[: feed.start()] if feed else head, is_feed=feed is not None):
        raise FeedUnreadable(url, "an HTML page, not a feed")
    if b"<" not in head:
        raise FeedUnreadable(url, "neither XML nor JSON")
    document, trimmed = without_excess(document, url)
    result = _feedparsed(document, content_type, url)
    if not result.get("version") and not result.entries:
        raise FeedUnreadable(url, f"no feed format we know{_reason(result)}")
    parsed = _feed_of(result, document, url, now)
    return replace(parsed, warnings=(*parsed.warnings, "far too many categories: left out")) if trimmed else parsed


def _is_page(head: bytes, *, is_feed: bool) -> bool:
    """Tell an HTML page. A feed may stand under an HTML doctype, or hold HTML, but nothing of HTML stands around it."""
    return b"<html" in head.lower() if is_feed else _IS_HTML.search(head) is not None


def _feedparsed(document: bytes, content_type: str | None, url: str) -> feedparser.FeedParserDict:
    """Run feedparser without sanitising and without resolving links inside HTML, which cost more than half of its time.

    Both are ours to do: texts become plain anyway, and only the markup that has relative links is resolved.
    """
    charset = re.search(r"charset\s*=\s*[\"']?([\w.:-]+)", content_type or "", re.IGNORECASE)
    declared = f"; charset={charset.group(1)}" if charset else ""
    headers = {"content-location": url, "content-type": f"application/xml{declared}"}  # text/xml would mean US-ASCII (RFC 3023)
    try:
        return feedparser.parse(
            io.BytesIO(document.lstrip()), response_headers=headers, sanitize_html=False, resolve_relative_uris=False
        )
    except Exception as error:  # a foreign border: feedparser raises what its mixins make it raise
        raise FeedUnreadable(url, f"feedparser: {type(error).__name__}: {error}") from error


def _reason(result: feedparser.FeedParserDict) -> str:
    return f": {str(result.bozo_exception)[:200]}" if result.get("bozo_exception") else ""


def _feed_of(result: feedparser.FeedParserDict, document: bytes, url: str, now: datetime) -> ParsedFeed:
    facts = result.feed
    language = language_of(facts.get("language"))
    entries = [_entry_of(dict(item), result.version, url, language, now) for item in result.entries]
    kept = tuple(entry for entry in entries if entry is not None)
    warnings = [f"malformed{_reason(result)}"] if isinstance(result.get("bozo_exception"), SAXException) else []
    if len(kept) < len(entries):
        warnings.append(f"{len(entries) - len(kept)} entries without any content")
    return ParsedFeed(
        format=result.version or "unknown",
        entries=kept,
        title=plain_text(facts.get("title")),
        site_url=absolute_url(url, facts.get("link")),
        language=language,
        hints=hints_of(facts, document),
        hub_url=_link(facts, "hub", url),
        self_url=_link(facts, "self", url),
        warnings=tuple(warnings),
    )


def _link(facts: Mapping[str, Any], relation: str, url: str) -> str | None:
    for link in facts.get("links", ()):
        if relation in str(link.get("rel", "")).lower().split():
            return absolute_url(url, link.get("href"))
    return None


def _entry_of(item: dict[str, Any], version: str, url: str, feed_language: str | None, now: datetime) -> Entry | None:
    """Turn an item into an entry. A plain dict, since a FeedParserDict asked for `updated` also answers with `published`."""
    guid = one_line(str(item.get("id") or "")[:2000])
    link = _entry_link(item, guid, url)
    title = _title_of(item, version)
    content, base = _content_of(item)
    summary = plain_text(item.get("summary") or content, MAX_SUMMARY_CHARS)
    if not (link or guid or title or summary):
        return None
    language = language_of(item.get("title_detail", {}).get("language") or item.get("language")) or feed_language
    published, source = _published(item, version, now, language)
    return Entry(
        feed_url=url,
        entry_key="",
        url=link,
        canonical_url=canonical_url(link) if link else None,
        guid=guid,
        title=title,
        authors=_authors(item),
        summary=summary,
        content_html=with_absolute_links(content, base or link or url),
        published_at=published,
        published_at_source=source,
        updated_at=date_of(item.get("updated"), now, language),
        language=language,
        categories=_categories(item.get("tags", ())),
        image_url=_image_of(item, content, url),
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
    if version.startswith("atom") and item.get("title_detail", {}).get("type") == "text/plain":
        return one_line(title and title[:MAX_TITLE_CHARS])
    return plain_text(title, MAX_TITLE_CHARS)


def _content_of(item: Mapping[str, Any]) -> tuple[str | None, str | None]:
    """Return the longest content and the base of its links; None where the feed has summaries only."""
    contents = [content for content in item.get("content", ()) if content.get("value")]
    if not contents:
        return None, None
    longest = max(contents, key=lambda content: len(content["value"]))
    return str(longest["value"]), longest.get("base") or None


def _published(item: Mapping[str, Any], version: str, now: datetime, language: str | None) -> tuple[datetime | None, str | None]:
    """Choose the date of publication and name its element. RSS 1.0 has dc:date alone, which feedparser files under `updated`."""
    updated = "feed:updated" if version.startswith("atom") else "feed:dc:date"
    candidates = (
        ("published", "feed:published"), ("created", "feed:created"), ("prism_publicationdate", "feed:prism:publicationDate"),
        ("updated", updated),
    )  # fmt: skip
    for name, source in candidates:
        if moment := date_of(item.get(name), now, language):
            return moment, source
    return None, None


def _authors(item: Mapping[str, Any]) -> tuple[str, ...]:
    """Return names as written; an address alone is no name."""
    names = [author.get("name") for author in item.get("authors", ())[:MAX_AUTHORS]]
    if not any(names):
        names = [item.get("author")]
    return tuple(dict.fromkeys(name for raw in names if (name := _name(plain_text(raw, MAX_NAME_CHARS)))))


def _name(written: str | None) -> str | None:
    address = _EMAIL.match(written or "")
    return one_line(address.group(1)) if address else written


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
