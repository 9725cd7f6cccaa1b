"""prefect.yaml: keys that Prefect would ignore, and agreement with `newsloom serve`."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "prefect.yaml").read_text()

# Prefect 3.8/3.9 reads these keys and ignores any other without a word (cli/deploy/_models.py). Kept here rather than
# imported from there, because that module is private and its models allow everything.
TOP = {"name", "prefect-version", "build", "push", "pull", "deployments", "definitions"}
DEPLOYMENT = {
    "name",
    "version",
    "version_type",
    "tags",
    "description",
    "schedule",
    "schedules",
    "paused",
    "concurrency_limit",
    "flow_name",
    "entrypoint",
    "parameters",
    "enforce_parameter_schema",
    "build",
    "push",
    "pull",
    "work_pool",
    "triggers",
    "sla",
}
SCHEDULE = {
    "cron",
    "interval",
    "rrule",
    "timezone",
    "anchor_date",
    "active",
    "parameters",
    "slug",
    "replaces",
    "day_or",
    "max_scheduled_runs",
}
POOL = {"name", "work_queue_name", "job_variables"}
LIMIT = {"limit", "collision_strategy", "grace_period_seconds"}


def misspelt(document: dict[str, Any]) -> list[str]:
    found = [f"{key}" for key in document.keys() - TOP]
    for deployment in document["deployments"]:
        place = deployment.get("name", "?")
        found += [f"{place}.{key}" for key in deployment.keys() - DEPLOYMENT]
        found += [f"{place}.work_pool.{key}" for key in deployment.get("work_pool", {}).keys() - POOL]
        limit = deployment.get("concurrency_limit", {})
        found += [f"{place}.concurrency_limit.{key}" for key in (limit.keys() if isinstance(limit, dict) else set()) - LIMIT]
        for schedule in deployment.get("schedules", []):
            found += [f"{place}.schedules.{key}" for key in schedule.keys() - SCHEDULE]
    return found


def test_every_key_is_one_that_prefect_reads() -> None:
    assert misspelt(yaml.safe_load(TEXT)) == []


@pytest.mark.parametrize("typo", ["schedules:", "concurrency_limit:", "work_pool:", "slug:", "collision_strategy:", "pull:"])
def test_a_misspelt_key_is_found(typo: str) -> None:
    broken = TEXT.replace(typo, f"{typo[:-2]}z:", 1)

    assert misspelt(yaml.safe_load(broken)) != []


def test_the_keys_known_here_are_those_of_the_installed_prefect() -> None:
    models = importlib.import_module("prefect.cli.deploy._models")

    assert set(models.DeploymentConfig.model_fields) == DEPLOYMENT
    assert set(models.WorkPoolConfig.model_fields) == POOL
    assert set(models.ConcurrencyLimitSpec.model_fields) == LIMIT
    assert set(models.RawScheduleConfig.model_fields) <= SCHEDULE


def test_every_schedule_has_a_slug_so_that_a_redeployment_replaces_it() -> None:
    deployments = yaml.safe_load(TEXT)["deployments"]

    assert all(schedule.get("slug") for deployment in deployments for schedule in deployment.get("schedules", []))


@pytest.mark.parametrize("deployment", yaml.safe_load(TEXT)["deployments"], ids=lambda deployment: deployment["name"])
def test_every_entrypoint_is_a_flow(deployment: dict[str, Any]) -> None:
    path, name = deployment["entrypoint"].split(":")

    flow = getattr(importlib.import_module(path.removesuffix(".py").replace("/", ".")), name)

    assert flow.name == deployment["name"]


def test_serving_runs_what_prefect_yaml_deploys() -> None:
    from flows.deployments import served_deployments

    served = {deployment.name: deployment for deployment in served_deployments()}

    for wanted in yaml.safe_load(TEXT)["deployments"]:
        ours = served.pop(wanted["name"])
        assert ours.concurrency_limit == wanted["concurrency_limit"]["limit"]
        assert ours.concurrency_options.collision_strategy.value == wanted["concurrency_limit"]["collision_strategy"]
        assert sorted(ours.tags) == sorted(wanted["tags"])
        assert [schedule.slug for schedule in ours.schedules or []] == [s["slug"] for s in wanted.get("schedules", [])]
        schedules = [schedule.schedule for schedule in ours.schedules or []]
        assert [getattr(schedule, "cron", None) for schedule in schedules] == [s.get("cron") for s in wanted.get("schedules", [])]
        assert ["interval" in s for s in wanted.get("schedules", [])] == [hasattr(schedule, "interval") for schedule in schedules]
    assert served == {}


def test_no_task_has_a_tag_since_each_costs_a_word_with_the_server_before_it_begins() -> None:
    from prefect import Task

    modules = [importlib.import_module(f"flows.{name}") for name in ("tasks", "maintain", "spreading")]
    tasks = [value for module in modules for value in vars(module).values() if isinstance(value, Task)]

    assert len(tasks) > 10
    assert [task.name for task in tasks if task.tags] == []
