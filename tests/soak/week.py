"""A world in, the pipeline run through its days, what was found held against what is true."""

from __future__ import annotations

import gc
import os
import random
import resource
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb

from extractors.ids import article_id_of
from extractors.urls import canonical_url
from flows.settings import Settings
from tests import road_driver
from tests.loopback_web import LoopbackWeb
from tests.road_kills import run_process
from tests.soak.world import Piece, World, host_of
from warehouse.check import check
from warehouse.connection import published_path, reader, working_path, writer
from warehouse.rechecks import RECHECK_AFTER
from warehouse.subscriptions import load_feeds

GRACE = timedelta(hours=3)
"""What is published in the last hours may still wait for its poll: feeds are polled by their habits."""
MAINTAIN_HOUR = 3


class Clock:
    """The time of the simulated web: moved by hand between runs, going on with real seconds within one, as a run's own does."""

    def __init__(self, now: datetime) -> None:
        self.move_to(now)

    def __call__(self) -> datetime:
        return self._base + timedelta(seconds=time.monotonic() - self._since)

    def move_to(self, now: datetime) -> None:
        self._base, self._since = now, time.monotonic()


@dataclass(frozen=True, slots=True)
class Day:
    """What stands at the end of a simulated day."""

    articles: int
    file_bytes: int
    resident_bytes: int


@dataclass
class Week:
    """What came of it."""

    runs: int = 0
    kills: int = 0
    seconds: float = 0.0
    cpu_seconds: float = 0.0  # of this process, the web and the judging included, and of those below it
    is_cut_short: bool = False
    days: list[Day] = field(default_factory=list)
    delays: list[float] = field(default_factory=list)  # seconds from publication to the published copy
    requests: int = 0
    published: int = 0  # pieces that had time to be found
    lost: list[str] = field(default_factory=list)  # listed by a feed that we read, and neither a row nor an outcome
    waiting: int = 0  # published in time, and their feed is due after the end
    overdue: int = 0  # the same, and their feed should have been asked
    poll_delays: list[float] = field(default_factory=list)  # seconds from publication to the poll that saw it
    even_delays: list[float] = field(default_factory=list)  # what as many polls would have brought, spread evenly
    polls: int = 0
    rows: int = 0
    copies: int = 0
    copies_right: int = 0
    copies_wrong: int = 0  # linked to another article
    false_copies: int = 0
    edits: int = 0  # with a recheck after them
    edits_missed: list[str] = field(default_factory=list)
    outcomes: dict[str, int] = field(default_factory=dict)
    broken: list[str] = field(default_factory=list)
    pending: int = 0
    faults: dict[str, int] = field(default_factory=dict)

    @property
    def resident_slope(self) -> float:
        """Bytes an hour of simulated time that the process grew by, without its first day."""
        sizes = [day.resident_bytes for day in self.days[1:]]
        return statistics.linear_regression(range(len(sizes)), sizes).slope / 24 if len(sizes) > 1 else 0.0

    @property
    def growth(self) -> tuple[float, float]:
        """Bytes of the working file that an article more costs, and how straight the line is (r squared)."""
        articles, sizes = [day.articles for day in self.days], [day.file_bytes for day in self.days]
        if len(set(articles)) < 2 or len(set(sizes)) < 2:
            return 0.0, 1.0
        return statistics.linear_regression(articles, sizes).slope, statistics.correlation(articles, sizes) ** 2


def live(
    world: World,
    home: Path,
    *,
    every: timedelta,
    kill_share: float = 0.01,
    most_seconds: float = 700.0,
    grace: timedelta = GRACE,
    tell: Callable[[str], None] = lambda _: None,
) -> Week:
    """Run the pipeline at every step of the world's days; kill a share of the runs."""
    week, chance, began, spent_before = Week(), random.Random(world.seed), time.monotonic(), cpu_seconds()
    clock = Clock(world.start)
    world.clock = clock
    seen: set[int] = set()
    with LoopbackWeb(world.sites) as web:
        settings = settings_of(web, home)
        with writer(home) as connection:
            load_feeds(connection, world.feeds)
        now, day = world.start, 0
        while now < world.start + world.span and not week.is_cut_short:
            clock.move_to(now)
            if chance.random() < kill_share:
                week.kills += run_process(settings, now, chance.uniform(0.1, 2.0)).code < 0
                clock.move_to(now)
            road_driver.ingest(settings, now)
            week.runs += 1
            week.requests += len(web.hits)
            web.hits.clear()  # some kilobyte each: they would look like memory of the pipeline
            week.delays += delays_of(world, home, clock(), seen)
            now += every
            if now.hour >= MAINTAIN_HOUR and (now - world.start).days >= day and now - world.start >= timedelta(hours=20):
                road_driver.maintain(settings)
            if (now - world.start).days > day or now >= world.start + world.span:
                day = (now - world.start).days
                week.days.append(day_at(home, len(seen)))
                tell(f"day {day}: {week.days[-1]}, {time.monotonic() - began:.0f} s, {cpu_seconds() - spent_before:.0f} CPU-s")
            week.is_cut_short = time.monotonic() - began > most_seconds
        week.faults = world.faults_sent
    judge(week, world, home, now - grace)
    judge_rhythm(week, world, home, every, last_run=now - every, end=now - grace)
    week.seconds, week.cpu_seconds = time.monotonic() - began, cpu_seconds() - spent_before
    return week


def cpu_seconds() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def settings_of(web: LoopbackWeb, home: Path) -> Settings:
    return Settings(
        home=home,
        contact="soak@newsloom.example",
        connect_to=web.connect_to,
        host_spacing_seconds=0,
        host_concurrency=4,
        total_timeout_seconds=1.5,
        entity_engine="gazetteer",
        workers=1,
    )


