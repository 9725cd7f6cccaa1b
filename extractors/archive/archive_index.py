"""WARC files -> an index in SQLite: where a page stands, by address or by the digest of its body.

The index is derived: delete it, and `catch_up` makes it again. It never holds what the WARC files do not.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from extractors.archive import Location, warc_files
from extractors.archive.warc import read_archived
from extractors.errors import InputUnreadable
from extractors.urls import canonical_url

INDEX_NAME: Final = "index.sqlite"

BUSY_SECONDS: Final = 60.0
"""How long one process waits for another that is indexing; a 1 GB file of some 14,000 pages takes about 12 s."""

SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS files (
    path    TEXT PRIMARY KEY,
    read_to INTEGER NOT NULL,
    size    INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS pages (
    path          TEXT NOT NULL,
    byte          INTEGER NOT NULL,
    canonical_url TEXT NOT NULL,
    digest        TEXT,
    kind          TEXT NOT NULL,
    fetched_at    TEXT NOT NULL,
    PRIMARY KEY (path, byte)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS pages_by_url ON pages (canonical_url, fetched_at);
CREATE INDEX IF NOT EXISTS pages_by_digest ON pages (digest);
"""

_FOUND: Final = "SELECT canonical_url, fetched_at, kind, digest, path, byte FROM pages"
BY_URL: Final = f"{_FOUND} WHERE canonical_url = ? ORDER BY fetched_at, path, byte"
BY_DIGEST: Final = f"{_FOUND} WHERE digest = ? ORDER BY fetched_at, path, byte"


@dataclass(frozen=True, slots=True)
class Indexed:
    """One archived page, as the index knows it."""

    canonical_url: str
    fetched_at: datetime
    kind: str
    digest: str | None  # of the body, as WARC-Payload-Digest says it: "sha1:..."
    location: Location


class ArchiveIndex:
    """The index of one archive; safe beside writers, and beside other processes that index it.

    Where it cannot be written (an archive of somebody else's, a full disk) it is kept in memory for as long as this object lives;
    a damaged one is made anew.
    """

    def __init__(self, root: Path) -> None:
        """Open the index of the archive at `root`; it comes into being with the first `catch_up`."""
        self._root = root
        self._held: sqlite3.Connection | None = None  # where the folder cannot be written

    def catch_up(self) -> int:
        """Index what was archived since, and forget files that are gone.

        Returns:
            How many pages are new. A file that is being written is indexed as far as it is whole.

        """
        try:
            return self._catch_up()
        except sqlite3.OperationalError:  # read-only, no room, or another process has held it for longer than one waits
            self._held = self._in_memory()
        except OSError:  # the folder itself cannot be made
            self._held = self._in_memory()
        except sqlite3.DatabaseError:  # not an index, or a damaged one
            try:
                (self._root / INDEX_NAME).unlink(missing_ok=True)
            except OSError:
                self._held = sqlite3.connect(":memory:")
        return self._catch_up()

    def _in_memory(self) -> sqlite3.Connection:
        """Copy what there is of the index into memory."""
        held = sqlite3.connect(":memory:")
        with (
            suppress(sqlite3.Error),
            closing(sqlite3.connect(f"{(self._root / INDEX_NAME).as_uri()}?mode=ro", uri=True)) as stored,
        ):
            stored.backup(held)
        return held

    def _catch_up(self) -> int:
        added = 0
        with self._open() as connection:
            known = {path: (read_to, size) for path, read_to, size in connection.execute("SELECT path, read_to, size FROM files")}
            present = {file.relative_to(self._root).as_posix(): file for file in warc_files(self._root)}
            for path, file in present.items():
                size = file.stat().st_size
                read_to, known_size = known.get(path, (0, -1))
                if size != known_size:
                    added += self._index(connection, path, read_to, size)
            for path in known.keys() - present.keys():
                with connection:
                    connection.execute("DELETE FROM pages WHERE path = ?", (path,))
                    connection.execute("DELETE FROM files WHERE path = ?", (path,))
        return added

    def by_url(self, url: str) -> list[Indexed]:
        """Find every version of a page under any variant of its address, oldest first."""
        return self._find(BY_URL, canonical_url(url))

    def by_digest(self, digest: str) -> list[Indexed]:
        """Find every page with this very body, oldest first."""
        return self._find(BY_DIGEST, digest)

    def _find(self, query: str, value: str) -> list[Indexed]:
        if self._held is None and not (self._root / INDEX_NAME).exists():
            return []
        with self._open() as connection:
            rows = connection.execute(query, (value,)).fetchall()
        return [
            Indexed(url, datetime.fromisoformat(fetched_at).astimezone(UTC), kind, digest, Location(path, byte))
            for url, fetched_at, kind, digest, path, byte in rows
        ]

    def _index(self, connection: sqlite3.Connection, path: str, start: int, size: int) -> int:
        """Index one file from the last page known; one transaction, so that a kill leaves no half of it."""
        last = start
        with connection:
            before = connection.total_changes
            try:
                for found in read_archived(self._root / path, start=start):
                    row = (
                        path,
                        found.offset,
                        canonical_url(found.page.url),
                        found.digest,
                        found.kind,
                        found.page.fetched_at.isoformat(),
                    )
                    connection.execute("INSERT OR IGNORE INTO pages VALUES (?, ?, ?, ?, ?, ?)", row)
                    last = found.offset
            except InputUnreadable:  # empty so far, or damaged from its first byte: tried again when it has grown
                last = start
            added = connection.total_changes - before
            connection.execute("INSERT OR REPLACE INTO files VALUES (?, ?, ?)", (path, last, size))
        return added

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        if self._held is not None:
            self._held.executescript(SCHEMA)
            yield self._held
            return
        self._root.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(self._root / INDEX_NAME, timeout=BUSY_SECONDS)) as connection:
            connection.executescript(SCHEMA)
            yield connection
