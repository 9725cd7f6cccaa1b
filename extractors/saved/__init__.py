"""Files somebody saved (HTML, plain text, MHTML, Safari's web archives, WARC; packed or not; folders of them) -> pages.

Reading order is the sorted order of names, and the address of a page comes from its content, so that ids are the same on every
machine. Links that lead out of the given folder are not followed, and what is no regular file is not opened.
"""

from __future__ import annotations

import email
import email.policy
import gzip
import hashlib
import os
import plistlib
import time
import zlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Final
from urllib.parse import quote
from xml.parsers.expat import ExpatError

from extractors.archive.warc import read_archived
from extractors.errors import InputUnreadable
from extractors.records import Entry, Page, PageOutcome
from extractors.saved.savedurl import saved_url
from extractors.urls import is_web_url

MAX_SAVED_BYTES: Final = 64 * 1024 * 1024
"""Above any page: fetching stops at 10 MiB, and MHTML carries the pictures too."""

MAX_AHEAD_SECONDS: Final = 86_400.0
"""A file of a later day was dated by a wrong clock, or by nobody: taken at its word, it would age all that is known by years."""

MAX_FAULTS_TOLD: Final = 20
"""Damaged places of one WARC file that get a row each."""

WARC_NAMES: Final = (".warc", ".warc.gz", ".warc.zst")

MEDIA_TYPES: Final = {
    ".html": "text/html", ".htm": "text/html", ".shtml": "text/html", ".xhtml": "application/xhtml+xml",
    ".xht": "application/xhtml+xml", ".txt": "text/plain", ".text": "text/plain", ".mht": "multipart/related",
    ".mhtml": "multipart/related", ".webarchive": "application/x-webarchive", ".pdf": "application/pdf",
    ".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".gif": "image/gif", ".webp": "image/webp",
    ".svg": "image/svg+xml", ".css": "text/css", ".js": "text/javascript", ".json": "application/json",
    ".jsonl": "application/jsonl", ".xml": "application/xml", ".zip": "application/zip",
}  # fmt: skip

SIGNATURES: Final = (
    (b"%PDF-", "application/pdf"), (b"\x89PNG", "image/png"), (b"\xff\xd8\xff", "image/jpeg"), (b"GIF8", "image/gif"),
    (b"PK\x03\x04", "application/zip"), (b"bplist00", "application/x-webarchive"),
)  # fmt: skip
"""What a file is, whatever its name says."""

MALFORMED: Final = (
    ArithmeticError, AssertionError, AttributeError, ExpatError, LookupError, MemoryError, RecursionError, TypeError, ValueError,
)  # fmt: skip
"""What the readers of packed pages raise over bytes that are none: they were written for files of friends."""

READABLE: Final = frozenset({"text/html", "application/xhtml+xml", "text/plain"})


def read_saved(path: Path) -> Iterator[tuple[Page, Entry | None]]:
    """Read a saved file, or every file below a folder, in sorted order.

    Args:
        path: File or folder. Hidden files, and the folders of pictures that browsers save beside a page, are left out.

    Yields:
        One page a file (many a WARC), with the entry it was fetched for where our own archive knows it. The page's `url` is the
        one the page itself names (a browser's note, canonical, og:url), else `file:///<name>?sha256=<16 digits>`; `item_id` is
        the path; `fetched_at` the file's time. What is no page has outcome NOT_HTML, and what cannot be read PROTOCOL_ERROR,
        with the reason in `detail`: every file has an outcome.

    Raises:
        InputUnreadable: `path` itself does not exist or cannot be opened.

    """
    if path.is_dir():
        for file in _files_below(path):
            try:
                yield from _read_file(file)
            except InputUnreadable as error:
                yield _failed(file, error.reason), None
    elif path.is_file():
        yield from _read_file(path)
    else:
        raise InputUnreadable(str(path), "is no file and no folder" if path.exists() else "does not exist")


def count_saved(path: Path) -> int:
    """Count the files that `read_saved` will open, for a progress bar."""
    return sum(1 for _ in _files_below(path)) if path.is_dir() else 1


def _files_below(folder: Path) -> Iterator[Path]:
    """Yield regular files in sorted order; a link counts only where it stays inside the folder."""
    root = folder.resolve()
    closed: list[Path] = []
    for place, folders, names in os.walk(folder, followlinks=False, onerror=lambda error: closed.append(Path(error.filename))):
        yield from closed  # another user's: it has an outcome like a file that cannot be opened
        closed.clear()
        beside = {Path(name).stem for name in names if Path(name).suffix.lower() in {".html", ".htm"}}
        folders[:] = sorted(name for name in folders if not name.startswith(".") and not _is_assets(name, beside))
        for name in sorted(names):
            file = Path(place, name)
            if name.startswith(".") or not file.is_file():
                continue
            if file.is_symlink() and not file.resolve().is_relative_to(root):
                continue
            yield file
    yield from closed


def _is_assets(folder: str, pages: set[str]) -> bool:
    """Tell the folder that a browser saves beside `Story.html`: `Story_files`, `Story-Dateien`, ..."""
    return any(folder.startswith((f"{page}_", f"{page}-", f"{page}.")) and folder[len(page) + 1 :].isalpha() for page in pages)


def _read_file(file: Path) -> Iterator[tuple[Page, Entry | None]]:
    if file.name.lower().endswith(WARC_NAMES):
        yield from _read_warc(file)
        return
    try:
        body, saved_at = _bytes_of(file)
    except OSError as error:
        raise InputUnreadable(str(file), error.strerror or str(error)) from error
    except (EOFError, zlib.error) as error:
        raise InputUnreadable(str(file), f"broken gzip: {error}") from error
    yield _page_of(file, body, saved_at), None


