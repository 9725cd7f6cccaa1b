"""Speakers without a parser: a sentence a rule, in every language with a table of cues."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from extractors.quotes import quotes_in
from extractors.records import Article

NOW = datetime(2026, 11, 1, tzinfo=UTC)


def speakers_in(text: str, language: str) -> list[str | None]:
    url = "https://example.com/1"
    article = Article(1, url, url, "example.com", text, NOW, language=language)
    return [quote.speaker for quote in quotes_in(article, (), None)]


@pytest.mark.parametrize(
    ("language", "text", "speakers"),
    [
        ("fr", "« Nous ne céderons pas », a déclaré le maire Jean Dupont jeudi à Lyon.", ["Jean Dupont"]),
        ("fr", "Le maire Jean Dupont a déclaré jeudi que la ville ne « céderait à aucune pression ».", ["Jean Dupont"]),
        ("fr", "« Nous ne céderons pas », affirme-t-il.", ["il"]),
        ("fr", "« C’est une catastrophe », dit-elle à l’AFP.", ["elle"]),
        ("fr", "Selon Jean Dupont, maire de Lyon, la situation est « sous contrôle pour le moment ».", ["Jean Dupont"]),
        ("fr", "La situation est « sous contrôle pour le moment », selon le ministère.", ["le ministère"]),
        ("fr", "« Nous irons », a-t-il ajouté, « jusqu’au bout de cette affaire ».", ["il", "il"]),
        ("de", "„Wir werden das nicht akzeptieren“, sagte die Ministerin Anna Berg am Montag.", ["Ministerin Anna Berg"]),
        ("de", "Berg sagte: „Wir werden das nicht akzeptieren.“", ["Berg"]),
        ("de", "„Das ist ein Skandal“, sagte er.", ["er"]),
        ("de", "Laut Polizei war die Lage „zu keiner Zeit gefährlich“.", ["Polizei"]),
        ("de", "»Das ist ein großer Skandal«, so Berg.", ["Berg"]),
        ("es", "«No vamos a aceptar esto», dijo la alcaldesa Ana Ruiz en Madrid.", ["Ana Ruiz"]),
        ("es", "El ministro Luis Roca afirmó que la medida es “un error muy grave”.", ["Luis Roca"]),
        ("es", "Según la policía, la situación estaba “bajo control total”.", ["la policía"]),
        ("ru", "«Мы не примем этих условий», — заявил представитель ведомства Иван Петров.", ["Иван Петров"]),
        ("ru", "«Мы не примем этих условий», — сказал он.", ["он"]),
        ("ru", "По словам Марии Петровой, условия «неприемлемы для Москвы».", ["Марии Петровой"]),
        ("ru", "Иван Петров: «Мы не примем этих условий».", ["Иван Петров"]),
        ("en", "“We will not accept this,” said Anna Berg.", ["Anna Berg"]),
        ("en", "Anna Berg said on Monday that the deal was “not acceptable to anyone”.", ["Anna Berg"]),
        ("it", "«Non accetteremo mai questo», ha detto Anna Berg.", [None]),
    ],
)
def test_the_speaker_is_found_without_a_parser(language: str, text: str, speakers: list[str | None]) -> None:
    assert speakers_in(text, language) == speakers
