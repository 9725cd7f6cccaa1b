"""Commands that run flows, or keep the tables: demo, run, serve, import, rebuild, maintain, publish, restore, migrate-to."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from importlib.util import find_spec
from pathlib import Path

import click

from flows import progress
from flows.cli.terminal import CONTEXT, DataFolder, Day, progress_bars, table_of
from flows.engine import answering_server, prepare_prefect
from flows.errors import ContactMissing, DaskMissing, FlowError
from flows.server import DEFAULT_PORT
from flows.settings import Settings
from warehouse.connection import must_be_writable
from warehouse.lake.place import Lake, lake_at


def _must_have_contact(settings: Settings) -> None:
    if settings.contact is None:
        raise ContactMissing


def _prepare(settings: Settings) -> None:
    must_be_writable(settings.home)  # before Prefect is imported, which takes seconds
    prepare_prefect(settings.home, quiet=CONTEXT.messages.is_terminal)


@click.command()
@click.option(
    "--home",
    type=DataFolder(),
    show_default="demo-data",
    help="Where the demo's warehouse goes; an earlier demo there is replaced.",
)
@click.pass_context
def demo(context: click.Context, home: Path | None) -> None:
    """Run the whole road on a bundled wire: no network, one minute."""
    from flows.demo.show import show

    show(home or context.find_root().params.get("home") or Path("demo-data"))


@click.command()
@click.pass_obj
def run(settings: Settings) -> None:
    """Poll the feeds that are due, once, and load what is new."""
    _must_have_contact(settings)
    _prepare(settings)
    from flows.cli.summary import print_summary
    from flows.ingest import ingest

    with progress_bars(), answering_server():
        summary = ingest()
    print_summary(summary, settings.published_path)


@click.command(short_help="Run on a schedule on this machine.")
@click.option(
    "--every",
    type=click.IntRange(min=1),
    default=15,
    show_default=True,
    metavar="MINUTES",
    help="How often to look for due feeds.",
)
@click.option(
    "--port",
    type=click.IntRange(1, 65535),
    default=DEFAULT_PORT,
    show_default=True,
    help="Port of the Prefect server and its pages, on 127.0.0.1.",
)
@click.pass_obj
def serve(settings: Settings, every: int, port: int) -> None:
    """Run on a schedule on this machine: ingest, nightly maintenance, imports on demand."""
    _must_have_contact(settings)
    must_be_writable(settings.home)
    from flows.serving import serve_here

    serve_here(settings, timedelta(minutes=every), port)


@click.command("import", short_help="Load saved pages, plain text and WARC files.")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--since", type=Day(), help="Only pages saved or fetched on this day or later.")
@click.option("--until", type=Day(), help="Only pages saved or fetched before this day.")
@click.pass_obj
def import_(settings: Settings, paths: tuple[Path, ...], since: datetime | None, until: datetime | None) -> None:
    """Load PATHS through the same stages: saved HTML, plain text, WARC files (CC-NEWS too), folders of them."""
    missing = [path for path in paths if not path.exists()]
    if missing:
        raise FlowError(f"{missing[0]}: no such file or folder")
    if settings.task_runner == "dask" and find_spec("prefect_dask") is None:
        raise DaskMissing  # before Prefect is imported, which takes seconds
    _prepare(settings)
    from flows.backfill import backfill
    from flows.cli.summary import print_summary

    with progress_bars(), answering_server():
        summary = backfill(
            [str(path.absolute()) for path in paths],
            since=since.date() if since else None,
            until=until.date() if until else None,
        )
    print_summary(summary, settings.published_path)


@click.command(short_help="Derive everything again from the archive; no network.")
@click.option("--since", type=Day(), help="Only what was archived on this day or later; the rest stays as it is.")
@click.pass_obj
def rebuild(settings: Settings, since: datetime | None) -> None:
    """Derive everything again from the archive with today's extractors; no network."""
    _prepare(settings)
    from flows.cli.summary import print_summary
    from flows.rebuild import rebuild as rebuild_flow

    with progress_bars(), answering_server():
        summary = rebuild_flow(since=since.date() if since else None)
    print_summary(summary, settings.published_path)


