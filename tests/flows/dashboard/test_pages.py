from __future__ import annotations

import html
import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from extractors.records import Batch
from tests.dashboard_samples import HOSTILE, NOW, client_of, publish_sample
from warehouse import ledger
from warehouse.connection import published_path, writer
from warehouse.load import load
from warehouse.publish import publish
from warehouse.query import ask, locked_down

if TYPE_CHECKING:
    from starlette.testclient import TestClient

ADDRESSES = (
    "/",
    "/?order=newest&most=2",
    "/?since=2026-11-01&until=2026-11-30&outlet=vorn.example&language=en",
    "/trends",
    "/trends?kind=person",
    "/name?name=Mira+Olt",
    "/name?name=nobody",
    "/name",
    "/coverage",
    "/coverage?measure=copies&since=2026-10-01&language=en",
    "/syndication",
    "/syndication?outlet=echo.example&language=en",
    "/edits",
    "/edits?which=silent&outlet=vorn.example&language=en",
    "/quotes",
    "/quotes?speaker=olt&language=en",
    "/feeds",
    "/search?q=water",
    "/search?q=water&outlet=vorn.example&since=2026-11-01",
    "/search",
    "/sql",
)
FIELDS = (
    ("/", ("since", "until", "outlet", "language", "order", "most")),
    ("/trends", ("kind", "until", "most")),
    ("/name", ("name", "days")),
    ("/search", ("q", "outlet")),
    ("/quotes", ("speaker", "language")),
    ("/coverage", ("measure", "most")),
)


def shown_sql(page: str) -> list[str]:
    return [html.unescape(sql) for sql in re.findall(r"<pre tabindex=\"0\"><code>(.*?)</code></pre>", page, re.DOTALL)]


@pytest.mark.parametrize("address", ADDRESSES)
def test_every_page_answers_and_every_panel_with_it(client: TestClient, address: str) -> None:
    answer = client.get(address)

    assert answer.status_code == 200
    assert "cannot be answered" not in answer.text
    assert "Data as of" in answer.text


@pytest.mark.parametrize("address", ADDRESSES)
def test_the_sql_shown_runs_as_it_stands_in_any_client(client: TestClient, home: Path, address: str) -> None:
    page = client.get(address).text

    asked = shown_sql(page)

    rows = [int(count.replace("\u202f", "")) for count in re.findall(r"<span class=\"quiet\">(\d+) rows?", page)]
    with locked_down(published_path(home)) as connection:
        assert [ask(connection, sql).table.num_rows for sql in asked] == rows[: len(asked)]
    assert asked or address == "/search"


def test_an_original_shows_its_copies_with_lag_and_evidence(client: TestClient) -> None:
    page = client.get("/").text

    assert "1 copy in 1 outlet" in page
    assert "+12 min" in page
    assert "Word for word." in page


def test_an_edit_shows_what_went_and_what_came(client: TestClient) -> None:
    page = client.get("/edits").text

    assert '<del dir="auto">low again.</del> <ins dir="auto">lower than ever.</ins>' in page
    assert "silent" in page


def test_an_article_shows_its_text_with_names_quotations_and_what_was_cut(client: TestClient) -> None:
    link = re.search(r"/article/\d+", client.get("/search?q=title:rations&outlet=vorn.example").text)
    assert link

    page = client.get(link[0]).text

    assert 'title="Mira Olt (person)">Mira Olt</a>' in page
    assert 'class="said"' in page
    assert "The lake in November." in page
    assert "Read more" in page
    assert "teaser" in page


def story_link(client: TestClient) -> str:
    link = re.search(r"/story/\d+", client.get("/").text)
    assert link
    return link[0]


def test_a_story_shows_who_ran_it_when_and_what_each_made_of_it(client: TestClient) -> None:
    page = client.get(story_link(client)).text

    assert 'First in <span class="outlet">vorn.example</span>' in page
    assert "1 more article, 2 outlets" in page
    assert page.count('class="run run-exact"') == 2  # on the wide line of time and on the narrow one
    assert "<del" in page  # the headline of the copy is another one
    assert "Edited since" in page
    assert '<ins dir="auto">lower than ever.</ins>' in page


def test_a_copy_leads_to_the_story_of_its_original(client: TestClient, home: Path) -> None:
    with locked_down(published_path(home)) as connection:
        rows = ask(connection, "SELECT article_id, original_id FROM articles WHERE original_id IS NOT NULL").table.to_pylist()

    copy, original = (client.get(f"/story/{rows[0][name]}").text for name in ("article_id", "original_id"))

    assert re.findall(r"<h1>.*</h1>", copy) == re.findall(r"<h1>.*</h1>", original)


