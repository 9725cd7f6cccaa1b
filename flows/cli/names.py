"""Curated words on names: same, different, forget, list, show; and all of history resolved again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import click
import duckdb

from flows.cli.terminal import CONTEXT, progress_bars, table_of
from flows.errors import AlreadyRunning, NameRefused
from flows.settings import Settings
from flows.stages import naming, planning
from flows.stages.run import run_of
from warehouse.connection import reader
from warehouse.curation import told_rules
from warehouse.errors import WarehouseMissing
from warehouse.names import NamingReport

_BECAUSE = click.option("--because", metavar="REASON", help="Why, for whoever reads the list.")
_KIND = click.option(
    "--kind", type=click.Choice(naming.KINDS), help="Which, where a spelling names several things; lets unseen spellings through."
)
_KINDS = click.option(
    "--kind",
    "kinds",
    type=click.Choice(naming.KINDS),
    multiple=True,
    help="Which, where a spelling names several things (twice: first A's, then B's); lets unseen spellings through.",
)


@click.group(short_help="Curated words on names, and history resolved again.")
def names() -> None:
    """Curated words on names: same, different, forget, list, show; resolve history again."""


@contextmanager
def _curating(settings: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open the working file while no rebuild runs (it would replace the file), and publish what was changed."""
    warehouse = settings.warehouse
    if not warehouse.is_there():
        raise WarehouseMissing(warehouse.name, "there are no names yet; `newsloom run` or `newsloom demo` does that")
    try:
        with planning.alone(run_of(settings, "rebuild")), warehouse.writer() as connection:
            yield connection
    except AlreadyRunning as error:
        raise NameRefused(f"a rebuild is running (process {error.holder}): say it again when it is done") from error
    warehouse.publish()


def _tell(settings: Settings, verdict: str, pair: tuple[str, str], kinds: tuple[str, ...], because: str | None) -> None:
    with _curating(settings) as connection:
        told = naming.tell(connection, verdict, pair, kinds, because, datetime.now(UTC))
    say = CONTEXT.messages.print
    say(f"{told.word.name_a} and {told.word.name_b} are {verdict} from now on.", highlight=False, markup=False)
    if told.instead_of is not None and told.instead_of.rule.verdict != verdict:
        say(f"That replaces: {told.instead_of.rule.verdict}, told {told.instead_of.told_at:%Y-%m-%d}.", highlight=False)
    if not told.is_known:
        say("No article uses one of the spellings yet: the word waits for it.", style="yellow")
    _say_what_moved(told.report)


def _say_what_moved(report: NamingReport) -> None:
    CONTEXT.messages.print(f"{report.moved} spellings moved, {report.linked} mentions linked anew; published.", highlight=False)


@names.command(short_help="Say that names A and B are one.")
@click.argument("a")
@click.argument("b")
@_BECAUSE
@_KINDS
@click.pass_obj
def same(settings: Settings, a: str, b: str, because: str | None, kinds: tuple[str, ...]) -> None:
    """Say that names A and B are one: spellings, Wikidata ids or entity ids."""
    _tell(settings, "same", (a, b), kinds, because)


@names.command()
@click.argument("a")
@click.argument("b")
@_BECAUSE
@_KINDS
@click.pass_obj
def different(settings: Settings, a: str, b: str, because: str | None, kinds: tuple[str, ...]) -> None:
    """Say that names A and B are two: B leaves what A is."""
    _tell(settings, "different", (a, b), kinds, because)


@names.command()
@click.argument("a")
@click.argument("b")
@click.pass_obj
def forget(settings: Settings, a: str, b: str) -> None:
    """Take back what was said of names A and B."""
    with _curating(settings) as connection:
        told = naming.forget(connection, (a, b), datetime.now(UTC))
    word = told.word
    CONTEXT.messages.print(f"Forgotten: {word.name_a} and {word.name_b} are {word.rule.verdict}.", highlight=False, markup=False)
    _say_what_moved(told.report)