@click.command(short_help="Check, compact, drop what has expired, publish.")
@click.pass_obj
def maintain(settings: Settings) -> None:
    """Check and compact the warehouse, drop expired archive files and merge small ones, publish: what serve does every night."""
    _prepare(settings)
    from flows.maintain import maintain as maintain_flow

    with answering_server():
        report = maintain_flow()
    for line in report.lines():
        CONTEXT.messages.print(line, highlight=False, markup=False)
    if report.violations:
        raise SystemExit(1)


@click.command(short_help="Put the published copy in a lost working file's place.")
@click.pass_obj
def restore(settings: Settings) -> None:
    """Put the published copy in the place of a damaged or deleted working file, or into an empty lake."""
    from warehouse.restore import restore as put_back

    warehouse = settings.warehouse
    if isinstance(warehouse, Lake):
        _restore_into(warehouse)
        return
    done = put_back(settings.home)
    say = CONTEXT.messages.print
    say(f"{done.path} is as it was published at {done.published_at:%Y-%m-%d %H:%M} UTC.", highlight=False, markup=False)
    if done.set_aside is not None:
        say(f"What stood there is {done.set_aside}; delete it when nobody wants to look into it.", highlight=False, markup=False)
    say(
        f"Articles fetched since come back from the archive: newsloom rebuild --since {done.published_at:%Y-%m-%d}",
        highlight=False,
        markup=False,
    )


def _restore_into(lake: Lake) -> None:
    from warehouse.lake.restore import restore_lake

    done = restore_lake(lake)
    rows = sum(table.rows for table in done.transferred.tables)
    day = f"{done.published_at:%Y-%m-%d}"
    for line in (
        f"The {lake.name} holds the {rows} rows that this machine had published by {done.published_at:%Y-%m-%d %H:%M} UTC.",
        f"Articles fetched since come back from each machine's own archive: newsloom rebuild --since {day} on each.",
        "Files of the lost catalog are nobody's now: newsloom maintain deletes them.",
    ):
        CONTEXT.messages.print(line, highlight=False, markup=False)


@click.command(short_help="Bring this machine's read copy up to date.")
@click.pass_obj
def publish(settings: Settings) -> None:
    """Bring this machine's read copy up to date: where others load into the same lake."""
    report = settings.warehouse.publish()
    CONTEXT.data.print(str(report.path), highlight=False, markup=False)
    CONTEXT.messages.print(f"{report.size_bytes / 1e6:.1f} MB in {report.seconds:.1f} s.")


@click.command("migrate-to", short_help="Copy the warehouse file into a lake at CATALOG.")
@click.argument("catalog")
@click.option("--data", "data_path", help="Where the lake keeps its files, instead of NEWSLOOM_DATA_PATH.")
@click.pass_obj
def migrate_to(settings: Settings, catalog: str, data_path: str | None) -> None:
    """Copy the warehouse file into a lake at CATALOG (postgres:dbname=… host=…): every table, the same ids, compared."""
    from warehouse.lake.transfer import transfer

    path = data_path or settings.data_path
    lake = lake_at(settings.home, catalog, path, snapshot_days=settings.snapshot_days)
    with progress_bars():
        report = transfer(settings.home, lake, expect=partial(progress.expect, "copy"), advance=partial(progress.advance, "copy"))
    rows = [(one.table, one.rows, "from an earlier attempt" if one.was_there else "") for one in report.tables if one.rows]
    CONTEXT.data.print(table_of(f"Copied to the {lake.name}", ("table", "rows", ""), rows, table="cyan"))
    total = sum(one.rows for one in report.tables)
    CONTEXT.messages.print(
        f"{total:,} rows in {report.seconds:.0f} s; each table holds what the file holds"
        + (", its broken promises included: newsloom check tells them." if report.violations else ", and every promise holds.")
    )
    CONTEXT.messages.print(
        f"From now on:  export NEWSLOOM_CATALOG='{catalog}'" + (f" NEWSLOOM_DATA_PATH='{path}'" if path else ""),
        highlight=False,
        markup=False,
    )
    CONTEXT.messages.print("The file stays as it is, and nothing is loaded into it any more once the variable is set.")


COMMANDS = (demo, run, serve, import_, rebuild, maintain, publish, restore, migrate_to)
