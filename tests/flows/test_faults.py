"""Whatever breaks on the way: one clear error, nothing lost, and the next run completes the work."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from extractors.archive import ArchiveUnwritable, warc_files
from extractors.records import Feed, Page, PageOutcome, Request, Rhythm
from flows.demo import DemoWire
from flows.errors import AlreadyRunning
from flows.stages import planning, polling, reading
from flows.stages.fetching import judged
from flows.stages.run import run_of
from flows.stages.work import PageWork
from tests import road_driver
from tests.faults.upgrades import NEW_COLUMNS, OLD, aged, versions_at
from tests.road_kills import finished, left_behind, run_process, settings_of, subscribed
from tests.road_tables import CLOCKS, differences, tables_of
from warehouse.check import check
from warehouse.connection import published_path, reader, writer
from warehouse.errors import DiskFull, WarehouseError, WarehouseNewer, WarehouseReadOnly
from warehouse.publish import publish
from warehouse.subscriptions import load_feeds, pending_entries

FEEDS = 5
"""Of the wire's twelve: enough for copies, residue and several formats."""
KILLS = int(os.environ.get("NEWSLOOM_KILLS", "3"))
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


@dataclass(frozen=True)
class Undisturbed:
    wire: DemoWire
    home: Path
    tables: dict[str, list[str]]
    seconds: float  # that the same run takes in a process of its own


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Undisturbed]:
    with DemoWire(datetime.now(UTC)) as wire:
        home = tmp_path_factory.mktemp("undisturbed")
        subscribed(wire, home, FEEDS)
        ended = run_process(settings_of(wire, home), wire.now)
        assert ended.code == 0, ended.errors
        tables, broken = left_behind(home)
        assert broken == []
        yield Undisturbed(wire, home, tables, ended.seconds)


@pytest.mark.parametrize("seed", range(KILLS))
def test_a_run_killed_at_any_moment_is_completed_by_the_next(undisturbed: Undisturbed, tmp_path: Path, seed: int) -> None:
    moment = random.Random(seed).uniform(0, undisturbed.seconds)
    settings = settings_of(undisturbed.wire, tmp_path)
    subscribed(undisturbed.wire, tmp_path, FEEDS)

    run_process(settings, undisturbed.wire.now, moment)
    finished(settings, undisturbed.wire.now)

    tables, broken = left_behind(tmp_path)
    assert differences(undisturbed.tables, tables) == {}, f"killed after {moment:.2f} of {undisturbed.seconds:.2f} s"
    assert broken == []


def test_ctrl_c_stops_a_run_which_says_so_and_the_next_completes_it(undisturbed: Undisturbed, tmp_path: Path) -> None:
    settings = settings_of(undisturbed.wire, tmp_path)
    subscribed(undisturbed.wire, tmp_path, FEEDS)

    ended = run_process(settings, undisturbed.wire.now, undisturbed.seconds / 2, signal.SIGINT)
    with writer(tmp_path) as connection:
        runs = connection.execute("SELECT status, error FROM main.runs").fetchall()
    finished(settings, undisturbed.wire.now)

    assert (ended.code, runs) == (130, [("failed", "interrupted")]), ended.errors
    assert differences(undisturbed.tables, left_behind(tmp_path)[0]) == {}


# ------------------------------------------------------------------------------------------------ two at once


def test_a_second_ingest_is_refused_and_an_import_beside_it_is_not(tmp_path: Path) -> None:
    settings = settings_of(DemoWire(NOW), tmp_path / "home")
    (tmp_path / "note.txt").write_text("A headline of a note\n\n" + "The council met on Monday and agreed on the budget. " * 20)

    with planning.alone(run_of(settings, "ingest")):
        with pytest.raises(AlreadyRunning, match=f"process {os.getpid()}"):
            road_driver.ingest(settings, NOW)
        [loaded] = road_driver.import_saved(settings, [tmp_path / "note.txt"])

    assert loaded.articles_new == 1


# ------------------------------------------------------------------------------------------------ the disk


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    with mounted(tmp_path / "disk", "200m") as folder:
        yield folder


@contextmanager
def mounted(folder: Path, size: str) -> Iterator[Path]:
    folder.mkdir()
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)], capture_output=True, check=False)
    if done.returncode:
        pytest.skip("mounting a small disk needs root")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def filled_at(stage: str, disk: Path) -> Callable[[str, Callable[[], Any]], Any]:
    """Return an `around` that fills the disk just before a stage."""

    def around(name: str, work: Callable[[], Any]) -> Any:
        ballast = disk / "ballast"
        if name == stage and not ballast.exists():
            with ballast.open("wb", buffering=0) as file:
                try:
                    while True:
                        file.write(b"\0" * 65536)
                except OSError:
                    pass
        return work()

    return around


