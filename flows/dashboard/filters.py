"""The query string in, what the page is narrowed to out: days, outlet, language. Pure: the newest day is passed in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from urllib.parse import urlencode

from flows.dashboard.questions import Question, Value, question

FIRST_DAY = date(1900, 1, 1)
LAST_DAY = date(2200, 1, 1)
MAX_DAYS = 92
"""A heat map of a quarter still has cells that one can hit with a mouse."""
MAX_TEXT = 200
_MARK = re.compile(r"\n( *)\{narrowed\}")


@dataclass(frozen=True, slots=True)
class Filter:
    """What a reader narrowed the page to; `None` = not narrowed. `since` and `until` are whole UTC days, both included."""

    since: date | None = None
    until: date | None = None
    outlet: str | None = None
    language: str | None = None

    @property
    def is_set(self) -> bool:
        """Whether anything is narrowed."""
        return self != Filter()

    def query(self, **changes: str | int | None) -> str:
        """Return it as a query string with a leading `?`, changed and without what is unset; empty when nothing is left."""
        fields = {
            "since": self.since.isoformat() if self.since else None,
            "until": self.until.isoformat() if self.until else None,
            "outlet": self.outlet,
            "language": self.language,
            **changes,
        }
        pairs = {name: value for name, value in fields.items() if value not in (None, "")}
        return f"?{urlencode(pairs)}" if pairs else ""


@dataclass(frozen=True, slots=True)
class Span:
    """Whole UTC days from `since` to `until`, both included."""

    since: date
    until: date

    @property
    def days(self) -> int:
        """How many days."""
        return (self.until - self.since).days + 1

    def dates(self) -> list[date]:
        """Every day, oldest first."""
        return [self.since + timedelta(days=number) for number in range(self.days)]


def filter_of(query: Mapping[str, str]) -> tuple[Filter, list[str]]:
    """Read a query string; what makes no sense is dropped with a line that says so.

    Returns:
        The filter, and the complaints for people, empty when all was understood.

    """
    complaints: list[str] = []
    since = _day(query, "since", complaints)
    until = _day(query, "until", complaints)
    if since and until and since > until:
        complaints.append(f"The range ran backwards, from {since} to {until}: turned round.")
        since, until = until, since
    return Filter(since, until, _text(query, "outlet"), _text(query, "language")), complaints


def _day(query: Mapping[str, str], name: str, complaints: list[str]) -> date | None:
    text = query.get(name, "").strip()
    if not text:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = None
    if day is None or not FIRST_DAY <= day <= LAST_DAY:
        complaints.append(f"“{name}” is no day written like 2026-11-22 and was left out: {text[:40]}")
        return None
    return day


def _text(query: Mapping[str, str], name: str) -> str | None:
    return query.get(name, "").replace("\0", "").strip()[:MAX_TEXT] or None


def span_of(wanted: Filter, newest: date, days: int, *, most: int = MAX_DAYS) -> Span:
    """Return the days a page shows: those asked for, else the newest few.

    Args:
        wanted: With one end given, the other lies `days` away from it.
        newest: The newest day of the copy.
        days: How many days the page shows unasked.
        most: The longest span; a longer one keeps its newest days.

    """
    if wanted.since and wanted.until is None:
        until = max(wanted.since, min(newest, wanted.since + timedelta(days=most - 1)))
    else:
        until = wanted.until or newest
    since = wanted.since or until - timedelta(days=days - 1)
    return Span(max(since, until - timedelta(days=most - 1)), until)


def narrowed(sql: str, wanted: Filter, span: Span | None, *columns: str, table: str = "", **values: Value) -> Question:
    """Make a question of an indented constant with a line `{narrowed}`, which becomes the conditions on outlet and language.

    Args:
        sql: May name `$since` and `$until` as well.
        wanted: Decides which conditions there are.
        span: The days; `None` where the SQL names none.
        columns: Those of `outlet` and `language` that can be narrowed here.
        table: Alias in front of the two.
        values: Further values that the SQL names.

    """
    prefix = f"{table}." if table else ""
    lines = [f"AND {prefix}{column} = ${column}" for column in columns if getattr(wanted, column) is not None]
    text = _MARK.sub(lambda mark: "".join(f"\n{mark[1]}{line}" for line in lines), sql)
    days = {"since": span.since, "until": span.until} if span else {}
    return question(text, **days, outlet=wanted.outlet, language=wanted.language, **values)


def without_days(wanted: Filter) -> Filter:
    """Return it without its days."""
    return replace(wanted, since=None, until=None)
