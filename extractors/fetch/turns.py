"""Whose turn is it at a host, among all processes of this machine? A folder in, one's turn out.

`hosts.py` spaces the requests of one process. Two workers, or an ingest beside an import, meet here: each key (a registrable
domain, or a host with a longer crawl-delay) is a file, whoever holds its flock may send, and its modification time says when a
request was sent last. The kernel frees the flock of a process that dies; the time outlives it, and a restart too.
"""

from __future__ import annotations

import asyncio
import fcntl
import os
import random
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Protocol

POLL_SECONDS = 0.05
"""How often a held key is tried again; it is held while a connection is made, so for tens of milliseconds."""
FORGET_SECONDS = 24 * 3600.0
"""Keys that were not asked for a day need no file: no spacing is that long."""
_ASKED = 1
"""Bytes in the file of a key that was asked; a new one has none. Were it the time that says so, it would have to be set after the
file is made, and another process that had its turn between the two would lose its own. A hole: a full disk has room for it."""
_JITTER = 0.2
"""Whoever waits wakes up to a fifth of a poll later: the one that asked last must not always be the first to ask again."""


class Turns(Protocol):
    """Who may ask a host next, beyond this process. A plain value: it travels with the settings to other processes."""

    def turn(self, spacings: Mapping[str, float], concurrency: int) -> AbstractAsyncContextManager[Callable[[], None]]:
        """Wait for one's turn; yields what to call once the request's header is on the wire.

        Args:
            spacings: Seconds since anybody's last request, by key; the first key is the registrable domain.
            concurrency: Requests under way at once to the first key; the turn lasts until the context ends.

        """


@dataclass(frozen=True, slots=True)
class FolderTurns:
    """Turns among the processes that share a folder of one machine; flock does not reach further."""

    folder: Path

    @asynccontextmanager
    async def turn(self, spacings: Mapping[str, float], concurrency: int) -> AsyncIterator[Callable[[], None]]:
        """Wait for one's turn. A folder that cannot be written costs the spacing between processes, never the request."""
        held: list[int] = []

        def sent() -> None:
            while held:
                descriptor = held.pop()
                with suppress(OSError):
                    os.truncate(descriptor, _ASKED)
                    os.utime(descriptor, ns=(now := time.time_ns(), now))
                os.close(descriptor)

        place: int | None = None
        try:
            place = await self._place(next(iter(spacings)), concurrency)
            held += await self._doors(spacings)
            yield sent
        finally:
            sent()  # a request that never went out still counts: the host may have seen the attempt
            if place is not None:
                os.close(place)

    async def _place(self, key: str, concurrency: int) -> int | None:
        """Take one of the places at a domain; None where they cannot be counted."""
        while True:
            for number in range(concurrency):
                try:
                    return self._locked(f"{key} {number}")
                except BlockingIOError:
                    continue
                except OSError:
                    return None
            await asyncio.sleep(_a_little_more(POLL_SECONDS))

    async def _doors(self, spacings: Mapping[str, float]) -> list[int]:
        """Hold all doors at a moment at which none asks to wait: nobody waits while holding one."""
        while True:
            doors: list[int] = []
            wait = 0.0
            for key, spacing in spacings.items():
                try:
                    doors.append(self._locked(key))
                    wait = max(wait, _wait_at(doors[-1], spacing))
                except BlockingIOError:
                    wait = max(wait, POLL_SECONDS)
                    break
                except OSError:
                    continue
            if not wait:
                return doors
            for door in doors:
                os.close(door)
            await asyncio.sleep(_a_little_more(wait))

    def _locked(self, key: str) -> int:
        """Lock a key's file.

        Raises:
            BlockingIOError: Somebody else holds it.
            OSError: It cannot be made.

        """
        path = self.folder / blake2b(key.encode(), digest_size=12).hexdigest()
        while True:
            descriptor = _opened(path)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                if os.fstat(descriptor).st_nlink:  # else it was forgotten between our open and our lock
                    return descriptor
            except BaseException:
                os.close(descriptor)
                raise
            os.close(descriptor)


def _opened(path: Path) -> int:
    while True:
        with suppress(FileNotFoundError):
            return os.open(path, os.O_RDWR | os.O_CLOEXEC)
        path.parent.mkdir(parents=True, exist_ok=True)
        with suppress(FileExistsError):
            return os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o644)


def _wait_at(descriptor: int, spacing: float) -> float:
    """Return how long to wait. A time that lies ahead, because the clock was set back, counts as now."""
    now, status = time.time(), os.fstat(descriptor)
    if status.st_size < _ASKED:
        return 0.0
    last = status.st_mtime
    if last > now:
        os.utime(descriptor, (now, now))
    return max(0.0, min(last, now) + spacing - now)


def _a_little_more(seconds: float) -> float:
    return seconds + random.uniform(0, _JITTER * POLL_SECONDS)  # noqa: S311  # fairness, no secret


def forget_turns(folder: Path, older_than_seconds: float = FORGET_SECONDS) -> int:
    """Remove the files of keys that nobody has asked for long; return how many. Safe beside those that take turns."""
    forgotten = 0
    for path in folder.iterdir() if folder.is_dir() else ():
        with suppress(OSError):
            descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                if os.fstat(descriptor).st_mtime < time.time() - older_than_seconds:
                    path.unlink()
                    forgotten += 1
            finally:
                os.close(descriptor)
    return forgotten
