"""Errors of the warehouse.

WarehouseError
├── WarehouseTransient       may succeed later: retry
│   ├── WarehouseBusy            another process holds the writer's lock
│   └── DiskFull                 no room to write; free some and run again
└── WarehouseTerminal        needs a person
    ├── WarehouseMissing         there is no such file yet
    ├── WarehouseNewer           made by a newer newsloom or a newer DuckDB
    ├── WarehouseReadOnly        the folder or the file cannot be written
    ├── WarehouseDamaged         the file cannot be read, or a released migration was edited
    ├── PublishRefused           the file is not in a state to be copied
    └── QueryRefused             SQL that fails, writes, or runs away
"""

from __future__ import annotations


class WarehouseError(Exception):
    """Base of all; `item` names the file (or the query) concerned."""

    def __init__(self, item: str, reason: str) -> None:
        super().__init__(item, reason)  # both, so that it pickles
        self.item = item
        self.reason = reason

    def __str__(self) -> str:
        return f"{self.item}: {self.reason}"


class WarehouseTransient(WarehouseError):
    """May succeed when tried again later."""


class WarehouseBusy(WarehouseTransient):
    """Another process writes and did not finish within the time given."""


class DiskFull(WarehouseTransient):
    """The disk has no room; what was committed before is intact."""


class WarehouseTerminal(WarehouseError):
    """Will fail the same way every time."""


class WarehouseMissing(WarehouseTerminal):
    """The file does not exist."""


class WarehouseNewer(WarehouseTerminal):
    """The file was made by a newer newsloom or a newer DuckDB than this one."""


class WarehouseReadOnly(WarehouseTerminal):
    """The file or its folder cannot be written by this user."""


class WarehouseDamaged(WarehouseTerminal):
    """The file does not open, or its history does not match this newsloom's."""


class PublishRefused(WarehouseTerminal):
    """The working file has unfinished writes, so a copy would be silently short."""


class QueryRefused(WarehouseTerminal):
    """The SQL is wrong, wants to write or to touch files, or exceeds its limits."""
