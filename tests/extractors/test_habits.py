from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from extractors.schedule.habits import (
    DAYS,
    HOURS,
    expectation_of,
    expected_between,
    first_rate_of,
    moments_of,
    updated_burst,
    updated_habit,
    updated_rate,
    usual_slots,
)

NOW = datetime(2026, 11, 18, 12, tzinfo=UTC)  # a Wednesday


def every(step: timedelta, count: int, newest: datetime = NOW) -> list[datetime]:
    return [newest - number * step for number in range(count)]


@pytest.mark.parametrize(("step", "per_day"), [(timedelta(minutes=30), 48), (timedelta(hours=6), 4), (timedelta(days=2), 0.5)])
def test_the_first_document_tells_the_rate(step: timedelta, per_day: float) -> None:
    assert first_rate_of(every(step, 20), NOW) == pytest.approx(per_day, rel=0.05)


def test_silence_counts_so_that_a_feed_that_ended_is_slow_at_once() -> None:
    ended = every(timedelta(minutes=10), 50, newest=NOW - timedelta(days=300))

    assert first_rate_of(ended, NOW) == pytest.approx(1 / 300)


def test_dates_in_the_future_and_no_dates_tell_nothing() -> None:
    assert first_rate_of([NOW + timedelta(days=3)], NOW) is None
    assert first_rate_of([], NOW) is None


def test_the_rate_follows_a_change_within_weeks() -> None:
    rate: float | None = 100.0
    for _ in range(21 * 24):
        rate = updated_rate(rate, 0, timedelta(hours=1), evidence=50.0)

    assert rate == pytest.approx(100 / 8, rel=0.01)


def test_a_feed_without_dates_is_measured_by_what_is_new() -> None:
    rate = None
    for _ in range(30):
        rate = updated_rate(rate, 2, timedelta(hours=1), evidence=0.0)

    assert rate == pytest.approx(48, rel=0.05)


def test_a_habit_learns_the_hours_and_the_days() -> None:
    mornings = [at.replace(hour=7) for at in every(timedelta(days=1), 60) if at.weekday() < 5]

    expectation = expectation_of(10.0, updated_habit((), reversed(mornings)))

    assert expectation.per_day(7, 2) > 8 * expectation.per_day(20, 2)
    assert expectation.per_day(7, 2) > 1.5 * expectation.per_day(7, 6)
    assert sum(expectation.by_hour) == pytest.approx(HOURS)


def test_without_a_habit_every_hour_is_the_same() -> None:
    assert {expectation_of(3.0, ()).per_day(hour, day) for hour in range(24) for day in range(7)} == {3.0}


def test_a_publisher_who_keeps_to_the_clock_is_known_by_it() -> None:
    punctual = [at.replace(minute=minute, second=7) for at in every(timedelta(hours=1), 20) for minute in (30, 0)]
    at_any_time = every(timedelta(minutes=37), 40)

    assert sorted(usual_slots(updated_habit((), punctual))) == [0, 6]
    assert usual_slots(updated_habit((), at_any_time)) == ()
    assert usual_slots(updated_habit((), punctual[:4])) == ()


def test_dates_that_name_days_tell_no_moment() -> None:
    days = [at.replace(hour=0, minute=0) for at in every(timedelta(days=1), 10)]
    moments = every(timedelta(minutes=50), 10)

    assert moments_of(days) == []
    assert moments_of(moments) == moments


def test_a_habit_learnt_before_minutes_were_counted_is_kept() -> None:
    old = (1.0,) * (HOURS + DAYS)

    new = updated_habit(old, [NOW])

    assert new[: HOURS + DAYS] == pytest.approx([*old[:12], 1.998, *old[13:26], 1.998, *old[27:]], abs=0.01)
    assert new[HOURS + DAYS :] == (1.0, *[0.0] * 11)


def test_only_what_the_habit_does_not_explain_is_a_burst() -> None:
    hour = timedelta(hours=1)
    expected = expected_between(expectation_of(96.0, ()), NOW, NOW + hour)

    assert expected == pytest.approx(4.0)
    assert updated_burst(0.0, 6, expected, hour) == 0.0
    assert updated_burst(0.0, 30, expected, hour) == pytest.approx(21.0)
    assert updated_burst(21.0, 0, 0.0, timedelta(hours=3)) == pytest.approx(10.5)
