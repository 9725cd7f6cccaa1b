"""Who wrote a story: what readers see, beside what the page says of itself in its head."""

from __future__ import annotations

from datetime import UTC, datetime
from time import process_time

import pytest

from extractors.articles import draft_of
from extractors.pages.authors import authors_of, names_in
from extractors.pages.reporters import reporters_in
from extractors.records import Draft, Page, PageOutcome

NOW = datetime(2026, 2, 10, tzinfo=UTC)
TITLE = "<h1>Harbour bridge to be rebuilt</h1>"
STORY = "<p>" + "The council voted on Tuesday to rebuild the bridge over the harbour within three years. " * 4 + "</p>"


def drafted(body: str, head: str = "") -> Draft:
    page = f"<html lang='en'><head>{head}</head><body><article>{TITLE}{body}{STORY * 4}</article></body></html>"
    return draft_of(Page("https://example.com/harbour", PageOutcome.FETCHED, NOW, body=page.encode()))


def json_ld(*authors: str, kind: str = "Person") -> str:
    people = ",".join(f'{{"@type":"{kind}","name":"{name}"}}' for name in authors)
    return f'<script type="application/ld+json">{{"@type":"NewsArticle","headline":"Bridge","author":[{people}]}}</script>'


def meta(*authors: str) -> str:
    return "".join(f'<meta name="parsely-author" content="{name}">' for name in authors)


@pytest.mark.parametrize(
    "line",
    [
        "By Mara Lindqvist",
        "By Mara Lindqvist, in News, Business · 31 Jan 2026, 20:02 · 0 Comments",
        "Von Mara Lindqvist Fr, 18. Oktober 2019",
        "Von Mara Lindqvist am Samstag, 19. Oktober 2019 um 11:14 Uhr",
        "VON Mara Lindqvist am 21. April 2020",
        "Ein Artikel von Mara Lindqvist | 27.01.2022 - 12:45",
        "Veröffentlicht am 10. Februar 2019 von Mara Lindqvist",
        "Posted by Mara Lindqvist 21.10.2019",
        "Written by: Mara Lindqvist",
        "By Mara Lindqvist | desk@example.com | Example News",
        "Auteur : Mara Lindqvist",
        "<span>By</span><a href='/m'>Mara Lindqvist</a>",
        "<span class='byline'>By</span><span class='byline'>Mara Lindqvist</span>",
        "Mara Lindqvist am Mittwoch, 26.01.2022 - 14:30",
    ],
)
def test_a_byline_is_read_without_what_stands_around_the_name(line: str) -> None:
    assert drafted(f"<div>{line}</div>").authors == ("Mara Lindqvist",)


@pytest.mark.parametrize(
    "line",
    [
        "By the time the council met, nobody was left.",
        "Von der Brücke blieb wenig.",
        "<span class='author-box'>Climate / Energy / Storage / World</span>",
        "<figure><figcaption class='author'>Tomas Okoro</figcaption></figure>",
    ],
)
def test_what_merely_begins_or_is_marked_like_a_byline_names_nobody(line: str) -> None:
    assert drafted(f"<div>{line}</div>").authors == ()


def test_a_byline_with_more_names_completes_json_ld() -> None:
    line = "<div class='byline'>By Mara Lindqvist and Tomas Okoro</div>"

    assert drafted(line, json_ld("Mara Lindqvist")).authors == ("Mara Lindqvist", "Tomas Okoro")


def test_an_institute_behind_the_name_does_not_complete_it() -> None:
    line = "<div>By Mara Lindqvist, Institute for Rivers and Lakes</div>"

    assert drafted(line, json_ld("Mara Lindqvist")).authors == ("Mara Lindqvist",)


def test_names_of_other_stories_below_do_not_complete_json_ld() -> None:
    teasers = STORY * 4 + "<span class='name'>By</span><span class='name'>Tomas Okoro</span>"
    line = f"<span class='name'>By</span><span class='name'>Mara Lindqvist</span>{teasers}"

    assert drafted(line, json_ld("Mara Lindqvist")).authors == ("Mara Lindqvist",)


def test_who_helped_is_left_out_where_byline_and_meta_agree() -> None:
    line = "<span class='author'>Mara Lindqvist</span><span>Contributions from</span><span class='author'>Tomas Okoro</span>"

    assert drafted(f"<div>{line}</div>", json_ld("Mara Lindqvist", "Tomas Okoro") + meta("Mara Lindqvist")).authors == (
        "Mara Lindqvist",
    )


