"""The command for the morning after: what fails, what has fallen silent, whether the schedule still runs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Any

import click
import duckdb

from extractors.urls import host_of, registrable_domain
from flows.cli.terminal import CONTEXT, table_of
from flows.settings import Settings
from flows.stages.shares import pages_in
from warehouse.check import Violation, check
from warehouse.connection import reader
from warehouse.errors import WarehouseBusy, WarehouseError, WarehouseMissing, WarehouseReadOnly
from warehouse.publish import room_wanting
from warehouse.shares import netloc_in

ENDED_BADLY = frozenset({"failed", "abandoned"})
LATE_AFTER_GAPS = 3
"""A schedule is late when nothing has run for three of its usual gaps …"""
LATE_AT_LEAST = timedelta(hours=1)
LATE_WITHOUT_HABIT = timedelta(hours=26)
"""… or, before it has a habit, for a day and a little."""
FIRST_RUN_PATIENCE_SECONDS = 5.0
"""For whoever writes just now: before the first publish nothing else tells anything."""
UNPUBLISHED_AFTER = timedelta(minutes=10)
"""A run publishes at its end, which takes seconds; where a copy is still older by then, publishing has failed."""
MOST_BACKLOGS = 5


@dataclass(frozen=True, slots=True)
class Health:
    """What the published copy tells of its own making."""

    totals: tuple[int, int, int]
    pending: int
    backlog: list[tuple[str, int]]  # hosts, and entries of theirs that wait
    feeds: int  # that are to be polled
    runs: list[tuple[Any, ...]]
    ill: list[tuple[Any, ...]]
    silent: list[tuple[Any, ...]]
    starts: list[datetime]  # of ingests, the latest first
    broken: list[Violation]


@dataclass(frozen=True, slots=True)
class Latest:
    """What the warehouse itself knows of its runs: more than the published copy, after one that failed."""

    runs: list[tuple[Any, ...]]
    starts: list[datetime]  # of ingests, the latest first
    trouble: WarehouseError | None = None  # why it does not open


@click.command(short_help="Tell what needs a person: feeds, runs, lag, sizes.")
@click.pass_context
def status(context: click.Context) -> None:
    """Tell which feeds fail or fall silent, the last runs, lag and sizes; exit code 1 where something needs a person."""
    settings: Settings = context.obj
    now = datetime.now(UTC)
    try:
        health = _health_of(settings.published_path)
    except WarehouseMissing as missing:
        _tell_unpublished(settings, missing)
        context.exit(1)
    latest = _with_unpublished(Latest(health.runs, health.starts), settings)
    published_at = datetime.fromtimestamp(settings.published_path.stat().st_mtime, UTC)
    sizes, unreachable = _sizes(settings)
    alarms = _alarms(health, replace(latest, trouble=unreachable or latest.trouble), settings, published_at, now)
    articles, originals, outlets = health.totals
    _say(f"{articles:,} articles, {originals:,} of them originals, from {outlets} outlets; {health.pending} entries wait.")
    _say(f"Published {told(now - published_at)} ago; {sizes}.")
    for line in alarms:
        _say(line, style="red")
    for line in _told_backlogs(health.backlog, settings):
        _say(line, style="yellow")
    show = CONTEXT.data.print
    failed = _tell_runs(latest.runs)
    if health.ill:
        show(table_of("\nFeeds that need a look", ("feed", "health", "last error"), health.ill, health="yellow"))
    if health.silent:
        columns = ("outlet", "hours silent", "usual gap")
        show(table_of("\nOutlets silent against their habit", columns, health.silent, outlet="yellow"))
    for violation in health.broken:
        _say(f"Broken promise: {violation.promise} ({violation.rows} rows)", style="red")
    if health.ill or health.silent or health.broken or failed or alarms:
        context.exit(1)
    show("[green]All is well.[/green]")


PUBLISH = "newsloom publish does that, or says why it cannot."


def _alarms(health: Health, latest: Latest, settings: Settings, published_at: datetime, now: datetime) -> list[str]:
    """Tell what keeps news from coming in or from being read, whatever the tables say."""
    late = late_by(latest.starts, now) if health.feeds else None
    unpublished = _unpublished_of(latest.runs, published_at, now) if settings.catalog is None else None
    wanting = _room_wanting(settings)
    found = {
        f"The warehouse cannot be {'reached' if settings.catalog else 'opened'}: {latest.trouble}": latest.trouble,
        f"The disk of {settings.home} is nearly full: {wanting}.": wanting,
        f"What the last {unpublished} loaded has not been published: {PUBLISH}": unpublished,
        f"No feed has been polled for {told(late or timedelta())}: does the schedule still run?": late,
    }
    return [line for line, reason in found.items() if reason is not None]


def _unpublished_of(runs: Sequence[tuple[Any, ...]], published_at: datetime, now: datetime) -> str | None:
    """Return the kind of the latest run that ended well, and after which nothing was published; None where there is none."""
    for kind, how, started_at, seconds, *_ in runs:
        ended_at = started_at + timedelta(seconds=seconds or 0)
        if how == "finished" and published_at < ended_at < now - UNPUBLISHED_AFTER:
            return str(kind)
    return None


def _room_wanting(settings: Settings) -> str | None:
    with suppress(OSError):  # no such file: a lake, or a copy without its warehouse
        return room_wanting(settings.warehouse_path, settings.home)
    return None


def _tell_unpublished(settings: Settings, missing: WarehouseMissing) -> None:
    """Say what became of the runs so far, none of which has published anything; why they failed stands in the warehouse alone."""
    latest = _with_unpublished(Latest([], []), settings, lock_timeout_seconds=FIRST_RUN_PATIENCE_SECONDS)
    if not latest.runs:
        raise latest.trouble or missing
    has_loaded = any(run[1] == "finished" for run in latest.runs)
    _say(f"Nothing has been published here yet{': ' + PUBLISH if has_loaded else '.'}")
    _tell_runs(latest.runs)


def _tell_runs(runs: Sequence[tuple[Any, ...]]) -> list[str]:
    """Show the last runs; return the kinds whose latest one failed."""
    failed = sorted(run[0] for run in _latest_of_each(runs) if run[1] in ENDED_BADLY)
    if failed:
        _say(f"The last {' and the last '.join(failed)} did not end well; the table says why.", style="red")
    if runs:
        columns = ("kind", "status", "started", "seconds", "new", "revised", "error")
        CONTEXT.data.print(table_of("\nLast runs", columns, runs))
    return failed


def _told_backlogs(waiting: Iterable[tuple[str, int]], settings: Settings) -> list[str]:
    """Name the hosts with more pages to fetch than a run may ask them for, the most first."""
    spacing, pages = settings.host_spacing_seconds, Counter[str]()
    for netloc, count in waiting:
        pages[registrable_domain(host_of(f"http://{netloc}"))] += count
    share = pages_in(settings.host_minutes_per_run, spacing)
    return [
        f"{count:,} entries of {domain} wait: a run asks it for {share:,} pages, so that others have their turn;"
        f" all of them take {told(timedelta(seconds=count * spacing))} at least."
        for domain, count in pages.most_common(MOST_BACKLOGS)
        if count > share
    ]


def _say(line: str, style: str | None = None) -> None:
    CONTEXT.data.print(line, style=style, highlight=False, markup=False, soft_wrap=True)


def late_by(starts: Sequence[datetime], now: datetime) -> timedelta | None:
    """Tell for how long nothing has been polled, if that is against the habit of the schedule; None while all is well.

    Args:
        starts: When the last ingests began, the latest first.
        now: The present.

    """
    if not starts:
        return None
    gaps = [(later - earlier).total_seconds() for later, earlier in pairwise(starts)]
    usual = timedelta(seconds=median(gaps)) if len(gaps) > 1 else None
    patience = max(LATE_AFTER_GAPS * usual, LATE_AT_LEAST) if usual is not None else LATE_WITHOUT_HABIT
    waited = now - starts[0]
    return waited if waited > patience else None


def told(span: timedelta) -> str:
    """Tell a time span as people say it."""
    minutes = max(0, round(span.total_seconds() / 60))
    if minutes < 120:
        return "1 minute" if minutes == 1 else f"{minutes} minutes"
    return f"{minutes / 60:.0f} hours" if minutes < 48 * 60 else f"{minutes / 1440:.0f} days"


_RUNS = """
    SELECT kind, status, started_at, round(epoch(finished_at - started_at), 1), articles_new, articles_revised, error
    FROM main.runs
    WHERE started_at < now() + INTERVAL 1 HOUR  -- a clock that ran ahead would hide for as long what has become of the schedule
    ORDER BY started_at DESC, run_id
    LIMIT 5
