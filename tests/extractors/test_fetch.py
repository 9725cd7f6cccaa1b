"""The client itself: conditional, safe, encrypted; and every promise that needs no crowd of hosts."""

from __future__ import annotations

import asyncio
import socket
from pathlib import Path
from typing import Any

import h2.config
import h2.connection
import h2.events
import httpcore
import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.fetch import Fetcher, FetchSettings, fetch_pages
from extractors.fetch.addresses import AddressRefused, GuardedBackend, refusal_of
from extractors.fetch.redirects import checked_url
from extractors.hashes import body_hash_of
from extractors.records import Page, PageOutcome, Request, Validators
from tests.certificates import Certificate, certificate
from tests.loopback_web import LoopbackWeb, Script, Visit, answer

HOST = "www.site.example"
STORY = "<html><p>" + "The council met and agreed on a plan. " * 30


def fetch_one(site: dict[str, Script], request: Request, **settings: Any) -> tuple[Page, LoopbackWeb]:
    with LoopbackWeb({HOST: {"/robots.txt": answer(status=404)} | site}) as web:
        options = {"connect_to": web.connect_to, "host_spacing_seconds": 0.0} | settings
        return fetch_pages([request], FetchSettings(**options))[0], web


# ------------------------------------------------------------------------------------------------ what goes out


def test_the_request_says_who_we_are_and_what_we_have() -> None:
    request = Request(f"http://{HOST}/feed", Validators('W/"1"', "Tue, 17 Nov 2026 10:00:00 GMT"), kind="feed", item_id="i")

    page, web = fetch_one({"/feed": answer(status=304, ETag='W/"2"')}, request, contact="ops@news.example")

    sent = web.hits[-1].headers
    assert sent["user-agent"] == "newsloom/0.1 (+ops@news.example)"
    assert sent["from"] == "ops@news.example"
    assert (sent["if-none-match"], sent["if-modified-since"]) == ('W/"1"', "Tue, 17 Nov 2026 10:00:00 GMT")
    assert set(sent["accept-encoding"].split(", ")) == {"gzip", "deflate", "br", "zstd"}
    assert (page.outcome, page.status, page.item_id) == (PageOutcome.UNCHANGED, 304, "i")
    assert dict(page.request_headers).items() >= {"host": HOST, "if-none-match": 'W/"1"'}.items()
    assert page.address == "127.0.1.1"
    assert page.http_version == "HTTP/1.1"


def test_a_body_seen_before_is_unchanged_whatever_the_etag_says() -> None:
    request = Request(f"http://{HOST}/feed", Validators('"old"', None, body_hash_of(STORY.encode())), kind="feed")

    page, _ = fetch_one({"/feed": answer(STORY, ETag='"new"')}, request)

    assert (page.outcome, page.status, page.body) == (PageOutcome.UNCHANGED, 200, b"")


def test_a_304_to_a_request_without_validators_is_an_error() -> None:
    page, _ = fetch_one({"/x": answer(status=304)}, Request(f"http://{HOST}/x"))

    assert page.outcome is PageOutcome.PROTOCOL_ERROR


def test_a_password_in_the_url_is_sent_once_and_kept_nowhere() -> None:
    site = {"/x": answer(status=302, Location="/y"), "/y": answer(STORY)}

    page, web = fetch_one(site, Request(f"http://reader:secret@{HOST}/x"))

    assert [hit.headers.get("authorization") for hit in web.hits[-2:]] == ["Basic cmVhZGVyOnNlY3JldA==", None]
    assert "secret" not in f"{page.final_url}{page.request_headers}{page.detail}"


@pytest.mark.parametrize(
    ("statuses", "permanent"), [((301,), True), ((308, 301), True), ((302,), False), ((301, 302), False), ((307,), False)]
)
def test_only_a_chain_of_permanent_redirects_gives_a_permanent_url(statuses: tuple[int, ...], *, permanent: bool) -> None:
    site = {f"/{n}": answer(status=status, Location=f"/{n + 1}") for n, status in enumerate(statuses)}

    page, _ = fetch_one(site | {f"/{len(statuses)}": answer(STORY)}, Request(f"http://{HOST}/0"))

    last = f"http://{HOST}/{len(statuses)}"
    assert (page.outcome, page.final_url) == (PageOutcome.FETCHED, last)
    assert page.permanent_url == (last if permanent else None)


