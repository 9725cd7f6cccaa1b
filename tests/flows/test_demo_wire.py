"""The bundled wire: everything it announces is served, is well-formed where it should be, and agrees with its truth."""

from __future__ import annotations

import errno
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from lxml import etree

from extractors.feeds import parse_feed
from extractors.fetch import FetchSettings, fetch_pages
from extractors.records import Request
from extractors.urls import canonical_url
from flows.demo import DemoWire, Truth
from flows.demo.editions import Publication, publications_of
from flows.demo.plan import DATA, plan
from flows.demo.server import IDLE_SECONDS, OutletServer
from flows.demo.site import Resource, environment, site_of
from flows.demo.stories import stories, with_dates

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
Get = Callable[..., httpx.Response]


@pytest.fixture(scope="module")
def wire() -> Iterator[DemoWire]:
    with DemoWire(NOW) as running:
        yield running


@pytest.fixture(scope="module")
def get(wire: DemoWire) -> Iterator[Get]:
    with httpx.Client(timeout=60) as client:

        def ask(url: str, **headers: str) -> httpx.Response:
            parts = urlsplit(url)
            wanted = parts._replace(netloc=wire.connect_to[parts.netloc]).geturl()
            return client.get(wanted, headers={"Host": parts.netloc, **headers})

        yield ask


@pytest.fixture(scope="module")
def truth() -> Truth:
    return DemoWire(NOW).truth


def edition(number: int) -> list[Publication]:
    return publications_of(plan(), stories(), number, NOW)


@pytest.fixture
def second(wire: DemoWire) -> Iterator[DemoWire]:
    wire.turn(2)
    yield wire
    wire.turn(1)


# ------------------------------------------------------------------------------------------------ what is served


@pytest.mark.parametrize("number", [1, 2])
def test_every_article_of_an_edition_is_served_with_its_text(wire: DemoWire, get: Get, number: int) -> None:
    wire.turn(number)

    for article in edition(number):
        answer = get(article.url)
        page = etree.HTML(answer.content)
        shown = " ".join(" ".join(page.itertext()).split())
        assert answer.status_code == 200, article.url
        assert all(paragraph in shown for paragraph in article.paragraphs), article.url
        assert article.headline in shown
    wire.turn(1)


def test_every_feed_that_should_work_is_well_formed(wire: DemoWire, get: Get) -> None:
    formats = set()
    for outlet in plan().outlets.values():
        for feed in outlet.feeds:
            answer = get(f"http://{outlet.host}{feed.path}")
            if feed.status != 200:
                assert answer.status_code == feed.status
            elif feed.breaks_off:
                with pytest.raises(etree.XMLSyntaxError):
                    etree.fromstring(answer.content)
            elif feed.format == "jsonfeed":
                assert json.loads(answer.content)["items"]
                formats.add(feed.format)
            else:
                assert len(etree.fromstring(answer.content)) > 0
                formats.add(feed.format)

    assert formats == {"rss20", "rss10", "atom10", "jsonfeed", "news_sitemap"}


def test_every_link_of_every_feed_leads_somewhere_known(wire: DemoWire, get: Get, second: DemoWire, truth: Truth) -> None:
    known = {article.url for article in truth.articles} | {skip.url for skip in truth.skips} | {old for old, _ in truth.moved}

    links = {url.partition("?")[0] for url in announced(get, second)}

    assert links - known == set()


def test_every_article_is_announced_but_the_one_a_broken_feed_loses(get: Get, second: DemoWire, truth: Truth) -> None:
    links = {url.partition("?")[0] for url in announced(get, second)}
    moved = {new for _, new in truth.moved}

    assert {article.url for article in truth.articles} - links == moved
    assert len(truth.unannounced) == 1
    assert links.isdisjoint(truth.unannounced)


def announced(get: Get, wire: DemoWire) -> set[str]:
    """Return all article URLs that the well-formed feeds list."""
    urls: set[str] = set()
    for feed in wire.feeds:
        answer = get(feed.feed_url)
        if answer.headers["Content-Type"] == "application/feed+json":
            urls |= {item["url"] for item in answer.json()["items"]}
        elif answer.status_code == 200:
            page = etree.fromstring(answer.content, etree.XMLParser(recover=True))
            urls |= set(page.xpath("//*[local-name()='item']/*[local-name()='link']/text()"))
            urls |= set(page.xpath("//*[local-name()='entry']/*[local-name()='link']/@href"))
            urls |= set(page.xpath("//*[local-name()='loc']/text()"))
    return urls


def test_a_feed_asked_again_with_its_validators_is_unchanged(wire: DemoWire, get: Get) -> None:
    for feed in wire.feeds:
        first = get(feed.feed_url)
        known = {
            ours: first.headers[theirs]
            for ours, theirs in (("If-None-Match", "ETag"), ("If-Modified-Since", "Last-Modified"))
            if theirs in first.headers
        }
        if first.status_code == 200:
            again = get(feed.feed_url, **known)
            assert known, feed.feed_url
            assert (again.status_code, again.content) == (304, b"")


