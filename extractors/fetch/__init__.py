"""Request -> Page: conditional, bounded, polite, safe. Whatever happens out there, one request gives one page, one outcome."""

from __future__ import annotations

import asyncio
import base64
import ssl
import time
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from functools import lru_cache
from types import TracebackType
from typing import Self

import httpcore
import httpx

from extractors.fetch import offline, redirects, robots
from extractors.fetch.addresses import GuardedBackend, Resolve, resolve_by_system
from extractors.fetch.answers import ACCEPT, outcome_of, page_of, wants_body
from extractors.fetch.bodies import ACCEPTED_ENCODINGS
from extractors.fetch.conduct import FetchMemory, FetchSettings
from extractors.fetch.exchange import Bounds, Fault, Reply, Signals, exchange
from extractors.fetch.hosts import LONGEST_CRAWL_DELAY_SECONDS, HostRecord, Hosts, after_answer
from extractors.fetch.redirects import Journey
from extractors.fetch.robots import RobotsFile
from extractors.records import Page, PageOutcome, Request
from extractors.urls import registrable_domain

__all__ = ["FetchMemory", "FetchSettings", "Fetcher", "fetch_pages"]

IDLE_CONNECTION_SECONDS = 15.0
"""Three times the spacing: the next request to the host finds its connection open, and nothing lingers."""
DNS_THREADS = 16
"""A name server that does not answer keeps a thread for up to 30 s; the loop's default of six would stall every other host."""
_ROBOTS_PASS_ON = {
    PageOutcome.CONNECT_FAILED,
    PageOutcome.DNS_FAILED,
    PageOutcome.TLS_FAILED,
    PageOutcome.TIMED_OUT,
    PageOutcome.ADDRESS_REFUSED,
    PageOutcome.HOST_DOWN,
    PageOutcome.OFFLINE,
    PageOutcome.RATE_LIMITED,
}


Clock = Callable[[], datetime]


def system_clock() -> datetime:
    """Return the present, aware, in UTC."""
    return datetime.now(UTC)


