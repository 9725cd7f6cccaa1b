"""Requests in, only those of our reader through: host, token, origin; and the headers that keep a page harmless.

A page in a browser is a door to anyone who can make that browser ask: another site (by a name that resolves to 127.0.0.1), a
form of another site, a script inside a headline. Each has its check here.
"""

from __future__ import annotations

import hmac
import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass, field
from http import HTTPStatus
from urllib.parse import parse_qsl, urlencode

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import cookie_parser
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

COOKIE = "newsloom_token"
LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
"""No inline script, no inline style, nothing from elsewhere: a script that got through the escaping still would not run."""


@dataclass(frozen=True, slots=True)
class Door:
    """Who may come in.

    Attributes:
        names: Host names and addresses that the browser may have asked for; not looked at when there is a token, because a
            cookie belongs to one host name, so that a foreign name pointing here comes without it.
        token: What a reader must show; `None` = nothing, for loopback.

    """

    names: frozenset[str] = field(default=LOOPBACK_NAMES)
    token: str | None = None


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach a server bound to this host."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def name_in(host_header: str) -> str:
    """Return the host name of a Host header, without port and brackets, lower case."""
    host = host_header.strip().lower()
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.partition(":")[0].rstrip(".")


def refusal(door: Door, method: str, headers: Headers) -> tuple[HTTPStatus, str] | None:
    """Say why a request is not answered, whatever its token; `None` = it may go on."""
    if method not in ("GET", "HEAD"):
        return HTTPStatus.METHOD_NOT_ALLOWED, "Only GET: nothing can be changed here."
    if door.token is None and name_in(headers.get("host", "")) not in door.names:
        return HTTPStatus.MISDIRECTED_REQUEST, (
            "This address is not served here. Open http://127.0.0.1 with this port, or start it with --host and a token."
        )
    if headers.get("sec-fetch-site") == "cross-site" and headers.get("sec-fetch-mode") != "navigate":
        return HTTPStatus.FORBIDDEN, "Another site may link here, but not ask in your name."
    return None


def shown_token(headers: Headers, query: Iterable[tuple[str, str]]) -> str | None:
    """Return the token that a request shows, in the query string or in the cookie; `None` without one."""
    return dict(query).get("token") or cookie_parser(headers.get("cookie", "")).get(COOKIE)


class Guard:
    """ASGI middleware around the whole application."""

    def __init__(self, app: ASGIApp, door: Door) -> None:
        self.app = app
        self.door = door

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse, redirect, or pass on with safe headers."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        answer = self._answer(scope)

        async def send_safely(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(HEADERS)
            await send(message)

        await (answer or self.app)(scope, receive, send_safely)

    def _answer(self, scope: Scope) -> Response | None:
        headers = Headers(scope=scope)
        refused = refusal(self.door, scope["method"], headers)
        if refused is not None:
            status, reason = refused
            return PlainTextResponse(f"{reason}\n", status)
        if self.door.token is None:
            return None
        query = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
        shown = shown_token(headers, query)
        if shown is None or not hmac.compare_digest(shown.encode(), self.door.token.encode()):
            return PlainTextResponse(
                "Add ?token=… to the address: the one the dashboard was started with.\n", HTTPStatus.UNAUTHORIZED
            )
        if any(name == "token" for name, _ in query):
            return self._let_in(scope["path"], query)
        return None

    def _let_in(self, path: str, query: list[tuple[str, str]]) -> Response:
        """Move the token from the address, where it would be seen and logged, into a cookie."""
        rest = urlencode([(name, value) for name, value in query if name != "token"])
        there = "/" + path.lstrip("/")  # "//elsewhere" would leave this host
        response = RedirectResponse(f"{there}?{rest}" if rest else there, HTTPStatus.SEE_OTHER)
        response.set_cookie(COOKIE, self.door.token or "", httponly=True, samesite="lax", path="/")
        return response
