"""What fetching remembers of hosts, in and out of `state.hosts` and `state.robots`.

A hold of an hour must outlive a run of a minute, and a robots.txt read today is not asked for every quarter of an hour.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC

import duckdb

from extractors.fetch.hosts import HostRecord
from extractors.fetch.robots import RobotsFile
from warehouse.rows import AT, INTEGER, TEXT, arrow_of, registered, transaction, utc

_HOST = {"host": TEXT, "held_until": AT, "holds": INTEGER, "down_until": AT, "downs": INTEGER, "slow_answers": INTEGER}
_ROBOTS = {"origin": TEXT, "text": TEXT, "expires_at": AT, "fetched_at": AT}


def hosts(connection: duckdb.DuckDBPyConnection) -> list[HostRecord]:
    """Return the hosts with something against them, in order of name."""
    rows = connection.execute(
        "SELECT host, held_until, holds, down_until, downs, slow_answers FROM state.hosts ORDER BY host"
    ).fetchall()
    return [HostRecord(host, utc(held), holds, utc(down), downs, slow) for host, held, holds, down, downs, slow in rows]


def robots_files(connection: duckdb.DuckDBPyConnection) -> list[RobotsFile]:
    """Return the robots.txt files that are known, in order of origin."""
    rows = connection.execute("SELECT origin, text, expires_at, fetched_at FROM state.robots ORDER BY origin").fetchall()
    return [RobotsFile(origin, text, expires.astimezone(UTC), fetched.astimezone(UTC)) for origin, text, expires, fetched in rows]


def load_hosts(connection: duckdb.DuckDBPyConnection, records: Iterable[HostRecord], files: Iterable[RobotsFile]) -> None:
    """Replace what is remembered, in one transaction: a run begins with everything that there is and hands it all back."""
    with (
        transaction(connection),
        registered(connection, new_hosts=arrow_of(list(records), _HOST), new_robots=arrow_of(list(files), _ROBOTS)),
    ):
        connection.execute("DELETE FROM state.hosts")
        connection.execute("INSERT INTO state.hosts BY NAME FROM new_hosts")
        connection.execute("DELETE FROM state.robots")
        connection.execute("INSERT INTO state.robots BY NAME FROM new_robots")


def release_hosts(connection: duckdb.DuckDBPyConnection, names: Iterable[str]) -> int:
    """Forget what is held against these hosts; return how many there were. A run under way adds only what it meets itself."""
    wanted = list(names)
    with transaction(connection):
        found = connection.execute("SELECT count(*) FROM state.hosts WHERE host IN (SELECT unnest(?))", [wanted]).fetchone()
        connection.execute("DELETE FROM state.hosts WHERE host IN (SELECT unnest(?))", [wanted])
    return int(found[0]) if found else 0
