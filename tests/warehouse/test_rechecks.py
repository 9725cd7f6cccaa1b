from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import duckdb
import pytest

from extractors.residue.linememory import LineMemory, LineSighting, remember
from tests.lakes import WarehouseIn
from tests.warehouse_samples import NOW
from warehouse.lines import lines_of_outlets, load_lines
from warehouse.rechecks import Recheck, due_rechecks, unwatch, watch


@pytest.fixture
def connection(warehouse_in: WarehouseIn, tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with warehouse_in(tmp_path).writer() as connection:
        yield connection


def test_an_article_is_checked_five_times_in_its_first_week(connection: duckdb.DuckDBPyConnection) -> None:
    watch(connection, [Recheck(1, "https://vorn.example/1", NOW, etag='"a"')], NOW)
    waits = []

    for minute in range(0, 60 * 24 * 8, 5):
        now = NOW + timedelta(minutes=minute)
        if due := due_rechecks(connection, now):
            waits.append(now - NOW)
            watch(connection, due, now)

    assert waits == [timedelta(minutes=15), timedelta(hours=1), timedelta(hours=3), timedelta(days=1), timedelta(days=7)]


def test_a_check_that_comes_late_skips_the_steps_it_missed(connection: duckdb.DuckDBPyConnection) -> None:
    watch(connection, [Recheck(1, "https://vorn.example/1", NOW)], NOW)

    watch(connection, [Recheck(1, "https://vorn.example/1", NOW + timedelta(hours=2), etag='"b"')], NOW + timedelta(hours=2))

    assert due_rechecks(connection, NOW + timedelta(hours=3)) == [
        Recheck(1, "https://vorn.example/1", NOW, etag='"b"', step=2, due_at=NOW + timedelta(hours=3))
    ]


def test_a_check_that_fails_is_tried_again_before_the_next_step(connection: duckdb.DuckDBPyConnection) -> None:
    watch(connection, [Recheck(1, "https://vorn.example/1", NOW, etag='"a"')], NOW)
    waits = []

    for minute in range(0, 60 * 24 * 20, 15):
        now = NOW + timedelta(minutes=minute)
        if due := due_rechecks(connection, now):
            waits.append(now - NOW)
            watch(connection, due, now, failed={1})

    minutes = [round(wait / timedelta(minutes=1)) for wait in waits]
    assert minutes[:9] == [15, 30, 45, 60, 75, 90, 105, 120, 135]
    assert {180, 24 * 60, 7 * 24 * 60} < set(minutes), "every step is kept"
    assert len(minutes) < 50, "a page that never comes again costs little"
    assert due_rechecks(connection, NOW + timedelta(days=30)) == [], "and is given up"


def test_an_old_or_unwatched_article_is_never_due(connection: duckdb.DuckDBPyConnection) -> None:
    watch(
        connection,
        [Recheck(1, "https://vorn.example/1", NOW - timedelta(days=8)), Recheck(2, "https://vorn.example/2", NOW)],
        NOW,
    )

    unwatch(connection, [2])

    assert due_rechecks(connection, NOW + timedelta(days=30)) == []


def test_the_memory_of_lines_reads_back_as_it_was(connection: duckdb.DuckDBPyConnection) -> None:
    sightings = [LineSighting("vorn.example", n, f"Line {n}", n, (1, 2, n), NOW) for n in range(3)]
    changed = remember(LineMemory(), sightings)

    load_lines(connection, changed)
    load_lines(connection, changed, forgotten=changed[:1])

    assert lines_of_outlets(connection, ["vorn.example", "other.example"]) == sorted(changed, key=lambda line: line.line_key)
