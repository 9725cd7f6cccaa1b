"""Several processes, one web: what the hosts themselves noted keeps the spacing, whoever asked."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path

import pytest

from extractors.fetch import FetchSettings, fetch_pages
from extractors.fetch.turns import FolderTurns, forget_turns
from extractors.records import PageOutcome, Request
from tests.loopback_web import Hit, LoopbackWeb, Visit, answer, closest

SPACING = 0.3
GRAIN = 0.002
"""What clocks and roundings take; `web.lateness` comes on top where the servers' notes are looked at."""
SITE = {"/robots.txt": answer(status=404), "/slow": answer("slow", delay=1.0), "*": answer("A story.")}

_WORKER = """
import json, sys, time
from contextlib import asynccontextmanager
from pathlib import Path
from extractors.fetch import FetchSettings, fetch_pages
from extractors.fetch.turns import FolderTurns
from extractors.records import Request

class Noted:
    def __init__(self, turns):
        self.turns, self.sent_at = turns, []

    @asynccontextmanager
    async def turn(self, spacings, concurrency):
        async with self.turns.turn(spacings, concurrency) as sent:
            def note():
                self.sent_at.append((next(iter(spacings)), time.time()))
                sent()
                if given.get("tells"):
                    print("sent", flush=True)
            yield note


given = json.loads(sys.argv[1])
turns = Noted(FolderTurns(Path(given["folder"]))) if given["folder"] else None
settings = FetchSettings(connect_to=given["connect_to"], host_spacing_seconds=given["spacing"], turns=turns)
print("ready", flush=True)
sys.stdin.readline()
pages = fetch_pages([Request(url) for url in given["urls"]], settings)
print(json.dumps([[str(page.outcome) for page in pages], turns.sent_at if turns else []]))
"""


