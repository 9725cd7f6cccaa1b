"""How we behave towards the web, and what we remember of it between runs: settings and memory of `fetch.py`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Self

from extractors.fetch.hosts import HostRecord, believable
from extractors.fetch.robots import LONGEST_CACHE, STALE_LIMIT, RobotsFile
from extractors.fetch.turns import Turns

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class FetchSettings:
    """How we behave towards the web. The defaults are the strictest figures found among the peers (docs/decisions/fetch.md)."""

    contact: str | None = None  # a URL or a mail address where a publisher reaches the operator; goes into the user agent
    user_agent: str | None = None  # None: "newsloom/0.1 (+contact)"; robots.txt is read for what stands before the slash
    host_spacing_seconds: float = 5.0  # header to header, for each host and each registrable domain
    host_concurrency: int = 2  # requests under way at once, the same
    connect_timeout_seconds: float = 10.0  # DNS, TCP; TLS has as much again
    total_timeout_seconds: float = 30.0  # all exchanges of one request, waiting for one's turn not counted
    host_seconds: float | None = None  # for the pages of a host that asks for more than our spacing; None: as long as it takes
    max_redirects: int = 5
    max_feed_bytes: int = 15 * MIB  # after decompression
    max_page_bytes: int = 10 * MIB  # after decompression
    allow_private_addresses: bool = False
    connect_to: Mapping[str, str] = field(
        default_factory=dict
    )  # "host[:port]" -> "ip[:port]", as curl's --connect-to; not checked
    obey_robots: bool = True
    max_connections: int = 64  # requests under way at once, all hosts together
    ca_file: str | None = None  # certificate authorities to trust instead of the usual ones (intranets, tests)
    addresses: Mapping[str, str] = field(default_factory=dict, repr=False)  # masked address -> the one to ask, with its secrets
    turns: Turns | None = None  # keeps the spacing among processes; None: only among the requests of this one

    @property
    def agent(self) -> str:
        """The user agent on the wire."""
        return self.user_agent or (f"newsloom/0.1 (+{self.contact})" if self.contact else "newsloom/0.1")

    @property
    def product(self) -> str:
        """The name by which robots.txt calls us."""
        return self.agent.partition("/")[0].strip() or "newsloom"


@dataclass(slots=True)
class FetchMemory:
    """What outlives a run: give the same one to the next `Fetcher`, or keep its records and build it anew."""

    hosts: dict[str, HostRecord] = field(default_factory=dict)
    robots: dict[str, RobotsFile] = field(default_factory=dict)
    last_sent: dict[str, float] = field(
        default_factory=dict
    )  # monotonic seconds, by host and by registrable domain; of this process
    pages_asked: dict[str, int] = field(default_factory=dict)  # of each slow host, in this run
    begun_with: Mapping[str, HostRecord] = field(default_factory=dict, compare=False)  # the hosts as they were stored

    @classmethod
    def of(cls, hosts: Iterable[HostRecord] = (), robots_files: Iterable[RobotsFile] = (), now: datetime | None = None) -> Self:
        """Build it from stored records; given `now`, what a clock that ran ahead has written loses its hold."""
        if now is not None:
            hosts = [believable(record, now) for record in hosts]
            robots_files = [replace(file, expires_at=min(file.expires_at, now + LONGEST_CACHE)) for file in robots_files]
        known = {record.host: record for record in hosts}
        return cls(dict(known), {file.origin: file for file in robots_files}, begun_with=known)

    def records(self, now: datetime) -> tuple[list[HostRecord], list[RobotsFile]]:
        """Return what is still worth storing: hosts with something against them, robots files younger than their limit."""
        hosts = [record for record in self.hosts.values() if record != HostRecord(record.host)]
        return hosts, [file for file in self.robots.values() if now - file.expires_at < STALE_LIMIT]
