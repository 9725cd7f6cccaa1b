"""Every example of docs/analysts.md runs."""

from __future__ import annotations

import re
from pathlib import Path

import duckdb
import pytest
import yaml

from extractors.names import naming_of, uses_of
from extractors.records import Batch
from tests.warehouse_samples import article, mentions_of, quotes_of
from warehouse.connection import published_path, writer
from warehouse.export import export
from warehouse.load import load
from warehouse.publish import publish

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "analysts.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("home")
    articles = (article(1), article(2))
    mentions = tuple(mention for a in articles for mention in mentions_of(a))
    quotes = tuple(quote for a in articles for quote in quotes_of(a))
    with writer(home) as connection:
        load(
            connection,
            Batch("run", articles, mentions=mentions, quotes=quotes, name_uses=tuple(uses_of(mentions))),
            decide_names=naming_of,
        )
        load(connection, Batch("run", (article(2, minutes=9, text="Lake Vorn is full of water."),)))
    publish(home)
    export(home, home / "parquet")
    return home


@pytest.mark.parametrize("sql", blocks("sql"))
def test_sql_answers_with_rows(home: Path, sql: str) -> None:
    with duckdb.connect(str(published_path(home)), read_only=True) as connection:
        assert connection.execute(sql).fetchall()


def test_python_runs_from_the_first_block_to_the_last(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(home)
    names: dict[str, object] = {}

    for block in blocks("python"):
        exec(block, names)

    assert names["coverage"].num_rows == 1  # type: ignore[attr-defined]
    assert len(names["days"]) == 2  # type: ignore[arg-type]


def test_the_dbt_source_names_relations_that_exist(home: Path) -> None:
    source = yaml.safe_load(blocks("yaml")[0])["sources"][0]

    with duckdb.connect(str(published_path(home)), read_only=True) as connection:
        for table in source["tables"]:
            connection.execute(f"FROM {source['database']}.{source['schema']}.{table['name']} LIMIT 1").fetchall()
