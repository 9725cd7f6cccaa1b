"""Work in, archived pages out: nothing is read before its body is on disk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date
from pathlib import Path

from extractors.archive import ArchiveWriter
from extractors.fetch import Clock, FetchMemory, FetchSettings, fetch_pages, system_clock
from extractors.records import Outcome, Page, PageOutcome, Poll
from extractors.saved import SIGNATURES
from flows import progress
from flows.stages.work import PageWork

HTML_TYPES = frozenset({"text/html", "application/xhtml+xml", "text/plain", "application/xml", "text/xml"})
"""What may hold an article; an unknown type is looked into."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """One page of work, done: readable where `outcome` is None."""

    work: PageWork
    page: Page
    outcome: Outcome | None = None


def fetch_work(
    run_id: str, batch: Sequence[PageWork], fetching: FetchSettings, memory: FetchMemory, clock: Clock = system_clock
) -> list[Fetched]:
    """Fetch a batch of pages; one result a piece of work, in order."""
    progress.expect("fetch", len(batch))
    pages = fetch_pages([work.request for work in batch], fetching, memory, clock)
    progress.advance("fetch", len(batch))
    return [judged(run_id, work, page) for work, page in zip(batch, pages, strict=True)]


def judged(run_id: str, work: PageWork, page: Page) -> Fetched:
    """Say whether a page is worth reading, and if not, what became of it."""
    outcome = page.outcome
    kind = next((kind for start, kind in SIGNATURES if page.body.startswith(start)), page.content_type)
    if outcome is PageOutcome.FETCHED and kind is not None and kind not in HTML_TYPES:
        outcome = PageOutcome.NOT_HTML
    if outcome is PageOutcome.FETCHED:
        return Fetched(work, page)
    return Fetched(work, page, fetch_outcome(run_id, work, page, outcome, kind))


def fetch_outcome(run_id: str, work: PageWork, page: Page, outcome: PageOutcome, kind: str | None = None) -> Outcome:
    """Write down how a page that brought nothing to read ended."""
    return Outcome(
        run_id=run_id,
        item=work.item,
        stage="fetch",
        outcome=str(outcome),
        at=page.fetched_at,
        detail=page.detail or (kind or page.content_type if outcome is PageOutcome.NOT_HTML else None),
        milliseconds=page.milliseconds,
        feed_url=work.feed_url,
        article_id=work.recheck.article_id if work.recheck else None,
    )


def archive_pages(archive: Path, fetched: Sequence[Fetched], day: date | None = None) -> int:
    """Keep every body that came, with the entry that led to it; return how many. They are on disk when this returns.

    Of an article looked at again and found unchanged a revisit record tells.

    A batch is a file, and keeps its mark when `maintain` merges files: a rebuild then decides in the same batches. `day` files
    them under another day than that of their fetch.
    """
    first = min((one.page.fetched_at for one in fetched), default=None)  # midnight may pass within a batch
    day = day or (first.astimezone(UTC).date() if first else None)
    with ArchiveWriter(archive, day=day) as writer:
        kept = [writer.write(one.page, entry=one.work.entry) for one in fetched if one.page.outcome is PageOutcome.FETCHED]
        for one in fetched:
            if one.page.outcome is PageOutcome.UNCHANGED:
                writer.write_revisit(one.page)
    return len(kept)


def archive_polls(archive: Path, polls: Sequence[Poll]) -> int:
    """Keep every feed body that came, so that a rebuild knows what was announced; return how many."""
    with ArchiveWriter(archive) as writer:
        kept = [writer.write(poll.page, kind="feed") for poll in polls if poll.page.outcome is PageOutcome.FETCHED]
    return len(kept)
