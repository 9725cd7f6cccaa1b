"""A home folder in, a DuckDB connection out: one writer at a time, any number of readers of the published copy.

A DuckDB file is open to one writing process or to many reading ones, never both. So the pipeline writes `newsloom.duckdb`
under an flock, and everybody else reads `news.duckdb`, which `publish` replaces atomically. Never open, copy or hash the working
file by other means inside a process that has it open: closing any descriptor of it drops DuckDB's POSIX lock, and a second
writer gets in.
"""

from __future__ import annotations

import errno
import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from warehouse.errors import (
    DiskFull,
    WarehouseBusy,
    WarehouseDamaged,
    WarehouseError,
    WarehouseMissing,
    WarehouseNewer,
    WarehouseReadOnly,
    WarehouseUnreadable,
)
from warehouse.interrupts import closed, interruptible
from warehouse.migrate import migrate

WORKING_FILE = "newsloom.duckdb"
PUBLISHED_FILE = "news.duckdb"
LOCK_FILE = "newsloom.lock"
STORAGE_VERSION = "v1.5.0"
"""Text in a quarter of the space of the 1.x default (27 MB against 116 MB for 20,000 articles), and both 1.5 and 2.0 read it."""
WRITER_MEMORY = "2GB"
"""Loads of 500 articles stay below 0.5 GB; without a limit a rewrite of a million takes 4.5 GB."""
LOCK_TIMEOUT_SECONDS = 600.0
"""A publish at a million articles takes 5 to 7 seconds, a compaction minutes: whoever queues longer meets a stuck process."""
LOCK_POLL_SECONDS = 0.05


def working_path(home: Path) -> Path:
    """Return the file that the pipeline writes."""
    return home / WORKING_FILE


def published_path(home: Path) -> Path:
    """Return the file that analysts read."""
    return home / PUBLISHED_FILE


@contextmanager
def writer(
    home: Path, *, memory_limit: str = WRITER_MEMORY, lock_timeout_seconds: float = LOCK_TIMEOUT_SECONDS
) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open the working file for writing, migrated, alone; close it with a checkpoint.

    Args:
        home: The folder of the warehouse; made when absent.
        memory_limit: What DuckDB may use, in its own notation.
        lock_timeout_seconds: How long to queue behind another writer.

    Yields:
        A connection in UTC. Transactions are the caller's; an exception rolls back what is open.

    Raises:
        WarehouseBusy: Another writer did not finish in time.
        WarehouseMissing: There is a published copy, but no working file any more.
        WarehouseNewer: The file was made by a newer newsloom or DuckDB.
        WarehouseReadOnly: The folder or the file cannot be written.
        DiskFull: There is no room; what was committed is intact.
        WarehouseDamaged: The file does not open.

    """
    with locked(home, lock_timeout_seconds), opened(home, memory_limit) as connection:
        yield connection


def must_be_writable(home: Path) -> None:
    """Make the data folder where there is none, and refuse one in which a run would fail: before anything begins.

    Raises:
        WarehouseReadOnly: It cannot be made, or this user may not write it, or the working file in it.
        DiskFull: There is no room for it.

    """
    _make(home)
    working = working_path(home)
    for path in (home, working):
        if os.access(path, os.F_OK) and not os.access(path, os.W_OK):
            is_of_the_disk = os.statvfs(path).f_flag & os.ST_RDONLY
            raise WarehouseReadOnly(str(path), f"Read-only file system; {ANOTHER_HOME}" if is_of_the_disk else NOT_WRITABLE)


def _make(home: Path) -> None:
    try:
        home.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError) as error:
        raise WarehouseDamaged(str(home), f"a file stands in the place of the data folder; {ANOTHER_HOME}") from error
    except OSError as error:
        raise _of_os_error(home, error) from error


@contextmanager
def locked(home: Path, timeout_seconds: float = LOCK_TIMEOUT_SECONDS) -> Iterator[None]:
    """Hold the writer's lock of a home folder; the kernel frees it when the process dies.

    Raises:
        WarehouseBusy: Somebody else held it all the time.
        WarehouseReadOnly: The folder cannot be written.

    """
    path = home / LOCK_FILE
    _make(home)
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        raise _of_os_error(path if os.access(path, os.F_OK) else home, error) from error
    try:
        _wait_for(descriptor, path, timeout_seconds)
        yield
    finally:
        os.close(descriptor)


def _wait_for(descriptor: int, path: Path, timeout_seconds: float) -> None:
    give_up_at = time.monotonic() + timeout_seconds
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            if time.monotonic() >= give_up_at:
                holder = os.pread(descriptor, 32, 0).decode(errors="replace").strip() or "unknown"
                raise WarehouseBusy(
                    str(path), f"another writer (process {holder}) has held it for {timeout_seconds:g} s"
                ) from error
            time.sleep(LOCK_POLL_SECONDS)
        else:
            _sign(descriptor)
            return


def _sign(descriptor: int) -> None:
    """Leave our process id for whoever waits; a full disk must not matter here."""
    try:
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, str(os.getpid()).encode(), 0)
    except OSError:
        return


@contextmanager
def opened(home: Path, memory_limit: str = WRITER_MEMORY) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open and migrate the working file; the caller holds the lock."""
    path = working_path(home)
    _refuse_to_start_over(path)
    with closed(connect(path, memory_limit)) as connection, translated(path):
        connection.execute("SET TimeZone = 'UTC'")
        migrate(connection, str(path))
        yield connection
        connection.execute("CHECKPOINT")


