"""Servers that a killed run left behind: each run writes down the one it started, and the next run ends those without an owner.

A process that is ended by signal 9, as by a machine short of memory, cannot take its embedded server along: 200 MB stay with
each kill. Processes are known by number and time of start, as Linux' /proc tells them; elsewhere nothing is written and nothing
ended.
"""

from __future__ import annotations

import os
import re
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

FOLDER = "servers"
_NOTE = re.compile(r"(?P<server>\d+) (?P<server_started>\d+) (?P<owner>\d+) (?P<owner_started>\d+)\s*")


def started_at(process: int) -> int | None:
    """Return when a process started, in the kernel's ticks since boot; None: it is not there, or nobody can tell."""
    try:
        told = Path(f"/proc/{process}/stat").read_text("utf-8", errors="replace")
    except OSError:
        return None
    state, *numbers = told.rpartition(")")[2].split()  # the name before it may hold anything
    return None if state in {"Z", "X"} else int(numbers[18])


@contextmanager
def noted(prefect_home: Path) -> Iterator[Path]:
    """Yield where this process notes its server, and remove the note at the end."""
    note = prefect_home / FOLDER / str(os.getpid())
    try:
        yield note
    finally:
        with suppress(OSError):
            note.unlink(missing_ok=True)


def write_note(note: Path, server: int) -> None:
    """Note a server of this process; a folder that cannot be written is no reason to end a run."""
    times = started_at(server), started_at(os.getpid())
    if None in times:
        return
    with suppress(OSError):
        note.parent.mkdir(parents=True, exist_ok=True)
        note.write_text(f"{server} {times[0]} {os.getpid()} {times[1]}\n")


def end_orphans(prefect_home: Path) -> list[int]:
    """End the servers whose owners are gone, and return their numbers."""
    ended = []
    with suppress(OSError):
        for note in sorted((prefect_home / FOLDER).iterdir()):
            with suppress(OSError):  # another run was faster, or the server is another user's
                if (said := _NOTE.fullmatch(note.read_text("utf-8", errors="replace"))) is not None:
                    if started_at(int(said["owner"])) == int(said["owner_started"]):
                        continue
                    server = int(said["server"])
                    if started_at(server) == int(said["server_started"]):
                        os.kill(server, signal.SIGTERM)
                        ended.append(server)
                note.unlink(missing_ok=True)
    return ended
