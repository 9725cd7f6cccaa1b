"""What the operator says of a feed -> its subscription and rhythm as he wants them. Pure.

Each decision of the rhythm has its word here: the interval (and with it what the publisher hints at), muting, the silence after
410 and after failures, and where a permanent redirect leads. Retry-After alone is not for us to overrule.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta

from extractors.records import Feed, Rhythm
from extractors.schedule import MOVED_AFTER_SIGHTINGS


@dataclass(frozen=True, slots=True)
class Override:
    """What to change; what is None or False stays as it is."""

    interval_seconds: int | None = None  # poll like a clock
    is_adaptive: bool = False  # the feed's own rhythm again
    is_muted: bool | None = None
    is_again: bool = False  # due at once; failures, 410 and distrust of its validators are forgotten
    address: str | None = None  # ask there, as after a believed 301
    is_own_address: bool = False  # ask at the subscribed address; what it was moved to is forgotten


def overridden(feed: Feed, rhythm: Rhythm, override: Override, now: datetime) -> tuple[Feed, Rhythm]:
    """Apply an override. A feed polled like a clock keeps what it has learnt for the day it is adaptive again."""
    if override.interval_seconds is not None:
        feed = replace(feed, interval_seconds=override.interval_seconds)
        soonest = (rhythm.polled_at or now) + timedelta(seconds=override.interval_seconds)
        if rhythm.next_poll_at is not None:
            rhythm = replace(rhythm, next_poll_at=min(rhythm.next_poll_at, max(soonest, now)))
        rhythm = replace(rhythm, interval_seconds=override.interval_seconds)
    if override.is_adaptive:
        feed = replace(feed, interval_seconds=None)
    if override.is_muted is not None:
        feed = replace(feed, is_muted=override.is_muted)
    if override.address is not None:
        rhythm = replace(rhythm, moved_to=override.address, moved_sightings=MOVED_AFTER_SIGHTINGS)
    if override.is_own_address:
        rhythm = replace(rhythm, moved_to=None, moved_sightings=0)
    if override.is_again:
        rhythm = replace(
            rhythm, next_poll_at=None, failures=0.0, last_error=None, is_gone=False, distrusts_validators=False, etag=None,
            last_modified=None, body_hash=None,
        )  # fmt: skip
    return feed, rhythm


def polled_under(planned: Rhythm, current: Rhythm, polled: Rhythm) -> Rhythm:
    """Return what to remember of a feed that was overruled while it was being polled: the operator's word stands.

    Args:
        planned: What the poll began with.
        current: What stands now.
        polled: What the poll makes of `planned`, by the subscription as it is now. It decides the next time, unless the operator
            wants the feed to be asked again at once.

    """
    said = {field.name: getattr(current, field.name) for field in fields(Rhythm)}
    told = {name: value for name, value in said.items() if value != getattr(planned, name)}
    if told.get("next_poll_at") is not None:
        del told["next_poll_at"]
    told.pop("interval_seconds", None)
    return replace(polled, **told)
