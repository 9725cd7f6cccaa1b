from __future__ import annotations

from pathlib import Path

from flows.dashboard.app import PAGES
from tests.bench import dashboard_pages
from tests.dashboard_samples import publish_sample


def test_the_benchmark_of_the_dashboard_asks_every_page(tmp_path: Path) -> None:
    publish_sample(tmp_path)

    taken = dashboard_pages.measure(tmp_path, tries=1)

    assert {page.name for page in PAGES} < taken.keys()
    assert all(one.first > 0 for one in taken.values())
