"""Two machines with a network between them: one catalog, one store, one Prefect server; data folders of their own.

In network namespaces, so that nothing but the network joins them. Here with PostgreSQL alone; the long form, with an object store
and the server, is `python -m tests.bench.two_machines`.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.machines import HEAD, NETWORK, Machine, machines
from tests.postgres_server import Postgres, remove, server
from warehouse.errors import WarehouseBusy
from warehouse.lake.place import lake_at

pytestmark = pytest.mark.timeout(300)

HOLDING = """
import os, sys, time
from dataclasses import replace
from pathlib import Path
from warehouse.lake.place import lake_at
lake = replace(lake_at(Path(os.environ["NEWSLOOM_HOME"]), sys.argv[1], sys.argv[2]), patience_seconds=90)
with lake.writer(lock_timeout_seconds=90):
    print("holding", flush=True)
    time.sleep(600)
"""
PATIENCE_SECONDS = 150.0
"""Thirty seconds of silence, then three questions ten seconds apart, and a busy machine."""


@pytest.fixture(scope="module")
def head(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Postgres, list[Machine], Path]]:
    folder = tmp_path_factory.mktemp("machines")
    with machines(folder, "north", "south") as made:
        postgres = server(HEAD)
        try:
            yield postgres, made, folder
        finally:
            remove(postgres)


def test_a_machine_whose_cable_is_pulled_frees_the_writers_place_within_a_minute_or_so(
    head: tuple[Postgres, list[Machine], Path],
) -> None:
    postgres, (north, _), folder = head
    catalog = postgres.database("cable")
    (folder / "head").mkdir()
    lake = lake_at(folder / "head", catalog, str(folder / "files"))
    with lake.writer():
        pass
    holder = north.start(sys.executable, "-c", HOLDING, catalog, str(folder / "files"), environment=dict(os.environ))
    try:
        assert holder.stdout is not None
        assert (told := holder.stdout.readline()) == "holding\n", told + holder.stdout.read()
        with pytest.raises(WarehouseBusy, match="newsloom north"), lake.writer(lock_timeout_seconds=1):
            pass

        north.pull_the_cable()
        began = time.monotonic()
        with lake.writer(lock_timeout_seconds=PATIENCE_SECONDS):
            waited = time.monotonic() - began
    finally:
        os.kill(holder.pid, signal.SIGKILL)
        holder.communicate()

    assert 5 < waited < PATIENCE_SECONDS


def test_nothing_else_joins_them(head: tuple[Postgres, list[Machine], Path]) -> None:
    """What the first test stands on: the machines have other addresses and names than this one."""
    _, (_, south), _ = head
    told = south.start("sh", "-c", "hostname; ip -brief address show eth0", environment=dict(os.environ)).communicate()[0]

    assert told.startswith("south\n")
    assert f"{NETWORK}.12" in told
