"""What runs when: the deployments of `newsloom serve`. prefect.yaml says the same for a worker; a test holds the two together."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta, timezone
from typing import Any

from prefect.client.schemas.objects import ConcurrencyLimitConfig, ConcurrencyLimitStrategy
from prefect.deployments.runner import RunnerDeployment
from prefect.flows import Flow
from prefect.schedules import Cron, Interval, Schedule
from prefect.types.entrypoint import EntrypointType

INGEST_EVERY = timedelta(minutes=15)
MAINTAIN_CRON = "17 3 * * *"  # at night in Europe, off the full hour, when many jobs start
# The slugs of prefect.yaml: a server that has its deployments refuses schedules without.
INGEST_SLUG = "every-15-minutes"
MAINTAIN_SLUG = "daily"
ANCHOR = datetime(2026, 1, 1, tzinfo=timezone.utc)  # noqa: UP017 - Prefect's schema compares the time zone's name, "UTC"

# A late poll is dropped: the next one finds the same feeds due. Queued polls would pile up, and not in order.
DROP_LATE = ConcurrencyLimitConfig(limit=1, collision_strategy=ConcurrencyLimitStrategy.CANCEL_NEW, grace_period_seconds=120)
ONE_BY_ONE = ConcurrencyLimitConfig(limit=1, collision_strategy=ConcurrencyLimitStrategy.ENQUEUE, grace_period_seconds=120)


def served_deployments(every: timedelta = INGEST_EVERY) -> list[RunnerDeployment]:
    """Return the deployments in the order of their names: backfill, ingest, maintain."""
    from flows.backfill import backfill  # noqa: PLC0415 - the flows import this module's constants
    from flows.ingest import ingest  # noqa: PLC0415
    from flows.maintain import maintain  # noqa: PLC0415

    return [
        _deployment(backfill, "backfill", ONE_BY_ONE, tags=["newsloom", "backfill"]),
        _deployment(ingest, "ingest", DROP_LATE, Interval(every, anchor_date=ANCHOR, timezone="UTC", slug=INGEST_SLUG)),
        _deployment(maintain, "maintain", ONE_BY_ONE, Cron(MAINTAIN_CRON, timezone="UTC", slug=MAINTAIN_SLUG)),
    ]


def _deployment(
    flow: Flow[..., Any],
    name: str,
    limit: ConcurrencyLimitConfig,
    schedule: Schedule | None = None,
    tags: Sequence[str] = ("newsloom",),
) -> RunnerDeployment:
    return RunnerDeployment.from_flow(
        flow,
        name=name,
        schedule=schedule,
        concurrency_limit=limit,
        tags=list(tags),
        entrypoint_type=EntrypointType.MODULE_PATH,  # importable from any working directory
    )
