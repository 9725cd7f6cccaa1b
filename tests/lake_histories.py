"""Random histories of a lake: `python -m tests.lake_histories --seeds 20 --steps 12` (about two CPU-seconds a step).

After each step one machine brings its read copy forward and another one writes its copy anew; both must hold the same rows. Steps
are loads, edits, upkeep, a rebuild, and statements that no code of ours makes but that DuckLake must survive as well.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import tempfile
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from extractors.records import Batch
from tests.lakes import another_home, empty_lake
from tests.postgres_server import Postgres, remove, server
from tests.warehouse_samples import article, mentions_of, quotes_of
from warehouse.connection import published_path, reader
from warehouse.lake.care import take_care
from warehouse.lake.forward import MARK_COUNTER
from warehouse.lake.place import Lake, lake_at
from warehouse.load import load
from warehouse.rows import transaction

SHAKEN = ("main.articles", "main.mentions", "main.quotes", "main.captions", "state.search_postings", "state.entity_days")
"""Tables whose rows are put in again, changed and taken out at random."""
COLUMNS = {
    "main.articles": "title = title || ?",
    "main.mentions": "surface = surface || ?",
    "main.quotes": "quote = quote || ?",
    "main.captions": "text = text || ?",
    "state.search_postings": "document = document + length(?)",
    "state.entity_days": "mentions = mentions + length(?)",
}


@dataclass
class History:
    """One lake, two machines, and what has been done to it."""

    lake: Lake
    chance: random.Random
    told: list[str] = field(default_factory=list)
    forwarded: int = 0

    def step(self) -> None:
        """Do one thing, or a few in one transaction."""
        act = self.chance.choices((self._load, self._shake, self._care, self._replace), weights=(4, 8, 1, 1))[0]
        act()

    def _load(self) -> None:
        first, many = self.chance.randrange(60), self.chance.choice((1, 3, 25))
        self.told.append(f"load {first}+{many}")
        self.take_in(range(first, first + many), minutes=self.chance.choice((0, 5, 60)))

    def take_in(self, numbers: Iterable[int], minutes: float = 0) -> None:
        """Load articles, new ones and edits."""
        articles = [article(number, minutes=minutes) for number in numbers]
        mentions, quotes = (m for a in articles for m in mentions_of(a)), (q for a in articles for q in quotes_of(a))
        with self.lake.writer() as connection:
            load(connection, Batch("run", tuple(articles), mentions=tuple(mentions), quotes=tuple(quotes)))

    def _care(self) -> None:
        self.told.append("care")
        take_care(self.lake)

    def _replace(self) -> None:
        self.told.append("replace")
        with self.lake.writer() as connection, transaction(connection):
            for table in SHAKEN:
                connection.execute(f"CREATE OR REPLACE TEMP TABLE kept AS FROM {table}")
                connection.execute(f"DELETE FROM {table}")
                connection.execute(f"INSERT INTO {table} FROM temp.kept WHERE hash(kept) % 10 > 1")

    def _shake(self) -> None:
        with self.lake.writer() as connection:
            statements = [self._statement() for _ in range(self.chance.choice((1, 1, 2, 4)))]
            self.told.append("; ".join(f"{sql} {values}" for sql, values in statements))
            if self.chance.random() < 0.5:
                with transaction(connection):
                    self._run(connection, statements)
            else:
                self._run(connection, statements)

    def _statement(self) -> tuple[str, list[object]]:
        table = self.chance.choice(SHAKEN)
        modulus = self.chance.choice((1, 2, 7, 40))
        some = f"hash({table.split('.')[1]}, {self.chance.randrange(1000)}) % {modulus} = 0"
        kind = self.chance.choice(("put in", "change", "change", "take out", "take out"))
        if kind == "put in":
            return f"INSERT INTO {table} FROM {table} WHERE {some} LIMIT {self.chance.choice((2, 9, 40))}", []
        if kind == "change":
            return f"UPDATE {table} SET {COLUMNS[table]} WHERE {some}", ["x" * self.chance.randrange(1, 3)]
        return f"DELETE FROM {table} WHERE {some}", []

    @staticmethod
    def _run(connection: duckdb.DuckDBPyConnection, statements: list[tuple[str, list[object]]]) -> None:
        for sql, values in statements:
            connection.execute(sql, values)

    def compare(self) -> None:
        """Bring one copy forward, write the other anew, and compare every table."""
        here, elsewhere = self.lake, another_home(self.lake, "elsewhere")
        self.forwarded += not here.publish().is_anew
        published_path(elsewhere.home).unlink(missing_ok=True)
        elsewhere.publish()
        one, other = rows_of_all(here.home), rows_of_all(elsewhere.home)
        assert one == other, ([name for name in one if one[name] != other.get(name)], self.told)


def rows_of_all(home: Path) -> dict[str, object]:
    """Return count and sum over the hashes of all rows, of each table of a read copy."""
    with closing(reader(home)) as connection:
        tables = connection.execute(
            "SELECT schema_name || '.' || table_name FROM duckdb_tables()"
            " WHERE database_name = current_database() AND table_name <> 'schema_migrations' AND NOT internal"
        ).fetchall()
        found = {
            name: connection.execute(
                f"SELECT count(*), sum(hash(t)::HUGEINT) FROM {name} AS t"
                + (" WHERE name NOT LIKE 'lake_%'" if name == "state.counters" else "")  # which snapshot it shows
            ).fetchall()
            for (name,) in tables
        }
        marks = connection.execute("SELECT count(*) FROM state.counters WHERE name = ?", [MARK_COUNTER]).fetchall()
    assert marks == [(1,)]
    return dict(found)


def begun(lake: Lake, seed: int) -> History:
    """Begin a history of a lake that is empty."""
    return History(lake, random.Random(seed))


def run(postgres: Postgres, folder: Path, seed: int, steps: int) -> History:
    """Live through one history."""
    (folder / "home").mkdir(parents=True, exist_ok=True)
    history = begun(lake_at(folder / "home", **empty_lake(postgres, folder)), seed)
    history.take_in(range(30))
    for _ in range(steps):
        history.compare()
        history.step()
    history.compare()
    return history


def main() -> None:
    words = argparse.ArgumentParser()
    words.add_argument("--seeds", type=int, default=10)
    words.add_argument("--first", type=int, default=0)
    words.add_argument("--steps", type=int, default=12)
    given = words.parse_args()
    postgres, differed = server(), 0
    os.environ["PGPASSWORD"] = postgres.PASSWORD
    try:
        with tempfile.TemporaryDirectory() as folder:
            for seed in range(given.first, given.first + given.seeds):
                try:
                    history = run(postgres, Path(folder) / str(seed), seed, given.steps)
                except AssertionError as error:
                    print(seed, "DIFFERS", error, flush=True)
                    differed += 1
                else:
                    print(seed, len(history.told), "steps, equal;", history.forwarded, "brought forward", flush=True)
    finally:
        remove(postgres)
    sys.exit(differed > 0)


if __name__ == "__main__":
    main()
