"""TCP and TLS connections for the HTTP pool, on asyncio itself: a third less CPU a request than the pool's own layer on anyio.

Time-outs of single reads are the caller's: `exchange.py` bounds the whole.
"""

from __future__ import annotations

import asyncio
import ssl
from typing import Any

import httpcore


class TlsFailed(httpcore.ConnectError):
    """The certificate or the handshake is bad."""


async def dial(address: str, port: int, timeout_seconds: float) -> httpcore.AsyncNetworkStream:
    """Open a TCP connection to an address.

    Raises:
        httpcore.ConnectTimeout: No answer in time.
        httpcore.ConnectError: Refused or unreachable.

    """
    try:
        async with asyncio.timeout(timeout_seconds):
            reader, writer = await asyncio.open_connection(address, port)
    except TimeoutError as error:
        raise httpcore.ConnectTimeout(f"{address} did not answer within {timeout_seconds:.1f} s") from error
    except OSError as error:
        raise httpcore.ConnectError(f"{error.strerror or error} ({address})") from error
    return Stream(reader, writer)


class Stream(httpcore.AsyncNetworkStream):
    """One connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002, ASYNC109 - httpcore's interface
        """Return what has come, b"" at the end."""
        try:
            return await self._reader.read(max_bytes)
        except (OSError, RuntimeError) as error:  # ssl.SSLError is an OSError
            raise httpcore.ReadError(str(error) or type(error).__name__) from error

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002, ASYNC109 - httpcore's interface
        """Send all of it."""
        if not buffer:
            return
        try:
            self._writer.write(buffer)
            await self._writer.drain()
        except (OSError, RuntimeError) as error:
            raise httpcore.WriteError(str(error) or type(error).__name__) from error

    async def aclose(self) -> None:
        """Say goodbye, and do not wait for the answer: some servers never give one."""
        self._writer.close()
        await asyncio.sleep(0)
        self._writer.transport.abort()

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's interface
    ) -> httpcore.AsyncNetworkStream:
        """Go over to TLS.

        Raises:
            TlsFailed: The certificate does not verify, or what answers speaks no TLS.
            httpcore.ConnectTimeout: The handshake takes too long.

        """
        try:
            async with asyncio.timeout(timeout):
                await self._writer.start_tls(ssl_context, server_hostname=server_hostname)
        except TimeoutError as error:
            await self.aclose()
            raise httpcore.ConnectTimeout("no TLS handshake in time") from error
        except (OSError, ValueError) as error:  # ValueError: a certificate name that is none
            await self.aclose()
            raise TlsFailed(str(error) or type(error).__name__) from error
        except BaseException:  # interrupted: nobody else knows of this connection
            await self.aclose()
            raise
        return self

    def get_extra_info(self, info: str) -> Any:
        """Answer what httpcore asks of a connection."""
        if info == "is_readable":  # a connection that waits idle and has something to say has said goodbye
            return self._reader.at_eof() or self._writer.transport.is_closing() or bool(self._reader._buffer)  # type: ignore[attr-defined]  # noqa: SLF001 - no public look without reading
        names = {"ssl_object": "ssl_object", "client_addr": "sockname", "server_addr": "peername", "socket": "socket"}
        return self._writer.get_extra_info(names[info]) if info in names else None
