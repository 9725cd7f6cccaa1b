"""Several writers of one lake, and what breaks under them: one original, one clear outcome, nothing lost and nothing twice."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from extractors.records import Outcome
from flows.demo import DemoWire
from flows.errors import AlreadyRunning
from flows.settings import Settings
from flows.stages import loading, planning, reading, relating, replaying, tagging
from flows.stages.run import Run, run_of
from tests import road_driver
from tests.commands import ended
from tests.lakes import empty_lake
from tests.postgres_server import Postgres
from tests.road_kills import Ended, run_process, settings_of
from tests.road_tables import CLOCKS, DERIVED, differences, rows_of
from warehouse.check import check
from warehouse.errors import WarehouseBusy, WarehouseConflict, WarehouseUnreachable
from warehouse.lake import place
from warehouse.lake.opening import forget_instances
from warehouse.ledger import start_run
from warehouse.subscriptions import load_feeds

ROOT = Path(__file__).resolve().parents[2]
FEEDS = 4
KILLS = int(os.environ.get("NEWSLOOM_LAKE_KILLS", "1"))
STORY = """Council of Vornstad agrees on a new harbour wall

The council of Vornstad agreed on Monday to build a wall around the old harbour, after two winters of floods.

Engineers had warned that the quay would not stand a third one, and that the fish market stood below the line.

The wall will cost eleven million crowns, of which the province pays half, and it is to be finished in two years.

Fishermen asked for a second gate, because the boats leave at night, when the large one is closed to all traffic.
"""


@pytest.fixture
def settings(postgres: Postgres, tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "one", entity_engine="gazetteer", workers=1, **empty_lake(postgres, tmp_path))


def story(folder: Path, name: str, text: str = STORY) -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / f"{name}.txt"
    path.write_text(text)
    return path


def elsewhere(settings: Settings, name: str) -> Settings:
    """The same lake from another machine."""
    return settings.model_copy(update={"home": settings.home.with_name(name)})


def originals(settings: Settings) -> list[tuple[int, int]]:
    with settings.warehouse.snapshot() as connection:
        assert check(connection) == []
        return connection.execute("SELECT count(*), count(*) FILTER (original_id IS NULL) FROM main.articles").fetchall()


def taken_up(settings: Settings, path: Path) -> tuple[Run, relating.Related, tagging.Tagged, list[Outcome]]:
    """Take a file as far as the door of the load."""
    run = replace(run_of(settings, "import"), workers=0)
    with run.warehouse.writer() as connection:
        start_run(connection, run.run_id, run.kind, run.now)
    (batch,) = replaying.saved_batches(replaying.Asked([path], 10))
    read = reading.read_pages(run.run_id, replaying.accepted(run, batch), 0, 30)
    related = relating.relate(run.warehouse, read, run.now, 45)
    return run, related, tagging.tag_related(related, "gazetteer", 0), reading.outcomes_of(read)


def test_two_copies_decided_at_once_on_two_machines_end_with_one_original(settings: Settings, tmp_path: Path) -> None:
    first = taken_up(settings, story(tmp_path / "a", "first"))
    second = taken_up(elsewhere(settings, "two"), story(tmp_path / "b", "second"))

    for taken in (first, second):  # neither has seen the other
        loading.load_related(*taken)

    assert originals(settings) == [(2, 1)]


def test_two_processes_that_load_two_copies_at_once_end_with_one_original(settings: Settings, tmp_path: Path) -> None:
    with settings.warehouse.writer():
        pass

    def imported(name: str) -> Ended:
        path = story(tmp_path / name, name)
        return run_process(elsewhere(settings, name), datetime.now(UTC), command="import", paths=[path])

    with ThreadPoolExecutor(2) as both:
        ends = list(both.map(imported, ("north", "south")))

    assert [end.code for end in ends] == [0, 0], ends
    assert originals(settings) == [(2, 1)]


def test_a_commit_between_ours_is_found_out_even_without_the_lock(settings: Settings) -> None:
    """The advisory lock may be lost with the server's session: DuckLake itself then refuses the second of two loads."""
    lake = settings.warehouse
    assert isinstance(lake, place.Lake)
    with lake.writer():
        pass

    def load_without_the_lock() -> None:
        with lake.reading() as ours:
            ours.execute("BEGIN")
            ours.execute("UPDATE state.counters SET value = value + 1")
            with lake.writer() as theirs:
                theirs.execute("UPDATE state.counters SET value = value + 1")
            ours.execute("COMMIT")

    with pytest.raises(WarehouseConflict, match="nothing was written"):
        load_without_the_lock()

    with lake.snapshot() as connection:
        assert connection.execute("SELECT DISTINCT value FROM state.counters").fetchall() == [(1,)]


# ------------------------------------------------------------------------------------------------ who may run


def test_a_second_ingest_on_another_machine_is_refused_and_an_import_is_not(settings: Settings, tmp_path: Path) -> None:
    run = run_of(settings, "ingest")
    path = story(tmp_path / "a", "first")

    with planning.alone(run), planning.recorded(run):
        with pytest.raises(AlreadyRunning, match="newsloom"), planning.alone(run_of(elsewhere(settings, "two"), "ingest")):
            pass
        [loaded] = road_driver.import_saved(elsewhere(settings, "two"), [path])

    assert loaded.articles_new == 1


