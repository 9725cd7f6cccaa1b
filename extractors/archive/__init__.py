"""Pages -> WARC 1.1 files under `archive/YYYY/MM/DD`, and back: every body is kept, so that everything can be derived again.

Each page becomes three records in one gzip member each: metadata (the page's own fields, and the entry it was fetched for),
request, response. A writer owns its file alone (its name is unique and created exclusively), so any number of processes archive
at once; nothing is ever appended to a file of another run, and a process that dies leaves at worst a cut tail, which is skipped.
"""

from __future__ import annotations

import errno
import io
import os
import secrets
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from http import HTTPStatus
from pathlib import Path
from threading import Lock
from types import TracebackType
from typing import Final, Self
from urllib.parse import urlsplit
from uuid import uuid4

from fastwarc.stream_io import GzipWriter
from fastwarc.warc import WarcRecord, WarcRecordType

from extractors.archive.merging import warc_files
from extractors.archive.recordjson import json_of
from extractors.archive.warc import Archived, read_archived
from extractors.errors import InputUnreadable, TransientError
from extractors.hashes import payload_digest_of as digest_of
from extractors.records import Entry, Page
from extractors.urls import without_userinfo

__all__ = [
    "ArchiveUnwritable",
    "ArchiveWriter",
    "Archived",
    "Location",
    "digest_of",
    "page_at",
    "read_archive",
    "read_pages",
    "warc_files",
]

MAX_FILE_BYTES: Final = 1 << 30
"""1 GB a file, the size of CC-NEWS: large enough to be few, small enough to be copied and replayed in parallel."""

COMPRESSION_LEVEL: Final = 6
"""Level 9 saves 1 % more space on news pages for 1.7 times the CPU time (docs/bench/feeds.md)."""

REVISIT_PROFILES: Final = "http://netpreserve.org/warc/1.1/revisit"
"""ISO 28500:2017, 6.7: what a revisit record means."""

BODY_FIELD: Final = frozenset({"body"})

_DECODED: Final = frozenset({"content-encoding", "transfer-encoding", "content-length"})
"""Headers that no longer fit the decoded body; kept under another name, as Common Crawl does."""


class ArchiveUnwritable(TransientError):
    """The archive cannot be written (disk full, read-only); the file ends after the last whole page."""


@dataclass(frozen=True, slots=True)
class Location:
    """Where a page stands: enough to read it alone."""

    path: str  # of the WARC file, relative to the archive's root
    offset: int  # in bytes, of the first record of its group


