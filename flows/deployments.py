"""What runs when: the deployments of `newsloom serve`. prefect.yaml says the same for a worker; a test holds the two together."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from prefect.client.schemas.objects import ConcurrencyLimitConfig, ConcurrencyLimitStrategy
from prefect.client.schemas.schedules import CronSchedule, IntervalSchedule
from prefect.deployments.runner import RunnerDeployment
from prefect.types.entrypoint import EntrypointType

INGEST_EVERY = timedelta(minutes=15)
MAINTAIN_CRON = "17 3 * * *"  # at night in Europe, off the full hour, when many jobs start
ANCHOR = datetime(2026, 1, 1, tzinfo=timezone.utc)  # noqa: UP017 - Prefect's schema compares the time zone's name, "UTC"

# A late poll is dropped: the next one finds the same feeds due. Queued polls would pile up, and not in order.
DROP_LATE = ConcurrencyLimitConfig(limit=1, collision_strategy=ConcurrencyLimitStrategy.CANCEL_NEW, grace_period_seconds=120)
ONE_BY_ONE = ConcurrencyLimitConfig(limit=1, collision_strategy=ConcurrencyLimitStrategy.ENQUEUE, grace_period_seconds=120)


def served_deployments(every: timedelta = INGEST_EVERY) -> list[RunnerDeployment]:
    """Return the deployments in the order of their names: backfill, ingest, maintain."""
    from flows.backfill import backfill  # noqa: PLC0415 - the flows import this module's constants
    from flows.ingest import ingest  # noqa: PLC0415
    from flows.maintain import maintain  # noqa: PLC0415

    module = EntrypointType.MODULE_PATH  # importable from any working directory
    return [
        backfill.to_deployment("backfill", concurrency_limit=ONE_BY_ONE, tags=["newsloom", "backfill"], entrypoint_type=module),
        ingest.to_deployment(
            "ingest",
            schedule=IntervalSchedule(interval=every, anchor_date=ANCHOR, timezone="UTC"),
            concurrency_limit=DROP_LATE,
            tags=["newsloom"],
            entrypoint_type=module,
        ),
        maintain.to_deployment(
            "maintain",
            schedule=CronSchedule(cron=MAINTAIN_CRON, timezone="UTC"),
            concurrency_limit=ONE_BY_ONE,
            tags=["newsloom"],
            entrypoint_type=module,
        ),
    ]
