"""Saved pages, plain texts and WARC files -> the same stages as ingest -> publish."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from itertools import islice
from pathlib import Path

from prefect import flow
from prefect.logging import get_run_logger

from extractors.records import Entry, Page, Request
from extractors.saved import read_saved
from extractors.urls import canonical_url
from flows import progress, report, tasks
from flows.ingest import load_batch
from flows.settings import load_settings
from flows.stages import planning
from flows.stages.fetching import Fetched, judged
from flows.stages.run import Run, run_of
from flows.stages.work import PageWork
from warehouse.connection import writer
from warehouse.ledger import expect_items


def _run_name() -> str:
    return f"import {datetime.now(UTC):%Y-%m-%d %H:%M}"


@flow(name="backfill", flow_run_name=_run_name, description=__doc__)
def backfill(paths: list[str], since: date | None = None, until: date | None = None) -> report.RunSummary:
    """Load files and folders; loading them again changes nothing, so an interrupted import is just run again.

    Args:
        paths: Files and folders on the machine that runs this.
        since: Leave out pages fetched (WARC) or saved (files) before this day, UTC.
        until: Leave out pages of this day or later.

    """
    settings = load_settings()
    run = run_of(settings, "import")
    logger = get_run_logger()
    with planning.alone(run), planning.recorded(run):
        saved = _between(_saved(map(Path, paths)), since, until)
        for number, batch in enumerate(_batches(saved, settings.batch_pages), start=1):
            fetched = _accepted(run, batch)
            loaded = load_batch(run, f"batch {number}", fetched, archive=True)
            logger.info("batch %d: %s", number, report.line_of(loaded))
    tasks.publish(run)
    summary = report.summary_of(settings.published_path, run.run_id)
    report.write_artifacts(summary)
    return summary


def _saved(paths: Iterator[Path] | Sequence[Path]) -> Iterator[tuple[Page, Entry | None]]:
    for path in paths:
        yield from read_saved(path)


def _between(
    pages: Iterator[tuple[Page, Entry | None]], since: date | None, until: date | None
) -> Iterator[tuple[Page, Entry | None]]:
    for page, entry in pages:
        day = page.fetched_at.astimezone(UTC).date()
        if (since is None or day >= since) and (until is None or day < until):
            yield page, entry


def _batches(pages: Iterator[tuple[Page, Entry | None]], size: int) -> Iterator[list[tuple[Page, Entry | None]]]:
    """Cut lazily: a WARC file of a gigabyte is never in memory."""
    while batch := list(islice(pages, size)):
        yield batch


def _accepted(run: Run, batch: Sequence[tuple[Page, Entry | None]]) -> list[Fetched]:
    """Turn saved pages into fetched ones; the item is the address of the page, or the path of a file that names none.

    Of one address saved several times in a batch, each reading counts: they are versions of one article.
    """
    fetched = []
    for page, entry in batch:
        item = page.item_id or canonical_url(page.url)
        work = PageWork(item, Request(page.url, item_id=item), entry=entry)
        fetched.append(judged(run.run_id, work, page))
    with writer(run.home) as connection:
        expect_items(connection, run.run_id, len({one.work.item for one in fetched}))
    progress.expect("load", len(fetched))
    return fetched
