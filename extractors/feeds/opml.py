"""An OPML document <-> subscriptions. Sources: OPML 1.0 and 2.0, http://opml.org/spec2.opml; and what readers really write."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from typing import Final

from lxml import etree

from extractors.errors import InputUnreadable
from extractors.feeds.feedexcess import MAX_ATTRIBUTES, has_endless_tag
from extractors.markup import language_of, one_line
from extractors.records import Feed
from extractors.urls import is_web_url, outlet_of

MAX_OPML_BYTES: Final = 32 * 1024 * 1024
"""Some 100,000 subscriptions."""

_FEED_SCHEME = re.compile(r"^feed:(?://)?(?=https?:)|^feed(?=://)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Subscriptions:
    """What an OPML document names, and what is wrong with it: behind that place something may be missing."""

    feeds: tuple[Feed, ...]
    damage: str | None = None


def read_opml(document: bytes, source: str, added_at: datetime | None = None) -> list[Feed]:
    """Return the feeds of `subscriptions_in`."""
    return list(subscriptions_in(document, source, added_at).feeds)


def subscriptions_in(document: bytes, source: str, added_at: datetime | None = None) -> Subscriptions:
    """Read the subscriptions of an OPML document.

    Args:
        document: XML; one cut short or malformed yields what can be read. Nothing is fetched, no entity is expanded.
        source: What to call it in an error.
        added_at: Written to every feed.

    Returns:
        Feeds in document order, each address once, possibly none. Folders are flattened, outlines without a web address left out.

    Raises:
        InputUnreadable: Empty, too big, no XML with outlines at all, or so malformed that no subscription could be read.

    """
    if len(document) > MAX_OPML_BYTES:
        raise InputUnreadable(source, f"larger than {MAX_OPML_BYTES} bytes")
    if has_endless_tag(document):
        raise InputUnreadable(source, f"a tag with more than {MAX_ATTRIBUTES} attributes")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=True)
    try:
        root = etree.fromstring(document.lstrip(b"\xef\xbb\xbf \t\r\n"), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise InputUnreadable(source, f"no OPML: {error}") from error
    if root is None or (root.find(".//{*}outline") is None and str(root.tag).lower().rpartition("}")[2] != "opml"):
        raise InputUnreadable(source, "no OPML: it has no outlines")
    feeds: dict[str, Feed] = {}
    for feed in _feeds_in(root, added_at):
        feeds.setdefault(feed.feed_url, feed)
    damage = _damage_in(parser.error_log)
    if damage is not None and not feeds:
        raise InputUnreadable(source, f"no subscription could be read: {damage}")
    return Subscriptions(tuple(feeds.values()), damage)


def _damage_in(log: etree._ListErrorLog) -> str | None:
    """Return the first fault that XML does not forgive: 256 folders in each other and texts of 10 MB are among them."""
    fatal = log.filter_from_fatals()
    return f"{fatal[0].message.strip()[:200]} (line {fatal[0].line})" if len(fatal) else None


def write_opml(feeds: Iterable[Feed], title: str, created_at: datetime) -> bytes:
    """Write subscriptions as OPML 2.0, in the given order; the same input gives the same bytes."""
    root = etree.Element("opml", version="2.0")
    head = etree.SubElement(root, "head")
    etree.SubElement(head, "title").text = _xml_text(title)
    etree.SubElement(head, "dateCreated").text = format_datetime(created_at)
    body = etree.SubElement(root, "body")
    for feed in feeds:
        name = _xml_text(feed.title or feed.outlet)
        attributes = {"type": "rss", "text": name, "title": name, "xmlUrl": _xml_text(feed.feed_url)}
        if feed.language:
            attributes["language"] = _xml_text(feed.language)
        etree.SubElement(body, "outline", attributes)
    return etree.tostring(root, xml_declaration=True, encoding="utf-8", pretty_print=True)


def _feeds_in(root: etree._Element, added_at: datetime | None) -> Iterator[Feed]:
    for outline in root.iter("{*}outline"):
        try:
            said = {str(name).lower(): str(value) for name, value in outline.attrib.items()}
        except UnicodeDecodeError:  # a recovering parser lets half a character through, which lxml cannot return
            continue
        address = _FEED_SCHEME.sub(_scheme, (said.get("xmlurl") or said.get("url") or "").strip())
        if not is_web_url(address) or (not said.get("xmlurl") and said.get("type", "").lower() not in {"rss", "atom", "feed"}):
            continue
        yield Feed(
            feed_url=address,
            outlet=outlet_of(address),
            title=one_line(said.get("title") or said.get("text")),
            language=language_of(said.get("language")),
            added_at=added_at,
        )


def _scheme(match: re.Match[str]) -> str:
    """`feed://host/x` means http; `feed:https://host/x` is only wrapped."""
    return "http" if match.group(0).lower() == "feed" else ""


def _xml_text(text: str) -> str:
    return one_line(text) or ""
