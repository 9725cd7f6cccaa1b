"""A feed's password and token: used to fetch, and in no table, no command's output and no archive."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from extractors.fetch import FetchMemory, FetchSettings
from extractors.records import Entry, Feed, Outcome, PageOutcome, Rhythm
from extractors.urls import without_secrets
from flows import tasks
from flows.cli import cli
from flows.credentials import FILE, addresses_in, conceal_stored
from flows.errors import FlowError
from flows.settings import load_settings
from flows.stages.run import run_of
from tests.loopback_web import LoopbackWeb, answer
from warehouse import read
from warehouse.connection import working_path, writer
from warehouse.ledger import load_outcomes, start_run
from warehouse.subscriptions import load_feeds, load_polls, pending_entries

NOW = datetime.now(UTC).replace(microsecond=0)
URL = "http://ada:swordfish@paid.example/feed?token=opensesame&page=2"
MASKED = without_secrets(URL)
FEED = (
    b"<?xml version='1.0'?><rss version='2.0'><channel><title>Paid</title><item><title>A</title>"
    b"<link>http://paid.example/a</link></item></channel></rss>"
)
Run = Callable[..., Result]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NEWSLOOM_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("NEWSLOOM_CONTACT", "ops@news.example")
    monkeypatch.setenv("COLUMNS", "200")
    return tmp_path / "data"


@pytest.fixture
def run(home: Path) -> Run:
    return lambda *arguments: CliRunner().invoke(cli, ["feeds", *arguments])


@pytest.mark.parametrize(
    ("url", "masked"),
    [
        ("https://a.example/feed?page=2&sort=key", "https://a.example/feed?page=2&sort=key"),
        ("https://ada@a.example/feed", "https://***@a.example/feed"),
        ("https://ada:x@y@a.example/feed", "https://***@a.example/feed"),
        ("https://a.example/@ada/feed", "https://a.example/@ada/feed"),
        ("not an address: key=1 a@b", "not an address: key=1 a@b"),
        ("", ""),
    ],
)
def test_only_what_is_secret_is_masked(url: str, masked: str) -> None:
    assert without_secrets(url) == masked


@pytest.mark.parametrize("name", ["token", "access_token", "api_key", "apikey", "auth", "key", "Password", "sig"])
def test_tokens_are_masked_and_stay_apart(name: str) -> None:
    one, other = (without_secrets(f"https://a.example/feed?x=1&{name}={value}&y=2") for value in ("opensesame", "swordfish"))

    assert "opensesame" not in one
    assert one.startswith(f"https://a.example/feed?x=1&{name}=***")
    assert one.endswith("&y=2")
    assert one != other
    assert without_secrets(one) == one


def test_a_feed_is_asked_with_its_secrets_and_known_without_them(home: Path, run: Run) -> None:
    added = run("add", "--no-check", URL)
    paid = run_of(load_settings(), "ingest", NOW)

    with LoopbackWeb({"paid.example": {"/robots.txt": answer(status=404), "/feed?token=opensesame&page=2": answer(FEED)}}) as web:
        paid = replace(paid, fetching=FetchSettings(connect_to=web.connect_to, host_spacing_seconds=0))
        (poll,) = tasks.poll_feeds.fn(paid, [(Feed(MASKED, "paid.example"), Rhythm(MASKED))], FetchMemory())

    assert poll.page.outcome is PageOutcome.FETCHED
    sent = web.hits[-1]
    assert sent.headers["authorization"] == "Basic YWRhOnN3b3JkZmlzaA=="
    assert "token=opensesame" in sent.path
    assert (poll.feed_url, poll.page.url) == (MASKED, MASKED)
    assert poll.parsed is not None
    assert poll.parsed.entries[0].feed_url == MASKED
    everything = added.output + repr(poll) + repr(paid) + run("list").output
    everything += "".join(file.read_bytes().decode("latin-1") for file in home.rglob("*") if file.is_file() and file.name != FILE)
    assert MASKED in added.output
    assert "swordfish" not in everything
    assert "opensesame" not in everything


def test_the_secrets_lie_in_a_file_of_the_operators_alone(home: Path, run: Run) -> None:
    run("add", "--no-check", URL)

    assert addresses_in(home) == {MASKED: URL}
    assert (home / FILE).stat().st_mode & 0o077 == 0


def test_a_password_is_changed_by_subscribing_again(home: Path, run: Run) -> None:
    run("add", "--no-check", "https://ada:old@paid.example/feed", "--outlet", "The Paid")
    again = run("add", "--no-check", "https://ada:new@paid.example/feed")

    assert "0 added, 1 were subscribed already" in again.output
    assert addresses_in(home) == {"https://***@paid.example/feed": "https://ada:new@paid.example/feed"}
    with writer(home) as connection:
        assert [feed.outlet for feed in read.feeds(connection)] == ["The Paid"]


def test_commands_take_either_address_and_opml_takes_secrets_along_when_told(home: Path, run: Run) -> None:
    run("add", "--no-check", URL)

    assert "1 changed" in run("set", URL, "--mute").output
    assert "1 changed" in run("set", MASKED, "--unmute").output
    assert "swordfish" not in run("export", "-").output
    run("export", "--with-secrets", "all.opml")
    assert "1 removed" in run("remove", URL).output
    assert addresses_in(home) == {}
    run("import", "all.opml")
    assert addresses_in(home) == {MASKED: URL}


def test_what_an_earlier_version_stored_is_masked_wherever_it_stands(home: Path) -> None:
    with writer(home) as connection:
        load_feeds(connection, [Feed(URL, "paid.example", added_at=NOW)])
        start_run(connection, "run", "ingest", NOW)
        load_polls(connection, "run", [Rhythm(URL)], [Entry(URL, "a", "http://paid.example/a", "http://paid.example/a")], NOW)
        load_outcomes(connection, [Outcome("run", URL, "poll", "fetched", NOW, feed_url=URL)])

        assert conceal_stored(connection, home) == 1
        assert conceal_stored(connection, home) == 0
        assert [feed.feed_url for feed in read.feeds(connection)] == [MASKED]
        assert [rhythm.feed_url for rhythm in read.rhythms(connection)] == [MASKED]
        assert [entry.feed_url for entry in pending_entries(connection, NOW)] == [MASKED]
        assert connection.execute("SELECT item, feed_url FROM outcomes").fetchall() == [(MASKED, MASKED)]
    assert working_path(home).exists()


def test_a_broken_file_of_secrets_is_one_clear_error(home: Path) -> None:
    home.mkdir()
    (home / FILE).write_text("[1, 2]")

    with pytest.raises(FlowError, match="no list of addresses"):
        addresses_in(home)
