"""A week in ten minutes: 200 outlets on loopback, seven simulated days of news, faults and kills; real code for all the rest.

`python -m tests.bench.soak [--outlets 200] [--days 7] [--per-day 1.5] [--every 30] [--seed 1] [--minutes 11]`
The clock of the fetcher and of the decisions is simulated (their `now`); names are tagged by the gazetteer, spacing is off.
Ends with code 1 where a story was lost, a promise is broken or an edit was missed.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.soak.week import Week, live, quantile
from tests.soak.world import World


def facts_of(week: Week) -> list[tuple[str, str]]:
    """Tell what came of it, a line a fact."""
    bytes_an_article, straight = week.growth
    resident = [day.resident_bytes / 1e6 for day in week.days]
    minutes, polled, evenly = ([delay / 60 for delay in delays] for delays in (week.delays, week.poll_delays, week.even_delays))
    return [
        ("runs; killed ones; requests served", f"{week.runs}; {week.kills}; {week.requests:,}"),
        ("faults served", ", ".join(f"{count} × {name}" for name, count in sorted(week.faults.items()))),
        ("stories published; rows", f"{week.published:,}; {week.rows:,}"),
        ("stories lost (neither a row nor an outcome)", str(len(week.lost))),
        ("stories whose feed was due and not asked; is due after the end", f"{week.overdue}; {week.waiting}"),
        ("broken promises of the tables", "; ".join(week.broken) or "none"),
        ("entries still pending", str(week.pending)),
        (
            "minutes from publication to the published copy",
            f"median {quantile(minutes, 0.5):.0f}, p99 {quantile(minutes, 0.99):.0f}",
        ),
        (
            "of that, until the feed was asked",
            f"median {quantile(polled, 0.5):.0f}, p99 {quantile(polled, 0.99):.0f}; {week.polls:,} polls",
        ),
        ("as many polls, spread evenly over the feeds", f"median {quantile(evenly, 0.5):.0f}, p99 {quantile(evenly, 0.99):.0f}"),
        ("copies linked to the right original", f"{week.copies_right} of {week.copies}; {week.copies_wrong} to another article"),
        ("originals taken for copies", str(week.false_copies)),
        ("silent edits with a recheck after them; missed", f"{week.edits}; {len(week.edits_missed)}"),
        ("memory by day, MB", ", ".join(f"{size:.0f}" for size in resident)),
        ("memory slope after the first day", f"{week.resident_slope / 1e6 * 24:+.1f} MB a day"),
        ("working file by day, MB", ", ".join(f"{day.file_bytes / 1e6:.0f}" for day in week.days)),
        ("working file", f"{bytes_an_article / 1e3:.1f} kB an article more, r² {straight:.3f}"),
        ("outcomes", ", ".join(f"{count:,} {name}" for name, count in week.outcomes.items())),
        ("real time; CPU", f"{week.seconds:.0f} s{', cut short' if week.is_cut_short else ''}; {week.cpu_seconds:.0f} s"),
    ]


def main() -> None:
    """Live through it and tell."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--outlets", type=int, default=200)
    parser.add_argument("--days", type=float, default=7)
    parser.add_argument("--per-day", type=float, default=1.5, help="articles an outlet publishes in a day, in the mean")
    parser.add_argument("--every", type=int, default=30, metavar="MINUTES", help="of simulated time between two runs")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--minutes", type=float, default=11, help="of real time; then it ends early and says so")
    parser.add_argument("--markdown", type=Path)
    options = parser.parse_args()
    start = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=options.days + 1)
    world = World(options.outlets, options.per_day, start, options.days, options.seed)
    with tempfile.TemporaryDirectory() as folder:
        every = timedelta(minutes=options.every)
        tell = Console(stderr=True).print
        week = live(world, Path(folder, "home"), every=every, most_seconds=60 * options.minutes, tell=tell)
    facts = facts_of(week)
    table = Table("", "seen", title=f"{options.days:g} days, {options.outlets} outlets", box=None, title_justify="left")
    for fact in facts:
        table.add_row(*fact)
    Console(width=130).print(table)
    if options.markdown:
        options.markdown.write_text("\n".join(["| | seen |", "|---|---|", *(f"| {name} | {seen} |" for name, seen in facts), ""]))
    sys.exit(bool(week.lost or week.overdue or week.broken or week.edits_missed))


if __name__ == "__main__":
    main()
