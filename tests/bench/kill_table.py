"""Kill each part of a fleet while an ingest is under way, and see how it ends: a row a blow, printed as a table.

`python -m tests.bench.kill_table [--rows flow,worker,…]`: PostgreSQL, a Prefect server on it, two process workers, the
deployments of prefect.yaml; each row has a data folder of its own and polls the bundled wire. After the blow the part is started
again, as systemd would; then another ingest is asked for, as the schedule would. A row is well when that one completes, `newsloom
check` finds nothing, the tables equal those of an undisturbed run, no run is left without an end and no slot is held.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

from flows.demo import DemoWire
from tests.fleet import Fleet, fleet, variables_of, waited_for
from tests.road_kills import left_behind, subscribed
from tests.road_tables import differences

SPACING = 0.4
"""Long enough for a run to be under way when it is struck: some fifteen seconds on the largest of the wire's outlets."""
STRUCK_AFTER = 30
"""Requests of the run that the wire has seen: feeds are polled by then, pages are being fetched."""
FEEDS = 8
ZOMBIE_SECONDS = 200.0


@dataclass(frozen=True)
class Row:
    """What was struck, and what was seen."""

    name: str
    ended: str
    seconds: float  # from the blow until the struck run had an end
    refused: int  # runs asked for meanwhile that found the slot held
    recovered: float  # from the blow until the next run had completed
    differing: tuple[str, ...]
    broken: int
    unended: int
    held: int

    @property
    def is_well(self) -> bool:
        return not (self.differing or self.broken or self.unended or self.held)

    def line(self) -> str:
        tables = "equal" if not self.differing else f"DIFFER: {', '.join(self.differing)}"
        verdict = "well" if self.is_well else "NOT WELL"
        seen = (self.name, self.ended, f"{self.seconds:.0f}", self.refused, f"{self.recovered:.0f}", tables, self.broken)
        return f"| {' | '.join(map(str, (*seen, self.unended, self.held, verdict)))} |"


HEAD = (
    "| struck in mid-run | the run ended as | after, s | refused meanwhile | next completed after, s | tables | broken promises "
    "| runs without an end | slots held | |\n|---|---|---|---|---|---|---|---|---|---|"
)


def flow_process(ships: Fleet) -> None:
    assert ships.kill_flows()


def worker(ships: Fleet) -> None:
    name = running_on(ships)
    ships.kill_worker(name)
    ships.start_worker(name)


def worker_and_flow(ships: Fleet) -> None:
    name = running_on(ships)
    flows = ships.flow_processes(name)
    ships.kill_worker(name)
    assert set(flows) <= set(ships.kill_flows())


def worker_and_flow_back(ships: Fleet) -> None:
    worker_and_flow(ships)
    missing = {"first", "second"} - ships.workers.keys()
    ships.start_worker(missing.pop())


def server(ships: Fleet) -> None:
    ships.kill_server()
    time.sleep(5)
    ships.start_server()


def server_for_a_minute(ships: Fleet) -> None:
    ships.kill_server()
    time.sleep(60)
    ships.start_server()


def server_and_flow(ships: Fleet) -> None:
    ships.kill_server()
    ships.kill_flows()
    ships.start_server()


def everything(ships: Fleet) -> None:
    names = list(ships.workers)
    ships.kill_server()
    for name in names:
        ships.kill_worker(name)
    ships.kill_flows()
    ships.start_server()
    for name in names:
        ships.start_worker(name)


def postgres(ships: Fleet) -> None:
    assert ships.postgres is not None
    ships.postgres.restart()


def running_on(ships: Fleet) -> str:
    return next(name for name in ships.workers if ships.flow_processes(name))


BLOWS: dict[str, tuple[str, Callable[[Fleet], None]]] = {
    "flow": ("flow process", flow_process),
    "worker": ("worker; started again", worker),
    "lost": ("worker and flow, as when a machine is lost; the second worker stays", worker_and_flow),
    "both": ("worker and flow; worker started again", worker_and_flow_back),
    "server": ("server, 5 s; started again", server),
    "minute": ("server, away for a minute", server_for_a_minute),
    "server+flow": ("server and flow; server started again", server_and_flow),
    "all": ("server, workers and flow; all started again", everything),
    "postgres": ("PostgreSQL, as in a power cut; started again", postgres),
}


def undisturbed(ships: Fleet, wire: DemoWire, home: Path) -> tuple[dict[str, list[str]], float]:
    """Let a run go through; return its tables and its seconds."""
    started = time.monotonic()
    subscribed(wire, home, FEEDS)
    run = asked(ships, wire, home)
    assert ships.ended(run)[0] == "COMPLETED", ships.state(run)
    seconds = time.monotonic() - started
    tables, broken = left_behind(home)
    assert not broken
    return tables, seconds


def asked(ships: Fleet, wire: DemoWire, home: Path) -> str:
    return ships.run("ingest", {"now": wire.now.isoformat()}, variables_of(home, wire.connect_to, SPACING))


