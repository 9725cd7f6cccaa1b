"""How much of one host a run asks for: as many pages as its spacing lets through in the minutes that a run gives to it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from urllib.parse import urlsplit

from extractors.fetch.hosts import LONGEST_CRAWL_DELAY_SECONDS
from extractors.fetch.robots import RobotsFile, crawl_delay_of
from extractors.urls import host_of, registrable_domain
from warehouse.shares import ALL, Share, ShareOf


def pages_in(minutes: float, spacing_seconds: float) -> int:
    """Return how many pages of one host come in so many minutes; at least one."""
    return max(1, int(minutes * 60 / spacing_seconds)) if spacing_seconds else ALL


def shares_of(minutes: float, spacing_seconds: float, robots: Iterable[RobotsFile], product: str) -> ShareOf:
    """Return what gives each host its share of a run.

    Args:
        minutes: That a run gives to one host, or to all hosts of one domain.
        spacing_seconds: Between two requests to either.
        robots: The files that are known: a host that asks for a longer delay has a smaller share.
        product: Our name in them.

    """
    delays = _delays_of(robots, product)
    of_domain = pages_in(minutes, spacing_seconds)

    def share_of(netloc: str) -> Share:
        host = host_of(f"http://{netloc}")
        slower = max(spacing_seconds, min(delays.get(host, 0.0), LONGEST_CRAWL_DELAY_SECONDS))
        return Share(netloc, registrable_domain(host), pages_in(minutes, slower), of_domain) if host else Share(netloc, netloc)

    return share_of


def _delays_of(robots: Iterable[RobotsFile], product: str) -> Mapping[str, float]:
    """Return the longest delay that a host asks for; reading a file costs a millisecond, and few name one."""
    slow = (file for file in robots if file.text and any(word in file.text.lower() for word in ("crawl-delay", "request-rate")))
    delays: dict[str, float] = {}
    for file in slow:
        host = host_of(file.origin)
        delays[host] = max(delays.get(host, 0.0), crawl_delay_of(file, product))
    return delays


class Budget:
    """What is left of the shares while a plan is made."""

    def __init__(self, share_of: ShareOf) -> None:
        self._share_of = share_of
        self._taken: Counter[str] = Counter()

    def take(self, url: str) -> bool:
        """Take one page of a URL's host, if there is one left to take."""
        share = self._share_of(urlsplit(url).netloc.rpartition("@")[2].lower())
        keys = {f"//{share.netloc}": share.of_host, share.domain: share.of_domain}
        if any(self._taken[key] >= most for key, most in keys.items()):
            return False
        self._taken.update(keys.keys())
        return True
