from __future__ import annotations

import itertools
import random
import re
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors import names
from extractors.names.person_names import compare_people, parse_person
from extractors.names.thing_names import thing_of
from extractors.records import Mention, NameRule


def mention(article_id: int, surface: str, kind: str = "person", titles: tuple[str, ...] = ()) -> Mention:
    return Mention(article_id, surface, 0, len(surface), kind, "model", titles=titles)


def same(a: str, b: str) -> bool:
    return compare_people(parse_person(a), parse_person(b)).same


@pytest.mark.parametrize(
    ("surface", "family", "given", "middles"),
    [
        ("Russia's President Vladimir Putin", "Putin", "Vladimir", ()),
        ("Kremlin spokesman Dmitry Peskov", "Peskov", "Dmitry", ()),
        ("Trump, Donald", "Trump", "Donald", ()),
        ("Donald J. Trump", "Trump", "Donald", ("J",)),
        ("Osama bin Laden", "binLaden", "Osama", ()),
        ("Bashar al-Assad", "Assad", "Bashar", ()),
        ("Kim Jong-un", "Kim", "Jongun", ()),
        ("Xi Jinping", "Xi", "Jinping", ()),
        ("Kim Clijsters", "Clijsters", "Kim", ()),
        ("Ursula von der Leyen", "vonderLeyen", "Ursula", ()),
        ("Zelensky", "Zelensky", None, ()),
        ("Zelensky’s", "Zelensky", None, ()),
    ],
)
def test_a_name_is_taken_apart(surface: str, family: str, given: str | None, middles: tuple[str, ...]) -> None:
    name = parse_person(surface)

    assert (name.family, name.given, name.middles) == (family, given, middles)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("Mikhail Mishustin", "Michail Mischustin"),
        ("Ruslan Stefanchuk", "Rouslan Stefantchouk"),
        ("Moqtada al-Sadr", "Muqtada Sadr"),
        ("Robert Menendez", "Bob Menendez"),
    ],
)
def test_spellings_of_one_person_meet(a: str, b: str) -> None:
    assert same(a, b)
    assert same(b, a)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("Daniel Costa", "Daniela Costa"),
        ("Maria Santos", "Mario Santos"),
        ("Ali Hassan", "Ali Hussein"),
        ("Alexei Navalny", "Alexei Navalnaya"),
        ("Scott Morrison", "Scott Emerson"),
        ("Peter Dunne", "Peter Dutton"),
        ("Kim Jong Un", "Kim Jong Il"),
        ("Ferdinand Marcos Jr.", "Ferdinand Marcos Sr."),
        ("Alfonso XI", "Alfonso XII"),
        ("Bush", "George Bush"),
    ],
)
def test_two_people_never_meet(a: str, b: str) -> None:
    assert not same(a, b)


@pytest.mark.parametrize(
    ("a", "b", "kind"),
    [
        ("Kiev", "Kyiv", "place"),
        ("the U.S.", "United States", "place"),
        ("Russia's Defence Ministry", "Ministry of Defense of Russia", "organization"),
        ("World Health Organisation", "WHO", "organization"),
        ("Gazprom PJSC", "Gazprom", "organization"),
    ],
)
def test_other_names_meet_through_the_tables(a: str, b: str, kind: str) -> None:
    assert thing_of(a, kind).key == thing_of(b, kind).key


def test_a_known_place_corrects_the_tagger() -> None:
    assert thing_of("Kremlin", "organization").kind == "place"


def test_a_title_tells_two_bearers_of_a_surname_apart() -> None:
    said = [
        mention(1, "Donald Marlow", titles=("President",)),
        mention(1, "Ivanka Marlow"),
        mention(1, "Marlow", titles=("President",)),
    ]

    linked, naming = names.resolve(said)

    named = {entity.entity_id: entity.name for entity in naming.entities}
    assert named[linked[2].entity_id or 0] == "Donald Marlow"


def test_a_curated_difference_keeps_spellings_apart() -> None:
    both = [mention(1, "Dmitri Olm"), mention(2, "Dmitry Olm")]
    apart = NameRule("person", "dmitri olm", "dmitry olm", "different")

    linked, _ = names.resolve(both, rules=[apart])

    assert linked[0].entity_id != linked[1].entity_id


def test_every_link_says_why() -> None:
    linked, _ = names.resolve([mention(1, "Volodymyr Zelenskyi"), mention(1, "Zelenskyi"), mention(2, "Somebody")])

    assert [(link.link_rule, link.link_evidence) for link in linked] == [
        ("romanisation or short form", "Volodymyr Zelensky"),
        ("full name in the article", "Volodymyr Zelenskyi"),
        (None, None),
    ]


PEOPLE = ["Olga Brandt", "Olga Brand", "Brandt", "O. Brandt", "George Bush", "George W. Bush", "George H. W. Bush", "Bush", "Kim"]


@given(st.lists(st.tuples(st.integers(0, 5), st.sampled_from(PEOPLE)), max_size=20), st.randoms())
def test_order_does_not_matter(said: list[tuple[int, str]], chance: random.Random) -> None:
    mentions = [mention(number, surface) for number, surface in said]
    shuffled = list(mentions)
    chance.shuffle(shuffled)

    one, naming_one = names.resolve(mentions)
    two, naming_two = names.resolve(shuffled)

    assert naming_one == naming_two
    assert sorted(one, key=repr) == sorted(two, key=repr)


