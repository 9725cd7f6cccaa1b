"""What a clock in the future has written does not hold anything up once the clock is right again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import duckdb
import pytest

from extractors.fetch import FetchMemory
from extractors.fetch.hosts import HostRecord
from extractors.fetch.robots import RobotsFile
from extractors.records import Entry, Feed, Outcome, Rhythm
from tests.lakes import WarehouseIn
from tests.warehouse_samples import NOW
from warehouse.ledger import LONGEST_WAIT, load_outcomes, start_run
from warehouse.read import due_feeds
from warehouse.rechecks import Recheck, due_rechecks, watch
from warehouse.subscriptions import load_feeds, load_polls, pending_entries

FEED = "https://paper.example/rss"
LATER = NOW + timedelta(days=30)


@pytest.fixture
def connection(warehouse_in: WarehouseIn, tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with warehouse_in(tmp_path).writer() as connection:
        load_feeds(connection, [Feed(FEED, "paper.example")])
        start_run(connection, "ahead", "ingest", LATER)
        yield connection


def test_a_feed_polled_in_the_future_is_due_now_and_one_polled_by_a_right_clock_is_not(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    ahead = Rhythm(FEED, polled_at=LATER, next_poll_at=LATER + timedelta(hours=1))
    load_polls(connection, "ahead", [ahead], [], LATER)
    assert [feed.feed_url for feed, _ in due_feeds(connection, NOW)] == [FEED]

    right = replace(ahead, polled_at=NOW, next_poll_at=NOW + timedelta(hours=1))
    load_polls(connection, "ahead", [right], [], NOW)
    assert due_feeds(connection, NOW - timedelta(seconds=2)) == []


def test_an_entry_postponed_in_the_future_is_tried_now(connection: duckdb.DuckDBPyConnection) -> None:
    url = "https://paper.example/harbour"
    entry = Entry(feed_url=FEED, entry_key="harbour", url=url, canonical_url=url)
    load_polls(connection, "ahead", [], [entry], LATER)
    load_outcomes(connection, [Outcome("ahead", url, "fetch", "server_error", LATER)])

    assert [found.url for found in pending_entries(connection, NOW)] == [url]
    assert pending_entries(connection, LATER) == []
    assert timedelta(hours=16) == LONGEST_WAIT


def test_an_article_seen_in_the_future_is_looked_at_again_at_the_usual_steps(connection: duckdb.DuckDBPyConnection) -> None:
    seen = Recheck(7, "https://paper.example/harbour", LATER)
    watch(connection, [seen], LATER)
    assert [one.article_id for one in due_rechecks(connection, NOW)] == [7]

    watch(connection, due_rechecks(connection, NOW), NOW)

    assert due_rechecks(connection, NOW + timedelta(minutes=14)) == []
    assert [one.article_id for one in due_rechecks(connection, NOW + timedelta(minutes=15))] == [7]


def test_a_hold_from_the_future_is_let_go_and_an_honest_one_kept() -> None:
    held, down = HostRecord("a.example", held_until=LATER, holds=1), HostRecord("b.example", down_until=LATER, downs=2)
    honest = HostRecord("c.example", held_until=NOW + timedelta(hours=23), holds=1)
    rules = RobotsFile("https://a.example", "", LATER, LATER)

    memory = FetchMemory.of([held, down, honest], [rules], NOW)

    assert memory.hosts["a.example"].held_until is None
    assert memory.hosts["b.example"].down_until is None
    assert memory.hosts["c.example"] == honest
    assert memory.robots["https://a.example"].expires_at <= NOW + timedelta(hours=24)
