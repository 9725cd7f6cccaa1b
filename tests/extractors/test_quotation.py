"""Where quotation marks open and close: every kind of mark, slips, speeches over several paragraphs, and laws."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from extractors.quotes.quotation import paragraphs_of, quotations_in

marks_and_words = st.text(alphabet="ab sS.,’'\"“”„«»‘‚\n\u200b\u202e日ж😀-:", max_size=60)


def insides(text: str) -> list[str]:
    return [text[q.start_char : q.end_char] for q in quotations_in(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('"We go," he said.', ["We go,"]),
        ("“We go,” he said.", ["We go,"]),
        ("''We go,'' he said.", ["We go,"]),
        ("``We go,'' he said.", ["We go,"]),
        ("‘We go,’ he said. The boys’ coats.", ["We go,"]),
        ("The minister said 'we won't go' on Monday.", ["we won't go"]),
        ("„Wir gehen“, sagte sie.", ["Wir gehen"]),
        ("»Wir gehen«, sagte sie.", ["Wir gehen"]),
        ("‚Wir gehen‘, sagte sie.", ["Wir gehen"]),
        ("« On y va », dit-elle.", ["On y va"]),
        ("«Мы идём», — сказала она.", ["Мы идём"]),
        ("”Vi går”, sa hon.", ["Vi går"]),
        ("「行こう」と言った。", ["行こう"]),
        ("“He called it “hell” and left,” she said. “Yes.”", ["He called it “hell” and left,", "Yes."]),
        ('"It is “Shark Tank.” But this is real," he said.', ["It is “Shark Tank.” But this is real,"]),
        ("“We go,“ he said.", ["We go,"]),
        ('“We go," he said.', ["We go,"]),
        ("“We go, he said. “We stay,” she said.", ["We go, he said. ", "We stay,"]),
        ('A 12" pipe and a 6" one', []),
        ("The '90s, rock 'n' roll, get 'em, it's James' own", []),
        ("“”", []),
        ("“...”", []),
    ],
)
def test_every_kind_of_mark_is_read(text: str, expected: list[str]) -> None:
    assert [inside.strip() for inside in insides(text)] == [inside.strip() for inside in expected]


def test_an_unclosed_quotation_ends_with_its_paragraph() -> None:
    text = "She said: “We will go home now.\n\nThen it rained."

    (found,) = quotations_in(text)

    assert text[found.start_char : found.end_char] == "We will go home now."
    assert found.is_unclosed


def test_a_speech_goes_on_when_the_next_paragraph_opens_again() -> None:
    text = "“One thing is clear to us.\n\n“Another is not.” He left.\n\n“New.”"

    assert [q.is_continuation for q in quotations_in(text)] == [False, True, False]


def test_a_speech_may_close_a_paragraph_that_did_not_open_it() -> None:
    text = "“One thing is clear to us.\n\nAnother is not,” he said."

    assert insides(text) == ["One thing is clear to us.", "Another is not,"]


def test_a_stray_mark_does_not_shift_the_paragraphs_behind_it() -> None:
    text = 'A stray " here.\n\n"We go," he said.\n\n"We stay," she said.'

    assert insides(text)[-2:] == ["We go,", "We stay,"]


def test_line_feeds_end_paragraphs_but_not_in_hard_wrapped_text() -> None:
    wrapped = (
        "He said that “the whole of the country is on the side of those who\n"
        "work and that this will not change at all in the coming years, come\n"
        "what may” on Monday."
    )
    lines = "Read more:\n“We go,” he said"

    assert len(list(paragraphs_of(wrapped))) == 1
    assert len(list(paragraphs_of(lines))) == 2


def test_paragraph_numbers_count_blank_lines() -> None:
    assert [p.number for p in paragraphs_of("a\n\nb\nc\n\n\n\nd")] == [0, 1, 1, 3]


@given(marks_and_words)
@example("“a “b” c” “")
@example("'a 'a' a'")
def test_quotations_stand_in_order_inside_their_paragraph_and_never_overlap(text: str) -> None:
    found = quotations_in(text)

    assert all(
        q.paragraph.start_char <= q.outer_start <= q.start_char < q.end_char <= q.outer_end <= q.paragraph.end_char for q in found
    )
    assert all(one.outer_end <= other.outer_start for one, other in pairwise(found))


@pytest.mark.parametrize(
    "text", ['"a ' * 60_000, "“a “b” " * 30_000, "'a b " * 60_000, "“" * 200_000, "‘x\n" * 50_000, "'a s' " * 50_000]
)
def test_marks_by_the_ten_thousand_take_linear_time(text: str) -> None:
    start = time.process_time()

    quotations_in(text)

    assert time.process_time() - start < 4  # 0.3 s here; quadratic reading takes minutes
