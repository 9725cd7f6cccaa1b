"""What a feed says of its own rhythm -> Hints. Impossible values are unknown: a wrong hint must not silence a feed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from extractors.records import Hints

PERIOD_SECONDS: Final = {"hourly": 3600, "daily": 86_400, "weekly": 604_800, "monthly": 2_592_000, "yearly": 31_536_000}
"""RSS 1.0 syndication module: http://web.resource.org/rss/1.0/modules/syndication/."""

MAX_TTL_MINUTES: Final = 525_600
"""A year: beyond it a number is a mistake and no wish."""

DAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

_SKIP = re.compile(rb"<(skipHours|skipDays)\b[^>]{0,200}>(.{0,4000}?)</\1", re.IGNORECASE | re.DOTALL)
_VALUE = re.compile(rb"<(?:hour|day)\b[^>]{0,200}>\s*([A-Za-z0-9]{1,12})\s*<", re.IGNORECASE)


def hints_of(facts: Mapping[str, Any], document: bytes) -> Hints:
    """Read `ttl`, `sy:updatePeriod`/`sy:updateFrequency`, `skipHours` and `skipDays`.

    Args:
        facts: feedparser's view of the channel; it keeps only the last hour and day of the lists.
        document: The feed itself, for those lists.

    """
    hours, days = _skipped(document)
    return Hints(
        ttl_seconds=_ttl(facts.get("ttl")),
        update_period_seconds=_period(facts.get("sy_updateperiod"), facts.get("sy_updatefrequency")),
        skip_hours=hours,
        skip_days=days,
    )


def _ttl(written: Any) -> int | None:
    minutes = _number(written)
    return minutes * 60 if minutes and minutes <= MAX_TTL_MINUTES else None


def _period(period: Any, frequency: Any) -> int | None:
    seconds = PERIOD_SECONDS.get(str(period or "").strip().lower())
    return seconds // max(_number(frequency) or 1, 1) or None if seconds else None


def _number(written: Any) -> int | None:
    text = str(written if written is not None else "").strip()
    return int(text) if re.fullmatch(r"[0-9]{1,9}", text) else None


def _skipped(document: bytes) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return hours 0..23 (24 of RSS 0.91 is 0) and days 0..6. All of them would mean never: then nothing is meant."""
    hours: set[int] = set()
    days: set[int] = set()
    if b"skip" not in document and b"SKIP" not in document:
        return (), ()
    for block in _SKIP.finditer(document):
        for value in _VALUE.findall(block.group(2)):
            word = value.decode().lower()
            if word.isdigit() and int(word) <= 24:
                hours.add(int(word) % 24)
            elif word in DAYS:
                days.add(DAYS.index(word))
    return tuple(sorted(hours)) if len(hours) < 24 else (), tuple(sorted(days)) if len(days) < 7 else ()
