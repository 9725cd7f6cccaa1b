"""Saved files -> pages: addresses that are the same on every machine, one outcome a file, nothing outside the folder."""

from __future__ import annotations

import errno
import gzip
import os
import plistlib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.archive import ArchiveWriter
from extractors.errors import InputUnreadable
from extractors.records import Entry, Page, PageOutcome
from extractors.saved import count_saved, moment_of, read_saved
from extractors.saved.savedurl import saved_url
from tests.shared_data import shared

HTML = (
    b"<!doctype html><html><head><link href='https://example.com/rain?a=1&amp;b=2' rel=canonical></head><body>Rain</body></html>"
)
MHTML = b"""From: <Saved by Blink>
Snapshot-Content-Location: https://example.com/rain
MIME-Version: 1.0
Content-Type: multipart/related; type="text/html"; boundary="b"

--b
Content-Type: text/html
Content-Transfer-Encoding: quoted-printable

<html><p>Rain =C3=BCber Preston</p></html>
--b
Content-Type: image/png
Content-Transfer-Encoding: base64

AAAA
--b--
"""


def only(path: Path) -> Page:
    ((page, entry),) = read_saved(path)
    assert entry is None
    return page


def saved(folder: Path, name: str, content: bytes) -> Path:
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)
    return file


@pytest.mark.parametrize("name", ["a.html", "a.HTM", "a.html.gz", "no suffix"])
def test_a_page_bears_the_address_it_names(tmp_path: Path, name: str) -> None:
    page = only(saved(tmp_path, name, gzip.compress(HTML) if name.endswith("gz") else HTML))

    assert (page.url, page.body) == ("https://example.com/rain?a=1&b=2", HTML)
    assert (page.outcome, page.content_type) == (PageOutcome.FETCHED, "text/html")


def test_a_text_is_named_by_its_file_and_content_wherever_it_lies(tmp_path: Path) -> None:
    here, there = saved(tmp_path, "a/story one.txt", b"Rain"), saved(tmp_path, "b/story one.txt", b"Rain")

    assert only(here).url == only(there).url == "file:///story%20one.txt?sha256=a6d20aa6a4c73f0d"
    assert only(saved(tmp_path, "c/story one.txt", b"Sun")).url != only(here).url
    assert only(here).content_type == "text/plain"


@pytest.mark.parametrize(
    ("content", "charset"),
    [
        ("Ümläut".encode(), "utf-8"),
        ("Ümläut".encode("utf-8-sig"), "utf-8-sig"),
        ("Ümläut".encode("utf-16"), "utf-16"),
        (b"\xdcml", "cp1252"),
    ],
)
def test_the_charset_of_a_text_is_told(tmp_path: Path, content: bytes, charset: str) -> None:
    page = only(saved(tmp_path, "a.txt", content))

    assert page.charset == charset
    assert page.body.decode(charset).startswith("Üml")


@pytest.mark.parametrize(
    ("name", "content", "detail"),
    [
        ("a.pdf", b"%PDF-1.7", "application/pdf"),
        ("a.html", b"%PDF-1.7", "application/pdf"),
        ("a.html", b"\x89PNG\r\n", "image/png"),
        ("a.html", b"", "empty"),
        ("a.html", b"\x00\x00 \n", "empty"),
        ("a.jsonl", b"{}", "application/jsonl"),
        ("a.bin", b"\x01\x02", "unknown type"),
        ("a.webarchive", b"bplist00 broken", "empty"),
        ("a.mht", b"no mime at all", "empty"),
    ],
)
def test_what_is_no_page_says_so(tmp_path: Path, name: str, content: bytes, detail: str) -> None:
    page = only(saved(tmp_path, name, content))

    assert page.outcome == PageOutcome.NOT_HTML
    assert detail in (page.detail or "")
    assert page.body == b""


def test_mhtml_and_web_archives_give_their_main_page(tmp_path: Path) -> None:
    archive = {
        "WebMainResource": {
            "WebResourceData": HTML,
            "WebResourceURL": "https://example.com/b",
            "WebResourceMIMEType": "text/html",
        }
    }
    saved(tmp_path, "a.mhtml", MHTML)
    saved(tmp_path, "b.webarchive", plistlib.dumps(archive, fmt=plistlib.FMT_BINARY))

    pages = [page for page, _ in read_saved(tmp_path)]

    assert [page.url for page in pages] == ["https://example.com/rain", "https://example.com/b"]
    assert "Rain über Preston" in pages[0].body.decode()


def test_a_folder_is_read_in_order_and_every_file_has_an_outcome(tmp_path: Path) -> None:
    for name in (
        "b.html",
        "a/z.html",
        "a/y.txt",
        ".hidden.html",
        "Story.html",
        "Story_files/ad.html",
        "broken.html.gz",
        "bad.warc.gz",
    ):
        saved(tmp_path, name, b"\x1f\x8b\x08 broken" if name.endswith("gz") else HTML + name.encode())

    found = [(Path(page.item_id or "").name, page.outcome.value) for page, _ in read_saved(tmp_path)]

    assert (
        found
        == [
            ("Story.html", "fetched"),
            ("b.html", "fetched"),
            ("bad.warc.gz", "protocol_error"),
            ("broken.html.gz", "protocol_error"),
            ("y.txt", "fetched"),
            ("z.html", "fetched"),
        ]
        or sorted(found) == found
    )
    assert count_saved(tmp_path) == len(found) == 6


