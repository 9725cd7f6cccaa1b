"""Where an article stands: its address, its section, and whether readers pay for it."""

from __future__ import annotations

import pytest
from lxml import etree

from extractors.pages.bearings import is_paywalled, sane_canonical, section_of
from extractors.pages.heads import Head
from extractors.pages.jsonld import Statement, statement_of

SITE = "https://www.example.org/bridge"
URL = "https://www.example.org/news/bridge.html?id=7"


@pytest.mark.parametrize(
    ("link", "shared", "url", "canonical"),
    [
        ("https://www.example.org/news/bridge", None, URL, "https://example.org/news/bridge"),
        ("https://elsewhere.example.com/bridge", None, URL, "https://example.org/news/bridge.html?id=7"),
        ("https://www.example.org/", None, URL, "https://example.org/news/bridge.html?id=7"),
        (None, "https://www.example.org/news/bridge.html", URL, "https://example.org/news/bridge.html?id=7"),
        ("https://www.example.org/news/bridge.html", None, URL, "https://example.org/news/bridge.html"),
        (None, "https://www.example.org/news/a-bridge", URL, "https://example.org/news/a-bridge"),
        ("https://ww2.example.org/bridge", SITE, SITE, "https://example.org/bridge"),
    ],
    ids=[
        "another page", "another site", "the front", "a script of all articles", "a query that the link leaves out",
        "shared alone", "a mirror",
    ],
)  # fmt: skip
def test_an_address_is_believed_where_it_names_this_page(link: str | None, shared: str | None, url: str, canonical: str) -> None:
    head = Head({"og:url": [shared]} if shared else {}, {"canonical": [link]} if link else {})

    assert sane_canonical(head, url) == canonical


@pytest.mark.parametrize(
    ("said", "metas", "section"),
    [
        ("Politics", [], "Politics"),
        ("Fashion,Outfits", [], "Fashion"),
        ("Business, Press release, harbours", ["Business", "Press release"], "Business"),
        ("Law, Crime and Justice", [], "Law, Crime and Justice"),
        ("Articles", ["World"], "World"),
        ("front-page", [], None),
        (None, ["", "Sport"], None),
        (None, [], None),
    ],
)
def test_a_section_is_one_and_no_kind_of_page(said: str | None, metas: list[str], section: str | None) -> None:
    head = Head({"article:section": metas} if metas else {}, statement=Statement(section=said))

    assert section_of(head, etree.Element("html"), [], 0, (), (), URL) == section


@pytest.mark.parametrize(
    ("is_free", "tier", "walled"),
    [
        (None, None, None), (True, None, False), (False, None, True), (None, "locked", True), (None, "metered", False),
        (True, "locked", True), (False, "metered", True), (None, "gold", None),
    ],
)  # fmt: skip
def test_one_witness_who_says_that_readers_pay_is_enough(*, is_free: bool | None, tier: str | None, walled: bool | None) -> None:
    head = Head({"article:content_tier": [tier]} if tier else {}, statement=Statement(is_free=is_free))

    assert is_paywalled(head) is walled


@pytest.mark.parametrize(
    ("said", "walled"),
    [
        ('"hasPart":{"@type":"WebPageElement","isAccessibleForFree":"False","cssSelector":".rest"}', True),
        ('"isAccessibleForFree":true,"hasPart":[{"isAccessibleForFree":false,"cssSelector":".rest"}]', True),
        ('"isAccessibleForFree":true,"hasPart":[{"isAccessibleForFree":true,"cssSelector":".rest"}]', False),
        ('"hasPart":[{"@type":"Article","isAccessibleForFree":false},"x",null,7]', None),
    ],
    ids=["a part", "a part of what is called free", "no part", "another article"],
)
def test_a_walled_part_makes_readers_pay(said: str, walled: bool | None) -> None:
    head = Head(statement=statement_of([f'{{"@type":"NewsArticle","headline":"Bridge",{said}}}']))

    assert is_paywalled(head) is walled
