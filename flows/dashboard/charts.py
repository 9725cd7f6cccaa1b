"""Numbers in, the geometry of small charts out: whole pixels for SVG templates. Pure; colours and words belong to the templates.

Drawn on the server, so that a chart needs no script, follows the reader's theme through CSS, and can be tested as numbers.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from typing import Any

LEVELS = 7
"""Steps of the heat map: more cannot be told apart."""


def level_of(count: int, most: int) -> int:
    """Return the step of a count, 0 for none to `LEVELS` for the most; by square root, so that small outlets are seen too."""
    if count <= 0 or most <= 0:
        return 0
    return max(1, math.ceil(LEVELS * math.sqrt(min(count, most) / most)))


@dataclass(frozen=True, slots=True)
class Column:
    """One bar."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Columns:
    """A row of bars in a box."""

    width: int
    height: int
    columns: list[Column]
    most: int


def columns_of(values: Sequence[int], *, width: int, height: int) -> Columns:
    """Draw values as bars that fill the box; a value above zero is at least a pixel high."""
    most = max(values, default=0)
    step = width / max(len(values), 1)
    columns = []
    for number, value in enumerate(values):
        tall = max(1.0, value / most * height) if value > 0 else 0.0
        columns.append(Column(round(number * step, 1), round(height - tall, 1), round(max(step - 1, 1), 1), round(tall, 1)))
    return Columns(width, height, columns, most)


@dataclass(frozen=True, slots=True)
class Bar:
    """One day of a trend."""

    day: date
    column: Column
    originals: int
    articles: int
    usual: float
    surprise: float


@dataclass(frozen=True, slots=True)
class Trend:
    """A name's days against its own past: bars, the usual as a line, the deviation as a band around it."""

    width: int
    height: int
    bars: list[Bar] = field(default_factory=list)
    usual: str = ""  # points of a polyline
    band: str = ""  # points of a polygon
    grid: list[tuple[float, int]] = field(default_factory=list)  # (y, value)
    ticks: list[tuple[float, date]] = field(default_factory=list)  # (x, day)


LEFT = 30
"""Room for the numbers of the axis."""
BELOW = 22
"""Room for the days."""


