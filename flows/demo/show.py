"""`newsloom demo`: the real ingest flow over the bundled wire, twice, and what it found."""

from __future__ import annotations

import json
import os
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

from rich.panel import Panel
from rich.rule import Rule

from flows.cli.summary import print_skipped
from flows.cli.terminal import CONTEXT, progress_bars, table_of
from flows.demo.wire import DemoWire
from flows.engine import prepare_prefect
from flows.errors import FlowError
from flows.settings import load_settings
from warehouse.check import check
from warehouse.connection import published_path, reader
from warehouse.subscriptions import load_feeds

SECOND_POLL_AFTER = timedelta(hours=26)
"""What the second poll takes for the present: every feed is due by then, and every article is looked at again."""
MARK = ".newsloom-demo"

QUERIES = (
    (
        "Who copies whom",
        """
        SELECT outlet, original_outlet AS "copied from", copies, round(median_lag_minutes) AS "median lag, min"
        FROM syndication
        ORDER BY copies DESC, outlet, original_outlet
        LIMIT 8
        """,
    ),
    (
        "One story, many outlets",
        """
        SELECT original.title AS original, copy.outlet, copies.kind, copies.evidence
        FROM copies
        JOIN articles AS copy USING (article_id)
        JOIN articles AS original ON original.article_id = copies.original_id
        WHERE copies.kind <> 'related'
        ORDER BY original.title, copies.lag_seconds, copy.outlet, copies.article_id
        LIMIT 6
        """,
    ),
    (
        "Who is in the news, under one name",
        """
        SELECT name, kind, wikidata_id AS wikidata, count(DISTINCT article_id) AS articles, aliases[:5] AS spellings
        FROM mentions
        JOIN entities USING (entity_id, kind)
        GROUP BY ALL
        ORDER BY articles DESC, name, kind, wikidata
        LIMIT 10
        """,
    ),
    (
        "Who said what",
        """
        SELECT speaker, cue, quote[:90] AS quote, outlet
        FROM who_said_what
        WHERE speaker IS NOT NULL
        ORDER BY published_date DESC, length(who_said_what.quote) DESC, article_id, position
        LIMIT 8
        """,
    ),
    (
        "What changed after publication",
        """
        SELECT outlet, new_title AS title, is_silent AS silent, word_diff AS change
        FROM corrections
        ORDER BY is_silent, outlet, canonical_url, revision
        LIMIT 8
        """,
    ),
)
"""Five questions as an analyst would put them; README shows their answers."""


def show(home: Path) -> None:
    """Serve the wire, poll it twice with the flow that `newsloom run` uses, and print what was found.

    Raises:
        FlowError: `home` holds something that is no demo.

    """
    _clear(home)
    present = datetime.now(UTC)
    begin = present - SECOND_POLL_AFTER  # the second poll is now: nothing of the demo lies in the future
    say = CONTEXT.messages.print
    say("A small news web starts on this machine: ten outlets, feeds in five formats, agency copy, corrections, dead links.")
    with DemoWire(begin) as wire:
        os.environ.update(
            NEWSLOOM_HOME=str(home.absolute()),
            NEWSLOOM_CONTACT="demo@newsloom.example",
            NEWSLOOM_CONNECT_TO=json.dumps(wire.connect_to),
            NEWSLOOM_HOST_SPACING_SECONDS="0.02",  # these hosts are ours; real ones get five seconds
            NEWSLOOM_HOST_CONCURRENCY="4",
        )
        prepare_prefect(home, quiet=True)
        settings = load_settings()
        with settings.warehouse.writer() as connection:
            load_feeds(connection, wire.feeds)
        say("The Prefect server starts; that is most of the waiting …")
        with progress_bars():
            from flows.ingest import ingest  # noqa: PLC0415 - Prefect reads its environment when imported

            first = ingest(begin)
            wire.turn(2)
            second = ingest(present)
    out = CONTEXT.data.print
    out(Rule("[bold]Poll 1[/bold]", align="left"))
    out(f"{first.entries_new} entries in {len(wire.feeds)} feeds: [bold green]{first.articles_new} articles loaded[/bold green].")
    out(table_of(None, ("outlet", "articles", "of them copies"), first.outlets, outlet="cyan"))
    print_skipped(first)
    out(Rule("[bold]Poll 2, a day later[/bold]", align="left"))
    out(
        f"{second.entries_new} entries new or changed: [bold green]{second.articles_new} articles loaded, "
        f"{second.articles_revised} found changed[/bold green]; the rest answered that nothing is new."
    )
    _print_answers(published_path(home))


def _clear(home: Path) -> None:
    """Make room for a demo; only what a demo has left is removed."""
    if home.exists() and any(home.iterdir()):
        if not (home / MARK).exists():
            raise FlowError(f"{home} is not empty and no demo made it: choose another folder with --home")
        shutil.rmtree(home)
    home.mkdir(parents=True, exist_ok=True)
    (home / MARK).touch()


def _print_answers(published: Path) -> None:
    out = CONTEXT.data.print
    connection = reader(published)
    try:
        for title, query in QUERIES:
            rows = connection.execute(query).fetchall()
            out(Rule(f"[bold]{title}[/bold]", align="left"))
            out(table_of(None, [column[0] for column in connection.description or ()], rows, outlet="cyan"))
        broken = check(connection)
        counts = connection.execute(
            """
            SELECT (SELECT count(*) FROM articles),
                   (SELECT count(*) FROM copies),
                   (SELECT count(*) FROM entities),
                   (SELECT count(*) FROM quotes)
            """
        ).fetchone() or (0, 0, 0, 0)
    finally:
        connection.close()
    promise = "[red]promises broken, see newsloom check[/red]" if broken else "[green]every promise of the tables holds[/green]"
    out(
        Panel(
            f"{counts[0]} articles, {counts[1]} decided pairs, {counts[2]} entities, {counts[3]} quotations; {promise}.\n\n"
            f"duckdb -readonly {published}\n"
            f"newsloom --home {published.parent} sql 'FROM guide'\n"
            f"newsloom --home {published.parent} search harbour",
            title="Look for yourself",
            title_align="left",
            expand=False,
        ),
        highlight=False,
    )
