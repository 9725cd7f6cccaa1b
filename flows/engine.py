"""Prefect's surroundings: environment for an embedded server, a server of our own, the automation against zombie runs.

Nothing here is imported before Prefect unless the command runs a flow: `import prefect` costs two seconds.
"""

from __future__ import annotations

import errno
import logging
import os
import shutil
import signal
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from extractors.errors import ExtractorError
from flows.errors import FlowError, ServerUnreachable
from flows.orphans import end_orphans, noted, write_note
from warehouse.connection import FREE_SOME
from warehouse.errors import DiskFull, WarehouseError, WarehouseReadOnly

if TYPE_CHECKING:
    from types import FrameType

    from prefect.server.api.server import SubprocessASGIServer

# An embedded server takes 17-27 CPU-seconds to start (its first start migrates a database); Prefect waits 20 s.
EPHEMERAL_STARTUP_SECONDS = 180

# Three heartbeats must be missed before a run counts as dead (see `zombie_automation`).
HEARTBEAT_SECONDS = 30
ZOMBIE_AFTER_SECONDS = 3 * HEARTBEAT_SECONDS

# What a self-hosted server lacks by default: it never purges runs, sends telemetry, and starts without being asked.
QUIET: Mapping[str, str] = {
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": str(EPHEMERAL_STARTUP_SECONDS),
    "PREFECT_FLOWS_HEARTBEAT_FREQUENCY": str(HEARTBEAT_SECONDS),
    "PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED": "events,flow_runs",
    "PREFECT_SERVER_SERVICES_DB_VACUUM_RETENTION_PERIOD": str(30 * 24 * 3600),
    "PREFECT_CLI_PROMPT": "false",
    # A run outlives a server that is away for minutes: waits of 1, 2, 4, … 128 s, instead of giving up after one minute.
    "PREFECT_CLIENT_MAX_RETRIES": "8",
}


def prefect_environment(home: Path, given: Mapping[str, str]) -> dict[str, str]:
    """Return the variables to add before Prefect is imported.

    Args:
        home: The data folder; an embedded server keeps its database in `home/prefect`, not in the user's home.
        given: The present environment. What the operator set there always wins.

    """
    wanted = dict(QUIET)
    if "PREFECT_API_URL" not in given and "PREFECT_PROFILE" not in given:
        wanted["PREFECT_HOME"] = str((home / "prefect").absolute())
        wanted["PREFECT_SERVER_ALLOW_EPHEMERAL_MODE"] = "true"
    return {name: value for name, value in wanted.items() if name not in given}


SERVER_ROOM_BYTES = 32 * 1024 * 1024
"""An embedded server's database takes 2 MB when new and some more at work; without room it waits for its time-out in silence."""

NO_ROOM_BYTES = 1024 * 1024


@contextmanager
def answering_server() -> Iterator[None]:
    """Start an embedded server again that dies in the run; turn what Prefect raises where none answers into one line.

    Raises:
        ServerUnreachable: It did not answer, or refused what every run asks of it.
        DiskFull: It did so because its own database has no room.

    """
    import httpx  # noqa: PLC0415 - a tenth of a second, and only commands that run a flow need it

    over = threading.Event()
    try:
        with ExitStack() as stack:
            if "PREFECT_API_URL" not in os.environ:
                note = None
                if place := os.environ.get("PREFECT_HOME"):
                    end_orphans(Path(place))
                    note = stack.enter_context(noted(Path(place)))
                threading.Thread(
                    target=keep_server, args=(over,), kwargs={"note": note}, name="embedded server", daemon=True
                ).start()
            stack.enter_context(taking_leave())
            yield
    except RuntimeError as error:
        if not any(said in str(error) for said in ("Prefect API server", "Failed to reach API")):
            raise
        raise _refused(error) from error
    except (httpx.TransportError, httpx.HTTPStatusError) as error:
        raise _refused(error) from error
    finally:
        over.set()


ELSEWHERE = "PREFECT_HOME names another place"
WATCH_SECONDS = 1.0
RESTARTS = 3
"""A server that dies each time it is started has a reason that another start does not cure."""


def own_server() -> SubprocessASGIServer | None:
    """Return the embedded server of this process, where Prefect has made one; importing it costs seconds."""
    module = sys.modules.get("prefect.server.api.server")
    make = getattr(module, "SubprocessASGIServer", None)
    return make() if make is not None else None


def keep_server(over: threading.Event, watch_seconds: float = WATCH_SECONDS, note: Path | None = None) -> None:
    """Start this process's own Prefect server again on its port when it has died; clients wait for it meanwhile.

    One that dies again and again ends the process, as a kill would: nothing is lost by that, and waiting would bring nothing.

    Args:
        over: Set at the end of the run.
        watch_seconds: Between two looks.
        note: Where to note the server's process, see `flows.orphans`.

    """
    has_answered = False  # whoever starts the first one waits for it, and tells where it does not answer
    restarts = 0
    written = None
    while not over.wait(watch_seconds):
        server = own_server()
        process = server.server_process if server is not None else None
        if server is None or process is None or not server.running:
            continue
        if note is not None and written is not process:
            write_note(note, process.pid)
            written = process
        if process.poll() is None:
            has_answered = has_answered or _is_healthy(server.api_url)
        elif has_answered and restarts < RESTARTS:
            restarts += 1
            server.running = False
            threading.Thread(target=_start, args=(server,), name="start of a server", daemon=True).start()
            while server.server_process is process and not over.wait(watch_seconds):
                pass
        elif has_answered and not over.is_set():
            sys.stderr.write(f"newsloom: {_unreachable(RuntimeError('it dies again and again'))}\n")
            leave(1)