def test_a_connection_closed_while_idle_costs_nothing() -> None:
    async def close_after(visit: Visit) -> None:
        await answer(STORY)(visit)
        visit.writer.close()  # without a word of warning in the header

    with LoopbackWeb({HOST: {"/robots.txt": answer(status=404), "*": close_after}}) as web:
        settings = FetchSettings(connect_to=web.connect_to, host_spacing_seconds=0)
        pages = fetch_pages([Request(f"http://{HOST}/{n}") for n in range(10)], settings)

    assert {page.outcome for page in pages} == {PageOutcome.FETCHED}


def test_a_gzipped_sitemap_is_unpacked_and_a_bomb_of_one_is_not() -> None:
    import gzip

    small, _ = fetch_one({"/s.xml.gz": answer(gzip.compress(b"<urlset/>"), Content_Type="application/gzip")}, feed_request())
    bomb = answer(gzip.compress(b"a" * 3_000_000), Content_Type="application/gzip")
    large, _ = fetch_one({"/s.xml.gz": bomb}, feed_request(), max_feed_bytes=100_000)

    assert small.body == b"<urlset/>"
    assert large.outcome is PageOutcome.TOO_BIG


def feed_request() -> Request:
    return Request(f"http://{HOST}/s.xml.gz", kind="feed")


def test_fetching_nothing_gives_nothing() -> None:
    assert fetch_pages([]) == []


def test_the_same_url_asked_many_times_at_once_gives_one_page_each() -> None:
    with LoopbackWeb({HOST: {"*": answer(STORY)}}) as web:
        settings = FetchSettings(connect_to=web.connect_to, host_spacing_seconds=0, obey_robots=False)
        pages = fetch_pages([Request(f"http://{HOST}/x", item_id=str(n)) for n in range(40)], settings)

    assert [page.item_id for page in pages] == [str(n) for n in range(40)]
    assert {page.outcome for page in pages} == {PageOutcome.FETCHED}


def test_leaving_early_stops_everything_under_way() -> None:
    async def run(web: LoopbackWeb) -> set[str]:
        async with Fetcher(FetchSettings(connect_to=web.connect_to, host_spacing_seconds=0, obey_robots=False)) as fetcher:
            pages = fetcher.fetch_all([Request(f"http://{host}/x") for host in web.sites])
            async for _ in pages:
                break
            await pages.aclose()  # type: ignore[attr-defined]  # an async generator
            return {task.get_name() for task in asyncio.all_tasks()} - {asyncio.current_task().get_name()}  # type: ignore[union-attr]  # there is one

    with LoopbackWeb({f"www.h{n}.example": {"*": answer(STORY, delay=0.1 * n)} for n in range(8)}) as web:
        assert asyncio.run(run(web)) == set()


@given(
    st.text(max_size=60) | st.text(max_size=30).map("http://".__add__) | st.text(max_size=30).map("https://a.example/".__add__)
)
def test_no_string_is_too_odd_for_an_outcome(url: str) -> None:
    settings = FetchSettings(connect_to={"a.example": "127.0.0.1:1"}, host_spacing_seconds=0, connect_timeout_seconds=1)

    async def nobody(host: str, _port: int) -> list[str]:
        raise socket.gaierror(socket.EAI_NONAME, host)

    async def run() -> Page:
        async with Fetcher(settings, resolve=nobody) as fetcher:
            return await fetcher.fetch(Request(url))

    page = asyncio.run(run())

    assert page.outcome in {
        PageOutcome.BAD_URL,
        PageOutcome.DNS_FAILED,
        PageOutcome.CONNECT_FAILED,
        PageOutcome.ADDRESS_REFUSED,
    }


# ------------------------------------------------------------------------------------------------ addresses


