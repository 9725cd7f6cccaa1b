"""The locked dependencies -> those with known holes, by pip-audit: `python -m tests.audit`. Offline it is skipped, and says so.

Ends with code 1 where a hole is known. pip-audit runs in an environment of its own: it is no dependency of ours.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

LOCK = Path(__file__).resolve().parents[1] / "requirements" / "runtime.lock"
PIP_AUDIT = ("uv", "tool", "run", "--from", "pip-audit>=2.9,<3", "pip-audit")
OPTIONS = ("--disable-pip", "--no-deps", "--progress-spinner", "off", "-r")
UNREACHABLE = ("ConnectionError", "Max retries", "Temporary failure", "dns error", "ConnectTimeout", "ReadTimeout")
"""What uv and pip-audit say where there is no network, or an index without the advisories."""
TIMEOUT_SECONDS = 600


def audit(lock: Path = LOCK) -> tuple[int, str]:
    """Return the exit code and what was said: 0 nothing known, 1 holes, 0 with a reason where nobody could be asked."""
    command = [sys.executable, "-m", *PIP_AUDIT, *OPTIONS, str(lock)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=TIMEOUT_SECONDS)
    except subprocess.TimeoutExpired:
        return 0, f"skipped: no answer within {TIMEOUT_SECONDS} s"
    said = f"{done.stdout}\n{done.stderr}".strip()
    return verdict(done.returncode, said)


def verdict(code: int, said: str) -> tuple[int, str]:
    """Tell holes from a network that is not there."""
    if code == 0:
        return 0, said
    if "known vulnerabilit" in said:
        return 1, said
    reason = next((line for line in reversed(said.splitlines()) if any(sign in line for sign in UNREACHABLE)), None)
    return (0, f"skipped, the advisories cannot be reached: {reason.strip()[:200]}") if reason else (code, said)


if __name__ == "__main__":
    code, told = audit()
    print(told)
    sys.exit(code)
