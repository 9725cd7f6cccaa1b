"""When a story was published and what its page shows in, the day that the outlet itself puts on it out, in the outlet's own zone.

`published_at` is an instant: at 22:00 UTC it is tomorrow in Sydney and still noon in Los Angeles. People cite the day they read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Final

from extractors.pages.moments import Claim
from extractors.pages.written import MAX_LABEL_CHARS, Day, days_in, says_changed

EASTMOST, WESTMOST = timedelta(hours=14), timedelta(hours=12)
"""Zones of the world: the Line Islands, Baker Island."""

UNCLAIMED: Final = 9
"""Rank of a day that no witness knows of, right below the headline: on both such pages of the tuning halves it is the label's."""

_AS_WRITTEN = re.compile(
    r"(?P<year>\d{4})[-/](?P<month>\d{1,2})[-/](?P<day>\d{1,2})(?P<clock>[T ]\d{2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?)?"
    r"\s*(?P<zone>Z|UTC|GMT|[+-]\d{2}:?\d{2})?"
)
_FIRST = re.compile(
    r"publi[chéks]|pubblicat|posted|created|original|veröffentlicht|erschienen|erstellt|geplaatst|gepubliceerd|julkaistu|"
    r"опубликован|δημοσι|yayın|发布|發布|发表|發表",
    re.IGNORECASE,
)
_OTHERWISE = re.compile(
    r"joined|member since|registri|mitglied seit|geboren|born|†|\*|since|seit\b|depuis|desde|until|\bbis\b|©|copyright|issue|"
    r"ausgabe",
    re.IGNORECASE,
)
"""Such days are of people, events and rights."""


def day_of(
    published: Claim | None,
    modified: Claim | None,
    claims: Iterable[Claim],
    *,
    top: Sequence[str],
    around: Sequence[str],
    in_url: datetime | None,
) -> tuple[date | None, str | None]:
    """Choose the day that an outlet puts on its story.

    Args:
        published: When it was published, by the best witness.
        modified: When it was last changed.
        claims: All that say when it was published: some write the outlet's offset, some UTC.
        top: Short lines between headline and text, in page order.
        around: Other lines that may hold the day.
        in_url: The day in its address.

    Returns:
        The day, and its witness: "shown" (readers see it at the head of the story), "declared" (a date with an offset, or without
        a zone), "url", "zone" (another date on the page tells the outlet's offset), "published_at" (its day in UTC). None: no
        date is known.

    """
    if published is None:
        return None, None
    if published.source in {"text", "htmldate"}:
        return published.moment.date(), "shown"
    known = list(claims)
    witnesses = [published, *([modified] if modified else []), *_of_this_story(known)]
    ranked = [(rank, day.day) for day in _labelled_days(around) if (rank := _rank(day, published, witnesses)) is not None]
    ranked += [
        (UNCLAIMED if rank is None else rank, day.day)
        for day in _labelled_days(top)
        if (rank := _rank(day, published, witnesses)) is not None or (not day.is_vague and not _OTHERWISE.search(day.label))
    ]
    if ranked:
        return min(ranked, key=lambda found: found[0])[1], "shown"
    return _unshown(published, known, modified, in_url)


def says_published(line: str) -> bool:
    """Tell a line that says when the story was published, and not (only) when it was changed."""
    return _FIRST.search(line) is not None and any(char.isdigit() for char in line)


def says_when(line: str) -> bool:
    """Tell a line that says when its story appeared or was changed from a sentence, or caption, with a day in it."""
    return says_published(line) or says_changed(line)


def _rank(day: Day, published: Claim, witnesses: Sequence[Claim]) -> int | None:
    """Rank a day that is shown: that of publication before that of the last change; None: no witness knows of it."""
    is_first, is_changed = _FIRST.search(day.label) is not None, says_changed(day.label)
    if _may_be(day.day, published) and (is_first or not is_changed):
        return 0 if is_first else 1 if day.day == _day_written(published) else 2
    return 3 if any(_may_be(day.day, claim) for claim in witnesses) else None


def _of_this_story(claims: Sequence[Claim]) -> list[Claim]:
    """Leave out all `time` elements but the first: later ones are of other stories."""
    times = [claim for claim in claims if claim.source == "time"]
    return [claim for claim in claims if claim.source != "time"] + times[:1]


def _unshown(published: Claim, claims: Sequence[Claim], modified: Claim | None, in_url: datetime | None) -> tuple[date, str]:
    """Work out the day from what machines are told."""
    same = [published, *(claim for claim in claims if abs(claim.moment - published.moment) < timedelta(minutes=1))]
    if (day := next((day for claim in same if (day := _local_day(claim)) is not None), None)) is not None:
        return day, "declared"
    if in_url is not None and _may_be(in_url.date(), published):
        return in_url.date(), "url"
    others = [*claims, *([modified] if modified else [])]
    if (offset := next((found for claim in others if (found := _offset(claim.written))), None)) is not None:
        return (published.moment + offset).date(), "zone"
    return published.moment.date(), "published_at"


def _labelled_days(lines: Sequence[str]) -> Iterator[Day]:
    """Yield the days of the lines; a line that is nothing but a label speaks of the next."""
    label = ""
    for line in lines:
        if not any(char.isdigit() for char in line):
            label = line if len(line) <= MAX_LABEL_CHARS else ""
            continue
        for day in days_in(line):
            yield Day(day.day, day.label if day.label.strip() else label, day.is_vague)
            label = ""


def _may_be(day: date, claim: Claim) -> bool:
    """Tell whether it was that day at that moment: in the zone it is written with or in UTC, else somewhere in the world."""
    if (written := _local_day(claim)) is not None:
        return day in {written, claim.moment.date()}
    return (claim.moment - WESTMOST).date() <= day <= (claim.moment + EASTMOST).date()


def _local_day(claim: Claim) -> date | None:
    """Return the day as written, if it is written with an offset of its own or without a zone."""
    match = _AS_WRITTEN.match(claim.written.strip())
    if match is None or (match["clock"] and match["zone"] and _offset(claim.written) is None):
        return None
    return _day_written(claim)


def _day_written(claim: Claim) -> date:
    match = _AS_WRITTEN.match(claim.written.strip())
    if match is None:
        return claim.moment.date()
    try:
        return date(int(match["year"]), int(match["month"]), int(match["day"]))
    except ValueError:
        return claim.moment.date()


def _offset(written: str) -> timedelta | None:
    """Return the offset from UTC that a date is written with; None: UTC, or none."""
    match = _AS_WRITTEN.match(written.strip())
    if match is None or not match["zone"] or match["zone"][0] not in "+-":
        return None
    digits = match["zone"][1:].replace(":", "")
    offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return (offset if match["zone"][0] == "+" else -offset) if timedelta() < offset <= EASTMOST else None
