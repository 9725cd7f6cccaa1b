"""Equal rows come in the same order whatever order the tables are in: LIMIT takes the same ones from every copy."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import duckdb
import pytest

from extractors.names import naming_of, uses_of
from extractors.records import Batch, Copy, Mention
from flows.dashboard.facts import Facts
from flows.dashboard.filters import Filter, Span
from flows.dashboard.pages import Visit, coverage, edits, feeds, quotes, search, syndication, today, trends
from flows.demo.show import QUERIES
from tests.warehouse_samples import NOW, article, mentions_of, quotes_of
from warehouse import ledger
from warehouse.connection import published_path, writer
from warehouse.load import load
from warehouse.publish import publish

ROOT = Path(__file__).parents[2]
OUTLETS = ("vorn.example", "dell.example", "echo.example")
BLOCK = re.compile(r"```sql\n(?P<sql>.*?)```", re.DOTALL)


@pytest.fixture(scope="module")
def copies(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[duckdb.DuckDBPyConnection]]:
    """Open the same news twice: as loaded, and with the rows of every table the other way round. Nearly all there is is equal."""
    home = tmp_path_factory.mktemp("ties")
    _fill(home)
    file, turned = published_path(home), home / "turned.duckdb"
    turned.write_bytes(file.read_bytes())
    with duckdb.connect(str(turned)) as connection:
        tables = connection.execute("SELECT schema_name || '.' || table_name FROM duckdb_tables() WHERE NOT temporary").fetchall()
        for (table,) in tables:
            connection.execute(f"CREATE TEMP TABLE turned AS SELECT * FROM {table} ORDER BY rowid DESC")
            connection.execute(f"DELETE FROM {table}")
            connection.execute(f"INSERT INTO {table} SELECT * FROM turned")
            connection.execute("DROP TABLE turned")
    opened = [duckdb.connect(str(path), read_only=True) for path in (file, turned)]
    for connection in opened:
        connection.execute("SET TimeZone = 'UTC'")
    yield opened
    for connection in opened:
        connection.close()


def _fill(home: Path) -> None:
    names = [f"Mira Olt{letter}" for letter in "abcdef"]
    found = [
        article(
            number, outlet=OUTLETS[number % 3], section="News", agency="dpa", text=f"{article(number).text}\n\n{' '.join(names)}"
        )
        for number in range(60)
    ]
    mentions = [mention for one in found for mention in mentions_of(one)]
    mentions += [
        Mention(one.article_id, name, one.text.index(name), one.text.index(name) + len(name), "person", "model")
        for one in found
        for name in names
    ]
    pairs = [
        Copy(later.article_id, first.article_id, "exact", 1.0, 1.0, "Word for word.", NOW, lag_seconds=0)
        for number, first in enumerate(found[:30:3])
        for later in found[30 + number : 60 : 10]
    ]
    edited = [
        replace(one, text=one.text.replace("low again", "lower than ever"), first_seen_at=NOW + timedelta(minutes=90))
        for one in found[:12]
    ]
    with writer(home) as connection:
        for run in ("one", "two"):
            ledger.start_run(connection, run, "ingest", NOW)
        connection.execute(
            "INSERT INTO feeds BY NAME SELECT 'https://' || outlet || n AS feed_url, outlet, false AS is_muted"
            " FROM (SELECT unnest(?) AS outlet), range(4) AS numbers (n)",
            [list(OUTLETS)],
        )
        told = [quote for one in found for quote in quotes_of(one)]
        batch = Batch("one", tuple(found), mentions=tuple(mentions), quotes=tuple(told), copies=tuple(pairs), as_of=NOW)
        load(connection, replace(batch, name_uses=tuple(uses_of(mentions))), decide_names=naming_of)
        load(connection, Batch("two", tuple(edited), as_of=NOW))
        connection.execute(
            "UPDATE articles SET original_id = c.original_id, copy_kind = kind FROM copies AS c"
            " WHERE c.article_id = articles.article_id"
        )
    publish(home)


def _same(copies: list[duckdb.DuckDBPyConnection], sql: str, values: object = None) -> int:
    answers = [connection.execute(sql, values).fetchall() for connection in copies]
    if not re.search(r"\bORDER BY\b|\bLIMIT\b|\w\('", sql):
        answers = [sorted(answer, key=str) for answer in answers]
    assert answers[0] == answers[1], sql
    return len(answers[0])


def test_the_questions_of_the_demo(copies: list[duckdb.DuckDBPyConnection]) -> None:
    assert all(_same(copies, sql) > 1 for _, sql in QUERIES)


def test_the_examples_of_the_guide(copies: list[duckdb.DuckDBPyConnection]) -> None:
    examples = [
        (name, sql)
        for name, sql in copies[0].execute("SELECT name, example FROM guide").fetchall()
        if name != "texts_of(article_ids)"
    ]

    assert sum(_same(copies, sql) for _, sql in examples) > 200


@pytest.mark.parametrize("page", ["analysts", "lake"])
def test_the_examples_of_the_papers(copies: list[duckdb.DuckDBPyConnection], page: str) -> None:
    blocks = BLOCK.findall((ROOT / "docs" / f"{page}.md").read_text(encoding="utf-8"))
    asked = [sql for sql in blocks if re.search(r"\bLIMIT\b", sql) and "ducklake" not in sql.lower() and "ATTACH" not in sql]

    assert asked
    for sql in asked:
        _same(copies, sql)


def test_macros_that_put_their_answer_in_order(copies: list[duckdb.DuckDBPyConnection]) -> None:
    first = copies[0].execute("SELECT max(original_id) FROM articles").fetchall()[0][0]
    day = NOW.date()

    for sql, value in (
        ("FROM articles_about(?) LIMIT 7", "Mira Olta"),
        ("FROM entities_called(?) LIMIT 7", "Mira Olta"),
        ("FROM mentioned_with(?) LIMIT 7", "Mira Olta"),
        ("FROM said_by(?) LIMIT 7", "Mira Olt"),
        ("FROM trending_on(?) LIMIT 7", day),
        ("FROM story_of(?) LIMIT 3", first),
        ("FROM search(?, most := 7)", "water"),
        ("FROM search(?, most := 7)", "water OR lake"),
        ("FROM search(?, most := 7)", '"low again" OR mayor'),
        ("SELECT * FROM stories WHERE outlets > ? ORDER BY story_id", 1),
    ):
        assert _same(copies, sql, [value]) > 0, sql


def test_the_questions_of_the_dashboard(copies: list[duckdb.DuckDBPyConnection]) -> None:
    day = NOW.date()
    span, wanted = Span(day - timedelta(days=2), day), Filter()
    facts = Facts(60, NOW, day, OUTLETS, ("en",), has_other_views=False)
    visit = Visit(wanted, {}, {}, facts)
    asked = [
        today.originals(wanted, span, "spread", 7),
        today.originals(wanted, span, "newest", 7),
        edits.edits(wanted, span, only_silent=False, most=7),
        trends.risen(day, 5),
        search.search(visit, "water", 7),
        feeds.feed_health(),
        feeds.runs(),
        quotes.quotes(wanted, span, "Mira Olt", 7),
        syndication.syndication(wanted, span, 7),
        coverage.coverage(wanted, span, 2),
    ]

    for question in asked:
        assert _same(copies, question.sql, dict(question.values)) > 0, question.sql


_LIMITED = re.compile(r"\bLIMIT\b", re.IGNORECASE)


def test_no_question_takes_the_first_rows_of_no_order(copies: list[duckdb.DuckDBPyConnection]) -> None:
    examples = [sql for (sql,) in copies[0].execute("SELECT example FROM guide WHERE example IS NOT NULL").fetchall()]
    examples += [sql for _, sql in QUERIES]

    loose = [sql for sql in examples if _LIMITED.search(sql) and not re.search(r"\bORDER BY\b|\bFROM \w+\(|FROM trending ", sql)]

    assert loose == []
