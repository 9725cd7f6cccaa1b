"""When a feed's entries appear -> how many to expect at any hour: the measure of polling. Pure.

A habit is 43 decayed counts: 24 by hour of the day (UTC), 7 by day of the week, 12 by five minutes of the hour. The rate is
decayed, too. Both start from the dates in the first document, so that a feed is polled in its own rhythm from the second poll on
and not after weeks of trying.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

HOURS, DAYS, SLOTS = 24, 7, 12
SLOT = timedelta(minutes=5)
PRIOR_ENTRIES = 20.0
"""The habit of a feed of which nothing is known is even; this many entries weigh as much as that assumption, and no fewer than
come in one whole turn (a day, a week): what was seen on three days says nothing of the other four."""
RATE_HALF_LIFE = timedelta(days=7)
"""A week holds the weekly cycle, and a desk that closes is noticed within two."""
HABIT_HALF_LIFE_ENTRIES = 400.0
HABIT_HALF_LIFE_DAYS = 28.0
"""Counts are halved after so many new entries or as many as come in four weeks, whichever is more: habits move with the seasons,
not with the news, and the last days of a busy feed must not be taken for its week."""
BURST_HALF_LIFE = timedelta(hours=3)
BURST_SHARE = 0.5
"""So many entries follow each that the habit does not explain."""
PUNCTUAL_SHARE = 0.5
"""A feed keeps to the clock when half of its entries come in its two usual slots of the hour; by chance a sixth does."""
PUNCTUAL_ENTRIES = 8.0
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


def updated_habit(habit: Sequence[float], times: Iterable[datetime], rate: float = 0.0) -> tuple[float, ...]:
    """Count entries into a habit, older counts fading; `rate` is that of the feed, entries a day."""
    times = list(times)
    if not times:
        return tuple(habit)
    counts = _filled(habit)
    keep = 0.5 ** (1 / max(HABIT_HALF_LIFE_ENTRIES, HABIT_HALF_LIFE_DAYS * rate))
    for at in times:
        counts = [count * keep for count in counts]
        at_utc = at.astimezone(UTC)
        counts[at_utc.hour] += 1.0
        counts[HOURS + at_utc.weekday()] += 1.0
        counts[HOURS + DAYS + at_utc.minute // 5] += 1.0
    return tuple(round(count, 4) for count in counts)


def _filled(habit: Sequence[float]) -> list[float]:
    """Make room for what an older habit did not count."""
    return [*habit, *[0.0] * (HOURS + DAYS + SLOTS - len(habit))]


def moments_of(dated: Sequence[datetime]) -> list[datetime]:
    """Return the dates that tell a moment; none where most name the same second of the day: those are days, not moments.

    Of the 127 real feeds with eight dates and more, 30 are like that (midnight, noon, a time zone's distance from midnight).
    """
    times = Counter(at.astimezone(UTC).time() for at in dated)
    is_by_day = len(dated) > 2 and times.most_common(1)[0][1] > len(dated) * 0.6
    return [] if is_by_day else list(dated)


def usual_slots(habit: Sequence[float]) -> tuple[int, ...]:
    """Return the one or two slots of five minutes in which a punctual feed publishes; empty for the others."""
    counts = habit[HOURS + DAYS :]
    whole = sum(counts)
    best = sorted(range(len(counts)), key=lambda slot: -counts[slot])[:2]
    if whole < PUNCTUAL_ENTRIES or sum(counts[slot] for slot in best) < PUNCTUAL_SHARE * whole:
        return ()
    return tuple(slot for slot in best if counts[slot] >= PUNCTUAL_SHARE / 3 * whole)


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
    if not habit:
        return Expectation(rate, (1.0,) * HOURS, (1.0,) * DAYS)
    hours, days = habit[:HOURS], habit[HOURS : HOURS + DAYS]
    smooth = [(hours[hour - 1] + 6 * hours[hour] + hours[(hour + 1) % HOURS]) / 8 for hour in range(HOURS)]
    return Expectation(rate, _shares(smooth, rate), _shares(days, rate * DAYS))


def _shares(counts: Sequence[float], one_turn: float) -> tuple[float, ...]:
    prior, parts = max(PRIOR_ENTRIES, one_turn), len(counts)
    whole = sum(counts) + prior
    return tuple((count + prior / parts) / whole * parts for count in counts)


def expected_between(expectation: Expectation, start: datetime, end: datetime) -> float:
    """Return how many entries the habit expects from one moment to another, by the half hour."""
    step, at, expected = timedelta(minutes=30), start, 0.0
    while at < end:
        expected += expectation.per_day(at.hour, at.weekday()) * (min(step, end - at) / timedelta(days=1))
        at += step
    return expected


def updated_burst(burst: float, new_entries: int, expected: float, elapsed: timedelta) -> float:
    """Count the entries that the habit does not explain, older ones fading by half every `BURST_HALF_LIFE`.

    Chance alone brings the root of what is expected more or less: only what exceeds it twice counts.
    """
    surplus = new_entries - expected - 2 * math.sqrt(expected)
    return burst * fade(elapsed, BURST_HALF_LIFE) + max(0.0, surplus - 1)


def burst_per_day(burst: float) -> float:
    """Return the extra rate that a burst lends to the next moments, entries a day (exponential kernel, as Hawkes has it)."""
    return BURST_SHARE * burst * math.log(2) / (BURST_HALF_LIFE / timedelta(days=1))


def fade(elapsed: timedelta, half_life: timedelta) -> float:
    """Return what is left of a weight of 1 after some time."""
    return float(0.5 ** (max(elapsed, timedelta(0)) / half_life))
