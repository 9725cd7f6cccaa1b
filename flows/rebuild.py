"""The archive -> everything derived again with today's extractors; no network."""

from __future__ import annotations

import shutil
from contextlib import ExitStack
from dataclasses import replace
from datetime import date
from pathlib import Path

from prefect import flow
from prefect.logging import get_run_logger

from flows import progress, report, tasks
from flows.ingest import load_batch
from flows.settings import load_settings
from flows.stages import planning
from flows.stages.replaying import archive_files, archived_batches, expect_all, note_batch
from flows.stages.run import Run, run_of
from warehouse.embedded import Embedded


@flow(name="rebuild", description=__doc__)
def rebuild(since: date | None = None) -> report.RunSummary:
    """Read every archived page again, in the order and the batches in which they came.

    A full rebuild grows beside the warehouse and takes its place at the end. Ingest and import wait meanwhile.

    Args:
        since: Only pages archived on this day (UTC) or later: they are written again in place, and the rest stays as it is.

    """
    settings = load_settings()
    run = run_of(settings, "rebuild")
    with ExitStack() as held:
        for kind in ("ingest", "import", "rebuild"):
            held.enter_context(planning.alone(run, kind))
        if since is None:
            _regrow(run, settings.batch_pages)
        else:
            with planning.recorded(run):
                _replay(replace(run, replace_derived=True), run.archive, settings.batch_pages, since)
        tasks.publish(run)
    summary = report.summary_of(settings.published_path, run.run_id)
    report.write_artifacts(summary)
    return summary


def _regrow(run: Run, size: int) -> None:
    nursery = run.home / ".rebuild"
    shutil.rmtree(nursery, ignore_errors=True)
    new = replace(run, home=nursery, tables=Embedded(nursery))
    for warehouse in (run.warehouse, new.warehouse):
        with warehouse.writer():  # it is there, and migrated
            pass
    run.warehouse.adopt(nursery)
    with planning.recorded(new):
        _replay(new, run.archive, size, None)
    run.warehouse.replace_by(nursery)
    shutil.rmtree(nursery, ignore_errors=True)


def _replay(run: Run, archive: Path, size: int, since: date | None) -> None:
    logger = get_run_logger()
    files = archive_files(archive, since)
    progress.expect("archive", len(files))
    number = 0
    for file in files:
        for batch in archived_batches(run.run_id, file, size, logger.warning):
            number += 1
            expect_all(run, batch)
            if since is None:
                note_batch(run, batch)
            loaded = load_batch(run, f"batch {number}", batch)
            logger.info("%s: %s", file.name, report.line_of(loaded))
        progress.advance("archive")
