"""Names in datelines: what the dateline rule knows, every tagger knows."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.entities import DEFAULT_MODEL, Tagger, mentions_in, tagger
from extractors.names import resolve
from extractors.passages import passages_of, region_text
from extractors.records import Article, Mention

NOW = datetime(2026, 11, 1, tzinfo=UTC)
REST = "Seven growers trapped by the flood for nine days came home on Sunday, Ada Quill of the harbour council said."


def article_of(text: str, dateline: str | None, article_id: int = 1, language: str = "en", title: str | None = None) -> Article:
    url = f"https://quaypost.example/{article_id}"
    return Article(article_id, url, url, "quaypost.example", text, NOW, title=title, dateline=dateline, language=language)


def engine_of(name: str) -> Tagger:
    if name == "natasha":
        pytest.importorskip(name, reason="the extra for Russian is not installed")
    return tagger(name)


def found(article: Article, engine: str = "gazetteer") -> list[Mention]:
    mentions = mentions_in([article], engine_of(engine))
    for one in mentions:
        assert region_text(article, one.region)[one.start_char : one.end_char] == one.surface
    return mentions


def opening_of(article: Article, before: int, engine: str = "gazetteer") -> list[tuple[str, str]]:
    return [(one.surface, one.kind) for one in found(article, engine) if one.region == "text" and one.start_char < before]


@pytest.mark.parametrize("engine", ["gazetteer", DEFAULT_MODEL, "natasha"])
@pytest.mark.parametrize(
    ("opening", "dateline", "names"),
    [
        ("COPIAPÓ (Meridian) —", "COPIAPÓ", [("COPIAPÓ", "place"), ("Meridian", "organization")]),
        ("WASHINGTON, March 4 (Reuters) -", "WASHINGTON", [("WASHINGTON", "place"), ("Reuters", "organization")]),
        ("LONDON/NEW YORK —", "LONDON/NEW YORK", [("LONDON", "place"), ("NEW YORK", "place")]),
        ("KYIV, Ukraine (AP) —", "KYIV, Ukraine", [("KYIV", "place"), ("Ukraine", "place"), ("AP", "organization")]),
        ("PARIS and BERLIN —", "PARIS and BERLIN", [("PARIS", "place"), ("BERLIN", "place")]),
        (
            "PORT OF SPAIN, Trinidad and Tobago —",
            "PORT OF SPAIN, Trinidad and Tobago",
            [("PORT OF SPAIN", "place"), ("Trinidad and Tobago", "place")],
        ),
        ("ST. ALDA, Wis. (AP/Meridian) —", "ST. ALDA, Wis.", [("ST. ALDA", "place"), ("Wis", "place"), ("AP", "organization")]),
        ("Obertann (jur).", "Obertann", [("Obertann", "place")]),
        ("Ulaanbaatar /MONTSAME/.", "Ulaanbaatar", [("Ulaanbaatar", "place"), ("MONTSAME", "organization")]),
        ("Москва. 4 января. INTERFAX.RU -", "Москва", [("Москва", "place"), ("INTERFAX.RU", "organization")]),
        ("United Nations –", "United Nations", [("United Nations", "organization")]),
    ],
)
def test_every_tagger_knows_what_a_dateline_names(opening: str, dateline: str, names: list[tuple[str, str]], engine: str) -> None:
    article = article_of(f"{opening} {REST}", dateline)

    assert opening_of(article, len(opening), engine) == names


@pytest.mark.parametrize(
    ("text", "dateline", "language", "names"),
    [
        ("新华社北京4月24日电 港口委员会星期一决定保护老梨仓。", "北京", "zh", [("新华社", "organization"), ("北京", "place")]),
        (
            "(서울=연합뉴스) 항만 위원회는 월요일 보존하기로 결정했다.",
            "서울",
            "ko",
            [("서울", "place"), ("연합뉴스", "organization")],
        ),
        ("【ワシントン=港太郎】港湾評議会は月曜日、保護することを決めた。", "ワシントン", "ja", [("ワシントン", "place")]),
    ],
)
def test_scripts_without_spaces_have_datelines_too(text: str, dateline: str, language: str, names: list[tuple[str, str]]) -> None:
    assert opening_of(article_of(text, dateline, language=language), 14) == names


def test_a_name_behind_a_dateline_begins_a_sentence() -> None:
    text = "AMMAN — Jordan said on Monday that the pears are late.\n\nThe pears of Jordan are small."

    assert [(one.surface, one.kind) for one in found(article_of(text, "AMMAN"), DEFAULT_MODEL)][:2] == [
        ("AMMAN", "place"),
        ("Jordan", "place"),
    ]


def test_a_dateline_below_a_standfirst_is_found_with_exact_offsets() -> None:
    text = f"Four hours of debate.\n\n\u200bSAGE\u00a0HOLLOW (Meri\u00addian) — {REST}"

    (town, agency, *_) = found(article_of(text, "SAGE\u00a0HOLLOW"))

    assert (town.surface, town.kind, town.paragraph) == ("SAGE\u00a0HOLLOW", "place", 1)
    assert (agency.surface, agency.kind) == ("Meri\u00addian", "organization")


@pytest.mark.parametrize(
    ("text", "dateline"),
    [
        (f"LISBON is warm. {REST}", "LISBON"),  # the line was removed with the dateline in it
        ("", "LISBON"),
        ("LISBON (Meridian) —", "LISBON"),
        (f"The town of LISBON — {REST}", "LISBON"),
        (f"LISBON (Meridian) — {REST}", None),
        (f"LISBON (Meridian) — {REST}", ""),
    ],
)
def test_a_text_that_does_not_open_with_its_dateline_is_read_as_ever(text: str, dateline: str | None) -> None:
    article = article_of(text, dateline)

    assert all(passage.opening is None for passage in passages_of(article))
    assert [one for one in found(article) if one.source == "dateline"] == []


def test_what_the_dateline_names_is_a_place_in_all_of_its_article() -> None:
    text = "CUTLER — A fire burnt on.\n\nCutler has no fire engine, said Ada Quill.\n\nCutler waits."

    kinds = {one.kind for one in found(article_of(text, "CUTLER"), DEFAULT_MODEL) if one.surface.lower() == "cutler"}

    assert kinds == {"place"}


@pytest.mark.parametrize(
    ("text", "dateline", "starts"),
    [
        ("Obertann. Der Rat von Obertann tagt.", "Obertann", [0, 22]),
        ("SAGE HOLLOW — Pupils of the Sage Hollow school wait.", "SAGE HOLLOW", [0, 28]),
        ("MOBILE — Mobile phones are rare in Mobile, where Mobile-Lines has none.", "MOBILE", [0, 35]),
        ("LA CROSSE, La. — Few stay in La Rue, none in La.", "LA CROSSE, La.", [0, 11]),
    ],
)
def test_a_town_that_no_table_knows_is_seen_again_where_places_are_spoken_of(text: str, dateline: str, starts: list[int]) -> None:
    assert [one.start_char for one in found(article_of(text, dateline)) if one.kind == "place"] == starts


def test_a_person_who_is_called_like_the_town_stays_a_person() -> None:
    text = "CUTLER — A fire burnt on.\n\nJohn Cutler, the mayor, spoke first.\n\nMr. Cutler said that it was late."

    kinds = {one.surface: one.kind for one in found(article_of(text, "CUTLER"), DEFAULT_MODEL)}

    assert (kinds["CUTLER"], kinds["John Cutler"], kinds["Cutler"]) == ("place", "person", "person")


def test_capitals_are_no_other_place_and_no_name_where_the_place_is_spelt_elsewhere() -> None:
    first = article_of(f"SAGE HOLLOW — {REST}", "SAGE HOLLOW", 1)
    mentions = [*found(first), Mention(2, "Sage Hollow", 0, 11, "place", "model")]
    mentions += [replace(one, article_id=3) for one in mentions if one.article_id == 1]

    linked, naming = resolve(mentions)

    (town,) = (entity for entity in naming.entities if entity.kind == "place")
    assert (town.name, {one.entity_id for one in linked if one.kind == "place"}) == ("Sage Hollow", {town.entity_id})


@given(
    st.lists(
        st.sampled_from(
            [
                "COPIAPÓ",
                "Berlin",
                "NEW YORK",
                " ",
                ", ",
                "/",
                "(",
                ")",
                "Reuters",
                " — ",
                ". ",
                "\u200b",
                "Ada Quill",
                "4",
                "-",
                "\n\n",
                "社",
            ]
        ),
        max_size=14,
    ),
    st.sampled_from(["COPIAPÓ", "Berlin", "NEW YORK", "NEW YORK/Berlin", "Berlin, COPIAPÓ"]),
)
def test_no_mention_crosses_the_border_of_a_dateline(pieces: list[str], dateline: str) -> None:
    article = article_of("".join(pieces), dateline)
    openings = [passage for passage in passages_of(article) if passage.opening]

    assert len(openings) <= 1
    for opening in openings:
        start, end = opening.start_of(0), opening.end_of(len(opening.text))
        assert dateline in article.text[start:end].replace("\u200b", "")
        for one in found(article):
            assert one.end_char <= start or end <= one.start_char or start <= one.start_char <= one.end_char <= end
