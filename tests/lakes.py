"""Lakes for tests: a database of its own in the session's PostgreSQL, and a folder of files."""

from __future__ import annotations

import itertools
import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from tests.postgres_server import Postgres
from warehouse.lake.mark import FILE
from warehouse.lake.opening import forget_instances
from warehouse.lake.place import Lake, lake_at
from warehouse.places import Warehouse

_numbers = itertools.count(1)
TEMPLATE = "template_lake"
CatalogOf = Callable[[Path], dict[str, str]]
"""The fixture `catalog_of`: the settings that put the tables of a home folder into a file, and into a lake."""
WarehouseIn = Callable[[Path], Warehouse]
"""The fixture `warehouse_in`: the warehouse of a home folder, once a file, once a lake."""


def new_lake(postgres: Postgres, folder: Path, home: str = "home", *, patience_seconds: float = 10.0) -> Lake:
    """Return a lake that does not exist yet; `another_home` opens it from elsewhere."""
    (folder / home).mkdir(parents=True, exist_ok=True)
    lake = lake_at(folder / home, postgres.database(_name()), str(folder / "files"))
    return replace(lake, patience_seconds=patience_seconds)


def empty_lake(postgres: Postgres, folder: Path) -> dict[str, str]:
    """Return the settings of a lake that is there and empty: a copy of one, since making one takes a second and a half.

    Its files are copied with it: in a folder that two lakes share, the upkeep of one deletes what it does not know.
    """
    template = postgres.folder / "files"
    if not template.exists():
        with lake_at(folder, postgres.database(TEMPLATE), str(template)).writer():
            pass
        forget_instances()  # a database that somebody is connected to cannot be copied
    name = _name()
    files = folder / f"files_of_{name}"
    shutil.copytree(template, files, ignore=shutil.ignore_patterns(FILE))  # whose they are is the template's
    catalog = postgres.database(name, TEMPLATE)
    postgres.sql(f"UPDATE ducklake_metadata SET value = '{files}/' WHERE key = 'data_path'", name)
    return {"catalog": catalog, "data_path": str(files)}


def another_home(lake: Lake, name: str) -> Lake:
    """Return the same lake as another machine sees it."""
    home = lake.home.with_name(name)
    home.mkdir(exist_ok=True)
    return replace(lake, home=home)


def _name() -> str:
    return f"lake_{os.getpid()}_{next(_numbers)}"
