from __future__ import annotations

from pathlib import Path

import pytest

from tests.bench import warehouse


def test_the_benchmark_of_the_warehouse_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(warehouse, "FOLDER", tmp_path)

    warehouse.bench([600])

    said = capsys.readouterr().out
    assert all(f"| {question} |" in said for question in warehouse.QUESTIONS)
