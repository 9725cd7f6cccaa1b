"""A PostgreSQL of our own in a temporary folder: the real server, on a loopback port, gone when the test is."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.ports import free_port

_BINARIES = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
NOBODY = "nobody"
"""PostgreSQL refuses to run as root: a server that root's tests start runs as this user."""
START_SECONDS = 180


def binaries() -> Path | None:
    """Return the folder with `initdb` and `postgres`; `None` where there is no PostgreSQL."""
    on_path = [Path(found).resolve().parent for found in [shutil.which("postgres")] if found]
    return next((folder for folder in [*_BINARIES, *on_path] if (folder / "initdb").exists()), None)


@dataclass
class Postgres:
    """One server with one superuser, `news`, whose password is `PASSWORD`."""

    bin: Path
    folder: Path
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None
    host: str = "127.0.0.1"

    PASSWORD = "harbour-9-lantern"

    @property
    def _user(self) -> str | None:
        return NOBODY if os.geteuid() == 0 else None

    def make(self) -> None:
        """Make the cluster; every connection must show the password."""
        self.folder.chmod(0o755)
        secret = self.folder / "password"
        secret.write_text(self.PASSWORD)
        secret.chmod(0o644)
        data = self.folder / "data"
        data.mkdir()
        if self._user:
            shutil.chown(data, self._user)
        self._run(
            "initdb", "-D", str(data), "-U", "news", "-A", "scram-sha-256", f"--pwfile={secret}", "-N", "-E", "UTF8", "--locale=C"
        )
        if self.host != "127.0.0.1":
            with (data / "pg_hba.conf").open("a") as rules:
                rules.write("host all all samenet scram-sha-256\n")

    def start(self) -> None:
        """Start it and wait until it answers."""
        options = {
            "listen_addresses": self.host,
            "port": self.port,
            "unix_socket_directories": "",
            "fsync": "off",
            "shared_buffers": "16MB",
            "autovacuum": "off",
        }
        words = [word for name, value in options.items() for word in ("-c", f"{name}={value}")]
        log = (self.folder / "log").open("ab")
        self.process = subprocess.Popen(
            [str(self.bin / "postgres"), "-D", str(self.folder / "data"), *words],
            stdout=log,
            stderr=log,
            cwd="/",
            user=self._user,
            group=_group_of(self._user),
            extra_groups=[] if self._user else None,
        )
        log.close()
        give_up_at = time.monotonic() + START_SECONDS
        while self._ask_ready() != 0:
            assert self.process.poll() is None, (self.folder / "log").read_text()
            assert time.monotonic() < give_up_at, "PostgreSQL did not start"
            time.sleep(0.05)

    def _ask_ready(self) -> int:
        return subprocess.run(
            [str(self.bin / "pg_isready"), "-q", "-h", self.host, "-p", str(self.port)], check=False, cwd="/"
        ).returncode

    def stop(self, *, at_once: bool = False) -> None:
        """End it: connections are cut, what was committed stays. At once means as in a power cut."""
        if self.process is not None:
            self.process.send_signal(signal.SIGQUIT if at_once else signal.SIGINT)
            self.process.wait(timeout=START_SECONDS)
            self.process = None

    def restart(self) -> None:
        self.stop(at_once=True)
        self.start()

    def database(self, name: str, template: str = "template1") -> str:
        """Make a database and return the catalog setting that names it."""
        self.sql(f'CREATE DATABASE "{name}" TEMPLATE "{template}"', "postgres")
        return f"postgres:dbname={name} host={self.host} port={self.port} user=news"

    def sql(self, statement: str, database: str) -> str:
        """Run a statement with psql; return what it printed."""
        command = [
            str(self.bin / "psql"),
            "-XAtq",
            "-v",
            "ON_ERROR_STOP=1",
            "-h",
            self.host,
            "-p",
            str(self.port),
            "-U",
            "news",
        ]
        done = subprocess.run(
            [*command, "-d", database, "-c", statement],
            check=True,
            capture_output=True,
            text=True,
            cwd="/",
            env={**os.environ, "PGPASSWORD": self.PASSWORD},
        )
        return done.stdout.strip()

    def copied(self, name: str, source: str) -> str:
        """Make a database of another one's dump, as a backup comes back; return the catalog setting that names it."""
        catalog = self.database(name)
        where = ["-h", self.host, "-p", str(self.port), "-U", "news"]
        environment = {**os.environ, "PGPASSWORD": self.PASSWORD}
        dump = subprocess.run(
            [str(self.bin / "pg_dump"), *where, source], check=True, capture_output=True, cwd="/", env=environment
        ).stdout
        restore = [str(self.bin / "psql"), "-Xq", "-v", "ON_ERROR_STOP=1", *where, "-d", name]
        subprocess.run(restore, input=dump, check=True, capture_output=True, cwd="/", env=environment)
        return catalog

    def _run(self, program: str, *words: str) -> None:
        done = subprocess.run(
            [str(self.bin / program), *words],
            check=False,
            capture_output=True,
            text=True,
            cwd="/",
            user=self._user,
            group=_group_of(self._user),
            extra_groups=[] if self._user else None,
        )
        assert done.returncode == 0, done.stderr


def _group_of(user: str | None) -> int | None:
    import pwd

    return pwd.getpwnam(user).pw_gid if user else None


def server(host: str = "127.0.0.1") -> Postgres:
    """Make and start a server.

    Where there is no PostgreSQL, or DuckDB's extensions for lakes are not installed, the test is skipped, with the reason.
    """
    import duckdb

    from warehouse.errors import ExtensionMissing
    from warehouse.lake.extensions import OF_LAKES, load_extensions

    found = binaries()
    if found is None:
        pytest.skip("there is no PostgreSQL here (Debian: postgresql)")
    with closing(duckdb.connect()) as connection:
        try:
            load_extensions(connection, OF_LAKES)
        except ExtensionMissing as error:
            pytest.skip(f"DuckDB {duckdb.__version__} has no extension for lakes here: {error.item}")
    made = Postgres(found, Path(tempfile.mkdtemp(prefix="newsloom-pg-")), host=host)
    made.make()
    made.start()
    return made


def remove(made: Postgres) -> None:
    made.stop()
    shutil.rmtree(made.folder, ignore_errors=True)
