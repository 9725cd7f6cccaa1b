"""Errors of the warehouse.

WarehouseError
├── WarehouseTransient       may succeed later: retry
│   ├── WarehouseBusy            another process holds the writer's lock
│   ├── WarehouseConflict        somebody else changed the same rows first
│   ├── WarehouseUnreachable     the catalog's server does not answer
│   │   └── StoreUnreachable         the object store does not
│   └── DiskFull                 no room to write; free some and run again
└── WarehouseTerminal        needs a person
    ├── WarehouseMissing         there is no such file yet
    ├── WarehouseNewer           made by a newer newsloom or a newer DuckDB
    ├── WarehouseReadOnly        the folder or the file cannot be written
    ├── WarehouseUnreadable      the published copy is there, and this user may not read it
    ├── WarehouseDamaged         the file cannot be read, or a released migration was edited
    ├── CatalogRefused           the catalog's server does not let us in, or its address is wrong
    ├── ExtensionMissing         an extension of DuckDB that a lake needs is not installed
    ├── HalfMigrated             `newsloom migrate-to` has begun on this lake and not finished
    ├── TargetTaken              what should become a copy holds something already
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


class WarehouseConflict(WarehouseTransient):
    """Somebody else committed a change to the same rows first; nothing of ours was written."""


class WarehouseUnreachable(WarehouseTransient):
    """The server of the catalog does not answer, or hung up; what was committed before is intact."""


class StoreUnreachable(WarehouseUnreachable):
    """The object store of a lake's files does not answer; DuckDB has asked four times within two seconds."""


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


class WarehouseUnreadable(WarehouseTerminal):
    """The file cannot be read by this user."""


class WarehouseDamaged(WarehouseTerminal):
    """The file does not open, or its history does not match this newsloom's."""


class CatalogRefused(WarehouseTerminal):
    """The catalog's address, database, user or password is wrong."""


class ExtensionMissing(WarehouseTerminal):
    """DuckDB lacks an extension that a lake needs."""


class HalfMigrated(WarehouseTerminal):
    """A migration to this lake was begun and not finished."""


class TargetTaken(WarehouseTerminal):
    """The target of a migration holds something already."""


class PublishRefused(WarehouseTerminal):
    """The working file has unfinished writes, so a copy would be silently short."""


class QueryRefused(WarehouseTerminal):
    """The SQL is wrong, wants to write or to touch files, or exceeds its limits."""
