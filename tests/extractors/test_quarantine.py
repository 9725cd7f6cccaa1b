"""What could not be digested is kept whole."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

from extractors.archive.quarantine import MAX_KEPT_BYTES, MAX_TRACE_CHARS, Quarantine
from extractors.archive.retention import retire

AT = datetime(2026, 11, 22, 8, tzinfo=UTC)


def failure() -> Exception:
    try:
        int("rain")
    except ValueError as error:
        return error
    raise AssertionError


def test_the_body_and_the_exception_are_kept(tmp_path: Path) -> None:
    Quarantine(tmp_path).keep("https://example.com/rain", "extract", b"<p>\x00rain", failure(), AT)

    (kept,) = Quarantine(tmp_path).items()

    assert (kept.item, kept.stage, kept.at, kept.body()) == ("https://example.com/rain", "extract", AT, b"<p>\x00rain")
    assert kept.error.startswith("ValueError: invalid literal")
    assert "in failure" in kept.trace


def test_keeping_the_same_twice_keeps_it_once(tmp_path: Path) -> None:
    quarantine = Quarantine(tmp_path)
    first = quarantine.keep("a", "poll", b"x", failure(), AT)

    assert quarantine.keep("a", "poll", b"x", failure(), AT) == first
    quarantine.keep("a", "poll", b"y", failure(), AT)

    assert len(list(quarantine.items())) == 2


def test_huge_bodies_and_endless_traces_are_cut(tmp_path: Path) -> None:
    def endless(n: int) -> int:
        return endless(n + 1) + 1

    try:
        endless(0)
    except RecursionError as error:
        Quarantine(tmp_path).keep("a", "../../poll", b"x" * (MAX_KEPT_BYTES + 1), ExceptionGroup("all", [error] * 3), AT)

    (kept,) = Quarantine(tmp_path).items()
    assert (kept.body_bytes, len(kept.body())) == (MAX_KEPT_BYTES + 1, MAX_KEPT_BYTES)
    assert len(kept.trace) < MAX_TRACE_CHARS + 100
    assert kept.body_path.is_relative_to(tmp_path / "2026/11/22")


def test_a_damaged_file_is_left_out_and_old_days_go(tmp_path: Path) -> None:
    quarantine = Quarantine(tmp_path)
    quarantine.keep("a", "poll", b"x", failure(), AT).write_text("{")

    assert list(quarantine.items()) == []
    assert retire(tmp_path, 1, date(2026, 11, 24)).files == 2