def test_a_rebuild_waits_for_imports_on_other_machines(settings: Settings) -> None:
    with planning.alone(run_of(elsewhere(settings, "two"), "import")):
        with planning.alone(run_of(elsewhere(settings, "three"), "import")):
            pass  # imports do not exclude each other
        with pytest.raises(AlreadyRunning), planning.alone(run_of(settings, "rebuild"), "import"):
            pass


def test_an_import_calls_dead_runs_abandoned_and_lets_the_living_be(settings: Settings) -> None:
    living, dead = (run_of(elsewhere(settings, name), "import") for name in ("living", "dead"))
    with planning.alone(living), planning.recorded(living):
        with settings.warehouse.writer() as connection:
            start_run(connection, dead.run_id, dead.kind, dead.now)
        later = run_of(settings, "import")
        with planning.alone(later), planning.recorded(later), settings.warehouse.snapshot() as connection:
            found = dict(connection.execute("SELECT run_id, status FROM main.runs").fetchall())

    assert found == {living.run_id: "running", dead.run_id: "abandoned", later.run_id: "running"}


# ------------------------------------------------------------------------------------------------ the server


def test_a_server_restarted_during_a_load_costs_one_try_and_loses_nothing(
    settings: Settings, postgres: Postgres, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken = taken_up(settings, story(tmp_path / "a", "first"))
    watch, blows = loading.watch, [1]

    def struck(*arguments: object) -> int:
        if blows:
            blows.pop()
            postgres.restart()
        return watch(*arguments)  # type: ignore[arg-type]  # handed through

    monkeypatch.setattr(loading, "watch", struck)
    taken = (replace(taken[0], recheck=True), *taken[1:])

    with pytest.raises(WarehouseUnreachable):  # which Prefect's task tries again
        loading.load_related(*taken)
    before = originals(settings)
    report = loading.load_related(*taken)

    assert (before, report.articles_new, originals(settings)) == ([(0, 0)], 1, [(1, 1)])


def test_a_server_that_starts_while_we_knock_is_waited_for(settings: Settings, postgres: Postgres) -> None:
    with settings.warehouse.writer():
        pass
    postgres.stop()
    later = threading.Timer(1.0, postgres.start)
    later.start()

    with settings.warehouse.writer() as connection:
        assert check(connection) == []
    later.join()


# ------------------------------------------------------------------------------------------------ the process


@pytest.fixture(scope="module")
def wire() -> Iterator[DemoWire]:
    with DemoWire(datetime.now(UTC)) as made:
        yield made


@pytest.mark.parametrize("seed", range(KILLS))
def test_a_writer_killed_at_any_moment_leaves_a_lake_that_the_next_run_completes(
    settings: Settings, wire: DemoWire, tmp_path: Path, seed: int
) -> None:
    file = settings_of(wire, tmp_path / "file")
    lake = Settings(**{**file.model_dump(exclude_unset=True), **settings.model_dump(include={"home", "catalog", "data_path"})})
    for one in (file, lake):
        with one.warehouse.writer() as connection:
            load_feeds(connection, wire.feeds[:FEEDS])
    road_driver.ingest(file, wire.now)

    run_process(lake, wire.now, random.Random(seed).uniform(2, 7))
    road_driver.ingest(lake, wire.now)

    with file.warehouse.snapshot() as one, lake.warehouse.snapshot() as other:
        expected, found = ({table: rows_of(each, table, CLOCKS) for table in DERIVED} for each in (one, other))
        assert check(other) == []
    assert differences(expected, found) == {}


def test_a_writer_that_is_killed_gives_its_place_back_at_once(settings: Settings) -> None:
    lake = settings.warehouse
    code = (
        "import json, sys, time\n"
        "from flows.settings import Settings\n"
        "with Settings(**json.loads(sys.argv[1])).warehouse.writer():\n"
        "    print('ready', flush=True)\n"
        "    time.sleep(600)\n"
    )
    given = json.dumps(elsewhere(settings, "two").model_dump(mode="json", exclude_unset=True))
    with subprocess.Popen([sys.executable, "-c", code, given], cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        with pytest.raises(WarehouseBusy), lake.writer(lock_timeout_seconds=0):
            pass
        process.kill()

    with lake.writer(lock_timeout_seconds=30) as connection:  # a server that only misses it takes a minute
        assert check(connection) == []


# ------------------------------------------------------------------------------------------------ the commands


def test_commands_work_on_a_lake_and_tell_no_secret(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    story(tmp_path / "a", "first")
    road_driver.import_saved(settings, [tmp_path / "a"])
    for name, value in (("HOME", settings.home), ("CATALOG", settings.catalog), ("DATA_PATH", settings.data_path)):
        monkeypatch.setenv(f"NEWSLOOM_{name}", str(value))

    codes = [ended(*words) for words in (("status",), ("check",), ("sql", "--csv", "SELECT title FROM articles"), ("publish",))]
    monkeypatch.setenv("PGPASSWORD", "another-lantern")
    forget_instances()
    codes += [ended(*words) for words in (("status",), ("publish",), ("feeds", "list"))]

    printed = "".join(capsys.readouterr())
    assert codes == [0, 0, 0, 0, 1, 1, 1]
    assert "Council of Vornstad" in printed
    assert "password authentication failed" in printed
    assert "lantern" not in printed
