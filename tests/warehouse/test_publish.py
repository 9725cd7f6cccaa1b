from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time
from datetime import timedelta
from pathlib import Path

import duckdb
import pytest

from extractors.records import Batch
from tests.warehouse_samples import NOW, article, mentions_of
from warehouse import ledger
from warehouse.check import check
from warehouse.compact import compact
from warehouse.connection import locked, published_path, reader, working_path, writer
from warehouse.errors import (
    DiskFull,
    PublishRefused,
    WarehouseBusy,
    WarehouseDamaged,
    WarehouseMissing,
    WarehouseNewer,
    WarehouseReadOnly,
)
from warehouse.load import load
from warehouse.publish import publish, replace_copy

ROOT = Path(__file__).resolve().parents[2]
BLOCK_BYTES = 1 << 18
"""DuckDB's files grow by blocks: a warehouse of eight articles may come back one larger, under one version or the next."""
SPAWN = multiprocessing.get_context("spawn")  # a forked child would inherit DuckDB's threads as dead weight


def take_in(home: Path, *numbers: int) -> None:
    with writer(home) as connection:
        ledger.start_run(connection, "run", "ingest", NOW)
        articles = tuple(article(number) for number in numbers)
        load(connection, Batch("run", articles, mentions=tuple(m for a in articles for m in mentions_of(a))))


def count(home: Path) -> int:
    connection = reader(home)
    try:
        rows = connection.execute("SELECT count(*) FROM articles").fetchall()
        return int(rows[0][0])
    finally:
        connection.close()


def test_a_published_copy_holds_what_was_loaded(tmp_path: Path) -> None:
    take_in(tmp_path, 1, 2)

    report = publish(tmp_path)

    assert count(tmp_path) == 2
    assert (report.load_seq, report.size_bytes) == (1, published_path(tmp_path).stat().st_size)
    connection = reader(tmp_path)
    assert check(connection) == []
    connection.close()


def test_a_reader_in_the_same_process_sees_each_new_copy(tmp_path: Path) -> None:
    take_in(tmp_path, 1)
    publish(tmp_path)
    held = reader(tmp_path)
    take_in(tmp_path, 2)

    publish(tmp_path)

    assert count(tmp_path) == 2
    assert held.execute("SELECT count(*) FROM articles").fetchall() == [(1,)]
    held.close()


def test_two_hundred_publishes_never_disturb_readers_that_hold_cursors(tmp_path: Path) -> None:
    take_in(tmp_path, *range(50))
    publish(tmp_path)
    stop, wrong, opened = threading.Event(), [], []
    held = reader(tmp_path)
    cursor = held.execute("SELECT * FROM articles, range(200)")  # 10,000 rows, read a few at a time over all publishes

    def keep_reading() -> None:
        last = 0
        while not stop.is_set():
            try:
                found = count(tmp_path)
                opened.append(found)
                if found < last:
                    wrong.append(f"{found} articles after {last}")
                last = found
            except Exception as error:  # noqa: BLE001 (any error at all is what the test looks for)
                wrong.append(repr(error))

    readers = [threading.Thread(target=keep_reading) for _ in range(2)]
    for thread in readers:
        thread.start()
    for number in range(200):
        if number % 20 == 0:
            take_in(tmp_path, 100 + number)
        publish(tmp_path)
        cursor.fetchmany(40)
    stop.set()
    for thread in readers:
        thread.join()

    assert wrong == []
    assert len(opened) > 20
    assert count(tmp_path) == 60
    assert held.execute("SELECT count(*) FROM articles").fetchall() == [(50,)]
    held.close()


def _load_a_few(home: str, first: int) -> None:
    for number in range(first, first + 5):
        take_in(Path(home), number)


def test_two_writing_processes_queue_and_lose_nothing(tmp_path: Path) -> None:
    processes = [SPAWN.Process(target=_load_a_few, args=(str(tmp_path), first)) for first in (0, 100)]

    for process in processes:
        process.start()
    for process in processes:
        process.join()

    with writer(tmp_path) as connection:
        assert connection.execute("SELECT count(DISTINCT article_id), count(*) FROM articles").fetchall() == [(10, 10)]


_KILLED = """
import sys
from pathlib import Path
from tests.warehouse.test_publish import take_in
from warehouse.publish import publish
home, first = Path(sys.argv[1]), int(sys.argv[2])
for number in range(first, first + 1000):
    take_in(home, number)
    print(number, flush=True)
    publish(home)
"""


