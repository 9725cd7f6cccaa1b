"""A copy takes over the names and quotations of its original, in its own places, and is not tagged again."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from extractors.ids import article_id_of
from extractors.records import Block, Draft, Page, PageOutcome
from flows.stages import tagging
from flows.stages.loading import load_related
from flows.stages.reading import Read
from flows.stages.relating import Related, relate
from flows.stages.run import Run
from warehouse import read as ask
from warehouse.connection import writer

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
TEXT = (
    "The harbour council of Saltmere voted on Monday to dredge the northern basin before the herring fleet returns in April.",
    "“We cannot ask the boats to wait for the tide any longer,” said Rowena Stirling, who chairs the council.",
    "The work will cost 14 million pounds, of which Edinburgh pays 9 million, and begins on 16 March with two barges.",
    "Fishermen had blocked the quay for three days in February after the trawler Morning Star ran aground with six men on board.",
)


def read_of(host: str, paragraphs: tuple[str, ...], at: datetime) -> Read:
    url = f"https://{host}/dredging"
    draft = Draft(
        url,
        url,
        host,
        tuple(Block(text) for text in paragraphs),
        at,
        title=f"Basin to be dredged, says {host}",
        published_at=at,
        language="en",
    )
    return Read(url, Page(url, PageOutcome.FETCHED, at), draft=draft)


def loaded(run: Run, *read: Read) -> tuple[Related, tagging.Tagged]:
    related = relate(run.home, read, run.now, run.window_days)
    tagged = tagging.tag_related(related, run.entity_engine, run.workers)
    load_related(run, related, tagged, ())
    return related, tagged


@pytest.mark.parametrize("together", [True, False], ids=["in one batch", "a batch later"])
def test_a_copy_takes_over_what_its_original_has(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, together: bool) -> None:
    run = Run("run", "import", NOW, tmp_path, tmp_path / "archive", entity_engine="gazetteer", recheck=False)
    original = read_of("meridianwire.example", TEXT, NOW)
    excerpt = read_of("harbourpost.example", TEXT[1:], NOW + timedelta(hours=2))
    asked: list[str] = []
    honest = tagging.tag_articles
    monkeypatch.setattr(
        tagging, "tag_articles", lambda articles, *rest: asked.extend(a.text for a in articles) or honest(articles, *rest)
    )

    if together:
        loaded(run, original, excerpt)
    else:
        loaded(run, original)
        loaded(replace(run, run_id="later"), excerpt)

    ids = [article_id_of("https://meridianwire.example/dredging"), article_id_of("https://harbourpost.example/dredging")]
    with writer(tmp_path) as connection:
        texts = ask.article_texts(connection, ids)
        quotes = {quote.article_id: quote for quote in ask.quotes(connection, ids)}
        surfaces = {
            key: [m.surface for m in ask.mentions(connection, [key]) if m.region == "text" and m.surface != "Saltmere"]
            for key in ids
        }
    assert quotes[ids[0]].quote == quotes[ids[1]].quote
    assert all(
        texts[key][quotes[key].start_char : quotes[key].end_char].strip("“”,") == quotes[key].quote.strip(",") for key in ids
    )
    assert surfaces[ids[1]]
    assert surfaces[ids[1]] == surfaces[ids[0]]
    assert asked.count("") == 1  # of the copy only the title was read
