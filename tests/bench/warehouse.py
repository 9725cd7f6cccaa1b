"""How long publishing takes, and what each question of an analyst costs: `python -m tests.bench.warehouse 10000 100000 …`.

For each number of articles a warehouse of made-up news is generated (kept in `.bench/` for the next time), published, loaded with
one run's worth of new articles, published again, and asked every question of the list and every example of the guide: medians of
five after one that warms up. `--cold` asks each once after the system's page cache was dropped.
"""

from __future__ import annotations

import os
import resource
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import duckdb

from extractors.ids import article_id_of
from extractors.records import Article, Batch, Mention
from tests.bench.generate import generate, word_of
from warehouse.connection import published_path, reader, working_path
from warehouse.load import load
from warehouse.places import Place, warehouse_at
from warehouse.publish import publish

FOLDER = Path(os.environ.get("NEWSLOOM_BENCH", ".bench"))
BATCH = 500
QUESTIONS = {
    "articles of the last 7 days": "SELECT outlet, title, length(text) FROM articles WHERE published_date > DATE '2026-11-14'",
    "one article by id": "SELECT title, text FROM articles WHERE article_id = (SELECT max(article_id) FROM articles)",
    "coverage by day and outlet, all": "SELECT published_date, outlet, articles, originals FROM daily_coverage",
    "coverage of 30 days": "SELECT * FROM daily_coverage WHERE published_date > DATE '2026-10-22'",
    "trending today": "FROM trending LIMIT 20",
    "trend of a common name": "FROM entity_trend('{common}')",
    "trend of a rare name": "FROM entity_trend('{rare}')",
    "entities of 7 days": "SELECT name, sum(originals) AS n FROM entity_daily WHERE published_date > DATE '2026-11-14'"
    " GROUP BY ALL ORDER BY n DESC LIMIT 20",
    "pairs of 7 days": "SELECT name, other_name, sum(originals) AS n FROM co_mentions WHERE published_date > DATE '2026-11-14'"
    " GROUP BY ALL ORDER BY n DESC LIMIT 20",
    "mentioned with a common name": "FROM mentioned_with('{common}') LIMIT 20",
    "articles about a name": "FROM articles_about('{rare}')",
    "said by a name": "FROM said_by('{rare}')",
    "who said what about whom, 1 day": "FROM who_said_what WHERE published_date = DATE '2026-11-20'",
    "who said what, one speaker": "FROM who_said_what WHERE speaker = '{rare}'",
    "syndication, all": "FROM syndication ORDER BY copies DESC",
    "stories in most outlets": "FROM stories ORDER BY outlets DESC LIMIT 20",
    "first publisher of one text": "FROM stories WHERE story_id = (SELECT max(original_id) FROM articles)",
    "corrections of 7 days": "SELECT outlet, seen_at, word_diff FROM corrections WHERE published_date > DATE '2026-11-14'",
    "freshness": "FROM freshness",
    "feed health": "FROM feed_health",
    "guide": "FROM guide",
    "search: one common word": "SELECT score, title FROM search('{w3}')",
    "search: one rare word": "SELECT score, title FROM search('{w15000}')",
    "search: three words": "SELECT score, title FROM search('{w20} {w200} {w2000}')",
    "search: a phrase": "SELECT score, title FROM search('\"{phrase}\"')",
    "search: word, outlet, dates": "SELECT score, title FROM search('{w200} outlet:outlet3.example after:2026-11-01')",
    "search: a phrase of the two commonest words": "SELECT score, title FROM search('\"{w0} {w1}\"')",
    "search: three words that stand in nearly every article": "SELECT score, title FROM search('{w18} {w15} {w11}')",
    "search: a phrase of common words that stands nowhere": "SELECT score, title FROM search('\"{w7} {w20} {w3} {w11}\"')",
    "search: one common word or another": "SELECT score, title FROM search('{w18} OR {w15}')",
    "search: word without a phrase": "SELECT score, title FROM search('{w200} -\"{w20} {w3}\"')",
    "search: prefix": "SELECT score, title FROM search('{prefix}*')",
}


@dataclass(frozen=True, slots=True)
class Cost:
    """Wall and CPU seconds; both because the machine may be busy."""

    wall: float
    cpu: float


def measured(act: Callable[[], object]) -> Cost:
    wall, cpu = time.perf_counter(), cpu_seconds()
    act()
    return Cost(time.perf_counter() - wall, cpu_seconds() - cpu)


def cpu_seconds() -> float:
    """Return what this process and its children have used."""
    own, children = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


