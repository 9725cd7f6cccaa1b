"""The working file in, a read copy for analysts out: consistent, replaced atomically, never blocking and never blocked.

Readers that hold the old copy keep it: they have the old inode. The whole file is copied, the pipeline's memory included: a copy
of bytes takes 0.7 CPU-seconds at a million articles, writing the analysts' tables anew takes ninety times that.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

from warehouse import read
from warehouse.connection import (
    FREE_SOME,
    LOCK_TIMEOUT_SECONDS,
    WRITER_MEMORY,
    locked,
    opened,
    published_path,
    translated,
    working_path,
)
from warehouse.errors import DiskFull, PublishRefused, WarehouseMissing
from warehouse.places import PublishReport
from warehouse.rollups import refresh_rollups
from warehouse.search import refresh_search

SPARE_BYTES = 64 * 1024 * 1024
"""Kept free beside the copy, so that the next load still has room for its write-ahead log (16 MB) and a checkpoint."""
_COPY = """
import os, shutil, sys
source, target = sys.argv[1:]
shutil.copyfile(source, target)
with open(target, "rb+") as copy:
    os.fsync(copy.fileno())
"""
"""Run in a child process: closing the file here would drop the POSIX lock of any connection this process has to it."""


def publish(
    home: Path, *, memory_limit: str = WRITER_MEMORY, lock_timeout_seconds: float = LOCK_TIMEOUT_SECONDS
) -> PublishReport:
    """Bring roll-ups and search up to date, then replace the published copy.

    Raises:
        WarehouseMissing: There is no working file yet.
        PublishRefused: The working file has unfinished writes beside it.
        WarehouseBusy, DiskFull, WarehouseReadOnly: As `writer`.

    """
    started = time.monotonic()
    source, target = working_path(home), published_path(home)
    if not source.exists():
        raise WarehouseMissing(str(source), "there is nothing to publish yet")
    with locked(home, lock_timeout_seconds):
        with opened(home, memory_limit) as connection:
            refresh_rollups(connection)
            refresh_search(connection)
            load_seq = read.load_seq(connection)
        replace_copy(source, target)
    return PublishReport(target, load_seq, target.stat().st_size, time.monotonic() - started)


def replace_copy(source: Path, target: Path) -> None:
    """Copy a closed database beside the target, then rename; the caller holds the lock.

    Raises:
        PublishRefused: A write-ahead log stands beside the source, so the copy would be short.
        DiskFull: There is no room for the copy.

    """
    if wal_of(source).exists():
        raise PublishRefused(str(source), "a write-ahead log stands beside it; open it for writing once, which replays the log")
    _sweep(target)
    _need_room(source, target.parent)
    draft = target.with_name(f".{target.name}.{os.getpid()}.draft")
    try:
        with translated(target):
            _in_a_child(source, draft)
            with suppress(FileNotFoundError):
                wal_of(target).unlink()  # a stray log beside the copy makes it unopenable
            draft.replace(target)
            sync_folder(target.parent)
    finally:
        draft.unlink(missing_ok=True)


def _in_a_child(source: Path, draft: Path) -> None:
    command = [sys.executable, "-I", "-S", "-c", _COPY, str(source), str(draft)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 (our own interpreter, our own two paths)
    if done.returncode != 0:
        last = (done.stderr.strip().splitlines() or ["the copying process died"])[-1]
        if "No space left" in last:
            raise DiskFull(str(draft.parent), f"{last}; {FREE_SOME}")
        raise PublishRefused(str(source), last)


def _need_room(source: Path, folder: Path) -> None:
    if (wanting := room_wanting(source, folder)) is not None:
        raise DiskFull(str(folder), f"{wanting}; {FREE_SOME}")


def room_wanting(source: Path, folder: Path) -> str | None:
    """Say how much room a publish needs and how much there is; None where there is enough."""
    needed, free = source.stat().st_size + SPARE_BYTES, free_bytes(folder)
    return f"publishing needs {needed / 1e6:.0f} MB free, there are {free / 1e6:.0f} MB" if free < needed else None


def _sweep(target: Path) -> None:
    """Remove drafts that killed publishes left behind; the lock says that nobody writes one now."""
    for draft in target.parent.glob(f".{target.name}.*.draft"):
        draft.unlink(missing_ok=True)


def sync_folder(folder: Path) -> None:
    """Make a rename in a folder survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def free_bytes(folder: Path) -> int:
    """Return the room left on the disk of a folder."""
    return shutil.disk_usage(folder).free


def wal_of(path: Path) -> Path:
    """Return where DuckDB keeps the write-ahead log of a file."""
    return path.with_name(path.name + ".wal")
