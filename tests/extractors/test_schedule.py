from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.records import Entry, Feed, Hints, Page, PageOutcome, ParsedFeed, Poll, Rhythm
from extractors.schedule import FULL_EVERY_POLLS, MOVED_AFTER_SIGHTINGS, RhythmSettings, due, next_rhythm, request_of

NOW = datetime(2026, 11, 18, 12, tzinfo=UTC)
NO_HINTS = Hints()
FEED = Feed("https://example.com/feed", "example.com")


def page(outcome: PageOutcome = PageOutcome.FETCHED, status: int | None = 200, body: bytes = b"<rss/>", **more: object) -> Page:
    return Page(FEED.feed_url, outcome, NOW, status=status, body=body if outcome is PageOutcome.FETCHED else b"", **more)  # type: ignore[arg-type]  # forwarded


def entries(every: timedelta, count: int = 30, newest: datetime = NOW) -> tuple[Entry, ...]:
    return tuple(
        Entry(FEED.feed_url, str(number), None, None, published_at=newest - number * every, published_at_source="feed:published")
        for number in range(count)
    )


def poll_of(answer: Page, every: timedelta | None = None, hints: Hints = NO_HINTS, error: str | None = None) -> Poll:
    parsed = ParsedFeed("rss20", entries(every) if every else (), hints=hints) if answer.outcome is PageOutcome.FETCHED else None
    return Poll(FEED.feed_url, answer, parsed, error)


def wait_after(rhythm: Rhythm) -> timedelta:
    assert rhythm.next_poll_at is not None
    return rhythm.next_poll_at - NOW


def test_a_feed_never_polled_is_due_first_and_a_gone_one_never() -> None:
    late = Rhythm("https://a.example/", next_poll_at=NOW - timedelta(hours=2))
    later = Rhythm("https://b.example/", next_poll_at=NOW)
    fresh = Rhythm("https://z.example/")
    gone = Rhythm("https://g.example/", is_gone=True)
    future = Rhythm("https://f.example/", next_poll_at=NOW + timedelta(seconds=1))

    assert due([later, future, gone, late, fresh], NOW) == [fresh, late, later]


def test_a_busy_feed_is_polled_in_its_rhythm_from_the_second_poll_on() -> None:
    busy = next_rhythm(FEED, Rhythm(FEED.feed_url), poll_of(page(), timedelta(minutes=10)), 30, NOW)
    quiet = next_rhythm(FEED, Rhythm(FEED.feed_url), poll_of(page(), timedelta(hours=53)), 30, NOW)

    assert wait_after(busy) < timedelta(minutes=50)
    assert wait_after(quiet) > timedelta(hours=2)


def test_a_wish_to_rest_beats_even_the_operators_interval() -> None:
    until = NOW + timedelta(hours=5)
    limited = page(PageOutcome.RATE_LIMITED, 429, retry_after_at=until)

    after = next_rhythm(replace(FEED, interval_seconds=600), Rhythm(FEED.feed_url), poll_of(limited), 0, NOW)

    assert after.next_poll_at == until


@pytest.mark.parametrize(
    ("hints", "headers"),
    [
        (Hints(ttl_seconds=18_000), ()),
        (Hints(), (("cache-control", "public, max-age=18000"),)),
        (Hints(), (("expires", "Wed, 18 Nov 2026 17:00:00 GMT"), ("date", "Wed, 18 Nov 2026 12:00:00 GMT"))),
    ],
)
def test_hints_hold_us_back_but_not_for_ever(hints: Hints, headers: tuple[tuple[str, str], ...]) -> None:
    answer = page(headers=headers)
    hinted = next_rhythm(FEED, Rhythm(FEED.feed_url), poll_of(answer, timedelta(hours=1), hints), 30, NOW)
    absurd = next_rhythm(
        FEED, Rhythm(FEED.feed_url), poll_of(answer, timedelta(minutes=5), Hints(ttl_seconds=86_400 * 9)), 30, NOW
    )

    assert wait_after(hinted) >= timedelta(hours=5)
    assert wait_after(absurd) <= timedelta(hours=24)


