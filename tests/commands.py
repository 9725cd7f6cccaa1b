"""A command of newsloom in this process: words in, exit code out; what it prints is for `capsys`."""

from __future__ import annotations

import sys

import pytest

from flows.cli import main


def ended(*words: str) -> int:
    """Run `newsloom` with these words to its end."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", ["newsloom", *words])
        try:
            main()
        except SystemExit as end:
            return int(end.code or 0)
    return 0
