"""OPML of every reader -> feeds -> OPML."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.errors import InputUnreadable
from extractors.feeds.opml import read_opml, subscriptions_in, write_opml
from extractors.records import Feed
from extractors.urls import outlet_of

NOW = datetime(2026, 11, 22, tzinfo=UTC)
DEFAULTS = Path(__file__).parents[2] / "flows/data/default-feeds.opml"
feeds = st.builds(
    lambda path, title: Feed(f"https://example.com/{path}", "example.com", title=title, language="en"),
    st.integers(0, 9),
    st.text(max_size=30).map(lambda text: " ".join(text.split())).filter(lambda text: text.isprintable() and text != ""),
)


@given(st.lists(feeds, max_size=6, unique_by=lambda feed: feed.feed_url))
def test_feeds_come_back_as_they_were_written(some: list[Feed]) -> None:
    document = write_opml(some, "Mine", NOW)

    assert [(feed.feed_url, feed.outlet, feed.language) for feed in read_opml(document, "x")] == [
        (feed.feed_url, feed.outlet, feed.language) for feed in some
    ]
    assert write_opml(some, "Mine", NOW) == document


def test_folders_are_flattened_and_addresses_come_once() -> None:
    document = b"""\xef\xbb\xbf
      <opml version="1.0"><body><outline text="News"><outline text="World">
        <outline type="rss" title="A &amp; B" xmlUrl=" https://feeds.example.com/a "/></outline>
        <outline TEXT="again" XMLURL="https://feeds.example.com/a"/></outline>
        <outline type="rss" url="feed://example.org/b" language="de_at"/>
        <outline type="link" url="https://example.org/page"/><outline text="no address"/>
        <outline xmlUrl="javascript:alert(1)"/><outline xmlUrl="feed:https://example.net/c"/></body></opml>"""

    assert read_opml(document, "x", NOW) == [
        Feed("https://feeds.example.com/a", "example.com", "A & B", None, NOW),
        Feed("http://example.org/b", "example.org", None, "de-AT", NOW),
        Feed("https://example.net/c", "example.net", None, None, NOW),
    ]


def test_nothing_is_fetched_and_no_entity_expanded(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("secret")
    document = f"""<!DOCTYPE opml [<!ENTITY x SYSTEM "file://{tmp_path}/secret"><!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>
      <opml><body><outline text="&x;&b;" xmlUrl="https://example.com/a"/></body></opml>"""

    try:
        found = read_opml(document.encode(), "x")
    except InputUnreadable:
        return
    assert all("secret" not in (feed.title or "") for feed in found)


def test_a_cut_document_yields_what_is_whole() -> None:
    document = write_opml([Feed(f"https://example.com/{n}", "example.com") for n in range(10)], "Mine", NOW)

    assert 4 <= len(read_opml(document[: len(document) * 2 // 3], "x")) < 10


def outline(name: str, text: str = "") -> str:
    return f'<outline text="{text}" xmlUrl="https://{name}.example/feed"/>'


@pytest.mark.parametrize(
    "middle",
    [
        "<outline text='x'>" * 300 + outline("deep") + "</outline>" * 300,
        outline("bomb", "&b;"),
        outline("huge", "a" * 11_000_000),
    ],
    ids=["300 folders deep", "an entity", "a text of 11 MB"],
)
def test_where_reading_ends_early_the_reason_is_told(middle: str) -> None:
    head = '<!DOCTYPE opml [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&c;">]>'
    document = f"{head}<opml><body>{outline('first')}{middle}{outline('last')}</body></opml>".encode()

    found = subscriptions_in(document, "x")

    assert found.feeds[0].outlet == "first.example"
    assert found.damage is not None
    assert "(line 1)" in found.damage


def test_a_document_of_which_nothing_could_be_read_is_refused_with_the_reason() -> None:
    document = f"<opml><body>{'<outline>' * 300}{outline('deep')}{'</outline>' * 300}</body></opml>"

    with pytest.raises(InputUnreadable, match=r"no subscription could be read: .*depth"):
        read_opml(document.encode(), "x")


def test_a_tag_with_endless_attributes_is_refused() -> None:
    attributes = " ".join(f"a{n}='x'" for n in range(5000))

    with pytest.raises(InputUnreadable, match="1000 attributes"):
        read_opml(f"<opml><body><outline {attributes}/></body></opml>".encode(), "x")


def test_a_sound_document_has_no_damage() -> None:
    assert subscriptions_in(DEFAULTS.read_bytes(), "defaults").damage is None


@pytest.mark.parametrize("document", [b"", b"   ", b"no xml", b"<html><body/></html>", b"{}", b"\x00" * 50, b"<" * 1000])
def test_what_is_no_opml_is_one_clear_error(document: bytes) -> None:
    with pytest.raises(InputUnreadable, match="no OPML"):
        read_opml(document, "subs.opml")


def test_an_opml_without_subscriptions_has_none() -> None:
    assert read_opml(b"<opml version='2.0'><body/></opml>", "x") == []


@given(st.binary(max_size=100) | st.text(alphabet="<opml>body outline xmlUrl='https://e.x/\"&;", max_size=120).map(str.encode))
def test_no_bytes_make_reading_fail_otherwise(document: bytes) -> None:
    try:
        found = read_opml(document, "x")
    except InputUnreadable:
        found = []
    assert all(feed.feed_url.startswith("http") for feed in found)


def test_the_default_feeds_are_fifteen_of_different_outlets() -> None:
    found = read_opml(DEFAULTS.read_bytes(), "defaults")

    assert len({feed.outlet for feed in found}) == len(found) == 15
    assert all(feed.language and feed.title and feed.outlet == outlet_of(feed.feed_url) for feed in found)
