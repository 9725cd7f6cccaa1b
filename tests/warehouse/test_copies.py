from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractors.copies import decide
from extractors.copies.fingerprints import FINGERPRINT_VERSION, fingerprint_of
from extractors.ids import article_id_of
from extractors.records import Article
from tests.copies_warehouse import NOW, new_warehouse, take_in
from tests.lakes import WarehouseIn
from warehouse import copies as memory

STORY = """\
The harbour authority of Port Alder said on Tuesday that 14 of its 22 cranes had been stopped after engineers found cracks in
the welds of two of them. Work on container ships will slow down for at least six weeks, its director Maren Holt told reporters.

“We would rather lose a season than a crew,” Holt said. The cracks were found during a routine inspection on Sunday, when a
technician noticed a line of rust along the jib of crane number nine. The manufacturer, Osterkamp of Bremen, has sent a team.

Port Alder handles about 310,000 containers a year, a third of them for the car plants inland. Shipping companies were told to
expect delays of three to five days. Some ships will be sent on to Vessing, 80 kilometres to the north.
"""


def article_of(
    url: str, text: str = STORY, *, hours: float = 0, title: str = "Cranes stopped in Port Alder", agency: str | None = None
) -> Article:
    outlet = url.split("/")[2]
    seen = NOW + timedelta(hours=hours)
    return Article(
        article_id=article_id_of(url),
        url=url,
        canonical_url=url,
        outlet=outlet,
        text=text,
        first_seen_at=seen,
        title=title,
        published_at=seen,
        agency=agency,
        word_count=len(text.split()),
    )


