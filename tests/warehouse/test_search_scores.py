"""Search against a reader who counts by hand: every article, every score, every phrase."""

from __future__ import annotations

import math
import random
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import duckdb
import pytest
import Stemmer
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from extractors.records import Batch
from tests.warehouse_samples import article
from warehouse.connection import writer
from warehouse.load import load
from warehouse.search import refresh_search

WORDS = ["lake", "lakes", "ration", "rationing", "rations", "water", "watered", "mayor", "verhandlung", "verhandlungen", "fluss"]
STEMMERS = {"en": Stemmer.Stemmer("english"), "de": Stemmer.Stemmer("german")}


@dataclass(frozen=True)
class Told:
    """One article as its words."""

    number: int
    title: list[str]
    text: list[str]
    language: str

    @cached_property
    def words(self) -> list[str]:
        return self.title + self.text

    def holds(self, phrase: list[str], *, in_title: bool = False) -> bool:
        parts = [self.title] if in_title else [self.title, self.text]
        return any(part[n : n + len(phrase)] == phrase for part in parts for n in range(len(part)))


def telling(seed: int) -> list[Told]:
    chance = random.Random(seed)
    return [
        Told(n, chance.choices(WORDS, k=chance.randint(0, 4)), chance.choices(WORDS, k=chance.randint(1, 40)), language)
        for n in range(40)
        for language in [chance.choice(["en", "de", "en", "xx"])]
    ]


@pytest.fixture(scope="module", params=[1, 2])
def told(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[list[Told], duckdb.DuckDBPyConnection]]:
    corpus = telling(request.param)
    with writer(tmp_path_factory.mktemp("told")) as connection:
        half = len(corpus) // 2
        for some in (corpus[:half], corpus[half:]):  # indexed in two goes, as runs do
            articles = [
                article(one.number, title=", ".join(one.title) or None, text=" ".join(one.text) + ".", language=one.language)
                for one in some
            ]
            load(connection, Batch("run", tuple(articles)))
            refresh_search(connection)
        yield corpus, connection


def by_hand(corpus: list[Told], wanted: list[str], phrases: list[list[str]], *, in_title: bool = False) -> dict[int, float]:
    """BM25 over all articles that hold every word in any form, and every phrase as it stands; what is asked twice counts once."""
    seen = {(word, one.language) for one in corpus for word in one.words}
    stems = {(word, language): STEMMERS[language].stemWord(word) if language in STEMMERS else word for word, language in seen}

    def forms(word: str) -> set[str]:
        own = {(language, stem) for (other, language), stem in stems.items() if other == word}
        return {word} | {other for (other, language), stem in stems.items() if (language, stem) in own}

    asked = [forms(word) for word in dict.fromkeys(wanted)]
    asked += [{word} for phrase in phrases for word in dict.fromkeys(phrase)]
    mean = sum(len(one.words) for one in corpus) / len(corpus)
    scores = {one.number: 0.0 for one in corpus}
    for spellings in asked:
        holding = [one for one in corpus if spellings & set(one.words)]
        weight = math.log(1 + (len(corpus) - len(holding) + 0.5) / (len(holding) + 0.5))
        for one in corpus:
            times = sum(word in spellings for word in one.words) + 2 * bool(spellings & set(one.title))
            if one not in holding or (in_title and not spellings & set(one.title)):
                scores.pop(one.number, None)
            elif one.number in scores:
                scores[one.number] += weight * 2.2 * times / (times + 1.2 * (0.25 + 0.75 * len(one.words) / mean))
    return {
        one.number: scores[one.number]
        for one in corpus
        if one.number in scores and all(one.holds(phrase, in_title=in_title) for phrase in phrases)
    }


def by_search(connection: duckdb.DuckDBPyConnection, query: str) -> dict[int, float]:
    rows = connection.execute("SELECT canonical_url, score FROM search(?, most := 1000)", [query]).fetchall()
    assert [score for _, score in rows] == sorted((score for _, score in rows), reverse=True)
    return {int(url.rpartition("/")[2]): score for url, score in rows}


some_words = st.lists(st.sampled_from(WORDS), min_size=1, max_size=3)
Told_ = tuple[list[Told], duckdb.DuckDBPyConnection]
often = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@often
@given(wanted=some_words)
def test_words_are_found_in_all_their_forms_and_scored_as_by_hand(told: Told_, wanted: list[str]) -> None:
    corpus, connection = told

    found = by_search(connection, " ".join(wanted))

    assert found == pytest.approx(by_hand(corpus, wanted, []), abs=6e-4)


@often
@given(data=st.data())
def test_phrases_are_found_where_they_stand_and_nowhere_else(told: Told_, data: st.DataObject) -> None:
    corpus, connection = told
    one = data.draw(st.sampled_from(corpus))
    length = data.draw(st.integers(2, 4))
    start = data.draw(st.integers(0, max(len(one.text) - length, 0)))
    phrase = data.draw(st.sampled_from([one.text[start : start + length], data.draw(some_words)]))
    in_title = data.draw(st.booleans())

    found = by_search(connection, ("title:" if in_title else "") + f'"{" ".join(phrase)}"')

    assert found == pytest.approx(by_hand(corpus, [], [phrase], in_title=in_title), abs=6e-4)


@often
@given(data=st.data())
def test_a_choice_finds_what_any_of_its_words_and_phrases_finds(told: Told_, data: st.DataObject) -> None:
    corpus, connection = told
    one, other, also = (data.draw(some_words) for _ in range(3))
    choice = by_hand(corpus, one[:1], []).keys() | by_hand(corpus, [], [other]).keys()

    found = by_search(connection, f'{one[0]} OR "{" ".join(other)}" {" ".join(also)}')

    assert found.keys() == choice & by_hand(corpus, also, []).keys()


@often
@given(wanted=some_words, unwanted=some_words)
def test_what_is_unwanted_is_left_out_word_for_word_or_in_all_forms(told: Told_, wanted: list[str], unwanted: list[str]) -> None:
    corpus, connection = told
    without = {one.number for one in corpus if one.holds(unwanted)}

    found = by_search(connection, " ".join([*wanted, f'-"{" ".join(unwanted)}"']))

    assert found.keys() == by_hand(corpus, wanted, []).keys() - without
