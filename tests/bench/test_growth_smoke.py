from __future__ import annotations

from pathlib import Path

import pytest

from tests.bench import growth
from warehouse.check import check
from warehouse.connection import writer

MADE_UP = {"outcomes belong to runs", "a mention's offsets give its surface"}
"""Promises that made-up rows need not keep: there is no run, and the names stand nowhere in the texts."""


def test_a_whole_batch_is_measured_against_a_store_that_keeps_its_promises(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(growth, "FOLDER", tmp_path)
    monkeypatch.setattr(growth, "BATCH", 40)
    monkeypatch.setattr(growth, "BATCHES", 1)
    monkeypatch.setattr(growth, "NAMES", 500)
    growth.build(tmp_path / "600", 600, growth.wire_of(600))

    row = growth.measure(600, with_publish=True)

    with writer(tmp_path / "600") as connection:
        broken = [one for one in check(connection) if one.promise not in MADE_UP]
    assert row["copies found a batch"] >= 8
    assert not broken
