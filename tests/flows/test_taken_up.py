"""A run that ends between two batches: the next one fetches the rest in the same batches, and comes to the same tables."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from flows.demo import DemoWire
from tests import road_driver
from tests.road_kills import left_behind, settings_of, subscribed
from tests.road_tables import differences
from warehouse.connection import writer
from warehouse.planned import planned

BATCH_PAGES = 7
"""Of some thirty pages: what recurs on an outlet's pages is learnt over several batches."""
FEEDS = 5


@pytest.fixture(scope="module")
def wire() -> Iterator[DemoWire]:
    with DemoWire(datetime.now(UTC)) as wire:
        yield wire


def dead_after(loads: int) -> Callable[[str, Callable[[], Any]], Any]:
    """Return an `around` in which the process ends before the load after so many."""
    done = 0

    def around(stage: str, work: Callable[[], Any]) -> Any:
        nonlocal done
        if stage == "load":
            if done == loads:
                raise SystemExit("killed")
            done += 1
        return work()

    return around


def test_what_a_dead_run_left_is_taken_up_in_its_batches(wire: DemoWire, tmp_path: Path) -> None:
    whole, cut = (tmp_path / name for name in ("whole", "cut"))
    for home in (whole, cut):
        subscribed(wire, home, FEEDS)
    road_driver.ingest(settings_of(wire, whole, BATCH_PAGES), wire.now)

    for loads in (1, 2):
        with pytest.raises(SystemExit):
            road_driver.ingest(settings_of(wire, cut, BATCH_PAGES), wire.now, dead_after(loads))
        with writer(cut) as connection:
            assert planned(connection) != []
    road_driver.ingest(settings_of(wire, cut, BATCH_PAGES), wire.now)

    tables, broken = left_behind(cut)
    assert differences(left_behind(whole)[0], tables) == {}
    assert broken == []
    with writer(cut) as connection:
        assert planned(connection) == []
