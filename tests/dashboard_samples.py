"""A small published copy with everything that the dashboard shows, hostile titles included."""

from __future__ import annotations

import threading
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import uvicorn

from extractors.names import naming_of, uses_of
from extractors.records import Article, Batch, Copy, Mention
from flows.dashboard.app import application
from flows.dashboard.guard import Door
from flows.dashboard.serving import bound
from tests.warehouse_samples import NOW, article, mentions_of, quotes_of
from warehouse import ledger
from warehouse.connection import writer
from warehouse.load import load
from warehouse.publish import publish

if TYPE_CHECKING:
    from starlette.testclient import TestClient

BASE = "http://127.0.0.1:8050"
HOSTILE = """<script>alert("pwned")</script><img src=x onerror=alert(1)>'; DROP TABLE articles; -- {{ 7 * 7 }} \u202eevil"""


def articles() -> list[Article]:
    """Six originals by two outlets, a copy by a third, an article whose every word is hostile."""
    many = [article(number, published_at=NOW - timedelta(hours=number)) for number in range(1, 7)]
    copy = article(7, outlet="echo.example", text=many[0].text, published_at=NOW)
    bad = article(
        8, outlet="evil.example", title=HOSTILE, text=f"{HOSTILE}\n\nMira Olt read it.", authors=(HOSTILE,), section=HOSTILE
    )
    bad = replace(bad, canonical_url="javascript:alert(1)//", dateline=HOSTILE, agency=HOSTILE)
    return [*many, copy, bad]


def publish_sample(home: Path) -> list[Article]:
    """Load and publish them; the first article was edited once."""
    found = articles()
    mentions = [mention for one in found for mention in mentions_of(one)]
    bad = found[-1]
    mentions.append(Mention(bad.article_id, HOSTILE[:20], 0, 20, "person", "model"))
    quotes = [quote for one in found[:-1] for quote in quotes_of(one)]
    pair = Copy(found[6].article_id, found[0].article_id, "exact", 1.0, 1.0, f"Word for word. {HOSTILE}", NOW, lag_seconds=720)
    edited = replace(found[0], text=found[0].text.replace("low again", "lower than ever"), title="Vornstad rations its water")
    with writer(home) as connection:
        ledger.start_run(connection, "run", "ingest", NOW)
        connection.execute(
            "INSERT INTO feeds BY NAME SELECT 'https://vorn.example/feed' feed_url, 'vorn.example' outlet, false AS is_muted"
        )
        batch = Batch(
            "run",
            tuple(found),
            mentions=tuple(mentions),
            quotes=tuple(quotes),
            copies=(pair,),
            name_uses=tuple(uses_of(mentions)),
            as_of=NOW,
        )
        load(connection, batch, decide_names=naming_of)
        load(connection, Batch("run", (replace(edited, first_seen_at=NOW + timedelta(minutes=90)),), as_of=NOW))
        connection.execute(
            "UPDATE articles SET original_id = ?, copy_kind = 'exact' WHERE article_id = ?",
            [found[0].article_id, found[6].article_id],
        )
    publish(home)
    return found


def client_of(home: Path, door: Door | None = None, base: str = BASE) -> TestClient:
    """Open the application without a socket."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # starlette would rather have another client than httpx
        from starlette.testclient import TestClient

        return TestClient(application(home, door), base_url=base, follow_redirects=False)


@contextmanager
def served(home: Path) -> Iterator[str]:
    """Serve the published copy of a home on a free port."""
    listening = bound("127.0.0.1", 0)
    server = uvicorn.Server(uvicorn.Config(application(home), log_level="warning", timeout_graceful_shutdown=1))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    while not server.started:
        time.sleep(0.02)
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()
        listening.close()
