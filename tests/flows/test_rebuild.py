"""What the archive gives again is what was there: byte for byte, with all that was learnt between two polls."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from extractors.archive import MAX_FILE_BYTES, warc_files
from extractors.archive.merging import merge_days
from extractors.records import Feed
from flows.demo import DemoWire
from flows.settings import Settings
from flows.stages import naming
from tests import road_driver
from tests.road_tables import DERIVED, differences, tables_of
from warehouse.check import check
from warehouse.connection import writer
from warehouse.publish import publish
from warehouse.regrow import adopt, replace_working_file
from warehouse.subscriptions import load_feeds

TABLES = (*DERIVED, "entity_aliases", "state.lines")


NAMED = ("mentions", "quotes", "entities", "entity_aliases", "state.entity_days", "state.pair_days", "state.name_aliases")
TWO_PEOPLE_AND_TWO_SPELLINGS = """
(
    SELECT 'different' AS verdict, kind, min(lower(alias)), max(lower(alias))
    FROM main.entity_aliases
    WHERE kind <> 'person' AND NOT starts_with(lower(alias), 'the ')
    GROUP BY entity_id, kind
    HAVING count(DISTINCT strip_accents(lower(alias))) > 1
    ORDER BY ALL
    LIMIT 1
)
UNION ALL
(
    SELECT 'same', 'person', min_by(alias, key), max_by(alias, key)
    FROM (
        SELECT alias, key
        FROM state.name_aliases
        WHERE kind = 'person'
        QUALIFY count(*) OVER (PARTITION BY entity_id) = 1
        ORDER BY documents DESC, key
        LIMIT 2
    )
)
"""


@dataclass(frozen=True)
class History:
    settings: Settings
    tables: dict[str, list[str]]


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> History:
    home = tmp_path_factory.mktemp("history")
    now = datetime.now(UTC)
    with DemoWire(now) as wire:
        settings = Settings(
            home=home,
            contact="test@newsloom.example",
            connect_to=dict(wire.connect_to),
            host_spacing_seconds=0,
            host_concurrency=8,
            entity_engine="gazetteer",
            workers=1,
            batch_pages=20,
        )
        with writer(home) as connection:
            load_feeds(connection, wire.feeds)
        road_driver.ingest(settings, now)
        wire.turn(2)
        road_driver.ingest(settings, now + timedelta(hours=26))
    return History(settings, tables_of(home, TABLES))


def test_only_what_the_wire_corrected_is_a_revision(history: History) -> None:
    now = datetime.now(UTC)

    revised = {row.split("'title'")[0] for row in history.tables["revisions"] if "'revision': 1" in row}

    assert len(revised) == len(DemoWire(now).truth.revisions)


def test_a_run_that_was_told_another_time_ends_and_fetches_in_that_time(history: History) -> None:
    with writer(history.settings.home) as connection:
        runs = connection.execute("SELECT started_at, finished_at FROM runs ORDER BY started_at").fetchall()
        seen = connection.execute("SELECT DISTINCT seen_at::DATE FROM revisions WHERE revision = 1").fetchall()

    (first, first_end), (second, second_end) = runs
    assert first < first_end < first + timedelta(hours=1)
    assert second < second_end < second + timedelta(hours=1)
    assert {day for (day,) in seen} <= {second.date(), second_end.date()}


def test_a_rebuild_gives_byte_equal_tables_and_keeps_what_was_told(history: History) -> None:
    home = history.settings.home
    told = tables_of(home, ("feeds", "state.entries", "state.rhythms", "state.rechecks", "state.hosts"))

    road_driver.rebuild(history.settings)

    assert differences(history.tables, tables_of(home, TABLES)) == {}
    assert differences(told, tables_of(home, tuple(told))) == {}
    with writer(home) as connection:
        assert check(connection) == []


def test_a_rebuild_from_merged_files_gives_the_same_tables_again(history: History) -> None:
    archive, later = history.settings.archive_path, datetime.now(UTC) + timedelta(days=3)
    before = len(warc_files(archive))

    merged = merge_days(archive, later.date(), later.timestamp(), MAX_FILE_BYTES)
    road_driver.rebuild(history.settings)

    assert merged.files > 0
    assert len(warc_files(archive)) == before - merged.files
    assert differences(history.tables, tables_of(history.settings.home, TABLES)) == {}


def test_importing_the_archive_again_changes_nothing(history: History) -> None:
    road_driver.import_saved(history.settings, [history.settings.archive_path])

    before = {table: history.tables[table] for table in DERIVED}
    assert differences(before, tables_of(history.settings.home)) == {}


def test_a_feed_added_while_a_rebuild_runs_is_kept(tmp_path: Path) -> None:
    old, new = tmp_path / "home", tmp_path / "home" / ".rebuild"
    for home in (old, new):
        with writer(home):
            pass
    adopt(new, old)
    with writer(old) as connection:
        load_feeds(connection, [Feed("https://paper.example/rss", "paper.example")])

    replace_working_file(new, old)

    with writer(old) as connection:
        assert connection.execute("SELECT feed_url FROM main.feeds").fetchall() == [("https://paper.example/rss",)]


def test_words_on_names_give_what_a_rebuild_under_them_gives(history: History, tmp_path: Path) -> None:
    home = Path(shutil.copytree(history.settings.home, tmp_path / "curated"))
    settings = history.settings.model_copy(update={"home": home})
    now = datetime.now(UTC)
    with writer(home) as connection:
        pairs = connection.execute(TWO_PEOPLE_AND_TWO_SPELLINGS).fetchall()
        for verdict, kind, one, other in pairs:
            naming.tell(connection, verdict, (one, other), (kind,) if kind else (), "a test", now)
        naming.resolve_again(connection, now)
    publish(home)
    told = tables_of(home, (*NAMED, "state.name_log"), without=frozenset({"link_evidence", "evidence"}))

    road_driver.rebuild(settings)

    again = tables_of(home, tuple(told), without=frozenset({"link_evidence", "evidence"}))
    assert "same" in {verdict for verdict, *_ in pairs}
    assert differences(told, again) == {}
    assert any("told same" in row for row in told["state.name_log"])
