"""A small run of the simulation in tests/bench: fewer requests than each peer at no longer delay."""

from __future__ import annotations

import pytest

from tests.bench.simulate_polling import MATCHES, PEERS, Tally, feeds_of, newsloom, run

FEEDS, DAYS = 120, 6


@pytest.fixture(scope="module")
def tallies() -> dict[str, tuple[Tally, Tally]]:
    feeds = feeds_of(FEEDS, DAYS, seed=5)
    ours = {settings: run(feeds, DAYS, newsloom(settings)) for settings in set(MATCHES.values()) if settings.effort > 0.1}
    return {name: (run(feeds, DAYS, PEERS[name]), ours[MATCHES[name]]) for name in PEERS if MATCHES[name] in ours}


def test_no_peer_polls_less_and_sees_stories_sooner(tallies: dict[str, tuple[Tally, Tally]]) -> None:
    for name, (peer, ours) in tallies.items():
        assert not (peer.requests <= ours.requests and peer.mean() <= ours.mean()), name


@pytest.mark.parametrize("name", ["fixed 60 min", "miniflux round_robin"])
def test_the_default_beats_hourly_polling_on_every_count(tallies: dict[str, tuple[Tally, Tally]], name: str) -> None:
    peer, ours = tallies[name]

    assert ours.requests < 0.8 * peer.requests
    assert ours.mean() < peer.mean()
    assert ours.share(0.5) < peer.share(0.5)
    assert ours.lost <= peer.lost
    assert ours.wasted / ours.requests < peer.wasted / peer.requests
