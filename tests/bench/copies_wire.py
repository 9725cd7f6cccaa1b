"""A generated wire for benchmarks of copies: needs numpy alone, so that peers in another environment read the same texts.

Real-like skew: words by Zipf's law from 60,000; 300 outlets of unequal size, each with a footer under 60 % of its articles;
40 % of the articles are copies of one from the last two days, and a few stories are copied by hundreds.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

VOCABULARY = 60_000
OUTLETS = 300
COPIES = 0.4
PER_DAY = 2_500
CHUNK = 5_000
EDITS = ("same", "excerpt", "new_lead", "footer")


@dataclass(frozen=True)
class Written:
    """One generated article; `copied_from` is the number of the one it repeats."""

    number: int
    day: int
    outlet: int
    text: str
    copied_from: int | None


def articles(count: int, *, seed: int = 5, start: int = 0) -> Iterator[list[Written]]:
    """Write articles in chunks, in order of publication; the same seed gives the same texts."""
    words, chances = _vocabulary()
    footers = _footers(words)
    recent: list[tuple[int, np.ndarray]] = []
    for first in range(0, count, CHUNK):
        random = np.random.default_rng([seed, first])
        chunk = []
        for number in range(first, min(first + CHUNK, count)):
            outlet = int(OUTLETS * random.random() ** 2)
            source = None
            if recent and random.random() < COPIES:
                # Squared: the newest are copied most; a favourite every 50 articles gathers hundreds.
                at = int(len(recent) * random.random() ** 2)
                source, body = recent[-1 - at // 50 * 50 if random.random() < 0.2 and at >= 50 else -1 - at]
                body = _edited(body, random, chances)
            else:
                body = np.searchsorted(chances, random.random(int(random.integers(120, 800))))
                recent.append((number, body))
                del recent[: max(0, len(recent) - 2 * PER_DAY)]
            text = _prose(words, body, random)
            if random.random() < 0.6:
                text += "\n\n" + footers[outlet]
            chunk.append(Written(start + number, number // PER_DAY, outlet, text, source))
        yield chunk


def _vocabulary() -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(1)
    letters = np.array(list("etaoinshrdlucmfwypvbgk"))
    words = np.array(["".join(random.choice(letters, size=int(size))) for size in random.integers(2, 11, VOCABULARY)])
    # One word in eight is a name: facts are what copies are judged by.
    words = np.array([word.capitalize() if at % 8 == 7 else word for at, word in enumerate(words)])
    weights = 1 / (np.arange(VOCABULARY) + 10.0)
    return words, np.cumsum(weights / weights.sum())


def _footers(words: np.ndarray) -> list[str]:
    random = np.random.default_rng(2)
    return [" ".join(words[random.integers(0, VOCABULARY, 45)]) + "." for _ in range(OUTLETS)]


def _edited(body: np.ndarray, random: np.random.Generator, chances: np.ndarray) -> np.ndarray:
    edit = EDITS[int(random.integers(len(EDITS)))]
    if edit == "excerpt":
        return body[: max(60, int(len(body) * random.uniform(0.3, 0.8)))]
    if edit == "new_lead":
        # The lead is written anew around the old one's words.
        lead = random.permutation(body[:30])
        return np.concatenate([lead, body[30:]])
    return body


def _prose(words: np.ndarray, body: np.ndarray, random: np.random.Generator) -> str:
    chosen = words[body].tolist()
    for at in range(0, len(chosen), 17):
        chosen[at] = f"{chosen[at]}."
    for at in range(0, len(chosen), 85):
        chosen[at] += "\n\n"
    return " ".join(chosen)