class ArchiveWriter:
    """Writes pages of one process; safe in threads, and beside other writers of the same archive."""

    def __init__(self, root: Path, *, day: date | None = None, max_file_bytes: int = MAX_FILE_BYTES) -> None:
        """Prepare to write; a file comes into being with its first page.

        Args:
            root: The archive's folder.
            day: File everything under this day; None: under the day each page was fetched. An import of old pages passes today.
            max_file_bytes: A file that has grown to this is closed and the next one begun.

        """
        self._root, self._day, self._max_file_bytes = root, day, max_file_bytes
        self._lock = Lock()
        self._file: io.FileIO | None = None
        self._path, self._opened_for, self._size = Path(), date.min, 0

    def write(self, page: Page, *, kind: str = "page", entry: Entry | None = None) -> Location:
        """Archive one page.

        Args:
            page: With a response of any status.
            kind: What was asked for: "page", "feed" or "robots".
            entry: The entry that led to it, kept beside it so that a rebuild knows what the feed said.

        Returns:
            Where it stands. It is durable after the next `sync` or `close`.

        Raises:
            ArchiveUnwritable: The disk is full or read-only. The archive stays whole; the page may be written again later.

        """
        return self._write(page, _group_of(page, kind, entry))

    def write_revisit(self, page: Page) -> Location:
        """Note that a page was looked at again and had not changed: a revisit record, without its body.

        Args:
            page: With outcome UNCHANGED.

        Raises:
            ArchiveUnwritable: As of `write`.

        """
        return self._write(page, _revisit_of(page))

    def _write(self, page: Page, group: bytes) -> Location:
        with self._lock:
            try:
                file = self._file_for(self._day or page.fetched_at.astimezone(UTC).date())
                return self._append(file, group)
            except OSError as error:
                raise ArchiveUnwritable(page.url, _why(error)) from error

    def sync(self) -> None:
        """Make everything written so far survive a power cut."""
        with self._lock:
            if self._file is not None:
                try:
                    os.fsync(self._file.fileno())
                except OSError as error:
                    raise ArchiveUnwritable(str(self._path), _why(error)) from error

    def close(self) -> None:
        """Sync and close; a later `write` begins another file."""
        self.sync()
        with self._lock:
            self._close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def _file_for(self, day: date) -> io.FileIO:
        if self._file is not None and (day != self._opened_for or self._size >= self._max_file_bytes):
            os.fsync(self._file.fileno())
            self._close()
        if self._file is None:
            folder = self._root / f"{day:%Y/%m/%d}"
            folder.mkdir(parents=True, exist_ok=True)
            name = f"newsloom-{datetime.now(UTC):%Y%m%dT%H%M%S.%fZ}-{os.getpid()}-{secrets.token_hex(4)}.warc.gz"
            self._path = folder / name
            self._file = io.FileIO(self._path, "xb")
            self._opened_for, self._size = day, 0
            _sync_folder(folder)
            self._append(self._file, _info(name))
        return self._file

    def _append(self, file: io.FileIO, group: bytes) -> Location:
        """Write one group whole or not at all: a half-written one is cut off again."""
        start = self._size
        try:
            written = 0
            while written < len(group):
                written += file.write(memoryview(group)[written:])
        except OSError:
            file.truncate(start)
            file.seek(start)
            raise
        self._size = start + len(group)
        return Location(self._path.relative_to(self._root).as_posix(), start)

    def _close(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None


def read_pages(
    path: Path,
    *,
    kinds: Iterable[str] = ("page",),
    wanted: Callable[[str], bool] | None = None,
    on_fault: Callable[[str], None] | None = None,
) -> Iterator[Page]:
    """Read the pages of a WARC file, or of all WARC files in a folder, in the order of their names.

    Args:
        path: A file or a folder.
        kinds: Which kinds of request; other people's archives hold only pages.
        wanted: Tells by its URL whether a page is; what is not costs only its header.
        on_fault: Told one line for each damaged place or file that was skipped.

    Raises:
        InputUnreadable: `path` itself cannot be read. A bad file in a folder is a fault.

    """
    for archived in read_archive(path, kinds=kinds, wanted=wanted, on_fault=on_fault):
        yield archived.page


def read_archive(
    path: Path,
    *,
    kinds: Iterable[str] = ("page",),
    wanted: Callable[[str], bool] | None = None,
    on_fault: Callable[[str], None] | None = None,
) -> Iterator[Archived]:
    """Read like `read_pages`, with what the archive knows of each page: its kind, its entry, its place."""
    asked = frozenset(kinds)
    if not path.is_dir():
        yield from (archived for archived in read_archived(path, wanted=wanted, on_fault=on_fault) if archived.kind in asked)
        return
    for file in warc_files(path):
        try:
            yield from (archived for archived in read_archived(file, wanted=wanted, on_fault=on_fault) if archived.kind in asked)
        except InputUnreadable as error:
            if on_fault is not None:
                on_fault(str(error))


def page_at(root: Path, location: Location) -> Archived:
    """Read one page by its place.

    Raises:
        InputUnreadable: The file is gone, or there is no page at this place.

    """
    path = root / location.path
    found = next(read_archived(path, start=location.offset), None)
    if found is None or found.offset != location.offset:
        raise InputUnreadable(str(path), f"no page at byte {location.offset}")
    return found


def _why(error: OSError) -> str:
    remedies = {
        errno.ENOSPC: "; free some and run again, nothing is lost",
        errno.EDQUOT: "; free some and run again, nothing is lost",
        errno.EACCES: "; give the folder to the user who runs this, and run again, nothing is lost",
    }
    where = f" at {error.filename}" if error.filename else ""
    return f"archive{where}: {error.strerror or error}{remedies.get(error.errno or 0, '')}"


def _group_of(page: Page, kind: str, entry: Entry | None) -> bytes:
    """Write the records of one page. Metadata stands before the response, so that reading needs no look-ahead."""
    response_id = f"urn:uuid:{uuid4()}"
    page = replace(page, url=without_userinfo(page.url), item_id=without_userinfo(page.item_id) if page.item_id else page.item_id)
    told = (
        f"newsloom-kind: {kind}\r\nnewsloom-page: {json_of(page, leave_out=BODY_FIELD)}\r\nfetchTimeMs: {page.milliseconds}\r\n"
    )
    if entry is not None:
        told += f"newsloom-entry: {json_of(entry)}\r\n"
    out = io.BytesIO()
    _write(out, page, WarcRecordType.metadata, told.encode("ascii"), beside=response_id)
    if page.request_headers:
        _write(out, page, WarcRecordType.request, _request_of(page), beside=response_id)
    _write(out, page, WarcRecordType.response, _response_of(page), record_id=response_id)
    return out.getvalue()


def _revisit_of(page: Page) -> bytes:
    """Write what came instead of a body: a 304 (server-not-modified), or the same body again (identical-payload-digest)."""
    out = io.BytesIO()
    revisit_id = f"urn:uuid:{uuid4()}"
    if page.request_headers:
        _write(out, page, WarcRecordType.request, _request_of(page), beside=revisit_id)
    _write(out, page, WarcRecordType.revisit, _response_head_of(page), record_id=revisit_id)
    return out.getvalue()


def _write(
    out: io.BytesIO, page: Page, kind: WarcRecordType, content: bytes, *, beside: str | None = None, record_id: str | None = None
) -> None:
    record = WarcRecord()
    record.init_headers(kind, record_urn=(record_id or f"urn:uuid:{uuid4()}").removeprefix("urn:").encode())
    headers = record.headers
    headers["WARC-Date"] = page.fetched_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    headers["WARC-Target-URI"] = _header_value(page.final_url or page.url)
    if beside:
        headers["WARC-Concurrent-To"] = f"<{beside}>"
    if kind == WarcRecordType.metadata:
        headers["Content-Type"] = "application/warc-fields"
    else:
        headers["Content-Type"] = f"application/http; msgtype={'request' if kind == WarcRecordType.request else 'response'}"
    if kind == WarcRecordType.response:
        headers["WARC-Payload-Digest"] = digest_of(page.body)
    if kind == WarcRecordType.revisit:
        is_same = page.payload_digest is not None and page.status != HTTPStatus.NOT_MODIFIED
        headers["WARC-Profile"] = f"{REVISIT_PROFILES}/{'identical-payload-digest' if is_same else 'server-not-modified'}"
        headers["WARC-Refers-To-Target-URI"] = _header_value(page.final_url or page.url)
        if page.payload_digest is not None:
            headers["WARC-Payload-Digest"] = page.payload_digest
    record.set_bytes_content(content)
    _compress(record, out)


def _compress(record: WarcRecord, out: io.BytesIO) -> None:
    packed = GzipWriter(out, compression_level=COMPRESSION_LEVEL)
    record.write(packed, checksum_data=True)
    packed.finish()


def _request_of(page: Page) -> bytes:
    parts = urlsplit(page.final_url or page.url)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return _http(f"GET {_header_value(target)} HTTP/1.1", page.request_headers)


def _response_head_of(page: Page) -> bytes:
    """Write the header of an answer as it came; its body is not here."""
    return _http(_status_line_of(page), page.headers)


def _response_of(page: Page) -> bytes:
    headers = [(f"x-crawler-{name}" if name.lower() in _DECODED else name, value) for name, value in page.headers]
    return _http(_status_line_of(page), (*headers, ("content-length", str(len(page.body))))) + page.body


def _status_line_of(page: Page) -> str:
    status = page.status or 200
    return f"HTTP/1.1 {status} {HTTPStatus(status).phrase if status in HTTPStatus._value2member_map_ else 'Unknown'}"


def _http(first: str, headers: Iterable[tuple[str, str]]) -> bytes:
    lines = [first, *(f"{_header_value(name)}: {_header_value(value)}" for name, value in headers), "", ""]
    return "\r\n".join(lines).encode("utf-8", "replace")


def _header_value(text: str) -> str:
    return " ".join(text.split())


def _info(name: str) -> bytes:
    record = WarcRecord()
    record.init_headers(WarcRecordType.warcinfo)
    record.headers["WARC-Filename"] = name
    record.headers["Content-Type"] = "application/warc-fields"
    record.set_bytes_content(b"software: newsloom\r\nformat: WARC File Format 1.1\r\n")
    out = io.BytesIO()
    _compress(record, out)
    return out.getvalue()


def _sync_folder(folder: Path) -> None:
    """A new name is durable only once its folder is."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
