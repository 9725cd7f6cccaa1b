from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from extractors import names
from extractors.records import Mention, NameRule
from tests.lakes import WarehouseIn
from warehouse.curation import ToldRule, forget_rule, resolve_history, store_rule
from warehouse.names import aliases_for, apart_in, store_names
from warehouse.rows import BIGINT, INTEGER, TEXT, TEXTS, arrow_of, registered

NOW = datetime(2026, 11, 22, tzinfo=UTC)

# One list an article; every name is a person unless it says otherwise.
ARTICLES = [
    ["Volodymyr Zelensky", "Zelensky", "Kiev/place"],
    ["Volodymyr Zelenskyy", "Zelenskyy", "Kyiv/place"],
    ["George W. Bush", "Bush"],
    ["George W. Bush"],
    ["George H. W. Bush", "Bush"],
    ["George Bush", "Bush"],
    ["Jeb Bush", "George W. Bush", "Bush"],
    ["Bush"],
    ["Anneke Wouters", "Wouters"],
    ["Anneke Wouters"],
    ["Wouters", "Kremlin/organization"],
    ["Anneke Wouters", "Harbour Workers Federation/organization", "HWF/organization"],
    ["Dmitri Olm"],
    ["Dmitry Olm", "Olm"],
    ["Maria Olm"],
    ["Olm", "Mahmoud Abbas", "Abu Mazen"],
    ["Aurelia Star/place"],
    ["Aurelia Star", "Anneke Wouters/organization"],  # of Anneke Wouters two articles more say that she is a person
    ["Aurelia Star/place"],
    ["aurelia star/organization", "aurelia star/other", "aurelia star/other"],
    ["Hugo Lang", "Lang"],
    ["Hugo Lang AG/organization", "Hugo Lang/organization"],
    ["Harbor Workers Federation", "Kim Jong-un/place"],
    ["Kim Jong Un"],
    ["SAGE HOLLOW/place"],
    ["SAGE HOLLOW/place", "Sage Hollow/organization"],
    ["Sage Hollow/organization"],
    ["Sage Hollow"],
    ["COPIAPÓ/place"],
    ["COPIAPÓ/place", "Copiapó/place"],
]


def mentions_of(article_id: int, spec: Sequence[str]) -> list[Mention]:
    mentions = []
    for number, item in enumerate(spec):
        surface, _, kind = item.partition("/")
        source = "dateline" if kind == "place" and surface.isupper() else "model"
        mentions.append(Mention(article_id, surface, number * 100, number * 100 + len(surface), kind or "person", source))
    return mentions


def load(connection: duckdb.DuckDBPyConnection, articles: dict[int, Sequence[str]]) -> None:
    mentions = [mention for article_id, spec in articles.items() for mention in mentions_of(article_id, spec)]
    uses = names.uses_of(mentions, apart_in(connection))
    columns = {
        "article_id": BIGINT, "entity_id": BIGINT, "surface": TEXT, "start_char": INTEGER, "end_char": INTEGER,
        "region": TEXT, "paragraph": INTEGER, "kind": TEXT, "titles": TEXTS, "source": TEXT, "link_rule": TEXT,
        "link_evidence": TEXT, "engine": TEXT,
    }  # fmt: skip
    with registered(connection, rows=arrow_of(mentions, columns)):
        connection.execute("DELETE FROM main.mentions WHERE article_id IN ?", [list(articles)])
        connection.execute("INSERT INTO main.mentions BY NAME FROM rows")
    store_names(connection, articles, uses, names.naming_of, NOW)


def links(connection: duckdb.DuckDBPyConnection) -> list[tuple[object, ...]]:
    return connection.execute("SELECT article_id, surface, entity_id, link_rule FROM main.mentions ORDER BY ALL").fetchall()


