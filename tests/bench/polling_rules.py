"""The rules of polling that are compared: a poll -> seconds until the next. Ours is the real `next_rhythm`.

Peers by their own source, as their rules were read in autumn 2026. What a peer's source leaves open is granted in its favour: an
ideal clock (miniflux's own tick is 60 min), 301 kept at once except where it is known not to be, Retry-After obeyed.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from extractors.records import Entry, Feed, Hints, Page, PageOutcome, ParsedFeed, Poll, Rhythm
from extractors.schedule import MOVED_AFTER_SIGHTINGS, RhythmSettings, next_rhythm
from tests.bench.polling_world import DAY, HOUR, MINUTE, View

START = datetime(2026, 10, 5, tzinfo=UTC)  # a Monday
NEVER = math.inf

Rule = Callable[[View], float]
"""May hold state: made anew for every feed."""

OUTCOMES = {
    404: PageOutcome.NOT_FOUND,
    410: PageOutcome.GONE,
    429: PageOutcome.RATE_LIMITED,
    503: PageOutcome.SERVER_ERROR,
}


def fixed(minutes: float) -> Callable[[], Rule]:
    """Poll like a clock, whatever comes back."""
    return lambda: lambda _view: minutes * MINUTE


def clamped(seconds: float, least: float, most: float) -> float:
    return max(least, min(most, seconds))


def miniflux(interval_of: Callable[[View, list[float]], float]) -> Callable[[], Rule]:
    """Stop after three errors in a row. The operator is granted a look every Monday morning, which starts it again."""

    def made() -> Rule:
        recent: list[float] = []
        errors = 0

        def rule(view: View) -> float:
            nonlocal errors
            if view.status == 429:
                return clamped(view.retry_after or HOUR, HOUR, DAY)
            if view.status != 200:
                errors += 1
                if errors < 3:
                    return HOUR
                errors = 0
                return 7 * DAY - view.at % (7 * DAY) + 8 * HOUR
            errors = 0
            return interval_of(view, recent)

        return rule

    return made


def by_frequency(view: View, recent: list[float]) -> float:
    """`entry_frequency`: a week by the week's count, 5 min to 24 h, then the longest of it, ttl and max-age."""
    recent.extend(view.in_document[len(view.in_document) - view.new :] if view.polls > 1 else view.in_document)
    recent[:] = [at for at in recent if view.at - 7 * DAY <= at]
    base = clamped(7 * DAY / len(recent) if recent else DAY, 5 * MINUTE, DAY)
    return clamped(max(base, view.feed.ttl or 0.0, view.feed.max_age), 5 * MINUTE, DAY)


def round_robin(view: View, _recent: list[float]) -> float:
    """`round_robin`: an hour, or what ttl and max-age ask for."""
    return clamped(max(HOUR, view.feed.ttl or 0.0, view.feed.max_age), HOUR, DAY)


def commafeed() -> Rule:
    """By the age of the newest entry, else half the mean gap between 5 min and 1 h; after three errors n hours."""
    errors = 0

    def rule(view: View) -> float:
        nonlocal errors
        if view.status == 429 and view.retry_after is not None:
            return min(view.retry_after, 4 * HOUR)
        errors = errors + 1 if view.status != 200 else 0
        if errors > 3:
            return min(errors * HOUR, DAY)
        if errors:
            return HOUR
        if len(view.in_document) < 2:
            return 4 * HOUR
        age = view.at - view.in_document[-1]
        for days, hours in ((30, 4), (14, 2), (7, 1)):
            if age >= days * DAY:
                return hours * HOUR
        gap = (view.in_document[-1] - view.in_document[0]) / (len(view.in_document) - 1)
        return clamped(gap / 2, 5 * MINUTE, HOUR)

    return rule


