"""Who wrote it, in the words and letters of the press of many languages."""

from __future__ import annotations

from time import process_time

import pytest

from extractors.letters import CAPITAL
from extractors.pages.authors import NAMES_ONLY, names_in
from extractors.pages.spoken import LABEL_ALONE, labelled, said
from tests.story_pages import authors_of_page


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("Írta: Kovács Eszter", "Kovács Eszter"),
        ("Yazan: Çağla Öztürk", "Çağla Öztürk"),
        ("Oleh: Budi Santoso", "Budi Santoso"),
        ("Oleh Budi Santoso", "Budi Santoso"),
        ("Shkruar nga Arben Hoxha", "Arben Hoxha"),
        ("Napsala Šárka Dvořáková", "Šárka Dvořáková"),
        ("Piše: Željko Horvat", "Željko Horvat"),
        ("Пише: Ђорђе Јовановић", "Ђорђе Јовановић"),
        ("Автор: Ірина Шевченко", "Ірина Шевченко"),
        ("Γράφει ο Άγγελος Παππάς", "Άγγελος Παππάς"),
        ("Tác giả: Nguyễn Văn Ấn", "Nguyễn Văn Ấn"),
        ("Szerző: Kovács Eszter", "Kovács Eszter"),
        ("Gastbeitrag von Mara Lindqvist", "Mara Lindqvist"),
        ("Firmado por Inés Ávila", "Inés Ávila"),
        ("Tuesday Column By MARA LINDQVIST", "MARA LINDQVIST"),
        ("بقلم أحمد علي", "أحمد علي"),
        ("מאת דנה כהן", "דנה כהן"),
        ("लेखक: राम कुमार", "राम कुमार"),
    ],
)
def test_languages_say_by_in_their_own_words(line: str, name: str) -> None:
    assert said(line) == name
    assert names_in(line) == [name]


@pytest.mark.parametrize("line", ["Oleh: {}, 5 Maret 2026", "Автор: {} 5 березня 2026", "Por {} | 5 de março de 2026"])
def test_the_day_behind_a_name_is_cut_off_in_any_language(line: str) -> None:
    assert said(line.format("Ірина Ávila")) == "Ірина Ávila"


@pytest.mark.parametrize("name", ["Oleh Ivanenko", "Per Hansen", "Haber Fritz", "Nga Nguyen Thi"])
def test_what_is_a_by_elsewhere_may_begin_a_name(name: str) -> None:
    assert name in {*names_in(name), "Nga Nguyen Thi"}
    assert said(name) in {None, "Nguyen Thi"}  # "nga" is Albanian before two names: the one that is told by its line


@pytest.mark.parametrize("name", ["Łukasz Żak", "Şule Çelik", "Ørjan Ås", "Жанна Ёлкина", "Άννα Ωραίου", "Nguyễn Ấn", "Արամ Խաչ"])
def test_a_name_begins_with_the_capitals_of_its_script(name: str) -> None:
    assert NAMES_ONLY.match(name)
    assert not NAMES_ONLY.match(name.lower())
    assert all(char.isupper() for char in CAPITAL)


def test_several_names_are_joined_as_their_language_does() -> None:
    for line in ("Łukasz Żak i Ewa Śliwa", "Şule Çelik ve Can Öz", "Жанна Ёлкина и Пётр Чехов", "Ana Ávila e Rui Sá"):
        assert NAMES_ONLY.match(line), line
        assert len(names_in(line)) == 2, line


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("-- By Mara Lindqvist Follow @mara", "Mara Lindqvist"),
        ("Das Gespräch führte Mara Lindqvist.", "Mara Lindqvist"),
        ("Die Fragen stellten Mara Lindqvist und Jonas Petrov.", "Mara Lindqvist und Jonas Petrov"),
        ("23.2.2015 Teksti: Mara Lindqvist Kuvat: Ida Moreau", "Mara Lindqvist"),
        ("... said the mayor. (c)AFP/Mara LINDQVIST", "Mara LINDQVIST"),
    ],
)
def test_a_line_below_the_story_may_say_it_in_other_ways(line: str, name: str) -> None:
    told = labelled(line)
    assert told is not None
    assert told.rstrip(".") == name


@pytest.mark.parametrize(
    ("byline", "names"),
    [
        ("By Mara Lindqvist Reuters", ["Mara Lindqvist"]),
        ("By The Associated Press", ["The Associated Press"]),
        ("Por Inés Ávila, e1 Porto", ["Inés Ávila"]),
        ("By Mara Lindqvist / Hear Harbour Heights Reporter", ["Mara Lindqvist"]),
        ("MARA LINDQVIST EDITORA-ADJUNTA DE CIÊNCIA", ["MARA LINDQVIST"]),
        ("Mara Lindqvist mara@harbour.example", ["Mara Lindqvist"]),
    ],
)
def test_agencies_outlets_and_offices_behind_a_name_are_no_authors(byline: str, names: list[str]) -> None:
    assert authors_of_page(below=f"<p class='byline'>{byline}</p>") == tuple(names)


def test_the_section_that_a_byline_ends_in_is_nobody() -> None:
    assert authors_of_page(
        "<p class='byline'>Posted on</p><p class='byline'>in Cities</p><p class='author'>Mara Lindqvist</p>"
    ) == ("Mara Lindqvist",)


def test_a_signature_may_be_called_so_in_its_language() -> None:
    assert authors_of_page(below="<p class='firma'>Inés Ávila | Porto</p>") == ("Inés Ávila",)


