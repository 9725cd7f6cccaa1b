"""A disk that fills up just before each stage: what is said, and what the next run makes of it once there is room."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from extractors.errors import ExtractorError
from flows.errors import FlowError
from tests import road_driver
from tests.faults.lab import Lab, Row, last_line
from warehouse.errors import WarehouseError
from warehouse.export import export

STAGES = ("archive", "load", "publish", "compact", "export")


class NoMount(Exception):
    """A small disk needs root (or a container that may mount)."""


@contextmanager
def mounted(folder: Path, size: str) -> Iterator[Path]:
    """Mount a small disk of its own.

    Raises:
        NoMount: This user may not mount.

    """
    folder.mkdir(parents=True, exist_ok=True)
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)], capture_output=True, check=False)
    if done.returncode:
        raise NoMount("mounting a small disk needs root")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def fill(disk: Path) -> Path:
    """Use up the room to the last block; deleting what is returned gives it back."""
    ballast = disk / "ballast"
    size = 1 << 20
    with ballast.open("ab", buffering=0) as file:
        while size:
            try:
                written = file.write(b"\0" * size)
            except OSError:
                written = 0
            if written < size:
                size //= 16
    return ballast


def filled_at(stage: str, disk: Path) -> Callable[[str, Callable[[], Any]], Any]:
    """Return an `around` that fills the disk just before a stage."""

    def around(name: str, work: Callable[[], Any]) -> Any:
        if name == stage and not (disk / "ballast").exists():
            fill(disk)
        return work()

    return around


def disks(lab: Lab) -> Iterator[Row]:
    """Fill the disk before each stage in turn."""
    for stage in STAGES:
        try:
            with mounted(lab.folder / f"disk-{stage}", "300m") as disk:
                yield full_at(lab, stage, disk)
        except NoMount as error:
            yield Row("disk full", f"at {stage}", "skipped", str(error), is_well=True)


def full_at(lab: Lab, stage: str, disk: Path) -> Row:
    """Run the command that has the stage on a disk that fills up before it, then again with room."""
    is_ingest = stage in {"archive", "load", "publish"}
    home = lab.copy_of("fresh" if is_ingest else "day2", f"{disk.name}/home")
    around = filled_at(stage, disk)
    lab.wire.turn(1 if is_ingest else 2)
    settings = lab.settings(home)

    def work(around: Callable[[str, Callable[[], Any]], Any] = road_driver.plainly) -> None:
        if is_ingest:
            road_driver.ingest(settings, lab.now(1), around)
        elif stage == "compact":
            road_driver.maintain(settings, around)
        else:
            around("export", lambda: export(home, home / "parquet"))

    said = "nothing"
    try:
        work(around)
    except (FlowError, WarehouseError, ExtractorError) as error:
        said = f"{type(error).__name__}: {last_line(str(error))}"
    (disk / "ballast").unlink(missing_ok=True)
    work()
    verdict = lab.verdict(home, "ingest 1" if is_ingest else "ingest 2")
    left = [*home.glob("parquet/.*")]
    is_well = verdict.is_clean and said != "nothing" and not left
    return Row("disk full", f"at {stage}", said, str(verdict), is_well)
