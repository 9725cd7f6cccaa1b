"""Break the road at every place, see what is said, let the next run finish, and hold the tables against an undisturbed history.

`python -m tests.bench.faults [--kills 100] [--seed 1] [--only kills,disk,...] [--markdown FILE]`: two polls of the bundled wire
on loopback. A row a fault: what was left behind or said, and what stands after the next run. Ends with code 1 where that differs.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.table import Table

from flows.demo import DemoWire
from tests.faults import clocks, disks, files, servers
from tests.faults.kills import kills
from tests.faults.lab import Lab, Row
from tests.faults.upgrades import upgrades

SERVER = (servers.server_disk_full, servers.server_gone, servers.server_gone_for_good)
GROUPS: dict[str, Callable[[Lab, argparse.Namespace, random.Random], Iterator[Row]]] = {
    "kills": lambda lab, options, chance: kills(lab, options.kills, chance),
    "migrate": lambda lab, options, chance: upgrades(lab, options.kills // 10, chance),
    "flow": lambda lab, options, chance: servers.flow_kills(lab, options.flow_kills, chance),
    "server": lambda lab, _, __: (row for part in SERVER for row in part(lab)),
    "disk": lambda lab, _, __: disks.disks(lab),
    "clock": lambda lab, _, __: clocks.clocks(lab),
    "archive": lambda lab, _, chance: files.archives(lab, chance),
    "published": lambda lab, _, chance: files.copies(lab, chance),
    "working": lambda lab, _, chance: files.workings(lab, chance),
}


def seen_at(lab: Lab, options: argparse.Namespace) -> Iterator[Row]:
    """Break what was asked for; every group has a chance of its own, so that one alone breaks the same."""
    for name, group in GROUPS.items():
        if name in options.only:
            yield from group(lab, options, random.Random(f"{options.seed} {name}"))


def table_of(rows: Iterable[Row]) -> Table:
    """Draw the rows."""
    table = Table(title="Faults of the road", title_justify="left", box=None, pad_edge=False, header_style="bold")
    for heading, ratio in (("", 1), ("fault", 5), ("left behind, or said", 6), ("after the next run", 5)):
        table.add_column(heading, ratio=ratio, overflow="fold")
    for row in rows:
        table.add_row(row.group, row.fault, row.seen, f"[{'green' if row.is_well else 'red'}]{row.verdict}")
    return table


def markdown_of(rows: Iterable[Row]) -> str:
    """Write the rows as a table for the papers."""
    lines = [f"| {row.group} | {row.fault} | {row.seen.replace('|', '/')} | {row.verdict.replace('|', '/')} |" for row in rows]
    return "\n".join(["| | fault | left behind, or said | after the next run |", "|---|---|---|---|", *lines, ""])


def main() -> None:
    """Break, tell, and end with code 1 where the road did not mend."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--flow-kills", type=int, default=20, help="of the real command with Prefect")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--batch-pages", type=int, default=15, help="small: more moments between loads")
    parser.add_argument("--only", type=lambda text: text.split(","), default=list(GROUPS), help="some of: " + ",".join(GROUPS))
    parser.add_argument("--markdown", type=Path)
    options = parser.parse_args()
    console = Console(width=170)
    rows = []
    with DemoWire(datetime.now(UTC)) as wire, tempfile.TemporaryDirectory() as folder:
        lab = Lab(wire, Path(folder), options.batch_pages)
        lab.prepare()
        console.print("undisturbed:", ", ".join(f"{name} {seconds:.1f} s" for name, seconds in lab.seconds.items()))
        for row in seen_at(lab, options):
            rows.append(row)
            print("." if row.is_well else f"\n{row}\n", end="", flush=True)
    print()
    console.print(table_of(rows))
    if options.markdown:
        options.markdown.write_text(markdown_of(rows))
    ill = [row for row in rows if not row.is_well]
    console.print(f"{len(rows)} faults, {len(ill)} of them with another end than the undisturbed run")
    sys.exit(bool(ill))


if __name__ == "__main__":
    main()
