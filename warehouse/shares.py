"""What waits for its page, at many hosts -> what one run asks for: of each host its share, and all hosts in turn.

One host with 50,000 pages, asked once in five seconds, would hold up a run for three days, and with it every other feed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import duckdb

from warehouse.rows import BIGINT, TEXT, arrow_of, registered

ALL = 2**62


@dataclass(frozen=True, slots=True)
class Share:
    """Most pages that one run asks for. `netloc` is a URL's host as it is written there, with its port."""

    netloc: str
    domain: str  # whose hosts are asked in turn
    of_host: int = ALL
    of_domain: int = ALL


ShareOf = Callable[[str], Share]


def unshared(netloc: str) -> Share:
    """Let a run ask for everything, the hosts in turn."""
    return Share(netloc, netloc)


def netloc_in(url: str) -> str:
    """Return the SQL for the host in a column of URLs: empty where there is none."""
    return rf"coalesce(lower(regexp_extract({url}, '^[A-Za-z][A-Za-z0-9+.-]*://(?:[^/?#]*@)?([^/?#]*)', 1)), '')"


_SHARE = {"netloc": TEXT, "domain": TEXT, "of_host": BIGINT, "of_domain": BIGINT}


def chosen(
    connection: duckdb.DuckDBPyConnection, statement: str, waiting: str, share_of: ShareOf, parameters: Mapping[str, object]
) -> list[tuple[Any, ...]]:
    """Run a statement that reads `shares`, one row for each `netloc` of those that wait; where nobody does, there are no rows.

    Args:
        connection: Of the warehouse.
        statement: Made with `within_shares`, with $limit.
        waiting: The rows that wait, as in `within_shares`.
        share_of: What each host may be asked for.
        parameters: Of both.

    """
    asked = {name: value for name, value in parameters.items() if name != "limit"}
    netlocs = connection.execute(f"SELECT DISTINCT netloc FROM ({waiting})", asked).fetchall()  # noqa: S608 (a constant)
    if not netlocs:
        return []
    with registered(connection, shares=arrow_of([share_of(netloc) for (netloc,) in netlocs], _SHARE)):
        return connection.execute(statement, dict(parameters)).fetchall()


def within_shares(waiting: str, first: str) -> str:
    """Return the SQL for the rows that are within the share of their host and domain, each with its `turn`.

    Args:
        waiting: Their SQL; they have a column `netloc`.
        first: Which come first within their domain, as in ORDER BY.

    """
    return f"""
        SELECT * REPLACE (row_number() OVER (PARTITION BY domain ORDER BY {first}) AS turn)
        FROM (
            SELECT waiting.*, domain, of_host, of_domain, row_number() OVER (PARTITION BY netloc ORDER BY {first}) AS turn
            FROM ({waiting}) AS waiting
            JOIN shares USING (netloc)
            QUALIFY turn <= of_host
        )
        QUALIFY row_number() OVER (PARTITION BY domain ORDER BY {first}) <= of_domain
    """  # noqa: S608 (both are constants of ours)