def state(connection: duckdb.DuckDBPyConnection) -> list[object]:
    tables = (
        "main.entities",
        "main.entity_aliases",
        "state.name_aliases",
        "state.name_bearers",
        "state.name_uses",
        "state.name_spellings",
    )
    return [links(connection), *(connection.execute(f"FROM {table} ORDER BY ALL").fetchall() for table in tables)]


def name_of(connection: duckdb.DuckDBPyConnection, article_id: int, surface: str) -> str | None:
    rows = connection.execute(
        "SELECT entities.name FROM main.mentions LEFT JOIN main.entities USING (entity_id) WHERE article_id = ? AND surface = ?",
        [article_id, surface],
    ).fetchall()
    return rows[0][0]  # type: ignore[no-any-return]  # a VARCHAR


def told(rule: NameRule) -> ToldRule:
    return ToldRule(rule, rule.key_a, rule.key_b, "two brothers", NOW)


@pytest.fixture
def connection(warehouse_in: WarehouseIn, tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with warehouse_in(tmp_path).writer() as connection:
        yield connection


@pytest.fixture
def everything(connection: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    load(connection, dict(enumerate(ARTICLES)))
    return connection


def test_a_dateline_s_town_is_one_place_under_its_ordinary_name(everything: duckdb.DuckDBPyConnection) -> None:
    towns = everything.execute(
        "SELECT name, kind, aliases FROM main.entities WHERE list_has_any(aliases, ['SAGE HOLLOW', 'COPIAPÓ']) ORDER BY name"
    ).fetchall()

    assert towns == [("Copiapó", "place", ["COPIAPÓ", "Copiapó"]), ("Sage Hollow", "place", ["SAGE HOLLOW", "Sage Hollow"])]


def test_spellings_of_one_person_are_one_entity(everything: duckdb.DuckDBPyConnection) -> None:
    assert name_of(everything, 0, "Volodymyr Zelensky") == name_of(everything, 1, "Zelenskyy") == "Volodymyr Zelensky"
    assert name_of(everything, 0, "Kiev") == name_of(everything, 1, "Kyiv") == "Kyiv"


def test_two_bushes_are_never_one(everything: duckdb.DuckDBPyConnection) -> None:
    fathers = everything.execute("SELECT name FROM main.entities WHERE name LIKE '%Bush' ORDER BY name").fetchall()

    assert fathers == [("George Bush",), ("George H. W. Bush",), ("George W. Bush",), ("Jeb Bush",)]
    assert name_of(everything, 6, "Bush") is None
    assert name_of(everything, 7, "Bush") is None


def test_a_bare_surname_means_the_only_bearer(everything: duckdb.DuckDBPyConnection) -> None:
    assert name_of(everything, 10, "Wouters") == "Anneke Wouters"
    assert name_of(everything, 15, "Olm") is None


def test_a_name_that_articles_take_for_several_kinds_is_one_entity(everything: duckdb.DuckDBPyConnection) -> None:
    rows = everything.execute(
        "SELECT name, kind, aliases FROM main.entities WHERE regexp_matches(name, '^(Aur|Ann|Harb|Kim)') ORDER BY name"
    ).fetchall()
    spelled = everything.execute(
        "SELECT alias, kind, documents FROM main.entity_aliases WHERE alias ILIKE 'aurelia%' ORDER BY alias"
    ).fetchall()

    assert rows == [
        ("Anneke Wouters", "person", ["Anneke Wouters"]),
        ("Aurelia Star", "place", ["Aurelia Star", "aurelia star"]),
        ("Harbour Workers Federation", "organization", ["Harbor Workers Federation", "Harbour Workers Federation"]),
        ("Kim Jong Un", "person", ["Kim Jong Un", "Kim Jong-un"]),
    ]
    assert spelled == [("Aurelia Star", "place", 3), ("aurelia star", "place", 1)]


def test_an_article_that_takes_a_name_for_two_kinds_counts_once(everything: duckdb.DuckDBPyConnection) -> None:
    load(everything, {number: ["Aurelia Star/person", "Aurelia Star/other"] for number in (80, 81)})

    wrong = everything.execute("""
        SELECT alias, documents, (
            SELECT count(DISTINCT article_id) FROM main.mentions WHERE surface = alias AND mentions.entity_id = aliases.entity_id
        ) AS articles
        FROM main.entity_aliases AS aliases
        WHERE documents <> articles
    """).fetchall()

    assert wrong == []


def test_a_man_and_the_firm_named_after_him_stay_two(everything: duckdb.DuckDBPyConnection) -> None:
    assert everything.execute("SELECT kind FROM main.entities WHERE name ILIKE 'hugo lang%' ORDER BY kind").fetchall() == [
        ("organization",),
        ("person",),
    ]


def test_another_vote_moves_a_name_to_its_kind(everything: duckdb.DuckDBPyConnection) -> None:
    load(everything, {number: ["Aurelia Star/organization"] for number in range(70, 73)})

    assert everything.execute("SELECT kind, len(aliases) FROM main.entities WHERE name = 'Aurelia Star'").fetchall() == [
        ("organization", 2)
    ]
    moved = everything.execute("SELECT kind, rule FROM state.name_log WHERE alias ILIKE 'aurelia%' ORDER BY kind").fetchall()
    assert moved[1:] == [("person", "one name, several kinds"), ("place", "one name, several kinds")]


def test_the_pure_resolver_and_the_tables_agree(everything: duckdb.DuckDBPyConnection) -> None:
    every = [mention for number, spec in enumerate(ARTICLES) for mention in mentions_of(number, spec)]

    linked, _ = names.resolve(every)

    assert sorted(links(everything), key=repr) == sorted(
        ((m.article_id, m.surface, m.entity_id, m.link_rule) for m in linked), key=repr
    )


@pytest.mark.parametrize("seed", range(4))
def test_the_tables_do_not_depend_on_order_or_batches(
    seed: int, everything: duckdb.DuckDBPyConnection, warehouse_in: WarehouseIn, tmp_path: Path
) -> None:
    whole = state(everything)
    numbers = list(range(len(ARTICLES)))
    chance = random.Random(seed)
    chance.shuffle(numbers)

    other = tmp_path / "other"
    other.mkdir()
    with warehouse_in(other).writer() as connection:
        while numbers:
            size = chance.randint(1, 4)
            load(connection, {number: ARTICLES[number] for number in numbers[:size]})
            del numbers[:size]

        pieces = state(connection)

    # Evidence is a note of the moment; everything else is a function of the articles.
    assert pieces == whole


def test_loading_twice_changes_nothing(everything: duckdb.DuckDBPyConnection) -> None:
    before = state(everything)

    load(everything, dict(enumerate(ARTICLES)))

    assert state(everything) == before


def test_a_revised_article_takes_its_spellings_back(everything: duckdb.DuckDBPyConnection) -> None:
    load(everything, {14: ["Nobody Else"]})

    assert name_of(everything, 15, "Olm") is None  # two articles only
    load(everything, {60: ["Dmitry Olm"]})
    assert name_of(everything, 15, "Olm") == "Dmitry Olm"


def test_curated_words_win_and_moves_are_logged(everything: duckdb.DuckDBPyConnection) -> None:
    apart = NameRule("person", "dmitri olm", "dmitry olm", "different")

    report = store_rule(everything, told(apart), names.uses_of, names.naming_of)

    assert report.moved == 1
    assert name_of(everything, 12, "Dmitri Olm") == "Dmitri Olm"
    assert name_of(everything, 13, "Dmitry Olm") == "Dmitry Olm"
    together = NameRule("person", "maria olm", "anneke wouters", "same")
    store_rule(everything, told(together), names.uses_of, names.naming_of)
    assert name_of(everything, 14, "Maria Olm") == name_of(everything, 8, "Anneke Wouters")
    assert everything.execute("SELECT count(*) > 0 FROM state.name_log").fetchall() == [(True,)]


def test_two_made_one_bring_all_their_spellings(everything: duckdb.DuckDBPyConnection) -> None:
    one = NameRule("person", "anneke wouters", "dmitri olm", "same")

    store_rule(everything, told(one), names.uses_of, names.naming_of)

    assert name_of(everything, 13, "Dmitry Olm") == name_of(everything, 12, "Dmitri Olm") == "Anneke Wouters"
    assert name_of(everything, 14, "Maria Olm") == "Maria Olm"


def test_a_word_taken_back_leaves_no_trace_but_the_log(everything: duckdb.DuckDBPyConnection) -> None:
    before = state(everything)
    words = [
        NameRule("person", "dmitri olm", "dmitry olm", "different"),
        NameRule("person", "anneke wouters", "maria olm", "same"),
        NameRule("place", "kyiv", "=kiev", "different"),
        NameRule("organization", "harbor workers federation", "kremlin", "same"),
    ]
    for word in words:
        store_rule(everything, told(word), names.uses_of, names.naming_of)
    changed = state(everything)

    for word in words:
        forget_rule(everything, told(word), names.uses_of, names.naming_of, NOW)

    assert changed != before
    assert state(everything) == before


def test_words_told_first_or_last_give_the_same_tables(
    everything: duckdb.DuckDBPyConnection, warehouse_in: WarehouseIn, tmp_path: Path
) -> None:
    words = [
        NameRule("person", "dmitri olm", "dmitry olm", "different"),
        NameRule("person", "anneke wouters", "maria olm", "same"),
        NameRule("place", "=kiev", "kyiv", "different"),
    ]
    for word in words:
        store_rule(everything, told(word), names.uses_of, names.naming_of)
    other = tmp_path / "other"
    other.mkdir()
    with warehouse_in(other).writer() as connection:
        for word in words:
            store_rule(connection, told(word), names.uses_of, names.naming_of)
        for number in reversed(range(len(ARTICLES))):
            load(connection, {number: ARTICLES[number]})

        first = state(connection)

    assert first == state(everything)
    assert name_of(everything, 0, "Kiev") == "Kiev"
    assert name_of(everything, 1, "Kyiv") == "Kyiv"


def test_what_moved_is_told_by_its_way(everything: duckdb.DuckDBPyConnection) -> None:
    def ways() -> list[tuple[str, str]]:
        return everything.execute("SELECT event, alias FROM state.name_log WHERE from_id IS NOT NULL ORDER BY rowid").fetchall()

    store_rule(everything, told(NameRule("person", "dmitri olm", "dmitry olm", "different")), names.uses_of, names.naming_of)
    store_rule(everything, told(NameRule("person", "anneke wouters", "maria olm", "same")), names.uses_of, names.naming_of)

    assert ways() == [("split", "Dmitry Olm"), ("merged", "Maria Olm")]


def test_resolving_history_again_changes_nothing(everything: duckdb.DuckDBPyConnection) -> None:
    before = state(everything)

    report = resolve_history(everything, names.uses_of, names.naming_of, NOW)

    assert (report.moved, report.linked, state(everything)) == (0, 0, before)


def test_resolving_history_mends_whatever_was_wrong(everything: duckdb.DuckDBPyConnection) -> None:
    before = state(everything)
    everything.execute("UPDATE main.mentions SET entity_id = 1, link_rule = 'wrong' WHERE article_id IN (0, 8)")
    everything.execute("UPDATE state.name_uses SET key = 'wrong', block = 'WRNG' WHERE article_id = 14")
    everything.execute("UPDATE state.name_aliases SET entity_id = 2 WHERE key = 'dmitry olm'")

    resolve_history(everything, names.uses_of, names.naming_of, NOW)

    assert state(everything) == before


def test_stored_spellings_can_be_read_by_block(everything: duckdb.DuckDBPyConnection) -> None:
    uses = names.uses_of(mentions_of(99, ["Anneke Wouters"]))

    assert [alias.documents for alias in aliases_for(everything, names.blocks_of(uses))] == [3]
