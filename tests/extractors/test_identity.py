"""Entries keep their keys through whatever publishers do to them, and none is lost to a clash."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.feeds.identity import keyed, settled
from extractors.records import Entry
from extractors.urls import canonical_url

FEED = "https://example.com/feed"


def entry(url: str | None = None, guid: str | None = None, title: str | None = "Rain", **more: str) -> Entry:
    return Entry(FEED, "", url, canonical_url(url) if url else None, guid=guid, title=title, **more)  # type: ignore[arg-type]


entries = st.builds(
    entry,
    st.none()
    | st.sampled_from(["https://example.com/", "https://example.com/a", "https://example.com/a#1", "https://example.com/b"]),
    st.none() | st.sampled_from(["1", "2", "https://example.com/a#9"]),
    st.none() | st.sampled_from(["Rain", "Sun"]),
    summary=st.sampled_from(["x", "y"]),
)


@given(st.lists(entries, max_size=12))
def test_entries_that_differ_have_different_keys_and_none_is_lost(some: list[Entry]) -> None:
    result = keyed(some)

    assert [replace(one, entry_key="", other_keys=()) for one in result] == some
    by_key: dict[str, set[tuple[str | None, str | None]]] = {}
    for one in result:
        assert one.entry_key
        assert one.entry_key not in one.other_keys
        by_key.setdefault(one.entry_key, set()).add((one.canonical_url, one.title))
    assert all(len({title for _, title in told}) == 1 or None in {url for url, _ in told} for told in by_key.values())


@given(st.lists(entries, max_size=8))
def test_reading_the_same_feed_again_brings_nothing_new(some: list[Entry]) -> None:
    first = keyed(some)
    known = {name: one.entry_key for one in reversed(first) for name in (one.entry_key, *one.other_keys)}

    assert {one.entry_key for one in settled(keyed(some), known)} <= {one.entry_key for one in first}


@pytest.mark.parametrize(
    "later",
    [
        entry("https://example.com/rain", "other guid"),
        entry("http://www.example.com/rain/?utm_source=rss", "1"),
        entry("https://example.com/rain", "1", "Rain, corrected"),
        entry("https://example.com/rain#update", "https://example.com/rain#2"),
        entry("https://example.com/rain-corrected-slug", "1", "Rain, corrected"),
    ],
)
def test_an_edit_leaves_the_key(later: Entry) -> None:
    (first,) = keyed([entry("https://example.com/rain", "1")])
    known = dict.fromkeys((first.entry_key, *first.other_keys), first.entry_key)

    (seen,) = settled(keyed([later]), known)

    assert seen.entry_key == first.entry_key


def test_one_guid_for_all_loses_no_entry() -> None:
    result = keyed([entry(f"https://example.com/{n}", "same") for n in range(20)])

    assert len({one.entry_key for one in result}) == 20
    assert all(one.other_keys == () for one in result)


def test_one_link_for_all_loses_no_entry() -> None:
    by_guid = keyed([entry("https://example.com/live", str(n), f"Update {n}") for n in range(20)])
    by_title = keyed([entry("https://example.com/live", None, f"Update {n}") for n in range(20)])
    by_text = keyed([entry("https://example.com/", None, "Weather", summary=f"{n} degrees") for n in range(20)])

    for result in (by_guid, by_title, by_text):
        assert len({one.entry_key for one in result}) == 20


def test_an_article_listed_ten_times_has_one_key() -> None:
    assert len({one.entry_key for one in keyed([entry("https://example.com/rain", str(n)) for n in range(10)])}) == 1


def test_an_update_of_a_live_page_keeps_its_key_when_its_neighbours_leave() -> None:
    together = keyed([entry("https://example.com/live", "1", "One"), entry("https://example.com/live", "2", "Two")])
    known = {name: one.entry_key for one in together for name in (one.entry_key, *one.other_keys)}

    (alone,) = settled(keyed([entry("https://example.com/live", "2", "Two")]), known)

    assert alone.entry_key == together[1].entry_key


def test_a_link_to_the_front_page_is_no_name() -> None:
    (named,) = keyed([entry("https://example.com/", "tag:example.com,2026:1")])
    (homely,) = keyed([entry("https://example.com/blog", "7")], "https://example.com/blog/")

    assert named.entry_key == "guid:tag:example.com,2026:1"
    assert homely.entry_key == "guid:7"
