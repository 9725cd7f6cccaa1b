"""Where the labelled sets lie: a folder `shared` beside the project, or `NEWSLOOM_SHARED`."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

SHARED = Path(os.environ.get("NEWSLOOM_SHARED", Path(__file__).resolve().parents[2] / "shared"))


def shared(relative: str) -> Path:
    """Return a path in the shared data, or skip the test and say why."""
    path = SHARED / relative
    if not path.exists():
        pytest.skip(f"needs the labelled data at {relative} in a folder `shared` beside the project (or NEWSLOOM_SHARED)")
    return path
