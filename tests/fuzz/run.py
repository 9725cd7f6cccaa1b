"""Fuzz every entry point for minutes: `python -m tests.fuzz.run [--minutes 5] [--seed N] [--only feed,page]`.

Seeds are bent at random; what crashes or hangs is written to the corpus, where every test run meets it again. Ends with code 1
where anything was found.
"""

from __future__ import annotations

import argparse
import random
import signal
import sys
import time
from collections import Counter
from hashlib import blake2b
from types import FrameType

from tests.fuzz.targets import CORPUS, TARGETS, attempt, bent, seeds

HANGS_AFTER_SECONDS = 20
"""The largest inputs are 1 MB; the slowest entry point reads that in two seconds on an idle machine."""


class Hung(Exception):
    """An input took far too long."""


def ring(_signal: int, _frame: FrameType | None) -> None:
    raise Hung


def fault_of(name: str, data: bytes) -> str | None:
    """Return what is wrong with the way a target took an input."""
    signal.alarm(HANGS_AFTER_SECONDS)
    try:
        attempt(name, data)
    except Hung:
        return "hangs"
    except Exception as error:  # noqa: BLE001 - whatever is not declared is what we look for
        return f"{type(error).__name__}: {error}"[:200]
    finally:
        signal.alarm(0)
    return None


def main() -> None:
    """Fuzz and tell."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=5)
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--only", type=lambda text: text.split(","), default=list(TARGETS))
    options = parser.parse_args()
    signal.signal(signal.SIGALRM, ring)
    chance = random.Random(options.seed)
    tried: Counter[str] = Counter()
    found: dict[str, str] = {}
    share = 60 * options.minutes / len(options.only)
    for name in options.only:
        pool, until, faults = seeds(name), time.monotonic() + share, set()
        while time.monotonic() < until:
            data = bent(name, chance, pool)
            tried[name] += 1
            fault = fault_of(name, data)
            if fault is not None and fault not in faults and len(faults) < 10:
                faults.add(fault)
                path = CORPUS / name / f"crash-{blake2b(data, digest_size=6).hexdigest()}"
                path.write_bytes(data)
                found[f"{name}/{path.name}"] = fault
        print(f"{name}: {tried[name]} inputs, {len(faults)} kinds of fault", flush=True)
    for path, fault in found.items():
        print(f"{path}: {fault}")
    sys.exit(bool(found))


if __name__ == "__main__":
    main()
