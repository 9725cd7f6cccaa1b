"""Saved pages, plain texts and WARC files -> the same stages as ingest -> publish."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path

from prefect import flow
from prefect.logging import get_run_logger

from flows import report, tasks
from flows.ingest import load_read
from flows.settings import load_settings
from flows.spreading import Named, spread_of
from flows.stages import planning
from flows.stages.importing import batches_left, close_import, import_key_of
from flows.stages.replaying import Asked, Saved, accepted
from flows.stages.run import Run, run_of
from warehouse.imported import ImportedBatch


def _run_name() -> str:
    return f"import {datetime.now(UTC):%Y-%m-%d %H:%M}"


@flow(name="backfill", flow_run_name=_run_name, description=__doc__)
def backfill(paths: list[str], since: date | None = None, until: date | None = None) -> report.RunSummary:
    """Load files and folders; loading them again changes nothing, and an interrupted import, run again, goes on where it ended.

    Args:
        paths: Files and folders on the machine that runs this.
        since: Leave out pages fetched (WARC) or saved (files) before this day, UTC.
        until: Leave out pages of this day or later.

    """
    settings = load_settings()
    run = run_of(settings, "import")
    logger = get_run_logger()
    asked = Asked([*map(Path, paths)], settings.batch_pages, since, until)
    with planning.alone(run):
        with spread_of(settings) as spread, planning.recorded(run):
            marks: dict[str, ImportedBatch] = {}
            for name, fetched, read in spread.read_ahead(run, _named(run, batches_left(run, asked), marks)):
                loaded = load_read(run, name, fetched, read, imported=marks.pop(name), spread=spread)
                logger.info("%s: %s", name, report.line_of(loaded))
        tasks.publish(run)
        close_import(run, import_key_of(asked))
    summary = report.summary_of(settings.published_path, run.run_id)
    report.write_artifacts(summary)
    return summary


def _named(run: Run, batches: Iterable[tuple[ImportedBatch, list[Saved]]], marks: dict[str, ImportedBatch]) -> Iterator[Named]:
    """Name the batches; `marks` keeps, by name, what the load of each writes down."""
    last = 0
    for mark, batch in batches:
        if mark.number > last + 1:
            get_run_logger().info("batches %d to %d were loaded by an import that was interrupted", last + 1, mark.number - 1)
        last = mark.number
        name = f"batch {mark.number}"
        marks[name] = mark
        yield name, accepted(run, batch)
