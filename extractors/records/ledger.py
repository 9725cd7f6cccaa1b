"""What became of every item, and everything one load writes: Outcome, Batch."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from extractors.records.copies import Copy, Decisions, Fingerprint
from extractors.records.names import Mention, NameUse, Quote
from extractors.records.texts import Article


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
