"""Failures of many hosts at once -> our own network is down: it counts against nobody. The fetcher tells what happened when."""

from __future__ import annotations

import socket
from collections.abc import Iterable
from dataclasses import dataclass, replace

from extractors.records import Page, PageOutcome

MIN_DOMAINS = 3
"""Failures on so many registrable domains, with not one connection made meanwhile, are ours. Dead hosts are a few per cent of a
list: three in a row by chance are one in 10,000, and the price of a mistake is one failure not counted."""
GIVE_UP_DOMAINS = 20
"""After so many the rest of the batch is not tried: 2,000 feeds at 10 s each would take minutes to learn the same."""

_SUSPICIOUS = {PageOutcome.CONNECT_FAILED, PageOutcome.DNS_FAILED, PageOutcome.TIMED_OUT}


@dataclass(frozen=True, slots=True)
class _Suspect:
    page: Page
    domain: str
    began: float


class OfflineWatch:
    """Holds back failures until a connection to any host shows that the network was up while they happened."""

    def __init__(self) -> None:
        self._suspects: list[_Suspect] = []

    @property
    def is_hopeless(self) -> bool:
        """Whether asking on makes no sense."""
        return len(self._domains()) >= GIVE_UP_DOMAINS

    def judge(self, page: Page, domain: str, began: float, *, is_blamed_on_known_host: bool = False) -> list[Page]:
        """Take in one page; give back those whose outcome is certain by now.

        Args:
            page: What became of one request.
            domain: Registrable domain of its URL.
            began: When its attempt began (monotonic seconds).
            is_blamed_on_known_host: A HOST_DOWN that rests on a failure of an earlier run: certain.

        """
        if page.outcome in _SUSPICIOUS:
            self._suspects.append(_Suspect(page, domain, began))
            return []
        if page.outcome is PageOutcome.HOST_DOWN and not is_blamed_on_known_host and domain in self._domains():
            self._suspects.append(_Suspect(page, domain, began))
            return []
        return [page]

    def reached(self, at: float) -> list[Page]:
        """Some host was reached at a time: give back the failures that began before."""
        cleared = [suspect.page for suspect in self._suspects if suspect.began <= at]
        self._suspects = [suspect for suspect in self._suspects if suspect.began > at]
        return cleared

    def settle(self, *, has_route: bool) -> list[Page]:
        """Decide on what is still held at the end of a batch."""
        suspects, is_offline = self._suspects, not has_route or len(self._domains()) >= MIN_DOMAINS
        self._suspects = []
        return [as_offline(suspect.page) if is_offline else suspect.page for suspect in suspects]

    def _domains(self) -> set[str]:
        return {suspect.domain for suspect in self._suspects}


def as_offline(page: Page) -> Page:
    """Return the page with the blame taken from the host."""
    return replace(page, outcome=PageOutcome.OFFLINE, detail=f"our own network is down ({page.outcome}: {page.detail})")


def has_route(
    probes: Iterable[tuple[socket.AddressFamily, str]] = ((socket.AF_INET, "1.1.1.1"), (socket.AF_INET6, "2606:4700::1111")),
) -> bool:
    """Ask the kernel whether any route leads out; connecting a datagram socket sends no packet."""
    for family, address in probes:
        try:
            with socket.socket(family, socket.SOCK_DGRAM) as probe:
                probe.connect((address, 9))
        except OSError:
            continue
        return True
    return False
