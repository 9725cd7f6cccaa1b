"""Every pattern of the extractors against repeated text: whoever writes a page chooses what they are run on."""

from __future__ import annotations

import subprocess
import sys

SECONDS = 60
"""All of them together take four; one that tries 2**n ways takes longer than there is time."""
PROBE = """
import importlib, pkgutil, re, extractors
bits = ["1", "a", "Aa ", "1 ", "by Aa, ", "may", "mai ", "am", "st", "1th", "2026-11-22", "(", "(a", "photo ", ", ", "- ",
        " for a", "Ab in Cd ", "updated ", "x@", "a.", ".", "'", "the ", "Aa.-", "um at on ", "as told to ", "\u2014 ", "\u5e74"]
tried = 0
for found in pkgutil.walk_packages(extractors.__path__, "extractors."):
    module = importlib.import_module(found.name)
    for name, pattern in vars(module).items():
        if isinstance(pattern, re.Pattern) and isinstance(pattern.pattern, str):
            print(found.name, name, flush=True)
            for bit in bits:
                for end in ("x", "!"):
                    text = bit * (300 // len(bit)) + end
                    pattern.search(text), pattern.match(text), pattern.fullmatch(text)
            tried += 1
assert tried > 150, tried
print("done")
"""


def test_no_pattern_takes_long_for_any_repeated_text() -> None:
    process = subprocess.Popen([sys.executable, "-W", "ignore", "-c", PROBE], stdout=subprocess.PIPE, text=True)
    try:
        told, _ = process.communicate(timeout=SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        told, _ = process.communicate()

    assert told.splitlines()[-1:] == ["done"], f"{told.splitlines()[-1]} does not come to an end"
