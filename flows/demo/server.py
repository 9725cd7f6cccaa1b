"""Sites in, sockets out: one small HTTP server an outlet, each on a loopback address of its own. Knows nothing of news."""

from __future__ import annotations

import contextlib
import gzip
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

from flows.demo.site import Resource, flood

IDLE_SECONDS = 30.0
"""A kept-alive connection that asks nothing for so long is closed, as servers do."""
GZIP_FROM_BYTES = 512
"""Smaller bodies grow when compressed."""


@dataclass(frozen=True, slots=True)
class Hit:
    """One request that came in."""

    host: str
    path: str  # with its query string
    at: datetime
    status: int
    user_agent: str | None
    milliseconds: int


class OutletServer(ThreadingHTTPServer):
    """One outlet's server; `stop` ends it with all its connections."""

    daemon_threads = False  # so that `stop` waits for them
    allow_reuse_address = True

    def __init__(self, address: tuple[str, int], host: str, find: Callable[[str], Resource], log: Callable[[Hit], None]) -> None:
        self.host, self.find, self.log = host, find, log
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        super().__init__(address, _Handler)
        self._thread = threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}, name=host, daemon=True)
        self._thread.start()

    def process_request(self, request: Any, client_address: Any) -> None:
        """Remember the connection, so that an idle one cannot outlive the server."""
        with self._lock:
            self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        """Forget the connection."""
        with self._lock:
            self._open.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: a client that hangs up in the middle is its own affair (a page too big is left like that)."""

    def stop(self) -> None:
        """Stop accepting, hang up on everyone, wait for the threads."""
        self.shutdown()
        with self._lock:
            for connection in self._open:
                with contextlib.suppress(OSError):  # the other side was faster
                    connection.shutdown(socket.SHUT_RDWR)
        self.server_close()
        self._thread.join()


class _Handler(BaseHTTPRequestHandler):
    """GET and HEAD, conditional and compressed."""

    server: OutletServer
    server_version = "demo-wire"
    sys_version = ""
    protocol_version = "HTTP/1.1"
    timeout = IDLE_SECONDS
    disable_nagle_algorithm = True
    wbufsize = -1  # head and body leave in one packet

    def do_GET(self) -> None:
        started = time.monotonic()
        found = self.server.find(urlsplit(self.path).path)
        status = HTTPStatus.NOT_MODIFIED if self._is_known(found) else found.status
        self.server.log(
            Hit(
                host=self.server.host,
                path=self.path,
                at=datetime.now(UTC),
                status=status,
                user_agent=self.headers.get("User-Agent"),
                milliseconds=round(1000 * (time.monotonic() - started)),
            )
        )
        if found.stream_bytes and self.command == "GET":
            self._stream(found)
        else:
            self._answer(found, status)

    do_HEAD = do_GET  # noqa: N815 - the name is the base class's

    def _is_known(self, found: Resource) -> bool:
        """If-None-Match wins over If-Modified-Since (RFC 9110, 13.2.2)."""
        if found.status != HTTPStatus.OK:
            return False
        if (known := self.headers.get("If-None-Match")) is not None:
            return found.etag is not None and found.etag.removeprefix("W/") in (
                tag.strip().removeprefix("W/") for tag in known.split(",")
            )
        since = self.headers.get("If-Modified-Since")
        if since is None or found.modified_at is None:
            return False
        try:
            return found.modified_at.replace(microsecond=0) <= parsedate_to_datetime(since)
        except (TypeError, ValueError):
            return False

    def _answer(self, found: Resource, status: int) -> None:
        body = b"" if status == HTTPStatus.NOT_MODIFIED else found.body
        is_gzipped = len(body) >= GZIP_FROM_BYTES and "gzip" in self.headers.get("Accept-Encoding", "")
        if is_gzipped:
            body = gzip.compress(body, 6, mtime=0)
        self._head(found, status)
        if is_gzipped:
            self.send_header("Content-Encoding", "gzip")
        if status != HTTPStatus.NOT_MODIFIED:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body)

    def _stream(self, found: Resource) -> None:
        self._head(found, found.status)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for chunk in flood(found.stream_bytes):
            self.wfile.write(f"{len(chunk):x}\r\n".encode() + chunk + b"\r\n")
        self.wfile.write(b"0\r\n\r\n")

    def _head(self, found: Resource, status: int) -> None:
        self.send_response(status)
        self.send_header("Content-Type", found.content_type)
        self.send_header("Vary", "Accept-Encoding")
        if found.etag:
            self.send_header("ETag", found.etag)
        if found.modified_at:
            self.send_header("Last-Modified", format_datetime(found.modified_at, usegmt=True))
        if found.location:
            self.send_header("Location", found.location)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name is the base class's
        """Say nothing: `requests` of the wire is the log."""
