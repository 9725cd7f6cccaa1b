from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from extractors.copies import decide
from extractors.copies.fingerprints import fingerprint_of
from extractors.copies.inheritance import inheritances, inherited_mentions, inherited_quotes, untagged
from extractors.records import Article, Candidates, Mention, Quote

NOW = datetime(2026, 11, 22, tzinfo=UTC)
FIRST = (
    "The harbour authority of Port Alder said on Tuesday that 14 of its 22 cranes had been stopped after engineers found cracks "
    "in the welds of two of them. Work on container ships will slow down for six weeks, its director Maren Holt told reporters."
)
SECOND = "“We would rather lose a season than a crew,” Holt said after a meeting with the union of dockers in the town hall."
TEXT = f"{FIRST}\n\n{SECOND}"


def article(number: int, text: str, hours: int = 0) -> Article:
    seen = NOW + timedelta(hours=hours)
    url = f"https://outlet{number}.example/1"
    return Article(number, url, url, f"outlet{number}.example", text, seen, title="Cranes", language="en", published_at=seen)


ORIGINAL = article(1, TEXT)
AT = TEXT.index("Holt said")
MENTION = Mention(1, "Holt", AT, AT + 4, "person", "model", paragraph=1)
START = TEXT.index("We would")
QUOTE = Quote(
    1, 0, TEXT[START : START + 41], START, START + 41, speaker="Holt", speaker_start=AT, speaker_end=AT + 4, paragraph=1
)


def heirs_of(*batch: Article) -> dict[int, int]:
    decisions = decide(batch, [fingerprint_of(one) for one in batch], Candidates(), NOW)
    return {heir.article_id: heir.original_id for heir in inheritances(batch, decisions, Candidates()).values()}


def test_a_copy_with_the_same_paragraphs_inherits_and_any_other_does_not() -> None:
    same = article(2, TEXT, 1)
    shouted = article(3, TEXT.upper(), 2)
    added = article(4, f"{TEXT}\n\nMore was not known at night.", 3)

    assert heirs_of(ORIGINAL, same, shouted, added) == {2: 1}


def test_a_copy_of_a_copy_inherits_from_the_one_that_is_tagged() -> None:
    batch = [ORIGINAL, article(2, TEXT, 1), article(3, TEXT, 2)]

    assert heirs_of(*batch) == {2: 1, 3: 1}


def test_what_is_inherited_stands_where_it_says() -> None:
    turned = article(2, f"{SECOND}\n\n{FIRST}", 1)
    batch = [ORIGINAL, turned]
    decisions = decide(batch, [fingerprint_of(one) for one in batch], Candidates(), NOW)
    heirs = inheritances(batch, decisions, Candidates())

    mentions = inherited_mentions(heirs[2], [MENTION, replace(MENTION, region="title")])
    quotes = inherited_quotes(heirs[2], [QUOTE])

    assert [turned.text[mention.start_char : mention.end_char] for mention in mentions] == ["Holt"]
    assert [(mention.article_id, mention.paragraph) for mention in mentions] == [(2, 0)]
    assert [turned.text[quote.start_char : quote.end_char] for quote in quotes] == [QUOTE.quote]
    assert turned.text[quotes[0].speaker_start :].startswith("Holt said")
    assert heirs[2].language == "en"
    assert untagged(batch, heirs) == [ORIGINAL]
