"""Errors of the flows and the command line: each message says what to do.

FlowError
├── SettingsInvalid   a setting is out of range or unknown
├── ContactMissing    nobody polls the web anonymously
├── DaskMissing       Dask is asked for and not installed
├── ServerUnreachable the Prefect server does not answer
├── AlreadyRunning    another process runs the same flow
└── NameRefused       a curated word on names that means nothing, or contradicts another
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


class DaskMissing(FlowError):
    """The task runner that was asked for is not installed."""

    def __init__(self) -> None:
        super().__init__("NEWSLOOM_TASK_RUNNER=dask needs the extra `dask`: pip install 'newsloom[dask]'.")


class ServerUnreachable(FlowError):
    """The Prefect server does not answer."""

    def __init__(self, url: str, reason: str) -> None:
        super().__init__(url, reason)
        self.url = url
        self.reason = reason

    def __str__(self) -> str:
        return f"Prefect server {self.url}: {self.reason}"


class AlreadyRunning(FlowError):
    """Another process runs the same flow on the same data folder."""

    def __init__(self, kind: str, holder: str) -> None:
        super().__init__(kind, holder)
        self.kind = kind
        self.holder = holder

    def __str__(self) -> str:
        return f"another {self.kind} is running (process {self.holder}); this one is not needed"


class NameRefused(FlowError):
    """A curated word on names cannot be taken; the message says why and what would do."""
