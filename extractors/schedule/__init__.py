"""Feed + its rhythm + a poll -> when to poll next. Pure: `now` is passed in, jitter comes from a hash.

The interval follows from what is to be gained. With entries expected at rate r(t), polling at a density proportional to the
square root of r(t) gives the least total delay for a given number of requests (minimise the sum of r/2f under a fixed sum of f).
So the next poll is due when the integral of sqrt(r) since the last one reaches `effort`. Hints and clamps then bound it,
failures stretch it, and nothing ends it but 410 or the operator.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from hashlib import blake2b

from extractors.hashes import body_hash_of
from extractors.headers import header_of, hints_of
from extractors.records import Feed, Hints, Page, PageOutcome, Poll, Request, Rhythm, Validators
from extractors.schedule import habits

HARD, SOFT, FAINT = 1.0, 0.5, 0.25
FAILURE_WEIGHTS = {
    # rss-fetcher's weights: live feeds do answer 404 and 5xx for a while, and DNS is often ours
    PageOutcome.NOT_FOUND: SOFT,
    PageOutcome.SERVER_ERROR: SOFT,
    PageOutcome.TIMED_OUT: SOFT,
    PageOutcome.CONNECT_FAILED: SOFT,
    PageOutcome.HOST_DOWN: SOFT,
    PageOutcome.PROTOCOL_ERROR: SOFT,
    PageOutcome.RATE_LIMITED: FAINT,  # the hold is what answers a 429; the feed is well
    PageOutcome.DNS_FAILED: FAINT,
    PageOutcome.CHALLENGE: SOFT,
    PageOutcome.COOKIE_WALL: SOFT,
}
"""Everything else that is no success is hard."""
SUCCESSES = {PageOutcome.FETCHED, PageOutcome.UNCHANGED}
MOVED_AFTER_SIGHTINGS = 5
"""A permanent redirect is believed when so many polls in a row met the same one: some are mistakes of an hour."""
FULL_SHARE = 0.35
"""A document of 20 entries is read again when 7 new ones are expected: what has left it is lost."""
FULL_EVERY_POLLS = 100
"""Every hundredth poll asks unconditionally, since ETags lie (NewsBlur's 1 %)."""
LOOK_AHEAD = timedelta(minutes=30)
"""Step of the integral: half of what a habit resolves."""
STEP_LEEWAY = 0.5
"""A poll is moved by half its interval at most, either way, to come right after something new may: the number of polls stays."""
STEP_DELAY = timedelta(seconds=60)
"""After the publisher's usual minute: his clock may be late, and the feed is often made anew a little after the story."""
_STEP_DAYS = LOOK_AHEAD / timedelta(days=1)
_BURST_FADE = habits.fade(LOOK_AHEAD, habits.BURST_HALF_LIFE)


@dataclass(frozen=True, slots=True)
class RhythmSettings:
    """The clamps, taken as the best of the peers, and one dial."""

    effort: float = 0.09  # integral of sqrt(entries a day) over days between polls; smaller polls more: docs/bench/fetch.md
    start_seconds: int = 3600
    shortest_seconds: int = 600
    longest_seconds: int = (
        6 * 3600
    )  # 2 % more requests than a day as the limit, and half of the longest waits: docs/bench/soak.md
    longest_failing_seconds: int = 86_400
    longest_undead_seconds: int = 30 * 86_400
    undead_after_failures: float = 30.0
    jitter: float = 0.25  # width of the spread around the interval
    longest_hint_seconds: int = 86_400


DEFAULT = RhythmSettings()


def due(rhythms: Iterable[Rhythm], now: datetime) -> list[Rhythm]:
    """Return the feeds to poll now, the most overdue first; those never polled come before all. Feeds that are gone never are."""
    waiting = [rhythm for rhythm in rhythms if not rhythm.is_gone and (rhythm.next_poll_at is None or rhythm.next_poll_at <= now)]
    dawn = datetime.min.replace(tzinfo=UTC)
    return sorted(waiting, key=lambda rhythm: (rhythm.next_poll_at or dawn, rhythm.feed_url))


def request_of(rhythm: Rhythm) -> Request:
    """Return the request that polls a feed: at its new address once a 301 is believed, unconditional when it is time to doubt."""
    url = rhythm.moved_to if rhythm.moved_to is not None and rhythm.moved_sightings >= MOVED_AFTER_SIGHTINGS else rhythm.feed_url
    is_full = rhythm.polls % FULL_EVERY_POLLS == _share_of(rhythm.feed_url, "full", FULL_EVERY_POLLS) and rhythm.polls > 0
    if is_full or rhythm.distrusts_validators:
        validators = Validators(body_hash=rhythm.body_hash)
    else:
        validators = Validators(rhythm.etag, rhythm.last_modified, rhythm.body_hash)
    return Request(url, validators, kind="feed", item_id=rhythm.feed_url)


def next_rhythm(
    feed: Feed, rhythm: Rhythm, poll: Poll, new_entries: int, now: datetime, *, settings: RhythmSettings = DEFAULT
) -> Rhythm:
    """Return what to remember of a feed after a poll.

    Args:
        feed: The subscription; its `interval_seconds` overrides every wish but Retry-After.
        rhythm: What was remembered before.
        poll: The fetch and what was read from it. A page FETCHED that could not be read has `error` set.
        new_entries: How many entries were not known before.
        now: The time of the decision.
        settings: Clamps and effort.

    """
    page = poll.page
    if page.outcome is PageOutcome.OFFLINE:  # nobody's fault, nothing learnt
        return replace(rhythm, next_poll_at=now + timedelta(seconds=settings.shortest_seconds))
    polled = replace(rhythm, polls=rhythm.polls + 1, polled_at=now, is_gone=page.outcome is PageOutcome.GONE)
    if page.outcome in SUCCESSES and poll.error is None:
        learnt = _after_success(polled, rhythm, poll, new_entries, now)
        interval = _interval_of(feed, learnt, poll, now, settings)
    else:
        learnt = _after_failure(polled, rhythm, poll)
        interval = _backed_off(feed, learnt, poll, now, settings)
    http = hints_of(page.headers, now)
    at = now + _jittered(interval, learnt, settings)
    if feed.interval_seconds is None and page.outcome in SUCCESSES:
        at = _in_step(at, interval, learnt, http, now)
    at = max([at, *_not_before(feed, learnt, poll, http, now, settings)])
    if feed.interval_seconds is None:
        at = _after_pause(at, learnt)
    return replace(learnt, interval_seconds=round(interval.total_seconds()), next_poll_at=at)


def _after_success(polled: Rhythm, before: Rhythm, poll: Poll, new_entries: int, now: datetime) -> Rhythm:
    page, parsed = poll.page, poll.parsed
    hints = (
        parsed.hints
        if parsed is not None
        else Hints(before.ttl_seconds, skip_hours=before.skip_hours, skip_days=before.skip_days)
    )
    rate, habit = _learnt_habit(before, poll, new_entries, now)
    body_hash = body_hash_of(page.body) if page.outcome is PageOutcome.FETCHED and page.body else before.body_hash
    etag, last_modified = header_of(page.headers, "etag"), header_of(page.headers, "last-modified")
    if page.status == 304:  # may carry a newer one (RFC 9110, 15.4.5), need not
        etag, last_modified = etag or before.etag, last_modified or before.last_modified
    moved_to, sightings = _moved(before, page)
    return replace(
        polled,
        etag=etag,
        last_modified=last_modified,
        body_hash=body_hash,
        distrusts_validators=before.distrusts_validators or _has_lied(before, page, etag, body_hash, new_entries),
        succeeded_at=now,
        new_entry_at=now if new_entries else before.new_entry_at,
        failures=0.0,
        last_error=None,
        moved_to=moved_to,
        moved_sightings=sightings,
        hub_url=parsed.hub_url if parsed is not None else before.hub_url,
        entries_per_day=rate,
        burst=_learnt_burst(before, new_entries, now),
        ttl_seconds=hints.ttl_seconds,
        skip_hours=hints.skip_hours,
        skip_days=hints.skip_days,
        document_entries=len(parsed.entries) if parsed is not None and parsed.entries else before.document_entries,
        habit=habit,
    )


def _after_failure(polled: Rhythm, before: Rhythm, poll: Poll) -> Rhythm:
    page = poll.page
    weight = FAILURE_WEIGHTS.get(page.outcome, HARD)
    error = poll.error or f"{page.outcome}: {page.detail}"
    has_moved = before.moved_sightings >= MOVED_AFTER_SIGHTINGS
    if has_moved and page.status is not None and page.outcome in {PageOutcome.NOT_FOUND, PageOutcome.GONE, PageOutcome.FORBIDDEN}:
        # the new address turned out wrong: back to the one the operator gave
        return replace(
            polled, failures=before.failures + weight, last_error=error, moved_to=None, moved_sightings=0, is_gone=False
        )
    return replace(polled, failures=before.failures + weight, last_error=error)


def _learnt_habit(before: Rhythm, poll: Poll, new_entries: int, now: datetime) -> tuple[float | None, tuple[float, ...]]:
    entries = poll.parsed.entries if poll.parsed is not None else ()
    dated = sorted(
        (entry.published_at for entry in entries if entry.published_at is not None and entry.published_at <= now), reverse=True
    )
    rate, since = before.entries_per_day, before.succeeded_at
    moments = habits.moments_of(dated)
    if since is None:
        recent = [at for at in moments if now - at <= habits.MAX_HISTORY]
        first = habits.first_rate_of(dated, now)
        return first, habits.updated_habit(before.habit, reversed(recent), first or 0.0)
    newest = moments[:new_entries] if moments else [now] * min(new_entries, 50)
    evidence = sum(before.habit[: habits.HOURS])
    return habits.updated_rate(rate, new_entries, now - since, evidence), habits.updated_habit(
        before.habit, reversed(newest), rate or 0.0
    )


def _learnt_burst(before: Rhythm, new_entries: int, now: datetime) -> float:
    if before.succeeded_at is None or before.entries_per_day is None:
        return 0.0
    since = max(before.succeeded_at, now - timedelta(days=2))
    expected = 0.0
    if new_entries:
        expected = habits.expected_between(habits.expectation_of(before.entries_per_day, before.habit), since, now)
    return habits.updated_burst(before.burst, new_entries, expected, now - before.succeeded_at)


def _has_lied(before: Rhythm, page: Page, etag: str | None, body_hash: str | None, new_entries: int) -> bool:
    """Whether the validators stayed the same while new entries came: a conditional GET would have missed them."""
    if page.outcome is not PageOutcome.FETCHED or not new_entries or body_hash == before.body_hash or before.body_hash is None:
        return False
    was_conditional = any(name in {"if-none-match", "if-modified-since"} for name, _ in page.request_headers)
    same_etag = etag is not None and etag == before.etag
    same_date = (
        etag is None and before.last_modified is not None and header_of(page.headers, "last-modified") == before.last_modified
    )
    return (same_etag or same_date) and not was_conditional


def _moved(before: Rhythm, page: Page) -> tuple[str | None, int]:
    if before.moved_to is not None and page.url == before.moved_to and before.moved_sightings >= MOVED_AFTER_SIGHTINGS:
        return (
            (page.permanent_url, 1)
            if page.permanent_url not in {None, before.moved_to}
            else (before.moved_to, before.moved_sightings)
        )
    if page.permanent_url is None or page.permanent_url == before.feed_url:
        return None, 0
    return page.permanent_url, before.moved_sightings + 1 if page.permanent_url == before.moved_to else 1


def _interval_of(feed: Feed, rhythm: Rhythm, poll: Poll, now: datetime, settings: RhythmSettings) -> timedelta:
    if feed.interval_seconds is not None:
        return timedelta(seconds=max(60, feed.interval_seconds))
    shortest, longest = timedelta(seconds=settings.shortest_seconds), timedelta(seconds=settings.longest_seconds)
    if rhythm.entries_per_day is None:
        wanted = timedelta(seconds=_claimed_seconds(poll) or settings.start_seconds)
    else:
        wanted = _worthwhile(rhythm, now, longest, settings.effort)
    return min(max(wanted, shortest), longest)


def _worthwhile(rhythm: Rhythm, now: datetime, longest: timedelta, effort: float) -> timedelta:
    """Walk ahead until the integral of sqrt(expected rate) reaches the effort.

    Or until a third of the document may have been replaced, if that is sooner: what has left it is lost.
    """
    if rhythm.entries_per_day is None:
        return longest
    room = FULL_SHARE * rhythm.document_entries if rhythm.document_entries else math.inf
    expectation = habits.expectation_of(rhythm.entries_per_day, rhythm.habit)
    burst = habits.burst_per_day(rhythm.burst)
    gained, expected, ahead = 0.0, 0.0, timedelta(0)
    while ahead < longest:
        at = now + ahead
        per_day = expectation.per_day(at.hour, at.weekday()) + burst
        gain, entries = math.sqrt(per_day) * _STEP_DAYS, per_day * _STEP_DAYS
        if gained + gain >= effort or expected + entries >= room:
            return ahead + LOOK_AHEAD * min((effort - gained) / gain, (room - expected) / entries)
        gained, expected, ahead = gained + gain, expected + entries, ahead + LOOK_AHEAD
        burst *= _BURST_FADE
    return longest


def _claimed_seconds(poll: Poll) -> int | None:
    """Read `sy:updatePeriod`. It is believed only until we have measured: WordPress says "hourly" for every blog."""
    return poll.parsed.hints.update_period_seconds if poll.parsed is not None else None


def _backed_off(feed: Feed, rhythm: Rhythm, poll: Poll, now: datetime, settings: RhythmSettings) -> timedelta:
    """Stretch linearly (rss-fetcher: exponential is extreme at large intervals) to a day; after 30 failures to 30 days."""
    base = _interval_of(feed, rhythm, poll, now, settings)
    longest = timedelta(seconds=max(settings.longest_failing_seconds, settings.longest_seconds))
    if rhythm.failures <= settings.undead_after_failures:
        return min(base * (1 + rhythm.failures), longest)
    beyond = rhythm.failures / settings.undead_after_failures
    return min(longest * beyond, timedelta(seconds=settings.longest_undead_seconds))


def _not_before(feed: Feed, rhythm: Rhythm, poll: Poll, http: Hints, now: datetime, settings: RhythmSettings) -> list[datetime]:
    """List the times before which the publisher does not want to be asked, each at most a day ahead."""
    page, hints = poll.page, poll.parsed.hints if poll.parsed is not None else Hints()
    wishes = [page.retry_after_at, http.retry_after_at if page.status in {429, 503} else None, hints.retry_after_at]
    if feed.interval_seconds is None and page.outcome in SUCCESSES:
        wishes += _freshness(rhythm, hints, http, now, settings)
    limit = now + timedelta(seconds=settings.longest_hint_seconds)
    return [min(wish, limit) for wish in wishes if wish is not None]


def _in_step(at: datetime, interval: timedelta, rhythm: Rhythm, http: Hints, now: datetime) -> datetime:
    """Move a poll a little: right after the publisher's usual minute, or his cache's next copy, something new may be there."""
    spread = timedelta(seconds=_share_of(rhythm.feed_url, f"step {rhythm.polls}", 60))
    hour = at.replace(minute=0, second=0, microsecond=0)
    usual = [
        hour + timedelta(hours=hours) + slot * habits.SLOT + STEP_DELAY + spread
        for slot in habits.usual_slots(rhythm.habit)
        for hours in (-1, 0, 1)
    ]
    at = _nearest(at, usual, interval * STEP_LEEWAY)
    if http.max_age_seconds is None or not http.age_seconds:
        return at
    fresh = now + timedelta(seconds=http.max_age_seconds + 2 + spread.seconds // 6)
    lifetime = timedelta(seconds=max(1, http.max_age_seconds + http.age_seconds))
    copies = max(0, (at - fresh) // lifetime)
    return _nearest(at, [fresh + copies * lifetime, fresh + (copies + 1) * lifetime], interval * STEP_LEEWAY)


def _nearest(at: datetime, moments: Iterable[datetime], leeway: timedelta) -> datetime:
    near = [moment for moment in moments if abs(moment - at) <= leeway]
    return min(near, key=lambda moment: abs(moment - at), default=at)


def _after_pause(at: datetime, rhythm: Rhythm) -> datetime:
    """Move a time out of the hours and days in which the publisher says nothing changes; if none is left, they mean nothing."""
    for hours in range(8 * 24):
        later = at if not hours else at.replace(minute=0, second=0, microsecond=0) + timedelta(hours=hours)
        if later.hour not in rhythm.skip_hours and later.weekday() not in rhythm.skip_days:
            return later + (_share_of(rhythm.feed_url, "pause", 600) * timedelta(seconds=1) if hours else timedelta(0))
    return at


def _freshness(rhythm: Rhythm, hints: Hints, http: Hints, now: datetime, settings: RhythmSettings) -> list[datetime | None]:
    """List until when the document counts as fresh.

    HTTP's own word (RFC 9111) comes before the document's `ttl`, which is mostly a generator's default (60 min in 13 of 21 real
    feeds that have one); and a ttl within which the document would be replaced is refuted by the feed itself.
    """
    limit = settings.longest_hint_seconds
    seconds = [min(wait, limit) for wait in (http.max_age_seconds, hints.max_age_seconds) if wait is not None]
    said = [http.expires_at, hints.expires_at, *(now + timedelta(seconds=wait) for wait in seconds)]
    if rhythm.ttl_seconds is not None and not any(said):
        turnover = _worthwhile(rhythm, now, timedelta(seconds=limit), effort=math.inf)
        said.append(now + min(timedelta(seconds=max(0, min(rhythm.ttl_seconds, limit))), turnover))
    return said


def _jittered(interval: timedelta, rhythm: Rhythm, settings: RhythmSettings) -> timedelta:
    """Spread around the interval, the same for the same poll of the same feed; no two feeds stay in step."""
    share = _share_of(rhythm.feed_url, str(rhythm.polls), 10_000) / 10_000
    return interval * (1 + settings.jitter * (share - 0.5))


def _share_of(feed_url: str, salt: str, of: int) -> int:
    return int.from_bytes(blake2b(f"{salt} {feed_url}".encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big") % of
