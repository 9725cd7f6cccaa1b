"""A web of its own on 127.0.0.0/8: named hosts, each at its own address, that do what a script says and note who asked when."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
import threading
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Self

BEAT = 0.01
"""Seconds between two looks at how late the server's thread comes."""

Script = Callable[["Visit"], Awaitable[None]]
"""What a path does with its visitor."""


@dataclass(frozen=True, slots=True)
class Hit:
    """One request as the server saw it; `at` is monotonic seconds when its header was complete."""

    host: str
    path: str
    at: float
    headers: Mapping[str, str]


@dataclass(slots=True)
class Visit:
    """One request being answered."""

    hit: Hit
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def send(self, raw: bytes) -> None:
        self.writer.write(raw)
        await self.writer.drain()


def answer(body: bytes | str = b"", status: int = 200, delay: float = 0.0, **headers: str) -> Script:
    """Script a plain answer; header names are written with `_` for `-`."""
    raw = body.encode() if isinstance(body, str) else body
    lines = {"Content-Type": "text/html; charset=utf-8", "Content-Length": str(len(raw))}
    lines |= {name.replace("_", "-"): value for name, value in headers.items()}
    head = f"HTTP/1.1 {status} Scripted\r\n" + "".join(f"{name}: {value}\r\n" for name, value in lines.items() if value)

    async def script(visit: Visit) -> None:
        if delay:
            await asyncio.sleep(delay)
        await visit.send(head.encode() + b"\r\n" + raw)

    return script


def raw(*chunks: bytes, pause: float = 0.0, repeat: bytes = b"", then_close: bool = True) -> Script:
    """Script bytes as they are: `chunks` with a pause between them, then `repeat` for ever, then the end of the connection."""

    async def script(visit: Visit) -> None:
        for chunk in chunks:
            await visit.send(chunk)
            await asyncio.sleep(pause)
        while repeat:
            await visit.send(repeat)
            await asyncio.sleep(pause)
        if then_close:
            visit.writer.close()

    return script


@dataclass(slots=True)
class LoopbackWeb:
    """Start with `with`; then `connect_to` leads each name to its address.

    Args:
        sites: host -> path -> script. The path "*" answers every other path; what has no script is a 404.
        tls: Speak TLS instead.

    """

    sites: Mapping[str, Mapping[str, Script]]
    tls: ssl.SSLContext | None = None
    first_address: int = 0  # so that several webs do not share addresses
    hits: list[Hit] = field(default_factory=list)
    peaks: Counter[str] = field(default_factory=Counter)  # host -> most requests under way at once
    connections: Counter[str] = field(default_factory=Counter)
    port: int = 0
    lateness: float = 0.0  # seconds by which `at` of a hit may be late: the longest that a busy machine let the server wait
    _active: Counter[str] = field(default_factory=Counter)
    _loop: asyncio.AbstractEventLoop | None = None
    _stop: asyncio.Event | None = None
    _thread: threading.Thread | None = None

    @property
    def connect_to(self) -> dict[str, str]:
        return {host: f"{address}:{self.port}" for host, address in zip(self.sites, self._addresses(), strict=False)}

    def hits_of(self, host: str) -> list[Hit]:
        return [hit for hit in self.hits if hit.host == host]

    def __enter__(self) -> Self:
        started = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve(started)), daemon=True)
        self._thread.start()
        assert started.wait(20)
        return self

    def __exit__(self, *_: object) -> None:
        assert self._loop is not None
        assert self._stop is not None
        assert self._thread is not None
        with contextlib.suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(20)

    def _addresses(self) -> Iterator[str]:
        for number in range(self.first_address, self.first_address + len(self.sites)):
            yield f"127.0.{1 + number // 250}.{1 + number % 250}"

    async def _serve(self, started: threading.Event) -> None:
        self._loop = asyncio.get_running_loop()
        stop = asyncio.Event()
        self._stop = stop
        addresses = list(self._addresses())
        first = await asyncio.start_server(self._meet, addresses[0], 0, ssl=self.tls, backlog=256)
        self.port = first.sockets[0].getsockname()[1]
        servers = [first]
        if addresses[1:]:
            servers.append(await asyncio.start_server(self._meet, addresses[1:], self.port, ssl=self.tls, backlog=256))
        started.set()
        await self._beat_until(stop)
        for server in servers:
            server.close()
        others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    async def _beat_until(self, stop: asyncio.Event) -> None:
        while not stop.is_set():
            due = time.monotonic() + BEAT
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), BEAT)
            self.lateness = max(self.lateness, time.monotonic() - due + BEAT)

    async def _meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections[writer.get_extra_info("sockname")[0]] += 1
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, asyncio.CancelledError):
            while not writer.is_closing():
                head = await reader.readuntil(b"\r\n\r\n")
                await self._handle(head, reader, writer)
        writer.close()

    async def _handle(self, head: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        first, *lines = head.decode("latin-1").rstrip().split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        host, path = headers.get("host", "").partition(":")[0], first.split(" ")[1]
        hit = Hit(host, path, time.monotonic(), headers)
        self.hits.append(hit)
        self._active[host] += 1
        self.peaks[host] = max(self.peaks[host], self._active[host])
        site = self.sites.get(host, {})
        script = site.get(path) or site.get("*") or answer("nothing here", 404)
        try:
            await script(Visit(hit, reader, writer))
        finally:
            self._active[host] -= 1


def closest(hits: Iterable[Hit]) -> float:
    """Return the seconds between the two requests that came closest together; infinite for fewer than two."""
    times = sorted(hit.at for hit in hits)
    return min((later - earlier for earlier, later in pairwise(times)), default=float("inf"))
