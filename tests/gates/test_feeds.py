"""Floors over the 176 feeds of the labelled sets: every one is read, and what they hold is found."""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, datetime

import pytest

from extractors.feeds import parse_feed
from tests.shared_data import shared

NOW = datetime(2026, 11, 22, tzinfo=UTC)

FLOORS = {
    "feeds_with_entries": 1.0,
    "entries": 3760,
    "entries_with_title": 0.999,
    "entries_with_url": 0.945,  # the rest are playlists and podcasts that have no page
    "entries_with_date": 0.92,  # 287 have none in their feed
    "keys_by_link": 0.90,
    "distinct_keys": 1.0,
}
"""Measured, rounded down. Lowering one is an act in the diff."""


@pytest.mark.gate
def test_every_feed_of_the_wild_is_read() -> None:
    folder = shared("data/feeds")
    names = [entry["file"] for entry in json.loads((folder / "manifest.json").read_text())]
    seen: Counter[str] = Counter()

    for name in names:
        entries = parse_feed((folder / name).read_bytes(), None, "https://feeds.example.net/x/feed.xml", NOW).entries
        seen["feeds_with_entries"] += bool(entries)
        seen["entries"] += len(entries)
        seen["entries_with_title"] += sum(entry.title is not None for entry in entries)
        seen["entries_with_url"] += sum(entry.url is not None for entry in entries)
        seen["entries_with_date"] += sum(entry.published_at is not None for entry in entries)
        seen["keys_by_link"] += sum(entry.entry_key == entry.canonical_url for entry in entries)
        seen["distinct_keys"] += len({entry.entry_key for entry in entries})

    assert seen["entries"] >= FLOORS["entries"]
    assert seen["feeds_with_entries"] / len(names) >= FLOORS["feeds_with_entries"]
    shares = {name: seen[name] / seen["entries"] for name in FLOORS if name not in {"entries", "feeds_with_entries"}}
    assert {name: share for name, share in shares.items() if share < FLOORS[name]} == {}