@pytest.mark.parametrize("address", ["/story/1", "/story/abc", "/story/99999999999999999999", "/story/-1"])
def test_a_story_that_is_not_there_is_not_found(client: TestClient, address: str) -> None:
    answer = client.get(address)

    assert answer.status_code == 404
    assert "No such story" in answer.text


def test_the_sql_of_a_story_runs_as_it_stands(client: TestClient, home: Path) -> None:
    page = client.get(story_link(client)).text

    asked = shown_sql(page)

    with locked_down(published_path(home)) as connection:
        assert [ask(connection, sql).table.num_rows for sql in asked] == [2, 1]


def test_html_scripts_and_sql_in_titles_are_only_text(client: TestClient) -> None:
    pages = [
        client.get(address).text for address in ("/", "/?order=newest", "/trends", "/search?q=pwned", "/sql?q=FROM+articles")
    ]
    link = re.search(r"/article/\d+", client.get("/search?q=pwned").text)
    assert link
    pages.append(client.get(link[0]).text)

    for page in pages:
        scripts = re.findall(r"<script[^>]*>", page)
        assert scripts == ['<script src="/static/theme.js">', '<script src="/static/dashboard.js" defer>']
        assert "<img" not in page
        assert "\u202e" not in page
        assert "49" not in re.findall(r"-- (.{0,20})", html.unescape(page))
    assert 'href="javascript:' not in pages[-1]
    assert html.escape("<script>alert(", quote=True) in pages[-1]


@pytest.mark.parametrize("value", [HOSTILE, "'", "\0", "$who", "９", "%", "-1", "9" * 400, "ü" * 1500, "{narrowed}"])
def test_no_query_string_breaks_a_page_or_its_escaping(client: TestClient, value: str) -> None:
    for path, fields in FIELDS:
        answer = client.get(path, params=dict.fromkeys(fields, value))

        assert answer.status_code == 200
        assert "<img" not in answer.text


def test_days_that_make_no_sense_are_said_and_left_out(client: TestClient) -> None:

    assert "no day written like" in client.get("/?since=yesterday").text
    assert "turned round" in client.get("/?since=2026-11-30&until=2026-11-01").text
    assert "0999-01-01" not in shown_sql(client.get("/?since=0999-01-01").text)[0]


def test_articles_that_are_not_there_are_not_found(client: TestClient) -> None:

    for article_id in ("12", "0x1", "9" * 30, "-1", "%00"):
        answer = client.get(f"/article/{article_id}")
        assert answer.status_code == 404
        assert "<h1>" in answer.text


def test_a_page_is_not_sent_twice_until_a_newer_copy_is_published(tmp_path: Path) -> None:
    publish_sample(tmp_path)
    client = client_of(tmp_path)
    first = client.get("/")
    version = client.get("/version").json()
    again = client.get("/", headers={"If-None-Match": first.headers["etag"]})

    publish(tmp_path)
    newer = client.get("/", headers={"If-None-Match": first.headers["etag"]})

    assert (again.status_code, again.content) == (304, b"")
    assert newer.status_code == 200
    assert client.get("/version").json() != version


def test_edits_of_a_day_without_articles_are_shown_and_names_are_those_of_the_last_that_had_some(tmp_path: Path) -> None:
    first = publish_sample(tmp_path)[0]
    later = NOW + timedelta(hours=40)
    edited = replace(first, text=first.text.replace("low again", "lowest of all"), first_seen_at=later)
    with writer(tmp_path) as connection:
        ledger.start_run(connection, "late", "ingest", later)
        load(connection, Batch("late", (edited,), as_of=later))
        ledger.finish_run(connection, "late", later)
    publish(tmp_path)
    client = client_of(tmp_path)

    front, edits, asked = (client.get(address).text for address in ("/", "/edits", f"/edits?until={NOW.date()}"))

    assert "No edits in these days" not in front
    assert "lowest" in front
    assert "lowest" in edits
    assert "lowest" not in asked
    assert "No names on this day" not in front


def test_an_empty_warehouse_says_so_on_every_page(tmp_path: Path) -> None:
    with writer(tmp_path):
        pass
    publish(tmp_path)
    client = client_of(tmp_path)

    for address in ADDRESSES:
        answer = client.get(address)
        assert answer.status_code == 200
        assert "Nothing has been loaded yet" in answer.text
        assert "cannot be answered" not in answer.text
