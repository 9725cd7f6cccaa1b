"""The word diff that analysts ask for in SQL, against rapidfuzz's shortest one."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rapidfuzz.distance import Indel

from extractors.records import Batch
from tests.warehouse_samples import article
from warehouse.connection import writer
from warehouse.load import load


@pytest.fixture(scope="module")
def connection(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    with writer(tmp_path_factory.mktemp("texts")) as connection:
        load(connection, Batch("run", (article(1, text="Lake Vorn is almost empty, said the mayor."),)))
        load(connection, Batch("run", (article(1, minutes=9, text="Lake Vorn is nearly empty, the mayor said."),)))
        yield connection


def changes(connection: duckdb.DuckDBPyConnection, old: str | None, new: str | None, most: int = 200) -> list[dict[str, str]]:
    found = connection.execute("SELECT word_changes($1, $2, most := $3)", [old, new, most]).fetchall()[0][0]
    assert isinstance(found, list)
    return found


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("He said no to the plan", "He said yes to the new plan", "He said [-no-] {+yes+} … He said no to the {+new+}"),
        ("all the same", "all  the\nsame", ""),
        ("", "", ""),
        (None, "of a sudden", "{+of a sudden+}"),
        ("of a sudden", None, "[-of a sudden-]"),
        ("'); DROP TABLE articles; --", "'); DROP TABLE entries; --", "'); DROP TABLE [-articles;-] {+entries;+}"),
        ("水 は 高い", "水 は 低い", "水 は [-高い-] {+低い+}"),
    ],
)
def test_a_diff_says_what_was_removed_and_what_was_added(
    connection: duckdb.DuckDBPyConnection, old: str | None, new: str | None, told: str
) -> None:
    assert connection.execute("SELECT word_diff($1, $2)", [old, new]).fetchall() == [(told,)]


some_words = st.lists(st.sampled_from("abcd"), max_size=12)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(old=some_words, new=some_words)
def test_no_shorter_diff_is_possible_and_it_turns_one_text_into_the_other(
    connection: duckdb.DuckDBPyConnection, old: list[str], new: list[str]
) -> None:
    found = changes(connection, " ".join(old), " ".join(new))

    removed, added = (sorted(" ".join(change[side] for change in found).split()) for side in ("removed", "added"))
    assert len(removed) + len(added) == Indel.distance(old, new)
    assert sorted([*old, *added]) == sorted([*new, *removed])


def test_texts_with_nothing_in_common_are_one_change_and_end_soon(connection: duckdb.DuckDBPyConnection) -> None:
    old, new = (" ".join(f"{side}{n}" for n in range(3_000)) for side in "ab")

    assert changes(connection, old, new) == [{"removed": old, "added": new, "context": ""}]
    assert len(changes(connection, "a b", "b c", most=1)) == 1


def test_every_version_of_a_table_is_compared_with_the_one_before(connection: duckdb.DuckDBPyConnection) -> None:
    rows = connection.execute(
        "SELECT word_diff(old.text, new.text) FROM revisions AS old"
        " JOIN revisions AS new ON new.article_id = old.article_id AND new.revision = old.revision + 1"
    ).fetchall()

    first, second, third = rows[0][0].split(" … ")
    assert first == "Lake Vorn is [-almost-] {+nearly+}"
    assert second == "Lake Vorn is almost empty, [-said-]"
    assert third == "is almost empty, said the [-mayor.-] {+mayor said.+}"
