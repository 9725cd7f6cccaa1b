from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.copies.originals import lag_of, why_more_original
from extractors.records import Article

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def article(
    outlet: str, *, minutes: float = 0, words: int = 300, agency: str | None = None, canonical: str | None = None
) -> Article:
    url = f"https://www.{outlet}/story"
    seen = NOON + timedelta(minutes=minutes)
    return Article(1, url, canonical or url, outlet, "", seen, published_at=seen, agency=agency, word_count=words)


def test_the_earlier_publication_is_the_original() -> None:
    assert why_more_original(article("a.example"), article("b.example", minutes=120)) == "published 2 h earlier than b.example"
    assert why_more_original(article("b.example", minutes=120), article("a.example")) is None


def test_an_agency_that_is_credited_is_the_original_even_when_it_is_seen_later() -> None:
    paper = article("paper.example", agency="Reuters")

    assert why_more_original(article("reuters.com", minutes=300), paper) == "paper.example credits Reuters"
    assert why_more_original(paper, article("reuters.com", minutes=300)) is None


@pytest.mark.parametrize(
    ("agency", "outlet"),
    [("The Associated Press", "apnews.com"), ("AP", "apnews.com"), ("dpa", "dpa.com"), ("Agence France-Presse", "afp.com")],
)
def test_agencies_are_known_by_their_sites(agency: str, outlet: str) -> None:
    assert why_more_original(article(outlet, minutes=60), article("paper.example", agency=agency)) is not None


def test_a_page_that_names_another_place_as_canonical_is_no_original() -> None:
    copy = article("aggregator.example", canonical="https://www.paper.example/story")

    reason = why_more_original(article("paper.example", minutes=60), copy)

    assert reason == "aggregator.example names paper.example as the canonical place"
    assert why_more_original(copy, article("paper.example", minutes=60)) is None


def test_of_the_same_minutes_the_complete_text_is_the_original() -> None:
    reason = why_more_original(article("a.example", minutes=10, words=500), article("b.example", words=120))

    assert reason == "the more complete text: 500 words against 120, at about the same time"
    assert why_more_original(article("a.example", minutes=10, words=310), article("b.example", words=300)) is None


articles = st.builds(
    article,
    st.sampled_from(["reuters.com", "apnews.com", "paper.example"]),
    minutes=st.integers(0, 2_000),
    words=st.integers(0, 900),
    agency=st.sampled_from([None, "Reuters", "AP"]),
    canonical=st.sampled_from([None, "https://else.example/x", "not a url", "http://[broken"]),
)


@given(articles, articles)
def test_two_articles_are_never_both_the_more_original(one: Article, other: Article) -> None:
    assert why_more_original(one, other) is None or why_more_original(other, one) is None
    assert why_more_original(one, replace(one)) is None


@pytest.mark.parametrize(
    ("minutes", "text"), [(0, "0 min"), (59, "59 min"), (-61, "1 h"), (47 * 60, "47 h"), (72 * 60, "3 days")]
)
def test_spans_are_written_for_people(minutes: int, text: str) -> None:
    assert lag_of(timedelta(minutes=minutes)) == text
