"""Machines on this one: network namespaces on a bridge, each with an address and a host name of its own. Needs root.

What is common to them (catalog, store, server) listens on the bridge's address. A cable is pulled by taking an interface down.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

NETWORK = f"10.213.{os.getpid() % 250}"
HEAD = f"{NETWORK}.1"
"""Where everything common listens."""


@dataclass(frozen=True)
class Machine:
    """One namespace, with a folder for its data."""

    name: str
    number: int
    folder: Path

    @property
    def _space(self) -> str:
        return f"newsloom{os.getpid()}{self.name}"

    @property
    def _cable(self) -> str:
        return f"nl{os.getpid() % 100_000}{self.number}"

    def plug_in(self, bridge: str) -> None:
        """Make it, with a cable to the bridge."""
        _ip("netns", "add", self._space)
        _ip("link", "add", self._cable, "type", "veth", "peer", "name", "eth0", "netns", self._space)
        _ip("link", "set", self._cable, "master", bridge, "up")
        for words in (
            ("addr", "add", f"{NETWORK}.{10 + self.number}/24", "dev", "eth0"),
            ("link", "set", "eth0", "up"),
            ("link", "set", "lo", "up"),
        ):
            _ip("-n", self._space, *words)
        self.folder.mkdir(parents=True, exist_ok=True)

    def pull_the_cable(self) -> None:
        """From now on nothing comes or goes, and nobody is told."""
        _ip("link", "set", self._cable, "down")

    def remove(self) -> None:
        _ip("netns", "del", self._space)

    def start(self, *words: str, environment: Mapping[str, str]) -> subprocess.Popen[str]:
        """Start a command there."""
        inside = ["ip", "netns", "exec", self._space, "unshare", "--uts", "sh", "-c", 'hostname "$0" && exec "$@"', self.name]
        return subprocess.Popen(
            [*inside, *words],
            env={**environment, "NEWSLOOM_HOME": str(self.folder)},
            cwd=Path(__file__).resolve().parents[1],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )


@contextmanager
def machines(folder: Path, *names: str) -> Iterator[list[Machine]]:
    """Make some machines and the bridge between them; where that is not allowed, the test is skipped, with the reason."""
    if os.geteuid() != 0 or shutil.which("ip") is None:
        pytest.skip("network namespaces need root and iproute2")
    bridge = f"nl{os.getpid() % 100_000}br"
    try:
        _ip("link", "add", bridge, "type", "bridge")
    except subprocess.CalledProcessError as error:
        pytest.skip(f"no network may be made here: {error.stderr.strip()}")
    with ExitStack() as stack:
        stack.callback(_ip, "link", "del", bridge)
        _ip("addr", "add", f"{HEAD}/24", "dev", bridge)
        _ip("link", "set", bridge, "up")
        made = []
        for number, name in enumerate(names, start=1):
            machine = Machine(name, number, folder / name)
            machine.plug_in(bridge)
            stack.callback(machine.remove)
            made.append(machine)
        yield made


def _ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, capture_output=True, text=True)
