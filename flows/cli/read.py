"""Commands that read the published copy: sql, search, schema, check, export."""

from __future__ import annotations

import os
import re
import sys
from datetime import datetime
from pathlib import Path

import click
import pyarrow as pa

from flows.cli.terminal import CONTEXT, Day, Seconds, table_of
from flows.settings import Settings
from warehouse.check import check as check_promises
from warehouse.connection import reader
from warehouse.errors import QueryRefused
from warehouse.export import export as export_tables
from warehouse.query import Limits, ask, csv_of, json_of, locked_down, write_parquet

_FORMATS = [
    click.option("--csv", "as_", flag_value="csv", help="Print CSV."),
    click.option("--json", "as_", flag_value="json", help="Print a JSON array."),
    click.option("--parquet", type=click.Path(path_type=Path, dir_okay=False), help="Write a Parquet file."),
]
_SHOWN, _FOUND = 20, 1000
"""Articles that a search shows as a table, and that it finds at most."""


def _with_formats(command: click.Command) -> click.Command:
    for option in reversed(_FORMATS):
        command = option(command)
    return command


def _show(table: pa.Table, as_: str | None, parquet: Path | None, *, is_cut: bool) -> None:
    if parquet is not None:
        write_parquet(table, parquet)
        CONTEXT.messages.print(f"{table.num_rows} rows written to {parquet}.", highlight=False)
    elif as_ is not None:
        for line in csv_of(table) if as_ == "csv" else json_of(table):
            click.echo(line)
    else:
        rows = list(zip(*(column.to_pylist() for column in table.columns), strict=True)) if table.num_columns else []
        CONTEXT.data.print(table_of(None, table.column_names, rows))
        CONTEXT.messages.print(f"{table.num_rows} rows{', cut: --limit sets how many' if is_cut else ''}", style="dim")


@click.command(short_help="Answer QUERY from the published copy.")
@click.argument("query")
@click.option(
    "--seconds", default=60.0, show_default=True, type=Seconds(min=0.001, max=86_400), help="Longest time the query may take."
)
@click.option("--limit", default=10_000, show_default=True, type=click.IntRange(min=1, max=10**9), help="Most rows.")
@click.pass_obj
def sql(settings: Settings, query: str, seconds: float, as_: str | None, parquet: Path | None, limit: int) -> None:
    """Answer QUERY from the published copy; `FROM guide` shows what there is; with - the query comes from standard input."""
    if query == "-":
        query = sys.stdin.read()
    limits = Limits(rows=limit, seconds=seconds, memory="4GB", threads=max(os.cpu_count() or 1, 1))
    with locked_down(settings.published_path, limits) as connection:
        answer = ask(connection, query, None, limits)
    _show(answer.table, as_, parquet, is_cut=answer.is_cut)


# `-flood` is a word that must not stand in the article, and `-heat` no call for help.
@click.command(
    short_help="Find articles by words, phrases, outlet, author, day.",
    context_settings={"ignore_unknown_options": True, "help_option_names": ["--help"]},
)
@click.argument("words", nargs=-1, required=True, type=click.UNPROCESSED)
@click.option(
    "--limit",
    type=click.IntRange(min=1, max=_FOUND),
    show_default=f"{_SHOWN} in a table, else {_FOUND}",
    help="Most articles.",
)
@click.pass_obj
def search(settings: Settings, words: tuple[str, ...], as_: str | None, parquet: Path | None, limit: int | None) -> None:
    """Find articles, best first: words, "phrases", -without, a OR b, title:, outlet:, author:, language:, after:, before:."""
    wanted = " ".join(_as_typed(word) for word in words)
    most = limit or (_FOUND if as_ or parquet else _SHOWN)
    limits = Limits(rows=most)
    with locked_down(settings.published_path, limits) as connection:
        try:
            answer = ask(connection, _SEARCH, {"wanted": wanted, "most": most}, limits)
        except QueryRefused as error:
            raise QueryRefused(wanted[:80], error.reason) from error
    _show(answer.table, as_, parquet, is_cut=False)


_PHRASE = re.compile(r"(-?(?:(?:title|author|agency|section):)?)(\S+\s[^\"]+)", re.IGNORECASE)
_QUERY = re.compile(r"(?:^|\s)(?:OR(?:\s|$)|-|[A-Za-z]+:)")


def _as_typed(word: str) -> str:
    """Give a word of the command line the quotation marks back that the shell has taken, unless it is a whole query."""
    phrase = _PHRASE.fullmatch(word)
    return word if phrase is None or _QUERY.search(phrase[2]) else f'{phrase[1]}"{phrase[2]}"'


_SEARCH = """
    SELECT score, published_at, outlet, title, canonical_url
    FROM search($wanted, most := $most)
"""


@click.command(short_help="List the relations, or the columns of RELATION.")
@click.argument("relation", required=False)
@click.pass_obj
def schema(settings: Settings, relation: str | None) -> None:
    """List the relations, or the columns of RELATION with their meaning."""
    connection = reader(settings.published_path)
    try:
        if relation is None:
            rows = connection.execute("SELECT name, type, grain, meaning FROM guide ORDER BY name").fetchall()
            CONTEXT.data.print(table_of(None, ("relation", "type", "grain", "meaning"), rows, relation="cyan"))
            return
        rows = connection.execute(
            """
            SELECT column_name, data_type, comment
            FROM duckdb_columns()
            WHERE schema_name = 'main' AND table_name = ? AND database_name = current_database()
            ORDER BY column_index
            """,
            [relation],
        ).fetchall()
        meaning = connection.execute("SELECT meaning, example FROM guide WHERE name = ?", [relation]).fetchone()
    finally:
        connection.close()
    if not rows:
        raise click.BadParameter(f"there is no relation {relation}; newsloom schema lists them", param_hint="RELATION")
    if meaning:
        CONTEXT.data.print(f"{meaning[0]}\n\nExample:  {meaning[1]}\n", highlight=False, markup=False)
    CONTEXT.data.print(table_of(None, ("column", "type", "meaning"), rows, column="cyan"))


@click.command(short_help="Test the promises of the published copy.")
@click.pass_context
def check(context: click.Context) -> None:
    """Test the promises of the published copy: one row an article, outcomes add up, no orphan rows, offsets fit."""
    settings: Settings = context.obj
    connection = reader(settings.published_path)
    try:
        broken = check_promises(connection)
    finally:
        connection.close()
    for violation in broken:
        CONTEXT.data.print(
            f"[red]broken[/red]  {violation.promise}: {violation.rows} rows, such as {violation.example}", highlight=False
        )
    if broken:
        context.exit(1)
    CONTEXT.messages.print("[green]Every promise holds.[/green]")


@click.command(short_help="Write the published tables to FOLDER as Parquet.")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option("--since", type=Day(), help="First day of publication.")
@click.option("--until", type=Day(), help="Last day of publication.")
@click.pass_obj
def export(settings: Settings, folder: Path, since: datetime | None, until: datetime | None) -> None:
    """Write the published tables to FOLDER as Parquet, articles partitioned by day."""
    exported = export_tables(
        settings.published_path, folder, since=since.date() if since else None, until=until.date() if until else None
    )
    for one in exported:
        CONTEXT.data.print(f"{one.table}: {one.rows} rows", highlight=False)


COMMANDS = (_with_formats(sql), _with_formats(search), schema, check, export)
