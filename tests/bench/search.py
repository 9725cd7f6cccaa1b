"""Which search: ours in plain tables, DuckDB's fts, tantivy. `python -m tests.bench.search 10000`.

The same made-up articles, the same queries, one after another in one process each; CPU seconds.
"""

from __future__ import annotations

import importlib.util
import sys
import tempfile
from pathlib import Path

import duckdb

from tests.bench.generate import generate, word_of
from tests.bench.warehouse import FOLDER, Cost, measured
from warehouse.connection import locked, opened, working_path
from warehouse.search import refresh_search

WORDS = [word_of(number) for number in (3, 200, 2000)]


def ours(home: Path) -> tuple[Cost, Cost, Cost, float]:
    with locked(home), opened(home) as connection:
        for table in ("documents", "words", "postings"):
            connection.execute(f"DELETE FROM state.search_{table}")
        connection.execute("CHECKPOINT")
        before = _used(connection)
        build = measured(lambda: refresh_search(connection))
        connection.execute("CHECKPOINT")
        size = _used(connection) - before
        ask = measured(lambda: [connection.execute("FROM search(?)", [word]).fetchall() for word in WORDS])
        connection.execute("DELETE FROM state.search_documents WHERE document < 500")
        more = measured(lambda: refresh_search(connection))
    return build, more, ask, size


def fts(home: Path) -> tuple[Cost, Cost, Cost, float] | None:
    found = importlib.util.find_spec("duckdb_extension_fts")
    if found is None or found.origin is None:
        return None
    file = Path(found.origin).parent / "extensions" / f"v{duckdb.__version__}" / "fts.duckdb_extension"
    with tempfile.TemporaryDirectory() as folder, duckdb.connect(f"{folder}/fts.duckdb", config={"threads": 2}) as connection:
        connection.execute(f"LOAD '{file}'")
        connection.execute(f"ATTACH '{working_path(home)}' AS source (READ_ONLY)")
        connection.execute("CREATE TABLE a AS SELECT article_id, title, text FROM source.articles")
        connection.execute("CHECKPOINT")
        before = _used(connection)
        build = measured(lambda: connection.execute("PRAGMA create_fts_index('a', 'article_id', 'title', 'text')"))
        connection.execute("CHECKPOINT")
        size = _used(connection) - before
        query = (
            "SELECT article_id, fts_main_a.match_bm25(article_id, ?) AS score FROM a WHERE score IS NOT NULL"
            " ORDER BY score DESC LIMIT 100"
        )
        ask = measured(lambda: [connection.execute(query, [word]).fetchall() for word in WORDS])
    return build, build, ask, size  # it knows nothing of rows added later: 500 more cost another build


def tantivy_index(home: Path) -> tuple[Cost, Cost, Cost, float] | None:
    if importlib.util.find_spec("tantivy") is None:
        return None
    import tantivy

    with duckdb.connect(str(working_path(home)), read_only=True) as connection:
        rows = connection.execute("SELECT article_id, title, text FROM articles").fetchall()
    with tempfile.TemporaryDirectory() as folder:
        schema = (
            tantivy.SchemaBuilder().add_integer_field("id", stored=True).add_text_field("title").add_text_field("text").build()
        )
        index = tantivy.Index(schema, path=folder)

        def add(some: list[tuple[int, str, str]]) -> None:
            writer = index.writer(num_threads=1)
            for key, title, text in some:
                document = tantivy.Document()
                document.add_integer("id", key)
                document.add_text("title", title)
                document.add_text("text", text)
                writer.add_document(document)
            writer.commit()
            writer.wait_merging_threads()

        build = measured(lambda: add(rows))
        size = sum(file.stat().st_size for file in Path(folder).iterdir()) / 1e6
        more = measured(lambda: add(rows[:500]))
        index.reload()
        searcher = index.searcher()
        ask = measured(lambda: [searcher.search(index.parse_query(word, ["title", "text"]), 100).hits for word in WORDS])
    return build, more, ask, size


def _used(connection: duckdb.DuckDBPyConnection) -> float:
    rows = connection.execute(
        "SELECT block_size * used_blocks / 1e6 FROM pragma_database_size() WHERE database_name = current_database()"
    ).fetchall()
    return float(rows[0][0])


def main(articles: int) -> None:
    home = FOLDER / f"search-{articles}"
    if not working_path(home).exists():
        generate(home, articles)
    print(f"\n{articles:,} articles\n")
    print("| engine | build CPU s | 500 more CPU s | three queries CPU s | MB |\n|---|---|---|---|---|")
    for name, engine in (("own tables", ours), ("duckdb fts", fts), ("tantivy", tantivy_index)):
        result = engine(home)
        if result is None:
            print(f"| {name} | not installed | | | |")
        else:
            build, more, ask, size = result
            print(f"| {name} | {build.cpu:.2f} | {more.cpu:.2f} | {ask.cpu:.3f} | {size:.0f} |", flush=True)


if __name__ == "__main__":
    for argument in sys.argv[1:] or ["10000"]:
        main(int(argument))
