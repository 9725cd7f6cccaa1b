"""How a whole batch grows with the store: 500 new articles against 10,000, 100,000 and 1,000,000 stored ones.

    python -m tests.bench.growth --sizes 10000 100000 1000000 [--wire FILE] [--publish] [--memory 512MB]

Each size gets a real working file (`.bench/growth/SIZE`), made once: texts, copies and their memory from the generated wire of
`copies_wire`, 17 mentions an article of 50,000 names by Zipf's law with all that resolving them remembers. Each size is then
measured in a process of its own: `relate` (clean, sketch, look up, compare, decide), `tag` (gazetteer), `load` (articles, copies,
names resolved and linked, line memory), and with `--publish` the published copy. CPU seconds, and those of the clock, median of
the batches. DuckDB keeps the pages that it has read as long as its limit allows; `--memory` is another limit than the writer's
own, to see what it needs.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import pyarrow as pa

from extractors.ids import article_id_of
from extractors.names import naming_of, uses_of
from extractors.records import Block, Draft, Mention, NameAlias, NameUse, Page, PageOutcome
from flows.stages import tagging
from flows.stages.loading import load_related
from flows.stages.reading import Read
from flows.stages.relating import Related, relate
from flows.stages.run import Run
from tests.bench.copies import BEGUN, Filler
from tests.bench.copies_wire import PER_DAY, articles
from tests.bench.generate import word_of
from tests.copies_warehouse import new_warehouse
from warehouse import names
from warehouse.connection import WRITER_MEMORY, locked, opened, published_path, working_path, writer
from warehouse.publish import publish
from warehouse.rows import arrow_of, registered
from warehouse.spellings import recount

FOLDER = Path(os.environ.get("NEWSLOOM_BENCH", ".bench")) / "growth"
BATCH, BATCHES = 500, 3
NAMES, MENTIONS = 50_000, 17
STEPS = ("relate", "tag", "load")
SAME_FLOOR = 0.3  # of a batch repeats what is stored; some of the rest repeats another article of the batch


# ------------------------------------------------------------------------------------------------ what is stored


def wire_of(size: int) -> Path:
    """Write the wire into a store of its own, as many batches would; takes a millisecond an article."""
    path = FOLDER / f"wire-{size}.duckdb"
    if not path.exists():
        draft = path.with_suffix(".draft")
        draft.unlink(missing_ok=True)
        connection = new_warehouse(str(draft))
        filler, stored = Filler(connection), 0
        for chunk in articles(size):
            filler.put(chunk)
            stored += len(chunk)
        connection.close()
        draft.rename(path)
    return path


def build(home: Path, size: int, wire: Path) -> None:
    """Fill an empty home with the first articles of a wire and all that hangs on them."""
    uses, naming = _named()
    aliases = {(alias.kind, alias.key): alias.entity_id for alias in naming.aliases}
    known = {
        "number": list(range(len(uses))),
        "surface": [use.surface for use in uses],
        "mention_kind": [use.mention_kind for use in uses],
        "kind": [use.kind for use in uses],
        "key": [use.key for use in uses],
        "block": [use.block for use in uses],
        "surname_key": [use.surname_key for use in uses],
        "entity_id": [aliases[use.kind, use.key] for use in uses],
    }
    with locked(home), opened(home) as connection, registered(connection, names=pa.table(known)):
        connection.execute("SET preserve_insertion_order = true")
        connection.execute(f"ATTACH '{wire}' AS wire (READ_ONLY)")
        for statement in _FILL:
            connection.execute(statement, {"size": size} if "$size" in statement else None)
        for table, rows, columns in (
            ("state.name_bearers", naming.bearers, names._BEARER),
            ("main.entities", naming.entities, names._ENTITY),
        ):
            with registered(connection, incoming=arrow_of(rows, columns)):
                connection.execute(f"INSERT INTO {table} BY NAME FROM incoming")
        with registered(connection, incoming=arrow_of(naming.aliases, names._ALIAS)):
            connection.execute(_ALIASES)
            connection.execute(_SPELLINGS)
            recount(connection)
        connection.execute("DETACH wire")


def _named() -> tuple[list[NameUse], Any]:
    kinds = ["person", "person", "organization", "place"]
    spelt = [f"{word_of(n * 7 + 11).capitalize()} {word_of(n * 3 + 5).capitalize()}" for n in range(NAMES)]
    uses = uses_of(Mention(n, name, 0, len(name), kinds[n % 4], "model") for n, name in enumerate(spelt))
    counted: dict[tuple[str, str], NameAlias] = {}
    for use in uses:
        counted.setdefault(
            (use.kind, use.key),
            NameAlias(use.kind, use.key, use.surface, use.block, use.surname_key, NAMES // (use.article_id + 1)),
        )
    uses = [use for use in uses if use.is_full]
    return uses, naming_of(sorted(counted.values(), key=lambda alias: (alias.kind, alias.key)))


_ID = "(hash({0}) >> 1)::BIGINT"  # ids of real articles are spread over 63 bits: no column of ids is in order
_FILL = (
    f"""
    INSERT INTO main.articles BY NAME
    SELECT {_ID.format("article_id")} AS article_id,
           url, canonical_url, outlet, text, first_seen_at, published_at, published_date, word_count, authors, headings,
           changed_at, page_kind, text_source,
           'https://' || outlet || '/feed' AS feed_url,
           left(text, 60) AS title,
           'json-ld' AS published_at_source,
           0 AS revision,
           'en' AS language,
           {_ID.format("text")} AS content_hash,
           'bench' AS extractor_version
    FROM (FROM wire.main.articles WHERE article_id < $size)
    """,
    f"""
    INSERT INTO state.fingerprints BY NAME
    SELECT * REPLACE ({_ID.format("article_id")} AS article_id) FROM wire.state.fingerprints WHERE article_id < $size
    """,
    f"""
    INSERT INTO state.copy_postings BY NAME
    SELECT * REPLACE ({_ID.format("article_id")} AS article_id) FROM wire.state.copy_postings WHERE article_id < $size
    """,
    "INSERT INTO state.copy_crowded FROM wire.state.copy_crowded",
    f"""
    INSERT INTO state.copy_members BY NAME
    SELECT * REPLACE (
        {_ID.format("article_id")} AS article_id, {_ID.format("cluster_id")} AS cluster_id, {_ID.format("via_id")} AS via_id
    )
    FROM wire.state.copy_members WHERE article_id < $size
    """,
    """
    INSERT INTO state.copy_clusters
    SELECT cluster_id, cluster_id, 'the first that was seen', count(*) FROM state.copy_members GROUP BY ALL
    """,
    """
    UPDATE main.articles
    SET original_id = members.cluster_id, copy_kind = members.kind
    FROM state.copy_members AS members
    WHERE articles.article_id = members.article_id AND members.kind IS NOT NULL
    """,
    """
    INSERT INTO main.copies BY NAME
    SELECT article_id, original_id, copy_kind AS kind, 0.9 AS similarity, 0.95 AS containment, [] AS differing_facts,
           3600 AS lag_seconds, '95 % of this article also appears in the other.' AS evidence, first_seen_at AS decided_at
    FROM main.articles
    WHERE original_id IS NOT NULL
    """,
    f"""
    CREATE TEMP TABLE drawn AS
    SELECT article_id, place, least(floor(exp(random() * ln({NAMES}))) - 1, {NAMES} - 1)::BIGINT AS number
    FROM main.articles, range({MENTIONS}) AS places (place)
    """,
    """
    INSERT INTO main.mentions BY NAME
    SELECT article_id, entity_id, surface, place * 30 AS start_char, place * 30 + length(surface) AS end_char, 'text' AS region,
           place AS paragraph, mention_kind AS kind, [] AS titles, 'model' AS source, 'exact' AS link_rule, 'bench' AS engine
    FROM drawn JOIN names USING (number)
    """,
    """
    INSERT INTO state.name_uses BY NAME
    SELECT article_id, mention_kind, surface, kind, key, block, true AS is_full, surname_key, [] AS via, count(*) AS mentions
    FROM drawn JOIN names USING (number)
    GROUP BY ALL
    ORDER BY article_id
    """,
    "DROP TABLE drawn",
    "UPDATE state.counters SET value = 1 WHERE name = 'load_seq'",
)
_ALIASES = """
INSERT INTO state.name_aliases BY NAME
SELECT incoming.* REPLACE (used.documents AS documents)
FROM incoming
JOIN (SELECT kind, key, count(*) AS documents FROM state.name_uses GROUP BY ALL) AS used USING (kind, key)
"""
_SPELLINGS = """
INSERT INTO main.entity_aliases BY NAME
SELECT aliases.entity_id, surface AS alias, any_value(uses.kind) AS kind, any_value(rule) AS rule,
       any_value(evidence) AS evidence, count(*) AS documents
