"""Questions in, rows out of the published copy: bounded, remembered until a newer copy is published, never blocking it.

A connection reads the file that was there when it opened, whatever is published meanwhile; a new version opens a new one.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from flows.dashboard.questions import Question
from warehouse.connection import published_path
from warehouse.errors import QueryRefused, WarehouseBusy, WarehouseMissing, WarehouseTerminal
from warehouse.query import Limits, ask, locked_down, records_of

PANEL_LIMITS = Limits(memory="1GB", threads=2, seconds=10, rows=5_000)
"""For the questions that the pages ask. The slowest takes 0.5 s at a million articles; ten seconds is a disk gone bad."""
PEOPLE_LIMITS = Limits(memory="1GB", threads=2, seconds=10, rows=500)
"""For SQL typed into the page; what is larger belongs into `newsloom sql`."""
REMEMBERED = 256
REMEMBERED_ROWS = 2_000
"""Answers kept a version: at 1 KB a row some tens of MB at worst."""
WAIT_SECONDS = 20.0
"""How long a page queues behind others before it says so."""


class PageUnanswered(WarehouseTerminal):
    """What a page cannot do without did not come, such as in time: not the same as nothing being there."""


@dataclass(frozen=True, slots=True)
class Panel:
    """An answer with its question: what every chart and table is drawn from. `error` is for people; then there are no rows."""

    question: Question
    rows: list[dict[str, Any]] = field(default_factory=list)
    columns: list[str] = field(default_factory=list)
    is_cut: bool = False
    error: str | None = None
    milliseconds: int = 0

    @property
    def first(self) -> dict[str, Any]:
        """The first row; empty when there is none."""
        return self.rows[0] if self.rows else {}

    def needed(self) -> Panel:
        """Return it when it was answered.

        Raises:
            PageUnanswered: It was not, and no rows means nothing.

        """
        if self.error is not None:
            raise PageUnanswered(" ".join(self.question.sql.split())[:80], self.error)
        return self


@dataclass(slots=True)
class _Line:
    """An open connection to one version of the file."""

    version: str
    connection: duckdb.DuckDBPyConnection
    stack: ExitStack


class Published:
    """The published copy of a home folder, asked by several threads at once."""

    def __init__(self, path: Path, limits: Limits = PANEL_LIMITS, at_once: int = 2) -> None:
        self.path = published_path(path) if path.is_dir() else path
        self.limits = limits
        self._slots = threading.Semaphore(at_once)  # memory is bounded by at_once times the limit
        self._lock = threading.Lock()
        self._idle: list[_Line] = []
        self._answers: OrderedDict[tuple[str, str, str], Panel] = OrderedDict()

    def version(self) -> str:
        """Name the file that is there now; a new publish is a new name.

        Raises:
            WarehouseMissing: There is none.

        """
        try:
            found = self.path.stat()
        except OSError as error:
            raise WarehouseMissing(
                str(self.path), "nothing has been published here yet; `newsloom run` or `newsloom demo` does"
            ) from error
        return f"{found.st_ino:x}-{found.st_mtime_ns:x}-{found.st_size:x}"

    @contextmanager
    def desk(self) -> Iterator[Desk]:
        """Sit down for one page: all its answers come from one version.

        Raises:
            WarehouseMissing: Nothing is published.

        """
        desk = Desk(self, self.version())
        try:
            yield desk
        finally:
            desk.leave()

    def close(self) -> None:
        """Close what is open and idle."""
        with self._lock:
            idle, self._idle = self._idle, []
        for line in idle:
            line.stack.close()

    def remembered(self, version: str, question: Question) -> Panel | None:
        """Return the answer of this version, if it was given before."""
        key = (version, question.sql, repr(question.values))
        with self._lock:
            if key in self._answers:
                self._answers.move_to_end(key)
            return self._answers.get(key)

    def remember(self, version: str, panel: Panel) -> None:
        """Keep an answer; the answers of older versions go."""
        if len(panel.rows) > REMEMBERED_ROWS:
            return
        with self._lock:
            for key in [key for key in self._answers if key[0] != version]:
                del self._answers[key]
            self._answers[version, panel.question.sql, repr(panel.question.values)] = panel
            while len(self._answers) > REMEMBERED:
                self._answers.popitem(last=False)

    def take(self, *, is_fresh: bool = False) -> _Line:
        """Take a connection to the newest version.

        Args:
            is_fresh: Not one that others have used: for SQL of strangers.

        Raises:
            WarehouseBusy: Others hold all of them for too long.
            WarehouseMissing, WarehouseNewer, WarehouseDamaged: As `warehouse.connection.reader`.

        """
        if not self._slots.acquire(timeout=WAIT_SECONDS):
            raise WarehouseBusy(str(self.path), f"other pages have been asking it for {WAIT_SECONDS:g} s; try again")
        try:
            return (None if is_fresh else self._idle_line()) or self._opened_line()
        except BaseException:
            self._slots.release()
            raise

    def give_back(self, line: _Line, *, is_spent: bool = False) -> None:
        """Keep a connection for the next page, if no newer copy has been published and no stranger has used it."""
        try:
            is_newest = line.version == self.version() and not is_spent
        except WarehouseMissing:
            is_newest = False
        if is_newest:
            with self._lock:
                self._idle.append(line)
        else:
            line.stack.close()
        self._slots.release()

    def _idle_line(self) -> _Line | None:
        version = self.version()
        with self._lock:
            stale = [line for line in self._idle if line.version != version]
            self._idle = [line for line in self._idle if line.version == version]
            line = self._idle.pop() if self._idle else None
        for old in stale:
            old.stack.close()
        return line

    def _opened_line(self) -> _Line:
        for _ in range(5):  # a publish between looking and opening: look again
            version = self.version()
            stack = ExitStack()
            connection = stack.enter_context(locked_down(self.path, self.limits))
            if self.version() == version:
                break
            stack.close()
        return _Line(version, connection, stack)


class Desk:
    """One page's place at the published copy. A connection is taken only when an answer is not remembered."""

    def __init__(self, published: Published, version: str) -> None:
        self.published = published
        self.version = version
        self._line: _Line | None = None

    def answer(self, question: Question, limits: Limits | None = None) -> Panel:
        """Ask; a refusal becomes the panel's error, so that the rest of the page still stands.

        Args:
            question: Ours, or somebody's.
            limits: For somebody's; such an answer is not remembered, because it may hang on the clock or on chance.

        Raises:
            WarehouseError: The file itself cannot be read.

        """
        remembered = self.published.remembered(self.version, question)
        if limits is None and remembered is not None:
            return remembered
        started = time.perf_counter()
        try:
            with self._line_for(limits) as connection:
                found = ask(connection, question.sql, question.values or None, limits or self.published.limits)
                rows = records_of(found.table)
        except QueryRefused as error:
            return Panel(question, error=error.reason, milliseconds=_since(started))
        panel = Panel(question, rows, found.table.column_names, found.is_cut, None, _since(started))
        if limits is None:
            self.published.remember(self.version, panel)
        return panel

    def table(self, question: Question, limits: Limits) -> pa.Table:
        """Ask somebody's question for a table to take away.

        Raises:
            QueryRefused: It fails, writes or runs away.

        """
        with self._line_for(limits) as connection:
            return ask(connection, question.sql, None, limits).table

    def rows(self, question: Question) -> list[Mapping[str, Any]]:
        """Ask for what a page cannot do without.

        Raises:
            QueryRefused: The question fails.

        """
        panel = self.answer(question)
        if panel.error is not None:
            raise QueryRefused(question.sql, panel.error)
        return list(panel.rows)

    def leave(self) -> None:
        """Give the connection back."""
        if self._line is not None:
            self.published.give_back(self._line)
            self._line = None

    @contextmanager
    def _line_for(self, limits: Limits | None) -> Iterator[duckdb.DuckDBPyConnection]:
        """Pages share connections; a stranger's statement gets one of its own, whatever it may leave behind in it."""
        if limits is None:
            yield self._connection()
            return
        self.leave()  # whoever holds one place and waits for another may wait for somebody who does the same
        line = self.published.take(is_fresh=True)
        self.version = line.version
        try:
            yield line.connection
        finally:
            self.published.give_back(line, is_spent=True)

    def _connection(self) -> duckdb.DuckDBPyConnection:
        if self._line is None:
            self._line = self.published.take()
            self.version = self._line.version
        return self._line.connection


def _since(started: float) -> int:
    return round((time.perf_counter() - started) * 1000)
