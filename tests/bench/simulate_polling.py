"""Thirty days of polling 2,000 synthetic feeds: our rhythm beside the rules of the peers, request for request, story for story.

    python -m tests.bench.simulate_polling [--feeds 2000] [--days 30] [--seeds 101 102 103] [--efforts 0.35 1 ...] [--to FILE]

Every rule sees the same stories, the same documents and the same troubles. A story's delay runs from its publication to the poll
that first sees it; a story that left the document before any poll, or is older than a day at the end and still unseen, is lost.
`--to` keeps the figures for `tests.bench.polling_picture`.
"""

from __future__ import annotations

import argparse
import json
import math
import statistics
from array import array
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from extractors.schedule import DEFAULT, RhythmSettings
from tests.bench.polling_rules import OUR_REDIRECTS_KEPT_AFTER, PEERS, REDIRECTS_KEPT_AFTER, Rule, newsloom
from tests.bench.polling_world import DAY, HOUR, MINUTE, Conduct, SyntheticFeed, View, document_of, feeds_of

TUNING_SEEDS = (5, 7)
"""What the rhythm was tried on; never among those that figures are told of."""
SEEDS = (101, 102, 103)
EFFORTS = (1.1, 0.6, 0.33, 0.15, DEFAULT.effort, 0.05, 0.025)
LOST_COUNTS_AS = DAY
"""In the mean that counts lost stories, too: an operator who looks next day."""
SLICE = 100


@dataclass(slots=True)
class Tally:
    """What a rule has done."""

    requests: int = 0
    wasted: int = 0
    lost: int = 0
    delays: array[float] = field(default_factory=lambda: array("f"))

    def add(self, other: Tally) -> None:
        self.requests += other.requests
        self.wasted += other.wasted
        self.lost += other.lost
        self.delays.extend(other.delays)

    def mean(self) -> float:
        return statistics.fmean(self.delays) / MINUTE if self.delays else 0.0

    def mean_with_lost(self) -> float:
        return (math.fsum(self.delays) + self.lost * LOST_COUNTS_AS) / max(1, len(self.delays) + self.lost) / MINUTE

    def share(self, quantile: float) -> float:
        ordered = sorted(self.delays)
        return ordered[min(len(ordered) - 1, int(quantile * len(ordered)))] / MINUTE if ordered else 0.0


def run(feeds: Sequence[SyntheticFeed], days: int, make_rule: Callable[[], Rule], redirects_kept_after: float = 0.0) -> Tally:
    """Poll every feed by a rule for so many days; the first poll comes at a moment of its own in the first hour."""
    tally = Tally()
    for number, feed in enumerate(feeds):
        _live(feed, (number * 0.618034 % 1) * HOUR, days * DAY, make_rule(), tally, redirects_kept_after)
    return tally


def _live(feed: SyntheticFeed, first: float, end: float, rule: Rule, tally: Tally, redirects_kept_after: float) -> None:
    at, polls, redirects, conduct = first, 0, 0, Conduct()
    seen = start = next((number for number, time in enumerate(feed.times) if time >= first), len(feed.times))
    delivered = 0
    while at < end:
        status = conduct.status_of(feed, at)
        oldest, known, age = document_of(feed, at) if status == 200 else (0, 0, None)
        fresh = range(max(seen, oldest), known)
        tally.delays.extend(at - feed.times[story] for story in fresh)
        delivered += len(fresh)
        new = known - oldest if not polls and status == 200 else len(fresh)
        polls += 1
        tally.requests += 1 + (at >= feed.moved_at and redirects <= redirects_kept_after)
        redirects += at >= feed.moved_at
        tally.wasted += not new
        seen = max(seen, known)
        rest = conduct.rest() if status == 429 else None
        at += rule(View(at, new, feed.times[oldest:known], feed, polls, status, rest, age))
    late = sum(1 for time in feed.times[max(start, seen) :] if time >= end - DAY)
    tally.lost += len(feed.times) - start - delivered - late


def least_mean_minutes(feeds: Sequence[SyntheticFeed], requests: float) -> float:
    """Return the mean delay that the square-root law leaves to a rule which knows every feed's true rate at every minute.

    A Poisson process tells nothing of its next story, so that is the least there is: the sum of the integrals of the root of the
    rate, squared, by twice the requests. Batches, outbreaks and the half hour, which can be foreseen, count as seen at once and
    for nothing, and so do the caches: no rule comes below.
    """
    stories = sum(1 for feed in feeds for at in feed.times if at >= 0)
    return float(sum(feed.root_rate for feed in feeds) ** 2 / (2 * requests) * DAY / MINUTE / stories)


# ------------------------------------------------------------------------------------------------ many at once

Contestant = str | float
"""A peer's name, or an effort of ours."""


