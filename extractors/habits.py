"""When a feed's entries appear -> how many to expect at any hour: the measure of polling. Pure.

A habit is 31 decayed counts: 24 by hour of the day (UTC), 7 by day of the week. The rate is decayed, too. Both start from the
dates in the first document, so that a feed is polled in its own rhythm from the second poll on and not after weeks of trying.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise

HOURS, DAYS = 24, 7
PRIOR_ENTRIES = 8.0
"""The habit of a feed of which nothing is known is even; this many entries weigh as much as that assumption."""
RATE_HALF_LIFE = timedelta(days=7)
"""A week holds the weekly cycle, and a desk that closes is noticed within two."""
HABIT_HALF_LIFE_ENTRIES = 400.0
"""Counts are halved after so many new entries: time of day habits move with the seasons, not with the news."""
MAX_HISTORY = timedelta(days=60)
"""Older entries of a first document (pinned items, archives) say nothing of today's rhythm."""


def first_rate_of(published: Iterable[datetime], now: datetime) -> float | None:
    """Estimate entries a day from the dates in one document.

    Returns:
        None with fewer than two usable dates. The silence since the newest entry counts, so that a dead feed is slow at once.

    """
    times = sorted(_usable(published, now))
    if len(times) < 2:
        return None
    span = max(now - times[0], timedelta(hours=1))
    return (len(times) - 1) / (span / timedelta(days=1))


def updated_rate(rate: float, new_entries: int, elapsed: timedelta) -> float:
    """Blend the entries of the last interval into the rate; weights halve every `RATE_HALF_LIFE`."""
    days = max(elapsed / timedelta(days=1), 1e-3)
    keep: float = 0.5 ** (elapsed / RATE_HALF_LIFE)
    return rate * keep + new_entries / days * (1 - keep)


def updated_habit(habit: Sequence[float], times: Iterable[datetime]) -> tuple[float, ...]:
    """Count entries into a habit, older counts fading."""
    counts = list(habit) if len(habit) == HOURS + DAYS else [0.0] * (HOURS + DAYS)
    for at in times:
        fade = 0.5 ** (1 / HABIT_HALF_LIFE_ENTRIES)
        counts = [count * fade for count in counts]
        at_utc = at.astimezone(UTC)
        counts[at_utc.hour] += 1.0
        counts[HOURS + at_utc.weekday()] += 1.0
    return tuple(round(count, 4) for count in counts)


def expected_per_day(rate: float, habit: Sequence[float], at: datetime) -> float:
    """Return the rate to expect in the hour of `at`, entries a day.

    Hours and days are taken as independent; an hour is blended with its neighbours (1:2:1), as a habit wanders by minutes.
    """
    if len(habit) != HOURS + DAYS:
        return rate
    hours, days = habit[:HOURS], habit[HOURS:]
    hour, day = at.hour, at.weekday()
    smooth = (hours[hour - 1] + 2 * hours[hour] + hours[(hour + 1) % HOURS]) / 4
    by_hour = (smooth + PRIOR_ENTRIES / HOURS) / (sum(hours) + PRIOR_ENTRIES) * HOURS
    by_day = (days[day] + PRIOR_ENTRIES / DAYS) / (sum(days) + PRIOR_ENTRIES) * DAYS
    return rate * by_hour * by_day


def is_backwards(times: Sequence[datetime]) -> bool:
    """Whether dates ascend: the newest entry then stands last."""
    return sum(later > earlier for earlier, later in pairwise(times)) > len(times) / 2


def _usable(published: Iterable[datetime], now: datetime) -> list[datetime]:
    return [at for at in published if now - MAX_HISTORY <= at <= now]
