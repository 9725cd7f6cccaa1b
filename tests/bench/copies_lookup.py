"""The lookup alone against 10,000, 100,000 and 1,000,000 stored articles: 58 postings each, a batch of 500 new articles.

    python -m tests.bench.copies_lookup

CPU seconds, median of three; hashes are random, so nothing is found: this is what every batch pays.
"""

from __future__ import annotations

import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from time import process_time

import numpy as np

from extractors.records import Fingerprint
from tests.copies_warehouse import new_warehouse
from warehouse.copies import candidates_for

BEGUN = datetime(2025, 1, 1, tzinfo=UTC)
PER_DAY = 2_500
POSTINGS = 58  # an article of 330 words of which 40 % are copies, as in the generated wire
_FILL = """
INSERT INTO state.copy_postings
SELECT (hash(number, 7) >> 1)::BIGINT, number // $postings, DATE '2025-01-01' + (number // $postings // $per_day)::INT
FROM range($first, $last) AS numbers (number)
"""


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "lookup.duckdb"
        connection = new_warehouse(str(path))
        stored = 0
        for size in (10_000, 100_000, 1_000_000):
            bounds = {"first": stored * POSTINGS, "last": size * POSTINGS, "postings": POSTINGS, "per_day": PER_DAY}
            connection.execute(_FILL, bounds)
            connection.execute("CHECKPOINT")
            stored = size
            now = BEGUN + timedelta(days=size // PER_DAY)
            random = np.random.default_rng(1)
            batch = [
                Fingerprint(10**9 + number, 1, number, 400, tuple(random.integers(0, 2**62, 90).tolist()), now)
                for number in range(500)
            ]
            for window_days in (45, 100_000):
                spent = []
                for _ in range(3):
                    begun = process_time()
                    candidates_for(connection, batch, now, window_days)
                    spent.append(process_time() - begun)
                per_article = path.stat().st_size / size
                print(f"{size} stored, {window_days} days: {median(spent):.3f} s, {per_article:.0f} bytes an article")


if __name__ == "__main__":
    main()
