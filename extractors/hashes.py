"""Body -> its hashes: `body_hash`, by which a poll or a page is known to be unchanged, and the digest that WARC records carry."""

from __future__ import annotations

import hashlib
from base64 import b32encode

import xxhash


def body_hash_of(body: bytes) -> str:
    """Return XXH3-128 in hex: 20 GB/s, and nobody gains by forging a collision with their own feed."""
    return xxhash.xxh3_128_hexdigest(body)


def payload_digest_of(body: bytes) -> str:
    """Return a body's digest as WARC writes it: `sha1:` and base 32."""
    return "sha1:" + b32encode(hashlib.sha1(body, usedforsecurity=False).digest()).decode()
