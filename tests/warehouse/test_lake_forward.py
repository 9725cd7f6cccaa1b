"""A read copy is brought forward by what has changed, and written anew where that cannot be trusted: always the same rows."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from tests import lake_histories
from tests.lake_histories import History, rows_of_all
from tests.lakes import another_home, empty_lake
from tests.postgres_server import Postgres
from tests.warehouse_samples import article
from warehouse.connection import published_path, reader
from warehouse.lake import forward
from warehouse.lake.care import take_care
from warehouse.lake.place import Lake, lake_at

STEPS = int(os.environ.get("NEWSLOOM_LAKE_STEPS", "4"))


@pytest.fixture(scope="module")
def history(postgres: Postgres, tmp_path_factory: pytest.TempPathFactory) -> History:
    """A lake with some articles and a read copy; each test leaves it with a copy that is up to date."""
    folder = tmp_path_factory.mktemp("forward")
    (folder / "home").mkdir()
    history = lake_histories.begun(lake_at(folder / "home", **empty_lake(postgres, folder)), seed=1)
    history.take_in(range(20))
    history.lake.publish()
    return history


@pytest.fixture
def lake(history: History) -> Lake:
    return history.lake


def articles_in(lake: Lake) -> int:
    with closing(reader(lake.home)) as copy:
        return int(copy.execute("SELECT count(*) FROM articles").fetchall()[0][0])


def told_anew(lake: Lake) -> dict[str, object]:
    """Return what a machine shows that never had a copy."""
    elsewhere = another_home(lake, "anew")
    elsewhere.publish()
    return rows_of_all(elsewhere.home)


def test_a_copy_brought_forward_is_the_copy_written_anew(postgres: Postgres, tmp_path: Path) -> None:
    history = lake_histories.run(postgres, tmp_path, seed=STEPS, steps=STEPS)

    assert history.forwarded >= STEPS // 2, history.told


def test_a_load_changes_only_its_own_rows_in_the_copy(history: History, lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    changed: dict[str, tuple[int, int]] = {}
    apply = forward._apply

    def told(connection: duckdb.DuckDBPyConnection, copy: str, table: str, shown: int, newest: int) -> tuple[int, int]:
        changed[table] = apply(connection, copy, table, shown, newest)
        return changed[table]

    monkeypatch.setattr(forward, "_apply", told)

    history.take_in([100, 101])

    assert not lake.publish().is_anew
    assert changed["main.articles"] == (2, 0)
    assert "main.feeds" not in changed
    assert rows_of_all(lake.home) == told_anew(lake)


def test_nothing_new_is_published_without_a_row_written(lake: Lake) -> None:
    before = rows_of_all(lake.home)

    assert not lake.publish().is_anew
    assert rows_of_all(lake.home) == before


def after_upkeep(lake: Lake) -> Lake:
    take_care(lake)
    return lake


def when_its_snapshot_has_expired(lake: Lake) -> Lake:
    with lake.writer() as connection:
        connection.execute("UPDATE state.counters SET value = value + 1")  # the newest never expires
        connection.execute("CALL ducklake_expire_snapshots('news', older_than => now())")
    return lake


def after_another_lake(lake: Lake) -> Lake:
    with closing(duckdb.connect(str(published_path(lake.home)))) as copy:
        copy.execute("UPDATE state.counters SET value = value + 1 WHERE name = ?", [forward.MARK_COUNTER])
    return lake


def with_a_row_lost(lake: Lake) -> Lake:
    with closing(duckdb.connect(str(published_path(lake.home)))) as copy:
        copy.execute("DELETE FROM main.articles WHERE article_id = ?", [article(7).article_id])
    return lake


def damaged(lake: Lake) -> Lake:
    published_path(lake.home).write_bytes(b"no database" * 1000)
    return lake


def cut_short(lake: Lake) -> Lake:
    with published_path(lake.home).open("rb+") as file:
        file.truncate(published_path(lake.home).stat().st_size // 2)
    return lake


def of_an_earlier_newsloom(lake: Lake) -> Lake:
    with closing(duckdb.connect(str(published_path(lake.home)))) as copy:
        copy.execute("DELETE FROM state.counters WHERE name = ?", [forward.MARK_COUNTER])
    return lake


def gone(lake: Lake) -> Lake:
    published_path(lake.home).unlink()
    return lake


TROUBLES = (
    after_upkeep,
    when_its_snapshot_has_expired,
    after_another_lake,
    with_a_row_lost,
    damaged,
    cut_short,
    of_an_earlier_newsloom,
    gone,
)


@pytest.mark.parametrize("trouble", TROUBLES, ids=lambda trouble: trouble.__name__)
def test_a_copy_is_written_anew(history: History, lake: Lake, trouble: Callable[[Lake], Lake]) -> None:
    trouble(lake)
    number = 200 + TROUBLES.index(trouble)
    history.take_in([7, number], minutes=number)

    assert lake.publish().is_anew
    with lake.reading() as connection:
        assert connection.execute("SELECT count(*) FROM main.articles").fetchall() == [(articles_in(lake),)]
    assert not list(lake.home.glob(".news.duckdb.*"))


def test_a_large_change_is_written_anew(history: History, lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forward, "FEW_BYTES", 0)
    monkeypatch.setattr(forward, "ANEW_SHARE", 0.01)
    with lake.writer() as connection:
        connection.execute("INSERT INTO main.mentions SELECT mentions.* FROM main.mentions, range(20)")

    history.take_in([102])

    assert lake.publish().is_anew


def test_readers_keep_what_they_opened_and_a_feed_that_fails_costs_only_the_hurry(
    history: History, lake: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> Iterator[None]:
        raise duckdb.IOException("Could not read enough bytes")

    before = articles_in(lake)
    with closing(reader(lake.home)) as early:
        history.take_in([103])
        monkeypatch.setattr(forward, "_apply", broken)

        assert lake.publish().is_anew

        assert early.execute("SELECT count(*) FROM articles").fetchall() == [(before,)]
    assert articles_in(lake) == before + 1


def test_upkeep_that_expires_what_nobody_shows_leaves_the_way_open(history: History, lake: Lake) -> None:
    take_care(replace(lake, snapshot_days=1), datetime.now(UTC) + timedelta(days=3))
    lake.publish()
    history.take_in([104])

    assert not lake.publish().is_anew
    assert rows_of_all(lake.home) == told_anew(lake)
