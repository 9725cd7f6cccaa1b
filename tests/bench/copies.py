"""How the search for copies grows: batches of 500 against 10,000, 100,000 and 1,000,000 stored articles, beside the peers.

    python -m tests.bench.copies --sizes 10000 100000 1000000 --peers /path/to/an/environment/with/datasketch/and/rensa

All figures are CPU seconds of this process (DuckDB's threads included); read them as ratios.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice, pairwise
from pathlib import Path
from statistics import median

import duckdb
import pyarrow as pa

from extractors.copies.fingerprints import dated_at, fingerprint_of
from extractors.copies.verify import compare, live_tokens, prepare
from extractors.records import Article, Fingerprint
from tests.bench.copies_wire import Written, articles
from tests.copies_warehouse import Times, insert_articles, new_warehouse, take_in

BEGUN = datetime(2025, 1, 1, tzinfo=UTC)
BATCH = 500
BATCHES = 5
CROWDED = 8


def article_of(written: Written) -> Article:
    url = f"https://outlet{written.outlet}.example/{written.number}"
    seen = BEGUN + timedelta(days=written.day, seconds=written.number % 2_500 * 30)
    words = written.text.count(" ") + 1
    return Article(
        written.number, url, url, f"outlet{written.outlet}.example", written.text, seen, published_at=seen, word_count=words
    )


class Filler:
    """Puts articles into the store in bulk, as many batches would: a copy adds only the hashes that its original has not."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self.connection = connection
        self.recent: dict[int, frozenset[int]] = {}
        self.counts: dict[int, int] = {}
        self.crowded: set[int] = set()

    def put(self, chunk: list[Written]) -> None:
        batch = [article_of(written) for written in chunk]
        prints = [fingerprint_of(article) for article in batch]
        insert_articles(self.connection, batch)
        rows = []
        for written, print_ in zip(chunk, prints, strict=True):
            held = self.recent.get(written.copied_from, frozenset()) if written.copied_from is not None else frozenset()
            if written.copied_from is None:
                self.recent[written.number] = frozenset(print_.hashes)
            rows += [(hash_, written.number) for hash_ in self._new(print_, held)]
        for number in [number for number in self.recent if number < chunk[0].number - 20_000]:
            del self.recent[number]
        self._store(batch, prints, rows)
        self._store_clusters(chunk)

    def _new(self, print_: Fingerprint, held: frozenset[int]) -> Iterator[int]:
        for hash_ in print_.hashes:
            if hash_ in held or hash_ in self.crowded:
                continue
            seen = self.counts[hash_] = self.counts.get(hash_, 0) + 1
            if seen >= CROWDED:
                self.crowded.add(hash_)
            yield hash_
        if len(self.counts) > 4_000_000:  # a footer comes back long before that
            self.counts = {hash_: seen for hash_, seen in self.counts.items() if seen > 1}

    def _store(self, batch: list[Article], prints: list[Fingerprint], rows: list[tuple[int, int]]) -> None:
        days = {article.article_id: dated_at(article).date() for article in batch}
        postings = pa.table(
            {
                "hash": pa.array([hash_ for hash_, _ in rows], pa.int64()),
                "article_id": pa.array([number for _, number in rows], pa.int64()),
                "dated_on": pa.array([days[number] for _, number in rows], pa.date32()),
            }
        )
        stored = pa.table(
            {
                "article_id": pa.array([print_.article_id for print_ in prints], pa.int64()),
                "fingerprint_version": pa.array([print_.fingerprint_version for print_ in prints], pa.int16()),
                "text_hash": pa.array([print_.text_hash for print_ in prints], pa.int64()),
                "token_count": pa.array([print_.token_count for print_ in prints], pa.int32()),
                "dated_on": pa.array([days[print_.article_id] for print_ in prints], pa.date32()),
            }
        )
        crowded = pa.table({"hash": pa.array(sorted(self.crowded), pa.int64())})
        for name, rows_of, sql in (
            ("postings", postings, "INSERT INTO state.copy_postings BY NAME SELECT * FROM incoming"),
            ("fingerprints", stored, "INSERT INTO state.fingerprints BY NAME SELECT * FROM incoming"),
            (
                "crowded",
                crowded,
                "INSERT INTO state.copy_crowded SELECT hash, now() FROM incoming ANTI JOIN state.copy_crowded USING (hash)",
            ),
        ):
            assert name
            self.connection.register("incoming", rows_of)
            self.connection.execute(sql)
            self.connection.unregister("incoming")

    def _store_clusters(self, chunk: list[Written]) -> None:
        copies = [(written.number, written.copied_from) for written in chunk if written.copied_from is not None]
        self.connection.register(
            "incoming",
            pa.table(
                {
                    "article_id": pa.array([number for number, _ in copies], pa.int64()),
                    "cluster_id": pa.array([source for _, source in copies], pa.int64()),
                }
            ),
        )
        self.connection.execute(
            """
            INSERT INTO state.copy_members
            SELECT DISTINCT cluster_id, cluster_id, NULL, NULL, now()
            FROM incoming ANTI JOIN state.copy_clusters USING (cluster_id)
            """
        )
        self.connection.execute(
            "INSERT INTO state.copy_members SELECT article_id, cluster_id, 'near', cluster_id, now() FROM incoming"
        )
        self.connection.execute(
            """
            INSERT INTO state.copy_clusters
            SELECT DISTINCT cluster_id, cluster_id, 'the first that was seen', 2
            FROM incoming ANTI JOIN state.copy_clusters USING (cluster_id)
            """
        )
        self.connection.unregister("incoming")


