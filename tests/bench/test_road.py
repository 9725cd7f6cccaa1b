"""The benchmark of the whole road still runs and adds up."""

from __future__ import annotations

from pathlib import Path

from tests.bench.road import measure, print_report
from tests.shared_data import shared


def test_the_benchmark_takes_ten_real_pages_down_the_whole_road(tmp_path: Path) -> None:
    folder = shared("data/extraction/html")

    report = measure(folder, tmp_path, pages=10, workers=1, engine="gazetteer")
    print_report(report)

    assert report.pages == sum(report.outcomes.values()) == 10
    assert report.outcomes["loaded"] >= 8
    assert report.bare_texts >= 8
    assert sum(report.meter.cpu["read"]) < report.meter.cpu["whole road"][0]
