"""Errors of the extractors.

ExtractorError
├── TransientError   may succeed later: retry
└── TerminalError    will not: one outcome row, and on
    ├── FeedUnreadable
    ├── PageUnreadable
    ├── InputUnreadable
    └── ModelUnusable
"""

from __future__ import annotations

import re


class ExtractorError(Exception):
    """Base of all; `item` names what was being read (a URL or a path)."""

    def __init__(self, item: str, reason: str) -> None:
        super().__init__(item, reason)  # both, so that it pickles
        self.item = item
        self.reason = reason

    def __str__(self) -> str:
        return _SECRET.sub("//…@", f"{self.item}: {self.reason}")


_SECRET = re.compile(r"//[^/\s@]{1,500}@")
"""User name and password of a URL: an error ends in logs."""


class TransientError(ExtractorError):
    """May succeed when tried again later."""


class TerminalError(ExtractorError):
    """Will fail the same way every time; recorded as the item's outcome."""


class FeedUnreadable(TerminalError):
    """The document is no feed in any format we know."""


class PageUnreadable(TerminalError):
    """The page holds no article that we can read."""


class InputUnreadable(TerminalError):
    """A file given to import cannot be read."""


class ModelUnusable(TerminalError):
    """A language model is missing, broken, or not the one that was pinned."""
