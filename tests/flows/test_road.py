"""The whole road for real: the wire on loopback, Prefect with its server, a file and a lake; held against the wire's truth."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from extractors.urls import canonical_url
from flows.demo import DemoWire, Truth
from flows.demo.editions import AGENCY
from flows.demo.show import SECOND_POLL_AFTER
from flows.report import RunSummary
from tests.lakes import CatalogOf, WarehouseIn
from warehouse.check import check
from warehouse.connection import reader
from warehouse.subscriptions import load_feeds

pytestmark = [pytest.mark.flow, pytest.mark.timeout(600)]


@dataclass(frozen=True)
class Road:
    """What two polls and a third, idle one left behind."""

    home: Path
    truth: Truth
    first: RunSummary
    second: RunSummary
    idle: RunSummary
    counts_before_idle: dict[str, int]


MOST_MORE_WORDS = 45
TABLES = ("articles", "revisions", "captions", "removed_lines", "copies", "entities", "entity_aliases", "mentions", "quotes")


def counts(home: Path) -> dict[str, int]:
    connection = reader(home)
    try:
        return {table: connection.execute(f"SELECT count(*) FROM {table}").fetchall()[0][0] for table in TABLES}
    finally:
        connection.close()


def quick_names(lake: dict[str, str]) -> dict[str, str]:
    """Spare the second road, in the everyday tests, the model that finds names: nothing of it depends on where the tables are."""
    return {"ENTITY_ENGINE": "gazetteer"} if lake and os.environ.get("NEWSLOOM_LAKES") != "all" else {}


@pytest.fixture(scope="module")
def road(
    prefect_harness: None, catalog_of: CatalogOf, warehouse_in: WarehouseIn, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Road]:
    from flows.ingest import ingest

    home = tmp_path_factory.mktemp("road")
    now = datetime.now(UTC)
    with pytest.MonkeyPatch.context() as patch, DemoWire(now) as wire:
        for name, value in {
            "HOME": str(home),
            "CONTACT": "test@newsloom.example",
            "CONNECT_TO": json.dumps(wire.connect_to),
            "HOST_SPACING_SECONDS": "0.02",
            "HOST_CONCURRENCY": "4",
            "BATCH_PAGES": "30",
            "WORKERS": "2",
            **{name.upper(): value for name, value in catalog_of(home).items()},
            **quick_names(catalog_of(home)),
        }.items():
            patch.setenv(f"NEWSLOOM_{name}", value)
        with warehouse_in(home).writer() as connection:
            load_feeds(connection, wire.feeds)
        first = ingest(now)
        wire.turn(2)
        second = ingest(now + SECOND_POLL_AFTER)
        before = counts(home)
        idle = ingest(now + SECOND_POLL_AFTER * 2)
        yield Road(home, wire.truth, first, second, idle, before)


@pytest.fixture
def news(road: Road) -> Iterator[duckdb.DuckDBPyConnection]:
    connection = reader(road.home)
    yield connection
    connection.close()


def test_every_article_of_the_wire_is_one_row(road: Road, news: duckdb.DuckDBPyConnection) -> None:
    expected = sorted(canonical_url(article.url) for article in road.truth.articles)

    found = sorted(url for (url,) in news.execute("SELECT canonical_url FROM articles").fetchall())

    assert found == expected


def test_every_article_says_what_its_outlet_wrote(road: Road, news: duckdb.DuckDBPyConnection) -> None:
    rows = news.execute(
        "SELECT canonical_url, title, language, dateline, agency, authors, without_standfirst(text, standfirst) FROM articles"
    ).fetchall()
    found = {url: rest for url, *rest in rows}
    true = {canonical_url(article.url): article for article in road.truth.articles}

    def told(field: int) -> dict[str, object]:
        return {url: values[field] for url, values in found.items()}

    assert told(0) == {url: article.title for url, article in true.items()}
    assert told(1) == {url: article.language for url, article in true.items()}
    assert told(2) == {url: article.dateline for url, article in true.items()}
    # No list knows this agency: its datelines name it, at others' sites; on its own it is the outlet.
    agencies = {
        url: article.agency if article.dateline and "wire" not in article.outlet else None for url, article in true.items()
    }
    assert told(3) == agencies
    assert {url: [name for name in names if name != AGENCY] for url, (*_, names, _) in found.items()} == {
        url: [name for name in article.authors if name != AGENCY] for url, article in true.items()
    }
    # An agency signs alone, or not at all.
    assert [url for url, (*_, agency, names, _) in found.items() if agency in names and len(names) > 1] == []
    for url, article in true.items():
        for paragraph in article.text.split("\n\n"):
            assert paragraph in found[url][5], (url, paragraph)
        # What more is there: the dateline, and what an outlet says of its own corrections.
        more = len(found[url][5].split()) - len(article.text.split())
        assert more <= MOST_MORE_WORDS, (url, found[url][5])


def test_every_promise_of_the_tables_holds(news: duckdb.DuckDBPyConnection) -> None:
    assert check(news) == []


def test_what_brought_nothing_has_the_outcome_that_the_wire_meant(road: Road, news: duckdb.DuckDBPyConnection) -> None:
    outcomes = news.execute("SELECT DISTINCT item, outcome FROM outcomes").fetchall()
    seen = {(canonical_url(item), outcome) for item, outcome in outcomes}

    missing = [(skip.url, skip.outcome) for skip in road.truth.skips if (canonical_url(skip.url), skip.outcome) not in seen]

    assert missing == []


def test_entries_seen_are_known_or_have_an_outcome(road: Road) -> None:
    assert road.first.entries_new == road.first.entries_seen
    assert road.second.entries_new < road.second.entries_seen
    assert road.first.pending == road.second.pending == 0


def test_no_relation_is_empty(road: Road) -> None:
    assert [table for table, count in road.counts_before_idle.items() if count == 0] == []


def test_copies_name_their_originals(road: Road, news: duckdb.DuckDBPyConnection) -> None:
    rows = news.execute(
        """
        SELECT copy.canonical_url, original.canonical_url
        FROM articles AS copy
        JOIN articles AS original ON original.article_id = copy.original_id
        """
    ).fetchall()
    found, true = set(rows), {(canonical_url(copy.url), canonical_url(copy.original_url)) for copy in road.truth.copies}

    # Two true copies spell so many names otherwise that they stay `related`: rather that than a false merge.
    assert len(found & true) >= len(true) - 3
    innocent = {frozenset(map(canonical_url, pair)) for pair in road.truth.not_copies}
    assert [pair for pair in found if frozenset(pair) in innocent] == []


def test_corrections_and_silent_edits_become_revisions(road: Road, news: duckdb.DuckDBPyConnection) -> None:
    rows = news.execute(
        "SELECT DISTINCT canonical_url FROM revisions JOIN articles USING (article_id) WHERE revisions.revision > 0"
    ).fetchall()

    assert {canonical_url(change.url) for change in road.truth.revisions} <= {url for (url,) in rows}


def test_names_spelt_differently_are_one_entity(road: Road, news: duckdb.DuckDBPyConnection) -> None:
    ids: dict[str, set[int]] = {}
    for entity_id, alias in news.execute("SELECT entity_id, unnest(aliases) FROM entities").fetchall():
        ids.setdefault(alias, set()).add(entity_id)

    merged = [
        name.name
        for name in road.truth.names
        if len(name.spellings) > 1 and set.intersection(*(ids.get(spelling, set()) for spelling in name.spellings))
    ]

    several = [name for name in road.truth.names if len(name.spellings) > 1]
    assert len(merged) >= 0.7 * len(several)


def test_most_quotations_have_their_speaker(road: Road, news: duckdb.DuckDBPyConnection) -> None:
    rows = news.execute(
        "SELECT canonical_url, quote, speaker, speaker_name FROM quotes JOIN articles USING (article_id)"
    ).fetchall()
    said = {(url, quote.strip(" ,.")): f"{speaker} {name}" for url, quote, speaker, name in rows}
    english = [quote for quote in road.truth.quotes if quote.language == "en"]

    right = sum(
        any(
            word in said.get((canonical_url(quote.url), quote.quote.strip(" ,.")), "")
            for word in (quote.speaker or "").split()
            if len(word) > 2
        )
        for quote in english
    )

    assert right >= 0.75 * len(english)


def test_a_run_that_finds_nothing_new_changes_nothing(road: Road) -> None:
    assert (road.idle.articles_new, road.idle.articles_revised) == (0, 0)
    assert counts(road.home) == road.counts_before_idle


def test_the_run_leaves_a_table_and_a_story_for_people(road: Road) -> None:
    from flows.report import markdown_of

    story = markdown_of(road.first)

    assert f"{road.first.articles_new} new articles" in story
    assert "server_error" in story
    assert sum(count for _, _, count in road.first.outcomes) == road.first.articles_new + len(road.truth.skips) + 11
