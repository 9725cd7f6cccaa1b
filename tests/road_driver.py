"""The flows without Prefect: the same stages in the same order, for benchmarks and for processes that tests kill."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from extractors.archive.retention import retire
from extractors.errors import ExtractorError
from extractors.fetch import FetchMemory
from flows.errors import FlowError
from flows.settings import Settings
from flows.stages import fetching, importing, loading, planning, polling, reading, relating, replaying, tagging
from flows.stages.fetching import Fetched
from flows.stages.run import Run, run_of
from warehouse.check import check
from warehouse.embedded import Embedded
from warehouse.errors import WarehouseError
from warehouse.export import export
from warehouse.imported import ImportedBatch
from warehouse.load import LoadReport

T = TypeVar("T")
Around = Callable[[str, Callable[[], T]], T]


def plainly(_stage: str, work: Callable[[], T]) -> T:
    """Do a stage and nothing around it; a benchmark puts its clock here."""
    return work()


def run_for(settings: Settings, kind: str, now: datetime | None = None) -> Run:
    """Begin a run; one worker means this process: starting a pool costs more than a small batch."""
    run = run_of(settings, kind, now)
    return replace(run, workers=0) if run.workers == 1 else run


def load_batch(
    run: Run, fetched: Sequence[Fetched], *, imported: ImportedBatch | None = None, around: Around[Any] = plainly
) -> LoadReport:
    """Take one batch to the warehouse, as `flows.ingest.load_batch` does."""
    read = around("read", lambda: reading.read_pages(run.run_id, fetched, run.workers, run.extract_timeout_seconds))
    related = around(
        "relate", lambda: relating.relate(run.warehouse, read, run.now, run.window_days, everything=run.replace_derived)
    )
    if imported is not None:
        around("archive", lambda: replaying.archive_fresh(run, related, fetched))
    tagged = around("tag", lambda: tagging.tag_related(related, run.entity_engine, run.workers))
    outcomes = reading.outcomes_of(read)
    loaded: LoadReport = around("load", lambda: loading.load_related(run, related, tagged, outcomes, fetched, imported))
    return loaded


def ingest(settings: Settings, now: datetime | None = None, around: Around[Any] = plainly) -> list[LoadReport]:
    """Poll what is due and load it, as `flows.ingest.ingest` does."""
    run = run_for(settings, "ingest", now)
    with planning.alone(run), planning.recorded(run):
        plan = around("plan", lambda: planning.plan_polls(run, settings.batch_feeds))
        memory = plan.memory or FetchMemory()
        new = [entry for due in plan.due for entry in around("poll", lambda due=due: _polled(run, due, memory))]
        batches = around("plan", lambda: planning.plan_pages(run, new, settings.batch_pages, settings.max_pages_per_run, memory))
        loaded = []
        for batch in batches:
            fetched = around("fetch", lambda batch=batch: fetching.fetch_work(run.run_id, batch, run.fetching, memory, run.clock))
            around("archive", lambda fetched=fetched: fetching.archive_pages(run.archive, fetched))
            loaded.append(load_batch(run, fetched, around=around))
        around("plan", lambda: planning.keep_memory(run, memory))
    around("publish", run.warehouse.publish)
    return loaded


def _polled(run: Run, due: Sequence[polling.Due], memory: FetchMemory) -> Iterable[Any]:
    polls = polling.poll_feeds(due, run.fetching, memory, run.now, run.clock)
    fetching.archive_polls(run.archive, polls)
    return polling.load_polled(run.warehouse, run.run_id, due, polls, run.now).new


def import_saved(settings: Settings, paths: Iterable[Path], around: Around[Any] = plainly) -> list[LoadReport]:
    """Load saved files, as `flows.backfill.backfill` does."""
    run = run_for(settings, "import")
    asked = replaying.Asked([*paths], settings.batch_pages)
    with planning.alone(run):
        with planning.recorded(run):
            loaded = [
                load_batch(run, replaying.accepted(run, batch), imported=mark, around=around)
                for mark, batch in importing.batches_left(run, asked)
            ]
        around("publish", run.warehouse.publish)
        around("close", lambda: importing.close_import(run, importing.import_key_of(asked)))
    return loaded


def rebuild(settings: Settings, on_fault: Callable[[str], None] = sys.stderr.write) -> None:
    """Derive everything again, as `flows.rebuild.rebuild` does."""
    run = run_for(settings, "rebuild")
    nursery = run.home / ".rebuild"
    with ExitStack() as held:
        for kind in ("ingest", "import", "rebuild"):
            held.enter_context(planning.alone(run, kind))
        shutil.rmtree(nursery, ignore_errors=True)
        new = replace(run, home=nursery, tables=Embedded(nursery))
        for warehouse in (run.warehouse, new.warehouse):
            with warehouse.writer():
                pass
        run.warehouse.adopt(nursery)
        with planning.recorded(new):
            for file in replaying.archive_files(run.archive):
                for batch in replaying.archived_batches(new.run_id, file, settings.batch_pages, on_fault):
                    replaying.expect_all(new, batch)
                    replaying.note_batch(new, batch)
                    load_batch(new, batch)
        run.warehouse.replace_by(nursery)
        shutil.rmtree(nursery, ignore_errors=True)
        run.warehouse.publish()


def maintain(settings: Settings, around: Around[Any] = plainly) -> None:
    """Check, compact, retire, publish, as `flows.maintain.maintain` does."""
    run = run_for(settings, "maintain")
    with planning.alone(run):
        with run.warehouse.snapshot() as connection:
            check(connection)
        around("compact", run.warehouse.compact)
        retire(run.home / "quarantine", 90, run.now.date())
        around("publish", run.warehouse.publish)


def opened(settings: Settings) -> None:
    """Open the warehouse: one of an older version is brought to this one."""
    with settings.warehouse.writer():
        pass


def obey(command: str, given: dict[str, Any]) -> int:
    """Do one command and return its exit code; errors that we know are one line and code 1, Ctrl-C is 130."""
    now = given.pop("now", None)
    moment = datetime.fromisoformat(now).astimezone(UTC) if now else None
    paths = [Path(path) for path in given.pop("paths", ())]
    settings = Settings(**given)
    commands: dict[str, Callable[[], object]] = {
        "ingest": lambda: ingest(settings, moment),
        "import": lambda: import_saved(settings, paths),
        "rebuild": lambda: rebuild(settings),
        "maintain": lambda: maintain(settings),
        "migrate": lambda: opened(settings),
        "publish": settings.warehouse.publish,
        "export": lambda: export(settings.home, settings.home / "parquet"),
    }
    try:
        commands[command]()
    except (FlowError, WarehouseError, ExtractorError) as error:
        sys.stderr.write(f"{type(error).__name__}: {error}\n")
        sys.stderr.flush()
        return 1
    except KeyboardInterrupt:
        sys.stderr.write("KeyboardInterrupt\n")
        return 130
    return 0
