# ruff: noqa: E501  (pages are written as pages are)
"""Guides, recipes, reviews and answers: lists, tables, steps, goods and questions that a story is told in stay in its text."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime

import pytest

from extractors.articles import draft_of
from extractors.records import Article, Page, PageOutcome
from extractors.residue import clean

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
URL = "https://garden.example.org/2026/11/19/pears"
PARAGRAPHS = (
    "A pear tree that is planted before the first frost will bear two years earlier than one that is planted in the spring.",
    "The hole should be twice as wide as the roots, and the soil that comes out of it goes back in without any manure at all.",
    "Water the young tree once a week in its first summer, and leave the grass around the stem uncut until the leaves have fallen.",
    "In the third year the leading shoot is cut back by a third, which looks cruel and is the only way to a crown that carries.",
)
STORY = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)
TEXT = "\n\n".join(PARAGRAPHS)
FIRST, LAST = "".join(f"<p>{p}</p>" for p in PARAGRAPHS[:2]), "".join(f"<p>{p}</p>" for p in PARAGRAPHS[2:])


def read(body: str, head: str = "") -> Article:
    html = f"<!doctype html><html lang='en'><head><title>How to plant a pear tree</title>{head}</head><body>{body}</body></html>"
    return clean(draft_of(Page(URL, PageOutcome.FETCHED, NOW, body=html.encode())))


def story(middle: str) -> Article:
    return read(f"<article><h1>How to plant a pear tree</h1>{FIRST}{middle}{LAST}</article>")


def guide(middle: str) -> Article:
    sections = "".join(f"<h2>Season {n}</h2>{STORY.replace('tree', f'tree of year {n}')}" for n in range(1, 6))
    return read(f"<article><h1>How to plant a pear tree</h1>{FIRST}{middle}{LAST}{sections}</article>")


LINKS = (
    "<ul><li><a href='https://a.example'>Aldmoor Trees</a></li><li><a href='https://b.example'>Westfold Orchards</a></li></ul>"
)
TABLE = "<table><tr><th>Sort</th><th>Ripe in</th></tr><tr><td>Williams</td><td>August</td></tr><tr><td>Conference</td><td>October</td></tr></table>"
ROWS = ("Sort | Ripe in", "Williams | August", "Conference | October")


@pytest.mark.parametrize("frame", ["figure class='wp-block-table'", "div class='w-embed'", "figure class='gallery-item'"])
def test_a_table_in_a_frame_for_pictures_is_a_table_and_its_caption_a_caption(frame: str) -> None:
    article = story(f"<{frame}>{TABLE}<figcaption>Sorts and seasons</figcaption></{frame.split(' ', maxsplit=1)[0]}>")

    assert [row for row in ROWS if row in article.text.split("\n\n")] == list(ROWS)
    assert "Sorts and seasons" not in article.text


def test_a_row_of_a_table_that_names_a_picture_agency_is_no_credit() -> None:
    article = story("<table><tr><td>Shops</td><td>Facebook, Instagram</td></tr><tr><td>Growers</td><td>Post</td></tr></table>")

    assert "Shops | Facebook, Instagram" in article.text


def test_a_quotation_in_a_figure_is_a_quotation() -> None:
    quote = "We have planted four hundred trees since my father died, and I remember every one of them by its first pear."

    article = story(
        f"<figure><blockquote>{quote}</blockquote><figcaption>Ada Marlow, grower in Upper Aldmoor</figcaption></figure>"
    )

    assert quote in article.text
    assert [caption.text for caption in article.captions] == ["Ada Marlow, grower in Upper Aldmoor"]


def test_a_section_that_is_named_for_the_goods_it_tells_of_is_told() -> None:
    told = [
        f"Spade number {n} was tried for a week in heavy clay and for another in sand, and its blade was still sharp when we gave it back; "
        f"the handle is of ash and long enough for a tall person, {reason}, and it costs less than most."
        for n, reason in enumerate(
            ("which is rare", "as it ought to be", "as few are", "which we liked", "as before", "we found")
        )
    ]
    goods = "".join(f"<div class='item'><p class='block'>{text}</p></div>" for text in told)
    outro = "".join(f"<p class='block'>{p} {p}</p>" for p in PARAGRAPHS)

    article = read(
        f"<article><h1>The best spades</h1><div class='list commerce-section'>{goods}</div><div class='outro'>{outro}</div></article>"
    )

    assert [text for text in told if text in article.text] == told


def test_parts_of_one_page_that_are_articles_by_tag_are_one_story() -> None:
    lead = (
        "This pie is for those who have more pears than neighbours: it takes a kilogram of them, and it can be frozen whole. " * 3
    )
    steps = "".join(
        f"<li><p>Step {n}: fold the dough over the pears and press its rim with a fork until it holds for good.</p></li>"
        for n in range(9)
    )
    head = "<meta property='og:title' content='Pear pie'>"

    article = read(
        f"<section><article class='quickview'><h1>Pear pie</h1><p>{lead}</p></article></section>"
        f"<section class='page'><article class='recipe'><h2>Instructions</h2><ol>{steps}</ol></article></section>",
        head,
    )

    assert article.text.count("Step ") == 9


def test_a_list_of_other_stories_that_is_an_article_by_tag_is_no_part_of_this_one() -> None:
    others = "".join(f"<p>{paragraph.replace('tree', 'hedge')}</p>" for paragraph in PARAGRAPHS * 2)
    head = "<meta property='og:title' content='Pear pie'>"

    article = read(
        f"<div><article class='post'><h1>Pear pie</h1>{STORY}</article>"
        f"<article class='post box'><h3 class='relatedpoststitle'>More from the orchard</h3>{others}</article></div>",
        head,
    )

    assert article.text == TEXT


def test_a_section_beside_the_longest_one_is_told_too() -> None:
    long = "".join(
        f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS * 4 for paragraph in [f"{paragraph} Again: {paragraph[:40]}."]
    )
    beside = "<h2>What a tree does not need</h2>" + "".join(
        f"<p>{what} is not needed, whatever the seller of it says, and in most gardens it does more harm than good to the roots; leave it to the orchards that are sprayed every other week.</p>"
        for what in ("Manure in the hole", "A stake of iron", "Paint on the stem")
    )

    article = read(
        f"<main><h1>How to plant a pear tree</h1><div class='wide'><div>{long}</div></div><div class='narrow'>{beside}</div></main>"
    )

    assert "A stake of iron is not needed" in article.text
    assert "What a tree does not need" in article.text


def test_a_list_of_links_below_a_heading_of_a_guide_is_told() -> None:
    assert "Aldmoor Trees\n\nWestfold Orchards" in guide(f"<h2>Nurseries that ship trees</h2>{LINKS}").text


def test_the_same_list_amid_a_report_leads_elsewhere() -> None:
    assert "Aldmoor Trees" not in story(LINKS).text


def test_a_link_among_points_without_links_is_a_point() -> None:
    points = "<ul><li>a spade</li><li><a href='https://a.example/s'>a stake of oak</a></li><li>water</li></ul>"

    assert "a spade\n\na stake of oak\n\nwater" in guide(f"<p>You need this:</p>{points}").text


def test_points_that_lead_to_places_on_the_page_are_its_contents() -> None:
    points = "".join(f"<li><a href='#{n}'>{name}</a></li>" for n, name in enumerate(("The hole", "The first summer", "The cut")))

    article = story(f"<div><h2>What this guide holds</h2><ul>{points}</ul></div>")

    assert article.text == TEXT
    assert {line.text for line in article.removed_lines} >= {"The hole", "The first summer", "The cut"}


@pytest.mark.parametrize(
    "step", ["Log in to your account and choose the plan.", "Download the plan", "Watch: the leaves of the top"]
)
def test_a_step_that_begins_like_a_notice_is_a_step(step: str) -> None:
    assert step in guide(f"<ol><li>Measure the garden</li><li>{step}</li><li>Dig the hole</li></ol>").text


def test_a_sentence_amid_a_guide_that_leads_on_by_the_way_is_told() -> None:
    linked = "Check out the soil with your hands first, as <a href='/soil'>we said last week</a>."

    assert "Check out the soil with your hands first" in guide(f"<h2>Before</h2>{FIRST}<p>{linked}</p>").text


def test_the_same_sentence_as_a_link_alone_leads_elsewhere() -> None:
    linked = "<a href='/soil'>Check out our guide to the soil.</a>"

    assert "guide to the soil" not in guide(f"<h2>Before</h2>{FIRST}<p>{linked}</p>").text


def test_questions_with_their_answers_behind_the_story_are_told() -> None:
    asked = "".join(
        f"<div class='faq-q'>{question}</div><div class='faq-a'>{answer}</div>"
        for question, answer in (
            (
                "When is it too late to plant?",
                "When the ground is frozen deeper than the blade of a spade, which is in January in most years.",
            ),
            (
                "How old does a pear tree become?",
                "Two hundred years in good soil, and a hundred in a garden whose owners come and go with spades.",
            ),
        )
    )

    assert "Two hundred years in good soil" in read(f"<article><h1>How to plant a pear tree</h1>{STORY}{asked}</article>").text


def test_a_paragraph_right_below_a_heading_is_told_however_it_is_made() -> None:
    below = "Three weeks after planting, press the soil with your foot all around the stem, and add more where it has sunk by a thumb."

    article = story(
        f"<div class='box'><h2>After three weeks</h2><div class='lead-in-x'>{below}</div><p>{PARAGRAPHS[0][:-1]}, as said.</p></div>"
    )

    assert below in article.text


def test_a_story_that_comes_twice_for_two_screens_is_told_once_with_its_headings_and_points() -> None:
    points = "<ul><li>a spade</li><li>water</li></ul>"
    told = f"<h2>The hole</h2>{FIRST}{points}<h2>The first summer</h2>{LAST}"

    article = read(f"<article><h1>How to plant a pear tree</h1><div>{told}</div><div>{told}</div></article>")

    assert max(Counter(article.text.split("\n\n")).values()) == 1
    assert "a spade" in article.text


def test_what_two_days_of_a_plan_have_in_common_is_told_twice() -> None:
    day = "<li>Water the tree</li><li>Look for lice</li>"

    article = read(
        f"<h1>How to plant a pear tree</h1>{FIRST}<h2>Monday</h2><ul>{day}</ul><h2>Friday</h2><ul>{day}</ul>{LAST}{STORY.replace('tree', 'bush')}"
    )

    assert article.text.count("Look for lice") == 2


def test_an_author_in_the_dress_of_a_standfirst_is_no_standfirst() -> None:
    bio = "Ada is a gardener and writer who has planted trees for thirty years and keeps bees behind her house in Upper Aldmoor."
    head = '<script type=\'application/ld+json\'>{"@type":"NewsArticle","author":{"@type":"Person","name":"Ada Marlow"}}</script>'

    article = read(
        f"<header><h1>How to plant a pear tree</h1><div class='excerpt'>{bio}</div></header><article>{STORY}</article>", head
    )

    assert article.text == TEXT


def test_a_page_that_goes_on_behind_its_end_is_read_to_its_real_end() -> None:
    html = f"<!doctype html><html><head><title>How to plant a pear tree</title></head><body><header><nav>Home</nav></header></body></html><div><h1>How to plant a pear tree</h1>{STORY}</div></body></html>"

    assert clean(draft_of(Page(URL, PageOutcome.FETCHED, NOW, body=html.encode()))).text == TEXT


def test_nothing_of_a_guide_is_lost_without_a_trace() -> None:
    page = Page(
        URL,
        PageOutcome.FETCHED,
        NOW,
        body=f"<html><body><article><h1>How to plant a pear tree</h1><div>{FIRST}<figure>{TABLE}</figure></div><div>{FIRST}{LAST}<h2>Links</h2><ul><li><a href='#1'>One</a></li><li><a href='#2'>Two</a></li><li><a href='#3'>Three</a></li></ul></div></article></body></html>".encode(),
    )
    draft = draft_of(page)
    article = clean(draft)

    parted = [*article.text.split("\n\n"), *(c.text for c in article.captions), *(line.text for line in article.removed_lines)]

    assert Counter(parted) == Counter(block.text for block in draft.blocks)


@pytest.mark.parametrize(("before", "behind"), [("<div>", "</div>"), ("<article class='list'>", "</article>")])
def test_articles_below_the_story_are_other_stories_though_they_have_no_headline(before: str, behind: str) -> None:
    others = "".join(
        f"<article class='message kind{n}x'><p>Message {n}: who plants a tree in the year of a drought believes in rain, and it is he who will be right, "
        "for no drought has ever lasted longer than a tree.</p></article>"
        for n in range(4)
    )

    article = read(
        f"<main><article class='post'><h1>How to plant a pear tree</h1>{STORY}</article>{before}{others}{behind}</main>",
        "<meta property='og:title' content='How to plant a pear tree'>",
    )

    assert article.text == TEXT
