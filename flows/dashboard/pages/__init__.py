"""One module a page: the questions it asks, and what its template is given."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flows.dashboard.facts import Facts
from flows.dashboard.filters import Filter
from flows.dashboard.published import Desk

Context = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Visit:
    """What a reader asked for."""

    filter: Filter
    query: Mapping[str, str]
    path: Mapping[str, Any]
    facts: Facts

    def word(self, name: str, *, most: int = 500) -> str:
        """Return a field of the query string, trimmed; empty when absent."""
        return self.query.get(name, "").replace("\0", "").strip()[:most]

    def choice(self, name: str, choices: tuple[str, ...]) -> str:
        """Return a field of the query string if it is one of the choices, else the first of them."""
        found = self.query.get(name, "")
        return found if found in choices else choices[0]

    def number(self, name: str, default: int, least: int, most: int) -> int:
        """Return a whole number of the query string within bounds; the default where it is none."""
        text = self.query.get(name, "")
        return min(max(int(text), least), most) if text.isascii() and text.isdecimal() and len(text) < 10 else default


Build = Callable[[Desk, Visit], Context]
"""Asks at the desk; returns what the template of the page shows."""


@dataclass(frozen=True, slots=True)
class Page:
    """A page: where it is, what it is called, what makes it, and by what it can be narrowed."""

    name: str
    path: str
    title: str
    build: Build
    narrows: tuple[str, ...] = ()  # of: days, outlet, language
    is_in_menu: bool = True
