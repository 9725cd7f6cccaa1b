"""The group of commands, and what becomes of errors."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click
from rich.markup import escape

from extractors.errors import ExtractorError
from flows.cli import dashboard, feeds, names, operate, read, setup
from flows.cli.terminal import CONTEXT, printable
from flows.engine import leave
from flows.errors import FlowError, ServerUnreachable
from flows.settings import load_settings
from warehouse.errors import WarehouseError

_INTERRUPTED = 130  # 128 + SIGINT, as shells report it


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.option("--home", type=click.Path(path_type=Path, file_okay=False), help="Data folder, instead of NEWSLOOM_HOME.")
@click.version_option(package_name="newsloom", prog_name="newsloom")
@click.pass_context
def cli(context: click.Context, home: Path | None) -> None:
    """News feeds in, analyst-ready DuckDB tables out, on a schedule."""
    if home is not None:
        os.environ["NEWSLOOM_HOME"] = str(home.absolute())  # flows may run in other processes
    context.obj = load_settings()


for command in (
    *operate.COMMANDS,
    *feeds.COMMANDS,
    *names.COMMANDS,
    *read.COMMANDS,
    *dashboard.COMMANDS,
    *setup.COMMANDS,
):
    cli.add_command(command)


def main() -> None:
    """Run the command line; every error that we know ends in one line that says what to do."""
    try:
        code = cli(standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        CONTEXT.messages.print("Stopped. Nothing is lost: run the same command again and it goes on.", style="yellow")
        sys.exit(_INTERRUPTED)
    except (FlowError, WarehouseError, ExtractorError) as error:
        CONTEXT.messages.print(f"[red]newsloom:[/red] {escape(printable(str(error)))}", highlight=False)
        if isinstance(error, ServerUnreachable):
            leave(1)
        sys.exit(1)
    except BrokenPipeError:  # `newsloom sql … | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    sys.exit(code if isinstance(code, int) else 0)
