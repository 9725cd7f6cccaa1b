"""What a run did, told once: a summary from the published copy, and Prefect artifacts that a person wants to read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from extractors.urls import without_userinfo
from warehouse.connection import reader
from warehouse.load import LoadReport


@dataclass(frozen=True, slots=True)
class RunSummary:
    """One run in figures. `outcomes` counts (stage, outcome); `skipped` tells of items that brought nothing, and why."""

    run_id: str
    kind: str
    status: str
    started_at: datetime
    seconds: float
    entries_seen: int
    entries_new: int
    articles_new: int
    articles_revised: int
    outcomes: tuple[tuple[str, str, int], ...] = ()
    skipped: tuple[tuple[str, str, str, str | None], ...] = ()
    outlets: tuple[tuple[str, int, int], ...] = ()  # outlet, new articles, of them copies
    pending: int = 0

    @property
    def source(self) -> str:
        """Say what the articles came from: entries of feeds, or the pages of an import or a rebuild, which has none."""
        if self.kind == "ingest":
            return f"{self.entries_new} new or changed of {self.entries_seen} entries"
        pages = sum(count for stage, _, count in self.outcomes if stage != "poll")
        return f"{pages} page" if pages == 1 else f"{pages} pages"


GOOD = ("fetched", "unchanged", "loaded", "revised", "refreshed", "duplicate_entry")
"""Outcomes that nobody needs to look into."""
SHOWN_SKIPPED = 50


def summary_of(published: Path, run_id: str) -> RunSummary:
    """Read a run's own account."""
    connection = reader(published)
    try:
        row = connection.execute(
            """
            SELECT run_id, kind, status, started_at, epoch(coalesce(finished_at, now()) - started_at),
                   entries_seen, entries_new, articles_new, articles_revised
            FROM runs
            WHERE run_id = ?
            """,
            [run_id],
        ).fetchone()
        if row is None:
            raise LookupError(run_id)
        outcomes = connection.execute(
            """
            SELECT stage, outcome, count(*)
            FROM outcomes
            WHERE run_id = ?
            GROUP BY stage, outcome
            ORDER BY stage, 3 DESC, 2
            """,
            [run_id],
        ).fetchall()
        skipped = connection.execute(
            """
            SELECT stage, outcome, item, detail
            FROM outcomes
            WHERE run_id = ? AND outcome NOT IN (SELECT unnest(?))
            ORDER BY stage, outcome, item
            LIMIT ?
            """,
            [run_id, list(GOOD), SHOWN_SKIPPED],
        ).fetchall()
        outlets = connection.execute(
            """
            SELECT articles.outlet, count(*), count(articles.original_id)
            FROM outcomes
            JOIN articles USING (article_id)
            WHERE outcomes.run_id = ? AND outcomes.outcome = 'loaded'
            GROUP BY ALL
            ORDER BY 2 DESC, 1
            """,
            [run_id],
        ).fetchall()
        pending = connection.execute("SELECT count(*) FROM state.entries WHERE status = 'pending'").fetchone()
    finally:
        connection.close()
    names = (
        "run_id",
        "kind",
        "status",
        "started_at",
        "seconds",
        "entries_seen",
        "entries_new",
        "articles_new",
        "articles_revised",
    )
    figures: dict[str, Any] = dict(zip(names, row, strict=True))
    return RunSummary(
        **figures, outcomes=tuple(outcomes), skipped=tuple(skipped), outlets=tuple(outlets), pending=pending[0] if pending else 0
    )


def line_of(loaded: LoadReport) -> str:
    """Tell of one load in a line, for the log."""
    return (
        f"{loaded.articles_new} new, {loaded.articles_revised} revised, {loaded.articles_unchanged} unchanged, "
        f"{loaded.copies} copies, {loaded.mentions} mentions, {loaded.quotes} quotes"
    )


def markdown_of(summary: RunSummary) -> str:
    """Write a run's story in Markdown: what came, by outlet, and what did not come, and why."""
    lines = [
        f"# {summary.kind} {summary.started_at:%Y-%m-%d %H:%M} UTC: {summary.status}",
        "",
        _account_of(summary),
        "",
    ]
    if summary.outlets:
        lines += ["| outlet | new articles | of them copies |", "|---|---:|---:|"]
        lines += [f"| {_cell(outlet)} | {new} | {copies} |" for outlet, new, copies in summary.outlets]
        lines.append("")
    if summary.skipped:
        lines += ["## What brought nothing, and why", "", "| stage | outcome | item | detail |", "|---|---|---|---|"]
        lines += [
            f"| {stage} | {outcome} | {_cell(item)} | {_cell(detail or '')} |" for stage, outcome, item, detail in summary.skipped
        ]
    return "\n".join(lines)


def _account_of(summary: RunSummary) -> str:
    return (
        f"**{summary.articles_new} new articles**, {summary.articles_revised} revised, from {summary.source}, "
        f"in {summary.seconds:.0f} s. {summary.pending} entries wait for the next run."
    )


def _cell(text: str) -> str:
    """Keep what comes from the web inside its cell, and the password of a feed out of it."""
    return (
        " ".join(without_userinfo(text).split())
        .replace("|", "\\|")
        .replace("<", "&lt;")
        .replace("[", "\\[")
        .replace("`", "'")[:300]
    )


def write_artifacts(summary: RunSummary) -> None:
    """Leave the outcomes as a table and the story as Markdown with the run; a server that is away must not fail it now."""
    import httpx  # noqa: PLC0415 - with Prefect
    from prefect.artifacts import create_markdown_artifact, create_table_artifact  # noqa: PLC0415 - seconds, for flows only
    from prefect.logging import get_run_logger  # noqa: PLC0415

    try:
        create_table_artifact(
            table=[{"stage": stage, "outcome": outcome, "items": count} for stage, outcome, count in summary.outcomes],
            key="outcomes",
            description=f"One outcome an item: {summary.run_id}",
        )
        create_markdown_artifact(markdown=markdown_of(summary), key="run-report", description=summary.run_id)
    except httpx.HTTPError as error:
        get_run_logger().warning("the server could not be told what the run did: %r", error)
