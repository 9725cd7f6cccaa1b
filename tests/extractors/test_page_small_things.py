# ruff: noqa: E501  (pages are written as pages are)
"""Small things around a story: labels, hours, crumbs, titles of boxes, notes on where a text came from."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from extractors.articles import draft_of
from extractors.records import Article, Page, PageOutcome
from extractors.residue import clean
from extractors.residue.furniture import furniture_of

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
URL = "https://news.example.org/2026/11/19/orchard"
PARAGRAPHS = (
    "The orchards of Lower Aldmoor will be picked by hand again this autumn, the growers' union said on Thursday morning.",
    "Two machines that were to replace forty pickers had bruised a third of the pears, and nobody would buy them at any price.",
    "Pickers had asked for the change since the spring, when the first machine ran into a shed and stood there for nine days.",
    "The pears go to the market of the northern town, which lost a third of its stalls in the storms of the past two winters.",
)
STORY = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)
TEXT = "\n\n".join(PARAGRAPHS)


def read(body: str, *, top: str = "") -> Article:
    html = f"<!doctype html><html lang='en'><head><title>Pears to be picked by hand</title></head><body><article><h1>Pears to be picked by hand</h1>{top}<div class='entry'>{body}</div></article></body></html>"
    return clean(draft_of(Page(URL, PageOutcome.FETCHED, NOW, body=html.encode())))


def reason_of(article: Article, text: str) -> str:
    return next(line.reason for line in article.removed_lines if line.text == text)


@pytest.mark.parametrize(
    "line",
    [
        "By Anna Felder",
        "by ANNA FELDER",
        "von Anna Felder, Radio Aldmoor",
        "Photos and Story By Anna Felder Special Correspondent to THE PEAR CHANNEL",
        "by アルドムーア果樹園 ／ 2016.12.01",
    ],
)
def test_a_line_that_names_who_wrote_is_a_byline(line: str) -> None:
    assert furniture_of(line, ()) == "byline"


@pytest.mark.parametrize("line", ["By the sea in spring", "By Thursday", "Por Dios", "by smaller words than ever"])
def test_a_heading_that_begins_like_a_byline_is_none(line: str) -> None:
    assert furniture_of(line, ()) is None


def test_hours_that_part_the_reports_of_a_day_all_stay() -> None:
    article = read(
        f"<p>The latest from the orchards (all times local):</p><p>10 p.m.</p><p>{PARAGRAPHS[0]}</p><p>4:30 p.m.</p><p>{PARAGRAPHS[1]}</p>"
    )

    assert article.text.split("\n\n")[1::2] == ["10 p.m.", "4:30 p.m."]


def test_one_hour_above_the_story_is_when_it_was_published() -> None:
    article = read(f"<p>10 p.m.</p>{STORY}")

    assert article.text == TEXT


def test_crumbs_in_the_text_go() -> None:
    article = read(f"<p>Country » Fruit » Pears by hand</p>{STORY}")

    assert article.text == TEXT
    assert reason_of(article, "Country » Fruit » Pears by hand") == "breadcrumbs"


@pytest.mark.parametrize(
    "note",
    [
        "This article has been adapted from its original source.",
        "Originally published in the Aldmoor Gardener.",
        "This story first appeared in the Aldmoor Gardener and is printed with its leave.",
    ],
)
def test_where_a_text_came_from_stays_with_it(note: str) -> None:
    assert read(f"{STORY}<p><em>{note}</em></p>").text == f"{TEXT}\n\n{note}"


def test_the_day_on_which_a_text_first_appeared_is_no_part_of_it() -> None:
    note = "This story was originally published November 18, 2026, 11:09 AM."

    assert read(f"{STORY}<p>{note}</p>").text == TEXT


def test_whom_readers_may_call_stays() -> None:
    note = "If you or someone you know needs help, the growers' helpline can be called free of charge on 116 123 at any hour."

    assert read(f"{STORY}<p>{note}</p>").text.endswith(note)


def test_a_label_goes_with_the_list_that_it_announced_and_at_the_end() -> None:
    links = "".join(f"<li><a href='/{n}'>Another story of the country, number {n}</a></li>" for n in range(3))

    article = read(f"<p>{PARAGRAPHS[0]}</p><h4>More:</h4><ul>{links}</ul>{STORY[len(PARAGRAPHS[0]) + 7 :]}<p>References:</p>")

    assert article.text == TEXT
    assert reason_of(article, "References:") == "label over nothing"


def test_a_sentence_that_announces_what_did_not_come_stays() -> None:
    last = "The growers have listed all of their prices, which follow here:"

    assert read(f"{STORY}<p>{last}</p>").text.endswith(last)


def test_a_shortcode_that_was_not_carried_out_is_no_text() -> None:
    assert (
        read(f"{STORY}<p>[button link=”https://news.example.org/send” type=”big”] Send us YOUR pears[/button]</p>").text == TEXT
    )


def test_the_title_of_a_box_goes_with_the_box() -> None:
    box = (
        "<div class='issue left'><h4>Current issue</h4><div class='issue-name'><a href='/issue/11'>November 2026</a></div></div>"
    )

    article = read(f"<p>{PARAGRAPHS[0]}</p><p>{PARAGRAPHS[1]}</p>{box}<p>{PARAGRAPHS[2]}</p><p>{PARAGRAPHS[3]}</p>")

    assert article.text == TEXT
    assert reason_of(article, "Current issue") == "markup: apart"


def test_a_subheading_beside_a_picture_is_no_title_of_a_box() -> None:
    box = "<div class='section-head'><h3>A shed in the way</h3><figure><figcaption>The shed in spring</figcaption></figure></div>"

    article = read(f"<p>{PARAGRAPHS[0]}</p><p>{PARAGRAPHS[1]}</p>{box}<p>{PARAGRAPHS[2]}</p><p>{PARAGRAPHS[3]}</p>")

    assert "A shed in the way" in article.text.split("\n\n")


def test_who_said_what_was_lifted_from_the_text_goes_with_it() -> None:
    quotation = f"<p>{PARAGRAPHS[1]} “The pears were bruised, all of them, and the shed is gone,” said the picker.</p>"
    lifted = "<blockquote><p>The pears were bruised, all of them, and the shed is gone</p><div class='who'>Picker Anna Felder</div></blockquote>"

    article = read(f"<p>{PARAGRAPHS[0]}</p>{quotation}{lifted}<p>{PARAGRAPHS[2]}</p><p>{PARAGRAPHS[3]}</p>")

    assert "Picker Anna Felder" not in article.text
    assert "the shed is gone,” said" in article.text


def test_a_sentence_of_the_storys_class_on_another_element_stays() -> None:
    marked = "".join(f"<p class='body__par speakable'>{paragraph}</p>" for paragraph in PARAGRAPHS[:3])
    aside = "<div class='body__par speakable'>You should not believe a word of it</div>"

    article = read(
        f"<div class='lead'><p class='body__par speakable'>{PARAGRAPHS[3]}</p></div>{marked}{aside}{marked.replace('The', 'And the')}"
    )

    assert "You should not believe a word of it" in article.text


def test_the_source_behind_each_quotation_stays_behind_the_last_one_too() -> None:
    quoted = "".join(
        f"<blockquote><p>{p} {p}</p></blockquote><p><b>[<a href='/{n}'>Gardener</a>]</b></p>" for n, p in enumerate(PARAGRAPHS)
    )

    assert read(quoted).text.count("[Gardener]") == len(PARAGRAPHS)


def test_a_short_line_of_a_hidden_series_that_is_the_story_is_shown_with_it() -> None:
    hidden = "".join(
        f"<div class='subscriber-only' style='display:none'><p>{p}</p></div>"
        for p in (*PARAGRAPHS[1:], "Pears fall, pickers laugh.")
    )

    assert read(f"<p>{PARAGRAPHS[0]}</p>{hidden}").text.endswith("Pears fall, pickers laugh.")


def test_what_an_outlet_calls_the_teaser_of_a_story_is_its_standfirst() -> None:
    teaser = "Forty pickers come back to the orchards of Lower Aldmoor, and two machines go to where they came from."

    assert read(STORY, top=f"<p class='story__teaser'>{teaser}</p>").text == f"{teaser}\n\n{TEXT}"


def test_a_list_of_other_stories_behind_the_last_paragraph_goes_with_its_questions() -> None:
    links = "".join(
        f"<li>{lead} <a href='/{n}'>and what comes of it in the end</a>?</li>"
        for n, lead in enumerate(("Who picks the plums of Upper Aldmoor", "Who buys machines", "How to shake a tree"))
    )

    assert read(f"{STORY}<ul>{links}</ul>").text == TEXT


def test_headlines_of_others_in_one_paragraph_go_with_the_line_that_led_to_them() -> None:
    linked = "<a href='/plums'>Plums are bought by nobody in Upper Aldmoor</a> [INSIGHT]<br><a href='/trees'>How a tree is shaken without a machine</a> [VIDEO]"

    article = read(f"<p>{PARAGRAPHS[0]}</p><p>DON'T MISS</p><p>{linked}</p>{STORY[len(PARAGRAPHS[0]) + 7 :]}")

    assert article.text == TEXT


def test_a_linked_sentence_behind_such_a_line_tells_the_story() -> None:
    linked = "<a href='/plums'>The growers of Upper Aldmoor have said that they will follow</a> in the spring."

    assert "will follow" in read(f"<p>{PARAGRAPHS[0]}</p><p>Read more</p><p>{linked}</p>{STORY[len(PARAGRAPHS[0]) + 7 :]}").text


def test_a_long_last_paragraph_in_italics_that_speaks_of_nobody_here_is_told() -> None:
    told = "According to growers and to pictures taken from the air, pears have also fallen in the western valleys, where the frost of April spared the blossoms of the older trees."

    assert read(f"{STORY}<p><i>{told}</i></p>").text.endswith(told)


def test_a_long_last_paragraph_in_italics_on_the_paper_is_a_note() -> None:
    note = "The list of orchards was put together by our reporters over the summer, and it is kept up to date with the help of growers and of readers who write to us every week."

    more = "".join(
        f"<p>In orchard number {n} the pickers came at dawn and went home with the last light of the day, as they had done for years.</p>"
        for n in range(12)
    )

    assert read(f"{STORY}{more}<p><i>{note}</i></p>").removed_lines[-1].text == note


def test_paragraphs_of_the_locked_half_whose_text_was_sent_are_text() -> None:
    locked = "".join(f"<p class='paywall' aria-hidden='true'>{paragraph}</p>" for paragraph in PARAGRAPHS[3:])

    assert read("".join(f"<p>{p}</p>" for p in PARAGRAPHS[:3]) + locked).text == TEXT


def test_a_word_of_praise_in_a_box_of_its_own_amid_the_paragraphs_is_not_the_text() -> None:
    box = "<div class='embedbox middle'>The best pears of this year.</div>"

    assert read(f"<p>{PARAGRAPHS[0]}</p><p>{PARAGRAPHS[1]}</p>{box}<p>{PARAGRAPHS[2]}</p><p>{PARAGRAPHS[3]}</p>").text == TEXT


def test_short_paragraphs_of_a_layout_cell_are_no_row_of_a_table() -> None:
    cell = f"{STORY}<p>Growers will be paid by the basket.</p><p>Picking ends on Friday.</p>"

    article = read(f"<table width='960'><tr><td class='menu'>Menu</td><td>{cell}</td></tr></table>")

    assert article.text.endswith("Growers will be paid by the basket.\n\nPicking ends on Friday.")


def test_cells_of_one_row_stay_one_row() -> None:
    rows = "".join(f"<tr><td>{name}</td><td>{month}</td></tr>" for name, month in (("Williams", "August"), ("Bosc", "October")))

    article = read(f"{STORY}<table>{rows}</table>")

    assert article.text.endswith("Williams | August\n\nBosc | October")


def test_a_standfirst_that_the_story_says_again_leaves_the_story_whole() -> None:
    article = read(STORY, top=f"<p class='dek'>{PARAGRAPHS[0]}</p>")

    assert (article.text, article.standfirst) == (TEXT, None)
    assert [(line.text, line.reason) for line in article.removed_lines] == [(PARAGRAPHS[0], "repeated")]


def test_the_text_below_a_photo_is_its_caption() -> None:
    photo = "<div class='photo'><img src='/pear.jpg' alt=''><p class='photo-text'>A picker at work. Photo: Anna Felder</p></div>"

    article = read(f"{STORY}{photo}<p>Growers will be paid by the basket, the union said on Thursday.</p>")

    assert [(caption.text, caption.credit) for caption in article.captions] == [
        ("A picker at work. Photo: Anna Felder", "Anna Felder")
    ]
