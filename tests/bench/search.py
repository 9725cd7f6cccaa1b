"""Which search: ours in plain tables, DuckDB's fts, tantivy. `python -m tests.bench.search 10000 100000 [--only own,tantivy]`.

The same made-up articles and questions; CPU-seconds to build, to take in 500 more, megabytes, and the median of five askings of
each question. Texts are streamed from the warehouse to engines that keep none of their own. An engine may use 25 CPU-minutes to
build, and DuckDB 6 GB of memory and 25 GB of disk: where that is not enough, that is the figure.
"""

from __future__ import annotations

import argparse
import importlib.util
import statistics
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from tests.bench.generate import generate, word_of
from tests.bench.warehouse import FOLDER, cpu_seconds, measured
from warehouse.connection import locked, opened, working_path
from warehouse.search import refresh_search

MORE = 500
CHUNK = 5_000
BUILD_CPU_SECONDS = 1_500
ROOM = {"threads": 2, "memory_limit": "6GB", "max_temp_directory_size": "25GB"}


@dataclass(frozen=True, slots=True)
class Result:
    """What an engine costs; `seconds` on the clock and `cpu` are medians by question."""

    build: float
    more: float
    megabytes: float
    asked: dict[str, tuple[float, float]]


def questions(connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """Return words of three frequencies, three words together, and a phrase that is there."""
    text = connection.execute("SELECT text FROM articles WHERE published_date = DATE '2026-11-10' LIMIT 1").fetchall()[0][0]
    return {
        "common word": word_of(3),
        "word": word_of(2000),
        "rare word": word_of(15_000),
        "three words": f"{word_of(20)} {word_of(200)} {word_of(2000)}",
        "phrase": '"' + " ".join(text.split()[5:8]) + '"',
    }


def medians(asked: dict[str, str], ask: Callable[[str], object]) -> dict[str, tuple[float, float]]:
    """Ask each question six times; the first warms up."""
    found = {}
    for name, query in asked.items():
        costs = [measured(lambda query=query: ask(query)) for _ in range(6)][1:]  # type: ignore[misc]
        found[name] = (statistics.median(cost.wall for cost in costs), statistics.median(cost.cpu for cost in costs))
    return found


@contextmanager
def bounded(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """End what this connection does once the process has used the CPU that a build may use."""
    most, is_over = cpu_seconds() + BUILD_CPU_SECONDS, threading.Event()

    def watch() -> None:
        while not is_over.wait(1):
            if cpu_seconds() > most:
                connection.interrupt()

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield
    finally:
        is_over.set()
        watcher.join()


def own(home: Path) -> Result:
    """Our tables: built anew in the working file."""
    with locked(home), opened(home) as connection:
        for table in ("documents", "words", "postings"):
            connection.execute(f"DELETE FROM state.search_{table}")
        connection.execute("CHECKPOINT")
        before = _used(connection)
        build = measured(lambda: refresh_search(connection)).cpu
        connection.execute("CHECKPOINT")
        size = _used(connection) - before
        asked = medians(questions(connection), lambda query: connection.execute("FROM search(?)", [query]).fetchall())
        connection.execute(f"DELETE FROM state.search_documents WHERE document < {MORE}")
        more = measured(lambda: refresh_search(connection)).cpu
    return Result(build, more, size, asked)


def fts(home: Path) -> Result | None:
    """DuckDB's extension, from its wheel; it knows nothing of rows added later, so 500 more cost another build."""
    found = importlib.util.find_spec("duckdb_extension_fts")
    if found is None or found.origin is None:
        return None
    file = Path(found.origin).parent / "extensions" / f"v{duckdb.__version__}" / "fts.duckdb_extension"
    with tempfile.TemporaryDirectory() as folder, duckdb.connect(f"{folder}/fts.duckdb", config=ROOM) as connection:
        connection.execute(f"LOAD '{file}'")
        connection.execute(f"ATTACH '{working_path(home)}' AS source (READ_ONLY)")
        connection.execute("CREATE TABLE a AS SELECT article_id, title, text, published_date FROM source.articles")
        connection.execute("CHECKPOINT")
        before = _used(connection)
        with bounded(connection):
            build = measured(lambda: connection.execute("PRAGMA create_fts_index('a', 'article_id', 'title', 'text')")).cpu
        connection.execute("CHECKPOINT")
        size = _used(connection) - before
        connection.execute("CREATE VIEW articles AS FROM a")
        query = (
            "SELECT article_id, fts_main_a.match_bm25(article_id, ?, conjunctive := 1) AS score FROM a WHERE score IS NOT NULL"
            " ORDER BY score DESC LIMIT 100"
        )
        asked = {name: words for name, words in questions(connection).items() if name != "phrase"}  # it has no phrases
        return Result(build, build, size, medians(asked, lambda words: connection.execute(query, [words]).fetchall()))


def tantivy_index(home: Path) -> Result | None:
    """Tantivy: an index in a folder of its own, which holds ids and no texts."""
    if importlib.util.find_spec("tantivy") is None:
        return None
    import tantivy

    with tempfile.TemporaryDirectory() as folder, duckdb.connect(str(working_path(home)), read_only=True) as connection:
        schema = (
            tantivy.SchemaBuilder().add_integer_field("id", stored=True).add_text_field("title").add_text_field("text").build()
        )
        index = tantivy.Index(schema, path=folder)

        def add(most: int) -> None:
            writer = index.writer(num_threads=1)
            for key, title, text in _rows(connection, most):
                document = tantivy.Document()
                document.add_integer("id", key)
                document.add_text("title", title)
                document.add_text("text", text)
                writer.add_document(document)
            writer.commit()
            writer.wait_merging_threads()

        build = measured(lambda: add(10**9)).cpu
        size = sum(file.stat().st_size for file in Path(folder).iterdir()) / 1e6
        more = measured(lambda: add(MORE)).cpu
        index.reload()
        searcher = index.searcher()

        def ask(query: str) -> object:
            every = query if query.startswith('"') else " AND ".join(query.split())
            return searcher.search(index.parse_query(every, ["title", "text"]), 100).hits

        return Result(build, more, size, medians(questions(connection), ask))


def _rows(connection: duckdb.DuckDBPyConnection, most: int) -> Iterator[tuple[int, str, str]]:
    cursor = connection.cursor().execute("SELECT article_id, title, text FROM articles LIMIT ?", [most])
    while some := cursor.fetchmany(CHUNK):
        yield from some


def _used(connection: duckdb.DuckDBPyConnection) -> float:
    rows = connection.execute(
        "SELECT block_size * used_blocks / 1e6 FROM pragma_database_size() WHERE database_name = current_database()"
    ).fetchall()
    return float(rows[0][0])


ENGINES = {"own": own, "fts": fts, "tantivy": tantivy_index}


def main(articles: int, engines: list[str]) -> None:
    """Print a table of one size."""
    home = FOLDER / f"search-{articles}"
    if not working_path(home).exists():
        generate(home, articles)
    names = ("common word", "word", "rare word", "three words", "phrase")
    print(f"\n{articles:,} articles: CPU-seconds, megabytes, and ms on the clock (ms of CPU)\n")
    print(f"| engine | build | {MORE} more | MB | " + " | ".join(names) + " |\n|---|---|---|---|" + "---|" * len(names))
    for engine in engines:
        used = cpu_seconds()
        try:
            result = ENGINES[engine](home)
        except duckdb.Error as error:
            print(f"| {engine} | not built: {str(error).splitlines()[0]}, after {cpu_seconds() - used:.0f} CPU-s |", flush=True)
            continue
        if result is None:
            print(f"| {engine} | not installed |")
            continue
        times = [
            f"{result.asked[name][0] * 1000:.0f} ({result.asked[name][1] * 1000:.0f})" if name in result.asked else "–"
            for name in names
        ]
        cells = [f"{result.build:.1f}", f"{result.more:.1f}", f"{result.megabytes:.0f}", *times]
        print(f"| {engine} | " + " | ".join(cells) + " |", flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("sizes", nargs="*", type=int, default=[10_000])
    parser.add_argument("--only", default="own,fts,tantivy")
    options = parser.parse_args()
    for size in options.sizes:
        main(size, options.only.split(","))
