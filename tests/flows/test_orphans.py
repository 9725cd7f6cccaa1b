"""Servers of runs that were killed: ended by the next run, and nobody else's."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from flows.engine import keep_server
from flows.orphans import FOLDER, end_orphans, noted, started_at, write_note

OWNER = """
import sys
from pathlib import Path
from flows.orphans import noted, write_note
with noted(Path(sys.argv[1])) as note:
    write_note(note, int(sys.argv[2]))
    print("noted", flush=True)
    sys.stdin.read()
"""

pytestmark = pytest.mark.skipif(started_at(os.getpid()) is None, reason="no /proc here that tells when a process started")


@pytest.fixture
def server() -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"]) as process:
        yield process
        process.kill()


@pytest.fixture
def owner(tmp_path: Path, server: subprocess.Popen[bytes]) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-c", OWNER, str(tmp_path), str(server.pid)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "noted\n"
        yield process
        process.kill()


def notes(home: Path) -> list[Path]:
    return sorted((home / FOLDER).iterdir())


def test_the_server_of_a_killed_run_is_ended_by_the_next(
    tmp_path: Path, server: subprocess.Popen[bytes], owner: subprocess.Popen[str]
) -> None:
    owner.kill()
    owner.wait()

    assert end_orphans(tmp_path) == [server.pid]
    assert server.wait(timeout=120) != 0
    assert notes(tmp_path) == []
    assert end_orphans(tmp_path) == []


def test_the_server_of_a_run_that_lives_is_left_alone(
    tmp_path: Path, server: subprocess.Popen[bytes], owner: subprocess.Popen[str]
) -> None:
    assert end_orphans(tmp_path) == []
    assert server.poll() is None
    assert len(notes(tmp_path)) == 1
    assert owner.poll() is None


def test_a_run_that_ends_takes_its_note_along(tmp_path: Path, owner: subprocess.Popen[str]) -> None:
    owner.communicate()

    assert owner.returncode == 0
    assert notes(tmp_path) == []


@pytest.mark.parametrize(
    "said", ["", "x", "1 2 3", "-1 0 0 0", "{server} 1 4000000000 1", "{server} {started} 4000000000 1 more", "\0" * 5000]
)
def test_a_number_that_another_process_has_by_now_is_not_ended(
    tmp_path: Path, server: subprocess.Popen[bytes], said: str
) -> None:
    (tmp_path / FOLDER).mkdir()
    (tmp_path / FOLDER / "17").write_text(said.format(server=server.pid, started=started_at(server.pid)))

    assert end_orphans(tmp_path) == []
    assert server.poll() is None
    assert notes(tmp_path) == []


def test_where_nothing_can_be_noted_a_run_goes_on(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with noted(tmp_path / "file") as note:
        write_note(note, os.getpid())
    write_note(tmp_path / "note", 4_000_000_000)

    assert end_orphans(tmp_path / "file") == end_orphans(tmp_path / "absent") == []
    assert not (tmp_path / "note").exists()


def test_a_run_notes_the_server_that_prefect_started_for_it(
    tmp_path: Path, server: subprocess.Popen[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = SimpleNamespace(server_process=server, running=True, api_url="http://127.0.0.1:9/api")
    monkeypatch.setitem(sys.modules, "prefect.server.api.server", SimpleNamespace(SubprocessASGIServer=lambda: ours))
    over, note = threading.Event(), tmp_path / FOLDER / "note"
    watch = threading.Thread(target=keep_server, args=(over, 0.05, note))
    watch.start()
    for _ in range(400):
        if note.exists() and note.read_text():
            break
        over.wait(0.05)
    over.set()
    watch.join()

    assert note.read_text().split() == [
        str(n) for n in (server.pid, started_at(server.pid), os.getpid(), started_at(os.getpid()))
    ]
