"""Pages -> WARC -> pages: nothing is lost or changed, whoever writes beside us and however the file is damaged."""

from __future__ import annotations

import contextlib
import errno
import gzip
import io
import os
import subprocess
import sys
import threading
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from fastwarc.warc import ArchiveIterator as FastIterator
from fastwarc.warc import WarcRecordType
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator

from extractors.archive import ArchiveUnwritable, ArchiveWriter, Location, page_at, read_archive, read_pages, warc_files
from extractors.errors import InputUnreadable
from extractors.hashes import payload_digest_of
from extractors.records import Entry, Page, PageOutcome

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

AT = datetime(2026, 11, 22, 8, 30, tzinfo=UTC)
PAGE = Page(
    url="https://example.com/rain",
    outcome=PageOutcome.FETCHED,
    fetched_at=AT,
    final_url="https://example.com/rain/",
    status=200,
    headers=(
        ("content-type", "text/html; charset=utf-8"),
        ("content-encoding", "gzip"),
        ("set-cookie", "a"),
        ("set-cookie", "b"),
    ),
    body="<p>Rain over Prëston</p>\r\n\r\n".encode(),
    content_type="text/html",
    charset="utf-8",
    milliseconds=12,
    permanent_url="https://example.com/rain/",
    item_id="7",
    request_headers=(("host", "example.com"), ("user-agent", "newsloom")),
    http_version="HTTP/2",
)
ENTRY = Entry(
    feed_url="https://example.com/feed",
    entry_key="https://example.com/rain",
    url=PAGE.url,
    canonical_url=PAGE.url,
    authors=("Ada", "Ben"),
    published_at=AT,
)

CHILD = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from extractors.archive import ArchiveWriter
from extractors.records import Page, PageOutcome
with ArchiveWriter(Path(sys.argv[1])) as writer:
    for number in range(50):
        writer.write(Page("https://example.com/child", PageOutcome.FETCHED, datetime(2026, 11, 22, tzinfo=UTC), status=200))
