"""Runs and outcomes in, rows of `runs` and `outcomes` out: one outcome an item a run, so that nothing vanishes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

import duckdb

from extractors.records import Outcome
from warehouse.rows import AT, BIGINT, TEXT, arrow_of, first_row, registered, transaction

_OUTCOME = {
    "run_id": TEXT,
    "item": TEXT,
    "stage": TEXT,
    "outcome": TEXT,
    "ended_at": AT,
    "detail": TEXT,
    "milliseconds": BIGINT,
    "article_id": BIGINT,
    "feed_url": TEXT,
}

TRY_AGAIN = frozenset(
    {
        "rate_limited",
        "server_error",
        "timed_out",
        "dns_failed",
        "connect_failed",
        "tls_failed",
        "protocol_error",
        "challenge",
        "host_down",
        "postponed",
        "offline",
        "quarantined",
    }
)
"""Outcomes after which an entry stays pending; every other outcome settles it."""
NOBODYS_FAULT = frozenset({"host_down", "offline", "postponed"})
"""Outcomes that cost an entry no attempt: it was not even asked for."""
MAX_ATTEMPTS = 6
"""With waits that double from 15 minutes: the last try comes 8 hours after the first, beyond most outages."""
FIRST_WAIT_MINUTES = 15
LONGEST_WAIT = timedelta(minutes=FIRST_WAIT_MINUTES) * 2**MAX_ATTEMPTS


def start_run(connection: duckdb.DuckDBPyConnection, run_id: str, kind: str, now: datetime) -> None:
    """Open a run's row; starting it again changes nothing."""
    connection.execute(
        """
        INSERT INTO main.runs
        SELECT $run_id, $kind, $now, NULL, 'running', 0, 0, 0, 0, 0, 0, NULL
        WHERE NOT EXISTS (FROM main.runs WHERE run_id = $run_id)
        """,
        {"run_id": run_id, "kind": kind, "now": now},
    )


def expect_items(connection: duckdb.DuckDBPyConnection, run_id: str, count: int) -> None:
    """Note that a run took up `count` more items, each of which owes one outcome."""
    connection.execute("UPDATE main.runs SET items_expected = items_expected + ? WHERE run_id = ?", [count, run_id])


def expect_new_items(connection: duckdb.DuckDBPyConnection, run_id: str, items: Iterable[str]) -> None:
    """Note the same of named items; one that has its outcome already, from an earlier batch of the run, owes no second."""
    connection.execute(
        """
        UPDATE main.runs
        SET items_expected = items_expected + (
            SELECT count(DISTINCT item)
            FROM (SELECT unnest($items) AS item)
            WHERE item NOT IN (SELECT item FROM main.outcomes WHERE run_id = $run_id AND stage <> 'poll')
        )
        WHERE run_id = $run_id
        """,
        {"run_id": run_id, "items": list(items)},
    )


def finish_run(connection: duckdb.DuckDBPyConnection, run_id: str, now: datetime, *, error: str | None = None) -> None:
    """Close a run's row: finished, or failed with a reason."""
    connection.execute(
        "UPDATE main.runs SET finished_at = ?, status = ?, error = ? WHERE run_id = ?",
        [now, "failed" if error else "finished", error, run_id],
    )


CLOCK_TOLERANCE = timedelta(minutes=5)
"""What is dated further ahead than this was written by a clock that has been put back since; time servers correct by seconds."""


def clock_went_back(connection: duckdb.DuckDBPyConnection, now: datetime) -> bool:
    """Tell whether the run that was begun last began in the future."""
    row = first_row(connection.execute("SELECT started_at FROM main.runs ORDER BY rowid DESC LIMIT 1"))
    return row is not None and bool(row[0] > now + CLOCK_TOLERANCE)


def _nobody(_run_ids: Iterable[str]) -> set[str]:
    return set()