@pytest.mark.parametrize(
    "address",
    [
        *("10.0.0.1", "172.16.3.4", "192.168.1.1", "127.0.0.1", "127.9.9.9", "0.0.0.0", "169.254.169.254", "100.64.0.1"),
        *("224.0.0.1", "240.0.0.1", "255.255.255.255", "192.0.2.1", "198.18.0.1", "203.0.113.9", "192.0.0.8", "192.88.99.1"),
        *("::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "fd12:3456::1", "fec0::1", "ff02::1", "2001:db8::1", "100::1"),
        *(
            "::ffff:10.0.0.1",
            "::ffff:127.0.0.1",
            "::ffff:7f00:1",
            "::127.0.0.1",
            "::a00:1",
            "64:ff9b::10.0.0.1",
            "64:ff9b::7f00:1",
        ),
        *("64:ff9b:1::c0a8:101", "2002:7f00:1::", "2002:a00:1::1", "2001:0:4136:e378:8000:63bf:3fff:fdd2"),
    ],
)
def test_addresses_that_are_not_of_the_public_internet_are_refused(address: str) -> None:
    assert refusal_of(address)


@pytest.mark.parametrize(
    "address", ["1.1.1.1", "93.184.216.34", "2606:4700::1111", "::ffff:1.1.1.1", "64:ff9b::1.1.1.1", "2a00:1450::1"]
)
def test_addresses_of_the_public_internet_are_not(address: str) -> None:
    assert refusal_of(address) is None


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "2130706433", "0x7f000001", "0177.0.0.1", "127.1", "[::1]", "[::ffff:127.0.0.1]", "localhost", "[fe80::1]"],
)
def test_no_spelling_of_loopback_gets_through(host: str) -> None:
    (page,) = fetch_pages([Request(f"http://{host}/")])

    assert page.outcome in {PageOutcome.ADDRESS_REFUSED, PageOutcome.BAD_URL, PageOutcome.DNS_FAILED}, page.detail


def test_dns_rebinding_meets_a_check_on_the_very_address_that_is_dialled() -> None:
    answers = iter([["93.184.216.34"], ["127.0.0.1"], ["10.0.0.1", "1.1.1.1"]])
    dialled: list[str] = []

    async def dial(address: str, *_: Any) -> httpcore.AsyncNetworkStream:
        dialled.append(address)
        raise httpcore.ConnectError("nobody")

    async def resolve(_host: str, _port: int) -> list[str]:
        return next(answers)

    async def run() -> list[type[Exception]]:
        backend = GuardedBackend(allow_private=False, connect_to={}, resolve=resolve)
        backend._dial = dial  # instead of the network
        errors: list[type[Exception]] = []
        for _ in range(3):
            try:
                await backend.connect_tcp("rebind.example", 80, 5.0)
            except httpcore.ConnectError as error:
                errors.append(type(error))
        return errors

    assert asyncio.run(run()) == [httpcore.ConnectError, AddressRefused, httpcore.ConnectError]
    assert dialled == ["93.184.216.34", "1.1.1.1"]


@pytest.mark.parametrize(
    ("failure", "outcome"),
    [
        (socket.gaierror(socket.EAI_NONAME, "no such name"), PageOutcome.DNS_FAILED),
        (socket.gaierror(socket.EAI_AGAIN, "try again"), PageOutcome.DNS_FAILED),
        (["10.1.2.3", "fe80::1"], PageOutcome.ADDRESS_REFUSED),
        ([], PageOutcome.DNS_FAILED),
    ],
)
def test_a_name_without_a_fit_address_fails_before_anything_is_dialled(failure: Any, outcome: PageOutcome) -> None:
    async def resolve(_host: str, _port: int) -> list[str]:
        if isinstance(failure, Exception):
            raise failure
        return list(failure)

    async def run() -> Page:
        async with Fetcher(FetchSettings(), resolve=resolve) as fetcher:
            return await fetcher.fetch(Request("http://name.example/"))

    page = asyncio.run(run())

    assert page.outcome is outcome
    assert ("temporary" in (page.detail or "")) == (getattr(failure, "errno", None) == socket.EAI_AGAIN)


def test_a_name_server_that_never_answers_is_interrupted() -> None:
    async def resolve(_host: str, _port: int) -> list[str]:
        await asyncio.sleep(60)
        return []

    async def run() -> Page:
        async with Fetcher(FetchSettings(connect_timeout_seconds=0.2), resolve=resolve) as fetcher:
            return await fetcher.fetch(Request("http://name.example/"))

    page = asyncio.run(run())

    assert page.outcome is PageOutcome.DNS_FAILED


