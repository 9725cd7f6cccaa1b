"""A question: SQL with named values, and the same SQL as a person would type it. Nothing here touches a database."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from textwrap import dedent

Value = str | int | float | date | datetime | None
_NAME = re.compile(r"\$([a-z_]+)")


@dataclass(frozen=True, slots=True)
class Question:
    """One statement that reads. Values are parameters; `shown` is for people to copy and must ask the same."""

    sql: str
    values: Mapping[str, Value] = field(default_factory=dict)

    @property
    def shown(self) -> str:
        """The SQL with its values written in, which any DuckDB client runs as it stands."""
        return _NAME.sub(lambda found: literal(self.values[found[1]]) if found[1] in self.values else found[0], self.sql)


def question(sql: str, **values: Value) -> Question:
    """Make a question of an indented constant; values that the SQL does not name are left out."""
    lines = dedent(sql).strip().splitlines()
    text = "\n".join(line for line in lines if line.strip())  # a condition that was left out leaves an empty line
    named = set(_NAME.findall(text))
    return Question(text, {name: value for name, value in values.items() if name in named})


def literal(value: Value) -> str:
    """Write a value as a DuckDB literal.

    Raises:
        ValueError: The text holds a NUL, which no SQL text can carry.

    """
    if value is None:
        return "NULL"
    if isinstance(value, datetime):
        return f"TIMESTAMPTZ '{value.isoformat()}'"
    if isinstance(value, date):
        return f"DATE '{value.isoformat()}'"
    if isinstance(value, int | float):
        return str(value)
    if "\0" in value:
        raise ValueError("a text in SQL holds no NUL")
    return "'" + value.replace("'", "''") + "'"
