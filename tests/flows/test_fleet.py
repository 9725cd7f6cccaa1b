"""Real processes as in production: PostgreSQL, a Prefect server on it, a worker, and runs that are killed.

Without PostgreSQL (Debian: postgresql) the server keeps its SQLite database, and the one test that is about PostgreSQL skips.
The long form, every part killed, is `make kill-table`; what was seen is in docs/faults/scale.md.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from flows.demo import DemoWire
from tests.bench.kill_table import FEEDS, struck
from tests.fleet import ROOT, Fleet, fleet
from tests.loopback_web import LoopbackWeb, answer, closest
from tests.road_kills import left_behind, run_process, settings_of, subscribed

pytestmark = [pytest.mark.flow, pytest.mark.timeout(600)]


@pytest.fixture(scope="module")
def ships(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fleet]:
    with fleet(tmp_path_factory.mktemp("fleet"), ("first",)) as made:
        yield made


def test_the_server_keeps_its_runs_in_postgresql(ships: Fleet) -> None:
    if ships.postgres is None:
        pytest.skip("there is no PostgreSQL here (Debian: postgresql)")

    names = ships.postgres.sql("SELECT name FROM deployment ORDER BY name", "prefect").split()

    assert names == ["backfill", "ingest", "maintain"]


def test_the_server_takes_no_word_without_login_and_csrf_token(ships: Fleet) -> None:
    logins = [None, ("newsloom", "guessed"), ("newsloom", "harbour-9-lantern")]
    read, written = [], []

    for login in logins:
        with httpx.Client(base_url=f"http://127.0.0.1:{ships.port}/api", auth=login) as stranger:
            read.append(stranger.get("/variables/name/any").status_code)
            evil = stranger.post("/variables/", json={"name": "evil", "value": 1}, headers={"Origin": "http://evil.example"})
            written.append((evil.status_code, evil.headers.get("access-control-allow-origin")))

    assert read == [401, 401, 404]
    assert written == [(403, None), (403, None), (403, None)]


def test_everything_listens_on_loopback_only(ships: Fleet) -> None:
    assert ships.server is not None
    ours = [ships.server.pid, *(worker.pid for worker in ships.workers.values())]

    assert f"127.0.0.1:{ships.port}" in listening(ours)
    assert {where for where in listening(ours) if not where.startswith("127.0.0.1:")} == set()


def listening(processes: list[int]) -> set[str]:
    """Return the addresses that processes and their children listen on."""
    parents = {}
    for entry in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            parents[int(entry.name)] = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
    family = set(processes)
    while more := {child for child, parent in parents.items() if parent in family} - family:
        family |= more
    sockets: set[str] = set()
    for process in family:
        with suppress(OSError):
            sockets |= {str(link.readlink()) for link in Path(f"/proc/{process}/fd").iterdir()}
    found = set()
    for table in ("tcp", "tcp6"):
        for line in Path(f"/proc/net/{table}").read_text().splitlines()[1:]:
            fields = line.split()
            if fields[3] == "0A" and f"socket:[{fields[9]}]" in sockets:
                address, port = fields[1].split(":")
                found.add(f"{'127.0.0.1' if address == '0100007F' else address}:{int(port, 16)}")
    return found


def test_a_run_whose_process_is_killed_is_told_and_the_next_one_completes_its_work(ships: Fleet, tmp_path: Path) -> None:
    with DemoWire(datetime.now(UTC)) as wire:
        subscribed(wire, tmp_path / "undisturbed", FEEDS)
        settings = settings_of(wire, tmp_path / "undisturbed", batch_pages=15)
        assert run_process(settings, wire.now).code == 0
        expected, _ = left_behind(tmp_path / "undisturbed")

        row = struck(ships, wire, tmp_path / "home", "flow", expected, came_back=())

    assert row.is_well, row.line()
    assert row.ended.startswith("Crashed")


_FETCHING = """
import json, sys
from extractors.fetch import FetchSettings, fetch_pages
from extractors.records import Request
from flows.turns import ServerTurns

given = json.loads(sys.argv[1])
settings = FetchSettings(connect_to=given["connect_to"], host_spacing_seconds=given["spacing"], turns=ServerTurns())
print("ready", flush=True)
sys.stdin.readline()
print(json.dumps([str(page.outcome) for page in fetch_pages([Request(url) for url in given["urls"]], settings)]))
"""


def test_two_machines_keep_the_spacing_by_the_limits_of_the_server(ships: Fleet) -> None:
    spacing, site = 0.8, {"/robots.txt": answer(status=404), "*": answer("A story.")}
    with (
        LoopbackWeb({f"www.outlet-{number}.example": site for number in range(3)}, first_address=640) as web,
        ExitStack() as stack,
    ):
        fetching = []
        for number in range(2):
            urls = [f"http://{host}/{number}" for host in web.sites]
            given = {"connect_to": web.connect_to, "urls": urls, "spacing": spacing}
            command = [sys.executable, "-W", "ignore", "-c", _FETCHING, json.dumps(given)]
            fetching.append(
                stack.enter_context(
                    subprocess.Popen(
                        command, cwd=ROOT, env=ships.environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
                    )
                )
            )
        for process in fetching:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
        outcomes = []
        for process in fetching:
            assert process.stdin is not None
            process.stdin.write("go\n")
            process.stdin.flush()
        for process in fetching:
            outcomes += json.loads(process.communicate()[0])

    assert set(outcomes) == {"fetched"}
    assert {len(web.hits_of(host)) for host in web.sites} == {4}  # two pages and two looks at robots.txt
    assert min(closest(web.hits_of(host)) for host in web.sites) >= spacing - 0.15 - web.lateness
