"""A damaged or deleted working file -> the published copy in its place: the same file as it was at the last publish."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from warehouse.connection import (
    LOCK_TIMEOUT_SECONDS,
    locked,
    published_path,
    reader,
    working_path,
)
from warehouse.publish import replace_copy, wal_of


@dataclass(frozen=True, slots=True)
class Restored:
    """What was put back. `published_at` tells from when on the archive knows more than the tables."""

    path: Path
    published_at: datetime
    set_aside: Path | None  # the file that stood there before


def restore(home: Path, *, lock_timeout_seconds: float = LOCK_TIMEOUT_SECONDS) -> Restored:
    """Put the published copy in the working file's place; what stood there is set aside under another name.

    What was polled since the last publish is polled again; what was archived since can be read again by a rebuild.

    Raises:
        WarehouseMissing, WarehouseNewer, WarehouseDamaged: There is no published copy that opens.
        WarehouseBusy, WarehouseReadOnly, DiskFull: As `publish`.

    """
    source, target = published_path(home), working_path(home)
    with locked(home, lock_timeout_seconds):
        reader(source).close()  # it opens
        published_at = datetime.fromtimestamp(source.stat().st_mtime, UTC)
        aside = target.with_name(f"{target.name}.damaged") if target.exists() else None
        if aside is not None:
            target.rename(aside)
        wal_of(target).unlink(missing_ok=True)  # of the file that is set aside: replayed into another one it would do harm
        replace_copy(source, target)
    return Restored(target, published_at, aside)
