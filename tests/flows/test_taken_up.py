"""A run that ends between two batches: the next one goes on with the rest in the same batches, and comes to the same tables."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from extractors.archive import read_pages
from flows.demo import DemoWire
from flows.settings import Settings
from flows.stages.importing import batches_left
from flows.stages.replaying import Asked
from tests import road_driver
from tests.road_kills import left_behind, settings_of, subscribed
from tests.road_tables import differences
from warehouse.connection import writer
from warehouse.planned import planned

BATCH_PAGES = 5
"""Of some twenty pages: what recurs on an outlet's pages is learnt over several batches."""
FEEDS = 3
BATCHES = 4


@pytest.fixture(scope="module")
def wire() -> Iterator[DemoWire]:
    with DemoWire(datetime.now(UTC)) as wire:
        yield wire


@pytest.fixture(scope="module")
def whole(wire: DemoWire, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run that nothing disturbs."""
    home = tmp_path_factory.mktemp("undisturbed") / "ingest"
    subscribed(wire, home, FEEDS)
    road_driver.ingest(settings_of(wire, home, BATCH_PAGES), wire.now)
    return home


@pytest.fixture(scope="module")
def imported(wire: DemoWire, whole: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An import of what it archived, undisturbed too."""
    home = tmp_path_factory.mktemp("undisturbed") / "import"
    road_driver.import_saved(settings_of(wire, home, BATCH_PAGES), [whole / "archive"])
    return home


def dead_before(seam: str, turn: int) -> Callable[[str, Callable[[], Any]], Any]:
    """Return an `around` in which the process ends before a stage, when it comes to it for the so manieth time."""
    turns = 0

    def around(stage: str, work: Callable[[], Any]) -> Any:
        nonlocal turns
        turns += stage == seam
        if stage == seam and turns == turn:
            raise SystemExit("killed")
        return work()

    return around


def unfinished(home: Path) -> int:
    """Count the batches that a dead import has left word of."""
    with writer(home) as connection:
        return int(connection.execute("SELECT count(*) FROM state.imported").fetchall()[0][0])


def test_what_a_dead_run_left_is_taken_up_in_its_batches(wire: DemoWire, whole: Path, tmp_path: Path) -> None:
    cut = tmp_path / "cut"
    subscribed(wire, cut, FEEDS)

    for turn in (2, 3):
        with pytest.raises(SystemExit):
            road_driver.ingest(settings_of(wire, cut, BATCH_PAGES), wire.now, dead_before("load", turn))
        with writer(cut) as connection:
            assert planned(connection) != []
    road_driver.ingest(settings_of(wire, cut, BATCH_PAGES), wire.now)

    tables, broken = left_behind(cut)
    assert differences(left_behind(whole)[0], tables) == {}
    assert broken == []
    with writer(cut) as connection:
        assert planned(connection) == []


SEAMS = [("read", 2), ("load", 3), ("close", 1)]


@pytest.mark.parametrize(("seam", "turn"), SEAMS, ids=[f"{seam} {turn}" for seam, turn in SEAMS])
def test_an_import_goes_on_where_a_dead_one_ended(
    wire: DemoWire, whole: Path, imported: Path, tmp_path: Path, seam: str, turn: int
) -> None:
    settings, files = settings_of(wire, tmp_path, BATCH_PAGES), [whole / "archive"]
    with pytest.raises(SystemExit):
        road_driver.import_saved(settings, files, dead_before(seam, turn))
    loaded_before = unfinished(tmp_path)

    again = road_driver.import_saved(settings, files)

    assert loaded_before == (BATCHES if seam == "close" else turn - 1)
    assert len(again) == BATCHES - loaded_before
    tables, broken = left_behind(tmp_path)
    assert differences(left_behind(imported)[0], tables) == {}
    assert broken == []
    assert unfinished(tmp_path) == 0


def test_a_batch_that_stands_in_the_archive_twice_changes_no_rebuild(
    wire: DemoWire, whole: Path, imported: Path, tmp_path: Path
) -> None:
    settings, files = settings_of(wire, tmp_path, BATCH_PAGES), [whole / "archive"]
    with pytest.raises(SystemExit):
        road_driver.import_saved(settings, files, dead_before("tag", 2))  # archived, and not loaded
    road_driver.import_saved(settings, files)
    once, twice = (len(list(read_pages(home / "archive"))) for home in (imported, tmp_path))
    assert once < twice <= once + BATCH_PAGES

    road_driver.rebuild(settings)

    tables, broken = left_behind(tmp_path)
    assert differences(left_behind(imported)[0], tables) == {}
    assert broken == []


def test_a_file_that_changed_meanwhile_is_read_again_with_all_behind_it(wire: DemoWire, whole: Path, tmp_path: Path) -> None:
    pages = saved_pages(tmp_path / "pages", whole)
    settings = settings_of(wire, tmp_path / "home", BATCH_PAGES)
    with pytest.raises(SystemExit):
        road_driver.import_saved(settings, [pages], dead_before("load", 3))
    assert batches_asked(settings, pages) == [3, 4]
    assert batches_asked(settings.model_copy(update={"batch_pages": BATCH_PAGES + 1}), pages)[0] == 1, "another import"
    changed = sorted(pages.iterdir())[BATCH_PAGES]  # the first of the second batch

    changed.write_bytes(changed.read_bytes() + b"<!-- later -->")

    assert batches_asked(settings, pages) == [2, 3, 4]


def batches_asked(settings: Settings, pages: Path) -> list[int]:
    run = road_driver.run_for(settings, "import")
    return [mark.number for mark, _ in batches_left(run, Asked([pages], settings.batch_pages))]


def saved_pages(folder: Path, home: Path) -> Path:
    """Write the pages of an archive as files, as somebody may have saved them."""
    folder.mkdir()
    for number, page in enumerate(read_pages(home / "archive")):
        (folder / f"{number:03}.html").write_bytes(page.body)
    return folder