def _read_warc(file: Path) -> Iterator[tuple[Page, Entry | None]]:
    faults: list[str] = []
    for archived in read_archived(file, on_fault=faults.append):
        if archived.kind == "page":
            yield replace(archived.page, item_id=archived.page.item_id or f"{_named(file)}:{archived.offset}"), archived.entry
    for fault in islice(faults, MAX_FAULTS_TOLD):
        yield _failed(file, fault), None


def _bytes_of(file: Path) -> tuple[bytes, datetime]:
    with file.open("rb") as opened:
        saved_at = moment_of(os.fstat(opened.fileno()).st_mtime)
        body = opened.read(MAX_SAVED_BYTES + 1)
    if body.startswith(b"\x1f\x8b"):
        with gzip.open(file) as packed:
            body = packed.read(MAX_SAVED_BYTES + 1)
    return body, saved_at


def _page_of(file: Path, body: bytes, saved_at: datetime) -> Page:
    page = Page(url=_file_url(file, body), outcome=PageOutcome.FETCHED, fetched_at=saved_at, item_id=_named(file))
    media_type = _media_type(file, body)
    if len(body) > MAX_SAVED_BYTES:
        return replace(page, outcome=PageOutcome.TOO_BIG, content_type=media_type, detail=f"more than {MAX_SAVED_BYTES} bytes")
    named = None
    if media_type == "multipart/related":
        body, named, media_type = _main_part_of_mhtml(body)
    elif media_type == "application/x-webarchive":
        body, named, media_type = _main_resource_of_webarchive(body)
    if not body.strip(b"\x00 \t\r\n\xef\xbb\xbf"):
        return replace(page, outcome=PageOutcome.NOT_HTML, content_type=media_type, detail="empty file")
    if media_type not in READABLE:
        return replace(
            page, outcome=PageOutcome.NOT_HTML, content_type=media_type, detail=f"{media_type or 'unknown type'}, not HTML"
        )
    if media_type == "text/plain":
        return replace(page, body=body, content_type=media_type, charset=_charset_of_text(body))
    url = named if named and is_web_url(named) else saved_url(body)
    return replace(page, url=url or page.url, final_url=url, body=body, content_type=media_type)


def _file_url(file: Path, body: bytes) -> str:
    """Name a file by what it is called and what is in it, not by where it lies: the same on every machine."""
    name = file.name.removesuffix(".gz")
    return f"file:///{quote(name, errors='replace')}?sha256={hashlib.sha256(body).hexdigest()[:16]}"


def _media_type(file: Path, body: bytes) -> str | None:
    for mark, media_type in SIGNATURES:
        if body.startswith(mark):
            return media_type
    known = MEDIA_TYPES.get(Path(file.name.lower().removesuffix(".gz")).suffix)
    if known is not None:
        return known
    head = body[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return "text/html" if head.startswith((b"<!doctype html", b"<html", b"<head")) else None


def _charset_of_text(body: bytes) -> str:
    """Tell the charset of a text without a label: a byte order mark, UTF-8 where it decodes, else what old Windows wrote."""
    if body.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8-sig" if body.startswith(b"\xef\xbb\xbf") else "utf-8"


def _main_part_of_mhtml(body: bytes) -> tuple[bytes, str | None, str | None]:
    """Return the page of an MHTML file (RFC 2557), its address and its media type; an empty page where there is none."""
    with suppress(*MALFORMED):
        message = email.message_from_bytes(body, policy=email.policy.compat32)
        outer = message.get("Snapshot-Content-Location")
        for part in message.walk():
            if part.get_content_type() in {"text/html", "application/xhtml+xml"}:
                content = part.get_payload(decode=True)
                location = outer or part.get("Content-Location")
                return (
                    content if isinstance(content, bytes) else b"",
                    str(location) if location else None,
                    part.get_content_type(),
                )
    return b"", None, "multipart/related"


def _main_resource_of_webarchive(body: bytes) -> tuple[bytes, str | None, str | None]:
    """Return the page of a Safari web archive, its address and its media type; an empty page where there is none."""
    with suppress(*MALFORMED):
        main = plistlib.loads(body)["WebMainResource"]
        if isinstance(main["WebResourceData"], bytes):  # bytes(n) of a number would be n zeros
            return main["WebResourceData"], str(main["WebResourceURL"]), str(main["WebResourceMIMEType"])
    return b"", None, "application/x-webarchive"


def _named(file: Path) -> str:
    """Return a path as text: the bytes of a name that is none are written as escapes, so that it can be stored."""
    return os.fsencode(file).decode("utf-8", "backslashreplace")


def moment_of(seconds: float) -> datetime:
    """Return a file's time; the Unix epoch, which every reader takes for unknown, for one before it or after tomorrow."""
    if not 0 <= seconds <= time.time() + MAX_AHEAD_SECONDS:
        return datetime(1970, 1, 1, tzinfo=UTC)
    return datetime.fromtimestamp(seconds, UTC)


def _failed(file: Path, reason: str) -> Page:
    """Give a file that cannot be read its outcome; it may be gone meanwhile."""
    seconds = 0.0
    with suppress(OSError):
        seconds = file.lstat().st_mtime
    return Page(
        url=f"file:///{quote(file.name, errors='replace')}",
        outcome=PageOutcome.PROTOCOL_ERROR,
        fetched_at=moment_of(seconds),
        item_id=_named(file),
        detail=reason,
    )
