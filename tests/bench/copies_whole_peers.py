"""A whole wire through text-dedup's command, and rensa's colliding pairs; run by `copies_whole.py`, in their environment."""

from __future__ import annotations

import json
import pickle
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path

import rensa
from copies_wire import articles
from datasets import Dataset

WORD = re.compile(r"\w+")
PERMUTATIONS = 128


def shingles(text: str) -> list[str]:
    words = WORD.findall(text.lower())
    return [" ".join(words[at : at + 5]) for at in range(max(1, len(words) - 4))]


def children_cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def text_dedup(texts: dict[int, str], threshold: float) -> dict[str, object]:
    """Run its command as its manual says, with the clusters dumped."""
    with tempfile.TemporaryDirectory() as folder:
        given, out = Path(folder) / "given", Path(folder) / "out"
        Dataset.from_dict({"number": list(texts), "text": list(texts.values())}).save_to_disk(str(given))
        words = ["--path", str(given), "--local", "--output", str(out), "--column", "text", "--idx_column", "number", "--debug"]
        words += ["--num_proc", "1", "--threshold", str(threshold), "--num_perm", str(PERMUTATIONS), "--ngram", "5"]
        before = children_cpu()
        subprocess.run([sys.executable, "-m", "text_dedup.minhash", *words], check=True, capture_output=True)
        spent = children_cpu() - before
        with (out / "uf.pkl").open("rb") as file:
            parents = pickle.load(file)
    parents = parents if isinstance(parents, dict) else parents.parent

    def root(number: int) -> int:
        while parents.get(number, number) != number:
            number = parents[number]
        return number

    return {"cpu": spent, "clusters": {number: root(number) for number in texts}}


def rensa_pairs(texts: dict[int, str]) -> dict[str, object]:
    """Return the articles before it that each one collides with."""
    begun = time.process_time()
    store = rensa.RMinHashLSH(threshold=0.5, num_perm=PERMUTATIONS, num_bands=32)
    pairs = defaultdict(list)
    for number, text in texts.items():
        sketch = rensa.RMinHash(num_perm=PERMUTATIONS, seed=42)
        sketch.update(shingles(text))
        pairs[number] = sorted(store.query(sketch))
        store.insert(number, sketch)
    return {"cpu": time.process_time() - begun, "pairs": pairs}


if __name__ == "__main__":
    size = int(sys.argv[1])
    wire = {written.number: written.text for chunk in articles(size) for written in chunk}
    found = {f"text-dedup, threshold {share}": text_dedup(wire, share) for share in (0.5, 0.7)}
    print(json.dumps({**found, "rensa": rensa_pairs(wire)}))
