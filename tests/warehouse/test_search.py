from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from extractors.records import Batch
from tests.lakes import WarehouseIn
from tests.warehouse_samples import NOW, article
from warehouse import migrate, search
from warehouse.connection import writer
from warehouse.load import load
from warehouse.places import Warehouse
from warehouse.rows import registered
from warehouse.search import refresh_search

TEXTS = {
    1: ("Negotiators meet in Geneva", "The negotiations about the gas pipeline went on. Nord Stream was not discussed.", "en"),
    2: ("Pipeline leaks", "A stream of gas rose from the pipeline in the north. Nord, they said. Stream, they said.", "en"),
    3: ("Räte beraten", "Die Verhandlungen über die Gasleitung dauern an; Zürich wartet.", "de"),
    4: ("天气", "北京今天下雨", "zh"),
    5: ("Rain", "It rains and rains and rains in Beijing.", "en"),
    7: ("京北", "今天北方没有下雨", "zh"),
    6: ("Long rain", "It rains in Beijing. " + "Nothing else happened on that day of the year. " * 30, "en"),
}


def indexed(warehouse: Warehouse) -> Iterator[duckdb.DuckDBPyConnection]:
    with warehouse.writer() as connection:
        articles = [article(n, title=title, text=text, language=language) for n, (title, text, language) in TEXTS.items()]
        load(connection, Batch("run", tuple(articles)))
        refresh_search(connection)
        yield connection


@pytest.fixture(scope="module")
def library(warehouse_in: WarehouseIn, tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """For tests that only read."""
    yield from indexed(warehouse_in(tmp_path_factory.mktemp("library")))


@pytest.fixture
def connection(warehouse_in: WarehouseIn, tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """For tests that load."""
    yield from indexed(warehouse_in(tmp_path))


def found(connection: duckdb.DuckDBPyConnection, query: str) -> list[int]:
    rows = connection.execute("SELECT canonical_url FROM search(?)", [query]).fetchall()
    return [int(url.rpartition("/")[2]) for (url,) in rows]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("pipeline", [2, 1]),  # in the title counts more
        ("PIPELINE gas", [2, 1]),
        ("negotiation", [1]),  # another form of the word
        ("negotiating", [1]),  # a form that no article has
        ("Verhandlung", [3]),  # by the rules of the article's language
        ("zurich", [3]),
        ("Zürich", [3]),
        ('"nord stream"', [1]),  # not "Nord, they said. Stream"
        ("nord stream", [2, 1]),
        ("gas -geneva", [2]),
        ('gas -"nord stream"', [2]),
        ("title:pipeline", [2]),
        ("title:gas", []),
        ("gasl*", [3]),
        ("pipeline language:de", []),
        ("die language:de", [3]),
        ("rain", [5, 6]),  # often in a short text before once in a long one
        ("北京", [4]),  # side by side, as in a word
        ("京北", [7]),
        ("下雨", [4, 7]),
        ("下雨 -北京", [7]),
        ("title:京北", [7]),
        ('"gas pipeline"', [1]),
        ('"pipeline gas"', []),
        ('"pipeline leaks a stream"', []),  # a phrase does not run from the title into the text
        ('title:"pipeline leaks"', [2]),
        ('title:"a stream"', []),
        ('"rains and rains and rains"', [5]),
        ('rain -"nothing else happened"', [5]),
        ('rain -"nothing"', [5]),
        ('"the gas pipeline went on" language:en', [1]),
        ("rain outlet:vorn after:2026-01-01 before:2027-01-01", [5, 6]),
        ("rain before:2026-01-01", []),
        ("language:de", [3]),
        ("language:zh -北京", [7]),
        ('language:en -rain -"nord stream"', [2]),
        ("outlet:nowhere", []),
        ("-rain", []),
        ("nowhere", []),
        ("rain nowhere", []),
        ("", []),
        ("comet OR geneva", [1]),
        ("title:leaks OR title:rain -long", [5, 2]),
        ("beijing rains OR geneva", [5, 6]),
        ("geneva OR beijing OR nowhere -rain", [1]),
        ('"nord stream" OR "gasleitung dauern"', [3, 1]),
        ('"stream nord" OR comet', []),
        ("北京 OR comet", [4]),
        ("pipelines OR stream title:leaks", [2]),
        ("gas or geneva", []),  # small letters: a word
        ("OR gas -geneva OR", [2]),
        ("rain outlet:nowhere OR outlet:vorn", [5, 6]),
        ("language:de OR language:zh", [3, 4, 7]),
        ("-language:en", [3, 4, 7]),
        ("rain -outlet:vorn", []),
        ("rain -after:2026-01-01", []),
        ('"', []),
        ('-- : * "" title: ; DROP TABLE articles', []),
        ("'); DELETE FROM articles; --", []),
        ("\x00\ud7ff🌧", []),
    ],
)
def test_finds_what_was_asked_for_best_first(library: duckdb.DuckDBPyConnection, query: str, expected: list[int]) -> None:
    assert found(library, query) == expected


