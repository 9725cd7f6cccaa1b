"""The index of an archive, and what happens when its days are over."""

from __future__ import annotations

import sqlite3
import threading
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from extractors.archive import ArchiveWriter, digest_of, page_at, warc_files
from extractors.archive.archive_index import INDEX_NAME, ArchiveIndex
from extractors.archive.retention import counted_from, retire
from extractors.errors import InputUnreadable
from extractors.records import Page, PageOutcome

AT = datetime(2026, 11, 22, 8, tzinfo=UTC)
PAGE = Page("http://www.example.com/rain/?utm_source=rss", PageOutcome.FETCHED, AT, status=200, body=b"Rain")


def test_every_version_is_found_under_any_variant_of_its_address(tmp_path: Path) -> None:
    with ArchiveWriter(tmp_path) as writer:
        writer.write(replace(PAGE, fetched_at=AT.replace(hour=9), body=b"Rain, corrected"))
        writer.write(PAGE)
        writer.write(replace(PAGE, url="https://example.com/sun"))
    index = ArchiveIndex(tmp_path)

    assert index.catch_up() == 3
    found = index.by_url("https://example.com/rain")

    assert [page_at(tmp_path, one.location).page.body for one in found] == [b"Rain", b"Rain, corrected"]
    assert [one.canonical_url for one in index.by_digest(digest_of(b"Rain"))] == [
        "https://example.com/rain",
        "https://example.com/sun",
    ]
    assert index.by_url("https://example.com/nowhere") == []


def test_catching_up_twice_changes_nothing_and_growth_is_followed(tmp_path: Path) -> None:
    index = ArchiveIndex(tmp_path)
    assert (index.catch_up(), index.by_url(PAGE.url)) == (0, [])
    with ArchiveWriter(tmp_path) as writer:
        writer.write(PAGE)
        assert (index.catch_up(), index.catch_up()) == (1, 0)
        writer.write(PAGE)
        assert (index.catch_up(), index.catch_up()) == (1, 0)

    (tmp_path / INDEX_NAME).unlink()

    assert index.catch_up() == 2


def test_a_file_cut_short_is_indexed_as_far_as_it_is_whole(tmp_path: Path) -> None:
    with ArchiveWriter(tmp_path) as writer:
        for hour in range(3):
            writer.write(replace(PAGE, fetched_at=AT.replace(hour=hour), body=bytes(range(256)) * 20))
    file = warc_files(tmp_path)[0]
    file.write_bytes(file.read_bytes()[:-300])

    assert ArchiveIndex(tmp_path).catch_up() == 2


def test_an_index_that_cannot_be_written_is_kept_in_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with ArchiveWriter(tmp_path) as writer:
        writer.write(PAGE)
        assert ArchiveIndex(tmp_path).catch_up() == 1
        writer.write(replace(PAGE, fetched_at=AT.replace(hour=9), body=b"Rain, corrected"))
    before = (tmp_path / INDEX_NAME).read_bytes()
    connect = sqlite3.connect

    def read_only(path: Path | str, timeout: float = 5.0, uri: bool = False) -> sqlite3.Connection:
        return connect(
            path if isinstance(path, str) else f"{path.as_uri()}?mode=ro", timeout=timeout, uri=uri or path != ":memory:"
        )

    monkeypatch.setattr(sqlite3, "connect", read_only)
    index = ArchiveIndex(tmp_path)

    assert index.catch_up() == 1  # the other page is known from the file
    assert len(index.by_url(PAGE.url)) == 2
    assert (tmp_path / INDEX_NAME).read_bytes() == before


@pytest.mark.parametrize("damaged", [b"no index at all" * 100, b"SQLite format 3\x00" + bytes(4000)])
def test_a_damaged_index_is_made_anew(damaged: bytes, tmp_path: Path) -> None:
    with ArchiveWriter(tmp_path) as writer:
        writer.write(PAGE)
    (tmp_path / INDEX_NAME).write_bytes(damaged)
    index = ArchiveIndex(tmp_path)

    assert index.catch_up() == 1
    assert len(index.by_url(PAGE.url)) == 1


def test_several_may_index_at_once(tmp_path: Path) -> None:
    with ArchiveWriter(tmp_path) as writer:
        for _ in range(20):
            writer.write(PAGE)
    counts: list[int] = []
    threads = [threading.Thread(target=lambda: counts.append(ArchiveIndex(tmp_path).catch_up())) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (sum(counts), len(ArchiveIndex(tmp_path).by_url(PAGE.url))) == (20, 20)


def test_days_that_are_over_go_and_the_index_forgets_them(tmp_path: Path) -> None:
    for day in (1, 21, 22):
        with ArchiveWriter(tmp_path) as writer:
            writer.write(replace(PAGE, fetched_at=AT.replace(day=day)))
    (tmp_path / "notes").mkdir()
    index = ArchiveIndex(tmp_path)
    gone = next(one.location for one in index.by_url(PAGE.url)) if index.catch_up() else None

    retired = retire(tmp_path, keep_days=2, today=date(2026, 11, 22))

    assert (retired.days, retired.files, retired.bytes > 0) == (1, 1, True)
    assert retire(tmp_path, keep_days=2, today=date(2026, 11, 22)).files == 0
    assert [file.parent.name for file in warc_files(tmp_path)] == ["21", "22"]
    assert (tmp_path / "notes").is_dir()
    assert index.catch_up() == 0
    assert len(index.by_url(PAGE.url)) == 2
    assert gone is not None
    with pytest.raises(InputUnreadable, match="cannot be read"):
        page_at(tmp_path, gone)


NOVEMBER = [date(2026, 11, day) for day in range(1, 24)]


@pytest.mark.parametrize(
    ("days", "keep", "today", "counted"),
    [
        (NOVEMBER, 10, date(2026, 11, 23), date(2026, 11, 23)),
        (NOVEMBER, 30, date(2027, 12, 28), date(2026, 11, 23)),  # a clock a year ahead
        ([*NOVEMBER, date(2027, 12, 28)], 30, date(2027, 12, 28), date(2026, 11, 23)),  # that has archived by it, too
        ([*NOVEMBER, *(date(2027, 2, day) for day in (1, 2, 3))], 30, date(2027, 2, 3), date(2027, 2, 3)),  # back from a holiday
        (NOVEMBER, 1, date(2026, 11, 23), date(2026, 11, 23)),
        (NOVEMBER[:2], 30, date(2026, 11, 2), date(2026, 11, 2)),
        (NOVEMBER, 10, date(2025, 1, 1), date(2025, 1, 1)),  # a clock a year behind: nothing is over
        ([], 10, date(2026, 11, 23), date(2026, 11, 23)),
    ],
)
def test_a_clock_that_has_jumped_does_not_expire_the_archive(days: list[date], keep: int, today: date, counted: date) -> None:
    assert counted_from(days, keep, today) == counted


def test_today_is_never_deleted_and_links_are_not_followed(tmp_path: Path) -> None:
    with ArchiveWriter(tmp_path / "archive") as writer:
        writer.write(PAGE)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "keep").write_text("x")
    (tmp_path / "archive/2026/11/01").symlink_to(elsewhere)

    assert retire(tmp_path / "archive", keep_days=0, today=date(2026, 11, 22)).files == 0
    assert (elsewhere / "keep").exists()
