"""A name that articles take for several kinds of thing is one, unless two kinds are proven."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors import names
from extractors.entities.layer import with_quoted_works
from extractors.entities.spans import Span
from extractors.names.kinds import DATELINE, QUOTED, letters_of
from extractors.records import Mention, NameRule

Said = tuple[int, str, str]


def mention(article_id: int, surface: str, kind: str, titles: tuple[str, ...] = (), source: str = "model") -> Mention:
    return Mention(article_id, surface, 0, len(surface), kind, source, titles=titles)


def kinds_of(*said: Mention, rules: tuple[NameRule, ...] = ()) -> list[str]:
    """Resolve mentions, and return the kinds of all entities; every mention must mean one."""
    linked, naming = names.resolve(said, rules=rules)
    assert all(one.entity_id for one in linked if " " in one.surface)
    assert {one.entity_id for one in linked if one.entity_id} <= {entity.entity_id for entity in naming.entities}
    return sorted(entity.kind for entity in naming.entities)


def test_most_articles_say_what_a_name_is() -> None:
    said = [mention(number, "Aurelia Star", "place") for number in (1, 2, 3)]
    said += [mention(4, "Aurelia Star", "person"), mention(5, "Aurelia Star", "organization")]

    linked, naming = names.resolve(said)

    (entity,) = naming.entities
    assert (entity.name, entity.kind, entity.aliases) == ("Aurelia Star", "place", ("Aurelia Star",))
    assert {one.entity_id for one in linked} == {entity.entity_id}
    assert (linked[3].link_rule, linked[3].link_evidence) == ("one name, several kinds", "place in 3 of 5 articles")


@pytest.mark.parametrize("surface", ["Washington", "Ford", "Jordan", "Fenwick"])
def test_names_of_one_word_take_no_part(surface: str) -> None:
    assert letters_of(surface.lower()) == ""
    assert len(kinds_of(*(mention(n, surface, kind) for n in (1, 2, 3) for kind in ("organization", "place", "event")))) > 1


def test_paris_hilton_is_not_paris() -> None:
    assert kinds_of(mention(1, "Paris Hilton", "person"), mention(2, "Paris", "place")) == ["person", "place"]


@pytest.mark.parametrize(
    "person",
    [
        [mention(1, "Hugo Boss", "person", titles=("Mr",))],
        [mention(1, "Hugo Boss", "person"), mention(1, "Boss", "person")],
    ],
    ids=["a title", "the bare surname"],
)
@pytest.mark.parametrize("firm", ["Hugo Boss AG", "Hugo Boss"])
def test_a_man_and_a_firm_that_are_proven_stay_two(person: list[Mention], firm: str) -> None:
    """The firm is proven by its legal form, or by more articles than the man has."""
    firms = [mention(number, firm, "organization") for number in (2, 3, 4)]

    assert kinds_of(*person, *firms) == ["organization", "person"]


def test_a_proven_person_takes_in_a_slip_of_the_tagger() -> None:
    said = [mention(1, "Leigh Wood", "person"), mention(1, "Wood", "person"), mention(2, "Leigh Wood", "organization")]

    assert kinds_of(*said) == ["person"]


def test_a_word_that_stands_before_clubs_too_proves_nobody() -> None:
    clubs = [mention(number, "Real Madrid", "organization") for number in (1, 2)]

    assert kinds_of(*clubs, mention(3, "Real Madrid", "person", titles=("former",))) == ["organization"]


def test_what_the_tables_know_stays_what_it_is() -> None:
    said = [mention(number, "Los Angeles", "person") for number in (1, 2, 3)]

    assert kinds_of(*said, mention(4, "Los Angeles", "place")) == ["place"]


def test_a_film_named_after_somebody_is_a_film() -> None:
    film = [mention(number, "Erin Brockovich", "work", source=QUOTED) for number in (1, 2, 3)]

    assert kinds_of(*film, mention(4, "Erin Brockovich", "person")) == ["person", "work"]
    assert kinds_of(mention(1, "Hage Geingob", "work"), mention(2, "Hage Geingob", "person", titles=("President",))) == ["person"]


def test_only_a_work_in_quotation_marks_of_its_own_is_proven() -> None:
    text = "She read “Snow Flower,” then “Dune Part was long,” he said."
    at = [text.index("Snow"), text.index("Dune")]
    spans = [Span(at[0], at[0] + 11, "work", "model"), Span(at[1], at[1] + 9, "work", "model")]

    assert [span.source for span in with_quoted_works(text, spans)] == [QUOTED, "model"]


def test_a_name_that_is_a_dateline_somewhere_is_a_place_everywhere() -> None:
    said = [mention(number, "Sage Hollow", "organization") for number in range(1, 10)]

    linked, naming = names.resolve([*said, mention(10, "SAGE HOLLOW", "place", source=DATELINE)])

    (entity,) = naming.entities
    assert (entity.name, entity.kind, entity.aliases) == ("Sage Hollow", "place", ("SAGE HOLLOW", "Sage Hollow"))
    assert linked[0].link_evidence == "place in 1 of 10 articles"


def test_one_dateline_does_not_outweigh_many_articles_nor_a_proven_person() -> None:
    many = [mention(number, "Sage Hollow", "organization") for number in range(1, 12)]
    person = [mention(number, "Ada Hollow", "person", titles=("Mayor",)) for number in (1, 2)]

    assert "organization" in kinds_of(*many, mention(12, "SAGE HOLLOW", "place", source=DATELINE))
    assert kinds_of(*person, mention(3, "ADA HOLLOW", "place", source=DATELINE)) == ["person", "place"]


def test_a_spelling_that_a_curated_word_is_about_keeps_its_kind() -> None:
    said = [mention(number, "Aurelia Star", "place") for number in (1, 2, 3)] + [mention(4, "Aurelia Star", "person")]
    told = NameRule("person", "aurelia star", "aurelia m star", "same")

    assert kinds_of(*said, rules=(told,)) == ["person"]


def test_an_article_has_one_vote_however_many_kinds_it_takes_a_name_for() -> None:
    torn = [mention(1, "Aurelia Star", kind) for kind in ("place", "place", "person", "organization")]
    said = [*torn, mention(2, "Aurelia Star", "organization"), mention(3, "Aurelia Star", "organization")]

    linked, naming = names.resolve(said)

    (entity,) = naming.entities
    assert entity.kind == "organization"
    assert {(row.kind, row.documents) for row in naming.aliases} == {("organization", 2), ("place", 1)}
    assert linked[0].link_evidence == "organization in 2 of 3 articles"


def test_a_curated_word_parts_or_joins_the_kinds_of_a_name() -> None:
    said = [mention(1, "Four Seasons", "event"), mention(2, "Four Seasons", "organization"), mention(3, "Four Seasons", "place")]
    man = [mention(4, "Hugo Boss", "person", titles=("Mr",)), mention(5, "Hugo Boss AG", "organization")]
    apart = NameRule("two kinds", "event four seasons", "organization four seasons", "different")
    one = NameRule("two kinds", "organization hugo boss", "person hugo boss", "same")

    assert kinds_of(*said) == ["organization"]
    assert {"event", "organization"} < set(kinds_of(*said, rules=(apart,)))
    assert kinds_of(*man) == ["organization", "person"]
    assert kinds_of(*man, rules=(one,)) == ["organization"]


def test_a_person_of_no_vote_bears_no_surname() -> None:
    said = [mention(number, "Aurelia Wexcombe", "place") for number in (1, 2, 3, 4)]
    said += [mention(5, "Aurelia Wexcombe", "person"), mention(6, "Wexcombe", "person")]

    linked, naming = names.resolve(said)

    assert naming.bearers == ()
    assert linked[-1].entity_id is None


SURFACES = ["Aurelia Star", "Aurelia Star AG", "aurelia star", "Star", "Kim Jong-un", "Kim Jong Un", "Los Angeles", "Aurelia"]
KINDS = ["person", "organization", "place", "event", "work", "other"]
SAID = st.lists(st.tuples(st.integers(0, 6), st.sampled_from(SURFACES), st.sampled_from(KINDS)), max_size=25)


@given(SAID, st.randoms())
def test_the_vote_does_not_depend_on_order_or_batches(said: list[Said], chance: random.Random) -> None:
    mentions = [mention(number, surface, kind) for number, surface, kind in said]
    shuffled = list(mentions)
    chance.shuffle(shuffled)
    early = [one for one in mentions if one.article_id < 3]
    late = [one for one in mentions if one.article_id >= 3]

    whole = names.naming_of(names.counted(names.uses_of(mentions)))
    pieces = names.naming_of(names.counted(names.uses_of(late), names.counted(names.uses_of(early))))

    assert names.naming_of(names.counted(names.uses_of(shuffled))) == whole
    assert {(row.kind, row.key, row.entity_id) for row in pieces.aliases} == {
        (row.kind, row.key, row.entity_id) for row in whole.aliases
    }


@given(SAID)
def test_every_spelling_means_an_entity_that_is_there(said: list[Said]) -> None:
    naming = names.naming_of(names.counted(names.uses_of([mention(*one) for one in said])))

    assert {row.entity_id for row in naming.aliases} == {entity.entity_id for entity in naming.entities}
    assert all(
        row.alias in {a for e in naming.entities if e.entity_id == row.entity_id for a in e.aliases} for row in naming.aliases
    )
