"""No real page is called a wall: 1,473 saved pages of newsrooms, blogs and agencies in fifty languages."""

from __future__ import annotations

import gzip

import pytest

from extractors.fetch.walls import wall_of
from tests.shared_data import SHARED

PAGES = sorted((SHARED / "data" / "extraction" / "html").glob("*.html.gz"))
MOST_FALSE_ALARMS = 0


@pytest.mark.gate
@pytest.mark.skipif(not PAGES, reason="the shared pages are not beside the project")
def test_no_real_page_is_called_a_wall() -> None:
    alarms = {}
    for path in PAGES:
        wall = wall_of(200, (), gzip.decompress(path.read_bytes()), "paper.example", "/a", was_redirected=False)
        if wall is not None:
            alarms[path.name] = wall[1]

    assert len(alarms) <= MOST_FALSE_ALARMS, alarms
