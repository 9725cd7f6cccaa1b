"""`newsloom serve`: a Prefect server and its schedule in one terminal, until somebody stops it."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from datetime import timedelta
from types import FrameType

from flows.cli.terminal import CONTEXT
from flows.server import ensure_automation, read_environment, running_server, write_environment
from flows.settings import Settings


def serve_here(settings: Settings, every: timedelta, port: int) -> None:
    """Serve the deployments; blocks until Ctrl-C or SIGTERM, then ends the server and leaves the schedules as they are.

    A server that the operator runs (`PREFECT_API_URL`) is used; otherwise one is started here.
    """
    os.environ.setdefault("NEWSLOOM_HOME", str(settings.home.absolute()))  # runs are processes of their own
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's `command &` starts us with SIGINT ignored
    signal.signal(signal.SIGTERM, _stop)
    if signal.getsignal(signal.SIGHUP) is signal.SIG_DFL:  # a connection that breaks; under nohup it is ignored
        signal.signal(signal.SIGHUP, _stop)
    if "PREFECT_API_URL" in os.environ:
        _serve(every)
        return
    path = write_environment(settings.home, port)
    os.environ.update(read_environment(path))
    CONTEXT.messages.print("Starting the Prefect server; the first start takes half a minute …")
    with running_server(os.environ, settings.home / "prefect" / "server.log") as url:
        CONTEXT.messages.print(
            f"Prefect: {url.removesuffix('/api')}  (the login is PREFECT_API_AUTH_STRING in {path})", highlight=False
        )
        ensure_automation()
        _serve(every)


def _stop(_signal: int, _frame: FrameType | None) -> None:
    """End like Ctrl-C does: the server is a child, and it ends with us."""
    signal.raise_signal(signal.SIGINT)


def _serve(every: timedelta) -> None:
    from prefect.runner import Runner  # noqa: PLC0415 - the environment comes first

    from flows.deployments import served_deployments  # noqa: PLC0415

    class StoppableRunner(Runner):
        """Prefect's own handler stops the runner from outside of its event loop, warns of it, and ends us without a word."""

        def handle_sigterm(self, *_args: object, **_named: object) -> None:
            signal.raise_signal(signal.SIGINT)  # asyncio turns that into an orderly end

    # A clean stop would pause the schedules for ever (Prefect's default): the next start must just go on.
    runner = StoppableRunner(pause_on_shutdown=False, limit=2)
    for deployment in served_deployments(every):
        runner.add_deployment(deployment)
    CONTEXT.messages.print(
        f"Polling every {every.total_seconds() / 60:g} minutes. Ctrl-C stops; the schedule goes on at the next start."
    )
    sys.stderr.flush()
    try:
        asyncio.run(runner.start())
    except KeyboardInterrupt:
        CONTEXT.messages.print("Stopped. Nothing is lost: the next start goes on where this one ended.")