def struck(
    ships: Fleet,
    wire: DemoWire,
    home: Path,
    name: str,
    expected: dict[str, list[str]],
    came_back: Sequence[str] = ("first", "second"),
) -> Row:
    """Strike a run in its middle; return how it ended, and what the next one left."""
    told, blow = BLOWS[name]
    subscribed(wire, home, FEEDS)
    before = len(wire.requests)
    run = asked(ships, wire, home)
    waited_for(lambda: len(wire.requests) >= before + STRUCK_AFTER, 120, "the run to be under way", 0.05)
    struck_at, struck_on = time.monotonic(), time.time()
    blow(ships)
    lost = set(came_back) - ships.workers.keys()  # a machine that was lost comes back after the row
    asked_for, refused, state = [run], 0, ""
    while state != "COMPLETED":  # the schedule asks again and again
        again = asked(ships, wire, home)
        asked_for.append(again)
        state, message = ships.ended(again, ZOMBIE_SECONDS)
        assert state in {"COMPLETED", "CANCELLED"} or "another ingest is running" in message, (state, message)
        refused += state != "COMPLETED"
        assert time.monotonic() < struck_at + 400, "the slot is never given back"
        time.sleep(2)
    recovered = time.monotonic() - struck_at
    state, message = ships.ended(run, ZOMBIE_SECONDS)
    seconds = ships.ended_at(run) - struck_on
    for name_of_lost in lost:
        ships.start_worker(name_of_lost)
    tables, broken = left_behind(home)
    unended = sum(ships.state(one)[0] not in {"COMPLETED", "CRASHED", "FAILED", "CANCELLED"} for one in asked_for)
    held = sum(ships.held_slots().values())
    ended = f"{state.title()}{f': {message[:60]}' if message else ''}"
    return Row(told, ended, seconds, refused, recovered, tuple(differences(expected, tables)), len(broken), unended, held)


def scheduled(ships: Fleet, wire: DemoWire, home: Path, expected: dict[str, list[str]]) -> str:
    """Let two workers follow a schedule of 25 seconds for some minutes; tell what ran where, and whether two ran at once."""
    subscribed(wire, home, FEEDS)
    began = datetime.now(UTC)
    with ships.schedule("ingest", 25, variables_of(home, wire.connect_to, SPACING)):
        waited_for(lambda: ships.runs_since(began).count("COMPLETED") >= 4, 300, "four scheduled runs", 2)
    waited_for(lambda: not set(ships.runs_since(began)) & {"RUNNING", "PENDING"}, 120, "the last scheduled run", 2)
    spans = sorted(ships.spans_since(began))
    overlaps = sum(later[0] < earlier[1] for earlier, later in pairwise(spans))
    states = Counter(ships.runs_since(began))
    by_worker = {name: (ships.folder / f"{name}.log").read_text().count("submitting flow run") for name in ships.workers}
    tables, broken = left_behind(home)
    equal = "equal" if not differences(expected, tables) else "DIFFER"
    return (
        f"schedule of 25 s, two workers: {dict(states)}, submitted by {by_worker}, at once: {overlaps}, tables {equal}, "
        f"broken promises {len(broken)}, slots held {ships.held_slots() or 0}"
    )


def together(ships: Fleet, wire: DemoWire, home: Path, expected: dict[str, list[str]]) -> str:
    """Let an ingest and an import load the same warehouse at the same time, each on a worker."""
    subscribed(wire, home, FEEDS)
    notes = home.with_name("notes")
    notes.mkdir()
    for number in range(30):
        text = (
            f"A note of the {number}th day\n\n" + f"On day {number} the council met and agreed on budget number {number}. " * 15
        )
        (notes / f"{number}.txt").write_text(text)
    began = datetime.now(UTC)
    first = asked(ships, wire, home)
    variables = variables_of(home, wire.connect_to, SPACING)
    runs = [first, ships.run("backfill", {"paths": [str(notes)]}, variables)]
    states = [ships.ended(run)[0] for run in runs]
    (began_one, ended_one), (began_other, ended_other) = ships.spans_since(began)
    tables, broken = left_behind(home)
    more = len(tables["articles"]) - len(expected["articles"])
    return (
        f"an ingest and an import at once: {states}, overlapping: {max(began_one, began_other) < min(ended_one, ended_other)}, "
        f"articles: {more} more than the ingest alone, of 30 notes; broken promises {len(broken)}"
    )


def main() -> None:
    """Print the table; end with code 1 where a row is not well."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", default=",".join([*BLOWS, "schedule", "together"]))
    parser.add_argument("--keep", type=Path, help="A folder for logs and homes, kept.")
    parser.add_argument("--memory-leases", action="store_true", help="Prefect's default, to see what the files are for.")
    options = parser.parse_args()
    storage = "prefect.server.concurrency.lease_storage.memory"
    given = {"PREFECT_SERVER_CONCURRENCY_LEASE_STORAGE": storage} if options.memory_leases else {}
    wanted = options.rows.split(",")
    well = True
    with tempfile.TemporaryDirectory() as passing, DemoWire(datetime.now(UTC)) as wire:
        folder = options.keep or Path(passing)
        folder.mkdir(parents=True, exist_ok=True)
        with fleet(folder, ("first", "second"), **given) as ships:
            if ships.postgres is None:
                wanted = [name for name in wanted if name != "postgres"]
            expected, seconds = undisturbed(ships, wire, folder / "undisturbed")
            rows = {table: len(found) for table, found in expected.items()}
            print(
                f"database: {'PostgreSQL' if ships.postgres else 'SQLite'}; undisturbed: {seconds:.0f} s, rows: {rows}\n\n{HEAD}"
            )
            sys.stdout.flush()
            if "schedule" in wanted:
                wanted.remove("schedule")
                print(scheduled(ships, wire, folder / "schedule", expected), flush=True)
            if "together" in wanted:
                wanted.remove("together")
                print(together(ships, wire, folder / "together", expected), flush=True)
            for name in wanted:
                try:
                    row = struck(ships, wire, folder / name, name, expected)
                except AssertionError as error:
                    print(f"| {BLOWS[name][0]} | NOT WELL: {error} |", flush=True)
                    well = False
                    continue
                print(row.line(), flush=True)
                well = well and row.is_well
    sys.exit(not well)


if __name__ == "__main__":
    main()