class Fetcher:
    """An async context manager that fetches. Use it in the event loop that entered it.

    Args:
        settings: How to behave.
        memory: Holds, open circuit breakers and robots.txt files of earlier runs; changed in place.
        resolve: How names become addresses (tests of DNS rebinding).
        has_route: Whether any route leads out of this machine.
        now: The clock.

    """

    def __init__(
        self,
        settings: FetchSettings | None = None,
        memory: FetchMemory | None = None,
        *,
        resolve: Resolve = resolve_by_system,
        has_route: Callable[[], bool] = offline.has_route,
        now: Clock = system_clock,
    ) -> None:
        self.settings = settings or FetchSettings()
        self.memory = memory if memory is not None else FetchMemory()
        self._resolve = resolve
        self._has_route = has_route
        self._now = now

    async def __aenter__(self) -> Self:
        settings = self.settings
        self._hosts = Hosts(
            settings.host_spacing_seconds, settings.host_concurrency, self.memory.last_sent, time.monotonic, settings.turns
        )
        self._under_way = asyncio.Semaphore(settings.max_connections)
        self._robots_doors: dict[str, asyncio.Lock] = {}
        self._is_offline = False
        self._last_contact = float("-inf")
        self._dns = ThreadPoolExecutor(DNS_THREADS, thread_name_prefix="dns")
        asyncio.get_running_loop().set_default_executor(self._dns)
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=_authorities(settings.ca_file),
            max_connections=settings.max_connections,
            max_keepalive_connections=settings.max_connections // 2,
            keepalive_expiry=IDLE_CONNECTION_SECONDS,
            http1=True,
            http2=True,
            network_backend=GuardedBackend(
                allow_private=settings.allow_private_addresses, connect_to=settings.connect_to, resolve=self._resolve
            ),
        )
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        await self._pool.aclose()
        self._dns.shutdown(wait=False, cancel_futures=True)

    async def fetch(self, request: Request) -> Page:
        """Fetch one URL when its host's turn comes. Never raises for what the web does."""
        address = self.settings.addresses.get(request.url)
        if address is None:
            return await self._fetched(request)
        return redirects.concealed(request, await self._fetched(replace(request, url=address)))

    async def _fetched(self, request: Request) -> Page:
        journey = Journey()
        try:
            self._refuse_if_offline()
            url = redirects.checked_url(request.url)
            reply, url = await self._travel(request, journey, url)
        except Fault as fault:
            return redirects.failed(request, journey, fault, self._now())
        return page_of(request, journey, reply, url, now=self._now(), max_bytes=self._bounds(request, journey).max_bytes)

    async def fetch_all(self, requests: Iterable[Request]) -> AsyncIterator[Page]:
        """Fetch many, many hosts at once and each host politely; pages come as they are ready, one a request.

        A failure is held back until some host was reached since it began. If none is, and at least three domains failed, the
        outcome of all of them is OFFLINE, and no host is remembered as down for it.
        """
        lanes: dict[str, deque[Request]] = {}
        for request in requests:
            lanes.setdefault(redirects.domain_of(request.url), deque()).append(request)
        remembered = dict(self.memory.hosts)
        watch = offline.OfflineWatch()
        ready: asyncio.Queue[tuple[Page, str, float] | None] = asyncio.Queue(maxsize=self.settings.max_connections)

        async def drive(domain: str, lane: deque[Request]) -> None:
            while lane:
                page = await self.fetch(lane.popleft())
                await ready.put((page, domain, time.monotonic() - page.milliseconds / 1000))

        drivers = [
            asyncio.create_task(drive(domain, lane))
            for domain, lane in lanes.items()
            for _ in range(min(self.settings.host_concurrency, len(lane)))
        ]
        total = sum(map(len, lanes.values()))
        try:
            for _ in range(total):
                taken = await _next_of(ready, drivers)
                for page in self._judged(watch, remembered, *taken):
                    yield page
            for page in watch.reached(self._last_contact):
                yield page
            route = self._has_route() or bool(self.settings.connect_to)
            for page in watch.settle(has_route=route):
                if page.outcome is PageOutcome.OFFLINE:
                    self._forgive(page, remembered)
                yield page
        finally:
            self._is_offline = False
            self._hosts.forget_idle()
            for driver in drivers:
                driver.cancel()
            await asyncio.gather(*drivers, return_exceptions=True)

    def _judged(
        self, watch: offline.OfflineWatch, remembered: dict[str, HostRecord], page: Page, domain: str, began: float
    ) -> list[Page]:
        host = redirects.host_of(page.url)
        known = remembered.get(host)
        is_old_blame = known is not None and known.down_until is not None
        certain = watch.judge(page, domain, began, is_blamed_on_known_host=is_old_blame)
        certain += watch.reached(self._last_contact)
        self._is_offline = watch.is_hopeless
        return certain

    def _forgive(self, page: Page, remembered: dict[str, HostRecord]) -> None:
        for host in {redirects.host_of(page.url), redirects.host_of(page.final_url or page.url)}:
            self.memory.hosts[host] = remembered.get(host, HostRecord(host))

    async def _travel(self, request: Request, journey: Journey, url: httpx.URL) -> tuple[Reply, httpx.URL]:
        while True:
            reply = await self._hop(request, journey, url)
            is_page = request.kind == "page"
            onward = redirects.next_stop(journey, url, reply, self.settings.max_redirects, reads_pages=is_page)
            if onward is None:
                return reply, url
            url = onward

    async def _hop(self, request: Request, journey: Journey, url: httpx.URL) -> Reply:
        host, crawl_delay = url.raw_host.decode("ascii"), 0.0
        self._refuse_if_barred(host)
        if self.settings.obey_robots and request.kind != "robots":
            rules = await self._rules_for(url, journey)
            if not robots.is_allowed(rules, str(url), self.settings.product):
                why = (
                    "robots.txt forbids it"
                    if rules.text is not None
                    else "robots.txt cannot be read (RFC 9309: then nothing is allowed)"
                )
                raise Fault(PageOutcome.ROBOTS, f"{why}: {url.copy_with(userinfo=b'')}")
            crawl_delay = robots.crawl_delay_of(rules, self.settings.product)
            if request.kind == "page":
                self._postpone_beyond(host, crawl_delay)
        async with self._hosts.slot(host, registrable_domain(host), crawl_delay) as slot, self._under_way:
            self._refuse_if_barred(host)  # it may have said 429 to the one before
            return await self._ask(request, journey, url, slot.sent)

    async def _ask(self, request: Request, journey: Journey, url: httpx.URL, on_sent: Callable[[], None]) -> Reply:
        host = url.raw_host.decode("ascii")
        headers = self._headers_for(request, journey, url)
        journey.url, journey.request_headers = url, tuple((name.lower(), value) for name, value in headers)
        began = time.monotonic()
        try:
            reply = await exchange(self._pool, url, headers, self._bounds(request, journey), Signals(on_sent, self._note_contact))
        except Fault as fault:
            self._remember(host, fault.outcome, None)
            raise
        finally:
            journey.seconds += time.monotonic() - began
        outcome, _, retry_after_at = outcome_of(request, reply, self._now())
        self._remember(host, outcome, retry_after_at)
        return reply

    def _bounds(self, request: Request, journey: Journey) -> Bounds:
        settings = self.settings
        limits = {"feed": settings.max_feed_bytes, "page": settings.max_page_bytes, "robots": robots.MAX_ROBOTS_BYTES}
        return Bounds(
            total_seconds=settings.total_timeout_seconds - journey.seconds,
            connect_seconds=settings.connect_timeout_seconds,
            max_bytes=limits.get(request.kind, settings.max_page_bytes),
            is_cut_at_limit=request.kind == "robots",
            is_wanted=lambda headers: wants_body(request, headers),
        )

    def _headers_for(self, request: Request, journey: Journey, url: httpx.URL) -> list[tuple[str, str]]:
        headers = [
            ("Host", url.netloc.decode("ascii")),
            ("User-Agent", self.settings.agent),
            ("Accept", ACCEPT.get(request.kind, "*/*")),
            ("Accept-Encoding", ACCEPTED_ENCODINGS),
        ]
        contact = self.settings.contact
        if contact and "@" in contact and "/" not in contact:
            headers.append(("From", contact.removeprefix("mailto:")))  # RFC 9110, 10.1.2
        if request.validators.etag:
            headers.append(("If-None-Match", request.validators.etag))
        if request.validators.last_modified:
            headers.append(("If-Modified-Since", request.validators.last_modified))
        if url.userinfo:
            headers.append(("Authorization", f"Basic {base64.b64encode(url.userinfo).decode()}"))
        if cookies := journey.cookies_for(url):
            headers.append(("Cookie", cookies))
        return headers

    def _note_contact(self) -> None:
        self._last_contact = time.monotonic()

    def _refuse_if_offline(self) -> None:
        if self._is_offline:
            raise Fault(PageOutcome.OFFLINE, "our own network is down: not asked")

    def _refuse_if_barred(self, host: str) -> None:
        record, now = self.memory.hosts.get(host), self._now()
        if record is None:
            return
        if record.held_until is not None and record.held_until > now:
            raise Fault(
                PageOutcome.RATE_LIMITED,
                f"{host} asked for rest until {record.held_until:%H:%M:%S}: not asked",
                record.held_until,
            )
        if record.down_until is not None and record.down_until > now:
            raise Fault(PageOutcome.HOST_DOWN, f"{host} could not be reached, is left alone until {record.down_until:%H:%M:%S}")

    def _postpone_beyond(self, host: str, crawl_delay_seconds: float) -> None:
        """Leave pages for later of a host that turns out to be so slow that a run would wait hours for what was planned of it."""
        settings = self.settings
        between = min(crawl_delay_seconds, LONGEST_CRAWL_DELAY_SECONDS)
        if settings.host_seconds is None or between <= settings.host_spacing_seconds:
            return
        asked = self.memory.pages_asked.get(host, 0)
        if asked >= max(1, int(settings.host_seconds / between)):
            raise Fault(PageOutcome.POSTPONED, f"{host} asks for {between:g} s between pages: those of this run are used up")
        self.memory.pages_asked[host] = asked + 1

    def _remember(self, host: str, outcome: PageOutcome, retry_after_at: datetime | None) -> None:
        record = after_answer(self.memory.hosts.get(host, HostRecord(host)), outcome, retry_after_at, self._now())
        if record == HostRecord(host):
            self.memory.hosts.pop(host, None)
        else:
            self.memory.hosts[host] = record

    async def _rules_for(self, url: httpx.URL, journey: Journey) -> RobotsFile:
        origin = f"{url.scheme}://{url.netloc.decode('ascii')}"
        if (known := self._fresh_rules(origin)) is not None:
            return known
        door = self._robots_doors.setdefault(origin, asyncio.Lock())
        async with door:
            if (known := self._fresh_rules(origin)) is not None:
                return known
            page = await self.fetch(Request(f"{origin}/robots.txt", kind="robots"))
            known = self.memory.robots.get(origin)
            if page.outcome in _ROBOTS_PASS_ON and (known is None or known.text is None):
                journey.seconds += page.milliseconds / 1000
                raise Fault(page.outcome, f"robots.txt: {page.detail}", page.retry_after_at)
            self.memory.robots[origin] = robots.robots_of(origin, page, known, self._now())
            self._robots_doors.pop(origin, None)
            return self.memory.robots[origin]

    def _fresh_rules(self, origin: str) -> RobotsFile | None:
        known = self.memory.robots.get(origin)
        return known if known is not None and known.expires_at > self._now() else None


