"""A fleet on this machine, every part a process of its own: PostgreSQL, the Prefect server on it, process workers, their runs.

Set up as the papers tell (`newsloom setup env`, `setup server`, `prefect deploy`), and struck where a test wants it.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx

from flows.server import server_environment
from tests.ports import free_port
from tests.postgres_server import Postgres, binaries

ROOT = Path(__file__).resolve().parents[1]
START_SECONDS = 180.0
TERMINAL = frozenset({"COMPLETED", "FAILED", "CRASHED", "CANCELLED"})


def waited_for(what: Callable[[], Any], seconds: float, told: str, pause: float = 0.5) -> Any:
    """Ask until the answer is true; return it."""
    give_up_at = time.monotonic() + seconds
    while not (answer := what()):
        assert time.monotonic() < give_up_at, f"waited {seconds:g} s for {told}"
        time.sleep(pause)
    return answer


@dataclass
class Fleet:
    """Start the parts one by one; `close` ends what still lives."""

    folder: Path
    postgres: Postgres | None = None
    variables: Mapping[str, str] = field(default_factory=dict)  # of the server and of all that talk to it
    port: int = field(default_factory=free_port)
    host: str = "127.0.0.1"
    server: subprocess.Popen[bytes] | None = None
    workers: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    _api: httpx.Client | None = None

    @property
    def environment(self) -> dict[str, str]:
        """What `prefect.env` holds, with PostgreSQL where there is one."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("PREFECT_", "NEWSLOOM_"))}
        ours = {**server_environment(self.folder, self.port, "harbour-9-lantern"), "PYTHONPATH": str(ROOT)}
        ours["PREFECT_API_URL"] = f"http://{self.host}:{self.port}/api"
        if self.postgres is not None:
            url = f"postgresql+asyncpg://news:{Postgres.PASSWORD}@{self.postgres.host}:{self.postgres.port}/prefect"
            ours["PREFECT_SERVER_DATABASE_CONNECTION_URL"] = url
        return {**kept, **ours, "PYTHONWARNINGS": "ignore", "NEWSLOOM_PROJECT": str(ROOT), **self.variables}

    def prefect(self, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
        """Run a command of Prefect's to its end."""
        command = [sys.executable, "-m", "prefect", *words]
        done = subprocess.run(command, cwd=ROOT, env=self.environment | more, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return done

    def _spawn(self, name: str, *words: str, **more: str) -> subprocess.Popen[bytes]:
        with (self.folder / f"{name}.log").open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "prefect", *words],
                cwd=self.folder,
                env=self.environment | more,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def start_server(self) -> None:
        """Start the server and wait until it answers."""
        (self.folder / "prefect").mkdir(exist_ok=True)
        self.server = self._spawn("server", "server", "start", "--host", self.host, "--port", str(self.port))
        waited_for(self._is_healthy, START_SECONDS, "the server")

    def _is_healthy(self) -> bool:
        assert self.server is None or self.server.poll() is None, (self.folder / "server.log").read_text()[-3000:]
        with suppress(httpx.HTTPError):
            return httpx.get(f"http://{self.host}:{self.port}/api/health", timeout=5).is_success
        return False

    def start_worker(self, name: str) -> None:
        """Start a process worker and wait until it polls."""
        words = ("worker", "start", "--pool", "newsloom", "--name", name, "--with-healthcheck")
        self.workers[name] = self._spawn(name, *words, PREFECT_WORKER_WEBSERVER_PORT=str(free_port()))
        log = self.folder / f"{name}.log"
        waited_for(lambda: f"Worker '{name}' started" in log.read_text(), START_SECONDS, name)

    def deploy(self) -> None:
        """Create pool, automation, limits and the deployments of prefect.yaml; nothing runs by itself."""
        script = "from flows.cli import main; main()"
        subprocess.run([sys.executable, "-c", script, "setup", "server"], cwd=ROOT, env=self.environment, check=True)
        self.prefect("--no-prompt", "deploy", "--all")
        for deployment in self.post("/deployments/filter"):
            self.patch(f"/deployments/{deployment['id']}", {"paused": True})

    # -------------------------------------------------------------------------------------------- the API

    @property
    def api(self) -> httpx.Client:
        if self._api is None:
            name, _, password = self.environment["PREFECT_API_AUTH_STRING"].partition(":")
            self._api = httpx.Client(base_url=f"http://{self.host}:{self.port}/api", auth=(name, password), timeout=120)
        return self._api

    def _csrf(self) -> dict[str, str]:
        client = str(uuid4())
        token = self.api.get("/csrf-token", params={"client": client}).raise_for_status().json()["token"]
        return {"Prefect-Csrf-Token": token, "Prefect-Csrf-Client": client}

    def get(self, path: str) -> Any:
        return self.api.get(path).raise_for_status().json()

    def post(self, path: str, body: Mapping[str, Any] | None = None) -> Any:
        return self.api.post(path, json=dict(body or {}), headers=self._csrf()).raise_for_status().json()

    def post_list(self, path: str, body: Sequence[Mapping[str, Any]]) -> Any:
        return self.api.post(path, json=list(body), headers=self._csrf()).raise_for_status().json()

    def patch(self, path: str, body: Mapping[str, Any]) -> None:
        self.api.patch(path, json=dict(body), headers=self._csrf()).raise_for_status()

    def run(self, deployment: str, parameters: Mapping[str, Any], variables: Mapping[str, str]) -> str:
        """Ask for a run now; return its id."""
        found = self.get(f"/deployments/name/{deployment}/{deployment}")
        body = {
            "parameters": dict(parameters),
            "state": {"type": "SCHEDULED"},
            "job_variables": {"env": dict(variables), "stream_output": False},
        }
        created: str = self.post(f"/deployments/{found['id']}/create_flow_run", body)["id"]
        return created

    def state(self, run: str) -> tuple[str, str]:
        """Return a run's state: its type and its message."""
        told = self.get(f"/flow_runs/{run}")["state"]
        return told["type"], told["message"] or ""

    def ended(self, run: str, seconds: float = 240.0) -> tuple[str, str]:
        """Wait for a run's end."""

        def look() -> tuple[str, str] | None:
            with suppress(httpx.HTTPError):  # the server may be away just now
                state = self.state(run)
                return state if state[0] in TERMINAL else None
            return None

        told: tuple[str, str] = waited_for(look, seconds, f"run {run} to end", 1.0)
        return told

    def ended_at(self, run: str) -> float:
        """Return when a run came into the state it is in, in seconds of the epoch."""
        return datetime.fromisoformat(self.get(f"/flow_runs/{run}")["state"]["timestamp"]).timestamp()

    @contextmanager
    def schedule(self, deployment: str, seconds: float, variables: Mapping[str, str]) -> Iterator[None]:
        """Let a deployment run by itself inside."""
        key = self.get(f"/deployments/name/{deployment}/{deployment}")["id"]
        given = {"env": dict(variables), "stream_output": False}
        self.patch(f"/deployments/{key}", {"job_variables": given, "paused": False})
        [made] = self.post_list(f"/deployments/{key}/schedules", [{"schedule": {"interval": seconds}, "active": True}])
        try:
            yield
        finally:
            self.patch(f"/deployments/{key}", {"paused": True})
            self.api.delete(f"/deployments/{key}/schedules/{made['id']}", headers=self._csrf()).raise_for_status()

    def _since(self, moment: datetime) -> list[dict[str, Any]]:
        wanted = {"flow_runs": {"expected_start_time": {"after_": moment.isoformat()}}}
        found: list[dict[str, Any]] = self.post("/flow_runs/filter", wanted)
        return [run for run in found if run["state_name"] != "Scheduled"]

    def runs_since(self, moment: datetime) -> list[str]:
        """Return the states of the runs that were due since a moment, one each."""
        return [run["state_type"] for run in self._since(moment)]

    def spans_since(self, moment: datetime) -> list[tuple[str, str]]:
        """Return when completed runs began and ended; those that were refused have a span of nothing."""
        return [(run["start_time"], run["end_time"]) for run in self._since(moment) if run["state_type"] == "COMPLETED"]

    def held_slots(self) -> dict[str, int]:
        """Return the concurrency limits that are held, with how many of their slots."""
        return {
            limit["name"]: limit["active_slots"] for limit in self.post("/v2/concurrency_limits/filter") if limit["active_slots"]
        }

    # -------------------------------------------------------------------------------------------- blows

    def flow_processes(self, worker: str | None = None) -> list[int]:
        """Return the processes of runs, of one worker or, orphans included, of all."""
        found = []
        for entry in Path("/proc").iterdir():
            if not entry.name.isdigit():
                continue
            with suppress(OSError):
                words = (entry / "cmdline").read_bytes().split(b"\0")
                if b"prefect.engine" not in words and b"prefect.flow_engine" not in words:
                    continue
                parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
                mine = f"PREFECT_API_URL=http://{self.host}:{self.port}/api".encode() in (entry / "environ").read_bytes().split(
                    b"\0"
                )
                if mine and (worker is None or parent == self.workers[worker].pid):
                    found.append(int(entry.name))
        return found

    def kill_flows(self, worker: str | None = None) -> list[int]:
        killed = self.flow_processes(worker)
        for process in killed:
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        return killed

    def kill_worker(self, name: str) -> None:
        process = self.workers.pop(name)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()

    def kill_server(self) -> None:
        assert self.server is not None
        with suppress(ProcessLookupError):
            os.killpg(self.server.pid, signal.SIGKILL)
        self.server.wait()
        self.server = None

    def close(self) -> None:
        for process in [*self.workers.values(), *([self.server] if self.server else [])]:
            process.terminate()
        for process in [*self.workers.values(), *([self.server] if self.server else [])]:
            try:
                process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        self.kill_flows()
        if self._api is not None:
            self._api.close()


@contextmanager
def postgres_for_prefect() -> Iterator[Postgres | None]:
    """Run a PostgreSQL with a database for Prefect; None where there is none."""
    found = binaries()
    if found is None:
        yield None
        return
    made = Postgres(found, Path(tempfile.mkdtemp(prefix="newsloom-pg-")))
    try:
        made.make()
        made.start()
        made.sql("CREATE DATABASE prefect", "postgres")
        yield made
    finally:
        made.stop()
        shutil.rmtree(made.folder, ignore_errors=True)


@contextmanager
def fleet(folder: Path, workers: tuple[str, ...] = ("first",), **variables: str) -> Iterator[Fleet]:
    """Run a fleet with its deployments on PostgreSQL (else on Prefect's SQLite)."""
    with postgres_for_prefect() as postgres:
        made = Fleet(folder, postgres, variables)
        try:
            made.start_server()
            made.deploy()
            for name in workers:
                made.start_worker(name)
            yield made
        finally:
            made.close()


def variables_of(home: Path, connect_to: Mapping[str, str], spacing: float) -> dict[str, str]:
    """Return the settings of a run on a loopback web, as a worker's environment."""
    return {
        "NEWSLOOM_HOME": str(home),
        "NEWSLOOM_CONTACT": "desk@newsloom.example",
        "NEWSLOOM_CONNECT_TO": json.dumps(dict(connect_to)),
        "NEWSLOOM_HOST_SPACING_SECONDS": str(spacing),
        "NEWSLOOM_ENTITY_ENGINE": "gazetteer",
        "NEWSLOOM_WORKERS": "1",
        "NEWSLOOM_BATCH_PAGES": "15",
    }
