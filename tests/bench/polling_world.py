"""A seed -> synthetic feeds of realistic habits and troubles, and what one request to one of them shows. Pure.

Where a share is said to be measured, it was counted in the 177 real feeds of the shared data; the others are assumptions, and
the same for every rule.
"""

from __future__ import annotations

import bisect
import math
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

MINUTE, HOUR, DAY = 60.0, 3600.0, 86_400.0
HISTORY_DAYS = 40
"""Stories before the first poll, so that documents are full from the start."""
RATE_LIMIT_WINDOW = HOUR

Curve = Callable[[float], float]


@dataclass(frozen=True, slots=True)
class SyntheticFeed:
    """One feed's life. Times are seconds since the beginning, a Monday, ascending; those below 0 are history."""

    url: str
    kind: str
    times: tuple[float, ...]
    window: int  # entries in the document
    max_age: float  # of the cache before it: the document is made anew only so often
    phase: float  # of that, so that not all caches are made anew on the full hour
    tells_age: bool  # the cache says how old its copy is, as RFC 9111 (5.1) asks
    ttl: float | None
    period: float | None  # sy:updatePeriod
    outages: tuple[tuple[float, float], ...] = ()  # spells of 5xx and time-outs
    missing_from: float = math.inf  # 404 from then on
    gone_from: float = math.inf  # 410 from then on
    moved_at: float = math.inf  # answers with a 301 from then on
    hourly_limit: int | None = None  # more requests in an hour are answered 429
    root_rate: float = 0.0  # integral of the root of the true rate (a day) over the days; 0 where times are not Poisson


@dataclass(slots=True)
class View:
    """What one poll shows a rule."""

    at: float
    new: int
    in_document: Sequence[float]  # publication times, ascending
    feed: SyntheticFeed
    polls: int
    status: int = 200
    retry_after: float | None = None
    age: float | None = None  # of the cached copy, where told


@dataclass(slots=True)
class Conduct:
    """What a server remembers of one client."""

    asked_at: list[float] = field(default_factory=list)
    refused_at: float = 0.0

    def status_of(self, feed: SyntheticFeed, at: float) -> int:
        """Answer a request. One that is refused does not count against its limit."""
        if at >= feed.gone_from:
            return 410
        if at >= feed.missing_from:
            return 404
        if feed.outages and any(begin <= at < end for begin, end in feed.outages):
            return 503
        if feed.hourly_limit is None:
            return 200
        self.asked_at = [before for before in self.asked_at if at - before < RATE_LIMIT_WINDOW]
        if len(self.asked_at) >= feed.hourly_limit:
            self.refused_at = at
            return 429
        self.asked_at.append(at)
        return 200

    def rest(self) -> float:
        """Return the seconds until the next request is welcome: the Retry-After of a 429."""
        return max(60.0, self.asked_at[0] + RATE_LIMIT_WINDOW - self.refused_at)


def document_of(feed: SyntheticFeed, at: float) -> tuple[int, int, float | None]:
    """Return the first and the last story (as a slice) of the document, and the age its cache tells."""
    made_at = at - (at + feed.phase) % feed.max_age if feed.max_age else at
    known = bisect.bisect_right(feed.times, made_at)
    return max(0, known - feed.window), known, at - made_at if feed.max_age and feed.tells_age else None


def feeds_of(count: int, days: int, seed: int, only: range | None = None) -> list[SyntheticFeed]:
    """Make feeds, or some of them.

    8 % are dead, 20 % blogs (one story in days), 12 % publish in batches at fixed hours, 60 % are newsrooms with a night and a
    weekend; a tenth of the newsrooms has outbreaks. Rates are log-normal. A tenth of the living publishes on the full and the
    half hour (measured: 11 of 97 have 40 % and more of their dates there). ttl (12 %, mostly 60 min) and sy:updatePeriod
    (16 %, mostly hourly) are as often as measured. Half of the caches tell their age. In trouble: 15 % are down for hours or
    days, 2 % answer 404 and 1.5 % 410 from some day on, 4 % move, 3 % answer 429 above 2 to 6 requests an hour.
    """
    chance = random.Random(seed)
    seeds = [chance.random() for _ in range(count)]
    return [_feed(number, days, seed, random.Random(seeds[number])) for number in only or range(count)]