def delays_of(world: World, home: Path, now: datetime, seen: set[int]) -> list[float]:
    """Return how long ago the pieces were published that the copy shows for the first time."""
    connection = reader(home)
    try:
        rows = connection.execute("SELECT article_id, url FROM articles").fetchall()
    finally:
        connection.close()
    fresh = [(key, url) for key, url in rows if key not in seen]
    seen.update(key for key, _ in fresh)
    return [(now - world.pieces[int(url.rsplit("/", 1)[-1])].published_at).total_seconds() for _, url in fresh]


def day_at(home: Path, articles: int) -> Day:
    gc.collect()
    resident = int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    return Day(articles, working_path(home).stat().st_size, resident)


# ------------------------------------------------------------------------------------------------ the truth


def judge(week: Week, world: World, home: Path, end: datetime) -> None:
    """Hold the published copy against the world as it was at `end`."""
    connection = reader(published_path(home))
    try:
        week.broken = [f"{one.promise}: {one.rows}, {one.example}" for one in check(connection)]
        week.outcomes = dict(connection.execute("SELECT outcome, count(*) FROM outcomes GROUP BY ALL ORDER BY 2 DESC").fetchall())
        query = "SELECT count(*) FROM state.entries WHERE status = 'pending'"
        with writer(home) as working:
            week.pending = working.execute(query).fetchall()[0][0]
        _judge_rows(week, world, connection, end)
        _judge_copies(week, world, connection)
        _judge_edits(week, world, connection, end)
    finally:
        connection.close()


def _judge_rows(week: Week, world: World, connection: duckdb.DuckDBPyConnection, end: datetime) -> None:
    rows = {key for (key,) in connection.execute("SELECT article_id FROM articles").fetchall()}
    items = {item for (item,) in connection.execute("SELECT DISTINCT item FROM outcomes").fetchall()}
    told = [piece for piece in world.pieces if piece.number in world.told]
    due = [piece for piece in world.pieces if piece.published_at <= end]
    week.published, week.rows = len(due), len(rows)
    week.lost = [piece.url for piece in told if id_of(piece) not in rows and canonical_url(piece.url) not in items]


def judge_rhythm(week: Week, world: World, home: Path, every: timedelta, last_run: datetime, end: datetime) -> None:
    """Tell how much of the delay is waiting for a poll, and what as many polls would do that know no habits."""
    with writer(home) as connection:
        next_polls = dict(connection.execute("SELECT feed_url, next_poll_at FROM state.rhythms").fetchall())
        seen = dict(connection.execute("SELECT url, min(first_seen_at) FROM state.entries GROUP BY ALL").fetchall())
        week.polls = connection.execute("SELECT count(*) FROM main.outcomes WHERE stage = 'poll'").fetchall()[0][0]
    for piece in world.pieces:
        if piece.url in seen:
            week.poll_delays.append((seen[piece.url].astimezone(UTC) - piece.published_at).total_seconds())
        if piece.published_at <= end and piece.number not in world.told:
            next_poll = next_polls[f"http://{host_of(piece.outlet)}/feed"]
            is_overdue = next_poll is None or next_poll <= last_run
            week.overdue += is_overdue
            week.waiting += not is_overdue
    week.even_delays = even_delays(world, week.polls, every)


def even_delays(world: World, polls: int, every: timedelta) -> list[float]:
    """Return the delays where each feed is asked equally often, at runs `every` so long, in an order of chance."""
    interval = max(world.span * world.outlets / max(polls, 1), every)
    chance, delays = random.Random(world.seed), []
    phases = [chance.random() * interval for _ in range(world.outlets)]
    for piece in world.pieces:
        since = piece.published_at - world.start - phases[piece.outlet]
        due = piece.published_at + (-since) % interval
        run = world.start - (world.start - due) // every * every  # the first run that comes then
        delays.append((run - piece.published_at).total_seconds())
    return delays


def _judge_copies(week: Week, world: World, connection: duckdb.DuckDBPyConnection) -> None:
    linked = dict(connection.execute("SELECT article_id, original_id FROM articles").fetchall())
    for piece in world.pieces:
        if (key := id_of(piece)) not in linked:
            continue
        found = linked[key]
        if piece.original is None:
            week.false_copies += found is not None
        elif id_of(world.pieces[piece.original]) in linked:
            week.copies += 1
            week.copies_right += found == id_of(world.pieces[piece.original])
            week.copies_wrong += found is not None and found != id_of(world.pieces[piece.original])


def _judge_edits(week: Week, world: World, connection: duckdb.DuckDBPyConnection, end: datetime) -> None:
    seen = dict(connection.execute("SELECT article_id, first_seen_at FROM articles").fetchall())
    texts = connection.execute("SELECT article_id, text FROM articles WHERE revision > 0").fetchall()
    newest = dict(texts)
    for piece in world.pieces:
        key = id_of(piece)
        if piece.edited_at is None or key not in seen:
            continue
        first = seen[key].astimezone(UTC)
        if first < piece.edited_at and _looked_after(first, piece.edited_at, end):
            week.edits += 1
            if piece.correction not in newest.get(key, ""):
                week.edits_missed.append(piece.url)


def _looked_after(first: datetime, edited_at: datetime, end: datetime) -> bool:
    """Tell whether a recheck was due after the edit and before the end."""
    return any(edited_at < first + step <= end for step in RECHECK_AFTER)


def id_of(piece: Piece) -> int:
    return article_id_of(canonical_url(piece.url))


def quantile(values: Sequence[float], share: float) -> float:
    """Return the value below which a share lies."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0
