"""Which page may stand for an article: claims of other pages' addresses, and teasers of what is known whole."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from extractors.records import Block, Draft
from extractors.standing import Known, addressed, is_stub, text_of

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
BRIDGE = "The council of Vornstad voted on Tuesday to rebuild the old bridge over the river after years of debate about its cost."
LAKE = "Fishermen on the northern shore have found that the water of the lake is colder this year than in any winter before it."
SHARED = "https://vorn.example/news/latest"


def draft(url: str, *texts: str, title: str = "A story", claims: str | None = None, walled: bool | None = None) -> Draft:
    blocks = tuple(map(Block, texts))
    return Draft(url, claims or url, "vorn.example", blocks, NOW, title=title, is_paywalled=walled)


def known(of: Draft) -> Known:
    return Known(of.url, of.title, text_of(of))


def test_two_stories_that_claim_one_address_stay_two() -> None:
    first = draft("https://vorn.example/bridge", BRIDGE, title="Bridge to be rebuilt", claims=SHARED)
    second = draft("https://vorn.example/lake", LAKE, title="Lake is cold", claims=SHARED)

    assert addressed(first, None, None).canonical_url == SHARED
    assert addressed(second, None, known(first)).canonical_url == "https://vorn.example/lake"


@pytest.mark.parametrize(
    "again",
    [
        draft("https://vorn.example/bridge", LAKE, title="Another one", claims=SHARED),
        draft("https://vorn.example/amp/bridge", f"Updated. {BRIDGE}", title="Bridge will be rebuilt", claims=SHARED),
        draft("https://vorn.example/bridge?page=2", LAKE, title="Bridge to be REBUILT", claims=SHARED),
        draft(SHARED, LAKE, title="The page itself"),
    ],
    ids=["the same page, rewritten", "another form of it, edited", "its second page", "the page that is claimed"],
)
def test_a_page_of_the_same_story_keeps_the_address_it_claims(again: Draft) -> None:
    first = draft("https://vorn.example/bridge", BRIDGE, title="Bridge to be rebuilt", claims=SHARED)

    assert addressed(again, None, known(first)) is again


def test_a_redirect_to_the_address_that_is_claimed_is_no_claim() -> None:
    moved = draft("https://feeds.example/r/17", LAKE, title="Lake is cold", claims=SHARED)

    assert addressed(moved, SHARED, known(draft("https://vorn.example/bridge", BRIDGE, title="Bridge"))) is moved


def test_a_teaser_behind_a_paywall_does_not_stand_for_the_text_that_is_known() -> None:
    whole = draft("https://vorn.example/bridge", BRIDGE, LAKE)
    teaser = draft("https://vorn.example/bridge", BRIDGE, "Subscribe to read on.", walled=True)

    assert is_stub(teaser, known(whole))
    assert not is_stub(teaser, None)
    assert not is_stub(draft("https://vorn.example/bridge", BRIDGE), known(whole))  # cut by the desk, no wall
    assert not is_stub(draft("https://vorn.example/bridge", BRIDGE, LAKE, "More.", walled=True), known(whole))
    assert not is_stub(draft("https://vorn.example/bridge", "All of this is new to everybody here.", walled=True), known(whole))


def test_a_script_without_spaces_is_compared_by_characters() -> None:
    one, two = (
        "市议会星期二投票决定重建河上的旧桥因为多年来一直在讨论费用问题",
        "北岸的渔民发现今年湖水比以往任何一个冬天都要冷而且更加清澈",
    )
    first = draft("https://vorn.example/1", one, title="旧桥", claims=SHARED)

    assert (
        addressed(draft("https://vorn.example/2", two, title="湖水", claims=SHARED), None, known(first)).canonical_url != SHARED
    )
    assert (
        addressed(draft("https://vorn.example/2", one + "。", title="重建", claims=SHARED), None, known(first)).canonical_url
        == SHARED
    )
