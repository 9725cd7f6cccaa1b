"""The warehouse in a lake, from one machine's point of view: see `warehouse.places.Warehouse`."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import duckdb

from warehouse.connection import LOCK_TIMEOUT_SECONDS, published_path
from warehouse.errors import StoreUnreachable, WarehouseMissing, WarehouseUnreachable
from warehouse.lake import care, publish, regrow
from warehouse.lake.catalog import connecting, conninfo_of
from warehouse.lake.errors import translated
from warehouse.lake.locks import Session, holding
from warehouse.lake.opening import Address, cursor_of, data_path_of, opened
from warehouse.places import CompactReport, PublishReport
from warehouse.rows import transaction

T = TypeVar("T")

PATIENCE_SECONDS = 10.0
"""How long a server that does not answer is waited for: a restart takes one to five seconds."""
FIRST_PAUSE_SECONDS = 0.2
SNAPSHOT_DAYS = 7


@dataclass(frozen=True, slots=True)
class Lake:
    """DuckLake over PostgreSQL, with a read copy in the home folder of each machine."""

    home: Path
    address: Address
    snapshot_days: int = SNAPSHOT_DAYS
    patience_seconds: float = PATIENCE_SECONDS

    @property
    def name(self) -> str:
        """The catalog, without secrets."""
        return self.address.name

    def is_there(self) -> bool:
        """Ask the catalog."""
        try:
            with self.reading():
                return True
        except WarehouseMissing:
            return False

    @contextmanager
    def writer(
        self, *, lock_timeout_seconds: float = LOCK_TIMEOUT_SECONDS, allow_half: bool = False
    ) -> Iterator[duckdb.DuckDBPyConnection]:
        """Open the lake, holding the writer's place of all machines."""
        with ExitStack() as stack:
            yield self._patiently(stack, lambda: self._written(lock_timeout_seconds, allow_half=allow_half))

    @contextmanager
    def _written(
        self, lock_timeout_seconds: float, *, allow_half: bool = False, takes_over: bool = False
    ) -> Iterator[duckdb.DuckDBPyConnection]:
        with (
            self._holding("writer", lock_timeout_seconds),
            opened(self.address, writes=True, allow_half=allow_half, takes_over=takes_over) as connection,
        ):
            yield connection

    def take_over(self) -> None:
        """Make this catalog the owner of the files in the place of another copy of it, which opens for no writer any more."""
        with ExitStack() as stack:
            self._patiently(stack, lambda: self._written(LOCK_TIMEOUT_SECONDS, takes_over=True))

    @contextmanager
    def reading(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """Open the lake without queueing behind writers; each transaction sees the snapshot that was newest at its beginning."""
        with ExitStack() as stack:
            yield self._patiently(stack, lambda: opened(self.address, writes=False))

    @contextmanager
    def snapshot(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """Open the lake for questions that must all see the same."""
        with self.reading() as connection, transaction(connection):
            yield connection

    def _patiently(self, stack: ExitStack, attempt: Callable[[], AbstractContextManager[T]]) -> T:
        """Enter a context, again while the catalog's server does not answer: it may be starting anew.

        An object store is not waited for: DuckDB has done that, each attempt costs a second of CPU, and tasks are tried again.
        """
        give_up_at, pause = time.monotonic() + self.patience_seconds, FIRST_PAUSE_SECONDS
        while True:
            try:
                return stack.enter_context(attempt())
            except StoreUnreachable:
                raise
            except WarehouseUnreachable:
                if time.monotonic() + pause > give_up_at:
                    raise
            time.sleep(pause)
            pause *= 1.5

    @contextmanager
    def _holding(self, place: str, timeout_seconds: float, *, shared: bool = False) -> Iterator[Session]:
        with (
            translated(self.name),
            holding(
                cursor_of(self.address), connecting(self.address.conninfo), self.name, place, timeout_seconds, shared=shared
            ) as session,
        ):
            yield session

    @contextmanager
    def alone(self, kind: str, run_id: str, *, shared: bool = False) -> Iterator[None]:
        """Hold the place of a kind of run among all machines, and a place that says that this run is alive."""
        with ExitStack() as stack:
            session = self._patiently(stack, lambda: self._holding(f"run {kind}", 0, shared=shared))
            session.take(f"alive {run_id}")
            yield

    def living(self, run_ids: Iterable[str]) -> set[str]:
        """Ask the server which runs still hold their place."""
        places = {f"alive {run_id}": run_id for run_id in run_ids}
        with self._holding(f"asking {id(places)}", 0) as session:
            return {places[place] for place in session.held(places)}

    def publish(self) -> PublishReport:
        """Bring the lake's roll-ups and search up to date, then bring this machine's read copy to the newest snapshot."""
        return publish.publish(self)

    def compact(self) -> CompactReport:
        """Merge small files, expire old snapshots, delete files that nothing refers to."""
        return care.take_care(self)

    def adopt(self, nursery: Path) -> None:
        """Copy what was told."""
        regrow.adopt(nursery, self)

    def replace_by(self, nursery: Path) -> None:
        """Take the new tables, in one commit."""
        regrow.replace_tables(nursery, self)

    def sizes(self) -> list[tuple[str, int]]:
        """Return the size of the lake's files and that of the read copy."""
        copy = published_path(self.home)
        with self.snapshot() as connection:
            return [("lake", care.live_bytes(connection)), *([(copy.name, copy.stat().st_size)] if copy.exists() else [])]


def lake_at(home: Path, catalog: str, data_path: str | None = None, *, snapshot_days: int = SNAPSHOT_DAYS) -> Lake:
    """Return the lake that an operator names.

    Raises:
        CatalogRefused: The catalog cannot be read, or holds a password.

    """
    return Lake(home, Address(conninfo_of(catalog), data_path_of(data_path), home / ".spill"), snapshot_days)
