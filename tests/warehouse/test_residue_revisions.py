"""A line that an outlet's memory has learnt to be residue is no change of the article."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from extractors.records import Article, Caption, RemovedLine
from tests.warehouse_samples import NOW, article
from warehouse.revisions import Version, timeline, version_of

LINE = "Our standards: the Meridian Code of Accuracy."
BODY = "Nine people were killed.\n\nThe water reached the square at five."
HOUR = timedelta(hours=1)


def read(text: str, hours: int = 0, removed: tuple[str, ...] = (), captions: tuple[str, ...] = (), **changes: object) -> Version:
    reading: Article = replace(
        article(1, first_seen_at=NOW + hours * HOUR),
        title="Flood",
        text=text,
        removed_lines=tuple(RemovedLine(n, line, "recurs") for n, line in enumerate(removed)),
        captions=tuple(Caption(n, line) for n, line in enumerate(captions)),
    )
    return version_of(replace(reading, **changes))  # type: ignore[arg-type]


FIRST = read(f"{BODY}\n\n{LINE}")


def test_a_cleaner_reading_takes_the_place_of_the_version_it_repeats() -> None:
    [version] = timeline([FIRST], [read(BODY, 1, removed=(LINE,))])

    assert (version.text, version.seen_at) == (BODY, NOW)


@pytest.mark.parametrize("line", ["12 min read", "OUR STANDARDS:  the Meridian Code of Accuracy."])
def test_case_white_space_and_numbers_of_the_line_do_not_matter(line: str) -> None:
    before = read(f"{BODY}\n\n4 min read\n\n{LINE}")

    assert len(timeline([before], [read(BODY, 1, removed=(line, LINE, "4 min read"))])) == 1


def test_a_dirtier_reading_changes_nothing() -> None:
    clean = read(BODY, removed=(LINE,))

    assert timeline([clean], [read(f"{BODY}\n\n{LINE}", 1)]) == [clean]


def test_the_same_reading_cleaned_with_a_longer_memory_changes_nothing() -> None:
    assert timeline([FIRST], [read(BODY, removed=(LINE,))]) == [FIRST]


def test_an_older_reading_that_differs_by_residue_only_moves_the_first_sight() -> None:
    clean = read(BODY, 1, removed=(LINE,))

    assert timeline([clean], [FIRST]) == [replace(clean, seen_at=NOW)]


def test_a_paragraph_that_became_a_caption_is_no_revision() -> None:
    assert len(timeline([FIRST], [read(BODY, 1, captions=(LINE,))])) == 1


@pytest.mark.parametrize(
    "changed",
    [
        read(BODY.replace("Nine", "Eleven"), 1, removed=(LINE,)),
        read(BODY, 1, removed=(LINE,), title="Flood kills nine"),
        read("Nine people were killed.", 1, removed=(LINE,)),
        read(LINE, 1, removed=tuple(BODY.split("\n\n"))),
    ],
    ids=["a word", "the title", "a paragraph that nobody called residue", "another text altogether"],
)
def test_any_other_difference_is_a_revision(changed: Version) -> None:
    assert len(timeline([FIRST], [changed])) == 2


def test_what_is_residue_now_is_no_part_of_what_a_revision_removed() -> None:
    before, after = timeline([FIRST], [read(BODY.replace("Nine", "Eleven"), 1, removed=(LINE,))])

    assert (before.text, after.text) == (BODY, BODY.replace("Nine", "Eleven"))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("1,234 views", "1.2M views · 3 days ago"),
        ("Comments (9)", "Comments (12)"),
        ("59 minutes ago", "2 hours ago"),
        ("vor 3 Stunden", "vor 2 Tagen"),
        ("12 Kommentare", "1 Kommentar"),
        ("1 234 просмотров", "1 240 просмотров"),
        ("4 commentaires", ""),
    ],
)
def test_a_page_that_counts_itself_has_not_changed(before: str, after: str) -> None:
    readings = [read(f"{BODY}\n\n{line}".strip(), hour) for hour, line in enumerate((before, after, before, after))]

    assert len(timeline([], readings)) == 1
    assert {text for version in timeline([], readings) for text in version.text.split("\n\n")} >= set(BODY.split("\n\n"))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("12 dead", "14 dead"),
        ("Dead: 12", "Dead: 14"),
        ("2-1", "2-2"),
        ("12", "14"),
        ("20 minutes", "25 minutes"),
        ("9 votes to 3", "8 votes to 4"),
    ],
)
def test_any_other_number_that_changes_is_a_change(before: str, after: str) -> None:
    assert len(timeline([read(f"{BODY}\n\n{before}")], [read(f"{BODY}\n\n{after}", 1)])) == 2


def test_a_counter_does_not_hide_a_change_beside_it() -> None:
    later = read(f"{BODY.replace('Nine', 'Ten')}\n\n13 comments", 1)

    assert len(timeline([read(f"{BODY}\n\n12 comments")], [later])) == 2
