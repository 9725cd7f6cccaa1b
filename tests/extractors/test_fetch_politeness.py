"""No host is asked too soon, too often at once, or after it asked for rest: proved by what 220 loopback hosts saw."""

from __future__ import annotations

import asyncio
import random
import resource
import time
from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from extractors.fetch import Fetcher, FetchMemory, FetchSettings, fetch_pages, redirects
from extractors.fetch.hosts import HostRecord, Hosts, after_answer
from extractors.fetch.robots import RobotsFile, is_allowed, robots_of
from extractors.records import Page, PageOutcome, Request
from extractors.urls import registrable_domain
from tests.loopback_web import Hit, LoopbackWeb, Script, Visit, answer, closest

NOW = datetime(2026, 11, 22, tzinfo=UTC)
SPACING = 0.25
GRAIN = 0.01
"""What clocks and roundings take; the server's own lateness comes on top. What the client itself does is held to the microsecond
below."""
STORY = "<html><p>" + "A story of many words about the harbour. " * 30
SITE: dict[str, Script] = {
    "/robots.txt": answer(status=404),
    "/slow": answer(STORY, delay=0.6),
    "/moved": answer(status=301, Location="/a"),
    "*": answer(STORY),
}


def big_web() -> dict[str, dict[str, Script]]:
    alone = {f"www.outlet-{number}.example": SITE for number in range(190)}
    family = {f"desk{number}.big-paper.example": SITE for number in range(12)}
    return alone | family | {"slow-please.example": SITE | {"/robots.txt": answer("User-agent: *\nCrawl-delay: 0.7")}}


def fetched(web: LoopbackWeb, requests: list[Request], memory: FetchMemory | None = None, **settings: object) -> list[Page]:
    return fetch_pages(
        requests, FetchSettings(connect_to=web.connect_to, **({"host_spacing_seconds": SPACING} | settings)), memory
    )  # type: ignore[arg-type]  # forwarded


def test_no_host_and_no_domain_sees_two_requests_closer_than_its_spacing_or_more_than_two_at_once() -> None:
    sites = big_web()
    paths = ["/a", "/slow", "/moved", "/b"]
    requests = [
        Request(f"http://{host}{path}")
        for path in paths
        for host in sites
        if not host.endswith("big-paper.example") or path == "/a"
    ]

    with LoopbackWeb(sites) as web:
        pages = fetched(web, requests)

    by_domain: defaultdict[str, list[Hit]] = defaultdict(list)
    for hit in web.hits:
        by_domain[registrable_domain(hit.host)].append(hit)
    assert len(by_domain) == 192
    assert len(web.hits) == len(requests) + len(sites) + 191  # each host's robots.txt once, and where /moved led
    assert {page.outcome for page in pages} == {PageOutcome.FETCHED}
    assert [page.url for page in pages] == [request.url for request in requests]
    assert min(closest(hits) for hits in by_domain.values()) >= SPACING - GRAIN - web.lateness
    assert closest(web.hits_of("slow-please.example")[1:]) >= 0.7 - GRAIN - web.lateness
    assert max(web.peaks.values()) <= 2


def test_header_follows_header_by_the_spacing_exactly_however_long_connecting_takes() -> None:
    sent: dict[str, list[float]] = {"a.paper.example": [], "b.paper.example": []}

    async def ask(hosts: Hosts, host: str, connecting: float) -> None:
        async with hosts.slot(host, "paper.example", crawl_delay_seconds=0.05 if host.startswith("b") else 0.0) as slot:
            await asyncio.sleep(connecting)
            sent[host].append(time.monotonic())
            slot.sent()
            await asyncio.sleep(0.03)

    async def run() -> None:
        hosts = Hosts(0.02, 2, {}, time.monotonic)
        chance = random.Random(1)
        await asyncio.gather(*(ask(hosts, chance.choice(list(sent)), chance.choice([0.0, 0.01, 0.04])) for _ in range(40)))

    asyncio.run(run())

    together = sorted(at for times in sent.values() for at in times)
    assert len(together) == 40
    assert min(later - earlier for earlier, later in pairwise(together)) >= 0.02
    assert min(later - earlier for earlier, later in pairwise(sent["b.paper.example"])) >= 0.05