def test_an_etag_outranks_a_date(wire: DemoWire, get: Get) -> None:
    later = "Fri, 01 Jan 2100 00:00:00 GMT"

    answer = get("http://meridianwire.example/rss/top.xml", **{"If-None-Match": '"stale"', "If-Modified-Since": later})

    assert answer.status_code == 200


def test_a_client_may_have_it_plain_or_compressed(wire: DemoWire, get: Get) -> None:
    plain = get("http://harbourpost.example/feed.xml", **{"Accept-Encoding": "identity"})
    packed = get("http://harbourpost.example/feed.xml", **{"Accept-Encoding": "gzip"})

    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert packed.content == plain.content


def test_every_front_page_announces_its_feeds(wire: DemoWire, get: Get) -> None:
    for outlet in plan().outlets.values():
        if outlet.template:
            page = etree.HTML(get(f"http://{outlet.host}/").content)
            assert page.xpath("//link[@rel='alternate']/@href") == [feed.path for feed in outlet.feeds]


# ------------------------------------------------------------------------------------------------ what goes wrong


def test_what_is_planned_to_go_wrong_goes_wrong_each_in_its_way(wire: DemoWire, get: Get, truth: Truth) -> None:
    seen = {skip.outcome: get(skip.url) for skip in truth.skips}

    assert seen["server_error"].status_code == 500
    assert seen["not_found"].status_code == 404
    assert seen["not_html"].headers["Content-Type"] == "application/pdf"
    assert seen["gone"].status_code == 410
    assert len(seen["too_big"].content) > 10 * 1024 * 1024
    forbidden = urlsplit(next(skip.url for skip in truth.skips if skip.outcome == "skipped_by_robots"))
    rules = get(f"http://{forbidden.netloc}/robots.txt").text
    assert any(forbidden.path.startswith(line.removeprefix("Disallow: ")) for line in rules.splitlines() if "Disallow: /" in line)


def test_the_real_fetcher_ends_each_planned_trouble_with_its_outcome(wire: DemoWire, truth: Truth) -> None:
    settings = FetchSettings(host_spacing_seconds=0, connect_to=wire.connect_to)
    asked = [Request(skip.url, kind="feed" if skip.stage == "poll" else "page") for skip in truth.skips]

    pages = fetch_pages([*asked, Request(truth.moved[0][0])], settings)

    outcomes = {page.url: page.outcome for page in pages}
    assert {skip.url: outcomes[skip.url] for skip in truth.skips} == {skip.url: skip.outcome for skip in truth.skips}
    moved = next(page for page in pages if page.url == truth.moved[0][0])
    assert (moved.outcome, moved.final_url, moved.permanent_url) == ("fetched", truth.moved[0][1], truth.moved[0][1])


def test_the_real_feed_reader_reads_every_feed_and_loses_one_entry_of_the_broken_one(second: DemoWire, truth: Truth) -> None:
    settings = FetchSettings(host_spacing_seconds=0, connect_to=second.connect_to)

    pages = fetch_pages([Request(feed.feed_url, kind="feed") for feed in second.feeds], settings)
    read = [parse_feed(page.body, page.content_type, page.url, NOW) for page in pages if page.outcome == "fetched"]

    announced = {entry.canonical_url for parsed in read for entry in parsed.entries}
    expected = {canonical_url(url) for url in ({a.url for a in truth.articles} - {new for _, new in truth.moved})}
    assert expected <= announced
    assert announced.isdisjoint(canonical_url(url) for url in truth.unannounced)
    assert [parsed.warnings != () for parsed in read].count(True) == 1


def test_announcements_are_articles_and_snags_and_repeats(second: DemoWire, truth: Truth) -> None:
    settings = FetchSettings(host_spacing_seconds=0, connect_to=second.connect_to)

    pages = fetch_pages([Request(feed.feed_url, kind="feed") for feed in second.feeds], settings)
    entries = [parse_feed(page.body, page.content_type, page.url, NOW).entries for page in pages if page.outcome == "fetched"]

    trouble = [skip for skip in truth.skips if skip.stage == "fetch"]
    assert sum(map(len, entries)) == len(truth.articles) + len(trouble) + len(truth.repeats)


def test_a_reader_who_hangs_up_in_a_huge_page_hurts_nobody(wire: DemoWire, get: Get) -> None:
    address = wire.connect_to["channelsix.example"]
    with httpx.stream("GET", f"http://{address}/live/harbour-gauge") as answer:
        next(answer.iter_raw())

    assert get("http://channelsix.example/").status_code == 200


def test_nonsense_on_the_socket_gets_an_error_and_the_next_reader_a_page(wire: DemoWire, get: Get) -> None:
    host, _, port = wire.connect_to["harbourpost.example"].rpartition(":")
    with socket.create_connection((host, int(port)), timeout=60) as connection:
        connection.sendall(b"\x16\x03\x01 NOT HTTP\r\n\r\n")
        answer = connection.recv(1000)

    assert b"Error response" in answer
    assert get("http://harbourpost.example/").status_code == 200


