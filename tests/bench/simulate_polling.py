"""Thirty days of polling 2,000 synthetic feeds: our rhythm beside the rules of the peers, request for request, story for story.

    python -m tests.bench.simulate_polling [--feeds 2000] [--days 30] [--seed 7] [--peers NAME ...]

Every rule sees the same stories and the same documents. A story's delay runs from its publication to the poll that first sees
it; a story that has left the document before any poll is lost. All rules are granted an ideal clock: no tick, no queue, no
failing feed.
"""

from __future__ import annotations

import argparse
import bisect
import math
import random
import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from extractors.records import Entry, Feed, Hints, Page, PageOutcome, ParsedFeed, Poll, Rhythm
from extractors.schedule import DEFAULT, RhythmSettings, next_rhythm

START = datetime(2026, 10, 5, tzinfo=UTC)  # a Monday
MINUTE, HOUR, DAY = 60.0, 3600.0, 86_400.0
HISTORY_DAYS = 40
"""Stories before the first poll, so that documents are full from the start."""


@dataclass(frozen=True, slots=True)
class SyntheticFeed:
    """One feed's life. Times are seconds since `START`, ascending; those below 0 are history."""

    url: str
    kind: str
    times: tuple[float, ...]
    window: int  # entries in the document
    max_age: float  # of the cache before it: the document is made anew only so often
    ttl: float | None
    period: float | None  # sy:updatePeriod


@dataclass(slots=True)
class View:
    """What one poll shows a rule."""

    at: float
    new: int
    in_document: Sequence[float]  # publication times, ascending
    feed: SyntheticFeed
    polls: int


Rule = Callable[[View], float]
"""A poll -> seconds until the next one. May hold state: made anew for every feed."""


# ------------------------------------------------------------------------------------------------ the feeds


def feeds_of(count: int, days: int, seed: int) -> list[SyntheticFeed]:
    """Make feeds of realistic habits.

    Shares and rates: 8 % are dead, 20 % blogs (one story in days), 12 % publish in batches at fixed hours, 60 % are newsrooms
    with a night and a weekend; a tenth of the newsrooms has outbreaks. Rates are log-normal. ttl (12 %, mostly 60 min) and
    sy:updatePeriod (16 %, mostly hourly) are as often as in the 177 real feeds of `shared/data/feeds`.
    """
    chance = random.Random(seed)
    return [_feed(number, days, random.Random(chance.random())) for number in range(count)]


def _feed(number: int, days: int, chance: random.Random) -> SyntheticFeed:
    kind = chance.choices(["newsroom", "outbreaks", "batch", "blog", "dead"], [54, 6, 12, 20, 8])[0]
    times = {"newsroom": _newsroom, "outbreaks": _outbreaks, "batch": _batches, "blog": _blog, "dead": _dead}[kind](days, chance)
    max_age = chance.choices([0.0, 60.0, 300.0, 600.0, 900.0, 1800.0, 3600.0], [45, 12, 18, 10, 7, 5, 3])[0]
    ttl = chance.choices([None, 600.0, 900.0, 3600.0, 6000.0], [88, 1, 1, 8, 2])[0]
    period = chance.choices([None, 3600.0, DAY], [84, 15, 1])[0]
    return SyntheticFeed(
        url=f"https://feed-{number}.example/",
        kind=kind,
        times=tuple(sorted(at for at in times if at < days * DAY)),
        window=chance.choices([10, 20, 30, 50, 100], [30, 25, 20, 20, 5])[0],
        max_age=max_age,
        ttl=ttl,
        period=period,
    )