def _feed(number: int, days: int, seed: int, chance: random.Random) -> SyntheticFeed:
    kind = chance.choices(["newsroom", "outbreaks", "batch", "blog", "dead"], [54, 6, 12, 20, 8])[0]
    life = {"newsroom": _newsroom, "outbreaks": _outbreaks, "batch": _batches, "blog": _blog, "dead": _dead}[kind](days, chance)
    max_age = chance.choices([0.0, 60.0, 300.0, 600.0, 900.0, 1800.0, 3600.0], [45, 12, 18, 10, 7, 5, 3])[0]
    ttl = chance.choices([None, 600.0, 900.0, 3600.0, 6000.0], [88, 1, 1, 8, 2])[0]
    period = chance.choices([None, 3600.0, DAY], [84, 15, 1])[0]
    is_scheduled = kind in {"newsroom", "outbreaks", "blog"} and chance.random() < 0.11
    times = _on_the_half_hour(life.times, chance) if is_scheduled else life.times
    missing_from, gone_from = _some_day(0.02, days, chance), _some_day(0.015, days, chance)
    end = min(days * DAY, missing_from, gone_from)
    return SyntheticFeed(
        url=f"https://feed-{seed}-{number}.example/",
        kind=kind,
        times=tuple(sorted(at for at in times if at < end)),  # what is never announced can be missed by nobody
        window=chance.choices([10, 20, 30, 50, 100], [30, 25, 20, 20, 5])[0],
        max_age=max_age,
        phase=chance.random() * max_age,
        tells_age=chance.random() < 0.5,
        ttl=ttl,
        period=period,
        outages=_outages(days, chance),
        missing_from=missing_from,
        gone_from=gone_from,
        moved_at=_some_day(0.04, days, chance),
        hourly_limit=chance.choice([2, 3, 4, 6]) if chance.random() < 0.03 else None,
        root_rate=0.0 if is_scheduled else life.root_rate * end / (days * DAY),
    )


def _some_day(share: float, days: int, chance: random.Random) -> float:
    return chance.uniform(0, days * DAY) if chance.random() < share else math.inf


def _outages(days: int, chance: random.Random) -> tuple[tuple[float, float], ...]:
    if chance.random() >= 0.15:
        return ()
    begins = [chance.uniform(0, days * DAY) for _ in range(chance.randint(1, 4))]
    return tuple((begin, begin + _log_normal(chance, 1.5 * HOUR, 1.5, 4 * DAY)) for begin in begins)


def _on_the_half_hour(times: Sequence[float], chance: random.Random) -> list[float]:
    """Let three in four stories wait for the next full or half hour, and a few seconds."""
    return [math.ceil(at / 1800) * 1800 + chance.uniform(0, 20) if chance.random() < 0.75 else at for at in times]


@dataclass(frozen=True, slots=True)
class _Life:
    times: Sequence[float]
    root_rate: float = 0.0


def _day_curve(chance: random.Random) -> Curve:
    """Return a weight for each moment: a working day of 8 to 16 hours around some noon, quiet nights, quieter weekends."""
    noon, width = chance.uniform(0, 24), chance.uniform(3.0, 7.0)
    night, weekend = chance.uniform(0.02, 0.3), chance.uniform(0.2, 1.0)

    def weight(at: float) -> float:
        hour = at / HOUR % 24
        away = min(abs(hour - noon), 24 - abs(hour - noon))
        is_weekend = (at // DAY) % 7 >= 5
        return (night + math.exp(-((away / width) ** 2))) * (weekend if is_weekend else 1.0)

    return weight


def _poisson(rate_per_day: float, weight: Curve, days: int, chance: random.Random) -> _Life:
    """Thin an even Poisson process by a weight of mean about one half."""
    peak, at, times = rate_per_day * 2.6, -HISTORY_DAYS * DAY, []
    while at < days * DAY:
        at += chance.expovariate(peak / DAY)
        if chance.random() < weight(at) / 1.3:
            times.append(at)
    a_week = sum(math.sqrt(2 * rate_per_day * weight(hour * HOUR)) for hour in range(7 * 24)) / 24
    return _Life(times, a_week / 7 * days)


def _log_normal(chance: random.Random, median: float, spread: float, most: float) -> float:
    return min(most, median * math.exp(chance.gauss(0, spread)))


def _newsroom(days: int, chance: random.Random) -> _Life:
    return _poisson(_log_normal(chance, 8.0, 1.3, 250.0), _day_curve(chance), days, chance)


def _outbreaks(days: int, chance: random.Random) -> _Life:
    usual = _newsroom(days, chance)
    times = list(usual.times)
    for _ in range(chance.randint(1, 6)):
        begin = chance.uniform(0, days * DAY)
        times += [begin + abs(chance.gauss(0, 2.0)) * HOUR for _ in range(chance.randint(10, 60))]
    return _Life(times, usual.root_rate)


def _batches(days: int, chance: random.Random) -> _Life:
    hours = [chance.uniform(0, 24) for _ in range(chance.choice([1, 1, 2, 3]))]
    size, works = chance.randint(1, 12), chance.choice([5, 5, 7])
    return _Life(
        [
            day * DAY + hour * HOUR + abs(chance.gauss(0, 4 * MINUTE))
            for day in range(-HISTORY_DAYS, days)
            for hour in hours
            if day % 7 < works
            for _ in range(max(1, round(chance.gauss(size, size / 3))))
        ]
    )


def _blog(days: int, chance: random.Random) -> _Life:
    return _poisson(_log_normal(chance, 0.25, 1.0, 3.0), _day_curve(chance), days, chance)


def _dead(_days: int, chance: random.Random) -> _Life:
    return _Life(sorted(-chance.uniform(30, 400) * DAY for _ in range(20)))
