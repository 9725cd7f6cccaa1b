"""Due feeds -> poll -> entries -> pages -> archive -> articles -> copies -> entities and quotes -> load -> publish."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from prefect import flow
from prefect.futures import PrefectFuture
from prefect.logging import get_run_logger
from prefect.task_runners import ThreadPoolTaskRunner

from extractors.fetch import FetchMemory
from extractors.records import Entry
from flows import report, tasks
from flows.settings import Settings, load_settings
from flows.spreading import Here, Spread
from flows.stages import planning
from flows.stages.fetching import Fetched
from flows.stages.reading import Read, outcomes_of
from flows.stages.run import Run, run_of
from flows.stages.work import PageWork
from warehouse.imported import ImportedBatch
from warehouse.load import LoadReport

HERE = Here()


def _run_name() -> str:
    return f"ingest {datetime.now(UTC):%Y-%m-%d %H:%M}"


@flow(
    name="ingest",
    flow_run_name=_run_name,
    description=__doc__,
    # Two at once: the next batch is being fetched while this one is read.
    task_runner=ThreadPoolTaskRunner(max_workers=2),  # type: ignore[arg-type]  # Prefect's generic is invariant
    validate_parameters=True,
)
def ingest(now: datetime | None = None) -> report.RunSummary:
    """Poll the feeds that are due, once, and load what is new.

    Args:
        now: The time that decides what is due; the present where it is not given. For demonstrations and replays.

    """
    settings = load_settings()
    run = run_of(settings, "ingest", now)
    logger = get_run_logger()
    with planning.alone(run), planning.recorded(run):
        plan = planning.plan_polls(run, settings.batch_feeds)
        memory = plan.memory or FetchMemory()
        logger.info("%s: %d feeds are due", run.run_id, plan.feeds)
        new = _poll(run, plan, memory)
        batches = planning.plan_pages(run, new, settings.batch_pages, settings.max_pages_per_run, memory)
        logger.info("%d pages to fetch in %d batches", sum(map(len, batches)), len(batches))
        for name, fetched in _fetched_ahead(run, batches, memory):
            loaded = load_batch(run, name, fetched)
            logger.info("batch %s: %s", name, report.line_of(loaded))
        planning.keep_memory(run, memory)
    return _published(run, settings)


def _poll(run: Run, plan: planning.Plan, memory: FetchMemory) -> list[Entry]:
    """Poll every batch and load it; return the entries never seen before."""
    new: list[Entry] = []
    for number, due in enumerate(plan.due, start=1):
        name = f"{number} of {len(plan.due)}"
        polls = tasks.poll_feeds.with_options(task_run_name=f"poll {name}")(run, due, memory)
        new += tasks.load_polls.with_options(task_run_name=f"load polls {name}")(run, due, polls).new
    return new


def _fetched_ahead(run: Run, batches: Sequence[list[PageWork]], memory: FetchMemory) -> Iterator[tuple[str, list[Fetched]]]:
    """Fetch batch after batch, the next one while the caller works on the last: the web is slow and so is reading."""
    ahead: PrefectFuture[list[Fetched]] | None = None
    for number, batch in enumerate(batches):
        name = f"{number + 1} of {len(batches)}"
        fetch = tasks.fetch_pages.with_options(task_run_name=f"fetch {name}")
        fetched = ahead.result() if ahead is not None else fetch(run, batch, memory)
        ahead = None
        if number + 1 < len(batches):
            later = tasks.fetch_pages.with_options(task_run_name=f"fetch {number + 2} of {len(batches)}")
            ahead = later.submit(run, batches[number + 1], memory)
        yield name, fetched


def load_batch(run: Run, name: str, fetched: list[Fetched]) -> LoadReport:
    """Take one fetched batch, archived already, to the warehouse."""
    [(_, _, read)] = HERE.read_ahead(run, [(name, fetched)])
    return load_read(run, name, fetched, read)


def load_read(
    run: Run,
    name: str,
    fetched: Sequence[Fetched],
    read: Sequence[Read],
    *,
    imported: ImportedBatch | None = None,
    spread: Spread = HERE,
) -> LoadReport:
    """Take one batch that was read to the warehouse.

    Args:
        run: The run.
        name: Of the batch, for Prefect's pages.
        fetched: Its pages; ingest has archived them already.
        read: The same, read.
        imported: Of an import: those that turn out to be new or changed are archived first, and the load is written down.
        spread: Where they are tagged.

    """
    related = tasks.relate_articles.with_options(task_run_name=f"relate {name}")(run, read)
    if imported is not None:
        tasks.archive_fresh.with_options(task_run_name=f"archive {name}")(run, related, fetched)
    tagged = spread.tag(run, name, related)
    load = tasks.load_articles.with_options(task_run_name=f"load {name}")
    loaded: LoadReport = load(run, related, tagged, outcomes_of(read), fetched, imported)
    return loaded


def _published(run: Run, settings: Settings) -> report.RunSummary:
    tasks.publish(run)
    summary = report.summary_of(settings.published_path, run.run_id)
    report.write_artifacts(summary)
    return summary
