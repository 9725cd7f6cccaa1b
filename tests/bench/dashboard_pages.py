"""A published copy in, the time and CPU of each page's questions out: `python -m tests.bench.dashboard_pages HOME`.

Every question is asked of a copy just opened, so nothing is remembered; the file's pages may be in the system's cache. On a busy
machine the CPU column is the one to compare.
"""

from __future__ import annotations

import re
import resource
import sys
import time
from pathlib import Path

from tests.dashboard_samples import client_of

PATHS = ("/", "/trends", "/coverage", "/syndication", "/edits", "/quotes", "/feeds", "/search?q=WORDS", "NAME", "ARTICLE")


def cpu_seconds() -> float:
    """Return what this process has used, all threads."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def measure(home: Path) -> list[tuple[str, float, float, list[int]]]:
    """Ask every page thrice, nothing remembered; return path, seconds, CPU-seconds and milliseconds a panel of the best."""
    front = client_of(home).get("/").text
    found = {
        "NAME": re.search(r"/name\?[^\"]+", front),
        "ARTICLE": re.search(r"/article/\d+", front),
    }
    title = re.search(r"<h3[^>]*><a[^>]*>([^<]+)", front)
    words = "+".join(re.findall(r"\w{5,}", title[1] if title else "")[:2])
    rows = []
    for path in PATHS:
        match = found.get(path)
        address = match[0].replace("&amp;", "&") if match else path.replace("WORDS", words)
        tries = []
        for _ in range(3):
            client = client_of(home)
            started, used = time.perf_counter(), cpu_seconds()
            answer = client.get(address)
            taken = (time.perf_counter() - started, cpu_seconds() - used)
            assert answer.status_code == 200, address
            assert "cannot be answered" not in answer.text, address
            tries.append((*taken, [int(ms) for ms in re.findall(r"· (\d+) ms", answer.text)]))
        best = min(tries)
        rows.append((path, *best))
    return rows


def main() -> None:
    """Print a table."""
    print("| page | seconds | CPU-seconds | its panels, ms |\n|---|---|---|---|")
    for path, seconds, cpu, panels in measure(Path(sys.argv[1])):
        print(f"| `{path}` | {seconds:.2f} | {cpu:.2f} | {', '.join(map(str, panels))} |")


if __name__ == "__main__":
    main()
