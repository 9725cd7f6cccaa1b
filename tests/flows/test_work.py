"""Work is cut so that hosts wait at the same time and nothing is left out."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from extractors.records import Entry, Feed, Rhythm
from extractors.urls import host_of
from flows.stages.polling import by_host
from flows.stages.work import PageWork, batches_of, work_for_entry

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
