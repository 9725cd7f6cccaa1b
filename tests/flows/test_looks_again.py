"""Articles looked at again whose address has come to something else: an error page, the front page, a wall, another story."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from extractors.records import Feed
from flows.settings import Settings
from tests.loopback_web import LoopbackWeb, Script, Visit, answer
from tests.road_driver import ingest
from warehouse.check import check
from warehouse.connection import writer
from warehouse.subscriptions import load_feeds

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
HOST = "news.vorn.example"
BEGUN = "Fishermen on the northern shore of {0} say the water is colder this year than in any winter that they remember."
REST = (
    "They sent samples to the university of {0}, which will publish what it has found before the season opens in spring.",
    "The harbour master of {0} closed two piers for repairs and asked crews to land their catch at the southern quay.",
)


def story(place: str, *, whole: bool = True) -> str:
    text = "".join(f"<p>{one.format(place)}</p>" for one in (BEGUN, *(REST if whole else ())))
    wall = "" if whole else '<script type="application/ld+json">{"@type": "NewsArticle", "isAccessibleForFree": false}</script>'
    head = f"<head><title>Cold water at {place}</title>{wall}</head>"
    return f"<html>{head}<body><article><h1>Cold water at {place}</h1>{text}</article></body></html>"


ERROR = "<html><head><title>Page not found</title></head><body><h1>Page not found</h1><p>Try the search.</p></body></html>"


class Changing:
    """A page that is one thing at first and another thing later."""

    later = False

    def __init__(self, first: Script, then: Script) -> None:
        self.first, self.then = first, then

    async def __call__(self, visit: Visit) -> None:
        await (self.then if Changing.later else self.first)(visit)


PAGES: dict[str, Script] = {
    "/lost": Changing(answer(story("Lostby")), answer(ERROR)),
    "/front": Changing(answer(story("Frontby")), answer(status=302, Location="/")),
    "/wall": Changing(answer(story("Wallby")), answer(story("Wallby", whole=False))),
    "/other": Changing(answer(story("Ownby")), answer(status=301, Location="/another")),
    "/film": Changing(answer(story("Filmby")), answer(b"\0\0\0\x18ftypmp42", Content_Type="video/mp4")),
}


@pytest.fixture
def settings(tmp_path: Path) -> Iterator[Settings]:
    items = "".join(f"<item><title>t</title><link>http://{HOST}{path}</link></item>" for path in PAGES)
    feed = answer(f"<rss version='2.0'><channel><title>Vorn</title>{items}</channel></rss>", Content_Type="text/xml")
    site = {**PAGES, "/": answer(story("Home")), "/another": answer(story("Elseby")), "/feed": feed}
    with LoopbackWeb({HOST: site}) as web:
        with writer(tmp_path) as connection:
            load_feeds(connection, [Feed(f"http://{HOST}/feed", "vorn.example", added_at=NOW)])
        yield Settings(
            home=tmp_path, contact="op@vorn.example", allow_private_addresses=True, connect_to=web.connect_to,
            host_spacing_seconds=0, entity_engine="gazetteer", workers=1,
        )  # fmt: skip


def rows(settings: Settings, sql: str) -> list[tuple[object, ...]]:
    with writer(settings.home) as connection:
        assert not check(connection)
        return connection.execute(sql).fetchall()


LOOKS = """
    SELECT parse_path(item)[-1], outcome
    FROM outcomes
    WHERE stage <> 'poll' AND run_id = (SELECT max(run_id) FROM runs)
    ORDER BY ALL
"""


def test_what_an_article_said_stands_and_its_page_is_asked_again_at_its_next_step_only(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    ingest(settings, NOW)
    told = rows(settings, "SELECT canonical_url, text, revision FROM articles ORDER BY ALL")
    monkeypatch.setattr(Changing, "later", True)

    ingest(settings, NOW + timedelta(minutes=20))
    looked = rows(settings, LOOKS)
    ingest(settings, NOW + timedelta(minutes=25))
    ingest(settings, NOW + timedelta(minutes=30))

    expected = [("film", "not_html"), ("front", "not_found"), ("lost", "no_text"), ("other", "loaded"), ("wall", "unchanged")]
    assert looked == expected
    assert rows(settings, LOOKS) == []
    assert set(told) <= set(rows(settings, "SELECT canonical_url, text, revision FROM articles"))
    assert len(told) == len(PAGES)
    assert rows(settings, "SELECT count(*) FROM articles") == [(len(PAGES) + 1,)]  # the other story beside its own
