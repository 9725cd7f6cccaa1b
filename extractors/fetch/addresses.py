"""IP address -> may we connect to it? Decided on the address really dialled: no DNS answer and no redirect gets past it."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable, Iterable, Mapping
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Any

import httpcore

from extractors.fetch.streams import dial

Resolve = Callable[[str, int], Awaitable[list[str]]]
"""(host, port) -> addresses in order of preference; raises `socket.gaierror`."""

FIRST_TRY_SECONDS = 3.0
"""A first address that does not answer must not eat all the time: hosts with a dead IPv6 route are common (RFC 8305)."""

_NAT64 = (IPv6Network("64:ff9b::/96"), IPv6Network("64:ff9b:1::/48"))  # RFC 6052, RFC 8215
_COMPATIBLE = IPv6Network("::/96")  # RFC 4291 2.5.5.1, deprecated
_TEREDO_OR_6TO4 = (IPv6Network("2001::/32"), IPv6Network("2002::/16"))
_REFUSED = {  # what `is_global` of some Python releases lets through
    ip_network("100.64.0.0/10"): "shared by a carrier (CGNAT)",
    ip_network("192.88.99.0/24"): "a 6to4 relay",
    ip_network("fec0::/10"): "site-local",
    ip_network("192.0.0.0/24"): "reserved by IETF protocols",
}


class AddressRefused(httpcore.ConnectError):
    """Every address of the host is private, loopback, link-local or otherwise not of the public Internet."""


class NameNotFound(httpcore.ConnectError):
    """DNS gave no address; `is_temporary` when the resolver itself failed rather than said no."""

    def __init__(self, message: str, *, is_temporary: bool) -> None:
        super().__init__(message)
        self.is_temporary = is_temporary


def refusal_of(address: str) -> str | None:
    """Say why an address must not be dialled.

    Args:
        address: An IPv4 or IPv6 literal; a scope id (`fe80::1%eth0`) is allowed.

    Returns:
        A short reason, or None when the address is of the public Internet. IPv6 forms that carry an IPv4 address
        (mapped, compatible, NAT64, 6to4, Teredo) are judged by the address they carry, too.

    """
    ip = ip_address(address.partition("%")[0])
    if isinstance(ip, IPv6Address):
        inner = _carried_by(ip)
        if inner is not None:
            reason = refusal_of(str(inner))
            return f"carries {inner}, which is {reason}" if reason else None
        if any(ip in network for network in _TEREDO_OR_6TO4):
            return "a tunnel (6to4 or Teredo)"
    return _refusal_of_plain(ip)


def _carried_by(ip: IPv6Address) -> IPv4Address | None:
    if ip.ipv4_mapped is not None:
        return ip.ipv4_mapped
    if any(ip in network for network in _NAT64) or (ip in _COMPATIBLE and int(ip) > 0xFFFF):
        return IPv4Address(int(ip) & 0xFFFFFFFF)
    return None


def _refusal_of_plain(ip: IPv4Address | IPv6Address) -> str | None:
    for network, reason in _REFUSED.items():
        if ip in network:
            return reason
    checks = {
        "unspecified": ip.is_unspecified,
        "loopback": ip.is_loopback,
        "link-local": ip.is_link_local,
        "multicast": ip.is_multicast,
        "private": ip.is_private,
        "reserved": ip.is_reserved,
        "not global": not ip.is_global,
    }
    return next((reason for reason, holds in checks.items() if holds), None)


async def resolve_by_system(host: str, port: int) -> list[str]:
    """Ask the system's resolver, in a thread of the loop's executor."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(sockaddr[0]) for *_, sockaddr in found))


class GuardedBackend(httpcore.AsyncNetworkBackend):
    """Opens TCP connections for the pool: resolves once, checks each address, dials exactly the address it checked.

    Args:
        allow_private: Skip the check (intranets, tests).
        connect_to: "host:port" or "host" -> "ip:port" or "ip", as curl's --connect-to: the operator's word, not checked.
        resolve: How names become addresses.

    """

    def __init__(self, *, allow_private: bool, connect_to: Mapping[str, str], resolve: Resolve = resolve_by_system) -> None:
        self._allow_private = allow_private
        self._connect_to = {key.lower(): target for key, target in connect_to.items()}
        self._resolve = resolve
        self._dial = dial

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's interface
        local_address: str | None = None,  # noqa: ARG002 - the same
        socket_options: Iterable[Any] | None = None,  # noqa: ARG002 - the same
    ) -> httpcore.AsyncNetworkStream:
        """Dial the first address that may be dialled and answers.

        Raises:
            AddressRefused: No address of the host may be dialled.
            NameNotFound: The host has no address.
            httpcore.ConnectError, httpcore.ConnectTimeout: None of them answered.

        """
        loop = asyncio.get_running_loop()
        deadline = loop.time() + (timeout if timeout is not None else 3600)
        try:
            async with asyncio.timeout_at(deadline):
                targets = await self._targets_of(host, port)
        except TimeoutError as error:
            raise NameNotFound(f"no DNS answer for {host} within {timeout:g} s", is_temporary=True) from error
        failure: Exception = httpcore.ConnectError(f"no address for {host}")
        for number, (address, target_port) in enumerate(targets, 1):
            left = deadline - loop.time()
            if left <= 0:
                raise httpcore.ConnectTimeout(f"{host} did not answer within {timeout:g} s") from failure
            patience = left if number == len(targets) else min(left, FIRST_TRY_SECONDS)
            try:
                return await self._dial(address, target_port, patience)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure

    async def connect_unix_socket(self, path: str, *_args: Any, **_kwargs: Any) -> Any:
        """Refuse: no URL leads to one."""
        raise AddressRefused(f"unix socket {path}")

    async def sleep(self, seconds: float) -> None:
        """Wait between the pool's own retries (we set none)."""
        await asyncio.sleep(seconds)

    async def _targets_of(self, host: str, port: int) -> list[tuple[str, int]]:
        mapped = self._connect_to.get(f"{host}:{port}".lower(), self._connect_to.get(host.lower()))
        if mapped is not None:
            return [_split_target(mapped, port)]
        addresses = await self._addresses_of(host, port)
        if self._allow_private:
            return [(address, port) for address in addresses]
        reasons = {address: refusal_of(address) for address in addresses}
        allowed = [(address, port) for address, reason in reasons.items() if reason is None]
        if not allowed:
            told = ", ".join(f"{address} is {reason}" for address, reason in reasons.items())
            raise AddressRefused(f"{host}: {told}")
        return allowed

    async def _addresses_of(self, host: str, port: int) -> list[str]:
        try:
            return [str(ip_address(host.strip("[]")))]
        except ValueError:
            pass
        try:
            addresses = await self._resolve(host, port)
        except socket.gaierror as error:
            raise NameNotFound(f"{host}: {error.strerror or error}", is_temporary=error.errno == socket.EAI_AGAIN) from error
        except (OSError, UnicodeError) as error:  # UnicodeError: a label of more than 63 bytes
            raise NameNotFound(f"{host}: {error}", is_temporary=False) from error
        if not addresses:
            raise NameNotFound(f"{host}: no address", is_temporary=False)
        return addresses


def _split_target(target: str, port: int) -> tuple[str, int]:
    if target.startswith("["):
        address, _, own_port = target[1:].partition("]")
        own_port = own_port.removeprefix(":")
    elif target.count(":") == 1:
        address, _, own_port = target.partition(":")
    else:
        address, own_port = target, ""
    return address, int(own_port) if own_port else port
