"""No host keeps the others waiting: a run asks each for as much as it can give in the run's time, and the newest first."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from extractors.fetch import FetchMemory, FetchSettings
from extractors.fetch.robots import RobotsFile
from extractors.ids import article_id_of
from extractors.records import Entry, Outcome
from extractors.urls import host_of
from flows.stages.planning import plan_pages
from flows.stages.run import Run
from flows.stages.shares import Budget, pages_in, shares_of
from flows.stages.work import PageWork
from tests.commands import ended
from warehouse.connection import writer
from warehouse.hosts import load_hosts
from warehouse.ledger import load_outcomes, start_run
from warehouse.publish import publish
from warehouse.rechecks import Recheck, watch
from warehouse.shares import ALL
from warehouse.subscriptions import load_polls

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)


def entries(host: str, count: int, first: int = 0) -> list[Entry]:
    """List a feed's entries, the newest last."""
    return [
        Entry(f"https://{host}/rss", f"{host} {n}", f"https://{host}/{n}", f"https://{host}/{n}", published_at=NOW - timedelta(n))
        for n in range(first + count, first, -1)
    ]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Five seconds between pages, and one minute for each host."""
    made = Run("run", "ingest", NOW, tmp_path, tmp_path / "archive", fetching=FetchSettings(), host_minutes=1.0)
    with writer(tmp_path) as connection:
        start_run(connection, made.run_id, made.kind, NOW)
    return made


def announce(run: Run, entries: list[Entry], now: datetime = NOW) -> None:
    with writer(run.home) as connection:
        load_polls(connection, run.run_id, [], entries, now)


def planned(run: Run, minutes: float = 0, most: int = 5000) -> list[PageWork]:
    later = replace(run, now=NOW + timedelta(minutes=minutes))
    return [work for batch in plan_pages(later, [], 200, most) for work in batch]


def hosts_of(work: list[PageWork]) -> Counter[str]:
    return Counter(host_of(one.request.url) for one in work)


def test_a_host_with_a_thousand_pages_gets_its_minutes_and_the_others_all_of_theirs(run: Run) -> None:
    announce(run, [*entries("www.flood.example", 1000), *entries("a.example", 3), *entries("b.example", 2)])

    assert hosts_of(planned(run)) == {"www.flood.example": 12, "a.example": 3, "b.example": 2}


def test_where_a_run_cannot_take_all_the_hosts_are_asked_in_turn(run: Run) -> None:
    announce(run, [*entries("a.example", 1000), *entries("b.example", 4), *entries("c.example", 1)])

    assert hosts_of(planned(run, most=7)) == {"a.example": 3, "b.example": 3, "c.example": 1}


def test_the_newest_pages_of_a_flooded_host_come_first(run: Run) -> None:
    announce(run, entries("flood.example", 1000))
    announce(run, entries("flood.example", 5, first=5000), NOW + timedelta(minutes=15))

    urls = {work.request.url for work in planned(run, 15)}

    assert urls == {f"https://flood.example/{n}" for n in [*range(5001, 5006), *range(1, 8)]}


def test_all_of_a_flood_is_asked_for_in_the_end_and_each_page_once(run: Run) -> None:
    announce(run, [*entries("flood.example", 40), *entries("a.example", 3)])
    asked: list[str] = []
    for number in range(5):
        work = planned(run, 15 * number)
        done = [Outcome(run.run_id, one.item, "fetch", "not_found", NOW) for one in work]
        with writer(run.home) as connection:
            load_outcomes(connection, done)
        asked += [one.item for one in work]

    assert len(asked) == len(set(asked)) == 43


def test_hosts_of_one_domain_share_and_a_slow_one_has_less(run: Run) -> None:
    announce(run, [*entries("a.paper.example", 50), *entries("b.paper.example", 50), *entries("slow.example", 50)])
    rules = RobotsFile("https://slow.example", "User-agent: *\nCrawl-delay: 20", NOW, NOW)
    with writer(run.home) as connection:
        load_hosts(connection, [], [rules])

    found = hosts_of(planned(run))

    assert found["a.paper.example"] + found["b.paper.example"] == 12
    assert found["slow.example"] == 3


def test_a_delay_that_polling_has_just_learnt_counts_at_once(run: Run) -> None:
    announce(run, entries("slow.example", 50))
    rules = RobotsFile("https://slow.example", "User-agent: *\nCrawl-delay: 20", NOW, NOW)

    batches = plan_pages(run, [], 200, 5000, FetchMemory.of([], [rules]))

    assert sum(map(len, batches)) == 3


def test_what_a_slow_host_has_no_time_for_waits_without_costing_an_attempt(run: Run) -> None:
    announce(run, entries("slow.example", 1))
    [work] = planned(run)
    for number in range(12):
        at = NOW + timedelta(hours=number)
        with writer(run.home) as connection:
            load_outcomes(connection, [Outcome(run.run_id, work.item, "fetch", "postponed", at)])

    assert [one.item for one in planned(run, 12 * 60)] == [work.item]


def test_what_a_killed_run_left_goes_first_whatever_has_come_since(run: Run) -> None:
    announce(run, entries("flood.example", 100))
    left = {work.item for work in planned(run)}
    announce(run, entries("flood.example", 50, first=5000), NOW + timedelta(minutes=15))

    assert {work.item for work in planned(run, 15)} == left


def test_looks_again_share_with_pages_and_with_each_other(run: Run) -> None:
    announce(run, entries("flood.example", 5))
    old = [(host, n) for host in ("flood.example", "a.example") for n in range(100, 130)]
    rechecks = [Recheck(article_id_of(f"https://{host}/{n}"), f"https://{host}/{n}", NOW) for host, n in old]
    with writer(run.home) as connection:
        watch(connection, rechecks, NOW)

    assert hosts_of(planned(run, 20)) == {"flood.example": 12, "a.example": 12}
    assert hosts_of(planned(run, 20, most=9)) == {"flood.example": 7, "a.example": 2}


@pytest.mark.parametrize(("minutes", "spacing", "pages"), [(10, 5, 120), (10, 0, ALL), (0.01, 5, 1), (10, 120, 5)])
def test_a_share_is_what_the_spacing_lets_through(minutes: float, spacing: float, pages: int) -> None:
    assert pages_in(minutes, spacing) == pages


def test_an_address_without_a_host_has_no_share_to_keep_to() -> None:
    budget = Budget(shares_of(1, 60, [], "newsloom"))

    assert [budget.take(url) for url in ("https://a.example/1", "https://u:p@A.example/2", "nowhere", "nowhere")] == [
        True, False, True, True,
    ]  # fmt: skip


def test_status_names_the_host_whose_pages_take_days(
    run: Run, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("NEWSLOOM_HOME", str(run.home))
    announce(run, [*entries("www.flood.example", 50_000), *entries("a.example", 119)])
    publish(run.home)

    ended("status")

    told = capsys.readouterr().out
    assert "50,000 entries of flood.example wait: a run asks it for 120 pages" in told
    assert "all of them take 3 days at least." in told
    assert "of a.example" not in told
