from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.names import naming_of, uses_of
from extractors.records import Batch, Copy, Fingerprint, Outcome
from tests.lakes import WarehouseIn
from tests.warehouse_samples import NOW, article, mentions_of, quotes_of
from warehouse import ledger, read
from warehouse.check import check
from warehouse.load import load
from warehouse.revisions import Version, timeline, version_of
from warehouse.rollups import refresh_rollups

TABLES = ("articles", "revisions", "captions", "removed_lines", "copies", "mentions", "quotes", "outcomes")


@pytest.fixture
def connection(warehouse_in: WarehouseIn, tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with warehouse_in(tmp_path).writer() as connection:
        ledger.start_run(connection, "run", "ingest", NOW)
        yield connection


def contents(connection: duckdb.DuckDBPyConnection) -> dict[str, list[str]]:
    return {table: sorted(map(repr, connection.execute(f"FROM main.{table}").fetchall())) for table in TABLES}


def whole_batch(*numbers: int) -> Batch:
    articles = [article(number) for number in numbers]
    return Batch(
        run_id="run",
        articles=tuple(articles),
        mentions=tuple(mention for a in articles for mention in mentions_of(a)),
        quotes=tuple(quote for a in articles for quote in quotes_of(a)),
        fingerprints=tuple(Fingerprint(a.article_id, 1, n, 18, (n,)) for n, a in enumerate(articles)),
        outcomes=tuple(Outcome("run", a.url, "load", "loaded", NOW, article_id=a.article_id) for a in articles),
    )


def test_a_loaded_article_reads_back_as_it_was(connection: duckdb.DuckDBPyConnection) -> None:
    load(connection, whole_batch(1, 2))

    assert read.articles(connection, [article(1).article_id]) == [article(1)]
    assert read.mentions(connection, [article(1).article_id]) == mentions_of(article(1))
    assert read.quotes(connection, [article(1).article_id]) == quotes_of(article(1))
    assert check(connection) == []


def test_a_standfirst_reads_back_and_leaves_the_text_by_the_character(connection: duckdb.DuckDBPyConnection) -> None:
    opening = "Ärger am Vorn-See 👩🏽\u200d🌾: e\u0301in Dorf ohne Wasser"
    one = article(1, standfirst=opening, text=f"{opening}\n\n{article(1).text}")
    load(connection, Batch("run", (one, article(2))))

    assert read.articles(connection, [one.article_id]) == [one]
    told = connection.execute("SELECT without_standfirst(text, standfirst) FROM articles ORDER BY canonical_url").fetchall()
    assert told == [(one.without_standfirst,), (article(2).text,)]
    assert check(connection) == []
    connection.execute("UPDATE articles SET standfirst = 'Of another story' WHERE article_id = $1", [one.article_id])
    assert [broken.promise for broken in check(connection)] == ["a standfirst opens its text"]


def test_loading_twice_changes_nothing(connection: duckdb.DuckDBPyConnection) -> None:
    load(connection, whole_batch(1, 2, 3))
    before = contents(connection)

    report = load(connection, whole_batch(1, 2, 3))

    assert (report.articles_new, report.articles_unchanged) == (0, 3)
    assert contents(connection) == before
    assert check(connection) == []


def test_every_load_has_a_number_of_its_own(connection: duckdb.DuckDBPyConnection) -> None:
    numbers = [load(connection, whole_batch(1)).load_seq for _ in range(3)]

    assert numbers == [1, 2, 3]
    assert read.load_seq(connection) == 3


def test_the_same_article_twice_in_a_batch_is_one_row(connection: duckdb.DuckDBPyConnection) -> None:
    report = load(connection, Batch("run", (article(1), article(1), article(1, minutes=5))))

    assert report.articles_new == 1
    assert connection.execute("SELECT count(*) FROM articles").fetchall() == [(1,)]


def test_a_changed_article_is_revised_and_keeps_its_first_text(connection: duckdb.DuckDBPyConnection) -> None:
    old, new = article(1), article(1, minutes=60, text="Lake Vorn is not low.", title="A correction")
    load(connection, whole_batch(1))

    report = load(connection, Batch("run", (new,)))

    stored = read.articles(connection, [old.article_id])[0]
    assert report.articles_revised == 1
    assert (stored.text, stored.title, stored.first_seen_at) == (new.text, new.title, old.first_seen_at)
    rows = connection.execute("SELECT revision, title, text FROM revisions ORDER BY revision").fetchall()
    assert rows == [(0, old.title, old.text), (1, new.title, new.text)]
    assert connection.execute("SELECT count(*) FROM quotes").fetchall() == [(0,)]  # the old text's quotes went with it
    assert check(connection) == []


def test_the_word_diff_says_what_changed(connection: duckdb.DuckDBPyConnection) -> None:
    load(connection, Batch("run", (article(1, text="The flood left 12 people dead in Vornstad."),)))
    load(connection, Batch("run", (article(1, minutes=9, text="The flood left 15 people dead in Vornstad."),)))

    rows = connection.execute("SELECT word_diff, words_added, words_removed, is_silent FROM corrections").fetchall()

    assert rows == [("The flood left [-12-] {+15+}", 1, 1, True)]


def test_white_space_is_no_change(connection: duckdb.DuckDBPyConnection) -> None:
    load(connection, Batch("run", (article(1),)))

    report = load(connection, Batch("run", (article(1, minutes=5, text=article(1).text.replace(" ", "  ")),)))

    assert report.articles_unchanged == 1


def test_another_extractor_refreshes_and_makes_no_revision(connection: duckdb.DuckDBPyConnection) -> None:
    load(connection, Batch("run", (article(1),)))

    report = load(connection, Batch("run", (article(1, text="Better cleaned.", extractor_version="2"),)))

    assert report.articles_refreshed == 1
    assert connection.execute("SELECT text, revision, extractor_version FROM articles").fetchall() == [
        ("Better cleaned.", 0, "2")
    ]
    assert check(connection) == []


def test_an_older_version_that_comes_late_takes_its_place_in_time(connection: duckdb.DuckDBPyConnection) -> None:
    newest, older = article(1, minutes=60), article(1, minutes=0, text="An early draft.")
    load(connection, Batch("run", (newest,)))

    load(connection, Batch("run", (older,)))

    assert connection.execute("SELECT text FROM revisions ORDER BY revision").fetchall() == [(older.text,), (newest.text,)]
    assert connection.execute("SELECT text, revision FROM articles").fetchall() == [(newest.text, 1)]
    assert check(connection) == []


READINGS = [version_of(article(1, minutes=n, text=text)) for n, text in enumerate(["one", "one", "two", "three", "three"])]


@given(order=st.permutations(READINGS), cut=st.integers(0, 5))
def test_the_order_of_arrival_does_not_matter(order: list[Version], cut: int) -> None:
    versions = timeline(timeline([], order[:cut]), order[cut:])

    assert [version.text for version in versions] == ["one", "two", "three"]
    assert versions == timeline([], READINGS)


@given(order=st.permutations(READINGS))
def test_reading_again_what_is_known_changes_nothing(order: list[Version]) -> None:
    versions = timeline([], READINGS)

    assert timeline(versions, order) == versions


def test_copies_name_their_original(connection: duckdb.DuckDBPyConnection) -> None:
    copy = Copy(article(2).article_id, article(1).article_id, "excerpt", 0.5, 0.9, "90 % stands in the other", NOW)
    load(connection, replace(whole_batch(1, 2), copies=(copy,)))
    before = contents(connection)

    load(connection, replace(whole_batch(1, 2), copies=(copy,)))

    assert connection.execute("SELECT original_id, copy_kind FROM articles ORDER BY url").fetchall()[1] == (
        copy.original_id,
        "excerpt",
    )
    assert contents(connection) == before
    assert check(connection) == []


def test_a_revised_copy_stays_a_copy(connection: duckdb.DuckDBPyConnection) -> None:
    copy = Copy(article(2).article_id, article(1).article_id, "near", 0.9, 0.9, "", NOW)
    load(connection, replace(whole_batch(1, 2), copies=(copy,)))

    load(connection, Batch("run", (article(2, minutes=5, text="Changed."),)))

    rows = connection.execute("SELECT original_id FROM articles WHERE article_id = ?", [copy.article_id]).fetchall()
    assert rows == [(copy.original_id,)]


def test_outcomes_say_what_became_of_each_article(connection: duckdb.DuckDBPyConnection) -> None:
    load(connection, whole_batch(1))
    revised = replace(
        whole_batch(1, 2), run_id="run2", articles=(article(1, minutes=5, text="New."), article(2)), mentions=(), quotes=()
    )

    load(connection, replace(revised, outcomes=tuple(replace(outcome, run_id="run2") for outcome in revised.outcomes)))

    rows = connection.execute("SELECT run_id, outcome FROM outcomes ORDER BY run_id, item").fetchall()
    assert rows == [("run", "loaded"), ("run2", "revised"), ("run2", "loaded")]


def test_a_load_that_fails_leaves_nothing_behind(connection: duckdb.DuckDBPyConnection) -> None:
    broken = replace(whole_batch(1), quotes=(replace(quotes_of(article(1))[0], position=2**40),))

    with pytest.raises(Exception, match="int"):
        load(connection, broken)

    assert connection.execute("SELECT count(*) FROM articles").fetchall() == [(0,)]
    load(connection, whole_batch(1))
    assert check(connection) == []


@pytest.mark.parametrize(
    "text",
    ["", "\x00 null", "lone \ud800 surrogate", "x" * 2_000_000, "👩‍👩‍👧 \u202e rtl", "'; DROP TABLE articles; --"],
    ids=["empty", "null", "surrogate", "huge", "emoji", "sql"],
)
def test_hostile_text_loads_once(connection: duckdb.DuckDBPyConnection, text: str) -> None:
    load(connection, Batch("run", (article(1, text=text, title=text[:1000]),)))

    report = load(connection, Batch("run", (article(1, text=text, title=text[:1000]),)))

    assert report.articles_unchanged == 1


def test_a_publication_in_the_future_counts_for_the_day_it_was_seen(connection: duckdb.DuckDBPyConnection) -> None:
    load(connection, Batch("run", (article(1, published_at=NOW.replace(year=2099)), article(2, published_at=None))))

    assert connection.execute("SELECT DISTINCT published_date FROM articles").fetchall() == [(NOW.date(),)]


def test_replacing_writes_unchanged_articles_with_what_hangs_on_them(connection: duckdb.DuckDBPyConnection) -> None:
    load(connection, replace(whole_batch(1), mentions=()))
    load(connection, Batch("run", (article(1, minutes=5, text="Other."),)))
    load(connection, Batch("run", (article(1, minutes=9),)))

    report = load(connection, replace(whole_batch(1), articles=(article(1, minutes=9),)), replace_derived=True)

    assert (report.articles_refreshed, report.mentions, report.quotes) == (1, 2, 1)
    assert connection.execute("SELECT revision, first_seen_at = ? FROM articles", [NOW]).fetchall() == [(2, True)]
    assert check(connection) == []


def test_replacing_leaves_alone_what_a_later_reading_only_found_again(connection: duckdb.DuckDBPyConnection) -> None:
    load(connection, whole_batch(1))

    report = load(connection, Batch("run", (article(1, minutes=9, authors=()),)), replace_derived=True)

    assert (report.articles_refreshed, report.articles_unchanged) == (0, 1)
    assert connection.execute("SELECT authors FROM articles").fetchall() == [(["Ada Quill", "Ben Rook"],)]


@pytest.mark.parametrize(
    ("speaker", "name", "told"),
    [
        ("she", None, []),
        ("Она", None, []),
        ("她", None, []),
        ("She", "Mira Olt", ["Mira Olt"]),
        ("the mayor", None, ["the mayor"]),
        ("习近平", None, ["习近平"]),
    ],
)
def test_a_pronoun_is_nobody_whose_words_are_listed(
    connection: duckdb.DuckDBPyConnection, speaker: str, name: str | None, told: list[str]
) -> None:
    batch = whole_batch(1)
    quotes = tuple(replace(quote, speaker=speaker, speaker_name=name) for quote in batch.quotes)
    load(connection, replace(batch, quotes=quotes))

    assert [who for (who,) in connection.execute("SELECT speaker FROM who_said_what").fetchall()] == told
    assert connection.execute("SELECT speaker FROM quotes").fetchall() == [(speaker,)]


def test_names_are_linked_in_the_same_load_and_publish_counts_them_by_day(connection: duckdb.DuckDBPyConnection) -> None:
    batch = whole_batch(1, 2)
    load(connection, replace(batch, name_uses=tuple(uses_of(batch.mentions))), decide_names=naming_of)
    refresh_rollups(connection)

    rows = connection.execute("SELECT published_date, name, articles FROM entity_daily WHERE kind = 'person'").fetchall()
    said = connection.execute("SELECT speaker, quote FROM said_by('mira olt')").fetchall()
    pairs = connection.execute("SELECT name, originals FROM mentioned_with('Mira Olt')").fetchall()

    assert rows == [(NOW.date(), "Mira Olt", 2)]
    assert said == [("Mira Olt", "We will ration water,")] * 2
    assert pairs == [("Lake Vorn", 2)]
    assert check(connection) == []
