"""One request on the wire -> one reply, bounded in time and bytes, or a `Fault` that names what went wrong.

Here every exception of the HTTP library ends. httpcore is used as such, not through httpx: its `network_backend` is the
documented place for a check at connect time, and cookies, redirects, decoding and retries are decided by us anyway.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import httpcore
import httpx
from h2.errors import ErrorCodes
from h2.events import ConnectionTerminated, StreamReset

from extractors.fetch.addresses import AddressRefused, NameNotFound
from extractors.fetch.bodies import BodyBroken, BodyTooBig, decode_body, start_of_body
from extractors.fetch.streams import TlsFailed
from extractors.fetch.walls import HEAD_BYTES
from extractors.headers import Headers, header_of
from extractors.records import PageOutcome


class Fault(Exception):
    """Why a fetch ended without a document."""

    def __init__(self, outcome: PageOutcome, detail: str, retry_after_at: datetime | None = None) -> None:
        super().__init__(outcome, detail, retry_after_at)
        self.outcome = outcome
        self.detail = detail
        self.retry_after_at = retry_after_at


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer. `body` is whole for a 2xx that was wanted, else at most its first 64 KiB."""

    status: int
    headers: Headers
    body: bytes
    http_version: str
    address: str | None


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much of a reply to take."""

    total_seconds: float
    connect_seconds: float
    max_bytes: int
    is_cut_at_limit: bool = False  # robots.txt: what is longer is cut, not refused
    is_wanted: Callable[[Headers], bool] = lambda _headers: True  # False: the header is enough, spare the body


@dataclass(frozen=True, slots=True)
class Signals:
    """Called as an exchange goes on."""

    on_sent: Callable[[], None]  # the request's header is on the wire
    on_contact: Callable[[], None]  # somebody out there accepted a connection, or answered


async def exchange(
    pool: httpcore.AsyncConnectionPool,
    url: httpx.URL,
    headers: list[tuple[str, str]],
    bounds: Bounds,
    signals: Signals,
) -> Reply:
    """Send one GET and read its answer.

    Args:
        pool: Its network backend resolves, checks and dials.
        url: Absolute, http or https.
        headers: As they go on the wire.
        bounds: The total time covers everything from connecting to the last byte, and interrupts whatever is under way.
        signals: Whom to tell how far it has come.

    Raises:
        Fault: Anything else than a whole answer.

    """
    try:
        async with asyncio.timeout(max(0.0, bounds.total_seconds)):
            try:
                return await _attempt(pool, url, headers, bounds, signals)
            except (
                _StaleConnection
            ):  # the server closed an idle connection just as we used it (RFC 9112, 9.3.1), or refused: once more on a fresh one
                return await _attempt(pool, url, headers, bounds, signals)
    except Fault:
        raise
    except TimeoutError as error:
        raise Fault(PageOutcome.TIMED_OUT, f"not complete within {bounds.total_seconds:.1f} s") from error
    except Exception as error:
        raise _fault_of(error, bounds) from error


class _StaleConnection(Exception):
    pass


async def _attempt(
    pool: httpcore.AsyncConnectionPool,
    url: httpx.URL,
    headers: list[tuple[str, str]],
    bounds: Bounds,
    signals: Signals,
) -> Reply:
    is_reused = True
    has_answer = False

    async def trace(event: str, _info: dict[str, Any]) -> None:
        nonlocal is_reused, has_answer
        if event == "connection.connect_tcp.started":
            is_reused = False
        elif event == "connection.connect_tcp.complete":
            signals.on_contact()
        elif event.endswith(".send_request_headers.complete"):
            signals.on_sent()
        elif event.endswith(".receive_response_headers.complete"):
            has_answer = True
            signals.on_contact()

    target = httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path)
    wire_headers = [(name.encode("ascii"), value.encode("latin-1", "replace")) for name, value in headers]
    extensions = {"timeout": {"connect": bounds.connect_seconds}, "trace": trace}
    try:
        async with pool.stream("GET", target, headers=wire_headers, extensions=extensions) as response:
            return await _read(response, bounds)
    except (httpcore.RemoteProtocolError, httpcore.ReadError, httpcore.WriteError) as error:
        if not has_answer and (is_reused or _was_never_taken_up(error)):
            raise _StaleConnection from error
        raise


def _was_never_taken_up(error: Exception) -> bool:
    """Tell whether a server of HTTP/2 says so itself: such a request may be sent again (RFC 9113, 8.7)."""
    said = error.args[0] if error.args else None
    refused = isinstance(said, StreamReset) and said.error_code == ErrorCodes.REFUSED_STREAM
    return refused or (isinstance(said, ConnectionTerminated) and said.last_stream_id == 0)


async def _read(response: httpcore.Response, bounds: Bounds) -> Reply:
    headers = tuple((name.decode("latin-1").lower(), value.decode("latin-1")) for name, value in response.headers)
    encoding = ", ".join(value for name, value in headers if name == "content-encoding") or None
    is_document = 200 <= response.status < 300
    stream = response.extensions.get("network_stream")
    peer = stream.get_extra_info("server_addr") if stream is not None else None
    body = b""
    if is_document and bounds.is_wanted(headers):
        body = await _whole_body(response, headers, encoding, bounds)
    elif not is_document and response.status != 304:
        raw, _ = await _raw_body(response, HEAD_BYTES)
        body = start_of_body(raw, encoding, HEAD_BYTES)
    return Reply(
        status=response.status,
        headers=headers,
        body=body,
        http_version=bytes(response.extensions.get("http_version", b"HTTP/1.1")).decode("ascii", "replace"),
        address=str(peer[0]) if peer else None,
    )


async def _whole_body(response: httpcore.Response, headers: Headers, encoding: str | None, bounds: Bounds) -> bytes:
    announced = header_of(headers, "content-length") or ""
    if announced.isdecimal() and len(announced) < 16 and int(announced) > bounds.max_bytes and not bounds.is_cut_at_limit:
        raise Fault(PageOutcome.TOO_BIG, f"announces {announced} bytes, the limit is {bounds.max_bytes}")
    raw, is_whole = await _raw_body(response, bounds.max_bytes)
    if bounds.is_cut_at_limit:
        return start_of_body(raw, encoding, bounds.max_bytes)
    if not is_whole:
        raise Fault(PageOutcome.TOO_BIG, f"more than {bounds.max_bytes} bytes")
    try:
        return decode_body(raw, encoding, bounds.max_bytes)
    except BodyTooBig as error:
        raise Fault(PageOutcome.TOO_BIG, str(error)) from error
    except BodyBroken as error:
        raise Fault(PageOutcome.PROTOCOL_ERROR, str(error)) from error


async def _raw_body(response: httpcore.Response, limit: int) -> tuple[bytes, bool]:
    """Read up to `limit` bytes; the flag says whether that was all."""
    chunks: list[bytes] = []
    size = 0
    async for chunk in response.aiter_stream():
        chunks.append(chunk)
        size += len(chunk)
        if size > limit:
            return b"".join(chunks)[:limit], False
    return b"".join(chunks), True


def _fault_of(error: Exception, bounds: Bounds) -> Fault:
    told = f"{error}".replace("\n", " ")[:300] or type(error).__name__
    if isinstance(error, httpcore.ConnectTimeout):
        return Fault(PageOutcome.CONNECT_FAILED, f"no connection within {bounds.connect_seconds:g} s")
    outcomes: list[tuple[type[Exception], PageOutcome]] = [  # the more special before the more general
        (AddressRefused, PageOutcome.ADDRESS_REFUSED),
        (NameNotFound, PageOutcome.DNS_FAILED),
        (TlsFailed, PageOutcome.TLS_FAILED),
        (httpcore.ConnectError, PageOutcome.CONNECT_FAILED),
        (httpcore.TimeoutException, PageOutcome.TIMED_OUT),
        (httpcore.UnsupportedProtocol, PageOutcome.BAD_URL),
        (httpcore.NetworkError, PageOutcome.PROTOCOL_ERROR),
        (httpcore.ProtocolError, PageOutcome.PROTOCOL_ERROR),
    ]
    outcome = next((outcome for kind, outcome in outcomes if isinstance(error, kind)), None)
    if outcome is None:  # what a parser of foreign bytes lets slip (h2, hpack, zlib); the name tells a bug of ours from theirs
        return Fault(PageOutcome.PROTOCOL_ERROR, f"{type(error).__name__}: {told}")
    if isinstance(error, NameNotFound) and error.is_temporary:
        told = f"temporary: {told}"
    return Fault(outcome, told)
