"""Day folders (`YYYY/MM/DD`) of an archive or a quarantine -> only those that are young enough."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

_DAY = re.compile(r"^(\d{4})/(\d{2})/(\d{2})$")


@dataclass(frozen=True, slots=True)
class Retired:
    """What retention has deleted."""

    days: int = 0
    files: int = 0
    bytes: int = 0
    doubted: date | None = None  # the day from which was counted back, where the clock's was not believed


FEW_DAYS = 3
"""Days of an archive that speak for the clock: fewer, and it may have jumped since the last one."""


def retire(root: Path, keep_days: int, today: date) -> Retired:
    """Delete the folders of days that are over.

    Args:
        root: Of an archive or a quarantine. Only folders named as days are touched; a link is not followed.
        keep_days: How many days stay, today included; at least one, so that a file being written is never deleted.
        today: In UTC.

    Returns:
        What is gone. A second call finds nothing more; one that was killed is finished by the next.

    """
    oldest = _oldest(keep_days, today)
    days = files = size = 0
    for day, folder in list(day_folders(root)):
        if day < oldest:
            stats = [file.lstat().st_size for file in folder.rglob("*") if file.is_file()]
            shutil.rmtree(folder)
            _remove_empty(folder.parent, root)
            days, files, size = days + 1, files + len(stats), size + sum(stats)
    return Retired(days, files, size)


def counted_from(days: Iterable[date], keep_days: int, today: date) -> date:
    """Return the day from which to count back. Pure.

    Where hardly a day would stay, a machine has stood still, or its clock is wrong by months: a night of that would cost the
    archive, which nothing brings back. Then the last day that would go counts as today.
    """
    days = list(days)
    going = [day for day in days if day < _oldest(keep_days, today)]
    is_doubtful = going and len(days) - len(going) < min(FEW_DAYS, keep_days)
    return max(going) if is_doubtful else today


def _oldest(keep_days: int, today: date) -> date:
    return today - timedelta(days=max(keep_days, 1) - 1)


def day_folders(root: Path) -> Iterator[tuple[date, Path]]:
    """Yield the day folders below `root`, oldest first."""
    for folder in sorted(root.glob("[0-9][0-9][0-9][0-9]/[0-9][0-9]/[0-9][0-9]")):
        match = _DAY.match(folder.relative_to(root).as_posix())
        if match and folder.is_dir() and not folder.is_symlink():
            with suppress(ValueError):  # 2026/02/31 is no day of ours
                yield date(*(int(part) for part in match.groups())), folder


def _remove_empty(folder: Path, root: Path) -> None:
    while folder != root:
        try:
            folder.rmdir()
        except OSError:  # not empty
            return
        folder = folder.parent
