"""Histories of the bundled wire, disturbed and not: a process is killed on the road, and the next run finishes."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from flows.demo import DemoWire
from flows.settings import Settings
from tests import road_driver
from tests.road_tables import CLOCKS, tables_of
from warehouse.check import Violation, check
from warehouse.connection import writer
from warehouse.subscriptions import load_feeds

ROOT = Path(__file__).resolve().parents[1]
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
    settings: Settings, now: datetime, after_seconds: float | None = None, blow: signal.Signals = signal.SIGKILL
) -> Ended:
    """Ingest in a process of its own; strike it `after_seconds` of work, if it still works then."""
    given = {**settings.model_dump(mode="json", exclude_unset=True), "now": now.isoformat()}
    command = [sys.executable, "-m", "tests.road_driver", "ingest", json.dumps(given)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n", process.communicate()[1]
        started = time.monotonic()
        try:
            _, errors = process.communicate(timeout=after_seconds)
        except subprocess.TimeoutExpired:
            process.send_signal(blow)
            _, errors = process.communicate(timeout=READY_SECONDS)
    return Ended(process.returncode, time.monotonic() - started, errors)


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
