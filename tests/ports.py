"""Ports for servers that tests start: below those of outgoing connections, one of which may take a free one first."""

from __future__ import annotations

import random
import socket
from contextlib import ExitStack, suppress

_PORTS = range(12_000, 22_000)
"""Linux gives outgoing connections those from 32,768 on."""
_chance = random.SystemRandom()  # test processes that start at once must not draw the same


def free_ports(count: int, offset: int = 0) -> list[int]:
    """Draw ports that nobody on 127.0.0.1 has, nor the ones `offset` above them."""
    ports: list[int] = []
    with ExitStack() as held:
        while len(ports) < count:
            port = _chance.choice(_PORTS)
            with suppress(OSError):
                for number in {port, port + offset}:
                    held.enter_context(socket.socket()).bind(("127.0.0.1", number))
                ports.append(port)
    return ports


def free_port() -> int:
    """Draw one."""
    return free_ports(1)[0]
