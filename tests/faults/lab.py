"""Histories to break: the bundled wire polled twice undisturbed, with a home for each point of it, to be hurt and compared."""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from flows.demo import DemoWire
from flows.settings import Settings
from tests.road_kills import Ended, run_process, second_day, settings_of, subscribed
from tests.road_tables import CLOCKS, DERIVED, differences, rows_of
from warehouse.check import check
from warehouse.connection import reader, writer
from warehouse.errors import WarehouseError

LEFTOVERS = (".rebuild", ".*.draft", ".*.draft.wal", "*.duckdb.wal")
"""What unfinished work leaves beside the warehouse; the next run of the kind removes it."""


@dataclass(frozen=True)
class Verdict:
    """What stands at the end of a history, held against the undisturbed one. Empty = the same."""

    differing: tuple[str, ...] = ()
    broken: tuple[str, ...] = ()
    published: str = ""  # what is wrong with the published copy
    leftovers: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()  # where something differs: the rows, and what the runs said of their items

    @property
    def is_clean(self) -> bool:
        return not (self.differing or self.broken or self.published or self.leftovers)

    def __str__(self) -> str:
        if self.is_clean:
            return "same tables, every promise holds"
        differing = (f"{name} differs" for name in self.differing)
        told = [*differing, *self.broken, self.published, *self.leftovers, *self.evidence]
        return "; ".join(part for part in told if part)


@dataclass(frozen=True)
class Row:
    """One line of the table of faults."""

    group: str
    fault: str
    seen: str
    verdict: str
    is_well: bool


@dataclass
class Lab:
    """A wire, a folder, and the homes of the undisturbed history: `day1`, `day2`, and `imported` (day 2's archive, imported)."""

    wire: DemoWire
    folder: Path
    batch_pages: int = 15
    feeds: int | None = None
    seconds: dict[str, float] = field(default_factory=dict)  # that each command takes undisturbed
    expected: dict[str, dict[str, list[str]]] = field(default_factory=dict)

    def prepare(self) -> None:
        """Live the undisturbed history once."""
        subscribed(self.wire, self.folder / "fresh", self.feeds)
        day1 = self.copy_of("fresh", "day1")
        self._live("ingest 1", day1, self.run(day1, day=1))
        day2 = self.copy_of("day1", "day2")
        self._live("ingest 2", day2, self.run(day2, day=2))
        for command in ("publish", "maintain", "rebuild"):
            home = self.copy_of("day2", f"after {command}")
            self._live(command, home, self.run(home, command))
        imported = self.folder / "imported"
        self._live("import", imported, self.run(imported, "import", paths=[day2 / "archive"]))

    def _live(self, name: str, home: Path, ended: Ended) -> None:
        assert ended.code == 0, f"{name}: {ended.errors}"
        self.seconds[name] = ended.seconds
        self.expected[name] = tables_at(home)
        verdict = self.verdict(home, name)
        assert verdict.is_clean, f"undisturbed {name}: {verdict}"

    def copy_of(self, home: str, name: str) -> Path:
        """Copy the home of a point of the history."""
        return shutil.copytree(self.folder / home, self.folder / name, symlinks=True)

    def settings(self, home: Path) -> Settings:
        return settings_of(self.wire, home, self.batch_pages)

    def now(self, day: int) -> datetime:
        return self.wire.now if day == 1 else second_day(self.wire)

    def run(
        self, home: Path, command: str = "ingest", *, day: int = 2, after: float | None = None, paths: list[Path] | None = None
    ) -> Ended:
        """Run a command of the road in a process; strike it after so many seconds of work."""
        self.wire.turn(day)
        return run_process(self.settings(home), self.now(day), after, command=command, paths=paths or ())

    def verdict(self, home: Path, name: str) -> Verdict:
        """Hold what stands at a home against what the undisturbed command left."""
        found = tables_at(home)
        differing = differences(self.expected[name], found)
        with writer(home) as connection:
            broken = check(connection)
            query = "SELECT run_id, stage, outcome, item, detail FROM main.outcomes WHERE outcome <> 'loaded' ORDER BY ALL"
            outcomes = connection.execute(query).fetchall() if differing else []
        return Verdict(
            tuple(differing),
            tuple(f"{one.promise} ({one.rows}, such as {one.example})" for one in broken),
            published_fault(home, found),
            tuple(sorted({file.name for pattern in LEFTOVERS for file in home.glob(pattern)})),
            (*(f"\n{table}: {rows}" for table, rows in differing.items()), *(f"\n{row}" for row in outcomes)),
        )

    def drop(self, home: Path) -> None:
        shutil.rmtree(home, ignore_errors=True)


def tables_at(home: Path) -> dict[str, list[str]]:
    """Return the analysts' tables as sorted texts, clocks apart."""
    with writer(home) as connection:
        return {table: rows_of(connection, table, CLOCKS) for table in DERIVED}


def published_fault(home: Path, working: dict[str, list[str]]) -> str:
    """Say what is wrong with the published copy: it must open, and hold what the working file holds."""
    try:
        connection = reader(home)
    except WarehouseError as error:
        return f"published copy: {error.reason}"
    try:
        other = [table for table in DERIVED if rows_of(connection, table, CLOCKS) != working[table]]
    finally:
        connection.close()
    return f"published copy differs in {', '.join(other)}" if other else ""


def last_line(errors: str) -> str:
    """Return what the operator reads last, without paths of the moment."""
    line = (errors.strip().splitlines() or [""])[-1]
    return re.sub(r"/\S*/", "…/", line)[:160]
