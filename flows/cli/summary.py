"""A run's account on the terminal."""

from __future__ import annotations

import shlex
from pathlib import Path

from flows.cli.terminal import CONTEXT, table_of
from flows.report import RunSummary


def print_summary(summary: RunSummary, published: Path) -> None:
    """Print what came, what did not and why, and where to look."""
    show = CONTEXT.data.print
    show(
        f"[bold]{summary.articles_new} new articles[/bold], {summary.articles_revised} revised, "
        f"from {summary.source}; {summary.seconds:.0f} s."
    )
    if summary.outlets:
        show(table_of(None, ("outlet", "new", "copies"), summary.outlets[:20], outlet="cyan"))
    print_skipped(summary)
    if summary.pending:
        show(f"{summary.pending} entries wait for the next run.")
    opened = f"duckdb -readonly {shlex.quote(str(published))}"
    show(f"\nOpen it:  {opened}    or:  newsloom sql 'FROM guide'", highlight=False, markup=False, soft_wrap=True)


def print_skipped(summary: RunSummary, title: str = "What brought nothing, and why") -> None:
    """Print the items that ended without an article."""
    if summary.skipped:
        CONTEXT.data.print()
        rows = [(outcome, item, detail) for _, outcome, item, detail in summary.skipped[:20]]
        CONTEXT.data.print(table_of(title, ("outcome", "item", "detail"), rows, outcome="yellow"))
