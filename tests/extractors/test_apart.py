"""What stands apart from a story's paragraphs is told by how it is made, not by what it says."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from extractors.articles import draft_of
from extractors.records import Article, Page, PageOutcome
from extractors.residue import clean

NOW = datetime(2026, 3, 1, tzinfo=UTC)
FIRST = "The council of Port Amber voted on Tuesday to rebuild the old harbour bridge before the winter storms return."
SECOND = "Engineers had warned for years that its northern pier was sinking by a hand's breadth every spring, the report says."
THIRD = "Work begins in May and the crossing will be closed to lorries for the better part of a year, the mayor announced."
MORE = (
    "Shopkeepers on the quay fear for the summer season and have asked the council for a ferry that takes cars as well.",
    "The last time the bridge was closed, in the spring of 1987, three of the seven shops on the northern quay gave up.",
    "A second vote on the money is due in April; the opposition says that the sum of nine million will not be enough.",
    "If it fails, the old bridge will be closed to all traffic from October, the mayor said after the vote on Tuesday.",
)
WHOLE = "\n\n".join((FIRST, SECOND, THIRD, *MORE))
URL = "https://news.example.org/harbour/bridge"


def article_of(body: str, head: str = "") -> Article:
    title = "Bridge to be rebuilt"
    page = f"<html><head><title>{title}</title>{head}</head><body><main><h1>{title}</h1>{body}</main></body></html>"
    return clean(draft_of(Page(URL, PageOutcome.FETCHED, NOW, body=page.encode())))


def paragraphs(*texts: str) -> str:
    return "".join(f"<p>{text}</p>" for text in texts)


def reason_of(article: Article, text: str) -> str | None:
    return next((line.reason for line in article.removed_lines if line.text == text), None)


def test_a_label_of_another_make_amid_the_paragraphs_goes_whatever_its_language() -> None:
    article = article_of(
        f"<div class='text'>{paragraphs(FIRST)}</div><div class='x7'><div class='q'>Seuraa aihetta nyt</div></div>"
        f"<div class='text'>{paragraphs(SECOND, THIRD, *MORE)}</div>"
    )

    assert reason_of(article, "Seuraa aihetta nyt") == "markup: apart"
    assert article.text == WHOLE


def test_a_notice_behind_the_last_paragraph_goes_and_a_last_paragraph_stays() -> None:
    notice = "Kirjoittaja on lehden taloustoimittaja, joka on seurannut satamia pitkään."

    own = paragraphs(FIRST, SECOND, THIRD, *MORE)

    article = article_of(f"<div class='text'>{own}<p>It is late.</p><div class='z1'><p>{notice}</p></div></div>")

    assert reason_of(article, notice) == "markup: apart"
    assert article.text.endswith("It is late.")


def test_a_card_with_the_headline_of_another_page_goes_whole() -> None:
    headline = "<h3><a href='/harbour/ferry'>Ferry line closes after sixty years</a></h3>"
    card = f"<div class='k9'>{headline}<p>It had carried two million.</p></div>"

    article = article_of(f"<div class='text'>{paragraphs(FIRST, SECOND)}{card}{paragraphs(THIRD, *MORE)}</div>")

    assert article.text == WHOLE
    assert reason_of(article, "It had carried two million.") == "markup: related"


def test_a_linked_heading_over_paragraphs_of_the_story_stays() -> None:
    heading = "<h2><a href='#pier'>The northern pier</a></h2>"

    article = article_of(f"<div class='text'>{paragraphs(FIRST)}{heading}{paragraphs(SECOND, THIRD, *MORE)}</div>")

    assert "The northern pier" in article.text


def test_a_complete_body_in_json_ld_testifies_against_a_box_that_it_does_not_hold() -> None:
    box = "The bridge was opened in 1911 and has been closed twice."
    body = json.dumps({"@type": "NewsArticle", "headline": "Bridge to be rebuilt", "articleBody": WHOLE})
    boxed = f"<div class='u2'><div class='v'>{box}</div></div>"
    made = f"<div class='text'>{paragraphs(FIRST, SECOND)}</div>{boxed}<div class='text'>{paragraphs(THIRD, *MORE)}</div>"

    testified = article_of(made, f"<script type='application/ld+json'>{body}</script>")

    assert reason_of(testified, box) == "markup: apart"
    assert box in article_of(made).text


def test_a_label_before_a_link_is_part_of_the_link() -> None:
    line = "Lue myös: <a href='/harbour/ferry'>Lauttalinja lopetetaan kuudenkymmenen vuoden jälkeen</a>"

    article = article_of(f"<div class='text'>{paragraphs(FIRST, line, SECOND)}</div>")

    assert article.text == f"{FIRST}\n\n{SECOND}"


def test_what_a_link_says_to_screen_readers_is_not_text() -> None:
    link = '<a href="https://port.example/report">the report (opens in new window)</a>'
    line = f"Details are in {link} of the port authority, it said."

    article = article_of(paragraphs(FIRST, line, SECOND))

    assert "Details are in the report of the port authority" in article.text


def test_a_page_whose_paragraphs_have_no_make_in_common_is_left_alone() -> None:
    mixed = "".join(
        f"<div class='a{name}'><p>{text}</p></div>" for name, text in zip("stuvwxyz", WHOLE.split("\n\n"), strict=False)
    )

    assert article_of(mixed).text == WHOLE


def test_a_question_asked_of_several_people_stays_each_time() -> None:
    question = "What does the new bridge mean for the harbour?"

    article = article_of(paragraphs(question, FIRST, question, SECOND, question, THIRD))

    assert article.text.count(question) == 3


def test_a_link_around_a_whole_card_makes_it_another_pages() -> None:
    inside = "<h3>Ferry line closes after sixty years</h3><p>It had carried two million.</p>"
    card = f"<a href='/harbour/ferry'><div class='k9'>{inside}</div></a>"

    article = article_of(f"<div class='text'>{paragraphs(FIRST, SECOND)}{card}{paragraphs(THIRD, *MORE)}</div>")

    assert article.text == WHOLE


def test_the_standfirst_of_another_story_goes_and_a_subheading_that_is_called_one_stays() -> None:
    other = "<div class='lead'>The ferry to the islands has run for sixty years and closes for good at the end of June.</div>"
    own = "<p class='subheading'>What it costs</p>"

    article = article_of(f"<div class='text'>{paragraphs(FIRST, SECOND, THIRD)}{own}{paragraphs(*MORE)}{other}</div>")

    assert "ferry to the islands" not in article.text
    assert "What it costs" in article.text


def test_a_heading_in_breadcrumbs_is_not_the_headline() -> None:
    crumbs = "<nav><ol><li>News</li><li><h1>Bridge to be rebuilt this year</h1></li></ol></nav>"
    shown = "<h2>Port Amber: bridge to be rebuilt this year</h2>"
    text = f"<div class='text'>{paragraphs(FIRST, SECOND, THIRD, *MORE)}</div>"
    head = "<meta property='og:title' content='Port Amber: bridge to be rebuilt this year'>"
    page = f"<html><head>{head}</head><body><article>{crumbs}{shown}{text}</article></body></html>"

    article = clean(draft_of(Page(URL, PageOutcome.FETCHED, NOW, body=page.encode())))

    assert article.title == "Port Amber: bridge to be rebuilt this year"
    assert article.text == WHOLE
