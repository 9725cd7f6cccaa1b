from __future__ import annotations

import time
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from extractors.entities import mentions_in, tagger
from extractors.entities.engines import Tagger
from extractors.nlp.truecase import is_shouted
from extractors.passages import region_text
from extractors.records import Article, Mention

PLAIN = [
    "Anna Lind",
    "Kyiv",
    "Ministry of Health",
    "the",
    "said",
    "President",
    "U.S.",
    "MOSCOW",
    "(",
    ")",
    "'s",
    "-",
    ",",
    ".",
    "\n",
]
ODD = [
    "“",
    "”",
    "’",
    "😀",
    "\u200b",
    "\u202e",
    "\u00ad",
    "İstanbul",
    "ß",
    "e\u0301",
    "Путин",
    "الرياض",
    "习近平",
    "\x00",
    "\u2028",
]
PIECES = st.sampled_from([*PLAIN, *ODD, "\n\n"])


def article_of(text: str) -> Article:
    return Article(1, "u", "u", "example.com", text, datetime(2026, 11, 1, tzinfo=UTC))


def found(text: str, engine: Tagger) -> list[Mention]:
    article = article_of(text)
    mentions = mentions_in([article], engine)
    end = -1
    for mention in mentions:
        assert region_text(article, mention.region)[mention.start_char : mention.end_char] == mention.surface
        assert mention.surface.strip()
        assert mention.start_char >= end
        end = mention.end_char
    return mentions


@given(st.lists(PIECES, max_size=30).map(" ".join) | st.lists(PIECES, max_size=30).map("".join) | st.text(max_size=200))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_offsets_are_exact_and_never_overlap(text: str) -> None:
    found(text, tagger("gazetteer"))


@given(st.lists(PIECES, min_size=5, max_size=40).map(" ".join))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_the_model_s_offsets_are_exact_too(text: str) -> None:
    found(text, tagger())


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("x" * 200_000, id="one run of letters"),
        pytest.param("Xx " * 60_000, id="one line of capitals"),
        pytest.param("Ministry Of " * 16_000, id="an organisation without an end"),
        pytest.param("President " * 20_000, id="titles without a name"),
        pytest.param("University of " * 14_000, id="heads without a name"),
        pytest.param("(AB) " * 40_000, id="acronyms of nothing"),
        pytest.param("A. " * 66_000, id="initials"),
        pytest.param("\u200b" * 200_000, id="nothing to see"),
        pytest.param("\u202bПутин met Anna Lind in Paris 😀\u202c " * 5_000, id="mixed scripts and directions"),
        pytest.param("\n".join(["Anna Lind"] * 20_000), id="lines"),
        pytest.param("Anna said (AL) the " * 11_000, id="false definitions"),
    ],
)
def test_200_000_hostile_characters_take_bounded_time(text: str) -> None:
    start = time.process_time()

    found(text, tagger("gazetteer"))

    # Measured 0.01 to 1.1 CPU-seconds; the bound leaves room for a busy machine.
    assert time.process_time() - start < 10


def test_a_name_of_500_words_is_no_name() -> None:
    surfaces = [mention.surface for mention in found("President " + " ".join(["Anna"] * 500) + " said.", tagger())]

    assert all(len(surface.split()) <= 14 for surface in surfaces)


def test_a_line_of_200_000_characters_is_read_to_its_end() -> None:
    text = "The talks went on. " * 11_000 + "Later they met in Lisbon."

    assert [mention.surface for mention in found(text, tagger("gazetteer"))] == ["Lisbon"]


def test_a_text_without_capitals_has_no_names() -> None:
    assert found("they met in paris and spoke of the coming winter", tagger()) == []


def test_a_shouted_line_is_read_quietly() -> None:
    surfaces = {mention.surface for mention in found("PRESIDENT EMMANUEL MACRON ARRIVED IN WARSAW ON FRIDAY FOR TALKS", tagger())}

    assert {"EMMANUEL MACRON", "WARSAW"} <= surfaces


@pytest.mark.parametrize(
    ("text", "shouted"), [("WIRE SENDS THIS OUT", True), ("Wire Sends This Out", False), ("NATO", False), ("", False)]
)
def test_only_lines_of_capitals_are_shouted(text: str, shouted: bool) -> None:
    assert is_shouted(text) is shouted
