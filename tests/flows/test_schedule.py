"""A real Prefect server as `newsloom serve` starts it: it takes the deployments, and its scheduler plans their runs."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from flows.server import running_server, server_environment
from tests.ports import free_port

pytestmark = [pytest.mark.flow, pytest.mark.timeout(400)]

# In a process of its own, because Prefect reads its environment once.
_CLIENT = """
import time
from datetime import timedelta
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterState, FlowRunFilterStateType
from flows.deployments import served_deployments
from flows.server import ensure_automation, ensure_work_pool

assert ensure_work_pool() and not ensure_work_pool()
assert ensure_automation() and not ensure_automation()
for deployment in served_deployments(timedelta(minutes=1)):
    deployment.apply()
with get_client(sync_client=True) as client:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        planned = {run.name for run in client.read_flow_runs()}
        if planned:
            break
        time.sleep(2)
    names = {deployment.name for deployment in client.read_deployments()}
print(sorted(names), len(planned) > 0)
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[dict[str, str], Path]]:
    """The environment of a server's clients, and the server's log."""
    home = tmp_path_factory.mktemp("server")
    environment = {**os.environ, **server_environment(home, free_port(), "secret"), "PYTHONPATH": str(Path.cwd())}
    (home / "prefect").mkdir()
    with running_server(environment, home / "server.log"):
        yield environment, home / "server.log"


def test_the_server_plans_runs_of_the_scheduled_deployments(server: tuple[dict[str, str], Path]) -> None:
    environment, log = server

    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", _CLIENT], env=environment, capture_output=True, text=True, check=False
    )

    assert done.stdout.splitlines()[-1:] == ["['backfill', 'ingest', 'maintain'] True"], done.stderr[-2000:]
    assert "InvalidRequestError" not in log.read_text()


def test_serving_ends_on_sigterm_with_a_word_of_ours_and_no_warning_of_anybody(
    server: tuple[dict[str, str], Path], tmp_path: Path
) -> None:
    environment, _ = server
    given = {**environment, "NEWSLOOM_HOME": str(tmp_path), "NEWSLOOM_CONTACT": "desk@newsloom.example"}
    command = [sys.executable, "-c", "from flows.cli import main; main()", "serve", "--every", "60"]

    with subprocess.Popen(command, env=given, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True) as process:
        assert process.stderr is not None
        told = [next(line for line in process.stderr if line.startswith("Polling every"))]
        time.sleep(3)  # the deployments are being registered, and the runner begins to look for runs
        process.terminate()
        told += process.communicate(timeout=60)[1].splitlines()

    assert process.returncode == 0
    assert told[-1] == "Stopped. Nothing is lost: the next start goes on where this one ended."
    assert [line for line in told if "Warning" in line or "Traceback" in line] == []
