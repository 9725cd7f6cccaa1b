"""Pages in, drafts out, whatever a page does to its worker."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from extractors.errors import PageUnreadable
from extractors.pool import DraftFailure, drafts_of
from extractors.records import Block, Draft, Entry, Page, PageOutcome

NOW = datetime(2026, 11, 1, tzinfo=UTC)


def page_of(name: str) -> Page:
    return Page(f"https://example.org/{name}", PageOutcome.FETCHED, NOW, body=name.encode())


def moody(page: Page, entry: Entry | None) -> Draft:
    """Stand in for the extractor: does what the body says."""
    match page.body.decode().split("-")[0]:
        case "hang":
            time.sleep(600)
        case "die":
            os._exit(9)
        case "unreadable":
            raise PageUnreadable(page.url, "no text found")
        case "bug":
            raise ZeroDivisionError
    return Draft(page.url, page.url, "example.org", (Block(page.body.decode()),), NOW)


def outcomes(names: list[str], workers: int = 2, timeout_seconds: float = 60) -> list[str]:
    works = [(page_of(name), None) for name in names]
    results = drafts_of(works, workers, timeout_seconds, extract=moody)
    return [r.outcome if isinstance(r, DraftFailure) else r.blocks[0].text for r in results]


@pytest.mark.parametrize("workers", [0, 2])
def test_yields_one_result_a_page_in_the_order_given(workers: int) -> None:
    names = [f"page-{i}" for i in range(40)]

    assert outcomes(names, workers) == names


def test_a_page_that_hangs_is_cut_off_and_costs_only_itself() -> None:
    names = ["page-0", "hang-1", *[f"page-{i}" for i in range(2, 20)]]

    assert outcomes(names, timeout_seconds=4) == ["page-0", "extract_timed_out", *names[2:]]


def test_a_page_that_kills_its_worker_costs_only_itself() -> None:
    names = ["die-0", "page-1", "unreadable-2", "bug-3", "page-4", "die-5"]

    expected = ["extract_crashed", "page-1", "extract_failed", "extract_failed", "page-4", "extract_crashed"]
    assert outcomes(names, workers=1) == expected


def test_no_pages_give_no_results() -> None:
    assert outcomes([]) == []


def test_reads_its_input_lazily() -> None:
    read = 0

    def endless() -> Iterator[tuple[Page, None]]:
        nonlocal read
        while True:
            read += 1
            yield page_of(f"page-{read}"), None

    results = drafts_of(endless(), 1, extract=moody)
    first = next(results)
    results.close()

    assert isinstance(first, Draft)
    assert read <= 48
