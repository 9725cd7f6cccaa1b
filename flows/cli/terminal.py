"""The terminal: data to standard output, messages and progress to standard error."""

from __future__ import annotations

import io
import math
import os
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import click
from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, JustifyMethod, RenderResult
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from flows.progress import watched_by


@dataclass(frozen=True, slots=True)
class Terminal:
    """The two streams of a command: a line of a log stays one, and ":x:" in a title what it is."""

    data: Console = field(default_factory=lambda: Console(emoji=False))
    messages: Console = field(default_factory=lambda: Console(stderr=True, soft_wrap=True, emoji=False))


CONTEXT = Terminal()


class Day(click.DateTime):
    """A day of the calendar, at its beginning."""

    def __init__(self) -> None:
        super().__init__(["%Y-%m-%d"])

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str:  # noqa: ARG002 - the signature is click's
        """Say how to write one; click would show what `strptime` calls it."""
        return "YYYY-MM-DD"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Read it."""
        try:
            return super().convert(value, param, ctx)
        except click.BadParameter:
            self.fail(f"{value!r} is no day such as 2026-11-22", param, ctx)


class DataFolder(click.Path):
    """A folder; an empty name, as of a shell's variable that is not set, would be the working directory."""

    def __init__(self) -> None:
        super().__init__(path_type=Path, file_okay=False)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Read it."""
        if value == "":
            self.fail("it is empty; . is the working directory", param, ctx)
        return super().convert(value, param, ctx)


class Seconds(click.FloatRange):
    """A number of seconds within bounds; `nan` is within none."""

    def convert(self, value: Any, param: click.Parameter | None, context: click.Context | None) -> float:
        """Read it."""
        seconds: float = super().convert(value, param, context)
        if math.isnan(seconds):
            self.fail("nan is no number of seconds", param, context)
        return seconds


def write_whole(path: Path, content: bytes) -> None:
    """Write a file in one go: where there is no room, what stood there stays."""
    if path.exists() and not path.is_file():  # /dev/stdout, a pipe
        path.write_bytes(content)
        return
    place = path.resolve()  # a link goes on leading there
    draft = place.with_name(f".{place.name}.{os.getpid()}.draft")
    try:
        draft.write_bytes(content)
        draft.replace(place)
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(path)) from error
    finally:
        with suppress(OSError):
            draft.unlink()


def mend_streams() -> None:
    """Let any stream be written to: one that was closed before us goes nowhere, and what it cannot spell is escaped."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:  # `newsloom status >&-`
            setattr(sys, name, Path(os.devnull).open(mode, encoding="utf-8"))  # noqa: SIM115 - as long as the process lives
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # LANG=C, PYTHONIOENCODING=ascii
            stream.reconfigure(errors="backslashreplace")


def stop_output() -> None:
    """Let what is still in the buffer go nowhere: whoever read it has gone, and the interpreter's own flush would complain."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


class Bars:
    """One bar a stage, made when the stage first reports."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._bars: dict[str, TaskID] = {}
        self._lock = threading.Lock()

    def expect(self, stage: str, count: int) -> None:
        """Lengthen a stage's bar."""
        with self._lock:
            bar = self._bar(stage)
            self._progress.update(bar, total=(self._progress.tasks[bar].total or 0) + count)

    def advance(self, stage: str, count: int = 1) -> None:
        """Move a stage's bar."""
        with self._lock:
            self._progress.advance(self._bar(stage), count)

    def _bar(self, stage: str) -> TaskID:
        if stage not in self._bars:
            self._bars[stage] = self._progress.add_task(stage, total=0)
        return self._bars[stage]


@contextmanager
def progress_bars(terminal: Terminal = CONTEXT) -> Iterator[Progress]:
    """Show the progress of everything run inside; nothing where standard error is no terminal."""
    columns = (
        SpinnerColumn(finished_text="[green]✓"),
        TextColumn("{task.description}"),
        BarColumn(bar_width=32),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with (
        Progress(*columns, console=terminal.messages, transient=True, disable=not terminal.messages.is_terminal) as progress,
        watched_by(Bars(progress)),
    ):
        yield progress


NARROWEST = 9
"""Characters of a column's text that can still be read; the half of a word and the third of a date are none."""
_GAP = 2


@dataclass(frozen=True, slots=True)
class Rows:
    """A table for people: side by side where the terminal is wide enough for that, else one row below the other."""

    title: str | None
    columns: tuple[str, ...]
    cells: tuple[tuple[Text, ...], ...]
    numbers: frozenset[int]  # columns that are set to the right
    styles: Mapping[str, str]

    def __rich_console__(self, _console: Console, options: ConsoleOptions) -> RenderResult:
        """Draw it."""
        if self._least_width() <= options.max_width:
            yield self._across()
            return
        if not self.cells:
            yield Text(", ".join(self.columns), "bold")
        if self.title:
            yield Text(self.title, "bold")
        for number, row in enumerate(self.cells):
            if number:
                yield Text("")
            yield self._below(row)

    def _least_width(self) -> int:
        widest = [max([cell_len(name), *map(_width_of, cells)]) for name, *cells in zip(self.columns, *self.cells, strict=True)]
        return sum(min(width, NARROWEST) for width in widest) + _GAP * (len(widest) - 1)

    def _across(self) -> Table:
        table = Table(title=self.title, title_justify="left", title_style="bold", header_style="bold", box=None, pad_edge=False)
        for number, column in enumerate(self.columns):
            justify: JustifyMethod = "right" if number in self.numbers else "left"
            table.add_column(escape(column), justify=justify, style=self.styles.get(column), overflow="fold")
        for row in self.cells:
            table.add_row(*row)
        return table

    def _below(self, row: Sequence[Text]) -> Table:
        table = Table(box=None, pad_edge=False, show_header=False)
        table.add_column(style="bold", overflow="fold", min_width=min(NARROWEST, max(map(cell_len, self.columns))))
        table.add_column(overflow="fold")
        for column, cell in zip(self.columns, row, strict=True):
            table.add_row(Text(column), cell)
        return table


def _width_of(cell: Text) -> int:
    return max(map(cell_len, cell.plain.splitlines() or [""]))


def table_of(title: str | None, columns: Sequence[str], rows: Sequence[Sequence[object]], **styles: str) -> Rows:
    """Draw rows; numbers to the right, moments without microseconds, `None` as a pale dash.

    Args:
        title: Above the table.
        columns: Headings.
        rows: One sequence of cells a row.
        styles: Style by heading, such as `outlet="cyan"`.

    """
    numbers = frozenset(
        number
        for number in range(len(columns))
        if any(isinstance(row[number], (int, float)) and not isinstance(row[number], bool) for row in rows)
    )
    cells = tuple(tuple(Text.from_markup(cell_of(value), emoji=False) for value in row) for row in rows)
    return Rows(title, tuple(columns), cells, numbers, styles)


def cell_of(value: object) -> str:  # noqa: PLR0911 - one return a type
    """Return a cell's text, safe to print: what comes from the web is never read as markup."""
    if value is None:
        return "[dim]–[/dim]"
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:,.3g}" if abs(value) < 1000 else f"{value:,.0f}"
    if isinstance(value, int):
        return f"{value:,}" if abs(value) < 10**15 else str(value)  # ids are easier to copy without commas
    if isinstance(value, (list, tuple)):
        return escape(", ".join(map(str, value)))
    return escape(printable(str(value)))


def printable(text: str) -> str:
    """Drop control characters: a headline must not steer the terminal."""
    return "".join(character for character in text if character.isprintable() or character in "\n\t")