@pytest.fixture
def warehouse(warehouse_in: WarehouseIn, tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with warehouse_in(tmp_path).writer() as connection:
        yield connection


def originals(warehouse: duckdb.DuckDBPyConnection) -> dict[int, int]:
    return dict(warehouse.execute("SELECT article_id, original_id FROM main.articles WHERE original_id IS NOT NULL").fetchall())


def test_a_copy_in_a_later_batch_is_found(warehouse: duckdb.DuckDBPyConnection) -> None:
    original, copy = article_of("https://a.example/1"), article_of("https://b.example/1", hours=2)
    take_in(warehouse, [original])

    decisions = take_in(warehouse, [copy])

    assert [(pair.article_id, pair.original_id, pair.kind) for pair in decisions.copies] == [
        (copy.article_id, original.article_id, "exact")
    ]
    assert originals(warehouse) == {copy.article_id: original.article_id}


def test_a_copy_in_the_same_batch_is_found_whatever_the_order(warehouse: duckdb.DuckDBPyConnection) -> None:
    original, copy = article_of("https://a.example/1"), article_of("https://b.example/1", hours=2)

    take_in(warehouse, [copy, original])

    assert originals(warehouse) == {copy.article_id: original.article_id}


def test_taking_a_batch_in_twice_changes_nothing(warehouse: duckdb.DuckDBPyConnection) -> None:
    batch = [article_of("https://a.example/1"), article_of("https://b.example/1", hours=2)]
    take_in(warehouse, batch)
    before = contents(warehouse)

    decisions = take_in(warehouse, batch)

    assert not decisions.copies
    assert contents(warehouse) == before


def contents(warehouse: duckdb.DuckDBPyConnection) -> dict[str, list[tuple[object, ...]]]:
    tables = ("fingerprints", "copy_postings", "copy_crowded", "copy_members", "copy_clusters", "copy_moves")
    return {table: sorted(warehouse.execute(f"SELECT * FROM state.{table}").fetchall(), key=repr) for table in tables}


def test_an_original_that_arrives_late_becomes_the_head_and_the_move_is_logged(warehouse: duckdb.DuckDBPyConnection) -> None:
    copies = [article_of("https://b.example/1", hours=2), article_of("https://c.example/1", hours=3)]
    original = article_of("https://a.example/1", hours=0)
    take_in(warehouse, copies)

    take_in(warehouse, [original])

    assert originals(warehouse) == {copy.article_id: original.article_id for copy in copies}
    moves = warehouse.execute("SELECT from_id, to_id, reason FROM state.copy_moves").fetchall()
    assert moves == [(copies[0].article_id, original.article_id, "published 2 h earlier than b.example")]
    cluster_ids = warehouse.execute("SELECT DISTINCT cluster_id FROM state.copy_members").fetchall()
    assert cluster_ids == [(copies[0].article_id,)]


def test_members_are_told_anew_beside_a_head_that_arrives_late(warehouse: duckdb.DuckDBPyConnection) -> None:
    excerpt = article_of("https://b.example/1", STORY.rsplit("\n\n", 1)[0], hours=2)
    whole = article_of("https://c.example/1", hours=3)
    take_in(warehouse, [excerpt])
    take_in(warehouse, [whole])
    original = article_of("https://a.example/1", hours=0)

    decisions = take_in(warehouse, [original])

    kinds = warehouse.execute("SELECT article_id, original_id, copy_kind FROM main.articles WHERE copy_kind IS NOT NULL")
    assert set(kinds.fetchall()) == {
        (excerpt.article_id, original.article_id, "excerpt"),
        (whole.article_id, original.article_id, "exact"),
    }
    assert {(pair.article_id, pair.original_id, pair.kind) for pair in decisions.copies} >= set(
        warehouse.execute("SELECT article_id, original_id, copy_kind FROM main.articles WHERE copy_kind IS NOT NULL").fetchall()
    )
    vias = dict(warehouse.execute("SELECT article_id, via_id FROM state.copy_members").fetchall())
    assert vias[excerpt.article_id] == vias[whole.article_id] == original.article_id


def test_an_equal_text_is_found_over_all_time_and_a_near_one_within_the_window(warehouse: duckdb.DuckDBPyConnection) -> None:
    old = article_of("https://a.example/1")
    take_in(warehouse, [old])
    same = article_of("https://b.example/1", hours=24 * 200)
    shortened = article_of("https://c.example/1", STORY.rsplit("\n\n", 1)[0], hours=24 * 200)
    prints = [fingerprint_of(replace(article)) for article in (same, shortened)]

    candidates = memory.candidates_for(warehouse, prints, NOW)

    assert candidates.equals == {same.article_id: (old.article_id,)}


def test_an_empty_batch_asks_for_nothing(warehouse: duckdb.DuckDBPyConnection) -> None:
    candidates = memory.candidates_for(warehouse, [], NOW)

    assert not candidates.articles
    assert not decide([], [], candidates, NOW).copies


def test_a_text_without_words_is_nobodys_copy(warehouse: duckdb.DuckDBPyConnection) -> None:
    empty = [article_of(f"https://{outlet}.example/1", "… — …") for outlet in "ab"]

    decisions = take_in(warehouse, empty)

    assert not decisions.copies


def test_a_new_version_of_an_article_takes_the_place_of_the_old_one(warehouse: duckdb.DuckDBPyConnection) -> None:
    first = article_of("https://a.example/1", "Nothing is known yet about the accident in the harbour of Port Alder.")
    take_in(warehouse, [first])

    take_in(warehouse, [replace(first, text=STORY)])
    decisions = take_in(warehouse, [article_of("https://b.example/1", hours=2)])

    assert [copy.original_id for copy in decisions.copies] == [first.article_id]
    assert warehouse.execute("SELECT count(*) FROM state.fingerprints WHERE article_id = ?", [first.article_id]).fetchone() == (
        1,
    )


def test_a_new_version_of_a_member_stays_in_its_cluster(warehouse: duckdb.DuckDBPyConnection) -> None:
    copy = article_of("https://b.example/1", hours=2)
    take_in(warehouse, [article_of("https://a.example/1"), copy])
    before = originals(warehouse)

    decisions = take_in(warehouse, [replace(copy, text=STORY + "\n\nThe port of Vessing said it was ready to help.")])

    assert not decisions.memberships
    assert originals(warehouse) == before


def test_another_fingerprint_version_empties_the_memory_and_a_rebuild_finds_the_same(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    take_in(warehouse, [article_of("https://a.example/1"), article_of("https://b.example/1", hours=2)])
    before = contents(warehouse)

    assert memory.forget_other_versions(warehouse, FINGERPRINT_VERSION) == 0
    assert memory.forget_other_versions(warehouse, FINGERPRINT_VERSION + 1) == 2
    assert not contents(warehouse)["copy_members"]
    take_in(warehouse, memory.unsketched(warehouse, 500))

    assert contents(warehouse) == before
    assert not memory.unsketched(warehouse, 500)


def test_a_cluster_taken_in_by_another_leaves_no_orphans(warehouse: duckdb.DuckDBPyConnection) -> None:
    first, second, third = STORY.strip().split("\n\n")
    halves = [
        article_of("https://a.example/1", f"{first}\n\n{second}"),
        article_of("https://b.example/1", f"{second}\n\n{third}"),
    ]
    take_in(warehouse, halves)

    take_in(warehouse, [article_of("https://c.example/1", hours=1)])

    clusters = warehouse.execute("SELECT cluster_id, head_id, size FROM state.copy_clusters").fetchall()
    members = warehouse.execute("SELECT cluster_id, count(*) FROM state.copy_members GROUP BY ALL").fetchall()
    assert [(cluster_id, size) for cluster_id, _, size in clusters] == members
    assert set(originals(warehouse).values()) == {head_id for _, head_id, _ in clusters}


def test_one_batch_after_another_and_all_at_once_find_the_same(warehouse: duckdb.DuckDBPyConnection) -> None:
    batch = [article_of(f"https://o{number}.example/1", hours=number) for number in range(6)]
    for article in batch:
        take_in(warehouse, [article])
    at_once = new_warehouse()

    take_in(at_once, batch)

    assert originals(warehouse) == originals(at_once)


PIECES = [
    article_of("https://a.example/1", hours=3),
    article_of("https://b.example/1", hours=1, agency="A"),
    article_of("https://c.example/1", STORY.rsplit("\n\n", 1)[0], hours=2),
    article_of("https://d.example/1", STORY.split("\n\n", 1)[1], hours=4),
    article_of("https://e.example/1", STORY.replace("14 of its", "17 of its"), hours=5),
    article_of(
        "https://f.example/1",
        "Nothing is known yet about the accident in the harbour of Vessing, police said on Friday.",
        hours=2,
    ),
]


@settings(max_examples=6, deadline=None)
@given(st.permutations(PIECES), st.lists(st.integers(1, 5), max_size=2, unique=True), st.randoms(use_true_random=False))
def test_a_replay_ends_the_same_whatever_the_order_in_each_batch(
    arrived: list[Article], cuts: list[int], chance: random.Random
) -> None:
    bounds = [0, *sorted(cuts), len(arrived)]
    ends = []
    for shuffle in (lambda batch: None, chance.shuffle):
        again = new_warehouse()
        for first, last in pairwise(bounds):
            batch = arrived[first:last]
            shuffle(batch)
            take_in(again, batch)
        ends.append((contents(again), sorted(originals(again).items())))

    assert ends[0] == ends[1]


def test_the_lookup_runs_on_a_reading_connection(tmp_path: Path) -> None:
    path = tmp_path / "news.duckdb"
    connection = new_warehouse(str(path))
    take_in(connection, [article_of("https://a.example/1")])
    connection.close()
    reading = duckdb.connect(":memory:")
    reading.execute(f"ATTACH '{path}' AS news (READ_ONLY)")
    reading.execute("USE news")

    candidates = memory.candidates_for(reading, [fingerprint_of(article_of("https://b.example/1"))], NOW)

    assert [article.outlet for article in candidates.articles] == ["a.example"]
