"""A simulated wall clock for the real pipeline: moved by hand between runs, going on with real seconds within one."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from extractors.fetch import Fetcher


class Clock:
    """Call it for the time."""

    def __init__(self, now: datetime) -> None:
        self._base, self._since = now, time.monotonic()

    def __call__(self) -> datetime:
        return self._base + timedelta(seconds=time.monotonic() - self._since)

    def move_to(self, now: datetime) -> None:
        self._base, self._since = now, time.monotonic()


@contextmanager
def fetching_by(clock: Clock) -> Iterator[None]:
    """Let every fetcher of this process take its time from the clock: its seam is the keyword `now`."""
    defaults = Fetcher.__init__.__kwdefaults__
    assert defaults is not None
    real = defaults["now"]
    defaults["now"] = clock
    try:
        yield
    finally:
        defaults["now"] = real
