"""The same wire through datasketch's and rensa's own stores; run by `copies.py` in an environment of theirs."""

from __future__ import annotations

import json
import os
import re
import sys
import time
from itertools import islice
from pathlib import Path
from statistics import median

import datasketch
import rensa
from copies_wire import Written, articles

WORD = re.compile(r"\w+")
PERMUTATIONS = 128
BATCH = 500
BATCHES = 5


def shingles(text: str) -> list[str]:
    words = WORD.findall(text.lower())
    return [" ".join(words[at : at + 5]) for at in range(max(1, len(words) - 4))]


def resident() -> int:
    """Bytes of memory in use; Linux only."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


class Datasketch:
    name = "datasketch MinHashLSH (128 permutations, threshold .5)"

    def __init__(self) -> None:
        self.store = datasketch.MinHashLSH(threshold=0.5, num_perm=PERMUTATIONS)

    def sketch(self, written: Written) -> object:
        sketch = datasketch.MinHash(num_perm=PERMUTATIONS)
        sketch.update_batch([shingle.encode() for shingle in shingles(written.text)])
        return sketch

    def query(self, sketch: object) -> list[int]:
        return self.store.query(sketch)

    def insert(self, written: Written, sketch: object) -> None:
        self.store.insert(written.number, sketch)


class Rensa:
    name = "rensa RMinHashLSH (128 permutations, 32 bands)"

    def __init__(self) -> None:
        self.store = rensa.RMinHashLSH(threshold=0.5, num_perm=PERMUTATIONS, num_bands=32)

    def sketch(self, written: Written) -> object:
        sketch = rensa.RMinHash(num_perm=PERMUTATIONS, seed=42)
        sketch.update(shingles(written.text))
        return sketch

    def query(self, sketch: object) -> list[int]:
        return self.store.query(sketch)

    def insert(self, written: Written, sketch: object) -> None:
        self.store.insert(written.number, sketch)


def run(peer: Datasketch | Rensa, sizes: list[int]) -> None:
    chunks = articles(max(sizes) + 20_000)
    stored, filling, memory = 0, 0.0, resident()
    clock = time.process_time
    for size in sizes:
        while stored < size:
            chunk = next(chunks)
            begun = clock()
            for written in chunk:
                peer.insert(written, peer.sketch(written))
            filling += clock() - begun
            stored += len(chunk)
        probes = iter(next(chunks))
        batches, sketching, found, truth = [], [], 0, 0
        for _ in range(BATCHES):
            batch = list(islice(probes, BATCH))
            begun = clock()
            sketches = [peer.sketch(written) for written in batch]
            sketching.append(clock() - begun)
            for written, sketch in zip(batch, sketches, strict=True):
                hits = peer.query(sketch)
                found += written.copied_from is not None and bool(hits)
                truth += written.copied_from is not None
                peer.insert(written, sketch)
            batches.append(clock() - begun)
        stored += BATCH * BATCHES
        grown = resident() - memory
        row = {"batch": median(batches), "sketch": 1e6 * median(sketching) / BATCH, "copies": truth, "found": found}
        print(json.dumps({"name": peer.name, "size": size, **row, "rebuild": filling, "bytes": grown / stored}), flush=True)


if __name__ == "__main__":
    wanted = [int(size) for size in sys.argv[1:]]
    for peer in (Rensa, Datasketch):
        run(peer(), wanted)
