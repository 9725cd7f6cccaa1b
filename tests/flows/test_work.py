"""Work is cut so that hosts wait at the same time and nothing is left out."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.ids import article_id_of
from extractors.records import Entry, Feed, Rhythm
from extractors.urls import host_of
from flows.stages.planning import plan_pages
from flows.stages.polling import by_host
from flows.stages.run import Run
from flows.stages.work import PageWork, batches_of, work_for_entry
from warehouse.connection import writer
from warehouse.ledger import start_run
from warehouse.rechecks import Recheck, watch
from warehouse.subscriptions import load_polls

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)

HOSTS = ("a.example", "b.example", "c.example", "sub.c.example")


def work_at(host: str, number: int) -> PageWork:
    work = work_for_entry(Entry(f"https://{host}/rss", f"key {number}", f"https://{host}/{number}", f"https://{host}/{number}"))
    assert work is not None
    return work


@given(st.lists(st.sampled_from(HOSTS), max_size=60), st.integers(1, 9))
def test_every_page_is_in_exactly_one_batch_of_the_size_asked_for(hosts: list[str], size: int) -> None:
    work = [work_at(host, number) for number, host in enumerate(hosts)]

    batches = batches_of(work, size)

    assert Counter(one.item for batch in batches for one in batch) == Counter(one.item for one in work)
    assert all(0 < len(batch) <= size for batch in batches)


def test_a_large_host_does_not_keep_the_others_waiting() -> None:
    work = [work_at("a.example", number) for number in range(20)] + [work_at("b.example", number) for number in range(2)]

    first, *_ = batches_of(work, 4)

    assert [host_of(one.request.url) for one in first] == ["a.example", "b.example", "a.example", "b.example"]


def test_an_entry_without_a_link_is_no_work() -> None:
    assert work_for_entry(Entry("https://a.example/rss", "key", None, None)) is None


@given(st.lists(st.sampled_from(HOSTS), max_size=40), st.integers(1, 9))
def test_feeds_of_one_domain_are_polled_in_one_batch(hosts: list[str], size: int) -> None:
    due = [(Feed(f"https://{host}/{number}", host), Rhythm(f"https://{host}/{number}")) for number, host in enumerate(hosts)]

    batches = by_host(due, size)

    homes: dict[str, set[int]] = {}
    for number, batch in enumerate(batches):
        for feed, _ in batch:
            homes.setdefault(host_of(feed.feed_url).removeprefix("sub."), set()).add(number)
    assert all(len(found) == 1 for found in homes.values())
    assert sum(map(len, batches)) == len(due)


def test_a_page_that_its_feed_announces_anew_is_not_looked_at_a_second_time(tmp_path: Path) -> None:
    run = Run("run", "ingest", NOW, tmp_path, tmp_path / "archive")
    changed = replace(work_at("a.example", 1).entry or pytest.fail("no entry"), canonical_url="https://a.example/1")
    due = [Recheck(article_id_of(f"https://a.example/{number}"), f"http://a.example/{number}", NOW) for number in (1, 2)]
    with writer(tmp_path) as connection:
        start_run(connection, run.run_id, run.kind, NOW)
        load_polls(connection, run.run_id, [], [changed], NOW)
        watch(connection, due, NOW)

    [batch] = plan_pages(replace(run, now=NOW + timedelta(minutes=20)), [], 10, 100)

    assert [work.request.url for work in batch] == ["https://a.example/1", "http://a.example/2"]