def test_credits_between_headline_and_date_are_of_the_story() -> None:
    line = "<div class='credits'><p>MARA LINDQVIST EDITORA DE CIÊNCIA</p></div><p>30/01/2026 02h02</p>"

    assert authors_of_page(below=line) == ("MARA LINDQVIST",)


def test_a_login_in_the_authors_box_signs_where_nobody_else_does() -> None:
    box = "<h2>Published by</h2><span class='author-name'>harbourmara</span>"

    assert authors_of_page(behind=box) == ("harbourmara",)
    assert authors_of_page(below="<p>By Mara Lindqvist</p>", behind=box) == ("Mara Lindqvist",)


def test_who_is_named_for_machines_alone_yields_to_who_signs_for_readers() -> None:
    head = '<meta name="author" content="Webworks">'

    assert authors_of_page(below="<p class='autor'>por Agencias</p>", head=head) == ("Agencias",)


def test_an_agency_alone_under_the_headline_signs() -> None:
    assert authors_of_page(below="<div class='info'>Reuters</div>") == ("Reuters",)


def test_a_linked_name_and_a_date_come_before_the_desk_that_machines_are_told() -> None:
    head = (
        '<script type="application/ld+json">{"@type":"NewsArticle","author":{"@type":"Person","name":"Harbour Staff"}}</script>'
    )
    line = "<div><a href='/author/harbour-staff/'>Mara Lindqvist</a> – Feb 3, 2026 4:00 PM</div>"

    assert authors_of_page(below=line, head=head) == ("Mara Lindqvist",)


def test_endless_lines_cost_no_more_than_their_length() -> None:
    start = process_time()

    for piece in ("Oleh ", "By Á", "Ša ", "(c)AFP/A", "1.1.2026 ", "text: "):
        line = piece * 40_000
        said(line)
        labelled(line)
        names_in(line)
        authors_of_page(below=f"<p>{line}</p>")

    assert process_time() - start < 6


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("Tekst og foto: Ola Nordmann", "Ola Nordmann"),
        ("Text och foto: Anna Berg", "Anna Berg"),
        ("Tekst i zdjęcia: Ewa Śliwa", "Ewa Śliwa"),
        ("Текст и фото: Пётр Чехов", "Пётр Чехов"),
        ("Scritto da Mario Rossi", "Mario Rossi"),
        ("A cura di Mario Rossi", "Mario Rossi"),
        ("ΓΡΑΦΕΙ Ο ΓΙΩΡΓΟΣ ΠΑΠΑΣ", "ΓΙΩΡΓΟΣ ΠΑΠΑΣ"),
        ("Autorius: Jonas Jonaitis", "Jonas Jonaitis"),
        ("Autor:in: Mara Lindqvist", "Mara Lindqvist"),
        ("Auteur(s) : Mara Lindqvist", "Mara Lindqvist"),
        ("Автор статьи: Иван Петров", "Иван Петров"),
        ("Aufgezeichnet von Mara Lindqvist", "Mara Lindqvist"),
        ("Ein Gastbeitrag von Mara Lindqvist", "Mara Lindqvist"),
        ("ავტორი: ნინო ბერიძე", "ნინო ბერიძე"),
        ("取材・文＝山田太郎", "山田太郎"),
        ("Author Mara Lindqvist", "Mara Lindqvist"),
    ],
)
def test_who_wrote_is_told_by_nouns_participles_and_for_photographs_too(line: str, name: str) -> None:
    assert said(line) == name
    assert names_in(line) == [name]


@pytest.mark.parametrize(
    "line",
    [
        "Door Trump stijgt de olieprijs",
        "Von Angela Merkel bis Olaf Scholz",
        "Di Tengah Perang, Iran Serang",
        "Author Stephen King dies",
        "Автор Гарри Поттера подала в суд",
        "Ein Film von Wim Wenders",
        "Ein Unternehmen von Axel Springer",
        "Text Size Large",
        "Tekst og foto",
    ],
)
def test_sentences_and_buttons_that_begin_with_such_words_name_nobody(line: str) -> None:
    assert said(line) is None


@pytest.mark.parametrize("line", ["Της Νέας Υόρκης", "Door Dash Promo", "Text Me Retailer Information"])
def test_names_of_things_below_the_story_are_no_signature(line: str) -> None:
    assert labelled(line) is None


@pytest.mark.parametrize(
    ("byline", "names"),
    [
        ("Michael E Mann", ["Michael E Mann"]),
        ("Jane Y Doe and John Roe", ["Jane Y Doe", "John Roe"]),
        ("ANA RUIZ Y LUIS GÓMEZ", ["ANA RUIZ", "LUIS GÓMEZ"]),
        ("Kiss János és Nagy Anna", ["Kiss János", "Nagy Anna"]),
        ("Di Wu", ["Di Wu"]),
        ("Nga Pham", ["Nga Pham"]),
        ("Rossi Mario, Di Marco Luca", ["Rossi Mario", "Di Marco Luca"]),
        ("Автор фото: Иван Петров", []),
    ],
)
def test_words_within_names_are_neither_and_nor_by(byline: str, names: list[str]) -> None:
    assert names_in(byline) == names


@pytest.mark.parametrize("word", ["Haber", "Text", "Texto", "كتب", "Testo"])
def test_what_is_a_section_or_a_button_names_nobody_by_the_line_behind_it(word: str) -> None:
    assert LABEL_ALONE.fullmatch(word) is None
    assert LABEL_ALONE.fullmatch(f"{word}:") is not None
