"""Histories of the bundled wire, disturbed and not: a process is killed on the road, and the next run finishes."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from flows.demo import DemoWire
from flows.settings import Settings
from tests import road_driver
from tests.road_tables import CLOCKS, tables_of
from warehouse.check import Violation, check
from warehouse.connection import writer
from warehouse.subscriptions import load_feeds

READY_SECONDS = 120.0


@dataclass(frozen=True)
class Ended:
    """How a process ended, and how long it had worked: without its imports."""

    code: int
    seconds: float
    errors: str


def settings_of(wire: DemoWire, home: Path, batch_pages: int = 200) -> Settings:
    return Settings(
        home=home,
        contact="test@newsloom.example",
        connect_to=dict(wire.connect_to),
        host_spacing_seconds=0,
        host_concurrency=8,
        entity_engine="gazetteer",
        workers=1,
        batch_pages=batch_pages,
    )


def subscribed(wire: DemoWire, home: Path, feeds: int | None = None) -> None:
    with writer(home) as connection:
        load_feeds(connection, wire.feeds[:feeds])


def run_process(
    settings: Settings,
    now: datetime,
    after_seconds: float | None = None,
    blow: signal.Signals = signal.SIGKILL,
    command: str = "ingest",
    paths: Sequence[Path] = (),
) -> Ended:
    """Do a command of `road_driver` in a process of its own; strike it `after_seconds` of work, if it still works then.

    The process is forked from a server that has the imports warm: a kill costs none of them.
    """
    given = {**settings.model_dump(mode="json", exclude_unset=True), "now": now.isoformat(), "paths": [*map(str, paths)]}
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.road_driver"])
    ours, theirs = context.Pipe()
    with tempfile.NamedTemporaryFile("r") as errors:
        process = context.Process(target=_obey, args=(command, given, theirs, errors.name))
        process.start()
        theirs.close()
        assert ours.poll(READY_SECONDS), "not ready"
        started = time.monotonic()
        process.join(after_seconds)
        if process.exitcode is None:
            assert process.pid is not None
            os.kill(process.pid, blow)
            process.join(READY_SECONDS)
            if process.exitcode is None:
                process.kill()
                process.join()
                raise AssertionError(f"{command} went on for {READY_SECONDS:g} s after {blow.name}: {errors.read()}")
        seconds = time.monotonic() - started
        code = process.exitcode
        process.close()
        ours.close()
        return Ended(-1 if code is None else code, seconds, errors.read())


def _obey(command: str, given: dict[str, Any], ready: Connection, errors: str) -> None:
    with Path(errors).open("w") as file:
        os.dup2(file.fileno(), 2)
    ready.send(None)
    sys.exit(road_driver.obey(command, given))


def finished(settings: Settings, now: datetime) -> None:
    """Let the next run do what is left."""
    road_driver.ingest(settings, now)


def left_behind(home: Path) -> tuple[dict[str, list[str]], list[Violation]]:
    """Return what the analysts read, clocks apart, and the promises that are broken."""
    with writer(home) as connection:
        broken = check(connection)
    return tables_of(home, without=CLOCKS), broken


def second_day(wire: DemoWire) -> datetime:
    return wire.now + timedelta(hours=26)
