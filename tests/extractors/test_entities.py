from __future__ import annotations

from datetime import UTC, datetime

import pytest

from extractors.entities import engines, mentions_in, tagger
from extractors.passages import region_text
from extractors.records import Article, Caption, Mention


def article_of(text: str, title: str | None = None, captions: tuple[Caption, ...] = (), language: str = "en") -> Article:
    url = "https://example.com/1"
    now = datetime(2026, 11, 1, tzinfo=UTC)
    return Article(1, url, url, "example.com", text, now, title=title, captions=captions, language=language)


def found(article: Article, engine: str | None = None) -> list[Mention]:
    mentions = mentions_in([article], tagger(engine) if engine else None)
    for mention in mentions:
        assert region_text(article, mention.region)[mention.start_char : mention.end_char] == mention.surface
    return mentions


def names(text: str) -> dict[str, str]:
    return {mention.surface: mention.kind for mention in found(article_of(text))}


def test_title_text_and_captions_are_told_apart() -> None:
    article = article_of("Talks began in Berlin.", title="Paris waits", captions=(Caption(3, "A street in Madrid."),))

    assert [(mention.region, mention.surface) for mention in found(article)] == [
        ("title", "Paris"),
        ("text", "Berlin"),
        ("caption:3", "Madrid"),
    ]


def test_a_surname_is_found_again_where_the_full_name_stood_before() -> None:
    text = "Minister Anneke Wouters spoke first.\n\nThe vote is near, and Wouters knows it."

    assert [mention.surface for mention in found(article_of(text))] == ["Anneke Wouters", "Wouters"]


def test_an_acronym_in_brackets_takes_the_kind_of_its_name() -> None:
    assert names("The Harbour Workers Federation (HWF) met.\n\nLater HWF voted.")["HWF"] == "organization"


def test_the_gazetteer_works_without_a_model() -> None:
    surfaces = {mention.surface: mention.source for mention in found(article_of("He flew from Kyiv to Lviv."), "gazetteer")}

    assert surfaces == {"Kyiv": "gazetteer", "Lviv": "gazetteer"}


def test_another_language_gets_gazetteer_mentions() -> None:
    mentions = found(article_of("Президент прибыл в Киев и Москву. Россия ждёт.", language="bg"))

    assert "Киев" in {mention.surface for mention in mentions}


@pytest.mark.parametrize("text", ["", " ", "\n\n", "...", "1234 5678"])
def test_a_text_without_names_has_no_mentions(text: str) -> None:
    assert found(article_of(text)) == []


def test_photo_credits_and_headline_sections_are_not_news() -> None:
    article = article_of(
        "Talks in Lisbon went on. (AP Photo/Jane Doe)\n\nPic: Reuters", title="Spy chief claims moment is close | World News"
    )

    assert [mention.surface for mention in found(article)] == ["Lisbon"]


def test_titles_are_kept_beside_the_name() -> None:
    mentions = found(article_of("Kremlin spokesman Dmitry Peskov met Mr Lind."))

    assert [(mention.surface, mention.titles) for mention in mentions if mention.kind == "person"] == [
        ("Dmitry Peskov", ("Kremlin spokesman",)),
        ("Lind", ("Mr",)),
    ]


def test_money_and_demonyms_are_no_places() -> None:
    assert names("The Ukrainian side paid US $2 million.") == {}


@pytest.mark.parametrize(
    ("language", "module", "text", "expected"),
    [
        (
            "fr",
            "fr_core_news_sm",
            "Le président Emmanuel Macron est arrivé à Lyon.",
            {"Emmanuel Macron": "person", "Lyon": "place"},
        ),
        ("ru", "natasha", "Президент Владимир Путин прибыл в Самару.", {"Владимир Путин": "person", "Самару": "place"}),
    ],
)
def test_other_languages_are_tagged_where_their_extra_is_installed(
    language: str, module: str, text: str, expected: dict[str, str]
) -> None:
    pytest.importorskip(module)

    surfaces = {mention.surface: mention.kind for mention in found(article_of(text, language=language))}

    assert expected.items() <= surfaces.items()


@pytest.mark.parametrize(
    ("text", "name", "kind"),
    [
        ("Showers are likely towards Gannet Head later on.", "Gannet Head", "place"),
        ("The flood came to the market town of Vila Serena at night.", "Vila Serena", "place"),
        ("A court fined the shipping company Halvorsen Marine on Sunday.", "Halvorsen Marine", "organization"),
        ("He keeps his faith in Anneke Wouters, who won.", "Anneke Wouters", "person"),
    ],
)
def test_words_before_a_name_of_several_words_say_what_it_is(text: str, name: str, kind: str) -> None:
    assert names(text)[name] == kind


def test_german_nouns_are_no_cities_of_these_names() -> None:
    text = "Aus Orgeln wurde ein Klang, die Kita am Ufer schloss, in den Bergen lag Schnee. Er reiste von Bergen nach Berlin."

    mentions = found(article_of(text, language="de"), "gazetteer")

    assert [mention.surface for mention in mentions] == ["Bergen", "Berlin"]


def test_a_language_without_its_extra_falls_back_to_the_gazetteer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(engines.ENGINES, "fr", "fr_core_news_absent")

    mentions = found(article_of("Il est arrivé à Kyiv hier.", language="fr"))

    assert [(mention.surface, mention.engine) for mention in mentions] == [("Kyiv", "gazetteer")]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("They added Belinda Oberwart whom nobody had met.", "Belinda Oberwart"),  # a given name begins it
        ("The forum was opened by Chief Commercial Officer Rolf Jansson.", "Rolf Jansson"),  # titles in a row
        ("HE Juan Antonio Ferrer spoke to the chamber.", "Juan Antonio Ferrer"),
        ("Legislator Chiang Wan-an asked for a vote.", "Chiang Wan-an"),  # "an" is a syllable here, no article
    ],
)
def test_a_person_is_found_whole(text: str, name: str) -> None:
    assert [mention.surface for mention in found(article_of(text), "gazetteer") if mention.kind == "person"] == [name]


def test_english_rules_leave_other_languages_alone() -> None:
    text = "Jean Dupont a quitté la Ministry Of Sound à Berlin, dit Peskov."

    mentions = found(article_of(text, language="fr"), "gazetteer")

    assert [(mention.surface, mention.source) for mention in mentions] == [("Jean Dupont", "given name"), ("Berlin", "gazetteer")]