def test_a_wait_that_is_given_up_blocks_nobody() -> None:
    async def run() -> None:
        hosts = Hosts(0.01, 1, {}, time.monotonic)

        async def ask() -> None:
            async with hosts.slot("a.example", "a.example"):
                await asyncio.sleep(0.01)

        tasks = [asyncio.create_task(ask()) for _ in range(20)]
        await asyncio.sleep(0.015)
        for task in tasks[1:18]:
            task.cancel()
        async with asyncio.timeout(60):
            await asyncio.gather(*tasks, return_exceptions=True)
            await ask()

    asyncio.run(run())


def test_slow_answers_overlap_up_to_the_limit_and_no_further() -> None:
    host, both = "www.slow.example", asyncio.Barrier(2)

    async def when_two_are_here(visit: Visit) -> None:
        if visit.hit.path in {"/0", "/1"}:
            await both.wait()
        await answer(STORY, delay=0.3)(visit)  # time for a third to come, if it would

    with LoopbackWeb({host: {"/robots.txt": answer(status=404), "*": when_two_are_here}}) as web:
        pages = fetched(web, [Request(f"http://{host}/{number}") for number in range(6)], host_spacing_seconds=0.05)

    assert web.peaks[host] == 2
    assert {page.outcome for page in pages} == {PageOutcome.FETCHED}


def test_the_spacing_holds_from_one_run_to_the_next() -> None:
    memory, host = FetchMemory(), "www.again.example"
    with LoopbackWeb({host: SITE}) as web:
        for _ in range(3):
            fetched(web, [Request(f"http://{host}/a")], memory)

    assert len(web.hits) == 4
    assert closest(web.hits) >= SPACING - GRAIN - web.lateness


def test_one_429_silences_the_whole_host_until_the_time_it_names() -> None:
    host = "www.busy.example"
    site = {"/robots.txt": answer(status=404), "*": answer(status=429, Retry_After="300")}
    memory = FetchMemory()
    with LoopbackWeb({host: site}) as web:
        pages = fetched(web, [Request(f"http://{host}/{number}") for number in range(20)], memory, host_spacing_seconds=0.01)
        later = fetched(web, [Request(f"http://{host}/later")], memory)

    assert len([hit for hit in web.hits if hit.path != "/robots.txt"]) == 1
    assert {page.outcome for page in pages + later} == {PageOutcome.RATE_LIMITED}
    assert all(page.retry_after_at is not None for page in pages + later)


def test_a_dead_host_is_tried_once_for_all_its_feeds() -> None:
    dead, alive = "www.dead.example", "www.alive.example"
    memory = FetchMemory()
    with LoopbackWeb({alive: SITE}) as web:
        settings = FetchSettings(connect_to=web.connect_to | {dead: "127.0.0.1:1"}, host_spacing_seconds=0.01)
        requests = [Request(f"http://{dead}/{number}") for number in range(50)] + [Request(f"http://{alive}/a")]
        pages = fetch_pages(requests, settings, memory)

    outcomes = [page.outcome for page in pages]
    assert outcomes.count(PageOutcome.HOST_DOWN) == 49
    assert outcomes.count(PageOutcome.CONNECT_FAILED) == 1
    assert outcomes[-1] is PageOutcome.FETCHED
    assert memory.hosts[dead].down_until is not None


def test_our_own_network_down_counts_against_nobody() -> None:
    hosts = [f"www.far-{number}.example" for number in range(60)]
    memory = FetchMemory()

    pages = fetch_pages(
        [Request(f"http://{host}/feed") for host in hosts],
        FetchSettings(connect_to=dict.fromkeys(hosts, "127.0.0.1:1"), host_spacing_seconds=0),
        memory,
    )

    assert {page.outcome for page in pages} == {PageOutcome.OFFLINE}
    assert {record.down_until for record in memory.hosts.values()} <= {None}


