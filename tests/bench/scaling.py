"""What several processes cost: a turn at a publisher by folder and by server; an import on threads and on Dask.

`python -m tests.bench.scaling [--turns 200] [--pages 400] [--engine gazetteer]`: one Prefect server is started for all of it.
Imports read the labelled pages beside the project; each runs in a process of its own, in turn, and must leave the same tables.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from extractors.fetch.turns import FolderTurns, Turns
from tests.fleet import ROOT, Fleet, postgres_for_prefect
from tests.road_tables import CLOCKS, differences, tables_of
from tests.shared_data import SHARED

_TURNS = """
import json, sys
from pathlib import Path
from tests.bench.scaling import costs_of
from flows.turns import ServerTurns
print(json.dumps(costs_of(ServerTurns(), int(sys.argv[1]))))
"""
_IMPORT = """
import json, resource, sys, time
from flows.backfill import backfill
began, cpu = time.monotonic(), lambda: sum(resource.getrusage(who).ru_utime + resource.getrusage(who).ru_stime for who in (0, -1))
before = cpu()
backfill([sys.argv[1]])
print(json.dumps([time.monotonic() - began, cpu() - before]))
"""


def costs_of(turns: Turns, times: int, spacing: float = 0.001) -> dict[str, float]:
    """Take turns at as many domains that nobody else asks, each twice; return milliseconds and CPU milliseconds a turn."""
    seconds: list[float] = []

    async def take(domain: str) -> None:
        started = time.perf_counter()
        async with turns.turn({domain: spacing}, 2) as sent:
            sent()
        seconds.append(time.perf_counter() - started)

    async def run() -> None:
        for number in range(times):  # the second time: files and limits are there
            await take(f"domain{number}.example")
        seconds.clear()
        await asyncio.sleep(0.5)
        usage = resource.getrusage(resource.RUSAGE_SELF)
        for number in range(times):
            await take(f"domain{number}.example")
        after = resource.getrusage(resource.RUSAGE_SELF)
        cpu.append((after.ru_utime + after.ru_stime - usage.ru_utime - usage.ru_stime) / times)

    cpu: list[float] = []
    asyncio.run(run())
    return {"median_ms": statistics.median(seconds) * 1000, "cpu_ms": cpu[0] * 1000}


def cpu_seconds(process: int) -> float:
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def measure_turns(ships: Fleet, times: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        by_folder = costs_of(FolderTurns(Path(folder)), times)
    assert ships.server is not None
    before = cpu_seconds(ships.server.pid)
    done = subprocess.run(
        [sys.executable, "-c", _TURNS, str(times)], cwd=ROOT, env=ships.environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    by_server = json.loads(done.stdout.splitlines()[-1])
    served = (cpu_seconds(ships.server.pid) - before) / times / 2 * 1000
    print("| turns kept by | median ms a turn | client's CPU ms | server's CPU ms |\n|---|---|---|---|")
    print(f"| folder | {by_folder['median_ms']:.3f} | {by_folder['cpu_ms']:.3f} | – |")
    print(f"| server | {by_server['median_ms']:.1f} | {by_server['cpu_ms']:.1f} | {served:.1f} |\n", flush=True)


def imported(ships: Fleet, runner: str, pages: Path, home: Path, engine: str) -> tuple[float, float]:
    given = {
        "NEWSLOOM_HOME": str(home),
        "NEWSLOOM_TASK_RUNNER": runner,
        "NEWSLOOM_WORKERS": "2",
        "NEWSLOOM_ENTITY_ENGINE": engine,
    }
    command = [sys.executable, "-W", "ignore", "-c", _IMPORT, str(pages)]
    done = subprocess.run(command, cwd=ROOT, env=ships.environment | given, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    wall, cpu = json.loads(done.stdout.splitlines()[-1])
    return wall, cpu


def measure_imports(ships: Fleet, pages: int, engine: str, rounds: int, folder: Path) -> None:
    chosen = folder / "pages"
    chosen.mkdir()
    found = sorted(file for file in (SHARED / "data" / "extraction").rglob("*.html*") if file.suffix in {".html", ".gz"})
    for number, file in enumerate(found[:: max(1, len(found) // pages)][:pages]):
        shutil.copy2(file, chosen / f"{number:04}-{file.name}")
    print(f"{len(list(chosen.iterdir()))} pages, engine {engine}\n")
    print("| round | threads: wall s, CPU s | Dask: wall s, CPU s | wall ratio | tables |\n|---|---|---|---|---|")
    take: Callable[[str, int], tuple[float, float]] = lambda runner, number: imported(  # noqa: E731 - read once, here
        ships, runner, chosen, folder / f"{runner}{number}", engine
    )
    for number in range(rounds):
        threads, dask = take("thread", number), take("dask", number)
        tables = [tables_of(folder / f"{runner}{number}", without=CLOCKS) for runner in ("thread", "dask")]
        other = list(differences(*tables))
        told = f"{len(tables[0]['articles'])} articles, {'equal' if not other else f'DIFFER: {other}'}"
        seen = [f"{threads[0]:.0f}, {threads[1]:.0f}", f"{dask[0]:.0f}, {dask[1]:.0f}", f"{dask[0] / threads[0]:.2f}", told]
        print(f"| {number + 1} | {' | '.join(seen)} |", flush=True)


def main() -> None:
    """Print two tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--turns", type=int, default=200)
    parser.add_argument("--pages", type=int, default=400)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--engine", default="gazetteer")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, postgres_for_prefect() as postgres:
        ships = Fleet(Path(folder), postgres)
        try:
            ships.start_server()
            if options.turns:
                measure_turns(ships, options.turns)
            if options.pages:
                measure_imports(ships, options.pages, options.engine, options.rounds, Path(folder))
        finally:
            ships.close()


if __name__ == "__main__":
    main()
