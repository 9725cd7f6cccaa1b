"""Drafts in, clean articles out: the seeds cut as an editor would cut them, and the laws that every cut obeys."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.articles import draft_of_text
from extractors.records import Article, Block, Draft
from extractors.residue import clean, lines_of
from extractors.residue.linememory import LineMemory, forgettable, remember
from tests.shared_data import shared

NOW = datetime(2026, 11, 1, tzinfo=UTC)


def draft_with(*lines: str | Block, url: str = "https://example.org/a", **fields: object) -> Draft:
    blocks = tuple(line if isinstance(line, Block) else Block(line) for line in lines)
    return replace(Draft(url, url, "example.org", blocks, NOW, language="en"), **fields)


def seed(name: str) -> Article:
    path = shared(f"seeds/{name}")
    return clean(draft_of_text(path.read_text("utf-8"), f"https://example.org/{name}", "example.org", NOW))


def test_the_agency_seed_gives_title_date_place_and_ten_paragraphs() -> None:
    article = seed("000_4cfa8f7445f81986.txt")

    assert article.title == "Putin says Russia will 'certainly' achieve its goals in Ukraine"
    assert (article.published_at, article.published_at_source) == (datetime(2025, 12, 17, tzinfo=UTC), "text")
    assert article.dateline == "MOSCOW"
    assert [caption.text[:23] for caption in article.captions] == ["In this pool photograph"]
    paragraphs = article.text.split("\n\n")
    assert len(paragraphs) == 10
    assert paragraphs[0].startswith("Russian President Vladimir Putin said")
    assert paragraphs[-1].startswith("In September 2022")


def test_the_reposted_seed_loses_every_line_that_is_not_the_reporters() -> None:
    article = seed("004_bf0c77a5c794aba5.txt")

    assert article.title is not None
    assert article.title.endswith("claims moment is ‘close’")
    assert [line.text.split("\n")[0][:22] for line in article.removed_lines] == [
        "Estimated read time 4 ",
        "Please use Chrome brow",
        "Zelenskyy on how a cea",  # the video's title
        "Image:",
        "Image:",
        "Image:",
        "Read more:",
        "Russia’s artillery adv",
        "Ukrainians still unite",
        "Please use Chrome brow",
        "What would Russia sett",  # the second video's title: the paragraphs below are not about it
        "Source link",
        "You May Also Like",
        "More From Author",
        "+ There are no comment",
        "Add yours",
    ]


def test_the_reposted_seed_keeps_captions_with_their_credits_and_its_headings() -> None:
    article = seed("004_bf0c77a5c794aba5.txt")

    assert [(caption.text[:12], caption.credit) for caption in article.captions] == [
        ("Ivor Bennett", None),
        ("Dmitry Pesko", None),
        ("Sergei Narys", "REUTERS/Evgenia Novozhenina"),
        ("Sergei Narys", "Reuters"),
        ("French Presi", "AP Photo/Michel Euler"),
        ("Donald Trump", "AP"),
    ]
    paragraphs = article.text.split("\n\n")
    assert [paragraphs[i] for i in article.headings] == ["‘Ukraine are on the verge of collapse’", "‘Stop the madness’ – Trump"]
    assert len(paragraphs) == 25


LINES = st.lists(
    st.sampled_from(
        [
            "The council met on Tuesday and agreed to rebuild the bridge before the winter sets in.",
            "Read more:",
            "Bridge closed for repairs",
            "Photo: Jane Doe / Getty Images",
            "By Jane Doe",
            "Share this article",
            "12 November 2026",
            "BERLIN (Reuters) - The mayor said on Monday that the works would cost less than feared.",
            "Image:",
            "Why it matters",
        ]
    )
    | st.text(min_size=1, max_size=40).map(str.strip).filter(bool),
    max_size=12,
)
ROLES = st.sampled_from([None, None, None, "related", "caption", "dek", "newsletter", "headline"])
KINDS = st.sampled_from(["paragraph", "paragraph", "heading", "list_item", "quote"])


@given(st.lists(st.tuples(LINES.map(lambda lines: " ".join(lines)[:200] or "x"), KINDS, ROLES), max_size=15))
def test_every_block_stands_in_exactly_one_place(blocks: list[tuple[str, str, str | None]]) -> None:
    draft = draft_with(*(Block(text, kind, 0.0, role) for text, kind, role in blocks))

    article = clean(draft)

    apart = {c.position: c.text for c in article.captions} | {r.position: r.text for r in article.removed_lines}
    kept = [block.text for i, block in enumerate(draft.blocks) if i not in apart]
    assert article.text == "\n\n".join(kept)
    assert all(apart[i] == draft.blocks[i].text for i in apart)
    assert len(apart) == len(article.captions) + len(article.removed_lines)
    assert article.text == "\n\n".join(part for part in (article.standfirst, article.without_standfirst) if part)


def test_the_standfirst_is_what_the_text_opens_with() -> None:
    article = clean(
        draft_with(
            Block("The council wants the pear growers' barns listed.", role="dek"),
            Block("What they hold is older than the town hall", kind="heading", role="dek"),
            "The barns of Aldmoor are to be protected, the council decided on Tuesday after a debate of four hours.",
            Block("An aside that is dressed as a standfirst, amid the story.", role="dek"),
            "Growers fear for their roofs, which they would like to cover with solar panels.",
        )
    )

    assert article.standfirst == "The council wants the pear growers' barns listed.\n\nWhat they hold is older than the town hall"
    assert article.text.startswith(article.standfirst)
    assert article.without_standfirst.startswith("The barns of Aldmoor")
    assert article.text.endswith(article.without_standfirst)


@pytest.mark.parametrize("roles", [("dek", "dek"), (None, None)])
def test_a_text_that_nothing_opens_has_no_standfirst(roles: tuple[str | None, ...]) -> None:
    lines = ("Rain stopped the pear harvest in Aldmoor for a third day.", "Growers hope for a dry weekend, they said on Friday.")

    article = clean(draft_with(*(Block(line, role=role) for line, role in zip(lines, roles, strict=True))))

    assert article.standfirst is None
    assert article.without_standfirst == article.text


@given(st.lists(LINES, max_size=3).map(lambda lists: [line for lines in lists for line in lines]))
def test_cleaning_is_pure(lines: list[str]) -> None:
    draft = draft_with(*lines)

    assert clean(draft) == clean(draft)


@pytest.mark.parametrize(
    ("line", "language"),
    [
        ("Sign up for our morning newsletter and never miss a story", "en"),
        ("Follow us on Facebook and X", "en"),
        ("Be the first to get breaking news: install our free app", "en"),
        ("Lesen Sie auch: Was die Reform für Mieter bedeutet", "de"),
        ("À lire aussi : ce que change la réforme", "fr"),
        ("Lea también: Qué cambia con la reforma", "es"),
        ("Читайте также: что изменит реформа", "ru"),
        ("责任编辑：张三", "zh"),
        ("Czytaj także: Co zmieni reforma", "pl"),
        ("Διαβάστε επίσης: Τι αλλάζει με τη μεταρρύθμιση", "el"),
        ("© 2026 Example News. All rights reserved.", "en"),
    ],
)
def test_knows_residue_by_its_wording(line: str, language: str) -> None:
    story = "The council met on Tuesday and agreed to rebuild the bridge before the winter sets in."

    article = clean(draft_with(story, line, story.replace("bridge", "road"), language=language))

    assert [removed.text for removed in article.removed_lines] == [line]


@pytest.mark.parametrize(
    "line",
    [
        "He denies the charges.",
        "Share prices fell by 4 percent on Tuesday.",
        "“Follow the money,” she said.",
        "“People install our app and forget it,” the mayor said.",
        "Read the room, the judge told him before the hearing was adjourned.",
        "Comments by the minister drew criticism from both parties.",
        "Im Video ist zu sehen, wie der Wagen die Brücke verfehlt.",
    ],
)
def test_leaves_sentences_of_the_story_alone(line: str) -> None:
    story = "The council met on Tuesday and agreed to rebuild the bridge before the winter sets in."

    article = clean(draft_with(story, line, story.replace("bridge", "road")))

    assert line in article.text.split("\n\n")


def test_takes_place_and_agency_from_the_opening_and_leaves_the_opening_as_written() -> None:
    opening = "KYIV, Ukraine (AP) — The mayor of the capital said on Monday that power had been restored to most homes."

    article = clean(draft_with(opening, "More than 300 crews worked through the night, he added in a message to residents."))

    assert (article.dateline, article.agency) == ("KYIV, Ukraine", "AP")
    assert article.text.startswith(opening)


@pytest.mark.parametrize(
    ("line", "agency"),
    [
        ("(dpa/lno)", "dpa"),
        ("By The Associated Press", "AP"),
        ("Reuters", "Reuters"),
        ("Source: AFP", "AFP"),
        ("Anadolu Agency", "Anadolu"),
    ],
)
def test_credits_the_agency_of_a_line_that_names_only_it(line: str, agency: str) -> None:
    story = "The council met on Tuesday and agreed to rebuild the bridge before the winter sets in."

    article = clean(draft_with(story, story.replace("bridge", "road"), line))

    assert article.agency == agency
    assert line not in article.text


WORDS = (
    "voted",
    "plan",
    "bridge",
    "winter",
    "council",
    "mayor",
    "costs",
    "repair",
    "harbour",
    "fee",
    "river",
    "night",
    "judge",
    "union",
)
HABIT = "Our reporters watch the city council so that you do not have to."


def story_of(number: int, *extra: str) -> Draft:
    topic = ["harbour", "school", "forest", "theatre", "hospital", "airport", "museum", "factory"][number % 8]
    body = [
        " ".join(f"{topic}{(number * 31 + i * 7) % 97} {WORDS[(number * 5 + i * (number + 3)) % len(WORDS)]}" for i in range(40)),
        f"Critics called the {topic} plan {number} too dear, its friends the best idea in {number + 20} years of debate.",
    ]
    url = f"https://example.org/{number}"
    return replace(draft_with(*body, *extra, url=url), fetched_at=NOW + timedelta(hours=number))


def memory_after(*drafts: Draft) -> LineMemory:
    memory = LineMemory()
    for draft in drafts:
        changed = remember(memory, lines_of(draft))
        known = {(record.outlet, record.line_key): record for record in memory}
        memory = LineMemory((known | {(record.outlet, record.line_key): record for record in changed}).values())
    return memory


def test_learns_a_line_that_stands_under_several_stories_of_an_outlet() -> None:
    memory = memory_after(*(story_of(i, HABIT) for i in range(4)))

    article = clean(story_of(5, HABIT), memory)

    assert [(line.text, line.reason) for line in article.removed_lines] == [(HABIT, "recurs: in 4 other stories of example.org")]


def test_does_not_learn_from_one_story_told_many_times() -> None:
    updates = [replace(story_of(1, HABIT), canonical_url=f"https://example.org/1-{i}") for i in range(9)]

    article = clean(story_of(1, HABIT), memory_after(*updates))

    assert HABIT in article.text


def test_a_sentence_that_two_stories_share_stays() -> None:
    memory = memory_after(story_of(1, "He denies the charges."), story_of(2, "He denies the charges."))

    assert "He denies the charges." in clean(story_of(3, "He denies the charges."), memory).text


def test_seeing_an_article_again_changes_no_count() -> None:
    once = memory_after(story_of(1, HABIT), story_of(2, HABIT))
    twice = memory_after(story_of(1, HABIT), story_of(2, HABIT), story_of(2, HABIT), story_of(1, HABIT))

    assert {r.line_key: r.stories for r in twice}.keys() == {r.line_key: r.stories for r in once}.keys()
    assert max(r.stories for r in twice) == pytest.approx(max(r.stories for r in once))


def test_forgets_lines_of_single_stories_and_keeps_habits() -> None:
    memory = memory_after(*(story_of(i, HABIT) for i in range(4)))

    gone = forgettable(memory, NOW + timedelta(days=30))

    assert len(gone) == len(memory) - 1
    assert HABIT not in {record.text for record in gone}


PARAGRAPHS = tuple(
    f"Paragraph {name} of the story tells what the council of the harbour town decided that night." for name in "abcdefgh"
)


def test_a_note_in_italics_under_the_last_paragraph_goes_in_any_language() -> None:
    note = "Juttua päivitetty kello 12 kaupunginjohtajan kommentilla."

    article = clean(draft_with(*PARAGRAPHS, Block(note, is_italic=True)))

    assert [(line.text, line.reason) for line in article.removed_lines] == [(note, "note in italics at the end")]


@pytest.mark.parametrize("last", ["“We are glad that it is over.”", "And what will you do next?"])
def test_speech_in_italics_at_the_end_stays(last: str) -> None:
    assert clean(draft_with(*PARAGRAPHS, Block(last, is_italic=True))).text.endswith(last)


def test_a_story_set_in_italics_throughout_keeps_its_end() -> None:
    assert clean(draft_with(*(Block(text, is_italic=True) for text in PARAGRAPHS))).removed_lines == ()


def test_a_long_sentence_amid_the_story_is_not_convicted_by_its_first_words() -> None:
    told = (
        "Download the plans of the bridge, the mayor told the engineers, and show me the app that can do without a drawing board."
    )

    article = clean(draft_with(*PARAGRAPHS[:4], told, *PARAGRAPHS[4:]))

    assert told in article.text


def test_a_story_told_in_headings_over_pictures_keeps_them() -> None:
    items = [
        line
        for name in ("bakery", "smithy", "ferry")
        for line in (
            Block(f"The {name} gave work to forty people for a hundred years", "heading"),
            Block(f"The {name}.", role="caption"),
        )
    ]

    article = clean(draft_with(*PARAGRAPHS[:2], *items))

    assert len(article.headings) == 3


def test_a_notice_that_stands_twice_amid_the_story_goes_both_times() -> None:
    notice = (
        "Download our new app for your phone today, because it has all the news of the harbour and a map of the tides as well."
    )

    article = clean(draft_with(*PARAGRAPHS[:3], notice, *PARAGRAPHS[3:5], notice, *PARAGRAPHS[5:]))

    assert notice not in article.text