def test_a_few_dead_hosts_among_many_are_not_taken_for_our_own_network() -> None:
    dead = {f"www.dead-{number}.example": "127.0.0.1:1" for number in range(5)}
    with LoopbackWeb({f"www.well-{number}.example": SITE for number in range(10)}) as web:
        settings = FetchSettings(connect_to=web.connect_to | dead, host_spacing_seconds=0.01)
        pages = fetch_pages([Request(f"http://{host}/a") for host in [*dead, *web.sites]], settings)

    assert [page.outcome for page in pages] == [PageOutcome.CONNECT_FAILED] * 5 + [PageOutcome.FETCHED] * 10


def test_robots_txt_is_obeyed_for_our_name_and_remembered() -> None:
    host, memory = "www.rules.example", FetchMemory()
    rules = "User-agent: newsloom\nDisallow: /private\nAllow: /private/press\n\nUser-agent: *\nDisallow: /"
    with LoopbackWeb({host: {"/robots.txt": answer(rules), "*": answer(STORY)}}) as web:
        pages = fetched(web, [Request(f"http://{host}{path}") for path in ("/a", "/private/x", "/private/press")], memory)
        again = fetched(web, [Request(f"http://{host}/private/y")], memory)

    assert [page.outcome for page in pages + again] == [
        PageOutcome.FETCHED,
        PageOutcome.ROBOTS,
        PageOutcome.FETCHED,
        PageOutcome.ROBOTS,
    ]
    assert [hit.path for hit in web.hits].count("/robots.txt") == 1


@pytest.mark.parametrize(
    ("robots", "outcome"),
    [
        (answer(status=404), PageOutcome.FETCHED),
        (answer(status=403), PageOutcome.FETCHED),
        (answer("<html>We could not find it</html>"), PageOutcome.FETCHED),
        (answer(status=301, Location="/robots.txt"), PageOutcome.FETCHED),
        (answer(status=500), PageOutcome.ROBOTS),
        (answer("User-agent: *\nDisallow: /\n" + "# padding\n" * 100_000), PageOutcome.ROBOTS),
        (answer(status=429), PageOutcome.RATE_LIMITED),
    ],
)
def test_a_robots_txt_that_is_missing_allows_and_one_that_cannot_be_read_forbids(robots: Script, outcome: PageOutcome) -> None:
    with LoopbackWeb({"www.r.example": {"/robots.txt": robots, "*": answer(STORY)}}) as web:
        (page,) = fetched(web, [Request("http://www.r.example/a")], host_spacing_seconds=0)

    assert page.outcome is outcome, page.detail


LONG_RULES = b"User-agent: *\nDisallow: /early\n" + b"Disallow: /x0000\n" * 31_000  # 527,000 bytes


@pytest.mark.parametrize(
    ("body", "forbidden"),
    [
        (b"\xef\xbb\xbfUser-agent: *\nDisallow: /early\n", {"/early"}),
        ("User-agent: *\nDisallow: /early\n".encode("utf-16"), {"/early"}),
        (LONG_RULES + b"Disallow: /late\n" * 10_000, {"/early"}),
        (b"User-agent: *\nDisallow: /early\n#" + b"x" * (500 * 1024 - 44) + b"\nDisallow: /late", {"/early"}),
        (b"User-agent: *\nDisallow: /early\n#" + b"x" * (600 * 1024), {"/early"}),
    ],
    ids=["byte order mark", "UTF-16", "cut at 500 KiB", "cut behind the slash", "one endless line"],
)
def test_an_odd_robots_txt_forbids_what_it_names_and_never_the_whole_site(body: bytes, forbidden: set[str]) -> None:
    page = Page("https://a.example/robots.txt", PageOutcome.FETCHED, NOW, body=body[: 500 * 1024])

    rules = robots_of("https://a.example", page, None, NOW)

    paths = ("/early", "/late", "/news")
    assert {path for path in paths if not is_allowed(rules, f"https://a.example{path}", "newsloom")} == forbidden


