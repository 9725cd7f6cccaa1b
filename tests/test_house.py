"""The house itself: the lock files, the wheel, the papers."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
LOCKS = {
    "runtime": PROJECT["project"]["dependencies"] + PROJECT["dependency-groups"]["build"],
    "dev": PROJECT["project"]["dependencies"] + PROJECT["dependency-groups"]["build"] + PROJECT["dependency-groups"]["dev"],
}


def pins_of(lock: str) -> dict[str, list[Version]]:
    pins: dict[str, list[Version]] = {}
    for name, version in re.findall(r"^([A-Za-z0-9._-]+)==(\S+)", lock, re.MULTILINE):
        pins.setdefault(name.lower().replace("_", "-"), []).append(Version(version))
    return pins


@pytest.mark.parametrize("name", LOCKS)
def test_every_dependency_is_locked_to_a_version_it_allows(name: str) -> None:
    pins = pins_of((ROOT / f"requirements/{name}.lock").read_text())

    wrong = [
        text
        for text in LOCKS[name]
        if not (versions := pins.get((wanted := Requirement(text)).name.lower().replace("_", "-")))
        or not all(wanted.specifier.contains(version, prereleases=True) for version in versions)
    ]

    assert wrong == []


@pytest.mark.parametrize("name", LOCKS)
def test_every_pin_carries_hashes_and_no_index_is_named(name: str) -> None:
    lock = (ROOT / f"requirements/{name}.lock").read_text()

    pins = re.findall(r"^[A-Za-z0-9._-]+==.*\\$", lock, re.MULTILINE)
    unhashed = re.findall(r"^[A-Za-z0-9._-]+==[^\\\n]*$", lock, re.MULTILINE)

    assert len(pins) > 50
    assert unhashed == []
    assert "://" not in lock


def test_the_two_locks_agree() -> None:
    runtime, dev = (pins_of((ROOT / f"requirements/{name}.lock").read_text()) for name in LOCKS)

    assert {name: pins for name, pins in runtime.items() if dev.get(name) != pins} == {}


def test_the_wheel_carries_every_data_file(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]

    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)

    (wheel,) = tmp_path.glob("*.whl")
    packed = {name for name in zipfile.ZipFile(wheel).namelist() if not name.startswith("newsloom-")}
    on_disk = {
        str(path.relative_to(ROOT))
        for package in ("flows", "extractors", "warehouse")
        for path in (ROOT / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert packed == on_disk
    assert any(name.endswith(".sql") for name in packed)


def test_no_module_is_a_room_for_everything() -> None:
    crowded = {
        str(path.relative_to(ROOT)): lines
        for package in ("flows", "extractors", "warehouse", "tests")
        for path in (ROOT / package).rglob("*.py")
        if (lines := len(path.read_text().splitlines())) > 500
    }

    assert crowded == {}
