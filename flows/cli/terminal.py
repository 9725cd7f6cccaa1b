"""The terminal: data to standard output, messages and progress to standard error."""

from __future__ import annotations

import io
import math
import os
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table

from flows.progress import watched_by


@dataclass(frozen=True, slots=True)
class Terminal:
    """The two streams of a command: a line of a log stays one, and ":x:" in a title what it is."""

    data: Console = field(default_factory=lambda: Console(emoji=False))
    messages: Console = field(default_factory=lambda: Console(stderr=True, soft_wrap=True, emoji=False))


CONTEXT = Terminal()


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


def table_of(title: str | None, columns: Sequence[str], rows: Sequence[Sequence[object]], **styles: str) -> Table:
    """Draw rows; numbers to the right, moments without microseconds, `None` as a pale dash.

    Args:
        title: Above the table.
        columns: Headings.
        rows: One sequence of cells a row.
        styles: Style by heading, such as `outlet="cyan"`.

    """
    table = Table(title=title, title_justify="left", title_style="bold", header_style="bold", box=None, pad_edge=False)
    for number, column in enumerate(columns):
        is_number = any(isinstance(row[number], (int, float)) and not isinstance(row[number], bool) for row in rows)
        table.add_column(column, justify="right" if is_number else "left", style=styles.get(column), overflow="fold")
    for row in rows:
        table.add_row(*map(cell_of, row))
    return table


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