def measure(connection: duckdb.DuckDBPyConnection, waiting: Iterator[Written]) -> dict[str, float]:
    times = Times()
    found = truth = 0
    for _ in range(BATCHES):
        batch = list(islice(waiting, BATCH))
        decisions = take_in(connection, [article_of(written) for written in batch], times=times)
        truth += sum(written.copied_from is not None for written in batch)
        found += sum(member.kind is not None for member in decisions.memberships)
    return {
        "batch": median(times.per_batch()),
        "fingerprint": median(times.fingerprint),
        "candidates": median(times.candidates),
        "decide": median(times.decide),
        "store": median(times.store),
        "copies": truth,
        "found": found,
    }


def bytes_of(connection: duckdb.DuckDBPyConnection, path: Path) -> dict[str, float]:
    connection.execute("CHECKPOINT")
    sizes = {}
    block = connection.execute("SELECT block_size FROM pragma_database_size()").fetchone()
    for table in ("main.articles", "state.copy_postings", "state.fingerprints", "state.copy_members", "state.copy_crowded"):
        rows = connection.execute(
            f"SELECT count(DISTINCT block_id) FROM pragma_storage_info('{table}') WHERE persistent"
        ).fetchone()
        sizes[table] = (rows[0] if rows else 0) * (block[0] if block else 0)
    sizes["file"] = path.stat().st_size
    return sizes


def per_article(texts: list[str]) -> dict[str, float]:
    """Microseconds of CPU per article for the two pure steps."""
    batch = [article_of(Written(number, 0, 0, text, None)) for number, text in enumerate(texts)]
    clock = time.process_time
    begun = clock()
    for article in batch:
        fingerprint_of(article)
    sketched = clock() - begun
    begun = clock()
    ready = [prepare(article.text) for article in batch]
    prepared = clock() - begun
    none = ready[0].shingles[:0]
    begun = clock()
    for one, other in pairwise(ready):
        compare(one, other, live_tokens(one, none), live_tokens(other, none))
    compared = clock() - begun
    return {
        name: 1e6 * spent / len(batch) for name, spent in (("sketch", sketched), ("prepare", prepared), ("compare", compared))
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--peers", type=Path, help="a virtual environment with datasketch, rensa and numpy")
    parser.add_argument("--peers-up-to", type=int, default=100_000, help="their stores live in memory: 9 KB an article")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "bench.duckdb"
        connection = new_warehouse(str(path))
        filler = Filler(connection)
        waiting = articles(max(options.sizes) + len(options.sizes) * BATCH * BATCHES + 5_000)
        stored = 0
        for size in options.sizes:
            while stored < size:
                chunk = next(waiting)
                filler.put(chunk)
                stored += len(chunk)
            connection.execute("CHECKPOINT")
            probes = iter(next(waiting))
            row = measure(connection, probes)
            stored += BATCH * BATCHES
            print(json.dumps({"name": "newsloom", "size": size, **row, **bytes_of(connection, path)}), flush=True)
        print(json.dumps({"name": "newsloom", **per_article([written.text for written in next(articles(500))])}), flush=True)
        connection.close()
    if options.peers:
        sizes = [str(size) for size in options.sizes if size <= options.peers_up_to]
        script = Path(__file__).with_name("copies_peers.py")
        subprocess.run([str(options.peers / "bin" / "python"), str(script), *sizes], check=True)


if __name__ == "__main__":
    main()
