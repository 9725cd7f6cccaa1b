"""The page about lakes is true: its SQL runs, in its order, against a lake with news in it."""

from __future__ import annotations

import re
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import duckdb

from extractors.records import Batch
from tests.lakes import empty_lake
from tests.postgres_server import Postgres
from tests.warehouse_samples import article
from warehouse.lake.extensions import OF_LAKES, load_extensions
from warehouse.lake.place import lake_at
from warehouse.load import load

PAGE = Path(__file__).resolve().parents[2] / "docs" / "lake.md"
WRITTEN = "dbname=news host=db.example user=analyst"


def test_the_sql_of_the_page_runs_and_tells_what_it_says(postgres: Postgres, tmp_path: Path) -> None:
    lake = lake_at(tmp_path / "home", **empty_lake(postgres, tmp_path))
    with lake.writer() as connection:
        load(connection, Batch("run", tuple(article(number) for number in range(1, 4))))
        [(then,)] = connection.execute("SELECT id FROM news.current_snapshot()").fetchall()
        edited = replace(article(1, minutes=5), title="Vornstad rations water no longer")
        load(connection, Batch("run", (edited, article(4))))
    lake.publish()
    blocks = re.findall(r"```sql\n(.*?)```", PAGE.read_text(), re.DOTALL)
    answers = []

    with closing(duckdb.connect()) as analyst:
        analyst.execute("SET TimeZone = 'UTC'")
        load_extensions(analyst, OF_LAKES)
        for statement in duckdb.extract_statements("\n".join(blocks).replace("INTERVAL 1 DAY", "INTERVAL 0 SECOND")):
            sql = statement.query.replace(WRITTEN, lake.address.conninfo).replace(
                "SNAPSHOT_VERSION 42", f"SNAPSHOT_VERSION {then}"
            )
            answers.append(analyst.execute(sql).fetchall())

    assert len(answers) >= 10
    assert [(4,)] in answers  # articles now
    assert any(("update_postimage" in map(str, row) or "insert" in map(str, row)) for rows in answers for row in rows)
    assert answers[-1][0][2] == 3  # articles of the day, as of the snapshot before the second load
