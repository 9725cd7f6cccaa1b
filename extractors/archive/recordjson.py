"""A flat record <-> one line of JSON, for the archive. A field of a wrong type is an error: archives travel."""

from __future__ import annotations

import json
from dataclasses import MISSING, fields
from datetime import UTC, datetime
from typing import Any, Final, TypeVar

from extractors.records import Entry, Page, PageOutcome

R = TypeVar("R", Page, Entry)

_PLAIN: Final[dict[str, tuple[type, ...]]] = {
    "str": (str,),
    "str | None": (str, type(None)),
    "int": (int,),
    "int | None": (int, type(None)),
}


def json_of(record: Page | Entry, leave_out: frozenset[str] = frozenset()) -> str:
    """Write a record as one line of ASCII; fields at their default are left out, so that old archives and new fields agree."""
    values = {field.name: getattr(record, field.name) for field in fields(record) if field.name not in leave_out}
    defaults = {field.name: field.default for field in fields(record) if field.default is not MISSING}
    kept = {name: value for name, value in values.items() if name not in defaults or value != defaults[name]}
    return json.dumps(kept, default=_time, separators=(",", ":"))


def record_of(kind: type[R], line: str, **given: Any) -> R:
    """Read a record back.

    Args:
        kind: The record's class.
        line: From `json_of`.
        given: Fields that were left out.

    Raises:
        ValueError: No JSON, or not of this class. Fields that this version does not know are ignored.

    """
    try:
        values = json.loads(line)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    if not isinstance(values, dict):
        raise ValueError(f"no {kind.__name__}")  # noqa: TRY004  # one kind of error for one kind of fault
    known = {field.name: str(field.type) for field in fields(kind)}
    read = {name: _read(known[name], value) for name, value in values.items() if name in known}
    try:
        return kind(**{**read, **given})
    except TypeError as error:  # a field is missing
        raise ValueError(str(error)) from error


def _time(value: Any) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    raise TypeError(f"{type(value).__name__} has no place in a flat record")


def _read(declared: str, value: Any) -> Any:
    """Turn a JSON value into what the field declares."""
    if declared in _PLAIN and isinstance(value, _PLAIN[declared]) and not isinstance(value, bool):
        return value
    if declared.startswith("datetime") and (value is None or isinstance(value, str)):
        return _moment(value) if value is not None else None
    if declared == "PageOutcome":
        return PageOutcome(value)
    if declared == "tuple[str, ...]" and _all_text(value):
        return tuple(value)
    if declared == "tuple[tuple[str, str], ...]" and isinstance(value, list) and all(_all_text(p) and len(p) == 2 for p in value):
        return tuple((name, text) for name, text in value)
    raise ValueError(f"{str(value)[:80]!r} is no {declared}")


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"{text!r} has no zone")
    try:
        return moment.astimezone(UTC)
    except OverflowError as error:
        raise ValueError(f"{text!r} leaves the calendar") from error


def _all_text(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(part, str) for part in value)
