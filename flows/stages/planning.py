"""The warehouse's memory in, a run's work out; and the run's own row from beginning to end."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass

from extractors.fetch import FetchMemory
from extractors.ids import article_id_of
from extractors.records import Entry, Outcome
from flows.credentials import conceal_stored
from flows.errors import AlreadyRunning
from flows.stages.polling import Due, by_host
from flows.stages.run import Run
from flows.stages.shares import Budget, shares_of
from flows.stages.work import PageWork, batches_of, work_for_entry, work_for_recheck
from warehouse import hosts, read
from warehouse.connection import translated
from warehouse.errors import WarehouseBusy, WarehouseError
from warehouse.ledger import abandon_runs, clock_went_back, expect_items, finish_run, load_outcomes, start_run
from warehouse.planned import planned, store_plan
from warehouse.rechecks import due_rechecks, rewatch
from warehouse.subscriptions import pending_entries


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run is going to poll."""

    due: tuple[tuple[Due, ...], ...] = ()
    memory: FetchMemory | None = None

    @property
    def feeds(self) -> int:
        """Feeds due."""
        return sum(map(len, self.due))


@contextmanager
def alone(run: Run, kind: str | None = None) -> Iterator[None]:
    """Hold the place of the only run of its kind in this data folder; the kernel frees it when the process dies.

    Where several machines share the warehouse, ingest and rebuild are alone among all of them; each may import at the same time.

    Args:
        run: The run.
        kind: Another kind of run, that must wait as well.

    Raises:
        AlreadyRunning: Another process holds it; its number is in the message.
        WarehouseReadOnly, DiskFull: The folder cannot be written.

    """
    path = run.home / f"{kind or run.kind}.lock"
    with translated(path):
        run.home.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            holder = os.pread(descriptor, 32, 0).decode(errors="replace").strip() or "unknown"
            raise AlreadyRunning(kind or run.kind, holder) from error
        with suppress(OSError):  # who holds it is for people; a full disk must not matter here
            os.ftruncate(descriptor, 0)
            os.pwrite(descriptor, str(os.getpid()).encode(), 0)
        with _alone_elsewhere(run, kind or run.kind):
            yield
    finally:
        os.close(descriptor)


@contextmanager
def _alone_elsewhere(run: Run, kind: str) -> Iterator[None]:
    with ExitStack() as held:
        try:
            held.enter_context(run.warehouse.alone(kind, run.run_id, shared=run.kind == kind == "import"))
        except WarehouseBusy as error:
            raise AlreadyRunning(kind, error.item) from error
        yield


@contextmanager
def recorded(run: Run) -> Iterator[None]:
    """Keep the run's row: running, then finished, or failed with the reason. Call it inside `alone`."""
    with run.warehouse.writer() as connection:
        abandon_runs(connection, run.kind, run.now, run.warehouse.living)
        if clock_went_back(connection, run.now):
            rewatch(connection, run.now)
        start_run(connection, run.run_id, run.kind, run.now)
    try:
        yield
    except BaseException as error:
        reason = "interrupted" if isinstance(error, KeyboardInterrupt) else f"{type(error).__name__}: {error}"
        # Where this cannot be written down either (a full disk), the next run calls this one abandoned.
        with suppress(WarehouseError), run.warehouse.writer() as connection:
            finish_run(connection, run.run_id, run.clock(), error=reason[:500])
        raise
    with run.warehouse.writer() as connection:
        finish_run(connection, run.run_id, run.clock())


def plan_polls(run: Run, batch_feeds: int) -> Plan:
    """Return the feeds that are due, in batches by host, and what fetching remembers of earlier runs."""
    with run.warehouse.writer() as connection:
        conceal_stored(connection, run.home)
        due = read.due_feeds(connection, run.now)
        memory = FetchMemory.of(hosts.hosts(connection), hosts.robots_files(connection), run.now)
    return Plan(tuple(map(tuple, by_host(due, batch_feeds))), memory)


def plan_pages(
    run: Run, new: Iterable[Entry], batch_pages: int, max_pages: int, memory: FetchMemory | None = None
) -> list[list[PageWork]]:
    """Return the pages to fetch, in batches: entries that wait for theirs, and articles to look at again.

    Of no host more than its share; what is left waits for the next run. An entry that needs no page has its outcome now: one
    without a link, and one announced for the first time whose article is here already, through another feed.

    `memory` tells what polling has learnt of hosts in this run.
    """
    fresh = {(entry.feed_url, entry.entry_key) for entry in new}
    with run.warehouse.writer() as connection:
        robots = {file.origin: file for file in hosts.robots_files(connection)} | (memory.robots if memory else {})
        share_of = shares_of(run.host_minutes, run.fetching.host_spacing_seconds, robots.values(), run.fetching.product)
        pending = pending_entries(connection, run.now, max_pages, share_of)
        keys = {article_id_of(work.item): work for entry in pending if (work := work_for_entry(entry)) is not None}
        known = read.known_articles(connection, keys)
        settled: list[Outcome] = []
        wanted: dict[str, PageWork] = {}
        for entry in pending:
            work = work_for_entry(entry)
            if work is None:
                settled.append(
                    _without_page(run, entry, entry.feed_url + " " + entry.entry_key, "no_link", "the entry has no link")
                )
            elif article_id_of(work.item) in known and (entry.feed_url, entry.entry_key) in fresh:
                settled.append(_without_page(run, entry, work.item, "duplicate_entry", "the article is here, from another feed"))
            else:
                wanted.setdefault(work.item, work)
        if run.recheck:
            budget = Budget(share_of)
            for work in wanted.values():
                budget.take(work.request.url)
            room = max(0, max_pages - len(wanted))
            announced = {
                article_id_of(item) for item in wanted
            }  # whose feed has changed: their page is asked for once, not twice
            for recheck in due_rechecks(connection, run.now, room, share_of):
                if recheck.article_id not in announced and budget.take(recheck.url):
                    wanted.setdefault(recheck.url, work_for_recheck(recheck))
        expect_items(connection, run.run_id, len(wanted) + len(settled))
        load_outcomes(connection, settled)
        batches = taken_up(wanted, planned(connection), batch_pages)
        store_plan(connection, [[work.item for work in batch] for batch in batches])
    return batches


def taken_up(wanted: Mapping[str, PageWork], left: Sequence[Sequence[str]], batch_pages: int) -> list[list[PageWork]]:
    """Cut work into batches: first what a killed run left, in the batches it had, then the rest."""
    old = [[wanted[item] for item in batch if item in wanted] for batch in left]
    known = {work.item for batch in old for work in batch}
    return [*filter(None, old), *batches_of([work for item, work in wanted.items() if item not in known], batch_pages)]


def _without_page(run: Run, entry: Entry, item: str, outcome: str, detail: str) -> Outcome:
    return Outcome(run.run_id, item, "fetch", outcome, run.now, detail, feed_url=entry.feed_url)


def keep_memory(run: Run, memory: FetchMemory | None) -> None:
    """Write down what fetching learnt of hosts, for the next run; the plan is done."""
    with run.warehouse.writer() as connection:
        store_plan(connection, ())
        if memory is not None:
            records, robots_files = memory.records(run.now)
            present = {record.host for record in hosts.hosts(connection)}  # without those that were released meanwhile
            learnt = [one for one in records if one.host in present or one != memory.begun_with.get(one.host)]
            hosts.load_hosts(connection, learnt, robots_files)
