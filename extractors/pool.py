"""Pages in, drafts out, on several processor cores: a page that hangs or kills its worker costs that page alone.

`concurrent.futures` cannot do this: a time-out there leaves the worker running, and a worker that dies breaks the whole pool.
Here each worker holds a chunk, answers page by page, and is killed and replaced when one page takes too long.
"""

from __future__ import annotations

import multiprocessing
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import islice
from multiprocessing.connection import Connection, wait
from multiprocessing.context import BaseContext
from multiprocessing.process import BaseProcess
from typing import Self

from extractors.articles import draft_of
from extractors.errors import ExtractorError
from extractors.records import Draft, Entry, Page

CHUNK_PAGES = 8
"""Pages sent to a worker at once: hides the pipe's latency behind the work (12-20 ms a page)."""
WINDOW_CHUNKS = 3
"""Chunks a worker may be ahead of the slowest page: bounds memory at workers x 3 x 8 pages."""
MEMORY_LIMIT_BYTES = 4 << 30
"""Address space of a worker; a 10 MiB page takes a third of a GiB, a tree that explodes gets a MemoryError."""
IDLE_GRACE_SECONDS = 2.0
START_SECONDS = 120.0
"""A new worker imports for a second, on a busy machine for many; that time is not the first page's."""

Work = tuple[Page, Entry | None]


@dataclass(frozen=True, slots=True)
class DraftFailure:
    """A page that gave no draft, and why; becomes the item's outcome."""

    url: str
    outcome: str  # "extract_failed" | "extract_timed_out" | "extract_crashed"
    detail: str
    feed_url: str | None = None
    milliseconds: int = 0


@dataclass(slots=True)
class _Worker:
    process: BaseProcess
    pipe: Connection
    todo: deque[int] = field(default_factory=deque)  # indexes in its hands, in order
    deadline: float = 0.0
    is_ready: bool = False


def drafts_of(
    pages: Iterable[Work],
    workers: int = 2,
    timeout_seconds: float = 20.0,
    extract: Callable[[Page, Entry | None], Draft] = draft_of,
) -> Iterator[Draft | DraftFailure]:
    """Draft every page, in parallel, in the order given.

    Args:
        pages: Pages with the entry that announced them, or None. Read lazily, never far ahead of what was yielded.
        workers: Processes; 0 works in this process, without a time-out (for tests and debugging).
        timeout_seconds: What one page may take before its worker is killed.
        extract: The step itself; must be importable by name in a new process.

    Returns:
        Exactly one `Draft` or `DraftFailure` a page.

    """
    if workers < 1:
        yield from (_attempt(extract, page, entry) for page, entry in pages)
        return
    with _Pool(workers, timeout_seconds, extract) as pool:
        yield from pool.run(iter(pages))