def articles_in(home: Path) -> set[int]:
    with writer(home) as connection:
        return {key for (key,) in connection.execute("SELECT article_id FROM main.articles").fetchall()}


@pytest.mark.parametrize(("stage", "error"), [("archive", ArchiveUnwritable), ("load", DiskFull), ("publish", DiskFull)])
def test_a_full_disk_is_told_and_the_run_after_it_completes_the_work(
    undisturbed: Undisturbed, small_disk: Path, stage: str, error: type[Exception]
) -> None:
    home = small_disk / "home"
    settings = settings_of(undisturbed.wire, home)
    subscribed(undisturbed.wire, home, 1)
    road_driver.ingest(settings, undisturbed.wire.now)
    earlier = articles_in(home)
    subscribed(undisturbed.wire, home, FEEDS)

    with pytest.raises(error):
        road_driver.ingest(settings, undisturbed.wire.now, filled_at(stage, small_disk))
    (small_disk / "ballast").unlink()
    kept = articles_in(home)
    finished(settings, undisturbed.wire.now)

    assert earlier <= kept
    assert articles_in(home) == articles_in(undisturbed.home)
    assert left_behind(home)[1] == []


def test_a_read_only_home_says_so(small_disk: Path) -> None:
    settings = settings_of(DemoWire(NOW), small_disk / "home")
    subscribed(DemoWire(NOW), small_disk / "home", 1)
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)

    with pytest.raises(WarehouseReadOnly, match="Read-only file system"):
        road_driver.ingest(settings, NOW)


def test_a_warehouse_of_a_newer_version_is_left_alone(tmp_path: Path) -> None:
    settings = settings_of(DemoWire(NOW), tmp_path)
    subscribed(DemoWire(NOW), tmp_path, 1)
    with writer(tmp_path) as connection:
        connection.execute("INSERT INTO state.schema_migrations BY NAME SELECT * REPLACE (9999 AS version, 'later' AS name) "
                           "FROM state.schema_migrations LIMIT 1")  # fmt: skip

    with pytest.raises(WarehouseNewer, match="upgrade newsloom"):
        road_driver.ingest(settings, NOW)


def test_a_warehouse_of_an_older_version_is_brought_to_this_one_with_all_it_holds(
    undisturbed: Undisturbed, tmp_path: Path
) -> None:
    old = aged(undisturbed.home, tmp_path / "old")
    assert max(versions_at(old)) == OLD

    _, broken = left_behind(old)

    kept = CLOCKS | NEW_COLUMNS
    assert tables_of(old, without=kept) == tables_of(undisturbed.home, without=kept)
    assert broken == []
    assert max(versions_at(old)) > OLD


# ------------------------------------------------------------------------------------------------ damaged files


def test_a_rebuild_of_an_archive_cut_in_the_middle_loses_no_article(undisturbed: Undisturbed, tmp_path: Path) -> None:
    home = shutil.copytree(undisturbed.home, tmp_path / "home")
    settings = settings_of(undisturbed.wire, home)
    largest = max(warc_files(settings.archive_path), key=lambda file: file.stat().st_size)
    os.truncate(largest, largest.stat().st_size // 2)
    largest.with_name("newsloom-0-garbage.warc.gz").write_bytes(b"no archive at all")
    largest.with_name("newsloom-0-empty.warc.gz").touch()
    faults: list[str] = []

    road_driver.rebuild(settings, faults.append)

    assert articles_in(home) == articles_in(undisturbed.home)
    assert left_behind(home)[1] == []
    with writer(home) as connection:
        rows = connection.execute("SELECT count(*) FROM main.outcomes WHERE run_id LIKE 'rebuild%' AND stage = 'load'").fetchall()
    [(again,)] = rows
    assert 0 < again < len(undisturbed.tables["articles"])
    assert any("garbage" in fault for fault in faults)


@pytest.mark.parametrize("content", [b"", b"no database", None], ids=["empty", "garbage", "gone"])
def test_a_damaged_published_copy_is_replaced_by_the_next_publish(
    undisturbed: Undisturbed, tmp_path: Path, content: bytes | None
) -> None:
    home = shutil.copytree(undisturbed.home, tmp_path / "home")
    published_path(home).unlink()
    if content is not None:
        published_path(home).write_bytes(content)

    with pytest.raises(WarehouseError):
        reader(home)
    publish(home)

    connection = reader(home)
    assert connection.execute("SELECT count(*) FROM articles").fetchall() == [(len(undisturbed.tables["articles"]),)]
    connection.close()


# ------------------------------------------------------------------------------------------------ hostile input

BOMB = (
    b'<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a "ha">'
    + b"".join(b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9))
    + b"]><rss version='2.0'><channel><title>&j;</title><item><title>&j;</title><link>https://bomb.example/1</link></item>"
    + b"</channel></rss>"
)
ITEM = "<item><title>Harbour dredged</title><link>https://paper.example/harbour{}</link><guid>{}</guid></item>"


