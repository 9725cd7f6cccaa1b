"""After an upgrade that sketches otherwise, copies are found among stored texts as if they had always been sketched so."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from extractors.records import Block, Draft, Page, PageOutcome
from flows.stages import resketching
from flows.stages.loading import load_related
from flows.stages.reading import Read
from flows.stages.relating import relate
from flows.stages.run import Run
from warehouse.check import check
from warehouse.connection import writer

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
STORY = (
    "The harbour council of Saltmere voted on Monday to dredge the northern basin before the herring fleet returns in April.",
    "“We cannot ask the boats to wait for the tide any longer,” said Rowena Stirling, who chairs the council of nine members.",
    "The work will cost 14 million pounds, of which Edinburgh pays 9 million, and begins on 16 March with two barges from Leith.",
    "Fishermen had blocked the quay for three days in February after the trawler Morning Star ran aground with six men on board.",
)
OTHER = (
    "A court in Lindow on Friday sentenced the former treasurer of the cycling federation, Paul Arendt, to four years in prison.",
    "The judge, Ruth Albers, called the diversion of 2.3 million crowns meant for youth teams a theft from children.",
    "She ordered that a flat and two boats bought between 2016 and 2021 be sold for the benefit of the 40 clubs.",
)
TABLES = {
    "main.copies": "article_id, original_id, kind, evidence, decided_at",
    "main.articles": "article_id, original_id, copy_kind",
    "state.fingerprints": "*",
    "state.copy_postings": "*",
    "state.copy_members": "article_id, cluster_id, kind, via_id",
    "state.copy_clusters": "*",
}


def read_of(host: str, paragraphs: tuple[str, ...], hours: float) -> Read:
    url, at = f"https://{host}/story", NOW + timedelta(hours=hours)
    draft = Draft(url, url, host, tuple(map(Block, paragraphs)), at, title=f"As {host} tells it", published_at=at, language="en")
    return Read(url, Page(url, PageOutcome.FETCHED, at), draft=draft)


def take_in(home: Path, *read: Read) -> None:
    run = Run("run", "import", NOW, home, home / "archive", entity_engine="gazetteer", recheck=False)
    load_related(run, relate(home, read, run.now, run.window_days), ([], []), ())


def contents(home: Path) -> dict[str, list[object]]:
    with writer(home) as connection:
        return {
            table: sorted(connection.execute(f"SELECT {columns} FROM {table}").fetchall(), key=repr)
            for table, columns in TABLES.items()
        }


def grow(home: Path) -> None:
    take_in(home, read_of("wire.example", STORY, 0), read_of("lindow.example", OTHER, 0))
    take_in(home, read_of("post.example", STORY[:3], 2))


def test_sketches_of_another_version_are_made_again_before_anything_is_looked_up(tmp_path: Path) -> None:
    undisturbed, upgraded = tmp_path / "undisturbed", tmp_path / "upgraded"
    for home in (undisturbed, upgraded):
        grow(home)
    with writer(upgraded) as connection:  # as an earlier release left it: other hashes, and a pair that it saw and we do not
        connection.execute("UPDATE state.fingerprints SET fingerprint_version = 0, text_hash = text_hash // 2")
        connection.execute("UPDATE state.copy_postings SET hash = hash // 2")
        connection.execute(
            "UPDATE main.articles SET copy_kind = 'near', original_id = (SELECT min(article_id) FROM main.articles)"
            " WHERE outlet = 'lindow.example'"
        )

    for home in (undisturbed, upgraded):
        take_in(home, read_of("gazette.example", STORY, 5), read_of("echo.example", OTHER, 6))

    assert contents(upgraded) == contents(undisturbed)
    assert [kind for *_, kind in contents(upgraded)["main.articles"]].count(None) == 2  # type: ignore[misc]  # rows of three
    with writer(upgraded) as connection:
        assert not [broken for broken in check(connection) if broken.promise != "outcomes belong to runs"]  # there is no run here


def test_resketching_that_was_killed_goes_on_where_it_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    grow(tmp_path)
    before = contents(tmp_path)
    with writer(tmp_path) as connection:
        connection.execute("UPDATE state.fingerprints SET fingerprint_version = 0")
    monkeypatch.setattr(resketching, "BATCH_ARTICLES", 1)
    honest, calls = resketching.load, []

    def dies_at_the_second(*args: object, **keywords: object) -> object:
        calls.append(args)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return honest(*args, **keywords)  # type: ignore[arg-type]  # as they came

    monkeypatch.setattr(resketching, "load", dies_at_the_second)
    with writer(tmp_path) as connection, pytest.raises(KeyboardInterrupt):
        resketching.resketch(connection, 45)
    with writer(tmp_path) as connection:
        assert resketching.resketch(connection, 45) == 2
        assert resketching.resketch(connection, 45) == 0

    assert contents(tmp_path) == before
