"""When a feed's entries appear -> how many to expect at any hour: the measure of polling. Pure.

A habit is 31 decayed counts: 24 by hour of the day (UTC), 7 by day of the week. The rate is decayed, too. Both start from the
dates in the first document, so that a feed is polled in its own rhythm from the second poll on and not after weeks of trying.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

HOURS, DAYS = 24, 7
PRIOR_ENTRIES = 20.0
"""The habit of a feed of which nothing is known is even; this many entries weigh as much as that assumption."""
RATE_HALF_LIFE = timedelta(days=7)
"""A week holds the weekly cycle, and a desk that closes is noticed within two."""
HABIT_HALF_LIFE_ENTRIES = 400.0
"""Counts are halved after so many new entries: time of day habits move with the seasons, not with the news."""
BURST_HALF_LIFE = timedelta(hours=6)
BURST_SHARE = 0.3
"""Of the entries of an hour, so many are the echo of those before, as far as the habit does not explain them."""
FEW_ENTRIES = 5.0
MAX_HISTORY = timedelta(days=60)
"""Older entries of a first document (pinned items, archives) say nothing of today's rhythm."""


def first_rate_of(published: Iterable[datetime], now: datetime) -> float | None:
    """Estimate entries a day from the dates in one document.

    Returns:
        None without a usable date. Silence since the newest entry counts: a feed that ended last year is slow at once.

    """
    times = sorted(at for at in published if at <= now)
    if not times:
        return None
    recent = [at for at in times if now - at <= MAX_HISTORY] or times[-1:]
    in_days = max(now - recent[0], timedelta(hours=1)) / timedelta(days=1)
    silent_days = max((now - recent[-1]) / timedelta(days=1), 1e-3)
    return min(max(len(recent) - 1, 1) / in_days, 2 / silent_days)


def updated_rate(rate: float | None, new_entries: int, elapsed: timedelta, evidence: float) -> float:
    """Blend the entries of the last interval into the rate.

    Args:
        rate: Entries a day so far; None when no document told any date.
        new_entries: Since the last success.
        elapsed: Since the last success.
        evidence: Entries that the rate rests on. On few of them it moves fast, else its weights halve every `RATE_HALF_LIFE`.

    """
    days = max(elapsed / timedelta(days=1), 1e-3)
    if rate is None:
        return (new_entries + 1) / (days + 0.25)
    keep = fade(elapsed, RATE_HALF_LIFE)
    if evidence < FEW_ENTRIES:
        keep = min(keep, 0.7)
    return rate * keep + new_entries / days * (1 - keep)


def updated_habit(habit: Sequence[float], times: Iterable[datetime]) -> tuple[float, ...]:
    """Count entries into a habit, older counts fading."""
    counts = list(habit) if len(habit) == HOURS + DAYS else [0.0] * (HOURS + DAYS)
    keep = 0.5 ** (1 / HABIT_HALF_LIFE_ENTRIES)
    for at in times:
        counts = [count * keep for count in counts]
        at_utc = at.astimezone(UTC)
        counts[at_utc.hour] += 1.0
        counts[HOURS + at_utc.weekday()] += 1.0
    return tuple(round(count, 4) for count in counts)


@dataclass(frozen=True, slots=True)
class Expectation:
    """Entries a day to expect at any moment: the rate, shaped by hour and weekday as if these were independent."""

    rate: float
    by_hour: tuple[float, ...]
    by_day: tuple[float, ...]

    def per_day(self, hour: int, weekday: int) -> float:
        """Return the rate in one hour (UTC) of one weekday (Monday is 0)."""
        return self.rate * self.by_hour[hour] * self.by_day[weekday]


def expectation_of(rate: float, habit: Sequence[float]) -> Expectation:
    """Shape a rate by a habit; an hour is blended with its neighbours (1:6:1), as a habit wanders by minutes."""
    if len(habit) != HOURS + DAYS:
        return Expectation(rate, (1.0,) * HOURS, (1.0,) * DAYS)
    hours, days = habit[:HOURS], habit[HOURS:]
    smooth = [(hours[hour - 1] + 6 * hours[hour] + hours[(hour + 1) % HOURS]) / 8 for hour in range(HOURS)]
    return Expectation(rate, _shares(smooth), _shares(days))


def _shares(counts: Sequence[float]) -> tuple[float, ...]:
    whole, parts = sum(counts) + PRIOR_ENTRIES, len(counts)
    return tuple((count + PRIOR_ENTRIES / parts) / whole * parts for count in counts)


def updated_burst(burst: float, new_entries: int, elapsed: timedelta) -> float:
    """Count the newest entries, older ones fading by half every `BURST_HALF_LIFE`."""
    return burst * fade(elapsed, BURST_HALF_LIFE) + new_entries


def burst_per_day(burst: float) -> float:
    """Return the extra rate that a burst lends to the next moments, entries a day (exponential kernel, as Hawkes has it)."""
    return BURST_SHARE * burst * math.log(2) / (BURST_HALF_LIFE / timedelta(days=1))


def fade(elapsed: timedelta, half_life: timedelta) -> float:
    """Return what is left of a weight of 1 after some time."""
    return float(0.5 ** (max(elapsed, timedelta(0)) / half_life))
