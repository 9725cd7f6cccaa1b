"""The stages as Prefect tasks: a stage plus a policy. Without the decorators the code still works.

Tasks are batches: a task run costs about 75 ms of CPU, most of it the server's. Nothing is retried but what may succeed later;
what a publisher does wrong is no exception at all but an outcome of its item.

No task has a tag: Prefect asks the server for a slot of each tag before a task begins, and a server away for seconds would fail
the run (docs/faults/scale.md).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, ParamSpec, TypeVar

from prefect import Task, task
from prefect.assets import Asset, AssetProperties, materialize
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State, TaskRun
from prefect.tasks import exponential_backoff

from extractors.errors import TransientError
from extractors.fetch import FetchMemory
from extractors.records import Mention, Outcome, Poll, Quote
from flows.credentials import addresses_in
from flows.stages import fetching, loading, polling, reading, relating, replaying, tagging
from flows.stages.run import Run
from flows.stages.work import PageWork
from warehouse.errors import WarehouseTransient
from warehouse.imported import ImportedBatch
from warehouse.load import LoadReport
from warehouse.places import PublishReport

P = ParamSpec("P")
R = TypeVar("R")

ARTICLES = Asset(
    key="duckdb://newsloom/articles",
    properties=AssetProperties(name="articles", description="One row an article, with copies, mentions and quotes."),
)
PUBLISHED = Asset(
    key="duckdb://newsloom/news",
    properties=AssetProperties(name="news.duckdb", description="The read copy that analysts open."),
)


def is_transient(_task: Task[..., Any], _run: TaskRun, state: State[Any]) -> bool:
    """Retry only what may succeed later: a busy warehouse, a full disk that is being cleared."""
    return isinstance(state.result(raise_on_failure=False), (TransientError, WarehouseTransient))


RETRIED: dict[str, Any] = {
    "retries": 3,
    "retry_delay_seconds": exponential_backoff(backoff_factor=2),
    "retry_jitter_factor": 0.5,
    "retry_condition_fn": is_transient,
    "cache_policy": NO_CACHE,
}


def travelling(name: str) -> Callable[[Callable[P, R]], Task[P, R]]:
    """Make a step a task that a cluster's workers may do."""
    return task(name=name, **RETRIED)  # type: ignore[no-any-return,call-overload,unused-ignore]  # Prefect's overloads do not see through **


@task(name="poll feeds", **RETRIED)
def poll_feeds(run: Run, due: Sequence[polling.Due], memory: FetchMemory) -> list[Poll]:
    """Fetch a batch of feeds, archive and read them."""
    fetch_settings = replace(run.fetching, addresses=addresses_in(run.home))  # read here: secrets do not travel with a run
    polls = polling.poll_feeds(due, fetch_settings, memory, run.now, run.clock)
    fetching.archive_polls(run.archive, polls)
    return polls


@task(name="load polls", **RETRIED)
def load_polls(run: Run, due: Sequence[polling.Due], polls: Sequence[Poll]) -> polling.PollsLoaded:
    """Remember the entries that feeds announced, and when to ask again."""
    return polling.load_polled(run.warehouse, run.run_id, due, polls, run.now, run.rhythm)


@task(name="fetch pages", **RETRIED)
def fetch_pages(run: Run, batch: Sequence[PageWork], memory: FetchMemory) -> list[fetching.Fetched]:
    """Fetch a batch of pages and archive them before anything else."""
    fetched = fetching.fetch_work(run.run_id, batch, run.fetching, memory, run.clock)
    fetching.archive_pages(run.archive, fetched)
    return fetched


@task(name="read pages", **RETRIED)
def read_pages(run: Run, fetched: Sequence[fetching.Fetched]) -> list[reading.Read]:
    """Extract a batch of pages; keep those that cannot be read."""
    read = reading.read_pages(run.run_id, fetched, run.workers, run.extract_timeout_seconds)
    reading.quarantine_failed(run.home / "quarantine", read)
    return read


@task(name="relate articles", **RETRIED)
def relate_articles(run: Run, read: Sequence[reading.Read]) -> relating.Related:
    """Clean a batch and find its copies."""
    return relating.relate(run.warehouse, read, run.now, run.window_days, everything=run.replace_derived)


@task(name="archive pages", **RETRIED)
def archive_fresh(run: Run, related: relating.Related, fetched: Sequence[fetching.Fetched]) -> int:
    """Archive the pages whose articles are new or changed: an import of the same files again adds nothing."""
    return replaying.archive_fresh(run, related, fetched)


@task(name="tag articles", **RETRIED)
def tag_articles(run: Run, related: relating.Related) -> tagging.Tagged:
    """Find names and quotations in the articles that are new or changed."""
    return tagging.tag_related(related, run.entity_engine, run.workers)


@materialize(ARTICLES, name="load articles", **RETRIED)
def load_articles(
    run: Run,
    related: relating.Related,
    tagged: tuple[Sequence[Mention], Sequence[Quote]],
    outcomes: Sequence[Outcome],
    fetched: Sequence[fetching.Fetched],
    imported: ImportedBatch | None = None,
) -> LoadReport:
    """Write a batch in one transaction."""
    return loading.load_related(run, related, tagged, outcomes, fetched, imported)


@materialize(PUBLISHED, asset_deps=[ARTICLES], name="publish", **RETRIED)
def publish(run: Run) -> PublishReport:
    """Replace the copy that analysts read."""
    return run.warehouse.publish()
