"""The bundled wire: a small news web on loopback, in two editions, for `newsloom demo` and the end-to-end test.

Every outlet is fictional, under `.example` (RFC 2606), and so are the events and the people in them. Nothing leaves the machine.
"""

from __future__ import annotations

import contextlib
import errno
from datetime import UTC, datetime
from types import TracebackType
from typing import Self

from extractors.records import Feed
from flows.demo.editions import publications_of
from flows.demo.plan import plan
from flows.demo.server import Hit, OutletServer
from flows.demo.site import Resource, environment, not_found, site_of
from flows.demo.stories import stories
from flows.demo.truth import Truth, truth_of

EDITIONS = (1, 2)


class DemoWire:
    """A news web that serves one edition at a time.

    Use it as a context manager: the servers run inside, and all their threads have ended after it.

    Args:
        now: Publication times count back from it, so that the news is fresh. Aware.

    """

    def __init__(self, now: datetime) -> None:
        if now.tzinfo is None:
            raise ValueError("now must be aware")
        self.now = now.astimezone(UTC).replace(microsecond=0)
        self.edition = EDITIONS[0]
        self.connect_to: dict[str, str] = {}
        self.requests: list[Hit] = []
        self._plan = plan()
        self._stories = stories()
        self._templates = environment()
        self._sites: dict[str, dict[str, Resource]] = {}
        self._servers: list[OutletServer] = []

    @property
    def feeds(self) -> list[Feed]:
        """The subscriptions of the demo, also those that will fail."""
        return [
            Feed(feed_url=f"http://{outlet.host}{feed.path}", outlet=outlet.host, title=feed.title, language=outlet.language)
            for outlet in self._plan.outlets.values()
            for feed in outlet.feeds
        ]

    @property
    def truth(self) -> Truth:
        """What a perfect reader of both editions would know."""
        return truth_of(self._plan, self._stories, self.now)

    def turn(self, edition: int) -> None:
        """Bring out an edition: from the next request on, all outlets serve it.

        Raises:
            ValueError: There is no such edition.

        """
        if edition not in EDITIONS:
            raise ValueError(f"no edition {edition}: there are {EDITIONS}")
        articles = publications_of(self._plan, self._stories, edition, self.now)
        self._sites = {
            host: site_of(outlet, articles, self._plan.snags, self.now, self._templates)
            for host, outlet in self._plan.outlets.items()
        }
        self.edition = edition

    def __enter__(self) -> Self:
        self.turn(self.edition)
        with contextlib.ExitStack() as undo:
            undo.callback(self.close)
            for number, host in enumerate(self._plan.outlets, start=2):
                server = self._serve(host, number)
                self._servers.append(server)
                address, port = server.server_address[:2]
                self.connect_to[host] = f"{address!s}:{port}"
            undo.pop_all()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Stop all servers; safe to call twice."""
        while self._servers:
            self._servers.pop().stop()
        self.connect_to.clear()

    def _serve(self, host: str, number: int) -> OutletServer:
        """Start one outlet on 127.0.0.<number>; where the system has 127.0.0.1 alone (macOS), on a port of that."""
        try:
            return OutletServer((f"127.0.0.{number}", 0), host, lambda path: self._find(host, path), self.requests.append)
        except OSError as error:
            if error.errno != errno.EADDRNOTAVAIL:
                raise
            return OutletServer(("127.0.0.1", 0), host, lambda path: self._find(host, path), self.requests.append)

    def _find(self, host: str, path: str) -> Resource:
        return self._sites[host].get(path) or not_found()
