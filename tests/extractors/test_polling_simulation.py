"""A small run of the simulation in tests/bench: what one setting of the rhythm beats, and that no peer beats ours."""

from __future__ import annotations

import pytest

from extractors.schedule import DEFAULT
from tests.bench.polling_rules import OUR_REDIRECTS_KEPT_AFTER, PEERS, REDIRECTS_KEPT_AFTER, newsloom
from tests.bench.polling_world import Conduct, SyntheticFeed, feeds_of
from tests.bench.simulate_polling import Tally, least_mean_minutes, run, settings_of

FEEDS, DAYS, SEED = 150, 7, 5


@pytest.fixture(scope="module")
def feeds() -> list[SyntheticFeed]:
    return feeds_of(FEEDS, DAYS, SEED)


@pytest.fixture(scope="module")
def ours(feeds: list[SyntheticFeed]) -> Tally:
    return run(feeds, DAYS, newsloom(settings_of(DEFAULT.effort)), OUR_REDIRECTS_KEPT_AFTER)


@pytest.fixture(scope="module")
def peers(feeds: list[SyntheticFeed]) -> dict[str, Tally]:
    slow = {name: make for name, make in PEERS.items() if name != "fixed 15 min"}
    return {name: run(feeds, DAYS, make, REDIRECTS_KEPT_AFTER.get(name, 0.0)) for name, make in slow.items()}


@pytest.mark.parametrize("name", ["fixed 60 min", "miniflux round_robin"])
def test_the_default_asks_less_than_hourly_rules_and_sees_stories_sooner(peers: dict[str, Tally], ours: Tally, name: str) -> None:
    assert ours.requests < peers[name].requests
    assert ours.mean() < 0.7 * peers[name].mean()
    assert ours.share(0.9) < peers[name].share(0.9)
    assert ours.lost <= peers[name].lost


def test_with_two_thirds_of_the_requests_stories_are_seen_as_soon_as_by_commafeed(
    feeds: list[SyntheticFeed], peers: dict[str, Tally]
) -> None:
    ours = run(feeds, DAYS, newsloom(settings_of(0.07)), OUR_REDIRECTS_KEPT_AFTER)

    assert ours.requests < 0.8 * peers["CommaFeed"].requests
    assert ours.mean() <= peers["CommaFeed"].mean()


def test_no_peer_asks_less_and_sees_stories_sooner(peers: dict[str, Tally], ours: Tally) -> None:
    for name, peer in peers.items():
        assert not (peer.requests <= ours.requests and peer.mean() <= ours.mean()), name


def test_nobody_comes_below_what_the_true_rates_allow(feeds: list[SyntheticFeed], peers: dict[str, Tally], ours: Tally) -> None:
    for tally in (*peers.values(), ours):
        assert tally.mean() > least_mean_minutes(feeds, tally.requests)


def test_a_seed_makes_the_same_feeds_whole_or_in_part() -> None:
    assert feeds_of(20, 3, 9)[5:8] == feeds_of(20, 3, 9, range(5, 8))
    assert feeds_of(5, 3, 9) != feeds_of(5, 3, 10)


def test_a_server_with_a_limit_lets_in_whoever_waits_as_told() -> None:
    [feed] = feeds_of(1, 1, 1)
    feed = SyntheticFeed(
        "https://a.example/", "newsroom", feed.times, 10, 0.0, 0.0, tells_age=False, ttl=None, period=None, hourly_limit=2
    )
    server = Conduct()

    first = [server.status_of(feed, at) for at in (0.0, 60.0, 120.0)]
    rest = server.rest()

    assert first == [200, 200, 429]
    assert server.status_of(feed, 120.0 + rest) == 200