@given(st.text(max_size=60), st.sampled_from(["person", "place", "organization", "event", "other"]))
def test_any_surface_gets_an_answer(surface: str, kind: str) -> None:
    linked, _ = names.resolve([mention(1, surface, kind)])

    assert len(linked) == 1


def test_comparing_is_symmetric() -> None:
    spellings = [
        "Volodymyr Zelensky",
        "Wolodymyr Selenskyj",
        "Kim Jong Un",
        "Bob Menendez",
        "Jean-Marie Le Pen",
        "X Æ",
        "Li Qiang",
    ]

    for a, b in itertools.product(spellings, repeat=2):
        assert same(a, b) == same(b, a)


def test_a_name_of_500_words_is_only_a_long_name() -> None:
    linked, _ = names.resolve([mention(1, " ".join(["Anna"] * 500))])

    assert linked[0].entity_id is not None


def test_a_well_known_surname_needs_one_bearer_a_common_one_three_articles() -> None:
    said = [mention(1, "Vladimir Putin"), mention(2, "Putin"), mention(3, "Boris Johnson"), mention(4, "Johnson")]

    linked, _ = names.resolve(said)

    assert [link.entity_id is not None for link in linked] == [True, True, True, False]


def test_curated_wikidata_ids_are_well_formed_unique_and_seen_elsewhere() -> None:
    lines = (files("extractors") / "data" / "known.tsv").read_text("utf-8").splitlines()
    rows = [line.split("\t") for line in lines if line and not line.startswith("#")]

    assert {len(row) for row in rows} == {7}
    ids = [row[2] for row in rows if row[2]]
    assert len(ids) == len(set(ids)) >= 320
    assert all(re.fullmatch(r"Q[1-9]\d*", one) for one in ids)
    assert [row[1] for row in rows if bool(row[2]) != bool(row[6])] == []  # an id has a witness, a witness an id
    assert {letter for row in rows for letter in row[6]} == set("ernoc")


@pytest.mark.parametrize(
    ("surface", "kind", "name", "polity"),
    [
        ("the Kremlin", "organization", "Kremlin", "ru"),
        ("Kremlin", "place", "Kremlin", "ru"),
        ("Downing Street", "place", "Downing Street", "gb"),
        ("No. 10", "organization", "Downing Street", "gb"),
        ("the White House", "organization", "White House", "us"),
        ("the Pentagon", "organization", "Pentagon", "us"),
        ("Washington", "place", "Washington", "us"),
        ("Brussels", "place", "Brussels", "eu"),
        ("Beijing", "place", "Beijing", "cn"),
        ("Kiev", "place", "Kyiv", "ua"),
        ("the Elysée", "place", "Élysée Palace", "fr"),
        ("Geneva", "place", "Geneva", None),
    ],
)
def test_a_metonym_stays_itself_and_names_its_polity(surface: str, kind: str, name: str, polity: str | None) -> None:
    _, naming = names.resolve([Mention(1, surface, 0, len(surface), kind, "model")])

    assert [(entity.name, entity.polity_code) for entity in naming.entities] == [(name, polity)]


def test_two_bushes_stay_two_whatever_their_articles_call_them() -> None:
    said = [
        (1, "George W. Bush"), (1, "Bush"), (2, "George H. W. Bush"), (2, "Bush"), (3, "George Bush"), (4, "Bush"),
        (5, "President Bush"), (6, "George H.W. Bush"), (6, "George W. Bush"), (6, "Bush"), (7, "Jeb Bush"), (7, "Mr Bush"),
    ]  # fmt: skip
    mentions = [Mention(article, surface, 0, len(surface), "person", "model") for article, surface in said]

    linked, naming = names.resolve(mentions)

    called = {entity.entity_id: entity.name for entity in naming.entities}
    meant = [(one.article_id, one.surface, called.get(one.entity_id or 0)) for one in linked]
    assert meant == [
        (1, "George W. Bush", "George W. Bush"),
        (1, "Bush", "George W. Bush"),
        (2, "George H. W. Bush", "George H. W. Bush"),
        (2, "Bush", "George H. W. Bush"),
        (3, "George Bush", "George Bush"),
        (4, "Bush", None),
        (5, "President Bush", None),
        (6, "George H.W. Bush", "George H. W. Bush"),
        (6, "George W. Bush", "George W. Bush"),
        (6, "Bush", None),
        (7, "Jeb Bush", "Jeb Bush"),
        (7, "Mr Bush", "Jeb Bush"),
    ]


@pytest.mark.parametrize(
    "surface", ["Mr Olm", "Dr. Olm", "Prof Olm", "President Olm", "Olm's", "Sir Olm", "Foreign Minister Olm"]
)
def test_honorifics_do_not_hide_a_surname(surface: str) -> None:
    linked, _ = names.resolve([Mention(1, text, 0, len(text), "person", "model") for text in ("Dmitri Olm", surface)])

    assert linked[0].entity_id == linked[1].entity_id is not None
