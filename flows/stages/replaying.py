"""Pages that are here already in (saved files, our own archive), batches of work for the stages out; no network."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date
from itertools import groupby, islice
from pathlib import Path

from extractors.archive import read_archive, warc_files
from extractors.archive.retention import day_folders
from extractors.archive.warc import Archived
from extractors.errors import InputUnreadable
from extractors.records import Entry, Page, PageOutcome, Request
from extractors.saved import read_saved
from extractors.urls import canonical_url
from flows import progress
from flows.stages.fetching import Fetched, archive_pages, judged
from flows.stages.relating import Related
from flows.stages.run import Run
from flows.stages.work import PageWork, work_for_entry
from warehouse.ledger import expect_new_items
from warehouse.regrow import note_replayed

Saved = tuple[Page, Entry | None]


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be imported.

    Args:
        paths: Files and folders.
        size: Of a batch, in pages.
        since: Leave out pages fetched (WARC) or saved (files) before this day, UTC.
        until: Leave out pages of this day or later.

    """

    paths: Sequence[Path]
    size: int
    since: date | None = None
    until: date | None = None

    def holds(self, page: Page) -> bool:
        """Tell whether the page is of the days that are asked for."""
        day = page.fetched_at.astimezone(UTC).date()
        return (self.since is None or day >= self.since) and (self.until is None or day < self.until)


def saved_batches(asked: Asked) -> Iterator[list[Saved]]:
    """Read files and folders in batches, lazily: a WARC file of a gigabyte is never in memory.

    Raises:
        InputUnreadable: One of the paths does not exist or cannot be opened.

    """
    pages = (saved for path in asked.paths for saved in read_saved(path) if asked.holds(saved[0]))
    while batch := list(islice(pages, asked.size)):
        yield batch


def accepted(run: Run, batch: Sequence[Saved]) -> list[Fetched]:
    """Turn saved pages into fetched ones; the item is the address of the page, or the path of a file that names none.

    Of one address saved several times in a batch, each reading counts: they are versions of one article.
    """
    fetched = []
    for page, entry in batch:
        item = page.item_id or canonical_url(page.url)
        fetched.append(judged(run.run_id, PageWork(item, Request(page.url, item_id=item), entry=entry), page))
    expect_all(run, fetched)
    return fetched


def expect_all(run: Run, fetched: Sequence[Fetched]) -> None:
    """Note that each item of a batch owes an outcome."""
    with run.warehouse.writer() as connection:
        expect_new_items(connection, run.run_id, [one.work.item for one in fetched])
    progress.expect("load", len(fetched))


def note_batch(run: Run, fetched: Sequence[Fetched]) -> None:
    """Remember which pages the archive gave: an article whose page it has lost is kept as it was."""
    whole = [(one.work.item, one.page.fetched_at) for one in fetched if one.page.outcome is PageOutcome.FETCHED]
    with run.warehouse.writer() as connection:
        note_replayed(connection, whole)


def archive_fresh(run: Run, related: Related, fetched: Sequence[Fetched]) -> int:
    """Archive the pages whose articles are new or changed: an import of the same files again adds nothing."""
    wanted = {
        read.item for read, article in zip(related.read, related.articles, strict=True) if article.article_id in related.fresh
    }
    return archive_pages(run.archive, [one for one in fetched if one.work.item in wanted], run.now.date())


def archive_files(archive: Path, since: date | None = None) -> list[Path]:
    """Return the archive's files in the order in which they were written, from a day on."""
    days = {folder: day for day, folder in day_folders(archive)}
    return [file for file in warc_files(archive) if since is None or days.get(file.parent, since) >= since]


def archived_batches(run_id: str, file: Path, size: int, on_fault: Callable[[str], None]) -> Iterator[list[Fetched]]:
    """Read an archive file's pages in the batches of then: a merged file holds those of many files, each after its warcinfo.

    `on_fault` is told of what is damaged; the rest of the file, and the other files, are read all the same.
    """
    pages = read_archive(file, on_fault=on_fault)
    try:
        for _, batch in groupby(pages, key=lambda archived: archived.batch):
            while chunk := list(islice(batch, size)):
                yield [judged(run_id, _work_of(archived), archived.page) for archived in chunk]
    except InputUnreadable as error:
        on_fault(str(error))


def _work_of(archived: Archived) -> PageWork:
    work = work_for_entry(archived.entry) if archived.entry is not None else None
    item = archived.page.item_id or canonical_url(archived.page.url)
    return work or PageWork(item, Request(archived.page.url, item_id=item))
