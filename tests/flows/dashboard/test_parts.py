from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.dashboard.charts import LEVELS, Run, columns_of, level_of, streams_of, timeline_of, trend_of
from flows.dashboard.filters import Filter, filter_of, narrowed, span_of
from flows.dashboard.passages import paragraphs_of, snippet_of, words_in
from flows.dashboard.questions import literal, question
from flows.dashboard.rendering import amount, lag, web

DAY = date(2026, 11, 22)


def test_values_are_written_into_sql_once_and_quoted() -> None:
    asked = question("SELECT $who, $day, $most", who="O'Neill $day", day=DAY, most=3, unused=1)

    assert asked.shown == "SELECT 'O''Neill $day', DATE '2026-11-22', 3"
    assert asked.values == {"who": "O'Neill $day", "day": DAY, "most": 3}


def test_a_moment_and_nothing_are_literals_too() -> None:
    assert literal(datetime(2026, 11, 22, tzinfo=UTC)) == "TIMESTAMPTZ '2026-11-22T00:00:00+00:00'"
    assert literal(None) == "NULL"
    with pytest.raises(ValueError, match="NUL"):
        literal("\0")


def test_conditions_stand_only_for_what_is_narrowed() -> None:
    asked = narrowed(
        "SELECT 1\n  WHERE true\n    {narrowed}\n  LIMIT 1", Filter(outlet="a.example"), None, "outlet", "language", table="x"
    )

    assert asked.sql == "SELECT 1\n  WHERE true\n    AND x.outlet = $outlet\n  LIMIT 1"


@given(st.dictionaries(st.sampled_from(["since", "until", "outlet", "language"]), st.text()))
def test_any_query_string_gives_a_filter_that_writes_itself_back(query: dict[str, str]) -> None:
    wanted, _ = filter_of(query)
    span = span_of(wanted, DAY, 7)

    assert 1 <= span.days <= 92
    assert len(span.dates()) == span.days
    assert wanted.query() == "" or wanted.query().startswith("?")


@given(st.integers(-5, 10**9), st.integers(0, 10**9))
def test_levels_stay_on_the_scale_and_something_is_never_nothing(count: int, most: int) -> None:
    level = level_of(count, most)

    assert 0 <= level <= LEVELS
    assert (level == 0) == (count <= 0 or most <= 0)


@given(st.lists(st.integers(0, 10**6), max_size=60))
def test_columns_stay_in_their_box(values: list[int]) -> None:
    drawn = columns_of(values, width=116, height=28)

    assert all(0 <= column.y <= 28 and column.height <= 28 for column in drawn.columns)
    assert len(drawn.columns) == len(values)


def test_a_trend_has_a_bar_a_day_and_nothing_for_nothing() -> None:
    rows = [
        {
            "published_date": DAY + timedelta(days=n),
            "originals": n,
            "articles": n,
            "usual": 1.5,
            "deviation": 0.5,
            "surprise": 0.1,
        }
        for n in range(14)
    ]

    trend = trend_of(rows, width=360)

    assert len(trend.bars) == 14
    assert [value for _, value in trend.grid] == [0, 10, 20]
    assert trend_of([], width=360).bars == []


@given(
    st.lists(
        st.tuples(st.sampled_from("abc"), st.sampled_from("abcd"), st.integers(1, 50)), unique_by=lambda p: p[:2], max_size=12
    )
)
def test_streams_count_every_copy_on_both_sides(pairs: list[tuple[str, str, int]]) -> None:
    drawn = streams_of(pairs, width=900)

    total = sum(copies for _, _, copies in pairs)
    assert sum(node.copies for node in drawn.originals) == sum(node.copies for node in drawn.outlets) == total
    assert len(drawn.streams) == len(pairs)


spans = st.tuples(st.integers(-3, 70), st.integers(-3, 70))


@given(st.text(alphabet="ab \n", max_size=60), st.lists(spans, max_size=5), st.lists(spans, max_size=3))
def test_marks_never_lose_or_add_a_character(text: str, names: list[tuple[int, int]], said: list[tuple[int, int]]) -> None:
    mentions = [
        {"region": "text", "start_char": a, "end_char": b, "kind": "person", "entity_kind": None, "name": None, "surface": "x"}
        for a, b in names
    ]
    quotes = [
        {"position": n, "start_char": a, "end_char": b, "speaker_start": None, "speaker_end": None, "speaker": "x"}
        for n, (a, b) in enumerate(said)
    ]

    found = paragraphs_of(text, [], mentions, quotes)

    written = "".join(piece.text for paragraph in found for piece in paragraph.pieces)
    assert written.replace("\n", "") == text.replace("\n", "")


def test_a_standfirst_of_two_paragraphs_is_shown_as_one_and_no_further() -> None:
    found = paragraphs_of(
        "Pears are late.\n\nSo are plums.\n\nIt rained.\n\nAnd rained.", [1], [], [], "Pears are late.\n\nSo are plums."
    )

    assert [paragraph.is_standfirst for paragraph in found] == [True, True, False, False]
    assert not any(paragraph.is_standfirst for paragraph in paragraphs_of("Pears are late.", [], [], []))


def test_a_snippet_shows_the_words_in_any_form() -> None:
    text = "Nothing here. " * 60 + "The river flooded the old harbour twice." + " And so on." * 60

    runs = snippet_of(text, words_in('flood harb* -rain outlet:bbc "old"'))

    assert [run for run, is_hit in runs if is_hit] == ["flooded", "old", "harbour"]
    assert runs[0][0] == "… "
    assert sum(len(run) for run, _ in runs) < 260


@given(st.text(max_size=500), st.text(max_size=20))
def test_a_snippet_can_be_made_of_anything(text: str, query: str) -> None:
    assert sum(len(run) for run, _ in snippet_of(text, words_in(query))) <= 260


def test_lags_amounts_and_addresses_for_people() -> None:
    assert [lag(s) for s in (None, 0, 40, 720, 9000, 300_000, -720)] == [
        "–",
        "at once",
        "40 s",
        "12 min",
        "2.5 h",
        "3 days",
        "−12 min",
    ]
    assert [amount(n) for n in (None, 1234567, 2.0, 0.04, 1.25)] == ["–", "1\u202f234\u202f567", "2", "<0.1", "1.2"]
    assert [web(a) for a in ("https://a.example", "javascript:alert(1)", "data:x", "//a", None, "http://[")] == [
        "https://a.example",
        *[None] * 5,
    ]


@given(
    lags=st.lists(st.floats(0, 1e9), min_size=1, max_size=40),
    edits=st.lists(st.tuples(st.integers(0, 40), st.floats(-1e6, 1e9)), max_size=20),
    width=st.sampled_from([360, 1160]),
)
def test_a_line_of_time_keeps_everything_in_its_box_and_in_order(
    lags: list[float], edits: list[tuple[int, float]], width: int
) -> None:
    runs = [Run(number, "vorn.example", lag, "near") for number, lag in enumerate(sorted(lags))]

    line = timeline_of(runs, edits, width=width)

    xs = [lane.x for lane in line.lanes]
    assert xs == sorted(xs)
    assert all(line.left <= x <= width for lane in line.lanes for x in (lane.x, *lane.edits))
    assert all(0 < lane.y < line.height for lane in line.lanes)
    assert 1 <= len(line.ticks) <= 12
    assert sum(len(lane.edits) for lane in line.lanes) == sum(number < len(runs) for number, _ in edits)
