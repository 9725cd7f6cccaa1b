"""The page's own filter is part of what the index is asked: it narrows every hit, not only the best ones."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

import pytest

from flows.dashboard.filters import Filter, Span
from flows.dashboard.pages import search

if TYPE_CHECKING:
    from starlette.testclient import TestClient


def found(client: TestClient, query: str) -> list[str]:
    return re.findall(r"/article/(\d+)", client.get(f"/search?{query}").text)


def test_an_outlet_whose_hits_are_not_among_the_best_is_found(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "_SEARCH", search._SEARCH.replace("1000", "1"))
    outlets = ["vorn.example", "echo.example"]

    assert all(found(client, f"q=water&outlet={outlet}") for outlet in outlets)


def test_an_outlet_whose_name_is_part_of_another_is_itself(client: TestClient) -> None:
    assert found(client, "q=water&outlet=vorn.example")
    assert found(client, "q=water&outlet=vorn.exam") == []


@pytest.mark.parametrize("words", ['"water', "OR water", "water OR ration", "-nothing water", "water outlet:vorn.example"])
def test_words_mean_behind_a_filter_what_they_mean_alone(client: TestClient, words: str) -> None:
    alone = set(found(client, f"q={words}&most=100"))

    assert alone
    assert set(found(client, f"q={words}&most=100&since=2000-01-01")) == alone


def test_a_filter_is_written_in_the_language_of_the_search() -> None:
    wanted, span = Filter(outlet="vorn.example", language="en"), Span(date(2026, 11, 1), date(2026, 11, 30))

    assert search.asked("OR water", wanted, span) == (
        'outlet:"vorn.example" language:"en" after:"2026-11-01" before:"2026-12-01"  water'
    )
    assert search.asked("water", Filter(outlet='a"b'), None) == "water"