def test_a_ttl_in_which_stories_would_be_lost_is_refuted_by_the_feed_but_http_is_not() -> None:
    claim = Hints(ttl_seconds=43_200)
    fast = timedelta(minutes=5)

    refuted = next_rhythm(FEED, Rhythm(FEED.feed_url), poll_of(page(), fast, claim), 30, NOW)
    by_http = next_rhythm(
        FEED, Rhythm(FEED.feed_url), poll_of(page(headers=(("cache-control", "max-age=120"),)), fast, claim), 30, NOW
    )
    held = next_rhythm(FEED, Rhythm(FEED.feed_url), poll_of(page(headers=(("cache-control", "max-age=43200"),)), fast), 30, NOW)

    assert wait_after(refuted) < timedelta(hours=2)
    assert wait_after(by_http) < timedelta(hours=1)
    assert wait_after(held) == timedelta(hours=12)


def test_skipped_hours_and_days_are_left_out_and_remembered_over_a_304() -> None:
    claim = Hints(skip_hours=tuple(range(12, 20)), skip_days=(3,))  # the rest of this Wednesday but its evening, and Thursday
    first = next_rhythm(FEED, Rhythm(FEED.feed_url), poll_of(page(), timedelta(minutes=30), claim), 30, NOW)
    later = NOW.replace(hour=23, minute=50)

    second = next_rhythm(FEED, first, poll_of(page(PageOutcome.UNCHANGED, 304)), 0, later)

    assert first.next_poll_at is not None
    assert second.next_poll_at is not None
    assert timedelta(hours=8) <= first.next_poll_at - NOW < timedelta(hours=8, minutes=11)
    assert (second.next_poll_at.weekday(), second.next_poll_at.hour) == (4, 0)


def test_a_publisher_who_skips_every_hour_means_nothing() -> None:
    after = next_rhythm(
        FEED, Rhythm(FEED.feed_url), poll_of(page(), timedelta(hours=1), Hints(skip_days=tuple(range(7)))), 1, NOW
    )

    assert wait_after(after) < timedelta(hours=24)


def test_own_network_down_leaves_the_rhythm_as_it_was() -> None:
    before = Rhythm(FEED.feed_url, failures=2.5, polls=7, etag='"a"')

    after = next_rhythm(FEED, before, poll_of(page(PageOutcome.OFFLINE, None)), 0, NOW)

    assert replace(after, next_poll_at=None) == before


def test_failures_stretch_the_interval_and_never_end_it() -> None:
    rhythm, waits = Rhythm(FEED.feed_url, entries_per_day=24.0, succeeded_at=NOW), []
    for _ in range(100):
        rhythm = next_rhythm(FEED, rhythm, poll_of(page(PageOutcome.FORBIDDEN, 403)), 0, NOW)
        waits.append(wait_after(rhythm))

    assert waits[0] < timedelta(hours=4)
    assert max(waits[:29]) <= timedelta(hours=27)  # a day and its jitter
    assert timedelta(days=2) < waits[-1] < timedelta(days=31)
    assert due([rhythm], NOW + timedelta(days=31)) == [rhythm]


def test_success_clears_failures_and_gone_mutes() -> None:
    failed = Rhythm(FEED.feed_url, failures=9.0, last_error="x")

    well = next_rhythm(FEED, failed, poll_of(page(), timedelta(hours=1)), 1, NOW)
    gone = next_rhythm(FEED, failed, poll_of(page(PageOutcome.GONE, 410)), 0, NOW)

    assert (well.failures, well.last_error) == (0.0, None)
    assert gone.is_gone
    assert due([gone], NOW + timedelta(days=999)) == []


def test_a_permanent_redirect_is_believed_after_repeated_sightings_only() -> None:
    rhythm, asked = Rhythm(FEED.feed_url), []
    for _ in range(MOVED_AFTER_SIGHTINGS + 1):
        url = request_of(rhythm).url
        asked.append(url)
        moved = replace(page(permanent_url="https://new.example/feed" if url == FEED.feed_url else None), url=url)
        rhythm = next_rhythm(FEED, rhythm, poll_of(moved, timedelta(hours=1)), 0, NOW)

    assert asked == [FEED.feed_url] * MOVED_AFTER_SIGHTINGS + ["https://new.example/feed"]
    assert request_of(rhythm).url == "https://new.example/feed"


