"""Files that are cut, flipped, emptied or deleted: the archive, the published copy, the working file."""

from __future__ import annotations

import os
import random
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

from extractors.archive import warc_files
from tests.faults.lab import Lab, Row, last_line, tables_at
from warehouse.connection import published_path, working_path
from warehouse.restore import restore

DAMAGES: dict[str, Callable[[Path, random.Random], None]] = {
    "cut in the middle": lambda file, _: os.truncate(file, file.stat().st_size // 2),
    "a flipped bit": lambda file, chance: flip(file, chance, 1),
    "64 flipped bits": lambda file, chance: flip(file, chance, 64),
    "emptied": lambda file, _: os.truncate(file, 0),
    "garbage": lambda file, _: file.write_bytes(b"no such file" * 100) and None,
    "deleted": lambda file, _: file.unlink(),
}


def flip(file: Path, chance: random.Random, bits: int) -> None:
    """Flip bits at random places."""
    content = bytearray(file.read_bytes())
    for _ in range(bits):
        place = chance.randrange(len(content) * 8)
        content[place // 8] ^= 1 << place % 8
    file.write_bytes(content)


def archives(lab: Lab, chance: random.Random) -> Iterator[Row]:
    """Damage a WARC file, rebuild (nothing is lost: what the archive no longer tells stays), and import the damaged archive."""
    for name, damage in DAMAGES.items():
        home = lab.copy_of("day2", f"archive {name}")
        damage(max(warc_files(home / "archive"), key=lambda file: file.stat().st_size), chance)
        ended = lab.run(home, "rebuild")
        verdict = lab.verdict(home, "ingest 2")
        lost = ids_of(lab.expected["ingest 2"]) - ids_of(tables_at(home))
        is_well = ended.code == 0 and not (verdict.broken or verdict.published or verdict.leftovers or lost)
        after = "no article lost, every promise holds" if is_well else f"{len(lost)} articles lost; {verdict}"
        yield Row("archive, rebuilt", name, f"code {ended.code} {last_line(ended.errors)}", after, is_well)
        fresh = lab.folder / f"imported {name}"
        ended = lab.run(fresh, "import", paths=[home / "archive"])
        found = len(tables_at(fresh)["articles"])
        whole = len(lab.expected["import"]["articles"])
        said = f"code {ended.code} {last_line(ended.errors)}; {found} of {whole} articles"
        restored = shutil.copytree(lab.folder / "day2" / "archive", lab.folder / f"whole {name}")
        again = lab.run(fresh, "import", paths=[restored])
        same = ids_of(tables_at(fresh)) == ids_of(lab.expected["import"])
        broken = lab.verdict(fresh, "import").broken
        after = "with the whole archive: all articles, every promise holds" if same and not broken else f"{same} {broken}"
        yield Row("archive, imported", name, said, after, again.code == 0 and same and not broken)


def ids_of(tables: dict[str, list[str]]) -> set[str]:
    return {row.partition(",")[0] for row in tables["articles"]}


def copies(lab: Lab, chance: random.Random) -> Iterator[Row]:
    """Damage the published copy and let the next run of anything publish."""
    for name, damage in DAMAGES.items():
        home = lab.copy_of("day2", f"published {name}")
        damage(published_path(home), chance)
        ended = lab.run(home)
        verdict = lab.verdict(home, "ingest 2")
        yield Row("published copy", name, f"code {ended.code}", str(verdict), ended.code == 0 and verdict.is_clean)


def workings(lab: Lab, chance: random.Random) -> Iterator[Row]:
    """Damage the working file: one clear error, the good copy stays published, and `newsloom restore` goes on from there."""
    for name, damage in DAMAGES.items():
        home = lab.copy_of("day2", f"working {name}")
        before = published_path(home).read_bytes()
        damage(working_path(home), chance)
        ended = lab.run(home)
        said = f"code {ended.code}: {last_line(ended.errors)}"
        is_kept = published_path(home).read_bytes() == before
        restore(home)
        again = lab.run(home)
        verdict = lab.verdict(home, "ingest 2")
        is_told = ended.code == 1 and "newsloom restore" in ended.errors
        if ended.code == 0:  # the flip hit a block that nobody reads, or an unused one
            said, is_told, is_kept = "code 0: nobody read the damaged place", True, True
        stands = "" if is_kept else "published over; "
        is_well = is_told and is_kept and again.code == 0 and verdict.is_clean
        yield Row("working file", name, said, f"after `newsloom restore`: {stands}{verdict}", is_well)
