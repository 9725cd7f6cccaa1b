"""What a feed says of its rhythm: taken where it can be meant, left where it would silence the feed."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from extractors import headers
from extractors.feeds.hints import hints_of
from extractors.records import Hints


@pytest.mark.parametrize(
    ("facts", "document", "hints"),
    [
        ({"ttl": "60"}, b"", Hints(ttl_seconds=3600)),
        ({"ttl": "0"}, b"", Hints()),
        ({"ttl": "-5"}, b"", Hints()),
        ({"ttl": "99999999"}, b"", Hints()),
        ({"ttl": "soon"}, b"", Hints()),
        ({"sy_updateperiod": "Daily", "sy_updatefrequency": "0"}, b"", Hints(update_period_seconds=86_400)),
        ({"sy_updateperiod": "hourly", "sy_updatefrequency": "2"}, b"", Hints(update_period_seconds=1800)),
        ({"sy_updateperiod": "hourly", "sy_updatefrequency": "99999"}, b"", Hints()),
        ({"sy_updateperiod": "often"}, b"", Hints()),
        ({}, b"<skipHours><hour>24</hour><hour> 5 </hour><hour>77</hour></skipHours>", Hints(skip_hours=(0, 5))),
        ({}, b"<skipDays><day>sunday</day><day>Caturday</day></skipDays>", Hints(skip_days=(6,))),
        ({}, b"<skipHours>" + b"".join(b"<hour>%d</hour>" % hour for hour in range(24)) + b"</skipHours>", Hints()),
        ({}, b"<skipHours><hour>5", Hints()),
    ],
)
def test_a_hint_counts_only_where_it_can_be_meant(facts: dict[str, str], document: bytes, hints: Hints) -> None:
    assert hints_of(facts, document) == hints


@pytest.mark.parametrize(
    ("name", "value"),
    [("date", "Fri, 20 Nov 6026 09:30:00 GMT"), ("expires", "Fri, 31 Dec 9999 23:59:59 -1200")],
)
def test_a_date_that_leaves_the_calendar_is_no_hint(name: str, value: str) -> None:
    told = {"expires": "Fri, 20 Nov 2026 10:30:00 GMT", "date": "Fri, 20 Nov 2026 09:30:00 GMT", name: value}

    assert headers.hints_of(tuple(told.items()), datetime(2026, 11, 22, tzinfo=UTC)).expires_at is None
