"""Small WARC files -> large ones: the same pages in the same batches, whoever is killed in between."""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from pathlib import Path

import pytest
from fastwarc.warc import ArchiveIterator as FastIterator
from warcio.archiveiterator import ArchiveIterator

from extractors.archive import ArchiveWriter, page_at, read_archive, warc_files
from extractors.archive.archive_index import ArchiveIndex
from extractors.archive.merging import DRAFT, MANIFEST, Merged, merge_days, whole_bytes_of
from extractors.records import Page, PageOutcome

AT = datetime(2026, 11, 20, 8, tzinfo=UTC)
TODAY = date(2026, 11, 22)
PAGE = Page("https://example.com/", PageOutcome.FETCHED, AT, status=200, body=b"Rain over Preston. " * 40)
GIB = 1 << 30
BATCHES = 5


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    for batch in range(BATCHES):
        with ArchiveWriter(tmp_path) as writer:
            for number in range(3):
                writer.write(replace(PAGE, url=f"https://example.com/{batch}/{number}"), kind="feed" if batch == 1 else "page")
    age(tmp_path)
    return tmp_path


def age(root: Path, by: timedelta = timedelta(days=1)) -> None:
    for file in root.rglob("*.warc.gz"):
        os.utime(file, (AT.timestamp(), (AT - by).timestamp()))


def merged(root: Path, limit: int = GIB) -> Merged:
    return merge_days(root, TODAY, AT.timestamp(), limit)


def batches_of(root: Path) -> list[list[str]]:
    found = read_archive(root, kinds=("page", "feed"))
    return [[one.page.url for one in batch] for _, batch in groupby(found, key=lambda one: one.batch)]


def test_pages_stay_in_their_batches_and_their_order(archive: Path) -> None:
    before = batches_of(archive)

    assert merged(archive) == Merged(files=BATCHES - 1, into=1)

    assert len(warc_files(archive)) == 1
    assert batches_of(archive) == before
    assert [len(batch) for batch in before] == [3] * BATCHES
    assert not [path for path in archive.rglob("*") if path.name.endswith((DRAFT, MANIFEST))]


def test_two_other_readers_find_every_record_whole(archive: Path) -> None:
    merged(archive)
    [file] = warc_files(archive)

    with file.open("rb") as stream:
        by_warcio = Counter(record.rec_type for record in ArchiveIterator(stream, check_digests="raise"))
    by_fastwarc = Counter(
        record.headers["WARC-Type"]
        for record in FastIterator(str(file))
        if record.headers["WARC-Type"] != "response" or record.verify_payload_digest()
    )

    assert by_warcio == by_fastwarc == {"warcinfo": BATCHES, "metadata": 3 * BATCHES, "response": 3 * BATCHES}


def test_merging_again_changes_nothing(archive: Path) -> None:
    merged(archive)
    age(archive)
    before = {file: file.read_bytes() for file in warc_files(archive)}

    assert merged(archive) == Merged()

    assert {file: file.read_bytes() for file in warc_files(archive)} == before


def test_an_index_from_before_stays_true(archive: Path) -> None:
    index = ArchiveIndex(archive)
    index.catch_up()
    merged(archive)

    index.catch_up()

    for batch in range(BATCHES):
        [found] = index.by_url(f"https://example.com/{batch}/2")
        assert page_at(archive, found.location).page.url == f"https://example.com/{batch}/2"


def test_no_file_grows_beyond_the_limit(archive: Path) -> None:
    before, sizes = batches_of(archive), [file.stat().st_size for file in warc_files(archive)]

    assert merged(archive, limit=max(sizes) * 2) == Merged(files=2, into=2)

    assert max(file.stat().st_size for file in warc_files(archive)) <= max(sizes) * 2
    assert batches_of(archive) == before


def test_today_and_what_was_just_written_are_left_alone_and_nothing_is_merged_across_it(archive: Path) -> None:
    files = warc_files(archive)
    os.utime(files[2], (AT.timestamp(), AT.timestamp()))
    before = batches_of(archive)

    assert merge_days(archive, AT.date(), AT.timestamp(), GIB) == Merged()
    assert merged(archive) == Merged(files=2, into=2)

    assert warc_files(archive) == [files[0], files[2], files[3]]
    assert batches_of(archive) == before


def test_the_tail_of_a_killed_writer_is_cut_so_that_what_follows_can_be_read(archive: Path) -> None:
    cut = warc_files(archive)[1]
    cut.write_bytes(cut.read_bytes()[:-100])
    age(archive)
    assert whole_bytes_of(cut) < cut.stat().st_size
    before = batches_of(archive)

    merged(archive)

    assert [len(batch) for batch in before] == [3, 2, 3, 3, 3]
    assert batches_of(archive) == before
    [file] = warc_files(archive)
    with file.open("rb") as stream:
        assert sum(record.rec_type == "response" for record in ArchiveIterator(stream)) == 14


@pytest.mark.parametrize("steps", range(1, 12))
def test_a_kill_at_any_step_leaves_no_page_twice_and_none_lost(
    archive: Path, monkeypatch: pytest.MonkeyPatch, steps: int
) -> None:
    before, left = batches_of(archive), [steps]

    def mortal(name: str) -> None:
        real = getattr(os, name)

        def step(*arguments: object, **named: object) -> object:
            left[0] -= 1
            if not left[0]:
                raise KeyboardInterrupt
            return real(*arguments, **named)

        monkeypatch.setattr(os, name, step)

    for name in ("fsync", "replace", "rename", "unlink"):
        mortal(name)
    try:
        merged(archive)
    except KeyboardInterrupt:
        pass
    finally:
        monkeypatch.undo()

    assert batches_of(archive) == before
    merged(archive)
    assert batches_of(archive) == before
    assert not [path for path in archive.rglob("*") if path.name.endswith((DRAFT, MANIFEST))]


def test_a_bomb_is_measured_in_little_memory(tmp_path: Path) -> None:
    with ArchiveWriter(tmp_path) as writer:
        writer.write(replace(PAGE, body=bytes(30 << 20)))
    [file] = warc_files(tmp_path)

    assert whole_bytes_of(file) == file.stat().st_size