def abandon_runs(
    connection: duckdb.DuckDBPyConnection, kind: str, now: datetime, living: Callable[[Iterable[str]], set[str]] = _nobody
) -> int:
    """Mark runs of a kind that died without a word; return how many. `living` tells which of them still have a process.

    Their own times say nothing: the clock may have been put back since.
    """
    rows = connection.execute("SELECT run_id FROM main.runs WHERE status = 'running' AND kind = ?", [kind]).fetchall()
    dead = sorted({run_id for (run_id,) in rows} - (living([run_id for (run_id,) in rows]) if rows else set()))
    if dead:
        connection.execute(
            """
            UPDATE main.runs
            SET finished_at = ?, status = 'abandoned', error = 'the process ended without a word'
            WHERE run_id IN (SELECT unnest(?))
            """,
            [now, dead],
        )
    return len(dead)


def load_outcomes(connection: duckdb.DuckDBPyConnection, outcomes: Iterable[Outcome]) -> int:
    """Write outcomes in one transaction and settle the entries they belong to.

    Returns:
        How many rows were written; loading the same outcomes again writes the same rows anew.

    """
    with transaction(connection):
        return store_outcomes(connection, outcomes)


def store_outcomes(connection: duckdb.DuckDBPyConnection, outcomes: Iterable[Outcome]) -> int:
    """Do the same inside the caller's transaction. The last outcome of an item in a run stands.

    A batch that is loaded again by a retry finds its articles unchanged: what they were the first time (loaded, revised) stands.
    """
    rows = list({(row.run_id, row.item, row.stage == "poll"): row for row in outcomes}.values())
    if not rows:
        return 0
    with registered(connection, new_outcomes=arrow_of(rows, _OUTCOME, ended_at=[row.at for row in rows])):
        connection.execute(
            """
            DELETE FROM main.outcomes USING new_outcomes AS new
            WHERE outcomes.run_id = new.run_id
              AND outcomes.item = new.item
              AND (outcomes.stage = 'poll') = (new.stage = 'poll')
              AND NOT (outcomes.stage = 'load' AND new.stage = 'load' AND new.outcome = 'unchanged')
            """
        )
        connection.execute(
            """
            INSERT INTO main.outcomes BY NAME
            FROM new_outcomes AS new
            WHERE NOT EXISTS (
                FROM main.outcomes AS old
                WHERE old.run_id = new.run_id AND old.item = new.item AND (old.stage = 'poll') = (new.stage = 'poll')
            )
            """
        )
        connection.execute(
            """
            UPDATE main.runs
            SET outcomes = (SELECT count(*) FROM main.outcomes WHERE outcomes.run_id = runs.run_id)
            WHERE run_id IN (SELECT run_id FROM new_outcomes)
            """
        )
        _settle_entries(connection)
    return len(rows)


def _settle_entries(connection: duckdb.DuckDBPyConnection) -> None:
    """Close or postpone the pending entries whose page got an outcome, in whichever feeds they stand."""
    connection.execute(
        """
        UPDATE state.entries
        SET outcome = new.outcome,
            attempts = attempts + (new.is_retry AND NOT new.is_free)::INTEGER,
            status = CASE
                WHEN NOT new.is_retry THEN 'done'
                WHEN attempts + (NOT new.is_free)::INTEGER >= $max_attempts THEN 'failed'
                ELSE 'pending'
            END,
            payload = CASE WHEN new.is_retry AND attempts + (NOT new.is_free)::INTEGER < $max_attempts THEN payload END,
            next_attempt_at = CASE WHEN new.is_retry THEN new.ended_at + $first_wait * (2 ** attempts)::INTEGER END
        FROM (
            SELECT item,
                   arg_max(outcome, ended_at) AS outcome,
                   max(ended_at) AS ended_at,
                   list_contains($try_again, arg_max(outcome, ended_at)) AS is_retry,
                   list_contains($nobodys_fault, arg_max(outcome, ended_at)) AS is_free
            FROM new_outcomes
            WHERE stage <> 'poll'
            GROUP BY item
        ) AS new
        WHERE entries.status = 'pending'
          AND (entries.url = new.item OR entries.canonical_url = new.item)
        """,
        {
            "try_again": sorted(TRY_AGAIN),
            "nobodys_fault": sorted(NOBODYS_FAULT),
            "max_attempts": MAX_ATTEMPTS,
            "first_wait": timedelta(minutes=FIRST_WAIT_MINUTES),
        },
    )
