"""The edition plan in, typed records out: which outlet runs which story, when, how edited, and what goes wrong where.

Only reads `data/plan.toml` and `data/outlets/*.toml`; `editions.py` turns the plan into publications.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flows.demo.stories import Piece, figures_of

DATA = Path(__file__).parent / "data"


@dataclass(frozen=True, slots=True)
class FeedPlan:
    """One feed of an outlet, and its ailment if it has one."""

    path: str
    format: str  # "rss20" | "atom10" | "rss10" | "jsonfeed" | "news_sitemap"
    title: str
    sections: tuple[str, ...] = ()  # empty: all
    status: int = 200  # 500: it never works
    breaks_off: bool = False  # the document ends in the title of its last entry, whose link nobody ever sees


@dataclass(frozen=True, slots=True)
class Outlet:
    """A fictional publisher: its address, house style and feeds."""

    host: str
    name: str
    language: str
    template: str | None  # file in data/templates; None: the outlet never gets to serve a page
    tagline: str = ""
    path: str = "/news/{section}/{slug}"  # {yyyy} {mm} {dd} {number} too
    charset: str = "utf-8"
    quote_marks: str = "curly"  # "straight": as typed on a keyboard
    own_dateline: str = ""  # what stands before the first paragraph of own stories
    wire_dateline: str = ""  # and of agency copy
    validators: str = "both"  # "both" | "etag" | "weak" | "last_modified"
    ttl_minutes: int | None = None
    disallow: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()
    feeds: tuple[FeedPlan, ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """What edition 2 alters in an article of edition 1. Without `note` it is a silent edit."""

    swaps: tuple[tuple[str, str], ...] = ()
    note: str | None = None
    headline: str | None = None


@dataclass(frozen=True, slots=True)
class Run:
    """One outlet runs one story."""

    story: str
    outlet: str
    minutes_ago: int  # before `now`
    edition: int = 1  # the first edition it stands in
    kind: str = "original"  # else what kind of copy of `source`'s version it is: "exact", "near", "excerpt", "contains"
    source: str | None = None  # host of the outlet it was taken from
    slug: str | None = None
    headline: str | None = None
    authors: tuple[str, ...] | None = None
    lede: tuple[str, ...] = ()  # own paragraphs in place of the first `lede_replaces`
    lede_replaces: int = 1
    paragraphs: tuple[int, ...] = ()  # those kept, counted from 1; empty: all
    appended: tuple[str, ...] = ()
    speakers: tuple[str, ...] = ()  # of the quotations in `lede` and `appended`
    swaps: tuple[tuple[str, str], ...] = ()  # house spellings
    figures: tuple[tuple[int, Piece], ...] = ()
    own_figures: bool = False  # the source's pictures are left out
    section: str | None = None
    tracked: tuple[str, ...] = ()  # query strings under which the feed lists it once more
    moved_from: str | None = None  # the path the feed still gives; it answers 301
    change: Change | None = None


@dataclass(frozen=True, slots=True)
class Snag:
    """A link in a feed that leads to no article."""

    outlet: str
    feed: str
    path: str
    title: str
    minutes_ago: int
    serves: str  # "pdf" | "nothing" | "gone" | "page" | "flood"
    outcome: str  # a PageOutcome


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that happens on the demo's wire."""

    outlets: Mapping[str, Outlet]
    runs: tuple[Run, ...]
    snags: tuple[Snag, ...]


def plan() -> Plan:
    """Read the bundled plan."""
    told = tomllib.loads((DATA / "plan.toml").read_text(encoding="utf-8"))
    outlets = [_outlet_of(tomllib.loads(path.read_text(encoding="utf-8"))) for path in sorted(DATA.glob("outlets/*.toml"))]
    return Plan(
        outlets={outlet.host: outlet for outlet in outlets},
        runs=tuple(_run_of(run) for run in told["run"]),
        snags=tuple(Snag(**snag) for snag in told.get("snag", ())),
    )


def _outlet_of(facts: dict[str, Any]) -> Outlet:
    feeds = tuple(FeedPlan(**_tupled(feed)) for feed in facts.pop("feeds", ()))
    return Outlet(**_tupled({"template": None, **facts}), feeds=feeds)


def _run_of(facts: dict[str, Any]) -> Run:
    change = facts.pop("change", None)
    figures = tuple(figures_of(facts))
    facts.pop("figures", None)
    return Run(**_tupled(facts), figures=figures, change=Change(**_tupled(change)) if change else None)


def _tupled(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Make plain lists tuples, also those of pairs: frozen records hold nothing that can change."""
    return {name: _frozen(value) for name, value in facts.items()}


def _frozen(value: Any) -> Any:
    return tuple(_frozen(item) for item in value) if isinstance(value, list) else value
