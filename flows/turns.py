"""Whose turn is it at a publisher, among workers on several machines? Global concurrency limits of the Prefect server say it.

On one machine `extractors.fetch.turns` does this with files, far cheaper (docs/bench/scale.md). A registrable domain is a limit
of one slot, made when it is first asked for. The slot is leased until the request is over and the spacing after it was sent has
passed. A lease whose worker has died ends by itself.
"""

from __future__ import annotations

import asyncio
import os
import random
import threading
import time
from collections.abc import AsyncIterator, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from functools import lru_cache
from http import HTTPStatus
from typing import TYPE_CHECKING
from uuid import UUID

import httpx

from flows.errors import SettingsInvalid

if TYPE_CHECKING:
    from prefect.client.orchestration import SyncPrefectClient

LEASE_SECONDS = 60.0
"""The shortest that Prefect grants; a request and its redirects are over by then."""
PATIENCE_SECONDS = 120.0
"""Without a server for so long, a request goes out after the spacing of its own process: the others have no work either."""
_TRIES_A_SPACING = 4
"""A slot that is given back wakes nobody up: whoever waits asks again, at the price of some 20 ms of the server's CPU."""


@dataclass(frozen=True, slots=True)
class ServerTurns:
    """Turns among all processes that talk to one Prefect server. One request at a time goes to a domain."""

    prefix: str = "newsloom:"

    @asynccontextmanager
    async def turn(self, spacings: Mapping[str, float], concurrency: int) -> AsyncIterator[Callable[[], None]]:  # noqa: ARG002 - one at a time is no more than was asked for
        """Wait for one's turn."""
        domain, spacing = next(iter(spacings)), max(spacings.values())
        sent_at: list[float] = []
        lease = await self._leased(self.prefix + domain, spacing)
        try:
            yield lambda: sent_at.append(time.monotonic())
        finally:
            if lease is not None:
                done_at = sent_at[0] if sent_at else time.monotonic()
                giving_back = threading.Timer(max(0.0, done_at + spacing - time.monotonic()), give_back, [lease])
                giving_back.daemon = spacing > 10  # a short one is waited for at the end of the process
                giving_back.start()

    async def _leased(self, name: str, spacing: float) -> UUID | None:
        give_up_at: float | None = None
        while True:
            try:
                lease = await asyncio.get_running_loop().run_in_executor(_threads(), lease_of, name, LEASE_SECONDS + spacing)
                give_up_at = None
                wait = spacing / _TRIES_A_SPACING
            except httpx.HTTPError:  # the server is away, or busy beyond its time-out
                give_up_at = give_up_at or time.monotonic() + PATIENCE_SECONDS
                if time.monotonic() > give_up_at:
                    return None
                lease, wait = None, 2.0
            if lease is not None:
                return lease
            await asyncio.sleep(wait * random.uniform(0.5, 1.0))  # noqa: S311 - fairness, no secret


def lease_of(name: str, seconds: float) -> UUID | None:
    """Lease a limit's only slot; None where somebody has it.

    Raises:
        httpx.HTTPError: The server cannot be asked.

    """
    client = _client()
    try:
        answer = client.increment_concurrency_slots_with_lease([name], 1, "concurrency", seconds).json()
    except httpx.HTTPStatusError as error:
        if error.response.status_code == HTTPStatus.LOCKED:
            return None
        raise
    if not answer["limits"]:
        _make(client, name)
        return None
    return UUID(answer["lease_id"])


def _make(client: SyncPrefectClient, name: str) -> None:
    from prefect.client.schemas.actions import GlobalConcurrencyLimitCreate  # noqa: PLC0415 - Prefect takes seconds to import
    from prefect.exceptions import ObjectAlreadyExists  # noqa: PLC0415 - the same

    with suppress(ObjectAlreadyExists):  # another worker was faster
        client.create_global_concurrency_limit(GlobalConcurrencyLimitCreate(name=name, limit=1))


def give_back(lease: UUID) -> None:
    """Give a slot back; where the server is away, its lease ends by itself."""
    with suppress(httpx.HTTPError):
        _client().release_concurrency_slots_with_lease(lease)


@lru_cache(maxsize=1)
def _client() -> SyncPrefectClient:
    """Return this process's client: making one costs a TLS context and a look at the server's version.

    Raises:
        SettingsInvalid: There is no server to ask; an embedded one knows of no other process.

    """
    if "PREFECT_API_URL" not in os.environ:
        raise SettingsInvalid("NEWSLOOM_PACING=server needs PREFECT_API_URL: the server that all workers share")
    from prefect.client.orchestration import get_client  # noqa: PLC0415 - Prefect takes seconds to import

    return get_client(sync_client=True).__enter__()  # for as long as the process lives


@lru_cache(maxsize=1)
def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(4, thread_name_prefix="turns")
