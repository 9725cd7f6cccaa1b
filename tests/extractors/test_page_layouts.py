# ruff: noqa: E501  (pages are written as pages are)
"""Layouts that put other things where a story should be: consent boxes, teasers, second tellings, live posts, false names."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from extractors.articles import draft_of
from extractors.records import Article, Page, PageOutcome
from extractors.residue import clean

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
URL = "https://news.example.org/2026/11/19/harbour"
PARAGRAPHS = (
    "The harbour of Westfold will be dredged for the first time in forty years, the port authority said on Thursday morning.",
    "Two ships with a crew of thirty are to work through the winter, and the ferry will sail from the southern pier until March.",
    "Fishermen had asked for the work since the spring, when a trawler ran aground at low tide and blocked the entry for nine days.",
    "The sand goes to the beaches of the northern bay, which lost a third of their breadth in the storms of the past two winters.",
)
STORY = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)
TEXT = "\n\n".join(PARAGRAPHS)


def read(body: str, head: str = "", body_class: str = "") -> Article:
    html = f"<!doctype html><html lang='en'><head><title>Harbour to be dredged at last</title>{head}</head><body class='{body_class}'>{body}</body></html>"
    return clean(draft_of(Page(URL, PageOutcome.FETCHED, NOW, body=html.encode())))


def test_a_consent_box_longer_than_the_story_is_not_the_story() -> None:
    consent = "".join(
        f"<p>Cookies of kind {n} help us to see how visitors use our pages, {'and they are kept for a year; ' * 6}they may be refused.</p>"
        for n in range(9)
    )

    article = read(
        f"<main><h1>Harbour to be dredged at last</h1><div>{STORY}</div></main><div class='modal settings-popup'>{consent}</div>"
    )

    assert article.text == TEXT


def test_a_story_on_cookies_keeps_its_paragraphs() -> None:
    told = (
        "<p>The court ruled that cookies may not be set before a visitor has agreed, and that a banner without a choice is none at all.</p>"
        * 1
    )
    article = read(f"<div class='box modal-enabled'><h1>Court on banners</h1><div class='entry'>{told}{STORY}</div></div>")

    assert "The court ruled that cookies" in article.text
    assert PARAGRAPHS[-1] in article.text


@pytest.mark.parametrize("names", ["single-post ad-layout", "has-sidebar embed comments-open", "post tag-player newsletter"])
def test_classes_of_the_page_and_of_the_post_as_a_whole_name_no_role(names: str) -> None:
    article = read(
        f"<article class='post type-post {names}'><h1>Harbour to be dredged at last</h1>{STORY}</article>", body_class=names
    )

    assert article.text == TEXT


def test_a_series_of_teasers_around_the_story_stays_out_though_no_class_names_it() -> None:
    teasers = "".join(
        f"<li><a href='/2026/11/{n}/other'>Another story of this paper, number {n}</a> ROVANIEMI: The beginning of the other story is told in a line or two, and then it breaks off.</li>"
        for n in range(1, 9)
    )

    article = read(
        f"<div class='left'><div class='box'><ul>{teasers}</ul></div><div class='article-content'><h1>Harbour to be dredged at last</h1>{STORY}</div></div>"
    )

    assert article.text == TEXT
    assert all(line.reason != "" for line in article.removed_lines)


def test_a_list_of_links_in_the_body_of_a_story_is_not_taken_for_teasers_of_its_sections() -> None:
    sections = "".join(
        f"<div class='item'><h3><a href='/reviews/{n}'>Pier {n}</a></h3><p>{PARAGRAPHS[n % 4]}</p><p>{PARAGRAPHS[(n + 1) % 4]} Number {n}.</p></div>"
        for n in range(4)
    )

    article = read(f"<article><h1>Harbour to be dredged at last</h1><div class='article-body'>{STORY}{sections}</div></article>")

    assert "Number 3." in article.text


def test_a_story_told_again_in_one_piece_for_machines_is_read_once() -> None:
    again = f"<div><div>Harbour to be dredged at last</div><div><div>Jane Fisher</div></div><div>2026-11-19T08:57:40+01:00</div><div>{' '.join(PARAGRAPHS)}</div></div>"

    article = read(f"<div class='content'><h1>Harbour to be dredged at last</h1><div>{STORY}</div>{again}</div>")

    assert article.text == TEXT


def test_a_live_blog_is_what_stands_above_its_posts() -> None:
    posts = "".join(
        f"<div class='post post-{n}'><h3>Ship {n} has arrived at the pier</h3><p>Our reporter at the pier saw the ship come in at half past {n} in heavy rain, with thirty people on board.</p></div>"
        for n in range(1, 9)
    )
    ld = '<script type=\'application/ld+json\'>{"@type":"LiveBlogPosting","headline":"Harbour to be dredged at last"}</script>'

    article = read(
        f"<article><h1>Harbour to be dredged at last</h1><div class='main'>{STORY}<div class='timeline'>{posts}</div></div></article>",
        head=ld,
    )

    assert article.text == TEXT
    assert article.page_kind == "live_blog"
    assert sum(line.reason == "markup: live_post" for line in article.removed_lines) == 16


def test_a_live_blog_that_has_nothing_but_posts_keeps_them() -> None:
    posts = "".join(
        f"<div class='post'><h3>Ship {n} has arrived</h3><p>Our reporter at the pier saw the ship come in at half past {n} in heavy rain, with thirty people on board.</p></div>"
        for n in range(1, 9)
    )
    ld = '<script type=\'application/ld+json\'>{"@type":"LiveBlogPosting","headline":"Harbour to be dredged at last"}</script>'

    article = read(f"<article><h1>Harbour to be dredged at last</h1><div class='timeline'>{posts}</div></article>", head=ld)

    assert "at half past 8 in heavy rain" in article.text


def test_one_article_among_several_is_read_alone() -> None:
    other = "".join(
        f"<p>Paragraph {n} of an older story, which the page shows below the one that was asked for, at the same length and in the same make.</p>"
        for n in range(6)
    )

    article = read(
        f"<div class='list'><article class='entry'><h1>Harbour to be dredged at last</h1><div class='detail'>{STORY}</div></article><article class='entry'><h1>An older story of the paper</h1><div class='detail'>{other}</div></article></div>",
        head="<meta property='og:title' content='Harbour to be dredged at last'>",
    )

    assert article.text == TEXT


def test_a_page_for_readers_without_scripts_is_read() -> None:
    assert read(f"<noscript><div><h1>Harbour to be dredged at last</h1>{STORY}</div></noscript>").text == TEXT


def test_a_table_of_players_is_no_player() -> None:
    rows = "".join(f"<tr class='player'><td>{n}</td><td>Driver {n}</td><td>{5000 - 7 * n}</td></tr>" for n in range(1, 6))

    assert (
        "Driver 5"
        in read(
            f"<article><h1>Harbour to be dredged at last</h1>{STORY}<table class='players player'>{rows}</table></article>"
        ).text
    )


def test_the_popup_at_a_name_is_not_glued_to_it() -> None:
    popup = "<span class='rollover-people'><a href='/p'>Jane Fisher</a><span class='rollover-people-block'><a href='/p'>Jane Fisher</a><a href='/x'>Older story</a></span></span>"

    assert (
        "\n\nIt was Jane Fisher who asked"
        in read(
            f"<article><h1>Harbour to be dredged at last</h1>{STORY}<p>It was {popup} who asked for the work first, in a letter of May to the board of the port.</p></article>"
        ).text
    )


@pytest.mark.parametrize(
    "note",
    [
        "Correction, Nov. 20: An earlier version of this story gave the wrong number of ships.",
        "Update, 5:45 p.m.: This story has been updated with a statement of the port authority.",
        "Editor’s note: This story was updated to include details from the briefing.",
    ],
)
def test_what_an_outlet_says_of_its_own_changes_stays(note: str) -> None:
    article = read(
        f"<article><h1>Harbour to be dredged at last</h1><div class='article-body'>{STORY}</div><p><em>{note}</em></p></article>"
    )

    assert article.text == f"{TEXT}\n\n{note}"
    assert (
        note
        in read(
            f"<article><h1>Harbour to be dredged at last</h1><div class='article-body'>{STORY}<p><em>{note}</em></p></div></article>"
        ).text
    )


def test_hours_that_part_the_reports_of_a_day_stay() -> None:
    cut = STORY.index("<p>Fishermen")
    first, second = STORY[:cut], STORY[cut:]
    text = read(f"<article><h1>Harbour to be dredged at last</h1>{first}<p>4:14 p.m.</p>{second}</article>").text

    assert "\n\n4:14 p.m.\n\n" in text


def test_a_brief_of_one_paragraph_is_never_emptied() -> None:
    told = "Share your questions on the harbour with us in the comments below, and the port authority will answer them on Friday in this place, as it does four times a year."

    assert read(f"<article><h1>Open thread of November</h1><div class='entry-content'><p>{told}</p></div></article>").text == told


def test_a_text_that_repeats_itself_at_many_places_means_it() -> None:
    days = "".join(
        f"<p>Day {n}: {PARAGRAPHS[n % 4]}</p><p>Drink a cup of water within thirty minutes after the swim.</p>" for n in range(7)
    )

    assert read(f"<article><h1>Seven days</h1>{days}</article>").text.count("Drink a cup of water") == 7


def test_a_sentence_with_a_dash_and_the_name_of_an_agency_is_no_caption() -> None:
    told = "The captain — a former officer of the coast guard who wrote for the local paper and for years for the — told Reuters on Friday that he had seen it coming."

    assert told in read(f"<article><h1>Harbour to be dredged at last</h1>{STORY}<p>{told}</p></article>").text