def test_private_addresses_are_reached_only_when_the_operator_says_so() -> None:
    with LoopbackWeb({"127.0.1.1": {"/x": answer(STORY)}}) as web:
        url = f"http://127.0.1.1:{web.port}/x"
        (refused,) = fetch_pages([Request(url)])
        (allowed,) = fetch_pages([Request(url)], FetchSettings(allow_private_addresses=True, host_spacing_seconds=0))

    assert (refused.outcome, allowed.outcome) == (PageOutcome.ADDRESS_REFUSED, PageOutcome.FETCHED)
    assert len(web.hits) == 2  # robots.txt and /x of the second


@pytest.mark.parametrize(
    "url",
    [
        "",
        "x",
        "/a",
        "ftp://a.example/",
        "http://",
        "http://a b/",
        "javascript:alert(1)",
        "http://a.example:99999/",
        "http://[half/",
    ],
)
def test_what_is_no_web_address_is_a_bad_url(url: str) -> None:
    assert fetch_pages([Request(url)])[0].outcome is PageOutcome.BAD_URL


def test_an_international_name_is_asked_in_its_ascii_form() -> None:
    assert checked_url("https://münchen.example/straße?q=ü#f").raw_host == b"xn--mnchen-3ya.example"


# ------------------------------------------------------------------------------------------------ TLS and HTTP/2


def fetch_tls(served: Certificate, trusted: Certificate | None, scheme: str = "https") -> Page:
    with LoopbackWeb({HOST: {"*": answer(STORY)}}, tls=served.server()) as web:
        settings = FetchSettings(
            connect_to=web.connect_to,
            host_spacing_seconds=0,
            obey_robots=False,
            ca_file=str(trusted.path) if trusted else None,
        )
        return fetch_pages([Request(f"{scheme}://{HOST}/x")], settings)[0]


def test_a_certificate_is_verified_against_name_date_and_authority(tmp_path: Path) -> None:
    good, other, old = (
        certificate(tmp_path, HOST),
        certificate(tmp_path, "www.other.example"),
        certificate(tmp_path, HOST, days=-1),
    )

    outcomes = [fetch_tls(*pair).outcome for pair in [(good, good), (good, None), (other, other), (old, old)]]

    assert outcomes == [PageOutcome.FETCHED, *[PageOutcome.TLS_FAILED] * 3]


def test_plain_http_where_tls_should_be_is_a_tls_failure() -> None:
    with LoopbackWeb({HOST: {"*": answer(STORY)}}) as web:
        settings = FetchSettings(connect_to=web.connect_to, obey_robots=False, total_timeout_seconds=0.5)
        (page,) = fetch_pages([Request(f"https://{HOST}/x")], settings)

    assert page.outcome in {PageOutcome.TLS_FAILED, PageOutcome.TIMED_OUT}


async def speak_h2(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answer every stream of one connection with the story."""
    connection = h2.connection.H2Connection(h2.config.H2Configuration(client_side=False))
    connection.initiate_connection()
    writer.write(connection.data_to_send())
    while data := await reader.read(65536):
        for event in connection.receive_data(data):
            if isinstance(event, h2.events.RequestReceived):
                connection.send_headers(event.stream_id, [(":status", "200"), ("content-type", "text/html"), ("etag", '"h2"')])
                connection.send_data(event.stream_id, STORY.encode(), end_stream=True)
        writer.write(connection.data_to_send())
    writer.close()


def test_http2_is_spoken_where_the_server_offers_it(tmp_path: Path) -> None:
    good = certificate(tmp_path, HOST)

    async def run() -> list[Page]:
        server = await asyncio.start_server(speak_h2, "127.0.0.1", 0, ssl=good.server("h2", "http/1.1"))
        port = server.sockets[0].getsockname()[1]
        settings = FetchSettings(
            connect_to={HOST: f"127.0.0.1:{port}"}, host_spacing_seconds=0, obey_robots=False, ca_file=str(good.path)
        )
        async with Fetcher(settings) as fetcher:
            pages = [page async for page in fetcher.fetch_all([Request(f"https://{HOST}/{n}") for n in range(5)])]
        server.close()
        return pages

    pages = asyncio.run(run())

    assert {(page.outcome, page.http_version, len(page.body)) for page in pages} == {(PageOutcome.FETCHED, "HTTP/2", len(STORY))}