def _is_healthy(url: str) -> bool:
    import httpx  # noqa: PLC0415 - as above

    with suppress(httpx.HTTPError):
        return httpx.get(f"{url}/health", timeout=5).is_success
    return False


def _start(server: SubprocessASGIServer) -> None:
    """Start a server and wait for it; where it does not answer, the client whose request it cannot take says so."""
    with suppress(Exception):
        server.start()


@contextmanager
def taking_leave() -> Iterator[None]:
    """Take our own server along where the process is told to end; by default it stays behind, with its 200 MB, for ever.

    Prefect marks the run as crashed first, and then hands SIGTERM on to whoever had it before: to us.
    """
    ours = []
    if threading.current_thread() is threading.main_thread():
        ours = [number for number in (signal.SIGTERM, signal.SIGHUP) if signal.getsignal(number) is signal.SIG_DFL]  # not nohup's
    for number in ours:
        signal.signal(number, _told_to_end)
    try:
        yield
    finally:
        for number in ours:
            signal.signal(number, signal.SIG_DFL)


def _told_to_end(number: int, _frame: FrameType | None) -> None:
    with suppress(OSError):  # a terminal that was closed
        os.write(2, f"newsloom: ended by {signal.Signals(number).name}; nothing is lost: run it again\n".encode())
    leave(128 + number)


def leave(code: int) -> NoReturn:
    """End this process now, its own server with it.

    An orderly exit would first send what Prefect still has to tell, seven seconds for each event that no server takes.
    """
    try:
        if (server := own_server()) is not None:
            server.stop()
        sys.stdout.flush()
        sys.stderr.flush()
    finally:  # also where the terminal is gone
        os._exit(code)


def _unreachable(error: Exception) -> ServerUnreachable:
    url = os.environ.get("PREFECT_API_URL", "of this process")
    reason = str(error).partition("\n")[0].rstrip(".") or type(error).__name__
    return ServerUnreachable(url, f"{reason}; nothing is lost: run it again")


def _refused(error: Exception) -> Exception:
    """Say why a run ended whose server refuses a request or is silent: the run's own error, or a full disk of its database."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, KNOWN_ERRORS):
            return cause
        cause = cause.__cause__ or cause.__context__
    place = os.environ.get("PREFECT_HOME")
    if place and "PREFECT_API_URL" not in os.environ and shutil.disk_usage(place).free < NO_ROOM_BYTES:
        return DiskFull(place, f"no room for Prefect's database; {FREE_SOME}")
    return _unreachable(error)


KNOWN_ERRORS = (FlowError, WarehouseError, ExtractorError)


class WithoutTrace(logging.Filter):
    """Prefect logs how each exception came about; one that says what to do is told without that."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every record through."""
        error = record.exc_info[1] if record.exc_info else None
        if isinstance(error, KNOWN_ERRORS):
            record.exc_info = None
        return True


WITHOUT_TRACE = WithoutTrace()


def prepare_prefect(home: Path, *, quiet: bool = False) -> None:
    """Set Prefect's environment for this process; must run before the first `import prefect`.

    Args:
        home: The data folder.
        quiet: Only warnings on the console: for commands that show their own progress.

    Raises:
        DiskFull: There is no room for the database of an embedded server.
        WarehouseReadOnly: Its folder cannot be written.

    """
    os.environ.update(prefect_environment(home, os.environ))
    if "PREFECT_HOME" in os.environ and "PREFECT_API_URL" not in os.environ:
        _look_for_room(Path(os.environ["PREFECT_HOME"]))
    for runs in ("prefect.flow_runs", "prefect.task_runs"):
        logging.getLogger(runs).addFilter(WITHOUT_TRACE)  # outlives Prefect's own set-up of logging, which touches no filter
    if quiet:
        os.environ.setdefault("PREFECT_LOGGING_LEVEL", "WARNING")
        os.environ.setdefault("PREFECT_SERVER_LOGGING_LEVEL", "CRITICAL")


def _look_for_room(folder: Path) -> None:
    """A server that cannot open its database waits for its start-up time-out in silence."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise DiskFull(str(folder), f"no room for Prefect's database; {FREE_SOME}") from error
        raise WarehouseReadOnly(str(folder), f"no folder for Prefect's database ({error.strerror}); {ELSEWHERE}") from error
    if not os.access(folder, os.W_OK):
        raise WarehouseReadOnly(str(folder), f"this user may not write here, and Prefect's database would be here; {ELSEWHERE}")
    if shutil.disk_usage(folder).free < SERVER_ROOM_BYTES:
        raise DiskFull(str(folder), f"no room for Prefect's database; {FREE_SOME}")
