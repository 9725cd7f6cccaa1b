"""Prefect's surroundings: what is set, what the operator's own choice keeps, and no password that others can read."""

from __future__ import annotations

import logging
import os
import signal
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import NoReturn

import httpx
import pytest

from flows import engine
from flows.engine import answering_server, keep_server, prefect_environment, prepare_prefect, taking_leave
from flows.errors import ServerUnreachable
from flows.server import read_environment, server_environment, write_environment, zombie_automation
from tests.ports import free_port
from warehouse.errors import DiskFull, WarehouseReadOnly


def test_an_embedded_server_keeps_its_database_in_the_data_folder(tmp_path: Path) -> None:
    added = prefect_environment(tmp_path, {})

    assert added["PREFECT_HOME"] == str(tmp_path / "prefect")
    assert added["DO_NOT_TRACK"] == "1"


def test_what_the_operator_has_set_stays(tmp_path: Path) -> None:
    added = prefect_environment(tmp_path, {"PREFECT_API_URL": "http://x.example/api", "DO_NOT_TRACK": "0"})

    assert "PREFECT_HOME" not in added
    assert "DO_NOT_TRACK" not in added


def test_no_place_for_the_embedded_servers_database_is_told_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setattr(os, "environ", {"PREFECT_HOME": str(tmp_path / "file" / "prefect")})
    with pytest.raises(WarehouseReadOnly, match="PREFECT_HOME names another place"):
        prepare_prefect(tmp_path)

    monkeypatch.setattr(os, "environ", {"PREFECT_HOME": str(tmp_path)})
    monkeypatch.setattr(os, "access", lambda path, mode: (path, mode) != (tmp_path, os.W_OK))
    with pytest.raises(WarehouseReadOnly, match="may not write"):
        prepare_prefect(tmp_path)

    os.environ["PREFECT_API_URL"] = "http://127.0.0.1:4200/api"  # a server of somebody else's has its database elsewhere
    prepare_prefect(tmp_path)


def refuse() -> NoReturn:
    request = httpx.Request("POST", "http://127.0.0.1:4200/api/task_runs/")
    raise httpx.HTTPStatusError("Server error '500'\nmore", request=request, response=httpx.Response(500, request=request))


def test_a_run_whose_end_the_server_cannot_note_still_says_how_it_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "environ", {"PREFECT_API_URL": "http://127.0.0.1:4200/api"})
    full = DiskFull("newsloom.duckdb", "no space left on the device")

    def run() -> None:
        try:
            raise full
        except DiskFull:
            refuse()

    with pytest.raises(DiskFull) as ended, answering_server():
        run()

    assert ended.value is full


def test_a_server_that_refuses_is_one_line_that_names_its_disk_where_that_is_full(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "environ", {"PREFECT_HOME": str(tmp_path)})
    with pytest.raises(ServerUnreachable) as unreachable, answering_server():
        refuse()
    monkeypatch.setattr("shutil.disk_usage", lambda _path: SimpleNamespace(free=0))
    with pytest.raises(DiskFull, match="no room for Prefect's database; free some and run again") as full, answering_server():
        refuse()
    with pytest.raises(DiskFull), answering_server():
        raise RuntimeError("Timed out while attempting to connect to ephemeral Prefect API server.")

    assert str(unreachable.value) == "Prefect server of this process: Server error '500'; nothing is lost: run it again"
    assert full.value.item == str(tmp_path)


@pytest.mark.parametrize(("error", "has_trace"), [(DiskFull("a", "b"), False), (KeyError("a"), True)])
def test_what_is_told_in_a_line_is_logged_without_its_trace(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, error: Exception, *, has_trace: bool
) -> None:
    monkeypatch.setattr(os, "environ", {"PREFECT_API_URL": "http://127.0.0.1:4200/api"})
    prepare_prefect(tmp_path)
    logger = logging.getLogger("prefect.flow_runs")
    monkeypatch.setattr(logger, "handlers", [caplog.handler])  # Prefect's own, of a test before, wants a flow run
    monkeypatch.setattr(logger, "propagate", False)

    logger.error("Encountered exception", exc_info=error)

    assert (type(error).__name__ in caplog.text) == has_trace


def test_a_server_of_our_own_has_a_login_csrf_protection_and_no_open_cors(tmp_path: Path) -> None:
    environment = server_environment(tmp_path, 4200, "secret")

    assert environment["PREFECT_SERVER_API_AUTH_STRING"] == environment["PREFECT_API_AUTH_STRING"] == "newsloom:secret"
    assert environment["PREFECT_SERVER_CSRF_PROTECTION_ENABLED"] == "true"
    assert environment["PREFECT_SERVER_CORS_ALLOWED_ORIGINS"] == "http://127.0.0.1:4200"


