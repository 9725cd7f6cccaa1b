"""`NEWSLOOM_CATALOG` in, a connection string without a password out; any text in, the same without secrets out."""

from __future__ import annotations

import os
import re
import socket
from urllib.parse import parse_qs, urlsplit

from warehouse.errors import CatalogRefused

PREFIX = "postgres:"
_URI = re.compile(r"^postgres(?:ql)?://", re.IGNORECASE)
_WORD = re.compile(r"\s*(?P<name>\w+)\s*=\s*(?P<value>'(?:[^'\\]|\\.)*'|(?:[^\s'\\]|\\.)+)")
_SECRET_NAMES = frozenset({"password", "sslpassword", "oauth_client_secret"})
_SECRETS = (
    re.compile(r"(?P<kept>\w*(?:password|secret)\w*\s*=\s*)(?:'(?:[^'\\]|\\.)*'|[^\s&'\"]+)", re.IGNORECASE),
    re.compile(r"(?P<kept>://[^\s:/@]*:)[^\s@/]+(?=@)"),
)
_SECRET_VARIABLES = ("PGPASSWORD", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")
CONNECTING = {
    "connect_timeout": "10",
    "keepalives_idle": "30",
    "tcp_user_timeout": "60000",
    "options": "-c tcp_keepalives_idle=30 -c tcp_keepalives_interval=10 -c tcp_keepalives_count=3",
}
"""A server that has vanished without a word is noticed within a minute, not within the two hours of TCP's own patience. The last
line tells the server the same about us: a machine whose cable is pulled would hold the writer's place for those two hours."""


def conninfo_of(catalog: str) -> str:
    """Return what libpq understands: `dbname=… host=…`, or a URI.

    Raises:
        CatalogRefused: It names no PostgreSQL catalog, cannot be read, or holds a password: those come from PGPASSWORD or from
            the file that PGPASSFILE names, so that no log, process list or settings file ever shows one.

    """
    text = catalog.strip()
    if not _URI.match(text):
        if not text.lower().startswith(PREFIX):
            raise CatalogRefused(
                masked(text), "a catalog is written postgres:dbname=… host=… user=…, or postgresql://user@host/name"
            )
        text = text[len(PREFIX) :].strip()
    names = _names_in_uri(text) if _URI.match(text) else _names_in_words(text)
    if names & _SECRET_NAMES:
        raise CatalogRefused(masked(text), "leave the password out: PGPASSWORD holds it, or the file that PGPASSFILE names")
    return text


def _names_in_uri(text: str) -> set[str]:
    try:
        parts = urlsplit(text)
        names = set(parse_qs(parts.query, keep_blank_values=True))
        has_password = parts.password is not None
    except ValueError as error:
        raise CatalogRefused(masked(text), "this is no address of a PostgreSQL database") from error
    return names | {"password"} if has_password else names


def _names_in_words(text: str) -> set[str]:
    names, at = set(), 0
    while at < len(text):
        word = _WORD.match(text, at)
        if word is None:
            raise CatalogRefused(masked(text), "a connection string is name=value, parted by spaces: dbname=news host=db.example")
        names.add(word["name"].lower())
        at = word.end()
    if not names:
        raise CatalogRefused(PREFIX, "it names no database: postgres:dbname=… host=… user=…")
    return names


def connecting(conninfo: str) -> str:
    """Add who we are, for whoever looks at the server's list of sessions, and how long we wait for it."""
    extra = {"fallback_application_name": f"newsloom {socket.gethostname()[:30]} {os.getpid()}", **CONNECTING}
    if _URI.match(conninfo):
        given = parse_qs(urlsplit(conninfo).query, keep_blank_values=True)
        words = [f"{name}={value.replace(' ', '%20')}" for name, value in extra.items() if name not in given]
        return conninfo + ("&" if urlsplit(conninfo).query else "?") + "&".join(words)
    given_names = _names_in_words(conninfo)
    return " ".join([conninfo, *(f"{name}='{value}'" for name, value in extra.items() if name not in given_names)])


def masked(text: str) -> str:
    """Replace every password and secret key in a text by three dots, those of the environment by value."""
    for pattern in _SECRETS:
        text = pattern.sub(lambda found: f"{found['kept']}…", text)
    for name in _SECRET_VARIABLES:
        value = os.environ.get(name)
        if value:
            text = text.replace(value, "…")
    return text
