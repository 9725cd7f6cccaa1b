"""A run's account of itself."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from flows.maintain import QUARANTINE_DAYS, retire_archive
from flows.report import RunSummary, markdown_of
from flows.settings import Settings
from flows.stages.run import run_of

NOW = datetime(2026, 11, 22, tzinfo=UTC)


def summary(kind: str, *outcomes: tuple[str, str, int], seen: int = 0, new: int = 0) -> RunSummary:
    return RunSummary("r1", kind, "succeeded", NOW, 9.0, seen, new, 3, 0, outcomes)


@pytest.mark.parametrize(
    ("run", "told"),
    [
        (summary("ingest", ("poll", "fetched", 2), ("load", "loaded", 3), seen=40, new=3), "from 3 new or changed of 40 entries"),
        (summary("import", ("load", "loaded", 3), ("extract", "not_html", 2)), "from 5 pages"),
        (summary("rebuild", ("load", "unchanged", 1)), "from 1 page,"),
        (summary("import"), "from 0 pages"),
    ],
)
def test_a_run_tells_what_its_articles_came_from(run: RunSummary, told: str) -> None:
    assert told in markdown_of(run)


@pytest.mark.parametrize(("now", "is_kept"), [(NOW, False), (NOW.replace(year=2028), True)])
def test_a_clock_that_jumps_ahead_expires_no_quarantine(now: datetime, is_kept: bool, tmp_path: Path) -> None:
    old = date(2026, 11, 22).toordinal() - QUARANTINE_DAYS - 5
    kept = tmp_path / "quarantine" / f"{date.fromordinal(old):%Y/%m/%d}"
    if is_kept:  # by the clock nothing is left of the archive: it has jumped
        kept = tmp_path / "quarantine" / "2026/11/20"
    kept.mkdir(parents=True)
    (kept / "page").write_bytes(b"<p>")
    for day in (19, 20, 21, 22):
        (tmp_path / "archive" / f"2026/11/{day}").mkdir(parents=True)

    retire_archive.fn(run_of(Settings(home=tmp_path), "maintain", now), None)

    assert kept.exists() == is_kept
