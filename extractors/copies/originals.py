"""Two articles with one text -> which is the original, and why: one sentence for people, or None where nothing says so."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlsplit

from extractors.copies.fingerprints import dated_at
from extractors.records import Article

CLOCKS_DIFFER = timedelta(minutes=15)
"""Feeds round their times and outlets publish one wire text within minutes: below this the times decide nothing."""
MUCH_LONGER = 1.25
"""A text this much longer than its twin is the complete one."""


def why_more_original(challenger: Article, head: Article) -> str | None:
    """Say why `challenger` and not `head` is the original.

    The witnesses in order of their weight: a canonical link to the other, an agency credit of the other, an earlier
    publication, and between two of the same time the more complete text.

    Returns:
        The reason; None where `head` remains.

    """
    for reason, verdict in (_by_link(challenger, head), _by_credit(challenger, head), _by_time(challenger, head)):
        if verdict is not None:
            return reason if verdict else None
    if challenger.word_count >= MUCH_LONGER * max(1, head.word_count):
        return f"the more complete text: {challenger.word_count} words against {head.word_count}, at about the same time"
    return None


def _by_link(challenger: Article, head: Article) -> tuple[str, bool | None]:
    """A page that names a page elsewhere as canonical declares itself a copy."""
    head_points_away, challenger_points_away = _points_away(head), _points_away(challenger)
    if head_points_away == challenger_points_away:
        return "", None
    return f"{head.outlet} names {_host(head.canonical_url)} as the canonical place", head_points_away


def _by_credit(challenger: Article, head: Article) -> tuple[str, bool | None]:
    """A text that credits an agency is that agency's; two that credit each other say nothing."""
    credited, credits_head = _credits(head, challenger), _credits(challenger, head)
    if credited == credits_head:
        return "", None
    return f"{head.outlet} credits {head.agency}", credited


def _by_time(challenger: Article, head: Article) -> tuple[str, bool | None]:
    earlier = dated_at(head) - dated_at(challenger)
    if abs(earlier) < CLOCKS_DIFFER:
        return "", None
    return f"published {lag_of(earlier)} earlier than {head.outlet}", earlier > timedelta(0)


def _points_away(article: Article) -> bool:
    host = _host(article.canonical_url)
    return bool(host) and bool(_host(article.url)) and not _same_site(host, _host(article.url))


def _same_site(host: str, other: str) -> bool:
    return host == other or host.endswith("." + other) or other.endswith("." + host)


def _host(url: str) -> str:
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return ""
    return host.removeprefix("www.")


def _credits(article: Article, other: Article) -> bool:
    return (
        bool(article.agency) and _is_outlet_of(other, article.agency or "") and not _is_outlet_of(article, article.agency or "")
    )


def _is_outlet_of(article: Article, agency: str) -> bool:
    """Compare "Associated Press" or "AP" with "apnews.com", "Reuters" with "reuters.com"."""
    name = _AGENCY_SITES.get(agency.casefold().removeprefix("the ").strip(), agency.casefold())
    return article.outlet.casefold().removeprefix("www.").split(".")[0] in {name, name.replace(" ", "")}


# Agencies whose site is not called like them.
_AGENCY_SITES = {
    "ap": "apnews",
    "associated press": "apnews",
    "agence france-presse": "afp",
    "deutsche presse-agentur": "dpa",
    "press association": "pa",
    "pa media": "pa",
    "united press international": "upi",
    "kyodo news": "kyodonews",
    "kyodo": "kyodonews",
    "yonhap": "yna",
    "press trust of india": "ptinews",
    "pti": "ptinews",
    "canadian press": "thecanadianpress",
    "australian associated press": "aap",
    "tass": "tass",
    "xinhua": "xinhuanet",
}


def lag_of(lag: timedelta) -> str:
    """Write a span of time for people: "2 h", "3 days"."""
    minutes = abs(int(lag.total_seconds())) // 60
    if minutes < 60:
        return f"{minutes} min"
    if minutes < 48 * 60:
        return f"{minutes // 60} h"
    return f"{minutes // (24 * 60)} days"
