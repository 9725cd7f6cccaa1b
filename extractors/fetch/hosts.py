"""When may a host be asked next? Spacing, concurrency, holds and the circuit breaker, for each host and each registrable domain.

Spacing counts from the sending of one request's header to the sending of the next one's: a slow connect brings no two together.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from extractors.fetch.turns import Turns
from extractors.headers import MAX_RETRY_AFTER
from extractors.records import PageOutcome

DOWN_FOR = timedelta(minutes=10)
"""How long a host that could not be reached is left alone (story-indexer's figure); doubles each time."""
MAX_DOWN_FOR = timedelta(hours=2)
SLOW_ANSWERS_TO_OPEN = 3
"""Time-outs in a row after which a host counts as down; a single slow answer says nothing."""
DEFAULT_HOLD = timedelta(minutes=1)
"""After 429 without Retry-After; doubles each time, up to `MAX_HOLD`."""
MAX_HOLD = timedelta(hours=1)
LONGEST_CRAWL_DELAY_SECONDS = 120.0
"""Longer ones are cut, as news-crawl does ."""

_UNREACHABLE = {PageOutcome.CONNECT_FAILED, PageOutcome.DNS_FAILED, PageOutcome.TLS_FAILED}
_NOT_ASKED = {PageOutcome.HOST_DOWN, PageOutcome.OFFLINE, PageOutcome.ROBOTS, PageOutcome.BAD_URL, PageOutcome.ADDRESS_REFUSED}


@dataclass(frozen=True, slots=True)
class HostRecord:
    """What is remembered of a host between runs."""

    host: str
    held_until: datetime | None = None  # 429 or 503: asked nothing until then
    holds: int = 0  # in a row
    down_until: datetime | None = None  # circuit breaker open
    downs: int = 0  # in a row
    slow_answers: int = 0  # in a row


def after_answer(record: HostRecord, outcome: PageOutcome, retry_after_at: datetime | None, now: datetime) -> HostRecord:
    """Return what to remember of a host after one exchange with it. Pure."""
    if outcome in _NOT_ASKED:
        return record
    if outcome is PageOutcome.RATE_LIMITED:
        wait = min(DEFAULT_HOLD * 2 ** min(record.holds, 10), MAX_HOLD)
        own = now + wait
        until = own if retry_after_at is None else max(retry_after_at, own) if record.holds else retry_after_at
        return HostRecord(record.host, held_until=until, holds=record.holds + 1)
    slow = record.slow_answers + 1 if outcome is PageOutcome.TIMED_OUT else 0
    if outcome in _UNREACHABLE or slow >= SLOW_ANSWERS_TO_OPEN:
        wait = min(DOWN_FOR * 2 ** min(record.downs, 10), MAX_DOWN_FOR)
        return HostRecord(record.host, down_until=now + wait, downs=record.downs + 1)
    return HostRecord(record.host, slow_answers=slow, downs=record.downs if slow else 0)


def believable(record: HostRecord, now: datetime) -> HostRecord:
    """Return a record without a wait that is longer than any we impose: a clock that was put back since has written it. Pure."""
    held, down = record.held_until, record.down_until
    return replace(
        record,
        held_until=None if held is not None and held > now + MAX_RETRY_AFTER else held,
        down_until=None if down is not None and down > now + MAX_DOWN_FOR else down,
    )


@dataclass(slots=True)
class _Gate:
    """One key's door: `turns` lets so many in at once, `door` is held from one's turn until its request is sent."""

    turns: asyncio.Semaphore
    key: str
    door: asyncio.Lock = field(default_factory=asyncio.Lock)
    users: int = 0


class Slot:
    """One's turn at a host. Call `sent()` when the request header is on the wire."""

    def __init__(
        self, gates: list[_Gate], last_sent: dict[str, float], clock: Callable[[], float], tell_others: Callable[[], None]
    ) -> None:
        self._gates = gates
        self._tell_others = tell_others
        self._last_sent = last_sent
        self._clock = clock
        self._is_sent = False

    def sent(self) -> None:
        """Note the time and let the next one start counting."""
        if self._is_sent:
            return
        self._is_sent = True
        now = self._clock()
        self._tell_others()
        for gate in self._gates:
            self._last_sent[gate.key] = now
            gate.door.release()


def _nobody_else() -> None:
    """There is no other process to tell."""


class Hosts:
    """Doors to hosts. Belongs to one event loop.

    Args:
        spacing_seconds: Between requests, for each host and each registrable domain.
        concurrency: Requests under way at once, the same.
        last_sent: When each was asked last, by `clock`; outlives the event loop, so that the next one keeps the spacing.
        clock: Monotonic seconds.
        turns: Keeps spacing and concurrency among processes, too; none where a host needs no spacing.

    """

    def __init__(
        self,
        spacing_seconds: float,
        concurrency: int,
        last_sent: dict[str, float],
        clock: Callable[[], float],
        turns: Turns | None = None,
    ) -> None:
        self._last_sent = last_sent
        self._turns = turns
        self._spacing = spacing_seconds
        self._concurrency = concurrency
        self._clock = clock
        self._gates: dict[str, _Gate] = {}

    @asynccontextmanager
    async def slot(self, host: str, domain: str, crawl_delay_seconds: float = 0.0) -> AsyncIterator[Slot]:
        """Wait for one's turn at a host and its registrable domain, first come first served.

        Args:
            host: Its own spacing is the crawl-delay where that is longer.
            domain: Shares the common spacing and the limit of concurrent requests.
            crawl_delay_seconds: What robots.txt asks for; cut at `LONGEST_CRAWL_DELAY_SECONDS`.

        """
        spacings = {domain: self._spacing}
        spacings[f"//{host}"] = max(self._spacing, min(crawl_delay_seconds, LONGEST_CRAWL_DELAY_SECONDS))
        gates = [self._gate(key) for key in spacings]  # domain before host, always: no deadlock
        async with AsyncExitStack() as stack:
            for gate in gates:
                gate.users += 1
                stack.callback(self._leave, gate)
            for gate in gates:
                await stack.enter_async_context(gate.turns)
            doors = await stack.enter_async_context(AsyncExitStack())
            for gate in gates:
                await gate.door.acquire()
                doors.callback(gate.door.release)
            await self._wait_for_spacing(gates, list(spacings.values()))
            tell_others = await self._turn_among_processes(stack, domain, spacings)
            doors.pop_all()  # from here on the slot opens them
            slot = Slot(gates, self._last_sent, self._clock, tell_others)
            stack.callback(slot.sent)  # a request that never went out still counts: the host saw the attempt
            yield slot

    async def _turn_among_processes(self, stack: AsyncExitStack, domain: str, spacings: dict[str, float]) -> Callable[[], None]:
        """Wait for the other processes; a host's own key is shared with them only where it is kept longer than its domain's."""
        shared = {key: spacing for key, spacing in spacings.items() if key == domain or spacing > self._spacing}
        if self._turns is None or not any(shared.values()):
            return _nobody_else
        return await stack.enter_async_context(self._turns.turn(shared, self._concurrency))

    async def _wait_for_spacing(self, gates: list[_Gate], spacings: list[float]) -> None:
        ready = max(self._last_sent.get(gate.key, float("-inf")) + spacing for gate, spacing in zip(gates, spacings, strict=True))
        await asyncio.sleep(max(0.0, ready - self._clock()))

    def _gate(self, key: str) -> _Gate:
        gate = self._gates.get(key)
        if gate is None:
            gate = self._gates[key] = _Gate(asyncio.Semaphore(self._concurrency), key)
        return gate

    def _leave(self, gate: _Gate) -> None:
        gate.users -= 1

    def forget_idle(self, older_than_seconds: float = 600.0) -> None:
        """Drop the doors nobody uses, so that a long-lived fetcher stays small."""
        limit = self._clock() - max(older_than_seconds, self._spacing, LONGEST_CRAWL_DELAY_SECONDS)
        for key in [
            key for key, at in self._last_sent.items() if at < limit and not (key in self._gates and self._gates[key].users)
        ]:
            del self._last_sent[key]
            self._gates.pop(key, None)
