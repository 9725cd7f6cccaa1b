"""A thousand feeds on loopback, 95 in 100 answering 304: our poll beside lemon24/reader's update, in one run.

    python -m tests.bench.poll_bench [--feeds 1000] [--cycles 3] [--no-reader]
    python -m tests.bench.poll_bench --memory 50 --feeds 200

The server is a process of its own; each feed has an address of its own in 127.0.0.0/8. The first cycle fills both stores, the
others are measured: fetch, parse, compare with what is known, store. `reader` is installed from the index into an
environment of its own.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

ENTRIES = 30
CHANGED = 20  # one feed in so many has something new in a cycle
ROOT = Path(__file__).resolve().parents[2]
READER_SCRIPT = """
import json, resource, sys, time, warnings
from reader import make_reader
warnings.simplefilter("ignore")
database, workers = sys.argv[1], int(sys.argv[2])
reader = make_reader(database)
for line in sys.stdin:
    order = json.loads(line)
    for url in order.get("add", ()):
        reader.add_feed(url, exist_ok=True)
    usage = resource.getrusage(resource.RUSAGE_SELF)
    before, begun = usage.ru_utime + usage.ru_stime, time.perf_counter()
    results = list(reader.update_feeds_iter(workers=workers, scheduled=False))
    wall = time.perf_counter() - begun
    usage = resource.getrusage(resource.RUSAGE_SELF)
    new = sum(result.value.new for result in results if not isinstance(result.value, Exception) and result.value)
    failed = sum(isinstance(result.value, Exception) for result in results)
    print(json.dumps({"wall": wall, "cpu": usage.ru_utime + usage.ru_stime - before, "new": new, "failed": failed}), flush=True)
"""


# ------------------------------------------------------------------------------------------------ the server


def document_of(number: int, edition: int) -> bytes:
    """Write one feed; each edition has one entry more at its top."""
    begin, site = datetime(2026, 11, 1, tzinfo=UTC), f"https://paper-{number}.example/"
    items = "".join(
        f"<item><title>Report {number}-{story} on the harbour</title><link>{site}{story}</link>"
        f"<guid isPermaLink='false'>{number}-{story}</guid>"
        f"<pubDate>{begin + timedelta(hours=story):%a, %d %b %Y %H:%M:%S} +0000</pubDate>"
        f"<description>The council of town {number} spoke of report {story} for an hour. {'More. ' * 40}</description></item>"
        for story in range(edition + ENTRIES, edition, -1)
    )
    head = f"<title>Paper {number}</title><link>{site}</link><description>d</description>"
    return f"<?xml version='1.0'?><rss version='2.0'><channel>{head}{items}</channel></rss>".encode()


async def serve(feeds: int) -> None:
    """Answer 304 to a known ETag; `POST /next` makes one feed in twenty newer."""
    cycle = 0

    def edition_of(number: int) -> int:
        return sum(1 for past in range(1, cycle + 1) if (number + past) % CHANGED == 0)

    async def meet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal cycle
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
                path = head.split(" ", 2)[1]
                if path == "/next":
                    cycle += 1
                writer.write(_reply_to(path, head, edition_of))
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    first = await asyncio.start_server(meet, "127.0.0.1", 0, backlog=1024)
    port = first.sockets[0].getsockname()[1]
    await asyncio.start_server(meet, [address_of(number) for number in range(feeds)], port, backlog=64)
    print(port, flush=True)
    await asyncio.Event().wait()


def _reply_to(path: str, head: str, edition_of: object) -> bytes:
    if not path.startswith("/feed/"):
        return b"HTTP/1.1 404 None\r\nContent-Length: 0\r\n\r\n"
    number = int(path.rpartition("/")[2])
    edition = edition_of(number)  # type: ignore[operator]  # a closure of serve
    if f'"{edition}"' in head:
        return f'HTTP/1.1 304 Same\r\nETag: "{edition}"\r\n\r\n'.encode()
    body = document_of(number, edition)
    kind = f"Content-Type: application/rss+xml\r\nContent-Length: {len(body)}"
    return f'HTTP/1.1 200 OK\r\nETag: "{edition}"\r\n{kind}\r\n\r\n'.encode() + body


def address_of(number: int) -> str:
    """Return an address of a feed's own."""
    return f"127.{1 + number // 62_500}.{1 + number // 250 % 250}.{1 + number % 250}"


