"""The bundled wire's stories and the truth derived from them: nothing is claimed that the pages do not say."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from difflib import SequenceMatcher
from itertools import combinations

import pytest

from flows.demo import DemoWire, Truth
from flows.demo.editions import Publication, publications_of
from flows.demo.plan import plan
from flows.demo.stories import dated, stories, story_of

NOW = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def truth() -> Truth:
    return DemoWire(NOW).truth


def edition(number: int) -> list[Publication]:
    return publications_of(plan(), stories(), number, NOW)


# ------------------------------------------------------------------------------------------------ the truth


def test_the_truth_speaks_only_of_urls_that_exist(truth: Truth) -> None:
    urls = {article.url for article in truth.articles}

    assert {url for copy in truth.copies for url in (copy.url, copy.original_url)} <= urls
    assert {url for pair in truth.not_copies for url in pair} <= urls
    assert {change.url for change in truth.revisions} <= urls
    assert {quote.url for quote in truth.quotes} <= urls
    assert {url for name in truth.names for url in name.urls} <= urls


def test_every_quotation_of_the_truth_stands_in_its_article(truth: Truth) -> None:
    texts = {article.url: article.text for article in truth.articles}

    assert all(quote.quote in texts[quote.url] for quote in truth.quotes)


def test_every_speaker_of_the_truth_is_named_in_the_article(truth: Truth) -> None:
    texts = {article.url: article.text for article in truth.articles}

    assert [quote for quote in truth.quotes if quote.speaker not in texts[quote.url]] == []


def test_names_that_must_stay_apart_are_both_on_the_wire(truth: Truth) -> None:
    everything = "\n".join(article.text for article in truth.articles)

    assert [name for pair in truth.different_names for name in pair if name not in everything] == []


def test_every_name_of_the_truth_is_printed_somewhere_in_every_spelling(truth: Truth) -> None:
    everything = "\n".join(article.text for article in truth.articles)

    spellings = [spelling for name in truth.names for spelling in (*name.spellings, *name.bonus_spellings)]
    missing = [spelling for spelling in spellings if spelling not in everything]

    assert missing == []


def test_every_swap_of_a_correction_finds_its_words(truth: Truth) -> None:
    before = {article.url: article.text for article in edition(1)}
    after = {article.url: article.text for article in truth.articles}

    for change in truth.revisions:
        assert all(words in before[change.url] and words not in after[change.url] for words in change.before), change
        assert all(words in after[change.url] for words in change.after), change


def test_every_copy_is_of_the_kind_the_plan_says() -> None:
    as_first_published = {(article.outlet.host, article.run.story): article for article in edition(2) + edition(1)}

    for article in as_first_published.values():
        if article.run.source:
            own = words_of(article)
            original = words_of(as_first_published[article.run.source, article.run.story])
            shared = sum(block.size for block in SequenceMatcher(None, own, original, autojunk=False).get_matching_blocks())
            in_copy, in_original = shared / len(own), shared / len(original)
            assert {
                "exact": own == original,
                "near": in_copy >= 0.7 and in_original >= 0.8 and own != original,
                "excerpt": in_copy >= 0.99 and in_original <= 0.7,
                "contains": in_copy <= 0.7 and in_original >= 0.99,
            }[article.run.kind], (article.url, article.run.kind, in_copy, in_original)


def words_of(article: Publication) -> list[str]:
    return article.text.translate(str.maketrans("“”‘’", "\"\"''")).split()


def test_pairs_that_are_not_copies_share_less_than_half_their_words_in_order(truth: Truth) -> None:
    texts = {article.url: article.text.split() for article in truth.articles}

    for one, other in truth.not_copies:
        blocks = SequenceMatcher(None, texts[one], texts[other], autojunk=False).get_matching_blocks()
        runs = sum(block.size for block in blocks if block.size >= 12)
        assert runs < 0.6 * min(len(texts[one]), len(texts[other])), (one, other, runs)


def test_every_swap_of_the_plan_finds_its_words() -> None:
    told = stories()

    for run in plan().runs:
        story = dated(told[run.story], NOW)
        words = "\n".join([story.headline, *(piece.text for piece in story.pieces), *run.lede])
        for old, new in run.swaps:
            assert old in words, (run.outlet, run.story, old)
            words = words.replace(old, new)


@pytest.mark.parametrize("hour", [0, 1, 7, 13, 23])
def test_copies_speak_of_the_same_days_as_their_original_at_any_hour(hour: int) -> None:
    now = NOW.replace(hour=hour)
    articles = {(one.outlet.host, one.run.story): one for one in publications_of(plan(), stories(), 2, now)}
    days = {"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"}

    for article in articles.values():
        if article.run.source and not article.run.appended:
            original = articles[article.run.source, article.run.story]
            assert days & set(words_of(article)) <= days & set(words_of(original)), article.url


def test_the_truth_can_be_written_as_json(truth: Truth) -> None:
    assert json.loads(json.dumps(truth.as_json()))["articles"]


def test_a_story_with_a_quotation_nobody_said_is_refused() -> None:
    with pytest.raises(ValueError, match="1 quotations, but 0 speakers"):
        story_of("x", '+++\nheadline = "H"\nsection = "s"\n+++\n“We did not say this,” somebody said.\n')


# ------------------------------------------------------------------------------------------------ the prose


def test_stories_are_long_enough_to_be_journalism() -> None:
    lengths = {slug: sum(len(piece.text.split()) for piece in story.pieces) for slug, story in stories().items()}

    assert {slug: words for slug, words in lengths.items() if not 120 <= words <= 560} == {}


def test_no_two_stories_share_a_paragraph() -> None:
    for (_, one), (_, other) in combinations(stories().items(), 2):
        shared = {piece.text for piece in one.pieces} & {piece.text for piece in other.pieces}
        assert not [text for text in shared if len(text.split()) > 10]


def test_every_story_is_run_and_every_run_has_its_story() -> None:
    assert {run.story for run in plan().runs} == set(stories())