"""


_STARTS = """
    SELECT started_at
    FROM main.runs
    WHERE kind = 'ingest' AND started_at < now() + INTERVAL 1 HOUR
    ORDER BY started_at DESC
    LIMIT 10
"""


def _health_of(published: Path) -> Health:
    connection = reader(published)

    def rows(sql: str) -> list[tuple[Any, ...]]:
        return connection.execute(sql).fetchall()

    try:
        return Health(
            totals=rows("SELECT count(*), count(*) FILTER (WHERE original_id IS NULL), count(DISTINCT outlet) FROM articles")[0],
            pending=rows("SELECT count(*) FROM state.entries WHERE status = 'pending'")[0][0],
            backlog=rows(f"SELECT {netloc_in('url')}, count(*) FROM state.entries WHERE status = 'pending' GROUP BY ALL"),  # noqa: S608 (a constant)
            feeds=rows("SELECT count(*) FROM feed_health WHERE health NOT IN ('muted', 'gone')")[0][0],
            runs=rows(_RUNS),
            ill=rows("SELECT feed_url, health, last_error FROM feed_health WHERE health <> 'ok' ORDER BY feed_url"),
            silent=rows("SELECT outlet, silent_hours, usual_gap_hours FROM freshness WHERE is_silent ORDER BY silent_hours DESC"),
            starts=[at for (at,) in rows(_STARTS)],
            broken=check(connection),
        )
    finally:
        connection.close()


def _with_unpublished(published: Latest, settings: Settings, lock_timeout_seconds: float = 0.0) -> Latest:
    """Return the last runs, and when ingests began, as the warehouse knows them: one that fails publishes nothing.

    Where a writer is at work, or this user may not write, the published ones have to do.
    """
    try:
        warehouse = settings.warehouse
        if not warehouse.is_there():
            return published
        with warehouse.writer(lock_timeout_seconds=lock_timeout_seconds) as connection:
            return Latest(connection.execute(_RUNS).fetchall(), [at for (at,) in connection.execute(_STARTS).fetchall()])
    except (WarehouseBusy, WarehouseReadOnly, duckdb.Error):
        return published
    except WarehouseError as error:
        return replace(published, trouble=error)


def _latest_of_each(runs: Sequence[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Return the latest run of each kind that has ended."""
    latest: dict[str, tuple[Any, ...]] = {}
    for run in runs:
        if run[1] != "running":
            latest.setdefault(run[0], run)
    return list(latest.values())


def _sizes(settings: Settings) -> tuple[str, WarehouseError | None]:
    """Tell the sizes of what there is, and why those of a lake cannot be told."""
    archive = ("archive", sum(map(_size_of, settings.archive_path.rglob("*"))))
    unreachable = None
    try:
        found = [*settings.warehouse.sizes(), archive]
    except WarehouseError as error:
        found, unreachable = [archive], error
    described = ", ".join(f"{name} {size / 1e6:.1f} MB" for name, size in found)
    return (f"{described}; {settings.warehouse.name}" if settings.catalog else described), unreachable


def _size_of(path: Path) -> int:
    with suppress(OSError):  # merged away meanwhile, or another user's
        return path.stat().st_size if path.is_file() else 0
    return 0


COMMANDS = (status,)
