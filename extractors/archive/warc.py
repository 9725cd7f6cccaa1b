"""A WARC file, ours or anyone's (CC-NEWS, wget, Heritrix) -> the pages in it, as a stream; a damaged file yields what is whole.

ISO 28500:2017. Our own archives give back every field of the page; from others we read the response alone. Nothing is trusted:
a body is bounded after decompression, a length that does not fit is a fault, and reading goes on at the next record after one.
"""

from __future__ import annotations

import io
import re
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO, Final

from fastwarc.stream_io import BrotliReader, ChunkedReader, GzipReader, ZstdReader
from fastwarc.warc import ArchiveIterator, WarcRecord, WarcRecordType

from extractors.archive.recordjson import record_of
from extractors.errors import InputUnreadable
from extractors.hashes import payload_digest_of
from extractors.headers import header_of
from extractors.records import Entry, Page, PageOutcome
from extractors.urls import is_web_url, without_userinfo

MAX_BODY_BYTES: Final = 64 * 1024 * 1024
"""Above every limit of fetching (15 MiB): only a bomb or a film is larger."""

MAX_PENDING: Final = 64
"""Our metadata record stands right before its response; what has waited longer has lost it."""

MAX_FAULTS: Final = 1000
"""A file with more damage than that is noise."""

OUTCOMES: Final = {
    401: PageOutcome.FORBIDDEN, 403: PageOutcome.FORBIDDEN, 451: PageOutcome.FORBIDDEN, 404: PageOutcome.NOT_FOUND,
    410: PageOutcome.GONE, 429: PageOutcome.RATE_LIMITED,
}  # fmt: skip

NOT_MODIFIED: Final = 304
MAX_TOLD_CHARS: Final = 500
"""Of the address that a redirect leads to."""

NO_PAGES: Final = ("image/", "audio/", "video/", "font/", "application/pdf", "application/zip", "text/css", "text/javascript")
"""Bodies that are not worth unpacking: their records cost no more than their headers."""

_WANTED: Final = WarcRecordType.warcinfo | WarcRecordType.response | WarcRecordType.resource | WarcRecordType.metadata
_FIELD = re.compile(rb"^(newsloom-[a-z]+): (.*?)\r?$", re.MULTILINE)
_NEXT_RECORD = re.compile(rb"\x1f\x8b\x08[\x00-\x1f]|WARC/1\.[01]\r\n")
_RENAMED = re.compile(r"^x-(?:crawler|crawl|archive-orig)-")


@dataclass(frozen=True, slots=True)
class Archived:
    """One page as an archive holds it."""

    page: Page
    kind: str = "page"  # "page" | "feed" | "robots", as requested; others' archives know only pages
    entry: Entry | None = None  # that the page was fetched for
    digest: str | None = None  # of the body, as WARC-Payload-Digest says it
    offset: int = 0  # in bytes, of the first record of its group
    batch: str = ""  # record id of the warcinfo before it: what was written together; "" where none was read


@dataclass(frozen=True, slots=True)
class _Told:
    """What our metadata record says of the response after it."""

    offset: int
    fields: dict[str, str]


def read_archived(
    path: Path, *, start: int = 0, wanted: Callable[[str], bool] | None = None, on_fault: Callable[[str], None] | None = None
) -> Iterator[Archived]:
    """Read the pages of one WARC file (plain, gzip or zstd) in file order.

    Args:
        path: The file. One that is being written, or was cut short, yields what is whole.
        start: Byte offset of a record, to begin there.
        wanted: Tells by its URL whether a page is; what is not costs only its header.
        on_fault: Told one line for each damaged place that was skipped.

    Yields:
        One `Archived` a response; revisits hold nothing and are left out. Of other people's redirects (REDIRECTED), refusals,
        robots files, images and films (NOT_HTML) the body is not even unpacked; a response that cannot be decoded is a page with
        outcome PROTOCOL_ERROR, one too large TOO_BIG.

    Raises:
        InputUnreadable: The file cannot be opened, or has no WARC record at all.

    """
    report = on_fault or (lambda _: None)
    told: dict[str, _Told] = {}
    seen = faults = 0
    batch = ""
    try:
        with path.open("rb") as file:
            while faults < MAX_FAULTS:
                file.seek(start)
                place = start
                try:
                    for record in ArchiveIterator(
                        file, record_types=_WANTED, parse_http=False, quirks_mode=True, fsspec_args=False
                    ):
                        place = record.stream_pos
                        seen += 1
                        if record.record_type == WarcRecordType.warcinfo:
                            batch = record.record_id or ""
                            continue
                        archived = _archived(record, told, place, wanted)
                        if archived is not None:
                            yield replace(archived, batch=batch)
                    break
                except (OSError, ValueError) as error:
                    faults += 1
                    report(f"{path.name}: damaged near byte {place}: {error}")
                    following = _next_record(file, place + 1)
                    if following is None:
                        break
                    start = following
    except OSError as error:
        raise InputUnreadable(str(path), f"cannot be read: {error.strerror or error}") from error
    if not seen and not start:
        raise InputUnreadable(str(path), "no WARC record in it")


