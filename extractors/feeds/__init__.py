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
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Final
from xml.sax import SAXException  # the class alone: nothing is parsed with it here

import feedparser

from extractors.errors import FeedUnreadable
from extractors.feeds.discovery import discover
from extractors.feeds.feedexcess import without_excess
from extractors.feeds.feeditems import Source, entry_of
from extractors.feeds.hints import hints_of
from extractors.feeds.identity import keyed
from extractors.feeds.jsonfeed import read_json_feed
from extractors.feeds.sitemaps import IS_SITEMAP, read_sitemap
from extractors.markup import language_of, plain_text
from extractors.records import ParsedFeed
from extractors.urls import absolute_url

__all__ = ["MAX_FEED_BYTES", "discover", "parse_feed"]

MAX_FEED_BYTES: Final = 64 * 1024 * 1024
"""Above any real feed (fetching stops at 15 MiB) and above the 50 MB that the sitemap protocol allows a file."""

MAX_SPELLED_DATES: Final = 2000
"""Entries of a feed whose dates may need a language, at up to 5 ms each. The longest of 176 real feeds has 300."""

_HEAD_BYTES: Final = 65536
_IS_FEED = re.compile(rb"<(?:[A-Za-z_][\w.-]*:)?(?:rss|feed|rdf|channel)[\s>]", re.IGNORECASE)
# Without doubt a feed, also inside the page that a blog engine wraps around all it serves.
_IS_WRAPPED_FEED = re.compile(
    rb"<feed\s[^<>]{0,500}\bxmlns\s*=\s*[\"']http://www\.w3\.org/2005/Atom|<rss\s[^<>]{0,2000}\bversion\s*="
)
_IS_HTML = re.compile(rb"<(?:!doctype\s+html|html)[\s>]", re.IGNORECASE)
_CHANNEL_LINK = re.compile(
    rb"<channel\b.{0,8000}?<link>\s*(?:<!\[CDATA\[)?\s*(https?://[^\s<\]]{1,2000})", re.IGNORECASE | re.DOTALL
)
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
    try:
        parsed = _parsed(document, head, content_type, url, now)
    except UnicodeDecodeError as error:  # half a surrogate pair in a name of XML: libxml2 takes it, and lxml cannot give it back
        raise FeedUnreadable(url, f"holds what is no character: {error.reason}") from error
    return replace(parsed, entries=tuple(keyed(parsed.entries, parsed.site_url)))


def _parsed(document: bytes, head: bytes, content_type: str | None, url: str, now: datetime) -> ParsedFeed:
    sitemap = IS_SITEMAP.search(head)
    if sitemap and not _IS_FEED.search(head[: sitemap.start()]):
        return read_sitemap(document.lstrip(), url, now)
    if head.startswith((b"{", b"[")):
        return read_json_feed(_text(document), url, now)
    return _read_xml(document, head, content_type, url, now)


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
    base = _base_of(head, url)
    try:
        result = _feedparsed(document, content_type, base)
    except Exception as error:  # a foreign border: feedparser raises what its mixins make it raise
        raise FeedUnreadable(url, f"feedparser: {type(error).__name__}: {error}") from error
    if not result.get("version") and not result.entries:
        raise FeedUnreadable(url, f"no feed format we know{_reason(result)}")
    parsed = _feed_of(result, document, url, base, now)
    return replace(parsed, warnings=(*parsed.warnings, "far too many categories: left out")) if trimmed else parsed


def _is_page(head: bytes, *, is_feed: bool) -> bool:
    """Tell an HTML page. A feed may stand under an HTML doctype, or hold HTML, but nothing of HTML stands around it."""
    return b"<html" in head.lower() if is_feed else _IS_HTML.search(head) is not None


def _base_of(head: bytes, url: str) -> str:
    """Return what relative links count from: in RSS the site that it names, since many feeds live on a host of their own."""
    link = _CHANNEL_LINK.search(re.split(rb"<item[\s>]", head, maxsplit=1)[0])
    return absolute_url(url, link.group(1).decode("utf-8", "replace").replace("&amp;", "&")) or url if link else url


def _feedparsed(document: bytes, content_type: str | None, base: str) -> feedparser.FeedParserDict:
    """Run feedparser without sanitising and without resolving links inside HTML, which cost more than half of its time.

    Both are ours to do: texts become plain anyway, and only the markup that has relative links is resolved.
    """
    charset = re.search(r"charset\s*=\s*[\"']?([\w.:-]+)", content_type or "", re.IGNORECASE)
    declared = f"; charset={charset.group(1)}" if charset else ""
    headers = {"content-location": base, "content-type": f"application/xml{declared}"}  # text/xml would mean US-ASCII (RFC 3023)
    return feedparser.parse(
        io.BytesIO(document.lstrip()), response_headers=headers, sanitize_html=False, resolve_relative_uris=False
    )


def _reason(result: feedparser.FeedParserDict) -> str:
    return f": {str(result.bozo_exception)[:200]}" if result.get("bozo_exception") else ""


def _feed_of(result: feedparser.FeedParserDict, document: bytes, url: str, base: str, now: datetime) -> ParsedFeed:
    facts = result.feed
    language = language_of(facts.get("language"))
    source = Source(url, base, result.version, language, now, any_language=len(result.entries) <= MAX_SPELLED_DATES)
    entries = [entry_of(item, source) for item in result.entries]
    kept = tuple(entry for entry in entries if entry is not None)
    warnings = [f"malformed{_reason(result)}"] if isinstance(result.get("bozo_exception"), SAXException) else []
    if len(kept) < len(entries):
        warnings.append(f"{len(entries) - len(kept)} entries without any content")
    return ParsedFeed(
        format=result.version or "unknown",
        entries=kept,
        title=plain_text(facts.get("title")),
        site_url=absolute_url(base, facts.get("link")),
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
