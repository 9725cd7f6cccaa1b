"""Errors of the flows and the command line: each message says what to do.

FlowError
├── SettingsInvalid   a setting is out of range or unknown
└── ContactMissing    nobody polls the web anonymously
"""

from __future__ import annotations


class FlowError(Exception):
    """Base of all; its text is for the operator."""


class SettingsInvalid(FlowError):
    """A setting cannot be used; the message names it and why."""


class ContactMissing(FlowError):
    """Publishers must be able to reach whoever polls them."""

    def __init__(self) -> None:
        super().__init__("Set NEWSLOOM_CONTACT to a mail address or URL under which publishers can reach you.")