def trend_of(rows: Sequence[Mapping[str, Any]], *, width: int, height: int = 240) -> Trend:
    """Lay out the rows of the macro `entity_trend`; empty for no rows."""
    if not rows:
        return Trend(width, height)
    floor, room = height - BELOW, height - BELOW - 8
    highest = max(max(row["originals"], (row["usual"] or 0) + (row["deviation"] or 0)) for row in rows)
    top = _round_up(highest)
    step = (width - LEFT) / len(rows)

    def y(value: float) -> float:
        return round(floor - room * min(max(value, 0), top) / top, 1)

    bars, usual, above, below, ticks = [], [], [], [], []
    for number, row in enumerate(rows):
        x = LEFT + number * step
        middle = round(x + step / 2, 1)
        value = row["originals"]
        usually, deviation = row["usual"] or 0.0, row["deviation"] or 0.0
        column = Column(round(x + 0.5, 1), y(value), round(max(step - 1.5, 1), 1), round(floor - y(value), 1))
        bars.append(Bar(row["published_date"], column, value, row["articles"], usually, row["surprise"] or 0.0))
        usual.append(f"{middle},{y(usually)}")
        above.append(f"{middle},{y(usually + deviation)}")
        below.append(f"{middle},{y(usually - deviation)}")
        if row["published_date"].weekday() == 0:
            ticks.append((middle, row["published_date"]))
    every = max(1, math.ceil(len(ticks) * 64 / width))  # a tick's words take 60 pixels
    grid = [(y(value), value) for value in sorted({0, top // 2, top})]
    return Trend(width, height, bars, " ".join(usual), " ".join(above + below[::-1]), grid, ticks[::every])


def _round_up(value: float) -> int:
    """Return the next number that looks well on an axis."""
    scale = 1
    while value > 10 * scale:
        scale *= 10
    return next(step * scale for step in (1, 2, 4, 5, 8, 10) if value <= step * scale)


@dataclass(frozen=True, slots=True)
class Node:
    """One outlet at one side."""

    name: str
    y: float
    height: float
    copies: int
    shade: int


@dataclass(frozen=True, slots=True)
class Stream:
    """Copies that one outlet made of another's texts: a band from left to right."""

    original: str
    outlet: str
    copies: int
    path: str
    shade: int


@dataclass(frozen=True, slots=True)
class Streams:
    """Who copies whom: outlets that write at the left, outlets that repeat at the right."""

    width: int
    height: int
    left: int
    right: int
    originals: list[Node] = field(default_factory=list)
    outlets: list[Node] = field(default_factory=list)
    streams: list[Stream] = field(default_factory=list)


SHADES = 8
GAP = 8.0
LEAST = 12.0
"""A node is at least as high as its name."""
NODE_WIDTH = 6


def streams_of(pairs: Sequence[tuple[str, str, int]], *, width: int) -> Streams:
    """Lay out (original outlet, outlet, copies) as bands between two columns of names.

    Nodes stand by their number of copies, and the bands at a node in the order of the other side, so that few cross.
    """
    margin = max(round(width * 0.2), 122)
    if not pairs:
        return Streams(width, 0, margin, width - margin)
    written, repeated = Counter[str](), Counter[str]()
    for original, outlet, copies in pairs:
        written[original] += copies
        repeated[outlet] += copies
    left = sorted(written, key=lambda name: (-written[name], name))
    right = sorted(repeated, key=lambda name: (-repeated[name], name))
    scale = max(14.0, 26.0 * max(len(left), len(right))) / sum(written.values())
    originals, left_height = _nodes(left, written, scale)
    outlets, right_height = _nodes(right, repeated, scale)
    streams = _bands(pairs, originals, outlets, scale, (margin + NODE_WIDTH, width - margin - NODE_WIDTH))
    return Streams(width, math.ceil(max(left_height, right_height)), margin, width - margin, originals, outlets, streams)


def _nodes(names: Sequence[str], copies: Mapping[str, int], scale: float) -> tuple[list[Node], float]:
    nodes, y = [], 0.0
    for number, name in enumerate(names):
        height = max(LEAST, copies[name] * scale)
        nodes.append(Node(name, round(y, 1), round(height, 1), copies[name], number % SHADES))
        y += height + GAP
    return nodes, y - GAP


def _bands(
    pairs: Sequence[tuple[str, str, int]], originals: Sequence[Node], outlets: Sequence[Node], scale: float, ends: tuple[int, int]
) -> list[Stream]:
    from_node = {node.name: node for node in originals}
    to_node = {node.name: node for node in outlets}
    places = {(pair[0], pair[1]): pair[2] for pair in pairs}
    starts = _stacked(places, from_node, to_node, scale, side=0)
    stops = _stacked(places, to_node, from_node, scale, side=1)
    x0, x1 = ends
    middle = (x0 + x1) / 2
    streams = []
    for (original, outlet), copies in places.items():
        a, b = starts[original, outlet], stops[original, outlet]
        thick = copies * scale
        path = (
            f"M{x0},{a:.1f} C{middle:.0f},{a:.1f} {middle:.0f},{b:.1f} {x1},{b:.1f} "
            f"L{x1},{b + thick:.1f} C{middle:.0f},{b + thick:.1f} {middle:.0f},{a + thick:.1f} {x0},{a + thick:.1f} Z"
        )
        streams.append(Stream(original, outlet, copies, path, from_node[original].shade))
    return streams


def _stacked(
    places: Mapping[tuple[str, str], int], here: Mapping[str, Node], there: Mapping[str, Node], scale: float, side: int
) -> dict[tuple[str, str], float]:
    """Return where each band begins at its node of one side: stacked, centred, in the order of the other side."""
    found: dict[tuple[str, str], float] = {}
    for name, node in here.items():
        mine = sorted((pair for pair in places if pair[side] == name), key=lambda pair: there[pair[1 - side]].y)
        tops = [0.0]
        for pair in mine:
            tops.append(tops[-1] + places[pair] * scale)
        spare = (node.height - tops[-1]) / 2
        for pair, (top, _) in zip(mine, pairwise(tops), strict=True):
            found[pair] = node.y + spare + top
    return found


@dataclass(frozen=True, slots=True)
class Run:
    """One article of a story: when it appeared after the first, and how it repeats the original ("original" = it is that)."""

    article_id: int
    outlet: str
    lag_seconds: float
    kind: str


@dataclass(frozen=True, slots=True)
class Lane:
    """One article on the line of time."""

    run: Run
    x: float
    y: float
    is_left: bool  # its words stand at the left of its dot: there is no room at the right
    edits: list[float]  # x of each


@dataclass(frozen=True, slots=True)
class Timeline:
    """A story spreading: one lane an article, time to the right."""

    width: int
    height: int
    left: int
    lanes: list[Lane] = field(default_factory=list)
    ticks: list[tuple[float, int]] = field(default_factory=list)  # (x, seconds)


_MINUTE, _HOUR, _DAY = 60, 3600, 86_400
_STEPS = (
    *(_MINUTE * n for n in (1, 2, 5, 10, 15, 30)),
    *(_HOUR * n for n in (1, 2, 3, 6, 12)),
    *(_DAY * n for n in (1, 2, 5, 10, 30, 90, 365, 3650)),
)
LANE = 34


def timeline_of(runs: Sequence[Run], edits: Sequence[tuple[int, float]], *, width: int) -> Timeline:
    """Lay out a story's articles, the first at the top.

    Args:
        runs: In order of appearance.
        edits: (article_id, seconds after the first article appeared) of each change seen later.
        width: Of the chart, pixels.

    """
    left, right, turn = (180, 44, 0.8) if width > 500 else (8, 12, 0.4)
    latest = max([run.lag_seconds for run in runs] + [seconds for _, seconds in edits] + [_MINUTE])
    room = width - left - right
    step = next((step for step in _STEPS if latest / step <= width / 150), _STEPS[-1])

    def x(seconds: float) -> float:
        return round(left + room * min(max(seconds, 0) / latest, 1), 1)

    lanes = []
    for number, run in enumerate(runs):
        seen = [x(seconds) for article_id, seconds in edits if article_id == run.article_id]
        lanes.append(Lane(run, x(run.lag_seconds), 26 + number * LANE, x(run.lag_seconds) > left + room * turn, seen))
    ticks = [(x(seconds), seconds) for seconds in range(0, int(latest) + 1, step)]
    return Timeline(width, 26 + len(runs) * LANE + BELOW, left, lanes, ticks)
