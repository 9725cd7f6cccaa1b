"""The warehouse in one DuckDB file: one machine, one writer at a time. The default."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path

import duckdb

from warehouse.compact import compact
from warehouse.connection import LOCK_TIMEOUT_SECONDS, published_path, working_path, writer
from warehouse.places import CompactReport, PublishReport
from warehouse.publish import publish
from warehouse.regrow import adopt, replace_working_file


@dataclass(frozen=True, slots=True)
class Embedded:
    """`newsloom.duckdb` in a home folder, see `warehouse.connection`."""

    home: Path

    @property
    def name(self) -> str:
        """The file."""
        return str(working_path(self.home))

    def is_there(self) -> bool:
        """Look for the file."""
        return working_path(self.home).exists()

    def writer(self, *, lock_timeout_seconds: float = LOCK_TIMEOUT_SECONDS) -> AbstractContextManager[duckdb.DuckDBPyConnection]:
        """Open the file under the folder's lock."""
        return writer(self.home, lock_timeout_seconds=lock_timeout_seconds)

    def snapshot(self) -> AbstractContextManager[duckdb.DuckDBPyConnection]:
        """Do the same: a DuckDB file that is open to a writer is open to nobody else."""
        return writer(self.home)

    def alone(self, kind: str, run_id: str, *, shared: bool = False) -> AbstractContextManager[None]:  # noqa: ARG002 - the shape's
        """Add nothing: there is one machine, and its folder is locked by whoever asks."""
        return nullcontext()

    def living(self, run_ids: Iterable[str]) -> set[str]:  # noqa: ARG002 - the shape's
        """Return nobody: the asker holds the folder's only place for a run of this kind."""
        return set()

    def publish(self) -> PublishReport:
        """Copy the file."""
        return publish(self.home)

    def compact(self) -> CompactReport:
        """Write the file anew."""
        return compact(self.home)

    def adopt(self, nursery: Path) -> None:
        """Copy what was told."""
        adopt(nursery, self.home)

    def replace_by(self, nursery: Path) -> None:
        """Put the new file in the old one's place."""
        replace_working_file(nursery, self.home)

    def sizes(self) -> list[tuple[str, int]]:
        """Return the sizes of both files."""
        return [
            (path.name, path.stat().st_size) for path in (working_path(self.home), published_path(self.home)) if path.exists()
        ]
