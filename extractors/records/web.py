"""Subscriptions, polling and fetching: Feed, Rhythm, Request, Page, Entry, Poll."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Feed:
    """A subscription: what the operator asked for. `feed_url` is its identity."""

    feed_url: str
    outlet: str  # registrable domain of the publisher unless the operator named it: "theguardian.com"
    title: str | None = None
    language: str | None = None  # as declared by the feed or the OPML, BCP 47
    added_at: datetime | None = None
    interval_seconds: int | None = None  # operator's override of the adaptive rhythm
    is_muted: bool = False  # by the operator, or after 410 Gone


@dataclass(frozen=True, slots=True)
class Rhythm:
    """What polling remembers of one feed: when to ask next, and with which validators."""

    feed_url: str
    next_poll_at: datetime | None = None  # None: never polled, due at once
    interval_seconds: int = 3600
    etag: str | None = None
    last_modified: str | None = None
    body_hash: str | None = None  # hex digest of the last body
    polled_at: datetime | None = None
    succeeded_at: datetime | None = None
    new_entry_at: datetime | None = None  # when a poll last brought something new
    polls: int = 0
    failures: float = 0.0  # weighted and consecutive; 0 after a success
    last_error: str | None = None
    moved_to: str | None = None  # target of a 301 that keeps repeating
    moved_sightings: int = 0
    is_gone: bool = False  # answered 410
    hub_url: str | None = None  # WebSub hub the feed announces
    entries_per_day: float | None = None  # measured; None: not yet
    habit: tuple[float, ...] = ()  # decayed counts of entries: 24 by hour (UTC), 7 by weekday, 12 by five minutes; see habits.py
    burst: float = 0.0  # decayed count of the newest entries that the habit does not explain, as of `succeeded_at`
    document_entries: int | None = None  # how many entries the feed's document held last
    ttl_seconds: int | None = None  # as the document said last; a 304 does not repeat it
    skip_hours: tuple[int, ...] = ()  # 0..23, UTC; the same
    skip_days: tuple[int, ...] = ()  # 0 = Monday; the same
    distrusts_validators: bool = False  # the server said 304 (or kept its ETag) while the body had changed: ask unconditionally


@dataclass(frozen=True, slots=True)
class Validators:
    """What a conditional GET sends. Either may be unknown."""

    etag: str | None = None
    last_modified: str | None = None
    body_hash: str | None = None  # never sent: a 200 whose body hashes to this is UNCHANGED too


@dataclass(frozen=True, slots=True)
class Request:
    """One wish to fetch a URL."""

    url: str
    validators: Validators = Validators()
    kind: str = "page"  # "feed" | "page" | "robots": chooses the byte limit
    item_id: str | None = None  # carried through to the page, for whoever asked


@dataclass(frozen=True, slots=True)
class Page:
    """What came back for one URL; `outcome` is FETCHED exactly when `body` is worth reading."""

    url: str  # as asked
    outcome: PageOutcome
    fetched_at: datetime
    final_url: str | None = None  # after redirects
    status: int | None = None
    headers: tuple[tuple[str, str], ...] = ()  # in order of arrival, names in lower case
    body: bytes = b""  # after content decoding
    content_type: str | None = None  # media type alone, lower case
    charset: str | None = None  # as the header declares it
    detail: str | None = None  # one line for people: why it is not FETCHED
    milliseconds: int = 0
    permanent_url: str | None = None  # target when every redirect on the way was 301 or 308
    retry_after_at: datetime | None = None
    item_id: str | None = None
    request_headers: tuple[tuple[str, str], ...] = ()
    http_version: str | None = None
    address: str | None = None  # the IP address that answered
    payload_digest: str | None = None  # of a body that came and was dropped, since it is the one of last time: as WARC writes it


class PageOutcome(StrEnum):
    """How one fetch ended. The table of faults in RELIABILITY.md explains each."""

    FETCHED = "fetched"
    UNCHANGED = "unchanged"  # 304, or the same body as last time
    ROBOTS = "skipped_by_robots"
    GONE = "gone"  # 410
    NOT_FOUND = "not_found"  # 404
    FORBIDDEN = "forbidden"  # 401, 403, 451
    RATE_LIMITED = "rate_limited"  # 429, 503 with Retry-After
    SERVER_ERROR = "server_error"
    CLIENT_ERROR = "client_error"  # any other 4xx
    TIMED_OUT = "timed_out"
    DNS_FAILED = "dns_failed"
    CONNECT_FAILED = "connect_failed"
    TLS_FAILED = "tls_failed"
    PROTOCOL_ERROR = "protocol_error"  # broken chunking, bad encoding, not HTTP
    TOO_BIG = "too_big"
    REDIRECT_LOOP = "redirect_loop"
    REDIRECTED = "redirected"  # in an archive of other people: what it leads to is a page of its own
    ADDRESS_REFUSED = "address_refused"  # private, loopback, link-local, ...
    BAD_URL = "bad_url"
    NOT_HTML = "not_html"
    CHALLENGE = "challenge"  # an interstitial that asks for a browser
    COOKIE_WALL = "cookie_wall"
    HOST_DOWN = "host_down"  # circuit breaker open: not asked
    POSTPONED = "postponed"  # robots.txt asks for more time between pages than this run has: not asked
    OFFLINE = "offline"  # our own network is down: counts against nobody


@dataclass(frozen=True, slots=True)
class Hints:
    """What a publisher says of its own rhythm. Seconds; all may be unknown."""

    ttl_seconds: int | None = None
    update_period_seconds: int | None = None  # sy:updatePeriod / sy:updateFrequency
    max_age_seconds: int | None = None  # what is left of it
    age_seconds: int | None = None  # of the copy that a cache between us gave (RFC 9111, 5.1)
    expires_at: datetime | None = None
    retry_after_at: datetime | None = None
    skip_hours: tuple[int, ...] = ()  # 0..23, UTC
    skip_days: tuple[int, ...] = ()  # 0 = Monday


@dataclass(frozen=True, slots=True)
class Entry:
    """One item that a feed announced. Identity: (feed_url, entry_key)."""

    feed_url: str
    entry_key: str  # survives changed GUIDs, titles and URL variants; see feeds.py
    url: str | None
    canonical_url: str | None
    guid: str | None = None
    title: str | None = None
    authors: tuple[str, ...] = ()
    summary: str | None = None  # plain text
    content_html: str | None = None  # the full text where the feed carries it
    published_at: datetime | None = None
    published_at_source: str | None = None  # "feed:published", "feed:dc:date", "sitemap:news", ...
    published_offset_minutes: int | None = None  # from UTC, as the feed writes it; None: it writes UTC, or none
    updated_at: datetime | None = None
    language: str | None = None
    categories: tuple[str, ...] = ()
    image_url: str | None = None
    other_keys: tuple[str, ...] = ()  # what else names it: an entry is known when any of its keys is (identity.settled)


@dataclass(frozen=True, slots=True)
class ParsedFeed:
    """A feed document read: its own facts and its entries in document order."""

    format: str  # "rss20", "atom10", "rss10", "jsonfeed", "news_sitemap", "sitemap_index", ...
    entries: tuple[Entry, ...]
    title: str | None = None
    site_url: str | None = None
    language: str | None = None
    hints: Hints = Hints()
    hub_url: str | None = None
    self_url: str | None = None
    sitemap_urls: tuple[str, ...] = ()  # of a sitemap index
    warnings: tuple[str, ...] = ()  # malformed, truncated, ... yet read


@dataclass(frozen=True, slots=True)
class Poll:
    """One poll of one feed: the fetch, what was read from it, and what to remember."""

    feed_url: str
    page: Page
    parsed: ParsedFeed | None = None  # None: nothing new, or not readable (then `error`)
    error: str | None = None
