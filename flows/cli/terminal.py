"""The terminal: data to standard output, messages and progress to standard error."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table

from flows.progress import watched_by


@dataclass(frozen=True, slots=True)
class Terminal:
    """The two streams of a command."""

    data: Console = field(default_factory=Console)
    messages: Console = field(default_factory=lambda: Console(stderr=True))


CONTEXT = Terminal()


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
