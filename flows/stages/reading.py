"""Pages in, drafts out: extraction in a pool of processes; one draft or one outcome a page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from extractors.archive.quarantine import Quarantine
from extractors.articles import draft_of, draft_of_text
from extractors.charset import decode
from extractors.errors import PageUnreadable
from extractors.pool import DraftFailure, drafts_of
from extractors.records import Draft, Entry, Outcome, Page
from extractors.urls import outlet_of
from flows import progress
from flows.stages.fetching import Fetched


@dataclass(frozen=True, slots=True)
class Read:
    """A page with its draft, or with the outcome that it ends in."""

    item: str
    page: Page
    entry: Entry | None = None
    draft: Draft | None = None
    outcome: Outcome | None = None
    is_recheck: bool = False


PLAIN_TEXT = "text/plain"


def draft_page(page: Page, entry: Entry | None = None) -> Draft:
    """Draft a page of HTML, or an article saved as plain text.

    Raises:
        PageUnreadable: There is no article in it.

    """
    if page.content_type != PLAIN_TEXT:
        return draft_of(page, entry)
    text, _ = decode(page.body, page.charset, "page")
    url = page.final_url or page.url
    return draft_of_text(text, url, outlet_of(url), page.fetched_at)


UNDIGESTED = frozenset({"extract_failed", "extract_timed_out", "extract_crashed"})

EMPTY_KINDS = frozenset({"error", "empty"})
"""Kinds of page that hold no article, however well they were read."""


def read_pages(run_id: str, fetched: Iterable[Fetched], workers: int, timeout_seconds: float) -> list[Read]:
    """Extract every readable page of a batch, in order; what was not readable passes with its outcome."""
    batch = list(fetched)
    readable = [one for one in batch if one.outcome is None]
    progress.expect("read", len(readable))
    drafts = iter(drafts_of(((one.page, one.work.entry) for one in readable), workers, timeout_seconds, draft_page))
    read = []
    for one in batch:
        draft: Draft | None = None
        outcome = one.outcome
        if outcome is None:
            result = next(drafts)
            progress.advance("read")
            if isinstance(result, DraftFailure):
                outcome = _failed(run_id, one, result)
            elif result.page_kind in EMPTY_KINDS or not result.blocks:
                outcome = _empty(run_id, one, result)
            else:
                draft = result
        read.append(Read(one.work.item, one.page, one.work.entry, draft, outcome, one.work.recheck is not None))
    return read


def _failed(run_id: str, one: Fetched, failure: DraftFailure) -> Outcome:
    return Outcome(
        run_id=run_id,
        item=one.work.item,
        stage="extract",
        outcome=failure.outcome,
        at=one.page.fetched_at,
        detail=failure.detail,
        milliseconds=failure.milliseconds,
        feed_url=one.work.feed_url,
    )


def _empty(run_id: str, one: Fetched, draft: Draft) -> Outcome:
    return Outcome(
        run_id=run_id,
        item=one.work.item,
        stage="extract",
        outcome="no_text",
        at=one.page.fetched_at,
        detail=f"the page is {'an error page' if draft.page_kind == 'error' else 'without an article'}",
        feed_url=one.work.feed_url,
    )


def quarantine_failed(folder: Path, read: Sequence[Read]) -> int:
    """Keep the bodies that our code could not digest, with the reason, to be looked at and tried again; return how many."""
    failed = [(one, one.outcome) for one in read if one.outcome is not None and one.outcome.outcome in UNDIGESTED]
    quarantine = Quarantine(folder)
    for one, outcome in failed:
        error = PageUnreadable(one.item, f"{outcome.outcome}: {outcome.detail}")
        quarantine.keep(one.item, "extract", one.page.body, error, one.page.fetched_at)
    return len(failed)


def outcomes_of(read: Sequence[Read]) -> list[Outcome]:
    """Return the outcomes of the pages that gave no draft."""
    return [one.outcome for one in read if one.outcome is not None]
