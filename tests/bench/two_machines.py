"""Two machines of one newsroom: `python -m tests.bench.two_machines` (as root; about two minutes of CPU).

Network namespaces with a bridge between them. On the bridge's address listen PostgreSQL (the lake's catalog, and Prefect's), an
object store with the lake's files, and the Prefect server; each machine has its own address, host name and data folder. Told is
what was seen, a row each; it ends with code 1 where a row is not as it should be.
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from pathlib import Path

from tests.fleet import Fleet
from tests.flows.test_copies_across_workers import page
from tests.lake_histories import rows_of_all
from tests.machines import HEAD, Machine, machines
from tests.object_store import object_store_server, remove_store
from tests.ports import free_port
from tests.postgres_server import Postgres, remove, server
from warehouse.check import check
from warehouse.connection import reader
from warehouse.lake.place import Lake, lake_at

COMMAND = (sys.executable, "-W", "ignore", "-c", "from flows.cli import main; main()")
HOSTS = ("herald.example", "gazette.example")


@dataclass
class Table:
    """What was seen, and whether it was as it should be."""

    failed: list[str] = field(default_factory=list)

    def row(self, told: str, seen: str, *, well: bool) -> None:
        print(f"| {told} | {seen} | {'well' if well else 'NOT WELL'} |", flush=True)
        if not well:
            self.failed.append(told)


def command(machine: Machine, environment: dict[str, str], *words: str) -> subprocess.Popen[str]:
    return machine.start(*COMMAND, *words, environment=environment)


def told_by(process: subprocess.Popen[str]) -> str:
    told = process.communicate()[0]
    return " / ".join(line.strip() for line in told.strip().splitlines()[-3:])


def both_at_once(table: Table, made: list[Machine], environment: dict[str, str], lake: Lake, folder: Path) -> None:
    began = time.monotonic()
    imports = [
        command(machine, environment, "import", str(page(folder, host))) for machine, host in zip(made, HOSTS, strict=True)
    ]
    told = [told_by(process) for process in imports]
    took = time.monotonic() - began
    with lake.snapshot() as connection:
        broken = check(connection)
        rows = connection.execute("SELECT count(*), count(*) FILTER (original_id IS NULL) FROM main.articles").fetchall()
        spread = connection.execute(
            "SELECT date_diff('second', min(started_at), max(started_at)) FROM main.runs WHERE kind = 'import'"
        ).fetchall()
    codes = [process.returncode for process in imports]
    articles, originals = rows[0]
    seen = f"begun {spread[0][0]} s apart, done in {took:.0f} s: {articles} articles, {originals} original, {len(broken)} faults"
    is_well = codes == [0, 0] and (articles, originals) == (2, 1) and not broken
    table.row("each imports one copy of a text, at once", seen, well=is_well)
    if codes != [0, 0]:
        print("\n".join(told), file=sys.stderr)


def copies_are_equal(table: Table, made: list[Machine], environment: dict[str, str]) -> None:
    for process in [command(machine, environment, "publish") for machine in made]:
        process.communicate()
    one, other = (rows_of_all(machine.folder) for machine in made)
    archives = [len(list(machine.folder.glob("archive/**/*.warc.gz"))) for machine in made]
    with closing(reader(made[0].folder)) as news:
        found = news.execute("SELECT count(*) FROM search('ferries')").fetchall()[0][0]
    table.row(
        "each publishes",
        f"read copies {'equal' if one == other else 'DIFFER'}, {found} articles found by search, archives of {archives} files",
        well=one == other and found == 2 and archives == [1, 1],
    )


def one_ingest_at_a_time(table: Table, made: list[Machine], environment: dict[str, str], lake: Lake) -> None:
    with lake.alone("ingest", "a run of the head's"):
        process = command(made[1], environment, "run")
        told = told_by(process)
    table.row(
        "an ingest while another machine has one",
        told[-160:],
        well=process.returncode == 1 and "another ingest is running" in told,
    )


def a_killed_import_goes_on(table: Table, made: list[Machine], environment: dict[str, str], lake: Lake) -> None:
    """The machine is gone for good: nothing of its load stands, and others go on."""
    with lake.writer() as connection:
        before = connection.execute("SELECT value FROM state.counters WHERE name = 'load_seq'").fetchall()
    holding = made[0].start(
        sys.executable,
        "-c",
        "import sys, time; from pathlib import Path; from flows.settings import load_settings\n"
        "with load_settings().warehouse.writer() as c:\n"
        "    c.execute('BEGIN'); c.execute('DELETE FROM main.articles'); print('holding', flush=True); time.sleep(600)",
        environment=environment,
    )
    assert holding.stdout is not None
    assert holding.stdout.readline() == "holding\n"
    made[0].pull_the_cable()
    began = time.monotonic()
    process = command(made[1], environment, "publish")
    told = told_by(process)
    waited = time.monotonic() - began
    holding.kill()
    holding.communicate()
    with lake.snapshot() as connection:
        after = connection.execute("SELECT value FROM state.counters WHERE name = 'load_seq'").fetchall()
        rows = connection.execute("SELECT count(*) FROM main.articles").fetchall()
    table.row(
        "a machine's cable is pulled in the middle of a write; the other publishes",
        f"code {process.returncode} after {waited:.0f} s, {rows[0][0]} articles, nothing half written",
        well=process.returncode == 0 and rows == [(2,)] and before == after,
    )
    if process.returncode:
        print(told, file=sys.stderr)


def main() -> None:
    argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter).parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))  # else servers and namespaces stay
    table = Table()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        made = stack.enter_context(machines(folder, "north", "south"))
        postgres = server(HEAD)
        stack.callback(remove, postgres)
        store = object_store_server(HEAD)
        stack.callback(remove_store, store)
        store.make_bucket("newsroom")
        os.environ.update({**store.environment, "PGPASSWORD": Postgres.PASSWORD})
        postgres.sql("CREATE DATABASE prefect", "postgres")
        ships = Fleet(folder, postgres, {}, port=free_port(), host=HEAD)
        stack.callback(ships.close)
        ships.start_server()
        catalog = postgres.database("newsroom")
        environment = {
            **ships.environment,
            "NEWSLOOM_CATALOG": catalog,
            "NEWSLOOM_DATA_PATH": "s3://newsroom/lake",
            "NEWSLOOM_CONTACT": "desk@newsloom.example",
            "NEWSLOOM_ENTITY_ENGINE": "gazetteer",
            "NEWSLOOM_PACING": "server",
            "NEWSLOOM_WORKERS": "1",
        }
        head = folder / "head"
        head.mkdir()
        lake = lake_at(head, catalog, "s3://newsroom/lake")
        print("| | seen | |\n|---|---|---|")
        first = command(made[0], environment, "setup", "lake")
        told = told_by(first)
        table.row("the first machine makes the lake", told.replace(folder.name, "…")[-120:], well=first.returncode == 0)
        both_at_once(table, made, environment, lake, folder)
        copies_are_equal(table, made, environment)
        one_ingest_at_a_time(table, made, environment, lake)
        a_killed_import_goes_on(table, made, environment, lake)
    sys.exit(1 if table.failed else 0)


if __name__ == "__main__":
    main()
