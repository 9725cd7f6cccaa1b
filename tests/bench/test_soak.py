"""Three hours of the simulated week: the long form is `make soak`."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.bench.soak import facts_of
from tests.soak.week import live
from tests.soak.world import World


@pytest.mark.timeout(240)
def test_a_simulated_morning_loses_nothing(tmp_path: Path) -> None:
    start = datetime.now(UTC).replace(microsecond=0) - timedelta(days=2)
    world = World(outlets=12, per_day=40, start=start, days=3 / 24, seed=3)

    week = live(world, tmp_path, every=timedelta(minutes=35), grace=timedelta(minutes=100))

    assert week.runs == 6
    assert week.rows > 20
    assert week.lost == []
    assert week.overdue == 0
    assert week.broken == []
    assert all(seen for _, seen in facts_of(week))