def rss_fetcher() -> Rule:
    """6 h at first; 67 % duplicates lengthen, 33 % shorten, by 10 or 60 min; 10 min to 24 h; failures stretch, to 24 h."""
    interval, failures = 6 * HOUR, 0.0

    def rule(view: View) -> float:
        nonlocal interval, failures
        if view.status != 200:
            failures += 1.0 if view.status == 410 else 0.5
            return clamped(max(interval * failures, view.retry_after or 0.0), 10 * MINUTE, DAY)
        failures = 0.0
        duplicates = 1 - view.new / len(view.in_document) if view.in_document else 1.0
        if duplicates >= 0.67:
            is_alive = bool(view.in_document) and view.at - view.in_document[-1] < 31 * DAY
            interval += 10 * MINUTE if is_alive else HOUR
        elif duplicates < 0.33:
            interval -= HOUR
        interval = clamped(interval, 10 * MINUTE, DAY)
        return max(interval, view.feed.period or 0.0)

    return rule


def news_crawl() -> Rule:
    """12 h at first; unchanged: half as long again; changed: a fifth of the way to 90 min; 3 days after an error."""
    interval = 12 * HOUR

    def rule(view: View) -> float:
        nonlocal interval
        if view.status != 200:
            return 60 * DAY if view.status == 410 else 3 * DAY
        interval = interval - 0.2 * (interval - 90 * MINUTE) if view.new else interval * 1.5
        interval = clamped(interval, 90 * MINUTE, 90 * DAY)
        return interval

    return rule


def newsloom(settings: RhythmSettings) -> Callable[[], Rule]:
    """Ours, fed real records."""

    def made() -> Rule:
        rhythm: Rhythm | None = None
        made_entries: dict[float, Entry] = {}

        def rule(view: View) -> float:
            nonlocal rhythm
            feed = Feed(view.feed.url, "example")
            rhythm = rhythm or Rhythm(view.feed.url)
            now = START + timedelta(seconds=view.at)
            rhythm = next_rhythm(feed, rhythm, _poll_of(view, now, made_entries), view.new, now, settings=settings)
            if rhythm.is_gone:
                return NEVER
            assert rhythm.next_poll_at is not None
            return (rhythm.next_poll_at - now).total_seconds()

        return rule

    return made


def _poll_of(view: View, now: datetime, made: dict[float, Entry]) -> Poll:
    if view.status != 200:
        rest = now + timedelta(seconds=view.retry_after) if view.retry_after is not None else None
        return Poll(view.feed.url, Page(view.feed.url, OUTCOMES[view.status], now, status=view.status, retry_after_at=rest))
    headers: tuple[tuple[str, str], ...] = ()
    if view.feed.max_age:
        headers = (("cache-control", f"max-age={round(view.feed.max_age)}"),)
        headers += (("age", str(int(view.age))),) if view.age is not None else ()
    if not view.new and view.polls > 1:
        return Poll(view.feed.url, Page(view.feed.url, PageOutcome.UNCHANGED, now, status=304, headers=headers))
    hints = Hints(
        ttl_seconds=round(view.feed.ttl) if view.feed.ttl else None,
        update_period_seconds=round(view.feed.period) if view.feed.period else None,
    )
    for at in view.in_document[-view.new :]:
        made[at] = Entry(view.feed.url, str(at), None, None, published_at=START + timedelta(seconds=at))
    entries = tuple(made[at] for at in reversed(view.in_document) if at in made)
    page = Page(view.feed.url, PageOutcome.FETCHED, now, status=200, headers=headers, body=b"x")
    return Poll(view.feed.url, page, ParsedFeed("rss20", entries, hints=hints))


PEERS: dict[str, Callable[[], Rule]] = {
    "fixed 15 min": fixed(15),
    "fixed 60 min": fixed(60),
    "miniflux entry_frequency": miniflux(by_frequency),
    "miniflux round_robin": miniflux(round_robin),
    "CommaFeed": commafeed,
    "rss-fetcher": rss_fetcher,
    "news-crawl": news_crawl,
}

REDIRECTS_KEPT_AFTER = {"miniflux entry_frequency": math.inf, "miniflux round_robin": math.inf}
"""miniflux does not keep a 301: each poll of a moved feed costs two requests. Ours are two until it is believed; others' one."""
OUR_REDIRECTS_KEPT_AFTER = float(MOVED_AFTER_SIGHTINGS)