def _next_record(file: IO[bytes], start: int) -> int | None:
    """Find where the next record may begin: the mark of a gzip member or of a plain record."""
    window, overlap = 1 << 20, 16
    while True:
        file.seek(start)
        block = file.read(window)
        match = _NEXT_RECORD.search(block)
        if match:
            return start + match.start()
        if len(block) < window:
            return None
        start += window - overlap


def _archived(record: WarcRecord, told: dict[str, _Told], place: int, wanted: Callable[[str], bool] | None) -> Archived | None:
    if record.record_type == WarcRecordType.metadata:
        fields = {
            name.decode(): text.decode("utf-8", "replace") for name, text in _FIELD.findall(_payload(record, MAX_BODY_BYTES))
        }
        if fields:
            told[record.headers.get("WARC-Concurrent-To") or ""] = _Told(place, fields)
            if len(told) > MAX_PENDING:
                del told[next(iter(told))]
        return None
    own = told.pop(record.record_id or "", None)
    url = (record.headers.get("WARC-Target-URI") or "").strip("<> ")
    if not is_web_url(url) and own is None:
        return None
    if wanted is not None and not wanted(url):
        return None
    if own is not None:
        return _own_page(record, own)
    page = _foreign_page(record, url)
    return Archived(page, digest=record.headers.get("WARC-Payload-Digest"), offset=place)


def _own_page(record: WarcRecord, told: _Told) -> Archived:
    """Rebuild the page exactly; ValueError where our own fields do not fit, which counts as damage."""
    record.parse_http()
    length = record.content_length
    body = _payload(record, MAX_BODY_BYTES)
    digest = record.headers.get("WARC-Payload-Digest")
    if len(body) < length or digest != payload_digest_of(body):  # a file cut within a header yields a record without a body
        raise ValueError(f"body cut short: {len(body)} of {length} bytes, or not the one of its digest")
    entry = told.fields.get("newsloom-entry")
    return Archived(
        page=record_of(Page, told.fields.get("newsloom-page", ""), body=body),
        kind=told.fields.get("newsloom-kind", "page"),
        entry=record_of(Entry, entry) if entry else None,
        digest=digest,
        offset=told.offset,
    )


def _foreign_page(record: WarcRecord, url: str) -> Page:
    fetched_at = _date_of(record)
    try:
        record.parse_http(quirks_mode=True)
    except OSError as error:
        return Page(url=url, outcome=PageOutcome.PROTOCOL_ERROR, fetched_at=fetched_at, detail=f"bad HTTP header: {error}")
    http = record.http_headers if record.is_http else None
    status = 200 if http is None else int(http.status_code or 0)
    if not status:
        return Page(url=url, outcome=PageOutcome.PROTOCOL_ERROR, fetched_at=fetched_at, detail="no HTTP status line")
    headers = tuple((name.lower(), value) for name, value in http.items()) if http is not None else ()
    media_type = record.http_content_type if http is not None else record.headers.get("Content-Type")
    page = Page(
        url=url,
        outcome=_outcome_of(status),
        fetched_at=fetched_at,
        final_url=url,
        status=status,
        headers=headers,
        content_type=(media_type or "").partition(";")[0].strip().lower() or None,
        charset=record.http_charset if http is not None else None,
    )
    if (reason := _why_unread(page)) is not None:
        return replace(page, outcome=reason[0], detail=reason[1])
    page = _with_body(page, record)
    truncated = record.headers.get("WARC-Truncated")
    return replace(page, detail=page.detail or f"cut short by its crawler ({truncated[:40]})") if truncated else page


