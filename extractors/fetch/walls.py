"""An answer -> is it the document, or a door before it (a challenge for browsers, a cookie wall)? Pure.

The marks are those of the products that serve such doors, not of sites. A mark alone never decides on a 200: an article may tell
of Cloudflare. The document must also be short of words.
"""

from __future__ import annotations

import re
from contextlib import suppress
from html import unescape
from urllib.parse import urlsplit

from extractors.fetch.wall_wording import CHALLENGE_MARKS, CHALLENGE_WORDS, COOKIE_WORDS
from extractors.headers import Headers, header_of
from extractors.records import PageOutcome

HEAD_BYTES = 64 * 1024
"""Doors are small; their marks stand early."""
MAX_COUNTED_BYTES = 1024 * 1024
"""Some pages begin with 700 KB of scripts and styles; the words below them count as well."""
MAX_DOOR_WORDS = 220
"""Visible words of a door: the wordiest seen (a consent notice in two languages) has about 180; a news story has 250 and more."""

FEW_WORDS = 40
"""With a mark and fewer words than this there is no story, whatever the status says."""

_META = re.compile(rb"<meta\b[^<>]{0,1000}>", re.IGNORECASE)
_META_URL = re.compile(rb"\burl\s*=\s*'?([^\"'>\s]{1,500})", re.IGNORECASE)
_SCRIPT_URL = re.compile(rb"\blocation(?:\.href)?\s*(?:=|\.replace\(|\.assign\()\s*[\"']([^\"']{1,500})", re.IGNORECASE)
_COOKIE_AND_AGAIN = re.compile(rb"document\.cookie\s*=(?=.{0,4000}location)|location.{0,4000}document\.cookie\s*=", re.DOTALL)
"""A script that sets a cookie and loads the page again: the oldest challenge there is."""
_SAYS_ARTICLE = re.compile(
    rb"<article\b|[\"']og:type[\"'][^>]{0,40}article|article:published_time|\"(?:News|Reportage|Opinion|Blog)?(?:Article|Posting)\"|itemprop=[\"']?articleBody",
    re.IGNORECASE,
)
_CONSENT_HOST = re.compile(
    r"^(?:consent|cookie-?consent|cookies?|cookiewall|cmp|guce|privacy-?gate|privacy-?wall|myprivacy|zustimmung|toestemming)[.-]",
    re.IGNORECASE,
)
_CONSENT_PATH = re.compile(
    r"/(?:collect-?consent|cookie-?consent|consent|cookiewall|cookie-?wall|privacy-?(?:gate|wall)|zustimmung|toestemming)(?:[/?.]|$)",
    re.IGNORECASE,
)
_CHALLENGE_HEADERS = {
    "cf-mitigated": {"challenge"},
    "x-amzn-waf-action": {"challenge", "captcha"},
    "x-vercel-mitigated": {"challenge", "deny"},
}
"""A header that is there for nothing else. Cloudflare: "a reliable way" and on all types of challenge; AWS: with 202 or 405."""
_GUARD_HEADERS = ("x-dd-b", "x-kpsdk-ct", "x-kpsdk-r", "x-sucuri-block")
"""What DataDome, Kasada and Sucuri add where they have refused; without a refusal (4xx, 503) they decide nothing."""
_REFUSALS = frozenset({401, 403, 405, 429, 503})
MAX_REFRESH_WORDS = 25
"""Of a page that does nothing but lead elsewhere: "you are being redirected, click here if nothing happens"."""
_LINK = re.compile(rb"<a\b[^>]*\bhref", re.IGNORECASE)
_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\u0e00-\u0e7f]")
_REFRESH = re.compile(
    rb"\bcontent\s*=\s*[\"']?\s*(\d{1,4})(?:\.\d{0,9})?\s*[;,]\s*url\s*=\s*[\"']?\s*([^\"'>\s]{1,2000})", re.IGNORECASE
)
MAX_REFRESH_SECONDS = 10
"""A page that says goodbye may be read first; one that turns after a minute is a page that keeps itself fresh."""
_ASIDE = re.compile(rb"<(script|style|noscript|template|svg)\b.*?(?:</\1\s*>|\Z)|<!--.*?(?:-->|\Z)", re.IGNORECASE | re.DOTALL)
_UNSEEN = re.compile(
    rb"<(script|style|noscript|template|svg)\b.*?(?:</\1\s*>|\Z)|<!--.*?(?:-->|\Z)|<[^<>]*>", re.IGNORECASE | re.DOTALL
)