def one_run(place: Place, number: int) -> tuple[Cost, Cost]:
    """Load 500 new articles of today with their names, and publish."""
    warehouse = warehouse_at(place)
    connection = reader(warehouse.home)
    newest = connection.execute("SELECT max(first_seen_at) FROM articles").fetchall()[0][0]
    texts = connection.execute("SELECT text FROM articles USING SAMPLE 500 ROWS").fetchall()
    connection.close()
    articles, mentions = [], []
    for n, (text,) in enumerate(texts):
        url = f"https://outlet1.example/bench/{number}/{n}"
        articles.append(
            Article(
                article_id_of(url),
                url,
                url,
                "outlet1.example",
                f"{text} {number} {n}",
                newest + timedelta(minutes=1),
                title=text[:60],
                published_at=newest,
                language="en",
                extractor_version="bench",
            )
        )
        mentions += [
            Mention(article_id_of(url), "Name", m * 30, m * 30 + 4, "person", "model", entity_id=(n * m) % 500) for m in range(17)
        ]
    batch = Batch(f"bench{number}", tuple(articles), mentions=tuple(mentions))

    def take_in() -> None:
        with warehouse.writer() as connection:
            load(connection, batch)

    return measured(take_in), measured(warehouse.publish)


def questions_of(connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """Fill in names and words that are there; and every example of the guide."""
    common, rare = (
        connection.execute("SELECT name FROM entities WHERE entity_id = ?", [number]).fetchall()[0][0] for number in (1, 20_000)
    )
    text = connection.execute("SELECT text FROM articles WHERE published_date = DATE '2026-11-10' LIMIT 1").fetchall()[0][0]
    words = {f"w{n}": word_of(n) for n in (0, 1, 3, 7, 11, 15, 18, 20, 200, 2000, 15_000)}
    phrase = " ".join(text.split()[5:8])
    ours = {
        name: sql.format(common=common, rare=rare, phrase=phrase, prefix=word_of(5000)[:5], **words)
        for name, sql in QUESTIONS.items()
    }
    examples = connection.execute("SELECT name, example FROM guide ORDER BY type = 'macro', name").fetchall()
    return ours | {f"guide: {name}": sql for name, sql in examples}


def ask_all(home: Path) -> dict[str, Cost]:
    """Ask each question of a copy just opened, once to warm up and five times for the median."""
    connection = reader(home)
    connection.execute("SET threads = 2")
    connection.execute("SET memory_limit = '2GB'")
    found = {}
    for question, sql in questions_of(connection).items():
        costs = [measured(lambda sql=sql: _ask(connection, sql)) for _ in range(6)][1:]  # type: ignore[misc]
        found[question] = Cost(statistics.median(cost.wall for cost in costs), statistics.median(cost.cpu for cost in costs))
    connection.close()
    return found


def ask_cold(home: Path) -> dict[str, Cost]:
    """Ask each question once, in a process with nothing in DuckDB's buffers, after the system's page cache was dropped (root)."""
    os.sync()
    Path("/proc/sys/vm/drop_caches").write_text("3")
    connection = reader(home)
    connection.execute("SET threads = 2")
    connection.execute("SET memory_limit = '2GB'")
    found = {
        question: measured(lambda sql=sql: _ask(connection, sql))  # type: ignore[misc]
        for question, sql in questions_of(connection).items()
    }
    connection.close()
    return found


def _ask(connection: duckdb.DuckDBPyConnection, sql: str) -> None:
    connection.execute(sql).fetchall()


def prepared(articles: int) -> tuple[Path, dict[str, Cost]]:
    """Return a home of this size, published, and what the steps of publishing cost."""
    home = FOLDER / str(articles)
    if not working_path(home).exists():
        generate(home, articles)
    costs = {}
    if not published_path(home).exists():
        costs["publish for the first time: index and roll-ups of everything"] = measured(lambda: publish(home))
    costs["publish, nothing new"] = measured(lambda: publish(home))
    runs = [one_run(home, int(time.time() * 1000) + number) for number in range(3)]
    for number, name in enumerate(("load 500 new articles", "publish after them")):
        costs[name] = Cost(*(statistics.median(getattr(run[number], kind) for run in runs) for kind in ("wall", "cpu")))
    return home, costs


def bench(sizes: Sequence[int], *, is_cold: bool = False) -> None:
    """Measure each size and print one table: seconds on the clock, CPU-seconds in brackets."""
    columns, megabytes = [], []
    for articles in sizes:
        home, costs = prepared(articles)
        megabytes.append(published_path(home).stat().st_size / 1e6)
        columns.append(costs | (ask_cold(home) if is_cold else ask_all(home)))
    print("| step or question | " + " | ".join(f"{articles:,}" for articles in sizes) + " |")
    print("|---|" + "---|" * len(sizes))
    print("| published file, MB | " + " | ".join(f"{size:,.0f}" for size in megabytes) + " |")
    for name in dict.fromkeys(name for column in columns for name in column):
        cells = [f"{column[name].wall:.3f} ({column[name].cpu:.3f})" if name in column else "" for column in columns]
        print(f"| {name} | " + " | ".join(cells) + " |")


if __name__ == "__main__":
    arguments = [argument for argument in sys.argv[1:] if argument != "--cold"]
    bench([int(argument) for argument in arguments or ["10000"]], is_cold="--cold" in sys.argv)
