"""The locked dependencies -> those with known holes, by pip-audit: `python -m tests.audit`. Offline it is skipped, and says so.

Ends with code 1 where a hole is known. pip-audit runs in an environment of its own: it is no dependency of ours.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

LOCK = Path(__file__).resolve().parents[1] / "requirements" / "runtime.lock"
PIP_AUDIT = ("uv", "tool", "run", "--from", "pip-audit>=2.9,<3", "pip-audit")
OPTIONS = ("--disable-pip", "--no-deps", "--progress-spinner", "off", "--format", "json", "-r")
UNREACHABLE = ("ConnectionError", "Max retries", "Temporary failure", "dns error", "ConnectTimeout", "ReadTimeout")
"""What uv and pip-audit say where there is no network."""
TIMEOUT_SECONDS = 180


def audit(lock: Path = LOCK) -> tuple[int, str]:
    """Return the exit code and what was found: 0 nothing known, 1 holes, 0 with a reason where nobody could be asked."""
    command = [sys.executable, "-m", *PIP_AUDIT, *OPTIONS, str(lock)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=TIMEOUT_SECONDS)
    except subprocess.TimeoutExpired:
        return 0, f"skipped: no answer within {TIMEOUT_SECONDS} s"
    return verdict(done.returncode, done.stdout, done.stderr)


def verdict(code: int, found: str, said: str) -> tuple[int, str]:
    """Tell holes from packages that nobody knows here, and both from a network that is not there."""
    try:
        packages: list[dict[str, Any]] = json.loads(found)["dependencies"]
    except (ValueError, KeyError, TypeError):
        reason = next((line for line in reversed(said.splitlines()) if any(sign in line for sign in UNREACHABLE)), None)
        return (0, f"skipped, the advisories cannot be reached: {reason.strip()[:200]}") if reason else (code or 2, said)
    asked = [package for package in packages if "skip_reason" not in package]
    holes = [
        f"{package['name']} {package['version']}: {hole['id']}, mended in {', '.join(hole.get('fix_versions') or ['no version'])}"
        for package in asked
        for hole in package.get("vulns", ())
    ]
    if packages and not asked:
        return 0, f"skipped: the package index here has no advisories on any of {len(packages)} packages"
    return int(bool(holes)), "\n".join(
        [*holes, f"{len(asked)} of {len(packages)} packages asked about, {len(holes)} known holes"]
    )


if __name__ == "__main__":
    code, told = audit()
    print(told)
    sys.exit(code)