@contextmanager
def served(feeds: int) -> Iterator[int]:
    """Run the server; give its port."""
    command = [sys.executable, "-m", "tests.bench.poll_bench", "--serve", "--feeds", str(feeds)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        try:
            yield int(server.stdout.readline())
        finally:
            server.kill()


def turn_over(port: int) -> None:
    """Tell the server that time has passed."""
    import http.client

    connection = http.client.HTTPConnection("127.0.0.1", port)
    connection.request("POST", "/next")
    connection.getresponse().read()
    connection.close()


# ------------------------------------------------------------------------------------------------ the contestants


class Ours:
    """The poll stage of the flow, without Prefect: fetch, parse, store entries and rhythms in DuckDB."""

    def __init__(self, home: Path, urls: list[str]) -> None:
        from extractors.fetch import FetchMemory, FetchSettings
        from extractors.records import Feed, Rhythm
        from warehouse.connection import writer
        from warehouse.subscriptions import load_feeds

        self.home, self.feeds = home, {url: Feed(url, "example") for url in urls}
        self.rhythms = {url: Rhythm(url) for url in urls}
        self.memory = FetchMemory()
        self.fetching = FetchSettings(allow_private_addresses=True, host_spacing_seconds=0.0)
        with writer(home) as connection:
            load_feeds(connection, self.feeds.values())

    def cycle(self, number: int) -> dict[str, float]:
        from extractors.records import PageOutcome
        from extractors.schedule import next_rhythm
        from flows.stages.polling import load_polled, poll_feeds

        before, begun = cpu(), time.perf_counter()
        now = datetime.now(UTC)
        due = [(self.feeds[url], rhythm) for url, rhythm in self.rhythms.items()]
        polls = poll_feeds(due, self.fetching, self.memory, now)
        loaded = load_polled(self.home, f"run-{number}", due, polls, now)
        spent, wall = cpu() - before, time.perf_counter() - begun
        new = {entry.feed_url for entry in loaded.new}
        for (feed, rhythm), poll in zip(due, polls, strict=True):
            self.rhythms[feed.feed_url] = next_rhythm(feed, rhythm, poll, int(feed.feed_url in new), now)
        failed = sum(poll.page.outcome not in {PageOutcome.FETCHED, PageOutcome.UNCHANGED} for poll in polls)
        return {"wall": wall, "cpu": spent, "new": len(loaded.new), "failed": failed}


class Reader:
    """lemon24/reader in an environment of its own, as many workers as its documentation shows."""

    def __init__(self, folder: Path, urls: list[str], workers: int) -> None:
        python = folder / "venv/bin/python"
        subprocess.run(["uv", "venv", "-q", "--python", sys.executable, folder / "venv"], check=True)
        subprocess.run(["uv", "pip", "install", "-q", "--python", python, "reader", "sgmllib3k"], check=True)
        command = [python, "-c", READER_SCRIPT, str(folder / "reader.sqlite"), str(workers)]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.urls = urls

    def cycle(self, number: int) -> dict[str, float]:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps({"add": self.urls if number == 0 else []}) + "\n")
        self.process.stdin.flush()
        return dict(json.loads(self.process.stdout.readline()))

    def close(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait(30)


def cpu() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def compare(feeds: int, cycles: int, *, with_reader: bool, folder: Path) -> dict[str, list[dict[str, float]]]:
    """Run both over the same server, turn and turn about; the first cycle of each is left out."""
    with served(feeds) as port:
        urls = [f"http://{address_of(number)}:{port}/feed/{number}" for number in range(feeds)]
        contestants: dict[str, Ours | Reader] = {"newsloom": Ours(folder / "home", urls)}
        if with_reader:
            contestants["reader, 1 worker"] = Reader(folder / "one", urls, 1)
            contestants["reader, 20 workers"] = Reader(folder / "twenty", urls, 20)
        rows: dict[str, list[dict[str, float]]] = {name: [] for name in contestants}
        for number in range(cycles + 1):
            for name, contestant in contestants.items():
                rows[name].append(contestant.cycle(number))
            turn_over(port)
        for contestant in contestants.values():
            if isinstance(contestant, Reader):
                contestant.close()
    return rows


def watch_memory(feeds: int, cycles: int, folder: Path) -> list[int]:
    """Return the resident set after each cycle, KiB."""
    with served(feeds) as port:
        ours = Ours(folder / "home", [f"http://{address_of(number)}:{port}/feed/{number}" for number in range(feeds)])
        sizes = []
        for number in range(cycles):
            ours.cycle(number)
            turn_over(port)
            sizes.append(int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize() // 1024)
    return sizes


def main() -> None:
    """Print the comparison, or the memory over many cycles."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--feeds", type=int, default=1000)
    parser.add_argument("--cycles", type=int, default=5)
    parser.add_argument("--memory", type=int, metavar="CYCLES")
    parser.add_argument("--no-reader", action="store_true")
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve:
        asyncio.run(serve(options.feeds))
        return
    with tempfile.TemporaryDirectory() as folder:
        if options.memory:
            sizes = watch_memory(options.feeds, options.memory, Path(folder))
            print("| cycle | resident, MiB |\n|---|---|")
            for cycle in sorted({1, 5, 10, 20, 30, 40, options.memory} & set(range(options.memory + 1))):
                print(f"| {cycle} | {sizes[cycle - 1] / 1024:.1f} |")
            return
        rows = compare(options.feeds, options.cycles, with_reader=not options.no_reader, folder=Path(folder))
    print("| contestant | first cycle, s | wall, s | CPU, s | new entries a cycle | failed |\n|---|---|---|---|---|---|")
    for name, (first, *rest) in rows.items():
        wall, spent = (statistics.median(row[key] for row in rest) for key in ("wall", "cpu"))
        new, failed = statistics.median(row["new"] for row in rest), sum(row["failed"] for row in rest)
        print(f"| {name} | {first['wall']:.2f} | {wall:.2f} | {spent:.2f} | {new:.0f} | {failed:.0f} |")


if __name__ == "__main__":
    main()
