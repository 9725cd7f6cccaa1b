"""Search and macros on what nobody should ask: an answer or one clear error, soon."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.dashboard_samples import client_of, publish_sample
from tests.hostile_words import AS_PLAIN, NOTHING_FOUND, REFUSED
from warehouse.connection import reader
from warehouse.errors import QueryRefused
from warehouse.query import ask, locked_down

MOST_SECONDS = 20.0
"""Of CPU, by all threads; each takes under one. Other work on the machine does not count."""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("hostile")
    publish_sample(made)
    return made


@pytest.fixture(scope="module")
def connection(home: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    connection = reader(home)
    yield connection
    connection.close()


@pytest.fixture(autouse=True)
def _in_time() -> Iterator[None]:
    started = time.process_time()
    yield
    assert time.process_time() - started < MOST_SECONDS


def _short(value: object) -> str:
    return ascii(value)[:40]


def found(connection: duckdb.DuckDBPyConnection, query: str | None) -> list[Any]:
    return connection.execute("FROM search(?)", [query]).fetchall()


@pytest.mark.parametrize("query", NOTHING_FOUND, ids=_short)
def test_what_asks_for_nothing_that_is_there_finds_nothing(connection: duckdb.DuckDBPyConnection, query: str | None) -> None:
    assert found(connection, query) == []


@pytest.mark.parametrize(("typed", "plain"), AS_PLAIN, ids=_short)
def test_what_keyboards_add_is_read_as_if_it_were_not_there(
    connection: duckdb.DuckDBPyConnection, typed: str, plain: str
) -> None:
    assert found(connection, typed) == found(connection, plain) != []


@pytest.mark.parametrize(("query", "reason"), REFUSED, ids=_short)
def test_what_cannot_be_asked_is_refused_with_its_reason(connection: duckdb.DuckDBPyConnection, query: str, reason: str) -> None:
    with pytest.raises(duckdb.InvalidInputException, match=reason) as refusal:
        found(connection, query)

    assert len(str(refusal.value)) < 200


def test_the_longest_searches_allowed_are_answered(connection: duckdb.DuckDBPyConnection) -> None:
    words = [word for (word,) in connection.execute("SELECT DISTINCT word FROM state.search_words ORDER BY word").fetchall()]
    many = [words[number % len(words)] for number in range(480)]

    assert found(connection, " ".join(many)) == []
    assert len(found(connection, " OR ".join(many))) == 8
    assert found(connection, f'"{" ".join(many)}"') == []


@pytest.mark.parametrize(("most", "count"), [("NULL", 7), ("0", 0), ("2", 2), ("9223372036854775807", 7), ("1e30", 7)])
def test_any_number_of_hits_may_be_asked_for(connection: duckdb.DuckDBPyConnection, most: str, count: int) -> None:
    assert len(connection.execute(f"FROM search('vornstad', most := {most})").fetchall()) == count


@pytest.mark.parametrize("most", ["-1", "'x'"])
def test_no_number_of_hits_is_refused(connection: duckdb.DuckDBPyConnection, most: str) -> None:
    with pytest.raises(duckdb.Error, match=r"negative|convert"):
        connection.execute(f"FROM search('vornstad', most := {most})")


@pytest.mark.parametrize("who", [None, "", "\0", "%", "_", "'", "OR", "\u200f", "(" * 5000, "a" * 1_000_000])
@pytest.mark.parametrize("macro", ["entities_called", "articles_about", "said_by", "mentioned_with", "entity_trend"])
def test_nobody_is_called_so(connection: duckdb.DuckDBPyConnection, macro: str, who: str | None) -> None:
    assert connection.execute(f"FROM {macro}(?)", [who]).fetchall() == []


@pytest.mark.parametrize("who", ["Mira Olt", "MIRA OLT", "  Mira Olt ", "Míra Ölt"])
@pytest.mark.parametrize("macro", ["entities_called", "articles_about", "said_by", "mentioned_with", "entity_trend"])
def test_a_name_is_found_in_any_case_and_accents_and_with_spaces_around(
    connection: duckdb.DuckDBPyConnection, macro: str, who: str
) -> None:
    assert connection.execute(f"FROM {macro}(?)", [who]).fetchall() != []


@pytest.mark.parametrize(
    ("sql", "count"),
    [
        ("FROM texts_of([])", 0),
        ("FROM texts_of(NULL)", 0),
        ("FROM texts_of([NULL, 1, 1])", 0),
        ("FROM texts_of((SELECT list(article_id) FROM (FROM articles UNION ALL FROM articles)))", 8),
        ("FROM texts_of(['x'])", "convert string 'x'"),
        ("FROM texts_of('x')", "cast"),
        ("FROM texts_of(5)", "cast"),
        ("FROM story_of(NULL)", 0),
        ("FROM story_of(-1)", 0),
        ("FROM story_of('x')", "convert string 'x'"),
        ("FROM trending_on(NULL)", 0),
        ("FROM trending_on('0001-01-01')", 0),
        ("FROM trending_on(DATE 'infinity')", 0),
        ("FROM trending_on('x')", "invalid date"),
        ("FROM trending_on(5)", "cast"),
        ("FROM entity_trend('Mira Olt', days := 0)", 0),
        ("FROM entity_trend('Mira Olt', days := -5)", 0),
        ("FROM entity_trend('Mira Olt', days := NULL)", 0),
        ("FROM entity_trend('Mira Olt', days := 10000000000)", "out of range"),
    ],
)
def test_macros_take_what_is_documented_and_say_what_is_wrong(
    connection: duckdb.DuckDBPyConnection, sql: str, count: int | str
) -> None:
    if isinstance(count, int):
        assert len(connection.execute(sql).fetchall()) == count
    else:
        with pytest.raises(duckdb.Error, match=count):
            connection.execute(sql)


@pytest.mark.parametrize(
    ("old", "new", "most"),
    [
        ("a " * 100_000, "b " * 100_000, 200),
        ("a b " * 2_000, "c d " * 2_000, 100_000),
        ("a" * 1_000_000, "b", 200),
        ("a b c", "x y z", 2_147_483_648),
        ("a b c", "x y z", 1e12),
        ("a b c", "x y z", None),
    ],
    ids=_short,
)
def test_texts_with_nothing_in_common_are_told_apart_in_time(
    connection: duckdb.DuckDBPyConnection, old: str, new: str, most: float | None
) -> None:
    told = connection.execute("SELECT word_changes(?, ?, most := ?)", [old, new, most]).fetchall()[0][0]

    assert [(change["removed"], change["added"]) for change in told] == [(old.strip(), new.strip())]


def test_half_characters_are_refused_by_whoever_asks(home: Path) -> None:
    with locked_down(home) as connection, pytest.raises(QueryRefused, match="no text"):
        ask(connection, "FROM search($words)", {"words": "lake \ud800"})


@pytest.mark.parametrize("words", ["OR", "lake OR", *(query for query, _ in REFUSED[2:17:3])], ids=_short)
def test_the_page_of_searches_answers_or_says_why_not(home: Path, words: str) -> None:
    page = client_of(home).get("/search", params={"q": words[:4000]})

    assert page.status_code == 200
    assert "Traceback" not in page.text
    assert "Invalid Input Error" not in page.text


def test_half_a_character_in_an_address_breaks_no_page(home: Path) -> None:
    assert client_of(home).get("/search?q=lake+%ED%A0%80%FF").status_code == 200
