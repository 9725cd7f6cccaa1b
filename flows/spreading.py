"""Batches in, read and tagged batches out: where the CPU's share of a run is done, in processes of this machine or on Dask.

Only the two steps that cost CPU travel. What decides and what writes stays where the warehouse is, in the order of the batches:
the tables are the same wherever the work was done. What travels knows neither the data folder nor its machine.
"""

from __future__ import annotations

import multiprocessing
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from extractors.records import Article
from flows import progress, tasks
from flows.errors import DaskMissing
from flows.settings import Settings
from flows.stages import reading, tagging
from flows.stages.fetching import Fetched
from flows.stages.reading import Read
from flows.stages.relating import Related
from flows.stages.run import Run
from flows.stages.tagging import CHUNK_ARTICLES, Tagged

if TYPE_CHECKING:
    from prefect.task_runners import TaskRunner

PART_PAGES = 40
"""Pages in a task on a cluster: about a second of work against some 75 ms for the task, and a few megabytes on the wire."""
PART_ARTICLES = 2 * CHUNK_ARTICLES
"""A multiple of what the tagger takes at once: articles are tagged beside the same neighbours as here."""
BATCHES_AHEAD = 2
"""Batches that the cluster reads while one is related, tagged and loaded."""

T = TypeVar("T")
Named = tuple[str, list[Fetched]]


class Spread(Protocol):
    """Where the CPU's work of a run is done."""

    def read_ahead(self, run: Run, batches: Iterable[Named]) -> Iterator[tuple[str, list[Fetched], list[Read]]]:
        """Read batch after batch, in order."""

    def tag(self, run: Run, name: str, related: Related) -> Tagged:
        """Find names and quotations in the articles of a batch that are new or changed."""


@dataclass(frozen=True, slots=True)
class Here:
    """On this machine: a task a batch, in pools of processes inside."""

    def read_ahead(self, run: Run, batches: Iterable[Named]) -> Iterator[tuple[str, list[Fetched], list[Read]]]:
        """Read each batch when it is asked for."""
        for name, fetched in batches:
            yield name, fetched, tasks.read_pages.with_options(task_run_name=f"read {name}")(run, fetched)

    def tag(self, run: Run, name: str, related: Related) -> Tagged:
        """Tag the batch in one task."""
        return tasks.tag_articles.with_options(task_run_name=f"tag {name}")(run, related)


@dataclass(frozen=True, slots=True)
class OnCluster:
    """On a cluster: several tasks a batch, and the next batches are read while this one is loaded."""

    runner: TaskRunner[Any] = field()

    def read_ahead(self, run: Run, batches: Iterable[Named]) -> Iterator[tuple[str, list[Fetched], list[Read]]]:
        """Keep the cluster a few batches ahead of whoever loads them."""
        under_way: deque[tuple[str, list[Fetched], list[Any]]] = deque()
        for name, fetched in batches:
            under_way.append((name, fetched, self._read(run, name, fetched)))
            if len(under_way) > BATCHES_AHEAD:
                yield self._collected(run, *under_way.popleft())
        while under_way:
            yield self._collected(run, *under_way.popleft())

    def _read(self, run: Run, name: str, fetched: Sequence[Fetched]) -> list[Any]:
        return [
            self.runner.submit(
                read_part.with_options(task_run_name=f"read {name}, part {number}"),
                {"run_id": run.run_id, "part": part, "timeout_seconds": run.extract_timeout_seconds},
            )
            for number, part in enumerate(parts_of(fetched, PART_PAGES), start=1)
        ]

    def _collected(
        self, run: Run, name: str, fetched: list[Fetched], futures: list[Any]
    ) -> tuple[str, list[Fetched], list[Read]]:
        answers = [one for future in futures for one in future.result()]
        read = [replace(one, page=given.page) for one, given in zip(answers, fetched, strict=True)]
        reading.quarantine_failed(run.home / "quarantine", read)
        progress.expect("read", len(read))
        progress.advance("read", len(read))
        return name, fetched, read

    def tag(self, run: Run, name: str, related: Related) -> Tagged:
        """Tag the parts of a batch at once."""
        wanted = tagging.wanted_of(related)
        futures = [
            self.runner.submit(
                tag_part.with_options(task_run_name=f"tag {name}, part {number}"), {"articles": part, "engine": run.entity_engine}
            )
            for number, part in enumerate(parts_of(wanted, PART_ARTICLES), start=1)
        ]
        answers = [future.result() for future in futures]
        return tagging.completed(related, [m for found, _ in answers for m in found], [q for _, said in answers for q in said])


def parts_of(items: Sequence[T], size: int) -> list[Sequence[T]]:
    """Cut a batch into parts."""
    return [items[start : start + size] for start in range(0, len(items), size)]


@tasks.travelling("read part")
def read_part(run_id: str, part: Sequence[Fetched], timeout_seconds: float) -> list[Read]:
    """Extract some pages of a batch; their bodies do not travel back."""
    # A Dask worker may be a daemon, which has no children: then a page that hangs holds its worker until Dask ends it.
    workers = 0 if multiprocessing.current_process().daemon else 1
    read = reading.read_pages(run_id, part, workers, timeout_seconds)
    return [replace(one, page=replace(one.page, body=b"")) for one in read]


@tasks.travelling("tag part")
def tag_part(articles: Sequence[Article], engine: str) -> Tagged:
    """Find names and quotations in some articles of a batch."""
    return tagging.tag_articles(articles, engine, workers=1)


@contextmanager
def spread_of(settings: Settings) -> Iterator[Spread]:
    """Return where this run's work is done; a local cluster lives as long as the context.

    Raises:
        DaskMissing: Dask is asked for and not installed.

    """
    if settings.task_runner == "thread":
        yield Here()
        return
    try:
        import dask  # noqa: PLC0415 - an optional dependency
        from prefect_dask.task_runners import DaskTaskRunner  # noqa: PLC0415
    except ImportError as error:
        raise DaskMissing from error
    if settings.dask_address is not None:
        runner = DaskTaskRunner(address=settings.dask_address)
    else:
        local = {
            "n_workers": settings.workers,
            "threads_per_worker": 1,
            "host": "127.0.0.1",
            "dashboard_address": None,
            "processes": True,
        }
        runner = DaskTaskRunner(cluster_kwargs=local)
    # A worker that is no daemon may have the child that a hanging page is read in.
    with dask.config.set({"distributed.worker.daemon": False}), runner:
        yield OnCluster(runner)