@pytest.mark.parametrize(
    "query", ["gas OR -geneva", "gas OR outlet:vorn", "title:gas OR gas", "after:2026-01-01 OR after:2027-01-01"]
)
def test_an_or_between_what_cannot_be_chosen_from_says_so(library: duckdb.DuckDBPyConnection, query: str) -> None:
    with pytest.raises(duckdb.InvalidInputException, match="OR stands between"):
        found(library, query)


def test_indexing_again_changes_nothing(connection: duckdb.DuckDBPyConnection) -> None:
    before = connection.execute("SELECT count(*) FROM state.search_postings").fetchall()

    assert refresh_search(connection) == 0
    assert connection.execute("SELECT count(*) FROM state.search_postings").fetchall() == before


def test_a_new_article_is_found_without_indexing_the_old_ones_again(connection: duckdb.DuckDBPyConnection) -> None:
    load(connection, Batch("run", (article(17, text="A comet over the pipeline."),)))

    assert refresh_search(connection) == 1
    assert found(connection, "comet") == [17]
    assert 17 in found(connection, "pipeline")


def test_a_revised_article_is_found_by_its_new_words_only(connection: duckdb.DuckDBPyConnection) -> None:
    load(connection, Batch("run", (article(5, minutes=5, title="Sun", text="It shines in Beijing.", language="en"),)))
    refresh_search(connection)

    assert found(connection, "rain") == [6]
    assert found(connection, "shine") == [5]


def test_the_newest_article_revised_is_not_found_by_its_old_words(connection: duckdb.DuckDBPyConnection) -> None:
    load(connection, Batch("run", (article(19, text="A comet over the lake."),)))
    refresh_search(connection)

    load(connection, Batch("run", (article(19, minutes=5, text="A meteor over the lake."),)))
    refresh_search(connection)

    assert found(connection, "comet") == []
    assert found(connection, '"meteor over the lake"') == [19]
    assert connection.execute("SELECT value FROM state.counters WHERE name = 'search_documents'").fetchall() == [(9,)]


def test_a_word_has_one_number_in_all_languages(connection: duckdb.DuckDBPyConnection) -> None:
    rows = connection.execute(
        "SELECT count(DISTINCT word), count(DISTINCT word_id), count(*) = count(DISTINCT (word, language))"
        " FROM state.search_words"
    ).fetchall()

    assert rows[0][0] == rows[0][1]
    assert rows[0][2]


def test_a_text_of_one_endless_word_or_none_is_indexed(connection: duckdb.DuckDBPyConnection) -> None:
    odd = ["x" * 1_000_000, "", "§§§ ---", "a " * 100_000]
    load(connection, Batch("run", tuple(article(100 + n, text=text, title=None) for n, text in enumerate(odd))))

    assert refresh_search(connection) == 4
    assert found(connection, "a")[:1] == [103]


def test_no_more_than_asked_for(connection: duckdb.DuckDBPyConnection) -> None:
    assert len(connection.execute("SELECT * FROM search('rain', most := 1)").fetchall()) == 1
    assert NOW.date() == connection.execute("SELECT max(published_at)::DATE FROM search('rain')").fetchall()[0][0]


def test_words_are_kept_in_order_as_they_grow(connection: duckdb.DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "_GROWN", search._GROWN.replace("20_000", "20"))
    load(connection, Batch("run", (article(18, text=" ".join(f"aardvark{n}" for n in range(90)), language="en"),)))

    refresh_search(connection)

    words = [word for (word,) in connection.execute("SELECT word FROM state.search_words").fetchall()]
    assert words == sorted(words)
    assert found(connection, "aardvark17") == [18]
    assert found(connection, "pipeline") == [2, 1]


def test_a_warehouse_of_before_phrases_is_indexed_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with writer(tmp_path / "today") as connection:
        load(connection, Batch("run", (article(1, text="A comet over the lake."),)))
        row = connection.sql("FROM articles").to_arrow_table()
    newer = migrate.migrations()
    older = [one for one in newer if one.version < 42]
    monkeypatch.setattr(migrate, "migrations", lambda: older)
    monkeypatch.setattr(migrate, "views", lambda: migrate.Migration(migrate.VIEWS_VERSION, "views", "SELECT 1"))
    with writer(tmp_path) as connection, registered(connection, row=row):
        columns = [name for (name,) in connection.execute("SELECT column_name FROM (DESCRIBE articles)").fetchall()]
        assert "dated_on" not in columns
        connection.execute(f"INSERT INTO articles BY NAME SELECT {', '.join(columns)} FROM row")
        connection.execute("INSERT INTO state.search_documents SELECT 0, article_id, content_hash, 5 FROM articles")
        connection.execute("INSERT INTO state.search_words VALUES (0, 'comet', 'en', 'comet')")
        connection.execute("INSERT INTO state.search_postings VALUES (0, 0, 1, false)")
    monkeypatch.undo()

    with writer(tmp_path) as connection:
        indexed_again = refresh_search(connection)

        assert indexed_again == 1
        assert found(connection, '"a comet over"') == [1]
