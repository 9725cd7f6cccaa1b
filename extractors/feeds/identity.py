"""Entries of one feed -> the same entries with keys that stay when a publisher edits, moves or renumbers them. Pure.

An entry's key is its canonical link, since GUIDs change with a publisher's software (and BBC's with every edit) while the article
stays where it is. `other_keys` holds whatever else names it; an entry is known when any of its keys is (`settled`). Where a name
does not tell entries apart (a link to the front page, one GUID for all), it is no name, and the next better one is used: no entry
is lost to a clash.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from hashlib import blake2b
from typing import Final
from urllib.parse import urlsplit

from extractors.records import Entry
from extractors.urls import canonical_url, is_web_url

CLASH_SHARE: Final = 0.05
"""Above this share of entries whose GUID another one has, a feed's GUIDs name nothing (FreshRSS's unicity policy)."""


def keyed(entries: Iterable[Entry], site_url: str | None = None) -> list[Entry]:
    """Give every entry its `entry_key` and `other_keys`.

    Args:
        entries: As read, in document order.
        site_url: Where the feed says it belongs: a link to there names no article.

    Returns:
        The same number of entries in the same order. Two share a key only when they are the same in link, GUID and title (or the
        same in link and title, under another GUID): one article listed twice.

    """
    listed = list(entries)
    guids = _telling_guids(listed)
    home = canonical_url(site_url) if site_url else None
    links = [_link_key(entry, home) for entry in listed]
    chosen = _told_apart(listed, links, guids)
    return [
        replace(entry, entry_key=key, other_keys=tuple(sorted({name for name in (link, guid) if name} - {key})))
        for entry, key, link, guid in zip(listed, chosen, _unshared(links), guids, strict=True)
    ]


def settled(entries: Iterable[Entry], known: Mapping[str, str]) -> list[Entry]:
    """Give entries the key under which they are already known.

    Args:
        entries: With their keys, of one feed.
        known: Of that feed: every key ever seen, also the other ones -> the entry_key it was stored under.

    Returns:
        The same entries in the same order; one that has moved or was renumbered bears its first key again.

    """
    return [_settled_one(entry, known) for entry in entries]


def _settled_one(entry: Entry, known: Mapping[str, str]) -> Entry:
    names = (entry.entry_key, *entry.other_keys)
    first = next((known[name] for name in names if name in known), entry.entry_key)
    if first == entry.entry_key:
        return entry
    return replace(entry, entry_key=first, other_keys=tuple(sorted({*names} - {first})))


def _telling_guids(entries: Sequence[Entry]) -> list[str | None]:
    """Return each entry's GUID key; None where it has none or shares it, and for all where too many clash."""
    names = [_guid_name(entry) for entry in entries]
    holders: dict[str, set[str | None]] = defaultdict(set)
    for entry, name in zip(entries, names, strict=True):
        if name:
            holders[name].add(entry.canonical_url or entry.title)
    clashing = {name for name, held in holders.items() if len(held) > 1}
    if sum(name in clashing for name in names) > CLASH_SHARE * len(entries):
        return [None] * len(entries)
    return [None if name in clashing else name for name in names]


def _guid_name(entry: Entry) -> str | None:
    guid = " ".join((entry.guid or "").split())
    if not guid:
        return None
    return f"guid:{canonical_url(guid) if is_web_url(guid) else guid}"


def _link_key(entry: Entry, home: str | None) -> str | None:
    """Return the canonical link, unless it is a front page: that names no article."""
    link = entry.canonical_url
    if link is None or link == home:
        return None
    parts = urlsplit(link)
    return link if parts.path.strip("/") or parts.query or parts.fragment else None


def _told_apart(entries: Sequence[Entry], links: Sequence[str | None], guids: Sequence[str | None]) -> list[str]:
    """Choose the first name that tells an entry from its neighbours: link, link + fragment, GUID, title, date, text."""
    ladder: list[Callable[[int], str | None]] = [
        lambda n: guids[n],
        lambda n: _fragment_of(entries[n]),
        lambda n: _digest(entries[n].title),
        lambda n: _digest(entries[n].title, str(entries[n].published_at)),
        lambda n: _digest(entries[n].title, str(entries[n].published_at), entries[n].content_html or entries[n].summary),
    ]
    keys: list[str] = [""] * len(entries)
    groups: dict[str | None, list[int]] = defaultdict(list)
    for number, link in enumerate(links):
        groups[link].append(number)
    for link, members in groups.items():
        if link is not None and len({entries[n].title for n in members}) == 1:
            names: list[str | None] = [link] * len(members)
        else:
            names = _climb(ladder, members, link)
        for number, name in zip(members, names, strict=True):
            keys[number] = name or "empty"
    return keys


def _climb(ladder: Sequence[Callable[[int], str | None]], members: Sequence[int], link: str | None) -> list[str | None]:
    """Name each member by the lowest rung on which it has a name of its own; on the last rung, equals stay equal."""
    names: dict[int, str | None] = dict.fromkeys(members)
    waiting = list(members)
    for number, rung in enumerate(ladder):
        told = {member: rung(member) for member in waiting}
        counts = Counter(told.values())
        last = number == len(ladder) - 1
        for member, name in told.items():
            if name is not None and (last or counts[name] == 1):
                names[member] = name if name.startswith("guid:") or link is None else f"{link} {name}"
        waiting = [member for member in waiting if names[member] is None]
    return [names[member] for member in members]


def _unshared(links: Sequence[str | None]) -> list[str | None]:
    counts = Counter(links)
    return [link if counts[link] == 1 else None for link in links]


def _fragment_of(entry: Entry) -> str | None:
    fragment = (entry.url or "").partition("#")[2]
    return f"#{fragment[:200]}" if fragment else None


def _digest(*parts: str | None) -> str | None:
    if not any(parts):
        return None
    text = "\x1f".join(part or "" for part in parts)
    return "text:" + blake2b(text.encode("utf-8", "replace"), digest_size=12).hexdigest()
