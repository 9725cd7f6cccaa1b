"""Published copies in, the time of each page of the dashboard out: `python -m tests.bench.dashboard_pages HOME…`.

Asked of a copy just opened, so that nothing is remembered (the file's pages may be in the system's cache), CPU-seconds of the
same, and asked once more of the same version, which is remembered; each the median of five.
"""

from __future__ import annotations

import re
import resource
import statistics
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from flows.dashboard.app import PAGES
from tests.dashboard_samples import client_of

TRIES = 5


@dataclass(frozen=True, slots=True)
class Taken:
    """Medians, seconds."""

    first: float
    cpu: float
    again: float


def addresses_of(home: Path) -> dict[str, str]:
    """Name an address of every page that the copy can fill, by the page's name."""
    front = client_of(home).get("/").text
    found = {name: re.search(pattern, front) for name, pattern in (("name", r"/name\?[^\"]+"), ("article", r"/article/\d+"))}
    story = re.search(r"/story/\d+", front)
    title = re.search(r"<h3[^>]*><a[^>]*>([^<]+)", front)
    words = re.findall(r"\w{3,}", title[1] if title else "")[:2]
    special = {
        "name": found["name"][0].replace("&amp;", "&") if found["name"] else "/name",
        "article": found["article"][0] if found["article"] else "/article/1",
        "story": story[0] if story else "/story/1",
        "search": "/search?q=" + "+".join(words),
        "sql": "/sql?q=FROM+trending",
    }
    named = {page.name: special.get(page.name, page.path) for page in PAGES}
    return named | {"search, a phrase": "/search?q=%22" + "+".join(words) + "%22"}


def cpu_seconds() -> float:
    """Return what this process has used, all threads."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def measure(home: Path, tries: int = TRIES) -> dict[str, Taken]:
    """Ask every page."""
    taken = {}
    for name, address in addresses_of(home).items():
        firsts, cpus, agains = [], [], []
        for _ in range(tries):
            client = client_of(home)
            started, used = time.perf_counter(), cpu_seconds()
            answer = client.get(address)
            firsts.append(time.perf_counter() - started)
            cpus.append(cpu_seconds() - used)
            assert answer.status_code == 200, address
            assert "cannot be answered" not in answer.text, address
            started = time.perf_counter()
            client.get(address)
            agains.append(time.perf_counter() - started)
        taken[name] = Taken(statistics.median(firsts), statistics.median(cpus), statistics.median(agains))
    return taken


def main() -> None:
    """Print a table: a line a page, a column a copy."""
    homes = [Path(argument) for argument in sys.argv[1:]]
    columns = [measure(home) for home in homes]
    print("| page | " + " | ".join(f"{home.name}: first (CPU) · again" for home in homes) + " |")
    print("|---|" + "---|" * len(homes))
    for name in columns[0]:
        cells = [f"{column[name].first:.2f} ({column[name].cpu:.2f}) · {column[name].again:.3f}" for column in columns]
        print(f"| {name} | " + " | ".join(cells) + " |")


if __name__ == "__main__":
    main()
