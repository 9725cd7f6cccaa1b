"""How far a run is, for whoever watches: stages report, a terminal may listen, a worker has nobody listening.

A context variable rather than a parameter, because Prefect stores a flow's parameters and copies its context to its tasks.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Protocol


class Listener(Protocol):
    """Whoever shows progress; must be safe to call from several threads."""

    def expect(self, stage: str, count: int) -> None:
        """`count` more items will pass `stage`."""

    def advance(self, stage: str, count: int = 1) -> None:
        """`count` items have passed `stage`."""


_listener: ContextVar[Listener | None] = ContextVar("newsloom_progress", default=None)


@contextmanager
def watched_by(listener: Listener) -> Iterator[None]:
    """Send the progress of everything run inside to `listener`."""
    token = _listener.set(listener)
    try:
        yield
    finally:
        _listener.reset(token)


def expect(stage: str, count: int) -> None:
    """Announce work: `count` more items for `stage`."""
    if (listener := _listener.get()) is not None and count:
        listener.expect(stage, count)


def advance(stage: str, count: int = 1) -> None:
    """Report work done: `count` items have passed `stage`."""
    if (listener := _listener.get()) is not None and count:
        listener.advance(stage, count)
