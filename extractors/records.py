"""The vocabulary of newsloom, in order of flow: one frozen record a stage.

Feed -> Poll -> Entry -> Page -> Draft -> Article -> Fingerprint -> Copy -> Mention -> Entity -> Quote, and one Outcome an item.

Every `*_at` is an aware UTC datetime. `None` means unknown, never "" or -1. Texts are NFC-normalised Unicode; an offset counts
code points, so that `text[start_char:end_char]` is the surface.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

# ------------------------------------------------------------------------------------------------ subscriptions and polling


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
    habit: tuple[float, ...] = ()  # decayed counts of entries: 24 by hour (UTC), then 7 by weekday (Monday first); see habits.py
    burst: float = 0.0  # decayed count of the newest entries, as of `succeeded_at`: news comes in bursts
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
    ADDRESS_REFUSED = "address_refused"  # private, loopback, link-local, ...
    BAD_URL = "bad_url"
    NOT_HTML = "not_html"
    CHALLENGE = "challenge"  # an interstitial that asks for a browser
    COOKIE_WALL = "cookie_wall"
    HOST_DOWN = "host_down"  # circuit breaker open: not asked
    OFFLINE = "offline"  # our own network is down: counts against nobody


@dataclass(frozen=True, slots=True)
class Hints:
    """What a publisher says of its own rhythm. Seconds; all may be unknown."""

    ttl_seconds: int | None = None
    update_period_seconds: int | None = None  # sy:updatePeriod / sy:updateFrequency
    max_age_seconds: int | None = None
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


# ------------------------------------------------------------------------------------------------ articles


@dataclass(frozen=True, slots=True)
class Block:
    """One paragraph-like piece of a page's main content, in page order."""

    text: str  # one line, no markup
    kind: str = "paragraph"  # "paragraph" | "heading" | "list_item" | "quote" | "caption" | "table" | "code"
    link_density: float = 0.0  # share of characters inside links, 0..1
    role: str | None = None  # what the page's markup says it is for: "caption", "related", "newsletter", ... (pages/roles.py)


@dataclass(frozen=True, slots=True)
class Draft:
    """A page as extracted, before residue is cut: metadata with witnesses, and blocks."""

    url: str
    canonical_url: str
    outlet: str
    blocks: tuple[Block, ...]
    fetched_at: datetime
    feed_url: str | None = None
    title: str | None = None
    authors: tuple[str, ...] = ()
    published_at: datetime | None = None
    published_at_source: str | None = None  # "json-ld", "opengraph", "meta", "feed", "url", "text", ...
    modified_at: datetime | None = None
    language: str | None = None  # detected on the text, ISO 639-1
    declared_language: str | None = None
    section: str | None = None
    description: str | None = None
    site_name: str | None = None
    agency: str | None = None  # where metadata names one
    is_paywalled: bool | None = None
    image_url: str | None = None
    page_kind: str = "article"  # "article" | "live_blog" | "list" | "error" | "empty"
    text_source: str = "page"  # "page" | "feed" (full text from the feed) | "plain" | ...
    extractor_version: str = ""


@dataclass(frozen=True, slots=True)
class Caption:
    """A picture's caption, with its credit apart."""

    position: int  # index of the block it came from
    text: str
    credit: str | None = None


@dataclass(frozen=True, slots=True)
class RemovedLine:
    """A line that is not journalism, and why we think so."""

    position: int
    text: str
    reason: str


@dataclass(frozen=True, slots=True)
class Article:
    """A clean article: one row of `articles`. Paragraphs of `text` are parted by a blank line."""

    article_id: int  # ids.article_id_of(canonical_url)
    url: str
    canonical_url: str
    outlet: str
    text: str
    first_seen_at: datetime
    feed_url: str | None = None
    title: str | None = None
    authors: tuple[str, ...] = ()
    published_at: datetime | None = None
    published_at_source: str | None = None
    modified_at: datetime | None = None
    language: str | None = None
    declared_language: str | None = None
    section: str | None = None
    description: str | None = None
    dateline: str | None = None
    agency: str | None = None
    is_paywalled: bool | None = None
    image_url: str | None = None
    page_kind: str = "article"
    text_source: str = "page"
    word_count: int = 0
    headings: tuple[int, ...] = ()  # paragraph numbers of `text` that are headings
    captions: tuple[Caption, ...] = ()
    removed_lines: tuple[RemovedLine, ...] = ()
    extractor_version: str = ""