@names.command("list")
@click.pass_obj
def list_(settings: Settings) -> None:
    """List the curated words with their reasons."""
    connection = reader(settings.published_path)
    try:
        told = told_rules(connection)
    finally:
        connection.close()
    if told:
        rows = [(word.name_a, word.rule.verdict, word.name_b, word.rule.kind, word.because, word.told_at) for word in told]
        CONTEXT.data.print(table_of(None, ("name", "is", "name ", "kind", "because", "told"), rows, **{"is": "cyan"}))
    CONTEXT.messages.print(f"{len(told)} words." if told else "No words yet: newsloom names same A B, or different A B.")


@names.command(short_help="Show what NAME means, its spellings, and why.")
@click.argument("name")
@_KIND
@click.pass_obj
def show(settings: Settings, name: str, kind: str | None) -> None:
    """Show what NAME means, how else it is written and why, and what moved."""
    connection = reader(settings.published_path)
    try:
        spelling = naming.look_up(connection, name, kind)
        entity = connection.execute(_ENTITY, [spelling.entity_id]).fetchall()
        aliases = connection.execute(_ALIASES, [spelling.entity_id]).fetchall()
        rivals = connection.execute(_RIVALS, [spelling.entity_id]).fetchall()
        log = connection.execute(_LOG, [spelling.entity_id]).fetchall()
    finally:
        connection.close()
    if not entity:
        raise NameRefused(f"no article mentions {name}")
    CONTEXT.data.print(table_of(None, ("name", "kind", "wikidata", "polity", "country", "entity"), entity, name="bold"))
    CONTEXT.data.print(table_of("\nSpellings", ("spelling", "articles", "because", "beside"), aliases, spelling="cyan"))
    if rivals:
        CONTEXT.data.print(table_of("\nCould be either of", ("name", "entity"), rivals))
    if log:
        CONTEXT.data.print(table_of("\nMoved", ("when", "what", "spelling", "because", "beside"), log))


@names.command(short_help="Resolve every mention again with today's rules.")
@click.pass_obj
def resolve(settings: Settings) -> None:
    """Resolve every mention of the archive again with today's rules: all or nothing, publishes, may be repeated."""
    with progress_bars(), _curating(settings) as connection:
        now = datetime.now(UTC)
        report = naming.resolve_again(connection, now)
        log = connection.execute(_LOG_SINCE, [now]).fetchall()
    if log:
        CONTEXT.data.print(table_of(None, ("what", "spelling", "from", "to", "because"), log[:MOST_SHOWN], what="cyan"))
    if len(log) > MOST_SHOWN:
        CONTEXT.messages.print(f"… and {len(log) - MOST_SHOWN} more: newsloom sql 'FROM state.name_log'", highlight=False)
    CONTEXT.messages.print(f"{report.spellings} spellings of {report.entities} names resolved again.", highlight=False)
    _say_what_moved(report)


MOST_SHOWN = 40

_ENTITY = """
    SELECT name, kind, wikidata_id, polity_code, country_code, entity_id::VARCHAR FROM main.entities WHERE entity_id = ?
"""
_ALIASES = """
    SELECT alias, documents, rule, evidence FROM main.entity_aliases WHERE entity_id = ? ORDER BY documents DESC, alias
"""
_RIVALS = """
    SELECT name, entity_id::VARCHAR
    FROM main.entities
    WHERE entity_id IN (SELECT unnest(ambiguous_with) FROM main.entities WHERE entity_id = ?)
    ORDER BY name
"""
_LOG = """
    SELECT logged_at, event, alias, rule, evidence
    FROM state.name_log
    WHERE ? IN (from_id, to_id)
    ORDER BY logged_at DESC, alias, event, rule, evidence
    LIMIT 20
"""
_LOG_SINCE = """
    SELECT event, alias, coalesce(old.name, from_id::VARCHAR), new.name, rule
    FROM state.name_log AS log
    LEFT JOIN main.entities AS old ON old.entity_id = log.from_id
    LEFT JOIN main.entities AS new ON new.entity_id = log.to_id
    WHERE logged_at = ?
    ORDER BY event, alias
"""

COMMANDS = (names,)