FREE_SOME = "free some and run again, nothing is lost"
ANOTHER_HOME = "let NEWSLOOM_HOME name another folder"
NOT_WRITABLE = f"this user may not write here: run as its owner, or {ANOTHER_HOME}"
NOT_READABLE = f"this user may not read it: ask its owner, or {ANOTHER_HOME}"
RESTORE = "`newsloom restore` puts the published copy in its place"


def _refuse_to_start_over(path: Path) -> None:
    """A working file that is gone beside a published copy is an accident: an empty one would be published over the copy."""
    if not path.exists() and published_path(path.parent).exists():
        raise WarehouseMissing(str(path), f"the file is gone, but there is a published copy: {RESTORE}")


def connect(path: Path, memory_limit: str = WRITER_MEMORY) -> duckdb.DuckDBPyConnection:
    """Open a file for writing with the settings that every working file needs; the caller holds the lock."""
    if path.exists() and not os.access(path, os.W_OK):
        raise WarehouseReadOnly(str(path), NOT_WRITABLE)
    if not os.access(path.parent, os.W_OK):
        raise WarehouseReadOnly(str(path.parent), NOT_WRITABLE)
    with translated(path):
        return duckdb.connect(
            str(path),
            config={
                "storage_compatibility_version": STORAGE_VERSION,
                "memory_limit": memory_limit,
                "autoinstall_known_extensions": "false",  # a missing extension would become a slow, misleading download
                "autoload_known_extensions": "false",
            },
        )


def reader(path: Path) -> duckdb.DuckDBPyConnection:
    """Open a published copy (or the home folder that holds it) for reading, always the newest one.

    The file is attached to a database in memory of its own: `duckdb.connect(path)` would hand out the instance that this process
    opened earlier, with its old rows.

    Returns:
        A connection in UTC whose default schema is the copy's `main`. The caller closes it.

    Raises:
        WarehouseMissing: Nothing has been published yet.
        WarehouseUnreadable: This user may not read the file, or look into its folder.
        WarehouseNewer: The file needs a newer DuckDB.
        WarehouseDamaged: The file is cut or is no DuckDB file.

    """
    try:
        file = published_path(path) if path.is_dir() else path
        is_there = file.exists()
    except PermissionError as error:
        raise WarehouseUnreadable(str(path), NOT_READABLE) from error
    if is_there and not os.access(file, os.R_OK):
        raise WarehouseUnreadable(str(file), NOT_READABLE)
    if not is_there:
        raise WarehouseMissing(str(file), "nothing has been published here yet; `newsloom run` or `newsloom demo` does")
    connection = duckdb.connect(":memory:", config={"autoinstall_known_extensions": "false"})
    try:
        with translated(file):
            connection.execute(f"ATTACH {_quoted(str(file))} AS {PUBLISHED_NAME} (READ_ONLY)")
            connection.execute(f"USE {PUBLISHED_NAME}")
            connection.execute("SET TimeZone = 'UTC'")
    except WarehouseError:
        connection.close()
        raise
    return connection


PUBLISHED_NAME = "news"
"""The catalog name that DuckDB derives from `news.duckdb`: queries read the same everywhere."""


def _quoted(text: str) -> str:
    """Quote a string as a SQL literal, for statements such as ATTACH that take no parameters."""
    return "'" + text.replace("'", "''") + "'"


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Turn DuckDB's and the system's errors about a file into ours, at this one border."""
    try:
        with interruptible():
            yield
    except duckdb.Error as error:
        ours = _of_duckdb_error(path, error)
        if ours is None:
            raise
        raise ours from error
    except OSError as error:
        raise _of_os_error(path, error) from error


def _of_os_error(path: Path, error: OSError) -> WarehouseError:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return DiskFull(str(path), f"no space left on the device; {FREE_SOME}")
    if error.errno in (errno.EROFS, errno.EACCES, errno.EPERM):
        return WarehouseReadOnly(str(path), f"{error.strerror}; {ANOTHER_HOME}" if error.errno == errno.EROFS else NOT_WRITABLE)
    return WarehouseDamaged(str(path), str(error))


_SIGNS: tuple[tuple[type[WarehouseError], str, tuple[str, ...]], ...] = (
    (
        DiskFull,
        f"no space left on the device; {FREE_SOME}",
        ("no space left", "disk full", "could not write all bytes", "enospc", "errno 28"),
    ),
    (WarehouseBusy, "another process has it open", ("could not set lock", "conflicting lock")),
    (WarehouseNewer, "made by a newer DuckDB than this one", ("can only read", "newer version", "upgrade duckdb")),
    (WarehouseReadOnly, "not writable", ("permission denied", "read-only file system")),
    (
        WarehouseDamaged,
        "the file is cut or damaged",
        (
            "not a valid duckdb",
            "corrupt",
            "checksum",
            "could not read enough bytes",
            "wal does not match",
            "invalidated",
            "wal file",
        ),
    ),
)


def _of_duckdb_error(path: Path, error: duckdb.Error) -> WarehouseError | None:
    """Find our name for an error about the file itself; `None` for a fault of the SQL, which is the caller's."""
    if not isinstance(
        error,
        (
            duckdb.IOException,
            duckdb.FatalException,
            duckdb.InternalException,
            duckdb.SerializationException,
            duckdb.TransactionException,
        ),
    ):
        return None
    message = str(error).lower()
    for kind, reason, signs in _SIGNS:
        if any(sign in message for sign in signs):
            remedy = f"; {RESTORE}" if kind is WarehouseDamaged and path.name == WORKING_FILE else ""
            return kind(str(path), f"{reason} ({_first_line(error)}){remedy}")
    return None


def _first_line(error: duckdb.Error) -> str:
    return str(error).strip().splitlines()[0][:300]
