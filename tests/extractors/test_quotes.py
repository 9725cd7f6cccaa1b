"""Who said what: each rule on a sentence of its own, then people, then kinds, then bad input."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from extractors.nlp import LanguageModel, load_model
from extractors.quotes import link_speakers, quotes_in, quotes_of
from extractors.records import Article, Mention, Quote

NOW = datetime(2026, 11, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def model() -> LanguageModel:
    return load_model()


def article_of(text: str, article_id: int = 1, language: str | None = "en", headings: tuple[int, ...] = ()) -> Article:
    url = f"https://example.com/{article_id}"
    return Article(article_id, url, url, "example.com", text, NOW, language=language, headings=headings)


def people_in(text: str, *names: str, kind: str = "person") -> list[Mention]:
    """Mark every occurrence of the names; a name inside a longer one is no mention of its own."""
    found: list[Mention] = []
    for number, name in enumerate(sorted(names, key=len, reverse=True), start=1):
        start = text.find(name)
        while start >= 0:
            end = start + len(name)
            if not any(m.start_char < end and start < m.end_char for m in found):
                paragraph = text.count("\n\n", 0, start)
                found.append(Mention(1, name, start, end, kind, "model", paragraph=paragraph, entity_id=number))
            start = text.find(name, end)
    return sorted(found, key=lambda mention: mention.start_char)


@pytest.mark.parametrize(
    ("text", "speakers"),
    [
        ("“We will rebuild the bridge,” Anna Berg said.", ["Anna Berg"]),
        ("“We will rebuild the bridge,” said Anna Berg.", ["Anna Berg"]),
        ('"We will rebuild the bridge," said Anna Berg, the mayor of Lund.', ["Anna Berg"]),
        ("“We will rebuild the bridge,” Anna Berg, who leads the town council, said on Monday.", ["Anna Berg"]),
        ("Anna Berg said: “We will rebuild the bridge.”", ["Anna Berg"]),
        ("Anna Berg told reporters that the town would “rebuild the old bridge” soon.", ["Anna Berg"]),
        ("“We will,” Anna Berg said, “rebuild the whole bridge.”", ["Anna Berg", "Anna Berg"]),
        ("“We will rebuild the bridge,” Anna Berg said. “It takes two years.”", ["Anna Berg", "Anna Berg"]),
        ("According to Anna Berg, the bridge is “safe for the moment”.", ["Anna Berg"]),
        ("The bridge is “safe for the moment”, according to Anna Berg.", ["Anna Berg"]),
        ("The mayor, Anna Berg, said the bridge was “safe for the moment”.", ["Anna Berg"]),
        ("“It is not safe at all,” Bo Dahl said. “It is safe enough,” Anna Berg replied.", ["Bo Dahl", "Anna Berg"]),
        ("Bo Dahl praised her as “the best mayor ever”.", ["Bo Dahl"]),
        ("“We will rebuild the bridge.” — Anna Berg", ["Anna Berg"]),
        ("LUND, Sweden — Mayor Anna Berg, opening the bridge, said it was “safe for the moment”.", ["Mayor Anna Berg"]),
        ("“The bridge is not safe,” the report said.", ["the report"]),
        ("The ad says the bridge “was never really safe”.", ["The ad"]),
        ("“We will rebuild the bridge.\n\n“It takes two years,” Anna Berg said.", [None, "Anna Berg"]),
        ("“We will rebuild the bridge,” Anna Berg said. “It takes years.\n\n“And it costs a lot.”", ["Anna Berg"] * 3),
        ("Anna Berg told the council:\n\n“We will rebuild the bridge.”", ["Anna Berg"]),
        ("BERG: “We will rebuild the bridge.”\n\nDAHL: “I do not think so.”", ["BERG", "DAHL"]),
        ("“BERG: We will rebuild the bridge.\n\n“DAHL: I do not think so.”", ["BERG", "DAHL"]),
        ("As Anna Berg put it, the bridge is “safe for the moment”.", ["Anna Berg"]),
        ("Anna Berg was quoted as saying “the bridge is safe”.", ["Anna Berg"]),
        ("‘We will rebuild the bridge,’ Anna Berg said.", ["Anna Berg"]),
        ("The bridge, he said, “is safe for the moment”.", ["he"]),
        ("“Is the bridge safe?” asked one councillor.", ["one councillor"]),
        ("“The bridge is safe,” read a statement from the council.", ["a statement"]),
        ("Said Berg: “The bridge was never safe.”", ["Berg"]),
        ("Mayor Anna Berg: “We will rebuild the bridge.”", ["Mayor Anna Berg"]),
        ("“We will rebuild it,” the news agency quoted Berg as saying.", ["Berg"]),
        ("Ann Lee and Bo Ray, who said the bridge was “safe for the moment”, left.", ["Bo Ray"]),
        ("Bo Dahl tore down the house Berg claimed, saying the bridge was “safe for the moment”.", ["Bo Dahl"]),
        ("“It was very loud,” recalled Bo Dahl, a baker. “Everyone ran.”", ["Bo Dahl", "Bo Dahl"]),
        ("Berg's claim that “the bridge is safe” drew anger.", ["Berg"]),
        ("Berg’s office said the mayor would “rebuild the old bridge”.", ["Berg’s office"]),
        ("The plan, the judge wrote, was “plainly too vague for us”.", ["the judge"]),
        ("Councillor Bo Dahl slammed what he described as “a dark day for Lund”.", ["Councillor Bo Dahl"]),
        ("The paper could not verify what Berg called “a very grave crime”.", ["Berg"]),
        ("Prosecutors accuse him of “gross negligence and fraud”.", ["Prosecutors"]),
    ],
)
def test_the_speaker_is_found(model: LanguageModel, text: str, speakers: list[str | None]) -> None:
    quotes = quotes_in(article_of(text), (), model)

    assert [quote.speaker for quote in quotes] == speakers


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("The “special operation” goes on.", "scare"),
        ("The book “The Old Man and the Sea” sold well.", "title"),
        ("On “Face the Nation,” Anna Berg said nothing.", "title"),
        ("“Never,” Anna Berg said.", "direct"),
        ("“We will never leave,” Anna Berg said.", "direct"),
    ],
)
def test_kinds_are_told_apart(model: LanguageModel, text: str, kind: str) -> None:
    (quote,) = quotes_in(article_of(text), (), model)

    assert quote.kind == kind


def test_headings_yield_no_quotes(model: LanguageModel) -> None:
    article = article_of("‘Stop the madness now’ – Berg\n\n“Stop the madness now,” Anna Berg said.", headings=(0,))

    assert [quote.paragraph for quote in quotes_in(article, (), model)] == [1]


def test_offsets_and_positions_are_exact(model: LanguageModel) -> None:
    article = article_of(
        "LUND (AP) —\u00a0Anna Berg said: \u200b“We will, \u202eall of us, go.”\n\n« Yes, we will go », she added."
    )

    quotes = quotes_in(article, (), model)

    assert [quote.position for quote in quotes] == [0, 1]
    for quote in quotes:
        assert article.text[quote.start_char : quote.end_char] == quote.quote
        assert article.text[quote.speaker_start : quote.speaker_end] == quote.speaker


def test_a_surname_is_given_the_one_full_name_of_the_article(model: LanguageModel) -> None:
    text = "Anna Berg runs Lund.\n\n“We will rebuild the bridge,” Mayor Berg said."

    (quote,) = quotes_in(article_of(text), people_in(text, "Anna Berg", "Berg"), model)

    assert (quote.speaker, quote.speaker_name) == ("Mayor Berg", "Anna Berg")


def test_a_surname_of_two_people_stays_a_surname(model: LanguageModel) -> None:
    text = "Anna Berg and Carl Berg run Lund.\n\n“We will rebuild the bridge,” Berg said."

    (quote,) = quotes_in(article_of(text), people_in(text, "Anna Berg", "Carl Berg", "Berg"), model)

    assert quote.speaker_name == "Berg"


def test_a_pronoun_is_given_the_only_person_it_can_mean(model: LanguageModel) -> None:
    text = "Anna Berg runs Lund. “We will rebuild the bridge,” she said."

    (quote,) = quotes_in(article_of(text), people_in(text, "Anna Berg"), model)

    assert (quote.speaker, quote.speaker_name, quote.method) == ("she", "Anna Berg", "verb+pronoun")


def test_a_pronoun_goes_on_with_the_last_speaker(model: LanguageModel) -> None:
    text = "“We will rebuild the bridge,” Anna Berg said of Carl Dahl.\n\n“It takes two years,” she added."

    quotes = quotes_in(article_of(text), people_in(text, "Anna Berg", "Carl Dahl"), model)

    assert [quote.speaker_name for quote in quotes] == ["Anna Berg", "Anna Berg"]


@pytest.mark.parametrize("pronoun", ["he", "they", "it"])
def test_a_pronoun_that_contradicts_stays_a_pronoun(model: LanguageModel, pronoun: str) -> None:
    text = f"Mrs Anna Berg runs Lund. “We will rebuild the bridge,” {pronoun} said."

    (quote,) = quotes_in(article_of(text), people_in(text, "Anna Berg"), model)

    assert (quote.speaker, quote.speaker_name) == (pronoun, None)


def test_a_pronoun_between_two_people_stays_a_pronoun(model: LanguageModel) -> None:
    text = "Eric Berg met Carl Dahl. “We will rebuild the bridge,” he said."

    (quote,) = quotes_in(article_of(text), people_in(text, "Eric Berg", "Carl Dahl"), model)

    assert quote.speaker_name is None


def linked(text: str, model: LanguageModel, *names: str) -> Quote:
    mentions = people_in(text, *names)
    (quote,) = link_speakers(quotes_in(article_of(text), mentions, model), mentions)
    return quote


def test_the_speaker_is_linked_by_the_mention_at_its_head(model: LanguageModel) -> None:
    assert linked("“We will rebuild the bridge,” Mayor Anna Berg said.", model, "Anna Berg").entity_id == 1
    assert linked("Anna Berg runs Lund. “We will rebuild the bridge,” she said.", model, "Anna Berg").entity_id == 1


def test_whose_lawyer_speaks_is_not_who_speaks(model: LanguageModel) -> None:
    assert linked("“We will rebuild the bridge,” Anna Berg’s lawyer said.", model, "Anna Berg").entity_id is None


def test_two_who_speak_as_one_have_no_entity(model: LanguageModel) -> None:
    assert linked("“We will rebuild it,” Anna Berg and Carl Dahl said.", model, "Anna Berg", "Carl Dahl").entity_id is None


def test_texts_without_marks_never_reach_the_parser() -> None:
    assert quotes_of([article_of("No marks here. It's plain.")], {}, None) == []


def test_batches_answer_as_single_articles_do(model: LanguageModel) -> None:
    articles = [article_of(f"“We will rebuild bridge {n},” Anna Berg said.\n\nIt rained.", n) for n in range(70)]

    together = quotes_of(articles, {}, model)

    assert together == [quote for article in articles for quote in quotes_in(article, (), model)]
    assert [replace(quote, article_id=0, quote="") for quote in together[:9]] == [
        replace(together[0], article_id=0, quote="")
    ] * 9


HOSTILE = {
    "a megabyte": "“We will go home,” said Anna Berg, who lives in Lund and works there. " * 15_000,
    "one line": "Anna Berg said: “We will go home.” " * 1_500,
    "unbalanced": '"'.join(["word and word "] * 2_000),
    "a word without end": "“" + "x" * 200_000 + "” said Anna Berg.",
    "a name of thousands": "Berg " * 40_000 + "said “we will go home”.",
    "a chain of names": "said Anna and " * 10_000 + "“we will go home”.",
    "a label without end": "A" * 200_000 + ": “we will go home”.",
    "a signature without end": "“We go on now.” — " + "Ann" * 30_000,
    "mixed scripts": '"שלום עולם טוב" אמר הוא. “We go on now,” он \u200bсказал. \u202e😀“a b c”' * 150,
    "paragraphs of openings": "“a b c d\n\n" * 800,
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_texts_take_bounded_time_and_keep_offsets(model: LanguageModel, text: str) -> None:
    start = time.process_time()

    quotes = quotes_in(article_of(text), (), model)

    assert time.process_time() - start < 20  # 4 s at most here
    assert all(text[quote.start_char : quote.end_char] == quote.quote for quote in quotes)
    assert all(q.speaker is None or text[q.speaker_start : q.speaker_end] == q.speaker for q in quotes)
    assert [quote.position for quote in quotes] == list(range(len(quotes)))


pieces = st.sampled_from(
    [
        '"',
        "“",
        "”",
        "‘",
        "’",
        "'",
        "«",
        "»",
        "„",
        "\n\n",
        "\n",
        " ",
        ", ",
        ". ",
        ": ",
        " — ",
        "Anna Berg",
        "said",
        "he",
        "\u200b",
        "😀",
    ]
)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(pieces, max_size=25).map("".join))
def test_any_text_yields_exact_offsets_and_the_same_answer_twice(model: LanguageModel, text: str) -> None:
    article = article_of(text)

    quotes = quotes_in(article, (), model)

    assert quotes == quotes_in(article, (), model)
    for quote in quotes:
        assert text[quote.start_char : quote.end_char] == quote.quote
        assert quote.speaker is None or text[quote.speaker_start : quote.speaker_end] == quote.speaker