"""

texts = st.text(max_size=20)
pages = st.builds(
    Page,
    url=st.just("https://example.com/") | texts.map("https://example.com/{}".format),
    outcome=st.sampled_from(PageOutcome),
    fetched_at=st.datetimes(min_value=datetime(1990, 1, 1), max_value=datetime(2100, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    final_url=st.none() | texts,
    status=st.none() | st.sampled_from([200, 203, 404, 500, 799]),
    headers=st.lists(st.tuples(texts, texts), max_size=3).map(tuple),
    body=st.binary(max_size=200),
    charset=st.none() | texts,
    retry_after_at=st.none() | st.just(AT),
    request_headers=st.lists(st.tuples(texts, texts), max_size=2).map(tuple),
)


def archived(root: Path, *wanted: Page) -> list[Location]:
    with ArchiveWriter(root) as writer:
        return [writer.write(page) for page in wanted]


@given(st.lists(pages, min_size=1, max_size=4))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_field_of_every_page_comes_back(tmp_path_factory: pytest.TempPathFactory, some: list[Page]) -> None:
    root = tmp_path_factory.mktemp("archive")

    places = archived(root, *some)

    assert [page_at(root, place).page for place in places] == some
    assert sorted(read_pages(root), key=repr) == sorted(some, key=repr)


def test_the_entry_and_the_kind_are_kept_beside_the_page(tmp_path: Path) -> None:
    with ArchiveWriter(tmp_path) as writer:
        writer.write(PAGE, entry=ENTRY)
        writer.write(PAGE, kind="feed")

    found = list(read_archive(tmp_path, kinds=("page", "feed")))

    assert [(one.kind, one.entry) for one in found] == [("page", ENTRY), ("feed", None)]
    assert list(read_pages(tmp_path)) == [PAGE]


def test_another_reader_finds_valid_digests_and_all_three_records(tmp_path: Path) -> None:
    archived(tmp_path, PAGE)

    with warc_files(tmp_path)[0].open("rb") as file:
        records = [(record.rec_type, record.content_stream().read()) for record in ArchiveIterator(file, check_digests="raise")]

    assert [kind for kind, _ in records] == ["warcinfo", "metadata", "request", "response"]
    assert records[3][1] == PAGE.body


def test_an_unchanged_page_is_a_revisit_record_that_two_other_readers_understand(tmp_path: Path) -> None:
    digest = payload_digest_of(PAGE.body)
    same = replace(PAGE, outcome=PageOutcome.UNCHANGED, body=b"", payload_digest=digest)
    not_modified = replace(PAGE, outcome=PageOutcome.UNCHANGED, status=304, body=b"", headers=(("etag", '"a"'),))
    with ArchiveWriter(tmp_path) as writer:
        writer.write(PAGE)
        writer.write_revisit(same)
        writer.write_revisit(not_modified)
    [file] = warc_files(tmp_path)

    with file.open("rb") as stream:
        by_warcio = [
            (record.rec_headers["WARC-Profile"].rpartition("/")[2], record.http_headers.get_statuscode())
            for record in ArchiveIterator(stream, check_digests="raise")
            if record.rec_type == "revisit"
        ]
    by_fastwarc = [
        (record.headers["WARC-Refers-To-Target-URI"], record.headers.get("WARC-Payload-Digest"))
        for record in FastIterator(str(file), record_types=WarcRecordType.revisit)
    ]

    assert by_warcio == [("identical-payload-digest", "200"), ("server-not-modified", "304")]
    assert by_fastwarc == [(PAGE.final_url, digest), (PAGE.final_url, None)]
    assert [page.body for page in read_pages(tmp_path)] == [PAGE.body]


def test_files_lie_under_their_day_and_rotate_by_size(tmp_path: Path) -> None:
    with ArchiveWriter(tmp_path, max_file_bytes=1500) as writer:
        for minute in range(4):
            writer.write(replace(PAGE, fetched_at=AT.replace(minute=minute)))
        writer.write(replace(PAGE, fetched_at=AT.replace(day=23)))

    days = [file.parent.relative_to(tmp_path).as_posix() for file in warc_files(tmp_path)]
    assert days.count("2026/11/22") >= 2
    assert days[-1] == "2026/11/23"
    assert len(list(read_pages(tmp_path))) == 5


def test_an_import_of_old_pages_is_filed_under_the_day_of_the_import(tmp_path: Path) -> None:
    with ArchiveWriter(tmp_path, day=date(2026, 11, 22)) as writer:
        writer.write(replace(PAGE, fetched_at=AT.replace(year=2009)))
        writer.write(replace(PAGE, fetched_at=AT.replace(year=2010)))

    assert [file.parent.relative_to(tmp_path).as_posix() for file in warc_files(tmp_path)] == ["2026/11/22"]


def test_a_file_cut_anywhere_gives_whole_pages_only(tmp_path: Path) -> None:
    archived(tmp_path, PAGE, replace(PAGE, url="https://example.com/second", final_url="https://example.com/second"))
    [file] = warc_files(tmp_path)
    whole = file.read_bytes()

    for length in range(200, len(whole), 7):
        file.write_bytes(whole[:length])
        found = list(read_pages(tmp_path))
        assert [page.body for page in found] == [PAGE.body] * len(found), f"cut after {length} bytes"


def test_a_cut_tail_costs_only_the_last_page(tmp_path: Path) -> None:
    places = archived(tmp_path, *(replace(PAGE, item_id=str(number), body=bytes(range(256)) * 40) for number in range(5)))
    file = warc_files(tmp_path)[0]
    whole = file.read_bytes()

    for cut in (1, 40, len(whole) - places[4].offset - 1):
        file.write_bytes(whole[:-cut])
        kept = list(read_pages(tmp_path))
        assert [page.item_id for page in kept][:4] == ["0", "1", "2", "3"]
        assert all(page.body == bytes(range(256)) * 40 for page in kept)


@given(st.integers(0, 10_000), st.binary(min_size=1, max_size=300))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_damage_costs_at_most_the_pages_it_touches(whole_archive: tuple[Path, Path], position: int, noise: bytes) -> None:
    root, whole = whole_archive[0], whole_archive[1].read_bytes()
    place = position % len(whole)

    (root / "a.warc.gz").write_bytes(whole[:place] + noise + whole[place + len(noise) :])

    try:
        kept = list(read_pages(root / "a.warc.gz"))
    except InputUnreadable:
        kept = []
    assert len(kept) >= 6 or len(noise) > 100 or place < 300
    assert {page.item_id for page in kept} <= {None, *map(str, range(8))}  # None: the metadata is lost, the response is not
    assert {page.body for page in kept} <= {bytes(range(256)) * 10}


@pytest.fixture(scope="module")
def whole_archive(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    root = tmp_path_factory.mktemp("whole")
    archived(root, *(replace(PAGE, item_id=str(number), body=bytes(range(256)) * 10) for number in range(8)))
    return tmp_path_factory.mktemp("damaged"), warc_files(root)[0]


@given(
    st.binary(max_size=300),
    st.sampled_from([b"", b"WARC/1.0\r\n", b"WARC/1.1\r\nWARC-Type: response\r\nContent-Length: ", b"\x1f\x8b\x08\x00"]),
)
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_bytes_make_reading_fail_otherwise_than_it_says(
    tmp_path_factory: pytest.TempPathFactory, noise: bytes, start: bytes
) -> None:
    file = tmp_path_factory.getbasetemp() / "noise.warc"
    file.write_bytes(start + noise)

    with contextlib.suppress(InputUnreadable):
        list(read_pages(file))


def test_two_processes_and_many_threads_write_at_once(tmp_path: Path) -> None:
    child = subprocess.Popen([sys.executable, "-c", CHILD, str(tmp_path)], cwd=Path(__file__).parents[2])
    with ArchiveWriter(tmp_path) as writer:
        threads = [threading.Thread(target=lambda: [writer.write(PAGE) for _ in range(25)]) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    assert child.wait() == 0
    assert len(list(read_pages(tmp_path))) == 150


def test_a_full_disk_leaves_whole_pages_only(tmp_path: Path) -> None:
    writer = ArchiveWriter(tmp_path)
    writer.write(PAGE)
    assert writer._file is not None
    full = FullDisk(writer._file.fileno(), "r+b", closefd=False)
    full.seek(0, 2)
    real, writer._file = writer._file, full

    with pytest.raises(ArchiveUnwritable, match="No space left"):
        writer.write(PAGE)

    assert list(read_pages(tmp_path)) == [PAGE]
    full.close()
    real.close()


def test_a_read_only_place_is_a_transient_error(tmp_path: Path) -> None:
    (tmp_path / "2026").write_text("a file where a folder should be")

    with pytest.raises(ArchiveUnwritable, match=str(tmp_path)), ArchiveWriter(tmp_path) as writer:
        writer.write(PAGE)


def test_a_file_of_other_origin_with_codings_still_on_is_decoded(tmp_path: Path) -> None:
    packed = gzip.compress(b"<p>Rain</p>")
    chunked = b"%x\r\n%s\r\n0\r\n\r\n" % (len(packed), packed)
    (tmp_path / "cc.warc").write_bytes(
        b"".join(
            foreign(url, head + body)
            for url, head, body in [
                (
                    "https://example.com/a",
                    b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n",
                    chunked,
                ),
                ("https://example.com/b", b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n", b"<p>already plain</p>"),
                ("https://example.com/c", b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n", packed[:-9]),
                ("https://example.com/d", b"HTTP/1.1 302 Found\r\nLocation: /e\r\n\r\n", b""),
                ("https://example.com/robots.txt", b"HTTP/1.1 200 OK\r\n\r\n", b"User-agent: *"),
                ("https://example.com/f", b"HTTP/1.1 404 Not Found\r\nContent-Type: text/html; charset=koi8-r\r\n\r\n", b"gone"),
                ("https://example.com/g", b"no http at all", b""),
                ("https://example.com/h", b"HTTP/1.1 304 Not Modified\r\n\r\n", b""),
                ("https://example.com/i", b"HTTP/1.1 101 Switching Protocols\r\n\r\n", b""),
            ]
        )
    )

    found = {page.url[-1]: page for page in read_pages(tmp_path)}

    assert (found["a"].body, found["a"].outcome, found["a"].fetched_at) == (b"<p>Rain</p>", PageOutcome.FETCHED, AT)
    assert found["b"].body == b"<p>already plain</p>"
    assert found["c"].outcome in {PageOutcome.PROTOCOL_ERROR, PageOutcome.FETCHED}
    assert (found["f"].outcome, found["f"].content_type, found["f"].charset) == (PageOutcome.NOT_FOUND, "text/html", "koi8-r")
    assert found["g"].outcome == PageOutcome.PROTOCOL_ERROR
    assert (found["d"].outcome, found["d"].detail) == (PageOutcome.REDIRECTED, "status 302 to /e")
    assert (found["t"].outcome, found["t"].detail, found["t"].body) == (PageOutcome.NOT_HTML, "robots.txt", b"")
    assert (found["h"].outcome, found["i"].outcome) == (PageOutcome.UNCHANGED, PageOutcome.PROTOCOL_ERROR)
    assert sorted(found) == ["a", "b", "c", "d", "f", "g", "h", "i", "t"]


def test_pages_are_chosen_by_url_before_their_bodies_are_read(tmp_path: Path) -> None:
    archived(tmp_path, PAGE, replace(PAGE, url="https://other.example/x", final_url="https://other.example/x"))

    assert [page.url for page in read_pages(tmp_path, wanted=lambda url: "other" in url)] == ["https://other.example/x"]


@pytest.mark.parametrize("content", [b"", b"no warc", b"\x1f\x8b\x08 broken"])
def test_what_is_no_warc_is_one_clear_error(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x.warc.gz").write_bytes(content)

    with pytest.raises(InputUnreadable, match="no WARC record"):
        list(read_pages(tmp_path / "x.warc.gz"))
    faults: list[str] = []
    assert list(read_pages(tmp_path, on_fault=faults.append)) == []
    assert len(faults) >= 1


HTML = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"


def test_what_crawlers_do_to_their_files_costs_no_page(tmp_path: Path) -> None:
    """All were seen in files of Common Crawl, wget, Heritrix or browsertrix; a gzip member a record, or several together."""
    cut = HTML + b"\r\n<p>Rain over"
    records = [
        foreign("https://example.com/chunked", HTML + b"Transfer-Encoding: chunked\r\n\r\nb\r\n<p>Rain</p>\r\n0\r\n\r\n"),
        foreign("https://example.com/unchunked", HTML + b"Transfer-Encoding: chunked\r\n\r\n<p>Rain</p>"),
        foreign(
            "https://example.com/renamed", HTML + b"X-Crawler-Content-Encoding: gzip\r\nContent-Length: 11\r\n\r\n<p>Rain</p>"
        ),
        foreign("https://example.com/wronglength", HTML + b"Content-Length: 99999\r\n\r\n<p>Rain</p>"),
        foreign("https://example.com/cut", cut, b"WARC-Truncated: length\r\n"),
        foreign("<https://example.com/brackets>", HTML + b"\r\n<p>Rain</p>"),
        foreign("https://example.com/nl", HTML.replace(b"\r\n", b"\n") + b"\n<p>Rain</p>"),
        foreign("https://example.com/photo", b"HTTP/1.1 200 OK\r\nContent-Type: image/jpeg\r\n\r\n\xff\xd8" + b"x" * 999),
        foreign("https://example.com/refused", b"HTTP/1.1 403 Forbidden\r\nContent-Type: text/html\r\n\r\nno"),
        foreign("dns:example.com", b"20261122083000\nexample.com. 300 IN A 192.0.2.7"),
    ]
    (tmp_path / "one-member-each.warc.gz").write_bytes(b"".join(map(gzip.compress, records)))
    (tmp_path / "all-in-one-member.warc.gz").write_bytes(gzip.compress(b"".join(records)))
    (tmp_path / "in-two.warc.gz").write_bytes(gzip.compress(b"".join(records[:5])) + gzip.compress(b"".join(records[5:])))

    for file in warc_files(tmp_path):
        faults: list[str] = []
        found = {page.url.rpartition("/")[2]: page for page in read_pages(file, on_fault=faults.append)}
        rain = {name for name, page in found.items() if page.body == b"<p>Rain</p>"}

        assert rain == {"chunked", "unchunked", "renamed", "wronglength", "brackets", "nl"}, file.name
        assert (found["cut"].body, found["cut"].detail) == (b"<p>Rain over", "cut short by its crawler (length)")
        assert (found["photo"].outcome, found["photo"].body) == (PageOutcome.NOT_HTML, b"")
        assert (found["refused"].outcome, found["refused"].body) == (PageOutcome.FORBIDDEN, b"")
        assert len(found) == 9
        assert faults == []


def foreign(url: str, block: bytes, more: bytes = b"") -> bytes:
    head = f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: {url}\r\nWARC-Date: 2026-11-22T08:30:00Z\r\n"
    return (
        head.encode()
        + more
        + b"Content-Type: application/http; msgtype=response\r\nContent-Length: %d\r\n\r\n" % len(block)
        + block
        + b"\r\n\r\n"
    )


class FullDisk(io.FileIO):
    """A file on a disk with room for ten more bytes."""

    room = 10

    def write(self, data: ReadableBuffer) -> int:
        if self.room == 0:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        self.room = 0
        return super().write(bytes(data)[:10])


@pytest.mark.parametrize("date", ["2999-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z", "1899-12-31T00:00:00Z"])
def test_a_foreign_record_of_no_possible_time_is_read_and_its_time_is_unknown(tmp_path: Path, date: str) -> None:
    body = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<p>Yes</p>"
    path = tmp_path / "odd.warc"
    path.write_bytes(foreign("https://vorn.example/a", body).replace(b"2026-11-22T08:30:00Z", date.encode()))

    (page,) = read_pages(path)

    assert page.fetched_at == datetime(1970, 1, 1, tzinfo=UTC)
