"""The real command, `newsloom run`, with Prefect: killed at random, its server gone, no room for the database of the server."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path

from flows.server import read_environment, running_server, write_environment
from tests.faults.disks import NoMount, fill, mounted
from tests.faults.kills import left_by
from tests.faults.lab import Lab, Row, last_line

ROOT = Path(__file__).resolve().parents[2]
COMMAND = [sys.executable, "-c", "from flows.cli import main; main()", "run"]
PORT = 42999
LONGEST_SECONDS = 400.0


def environment_of(lab: Lab, home: Path, server: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return the environment of a command; without a server of ours, it starts one for itself."""
    settings = {
        "HOME": str(home),
        "CONTACT": "test@newsloom.example",
        "CONNECT_TO": json.dumps(lab.wire.connect_to),
        "HOST_SPACING_SECONDS": "0",
        "HOST_CONCURRENCY": "8",
        "ENTITY_ENGINE": "gazetteer",
        "WORKERS": "1",
        "BATCH_PAGES": str(lab.batch_pages),
    }
    plain = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    return {**plain, **{f"NEWSLOOM_{name}": value for name, value in settings.items()}, **(server or {})}


def started(environment: Mapping[str, str], log: Path) -> subprocess.Popen[bytes]:
    with log.open("wb") as file:
        return subprocess.Popen(COMMAND, cwd=ROOT, env=environment, stdout=file, stderr=file, start_new_session=True)


def finished(environment: Mapping[str, str], log: Path) -> tuple[int, float]:
    """Run the command to its end; return its code and how long it took."""
    began = time.monotonic()
    return started(environment, log).wait(LONGEST_SECONDS), time.monotonic() - began


def children_of(pid: int) -> list[int]:
    threads = Path(f"/proc/{pid}/task").glob("*/children")
    with suppress(FileNotFoundError):  # it has ended
        return [int(child) for thread in threads for child in thread.read_text().split()]
    return []


def flow_kills(lab: Lab, count: int, chance: random.Random) -> Iterator[Row]:
    """Kill `newsloom run` at random moments, beside a server that lives on."""
    if not count:
        return
    server = read_environment(write_environment(lab.folder / "server", PORT))
    lab.wire.turn(1)
    with running_server({**os.environ, **server}, lab.folder / "server.log"):
        log = lab.folder / "run.log"
        home = lab.copy_of("fresh", "flow undisturbed")
        code, seconds = finished(environment_of(lab, home, server), log)
        verdict = lab.verdict(home, "ingest 1")
        yield Row("newsloom run", f"undisturbed, {seconds:.0f} s", f"code {code}", str(verdict), code == 0 and verdict.is_clean)
        for number in range(1, count + 1):
            yield flow_kill(lab, lab.copy_of("fresh", f"flow kill {number}"), server, chance.uniform(0, seconds))


def flow_kill(lab: Lab, home: Path, server: Mapping[str, str], moment: float) -> Row:
    environment, log = environment_of(lab, home, server), lab.folder / "run.log"
    process = started(environment, log)
    try:
        process.wait(moment)
    except subprocess.TimeoutExpired:
        os.kill(process.pid, signal.SIGKILL)
    code = process.wait()
    left = left_by(home)
    again, _ = finished(environment, log)
    verdict = lab.verdict(home, "ingest 1")
    lab.drop(home)
    struck = f"killed after {moment:.1f} s" if code == -signal.SIGKILL else f"over before {moment:.1f} s"
    return Row("newsloom run", struck, left, f"code {again}; {verdict}", again == 0 and verdict.is_clean)


def server_gone(lab: Lab) -> Iterator[Row]:
    """Kill the server that `newsloom run` has started for itself, in the middle; and meanwhile start a second run."""
    home, log = lab.copy_of("fresh", "server gone"), lab.folder / "gone.log"
    lab.wire.turn(1)
    environment = environment_of(lab, home)
    process = started(environment, log)
    _until_fetching(process, log)
    second = lab.run(home, day=1)  # the wire must not turn under the first
    yield Row("two at once", "a second ingest", last_line(second.errors), "refused", "another ingest is running" in second.errors)
    killed = kill_servers(process.pid)
    code = process.wait(LONGEST_SECONDS)
    verdict = lab.verdict(home, "ingest 1")
    said = f"{killed} server killed, started again by the run: code {code}"
    is_well = bool(killed) and code == 0 and verdict.is_clean
    yield Row("Prefect server", "gone in the middle of a run", said, str(verdict), is_well)


def server_gone_for_good(lab: Lab) -> Iterator[Row]:
    """Kill that server, and every one that is started instead of it: the run ends, and the next one goes on."""
    home, log = lab.copy_of("fresh", "server gone for good"), lab.folder / "gone for good.log"
    lab.wire.turn(1)
    environment = environment_of(lab, home)
    process = started(environment, log)
    _until_fetching(process, log)
    killed, deadline = 0, time.monotonic() + LONGEST_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        killed += kill_servers(process.pid)
        time.sleep(0.2)
    began = time.monotonic()
    if process.poll() is None:
        process.kill()
    code = process.wait()
    said = f"{killed} servers killed: code {code}, {told_line(log.read_text())}; {left_by(home)}"
    again, _ = finished(environment, log)
    verdict = lab.verdict(home, "ingest 1")
    is_well = code == 1 and again == 0 and verdict.is_clean and time.monotonic() - began < LONGEST_SECONDS
    yield Row("Prefect server", "gone in the middle of a run, for good", said, f"code {again}; {verdict}", is_well)


def _until_fetching(process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + LONGEST_SECONDS
    while "pages to fetch" not in log.read_text() and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.1)


def kill_servers(pid: int) -> int:
    """Kill the Prefect servers that a process has started; return how many."""
    servers = [child for child in children_of(pid) if b"uvicorn" in Path(f"/proc/{child}/cmdline").read_bytes()]
    for server in servers:
        os.kill(server, signal.SIGKILL)
    return len(servers)


def told_line(log: str) -> str:
    """Return what the command said of its end."""
    told = " ".join(log.split()).rpartition("newsloom: ")[2]
    return told[:160]


def server_disk_full(lab: Lab) -> Iterator[Row]:
    """Leave no room for the database of the embedded server."""
    home, log = lab.copy_of("fresh", "server disk"), lab.folder / "full.log"
    environment = environment_of(lab, home)
    try:
        with mounted(home / "prefect", "8m") as disk:
            fill(disk)
            code, seconds = finished(environment, log)
    except NoMount as error:
        yield Row("disk full", "Prefect's database", "skipped", str(error), is_well=True)
        return
    said = f"code {code} after {seconds:.0f} s: {last_line(' '.join(log.read_text().split()))}"
    is_told = code == 1 and "no room for Prefect" in " ".join(log.read_text().split())
    yield Row("disk full", "Prefect's database", said, "nothing was begun", is_told)
