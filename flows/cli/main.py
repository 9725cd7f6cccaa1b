"""The group of commands, and what becomes of errors."""

from __future__ import annotations

import errno
import os
import sys
from pathlib import Path

import click
from rich.markup import escape

from extractors.errors import ExtractorError
from flows.cli import dashboard, explain, feeds, names, operate, read, setup, status
from flows.cli.terminal import CONTEXT, DataFolder, mend_streams, printable, stop_output
from flows.engine import leave
from flows.errors import FlowError, ServerUnreachable
from flows.settings import load_settings, misspelt
from warehouse.errors import WarehouseError

_INTERRUPTED = 130  # 128 + SIGINT, as shells report it


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.option("--home", type=DataFolder(), help="Data folder, instead of NEWSLOOM_HOME.")
@click.version_option(package_name="newsloom", prog_name="newsloom")
@click.pass_context
def cli(context: click.Context, home: Path | None) -> None:
    """News feeds in, analyst-ready DuckDB tables out, on a schedule."""
    if home is not None:
        os.environ["NEWSLOOM_HOME"] = str(home.absolute())  # flows may run in other processes
    for written, meant in misspelt(os.environ).items():
        CONTEXT.messages.print(f"newsloom: {written} names no setting; is {meant} meant?", style="yellow", highlight=False)
    context.obj = load_settings()


for command in (
    *operate.COMMANDS,
    *feeds.COMMANDS,
    *names.COMMANDS,
    *read.COMMANDS,
    *explain.COMMANDS,
    *status.COMMANDS,
    *dashboard.COMMANDS,
    *setup.COMMANDS,
):
    cli.add_command(command)


def main() -> None:
    """Run the command line; every error that we know ends in one line that says what to do."""
    mend_streams()
    if (unspelt := _unspelt()) is not None:
        _tell(f"{unspelt}: this locale knows no such letters ({sys.getfilesystemencoding()}); set PYTHONUTF8=1")
        sys.exit(1)
    code = _run()
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        stop_output()
    except OSError as error:  # the disk that the output goes to is full
        _tell(_of_the_system(error))
        stop_output()
        code = code or 1
    sys.exit(code)


def _unspelt() -> str | None:
    """Return a word that other libraries would not read as Python does: DuckDB and Prefect take every name for UTF-8."""
    if sys.getfilesystemencoding() == "utf-8":  # also in the locale C, unless PYTHONUTF8=0 forbids that
        return None
    words = (*sys.argv[1:], os.environ.get("NEWSLOOM_HOME", ""), str(Path.cwd()))
    return next((os.fsencode(word).decode("utf-8", "replace") for word in words if not word.isascii()), None)


def _run() -> int:
    output = sys.stdout
    try:
        code = cli(standalone_mode=False)
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        CONTEXT.messages.print("Stopped. Nothing is lost: run the same command again and it goes on.", style="yellow")
        return _INTERRUPTED
    except (FlowError, WarehouseError, ExtractorError) as error:
        _tell(str(error))
        if isinstance(error, ServerUnreachable):
            leave(1)
        return 1
    except SystemExit as end:
        if isinstance(end.__context__, BrokenPipeError) or sys.stdout is not output:  # `… | head`, as rich and click end it
            sys.stdout = output
            stop_output()
            return 0
        raise
    except OSError as error:  # a file that the operator has named, or the place where output goes
        _tell(_of_the_system(error))
        return 1
    return code if isinstance(code, int) else 0


def _tell(reason: str) -> None:
    CONTEXT.messages.print(f"[red]newsloom:[/red] {escape(printable(reason))}", highlight=False)


def _of_the_system(error: OSError) -> str:
    """Say what the system has refused, and where; the rest of the command's work stands."""
    where = f"{error.filename}: " if error.filename else ""
    remedy = "; free some and run again, nothing is lost" if error.errno in {errno.ENOSPC, errno.EDQUOT} else ""
    return f"{where}{error.strerror or error}{remedy}"
