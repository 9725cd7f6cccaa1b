"""Who copies whom in a whole wire: newsloom, text-dedup, and rensa with our verification behind it.

`python -m tests.bench.copies_whole --size 10000 --peers DIR`; DIR is an environment with `text-dedup` and `rensa` (they bring
Spark and 30 packages more, so they are not among the peers of `make peers`). All see the same generated texts (`copies_wire.py`).
Clusters are held against the truth: BCubed precision and recall over all articles, and the share of copies that stand in one
cluster with what they were copied from. CPU seconds of the whole wire; peers in one process.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from extractors.copies.judgement import judge
from extractors.copies.verify import compare, live_tokens, prepare
from tests.bench.copies import BATCH, article_of
from tests.bench.copies_wire import Written, articles
from tests.copies_warehouse import new_warehouse, take_in

Clusters = Mapping[int, int]


def ours(wire: Sequence[Written]) -> tuple[float, Clusters]:
    with tempfile.TemporaryDirectory() as folder:
        connection = new_warehouse(str(Path(folder) / "bench.duckdb"))
        begun = time.process_time()
        for first in range(0, len(wire), BATCH):
            take_in(connection, [article_of(written) for written in wire[first : first + BATCH]])
        spent = time.process_time() - begun
        members = connection.execute("SELECT article_id, cluster_id FROM state.copy_members WHERE kind IS NOT NULL").fetchall()
        connection.close()
    found = dict(members)
    return spent, {written.number: found.get(written.number, written.number) for written in wire}


def verified(wire: Sequence[Written], pairs: Mapping[int, Sequence[int]]) -> tuple[float, Clusters]:
    """Compare what collides word by word, as newsloom does with its own candidates."""
    begun = time.process_time()
    stories = [article_of(written) for written in wire]
    ready: dict[int, Any] = {}
    parent: dict[int, int] = {}

    def prepared(number: int) -> Any:
        if number not in ready:
            ready[number] = prepare(stories[number].text)
        return ready[number]

    for number, others in pairs.items():
        for other in others:
            if root_of(parent, number) == root_of(parent, other):
                continue
            one, two = prepared(number), prepared(other)
            none = one.shingles[:0]
            found = compare(one, two, live_tokens(one, none), live_tokens(two, none))
            if judge(stories[number], stories[other], found).is_copy:
                parent[root_of(parent, number)] = root_of(parent, other)
    return time.process_time() - begun, {written.number: root_of(parent, written.number) for written in wire}


def root_of(parent: Mapping[int, int], number: int) -> int:
    while number in parent:
        number = parent[number]
    return number


def scores(wire: Sequence[Written], clusters: Clusters) -> tuple[float, float, float]:
    """Return BCubed precision and recall, and the share of copies that stand with their source."""
    truth: dict[int, int] = {}
    for written in wire:
        truth[written.number] = truth[written.copied_from] if written.copied_from is not None else written.number
    both = Counter((clusters[number], truth[number]) for number in truth)
    found, true = Counter(clusters[number] for number in truth), Counter(truth.values())
    precision = sum(many * many / found[cluster] for (cluster, _), many in both.items()) / len(wire)
    recall = sum(many * many / true[story] for (_, story), many in both.items()) / len(wire)
    copies = [written for written in wire if written.copied_from is not None]
    together = sum(clusters[written.number] == clusters[written.copied_from or 0] for written in copies)
    return precision, recall, together / len(copies)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=10_000)
    parser.add_argument("--peers", type=Path, help="an environment with text-dedup and rensa")
    options = parser.parse_args()
    wire = [written for chunk in articles(options.size) for written in chunk]
    told: dict[str, tuple[float, Clusters]] = {"newsloom": ours(wire)}
    if options.peers:
        script = Path(__file__).with_name("copies_whole_peers.py")
        done = subprocess.run(
            [options.peers / "bin/python", script, str(options.size)], capture_output=True, text=True, check=True
        )
        for name, found in json.loads(done.stdout.splitlines()[-1]).items():
            if "clusters" in found:
                told[name] = found["cpu"], {int(number): root for number, root in found["clusters"].items()}
                continue
            pairs = {int(number): others for number, others in found["pairs"].items()}
            told[f"{name}, as it collides"] = found["cpu"], collided(wire, pairs)
            spent, clusters = verified(wire, pairs)
            told[f"{name}, our verification behind it"] = found["cpu"] + spent, clusters
    print(f"| {len(wire)} articles | CPU s | precision | recall | copies with their source |\n|---|---|---|---|---|")
    for name, (spent, clusters) in told.items():
        print(f"| {name} | {spent:.1f} | {' | '.join(f'{score:.3f}' for score in scores(wire, clusters))} |")


def collided(wire: Sequence[Written], pairs: Mapping[int, Sequence[int]]) -> Clusters:
    parent: dict[int, int] = {}
    for number, others in pairs.items():
        for other in others:
            one, two = root_of(parent, number), root_of(parent, other)
            if one != two:
                parent[one] = two
    return defaultdict(int, {written.number: root_of(parent, written.number) for written in wire})


if __name__ == "__main__":
    main()
