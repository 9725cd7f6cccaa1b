"""Every entry point ends in its declared way, whatever comes in, and in time that grows with the input and no faster.

The short form of `make fuzz`: the stored corpus (seeds, and whatever ever crashed), some bent inputs, and repetition.
"""

from __future__ import annotations

import random
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fuzz.targets import REPEATS, TARGETS, attempt, bent, seeds

TIMES = 4
SMALL_BYTES, SLACK, FLOOR_SECONDS = 16_000, 3.0, 0.3
"""Four times the input may take twelve times as long: machines are noisy, and a square would be sixteen times."""


@pytest.mark.parametrize("name", TARGETS)
def test_the_stored_corpus_is_taken_as_declared(name: str) -> None:
    for data in seeds(name):
        attempt(name, data)


@pytest.mark.parametrize("name", TARGETS)
@given(seed=st.integers(0, 2**32))
@settings(max_examples=25, database=None)
def test_bent_input_ends_as_declared(name: str, seed: int) -> None:
    attempt(name, bent(name, random.Random(seed), seeds(name)))


@pytest.mark.parametrize("name", TARGETS)
@given(data=st.binary(max_size=300))
@settings(max_examples=25, database=None)
def test_noise_ends_as_declared(name: str, data: bytes) -> None:
    attempt(name, data)


def seconds_for(name: str, data: bytes) -> float:
    began = time.process_time()
    attempt(name, data)
    return time.process_time() - began


@pytest.mark.parametrize(("name", "token"), [(name, token) for name, (_, tokens) in REPEATS.items() for token in tokens])
def test_time_grows_with_the_input_and_no_faster(name: str, token: bytes) -> None:
    start, _ = REPEATS[name]
    count = SMALL_BYTES // len(token)

    # Twice, since the first may import a library that a page of that length needs, which takes half a second.
    small = min(seconds_for(name, start + token * count) for _ in range(2))
    large = min(seconds_for(name, start + token * count * TIMES) for _ in range(2))

    assert large <= max(FLOOR_SECONDS, SLACK * TIMES * small), f"{small:.3f} s, then {large:.3f} s for {TIMES} times as much"
