"""Text and markup as feeds carry them -> plain text, languages, links made absolute. Nothing here raises on bad markup."""

from __future__ import annotations

import html
import re
import unicodedata
from typing import Final

import lxml.html
from lxml import etree

MAX_SUMMARY_CHARS: Final = 4000
"""A summary is for a list. What is longer is a full text (58,034 characters have been seen) and goes to `content_html`."""

MAX_RESOLVED_CHARS: Final = 2_000_000
"""The longest of 1,388 full texts in real feeds has 106,880; a tree of 20 MB takes 6 s and 700 MB."""

_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,2000}>|<!--|<!\[CDATA\[")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff\ufeff\u200b\xad]")
_RELATIVE = re.compile(r"""\b(?:href|src)\s*=\s*["']?(?!["']?(?:[a-zA-Z][a-zA-Z0-9+.-]*:|#|["'\s>]))""")
_LANGUAGE = re.compile(r"^([a-zA-Z]{2,3})(?:[-_]([a-zA-Z]{4}))?(?:[-_]([a-zA-Z]{2}|\d{3}))?\b")
_BLOCKS: Final = ("p", "br", "div", "li", "tr", "td", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "figcaption")


def one_line(text: str | None) -> str | None:
    """Put text on one line, in NFC, without control characters. None where nothing is left."""
    if not text:
        return None
    clean = " ".join(_CONTROL.sub("", text).split())
    return unicodedata.normalize("NFC", clean) or None


def plain_text(markup: str | None, max_chars: int | None = None) -> str | None:
    """Read markup (or text that only may be markup) as one line of plain text; entities are decoded up to twice."""
    if not markup:
        return None
    text = markup[: 40 * max_chars] if max_chars else markup  # markup may be long before its first words
    if _TAG.search(text):
        text = _text_of_html(text)
    for _ in range(2):  # "&amp;amp;": once for the feed's maker, once for his software
        if not _ENTITY.search(text):
            break
        text = html.unescape(text)
    line = one_line(text)
    return _cut(line, max_chars) if line and max_chars else line


def with_absolute_links(markup: str | None, base: str | None) -> str | None:
    """Resolve relative links and image addresses in a piece of HTML; markup that has none comes back untouched."""
    if not markup or not base or len(markup) > MAX_RESOLVED_CHARS or not _RELATIVE.search(markup):
        return markup or None
    try:
        root = lxml.html.fragment_fromstring(_CONTROL.sub("", markup), create_parent="div")
        root.make_links_absolute(base, resolve_base_href=False, handle_failures="ignore")
    except (etree.LxmlError, ValueError, AssertionError):
        return markup
    inside = "".join(lxml.html.tostring(child, encoding="unicode") for child in root)
    return html.escape(root.text or "", quote=False) + inside


def language_of(tag: str | None) -> str | None:
    """Return a language tag in the usual case (BCP 47 §2.1.1): `EN_us` -> `en-US`. None for what is no language."""
    match = _LANGUAGE.match((tag or "").strip())
    if match is None or match.group(1).lower() in {"und", "mul", "zxx"}:
        return None
    language, script, region = match.groups()
    return "-".join(part for part in (language.lower(), script and script.title(), region and region.upper()) if part)


def _text_of_html(markup: str) -> str:
    try:
        root = lxml.html.fragment_fromstring(_CONTROL.sub("", markup), create_parent="div")
    except (etree.LxmlError, ValueError, AssertionError):
        return _TAG.sub(" ", markup)
    etree.strip_elements(root, "script", "style", "noscript", "template", etree.Comment, with_tail=False)
    for block in root.iter(*_BLOCKS):
        block.tail = f" {block.tail or ''}"
        block.text = f" {block.text or ''}"
    return str(root.text_content())


def _cut(line: str, max_chars: int) -> str:
    if len(line) <= max_chars:
        return line
    return line[: max_chars - 1].rsplit(" ", 1)[0] + "…"