FROM state.name_uses AS uses
JOIN state.name_aliases AS aliases USING (kind, key)
GROUP BY aliases.entity_id, surface
"""


# ------------------------------------------------------------------------------------------------ what is new


def batches(home: Path, size: int, seed: int) -> Iterator[list[Read]]:
    """Write new articles of the day after the last stored one; three of ten repeat one of the last two days."""
    with writer(home) as connection:
        day = connection.execute("SELECT max(published_date) FROM main.articles").fetchall()[0][0]
        stored = connection.execute(
            "SELECT text FROM main.articles WHERE published_date >= ? AND original_id IS NULL ORDER BY article_id LIMIT 3000",
            [day - timedelta(days=1)],
        ).fetchall()
    random = np.random.default_rng([seed, size])
    begun = datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(days=1)
    fresh = iter(next(articles(5_000, seed=seed, start=10_000_000 + size)))
    number = 0
    while batch := list(islice(fresh, BATCH)):
        read = []
        for written in batch:
            number += 1
            text = _edited(stored[int(random.integers(len(stored)))][0], random) if random.random() < SAME_FLOOR else written.text
            read.append(_read_of(f"outlet{written.outlet}.example", seed * 1_000_000 + number, text, begun, number))
        yield read


def _edited(text: str, random: np.random.Generator) -> str:
    paragraphs = text.split("\n\n")
    match int(random.integers(3)):
        case 0:
            return text
        case 1:
            return "\n\n".join(paragraphs[: max(1, len(paragraphs) * 2 // 3)])
        case _:
            return "\n\n".join(["The story so far, told anew by our own desk for the readers of this page.", *paragraphs])


def _read_of(outlet: str, key: int, text: str, begun: datetime, number: int) -> Read:
    url, at = f"https://{outlet}/new/{key}", begun + timedelta(seconds=number * 86_400 / PER_DAY)
    blocks = tuple(Block(paragraph) for paragraph in text.split("\n\n"))
    draft = Draft(url, url, outlet, blocks, at, title=text[:60], published_at=at, language="en")
    return Read(url, Page(url, PageOutcome.FETCHED, at), draft=draft)


def given(read: list[Read], seed: int) -> list[Mention]:
    """Mention 13 known names and four new ones in each article."""
    random = np.random.default_rng(seed)
    kinds = ["person", "person", "organization", "place"]
    mentions = []
    for one in read:
        ranks = [min(NAMES - 1, int(np.exp(random.random() * np.log(NAMES))) - 1) for _ in range(13)]
        for place, n in enumerate([*ranks, *random.integers(NAMES, 40 * NAMES, 4).tolist()]):
            name = f"{word_of(n * 7 + 11).capitalize()} {word_of(n * 3 + 5).capitalize()}"
            mentions.append(Mention(article_id_of(one.item), name, place * 30, place * 30 + len(name), kinds[n % 4], "model"))
    return mentions


# ------------------------------------------------------------------------------------------------ measuring


def measure(size: int, *, with_publish: bool) -> dict[str, Any]:
    home = FOLDER / str(size)
    before = working_path(home).stat().st_size
    spent: dict[str, list[float]] = {}
    if with_publish:
        _timed(spent, "first publish", lambda: publish(home))
    seed = int(time.time())
    copies = []
    for number, read in enumerate(islice(batches(home, size, seed), BATCHES)):
        run = Run(f"bench-{seed}-{number}", "import", BEGUN, home, home / "archive", entity_engine="gazetteer", recheck=False)
        copies.append(_take_in(run, read, given(read, seed + number), spent))
        if with_publish:
            _timed(spent, "publish", lambda: publish(home))
    steps = {name: round(median(times), 3) for name, times in spent.items()}
    whole, clock = (
        [sum(times) for times in zip(*(spent[step + by] for step in STEPS), strict=True)] for by in ("", ", by the clock")
    )
    return {
        "stored": size,
        "memory limit": writer.__wrapped__.__kwdefaults__["memory_limit"],  # type: ignore[attr-defined]  # of a context manager
        "batch": round(median(whole), 3),
        "batch, by the clock": round(median(clock), 3),
        **steps,
        "copies found a batch": median(copies),
        "peak MB": _peak_kilobytes() // 1024,
        "bytes an article": before // size,
        "published MB": published_path(home).stat().st_size // 1_000_000 if with_publish else None,
    }


def _take_in(run: Run, read: list[Read], mentions: list[Mention], spent: dict[str, list[float]]) -> int:
    """Take a batch the road a flow takes it; return how many copies were found."""
    related: Related = _timed(spent, "relate", lambda: relate(run.home, read, run.now, run.window_days))
    tagged: tagging.Tagged = _timed(spent, "tag", lambda: tagging.tag_related(related, "gazetteer", 1))
    _timed(spent, "load", lambda: load_related(run, related, ([*tagged[0], *mentions], tagged[1]), ()))
    return sum(member.kind is not None for member in related.decisions.memberships)


def _timed(spent: dict[str, list[float]], name: str, act: Callable[[], Any]) -> Any:
    begun, clock = _cpu(), time.monotonic()
    result = act()
    spent.setdefault(name, []).append(_cpu() - begun)
    spent.setdefault(f"{name}, by the clock", []).append(time.monotonic() - clock)
    return result


def _peak_kilobytes() -> int:
    """Return the largest size of this process; `ru_maxrss` would count what its parent held when it was forked."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))


def _cpu() -> float:
    own, children = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--wire", type=Path, help="a store of tests.bench.copies, so that the wire need not be written again")
    parser.add_argument("--publish", action="store_true", help="publish too; the first one indexes everything: 0.8 ms an article")
    parser.add_argument("--memory", default=WRITER_MEMORY, help="the writer's limit, in DuckDB's notation")
    parser.add_argument("--measure", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure:  # in a process of its own: nobody else has this limit
        writer.__wrapped__.__kwdefaults__["memory_limit"] = options.memory  # type: ignore[attr-defined]  # of a context manager
        print(json.dumps(measure(options.measure, with_publish=options.publish)), flush=True)
        return
    FOLDER.mkdir(parents=True, exist_ok=True)
    wire = options.wire
    for size in options.sizes:
        if not working_path(FOLDER / str(size)).exists():
            wire = wire or wire_of(max(options.sizes))
            build(FOLDER / str(size), size, wire)
        flags = ["--memory", options.memory, *(["--publish"] if options.publish else [])]
        subprocess.run([sys.executable, "-m", "tests.bench.growth", "--measure", str(size), *flags], check=True)


if __name__ == "__main__":
    main()