# ------------------------------------------------------------------------------------------------ copies


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """A text's sketch: what is stored to find copies of it later."""

    article_id: int
    fingerprint_version: int
    text_hash: int  # of the normalised token stream; equal = exact copy. 63 bits
    token_count: int
    hashes: tuple[int, ...]  # winnowed shingles, 63 bits each, sorted, distinct
    dated_at: datetime | None = None  # publication, or first sight: copies are looked for around it


@dataclass(frozen=True, slots=True)
class Copy:
    """One decided pair: `article_id` repeats (part of) `original_id`."""

    article_id: int
    original_id: int
    kind: str  # "exact" | "near" | "excerpt" | "contains" | "revision" | "related"
    similarity: float  # 0..1, symmetric
    containment: float  # share of the article that also stands in the original, 0..1
    evidence: str  # one sentence for people
    decided_at: datetime
    original_containment: float | None = None  # share of the original that stands in the article
    longest_run: int | None = None  # words
    differing_facts: tuple[str, ...] = ()  # "12 -> 15 dead"
    lag_seconds: int | None = None  # article's publication minus the original's


@dataclass(frozen=True, slots=True)
class Cluster:
    """Articles that tell one text. Named for the member that was seen first, for ever; its head is the probable original."""

    cluster_id: int
    head_id: int
    head_reason: str  # one sentence: why the head is held for the original
    size: int


@dataclass(frozen=True, slots=True)
class Membership:
    """One article's place in a cluster. An article without one stands alone."""

    article_id: int
    cluster_id: int
    kind: str | None  # of the copy; None: the cluster's head
    via_id: int | None  # the member it was compared with; None: the first one
    joined_at: datetime


@dataclass(frozen=True, slots=True)
class HeadMove:
    """A better original turned up; or `from_cluster_id` was found to tell the same text and was taken in."""

    cluster_id: int
    from_id: int
    to_id: int
    reason: str
    moved_at: datetime
    from_cluster_id: int | None = None


@dataclass(frozen=True, slots=True)
class Candidates:
    """What the warehouse knows that may be copied in a batch: everything `copies.decide` reads of the past."""

    articles: tuple[Article, ...] = ()  # stored ones worth comparing, with their texts
    equals: Mapping[int, tuple[int, ...]] = field(default_factory=dict)  # new article -> stored ones with the same words
    sightings: Mapping[int, tuple[int, ...]] = field(default_factory=dict)  # hash -> stored articles that brought it
    crowded: frozenset[int] = frozenset()  # hashes of boilerplate: seen in too many clusters to mean anything
    cluster_of: Mapping[int, int] = field(default_factory=dict)  # stored article -> its cluster
    clusters: tuple[Cluster, ...] = ()
    placed: frozenset[int] = frozenset()  # articles of the batch that were decided before
    load_sequence: int = 0  # of the warehouse when it was asked


@dataclass(frozen=True, slots=True)
class Decisions:
    """What `copies.decide` found in one batch, and what the warehouse must remember of it."""

    copies: tuple[Copy, ...] = ()
    memberships: tuple[Membership, ...] = ()
    clusters: tuple[Cluster, ...] = ()  # new and changed ones
    moves: tuple[HeadMove, ...] = ()
    postings: Mapping[int, tuple[int, ...]] = field(default_factory=dict)  # article -> hashes that its cluster did not hold yet
    crowded: tuple[int, ...] = ()  # hashes found to be boilerplate now


# ------------------------------------------------------------------------------------------------ names and quotes


@dataclass(frozen=True, slots=True)
class Mention:
    """A name in an article. `region` says which text the offsets count in."""

    article_id: int
    surface: str
    start_char: int
    end_char: int
    kind: str  # "person" | "organization" | "place" | "event" | "work" | "other"
    source: str  # "model" | "gazetteer" | "propagation" | ...
    region: str = "text"  # "text" | "title" | "caption:<position>"
    paragraph: int = 0
    titles: tuple[str, ...] = ()  # "President", "Kremlin spokesman"
    entity_id: int | None = None  # None: no doubt-free answer, a normal one
    link_rule: str | None = None
    link_evidence: str | None = None
    engine: str = ""


@dataclass(frozen=True, slots=True)
class Alias:
    """One spelling of an entity, with the rule that put it there."""

    entity_id: int
    alias: str
    kind: str
    rule: str
    evidence: str | None = None
    documents: int = 0


