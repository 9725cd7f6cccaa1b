"""docs/analysts.ipynb is what its script makes, and every cell runs over a published copy."""

from __future__ import annotations

import ast
import json
import sys
from pathlib import Path
from types import ModuleType

import pytest

from tests.bench.notebook import CELLS, FILE, cell_of
from tests.dashboard_samples import publish_sample

NOTEBOOK = json.loads(FILE.read_text(encoding="utf-8"))


def test_the_cells_are_those_of_the_script() -> None:
    there = [(cell["cell_type"], "".join(cell["source"])) for cell in NOTEBOOK["cells"]]

    assert there == [cell_of(cell) for cell in CELLS], "run tests.bench.notebook as its first line says"


def test_the_notebook_shows_answers_and_charts_and_no_error() -> None:
    outputs = [output for cell in NOTEBOOK["cells"] for output in cell.get("outputs", [])]

    assert [output for output in outputs if output["output_type"] == "error"] == []
    assert sum("image/png" in output.get("data", {}) for output in outputs) == 3
    assert FILE.stat().st_size < 300_000


def test_every_cell_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    matplotlib = pytest.importorskip("matplotlib", reason="matplotlib is in the group dev")
    matplotlib.use("Agg")
    publish_sample(tmp_path)
    monkeypatch.chdir(tmp_path)
    names = ModuleType("notebook").__dict__

    for cell in NOTEBOOK["cells"]:
        if cell["cell_type"] == "code":
            exec(compile(ast.parse("".join(cell["source"])), FILE.name, "exec"), names)

    assert names["runs"][-1][1] == 0  # the original stands at the top
    assert (tmp_path / "daily_coverage.parquet").exists()
    sys.modules["matplotlib.pyplot"].close("all")