# ------------------------------------------------------------------------------------------------ editions and clock


def test_turning_to_an_edition_there_is_not_is_refused() -> None:
    with pytest.raises(ValueError, match="no edition 3"):
        DemoWire(NOW).turn(3)


def test_a_naive_now_is_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        DemoWire(datetime(2026, 1, 1))  # noqa: DTZ001 - naive on purpose


def test_the_same_now_gives_the_same_pages_and_the_same_truth() -> None:
    assert edition(2) == edition(2)
    assert DemoWire(NOW).truth == DemoWire(NOW).truth


def test_nothing_is_published_in_the_future() -> None:
    assert all(article.published_at < NOW and article.modified_at < NOW for article in edition(2))


def test_no_placeholder_reaches_the_reader(wire: DemoWire, get: Get) -> None:
    for article in edition(2):
        assert "{" not in article.text + article.headline + article.summary


def test_a_later_now_moves_weekdays_along() -> None:
    assert with_dates("on {day}, after {day-1}, due {date+1}", NOW, "en") == "on Friday, after Thursday, due 21 November"
    assert with_dates("on {day}", NOW + timedelta(days=1), "en") == "on Saturday"


def test_the_second_edition_keeps_every_article_of_the_first() -> None:
    assert {article.url for article in edition(1)} < {article.url for article in edition(2)}


# ------------------------------------------------------------------------------------------------ the server


def test_leaving_the_wire_ends_its_threads_and_closes_its_ports() -> None:
    before = set(threading.enumerate())
    with DemoWire(NOW) as running, httpx.Client() as client:
        address = running.connect_to["meridianwire.example"]
        client.get(f"http://{address}/")

    assert set(threading.enumerate()) <= before
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"http://{address}/")


def test_a_kept_alive_connection_does_not_hold_up_the_end() -> None:
    with DemoWire(NOW) as running:
        idle = [httpx.Client() for _ in range(3)]
        for client in idle:
            client.get(f"http://{running.connect_to['harbourpost.example']}/")
        started = time.monotonic()

    assert time.monotonic() - started < IDLE_SECONDS / 2
    for client in idle:
        client.close()


def test_many_readers_at_once_never_see_half_an_edition(wire: DemoWire) -> None:
    address = wire.connect_to["meridianwire.example"]
    both = {site(number)["/rss/top.xml"].body for number in (1, 2)}

    def read(_: int) -> bytes:
        return httpx.get(f"http://{address}/rss/top.xml", timeout=60).content

    with ThreadPoolExecutor(8) as pool:
        answers = pool.map(read, range(60))
        for number in (2, 1, 2, 1):
            wire.turn(number)
        seen = set(answers)

    assert seen <= both


def site(number: int) -> dict[str, Resource]:
    told = plan()
    return site_of(told.outlets["meridianwire.example"], edition(number), told.snags, NOW, environment())


def test_a_wire_can_be_opened_again_after_it_was_closed() -> None:
    wire = DemoWire(NOW)
    for _ in range(2):
        with wire, httpx.Client() as client:
            assert client.get(f"http://{wire.connect_to['dailyround.example']}/").status_code == 200
        assert wire.connect_to == {}


def test_where_only_one_loopback_address_exists_the_outlets_share_it(monkeypatch: pytest.MonkeyPatch) -> None:
    bind = OutletServer.server_bind

    def only_the_first(self: OutletServer) -> None:
        if self.server_address[0] != "127.0.0.1":
            raise OSError(errno.EADDRNOTAVAIL, "no such address")
        bind(self)

    monkeypatch.setattr(OutletServer, "server_bind", only_the_first)

    with DemoWire(NOW) as running:
        addresses = list(running.connect_to.values())
        httpx.get(f"http://{running.connect_to['suedblick.example']}/").raise_for_status()

    assert {address.partition(":")[0] for address in addresses} == {"127.0.0.1"}
    assert len(set(addresses)) == len(plan().outlets)


def test_the_module_serves_until_it_is_interrupted() -> None:
    command = [sys.executable, "-m", "flows.demo", "2"]

    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONUNBUFFERED": "1"}
    ) as process:
        assert process.stdout is not None
        url = process.stdout.readline().split()[1]
        front = httpx.get(url, timeout=60)
        process.send_signal(signal.SIGINT)
        process.stdout.read()

        assert process.wait(timeout=120) == 0
        assert front.status_code == 200


def test_requests_are_logged_with_host_path_status_and_user_agent(wire: DemoWire, get: Get) -> None:
    get("http://dailyround.example/nowhere?x=1", **{"User-Agent": "a-test/1"})

    hit = wire.requests[-1]

    assert (hit.host, hit.path, hit.status, hit.user_agent) == ("dailyround.example", "/nowhere?x=1", 404, "a-test/1")


def test_the_data_files_are_where_the_wheel_takes_them_from() -> None:
    assert DATA.parent.name == "demo"
    assert (DATA / "plan.toml").is_file()
    assert len(list(DATA.glob("templates/*.html"))) >= len([outlet for outlet in plan().outlets.values() if outlet.template])
