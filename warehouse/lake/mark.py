"""The mark in a lake's folder: which catalog the files belong to, so that no other one's upkeep deletes them.

A lake's number is made with it and comes along in every copy of its catalog; the database that a catalog stands in (its server's
number and its own) tells the copies apart. A server that runs twice over copies of its disk is not noticed.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from warehouse.errors import CatalogRefused, WarehouseReadOnly
from warehouse.rows import first_row

if TYPE_CHECKING:
    import duckdb

FILE = "newsloom-lake.json"
_UNTOLD = "-"
_MAY_ASK = "SELECT has_function_privilege('pg_control_system()', 'execute')"
_WHO = """
SELECT (SELECT schema_uuid::text FROM ducklake_schema WHERE schema_id = 0) AS lake,
       {server} AS server,
       oid::text AS number,
       datname::text AS database,
       (SELECT value FROM ducklake_metadata WHERE key = 'data_path') AS data_path
FROM pg_database
WHERE datname = current_database()
"""
_SERVER = "(SELECT system_identifier::text FROM pg_control_system())"


@dataclass(frozen=True, slots=True)
class Mark:
    """Whose files they are."""

    lake: str  # made with the lake, the same in each copy of its catalog
    server: str  # PostgreSQL's system identifier; "-" where the user may not ask
    number: str  # of the database in that server
    database: str  # its name, for people

    def is_of(self, other: Mark) -> bool:
        """Tell whether both stand for the same catalog."""
        servers = {self.server, other.server} - {_UNTOLD}
        return (self.lake, self.number) == (other.lake, other.number) and len(servers) <= 1


def check_mark(connection: duckdb.DuckDBPyConnection, metadata: str, name: str, *, takes_over: bool = False) -> None:
    """Make sure that the files belong to this catalog; a folder without a mark is marked.

    Args:
        connection: With the lake attached.
        metadata: Name under which its catalog is attached.
        name: Of the lake, for errors.
        takes_over: This catalog goes on in the place of another one of the same lake.

    Raises:
        CatalogRefused: They belong to another catalog, or are not where this one keeps them.

    """
    ours, data_path = _who(connection, metadata)
    theirs = mark_in(connection, data_path)
    if theirs is None:
        _refuse_a_folder_of_nothing(connection, metadata, name, data_path)
        theirs = _marked(connection, data_path, ours, is_first=True)
    if theirs.is_of(ours):
        return
    if theirs.lake != ours.lake:
        raise CatalogRefused(
            name,
            f"the files in {data_path} belong to another lake (database {theirs.database}, says {FILE} there):"
            " set NEWSLOOM_DATA_PATH to a folder of its own",
        )
    if not takes_over:
        raise CatalogRefused(
            name,
            f"the files in {data_path} belong to another copy of this catalog (database {theirs.database}, says {FILE} there),"
            " and the upkeep of two would delete each other's files. Where this one goes on in its place, after a restore or a"
            " move: newsloom setup lake --take-over, which locks the other one out. A copy for a trial needs a copy of the files",
        )
    _marked(connection, data_path, ours, is_first=False)


def mark_in(connection: duckdb.DuckDBPyConnection, data_path: str) -> Mark | None:
    """Read the mark of a folder; `None` where there is none.

    Raises:
        CatalogRefused: There is one that cannot be read.

    """
    text = _read(connection, data_path)
    if text is None:
        return None
    try:
        told = json.loads(text)
        return Mark(**{field: str(told[field]) for field in ("lake", "server", "number", "database")})
    except (ValueError, KeyError, TypeError) as error:
        raise CatalogRefused(
            f"{data_path}{FILE}", "it does not say whose files these are: delete it if only one catalog uses this folder"
        ) from error


def _who(connection: duckdb.DuckDBPyConnection, metadata: str) -> tuple[Mark, str]:
    may_ask = first_row(connection.execute("FROM postgres_query(?, ?)", [metadata, _MAY_ASK]))
    who = _WHO.format(server=_SERVER if may_ask and may_ask[0] else f"'{_UNTOLD}'")
    lake, server, number, database, data_path = (
        str(value) for value in connection.execute("FROM postgres_query(?, ?)", [metadata, who]).fetchall()[0]
    )
    return Mark(lake, server, number, database), data_path


def _refuse_a_folder_of_nothing(connection: duckdb.DuckDBPyConnection, meta: str, name: str, data_path: str) -> None:
    """Tell a folder that was never marked from one that is not mounted here."""
    known = first_row(connection.execute(f"SELECT count(*) FROM {meta}.ducklake_data_file"))  # noqa: S608 (our own name)
    if known and known[0] and not connection.execute("FROM glob(?) LIMIT 1", [f"{data_path}**/*.parquet"]).fetchone():
        raise CatalogRefused(
            name,
            f"{data_path} holds none of the {known[0]} files of this lake: it must be the same storage on every machine",
        )


def _read(connection: duckdb.DuckDBPyConnection, data_path: str) -> str | None:
    if "://" in data_path:
        # As a pattern: a file that is not there is no row then, and no error.
        row = first_row(connection.execute("SELECT content FROM read_text(?)", [f"{data_path}{FILE[:-1]}[{FILE[-1]}]"]))
        return None if row is None else str(row[0])
    try:
        return (Path(data_path) / FILE).read_text(encoding="utf-8")
    except FileNotFoundError:
        return None


def _marked(connection: duckdb.DuckDBPyConnection, data_path: str, mark: Mark, *, is_first: bool) -> Mark:
    """Write the mark and return what stands there now: of two that come at once to an unmarked folder, one stays."""
    if "://" in data_path:
        quoted = f"{data_path}{FILE}".replace("'", "''")
        connection.execute(
            "COPY (SELECT $lake AS lake, $server AS server, $number AS number, $database AS database) "
            f"TO '{quoted}' (FORMAT json)",
            asdict(mark),
        )
    else:
        _put(Path(data_path), json.dumps(asdict(mark)) + "\n", is_first=is_first)
    return mark_in(connection, data_path) or mark


def _put(folder: Path, text: str, *, is_first: bool) -> None:
    """Put the mark into its place as a whole; the first one only where there is none."""
    mark, draft = folder / FILE, folder / f".{FILE}.{os.getpid()}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        draft.write_text(text, encoding="utf-8")
        if not (is_first and _linked(draft, mark)):
            draft.replace(mark)
    except OSError as error:
        raise WarehouseReadOnly(str(mark), f"the mark of the lake cannot be written: {error.strerror}") from error
    finally:
        draft.unlink(missing_ok=True)


def _linked(draft: Path, mark: Path) -> bool:
    """Give the draft its name unless there is one; false on a file system without links."""
    try:
        mark.hardlink_to(draft)
    except FileExistsError:
        return True  # somebody was quicker: what stands there counts
    except OSError:
        return False
    return True