@pytest.mark.parametrize("attempt", range(4))
def test_a_kill_during_loads_and_publishes_loses_nothing_that_was_acknowledged(tmp_path: Path, attempt: int) -> None:
    command = [sys.executable, "-c", _KILLED, str(tmp_path), "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}) as process:
        assert process.stdout is not None
        acknowledged = [int(process.stdout.readline()) for _ in range(2)]

        time.sleep(0.023 * attempt)
        process.send_signal(signal.SIGKILL)
        acknowledged += [int(line) for line in process.stdout.read().split()]

    with writer(tmp_path) as connection:
        assert check(connection) == []
        stored = connection.execute("SELECT count(*) FROM articles").fetchall()[0][0]
    assert len(acknowledged) <= stored <= len(acknowledged) + 1
    publish(tmp_path)
    assert count(tmp_path) == stored
    assert not [path.name for path in tmp_path.iterdir() if path.name.endswith((".draft", ".wal"))]


def test_a_writer_that_waits_too_long_says_who_holds_the_lock(tmp_path: Path) -> None:
    with locked(tmp_path), pytest.raises(WarehouseBusy, match=str(os.getpid())), writer(tmp_path, lock_timeout_seconds=0.1):
        pytest.fail("two writers at once")


def test_a_warehouse_made_by_a_newer_newsloom_is_refused(tmp_path: Path) -> None:
    with writer(tmp_path) as connection:
        connection.execute("INSERT INTO state.schema_migrations VALUES (999, '0999_future.sql', 'x', now())")

    with pytest.raises(WarehouseNewer, match="0999_future"), writer(tmp_path):
        pytest.fail("opened")


def test_an_edited_migration_is_refused(tmp_path: Path) -> None:
    with writer(tmp_path) as connection:
        connection.execute("UPDATE state.schema_migrations SET sha256 = 'x' WHERE version = 1")

    with pytest.raises(WarehouseDamaged, match="never edited"), writer(tmp_path):
        pytest.fail("opened")


def test_publishing_nothing_says_so(tmp_path: Path) -> None:
    with pytest.raises(WarehouseMissing, match="nothing to publish"):
        publish(tmp_path)
    with pytest.raises(WarehouseMissing, match="nothing has been published"):
        reader(tmp_path)


def test_a_stray_log_beside_the_copy_is_removed(tmp_path: Path) -> None:
    take_in(tmp_path, 1)
    publish(tmp_path)
    stray = published_path(tmp_path).with_name("news.duckdb.wal")
    stray.write_bytes(b"left behind")

    publish(tmp_path)

    assert not stray.exists()
    assert count(tmp_path) == 1


def test_a_log_beside_the_working_file_refuses_the_copy(tmp_path: Path) -> None:
    take_in(tmp_path, 1)
    working_path(tmp_path).with_name("newsloom.duckdb.wal").touch()

    with pytest.raises(PublishRefused, match="write-ahead log"):
        replace_copy(working_path(tmp_path), published_path(tmp_path))

    assert not published_path(tmp_path).exists()


@pytest.mark.parametrize("content", [b"", b"not a database at all" * 1000, None], ids=["empty", "foreign", "cut"])
def test_a_damaged_copy_says_so_and_the_next_publish_heals_it(tmp_path: Path, content: bytes | None) -> None:
    take_in(tmp_path, 1)
    publish(tmp_path)
    whole = published_path(tmp_path).read_bytes()
    published_path(tmp_path).write_bytes(whole[:5000] if content is None else content)

    if content != b"":
        with pytest.raises(WarehouseDamaged):
            count(tmp_path)

    publish(tmp_path)
    assert count(tmp_path) == 1


def test_too_little_room_refuses_before_anything_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    take_in(tmp_path, 1)
    publish(tmp_path)
    take_in(tmp_path, 2)
    monkeypatch.setattr("warehouse.publish.free_bytes", lambda _: 1000)

    with pytest.raises(DiskFull, match="MB free"):
        publish(tmp_path)

    assert count(tmp_path) == 1


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_read_only_home_says_so(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)

    with pytest.raises(WarehouseReadOnly), writer(tmp_path):
        pytest.fail("opened")


def test_a_home_that_is_a_file_says_so(tmp_path: Path) -> None:
    (tmp_path / "home").touch()

    with pytest.raises(WarehouseDamaged), writer(tmp_path / "home"):
        pytest.fail("opened")


def test_an_exception_in_a_session_rolls_back_and_frees_the_lock(tmp_path: Path) -> None:
    take_in(tmp_path, 1)

    def fail_half_way() -> None:
        with writer(tmp_path) as connection:
            connection.execute("BEGIN")
            connection.execute("DELETE FROM articles")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_half_way()

    with writer(tmp_path, lock_timeout_seconds=0) as connection:
        assert connection.execute("SELECT count(*) FROM articles").fetchall() == [(1,)]


def test_compacting_keeps_every_row_and_orders_articles_by_day(tmp_path: Path) -> None:
    take_in(tmp_path, 1)
    with writer(tmp_path) as connection:
        for number in range(2, 9):
            published = NOW - timedelta(days=(number * 5) % 7)
            load(connection, Batch("run", (article(number, published_at=published),)))
    publish(tmp_path)
    before = contents(tmp_path)

    report = compact(tmp_path)

    assert contents(tmp_path) == before
    assert report.after_bytes <= report.before_bytes + BLOCK_BYTES
    with writer(tmp_path) as connection:
        days = [day for (day,) in connection.execute("SELECT published_date FROM articles ORDER BY rowid").fetchall()]
        assert check(connection) == []
    assert days == sorted(days)
    publish(tmp_path)
    assert count(tmp_path) == 8


def contents(home: Path) -> dict[str, list[str]]:
    with writer(home) as connection:
        tables = connection.execute(
            "SELECT schema_name || '.' || table_name FROM duckdb_tables() WHERE table_name <> 'schema_migrations' ORDER BY ALL"
        ).fetchall()
        return {table: sorted(map(repr, connection.execute(f"FROM {table}").fetchall())) for (table,) in tables}


def test_the_file_opens_as_a_duckdb_of_the_oldest_supported_version_does(tmp_path: Path) -> None:
    take_in(tmp_path, 1)
    publish(tmp_path)

    with duckdb.connect(str(published_path(tmp_path)), read_only=True) as connection:
        tags = connection.execute("SELECT tags FROM duckdb_databases() WHERE database_name = 'news'").fetchall()

    assert "v1.5.0" in str(tags)
