"""Names of places in, places held out: PostgreSQL's advisory locks, which the server frees when their session ends, however.

Each place held is a session of its own (locks of one session do not exclude one another). A lock spares writers work in vain;
that two loads never mix is DuckLake's own doing: both raise `load_seq`, and the second commit is refused.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from typing import Any

import duckdb

from extractors.ids import id_of
from warehouse.errors import WarehouseBusy

_CLASS = 0x6E6C6F6F
"""First half of all our keys: locks of other programs in the same database do not meet ours."""
_HELD = f"""
SELECT locks.objid::BIGINT, coalesce(nullif(activity.application_name, ''), 'unnamed')
FROM pg_locks AS locks
LEFT JOIN pg_stat_activity AS activity USING (pid)
WHERE locks.locktype = 'advisory'
  AND locks.granted
  AND locks.classid = {_CLASS}
  AND locks.database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""  # noqa: S608 (one constant)
FIRST_POLL_SECONDS, LAST_POLL_SECONDS = 0.02, 0.25
_numbers = itertools.count(1)


class Session:
    """One connection to the server that holds locks until it is closed."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, conninfo: str) -> None:
        self._connection = connection
        self._name = f"places_{next(_numbers)}"
        quoted = conninfo.replace("'", "''")
        connection.execute(f"ATTACH '{quoted}' AS {self._name} (TYPE postgres)")
        # Given back to DuckDB's pool, a session loses its locks; a transaction of DuckDB's keeps it, and ours on the server is
        # ended at once: open for an hour, it would keep the server from cleaning up.
        connection.execute("BEGIN")
        connection.execute(f"CALL postgres_execute('{self._name}', 'COMMIT')")

    def ask(self, query: str) -> list[tuple[Any, ...]]:
        """Run one of our own queries on the server."""
        quoted = query.replace("'", "''")
        return self._connection.execute(f"FROM postgres_query('{self._name}', '{quoted}')").fetchall()

    def take(self, place: str, *, shared: bool = False) -> bool:
        """Take a place if it is free."""
        function = "pg_try_advisory_lock_shared" if shared else "pg_try_advisory_lock"
        return bool(self.ask(f"SELECT {function}({_CLASS}, {_key(place)})")[0][0])

    def holder(self, place: str) -> str:
        """Say who holds a place, for people."""
        names = {str(name) for key, name in self.ask(_HELD) if key == _key(place)}
        return ", ".join(sorted(names)) or "unknown"

    def held(self, places: Iterable[str]) -> set[str]:
        """Return those of the places that somebody holds."""
        keys = {_key(place): place for place in places}
        return {keys[key] for key, _ in self.ask(_HELD) if key in keys}

    def close(self) -> None:
        """Give everything back."""
        for statement in ("ROLLBACK", f"DETACH {self._name}"):
            with suppress(duckdb.Error):  # a session that is dead holds nothing
                self._connection.execute(statement)


@contextmanager
def holding(
    connection: duckdb.DuckDBPyConnection, conninfo: str, name: str, place: str, timeout_seconds: float, *, shared: bool = False
) -> Iterator[Session]:
    """Hold a place.

    Args:
        connection: One of its own, with the extension of PostgreSQL; closed at the end.
        conninfo: Of the server.
        name: Of the lake, for errors.
        place: What is held: "writer", "run ingest", …
        timeout_seconds: How long to queue behind others; 0 = not at all.
        shared: Others may hold it in the same way.

    Raises:
        WarehouseBusy: Somebody else held it all the time; the message says who.

    """
    with closing(connection), closing(Session(connection, conninfo)) as session:
        give_up_at, pause = time.monotonic() + timeout_seconds, FIRST_POLL_SECONDS
        while not session.take(place, shared=shared):
            if time.monotonic() >= give_up_at:
                raise WarehouseBusy(session.holder(place), f"has the place '{place}' of the {name} for itself")
            time.sleep(pause)
            pause = min(pause * 1.5, LAST_POLL_SECONDS)
        yield session


def _key(place: str) -> int:
    return id_of("place", place) % (1 << 31)
