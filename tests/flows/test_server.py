"""Prefect's surroundings: what is set, what the operator's own choice keeps, and no password that others can read."""

from __future__ import annotations

import stat
from pathlib import Path

from flows.engine import prefect_environment
from flows.server import read_environment, server_environment, write_environment, zombie_automation


def test_an_embedded_server_keeps_its_database_in_the_data_folder(tmp_path: Path) -> None:
    added = prefect_environment(tmp_path, {})

    assert added["PREFECT_HOME"] == str(tmp_path / "prefect")
    assert added["DO_NOT_TRACK"] == "1"


def test_what_the_operator_has_set_stays(tmp_path: Path) -> None:
    added = prefect_environment(tmp_path, {"PREFECT_API_URL": "http://x.example/api", "DO_NOT_TRACK": "0"})

    assert "PREFECT_HOME" not in added
    assert "DO_NOT_TRACK" not in added


def test_a_server_of_our_own_has_a_login_csrf_protection_and_no_open_cors(tmp_path: Path) -> None:
    environment = server_environment(tmp_path, 4200, "secret")

    assert environment["PREFECT_SERVER_API_AUTH_STRING"] == environment["PREFECT_API_AUTH_STRING"] == "newsloom:secret"
    assert environment["PREFECT_SERVER_CSRF_PROTECTION_ENABLED"] == "true"
    assert environment["PREFECT_SERVER_CORS_ALLOWED_ORIGINS"] == "http://127.0.0.1:4200"


def test_the_environment_file_is_its_owners_alone_and_is_written_once(tmp_path: Path) -> None:
    path = write_environment(tmp_path)
    first = path.read_text()

    assert write_environment(tmp_path).read_text() == first
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert read_environment(path)["PREFECT_API_URL"] == "http://127.0.0.1:4200/api"


def test_another_port_keeps_the_password(tmp_path: Path) -> None:
    before = read_environment(write_environment(tmp_path, 4200))
    after = read_environment(write_environment(tmp_path, 4300))

    assert after["PREFECT_API_URL"] == "http://127.0.0.1:4300/api"
    assert after["PREFECT_API_AUTH_STRING"] == before["PREFECT_API_AUTH_STRING"]


def test_the_automation_waits_three_heartbeats() -> None:
    automation = zombie_automation()

    assert automation.trigger.within.total_seconds() == 90
