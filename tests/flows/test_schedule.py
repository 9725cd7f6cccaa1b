"""A real Prefect server as `newsloom serve` starts it: it takes the deployments, and its scheduler plans their runs."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from flows.server import running_server, server_environment

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


def test_the_server_plans_runs_of_the_scheduled_deployments(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {**os.environ, **server_environment(tmp_path, port, "secret"), "PYTHONPATH": str(Path.cwd())}
    (tmp_path / "prefect").mkdir()

    with running_server(environment, tmp_path / "server.log"):
        done = subprocess.run(
            [sys.executable, "-W", "ignore", "-c", _CLIENT], env=environment, capture_output=True, text=True, check=False
        )

    assert done.stdout.splitlines()[-1:] == ["['backfill', 'ingest', 'maintain'] True"], done.stderr[-2000:]
    assert "InvalidRequestError" not in (tmp_path / "server.log").read_text()