def test_a_host_that_turns_out_to_be_slow_gives_the_pages_of_its_minutes_and_the_rest_later() -> None:
    slow = SITE | {"/robots.txt": answer("User-agent: *\nCrawl-delay: 0.2")}
    requests = [Request(f"http://{host}/{n}") for n in range(6) for host in ("slow.example", "quick.example")]
    requests.append(Request("http://slow.example/feed", kind="feed"))
    memory = FetchMemory()

    with LoopbackWeb({"slow.example": slow, "quick.example": SITE}) as web:
        pages = fetched(web, requests, memory, host_spacing_seconds=0.01, host_seconds=0.65)
        again = fetched(web, requests[:1], memory, host_spacing_seconds=0.01, host_seconds=0.65)

    ended = Counter((redirects.host_of(page.url), page.outcome) for page in pages)
    assert ended == {
        ("slow.example", PageOutcome.FETCHED): 3 + 1,
        ("slow.example", PageOutcome.POSTPONED): 3,
        ("quick.example", PageOutcome.FETCHED): 6,
    }
    assert [page.outcome for page in again] == [PageOutcome.POSTPONED]  # of this run
    assert memory.hosts == {}
    assert {page.detail for page in again} == {"slow.example asks for 0.2 s between pages: those of this run are used up"}


def test_a_redirect_to_a_forbidden_place_is_not_followed() -> None:
    site = {"/robots.txt": answer("User-agent: *\nDisallow: /b"), "/a": answer(status=302, Location="/b"), "/b": answer(STORY)}
    with LoopbackWeb({"www.r.example": site}) as web:
        (page,) = fetched(web, [Request("http://www.r.example/a")], host_spacing_seconds=0)

    assert page.outcome is PageOutcome.ROBOTS
    assert [hit.path for hit in web.hits] == ["/robots.txt", "/a"]


def test_what_is_remembered_can_be_stored_and_read_back() -> None:
    now = datetime(2026, 11, 18, tzinfo=UTC)
    memory = FetchMemory(
        {"a": HostRecord("a", held_until=now), "b": HostRecord("b")},
        {
            "http://a": RobotsFile("http://a", "", now + timedelta(hours=1), now),
            "http://old": RobotsFile("http://old", "", now - timedelta(days=31), now),
        },
    )

    hosts, files = memory.records(now)

    assert FetchMemory.of(hosts, files) == FetchMemory(
        {"a": HostRecord("a", held_until=now)}, {"http://a": memory.robots["http://a"]}
    )


def test_rest_grows_while_a_host_keeps_saying_429_and_is_forgotten_after_a_good_answer() -> None:
    now, record, waits = datetime(2026, 11, 18, tzinfo=UTC), HostRecord("a"), []
    for _ in range(8):
        record = after_answer(record, PageOutcome.RATE_LIMITED, None, now)
        assert record.held_until is not None
        waits.append((record.held_until - now) / timedelta(minutes=1))

    assert waits == [1, 2, 4, 8, 16, 32, 60, 60]
    assert after_answer(record, PageOutcome.UNCHANGED, None, now) == HostRecord("a")


def test_many_waiting_for_one_host_go_in_the_order_they_came() -> None:
    async def run(web: LoopbackWeb) -> None:
        async with Fetcher(FetchSettings(connect_to=web.connect_to, host_spacing_seconds=0.02)) as fetcher:
            await asyncio.gather(*(fetcher.fetch(Request(f"http://www.q.example/{number}")) for number in range(15)))

    with LoopbackWeb({"www.q.example": SITE}) as web:
        asyncio.run(run(web))

    assert [hit.path for hit in web.hits] == ["/robots.txt", *(f"/{number}" for number in range(15))]


def test_memory_stays_flat_over_fifty_cycles() -> None:
    hosts = [f"www.m{number}.example" for number in range(6)]
    memory, sizes = FetchMemory(), []
    with LoopbackWeb({host: {"/robots.txt": answer(status=404), "*": answer(STORY * 200)} for host in hosts}) as web:
        settings = FetchSettings(connect_to=web.connect_to, host_spacing_seconds=0)
        for cycle in range(50):
            fetch_pages([Request(f"http://{host}/{cycle}") for host in hosts], settings, memory)
            web.hits.clear()
            sizes.append(int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize())

    assert sizes[-1] - sizes[9] < 10_000_000  # resident bytes; the bodies of the forty cycles between are 60,000,000
