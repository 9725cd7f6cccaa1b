from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from extractors.copies.fingerprints import FINGERPRINT_VERSION, MAX_TOKENS, dated_at, fingerprint_of, shingles_of, winnow
from extractors.copies.tokens import tokens_of
from extractors.records import Article
from tests.shared_data import shared

NOW = datetime(2026, 11, 22, tzinfo=UTC)
TEXT_HASH = 0x3EF90911449C195A
SENTENCE = (
    "The river rose by two metres in the night and by morning the lower town stood under water, as it had in the spring of 1987, "
    "when the old bridge was carried away together with the mill."
)


def article_of(text: str) -> Article:
    return Article(1, "https://a.example/1", "https://a.example/1", "a.example", text, NOW)


def test_the_fingerprint_of_a_text_is_pinned() -> None:
    print_ = fingerprint_of(article_of(SENTENCE))

    assert FINGERPRINT_VERSION == 1
    assert print_.token_count == 37
    assert print_.text_hash == TEXT_HASH
    assert list(print_.hashes) == [
        0x4D56CC9AB863CB,
        0x8CFE769B8FEA402,
        0xA8EF6B35F4E2C04,
        0x21FEDC32D0B9504E,
        0x2B7C3DE163354CAA,
        0x3303BC8F06E3A201,
        0x395B0D7ACE1441C7,
    ]


@pytest.mark.parametrize("seed", ["0", "1", "random"])
def test_the_fingerprint_does_not_depend_on_the_process(seed: str) -> None:
    code = (
        "import sys; from extractors.copies.fingerprints import *; from extractors.copies.tokens import tokens_of;"
        "print(text_hash_of(tokens_of(sys.argv[1])))"
    )

    run = subprocess.run(
        [sys.executable, "-c", code, SENTENCE],
        env={**os.environ, "PYTHONHASHSEED": seed},
        capture_output=True,
        text=True,
        check=True,
    )

    assert int(run.stdout) == TEXT_HASH


def test_a_copied_run_of_twelve_words_always_leaves_a_trace() -> None:
    words = SENTENCE.split()
    before, behind = (
        ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"],
        ["red", "green", "blue", "brown", "grey", "pink"],
    )
    known = set(fingerprint_of(article_of(SENTENCE)).hashes)

    for start in range(len(words) - 12):
        other = fingerprint_of(article_of(" ".join([*before, *words[start : start + 12], *behind])))
        assert known & set(other.hashes)


def test_winnowing_keeps_about_two_of_nine_shingles() -> None:
    shingles = np.random.default_rng(3).integers(0, 2**63, 9_000).astype(np.uint64)

    assert 0.20 < len(winnow(shingles)) / len(shingles) < 0.25


@pytest.mark.parametrize(("text", "hashes"), [("", 0), ("…", 0), ("word", 1), ("three short words", 1)])
def test_a_text_shorter_than_a_shingle_has_one_hash_or_none(text: str, hashes: int) -> None:
    assert len(fingerprint_of(article_of(text)).hashes) == hashes


def test_all_numbers_fit_a_signed_64_bit_column() -> None:
    print_ = fingerprint_of(article_of(SENTENCE * 40))

    assert 0 <= print_.text_hash < 2**63
    assert all(0 <= hash_ < 2**63 for hash_ in print_.hashes)


def test_a_huge_text_is_sketched_up_to_a_bound() -> None:
    text = " ".join(f"w{number}" for number in range(3 * MAX_TOKENS))

    assert len(fingerprint_of(article_of(text)).hashes) < MAX_TOKENS


def test_a_publication_date_in_the_future_is_not_believed() -> None:
    late = replace(article_of(SENTENCE), published_at=NOW + timedelta(days=30))
    early = replace(article_of(SENTENCE), published_at=NOW - timedelta(days=30))

    assert dated_at(late) == NOW
    assert dated_at(early) == NOW - timedelta(days=30)


def test_the_two_seeds_share_no_fingerprint() -> None:
    folder = shared("seeds")

    sketches = [set(winnow(shingles_of(tokens_of(path.read_text("utf-8")))).tolist()) for path in sorted(folder.glob("*.txt"))]

    assert len(sketches) == 2
    assert not sketches[0] & sketches[1]
