"""Names of articles that only the old file knows, beside what the new file has decided without them."""

from __future__ import annotations

from pathlib import Path

from extractors.names import naming_of, uses_of
from extractors.records import Batch, Mention
from tests.warehouse_samples import NOW, article
from warehouse.connection import writer
from warehouse.load import load
from warehouse.regrow import replace_working_file


def fill(home: Path, kinds: dict[int, str]) -> None:
    articles = tuple(article(number) for number in kinds)
    mentions = tuple(
        Mention(one.article_id, "Aurelia Star", 0, 12, kind, "model") for one, kind in zip(articles, kinds.values(), strict=True)
    )
    batch = Batch("run", articles, mentions=mentions, name_uses=tuple(uses_of(mentions)), as_of=NOW)
    with writer(home) as connection:
        load(connection, batch, decide_names=naming_of)


def test_a_name_that_the_replay_takes_for_another_kind_has_one_meaning_a_spelling(tmp_path: Path) -> None:
    old, new = tmp_path / "home", tmp_path / "home" / ".rebuild"
    fill(old, {1: "place", 2: "place", 3: "person"})
    fill(new, {3: "person"})

    replace_working_file(new, old)

    with writer(old) as connection:
        spellings = connection.execute("SELECT kind, count(*) FROM state.name_aliases GROUP BY kind ORDER BY kind").fetchall()
        lost = connection.execute("SELECT count(*) FROM main.mentions ANTI JOIN main.entities USING (entity_id)").fetchall()
    assert spellings == [("person", 1), ("place", 1)]
    assert lost == [(0,)]
