"""Values in, the words of the page out: Jinja with everything escaped; how moments, lags and links are written."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

from jinja2 import Environment, PackageLoader, StrictUndefined

from flows.dashboard.filters import Span
from flows.dashboard.pages.trends import sparkline

_CONTROL = dict.fromkeys((*range(9), 11, 12, *range(14, 32), 127, *range(0x202A, 0x202F), *range(0x2066, 0x206A)))
"""Control characters, and those that turn the direction of what follows: a headline must not rearrange the page."""


def environment() -> Environment:
    """Make the environment of the templates."""
    made = Environment(
        loader=PackageLoader("flows.dashboard"),
        autoescape=True,  # whatever the file is called
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=lambda value: tame(value) if type(value) is str else value,
    )
    made.filters.update(
        amount=amount,
        cell=cell,
        clock=clock,
        day=day,
        lag=lag,
        moment=moment,
        outlet=outlet,
        quoted=quoted,
        span=span,
        web=web,
        share=share,
    )
    made.globals.update(sparkline=sparkline)
    return made


def tame(text: str) -> str:
    """Return a text without characters that are no text."""
    return text.translate(_CONTROL)


def day(value: date) -> str:
    """Write a day: 22 Nov 2026."""
    return f"{value.day} {value:%b %Y}"


def span(value: Span) -> str:
    """Write days: 21 – 22 Nov 2026."""
    since, until = value.since, value.until
    if since == until:
        return f"{until:%A}, {until.day} {until:%B %Y}"
    if (since.year, since.month) == (until.year, until.month):
        return f"{since.day} – {day(until)}"
    if since.year == until.year:
        return f"{since.day} {since:%b} – {day(until)}"
    return f"{day(since)} – {day(until)}"


def moment(value: datetime | None) -> str:
    """Write a moment in UTC: 22 Nov, 03:21; a dash for unknown."""
    if value is None:
        return "–"
    at = value.astimezone(UTC)
    return f"{at.day} {at:%b, %H:%M}"


def clock(value: datetime | None) -> str:
    """Write the time of day in UTC; a dash for unknown."""
    return "–" if value is None else f"{value.astimezone(UTC):%H:%M}"


def lag(seconds: float | None) -> str:
    """Write how long: 12 min, 3.5 h, 2 days; with a minus where it runs backwards; a dash for unknown."""
    if seconds is None:
        return "–"
    sign, size = ("−" if seconds < 0 else ""), abs(seconds)
    if size < 60:
        return f"{sign}{size:.0f} s" if size >= 1 else "at once"
    if size < 5400:
        return f"{sign}{size / 60:.0f} min"
    if size < 48 * 3600:
        return f"{sign}{size / 3600:.1f} h"
    return f"{sign}{size / 86400:.0f} days"


def amount(value: float | Decimal | None) -> str:
    """Write a number: whole ones with thin spaces, others with one decimal."""
    if value is None:
        return "–"
    number = float(value)
    if number.is_integer():
        return f"{int(value):,}".replace(",", "\u202f")
    return f"{number:.1f}" if abs(number) >= 0.05 else "<0.1"


def quoted(value: str) -> str:
    """Write a quotation by itself: without the comma that led on to "she said"."""
    return value.removesuffix(",")


def share(value: float) -> str:
    """Write a share as a percentage."""
    return f"{value:.0%}".replace("%", "\u202f%")


def outlet(value: str) -> str:
    """Write an outlet shorter: without www."""
    return value.removeprefix("www.")


def web(value: str | None) -> str | None:
    """Return an address that may stand in a link; `None` for anything but http and https, such as `javascript:`."""
    try:
        scheme = urlsplit(value or "").scheme.lower()
    except ValueError:
        return None
    return value if scheme in ("http", "https") else None


def cell(value: Any) -> str:
    """Write any value of a table."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return f"{value.astimezone(UTC):%Y-%m-%d %H:%M:%S}"
    if isinstance(value, float):
        return f"{value:.6g}"
    text = str(value)
    return text if len(text) <= 600 else f"{text[:600]}…"
