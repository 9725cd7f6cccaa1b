"""Kill a run at many random moments and see whether the next one always ends in the same tables: the long form of the tests.

`python tests/bench/faults.py [--kills 20] [--batch-pages 200] [--seed 1]`: two polls of the bundled wire (all feeds); each
history is killed once, in the first or the second poll. `--batch-pages 15` puts more moments between loads.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from flows.demo import DemoWire
from tests.road_kills import finished, left_behind, run_process, second_day, settings_of, subscribed
from tests.road_tables import differences
from warehouse.connection import writer


def stage_reached(home: Path) -> str:
    """Tell how far the killed run had come, by what it left behind."""
    with writer(home) as connection:
        query = """
            SELECT (SELECT count(*) FROM main.runs),
                   (SELECT count(*) FROM main.outcomes WHERE stage = 'poll'),
                   (SELECT count(*) FROM main.outcomes WHERE stage = 'load'),
                   (SELECT count(*) FROM main.runs WHERE status = 'finished')
        """
        [(runs, polls, loads, done)] = connection.execute(query).fetchall()
    return f"{runs} runs begun, {done} finished, {polls} polls and {loads} pages loaded"


def history(wire: DemoWire, home: Path, batch_pages: int, kill: tuple[int, float] | None) -> tuple[list[float], str]:
    """Poll twice; return the seconds that the runs worked, and how the kill left things."""
    settings = settings_of(wire, home, batch_pages)
    subscribed(wire, home)
    seconds, reached = [], "undisturbed"
    for edition, now in ((1, wire.now), (2, second_day(wire))):
        wire.turn(edition)
        if kill is None:
            seconds.append(run_process(settings, now).seconds)
        elif kill[0] == edition:
            ended = run_process(settings, now, kill[1])
            reached = f"code {ended.code}: {stage_reached(home)}"
            finished(settings, now)
        else:
            finished(settings, now)
    return seconds, reached


def main() -> None:
    """Print a row a kill, and end with code 1 where any left other tables or a broken promise."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--batch-pages", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    chance = random.Random(options.seed)
    differing: Counter[str] = Counter()
    with DemoWire(datetime.now(UTC)) as wire, tempfile.TemporaryDirectory() as folder:
        whole = Path(folder, "undisturbed")
        seconds, _ = history(wire, whole, options.batch_pages, None)
        expected, broken = left_behind(whole)
        rows = {table: len(found) for table, found in expected.items()}
        print(f"undisturbed: {seconds[0]:.1f} and {seconds[1]:.1f} s, broken promises: {len(broken)}, rows: {rows}\n")
        print("| kill | poll | after, s | left behind | tables that differ | broken promises |\n|---|---|---|---|---|---|")
        for number in range(1, options.kills + 1):
            edition = chance.choice((1, 2))
            moment = chance.uniform(0, seconds[edition - 1])
            home = Path(folder, f"kill{number}")
            _, reached = history(wire, home, options.batch_pages, (edition, moment))
            found, broken = left_behind(home)
            other = differences(expected, found)
            differing.update({**dict.fromkeys(other, 1), **{one.promise: 1 for one in broken}})
            told = ", ".join(f"{table} {sides}" for table, sides in other.items())[:600] or "none"
            print(f"| {number} | {edition} | {moment:.2f} | {reached} | {told} | {len(broken)} |", flush=True)
    print(f"\n{options.kills} kills; differences: {dict(differing) or 'none'}")
    sys.exit(bool(differing))


if __name__ == "__main__":
    main()