@lru_cache(maxsize=4)
def _authorities(ca_file: str | None) -> ssl.SSLContext:
    """Read the trusted certificates once: 30 ms for each fetcher otherwise."""
    context = httpx.create_ssl_context(verify=True)
    if ca_file is not None:
        context.load_verify_locations(ca_file)
    return context


async def _next_of(
    ready: asyncio.Queue[tuple[Page, str, float] | None], drivers: list[asyncio.Task[None]]
) -> tuple[Page, str, float]:
    """Take the next page; if a driver died of a bug of ours, say so instead of waiting for ever."""
    while True:
        try:
            async with asyncio.timeout(1.0):
                taken = await ready.get()
        except TimeoutError:
            for driver in drivers:
                if driver.done() and not driver.cancelled() and (error := driver.exception()) is not None:
                    raise error from None
            continue
        if taken is not None:
            return taken


def fetch_pages(
    requests: Iterable[Request],
    settings: FetchSettings | None = None,
    memory: FetchMemory | None = None,
    now: Clock = system_clock,
) -> list[Page]:
    """Fetch all, from code that is not async; one page a request, in the order of the requests."""

    async def run() -> list[tuple[int, Page]]:
        async with Fetcher(settings, memory, now=now) as fetcher:
            numbered = [replace(request, item_id=str(number)) for number, request in enumerate(wanted)]
            return [(int(page.item_id or 0), page) async for page in fetcher.fetch_all(numbered)]

    wanted = list(requests)
    pages = sorted(asyncio.run(run()), key=lambda numbered: numbered[0])
    return [replace(page, item_id=wanted[number].item_id) for number, page in pages]
