"""A lost or damaged working file comes back from the published copy; nothing is published over the copy meanwhile."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.warehouse_samples import NOW
from warehouse.connection import published_path, working_path, writer
from warehouse.errors import WarehouseDamaged, WarehouseMissing
from warehouse.ledger import start_run
from warehouse.publish import publish, wal_of
from warehouse.restore import restore


@pytest.fixture
def home(tmp_path: Path) -> Path:
    with writer(tmp_path) as connection:
        start_run(connection, "before", "ingest", NOW)
    publish(tmp_path)
    with writer(tmp_path) as connection:
        start_run(connection, "after", "ingest", NOW)
    return tmp_path


def runs_of(home: Path) -> list[str]:
    with writer(home) as connection:
        return [run for (run,) in connection.execute("SELECT run_id FROM main.runs ORDER BY ALL").fetchall()]


def test_a_working_file_that_is_gone_is_not_begun_anew_beside_a_published_copy(home: Path) -> None:
    working_path(home).unlink()
    before = published_path(home).read_bytes()

    with pytest.raises(WarehouseMissing, match="newsloom restore"), writer(home):
        pass

    assert not working_path(home).exists()
    assert published_path(home).read_bytes() == before


@pytest.mark.parametrize("content", [b"", b"no database" * 100, None], ids=["emptied", "garbage", "gone"])
def test_a_lost_working_file_is_as_it_was_published(home: Path, content: bytes | None) -> None:
    working_path(home).unlink()
    if content is not None:
        working_path(home).write_bytes(content)
        wal_of(working_path(home)).write_bytes(b"a log of the damaged file")
        with pytest.raises(WarehouseDamaged, match="newsloom restore"), writer(home):
            pass

    restored = restore(home)

    assert runs_of(home) == ["before"]
    assert (restored.set_aside is not None) == (content is not None)
    assert restored.set_aside is None or restored.set_aside.read_bytes() == content


def test_without_a_published_copy_nothing_is_touched(tmp_path: Path) -> None:
    with writer(tmp_path) as connection:
        start_run(connection, "only", "ingest", NOW)

    with pytest.raises(WarehouseMissing):
        restore(tmp_path)

    assert runs_of(tmp_path) == ["only"]


def test_a_damaged_published_copy_does_not_replace_a_working_file(home: Path) -> None:
    published_path(home).write_bytes(b"no database")

    with pytest.raises(WarehouseDamaged):
        restore(home)

    assert runs_of(home) == ["after", "before"]
