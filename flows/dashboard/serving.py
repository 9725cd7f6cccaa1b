"""An application in, a server on this machine out; the browser is opened once it answers."""

from __future__ import annotations

import secrets
import socket
import threading
import webbrowser
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from urllib.parse import urlencode

import uvicorn

from flows.dashboard.app import application
from flows.dashboard.guard import LOOPBACK_NAMES, Door, is_loopback
from flows.errors import FlowError


class DashboardRefused(FlowError):
    """The server cannot start as asked."""


def door_for(host: str, token: str | None) -> Door:
    """Decide who may come in where the server is bound.

    Raises:
        DashboardRefused: Other machines could reach it, and there is no token.

    """
    if not is_loopback(host) and not token:
        raise DashboardRefused(
            f"{host} can be reached from other machines, so a token is needed: set NEWSLOOM_DASHBOARD_TOKEN, "
            f"for example to {secrets.token_urlsafe(18)}"
        )
    return Door(LOOPBACK_NAMES | {host.strip("[]").lower()}, token or None)


def address(host: str, port: int, token: str | None = None) -> str:
    """Return where a browser on this machine finds it."""
    name = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host and "[" not in host else host)  # noqa: S104 (compared, not bound)
    return f"http://{name}:{port}/" + (f"?{urlencode({'token': token})}" if token else "")


def bound(host: str, port: int) -> socket.socket:
    """Bind a socket; port 0 takes a free one.

    Raises:
        DashboardRefused: The port is taken, or the host is not ours.

    """
    name = host.strip("[]")
    try:
        family = socket.getaddrinfo(name, port, type=socket.SOCK_STREAM)[0][0]
        made = socket.socket(family, socket.SOCK_STREAM)
    except OSError as error:
        raise DashboardRefused(f"{host}: {error.strerror}") from error
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        made.bind((name, port))
    except (OSError, OverflowError) as error:
        made.close()
        raise DashboardRefused(f"{host}, port {port}: {error}; choose another with --port, 0 takes a free one") from error
    return made


def serve(path: Path, host: str, port: int, token: str | None, announce: Callable[[str], None], *, opens_browser: bool) -> None:
    """Serve until interrupted.

    Args:
        path: The published copy; it may come later.
        host: To bind.
        port: To bind; 0 takes a free one.
        token: What readers must show; needed where other machines can reach the host.
        announce: Told the address.
        opens_browser: Whether to open it in the reader's browser.

    Raises:
        DashboardRefused: It cannot start.

    """
    door = door_for(host, token)
    with closing(bound(host, port)) as listening:
        where = address(host, listening.getsockname()[1], token)
        config = uvicorn.Config(
            application(path, door), log_level="warning", access_log=False, server_header=False, timeout_graceful_shutdown=3
        )
        server = uvicorn.Server(config)
        announce(where)
        if opens_browser:
            timer = threading.Timer(0.6, webbrowser.open, [where])
            timer.daemon = True
            timer.start()
        server.run(sockets=[listening])
