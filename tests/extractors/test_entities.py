from __future__ import annotations

from datetime import UTC, datetime

import pytest

from extractors.entities import mentions_in, tagger
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