@dataclass(frozen=True, slots=True)
class Entity:
    """One thing in the world."""

    entity_id: int
    name: str
    kind: str
    wikidata_id: str | None = None
    polity_code: str | None = None  # the polity a metonym stands for: Kremlin -> "ru"
    country_code: str | None = None
    aliases: tuple[str, ...] = ()
    ambiguous_with: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class NameUse:
    """One spelling in one article: what names.py keeps of an article, so that history can be resolved again.

    Grain (article_id, mention_kind, surface).
    """

    article_id: int
    mention_kind: str  # as the mention has it
    surface: str
    kind: str  # of the entity: "Kremlin" is a place even where the tagger saw an organisation
    key: str  # what identifies the spelling within its kind
    block: str  # spellings that may be one thing share it
    is_full: bool = True  # False: a bare surname or an acronym, no evidence by itself
    surname_key: str | None = None  # what a bare surname is looked up by
    via: tuple[str, ...] = ()  # keys of the full names in the same article that it may stand for
    mentions: int = 1


@dataclass(frozen=True, slots=True)
class NameAlias:
    """One full spelling and how many articles use it; with an entity once it is resolved."""

    kind: str
    key: str
    alias: str  # the spelling to show
    block: str
    surname_key: str | None
    documents: int
    entity_id: int | None = None
    rule: str | None = None
    evidence: str | None = None


@dataclass(frozen=True, slots=True)
class NameRule:
    """A curated word on two spellings; it wins over every other rule."""

    kind: str
    key_a: str
    key_b: str
    verdict: str  # "same" | "different"


@dataclass(frozen=True, slots=True)
class Bearer:
    """Who a bare surname means where its article does not say; `entity_id` None: nobody is beyond doubt."""

    surname_key: str
    block: str
    entity_id: int | None
    evidence: str


@dataclass(frozen=True, slots=True)
class NameEvent:
    """An entity was merged, split or renamed. Ids are None where there was or is no entity."""

    event: str  # "new" | "moved"
    kind: str
    alias: str
    from_id: int | None
    to_id: int | None
    rule: str
    evidence: str | None = None


@dataclass(frozen=True, slots=True)
class Naming:
    """What the spellings of some blocks mean: aliases with entities, entities, bearers of bare surnames."""

    aliases: tuple[NameAlias, ...] = ()
    entities: tuple[Entity, ...] = ()
    bearers: tuple[Bearer, ...] = ()
    events: tuple[NameEvent, ...] = ()


@dataclass(frozen=True, slots=True)
class Quote:
    """One quotation and who said it. `quote` has no quotation marks; the offsets count in the article's text."""

    article_id: int
    position: int  # order in the article, from 0
    quote: str
    start_char: int
    end_char: int
    kind: str = "direct"  # "direct" | "scare" (words held at arm's length) | "title" (of a work: nobody speaks)
    speaker: str | None = None  # as written
    speaker_start: int | None = None
    speaker_end: int | None = None
    speaker_name: str | None = None  # a pronoun or a surname resolved to a name in this article, where safe
    entity_id: int | None = None
    cue: str | None = None  # "said", "according to"
    method: str | None = None  # which rule found the speaker
    paragraph: int = 0


# ------------------------------------------------------------------------------------------------ the ledger


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one item in one run: exactly one row an item, so that nothing vanishes."""

    run_id: str
    item: str  # URL of the feed or the page, path of the file
    stage: str  # "poll" | "fetch" | "extract" | "load"
    outcome: str  # a PageOutcome, or "loaded", "revised", "unchanged", "extract_failed", "no_text", "duplicate_entry", ...
    at: datetime
    detail: str | None = None
    milliseconds: int = 0
    article_id: int | None = None
    feed_url: str | None = None


@dataclass(frozen=True, slots=True)
class Batch:
    """Everything one load writes, in one transaction."""

    run_id: str
    articles: tuple[Article, ...] = ()
    fingerprints: tuple[Fingerprint, ...] = ()
    copies: tuple[Copy, ...] = ()
    mentions: tuple[Mention, ...] = ()
    quotes: tuple[Quote, ...] = ()
    outcomes: tuple[Outcome, ...] = ()
    as_of: datetime | None = field(default=None)
    name_uses: tuple[NameUse, ...] = ()  # from names.uses_of(mentions)
    decisions: Decisions = field(default_factory=Decisions)  # what copies.decide found; its copies need not stand in `copies` too
