from __future__ import annotations

import socket
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from flows.dashboard.guard import Door, is_loopback, name_in
from flows.dashboard.serving import DashboardRefused, address, bound, door_for
from tests.dashboard_samples import client_of

if TYPE_CHECKING:
    from starlette.testclient import TestClient


@pytest.mark.parametrize("host", ["127.0.0.1:8050", "localhost:8050", "LOCALHOST", "[::1]:8050"])
def test_the_names_of_this_machine_are_served(client: TestClient, host: str) -> None:
    assert client.get("/", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize("host", ["rebound.example", "127.0.0.1.rebound.example:8050", "localhost.example", "", "[::2]"])
def test_a_foreign_name_that_resolves_here_is_not_served(client: TestClient, host: str) -> None:
    answer = client.get("/version", headers={"Host": host})

    assert answer.status_code == 421
    assert "version" not in answer.text


def test_nothing_but_reading_is_answered(client: TestClient) -> None:

    assert client.post("/sql", data={"q": "SELECT 1"}).status_code == 405
    assert client.request("DELETE", "/").status_code == 405


def test_another_site_may_link_but_not_ask(client: TestClient) -> None:

    assert client.get("/sql?q=SELECT+1", headers={"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"}).status_code == 403
    assert client.get("/", headers={"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}).status_code == 200


@pytest.mark.parametrize("path", ["/", "/nowhere", "/static/dashboard.css", "/version"])
def test_every_answer_forbids_scripts_styles_and_frames_from_elsewhere(client: TestClient, path: str) -> None:
    headers = client.get(path).headers

    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"


def test_a_token_opens_the_door_once_and_leaves_the_address(home: Path) -> None:
    client = client_of(home, Door(token="s3cret"), base="http://news.intra:8050")

    refused = client.get("/edits")
    wrong = client.get("/edits?token=guess")
    welcomed = client.get("/edits?token=s3cret&which=silent")
    page = client.get(welcomed.headers["location"])

    assert (refused.status_code, wrong.status_code) == (401, 401)
    assert (welcomed.status_code, welcomed.headers["location"]) == (303, "/edits?which=silent")
    assert "HttpOnly" in welcomed.headers["set-cookie"]
    assert page.status_code == 200
    assert "s3cret" not in page.text


def test_the_redirect_after_a_token_stays_on_this_host(home: Path) -> None:
    client = client_of(home, Door(token="s3cret"))

    answer = client.get("http://127.0.0.1:8050//elsewhere.example/?token=s3cret")

    assert answer.headers["location"] == "/elsewhere.example/"


def test_beyond_loopback_a_token_is_needed() -> None:
    with pytest.raises(DashboardRefused, match="NEWSLOOM_DASHBOARD_TOKEN"):
        door_for("0.0.0.0", None)
    assert door_for("0.0.0.0", "s3cret").token == "s3cret"
    assert door_for("127.0.0.1", None).token is None


@pytest.mark.parametrize(
    ("host", "loopback"),
    [
        ("127.0.0.1", True),
        ("127.8.8.8", True),
        ("::1", True),
        ("localhost", True),
        ("0.0.0.0", False),
        ("::", False),
        ("x.example", False),
    ],
)
def test_what_counts_as_loopback(host: str, loopback: bool) -> None:
    assert is_loopback(host) is loopback


def test_the_name_in_a_host_header() -> None:
    assert [name_in(host) for host in ("A.example:80", "[::1]:80", "a.example.", "")] == ["a.example", "::1", "a.example", ""]


def test_a_port_that_is_taken_is_an_error_that_says_so() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(DashboardRefused, match="--port"):
            bound("127.0.0.1", port)


def test_the_address_to_open() -> None:
    assert address("127.0.0.1", 8050) == "http://127.0.0.1:8050/"
    assert address("0.0.0.0", 80, "a b") == "http://127.0.0.1:80/?token=a+b"
    assert address("::1", 80) == "http://[::1]:80/"
