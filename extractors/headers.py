"""Response headers -> what the publisher says of its own rhythm. Pure: `now` is passed in."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from extractors.records import Hints

MAX_RETRY_AFTER = timedelta(hours=24)
"""Longer wishes are cut: a peer once met 317,100 s (Media Cloud's rss-fetcher)."""
Headers = tuple[tuple[str, str], ...]


def header_of(headers: Headers, name: str) -> str | None:
    """Return the first value of a header, or None."""
    return next((value for key, value in headers if key == name), None)


def http_date_of(value: str | None) -> datetime | None:
    """Read an HTTP date (RFC 9110, 5.6.7); None when it is none."""
    if not value:
        return None
    try:
        read = parsedate_to_datetime(value.strip())
        return read.replace(tzinfo=UTC) if read.tzinfo is None else read.astimezone(UTC)
    except (ValueError, TypeError, OverflowError, IndexError):  # also a date that leaves the calendar on its way to UTC
        return None


def retry_after_of(headers: Headers, now: datetime) -> datetime | None:
    """Read Retry-After, as seconds or as a date (RFC 9110, 10.2.3), relative to the server's own clock; at most 24 h ahead."""
    value = header_of(headers, "retry-after")
    if value is None:
        return None
    if match := re.fullmatch(r"\s*(\d{1,9})(?:\.\d+)?\s*", value):
        wait = timedelta(seconds=int(match[1]))
    else:
        at = http_date_of(value)
        if at is None:
            return None
        wait = at - (http_date_of(header_of(headers, "date")) or now)
    return now + min(max(wait, timedelta(0)), MAX_RETRY_AFTER)


def hints_of(headers: Headers, now: datetime) -> Hints:
    """Read Cache-Control, Age, Expires and Retry-After.

    Returns:
        `max_age_seconds` is what is left of it (`Age` taken off); `expires_at` is by our clock, even if the server's is wrong.

    """
    directives = ",".join(value for key, value in headers if key == "cache-control").lower()
    max_age = told_age = None
    if not re.search(r"\bno-(?:cache|store)\b", directives) and (match := re.search(r"\bmax-age\s*=\s*\"?(\d{1,9})", directives)):
        age = (header_of(headers, "age") or "").strip()
        told_age = int(age) if age.isdecimal() and len(age) < 10 else None
        max_age = max(0, int(match[1]) - (told_age or 0))
    expires = http_date_of(header_of(headers, "expires")) if max_age is None else None
    if expires is not None:
        try:
            expires = now + (expires - (http_date_of(header_of(headers, "date")) or now))
        except OverflowError:  # a server's clock thousands of years off
            expires = None
    return Hints(
        max_age_seconds=max_age,
        age_seconds=told_age,
        expires_at=expires if expires is not None and expires > now else None,
        retry_after_at=retry_after_of(headers, now),
    )
