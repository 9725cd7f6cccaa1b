"""Curated words on names, as a person tells them: what moves, what is refused and why. No Prefect server here."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from extractors.names import naming_of, uses_of
from extractors.records import Article, Batch, Mention, Quote
from flows.cli import cli
from flows.errors import NameRefused
from flows.settings import load_settings
from flows.stages import planning
from flows.stages.run import run_of
from warehouse.connection import reader, writer
from warehouse.errors import WarehouseMissing
from warehouse.load import load
from warehouse.publish import publish

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
Run = Callable[..., Result]

# Each name stands once; the first one speaks.
ARTICLES: tuple[tuple[str, ...], ...] = (
    ("Anneke Wouters", "Wouters", "Kiev/place", "Meridian Inc/organization"),
    ("Annette Wouters", "Wouters", "Kyiv/place"),
    ("Dmitri Olm", "Olm", "Meridian Ltd/organization"),
    ("Dmitry Olm", "Kremlin/organization"),
    ("Bo Saar", "Vladimir Putin", "Putin"),
)


def article_of(number: int, names: Sequence[str]) -> tuple[Article, list[Mention], list[Quote]]:
    url = f"https://harbourpost.example/{number}"
    text, mentions = "", []
    for item in names:
        surface, _, kind = item.partition("/")
        mentions.append(Mention(number, surface, len(text), len(text) + len(surface), kind or "person", "model"))
        text += f"{surface} said: "
    article = Article(
        number, url, url, "harbourpost.example", text, NOW, title=f"Story {number}", published_at=NOW, language="en"
    )
    first = mentions[0]
    quote = Quote(number, 0, "said", 0, 4, speaker=first.surface, speaker_start=first.start_char, speaker_end=first.end_char)
    return article, mentions, [quote]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NEWSLOOM_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("COLUMNS", "200")
    return lambda *arguments, **options: CliRunner().invoke(cli, list(arguments), **options)


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("loaded") / "data"
    found = [article_of(number, names) for number, names in enumerate(ARTICLES)]
    mentions = [mention for _, some, _ in found for mention in some]
    batch = Batch(
        "run",
        articles=tuple(article for article, _, _ in found),
        mentions=tuple(mentions),
        quotes=tuple(quote for _, _, some in found for quote in some),
        name_uses=tuple(uses_of(mentions)),
    )
    with writer(home) as connection:
        load(connection, batch, decide_names=naming_of)
    publish(home)
    return home


@pytest.fixture
def home(loaded: Path, tmp_path: Path, run: Run) -> Path:
    return Path(shutil.copytree(loaded, tmp_path / "data"))


def one(home: Path, query: str) -> object:
    connection = reader(home)
    try:
        rows = connection.execute(query).fetchall()
    finally:
        connection.close()
    return rows[0][0] if rows else None


def refusal(result: Result) -> str:
    assert isinstance(result.exception, NameRefused), result
    return str(result.exception)


def test_same_joins_mentions_quotes_rollups_and_the_published_copy(home: Path, run: Run) -> None:
    result = run("names", "same", "Anneke Wouters", "Annette Wouters", "--because", "one minister, two papers")

    assert result.exit_code == 0, result.output
    assert one(home, "SELECT count(DISTINCT entity_id) FROM mentions WHERE surface LIKE '%Wouters'") == 1
    assert one(home, "SELECT count(DISTINCT entity_id) FROM quotes WHERE article_id < 2") == 1
    assert one(home, "SELECT articles FROM entity_daily WHERE name LIKE '%Wouters'") == 2
    assert "1 spellings moved" in result.output


def test_different_takes_apart_what_the_tables_of_known_names_join(home: Path, run: Run) -> None:
    run("names", "different", "Kyiv", "Kiev")
    run("names", "different", "Meridian Inc", "Meridian Ltd")

    assert one(home, "SELECT count(DISTINCT entity_id) FROM mentions WHERE surface IN ('Kiev', 'Kyiv')") == 2
    assert one(home, "SELECT wikidata_id FROM entities WHERE name = 'Kyiv'") == "Q1899"
    assert one(home, "SELECT count(DISTINCT entity_id) FROM mentions WHERE surface LIKE 'Meridian%'") == 2


def test_one_name_as_two_kinds_of_thing_is_parted_and_joined_by_word(home: Path, run: Run) -> None:
    slips = [article_of(number, ("Bo Saar/organization",)) for number in (5, 6)]
    with writer(home) as connection:
        mentions = [mention for _, some, _ in slips for mention in some]
        articles = tuple(article for article, _, _ in slips)
        load(
            connection,
            Batch("r2", articles=articles, mentions=tuple(mentions), name_uses=tuple(uses_of(mentions))),
            decide_names=naming_of,
        )
    entities = "SELECT string_agg(kind, ' ' ORDER BY kind) FROM entities WHERE name = 'Bo Saar'"
    publish(home)
    assert one(home, entities) == "organization"

    run("names", "different", "Bo Saar", "Bo Saar", "--kind", "person", "--kind", "organization")
    apart = one(home, entities)
    run("names", "same", "Bo Saar", "Bo Saar", "--kind", "person", "--kind", "organization")
    joined = one(home, entities)
    shown = run("names", "show", "Bo Saar")
    forgotten = run("names", "forget", "Bo Saar", "Bo Saar")

    assert (apart, joined) == ("organization person", "organization")
    assert "organization" in shown.output
    assert forgotten.exit_code == 0, forgotten.output
    assert one(home, "SELECT count(*) FROM mentions WHERE surface = 'Bo Saar' AND entity_id IS NULL") == 0


def test_forget_takes_it_all_back(home: Path, run: Run) -> None:
    before = one(home, "SELECT list(struct_pack(article_id, surface, entity_id) ORDER BY ALL) FROM mentions")
    run("names", "different", "Kyiv", "Kiev")
    run("names", "same", "Dmitri Olm", "Bo Saar")

    results = [run("names", "forget", "kiev", "Kyiv"), run("names", "forget", "Bo Saar", "Dmitry Olm")]

    assert [result.exit_code for result in results] == [0, 1]
    assert run("names", "forget", "Bo Saar", "Dmitri Olm").exit_code == 0
    assert one(home, "SELECT list(struct_pack(article_id, surface, entity_id) ORDER BY ALL) FROM mentions") == before


def test_list_and_show_say_what_was_told_and_why(home: Path, run: Run) -> None:
    run("names", "same", "Bo Saar", "Dmitri Olm", "--because", "a pen name")

    listed, shown = run("names", "list"), run("names", "show", "Bo Saar")

    assert "a pen name" in listed.output
    assert "Dmitry Olm" in shown.output
    assert "curated" in shown.output
    assert "merged" in shown.output


def test_show_takes_wikidata_ids(home: Path, run: Run) -> None:
    assert "Vladimir Putin" in run("names", "show", "Q7747").output


def test_a_wikidata_id_stands_for_its_name(home: Path, run: Run) -> None:
    run("names", "same", "Q7747", "Bo Saar")

    assert one(home, "SELECT name FROM mentions JOIN entities USING (entity_id) WHERE surface = 'Bo Saar'") == "Vladimir Putin"


REFUSALS = (
    (("same", "Anneke Wooters", "Bo Saar"), "did you mean Anneke Wouters"),
    (("same", "Q99999999", "Bo Saar"), "no article mentions Q99999999"),
    (("same", "Wouters", "Bo Saar"), "no full name"),
    (("same", "Bo Saar", "Bo Saar"), "one spelling already"),
    (("same", "Kiev", "Kyiv"), "one spelling already"),
    (("different", "Bo Saar", "bo saar"), "written alike"),
    (("same", "Bo Saar", "Kyiv"), "Bo Saar is a person, Kyiv a place"),
    (("same", "…", "Bo Saar"), "a name has letters"),
    (("forget", "Bo Saar", "Dmitri Olm"), "nothing was told"),
)


def test_what_means_nothing_is_refused_with_its_reason(home: Path, run: Run) -> None:
    before = one(home, "SELECT list(entity_id ORDER BY ALL) FROM mentions")

    for command, reason in REFUSALS:
        assert reason in refusal(run("names", *command))

    assert one(home, "SELECT list(entity_id ORDER BY ALL) FROM mentions") == before
    assert one(home, "SELECT count(*) FROM state.name_rules") == 0


def test_a_contradiction_is_refused_with_the_words_in_its_way(home: Path, run: Run) -> None:
    run("names", "same", "Bo Saar", "Dmitri Olm", "--because", "a pen name")
    run("names", "same", "Dmitri Olm", "Anneke Wouters")

    result = run("names", "different", "Anneke Wouters", "Bo Saar")

    assert "Bo Saar and Dmitri Olm are same (a pen name)" in refusal(result)


def test_a_later_word_on_the_same_pair_wins(home: Path, run: Run) -> None:
    run("names", "same", "Bo Saar", "Dmitri Olm")

    result = run("names", "different", "Dmitri Olm", "Bo Saar")

    assert "That replaces" in result.output
    assert one(home, "SELECT count(*) FROM state.name_rules") == 1


def test_a_word_on_a_spelling_to_come_waits_for_it(home: Path, run: Run) -> None:
    result = run("names", "same", "Bo Saar", "Boris Saarinen-Lund", "--kind", "person")
    article, mentions, quotes = article_of(77, ["Boris Saarinen-Lund"])

    with writer(home) as connection:
        batch = Batch(
            "run", articles=(article,), mentions=tuple(mentions), quotes=tuple(quotes), name_uses=tuple(uses_of(mentions))
        )
        load(connection, batch, decide_names=naming_of)
    publish(home)

    assert "waits" in result.output
    assert one(home, "SELECT count(DISTINCT entity_id) FROM mentions WHERE surface LIKE 'B% Saar%'") == 1


def test_nothing_is_told_while_a_rebuild_runs(home: Path, run: Run) -> None:
    with planning.alone(run_of(load_settings(), "rebuild")):
        result = run("names", "same", "Bo Saar", "Dmitri Olm")

    assert "a rebuild is running" in refusal(result)


def test_resolving_again_changes_nothing_twice(home: Path, run: Run) -> None:
    results = [run("names", "resolve") for _ in range(2)]

    assert [result.exit_code for result in results] == [0, 0]
    assert "0 spellings moved, 0 mentions linked anew" in results[1].output


def test_without_a_warehouse_the_message_says_what_to_do(run: Run) -> None:
    for command in (("same", "A", "B"), ("list",), ("resolve",)):
        assert isinstance(run("names", *command).exception, WarehouseMissing)
