"""Natural key -> id: the same 63-bit number on every machine, in every rebuild."""

from __future__ import annotations

from hashlib import blake2b

ID_BITS = 63
"""BIGINT is signed: 63 bits keep every id positive (7.8e-8 is the chance of one collision among 1.2 million articles)."""


def id_of(namespace: str, key: str) -> int:
    """Hash a natural key to a positive 63-bit integer.

    Args:
        namespace: The table the id is for; equal keys of two tables get different ids.
        key: The natural key, such as a canonical URL.

    Returns:
        An integer in `[0, 2**63)`; BLAKE2b (RFC 7693), 8 bytes, personalised with the namespace.

    """
    digest = blake2b(key.encode("utf-8", "surrogatepass"), digest_size=8, person=namespace.encode()[:16]).digest()
    return int.from_bytes(digest, "big") >> (64 - ID_BITS)


def article_id_of(canonical_url: str) -> int:
    """Return the id of the article at a canonical URL."""
    return id_of("article", canonical_url)
