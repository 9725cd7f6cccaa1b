"""The rhythm alone over the soak's week: what other dials would bring, in polls and in waiting. No network, no warehouse.

`python -m tests.bench.soak_rhythm [--outlets 200] [--days 7] [--every 30] [--seed 1]`
"""

from __future__ import annotations

import argparse
import statistics
from bisect import bisect_right
from datetime import UTC, datetime, timedelta

from extractors.records import Entry, Feed, Page, PageOutcome, ParsedFeed, Poll, Rhythm
from extractors.schedule import RhythmSettings, next_rhythm
from tests.soak.week import even_delays, quantile
from tests.soak.world import LISTED, Piece, World, host_of

HOUR = 3600
DIALS = {
    "longest 24 h, effort 0.09": RhythmSettings(longest_seconds=24 * HOUR),
    "longest 12 h": RhythmSettings(longest_seconds=12 * HOUR),
    "longest 6 h, as it comes": RhythmSettings(),
    "longest 3 h": RhythmSettings(longest_seconds=3 * HOUR),
    "longest 24 h, effort 0.05": RhythmSettings(effort=0.05, longest_seconds=24 * HOUR),
    "longest 6 h, effort 0.05": RhythmSettings(effort=0.05),
}


def polled(world: World, every: timedelta, settings: RhythmSettings) -> tuple[int, list[float]]:
    """Live the days of a world; return how many polls there were, and the minutes from each story to the poll that saw it."""
    own: dict[int, list[Piece]] = {}
    for piece in world.pieces:
        own.setdefault(piece.outlet, []).append(piece)
    polls, delays = 0, []
    for outlet in range(world.outlets):
        feed = Feed(f"http://{host_of(outlet)}/feed", host_of(outlet))
        rhythm, known, now = Rhythm(feed.feed_url), 0, world.start
        pieces = own.get(outlet, [])
        while now < world.start + world.span:
            if rhythm.next_poll_at is None or rhythm.next_poll_at <= now:
                polls += 1
                listed = bisect_right(pieces, now, key=lambda piece: piece.published_at)
                delays += [(now - piece.published_at) / timedelta(minutes=1) for piece in pieces[known:listed]]
                new = listed - known
                rhythm = next_rhythm(
                    feed, rhythm, poll_of(feed, pieces[:listed] if new else [], now), new, now, settings=settings
                )
                known = listed
            now += every
    return polls, delays


def poll_of(feed: Feed, listed: list[Piece], now: datetime) -> Poll:
    """Return what asking brings: a document with what is newest, or, for none, the word that nothing changed."""
    if not listed:
        return Poll(feed.feed_url, Page(feed.feed_url, PageOutcome.UNCHANGED, now, status=304))
    entries = [Entry(feed.feed_url, one.url, one.url, one.url, published_at=one.published_at) for one in listed[-LISTED:]]
    return Poll(feed.feed_url, Page(feed.feed_url, PageOutcome.FETCHED, now, status=200), ParsedFeed("rss20", tuple(entries)))


def main() -> None:
    """Print a line a dial."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--outlets", type=int, default=200)
    parser.add_argument("--days", type=float, default=7)
    parser.add_argument("--per-day", type=float, default=1.5)
    parser.add_argument("--every", type=int, default=30, metavar="MINUTES")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    start = datetime(2026, 11, 14, tzinfo=UTC)
    world = World(options.outlets, options.per_day, start, options.days, options.seed)
    every = timedelta(minutes=options.every)
    print("| dial | polls a feed a day | mean | median | 90 % | p99, min | the same polls spread evenly: mean | median | p99 |")
    print("|---|---|---|---|---|---|---|---|---|")
    for name, settings in DIALS.items():
        polls, delays = polled(world, every, settings)
        evenly = [seconds / 60 for seconds in even_delays(world, polls, every)]
        ours = [statistics.fmean(delays), *(quantile(delays, share) for share in (0.5, 0.9, 0.99))]
        theirs = [statistics.fmean(evenly), *(quantile(evenly, share) for share in (0.5, 0.99))]
        per_day = polls / world.outlets / world.days
        print(f"| {name} | {per_day:.1f} | {' | '.join(f'{value:.0f}' for value in [*ours, *theirs])} |", flush=True)


if __name__ == "__main__":
    main()
