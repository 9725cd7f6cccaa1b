from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.copies.tokens import MAX_CHARS, Tokens, grams_of, tokens_of


def words(tokens: Tokens) -> list[str]:
    return [tokens.surface(at, at) for at in range(len(tokens))]


# The hash is stored with every article: these numbers must never change without a new fingerprint version.
@pytest.mark.parametrize(
    ("word", "expected"),
    [("putin", 0xB19D26F7DEB08FA4), ("2022", 0x7D743E276F86AD2A), ("київ", 0x3022C789A049406B), ("日", 0x224DAA7EF32F86D)],
)
def test_the_hash_of_a_word_is_pinned(word: str, expected: int) -> None:
    assert tokens_of(word).hashes.tolist() == [expected]


def test_the_hash_of_five_words_is_pinned() -> None:
    grams = grams_of(tokens_of("Russia said the Ukraine war").hashes, 5)

    assert grams.tolist() == [0x3D07288B18C15BD4]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("THE HOUSE OF COMMONS", "the House of Commons"),
        ("“Don’t panic,” he said – twice", '"Don\'t panic", he said - twice'),
        ("São Tomé, Zürich, naïve", "Sao Tome, Zurich, naive"),
        ("1,000 or 1000", "1000 or 1,000"),
        ("the U.S. and the U.S.A. army", "the US and the USA army"),
        ("the president's car", "the president car"),
        ("Tom &amp; Jerry said &quot;no&quot;", 'Tom & Jerry said "no"'),
        ("Tom &amp;quot;Jerry&amp;quot; ran", 'Tom "Jerry" ran'),
        ("<p>One <b>two</b></p>", "One two"),
        ("soft\u00adhyphen and zero\u200bwidth", "softhyphen and zerowidth"),
        ("مُحَمَّد ـ كتـاب", "محمد كتاب"),
        ("١٢٣ يوم", "123 يوم"),
        ("ｆｕｌｌ ｗｉｄｔｈ", "full width"),
    ],
)
def test_what_a_copy_desk_changes_without_changing_words_is_folded_away(one: str, other: str) -> None:
    assert tokens_of(one).hashes.tolist() == tokens_of(other).hashes.tolist()


@pytest.mark.parametrize("text", ["日本の首相", "พรรคการเมือง", "ປະເທດລາວ"])
def test_scripts_without_spaces_are_cut_into_characters(text: str) -> None:
    tokens = tokens_of(text)

    assert len(tokens) > 4
    assert tokens.is_unspaced.all()


def test_hangul_and_kyrillic_are_words() -> None:
    assert len(tokens_of("한국 대통령이 말했다")) == 3
    assert len(tokens_of("Президент сказал вчера")) == 3


def test_numbers_and_names_inside_a_sentence_are_told_from_its_first_word() -> None:
    tokens = tokens_of("Prices rose 3.5 percent. Nobody in Lisbon, Mr. Costa said, had seen it coming.")

    marked = [word for at, word in enumerate(words(tokens)) if tokens.is_number[at] or tokens.is_capitalised[at]]

    assert marked == ["3.5", "Lisbon", "Mr", "Costa"]


def test_in_an_all_capitals_text_capitals_tell_nothing() -> None:
    assert not tokens_of("GRAIN SHIPMENTS TO THE SOVIET UNION FELL, USDA SAID").is_capitalised.any()


@pytest.mark.parametrize("text", ["", "   \n", "…—!?", "\u200b\u200b", "<br/>"])
def test_a_text_without_words_has_no_tokens(text: str) -> None:
    assert len(tokens_of(text)) == 0


def test_a_hostile_text_is_cut_at_a_bound() -> None:
    assert len(tokens_of("a " * MAX_CHARS)) == MAX_CHARS // 2
    assert len(tokens_of("<" * 50_000 + "word")) == 1
    assert len(tokens_of("\ud800 lone surrogate")) == 2


@given(st.text(max_size=300))
def test_any_text_is_cut_in_order_and_inside_its_bounds(text: str) -> None:
    tokens = tokens_of(text)

    assert (tokens.starts < tokens.ends).all()
    assert (np.diff(tokens.starts) > 0).all()
    assert not len(tokens) or tokens.ends[-1] <= len(tokens.folded)


@given(st.lists(st.sampled_from(["alpha", "beta", "Gamma", "12", "été"]), min_size=1, max_size=30))
def test_punctuation_and_case_never_matter(chosen: list[str]) -> None:
    plain = tokens_of(" ".join(chosen))

    assert tokens_of(" — ".join(word.upper() for word in chosen) + "!").hashes.tolist() == plain.hashes.tolist()
