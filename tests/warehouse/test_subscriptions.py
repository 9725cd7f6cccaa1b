from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import duckdb
import pytest

from extractors.records import Feed, Outcome, Rhythm
from tests.lakes import WarehouseIn
from tests.warehouse_samples import NOW, entry
from warehouse import ledger, read
from warehouse.check import check
from warehouse.subscriptions import entry_keys, entry_of, load_feeds, load_polls, payload_of, pending_entries, remove_feeds

FEED = Feed("https://vorn.example/feed", "vorn.example", added_at=NOW)


@pytest.fixture
def connection(warehouse_in: WarehouseIn, tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with warehouse_in(tmp_path).writer() as connection:
        ledger.start_run(connection, "run", "ingest", NOW)
        load_feeds(connection, [FEED])
        yield connection


def outcome(item: str, name: str, *, minutes: float = 0, run_id: str = "run") -> Outcome:
    return Outcome(run_id, item, "fetch", name, NOW + timedelta(minutes=minutes))


def test_subscribing_again_changes_what_the_operator_said_and_keeps_the_date(connection: duckdb.DuckDBPyConnection) -> None:
    added = load_feeds(connection, [replace(FEED, title="Vorn Post", added_at=NOW + timedelta(days=1))])

    assert added == 0
    assert read.feeds(connection) == [replace(FEED, title="Vorn Post")]


def test_a_new_feed_is_due_and_a_polled_or_muted_one_is_not(connection: duckdb.DuckDBPyConnection) -> None:
    load_feeds(
        connection, [Feed("https://b.example/feed", "b.example"), Feed("https://c.example/feed", "c.example", is_muted=True)]
    )
    load_polls(connection, "run", [Rhythm(FEED.feed_url, next_poll_at=NOW + timedelta(hours=1), polls=1)], [], NOW)

    assert [feed.feed_url for feed, _ in read.due_feeds(connection, NOW)] == ["https://b.example/feed"]
    assert [feed.outlet for feed, _ in read.due_feeds(connection, NOW + timedelta(hours=1))] == ["b.example", "vorn.example"]


def test_a_rhythm_reads_back_as_it_was(connection: duckdb.DuckDBPyConnection) -> None:
    rhythm = Rhythm(
        FEED.feed_url, NOW, 900, '"e"', "Sun", "ff", NOW, NOW, NOW, 7, 1.5, "timed out", "https://x", 2, hub_url="https://hub"
    )

    load_polls(connection, "run", [rhythm], [], NOW)

    assert read.rhythms(connection) == [rhythm]


def test_an_entry_is_new_once_and_changed_when_it_says_something_else(connection: duckdb.DuckDBPyConnection) -> None:
    first = load_polls(connection, "run", [], [entry(1), entry(2), entry(1)], NOW)
    again = load_polls(connection, "run", [], [entry(1), entry(2, title="Another title"), entry(3)], NOW)

    assert (first.new, first.changed, first.known) == ((entry(1), entry(2)), (), 0)
    assert (again.new, again.changed, again.known) == ((entry(3),), (entry(2, title="Another title"),), 1)
    assert connection.execute("SELECT entries_seen, entries_new FROM runs").fetchall() == [(5, 4)]
    assert check(connection) == []


def test_entries_wait_until_their_page_has_an_outcome(connection: duckdb.DuckDBPyConnection) -> None:
    load_polls(connection, "run", [], [entry(1), entry(2)], NOW)

    ledger.load_outcomes(connection, [outcome(entry(1).canonical_url or "", "loaded"), outcome(entry(2).url or "", "timed_out")])

    assert pending_entries(connection, NOW) == []
    assert pending_entries(connection, NOW + timedelta(minutes=15)) == [entry(2)]
    assert check(connection) == []


def test_an_entry_that_keeps_failing_is_given_up(connection: duckdb.DuckDBPyConnection) -> None:
    load_polls(connection, "run", [], [entry(1)], NOW)

    for number in range(ledger.MAX_ATTEMPTS):
        ledger.load_outcomes(connection, [outcome(entry(1).url or "", "server_error", run_id=f"run{number}")])

    assert connection.execute("SELECT status, attempts, outcome FROM state.entries").fetchall() == [("failed", 6, "server_error")]
    assert pending_entries(connection, NOW + timedelta(days=99)) == []


def test_our_own_network_being_down_costs_an_entry_nothing(connection: duckdb.DuckDBPyConnection) -> None:
    load_polls(connection, "run", [], [entry(1)], NOW)

    for number in range(20):
        ledger.load_outcomes(connection, [outcome(entry(1).url or "", "offline", run_id=f"run{number}")])

    assert connection.execute("SELECT status, attempts FROM state.entries").fetchall() == [("pending", 0)]


def test_one_article_in_two_feeds_is_fetched_once_and_settled_in_both(connection: duckdb.DuckDBPyConnection) -> None:
    load_polls(connection, "run", [], [entry(1), entry(1, feed_url="https://vorn.example/world")], NOW)

    pending = pending_entries(connection, NOW)
    ledger.load_outcomes(connection, [outcome(entry(1).canonical_url or "", "loaded")])

    assert pending == [entry(1)]
    assert connection.execute("SELECT status FROM state.entries").fetchall() == [("done",), ("done",)]


def test_an_entry_survives_its_trip_through_json() -> None:
    full = entry(1, published_at=NOW, updated_at=NOW, authors=("A", "B"), categories=("c",), other_keys=("guid:1",))

    assert entry_of(payload_of(full)) == full


def test_every_name_an_entry_ever_had_leads_to_its_key(connection: duckdb.DuckDBPyConnection) -> None:
    load_polls(connection, "run", [], [entry(1, other_keys=("guid:1",))], NOW)
    load_polls(connection, "run", [], [entry(1, title="Moved", other_keys=("guid:2",))], NOW)

    keys = entry_keys(connection, FEED.feed_url)

    assert keys == dict.fromkeys(["guid:1", "guid:2", entry(1).entry_key], entry(1).entry_key)


def test_unsubscribing_forgets_the_rhythm_and_the_work_but_no_article(connection: duckdb.DuckDBPyConnection) -> None:
    load_polls(connection, "run", [Rhythm(FEED.feed_url)], [entry(1)], NOW)

    removed = remove_feeds(connection, [FEED.feed_url, "https://never.example/feed"])

    assert removed == 1
    assert (read.feeds(connection), pending_entries(connection, NOW)) == ([], [])


def test_a_poll_of_twenty_thousand_entries_is_bounded(connection: duckdb.DuckDBPyConnection) -> None:
    many = [entry(number) for number in range(20_000)]

    report = load_polls(connection, "run", [], many, NOW)

    assert len(report.new) == 20_000
    assert len(pending_entries(connection, NOW, limit=500)) == 500


def test_a_finished_run_that_owes_outcomes_is_found(connection: duckdb.DuckDBPyConnection) -> None:
    ledger.expect_items(connection, "run", 2)
    ledger.load_outcomes(connection, [outcome("https://a.example", "loaded")])
    ledger.finish_run(connection, "run", NOW)

    assert [violation.promise for violation in check(connection)] == ["a finished run has an outcome for every item"]


def test_a_run_that_died_is_marked(connection: duckdb.DuckDBPyConnection) -> None:
    assert ledger.abandon_runs(connection, "ingest", NOW - timedelta(days=30)) == 1
    assert connection.execute("SELECT status FROM runs").fetchall() == [("abandoned",)]