def fetched_by_processes(
    web: LoopbackWeb, paths: list[list[str]], folder: Path | None, spacing: float = SPACING
) -> tuple[list[str], dict[str, list[float]]]:
    """Let as many processes as there are lists of paths fetch them from every host, all at the same time.

    Returns:
        The outcomes, and by domain when requests were sent, as the processes themselves noted it in turn.

    """
    processes = []
    for mine in paths:
        urls = [f"http://{host}{path}" for path in mine for host in web.sites]
        given = {"folder": str(folder) if folder else None, "connect_to": web.connect_to, "urls": urls, "spacing": spacing}
        processes.append(
            subprocess.Popen(
                [sys.executable, "-c", _WORKER, json.dumps(given)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
            )
        )
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    outcomes: list[str] = []
    sent_at: defaultdict[str, list[float]] = defaultdict(list)
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    for process in processes:
        told, _ = process.communicate()
        told_outcomes, told_times = json.loads(told)
        outcomes += told_outcomes
        for domain, at in told_times:
            sent_at[domain].append(at)
    return outcomes, sent_at


def hits_by_host(web: LoopbackWeb) -> dict[str, list[Hit]]:
    found: defaultdict[str, list[Hit]] = defaultdict(list)
    for hit in web.hits:
        found[hit.host].append(hit)
    return found


def test_two_processes_keep_the_spacing_of_one_at_every_host() -> None:
    # Without turns the two ask within milliseconds of each other: the test can fail.
    both = defaultdict[str, asyncio.Barrier](lambda: asyncio.Barrier(2))

    async def to_both(visit: Visit) -> None:
        await both[visit.hit.host].wait()
        await answer(status=404)(visit)

    site = SITE | {"/robots.txt": to_both}
    with LoopbackWeb({f"www.outlet-{number}.example": site for number in range(3)}, first_address=600) as web:
        fetched_by_processes(web, [["/a", "/b"], ["/c", "/d"]], None)
    assert min(closest(hits) for hits in hits_by_host(web).values()) < SPACING / 2


def test_two_processes_that_share_a_folder_keep_the_spacing_at_every_host(tmp_path: Path) -> None:
    with LoopbackWeb({f"www.outlet-{number}.example": SITE for number in range(8)}, first_address=610) as web:
        outcomes, sent_at = fetched_by_processes(web, [["/a", "/b", "/slow"], ["/c", "/d", "/slow"]], tmp_path)

    by_host = hits_by_host(web)
    assert set(outcomes) == {"fetched"}
    assert {len(hits) for hits in by_host.values()} == {8}  # six pages and two looks at robots.txt
    assert {len(times) for times in sent_at.values()} == {8}
    assert min(later - earlier for times in sent_at.values() for earlier, later in pairwise(sorted(times))) >= SPACING - GRAIN
    assert min(closest(hits) for hits in by_host.values()) >= SPACING - GRAIN - web.lateness
    assert max(web.peaks.values()) <= 2


def test_a_killed_process_leaves_no_host_locked_and_its_last_request_counts(tmp_path: Path) -> None:
    with LoopbackWeb({"www.slow.example": SITE}, first_address=620) as web:
        settings = FetchSettings(connect_to=web.connect_to, host_spacing_seconds=SPACING, turns=FolderTurns(tmp_path))
        given = {
            "folder": str(tmp_path),
            "connect_to": web.connect_to,
            "urls": ["http://www.slow.example/slow"] * 3,
            "spacing": SPACING,
            "tells": True,
        }
        with subprocess.Popen(
            [sys.executable, "-c", _WORKER, json.dumps(given)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as process:
            assert process.stdin is not None
            process.stdin.write("go\n")
            process.stdin.flush()
            assert process.stdout is not None
            assert [process.stdout.readline() for _ in range(3)] == ["ready\n", "sent\n", "sent\n"]  # robots.txt, and a page
            while not [hit for hit in web.hits if hit.path == "/slow"]:
                time.sleep(0.01)
            process.kill()
        [page] = fetch_pages([Request("http://www.slow.example/a")], settings)

    assert page.outcome is PageOutcome.FETCHED
    assert closest(web.hits) >= SPACING - GRAIN - web.lateness


# ------------------------------------------------------------------------------------------------ the turns themselves


def taken(folder: Path, spacings: Mapping[str, float], times: int, concurrency: int = 2, hold: float = 0.0) -> list[float]:
    """Take a turn several times at once; return when each request was sent."""
    sent_at: list[float] = []

    async def ask() -> None:
        async with FolderTurns(folder).turn(spacings, concurrency) as sent:
            sent_at.append(time.time())
            sent()
            await asyncio.sleep(hold)

    async def run() -> None:
        await asyncio.gather(*(ask() for _ in range(times)))

    asyncio.run(run())
    return sorted(sent_at)


def test_turns_follow_each_other_by_the_spacing(tmp_path: Path) -> None:
    sent_at = taken(tmp_path, {"paper.example": 0.05}, 8)

    assert min(later - earlier for earlier, later in pairwise(sent_at)) >= 0.05 - 0.002


def test_a_key_that_was_new_to_two_processes_at_once_keeps_the_turn_of_the_faster(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_file, sent_at = os.open, []

    def slow_to_go_on(path: Path, flags: int, mode: int = 0o777) -> int:
        descriptor = open_file(path, flags, mode)
        if flags & os.O_EXCL and path.name == key:  # the other process has its whole turn before this one goes on
            with ThreadPoolExecutor() as other:
                sent_at.extend(other.submit(taken, tmp_path, {"paper.example": 0.2}, 1).result())
        return descriptor

    taken(tmp_path, {"paper.example": 0.2}, 1)
    [key] = [file.name for file in tmp_path.iterdir() if file.stat().st_size]
    (tmp_path / key).unlink()
    monkeypatch.setattr(os, "open", slow_to_go_on)

    sent_at.extend(taken(tmp_path, {"paper.example": 0.2}, 1))

    assert len(sent_at) == 2
    assert sent_at[1] - sent_at[0] >= 0.2 - 0.002


def test_the_longer_of_two_spacings_counts(tmp_path: Path) -> None:
    sent_at = taken(tmp_path, {"paper.example": 0.01, "//www.paper.example": 0.1}, 3)

    assert sent_at[-1] - sent_at[0] >= 0.2 - 0.002


def test_no_more_than_the_allowed_number_is_under_way(tmp_path: Path) -> None:
    sent_at = taken(tmp_path, {"paper.example": 0.01}, 3, concurrency=1, hold=0.2)

    assert sent_at[-1] - sent_at[0] >= 0.4 - 0.002


def test_a_clock_that_was_set_back_costs_one_spacing_and_no_more(tmp_path: Path) -> None:
    taken(tmp_path, {"paper.example": 0.1}, 1)
    for file in tmp_path.iterdir():
        os.utime(file, (time.time() + 3600, time.time() + 3600))
    started = time.monotonic()

    taken(tmp_path, {"paper.example": 0.1}, 1)

    assert time.monotonic() - started < 60  # not an hour


def test_a_folder_that_cannot_be_made_costs_no_request(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    assert len(taken(tmp_path / "file" / "turns", {"paper.example": 0.01}, 3)) == 3


def test_a_turn_that_is_given_up_leaves_nothing_locked(tmp_path: Path) -> None:
    async def run() -> None:
        async def ask(hold: float = 0.0) -> None:
            async with FolderTurns(tmp_path).turn({"paper.example": 0.05}, 1) as sent:
                sent()
                await asyncio.sleep(hold)

        first = asyncio.create_task(ask(hold=30))
        waiting = [asyncio.create_task(ask()) for _ in range(5)]
        await asyncio.sleep(0.1)
        for task in [first, *waiting]:
            task.cancel()
        await asyncio.gather(first, *waiting, return_exceptions=True)
        async with asyncio.timeout(20):
            await ask()

    asyncio.run(run())


def test_long_idle_keys_are_forgotten_and_others_are_not(tmp_path: Path) -> None:
    taken(tmp_path, {"old.example": 0.01}, 1)
    old = list(tmp_path.iterdir())
    for file in old:
        os.utime(file, (0, 0))
    taken(tmp_path, {"new.example": 0.01}, 1)
    recent = {file for file in tmp_path.iterdir() if file.stat().st_mtime > 0}

    assert forget_turns(tmp_path) >= len(old)
    assert set(tmp_path.iterdir()) == recent
    assert forget_turns(tmp_path / "absent") == 0


def test_forgetting_beside_those_that_take_turns_harms_nobody(tmp_path: Path) -> None:
    sent_at: list[float] = []

    async def run() -> None:
        async def ask() -> None:
            async with FolderTurns(tmp_path).turn({"paper.example": 0.001}, 2) as sent:
                sent_at.append(time.time())
                sent()

        async def forget() -> None:
            for _ in range(50):
                forget_turns(tmp_path, -1.0)
                await asyncio.sleep(0.002)

        await asyncio.gather(forget(), *(ask() for _ in range(30)))

    asyncio.run(run())

    assert len(sent_at) == 30
