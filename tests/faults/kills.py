"""kill -9 at random moments of every command; the next run completes the work."""

from __future__ import annotations

import random
import signal
from collections.abc import Iterator
from pathlib import Path

from tests.faults.lab import Lab, Row
from warehouse.connection import writer

SHARES = {"ingest 1": 0.35, "ingest 2": 0.2, "publish": 0.1, "maintain": 0.1, "rebuild": 0.15, "import": 0.1}
"""Of the kills, by command."""


def planned(kills: int, chance: random.Random) -> list[str]:
    """Spread the kills over the commands."""
    names = [name for name, share in SHARES.items() for _ in range(round(kills * share))]
    names += chance.choices(list(SHARES), k=max(0, kills - len(names)))
    return names[:kills]


def kills(lab: Lab, count: int, chance: random.Random) -> Iterator[Row]:
    """Kill so many commands, each at a moment of its own."""
    for number, name in enumerate(planned(count, chance), start=1):
        share = chance.random()
        while (row := kill(lab, name, share * lab.seconds[name], number)) is None:
            lab.seconds[name] *= 0.7  # the machine was busier when the undisturbed run was timed
        yield row


def kill(lab: Lab, name: str, moment: float, number: int) -> Row | None:
    """Kill one command at a moment and let the next run finish; None where it was over before."""
    command = name.split(maxsplit=1)[0]
    day = 1 if name == "ingest 1" else 2
    home = lab.folder / f"kill{number}"
    paths = [lab.folder / "day2" / "archive"] if command == "import" else None
    if name == "ingest 1":
        lab.copy_of("fresh", home.name)
    elif name == "ingest 2":
        lab.copy_of("day1", home.name)
    elif command != "import":
        lab.copy_of("day2", home.name)
    ended = lab.run(home, command, day=day, after=moment, paths=paths)
    if ended.code != -signal.SIGKILL:
        lab.drop(home)
        return None
    left = left_by(home)
    again = lab.run(home, command, day=day, paths=paths)
    verdict = lab.verdict(home, name)
    lab.drop(home)
    struck = f"{name}, killed after {moment:.2f} of {lab.seconds[name]:.2f} s"
    finished = "" if again.code == 0 else f"next run: {again.errors.strip()[-200:]}; "
    return Row("kill -9", struck, left, f"{finished}{verdict}", again.code == 0 and verdict.is_clean)


def left_by(home: Path) -> str:
    """Tell how far the killed run had come, by what it left behind."""
    drafts = sorted(file.name for file in home.glob(".*"))
    with writer(home) as connection:
        query = """
            SELECT (SELECT count(*) FROM main.articles),
                   (SELECT count(*) FROM state.entries WHERE status = 'pending'),
                   (SELECT count(*) FROM main.runs WHERE status = 'running')
        """
        [(articles, pending, running)] = connection.execute(query).fetchall()
    told = f"{articles} articles, {pending} entries pending, {running} run open"
    return f"{told}, {', '.join(drafts)}" if drafts else told
