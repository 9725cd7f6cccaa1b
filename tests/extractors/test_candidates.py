from __future__ import annotations

import pytest

from extractors.nlp.candidates import may_name

COMMON = frozenset({"the", "it", "then", "people", "rain", "he", "a"})


@pytest.mark.parametrize(
    ("text", "may"),
    [
        ("The rain fell. Then it stopped! It was late.", False),
        ("I said I'd come, and “the rain” fell. “It fell,” he said.", False),
        ("", False),
        ("42 people in 2026", False),
        ("The rain fell on Vornstad.", True),
        ("Vornstad was wet.", True),  # begins a sentence, and is no ordinary word
        ("the NATO of it", True),
        ("an iPhone for 蔡英文", True),
        ("the mayor, 蔡英文, said", True),  # no capitals in this script
        ("it rained, The rain", True),
    ],
)
def test_only_capitals_that_a_sentence_explains_hold_no_name(text: str, may: bool) -> None:
    assert may_name(text, COMMON.__contains__) is may
