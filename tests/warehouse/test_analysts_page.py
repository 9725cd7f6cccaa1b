"""Every example of docs/analysts.md runs."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest
import yaml

from extractors.names import naming_of, uses_of
from extractors.records import Batch
from tests.lakes import WarehouseIn
from tests.warehouse_samples import article, mentions_of, quotes_of
from warehouse.connection import published_path
from warehouse.export import export
from warehouse.load import load

DOCS = Path(__file__).resolve().parents[2] / "docs"
DBT = DOCS / "examples" / "dbt"
PAGE = (DOCS / "analysts.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)


@pytest.fixture(scope="module")
def home(warehouse_in: WarehouseIn, tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("home")
    warehouse = warehouse_in(home)
    articles = (article(1), article(2))
    mentions = tuple(mention for a in articles for mention in mentions_of(a))
    quotes = tuple(quote for a in articles for quote in quotes_of(a))
    with warehouse.writer() as connection:
        load(
            connection,
            Batch("run", articles, mentions=mentions, quotes=quotes, name_uses=tuple(uses_of(mentions))),
            decide_names=naming_of,
        )
        load(connection, Batch("run", (article(2, minutes=9, text="Lake Vorn is full of water."),)))
    warehouse.publish()
    export(home, home / "parquet")
    return home


@pytest.mark.parametrize("sql", blocks("sql"))
def test_sql_answers_with_rows(home: Path, sql: str) -> None:
    with duckdb.connect(str(published_path(home)), read_only=True) as connection:
        assert connection.execute(sql).fetchall()


def test_sql_answers_in_the_command_line_client(home: Path) -> None:
    client = shutil.which("duckdb", path=os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]))
    if client is None:
        pytest.skip("no duckdb command (duckdb-cli of the group dev brings it)")

    for sql in blocks("sql"):
        done = subprocess.run(
            [client, "-readonly", "-csv", "-init", os.devnull, "news.duckdb", "-c", sql],
            cwd=home,
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.returncode, done.stderr) == (0, ""), sql
        assert len(done.stdout.splitlines()) > 1, sql


needs_duckdb_1 = pytest.mark.skipif(duckdb.__version__ >= "2", reason="duckdb-sqlalchemy has no release for DuckDB 2 yet")


@needs_duckdb_1
def test_python_runs_from_the_first_block_to_the_last(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("duckdb_sqlalchemy", reason="duckdb-sqlalchemy is in the group dev")
    monkeypatch.chdir(home)
    names: dict[str, object] = {}

    for block in blocks("python"):
        exec(block, names)

    assert names["coverage"].num_rows == 1  # type: ignore[attr-defined]
    assert names["originals"] == [("vorn.example", 2)]
    assert len(names["found"]) == 2  # type: ignore[arg-type]
    assert len(names["days"]) == 2  # type: ignore[arg-type]


@needs_duckdb_1
def test_a_bi_client_reads_the_comments_and_cannot_write(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sqlalchemy = pytest.importorskip("sqlalchemy")
    pytest.importorskip("duckdb_sqlalchemy", reason="duckdb-sqlalchemy is in the group dev")
    monkeypatch.chdir(home)
    engine = sqlalchemy.create_engine("duckdb:///news.duckdb?access_mode=read_only")

    columns = {column["name"]: column["comment"] for column in sqlalchemy.inspect(engine).get_columns("articles")}

    assert columns["published_at"].startswith("Publication time as claimed")
    with engine.connect() as connection, pytest.raises(sqlalchemy.exc.DBAPIError, match="read-only"):
        connection.execute(sqlalchemy.text("DELETE FROM articles"))
    engine.dispose()


def test_the_dbt_source_names_relations_that_exist(home: Path) -> None:
    sources = [yaml.safe_load(blocks("yaml")[0]), yaml.safe_load((DBT / "models" / "sources.yml").read_text())]

    with duckdb.connect(str(published_path(home)), read_only=True) as connection:
        for found in sources:
            source = found["sources"][0]
            for table in source["tables"]:
                columns = connection.execute(f"FROM {source['database']}.{source['schema']}.{table['name']} LIMIT 1").description
                assert {column["name"] for column in table.get("columns", [])} <= {name for name, *_ in columns}


def test_the_models_of_the_dbt_project_answer(home: Path) -> None:
    with duckdb.connect(str(published_path(home)), read_only=True) as connection:
        for model in sorted((DBT / "models").glob("*.sql")):
            sql = re.sub(r"{{ source\('news', '(\w+)'\) }}", r"news.main.\1", model.read_text())
            connection.execute(sql).fetchall()
