"""The memory of an outlet's recurring lines on real pages: precision must rise, and no paragraph of a story may be eaten."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

import pytest

from extractors.articles import draft_of
from extractors.errors import PageUnreadable
from extractors.records import Draft
from extractors.residue import LineMemory, clean, lines_of, trial
from extractors.residue.linememory import remember
from extractors.residue.wording import Wording
from extractors.urls import outlet_of
from tests.extraction_scores import UNSPACED, gold, scorer

CORPORA = ("aed", "fundus_res", "cleanportal", "daniel", "zhwced")
MIN_PAGES = 5
MIN_TRUE_CHARS = 40
"""A shorter line ("Related", a name) may stand in a gold text by chance."""

_WORD = re.compile(r"\w+")


@dataclass
class Measured:
    """Scores of the pages of all outlets, and the lines that only the memory removed."""

    cold: list[Any] = field(default_factory=list)
    warm: list[Any] = field(default_factory=list)
    rightly: list[str] = field(default_factory=list)
    wrongly: list[str] = field(default_factory=list)
    outlets: int = 0


def drafts_by_outlet() -> dict[str, list[tuple[dict[str, Any], Draft]]]:
    found: dict[str, list[tuple[dict[str, Any], Draft]]] = defaultdict(list)
    rows = [(row, page) for row, page in gold(CORPORA) if row["text"]]
    counts: dict[str, int] = defaultdict(int)
    for row, _ in rows:
        counts[row["domain"]] += 1
    for row, page in rows:
        if counts[row["domain"]] >= MIN_PAGES:
            try:
                found[outlet_of(page.url)].append((row, draft_of(page)))
            except PageUnreadable:
                continue
    return found


@pytest.fixture(scope="module")
def drafts() -> dict[str, list[tuple[dict[str, Any], Draft]]]:
    return drafts_by_outlet()


@pytest.fixture(scope="module", params=["all witnesses", "no wording known"])
def measured(request: pytest.FixtureRequest, drafts: dict[str, list[tuple[dict[str, Any], Draft]]]) -> Measured:
    with pytest.MonkeyPatch.context() as patch:
        if request.param == "no wording known":  # an outlet in a language for which no cue was ever written
            patch.setattr(trial, "wording_for", lambda _: Wording((), (), ()))
        return measure(drafts)


def measure(drafts: dict[str, list[tuple[dict[str, Any], Draft]]]) -> Measured:
    score, out = scorer(), Measured()
    for pages in drafts.values():
        out.outlets += 1
        for row, draft in pages:
            others = [line for _, other in pages if other is not draft for line in lines_of(other)]
            memory = LineMemory(remember(LineMemory(), others))
            cold, warm = clean(draft), clean(draft, memory)
            tokens = "cjk" if row["lang"] in UNSPACED else "zyte"
            out.cold.append(score.score_page(row, cold.text, tokens))
            out.warm.append(score.score_page(row, warm.text, tokens))
            truth = "".join(_WORD.findall(row["text"]))
            kept = set(warm.text.split("\n\n"))
            for line in (line for line in cold.text.split("\n\n") if line not in kept):
                flat = "".join(_WORD.findall(line))
                (out.wrongly if flat in truth and len(line) >= MIN_TRUE_CHARS else out.rightly).append(line)
    return out


@pytest.mark.gate
def test_what_an_outlet_repeats_is_learnt_and_raises_precision(measured: Measured) -> None:
    score = scorer()
    cold, warm = score.aggregate(measured.cold), score.aggregate(measured.warm)

    print(f"\n{len(measured.cold)} pages of {measured.outlets} outlets")
    for name, found in (("cold", cold), ("warm", warm)):
        print(name, " ".join(f"{key} {found[key]:.4f}" for key in ("f1", "precision", "recall", "accuracy")))
    print(f"{len(measured.rightly)} lines removed rightly, {len(measured.wrongly)} wrongly: {measured.wrongly[:10]}")

    assert warm["precision"] >= cold["precision"]
    assert len(measured.rightly) >= 10 * len(measured.wrongly)


@pytest.mark.gate
def test_the_memory_eats_no_paragraph_of_a_story(measured: Measured) -> None:
    assert measured.wrongly == []