def test_the_environment_file_is_its_owners_alone_and_is_written_once(tmp_path: Path) -> None:
    path = write_environment(tmp_path)
    first = path.read_text()

    assert write_environment(tmp_path).read_text() == first
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert read_environment(path)["PREFECT_API_URL"] == "http://127.0.0.1:4200/api"


def test_another_port_keeps_the_password(tmp_path: Path) -> None:
    before = read_environment(write_environment(tmp_path, 4200))
    after = read_environment(write_environment(tmp_path, 4300))

    assert after["PREFECT_API_URL"] == "http://127.0.0.1:4300/api"
    assert after["PREFECT_API_AUTH_STRING"] == before["PREFECT_API_AUTH_STRING"]


def test_the_automation_waits_three_heartbeats() -> None:
    automation = zombie_automation()

    assert automation.trigger.within.total_seconds() == 90


class EmbeddedServer:
    """As Prefect's `SubprocessASGIServer`, for a process that answers in a tenth of the time."""

    def __init__(self) -> None:
        self.port = free_port()
        self.api_url = f"http://127.0.0.1:{self.port}"
        self.server_process: subprocess.Popen[bytes] | None = None
        self.running = False

    def start(self) -> None:
        self.running = True
        script = (
            "from http.server import HTTPServer, SimpleHTTPRequestHandler as H\n"
            "H.do_GET = lambda self: self.send_response(200) or self.end_headers()\n"
            f"HTTPServer(('127.0.0.1', {self.port}), H).serve_forever()"
        )
        self.server_process = subprocess.Popen([sys.executable, "-c", script], stderr=subprocess.DEVNULL)

    def answers(self) -> bool:
        try:
            return httpx.get(f"{self.api_url}/health").is_success
        except httpx.HTTPError:
            return False

    def die(self) -> None:
        assert self.server_process is not None
        self.server_process.kill()
        self.server_process.wait()


def until(true: Callable[[], bool], seconds: float = 120.0) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_an_embedded_server_that_dies_in_a_run_is_started_again(monkeypatch: pytest.MonkeyPatch) -> None:
    server, over, heard = EmbeddedServer(), threading.Event(), threading.Event()

    def is_healthy(_url: str) -> bool:
        if server.answers():
            heard.set()
        return heard.is_set()

    monkeypatch.setattr(engine, "_is_healthy", is_healthy)
    monkeypatch.setitem(sys.modules, "prefect.server.api.server", SimpleNamespace(SubprocessASGIServer=lambda: server))
    watch = threading.Thread(target=keep_server, args=(over, 0.05))
    watch.start()
    server.start()
    assert heard.wait(120)

    server.die()

    until(server.answers)
    over.set()
    watch.join()
    server.die()


def test_no_server_to_talk_to_is_one_line_and_an_end_at_once(tmp_path: Path) -> None:
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")},
        "PREFECT_API_URL": "http://127.0.0.1:9/api",
        "PREFECT_CLIENT_MAX_RETRIES": "0",
        "NEWSLOOM_HOME": str(tmp_path),
        "NEWSLOOM_CONTACT": "test@newsloom.example",
    }
    command = [sys.executable, "-c", "from flows.cli import main; main()", "run"]

    ended = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=500, check=False)

    assert ended.returncode == 1
    assert "nothing is lost" in " ".join(ended.stderr.split())


TOLD_TO_END = """
import os, signal, sys, threading
from pathlib import Path
import flows.engine

class Server:
    def stop(self):
        Path(sys.argv[1]).touch()

signal.signal(signal.SIGHUP, signal.SIG_DFL)  # the tests themselves may run under nohup
flows.engine.own_server = Server
flows.engine.keep_server = lambda over, **_: None
with flows.engine.answering_server():
    os.kill(os.getpid(), getattr(signal, sys.argv[2]))
    threading.Event().wait(600)
"""


@pytest.mark.parametrize(("name", "code"), [("SIGTERM", 143), ("SIGHUP", 129)])
def test_a_run_that_is_told_to_end_takes_its_server_along(tmp_path: Path, name: str, code: int) -> None:
    stopped = tmp_path / "stopped"

    ended = subprocess.run(
        [sys.executable, "-c", TOLD_TO_END, str(stopped), name], capture_output=True, text=True, timeout=300, check=False
    )

    assert (ended.returncode, stopped.exists()) == (code, True), ended.stderr
    assert f"ended by {name}; nothing is lost" in ended.stderr


def test_what_ignores_a_closed_terminal_goes_on_ignoring_it() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with taking_leave():
            assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, before)
