"""Speakers of the two seed texts, by the first words of their quotations."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from extractors.entities import mentions_in
from extractors.nlp import load_model
from extractors.quotes import quotes_in
from extractors.records import Article, Quote
from tests.shared_data import shared

AGENCY, BROADCASTER = "000_4cfa8f7445f81986.txt", "004_bf0c77a5c794aba5.txt"


@pytest.fixture(scope="module")
def quotes() -> dict[str, list[Quote]]:
    found = {}
    for name in (AGENCY, BROADCASTER):
        url = f"https://example.com/{name}"
        text = shared(f"seeds/{name}").read_text(encoding="utf-8")
        article = Article(1, url, url, "example.com", text, datetime(2026, 11, 1, tzinfo=UTC), language="en")
        found[name] = quotes_in(article, mentions_in([article]), load_model())
    return found


@pytest.mark.parametrize(
    ("seed", "begins", "speaker", "name"),
    [
        (AGENCY, "The goals of the special", "Putin", "Vladimir Putin"),
        (AGENCY, "We would prefer to do", "he", "Vladimir Putin"),
        (AGENCY, "by military means", "he", "Vladimir Putin"),
        (AGENCY, "the opposing country", "he", "Vladimir Putin"),
        (AGENCY, "We expect that, as soon", "Kremlin spokesman Dmitry Peskov", "Dmitry Peskov"),
        (BROADCASTER, "hot phase", "Mr Zelenskyy", "Volodymyr Zelenskyy"),
        (BROADCASTER, "until all the objectives", "Kremlin spokesman Dmitry Peskov", "Dmitry Peskov"),
        (BROADCASTER, "These goals can be achieved", "he", "Dmitry Peskov"),
        (BROADCASTER, "the situation on the front", "Mr Naryshkin", "Sergei Naryshkin"),
        (BROADCASTER, "We are close to achieving", "Mr Naryshkin", "Sergei Naryshkin"),
        (BROADCASTER, "would like to make a deal", "He", "Donald Trump"),
        (BROADCASTER, "I know Vladimir well", "he", "Donald Trump"),
        (BROADCASTER, "to do anything that could", "Mr Trump", "Donald Trump"),
        (BROADCASTER, "just and robust peace", "Mr Zelenskyy", "Volodymyr Zelenskyy"),
    ],
)
def test_who_said_what_in_the_seeds(quotes: dict[str, list[Quote]], seed: str, begins: str, speaker: str, name: str) -> None:
    (quote,) = [quote for quote in quotes[seed] if quote.quote.startswith(begins)]

    assert (quote.kind, quote.speaker, quote.speaker_name) == ("direct", speaker, name)


def test_the_seeds_name_nobody_for_words_at_arms_length(quotes: dict[str, list[Quote]]) -> None:
    unspoken = [quote.quote for quote in quotes[AGENCY] + quotes[BROADCASTER] if quote.speaker is None]

    assert {"progress", "lost"} <= set(unspoken)