def test_who_entered_the_story_yields_to_byline_and_meta() -> None:
    line = "<div>By Mara Lindqvist and Tomas Okoro</div>"

    assert drafted(line, json_ld("Webb Admin") + meta("Mara Lindqvist", "Tomas Okoro")).authors == (
        "Mara Lindqvist",
        "Tomas Okoro",
    )


def test_json_ld_stands_against_a_byline_that_nobody_seconds() -> None:
    assert drafted("<div>By Tomas Okoro</div>", json_ld("Mara Lindqvist")).authors == ("Mara Lindqvist",)


def test_an_organisation_signs_only_where_no_person_does() -> None:
    organisation = json_ld("Science Wire", kind="Organization")

    assert drafted("", organisation).authors == ("Science Wire",)
    assert drafted("<div>by University of Port Amber</div>", organisation).authors == ("University of Port Amber",)
    assert drafted("<div>By Mara Lindqvist</div>", organisation).authors == ("Mara Lindqvist",)


@pytest.mark.parametrize(
    ("byline", "names"),
    [
        ("Jane Doe for the Daily Mail", ["Jane Doe"]),
        ("By Jane Doe for Reuters", ["Jane Doe", "Reuters"]),
        ("Jane Doe Special to the Sun", ["Jane Doe"]),
        ("Jane Doe and 2 others", ["Jane Doe"]),
        ("Jane Doe in Washington and John Roe in Kyiv", ["Jane Doe", "John Roe"]),
        ("Jane Doe @janedoe", ["Jane Doe"]),
        ("Jane Doe (She/Her)", ["Jane Doe"]),
        ("Reporting by Jane Doe; editing by John Roe", ["Jane Doe"]),
        ("Jane Doe as told to John Roe", ["John Roe"]),
        ("Doe, Jane; Roe, John", ["Jane Doe", "John Roe"]),
        ("Political Editor Jane Doe", ["Jane Doe"]),
        ("Gastbeitrag von Jane Doe", ["Jane Doe"]),
        ("Jane Doe Jane Doe", ["Jane Doe"]),
        ("Jane Doe Published 3 days ago", ["Jane Doe"]),
        ("Jane Doe publiziert am 3. Mai", ["Jane Doe"]),
        ("Jane Doe Writing by John Roe Editing by Jim Poe", ["Jane Doe", "John Roe"]),
        ("Jane Doe and John Roe, with reporting by Jim Poe", ["Jane Doe", "John Roe"]),
        ("Jane Doe (avec John Roe et Jim Poe)", ["Jane Doe", "John Roe", "Jim Poe"]),
        ("Jane Doe, Ap Auto Writer", ["Jane Doe"]),
        ("Minh Do", ["Minh Do"]),
        ("Post weather desk", ["Post weather desk"]),
        ("Jane Doe Senior Harbour Correspondent", ["Jane Doe"]),
        ("The Lantern's Editorial Writers", ["The Lantern's Editorial Writers"]),
        ("JANE DOE, JOHN ROE Envoyés spéciaux à Toulouse", ["JANE DOE", "JOHN ROE"]),
        ("name, email@example.com", []),
        ("Example Weekly Editorial Staff", ["Example Weekly Editorial Staff"]),
        ("Multiple Sources", []),
        ("Print This", []),
    ],
)
def test_what_is_said_beside_a_name_is_no_name(byline: str, names: list[str]) -> None:
    assert names_in(byline) == names


def test_the_desk_of_an_outlet_and_its_name_behind_a_person_are_no_authors() -> None:
    assert authors_of([["Mara Lindqvist, EXN Business"]], ["EXN"])[0] == ("Mara Lindqvist",)
    assert authors_of([["Mara Lindqvist Example News"]], ["Example News"])[0] == ("Mara Lindqvist",)
    assert authors_of([["Mara Lindqvist. Example International"]], [])[0] == ("Mara Lindqvist",)
    assert authors_of([[", The Example Times"]], ["The Example Times"])[0] == ("The Example Times",)


def test_a_headline_in_the_box_of_authors_names_nobody() -> None:
    assert names_in("Harbour council hires law firm King & Spindle amid inquiry") == []
    assert names_in("Jan van der Berg and Mac Ó Néill") == ["Jan van der Berg", "Mac Ó Néill"]
    assert names_in("mara lindqvist") == ["mara lindqvist"]


