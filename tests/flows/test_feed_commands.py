"""What an operator says of feeds: each decision of the rhythm has its word, and nonsense is one clear error."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from extractors.fetch.hosts import HostRecord
from extractors.records import Feed, Page, PageOutcome, Poll, Rhythm
from extractors.schedule import MOVED_AFTER_SIGHTINGS, due, next_rhythm, request_of
from flows.cli import cli
from flows.errors import FlowError
from flows.stages.planning import keep_memory, plan_polls
from flows.stages.polling import load_polled
from flows.stages.run import Run as FlowRun
from warehouse import hosts, read
from warehouse.connection import writer
from warehouse.subscriptions import load_feeds, store_rhythms

NOW = datetime.now(UTC).replace(microsecond=0)
URL = "https://harbourpost.example/rss"
LATER = NOW + timedelta(hours=20)
TROUBLED = Rhythm(
    URL,
    next_poll_at=LATER,
    polled_at=NOW - timedelta(minutes=10),
    etag='"a"',
    polls=9,
    failures=7.5,
    last_error="server_error: status 500",
    moved_to="https://new.example/rss",
    moved_sightings=MOVED_AFTER_SIGHTINGS,
    is_gone=True,
    entries_per_day=12.0,
    distrusts_validators=True,
)
Run = Callable[..., Result]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NEWSLOOM_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("COLUMNS", "200")
    with writer(tmp_path / "data") as connection:
        load_feeds(connection, [Feed(URL, "harbourpost.example", "Harbour Post", added_at=NOW)])
        store_rhythms(connection, [TROUBLED])
        hosts.load_hosts(connection, [HostRecord("harbourpost.example", held_until=LATER, holds=3)], [])
    return tmp_path / "data"


@pytest.fixture
def run(home: Path) -> Run:
    return lambda *arguments: CliRunner().invoke(cli, ["feeds", *arguments])


def feed_in(home: Path) -> tuple[Feed, Rhythm]:
    with writer(home) as connection:
        return read.feeds(connection)[0], read.rhythms(connection)[0]


def test_the_interval_is_the_operators_and_comes_into_force_at_once(home: Path, run: Run) -> None:
    run("set", URL, "--every", "30")
    feed, rhythm = feed_in(home)

    assert feed.interval_seconds == 1800
    assert rhythm.next_poll_at == NOW + timedelta(minutes=20)

    run("set", URL, "--adaptive")

    assert feed_in(home)[0].interval_seconds is None
    assert feed_in(home)[1].entries_per_day == 12.0


def test_a_feed_is_muted_and_heard_again(home: Path, run: Run) -> None:
    run("set", URL, "--mute")
    assert feed_in(home)[0].is_muted
    assert "muted" in run("list").output

    run("set", URL, "--unmute")
    assert not feed_in(home)[0].is_muted


def test_failures_and_410_and_a_held_host_are_forgotten_on_demand(home: Path, run: Run) -> None:
    assert "gone (410)" in run("list").output

    run("set", URL, "--again")

    _, rhythm = feed_in(home)
    assert (rhythm.failures, rhythm.last_error, rhythm.is_gone, rhythm.distrusts_validators) == (0.0, None, False, False)
    assert due([rhythm], NOW) == [rhythm]
    with writer(home) as connection:
        assert hosts.hosts(connection) == []


def test_a_redirect_is_overruled_either_way(home: Path, run: Run) -> None:
    run("set", URL, "--own-address")
    assert request_of(feed_in(home)[1]).url == URL

    run("set", URL, "--address", "https://third.example/feed")
    assert request_of(feed_in(home)[1]).url == "https://third.example/feed"


def test_saying_the_same_twice_changes_nothing(home: Path, run: Run) -> None:
    run("set", URL, "--every", "30", "--mute")
    before = feed_in(home)

    run("set", URL, URL, "--every", "30", "--mute")

    assert feed_in(home) == before


@pytest.mark.parametrize(
    "arguments",
    [
        ("set", URL),
        ("set", URL, "--every", "30", "--adaptive"),
        ("set", URL, "--address", "https://x.example/", "--own-address"),
        ("set", URL, "--address", "file:///etc/passwd"),
        ("set", "https://stranger.example/rss", "--mute"),
        ("set", "", "--mute"),
        ("add", "not a url", "--no-check"),
        ("add", "file:///etc/passwd", "--no-check"),
        ("add", "http://", "--no-check"),
        ("add", "https://" + "a" * 9000 + ".example/", "--no-check"),
    ],
)
def test_nonsense_is_one_clear_error_and_changes_nothing(home: Path, run: Run, arguments: tuple[str, ...]) -> None:
    before = feed_in(home)

    result = run(*arguments)

    assert isinstance(result.exception, FlowError)
    assert "\n" not in str(result.exception)
    assert feed_in(home) == before


@pytest.mark.parametrize("arguments", [("--every", "0"), ("--every", "soon"), ("--every", "-5"), ("--every", str(10**9))])
def test_an_interval_that_is_none_is_refused(run: Run, arguments: tuple[str, ...]) -> None:
    assert run("set", URL, *arguments).exit_code == 2


def test_adding_and_importing_what_is_there_keeps_what_the_operator_said(home: Path, run: Run, tmp_path: Path) -> None:
    run("set", URL, "--every", "30", "--mute")
    run("export", "mine.opml")
    wanted = feed_in(home)[0]

    run("add", URL, "--no-check")
    again = run("import", "mine.opml")

    assert "0 added, 1 were subscribed already" in again.output
    assert feed_in(home)[0] == wanted
    run("add", URL, "--no-check", "--every", "45", "--outlet", "post")
    assert feed_in(home)[0] == replace(wanted, interval_seconds=2700, outlet="post")


@pytest.mark.parametrize(
    "document",
    [b"", b"<opml", b"\x00\xff\xfe", b"<html><body>no</body></html>", b"<opml version='2.0'><body>" + b"<outline>" * 5000],
    ids=["empty", "cut off", "bytes", "a page", "a ladder"],
)
def test_an_opml_file_that_is_none_is_one_clear_error(home: Path, run: Run, tmp_path: Path, document: bytes) -> None:
    (tmp_path / "bad.opml").write_bytes(document)
    before = feed_in(home)

    result = run("import", "bad.opml")

    assert result.exception is None or "bad.opml" in str(result.exception)
    assert feed_in(home) == before


def test_a_malformed_opml_file_says_that_something_may_be_missing(home: Path, run: Run, tmp_path: Path) -> None:
    outline = '<outline xmlUrl="https://paper{}.example/rss" text="{}"/>'
    told = "".join(map(outline.format, range(3), ("one", "a < b", "three")))
    (tmp_path / "bad.opml").write_text(f"<opml><body>{told}</body></opml>")

    output = run("import", "bad.opml").output

    assert "were subscribed already." in output
    assert "bad.opml is malformed, and what stands behind that may be missing: " in output
    assert "(line 1)" in output


def test_ten_thousand_feeds_are_imported_once(home: Path, run: Run, tmp_path: Path) -> None:
    outlines = "".join(f'<outline type="rss" xmlUrl="https://paper{number}.example/rss"/>' for number in range(10_000))
    (tmp_path / "many.opml").write_text(f"<opml version='2.0'><body>{outlines}</body></opml>")

    first, second = run("import", "many.opml"), run("import", "many.opml")

    assert "10000 added" in first.output
    assert "0 added, 10000 were subscribed already" in second.output


# ------------------------------------------------------------------------------------------------ said while a run polls

WELL = replace(TROUBLED, next_poll_at=NOW, is_gone=False, failures=0.0, last_error=None, distrusts_validators=False)
ANSWERED = Page(URL, PageOutcome.UNCHANGED, NOW, status=304)


@pytest.mark.parametrize(
    ("said", "stands"),
    [
        (
            ["--every", "30"],
            lambda feed, rhythm: feed.interval_seconds == 1800 and rhythm.next_poll_at >= NOW + timedelta(minutes=25),
        ),
        (["--mute"], lambda feed, rhythm: feed.is_muted and rhythm.polls == WELL.polls + 1),
        (["--again"], lambda _, rhythm: rhythm.next_poll_at is None and rhythm.etag is None),
        (["--address", "https://other.example/rss"], lambda _, rhythm: rhythm.moved_to == "https://other.example/rss"),
        (["--own-address"], lambda _, rhythm: rhythm.moved_to is None and rhythm.next_poll_at > NOW),
    ],
    ids=["every", "mute", "again", "address", "own address"],
)
def test_what_is_said_of_a_feed_while_it_is_polled_stands(
    home: Path, run: Run, said: list[str], stands: Callable[[Feed, Rhythm], bool]
) -> None:
    with writer(home) as connection:
        store_rhythms(connection, [WELL])
    planned = feed_in(home)

    assert run("set", URL, *said).exit_code == 0
    load_polled(home, "run", [planned], [Poll(URL, ANSWERED)], NOW)

    assert stands(*feed_in(home))
    assert feed_in(home)[1].polled_at == NOW, "and the poll counts"


def test_a_feed_that_is_removed_while_it_is_polled_stays_removed(home: Path, run: Run) -> None:
    planned = feed_in(home)

    assert run("remove", URL).exit_code == 0
    loaded = load_polled(home, "run", [planned], [Poll(URL, ANSWERED)], NOW)

    assert [outcome.item for outcome in loaded.outcomes] == [URL]
    with writer(home) as connection:
        assert connection.execute("SELECT count(*) FROM state.rhythms").fetchall() == [(0,)]


def test_a_poll_that_nobody_speaks_into_is_remembered_whole(home: Path) -> None:
    with writer(home) as connection:
        store_rhythms(connection, [WELL])
    feed, planned = feed_in(home)

    load_polled(home, "run", [(feed, planned)], [Poll(URL, ANSWERED)], NOW)

    expected = next_rhythm(feed, planned, Poll(URL, ANSWERED), 0, NOW)
    assert feed_in(home)[1] == replace(expected, next_poll_at=feed_in(home)[1].next_poll_at)
    assert abs(feed_in(home)[1].next_poll_at - expected.next_poll_at) < timedelta(milliseconds=1)


def test_a_host_that_is_released_while_a_run_polls_stays_released(home: Path, run: Run) -> None:
    begun = FlowRun("run", "ingest", NOW, home, home / "archive")
    with writer(home) as connection:
        hosts.load_hosts(
            connection, [HostRecord(name, held_until=LATER, holds=3) for name in ("harbourpost.example", "b.example")], []
        )
    memory = plan_polls(begun, 10).memory
    assert memory is not None
    memory.hosts["c.example"] = HostRecord("c.example", held_until=LATER, holds=1)

    assert run("set", URL, "--again").exit_code == 0
    keep_memory(begun, memory)

    with writer(home) as connection:
        assert [record.host for record in hosts.hosts(connection)] == ["b.example", "c.example"]
