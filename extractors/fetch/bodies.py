"""Content-coded bytes -> the body, never more of it than asked for: a bomb costs its limit, not its size."""

from __future__ import annotations

import zlib
from io import BytesIO

import brotli
import zstandard

ACCEPTED_ENCODINGS = "gzip, deflate, br, zstd"
GZIP_MAGIC = b"\x1f\x8b"
MAX_CODINGS = 3
"""More codings on top of each other than any server has a reason for."""
MAX_ZSTD_WINDOW_BYTES = 8 * 1024 * 1024
"""RFC 9659: a content coding of zstd uses windows of at most 8 MiB."""


class BodyTooBig(Exception):
    """More bytes than the limit, counted after decompression."""


class BodyBroken(Exception):
    """The content coding is not what the header says, or ends early."""


def decode_body(raw: bytes, content_encoding: str | None, limit: int) -> bytes:
    """Undo the content codings of a response.

    Args:
        raw: As received, transfer coding already undone.
        content_encoding: The header's value; codings are undone from last to first (RFC 9110, 8.4).
        limit: The most bytes that may come out of any of them.

    Returns:
        The body. A text labelled as compressed though it is not is returned as it is.

    Raises:
        BodyTooBig: More than `limit` bytes.
        BodyBroken: Unknown coding, damaged or truncated data.

    """
    codings = [coding.strip().lower() for coding in (content_encoding or "").split(",")]
    codings = [coding for coding in codings if coding not in {"", "identity", "none", "utf-8"}]
    if len(codings) > MAX_CODINGS:
        raise BodyBroken(f"{len(codings)} content codings")
    body = raw
    for coding in reversed(codings):
        body = _undo(coding, body, limit)
    if len(body) > limit:
        raise BodyTooBig(f"more than {limit} bytes")
    return body


def start_of_body(raw: bytes, content_encoding: str | None, limit: int) -> bytes:
    """Undo as much of one content coding as there is, at most `limit` bytes, of an answer that was not read to its end."""
    coding = (content_encoding or "").strip().lower()
    try:
        if coding in {"gzip", "x-gzip"}:
            return zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(raw, limit)
        if coding == "br":
            return bytes(brotli.Decompressor().process(raw, output_buffer_limit=limit))[:limit]
        if coding == "zstd":
            return zstandard.ZstdDecompressor(max_window_size=MAX_ZSTD_WINDOW_BYTES).stream_reader(BytesIO(raw)).read(limit)
    except (zlib.error, brotli.error, zstandard.ZstdError):
        return b""
    return raw[:limit]


def gunzip(raw: bytes, limit: int) -> bytes:
    """Unpack a gzip file such as `sitemap.xml.gz`, all of its members."""
    return _inflate(raw, limit, zlib.MAX_WBITS | 16)


def _undo(coding: str, raw: bytes, limit: int) -> bytes:
    if not raw:
        return raw
    if raw.lstrip()[:1] in {b"<", b"{"} and not _could_be(coding, raw):
        return raw  # seen in the wild: the header survives a proxy that has unpacked the body
    try:
        if coding in {"gzip", "x-gzip"}:
            return gunzip(raw, limit)
        if coding == "deflate":
            is_zlib = raw[0] & 0x0F == 8 and int.from_bytes(raw[:2], "big") % 31 == 0  # RFC 1950 header check
            return _inflate(raw, limit, zlib.MAX_WBITS if is_zlib else -zlib.MAX_WBITS)
        if coding == "br":
            return _unbrotli(raw, limit)
        if coding == "zstd":
            return _unzstd(raw, limit)
    except (brotli.error, zstandard.ZstdError) as error:
        raise BodyBroken(f"{coding}: {error}") from error
    raise BodyBroken(f"unknown content coding {coding[:40]!r}")


def _could_be(coding: str, raw: bytes) -> bool:
    magic = {"gzip": GZIP_MAGIC, "x-gzip": GZIP_MAGIC, "zstd": b"\x28\xb5\x2f\xfd"}.get(coding)
    return coding != "br" if magic is None else raw.startswith(magic)


def _inflate(raw: bytes, limit: int, wbits: int) -> bytes:
    out = bytearray()
    while raw:
        member = zlib.decompressobj(wbits)
        try:
            out += member.decompress(raw, limit + 1 - len(out))
        except zlib.error as error:
            raise BodyBroken(f"gzip or deflate: {error}") from error
        if len(out) > limit:
            raise BodyTooBig(f"more than {limit} bytes after decompression")
        if not member.eof:
            raise BodyBroken("compressed data end early")
        raw = (
            member.unused_data if member.unused_data.startswith(GZIP_MAGIC) else b""
        )  # padding after the last member is harmless
    return bytes(out)


def _unbrotli(raw: bytes, limit: int) -> bytes:
    decoder = brotli.Decompressor()
    out = bytearray(decoder.process(raw, output_buffer_limit=limit + 1))
    while len(out) <= limit and not decoder.is_finished():
        more = decoder.process(b"", output_buffer_limit=limit + 1 - len(out)) if not decoder.can_accept_more_data() else b""
        if not more:
            raise BodyBroken("br: compressed data end early")
        out += more
    if len(out) > limit:
        raise BodyTooBig(f"more than {limit} bytes after decompression")
    return bytes(out)


def _unzstd(raw: bytes, limit: int) -> bytes:
    decoder = zstandard.ZstdDecompressor(max_window_size=MAX_ZSTD_WINDOW_BYTES)
    with decoder.stream_reader(BytesIO(raw), read_across_frames=True) as reader:
        out = bytearray()
        while len(out) <= limit:
            chunk = reader.read(min(1 << 20, limit + 1 - len(out)))
            if not chunk:
                return bytes(out)
            out += chunk
    raise BodyTooBig(f"more than {limit} bytes after decompression")
