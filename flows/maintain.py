"""Every night: check the warehouse, write it anew in order of day, drop expired archive files, merge small ones, publish."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime

from prefect import flow, task
from prefect.artifacts import create_markdown_artifact
from prefect.cache_policies import NO_CACHE
from prefect.logging import get_run_logger

from extractors.archive import MAX_FILE_BYTES
from extractors.archive.merging import Merged, merge_days
from extractors.archive.retention import Retired, counted_from, day_folders, retire
from extractors.fetch.turns import forget_turns
from flows import tasks
from flows.errors import AlreadyRunning
from flows.settings import load_settings
from flows.stages import planning
from flows.stages.run import TURNS_FOLDER, Run, run_of
from warehouse.check import Violation, check
from warehouse.places import CompactReport

QUARANTINE_DAYS = 90
"""What our code could not digest is kept for a quarter: long enough for a release that can."""


@dataclass(frozen=True, slots=True)
class MaintainReport:
    """What maintenance found and did."""

    violations: tuple[Violation, ...]
    compacted: CompactReport
    retired: Retired
    merged: Merged | None = None  # None: a rebuild was reading the archive

    def lines(self) -> list[str]:
        """Tell it in a few lines."""
        compacted, megabytes = self.compacted, 1_000_000
        return [
            *(f"BROKEN PROMISE: {one.promise} ({one.rows} rows, such as {one.example})" for one in self.violations),
            "Every promise of the warehouse holds." if not self.violations else "newsloom check tells more.",
            f"Warehouse: {compacted.before_bytes / megabytes:.1f} -> {compacted.after_bytes / megabytes:.1f} MB.",
            *compacted.notes,
            f"Archive: {self.retired.files} expired files deleted ({self.retired.bytes / megabytes:.1f} MB).",
            *self._doubts(),
            f"Archive: {self.merged.files} small files merged into others."
            if self.merged
            else "Archive: nothing merged, a rebuild is reading it.",
        ]

    def _doubts(self) -> list[str]:
        counted = self.retired.doubted
        told = "Is the clock right? Hardly a day is archived since; expired files are counted back from there"
        return [] if counted is None else [f"Archive: {counted} counts as the last day. {told}."]


@task(name="check warehouse", cache_policy=NO_CACHE)
def check_warehouse(run: Run) -> tuple[Violation, ...]:
    """Test every promise the tables make."""
    with run.warehouse.snapshot() as connection:
        return tuple(check(connection))


@task(name="compact warehouse", cache_policy=NO_CACHE)
def compact_warehouse(run: Run) -> CompactReport:
    """Write the file anew: in order of day, without holes."""
    return run.warehouse.compact()


@task(name="retire archive", cache_policy=NO_CACHE)
def retire_archive(run: Run, archive_days: int | None) -> Retired:
    """Delete what has been kept long enough; without a limit nothing of the archive."""
    today = run.now.date()
    archived = [day for day, _ in day_folders(run.archive)]  # they tell whether the clock is right
    retire(run.home / "quarantine", QUARANTINE_DAYS, counted_from(archived, QUARANTINE_DAYS, today))
    forget_turns(run.home / TURNS_FOLDER)
    if archive_days is None:
        return Retired()
    counted = counted_from(archived, archive_days, today)
    return replace(retire(run.archive, archive_days, counted), doubted=counted if counted != today else None)


@task(name="merge archive", cache_policy=NO_CACHE)
def merge_archive(run: Run) -> Merged | None:
    """Make a few large files of the many that a day leaves; not while a rebuild reads them."""
    try:
        with planning.alone(replace(run, kind="rebuild")):
            return merge_days(run.archive, run.now.date(), run.now.timestamp(), MAX_FILE_BYTES)
    except AlreadyRunning:
        return None


@flow(name="maintain", description=__doc__)
def maintain() -> MaintainReport:
    """Check, compact, retire, merge, publish. A broken promise is told, and nothing is mended by guessing."""
    settings = load_settings()
    run = run_of(settings, "maintain", datetime.now(UTC))
    with planning.alone(run):
        violations, compacted = check_warehouse(run), compact_warehouse(run)
        report = MaintainReport(violations, compacted, retire_archive(run, settings.archive_days), merge_archive(run))
        tasks.publish(run)
    for line in report.lines():
        get_run_logger().info("%s", line)
    create_markdown_artifact(markdown="\n".join(f"- {line}" for line in report.lines()), key="maintenance")
    return report