def test_links_out_of_the_folder_and_pipes_are_left_alone(tmp_path: Path) -> None:
    saved(tmp_path, "outside/secret.html", HTML)
    saved(tmp_path, "inside/a.html", HTML)
    (tmp_path / "inside/link.html").symlink_to(tmp_path / "outside/secret.html")
    (tmp_path / "inside/folder").symlink_to(tmp_path / "outside")
    (tmp_path / "inside/loop").symlink_to(tmp_path / "inside")
    os.mkfifo(tmp_path / "inside/pipe.html")
    (tmp_path / "inside/same.html").symlink_to("a.html")

    assert [Path(page.item_id or "").name for page, _ in read_saved(tmp_path / "inside")] == ["a.html", "same.html"]


def test_a_warc_gives_back_pages_with_their_entries(tmp_path: Path) -> None:
    at = datetime(2026, 11, 22, tzinfo=UTC)
    page = Page("https://example.com/a", PageOutcome.FETCHED, at, status=200, body=HTML, item_id="x")
    entry = Entry("https://example.com/feed", "k", page.url, page.url)
    with ArchiveWriter(tmp_path) as writer:
        writer.write(page, entry=entry)
        writer.write(page, kind="feed")

    assert list(read_saved(tmp_path)) == [(page, entry)]


def test_what_does_not_exist_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(InputUnreadable, match="does not exist"):
        list(read_saved(tmp_path / "nowhere"))


@pytest.mark.parametrize(
    ("head", "url"),
    [
        ("<meta property='og:url' content='https://example.com/a'>", "https://example.com/a"),
        (
            "<link rel='canonical' href='https://example.com/'><meta property=og:url content=https://example.com/a>",
            "https://example.com/a",
        ),
        ("<link rel='canonical' href='/a'>", None),
        ("<link rel='canonical' href='http://localhost:3000/a'>", None),
        ("<link rel='canonical' href='http://10.0.0.1/a'>", None),
        ("<link rel='canonical' href='https://cms.internal/a'>", None),
        ("<link rel='alternate canonical' href='https://example.com/b'>", "https://example.com/b"),
        (
            "<!-- saved from url=(0021)https://example.com/c --><link rel=canonical href='https://example.com/d'>",
            "https://example.com/c",
        ),
        ("<!-- <link rel=canonical href='https://example.com/x'> -->", None),
        ('<script>{"mainEntityOfPage":{"@type":"WebPage","@id":"https://example.com/e"}}</script>', "https://example.com/e"),
    ],
)
def test_only_a_sane_address_counts(head: str, url: str | None) -> None:
    assert saved_url(f"<html><head>{head}</head></html>".encode()) == url


@given(st.binary(max_size=200) | st.text(alphabet="<link rel=canonical href'\"https://ex.com/ >", max_size=120).map(str.encode))
def test_no_page_makes_looking_for_its_address_fail(page: bytes) -> None:
    url = saved_url(page)

    assert url is None or url.startswith("http")


def test_the_two_seed_articles_are_plain_texts_with_stable_names() -> None:
    pages = [page for page, _ in read_saved(shared("seeds"))]

    assert [page.content_type for page in pages] == ["text/plain", "text/plain"]
    assert len({page.url for page in pages}) == 2


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("cut.webarchive", b"<?xml version='1.0'?><plist><dict><key>a</key>"),
        ("zeros.webarchive", plistlib.dumps({"WebMainResource": {"WebResourceData": 10**10, "WebResourceURL": "x"}})),
        ("deep.mht", b"".join(b"Content-Type: multipart/related; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(3000))),
    ],
    ids=["XML cut short", "a number instead of a page", "three thousand parts in each other"],
)
def test_a_packed_page_that_is_none_has_an_outcome_and_ends_no_import(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    (tmp_path / "fine.html").write_bytes(HTML)

    outcomes = {page.item_id: page.outcome for page, _ in read_saved(tmp_path)}

    assert outcomes == {str(tmp_path / name): PageOutcome.NOT_HTML, str(tmp_path / "fine.html"): PageOutcome.FETCHED}


def test_a_name_whose_bytes_are_no_text_can_be_stored(tmp_path: Path) -> None:
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff\xfe.html")).write_bytes(HTML)

    [(page, _)] = read_saved(tmp_path)

    assert page.item_id == f"{tmp_path}/\\xff\\xfe.html"
    assert page.item_id.encode()


@pytest.mark.parametrize("seconds", [-99_999_999, 9_999_999_999, 253_402_300_800, 999_999_999_999, 2**62])
def test_a_file_of_no_possible_time_is_read_and_its_time_is_unknown(seconds: int) -> None:
    assert moment_of(seconds) == datetime(1970, 1, 1, tzinfo=UTC)


def test_a_file_that_vanishes_and_a_folder_that_is_closed_have_outcomes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "closed").mkdir()
    (tmp_path / "a.txt").write_text("It was here a moment ago, and then it was not.")
    listed = os.scandir

    def scandir(place: str) -> Any:
        if Path(place).name == "closed":  # as for another user's folder; tests may run as root
            raise PermissionError(errno.EACCES, "Permission denied", str(place))
        return listed(place)

    monkeypatch.setattr(os, "scandir", scandir)
    pages = []
    for page, _ in read_saved(tmp_path):
        pages.append(page)
    found = {Path(str(page.item_id)).name: page.outcome for page in pages}

    assert found == {"a.txt": PageOutcome.FETCHED, "closed": PageOutcome.PROTOCOL_ERROR}


def test_a_file_gone_between_listing_and_reading_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gone = tmp_path / "gone.txt"
    monkeypatch.setattr("extractors.saved._files_below", lambda _folder: iter([gone]))

    ((page, _),) = read_saved(tmp_path)

    assert (page.outcome, page.detail) == (PageOutcome.PROTOCOL_ERROR, "No such file or directory")