def test_more_linked_authors_than_marked_ones_are_all_of_them() -> None:
    links = "<a rel='author' href='/m'>Mara Lindqvist</a>, <a rel='author' href='/j'>Jonas Petrov</a>"
    line = f"<p><span class='author'>Mara Lindqvist</span></p><p>{links}</p>"

    assert drafted(line).authors == ("Mara Lindqvist", "Jonas Petrov")


def test_a_line_of_names_that_a_meta_property_has_too_completes_json_ld() -> None:
    names = "Mara Lindqvist, Jonas Petrov, Ida Moreau"

    assert drafted(f"<p>{names}</p>", json_ld("Mara Lindqvist") + meta(names)).authors == tuple(names.split(", "))
    assert drafted(f"<p>{names}</p>", json_ld("Mara Lindqvist")).authors == ("Mara Lindqvist",)


@pytest.mark.parametrize("piece", ["Jane Doe ", ".", ", ", "（", "记者", "（记者王小明", "。（", "기자 "])
def test_an_endless_byline_names_nobody_and_costs_no_more_than_its_length(piece: str) -> None:
    line, began = piece * (300_000 // len(piece)), process_time()

    people, agency = authors_of([[line]], ["Example News"])
    drafted(f"<div class='byline'>{line}</div>{STORY * 3}<p>{line}</p>")

    assert (people, agency) in {((), None), ((line.strip(),), None)}
    assert process_time() - began < 20


def test_cards_behind_a_short_story_name_nobody() -> None:
    cards = "<h2>Read next</h2>" + "".join(f"<div><h3>Story {n} of the day</h3></div>" for n in range(9))
    page = (
        f"<html><head>{json_ld('Reuters', kind='Organization')}</head><body><article>{TITLE}{STORY}"
        f"<p>Writing by Mara Lindqvist; Editing by Jonas Petrov</p></article>{cards}"
        "<div class='author'>Ida Moreau, Tom Vance</div></body></html>"
    )

    draft = draft_of(Page("https://example.com/harbour", PageOutcome.FETCHED, NOW, body=page.encode()))

    assert draft.authors == ("Mara Lindqvist",)


def test_an_outlet_beside_a_person_is_no_author() -> None:
    assert authors_of([["Jane Doe, The Harbour Times, HARBOUR TODAY"]], ["Example"])[0] == ("Jane Doe",)


def test_an_outlet_with_its_article_is_the_outlet() -> None:
    assert authors_of([["Der Anzeiger"], ["Jane Doe"]], ["Anzeiger"])[0] == ("Jane Doe",)


def test_initials_sign_where_nobody_else_does() -> None:
    assert authors_of([["TPN"]], ["The Port News"], ["TPN"])[0] == ("TPN",)


def test_a_place_behind_chinese_names_is_no_reporter() -> None:
    assert reporters_in("新京报记者 王小明 山东冠县报道") == ["王小明"]


def test_chinese_reporters_are_named_in_brackets_and_in_datelines() -> None:
    assert reporters_in("新华社巴黎12月9日电（记者王小明）法国9日宣布。") == ["王小明"]
    assert reporters_in("江边网10月4日讯（记者李四 整合） 国庆长假过半。") == ["李四"]
    assert reporters_in("（中央社記者王小明台北21日電）行政院今天表示。") == ["王小明"]
    assert reporters_in("（记者王小明、李四）市议会今天表示。") == ["王小明", "李四"]
    assert reporters_in("（职工通讯员 王小明 李四）为推进工作，我院举办了大赛。") == ["王小明", "李四"]
    assert reporters_in("他告诉记者昨天的会议已经结束。") == []


def test_a_second_reporter_in_brackets_is_named_without_the_word_for_it() -> None:
    assert reporters_in("（记者王小明 李四光 记者赵大海）") == ["王小明", "李四光", "赵大海"]
    assert reporters_in("本报记者王小明发自北京") == ["王小明"]
    assert reporters_in("記者 歐陽小明 發自台北") == ["歐陽小明"]


def test_who_wrote_is_named_behind_the_last_sentence_or_beside_the_outlet() -> None:
    assert reporters_in("活动将先后在巴西、阿根廷举行。（王小明）") == ["王小明"]
    assert reporters_in("让金融的发展更好地满足人民需要。(文/图 王小明 李四)") == ["王小明", "李四"]
    assert reporters_in("王小明/江边青年报") == ["王小明"]
    assert reporters_in("来源江边网| 0 条评论| 作者王小明") == ["王小明"]
    assert reporters_in("会议明天继续举行。（完）") == reporters_in("全文见下期。（未完待续）") == []


def test_korean_reporters_are_named_in_their_line_and_in_datelines() -> None:
    assert reporters_in("왕소명 기자 news@example.com") == ["왕소명"]
    assert reporters_in("[서울=예시뉴스] 왕소명 기자 = 시의회는 23일 다리를 다시 짓기로 했다.") == ["왕소명"]
    assert reporters_in("예시일보 기자") == reporters_in("시장은 오늘 기자 회견에서 밝혔다.") == []


def test_a_site_or_society_in_chinese_is_no_author_beside_a_person() -> None:
    assert authors_of([["江边证券网"], ["王小明"]], [])[0] == ("王小明",)
    assert authors_of([["江边地理学会"]], [])[0] == ("江边地理学会",)


def test_what_is_written_by_further_down_counts_where_the_outlet_signs_above() -> None:
    head = "<meta property='og:site_name' content='Harbour News'>"
    lines = "<div>By Harbour News</div><p>Written by: Mara Lindqvist</p>"

    assert drafted(lines, head).authors == ("Mara Lindqvist",)


def test_a_name_glued_to_its_date_is_a_signature_below_the_standfirst() -> None:
    lines = "<p>Three years from now the crossing over the old harbour will be open to all again, the council hopes.</p>"

    assert drafted(f"{lines}<div><span>Mara Lindqvist</span><span>Dec 5, 2025</span></div>").authors == ("Mara Lindqvist",)


def test_a_label_names_the_author_wherever_it_stands_below() -> None:
    assert drafted(STORY * 30 + "<ul><li>Autorin/Autor Mara Lindqvist</li></ul>").authors == ("Mara Lindqvist",)


def test_an_author_that_is_only_an_identifier_is_looked_up() -> None:
    graph = (
        '{"@graph":[{"@type":"NewsArticle","headline":"Bridge","author":"https://example.com/#mara"},'
        '{"@type":"Person","@id":"https://example.com/#mara","name":"Mara Lindqvist"}]}'
    )

    assert drafted("", f'<script type="application/ld+json">{graph}</script>').authors == ("Mara Lindqvist",)


def test_a_newsroom_that_json_ld_names_does_not_yield_to_a_name_that_is_merely_marked() -> None:
    line = "<span class='author'>Tomas Okoro</span>"

    assert drafted(line, json_ld("Harbour.com Staff", kind="Organization")).authors == ("Harbour.com Staff",)


def test_a_newsroom_yields_to_who_says_by() -> None:
    assert drafted("<div>By Tomas Okoro</div>", json_ld("Harbour.com Staff")).authors == ("Tomas Okoro",)


@pytest.mark.parametrize(
    ("head", "body", "expected"),
    [
        # an outlet is no person, whatever JSON-LD calls it
        (json_ld(", The Example Courier & Herald"), "<div class='author'>Mara Lindqvist</div>", ("Mara Lindqvist",)),
        ("<meta property='og:site_name' content='Bread & Butter'><meta name='author' content='Bread & Butter'>",
         "<p>By Mara Lindqvist</p>", ("Mara Lindqvist",)),
        ("<meta property='og:site_name' content='Bread & Butter'><meta name='author' content='Bread & Butter'>", "",
         ("Bread & Butter",)),
        # a line that goes on with an office, an employer or a calling names nobody else
        (json_ld("Mara Lindqvist"), "<p>By Mara Lindqvist, Example Project Marketing, Exampla</p>", ("Mara Lindqvist",)),
        (json_ld("Mara Lindqvist"), "<p class='author'>Mara Lindqvist</p><p class='author'>National Harbour Analyst</p>",
         ("Mara Lindqvist",)),
        (json_ld("Mara Lindqvist"), "<p>By Mara Lindqvist and Jonas Vik</p>", ("Mara Lindqvist", "Jonas Vik")),
        # helpers that JSON-LD lists among the authors
        (json_ld("Mara Lindqvist", "Jonas Vik", "Petra Holm"),
         "<p>By Mara Lindqvist</p><p>Reviewed by Petra Holm</p><p>Edited by Jonas Vik</p>", ("Mara Lindqvist",)),
        (json_ld("Mara Lindqvist", "Jonas Vik"), "<p>Edited by Petra Holm</p>", ("Mara Lindqvist", "Jonas Vik")),
        # the headline again, the story before, the end of a sentence
        ("", "<div class='author-box'>Harbour bridge to be rebuilt</div>", ()),
        ("", "<nav><a href='/a'>Authors</a></nav><div class='nav'><a href='/b'>« Five ideas on the old pier</a></div>", ()),
        ("", "<h2>12.31 Uhr: Reederei lehnt Angebot von Hafenminister ab</h2>", ()),
        # spelled with a mark in front, with a label in the plural, with what is beside the text
        ("", "<p>---- by Mara Lindqvist</p>", ("Mara Lindqvist",)),
        ("", "<div>Auteur(s) :</div><div>Mara Lindqvist</div>", ("Mara Lindqvist",)),
        ("", "<div class='author'>Text & Fotos: Mara Lindqvist</div>", ("Mara Lindqvist",)),
        ("", "<div class='author'>Mara Lindqvist im Gespräch mit Jonas Vik</div>", ("Mara Lindqvist", "Jonas Vik")),
        ("", "<p>Von Rechtsanwältin Mara Lindqvist</p>", ("Mara Lindqvist",)),
        # a name that ends a line of dates
        ("", "<div>03.02.2026 | 13:10 Uhr | Mara Lindqvist</div>", ("Mara Lindqvist",)),
        # an author's line of a teaser, if nothing around it is one
        ("", "<div class='teaser__author'>Mara Lindqvist</div><div>03.02.2026</div>", ("Mara Lindqvist",)),
        # tags between "By" and the name; a heading of the story beside a date
        ("", "<div>By</div><div class='tags'><a href='/c'>City</a><a href='/p'>Planning</a></div><div>Mara Lindqvist</div>",
         ("Mara Lindqvist",)),
        ("", "<div>February 3, 2026</div><h2>Final Word</h2>", ()),
        ("", "<div>February 3, 2026</div><div>Reading Time: 3 minutes</div>", ()),
        # who has no other name than a login; an account of the house is nobody
        (json_ld("harbourfox84"), "", ("harbourfox84",)),
        ("", "<p>by editor12</p>", ()),
        ("", "<p>von wordpressadmin</p>", ()),
        # the agency before the outlet that prints it
        ("<meta property='og:site_name' content='Example'>" + json_ld("Example", kind="Organization"),
         "<p>By The Associated Press</p>", ("The Associated Press",)),
    ],
)  # fmt: skip
def test_who_wrote_is_told_from_who_and_what_stands_beside(head: str, body: str, expected: tuple[str, ...]) -> None:
    assert drafted(body, head).authors == expected


@pytest.mark.parametrize(
    ("behind", "expected"),
    [
        ("<div>Posted by Mara Lindqvist at 10:15</div>", ("Mara Lindqvist",)),
        ("<div>Gespeichert von rasmine am 3. Februar 2026</div>", ("rasmine",)),
        ("<div class='comments'><div>Posted by Mara Lindqvist at 10:15</div></div>", ()),
        ("<div>Text: Mara Lindqvist / example-courier.com</div>", ("Mara Lindqvist",)),
        ("<p class='post__byline-name'>Mara Lindqvist, Example Press Mara Lindqvist, Example Press</p>", ("Mara Lindqvist",)),
        ("".join(f"<p class='author-name'>{first} Lindqvist</p>" for first in ("Mara", "Jonas", "Petra", "Emil")), ()),
    ],
)
def test_a_signature_may_stand_below_the_story(behind: str, expected: tuple[str, ...]) -> None:
    assert drafted(f"{STORY * 5}{behind}").authors == expected


def test_byline_and_date_are_found_above_a_story_whose_headline_is_no_heading() -> None:
    menu = "".join(f"<li><a href='/{i}'>Section {i}</a></li>" for i in range(60))
    top = "<div>Harbour bridge to be rebuilt</div><div>By Mara Lindqvist</div><div>3 February 2026</div>"
    head = "<head><title>Harbour bridge to be rebuilt - Example</title></head>"
    page = f"<html>{head}<body>{menu}{top}<div>{STORY * 5}</div></body></html>"

    draft = draft_of(Page("https://example.com/harbour", PageOutcome.FETCHED, NOW, body=page.encode()))

    assert draft.authors == ("Mara Lindqvist",)
    assert str(draft.dated_on) == "2026-02-03"
