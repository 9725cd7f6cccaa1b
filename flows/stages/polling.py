"""Due feeds in, entries that wait for their page out; one outcome a feed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import duckdb

from extractors.errors import FeedUnreadable
from extractors.feeds import parse_feed
from extractors.feeds.identity import settled
from extractors.fetch import Clock, FetchMemory, FetchSettings, fetch_pages, system_clock
from extractors.hashes import body_hash_of
from extractors.records import Entry, Feed, Outcome, Page, PageOutcome, ParsedFeed, Poll, Request, Rhythm
from extractors.schedule import DEFAULT, RhythmSettings, next_rhythm, request_of
from extractors.schedule.overrides import polled_under
from extractors.urls import host_of, registrable_domain
from flows import progress
from warehouse import read as ask
from warehouse.ledger import expect_items, load_outcomes
from warehouse.places import Place, warehouse_at
from warehouse.rows import transaction
from warehouse.subscriptions import entry_keys, load_polls, store_rhythms

Due = tuple[Feed, Rhythm]

MAX_SITEMAPS = 10
"""Sitemaps followed from one index, newest first: a news sitemap index lists today's and yesterday's first."""


@dataclass(frozen=True, slots=True)
class PollsLoaded:
    """What a batch of polls brought."""

    new: tuple[Entry, ...] = ()
    changed: tuple[Entry, ...] = ()
    known: int = 0
    outcomes: tuple[Outcome, ...] = ()


def poll_feeds(
    due: Sequence[Due], fetching: FetchSettings, memory: FetchMemory, now: datetime, clock: Clock = system_clock
) -> list[Poll]:
    """Fetch a batch of feeds and read them; one poll a feed, in order."""
    progress.expect("poll", len(due))
    pages = fetch_pages([request_of(rhythm) for _, rhythm in due], fetching, memory, clock)
    polls = [_read(feed, rhythm, page, now) for (feed, rhythm), page in zip(due, pages, strict=True)]
    polls = [_followed(poll, fetching, memory, now, clock) for poll in polls]
    progress.advance("poll", len(due))
    return polls


def _read(feed: Feed, rhythm: Rhythm, page: Page, now: datetime) -> Poll:
    if page.outcome is not PageOutcome.FETCHED:
        return Poll(feed.feed_url, page)
    if rhythm.body_hash is not None and body_hash_of(page.body) == rhythm.body_hash:
        return Poll(feed.feed_url, replace(page, outcome=PageOutcome.UNCHANGED))
    try:
        parsed = parse_feed(page.body, page.content_type, page.final_url or page.url, now)
    except FeedUnreadable as error:
        return Poll(feed.feed_url, page, error=error.reason)
    return Poll(feed.feed_url, page, _of_feed(parsed, feed.feed_url))


def _of_feed(parsed: ParsedFeed, feed_url: str) -> ParsedFeed:
    """Let entries name the subscription, whatever address the document was read from."""
    return replace(parsed, entries=tuple(replace(entry, feed_url=feed_url) for entry in parsed.entries))


def _followed(poll: Poll, fetching: FetchSettings, memory: FetchMemory, now: datetime, clock: Clock) -> Poll:
    """Read the sitemaps that a sitemap index names, and take their entries for its own."""
    if poll.parsed is None or not poll.parsed.sitemap_urls:
        return poll
    requests = [Request(url, kind="feed") for url in poll.parsed.sitemap_urls[:MAX_SITEMAPS]]
    entries = list(poll.parsed.entries)
    warnings = list(poll.parsed.warnings)
    for page in fetch_pages(requests, fetching, memory, clock):
        if page.outcome is not PageOutcome.FETCHED:
            warnings.append(f"{page.url}: {page.outcome}")
            continue
        try:
            entries += parse_feed(page.body, page.content_type, page.final_url or page.url, now).entries
        except FeedUnreadable as error:
            warnings.append(str(error))
    return replace(poll, parsed=_of_feed(replace(poll.parsed, entries=tuple(entries), warnings=tuple(warnings)), poll.feed_url))


def load_polled(
    place: Place, run_id: str, due: Sequence[Due], polls: Sequence[Poll], now: datetime, rhythm_settings: RhythmSettings = DEFAULT
) -> PollsLoaded:
    """Write a batch of polls in one transaction: the entries, and the rhythm that makes the next poll skip them.

    What the operator has said of a feed since the run was planned stands; an unsubscribed one leaves an outcome alone.
    """
    with warehouse_at(place).writer() as connection, transaction(connection):
        present = _present(connection, due)
        entries = [entry for poll in polls if poll.feed_url in present for entry in _settled(connection, poll)]
        report = load_polls(connection, run_id, (), entries, now)
        new_by_feed = Counter(entry.feed_url for entry in report.new)
        changed_by_feed = Counter(entry.feed_url for entry in report.changed)
        rhythms = [
            _rhythm_after(present[rhythm.feed_url], rhythm, poll, new_by_feed[rhythm.feed_url], now, rhythm_settings)
            for (_, rhythm), poll in zip(due, polls, strict=True)
            if rhythm.feed_url in present
        ]
        outcomes = tuple(_outcome_of(run_id, poll, new_by_feed, changed_by_feed, now) for poll in polls)
        store_rhythms(connection, rhythms)
        expect_items(connection, run_id, len(polls))
        load_outcomes(connection, outcomes)
    return PollsLoaded(report.new, report.changed, report.known, outcomes)


def _present(connection: duckdb.DuckDBPyConnection, due: Sequence[Due]) -> dict[str, Due]:
    """Return the subscriptions of a batch as they are now, by URL."""
    urls = [feed.feed_url for feed, _ in due]
    rhythms = {rhythm.feed_url: rhythm for rhythm in ask.rhythms(connection, urls)}
    return {feed.feed_url: (feed, rhythms[feed.feed_url]) for feed in ask.feeds(connection, urls)}


def _rhythm_after(present: Due, planned: Rhythm, poll: Poll, new: int, now: datetime, settings: RhythmSettings) -> Rhythm:
    feed, current = present
    return polled_under(planned, current, next_rhythm(feed, planned, poll, new, now, settings=settings))


def _settled(connection: duckdb.DuckDBPyConnection, poll: Poll) -> list[Entry]:
    """Let an entry that has moved or was renumbered bear the key it is known by."""
    if poll.parsed is None:
        return []
    return settled(poll.parsed.entries, entry_keys(connection, poll.feed_url))


def _outcome_of(run_id: str, poll: Poll, new: Counter[str], changed: Counter[str], now: datetime) -> Outcome:
    outcome, detail = str(poll.page.outcome), poll.page.detail
    if poll.error is not None:
        outcome, detail = "feed_unreadable", poll.error
    elif poll.parsed is not None:
        notes = [f"{len(poll.parsed.entries)} entries, {new[poll.feed_url]} new, {changed[poll.feed_url]} changed"]
        detail = "; ".join([*notes, *poll.parsed.warnings[:3]])
    return Outcome(
        run_id=run_id,
        item=poll.feed_url,
        stage="poll",
        outcome=outcome,
        at=now,
        detail=detail,
        milliseconds=poll.page.milliseconds,
        feed_url=poll.feed_url,
    )


def by_host(due: Iterable[Due], size: int) -> list[list[Due]]:
    """Cut due feeds into batches in which the feeds of one registrable domain stand together: it is waited for once."""
    domains: dict[str, list[Due]] = {}
    for feed, rhythm in due:
        domains.setdefault(registrable_domain(host_of(feed.feed_url)), []).append((feed, rhythm))
    batches: list[list[Due]] = [[]]
    for feeds in domains.values():
        if batches[-1] and len(batches[-1]) + len(feeds) > size:
            batches.append([])
        batches[-1] += feeds
    return [batch for batch in batches if batch]
