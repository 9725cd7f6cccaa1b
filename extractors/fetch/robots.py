"""robots.txt -> may we ask, and how often (RFC 9309, read by protego, the parser of Scrapy)."""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from protego import Protego

from extractors.headers import hints_of
from extractors.records import Page, PageOutcome

MAX_ROBOTS_BYTES = 500 * 1024
"""RFC 9309, 2.5: a parser must read at least 500 KiB; the rest is ignored."""
SHORTEST_CACHE = timedelta(hours=1)
LONGEST_CACHE = timedelta(hours=24)  # RFC 9309, 2.4
RETRY_UNREACHABLE = timedelta(minutes=30)
STALE_LIMIT = timedelta(days=30)
"""RFC 9309, 2.3.1.4: rules known once are kept while the file is unreachable; after about 30 days it may count as absent."""

_ABSENT = {
    PageOutcome.NOT_FOUND,
    PageOutcome.GONE,
    PageOutcome.FORBIDDEN,
    PageOutcome.CLIENT_ERROR,
    PageOutcome.REDIRECT_LOOP,
    PageOutcome.CHALLENGE,
}


@dataclass(frozen=True, slots=True)
class RobotsFile:
    """One origin's robots.txt as remembered between runs. `text` None: unreachable, which forbids (RFC 9309, 2.3.1.4)."""

    origin: str  # "https://example.com"
    text: str | None
    expires_at: datetime
    fetched_at: datetime  # when `text` was last confirmed, or when being unreachable began


def robots_of(origin: str, page: Page, known: RobotsFile | None, now: datetime) -> RobotsFile:
    """Judge what came back for `/robots.txt`. Pure.

    Returns:
        4xx, a redirect loop or a challenge: everything allowed. 5xx and no answer: what was known before, for at most 30 days,
        else everything forbidden, to be asked again in half an hour.

    """
    if page.outcome is PageOutcome.FETCHED:
        text = _text_of(page.body)
        is_page = text.lstrip()[:15].lower().startswith(("<!doctype", "<html"))  # a "soft 404"
        max_age = hints_of(page.headers, now).max_age_seconds
        keep = LONGEST_CACHE if max_age is None else min(max(timedelta(seconds=max_age), SHORTEST_CACHE), LONGEST_CACHE)
        return RobotsFile(origin, "" if is_page else text, now + keep, now)
    if page.outcome in _ABSENT:
        return RobotsFile(origin, "", now + LONGEST_CACHE, now)
    if page.outcome is PageOutcome.TOO_BIG:  # cannot happen below its limit of bytes, yet decompressed it can
        return RobotsFile(origin, "", now + SHORTEST_CACHE, now)
    if known is None:
        return RobotsFile(origin, None, now + RETRY_UNREACHABLE, now)
    text_kept = "" if known.text is None and now - known.fetched_at > STALE_LIMIT else known.text
    return RobotsFile(origin, text_kept, now + RETRY_UNREACHABLE, known.fetched_at)


def _text_of(body: bytes) -> str:
    """Decode what is read of a file, without the line that the limit cuts: half of "Disallow: /x" forbids the whole site."""
    if len(body) >= MAX_ROBOTS_BYTES:
        body = body[: body.rfind(b"\n", 0, MAX_ROBOTS_BYTES) + 1]
    is_utf_16 = body.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))  # Notepad's "Unicode"
    return body.decode("utf-16" if is_utf_16 else "utf-8-sig", "replace")


def is_allowed(robots: RobotsFile, url: str, user_agent: str) -> bool:
    """Say whether the rules let our product fetch a URL."""
    if robots.text is None:
        return False
    return not robots.text or bool(_parsed(robots.text).can_fetch(url, user_agent))


def crawl_delay_of(robots: RobotsFile, user_agent: str) -> float:
    """Return the seconds between requests that the rules ask for (Crawl-delay, Request-rate), 0 where they do not."""
    if not robots.text:
        return 0.0
    rules = _parsed(robots.text)
    rate = rules.request_rate(user_agent)
    between = rate.seconds / rate.requests if rate is not None and rate.requests else 0.0
    return max(float(rules.crawl_delay(user_agent) or 0.0), between)


@lru_cache(maxsize=256)
def _parsed(text: str) -> Protego:
    return Protego.parse(text)