def _slice_of(job: tuple[Contestant, int, int, int, int]) -> tuple[Contestant, int, Tally]:
    contestant, count, days, seed, start = job
    feeds = feeds_of(count, days, seed, range(start, min(start + SLICE, count)))
    if isinstance(contestant, str):
        return contestant, seed, run(feeds, days, PEERS[contestant], REDIRECTS_KEPT_AFTER.get(contestant, 0.0))
    return contestant, seed, run(feeds, days, newsloom(settings_of(contestant)), OUR_REDIRECTS_KEPT_AFTER)


def settings_of(effort: float) -> RhythmSettings:
    """Return the default with the dial turned; the clamp gives way where it would stop the dial."""
    return RhythmSettings(effort=effort, shortest_seconds=300 if effort < 0.05 else DEFAULT.shortest_seconds)


def measured(
    contestants: Sequence[Contestant], count: int, days: int, seeds: Sequence[int], jobs: int
) -> list[dict[str, object]]:
    """Run every contestant on every seed; one row each."""
    work = [(one, count, days, seed, start) for one in contestants for seed in seeds for start in range(0, count, SLICE)]
    tallies: dict[tuple[Contestant, int], Tally] = {}
    with ProcessPoolExecutor(jobs) as pool:
        for one, seed, tally in pool.map(_slice_of, work):
            tallies.setdefault((one, seed), Tally()).add(tally)
    return [_row(one, seed, tally, count, days) for (one, seed), tally in tallies.items()]


def _row(one: Contestant, seed: int, tally: Tally, count: int, days: int) -> dict[str, object]:
    return {
        "rule": one,
        "seed": seed,
        "requests": tally.requests / count / days,
        "wasted": tally.wasted / tally.requests,
        "mean": tally.mean(),
        "mean_with_lost": tally.mean_with_lost(),
        "median": tally.share(0.5),
        "p90": tally.share(0.9),
        "lost": tally.lost,
        "stories": len(tally.delays) + tally.lost,
    }


COLUMNS = ("requests", "wasted", "mean", "mean_with_lost", "median", "p90", "lost", "stories")


def medians(rows: Sequence[dict[str, object]]) -> dict[Contestant, dict[str, float]]:
    """Take the median over the seeds, figure by figure."""
    names: list[Contestant] = list(dict.fromkeys(row["rule"] for row in rows))  # type: ignore[misc]  # rows are written by us
    return {
        name: {column: statistics.median(float(row[column]) for row in rows if row["rule"] == name) for column in COLUMNS}  # type: ignore[arg-type]  # the same
        for name in names
    }


def is_beaten(peer: dict[str, float], ours: dict[str, float]) -> bool:
    """Fewer requests, at no longer a mean delay, and no more stories lost."""
    return ours["requests"] < peer["requests"] and ours["mean"] <= peer["mean"] and ours["lost"] <= peer["lost"]


def main() -> None:
    """Print the table of medians, and which setting of ours beats whom."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--feeds", type=int, default=2000)
    parser.add_argument("--days", type=int, default=30)
    parser.add_argument("--seeds", type=int, nargs="*", default=list(SEEDS))
    parser.add_argument("--efforts", type=float, nargs="*", default=list(EFFORTS))
    parser.add_argument("--peers", nargs="*", default=list(PEERS), choices=list(PEERS))
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--to", type=Path)
    options = parser.parse_args()
    rows = measured([*options.peers, *options.efforts], options.feeds, options.days, options.seeds, options.jobs)
    found = medians(rows)
    bounds = {
        str(requests): statistics.median(
            least_mean_minutes(feeds_of(options.feeds, options.days, seed), requests * options.feeds * options.days)
            for seed in options.seeds
        )
        for requests in (2, 3, 5, 8, 12, 20, 24, 40, 70, 100)
    }
    if options.to is not None:
        options.to.write_text(json.dumps({"options": vars(options) | {"to": None}, "rows": rows, "bounds": bounds}, indent=1))
    print("| rule | requests a feed a day | wasted | mean delay, min | lost ones as a day | median | 90 % | lost |")
    print("|---|---|---|---|---|---|---|---|")
    for name, row in sorted(found.items(), key=lambda item: item[1]["requests"]):
        print(_line(f"**newsloom, effort {name:g}**" if isinstance(name, float) else name, row))
    for peer in options.peers:
        beaten_by = [f"{effort:g}" for effort in options.efforts if is_beaten(found[peer], found[effort])]
        print(f"\n{peer}: beaten by effort {', '.join(beaten_by) or 'none of these'}", end="")
    print("\n\nleast mean delay by requests:", {key: round(value, 1) for key, value in bounds.items()})


def _line(name: str, row: dict[str, float]) -> str:
    return (
        f"| {name} | {row['requests']:.2f} | {row['wasted']:.0%} | {row['mean']:.1f} | {row['mean_with_lost']:.1f} "
        f"| {row['median']:.1f} | {row['p90']:.1f} | {row['lost']:,.0f} |"
    )


if __name__ == "__main__":
    main()