def wall_of(
    status: int, headers: Headers, body: bytes, host: str, path: str, *, was_redirected: bool
) -> tuple[PageOutcome, str] | None:
    """Recognise a door before a document.

    Args:
        status: Of the last answer.
        headers: Of the last answer, names in lower case.
        body: The start of its body; `HEAD_BYTES` are looked at.
        host: Of the final URL.
        path: Of the final URL, with its query.
        was_redirected: Whether the final URL is another than the one asked for.

    Returns:
        `CHALLENGE` or `COOKIE_WALL` with a line on what gave it away; None for a document (or for a plain error).

    """
    for name, values in _CHALLENGE_HEADERS.items():
        value = header_of(headers, name)
        if value is not None and value.strip().lower() in values:
            return PageOutcome.CHALLENGE, f"header {name}: {value[:40]}"
    guard = next((name for name in _GUARD_HEADERS if header_of(headers, name)), None)
    if guard is not None and status in _REFUSALS:
        return PageOutcome.CHALLENGE, f"status {status} with header {guard}"
    if was_redirected and _is_consent(host, path):
        return PageOutcome.COOKIE_WALL, f"led to {host}{path[:60]}"
    head = body[:HEAD_BYTES]
    return _door_of(status, head, body[:MAX_COUNTED_BYTES]) if _is_html(head) else None


def _door_of(status: int, head: bytes, body: bytes) -> tuple[PageOutcome, str] | None:
    text = _seen_of(head)
    words = _words_of(text)
    if words <= MAX_DOOR_WORDS and len(body) > len(head):  # the story may stand below its scripts
        words = _words_of(_seen_of(body))
    if words > MAX_DOOR_WORDS:
        return None
    is_bare = words < FEW_WORDS and not _SAYS_ARTICLE.search(head)
    return _challenge_of(status, head, text, words, is_bare=is_bare) or _consent_of(head, text, words)


def _challenge_of(status: int, head: bytes, text: str, words: int, *, is_bare: bool) -> tuple[PageOutcome, str] | None:
    mark, said = CHALLENGE_MARKS.search(head), CHALLENGE_WORDS.search(text)
    if mark and (status != 200 or said or words < FEW_WORDS):
        return PageOutcome.CHALLENGE, f"marked {mark[0].decode('ascii', 'replace')}"
    if said and (status in _REFUSALS or is_bare):
        return PageOutcome.CHALLENGE, f"says {said[0]!r}"
    if is_bare and words < MAX_REFRESH_WORDS and _COOKIE_AND_AGAIN.search(head) and not _LINK.search(head):
        return PageOutcome.CHALLENGE, "nothing but a script that sets a cookie and loads the page again"
    return None


def _consent_of(head: bytes, text: str, words: int) -> tuple[PageOutcome, str] | None:
    if words < MAX_REFRESH_WORDS and (onward := _led_by_the_page(head)) is not None:
        return PageOutcome.COOKIE_WALL, f"leads to {onward}"
    said = COOKIE_WORDS.search(text)
    if said and (words < FEW_WORDS or not _SAYS_ARTICLE.search(head)):
        return PageOutcome.COOKIE_WALL, f"says {said[0]!r}"
    return None


def refresh_of(body: bytes) -> str | None:
    """Return where a page leads that does nothing else (`<meta http-equiv="refresh">`); None for a document, and for a door."""
    head = body[:HEAD_BYTES]
    if b"refresh" not in head.lower() or not _is_html(head):
        return None
    text = _seen_of(head)
    if _words_of(text) >= MAX_REFRESH_WORDS or CHALLENGE_MARKS.search(head) or CHALLENGE_WORDS.search(text):
        return None
    metas = [meta for meta in _META.findall(_ASIDE.sub(b" ", head)) if b"refresh" in meta.lower()]
    found = next((match for meta in metas if (match := _REFRESH.search(meta))), None)
    if found is None or int(found[1]) > MAX_REFRESH_SECONDS or _led_by_the_page(head) is not None:
        return None
    return unescape(found[2].decode("utf-8", "replace"))


def _seen_of(html: bytes) -> str:
    return " ".join(_UNSEEN.sub(b" ", html).decode("utf-8", "replace").split())


def _led_by_the_page(head: bytes) -> str | None:
    """Return the consent page to which a document leads by itself."""
    refreshes = [found for meta in _META.findall(head) if b"refresh" in meta.lower() for found in _META_URL.findall(meta)]
    for found in (*refreshes, *_SCRIPT_URL.findall(head)):
        with suppress(ValueError):  # [half an address
            parts = urlsplit(found.decode("utf-8", "replace"))
            if _is_consent(parts.netloc, parts.path):
                return f"{parts.netloc}{parts.path[:60]}"
    return None


def _is_consent(host: str, path: str) -> bool:
    return bool(_CONSENT_HOST.search(host) or _CONSENT_PATH.search(path))


def _words_of(text: str) -> int:
    """Count words; where a script writes without spaces, two characters count as one."""
    return len(text.split()) + len(_UNSPACED.findall(text)) // 2


def _is_html(head: bytes) -> bool:
    start = head.lstrip()[:512].lower()
    return start.startswith((b"<!doctype html", b"<html", b"<head", b"<script", b"<meta")) or b"<html" in start
