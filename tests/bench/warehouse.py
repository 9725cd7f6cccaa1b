"""How long publishing takes, and what each question of an analyst costs: `python -m tests.bench.warehouse 10000 100000 …`.

For each number of articles a warehouse of made-up news is generated (kept in `.bench/` for the next time), published, loaded with
one run's worth of new articles, published again, and asked every question of the list, twice; the second time counts.
"""

from __future__ import annotations

import os
import resource
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import duckdb

from extractors.ids import article_id_of
from extractors.records import Article, Batch, Mention
from tests.bench.generate import generate, word_of
from warehouse.connection import published_path, reader, working_path, writer
from warehouse.load import load
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
    "search: prefix": "SELECT score, title FROM search('{prefix}*')",
}


@dataclass(frozen=True, slots=True)
class Cost:
    """Wall and CPU seconds; both because the machine may be busy."""

    wall: float
    cpu: float


def measured(act: Callable[[], object]) -> Cost:
    wall, cpu = time.perf_counter(), _cpu()
    act()
    return Cost(time.perf_counter() - wall, _cpu() - cpu)


def _cpu() -> float:
    own, children = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


def one_run(home: Path, number: int) -> tuple[Cost, Cost]:
    """Load 500 new articles of today with their names, and publish."""
    connection = reader(home)
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
        with writer(home) as connection:
            load(connection, batch)

    return measured(take_in), measured(lambda: publish(home))


def ask_all(home: Path) -> dict[str, Cost]:
    connection = reader(home)
    connection.execute("SET threads = 2")
    connection.execute("SET memory_limit = '2GB'")
    common, rare = (
        connection.execute("SELECT name FROM entities WHERE entity_id = ?", [number]).fetchall()[0][0] for number in (1, 20_000)
    )
    text = connection.execute("SELECT text FROM articles WHERE published_date = DATE '2026-11-10' LIMIT 1").fetchall()[0][0]
    words = {f"w{n}": word_of(n) for n in (3, 20, 200, 2000, 15_000)}
    found = {}
    for question, query in QUESTIONS.items():
        sql = query.format(common=common, rare=rare, phrase=" ".join(text.split()[5:8]), prefix=word_of(5000)[:5], **words)
        found[question] = measured(lambda sql=sql: _ask(connection, sql))  # type: ignore[misc]
        found[question] = measured(lambda sql=sql: _ask(connection, sql))  # type: ignore[misc]
    connection.close()
    return found


def _ask(connection: duckdb.DuckDBPyConnection, sql: str) -> None:
    connection.execute(sql).fetchall()


def bench(articles: int) -> None:
    home = FOLDER / str(articles)
    if not working_path(home).exists():
        generate(home, articles)
    whole = measured(lambda: publish(home))
    runs = [one_run(home, int(time.time() * 1000) + number) for number in range(3)]
    load_cost = statistics.median(run[0].cpu for run in runs)
    publish_cpu, publish_wall = (statistics.median(getattr(run[1], name) for run in runs) for name in ("cpu", "wall"))
    print(f"\n## {articles:,} articles: {published_path(home).stat().st_size / 1e6:,.0f} MB published\n")
    print("| step | CPU s | wall s |\n|---|---|---|")
    print(f"| publish, first or unchanged | {whole.cpu:.2f} | {whole.wall:.2f} |")
    print(f"| load 500 new articles | {load_cost:.2f} | |")
    print(f"| publish after them (roll-ups, search index, copy) | {publish_cpu:.2f} | {publish_wall:.2f} |")
    for question, cost in ask_all(home).items():
        print(f"| {question} | {cost.cpu:.3f} | {cost.wall:.3f} |")


if __name__ == "__main__":
    for argument in sys.argv[1:] or ["10000"]:
        bench(int(argument))
