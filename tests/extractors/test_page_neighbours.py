# ruff: noqa: E501  (pages are written as pages are)
"""What stands beside a story and is longer, louder or made like it: captions, cards, bars, notices, other stories, standfirsts."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from extractors.articles import draft_of
from extractors.records import Article, Page, PageOutcome
from extractors.residue import clean
from extractors.residue.furniture import furniture_of
from extractors.residue.wording import wording_for

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
URL = "https://news.example.org/2026/11/19/ferry"
TITLE = "Ferry to the islands sails again"
PARAGRAPHS = (
    "The ferry to the Aldmoor islands sails again from Monday, the port's council decided in a short meeting on Thursday.",
    "It had been tied up since the storms of January, when a wave broke three windows of the bridge and a good part of the rail.",
    "Islanders had rowed their post, their milk and one harmonium across the sound for eleven weeks, some of them by night.",
    "The fare stays what it was, the captain told the council, but dogs now pay for a seat if they insist upon having one.",
)
STORY = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)
TEXT = "\n\n".join(PARAGRAPHS)


def page_of(body: str, *, head: str = "", title: str = TITLE) -> Article:
    html = f"<!doctype html><html lang='en'><head><title>{title}</title>{head}</head><body>{body}</body></html>"
    return clean(draft_of(Page(URL, PageOutcome.FETCHED, NOW, body=html.encode())))


def read(body: str, *, top: str = "", head: str = "") -> Article:
    return page_of(f"<article><h1>{TITLE}</h1>{top}<div class='entry'>{body}</div></article>", head=head)


def amid(inserted: str) -> str:
    paragraphs = [f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS]
    return "".join([*paragraphs[:2], inserted, *paragraphs[2:]])


@pytest.mark.parametrize("box", ["image-widget__LYZT4", "post-attachment in-story", "inlinePhoto", "imagery-image"])
def test_what_shares_a_box_with_nothing_but_a_picture_is_its_caption(box: str) -> None:
    caption = "Captain Una Marsh, left, and the harmonium, photographed on the quay by her brother in March."

    article = read(amid(f"<div class='{box}'><img src='a.jpg'><p>{caption}</p></div>"))

    assert article.text == TEXT
    assert [found.text for found in article.captions] == [caption]


def test_a_section_with_a_picture_in_it_is_told() -> None:
    section = f"<div class='image-section'><img src='a.jpg'><h2>The long winter</h2><p>{PARAGRAPHS[2]}</p></div>"

    article = read(f"<p>{PARAGRAPHS[0]}</p><p>{PARAGRAPHS[1]}</p>{section}<p>{PARAGRAPHS[3]}</p>")

    assert article.text.split("\n\n") == [*PARAGRAPHS[:2], "The long winter", *PARAGRAPHS[2:]]


def test_a_story_that_is_told_below_pictures_keeps_what_it_tells() -> None:
    slides = "".join(f"<div class='photo-slide'><img src='{i}.jpg'><p>{text}</p></div>" for i, text in enumerate(PARAGRAPHS))

    assert read(slides).text == TEXT


def test_a_line_alone_with_a_picture_above_the_story_is_no_standfirst() -> None:
    caption = "The ferry of Aldmoor is due to leave the yard at the end of the year. By Una Marsh."
    top = f"<div class='wide'><div class='css-8pot'><img src='a.jpg'><div class='css-1'>{caption}</div></div></div>"

    article = read(STORY, top=top)

    assert article.text == TEXT
    assert [found.text for found in article.captions] == [caption]


def test_italics_right_below_a_picture_are_its_caption() -> None:
    article = read(amid("<p><img src='a.jpg'></p><p><em>Una Marsh on the bridge</em></p>"))

    assert article.text == TEXT
    assert [found.text for found in article.captions] == ["Una Marsh on the bridge"]


@pytest.mark.parametrize(
    ("before", "line"),
    [("<p>", "“Who rows at night?”"), ("<p>", "It was the harmonium."), ("<p></p>", "Una Marsh on the bridge")],
    ids=["speech", "a sentence", "no picture"],
)
def test_other_italics_amid_the_story_are_told(before: str, line: str) -> None:
    picture = "" if line.startswith("Una") else "<img src='a.jpg'>"

    article = read(amid(f"{before}{picture}</p><p><em>{line}</em></p>"))

    assert line in article.text


def test_a_card_whose_headline_stands_in_a_box_of_its_own_leads_elsewhere() -> None:
    cards = "".join(
        f"<article class='Card'><h3><div class='clamp'><a href='/2026/{i}'>Another vessel of the northern fleet, number {i}</a></div></h3></article>"
        for i in range(3)
    )

    assert read(amid(f"<div class='list'>{cards}</div>")).text == TEXT


def test_a_label_goes_with_the_box_that_it_names() -> None:
    box = "<div class='enh'><div class='hd'>Other news</div><ul class='more-stories'><li><a href='/a'>Herring prices fall for the third week</a></li></ul></div>"

    assert read(amid(box)).text == TEXT


def test_a_row_of_links_parted_by_bars_goes() -> None:
    bar = "<p><b>Timetables</b>: <a href='/n'>North</a> | <a href='/s'>South</a> | <a href='/w'>West quay</a> | Night</p>"

    assert read(amid(bar)).text == TEXT


def test_a_sentence_with_bars_in_it_stays() -> None:
    line = "The three lines are now called North | South | West, <a href='/n'>the council's letter to all of them</a> says."

    assert "North | South | West" in read(amid(f"<p>{line}</p>")).text


def test_a_label_in_any_language_before_a_bar_and_a_link_goes_with_it() -> None:
    line = "<p><strong>FUNDA OLUNYE UDABA LAPHA |</strong> <a href='/u'>Umkhumbi ubuyile ethekwini izolo</a></p>"

    assert read(amid(line)).text == TEXT


def test_headlines_that_a_label_announces_go_though_they_are_sentences() -> None:
    points = "".join(
        f"<li>A sailor of {age} bought an island before breakfast. <a href='/{age}'>Here is how you may buy one of your own.</a></li>"
        for age in (31, 52)
    )

    article = read(amid(f"<p>Read more:</p><ul>{points}</ul>"))

    assert article.text == TEXT
    assert {line.reason for line in article.removed_lines if line.text.startswith("A sailor")} == {"announced by the line before"}


def test_the_last_paragraph_stays_though_no_element_holds_it() -> None:
    last = "The next storm, the captain said, may have the other rail as well if it asks for it politely."

    assert read(f"{STORY}{last}").text == f"{TEXT}\n\n{last}"


def test_a_poll_that_is_named_after_an_agency_is_no_photograph_of_it() -> None:
    line = "Most islanders would rather swim than pay for their dogs, according to an AP-NORC poll conducted in August."

    assert line in read(amid(f"<p>{line}</p>")).text


@pytest.mark.parametrize("name", ["cmp-text", "v-cmp-suh", "cmp cmp-title"])
def test_a_component_is_no_notice_of_consent(name: str) -> None:
    assert "The long winter" in read(amid(f"<div class='{name}'><h2>The long winter</h2></div>")).text


def test_a_notice_of_consent_in_the_main_part_of_the_page_is_one() -> None:
    notice = "<div class='privacy-modal'><p>When you visit our website, we store cookies on your browser to collect information about you, your preferences and your device, and we use it to make the site work as you expect it to.</p></div>"

    article = page_of(f"<main><h1>{TITLE}</h1><div class='content-body'>{STORY}</div>{notice * 4}</main>")

    assert article.text == TEXT


def test_comments_longer_than_the_story_are_still_comments() -> None:
    said = "".join(
        f"<li class='comment'><p>I rowed {i} times across that sound myself, and nobody has ever decided anything about it for me.</p></li>"
        for i in range(30)
    )

    article = page_of(
        f"<div class='post'><h1>{TITLE}</h1><div class='txt'>{STORY}</div></div><div id='comments'><ol>{said}</ol></div>"
    )

    assert article.text == TEXT


def test_a_hidden_message_in_several_versions_is_not_the_story() -> None:
    plea = "<p>We believe that everyone on the islands needs news, and that not everyone can pay for it, which is why this is free to read.</p>"
    versions = "".join(
        f"<div class='hidden m{i}'>{plea}<p>{i} of every hundred readers gave us something in the past year, and it has kept our boat afloat so far.</p></div>"
        for i in range(5)
    )
    lines = "".join(f"<div class='cli'><p>{paragraph}</p></div>" for paragraph in PARAGRAPHS)

    article = page_of(
        f"<main><h1>{TITLE}</h1><section class='list'>{lines}<div class='support'>{versions}</div></section></main>"
    )

    assert article.text == TEXT


def test_of_the_stories_that_follow_each_other_on_a_page_the_first_is_read() -> None:
    others = "".join(
        f"<article class='post'><h1>Herring prices fall, week {i}</h1><div class='body-wrap'>{STORY.replace('ferry', f'herring {i}')}</div></article>"
        for i in range(4)
    )

    article = page_of(
        f"<main><article class='feed'><div><article class='post'><h1>{TITLE}</h1><div class='body-wrap'>{STORY}</div></article>{others}</div></article></main>"
    )

    assert article.text == TEXT


def test_shortcodes_in_the_text_for_machines_are_no_text() -> None:
    body = " ".join(
        [
            PARAGRAPHS[0],
            *[
                f'[ami-related id=\\"{i}\\" url=\\"https://news.example.org/a-long-address-{i}\\" title=\\"Herring\\"]'
                for i in range(20)
            ],
        ]
    )

    article = page_of(
        f"<article><h1>{TITLE}</h1><div>{STORY}</div></article>",
        head=f'<script type="application/ld+json">{{"@type": "NewsArticle", "headline": "{TITLE}", "articleBody": "{body}"}}</script>',
    )

    assert article.text == TEXT


@pytest.mark.parametrize(
    "standfirst",
    [
        "<header><div class='header-teaser'>{}</div></header>",
        "<div class='article-meta__excerpt'><p>{}</p></div>",
        "<ul class='footer'><li><h2>{}</h2></li></ul>",
        "<div class='mt-4 leading-6'>{}</div>",
    ],
)
def test_a_standfirst_stays_whatever_its_box_is_called(standfirst: str) -> None:
    line = "After eleven weeks of rowing the post comes by steam."
    head = f"<meta name='description' content='{line}'>"

    article = page_of(
        f"<h1>{TITLE}</h1><div class='hd'>{standfirst.format(line)}</div><div class='article-body'>{STORY}</div>", head=head
    )

    assert article.text == f"{line}\n\n{TEXT}"


def test_a_line_of_dates_under_the_headline_is_no_standfirst() -> None:
    line = "время публикации: 4 января 2012 г., 13:45 последнее обновление: 4 января 2012 г., 13:55"

    assert page_of(f"<h1>{TITLE}</h1><div>{line}</div><div class='article-body'>{STORY}</div>").text == TEXT


def test_the_first_heading_in_the_header_of_an_article_is_its_headline() -> None:
    shown = "Rowing is over: Why the steamer sails to the islands again"

    article = page_of(
        f"<div><h1>{TITLE}</h1></div><article class='a'><header><div><h2>{shown}</h2></div></header><div class='article-body'>{STORY}</div></article>"
    )

    assert article.text == TEXT


def test_what_is_hidden_between_two_words_parts_them() -> None:
    line = "<span>Two lines<span class='visually-hidden' aria-hidden='true'>: </span></span>Both of them sail"

    assert "Two lines Both of them sail" in read(amid(f"<h2>{line}</h2>")).text


def test_what_is_hidden_before_a_mark_leaves_no_space() -> None:
    assert (
        "the letter, which"
        in read(
            amid(
                "<p>They wrote <a href='/l'>the letter<span class='sr-only'> (opens a window)</span></a>, which nobody on either side of the sound has read so far.</p>"
            )
        ).text
    )


def test_a_story_told_below_its_pictures_alone_is_told_there() -> None:
    figures = "".join(f"<figure><img src='{i}.jpg'><figcaption>{text}</figcaption></figure>" for i, text in enumerate(PARAGRAPHS))

    article = read(f"{figures}<p>Tel. 021-52921234 ext. 641133</p>")

    assert [line for line in article.text.split("\n\n") if line in PARAGRAPHS] == list(PARAGRAPHS)
    assert article.captions == ()


def test_a_page_that_tells_a_sentence_leaves_its_captions_below_the_pictures() -> None:
    captions = [f"Picture {i} of two shows the dog of the council, which now pays for its seat." for i in range(2)]
    figures = "".join(f"<figure><img src='{i}.jpg'><figcaption>{text}</figcaption></figure>" for i, text in enumerate(captions))

    article = read(f"{''.join(f'<p>{text}</p>' for text in PARAGRAPHS[:3])}{figures}")

    assert article.text == "\n\n".join(PARAGRAPHS[:3])
    assert [caption.text for caption in article.captions] == captions


def test_the_first_paragraph_is_no_biography() -> None:
    first = "Una Marsh has been the captain of the ferry since her uncle fell off it, and she does not mean to follow him soon."

    article = read(
        f"<p>{first}</p><p>{PARAGRAPHS[1]}</p>",
        top="<p class='byline'>By <a rel='author'>Una Marsh</a></p>",
        head="<meta name='author' content='Una Marsh'>",
    )

    assert article.text.startswith(first)


@pytest.mark.parametrize(
    ("language", "line"),
    [
        ("de", "Link zum YouTube-Inhalt"),
        ("de", "„Hier ist Aldmoor“: Der Newsletter informiert Sie jeden Morgen über das Wichtigste. Hier geht's zur Anmeldung!"),
        ("de", "Hat Ihnen dieser Artikel gefallen? Dann unterstützen Sie uns bitte mit einer Spende."),
        ("ja", "会員向け記事が読み放題"),
    ],
)
def test_offers_of_the_house_are_known_by_their_words(language: str, line: str) -> None:
    assert wording_for(language).verdict_on(line) is not None


def test_a_time_of_reading_behind_the_date_is_part_of_its_line() -> None:
    assert furniture_of("17.04.2024, 12:24Lesezeit: 5 Min.", ()) == "date line"
