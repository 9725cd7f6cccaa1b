"""What a feed says of its rhythm: taken where it can be meant, left where it would silence the feed."""

from __future__ import annotations

import pytest

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