def feed_of(items: str) -> bytes:
    return f"<rss version='2.0'><channel><title>Paper</title>{items}</channel></rss>".encode()


@pytest.mark.parametrize(
    ("body", "outcome", "pending"),
    [
        (BOMB, None, None),
        (b"", "feed_unreadable", 0),
        (b"\x00\xff" * 5000, "feed_unreadable", 0),
        (feed_of("<item><title>" + "x" * 14_000_000 + "</title><link>https://paper.example/x</link></item>"), "fetched", 1),
        (feed_of("".join(ITEM.format("", number) for number in range(10))), "fetched", 1),
        (feed_of("".join(ITEM.format(f"?utm_source={n}", n) for n in range(10))), "fetched", 1),
        (feed_of("".join(ITEM.format(number, number) for number in range(3000))), "fetched", 3000),
    ],
    ids=["entity bomb", "empty", "noise", "14 MB of title", "one article ten times", "ten tracking links", "3000 entries"],
)
def test_a_hostile_feed_has_one_outcome_and_each_article_is_fetched_once(
    tmp_path: Path, body: bytes, outcome: str | None, pending: int | None
) -> None:
    url = "https://paper.example/rss"
    feed, rhythm = Feed(url, "paper.example"), Rhythm(url)
    page = Page(url, PageOutcome.FETCHED, NOW, status=200, body=body, content_type="application/rss+xml")
    run = run_of(settings_of(DemoWire(NOW), tmp_path), "ingest", NOW)
    with writer(tmp_path) as connection:
        load_feeds(connection, [feed])
    with planning.recorded(run):
        loaded = polling.load_polled(tmp_path, run.run_id, [(feed, rhythm)], [polling._read(feed, rhythm, page, NOW)], NOW)

    with writer(tmp_path) as connection:
        found = len(pending_entries(connection, NOW))
        broken = check(connection)
    [said] = loaded.outcomes
    assert outcome in {None, said.outcome}
    assert pending in {None, found}
    assert all(len(entry.title or "") < 1_000_000 for entry in loaded.new)
    assert broken == []


ARTICLE = "<html><body><article><h1>Harbour</h1>" + "<p>The council of Saltmere voted on Monday to dredge it.</p>" * 12


@pytest.mark.parametrize(
    ("body", "content_type", "charset", "outcome"),
    [
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3" + b"\x00" * 5000, "application/pdf", None, "not_html"),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3" + b"\x00" * 5000, "text/html", None, "not_html"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40, "image/png", None, "not_html"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40, None, None, "not_html"),
        (b"", "text/html", None, "failed"),
        (b"   \n", "text/html", None, "failed"),
        (ARTICLE.encode(), "text/html", "x-klingon", None),
        (ARTICLE.encode("utf-16"), "text/html", None, None),
        (b"<div>" * 100_000, "text/html", None, "failed"),
    ],
    ids=["PDF", "PDF as HTML", "image", "image of no type", "empty", "blank", "unknown charset", "UTF-16", "deep"],
)
def test_a_page_that_is_no_article_has_one_outcome(
    body: bytes, content_type: str | None, charset: str | None, outcome: str | None
) -> None:
    url = "https://paper.example/harbour"
    page = Page(url, PageOutcome.FETCHED, NOW, status=200, body=body, content_type=content_type, charset=charset)

    [read] = reading.read_pages("run", [judged("run", PageWork(url, Request(url)), page)], 0, 30)

    if outcome is None:
        assert read.outcome is None
        assert read.draft is not None
        assert "Saltmere" in read.draft.blocks[-1].text
    else:
        assert read.draft is None
        assert read.outcome is not None
        assert read.outcome.outcome == outcome or (outcome == "failed" and read.outcome.stage == "extract")
