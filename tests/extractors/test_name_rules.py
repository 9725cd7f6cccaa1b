from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.names import naming_of
from extractors.names.name_rules import contradicting, joined, parted
from extractors.records import NameAlias, NameRule


def word(spec: str, kind: str = "person") -> NameRule:
    """Read "a = b" or "a | b"."""
    key_a, sign, key_b = spec.split()
    return NameRule(kind, key_a, key_b, "same" if sign == "=" else "different")


def test_same_is_transitive() -> None:
    groups = joined([word("a = b"), word("c = b"), word("d = e"), word("a | d")])

    assert groups["person", "a"] == {"a", "b", "c"}
    assert groups["person", "e"] == {"d", "e"}


def test_whoever_is_one_with_a_differs_from_whom_a_differs() -> None:
    assert ("person", frozenset("cd")) in parted([word("a = c"), word("a | d")])


@pytest.mark.parametrize(
    ("new", "old"),
    [
        ("a | c", ["a = b", "b = c"]),
        ("a = c", ["a | d", "c = d"]),
        ("b = d", ["a = b", "d = e", "a | e"]),
    ],
)
def test_a_contradiction_names_the_words_in_its_way(new: str, old: list[str]) -> None:
    against = contradicting(word(new), [word(spec) for spec in old])

    assert {(rule.key_a, rule.key_b) for rule in against} == {(spec[0], spec[-1]) for spec in old}


def test_what_was_said_of_the_same_pair_or_another_kind_is_no_contradiction() -> None:
    assert contradicting(word("a = b"), [word("b | a"), word("a | b", "place")]) == []


def test_circles_of_same_are_no_contradiction() -> None:
    assert contradicting(word("c = a"), [word("a = b"), word("b = c")]) == []


KEYS = ["ann olm", "anne olm", "anna olm", "bo wouters", "bob wouters", "robert wouters", "dmitri olm", "dmitry olm"]
WORDS = st.lists(
    st.tuples(st.sampled_from(KEYS), st.sampled_from(KEYS), st.sampled_from(["same", "different"])).filter(
        lambda pair: pair[0] != pair[1]
    ),
    max_size=6,
)


@given(WORDS, st.randoms())
def test_words_without_contradiction_always_hold(told: list[tuple[str, str, str]], chance: object) -> None:
    rules: list[NameRule] = []
    for key_a, key_b, verdict in told:
        rule = NameRule("person", min(key_a, key_b), max(key_a, key_b), verdict)
        if not contradicting(rule, rules):
            rules = [other for other in rules if (other.key_a, other.key_b) != (rule.key_a, rule.key_b)] + [rule]
    aliases = [NameAlias("person", key, key.title(), "-", key.split()[1], 1) for key in KEYS]

    decided = {alias.key: alias.entity_id for alias in naming_of(aliases, rules).aliases}
    chance.shuffle(aliases)  # type: ignore[attr-defined]  # a random.Random
    again = {alias.key: alias.entity_id for alias in naming_of(aliases, rules[::-1]).aliases}

    assert decided == again
    for rule in rules:
        assert (decided[rule.key_a] == decided[rule.key_b]) == (rule.verdict == "same"), rule