def _why_unread(page: Page) -> tuple[PageOutcome, str | None] | None:
    """Tell why the body of an answer need not be unpacked; None where it may be an article."""
    if page.outcome is PageOutcome.REDIRECTED:
        leads_to = without_userinfo(header_of(page.headers, "location") or "nowhere")
        return page.outcome, f"status {page.status} to {leads_to[:MAX_TOLD_CHARS]}"
    if page.outcome is not PageOutcome.FETCHED:
        return page.outcome, f"status {page.status}"
    if page.url.rstrip("/").endswith("/robots.txt"):
        return PageOutcome.NOT_HTML, "robots.txt"
    if (page.content_type or "").startswith(NO_PAGES):
        return PageOutcome.NOT_HTML, page.content_type
    return None


def _with_body(page: Page, record: WarcRecord) -> Page:
    length = record.content_length
    if length > MAX_BODY_BYTES:
        return replace(page, outcome=PageOutcome.TOO_BIG, detail=f"{length} bytes")
    payload = _payload(record, MAX_BODY_BYTES)
    if len(payload) < length:
        raise ValueError(f"body cut short: {len(payload)} of {length} bytes")
    try:
        body = _decoded(payload, page.headers)
    except (OSError, ValueError, zlib.error) as error:
        return replace(page, outcome=PageOutcome.PROTOCOL_ERROR, detail=f"cannot be decoded: {error}")
    if len(body) > MAX_BODY_BYTES:
        return replace(page, outcome=PageOutcome.TOO_BIG, detail=f"more than {MAX_BODY_BYTES} bytes when unpacked")
    return replace(page, body=body)


def _payload(record: WarcRecord, limit: int) -> bytes:
    # fastwarc makes room for as much as is asked: asking for the limit itself doubles the time of reading.
    return bytes(record.reader.read(min(record.content_length, limit) + 1))


def _decoded(payload: bytes, headers: tuple[tuple[str, str], ...]) -> bytes:
    """Undo transfer and content codings, where they are still on: many crawlers store the decoded body under the old header."""
    stated = {name: value.lower() for name, value in headers if not _RENAMED.match(name)}
    if "chunked" in stated.get("transfer-encoding", "") and re.match(rb"^[0-9a-fA-F]{1,8}[ \t]*(?:;[^\r\n]*)?\r\n", payload):
        payload = _read_all(ChunkedReader(io.BytesIO(payload)))
    for coding in reversed([coding.strip() for coding in stated.get("content-encoding", "").split(",")]):
        if coding in {"gzip", "x-gzip"} and payload.startswith(b"\x1f\x8b"):
            payload = _read_all(GzipReader(io.BytesIO(payload)))
        elif coding == "deflate" and not payload.lstrip().startswith(b"<"):
            payload = zlib.decompressobj(15 if payload[:1] == b"\x78" else -15).decompress(payload, MAX_BODY_BYTES + 1)
        elif coding == "br" and not payload.lstrip().startswith(b"<"):
            payload = _read_all(BrotliReader(io.BytesIO(payload)))
        elif coding == "zstd" and payload.startswith(b"\x28\xb5\x2f\xfd"):
            payload = _read_all(ZstdReader(io.BytesIO(payload)))
    return payload


def _read_all(reader: ChunkedReader | GzipReader | BrotliReader | ZstdReader) -> bytes:
    """Read on to the end or to one byte above the limit, whichever comes first."""
    pieces, size = [], 0
    while size <= MAX_BODY_BYTES and (piece := reader.read(min(1 << 20, MAX_BODY_BYTES + 1 - size))):
        pieces.append(bytes(piece))
        size += len(piece)
    return b"".join(pieces)


def _outcome_of(status: int) -> PageOutcome:
    if 200 <= status < 300:
        return PageOutcome.FETCHED
    if status in OUTCOMES:
        return OUTCOMES[status]
    if 300 <= status < 400:
        return PageOutcome.UNCHANGED if status == NOT_MODIFIED else PageOutcome.REDIRECTED
    if 400 <= status < 500:
        return PageOutcome.CLIENT_ERROR
    return PageOutcome.SERVER_ERROR if status >= 500 else PageOutcome.PROTOCOL_ERROR


def _date_of(record: WarcRecord) -> datetime:
    """Return WARC-Date; the Unix epoch, which every reader takes for unknown, where it is none, before it or after tomorrow."""
    unknown = datetime(1970, 1, 1, tzinfo=UTC)
    try:
        moment = record.record_date
        if moment is not None:
            moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
            return moment if unknown <= moment <= datetime.now(UTC) + timedelta(days=1) else unknown
    except (ValueError, OverflowError):
        pass
    return unknown
