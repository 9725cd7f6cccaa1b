"""The warehouse explains itself: comments, the guide, and the page about the schema."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from extractors.names import naming_of, uses_of
from extractors.records import Batch, Copy, Feed, Rhythm
from tests.lakes import WarehouseIn
from tests.warehouse_samples import NOW, article, entry, mentions_of, quotes_of
from warehouse import ledger
from warehouse.connection import reader, writer
from warehouse.load import load
from warehouse.migrate import migrations, views
from warehouse.schema import document
from warehouse.subscriptions import load_feeds, load_polls

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def home(warehouse_in: WarehouseIn, tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("home")
    warehouse = warehouse_in(home)
    batch = (article(1), article(2, outlet="dell.example", published_at=NOW), article(3, outlet="dell.example"))
    mentions = tuple(mention for a in batch for mention in mentions_of(a))
    with warehouse.writer() as connection:
        ledger.start_run(connection, "run", "ingest", NOW)
        load_feeds(connection, [Feed("https://vorn.example/feed", "vorn.example")])
        load_polls(connection, "run", [Rhythm("https://vorn.example/feed", polls=1)], [entry(1)], NOW)
        copy = Copy(batch[1].article_id, batch[0].article_id, "near", 0.9, 0.9, "", NOW)
        whole = Batch(
            "run",
            batch,
            mentions=mentions,
            quotes=tuple(q for a in batch for q in quotes_of(a)),
            copies=(copy,),
            name_uses=tuple(uses_of(mentions)),
        )
        load(connection, whole, decide_names=naming_of)
        load(connection, Batch("run", (article(1, minutes=30, text="The mayor was wrong."),)), decide_names=naming_of)
        ledger.finish_run(connection, "run", NOW)
    warehouse.publish()
    return home


@pytest.fixture
def connection(home: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    connection = reader(home)
    yield connection
    connection.close()


def test_every_table_view_column_and_macro_has_a_comment(connection: duckdb.DuckDBPyConnection) -> None:
    silent = connection.execute(
        """
        SELECT table_name, '' FROM duckdb_tables() WHERE database_name = 'news' AND comment IS NULL
        UNION ALL
        SELECT view_name, '' FROM duckdb_views() WHERE database_name = 'news' AND NOT internal AND comment IS NULL
        UNION ALL
        SELECT table_name, column_name FROM duckdb_columns() WHERE database_name = 'news' AND NOT internal AND comment IS NULL
        UNION ALL
        SELECT function_name, '()' FROM duckdb_functions() WHERE database_name = 'news' AND NOT internal AND comment IS NULL
        """
    ).fetchall()

    assert silent == []


def test_every_table_says_its_grain(connection: duckdb.DuckDBPyConnection) -> None:
    vague = connection.execute(
        "SELECT table_name FROM duckdb_tables() WHERE database_name = 'news' AND NOT (comment LIKE 'One row per %; grain %.%'"
        " OR table_name = 'copy_moves' OR schema_name = 'state' AND comment LIKE 'One row per %')"
    ).fetchall()

    assert vague == []


def test_every_relation_and_macro_stands_in_the_guide_with_an_example_that_runs(connection: duckdb.DuckDBPyConnection) -> None:
    rows = connection.execute("SELECT name, type, grain, meaning, example FROM guide").fetchall()

    names = {row[0] for row in rows}
    assert {"articles", "copies", "entities", "mentions", "quotes", "runs", "outcomes", "search(query, most)"} <= names
    for name, kind, grain, meaning, example in rows:
        assert meaning, name
        assert example, name
        assert grain or kind == "macro", name
        connection.execute(example).fetchall()


@pytest.mark.parametrize(
    "view",
    [
        "article_authors",
        "co_mentions",
        "corrections",
        "daily_coverage",
        "entity_daily",
        "feed_health",
        "freshness",
        "stories",
        "syndication",
        "trending",
        "who_said_what",
        "who_said_what_by_outlet",
    ],
)
def test_every_view_has_rows_where_there_is_something_to_say(connection: duckdb.DuckDBPyConnection, view: str) -> None:
    assert connection.execute(f"SELECT count(*) > 0 FROM {view}").fetchall() == [(True,)]


def test_views_answer_as_the_tables_say(connection: duckdb.DuckDBPyConnection) -> None:
    assert connection.execute("SELECT first_outlet, outlets FROM stories ORDER BY ALL DESC").fetchall() == [
        ("vorn.example", 2),
        ("dell.example", 1),
    ]
    assert connection.execute("SELECT outlet, original_outlet, copies, median_lag_minutes FROM syndication").fetchall() == [
        ("dell.example", "vorn.example", 1, 60.0)
    ]
    assert connection.execute("SELECT outlet, minutes_after_first_seen, is_silent FROM corrections").fetchall() == [
        ("vorn.example", 30, True)
    ]
    assert connection.execute("SELECT DISTINCT speaker, outlet FROM who_said_what").fetchall() == [("Mira Olt", "dell.example")]
    assert connection.execute("SELECT health, entries_pending FROM feed_health").fetchall() == [("ok", 1)]


def test_what_a_copy_repeats_is_told_once_and_by_outlet_on_request(tmp_path: Path) -> None:
    original, copy = article(1), article(2, outlet="dell.example", published_at=NOW)
    added = replace(quotes_of(copy)[0], position=1, quote="Number 2", start_char=0, end_char=8)
    whole = Batch(
        "run",
        (original, copy),
        quotes=(*quotes_of(original), *quotes_of(copy), added),
        copies=(Copy(copy.article_id, original.article_id, "near", 0.9, 0.9, "", NOW),),
    )
    with writer(tmp_path) as connection:
        load(connection, whole)

        once = connection.execute("SELECT outlet, quote FROM who_said_what ORDER BY ALL").fetchall()
        by_outlet = connection.execute("SELECT outlet, quote FROM who_said_what_by_outlet ORDER BY ALL").fetchall()

    said = "We will ration water,"
    assert once == [("dell.example", "Number 2"), ("vorn.example", said)]  # what only the copy has is its own
    assert by_outlet == [("dell.example", "Number 2"), ("dell.example", said), ("vorn.example", said)]


def test_a_story_tells_who_was_first_whichever_of_its_articles_is_asked_for(connection: duckdb.DuckDBPyConnection) -> None:
    ids = [found for (found,) in connection.execute("SELECT article_id FROM articles WHERE original_id IS NOT NULL").fetchall()]
    ids += [found for (found,) in connection.execute("SELECT DISTINCT original_id FROM copies").fetchall()]

    told = [
        connection.execute("SELECT outlet, minutes_after_first, kind FROM story_of(?)", [article_id]).fetchall()
        for article_id in ids
    ]

    assert told == [[("vorn.example", 0.0, "original"), ("dell.example", 60.0, "near")]] * len(ids)


def test_a_trend_has_every_day_and_compares_with_the_four_weeks_before(connection: duckdb.DuckDBPyConnection) -> None:
    rows = connection.execute("SELECT * FROM entity_trend('Mira Olt', days := 10)").fetchall()

    assert len(rows) == 10
    assert rows[-1][:4] == (NOW.date(), 1, 2, 0.0)  # a copy counts as an article, not as an original


def test_the_page_about_the_schema_is_what_the_database_says(connection: duckdb.DuckDBPyConnection) -> None:
    page = (ROOT / "docs" / "schema.md").read_text(encoding="utf-8")

    assert page == document(connection), "run: python -m warehouse.schema > docs/schema.md"


def test_every_column_of_articles_is_mapped_to_the_vocabularies_of_the_field(connection: duckdb.DuckDBPyConnection) -> None:
    mapped = set(re.findall(r"^\| `(\w+)` \| ", (ROOT / "docs" / "vocabulary.md").read_text(encoding="utf-8"), re.MULTILINE))
    columns = {row[0] for row in connection.execute("SELECT column_name FROM (DESCRIBE articles)").fetchall()}

    assert mapped == columns


def test_no_table_has_what_a_lake_cannot_have() -> None:
    sql = "\n".join(migration.sql for migration in migrations()).upper()

    for word in (
        "PRIMARY KEY",
        "UNIQUE",
        "CREATE INDEX",
        "CHECK (",
        "REFERENCES ",
        "AS ENUM",
        "CREATE SEQUENCE",
        "GENERATED ALWAYS",
    ):
        assert word not in sql


def test_migrations_are_numbered_once_each() -> None:
    numbers = [migration.version for migration in migrations()]

    assert numbers == sorted(set(numbers))
    assert numbers[0] == 1


def test_changed_views_are_made_anew_and_keep_their_comments(tmp_path: Path) -> None:
    with writer(tmp_path) as connection:
        connection.execute("UPDATE state.schema_migrations SET sha256 = 'old' WHERE version = 0")
        connection.execute("CREATE OR REPLACE VIEW main.stories AS SELECT 1 AS outdated")

    with writer(tmp_path) as connection:
        rows = connection.execute("SELECT comment FROM duckdb_columns() WHERE table_name = 'stories'").fetchall()
        digest = connection.execute("SELECT sha256 FROM state.schema_migrations WHERE version = 0").fetchall()

    assert len(rows) > 5
    assert all(comment for (comment,) in rows)
    assert digest == [(views().sha256,)]


def test_every_migration_has_a_number_of_its_own() -> None:
    numbers = [migration.version for migration in migrations()]

    assert len(set(numbers)) == len(numbers)