def _day_curve(chance: random.Random) -> Callable[[float], float]:
    """Return a weight for each moment: a working day of 8 to 16 hours around some noon, quiet nights, quieter weekends."""
    noon, width = chance.uniform(0, 24), chance.uniform(3.0, 7.0)
    night, weekend = chance.uniform(0.02, 0.3), chance.uniform(0.2, 1.0)

    def weight(at: float) -> float:
        hour = at / HOUR % 24
        away = min(abs(hour - noon), 24 - abs(hour - noon))
        is_weekend = (at // DAY) % 7 >= 5
        return (night + math.exp(-((away / width) ** 2))) * (weekend if is_weekend else 1.0)

    return weight


def _poisson(rate_per_day: float, weight: Callable[[float], float], days: int, chance: random.Random) -> list[float]:
    """Thin an even Poisson process by a weight of mean about one half."""
    peak, at, times = rate_per_day * 2.6, -HISTORY_DAYS * DAY, []
    while at < days * DAY:
        at += chance.expovariate(peak / DAY)
        if chance.random() < weight(at) / 1.3:
            times.append(at)
    return times


def _rate(chance: random.Random, median: float, spread: float, most: float) -> float:
    return min(most, median * math.exp(chance.gauss(0, spread)))


def _newsroom(days: int, chance: random.Random) -> list[float]:
    return _poisson(_rate(chance, 8.0, 1.3, 250.0), _day_curve(chance), days, chance)


def _outbreaks(days: int, chance: random.Random) -> list[float]:
    times = _newsroom(days, chance)
    for _ in range(chance.randint(1, 6)):
        begin = chance.uniform(0, days * DAY)
        times += [begin + abs(chance.gauss(0, 2.0)) * HOUR for _ in range(chance.randint(10, 60))]
    return times


def _batches(days: int, chance: random.Random) -> list[float]:
    hours = [chance.uniform(0, 24) for _ in range(chance.choice([1, 1, 2, 3]))]
    size, works = chance.randint(1, 12), chance.choice([5, 5, 7])
    return [
        day * DAY + hour * HOUR + abs(chance.gauss(0, 4 * MINUTE))
        for day in range(-HISTORY_DAYS, days)
        for hour in hours
        if day % 7 < works
        for _ in range(max(1, round(chance.gauss(size, size / 3))))
    ]


def _blog(days: int, chance: random.Random) -> list[float]:
    return _poisson(_rate(chance, 0.25, 1.0, 3.0), _day_curve(chance), days, chance)


def _dead(_days: int, chance: random.Random) -> list[float]:
    return sorted(-chance.uniform(30, 400) * DAY for _ in range(20))


# ------------------------------------------------------------------------------------------------ the rules


def fixed(minutes: float) -> Callable[[], Rule]:
    return lambda: lambda _view: minutes * MINUTE


def _clamped(seconds: float, least: float, most: float) -> float:
    return max(least, min(most, seconds))


def miniflux_by_frequency() -> Rule:
    """`entry_frequency`: a week by the week's count, 5 min to 24 h, then the longest of it, ttl and max-age."""
    recent: list[float] = []

    def rule(view: View) -> float:
        recent.extend(view.in_document[len(view.in_document) - view.new :] if view.polls > 1 else view.in_document)
        week = sum(1 for at in recent if view.at - 7 * DAY <= at)
        recent[:] = [at for at in recent if view.at - 7 * DAY <= at]
        base = _clamped(7 * DAY / week if week else DAY, 5 * MINUTE, DAY)
        return _clamped(max(base, view.feed.ttl or 0.0, view.feed.max_age), 5 * MINUTE, DAY)

    return rule


def miniflux_round_robin() -> Rule:
    """`round_robin`: an hour, or what ttl and max-age ask for."""
    return lambda view: _clamped(max(HOUR, view.feed.ttl or 0.0, view.feed.max_age), HOUR, DAY)


def commafeed() -> Rule:
    """By the age of the newest entry, else half the mean gap between 5 min and 1 h."""

    def rule(view: View) -> float:
        if len(view.in_document) < 2:
            return 4 * HOUR
        age = view.at - view.in_document[-1]
        for days, hours in ((30, 4), (14, 2), (7, 1)):
            if age >= days * DAY:
                return hours * HOUR
        gap = (view.in_document[-1] - view.in_document[0]) / (len(view.in_document) - 1)
        return _clamped(gap / 2, 5 * MINUTE, HOUR)

    return rule


def rss_fetcher() -> Rule:
    """6 h at first; 67 % duplicates lengthen, 33 % shorten, by 10 or 60 min; 10 min to 24 h."""
    interval = 6 * HOUR

    def rule(view: View) -> float:
        nonlocal interval
        duplicates = 1 - view.new / len(view.in_document) if view.in_document else 1.0
        if duplicates >= 0.67:
            is_alive = bool(view.in_document) and view.at - view.in_document[-1] < 31 * DAY
            interval += 10 * MINUTE if is_alive else HOUR
        elif duplicates < 0.33:
            interval -= HOUR
        interval = _clamped(interval, 10 * MINUTE, DAY)
        return max(interval, view.feed.period or 0.0)

    return rule


def news_crawl() -> Rule:
    """12 h at first; unchanged: half as long again; changed: a fifth of the way to 90 min."""
    interval = 12 * HOUR

    def rule(view: View) -> float:
        nonlocal interval
        interval = interval - 0.2 * (interval - 90 * MINUTE) if view.new else interval * 1.5
        interval = _clamped(interval, 90 * MINUTE, 90 * DAY)
        return interval

    return rule


def newsloom(settings: RhythmSettings) -> Callable[[], Rule]:
    """Ours: the real `next_rhythm`, fed real records."""

    def made() -> Rule:
        rhythm: Rhythm | None = None
        made_entries: dict[float, Entry] = {}

        def rule(view: View) -> float:
            nonlocal rhythm
            feed = Feed(view.feed.url, "example")
            rhythm = rhythm or Rhythm(view.feed.url)
            now = START + timedelta(seconds=view.at)
            rhythm = next_rhythm(feed, rhythm, _poll_of(view, now, made_entries), view.new, now, settings=settings)
            assert rhythm.next_poll_at is not None
            return (rhythm.next_poll_at - now).total_seconds()

        return rule

    return made


def _poll_of(view: View, now: datetime, made: dict[float, Entry]) -> Poll:
    headers = (("cache-control", f"max-age={round(view.feed.max_age)}"),) if view.feed.max_age else ()
    if not view.new and view.polls > 1:
        return Poll(view.feed.url, Page(view.feed.url, PageOutcome.UNCHANGED, now, status=304, headers=headers))
    hints = Hints(
        ttl_seconds=round(view.feed.ttl) if view.feed.ttl else None,
        update_period_seconds=round(view.feed.period) if view.feed.period else None,
    )
    for at in view.in_document[-view.new :]:
        made[at] = Entry(view.feed.url, str(at), None, None, published_at=START + timedelta(seconds=at))
    entries = tuple(made[at] for at in reversed(view.in_document) if at in made)
    page = Page(view.feed.url, PageOutcome.FETCHED, now, status=200, headers=headers, body=b"x")
    return Poll(view.feed.url, page, ParsedFeed("rss20", entries, hints=hints))


PEERS: dict[str, Callable[[], Rule]] = {
    "fixed 15 min": fixed(15),
    "fixed 60 min": fixed(60),
    "miniflux entry_frequency": miniflux_by_frequency,
    "miniflux round_robin": miniflux_round_robin,
    "CommaFeed": commafeed,
    "rss-fetcher": rss_fetcher,
    "news-crawl": news_crawl,
}


# ------------------------------------------------------------------------------------------------ the run


@dataclass(slots=True)
class Tally:
    """What a rule has done."""

    requests: int = 0
    wasted: int = 0
    lost: int = 0
    delays: list[float] = field(default_factory=list)

    def mean(self) -> float:
        return statistics.fmean(self.delays) / MINUTE if self.delays else 0.0

    def share(self, quantile: float) -> float:
        ordered = sorted(self.delays)
        return ordered[min(len(ordered) - 1, int(quantile * len(ordered)))] / MINUTE if ordered else 0.0


def run(feeds: Sequence[SyntheticFeed], days: int, make_rule: Callable[[], Rule]) -> Tally:
    """Poll every feed by a rule for so many days; the first poll comes at a moment of its own in the first hour."""
    tally = Tally()
    for number, feed in enumerate(feeds):
        _live(feed, (number * 0.618034 % 1) * HOUR, days * DAY, make_rule(), tally)
    return tally


def _live(feed: SyntheticFeed, first: float, end: float, rule: Rule, tally: Tally) -> None:
    at, seen, polls = first, 0, 0
    while at < end:
        made_at = at - at % feed.max_age if feed.max_age else at
        known = bisect.bisect_right(feed.times, made_at)
        oldest = max(0, known - feed.window)
        new = known - max(seen, oldest)
        for story in range(max(seen, oldest), known):
            if feed.times[story] >= first:
                tally.delays.append(at - feed.times[story])
        tally.lost += sum(1 for story in range(seen, oldest) if feed.times[story] >= first)
        polls += 1
        tally.requests += 1
        tally.wasted += not new
        seen = max(seen, known)
        at += rule(View(at, new, feed.times[oldest:known], feed, polls))


MATCHES: dict[str, RhythmSettings] = {
    # for each peer the turn of our one dial that beats it on both counts; no rule can beat all at once with one turn, since
    # fixed 15 min sends 30 times what news-crawl sends
    "fixed 15 min": RhythmSettings(effort=0.022, shortest_seconds=300),
    "fixed 60 min": DEFAULT,
    "miniflux entry_frequency": RhythmSettings(effort=0.35),
    "miniflux round_robin": DEFAULT,
    "CommaFeed": RhythmSettings(effort=0.06),
    "rss-fetcher": RhythmSettings(effort=1.0),
    "news-crawl": RhythmSettings(effort=1.0),
}


def main() -> None:
    """Print one pair of rows a peer: the peer, and ours at the setting that matches it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--feeds", type=int, default=2000)
    parser.add_argument("--days", type=int, default=30)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--peers", nargs="*", default=list(PEERS), choices=list(PEERS))
    options = parser.parse_args()
    feeds = feeds_of(options.feeds, options.days, options.seed)
    print(f"{sum(sum(at > 0 for at in feed.times) for feed in feeds)} stories of {options.feeds} feeds in {options.days} days\n")
    print("| rule | requests a feed a day | wasted | mean delay, min | median | 90 % | lost |\n|---|---|---|---|---|---|---|")
    done: dict[RhythmSettings, Tally] = {}
    for name in options.peers:
        settings = MATCHES[name]
        _print_row(name, run(feeds, options.days, PEERS[name]), options)
        if settings not in done:
            done[settings] = run(feeds, options.days, newsloom(settings))
        is_default = " (default)" if settings == DEFAULT else f", effort {settings.effort:g}"
        _print_row(f"**newsloom{is_default}**", done[settings], options)


def _print_row(name: str, tally: Tally, options: argparse.Namespace) -> None:
    per_day = tally.requests / options.feeds / options.days
    print(
        f"| {name} | {per_day:.2f} | {tally.wasted / tally.requests:.0%} | {tally.mean():.1f} | {tally.share(0.5):.1f} "
        f"| {tally.share(0.9):.1f} | {tally.lost} |",
        flush=True,
    )


if __name__ == "__main__":
    main()
