from __future__ import annotations

import html
import time
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import pytest

from flows.dashboard import app, pages
from flows.dashboard.published import PEOPLE_LIMITS, Published
from flows.dashboard.questions import Question
from tests.dashboard_samples import client_of, publish_sample
from tests.hostile_sql import HOSTILE_SQL
from warehouse.connection import published_path
from warehouse.query import Limits, ask, locked_down

if TYPE_CHECKING:
    from starlette.testclient import TestClient


def said(client: TestClient, sql: str) -> str:
    answer = client.get("/sql", params={"q": sql})
    assert answer.status_code == 200
    assert "cannot be answered" in answer.text
    return answer.text


def test_sql_that_fails_is_told_why(client: TestClient, home: Path) -> None:
    assert "syntax error" in said(client, "SELEKT 1")
    assert "titel" in said(client, "SELECT titel FROM articles")


@pytest.mark.parametrize("sql", HOSTILE_SQL)
def test_sql_that_writes_or_leaves_the_copy_is_refused(client: TestClient, home: Path, sql: str) -> None:
    before = published_path(home).read_bytes()

    page = said(client, sql)

    assert "root:" not in page.replace(html.escape(sql), "")
    assert client.get("/sql.csv", params={"q": sql}).status_code == 400
    assert published_path(home).read_bytes() == before
    assert not Path("/tmp/stolen").exists()
    assert not Path("/tmp/stolen.csv").exists()


def test_an_answer_that_cannot_be_written_is_told_and_not_thrown(client: TestClient, home: Path) -> None:
    assert "CAST it to VARCHAR" in said(client, "SELECT DATE '290000-01-01' AS odd")


def test_what_a_stranger_leaves_in_a_connection_meets_nobody_else(home: Path) -> None:
    published = Published(home)
    with published.desk() as desk:
        mine = desk.answer(Question("SELECT 1 AS one"))
        desk.answer(Question("SELECT 2 AS two"), PEOPLE_LIMITS)

        assert mine.rows == [{"one": 1}]
        assert published._idle != []
    with published.desk() as desk:
        desk.answer(Question("SELECT 3 AS three"), PEOPLE_LIMITS)
    assert len(published._idle) == 1
    published.close()


def test_sql_that_runs_away_is_stopped(client: TestClient, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages.sql, "PEOPLE_LIMITS", Limits(memory="1GB", threads=1, seconds=0.3, rows=500))
    started = time.monotonic()

    page = said(client, "SELECT count(*) FROM range(10000000000) a, range(10000000000) b")

    assert "took longer than" in page
    assert time.monotonic() - started < 60  # whole, it takes for ever


ENDLESS = "SELECT count(*) FROM range(1000000) a, range(1000000) b WHERE a.range + b.range > $article"
"""A quarter of an hour in a few megabytes: one side of the join is kept in memory."""


@pytest.mark.parametrize(("page", "asked"), [("story", "_EDITS"), ("story", "_RUNS"), ("article", "_ARTICLE")])
def test_a_page_that_runs_out_of_time_says_so_and_not_that_nothing_is_there(
    home: Path, monkeypatch: pytest.MonkeyPatch, page: str, asked: str
) -> None:
    limited = Published(home, Limits(memory="1GB", threads=1, seconds=1.5, rows=500))
    monkeypatch.setattr(app, "Published", lambda _: limited)
    monkeypatch.setattr(getattr(pages, page), asked, f"{ENDLESS} AND $most > 0" if asked == "_RUNS" else ENDLESS)
    with locked_down(published_path(home)) as connection:
        article = ask(connection, "SELECT max(article_id) AS id FROM articles").table.to_pylist()[0]["id"]

    answer = client_of(home).get(f"/{page}/{article}")

    assert "took longer than" in answer.text
    assert "No such" not in answer.text
    assert answer.status_code == (200 if asked == "_EDITS" else 503)
    limited.close()


def test_sql_that_needs_too_much_memory_is_stopped(home: Path) -> None:
    published = Published(home, Limits(memory="60MB", threads=1, seconds=20))

    with published.desk() as desk:
        panel = desk.answer(Question("SELECT list(n) FROM range(100000000) t(n)"))

    assert panel.error is not None
    assert "memory" in panel.error
    published.close()


def test_more_rows_than_the_limit_are_cut_and_said(client: TestClient) -> None:
    page = client.get("/sql", params={"q": "FROM range(2000)"}).text

    assert "500 rows, cut: there are more" in page


def test_an_answer_can_be_taken_away_as_csv(client: TestClient) -> None:

    answer = client.get("/sql.csv", params={"q": "SELECT 1 AS a, 'x,y' AS b"})

    assert answer.text == 'a,b\r\n1,"x,y"\r\n'
    assert client.get("/sql.csv", params={"q": "DROP TABLE articles"}).status_code == 400


def test_a_copy_that_is_missing_comes_back_by_itself(tmp_path: Path) -> None:
    client = client_of(tmp_path)
    before = client.get("/")
    publish_sample(tmp_path)
    between = client.get("/")
    published_path(tmp_path).unlink()

    after = client.get("/")

    assert [answer.status_code for answer in (before, between, after)] == [503, 200, 503]
    assert "Nothing is published yet" in after.text
    assert client.get("/version").json() == {"version": ""}


@pytest.mark.parametrize("size", [0, 100, 5000, 300_000])
def test_a_truncated_copy_is_a_clear_page(tmp_path: Path, size: int) -> None:
    publish_sample(tmp_path)
    path = published_path(tmp_path)
    path.write_bytes(path.read_bytes()[:size])

    answer = client_of(tmp_path).get("/")

    assert answer.status_code == 503
    assert "cannot be read" in answer.text or "older newsloom" in answer.text  # an empty file is an empty database to DuckDB


def test_a_file_that_is_no_database_is_a_clear_page(tmp_path: Path) -> None:
    published_path(tmp_path).write_text("hello, this is no database\n" * 1000)

    answer = client_of(tmp_path).get("/")

    assert answer.status_code == 503
    assert "cannot be read" in answer.text


@pytest.mark.parametrize(
    ("change", "title"),
    [
        ("DELETE FROM state.schema_migrations WHERE version = 3", "older newsloom"),
        ("INSERT INTO state.schema_migrations VALUES (9999, '9999_x.sql', '', now())", "newer version"),
        ("DROP SCHEMA state CASCADE", "older newsloom"),
    ],
)
def test_a_copy_of_another_version_is_a_clear_page(tmp_path: Path, change: str, title: str) -> None:
    publish_sample(tmp_path)
    with duckdb.connect(str(published_path(tmp_path))) as connection:
        connection.execute(change)

    answer = client_of(tmp_path).get("/")

    assert answer.status_code == 503
    assert title in answer.text


def test_a_view_that_is_missing_spoils_its_panel_alone(tmp_path: Path) -> None:
    publish_sample(tmp_path)
    with duckdb.connect(str(published_path(tmp_path))) as connection:
        connection.execute("DROP MACRO TABLE main.trending_on")
        connection.execute("UPDATE state.schema_migrations SET sha256 = 'old' WHERE version = 0")

    page = client_of(tmp_path).get("/").text

    assert page.count("cannot be answered") == 2  # the notice names it, the panel shows it
    assert "another version of newsloom" in page
    assert "Vornstad rations" in page
