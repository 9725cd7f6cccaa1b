"""What there is to fetch in a run, cut into batches that visit many hosts at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from extractors.records import Entry, Request, Validators
from extractors.urls import canonical_url, host_of, registrable_domain
from warehouse.rechecks import Recheck


@dataclass(frozen=True, slots=True)
class PageWork:
    """One page to fetch: for an entry, or to look at an article again. `item` names it in `outcomes`."""

    item: str
    request: Request
    entry: Entry | None = None
    recheck: Recheck | None = None

    @property
    def feed_url(self) -> str | None:
        """The feed that announced it."""
        return self.entry.feed_url if self.entry else None


def work_for_entry(entry: Entry) -> PageWork | None:
    """Return the work that an entry means; None where it names no page."""
    if entry.url is None:
        return None
    item = entry.canonical_url or canonical_url(entry.url)
    return PageWork(item, Request(entry.url, item_id=item), entry=entry)


def work_for_recheck(recheck: Recheck) -> PageWork:
    """Return the conditional request that looks at an article again."""
    validators = Validators(recheck.etag, recheck.last_modified, recheck.body_hash)
    return PageWork(recheck.url, Request(recheck.url, validators, item_id=recheck.url), recheck=recheck)


def batches_of(work: Iterable[PageWork], size: int) -> list[list[PageWork]]:
    """Cut work into batches by taking one page of each registrable domain in turn.

    A domain gives one page every few seconds. Taken in turns, the domains of a batch wait at the same time, and a run lasts
    about as long as its largest domain alone.
    """
    lanes: dict[str, list[PageWork]] = {}
    for item in work:
        lanes.setdefault(registrable_domain(host_of(item.request.url)), []).append(item)
    turns: list[PageWork] = []
    queues: Sequence[list[PageWork]] = list(lanes.values())
    longest = max(map(len, queues), default=0)
    for turn in range(longest):
        turns += [queue[turn] for queue in queues if turn < len(queue)]
    return [turns[start : start + size] for start in range(0, len(turns), size)]
