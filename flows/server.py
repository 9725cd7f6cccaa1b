"""A Prefect server for one machine: its environment with a password, its process, the automation against zombie runs."""

from __future__ import annotations

import os
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import httpx

from flows.engine import EPHEMERAL_STARTUP_SECONDS, QUIET, ZOMBIE_AFTER_SECONDS
from flows.errors import ServerUnreachable

if TYPE_CHECKING:
    from prefect.automations import Automation

DEFAULT_PORT = 4200
ENVIRONMENT_FILE = "prefect.env"


def server_environment(home: Path, port: int, password: str) -> dict[str, str]:
    """Return the variables that server, worker and flows share.

    A self-hosted server has no login, no CSRF protection and answers any web page's script (CORS `*`), so that a page
    open in the operator's browser could start deployments, which run code. All three are closed here.
    """
    return {
        **QUIET,
        "PREFECT_HOME": str((home / "prefect").absolute()),
        "PREFECT_API_URL": f"http://127.0.0.1:{port}/api",
        "PREFECT_SERVER_ALLOW_EPHEMERAL_MODE": "false",
        "PREFECT_SERVER_API_AUTH_STRING": f"newsloom:{password}",
        "PREFECT_API_AUTH_STRING": f"newsloom:{password}",
        "PREFECT_SERVER_CSRF_PROTECTION_ENABLED": "true",
        "PREFECT_SERVER_CORS_ALLOWED_ORIGINS": f"http://127.0.0.1:{port}",
        # Loopback, said aloud: the worker's health page binds to every address by default.
        "PREFECT_SERVER_API_HOST": "127.0.0.1",
        "PREFECT_SERVER_API_PORT": str(port),
        "PREFECT_WORKER_WEBSERVER_HOST": "127.0.0.1",
        # Leases of concurrency slots live in the server's memory by default, and a slot held when it dies is never given back.
        "PREFECT_SERVER_CONCURRENCY_LEASE_STORAGE": "prefect.server.concurrency.lease_storage.filesystem",
        # The pages are written out at the start; by default into the installed package, which a service may not write.
        "PREFECT_SERVER_UI_STATIC_DIRECTORY": str((home / "prefect" / "pages").absolute()),
    }


def write_environment(home: Path, port: int = DEFAULT_PORT) -> Path:
    """Write `home/prefect.env` (readable by its owner only); one that is there keeps its password. Return its path."""
    path = home / ENVIRONMENT_FILE
    known = read_environment(path) if path.exists() else {}
    password = known.get("PREFECT_API_AUTH_STRING", "").partition(":")[2] or secrets.token_urlsafe(24)
    wanted = server_environment(home, port, password)
    if known != wanted:
        home.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(f".{os.getpid()}")
        draft.touch(mode=0o600)
        draft.write_text("".join(f'{name}="{value}"\n' for name, value in wanted.items()))
        draft.rename(path)
    return path


def read_environment(path: Path) -> dict[str, str]:
    """Read a file that `write_environment` wrote."""
    pairs = (line.partition("=") for line in path.read_text().splitlines() if "=" in line and not line.startswith("#"))
    return {name: value.strip('"') for name, _, value in pairs}


@contextmanager
def running_server(environment: Mapping[str, str], log_path: Path) -> Iterator[str]:
    """Run a Prefect server as a child process; yield its API URL once it answers.

    Raises:
        ServerUnreachable: It ended, or did not answer in time; the message names its log.

    """
    url = environment["PREFECT_API_URL"]
    port = url.rsplit(":", 1)[1].removesuffix("/api")
    command = [sys.executable, "-m", "prefect", "server", "start", "--host", "127.0.0.1", "--port", port]
    log_path.parent.mkdir(parents=True, exist_ok=True)
    with log_path.open("ab") as log:
        # A session of its own: Ctrl-C at the terminal reaches us first, and we end the server after the flows.
        process = subprocess.Popen(command, env=dict(environment), stdout=log, stderr=log, start_new_session=True)  # noqa: S603 - our own interpreter
    try:
        _wait_until_healthy(url, process, log_path)
        yield url
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_until_healthy(url: str, process: subprocess.Popen[bytes], log_path: Path) -> None:
    deadline = time.monotonic() + EPHEMERAL_STARTUP_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise ServerUnreachable(url, f"the server ended with code {process.returncode}; see {log_path}")
        try:
            if httpx.get(f"{url}/health", timeout=5).is_success:
                return
        except httpx.HTTPError:
            pass  # not listening yet
        time.sleep(0.5)
    raise ServerUnreachable(url, f"no answer within {EPHEMERAL_STARTUP_SECONDS} s; see {log_path}")


def zombie_automation() -> Automation:
    """Describe the rule that ends runs whose machine died: no heartbeat for three beats means crashed.

    Without it such a run stays "Running" for ever and holds its deployment's only slot for minutes.
    """
    from prefect.automations import (  # noqa: PLC0415 - costs seconds, and only setup needs it
        Automation,
        ChangeFlowRunState,
        EventTrigger,
        Posture,
        ResourceSpecification,
    )
    from prefect.client.schemas.objects import StateType  # noqa: PLC0415

    return Automation(
        name="newsloom: end runs without heartbeat",
        description="A run that sent heartbeats and stopped is marked as crashed, so that the next one can start.",
        trigger=EventTrigger(
            after={"prefect.flow-run.heartbeat"},
            expect={"prefect.flow-run.*"},
            match=ResourceSpecification({"prefect.resource.id": ["prefect.flow-run.*"]}),
            for_each={"prefect.resource.id"},
            posture=Posture.Proactive,
            threshold=1,
            within=timedelta(seconds=ZOMBIE_AFTER_SECONDS),
        ),
        actions=[
            ChangeFlowRunState(
                name="Crashed", state=StateType.CRASHED, force=False, message="No heartbeat: its process or machine is gone."
            )
        ],
    )


def ensure_automation() -> bool:
    """Create the zombie automation on the server of `PREFECT_API_URL` unless it is there; return whether it was created."""
    from prefect.client.orchestration import get_client  # noqa: PLC0415

    wanted = zombie_automation()
    with get_client(sync_client=True) as client:
        if client.read_automations_by_name(wanted.name):
            return False
    wanted.create()
    return True


def ensure_work_pool(name: str = "newsloom") -> bool:
    """Create the process work pool unless it is there; return whether it was created."""
    from prefect.client.orchestration import get_client  # noqa: PLC0415
    from prefect.client.schemas.actions import WorkPoolCreate  # noqa: PLC0415
    from prefect.exceptions import ObjectNotFound  # noqa: PLC0415
    from prefect.workers.process import ProcessWorker  # noqa: PLC0415

    with get_client(sync_client=True) as client:
        try:
            client.read_work_pool(name)
        except ObjectNotFound:
            template = ProcessWorker.get_default_base_job_template()
            client.create_work_pool(WorkPoolCreate(name=name, type="process", base_job_template=template))
            return True
    return False
