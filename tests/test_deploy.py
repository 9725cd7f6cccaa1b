"""deploy/: held against the Compose specification, a linter, systemd's own, and the rules that nobody may forget there."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[1]
DEPLOY = ROOT / "deploy"
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))
COMPOSE = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
LAKE = yaml.safe_load((DEPLOY / "compose.lake.yaml").read_text())  # laid over the first
MACHINE = yaml.safe_load((DEPLOY / "compose.machine.yaml").read_text())  # a further machine
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
EVERYWHERE = [(name, service) for file in (COMPOSE, LAKE, MACHINE) for name, service in file["services"].items()]
OURS = {name: service for name, service in SERVICES.items() if service.get("image", "").startswith("newsloom:")}
BIN = Path(sys.executable).parent


def run(*words: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([str(word) for word in words], capture_output=True, text=True, check=False, timeout=300)


# ------------------------------------------------------------------------------------------------ compose


def test_every_compose_file_is_one_by_the_compose_specification(tmp_path: Path) -> None:
    checker = BIN / "check-jsonschema"
    broken = tmp_path / "compose.yaml"
    broken.write_text((DEPLOY / "compose.yaml").read_text().replace("healthcheck:", "healthchek:", 1))

    files = sorted(DEPLOY.glob("compose*.yaml"))
    assert len(files) == 3
    assert run(checker, "--builtin-schema", "vendor.compose-spec", *files).returncode == 0
    assert run(checker, "--builtin-schema", "vendor.compose-spec", broken).returncode == 1


def test_ports_are_published_on_loopback_only() -> None:
    published = [port for service in SERVICES.values() for port in service.get("ports", [])]

    assert published == ["127.0.0.1:4200:4200", "127.0.0.1:8050:8050"]
    shared = [port for service in LAKE["services"].values() for port in service.get("ports", [])]
    assert len(shared) == 2
    assert all(port.startswith("${NEWSLOOM_INSIDE:?") for port in shared), "on an address that the operator must name"
    assert MACHINE["services"]["dashboard"]["ports"] == ["127.0.0.1:8050:8050"]


def test_every_image_has_a_version() -> None:
    images = {service["image"] for _, service in EVERYWHERE if "image" in service}

    assert {image for image in images if not re.fullmatch(r"[\w./-]+:\d+\.\d+[\w.-]*", image)} == set()


def test_secrets_are_files_and_none_stands_in_the_file() -> None:
    given = {name: value for _, service in EVERYWHERE for name, value in service.get("environment", {}).items()}
    secret = {name: value for name, value in given.items() if re.search("PASSW|AUTH_STRING|TOKEN|CONNECTION_URL|SECRET", name)}

    assert secret
    assert {
        name for name, value in secret.items() if not name.endswith("_FILE") or not value.startswith("/run/secrets/")
    } == set()
    assert {value.removeprefix("/run/secrets/") for value in secret.values()} == COMPOSE["secrets"].keys() | LAKE[
        "secrets"
    ].keys()
    assert MACHINE["secrets"].items() <= (COMPOSE["secrets"] | LAKE["secrets"]).items()


def test_a_further_machine_has_the_worker_of_the_first_one() -> None:
    """Who changes one of them is told of the other."""
    first, over, further = (file["services"]["worker"] for file in (COMPOSE, LAKE, MACHINE))
    environment = {**first["environment"], **over["environment"]}

    assert {name for name in environment if environment[name] != further["environment"].get(name)} == {
        "PREFECT_API_URL",
        "NEWSLOOM_CATALOG",
    }
    assert environment.keys() == further["environment"].keys()
    assert over["secrets"] == further["secrets"]
    for what in ("command", "user", "read_only", "cap_drop", "security_opt", "healthcheck", "stop_grace_period"):
        assert first[what] == further[what], what


@pytest.mark.parametrize("name", sorted(OURS))
def test_a_service_has_no_more_rights_than_it_needs_and_tells_nobody(name: str) -> None:
    service = OURS[name]

    assert service["user"] == "10001:10001"
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["environment"]["DO_NOT_TRACK"] == "1"
    assert service["environment"]["PREFECT_SERVER_ANALYTICS_ENABLED"] == "false"


def test_every_lasting_service_has_a_healthcheck_and_every_dependency_is_there() -> None:
    assert {name for name, service in SERVICES.items() if "healthcheck" not in service} == {"setup"}
    assert {needed for service in SERVICES.values() for needed in service.get("depends_on", {})} <= SERVICES.keys()
    for kind in ("networks", "volumes", "secrets"):
        named = {one.split(":")[0] for service in SERVICES.values() for one in service.get(kind, [])}
        assert named == COMPOSE[kind].keys()


def test_only_the_workers_reach_the_world_and_only_the_server_reaches_the_database() -> None:
    assert {name for name, service in SERVICES.items() if "outside" in service["networks"]} == {"worker"}
    assert {name for name, service in SERVICES.items() if "database" in service["networks"]} == {"postgres", "server"}


def test_every_variable_of_ours_is_a_setting_of_ours() -> None:
    from flows.settings import Settings

    given = {name.removesuffix("_FILE") for _, service in EVERYWHERE for name in service.get("environment", {})}
    given |= {name for unit in UNITS for name in re.findall(r"\b(NEWSLOOM_\w+)=", unit.read_text())}

    known = {f"NEWSLOOM_{name.upper()}" for name in Settings.model_fields}
    assert {name for name in given if name.startswith("NEWSLOOM_")} <= known


def test_every_variable_of_prefect_is_a_setting_of_the_installed_prefect() -> None:
    # In a process of its own: Prefect reads its environment once, and this one's tests have others.
    known = run(
        sys.executable,
        "-W",
        "ignore",
        "-c",
        "from prefect.settings.legacy import _get_settings_fields as f; from prefect.settings "
        "import Settings; print(*f(Settings))",
    ).stdout.split()
    assert len(known) > 100, "Prefect has moved its list of settings"
    given = {name.removesuffix("_FILE") for _, service in EVERYWHERE for name in service.get("environment", {})}

    assert {name for name in given if name.startswith("PREFECT_")} - set(known) == set()


# ------------------------------------------------------------------------------------------------ the image


def test_the_dockerfile_pleases_its_linter() -> None:
    done = run(BIN / "hadolint", DEPLOY / "Dockerfile")

    assert (done.returncode, done.stdout) == (0, "")


def test_the_image_gets_what_the_dockerfile_copies_and_nothing_else() -> None:
    copied = re.findall(r"^COPY (?!--from)(?:--\S+ )?(.+) \S+$", (DEPLOY / "Dockerfile").read_text(), re.MULTILINE)
    allowed = re.findall(r"^!(\S+)", (DEPLOY / "Dockerfile.dockerignore").read_text(), re.MULTILINE)

    assert sorted(name for names in copied for name in names.split()) == sorted(allowed)
    assert [name for name in allowed if not (ROOT / name).exists()] == []


def test_the_entrypoint_reads_secrets_from_files_and_hands_no_file_name_on(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("user:it's $(a) pass\"word\n")
    done = subprocess.run(
        [DEPLOY / "entrypoint.sh", "sh", "-c", 'printf %s "$PREFECT_API_AUTH_STRING|${PREFECT_API_AUTH_STRING_FILE-gone}"'],
        env={"PATH": "/usr/bin:/bin", "PREFECT_API_AUTH_STRING_FILE": str(tmp_path / "secret")},
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout == "user:it's $(a) pass\"word|gone"


def test_the_entrypoint_reads_every_secret_that_a_compose_file_gives_to_our_image(tmp_path: Path) -> None:
    ours = {
        name
        for _, service in EVERYWHERE
        if not service.get("image", "newsloom:").startswith("postgres")
        for name in service.get("environment", {})
    }
    files = {name for name in ours if name.endswith("_FILE")}
    (tmp_path / "secret").write_text("word")

    seen = seen_behind_the_entrypoint(dict.fromkeys(files, str(tmp_path / "secret")))

    assert len(files) >= 5
    assert {name: seen.get(name) for name in seen if name in files} == {}
    assert {name for name in files if seen.get(name.removesuffix("_FILE")) != "word"} == set()


def test_the_entrypoint_leaves_files_alone_that_are_no_secrets(tmp_path: Path) -> None:
    (tmp_path / "cert.pem").write_text("a certificate")
    given = {
        name: str(tmp_path / "cert.pem")
        for name in ("SSL_CERT_FILE", "PREFECT_API_SSL_CERT_FILE", "AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_CONFIG_FILE", "TOKEN_FILE")
    }

    seen = seen_behind_the_entrypoint({**given, "LESSOPEN": "NEWSLOOM_DASHBOARD_TOKEN_FILE=x"})

    assert given.items() <= seen.items()
    assert {name for name in seen if f"{name}_FILE" in given} == set()


def seen_behind_the_entrypoint(given: dict[str, str]) -> dict[str, str]:
    words = [DEPLOY / "entrypoint.sh", "env", "-0"]
    done = subprocess.run(words, env={"PATH": "/usr/bin:/bin", **given}, capture_output=True, text=True, check=True)
    return dict(line.split("=", 1) for line in done.stdout.split("\0") if line)


@pytest.mark.parametrize("content", [None, ""], ids=["absent", "empty"])
def test_the_entrypoint_refuses_a_secret_that_is_not_there(tmp_path: Path, content: str | None) -> None:
    if content is not None:
        (tmp_path / "secret").write_text(content)
    done = subprocess.run(
        [DEPLOY / "entrypoint.sh", "true"],
        env={"PATH": "/usr/bin:/bin", "NEWSLOOM_DASHBOARD_TOKEN_FILE": str(tmp_path / "secret")},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 1
    assert "secret" in done.stderr


# ------------------------------------------------------------------------------------------------ systemd


@pytest.fixture
def units(tmp_path: Path) -> list[Path]:
    """The units with commands that exist here; the template as an instance."""
    made = []
    for unit in UNITS:
        text = re.sub(r"/srv/newsloom/\.venv/bin/\w+", "/usr/bin/env", unit.read_text())
        text = re.sub(r"^Documentation=.*$", "", text, flags=re.MULTILINE)
        made.append(tmp_path / unit.name.replace("@.", "@1."))
        made[-1].write_text(text)
    return made


def test_systemd_takes_the_units(units: list[Path]) -> None:
    if not shutil.which("systemd-analyze"):
        pytest.skip("there is no systemd-analyze here")
    done = run("systemd-analyze", "verify", "--man=no", *units)

    assert (done.returncode, done.stderr) == (0, "")


def test_systemd_rates_the_units_exposure_low(units: list[Path]) -> None:
    if not shutil.which("systemd-analyze"):
        pytest.skip("there is no systemd-analyze here")
    for unit in units:  # of 100; a unit without hardening has 96
        done = run("systemd-analyze", "security", "--offline=true", "--threshold=20", "--no-pager", unit)

        assert done.returncode == 0, done.stdout[-200:]


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.stem)
def test_a_unit_restarts_has_no_new_rights_and_tells_nobody(unit: Path) -> None:
    text = unit.read_text()

    for line in ("NoNewPrivileges=yes", "ProtectSystem=strict", "User=newsloom", "CapabilityBoundingSet="):
        assert f"\n{line}\n" in text
    assert re.search(r"^Restart=(on-failure|always)$", text, re.MULTILINE)
    assert "DO_NOT_TRACK=1" in text


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.stem)
def test_a_unit_calls_commands_that_there_are(unit: Path) -> None:
    [command] = re.findall(r"^ExecStart=/srv/newsloom/\.venv/bin/(\w+) (\w+)", unit.read_text(), re.MULTILINE)

    assert command in {("newsloom", "serve"), ("newsloom", "dashboard"), ("prefect", "server"), ("prefect", "worker")}
    assert "0.0.0.0" not in unit.read_text()