class _Pool:
    """The workers of one run and the pages in their hands."""

    def __init__(self, size: int, timeout_seconds: float, extract: Callable[[Page, Entry | None], Draft]) -> None:
        self._size = size
        self._timeout_seconds = timeout_seconds
        self._extract = extract
        self._context = _context()
        self._workers: list[_Worker] = []
        self._work: dict[int, Work] = {}  # read, not yet answered
        self._done: dict[int, Draft | DraftFailure] = {}  # answered, not yet yielded
        self._returned: deque[int] = deque()  # taken from a killed worker

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for worker in self._workers:
            _end(worker, politely=True)

    def run(self, pages: Iterator[Work]) -> Iterator[Draft | DraftFailure]:
        read, given, is_open = 0, 0, True
        window = self._size * WINDOW_CHUNKS * CHUNK_PAGES
        while True:
            while is_open and read - given < window and self._wants_pages():
                chunk = list(islice(pages, CHUNK_PAGES))
                is_open = len(chunk) == CHUNK_PAGES
                self._work.update(enumerate(chunk, start=read))
                self._returned.extend(range(read, read + len(chunk)))
                read += len(chunk)
                self._hand_out()
            self._hand_out()
            while given in self._done:
                yield self._done.pop(given)
                given += 1
            if given == read and not is_open:
                return
            if given < read:
                self._collect()

    def _wants_pages(self) -> bool:
        return not self._returned and (len(self._workers) < self._size or any(not w.todo for w in self._workers))

    def _hand_out(self) -> None:
        while self._returned:
            worker = next((w for w in self._workers if not w.todo), None)
            if worker is None:
                if len(self._workers) >= self._size:
                    return
                worker = self._start()
            chunk = [self._returned.popleft() for _ in range(min(CHUNK_PAGES, len(self._returned)))]
            worker.todo.extend(chunk)
            worker.deadline = time.monotonic() + (self._timeout_seconds if worker.is_ready else START_SECONDS)
            try:
                worker.pipe.send([(index, *self._work[index]) for index in chunk])
            except OSError:  # it died before it got the work
                self._replace(worker, "extract_crashed", "its worker died")

    def _collect(self) -> None:
        busy = {worker.pipe: worker for worker in self._workers if worker.todo}
        patience = max(0.0, min((w.deadline for w in busy.values()), default=0.0) - time.monotonic())
        for pipe in wait(list(busy), timeout=patience):
            self._receive(busy[pipe])  # type: ignore[index]  # wait() returns what it was given
        now = time.monotonic()
        for worker in list(busy.values()):
            if worker.todo and worker.deadline <= now and worker in self._workers:
                self._replace(worker, "extract_timed_out", f"took longer than {self._timeout_seconds:g} s")

    def _receive(self, worker: _Worker) -> None:
        try:
            answer = worker.pipe.recv()
        except (EOFError, OSError):
            worker.process.join(IDLE_GRACE_SECONDS)
            self._replace(worker, "extract_crashed", f"its worker ended with code {worker.process.exitcode}")
            return
        if answer is not None:
            index, result = answer
            worker.todo.remove(index)
            del self._work[index]
            self._done[index] = result
        worker.is_ready = True
        worker.deadline = time.monotonic() + self._timeout_seconds

    def _replace(self, worker: _Worker, outcome: str, detail: str) -> None:
        """Blame the page at hand, give the rest of the chunk back, and let go of the worker."""
        _end(worker, politely=False)
        self._workers.remove(worker)
        guilty = worker.todo.popleft()
        page, entry = self._work.pop(guilty)
        milliseconds = round(self._timeout_seconds * 1000) if outcome == "extract_timed_out" else 0
        self._done[guilty] = DraftFailure(page.url, outcome, detail, entry.feed_url if entry else None, milliseconds)
        self._returned.extendleft(reversed(worker.todo))

    def _start(self) -> _Worker:
        ours, theirs = self._context.Pipe()
        process = self._context.Process(target=_serve, args=(theirs, self._extract), daemon=True)  # type: ignore[attr-defined]  # every concrete context has Process
        process.start()
        theirs.close()
        worker = _Worker(process, ours)
        self._workers.append(worker)
        return worker


def _context() -> BaseContext:
    """Fork from a small, clean server that has the imports warm: no threads, sockets or locks of the caller are copied."""
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["extractors.pool"])
    return context


def _serve(pipe: Connection, extract: Callable[[Page, Entry | None], Draft]) -> None:
    """Answer chunks until the pipe closes."""
    _limit_memory()
    with suppress(EOFError, OSError, KeyboardInterrupt):
        pipe.send(None)  # ready: imports are done
        while chunk := pipe.recv():
            for index, page, entry in chunk:
                pipe.send((index, _attempt(extract, page, entry)))


def _attempt(extract: Callable[[Page, Entry | None], Draft], page: Page, entry: Entry | None) -> Draft | DraftFailure:
    started = time.perf_counter()
    try:
        return extract(page, entry)
    except ExtractorError as error:
        reason = error.reason
    except (MemoryError, RecursionError) as error:
        reason = f"{type(error).__name__}: too big or too deep"
    except Exception as error:  # noqa: BLE001  # the border: whatever a foreign parser throws is this page's outcome, never the batch's
        reason = f"{type(error).__name__}: {error}"[:500]
    milliseconds = round((time.perf_counter() - started) * 1000)
    return DraftFailure(page.url, "extract_failed", reason, entry.feed_url if entry else None, milliseconds)


def _limit_memory() -> None:
    with suppress(ImportError, ValueError, OSError):  # Windows has no limits; a container may have set a lower one
        import resource  # noqa: PLC0415  # POSIX only

        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT_BYTES, hard))


def _end(worker: _Worker, *, politely: bool) -> None:
    if politely:
        with suppress(OSError):
            worker.pipe.send(None)
        if worker.todo:
            worker.process.kill()
    else:
        worker.process.kill()
    worker.process.join(IDLE_GRACE_SECONDS)
    if worker.process.is_alive():
        worker.process.kill()
        worker.process.join()
    worker.pipe.close()
    worker.process.close()
