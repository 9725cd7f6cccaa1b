"""Addresses of feeds with what is secret in them, in a file that only the operator reads; tables hold them masked.

The whole warehouse is published, so a password in it would be everybody's. A feed is known by its masked address
(`extractors.urls.without_secrets`); this file says what to ask for instead.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

import duckdb

from extractors.records import Feed
from extractors.urls import without_secrets
from flows.errors import FlowError
from warehouse import read
from warehouse.subscriptions import rename_feeds

FILE = "feed-secrets.json"


def addresses_in(home: Path) -> dict[str, str]:
    """Return masked address -> the address itself; empty where no feed needs one.

    Raises:
        FlowError: The file is there and cannot be read.

    """
    path = home / FILE
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise FlowError(f"{path}: cannot be read ({error})") from error
    if not isinstance(found, dict) or not all(isinstance(address, str) for address in found.values()):
        raise FlowError(f"{path}: no list of addresses")
    return found


def concealed(home: Path, feeds: Iterable[Feed]) -> list[Feed]:
    """Return feeds under their masked addresses, and keep the addresses themselves. The caller holds the writer's lock."""
    asked = list(feeds)
    conceal(home, [feed.feed_url for feed in asked])
    return [replace(feed, feed_url=without_secrets(feed.feed_url)) for feed in asked]


def conceal(home: Path, urls: Iterable[str]) -> dict[str, str]:
    """Keep the addresses that hold a secret; return them by their masked form. The latest counts."""
    secret = {masked: url for url in urls if (masked := without_secrets(url)) != url}
    if secret:
        _keep(home, addresses_in(home) | secret)
    return secret


def conceal_stored(connection: duckdb.DuckDBPyConnection, home: Path) -> int:
    """Mask what subscriptions of an earlier newsloom, or of a restored file, hold; return how many did."""
    secret = conceal(home, [feed.feed_url for feed in read.feeds(connection)])
    if secret:
        rename_feeds(connection, {url: masked for masked, url in secret.items()})
    return len(secret)


def forget(home: Path, urls: Iterable[str]) -> None:
    """Forget the addresses of feeds that are subscribed no more."""
    known = addresses_in(home)
    left = {masked: url for masked, url in known.items() if masked not in set(urls)}
    if left != known:
        _keep(home, left)


def _keep(home: Path, addresses: Mapping[str, str]) -> None:
    home.mkdir(parents=True, exist_ok=True)
    path = home / FILE
    draft = path.with_name(f".{FILE}.draft")
    draft.unlink(missing_ok=True)
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(dict(sorted(addresses.items())), file, indent=1, ensure_ascii=False)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
