"""Where the tables live, as one shape with two makes: `Embedded` (a DuckDB file) and `lake.Lake` (DuckLake over PostgreSQL).

Whoever loads, reads or mends tables asks a `Warehouse` for a connection and does not know which one it got: the same tables,
the same ids and the same SQL. What differs (who queues behind whom, how a read copy is made, what upkeep means) is behind these
methods and nowhere else.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import duckdb


@dataclass(frozen=True, slots=True)
class PublishReport:
    """What was published, and how long it took."""

    path: Path
    load_seq: int
    size_bytes: int
    seconds: float
    is_anew: bool = True  # written as a whole; false = only what has changed since the copy before


@dataclass(frozen=True, slots=True)
class CompactReport:
    """Bytes before and after, how long it took, and what else was done, for people."""

    before_bytes: int
    after_bytes: int
    seconds: float
    notes: tuple[str, ...] = ()


class Warehouse(Protocol):
    """The tables of one newsroom, from one machine's point of view."""

    @property
    def home(self) -> Path:
        """This machine's folder: the read copy, the archive, locks among its own processes."""

    @property
    def name(self) -> str:
        """Say where the tables are, for people; never with a secret in it."""

    def is_there(self) -> bool:
        """Tell whether there are tables at all."""

    def writer(self, *, lock_timeout_seconds: float = ...) -> AbstractContextManager[duckdb.DuckDBPyConnection]:
        """Open the tables for writing, migrated, alone among all writers anywhere.

        Raises:
            WarehouseBusy: Another writer did not finish in time.
            WarehouseError: They cannot be opened; the kind says why.

        """

    def snapshot(self) -> AbstractContextManager[duckdb.DuckDBPyConnection]:
        """Open the tables as they are now, for questions of the pipeline: consistent, temporary tables only."""

    def alone(self, kind: str, run_id: str, *, shared: bool = False) -> AbstractContextManager[None]:
        """Be the only run of a kind on any machine, or one of several that share it; each other kind of holder excludes.

        Raises:
            WarehouseBusy: Another machine holds it.

        """

    def living(self, run_ids: Iterable[str]) -> set[str]:
        """Return those of the runs that some process still works on; called inside `alone`."""

    def publish(self) -> PublishReport:
        """Bring roll-ups and search up to date, then replace this machine's read copy."""

    def compact(self) -> CompactReport:
        """Do the nightly upkeep of the storage."""

    def adopt(self, nursery: Path) -> None:
        """Copy what no archive can tell again into the empty embedded warehouse of a rebuild."""

    def replace_by(self, nursery: Path) -> None:
        """Take the tables of a rebuild's embedded warehouse in place of the present ones, at one moment."""

    def sizes(self) -> list[tuple[str, int]]:
        """Return what takes how many bytes, for people."""


Place = Path | Warehouse
"""A bare folder means the embedded warehouse in it."""


def warehouse_at(place: Place) -> Warehouse:
    """Return the warehouse that a place means."""
    from warehouse.embedded import Embedded  # noqa: PLC0415 - the makes know the shape, not the shape its makes

    return Embedded(place) if isinstance(place, Path) else place
