"""Markup of feeds -> plain text, languages, absolute links."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.markup import language_of, one_line, plain_text, with_absolute_links


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("Fish &amp;amp; chips", "Fish & chips"),
        ("a < b and c > d", "a < b and c > d"),
        ("<p>One</p><p>Two<br>Three</p><script>x()</script><!-- no -->", "One Two Three"),
        ("AT&T", "AT&T"),
        ("  \n\t ", None),
        ("soft\u00adhyphen\u200b", "softhyphen"),
        ("e\u0301", "é"),
        ("<img src='a.jpg'>", None),
        ("<![CDATA[x]]>y", "y"),
    ],
)
def test_markup_becomes_one_line(markup: str, text: str | None) -> None:
    assert plain_text(markup) == text


def test_a_long_text_ends_at_a_word() -> None:
    assert plain_text("word " * 100, 22) == "word word word word…"


@given(st.text(max_size=200) | st.text(alphabet="<>&;/a b=\"'!-[]#x0", max_size=80))
def test_no_text_makes_it_fail_and_lines_are_clean(text: str) -> None:
    for line in (plain_text(text), plain_text(text, 20), one_line(text)):
        if line is not None:
            assert line == line.strip() != ""
            assert unicodedata.is_normalized("NFC", line)
            assert "\n" not in line
    with_absolute_links(text, "https://example.com/a/")


def test_links_become_absolute_and_the_rest_stays() -> None:
    assert with_absolute_links("<a href='b'>x</a>&amp;<img src=/c.png>", "https://example.com/a/") == (
        '<a href="https://example.com/a/b">x</a>&amp;<img src="https://example.com/c.png">'
    )
    assert with_absolute_links("<a href='https://x.org/'>x</a><a href='#n'>y</a>", "https://example.com/") == (
        "<a href='https://x.org/'>x</a><a href='#n'>y</a>"
    )
    assert with_absolute_links("", "https://example.com/") is None


@pytest.mark.parametrize(
    ("tag", "language"),
    [
        ("en", "en"),
        ("EN_us", "en-US"),
        ("zh-hant-TW", "zh-Hant-TW"),
        ("de-DE-1996", "de-DE"),
        ("und", None),
        ("", None),
        ("english", None),
        ("e", None),
    ],
)
def test_languages_are_spelled_one_way(tag: str, language: str | None) -> None:
    assert language_of(tag) == language
