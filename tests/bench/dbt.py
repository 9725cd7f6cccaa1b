"""The dbt project of the docs over a published copy, by a real dbt: `make dbt`, or `python -m tests.bench.dbt DBT [HOME]`.

DBT is the command of an environment of its own (requirements/dbt.lock: dbt wants 50 packages that newsloom does not);
without HOME a small copy is made. Every source, model and test must pass, and the models must hold what the copy says.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import duckdb

from tests.dashboard_samples import publish_sample
from warehouse.connection import published_path

PROJECT = Path(__file__).resolve().parents[2] / "docs" / "examples" / "dbt"


def build(dbt: str, home: Path, folder: Path) -> dict[str, str]:
    """Run `dbt build` on a copy of the project in a folder; return the status of each node."""
    project = folder / "project"
    shutil.copytree(PROJECT, project)
    env = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "NEWS": str(published_path(home).absolute()),
        "NEWSROOM_FILE": str(folder / "newsroom.duckdb"),
        "DO_NOT_TRACK": "1",
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
    }
    done = subprocess.run(
        [dbt, "--no-version-check", "build", "--profiles-dir", "."], cwd=project, env=env, text=True, check=False
    )
    results = json.loads((project / "target" / "run_results.json").read_text())["results"]
    assert done.returncode == 0, "dbt build failed"
    return {result["unique_id"]: result["status"] for result in results}


def main() -> None:
    """Build, compare, and say what was built."""
    dbt = shutil.which(sys.argv[1]) or sys.exit(f"no dbt at {sys.argv[1]}")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        home = Path(sys.argv[2]) if len(sys.argv) > 2 else folder / "home"
        if len(sys.argv) <= 2:
            publish_sample(home)
        statuses = build(str(Path(dbt).absolute()), home, folder)
        assert set(statuses.values()) <= {"success", "pass"}, statuses
        with duckdb.connect(str(folder / "newsroom.duckdb"), read_only=True) as connection:
            connection.execute(f"ATTACH '{published_path(home)}' AS news (READ_ONLY)")
            built, there = (
                connection.execute(f"SELECT sum(articles)::BIGINT FROM {table}").fetchall()[0][0]
                for table in ("own_share", "news.main.daily_coverage")
            )
        assert built == there > 0
        print(f"dbt: {len(statuses)} models and tests passed over {there} articles")


if __name__ == "__main__":
    main()
