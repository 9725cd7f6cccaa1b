"""What servers may do over HTTP/2: what was never taken up is asked once more, all else has one outcome, soon."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import h2.config
import h2.connection
import h2.events
import pytest
from h2.errors import ErrorCodes
from hpack import Encoder
from hyperframe.frame import ContinuationFrame, HeadersFrame

from extractors.fetch import Fetcher, FetchSettings
from extractors.records import Page, PageOutcome, Request
from tests.certificates import certificate

HOST = "www.site.example"
STORY = b"<html><p>" + b"The council met and agreed on a plan. " * 30
OK = [(":status", "200"), ("content-type", "text/html")]

Act = Callable[[h2.connection.H2Connection, int, int], bytes]
"""Connection, stream and the number of this request -> raw bytes besides what the connection has to send."""


def story(connection: h2.connection.H2Connection, stream: int, _number: int = 0) -> bytes:
    connection.send_headers(stream, OK)
    connection.send_data(stream, STORY, end_stream=True)
    return b""


def goes_away_first(connection: h2.connection.H2Connection, stream: int, number: int) -> bytes:
    if number:
        return story(connection, stream)
    connection.close_connection(last_stream_id=0)
    return b""


def refuses_first(connection: h2.connection.H2Connection, stream: int, number: int) -> bytes:
    if number:
        return story(connection, stream)
    connection.reset_stream(stream, ErrorCodes.REFUSED_STREAM)
    return b""


def refuses_always(connection: h2.connection.H2Connection, stream: int, _number: int) -> bytes:
    connection.reset_stream(stream, ErrorCodes.REFUSED_STREAM)
    return b""


def goes_away_after(connection: h2.connection.H2Connection, stream: int, number: int) -> bytes:
    story(connection, stream, number)
    connection.close_connection()
    return b""


def resets(connection: h2.connection.H2Connection, stream: int, _number: int) -> bytes:
    connection.reset_stream(stream, ErrorCodes.INTERNAL_ERROR)
    return b""


def resets_in_the_body(connection: h2.connection.H2Connection, stream: int, _number: int) -> bytes:
    connection.send_headers(stream, OK)
    connection.send_data(stream, b"<html><p>half")
    connection.reset_stream(stream, ErrorCodes.CANCEL)
    return b""


def hints_early(connection: h2.connection.H2Connection, stream: int, number: int) -> bytes:
    for _ in range(3):
        connection.send_headers(stream, [(":status", "103"), ("link", "</a>")])
    return story(connection, stream, number)


def announces_another_length(connection: h2.connection.H2Connection, stream: int, _number: int) -> bytes:
    connection.send_headers(stream, [*OK, ("content-length", "5000")])
    connection.send_data(stream, b"short", end_stream=True)
    return b""


def sends_a_header_bomb(_connection: h2.connection.H2Connection, stream: int, _number: int) -> bytes:
    encoder = Encoder()
    block = encoder.encode([(":status", "200"), ("x-bomb", "a" * 4000)]) + encoder.encode([("x-bomb", "a" * 4000)]) * 15_000
    frame = HeadersFrame(stream, block)
    frame.flags.add("END_HEADERS")
    return bytes(frame.serialize())


def floods_with_continuations(_connection: h2.connection.H2Connection, stream: int, _number: int) -> bytes:
    head = HeadersFrame(stream, Encoder().encode([(":status", "200")])).serialize()
    return bytes(head) + bytes(ContinuationFrame(stream, b"").serialize()) * 10_000


def fetched(act: Act, folder: Path) -> tuple[Page, int]:
    """Fetch one page; return it, and how many requests the server met."""
    served, requests = certificate(folder, HOST), 0

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal requests
        connection = h2.connection.H2Connection(h2.config.H2Configuration(client_side=False))
        connection.initiate_connection()
        writer.write(connection.data_to_send())
        while data := await reader.read(65536):
            for event in connection.receive_data(data):
                if isinstance(event, h2.events.RequestReceived):
                    raw = act(connection, event.stream_id or 0, requests)
                    requests += 1
                    writer.write(connection.data_to_send() + raw)
            writer.write(connection.data_to_send())
        writer.close()

    async def run() -> Page:
        server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=served.server("h2", "http/1.1"))
        port = server.sockets[0].getsockname()[1]
        settings = FetchSettings(
            connect_to={HOST: f"127.0.0.1:{port}"}, host_spacing_seconds=0, obey_robots=False, ca_file=str(served.path)
        )
        async with Fetcher(settings) as fetcher:
            page = await fetcher.fetch(Request(f"https://{HOST}/x"))
        server.close()
        return page

    return asyncio.run(run()), requests


@pytest.mark.parametrize(
    ("act", "outcome", "requests"),
    [
        (goes_away_first, PageOutcome.FETCHED, 2),
        (refuses_first, PageOutcome.FETCHED, 2),
        (refuses_always, PageOutcome.PROTOCOL_ERROR, 2),
        (goes_away_after, PageOutcome.FETCHED, 1),
        (hints_early, PageOutcome.FETCHED, 1),
        (resets, PageOutcome.PROTOCOL_ERROR, 1),
        (resets_in_the_body, PageOutcome.PROTOCOL_ERROR, 1),
        (announces_another_length, PageOutcome.PROTOCOL_ERROR, 1),
        (sends_a_header_bomb, PageOutcome.PROTOCOL_ERROR, 1),
        (floods_with_continuations, PageOutcome.PROTOCOL_ERROR, 1),
    ],
)
def test_a_server_of_http2_that_misbehaves(act: Act, outcome: PageOutcome, requests: int, tmp_path: Path) -> None:
    page, met = fetched(act, tmp_path)

    assert (page.outcome, met) == (outcome, requests), page.detail
    assert (page.body == STORY) == (outcome is PageOutcome.FETCHED)
