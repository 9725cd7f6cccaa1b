from __future__ import annotations

import csv
import io
import json
import time
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest

from extractors.records import Batch
from tests.hostile_sql import HOSTILE_SQL
from tests.lakes import WarehouseIn
from tests.warehouse_samples import NOW, article, mentions_of
from warehouse import ledger
from warehouse.connection import published_path
from warehouse.errors import QueryRefused
from warehouse.export import export
from warehouse.load import load
from warehouse.query import Limits, ask, csv_of, json_of, locked_down, records_of, write_parquet


@pytest.fixture(scope="module")
def home(warehouse_in: WarehouseIn, tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("home")
    warehouse = warehouse_in(home)
    with warehouse.writer() as connection:
        ledger.start_run(connection, "run", "ingest", NOW)
        articles = (article(1), article(2, published_at=NOW.replace(day=20)))
        load(connection, Batch("run", articles, mentions=tuple(mentions_of(articles[0]))))
    warehouse.publish()
    return home


@pytest.fixture
def connection(home: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with locked_down(home, Limits(memory="200MB", threads=1)) as connection:
        yield connection


def test_an_answer_is_a_table(connection: duckdb.DuckDBPyConnection) -> None:
    answer = ask(connection, "SELECT title FROM articles WHERE outlet = ? ORDER BY url;", ["vorn.example"])

    assert answer.table.column("title").to_pylist() == ["Vornstad rations water (1)", "Vornstad rations water (2)"]
    assert not answer.is_cut


@pytest.mark.parametrize(
    "sql",
    [
        "FROM feeds",
        "DESCRIBE articles",
        "SHOW TABLES",
        "SUMMARIZE runs",
        "EXPLAIN SELECT 1",
        "WITH a AS (SELECT 1) FROM a",
        "FROM range(3)",
        "EXPLAIN ANALYZE FROM search('water')",
        "FROM duckdb_columns()",
        "PIVOT articles ON language IN ('en', 'de') USING count(*)",
        "PIVOT articles ON language USING count(*) GROUP BY outlet;",
        "/* ; */ WITH p AS (PIVOT articles ON language, outlet USING count(*)) FROM p -- ü;",
        "SELECT * FROM (PIVOT search('water') ON outlet USING max(score))",
    ],
)
def test_every_way_of_reading_is_let_through(connection: duckdb.DuckDBPyConnection, sql: str) -> None:
    assert ask(connection, sql).table.num_columns > 0


@pytest.mark.parametrize("sql", [*HOSTILE_SQL, "", "SELECT '\ud800'"])
def test_whatever_is_not_reading_is_refused_with_a_reason(connection: duckdb.DuckDBPyConnection, sql: str) -> None:
    with pytest.raises(QueryRefused) as refusal:
        ask(connection, sql)

    assert refusal.value.reason
    assert ask(connection, "SELECT count(*) AS n FROM articles").table.to_pylist() == [{"n": 2}]


@pytest.mark.parametrize(
    ("sql", "reason"),
    [
        ("PIVOT read_text('/etc/passwd') ON filename USING count(*)", "the word read_text; write its columns out"),
        ("PIVOT (SELECT write_log(title) AS t FROM articles) ON t USING count(*)", "the word write_log"),
        ("CREATE TEMP TYPE t AS ENUM ('a'); SELECT 1", "one statement at a time"),
        ("CREATE TEMP TYPE t AS ENUM ('a'); PIVOT articles ON language USING count(*)", "one statement at a time"),
        ("PIVOT articles ON language USING count(*); SELECT 1", "one statement at a time"),
        ("PIVOT range(1001) ON range USING count(*)", "1000"),
        ("EXPLAIN PIVOT articles ON language USING count(*)", "one statement at a time|PIVOT"),
    ],
)
def test_a_pivot_that_does_more_than_read_is_refused(connection: duckdb.DuckDBPyConnection, sql: str, reason: str) -> None:
    with pytest.raises(QueryRefused, match=reason):
        ask(connection, sql)


def test_a_query_that_runs_away_is_stopped_in_time(connection: duckdb.DuckDBPyConnection) -> None:
    started = time.monotonic()

    with pytest.raises(QueryRefused, match="longer than"):
        ask(
            connection,
            "SELECT max(hash(range)) FROM range(1000000000000)",
            limits=Limits(seconds=0.3),
        )

    assert time.monotonic() - started < 60  # whole, it takes hours
    assert ask(connection, "SELECT 1 AS one").table.to_pylist() == [{"one": 1}]


def test_a_query_that_wants_all_the_memory_is_refused(connection: duckdb.DuckDBPyConnection) -> None:
    with pytest.raises(QueryRefused, match="more than"):
        ask(connection, "SELECT list(range::VARCHAR || repeat('x', 100)) FROM range(20000000)", limits=Limits(memory="200MB"))


def test_rows_beyond_the_limit_are_cut_and_it_is_said(connection: duckdb.DuckDBPyConnection) -> None:
    answer = ask(connection, "SELECT range AS n FROM range(1000) ORDER BY n DESC", limits=Limits(rows=10))

    assert answer.is_cut
    assert answer.table.column("n").to_pylist() == list(range(999, 989, -1))


def test_csv_json_and_parquet_say_the_same(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    answer = ask(connection, "SELECT url, authors, published_at, published_date, agency, title FROM articles ORDER BY url")

    write_parquet(answer.table, tmp_path / "a.parquet")
    from_csv = list(csv.DictReader(io.StringIO("\n".join(csv_of(answer.table)))))
    from_json = json.loads("\n".join(json_of(answer.table)))

    assert pq.read_table(tmp_path / "a.parquet").to_pylist() == answer.table.to_pylist()
    assert [row["url"] for row in from_csv] == [row["url"] for row in from_json] == [article(1).url, article(2).url]
    assert json.loads(from_csv[0]["authors"]) == from_json[0]["authors"] == ["Ada Quill", "Ben Rook"]
    assert from_csv[0]["published_at"] == from_json[0]["published_at"] == "2026-11-22T11:00:00+00:00"
    assert (from_csv[0]["agency"], from_json[0]["agency"]) == ("", None)


@pytest.mark.parametrize("value", ["DATE '290000-01-01'", "TIMESTAMP '290000-01-01'"])
def test_a_value_that_python_has_no_name_for_is_said(connection: duckdb.DuckDBPyConnection, value: str) -> None:
    answer = ask(connection, f"SELECT {value} AS odd")

    with pytest.raises(QueryRefused, match="CAST it"):
        records_of(answer.table)
    with pytest.raises(QueryRefused, match="CAST it"):
        list(csv_of(answer.table))


def test_an_empty_answer_is_written_as_such(connection: duckdb.DuckDBPyConnection) -> None:
    answer = ask(connection, "SELECT url FROM articles WHERE false")

    assert (list(csv_of(answer.table)), json.loads("".join(json_of(answer.table)))) == (["url"], [])


def test_parquet_is_partitioned_by_day(home: Path, tmp_path: Path) -> None:
    done = {item.table: item for item in export(home, tmp_path / "out")}

    assert (done["articles"].rows, done["articles"].files, done["mentions"].rows) == (2, 2, 2)
    assert sorted(path.name for path in (tmp_path / "out" / "articles").iterdir()) == [
        "published_date=2026-11-20",
        "published_date=2026-11-22",
    ]
    with duckdb.connect() as connection:
        rows = connection.execute(
            "SELECT url FROM read_parquet($files) WHERE published_date = DATE '2026-11-20'",
            {"files": f"{tmp_path}/out/articles/**/*.parquet"},
        ).fetchall()
    assert rows == [(article(2).url,)]


def test_exporting_again_replaces_and_a_range_of_days_narrows(home: Path, tmp_path: Path) -> None:
    export(home, tmp_path, tables=["articles"])

    done = export(home, tmp_path, tables=["articles", "mentions"], since=NOW.date())

    assert [(item.table, item.rows, item.files) for item in done] == [("articles", 1, 1), ("mentions", 2, 1)]
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_exporting_what_is_no_table_is_refused(home: Path, tmp_path: Path) -> None:
    with pytest.raises(QueryRefused, match="no such table"):
        export(home, tmp_path, tables=["articles; DROP TABLE articles"])


def test_the_published_file_opens_by_its_path_like_any_other(home: Path) -> None:
    with duckdb.connect(str(published_path(home)), read_only=True) as connection:
        assert connection.execute("SELECT count(*) FROM search('water')").fetchall() == [(2,)]