def test_a_new_address_that_fails_leads_back_to_the_old_one() -> None:
    moved = Rhythm(FEED.feed_url, moved_to="https://new.example/", moved_sightings=MOVED_AFTER_SIGHTINGS)

    after = next_rhythm(FEED, moved, poll_of(page(PageOutcome.GONE, 410)), 0, NOW)

    assert request_of(after).url == FEED.feed_url
    assert not after.is_gone


def test_one_poll_in_a_hundred_asks_without_validators() -> None:
    rhythm = Rhythm(FEED.feed_url, etag='"a"', last_modified="x", body_hash="h")

    bare = [n for n in range(1, 1001) if request_of(replace(rhythm, polls=n)).validators.etag is None]

    assert len(bare) == 1000 // FULL_EVERY_POLLS
    assert all(request_of(replace(rhythm, polls=n)).validators.body_hash == "h" for n in bare)


def test_an_etag_that_stays_while_entries_come_is_trusted_no_more() -> None:
    before = Rhythm(
        FEED.feed_url, etag='"same"', body_hash="old", entries_per_day=1.0, succeeded_at=NOW - timedelta(hours=1), polls=3
    )

    after = next_rhythm(FEED, before, poll_of(page(headers=(("etag", '"same"'),)), timedelta(hours=1)), 2, NOW)

    assert after.distrusts_validators
    assert request_of(after).validators.etag is None


EASY = RhythmSettings(effort=0.3)
"""About two hours between the polls of a feed with an entry every two hours."""


def test_a_poll_comes_right_after_the_publishers_usual_minute() -> None:
    on_the_hour = tuple(
        Entry(FEED.feed_url, str(number), None, None, published_at=NOW - timedelta(hours=2 * number, seconds=-number))
        for number in range(1, 41)
    )
    now, minutes = NOW + timedelta(minutes=7), []
    first = Poll(FEED.feed_url, page(), ParsedFeed("rss20", on_the_hour))
    rhythm = next_rhythm(FEED, Rhythm(FEED.feed_url), first, 40, now, settings=EASY)
    for _ in range(20):
        assert rhythm.next_poll_at is not None
        now = rhythm.next_poll_at
        minutes.append(now.minute)
        rhythm = next_rhythm(FEED, rhythm, poll_of(page(PageOutcome.UNCHANGED, 304)), 0, now, settings=EASY)

    assert set(minutes) <= {1, 2}


def test_a_poll_waits_for_the_next_copy_of_a_cache_that_tells_its_age() -> None:
    headers = (("cache-control", "max-age=900"), ("age", "600"))
    poll = poll_of(page(headers=headers), timedelta(minutes=117))

    after = next_rhythm(FEED, Rhythm(FEED.feed_url), poll, 30, NOW, settings=EASY)

    since_fresh = (wait_after(after) - timedelta(seconds=300)) % timedelta(seconds=900)
    assert timedelta(0) < since_fresh < timedelta(seconds=15)


@given(
    outcome=st.sampled_from(list(PageOutcome)),
    new=st.integers(0, 500),
    rate=st.one_of(st.none(), st.floats(0, 5000)),
    failures=st.floats(0, 200),
    every=st.one_of(st.none(), st.timedeltas(timedelta(seconds=1), timedelta(days=400))),
    ttl=st.one_of(st.none(), st.integers(-5, 10**12)),
    interval=st.one_of(st.none(), st.integers(-10, 10**7)),
)
def test_whatever_happens_the_next_poll_lies_between_a_minute_and_forty_days(
    *,
    outcome: PageOutcome,
    new: int,
    rate: float | None,
    failures: float,
    every: timedelta | None,
    ttl: int | None,
    interval: int | None,
) -> None:
    before = Rhythm(FEED.feed_url, entries_per_day=rate, succeeded_at=NOW - timedelta(hours=3), failures=failures)

    after = next_rhythm(
        replace(FEED, interval_seconds=interval), before, poll_of(page(outcome), every, Hints(ttl_seconds=ttl)), new, NOW
    )

    assert after == next_rhythm(
        replace(FEED, interval_seconds=interval), before, poll_of(page(outcome), every, Hints(ttl_seconds=ttl)), new, NOW
    )
    if interval is None:
        assert timedelta(minutes=1) <= wait_after(after) <= timedelta(days=40)
