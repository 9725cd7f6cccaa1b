from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from extractors.errors import ModelUnusable
from extractors.nlp import DEFAULT_MODEL, PINNED, LanguageModel, load_model
from extractors.passages import MAX_PASSAGE_CHARS, batches_of, passages_of, region_text
from extractors.records import Article, Caption


@pytest.fixture(scope="module")
def model() -> LanguageModel:
    return load_model()


def article_of(text: str, article_id: int = 1, title: str | None = None, captions: tuple[Caption, ...] = ()) -> Article:
    url = f"https://example.com/{article_id}"
    now = datetime(2026, 11, 1, tzinfo=UTC)
    return Article(article_id, url, url, "example.com", text, now, title=title, captions=captions)


def test_the_default_model_is_the_pinned_one(model: LanguageModel) -> None:
    assert (model.version, model.digest) == PINNED[DEFAULT_MODEL]


def test_other_weights_under_a_pinned_name_do_not_load(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(PINNED, DEFAULT_MODEL, ("3.8.0", "0" * 64))

    with pytest.raises(ModelUnusable, match="weights differ"):
        load_model.__wrapped__(DEFAULT_MODEL)


def test_a_folder_without_a_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelUnusable, match=r"no config\.cfg"):
        load_model(str(tmp_path))


def test_a_model_that_is_not_installed_is_refused() -> None:
    with pytest.raises(ModelUnusable, match="neither an installed package nor a directory"):
        load_model("en_core_web_imaginary")


def test_grammar_runs_only_where_it_is_asked_for(model: LanguageModel) -> None:
    article = article_of("The minister left.\n\n“We will stay,” Anna Lind said.")

    with model.reading([article]) as reading:
        reading.parse([1])

        assert [doc.has_annotation("DEP") for doc in reading.docs] == [False, True]
        assert [token.lemma_ for token in reading.docs[1]][-2] == "say"


def test_late_grammar_equals_grammar_in_one_go(model: LanguageModel) -> None:
    text = "Officials in Paris said on Monday that they had met Anna Lind twice."
    whole = [(token.tag_, token.dep_, token.lemma_, token.ent_type_) for token in model.nlp(text)]

    with model.reading([article_of(text)]) as reading:
        reading.parse([0])
        late = [(token.tag_, token.dep_, token.lemma_, token.ent_type_) for token in reading.docs[0]]

    assert late == whole


def test_passages_lead_back_to_exact_offsets() -> None:
    article = article_of(
        "One Zel\u00adensky\u200b here.\n\nTwo\u00a0lines\nin\ra paragraph.", title="A title", captions=(Caption(4, "A caption"),)
    )

    passages = passages_of(article)

    assert [passage.text for passage in passages] == [
        "A title",
        "One Zelensky here.",
        "Two lines",
        "in",
        "a paragraph.",
        "A caption",
    ]
    assert [passage.paragraph for passage in passages] == [0, 0, 1, 1, 1, 0]
    for passage in passages:
        region = region_text(article, passage.region)
        whole = region[passage.start_of(0) : passage.end_of(len(passage.text))]
        assert whole.translate({0xAD: None, 0x200B: None, 0xA0: " "}) == passage.text
    zelensky = passages[1]
    assert article.text[zelensky.start_of(4) : zelensky.end_of(12)] == "Zel\u00adensky"


@pytest.mark.parametrize("text", ["", "\n\n\n", "x" * 200_000, "word " * 40_000, "💥" * 5000, "\u200f\u200f", "a\n" * 5000])
def test_any_text_is_cut_into_bounded_passages(text: str) -> None:
    passages = passages_of(article_of(text))

    assert all(len(passage.text) <= MAX_PASSAGE_CHARS for passage in passages)


def test_batches_keep_order_and_lose_nothing() -> None:
    articles = [article_of("x" * size, number) for number, size in enumerate([10, 500, 10, 10, 2000, 0])]

    batches = list(batches_of(articles, max_chars=600))

    assert [article.article_id for batch in batches for article in batch] == [0, 1, 2, 3, 4, 5]
    assert [len(batch) for batch in batches] == [4, 1, 1]
