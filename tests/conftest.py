"""What every test gets: no telemetry, no user's Prefect profile, one Prefect harness a session for those that ask."""

from __future__ import annotations

import os
import re
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tests.lakes import CatalogOf, WarehouseIn, empty_lake
from tests.object_store import ObjectStore, object_store_server, remove_store
from tests.postgres_server import Postgres, remove, server
from warehouse.embedded import Embedded
from warehouse.lake.place import lake_at
from warehouse.places import Warehouse

# A busy machine makes a law no less true: no deadline a case. The bound is the test's own time-out.
settings.register_profile("newsloom", deadline=None)
settings.load_profile("newsloom")

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # begun in the background of a shell: what tests start must hear Ctrl-C
    signal.signal(signal.SIGINT, signal.default_int_handler)

os.environ["DO_NOT_TRACK"] = "1"
# From the beginning: a fork server started by an earlier test keeps the environment of that moment.
os.environ["PGPASSWORD"] = Postgres.PASSWORD
os.environ["PREFECT_SERVER_ANALYTICS_ENABLED"] = "false"
os.environ.setdefault("PREFECT_LOGGING_LEVEL", "ERROR")
os.environ.setdefault("PREFECT_SERVER_LOGGING_LEVEL", "CRITICAL")


EACH_MAKES_A_LAKE = (
    "test_clock_jumps.py",
    "test_copies.py",
    "test_load.py",
    "test_names.py",
    "test_rechecks.py",
    "test_subscriptions.py",
)
"""Two to five CPU-seconds a test: every fifth of these runs on a lake too; all of them, and gates, with NEWSLOOM_LAKES=all."""


LONGEST_FIRST = (
    "test_lake_taken_up.py",
    "test_lake_on_object_store.py",
    "test_lake_faults.py",
    "test_fleet.py",
    "test_lake_forward.py",
    "test_road.py",
    "test_rechecks.py",
    "test_lake_road.py",
    "test_mentions.py",
    "test_two_machines.py",
    "test_taken_up.py",
    "test_rebuild.py",
    "test_faults.py",
    "test_publish.py",
    "test_spreading.py",
    "test_names.py",
    "test_lake_transfer.py",
    "test_search.py",
    "test_copies.py",
    "test_schedule.py",
    "test_soak.py",
)
"""Files of half a minute and more, each of which one process does alone: begun last, they would keep it waiting for it."""
_RANKS = {name: rank for rank, name in enumerate(LONGEST_FIRST)}


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: _RANKS.get(item.path.name, len(_RANKS)))
    if os.environ.get("NEWSLOOM_LAKES") == "all":
        return
    lakes = [item for item in items if "lake" in re.split(r"[\[\]-]", item.name)]
    gates = {item for item in lakes if item.path.parent.name == "gates"}
    each = [item for item in lakes if item.path.name in EACH_MAKES_A_LAKE and item not in gates]
    left_out = gates | {item for number, item in enumerate(each) if number % 5}
    config.hook.pytest_deselected(items=sorted(left_out, key=lambda item: item.nodeid))
    items[:] = [item for item in items if item not in left_out]


@pytest.fixture(autouse=True)
def _own_settings() -> Iterator[None]:
    """Take back what a test set: `--home` names itself in the environment, for the processes that a run starts."""
    before = {name: value for name, value in os.environ.items() if name.startswith("NEWSLOOM_")}
    yield
    for name in [name for name in os.environ if name.startswith("NEWSLOOM_") and name not in before]:
        del os.environ[name]
    os.environ.update(before)


@pytest.fixture(scope="session")
def prefect_harness() -> Iterator[None]:
    """Start an embedded Prefect server once: it costs about 30 CPU-seconds, so only the few flow tests ask for it."""
    from prefect.testing.utilities import prefect_test_harness

    with prefect_test_harness(server_startup_timeout=240):
        yield


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """Start a PostgreSQL once; its password is in the environment, where libpq looks for it."""
    made = server()
    yield made
    remove(made)


@pytest.fixture(scope="session")
def object_store() -> Iterator[ObjectStore]:
    """Start an object store once; the test puts its keys into the environment."""
    made = object_store_server()
    yield made
    remove_store(made)


@pytest.fixture(scope="session", params=["file", "lake"])
def catalog_of(request: pytest.FixtureRequest) -> CatalogOf:
    """Give the settings that say where the tables of a home folder are: whatever asks for this runs on a file and on a lake."""
    if request.param == "file":
        return lambda _home: {}
    postgres: Postgres = request.getfixturevalue("postgres")
    made: dict[Path, dict[str, str]] = {}

    def lake(home: Path) -> dict[str, str]:
        if home not in made:
            home.mkdir(parents=True, exist_ok=True)
            made[home] = empty_lake(postgres, home)
        return made[home]

    return lake


@pytest.fixture(scope="session")
def warehouse_in(catalog_of: CatalogOf) -> WarehouseIn:
    """Make the warehouse of a home folder, once a file and once a lake."""

    def made(home: Path) -> Warehouse:
        where = catalog_of(home)
        return lake_at(home, **where) if where else Embedded(home)

    return made
