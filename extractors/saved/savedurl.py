"""A saved HTML page -> the web address it was saved from, as far as the page itself tells."""

from __future__ import annotations

import html
import ipaddress
import re
from collections.abc import Iterator
from typing import Final
from urllib.parse import urlsplit

from extractors.urls import host_of, is_web_url

MAX_HEAD_BYTES: Final = 1024 * 1024
"""Styles and scripts may stand before the canonical link; the largest of 1,473 real pages has 1.8 MB in all."""

_NOTE = re.compile(rb"(?:saved from url=\(\d+\)\s*|Page saved with SingleFile\s+url:\s*)(https?://[^\s\"'<>]{4,2000})")
_TAG = re.compile(r"<(?:link|meta)\b[^>]{1,4000}>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"""([a-zA-Z:-]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""")
_JSON_LD = re.compile(r'"mainEntityOfPage"\s*:\s*(?:"|\{[^{}]{0,300}?"@id"\s*:\s*")(https?:[^"\s]{4,2000})"')
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)


def saved_url(page: bytes) -> str | None:
    """Find the address of a saved page.

    Args:
        page: The HTML; only ASCII matters, so the charset does not.

    Returns:
        The first sane one of: the note that a browser left when saving, `rel=canonical`, `og:url`, JSON-LD's mainEntityOfPage.
        Sane is a web URL of a public host that is more than a front page. None where there is no such.

    """
    head = page[:MAX_HEAD_BYTES]
    if b"\x00<" in head[:100] or b"<\x00" in head[:100]:  # UTF-16
        head = head.replace(b"\x00", b"")
    return next((url for url in _candidates(head) if _is_sane(url)), None)


def _candidates(head: bytes) -> Iterator[str]:
    note = _NOTE.search(head[:8192])
    if note:
        yield html.unescape(note.group(1).decode("ascii", "replace"))
    text = _COMMENT.sub("", head.decode("latin-1"))
    tags = [_attributes(tag) for tag in _TAG.findall(text)]
    yield from (tag["href"] for tag in tags if "canonical" in tag.get("rel", "").lower().split() and "href" in tag)
    yield from (
        tag["content"] for tag in tags if tag.get("property", tag.get("name", "")).lower() == "og:url" and "content" in tag
    )
    yield from (match.replace("\\/", "/") for match in _JSON_LD.findall(text))


def _attributes(tag: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, double, single, bare in _ATTRIBUTE.findall(tag):
        found.setdefault(name.lower(), html.unescape(double or single or bare).strip())
    return found


def _is_sane(url: str) -> bool:
    """Tell an article's address from a template's blank, a front page, or the machine that rendered the page."""
    host = host_of(url)
    if not is_web_url(url) or "." not in host or host.endswith((".local", ".localhost", ".internal", ".test", ".invalid")):
        return False
    try:
        ipaddress.ip_address(host)
    except ValueError:
        parts = urlsplit(url)
        return len(parts.path.strip("/")) > 0 or len(parts.query) > 0
    return False
