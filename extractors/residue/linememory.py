"""Sightings of lines in, memory of an outlet's recurring lines out: what an outlet prints under every story is no journalism.

Pure: the memory is a list of plain records that the caller keeps (the warehouse's `state` schema) and hands in again.
A line counts once a *story*, not once an article: articles whose sketches overlap are one story, so that a widely copied or often
updated story cannot delete itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import blake2b

from extractors.records import Block

SKETCH_SIZE = 8
"""Bottom-k sketch of the article's word 5-grams: 8 values tell a copy (Jaccard > .5) from two stories (< .1)."""
SAME_STORY_OVERLAP = 4
SKETCHED_CHARS = 80
"""Shorter lines are where habits live; they must not make two stories look like one."""
STORIES_TO_LEARN = 3
"""A true one-line paragraph may stand in a story and its follow-up ("He denies the charges."); a third story is a habit."""
MAX_SKETCHES = 6
MAX_LINE_CHARS = 400
"""Longer recurring paragraphs exist (disclaimers), but then every paragraph of every story would cost a row."""
HALF_LIFE = timedelta(days=45)
FORGET_AFTER = timedelta(days=21)
"""A line of one story only is forgotten after three weeks: memory grows with habits, not with articles."""
LONE_LINES_KEPT = 5000

_WORD = re.compile(r"\w+")
_DIGITS = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class LineSighting:
    """One line of one article, as the memory wants to know it."""

    outlet: str
    line_key: int  # 63 bits, of the line's shape: lower case, digits as 0, punctuation gone
    text: str
    article_id: int
    sketch: tuple[int, ...]  # of the whole article, to tell stories apart
    seen_at: datetime


@dataclass(frozen=True, slots=True)
class LineRecord:
    """What is remembered of one line of one outlet; grain (outlet, line_key)."""

    outlet: str
    line_key: int
    text: str  # as last seen, for people
    stories: float  # distinct stories it stood in, halved every `HALF_LIFE` without a sighting
    sketches: tuple[tuple[int, ...], ...]  # of the latest stories
    first_seen_at: datetime
    last_seen_at: datetime


def shape_of(line: str) -> str:
    """Reduce a line to what stays the same from page to page: "4 min read" and "12 min read" have one shape."""
    return _DIGITS.sub("0", " ".join(_WORD.findall(line.casefold())))


def line_key_of(line: str) -> int:
    """Hash a line's shape to 63 bits."""
    return int.from_bytes(blake2b(shape_of(line).encode("utf-8", "replace"), digest_size=8).digest(), "big") >> 1


def sketch_of(blocks: Iterable[Block]) -> tuple[int, ...]:
    """Sketch an article: the `SKETCH_SIZE` smallest hashes of the word 5-grams of its paragraphs, sorted."""
    blocks = list(blocks)
    long = [block.text for block in blocks if len(block.text) >= SKETCHED_CHARS and block.role is None]
    words = _WORD.findall(" ".join(long or [block.text for block in blocks]).casefold())
    grams = {" ".join(words[i : i + 5]) for i in range(max(1, len(words) - 4))}
    hashes = sorted(
        int.from_bytes(blake2b(gram.encode("utf-8", "replace"), digest_size=8).digest(), "big") >> 1 for gram in grams
    )
    return tuple(hashes[:SKETCH_SIZE])


def is_same_story(one: tuple[int, ...], other: tuple[int, ...]) -> bool:
    """Tell whether two sketches are of one story (copy, update, revision)."""
    return len(set(one) & set(other)) >= min(SAME_STORY_OVERLAP, len(one), len(other))


class LineMemory:
    """Recurring lines by outlet, ready to be asked. Immutable: `remember` returns new records."""

    __slots__ = ("_records",)

    def __init__(self, records: Iterable[LineRecord] = ()) -> None:
        self._records: Mapping[tuple[str, int], LineRecord] = {(r.outlet, r.line_key): r for r in records}

    def __len__(self) -> int:
        return len(self._records)

    def __iter__(self) -> Iterator[LineRecord]:
        return iter(self._records.values())

    def get(self, outlet: str, line_key: int) -> LineRecord | None:
        """Return what is remembered of a line; None: never seen."""
        return self._records.get((outlet, line_key))

    def stories_with(self, outlet: str, line: str, sketch: tuple[int, ...] = ()) -> int:
        """Count the *other* stories of an outlet that had this line.

        Args:
            outlet: The outlet the line was read at.
            line: The line as written.
            sketch: The asking article's own; its earlier versions are not counted against it.

        """
        record = self._records.get((outlet, line_key_of(line)))
        if record is None:
            return 0
        own = sum(is_same_story(sketch, known) for known in record.sketches) if sketch else 0
        return max(0, round(record.stories) - own)


def remember(memory: LineMemory, sightings: Iterable[LineSighting]) -> list[LineRecord]:
    """Fold sightings into the memory.

    Args:
        memory: What was known before; not changed.
        sightings: Of any number of articles, in any order; seeing the same article twice changes nothing but `last_seen_at`.

    Returns:
        The changed and the new records only, one a (outlet, line_key): upsert them.

    """
    changed: dict[tuple[str, int], LineRecord] = {}
    # By article, not by time: which of a batch's pages came first is the network's whim, and must not decide what is counted.
    for seen in sorted(sightings, key=lambda s: (s.article_id, s.seen_at, s.line_key)):
        key = (seen.outlet, seen.line_key)
        record = changed.get(key) or memory.get(*key)
        changed[key] = _folded(record, seen)
    return list(changed.values())


def forgettable(memory: LineMemory, now: datetime) -> list[LineRecord]:
    """List the records not worth keeping: lines of one story after `FORGET_AFTER`, habits that have decayed below one story."""
    return [
        record
        for record in memory
        if (record.stories < 1.5 and now - record.last_seen_at > FORGET_AFTER) or _decayed(record, now) < 0.5
    ]


def _decayed(record: LineRecord, now: datetime) -> float:
    idle = max(timedelta(), now - record.last_seen_at)
    return float(record.stories * 0.5 ** (idle / HALF_LIFE))


def _folded(record: LineRecord | None, seen: LineSighting) -> LineRecord:
    if record is None:
        return LineRecord(seen.outlet, seen.line_key, seen.text[:MAX_LINE_CHARS], 1.0, (seen.sketch,), seen.seen_at, seen.seen_at)
    last_seen_at = max(record.last_seen_at, seen.seen_at)
    if any(is_same_story(seen.sketch, known) for known in record.sketches):
        return replace(record, last_seen_at=last_seen_at)
    return replace(
        record,
        text=seen.text[:MAX_LINE_CHARS],
        stories=min(_decayed(record, seen.seen_at) + 1.0, 1000.0),
        sketches=(*record.sketches, seen.sketch)[-MAX_SKETCHES:],
        last_seen_at=last_seen_at,
    )
