"""Set up what a schedule on several machines needs: a Prefect server with what a self-hosted one lacks by default, and a lake."""

from __future__ import annotations

import os
from pathlib import Path

import click

from flows.cli.terminal import CONTEXT
from flows.engine import prepare_prefect
from flows.errors import FlowError
from flows.server import DEFAULT_PORT, ensure_automation, ensure_work_pool, write_environment
from flows.settings import Settings
from warehouse.connection import must_be_writable
from warehouse.lake.extensions import OF_LAKES, OF_OBJECT_STORES, install_extensions
from warehouse.lake.opening import is_object_store
from warehouse.lake.place import Lake


@click.group(short_help="Set up a Prefect server, or a lake for several machines.")
def setup() -> None:
    """Set up a Prefect server for a schedule with workers, or a lake for several machines."""


@setup.command(short_help="Write prefect.env, the settings of a Prefect server.")
@click.option(
    "--port", type=click.IntRange(1, 65535), default=DEFAULT_PORT, show_default=True, help="Port of the server, on 127.0.0.1."
)
@click.pass_obj
def env(settings: Settings, port: int) -> None:
    """Write prefect.env: a password, CSRF protection, retention, heartbeats, no telemetry."""
    must_be_writable(settings.home)
    path = write_environment(settings.home, port)
    CONTEXT.data.print(str(path), highlight=False, markup=False)
    CONTEXT.messages.print("Load it where the server, the worker and newsloom run:  set -a; . FILE; set +a")


@setup.command(short_help="Create work pool and automation on the running server.")
@click.pass_obj
def server(settings: Settings) -> None:
    """Create the work pool and the automation that ends dead runs, on the running server."""
    if "PREFECT_API_URL" not in os.environ:
        raise FlowError("PREFECT_API_URL is not set: load prefect.env first (newsloom setup env writes it)")
    prepare_prefect(settings.home)
    pool, automation = ensure_work_pool(), ensure_automation()
    CONTEXT.messages.print(f"Work pool newsloom {'created' if pool else 'is there'}.")
    CONTEXT.messages.print(f"Automation against runs without heartbeat {'created' if automation else 'is there'}.")
    if not Path("prefect.yaml").exists():
        CONTEXT.messages.print("Deploy from the project's folder:  NEWSLOOM_PROJECT=$PWD prefect --no-prompt deploy --all")


@setup.command(short_help="Make DuckDB's extensions for lakes ready, and the lake.")
@click.option("--take-over", is_flag=True, help="This catalog, restored or moved, owns the files now; the other one no longer.")
@click.pass_obj
def lake(settings: Settings, *, take_over: bool) -> None:
    """Make DuckDB's extensions for lakes ready, and the lake that NEWSLOOM_CATALOG names."""
    if take_over and settings.catalog is None:
        raise click.UsageError("--take-over: NEWSLOOM_CATALOG is not set, so there is no lake to take over. See docs/lake.md.")
    for line in install_extensions(OF_LAKES + (OF_OBJECT_STORES if is_object_store(settings.data_path) else ())):
        CONTEXT.messages.print(line, highlight=False, markup=False)
    if settings.catalog is None:
        CONTEXT.messages.print("NEWSLOOM_CATALOG is not set: the warehouse stays a file. See docs/lake.md.")
        return
    warehouse = settings.warehouse
    if take_over and isinstance(warehouse, Lake):
        warehouse.take_over()
    with settings.warehouse.writer():
        CONTEXT.messages.print(f"The {settings.warehouse.name} is there.", highlight=False, markup=False)


COMMANDS = (setup,)
