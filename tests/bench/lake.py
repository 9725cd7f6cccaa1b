"""What a lake costs beside a file: `python -m tests.bench.lake [10000]`.

A file of made-up news (kept in `.bench/`) is copied into a lake; then both take in runs of 500 articles and publish, in turns.
CPU seconds of this process and, for the lake, of PostgreSQL: wall times would tell of the machine's other work.
"""

from __future__ import annotations

import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from tests.bench.generate import generate
from tests.bench.warehouse import FOLDER, one_run
from tests.postgres_server import Postgres, remove, server
from warehouse.embedded import Embedded
from warehouse.lake.place import lake_at
from warehouse.lake.transfer import transfer

RUNS = 3
TICKS = os.sysconf("SC_CLK_TCK")


def server_cpu(postgres: Postgres) -> float:
    """Return the CPU seconds of the server and of all sessions that it has had."""
    assert postgres.process is not None
    own = postgres.process.pid
    total = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        if int(stat.parent.name) == own:
            total += sum(map(int, fields[11:15]))  # its own time, and that of children that have ended
        elif int(fields[1]) == own:
            total += sum(map(int, fields[11:13]))
    return total / TICKS


def timed(postgres: Postgres, name: str, act: Callable[[], object]) -> None:
    """Print what one act costs."""
    wall, own, its = time.monotonic(), time.process_time(), server_cpu(postgres)
    act()
    print(
        f"{name}: {time.process_time() - own:.2f} CPU s, {server_cpu(postgres) - its:.2f} of PostgreSQL,"
        f" {time.monotonic() - wall:.1f} s by the clock",
        flush=True,
    )


def bench(articles: int, postgres: Postgres, folder: Path) -> None:
    home = FOLDER / f"lake-{articles}"
    if not home.exists():
        draft = folder / "draft"
        generate(draft, articles)
        home.parent.mkdir(exist_ok=True)
        shutil.move(draft, home)
    file = Embedded(folder / "file")
    shutil.copytree(home, file.home)
    lake = lake_at(folder / "lake", postgres.database("bench"), str(folder / "files"))
    timed(postgres, f"copy {articles} articles into the lake", lambda: transfer(file.home, lake))
    timed(postgres, "file, first publish (indexes all)", file.publish)
    timed(postgres, "lake, first publish (indexes all)", lake.publish)
    loads: dict[str, list[float]] = {}
    for number in range(RUNS):
        for name, warehouse in (("file", file), ("lake", lake)):
            before = server_cpu(postgres)
            load, publish = one_run(warehouse, number)
            its = server_cpu(postgres) - before
            print(f"{name}, run {number}: load {load}, publish {publish}, of PostgreSQL {its:.2f}", flush=True)
            loads.setdefault(f"{name} load", []).append(load.cpu)
            loads.setdefault(f"{name} publish", []).append(publish.cpu)
    print({name: round(statistics.median(values), 2) for name, values in loads.items()})
    timed(postgres, "lake, upkeep", lake.compact)
    timed(postgres, "lake, publish after it", lake.publish)
    print("sizes:", file.sizes(), lake.sizes())


def main() -> None:
    postgres = server()
    os.environ["PGPASSWORD"] = postgres.PASSWORD
    try:
        with tempfile.TemporaryDirectory() as folder:
            bench(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000, postgres, Path(folder))
    finally:
        remove(postgres)


if __name__ == "__main__":
    main()
