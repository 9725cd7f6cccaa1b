"""A published sample and a client that asks it, one of each a module."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.dashboard_samples import client_of, publish_sample

if TYPE_CHECKING:
    from starlette.testclient import TestClient


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("dashboard")
    publish_sample(made)
    return made


@pytest.fixture(scope="module")
def client(home: Path) -> TestClient:
    return client_of(home)
