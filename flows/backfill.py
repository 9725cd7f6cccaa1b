"""Saved pages, plain texts and WARC files -> the same stages as ingest -> publish."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

from prefect import flow
from prefect.logging import get_run_logger

from flows import report, tasks
from flows.ingest import load_read
from flows.settings import load_settings
from flows.spreading import spread_of
from flows.stages import planning
from flows.stages.replaying import accepted, saved_batches
from flows.stages.run import run_of


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
    with planning.alone(run), spread_of(settings) as spread, planning.recorded(run):
        saved = enumerate(saved_batches(map(Path, paths), settings.batch_pages, since, until), start=1)
        batches = ((f"batch {number}", accepted(run, batch)) for number, batch in saved)
        for name, fetched, read in spread.read_ahead(run, batches):
            loaded = load_read(run, name, fetched, read, archive=True, spread=spread)
            logger.info("%s: %s", name, report.line_of(loaded))
    tasks.publish(run)
    summary = report.summary_of(settings.published_path, run.run_id)
    report.write_artifacts(summary)
    return summary
