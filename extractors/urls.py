"""A URL as found -> its canonical form, the identity of an article; and the outlet that a URL belongs to.

A canonical URL is a name, not an address: it is compared and hashed, while the URL as found is what gets fetched. Nothing here
raises on hostile input, and nothing touches the network. Changing a rule changes the ids of articles: that is why the list of
tracking parameters is our own and not a library's, whose next release would rename half a warehouse.
"""

from __future__ import annotations

import ipaddress
import re
from functools import cache, lru_cache
from hashlib import blake2b
from typing import Final
from urllib.parse import SplitResult, quote, unquote_to_bytes, urljoin, urlsplit

import idna
from publicsuffixlist import PublicSuffixList

MAX_URL_CHARS: Final = 8192
"""Longer ones are data smuggled into a link; servers answer 414 beyond about 8 kB (RFC 9110 §4.1 asks for 8000 octets)."""

DEFAULT_PORTS: Final = {"http": 80, "https": 443}

TRACKING_PREFIXES: Final = (
    "utm_", "at_", "hsa_", "mtm_", "pk_", "piwik_", "matomo_", "oly_", "vero_", "wt_", "ns_", "fb_", "guce_", "__cf_chl", "stm_",
    "_branch_", "itm_", "trk_", "cm_mmc", "mkt_", "_hs",
)  # fmt: skip
"""Parameters of campaign tools that own a whole prefix (Google, BBC, HubSpot, Matomo, Omeda, Vero, Webtrends, comScore, ...)."""

TRACKING_NAMES: Final = frozenset({
    "__s", "__tn__", "__twitter_impression", "_ga", "_gl", "_openstat", "action_object_map", "action_ref_map", "action_type_map",
    "aff_id", "amp", "cmp", "cmpid", "cvid", "dclid", "dicbo", "efg", "emc", "emci", "epik", "fbclid",
    "feedname", "feedtype", "ftag", "ftcamp", "gbraid", "gclid", "gclsrc", "gs_l", "guccounter", "icid", "icmp", "ig_rid", "igsh",
    "igshid", "intcid", "intcmp", "irclickid", "ito", "jsessionid", "li_fat_id", "mbid", "mc_cid", "mc_eid",
    "mibextid", "ml_subscriber", "ml_subscriber_hash", "msclkid", "mtrref", "ncid", "nr_email_referer", "ocid", "outputtype",
    "phpsessid", "rb_clickid", "ref_src", "ref_url", "rss", "s_cid", "s_kwcid", "sc_cid", "sessionid", "smid", "smtyp", "soc_src",
    "soc_trk", "spm", "sr_share", "sref", "traffic_source", "trk", "trkcampaign", "ttclid",
    "twclid", "wbraid", "wickedid", "wprov", "xtor", "yclid", "ysclid", "zanpid",
})  # fmt: skip
"""Parameters that never choose content. Compared in lower case."""

MAYBE_TRACKING: Final = frozenset({
    "campaign", "channel", "cid", "from", "medium", "mod", "origin", "output", "partner", "ref", "referer", "referrer",
    "share", "source", "spref", "src", "via",
})  # fmt: skip
"""Parameters that choose content on one site and track on the next: dropped only with a value that names a channel."""

CHANNELS: Final = frozenset({
    "amp", "app", "atom", "bluesky", "email", "facebook", "fb", "feed", "feedburner", "flipboard", "googlenews", "ig",
    "instagram", "linkedin", "mail", "mastodon", "msn", "newsfeed", "newsletter", "partner", "push", "reddit", "rss",
    "rss-feed", "rss1", "rss2", "rss_feed", "rssfeed", "share", "shared", "smartnews", "social", "syndication", "telegram",
    "threads", "tw", "twitter", "whatsapp", "yahoo",
})  # fmt: skip
"""Values that name the way a reader came, not the thing to be read."""

_EDGES: Final = "".join(map(chr, range(0x21))) + "\x7f\x85\xa0\ufeff\u200b\u2028\u2029"
_HALVES = re.compile("[\ud800-\udfff]")
_ESCAPES = re.compile(r"((?:%[0-9a-fA-F]{2})+)")
_SCHEME = re.compile(r"^[a-zA-Z][a-zA-Z0-9+.-]*:")
_SESSION_PATH = re.compile(r";(?:jsessionid|phpsessid|sid)=[^/?#]*", re.IGNORECASE)
_INDEX_FILES: Final = frozenset({"index.htm", "index.html", "index.shtml"})
_WWW = re.compile(r"^www\d?\.")
_HOST = re.compile(r"^(?:[a-z0-9_-]+(?:\.[a-z0-9_-]+)*|[0-9a-f:.]*:[0-9a-f:.]*)$")
_NETLOC = re.compile(r"^(?:\[[^\[\]]+\]|[^:\[\]]+)(?::\d*)?$")
_PATH_SAFE: Final = "/!$&'()*+,;=:@~-._"
_QUERY_SAFE: Final = "/!$'()*,;:@~-._?"


@lru_cache(maxsize=4096)  # a feed names most addresses twice, as link and as GUID
def canonical_url(url: str) -> str:
    """Return the name under which a URL's article is known; the same for every variant of the address.

    Equal for http and https (on their default ports), with and without `www.`, in any case of the host, with any tracking
    parameter, session id, fragment, trailing slash, order of parameters, or spelling of percent-escapes (RFC 3986 §6.2).
    An IP address, a bare name such as `localhost`, and any other port keep their scheme.

    Returns:
        The canonical form; applying it twice changes nothing. What is no web URL comes back trimmed and escaped.

    """
    trimmed = _trimmed(url)
    parts = _web_parts(trimmed)
    if parts is None:
        opaque = _escaped_opaque(trimmed)
        # What is escaped now may be an address after all, and must not have a second name.
        return canonical_url(opaque) if opaque != trimmed and _web_parts(opaque) is not None else opaque
    host, port = parts.hostname or "", _port_of(parts)
    host = _ascii_host(host)
    scheme = parts.scheme.lower()
    if port is None and _is_public_name(host):
        scheme, host = "https", _without_www(host)
    netloc = (f"[{host}]" if ":" in host else host) + (f":{port}" if port is not None else "")
    path = _canonical_path(parts.path)
    query = _canonical_query(parts.query, host)
    fragment = f"#{_escaped(parts.fragment, _QUERY_SAFE)}" if parts.fragment.startswith("!") else ""
    return f"{scheme}://{netloc}{path}" + (f"?{query}" if query else "") + fragment


def is_web_url(url: str) -> bool:
    """Tell whether a URL is http(s), has a host, and is of a length that servers accept."""
    return _web_parts(_trimmed(url)) is not None


def absolute_url(base: str, link: str | None) -> str | None:
    """Resolve a link against its document (RFC 3986 §5), tolerant of the wild.

    Returns:
        A web URL without its fragment's whitespace; a scheme-less host such as `www.example.org/a` counts as one. None for an
        empty link, and for anything that is no web URL (`mailto:`, `javascript:`, `tag:`).

    """
    trimmed = _trimmed(link or "")
    if not trimmed:
        return None
    if re.match(r"^www\.[^/\s]+\.[a-z]{2,}(?:[/?#]|$)", trimmed, re.IGNORECASE):
        trimmed = f"{'http' if base.startswith('http:') else 'https'}://{trimmed}"
    try:
        joined = urljoin(base, trimmed)
    except ValueError:  # an open bracket in the host
        return None
    return joined if _web_parts(joined) is not None else None


def host_of(url: str) -> str:
    """Return a URL's host: lower case, punycode, no port, no trailing dot. `localhost` for a file (RFC 8089), empty for none."""
    trimmed = _trimmed(url)
    parts = _web_parts(trimmed)
    if parts is not None:
        return _ascii_host(parts.hostname or "")
    return "localhost" if trimmed[:5].lower() == "file:" else ""


def registrable_domain(host: str) -> str:
    """Return the domain that someone registered: `news.bbc.co.uk` -> `bbc.co.uk`, by the public suffix list.

    Private suffixes count (`someone.blogspot.com` is its own outlet). An IP address, a bare name and a public suffix itself come
    back as they are.
    """
    name = _ascii_host(host)
    if not _is_public_name(name):
        return name
    return str(_suffixes().privatesuffix(name) or name)


def without_userinfo(url: str) -> str:
    """Return a URL without user name and password, fit for archives and logs; any other text as it is."""
    return _USERINFO.sub(r"\1", url, count=1)


_USERINFO = re.compile(r"^([a-z][a-z0-9+.-]{0,20}://)[^/?#\s]{1,2000}@", re.IGNORECASE)


def without_secrets(url: str) -> str:
    """Return a URL with user name, password and tokens masked, fit for tables that others read; any other text as it is.

    Two addresses that differ in a token stay two: the mask of a token ends in 16 bits of its hash, too few to tell it by.
    """
    return _TOKEN.sub(_masked, _USERINFO.sub(rf"\1{_MASK}@", url, count=1))


_MASK = "***"
_TOKEN = re.compile(
    r"([?&;](?:(?:access|auth|api|app|feed|user|secret)[_-]?)?(?:token|key|auth|secret|password|passwd|pwd|jwt|signature|sig)=)"
    r"([^&;#\s]{1,4000})",
    re.IGNORECASE,
)


def _masked(found: re.Match[str]) -> str:
    name, value = found.groups()
    return name + (value if value.startswith(_MASK) else _MASK + blake2b(value.encode(), digest_size=2).hexdigest())


def outlet_of(url: str) -> str:
    """Return the outlet a URL belongs to: the registrable domain of its host; for a file or a bare name, the host itself."""
    return registrable_domain(host_of(url))


@cache
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList()


def _trimmed(url: str) -> str:
    """Drop what browsers drop: whitespace around, newlines and tabs inside (WHATWG URL §4.4); half a character becomes U+FFFD."""
    return _HALVES.sub("\ufffd", re.sub(r"[\t\r\n]", "", url.strip(_EDGES)))


def _web_parts(url: str) -> SplitResult | None:
    if len(url) > MAX_URL_CHARS or not re.match(r"^https?:", url, re.IGNORECASE):
        return None
    try:
        parts = urlsplit(url.replace("\\", "/") if "\\" in url.partition("?")[0] else url)
        _ = parts.port  # raises where it is no number
        host = _ascii_host(parts.hostname or "")
    except ValueError:
        return None
    return parts if _HOST.match(host) and _NETLOC.match(parts.netloc.rpartition("@")[2]) else None


def _port_of(parts: SplitResult) -> int | None:
    return None if parts.port == DEFAULT_PORTS.get(parts.scheme.lower()) else parts.port


def _ascii_host(host: str) -> str:
    name = host.strip().rstrip(".").lower()
    if name.isascii():
        return name
    try:
        return idna.encode(name, uts46=True, transitional=False).decode("ascii").lower()
    except (idna.IDNAError, UnicodeError):
        return quote(name, safe=".-:")


def _is_public_name(host: str) -> bool:
    """Tell a name of the public DNS from an address or a bare name such as `localhost`."""
    if "." not in host or ":" in host:
        return False
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return True
    return False


def _without_www(host: str) -> str:
    """Drop every `www.` (also `www2.`) in front of a registrable domain or its subdomain; never down to a public suffix."""
    while (rest := _WWW.sub("", host)) != host and "." in rest and _suffixes().privatesuffix(rest):
        host = rest
    return host


def _canonical_path(path: str) -> str:
    segments: list[str] = []
    for segment in _SESSION_PATH.sub("", _escaped(path, _PATH_SAFE)).split("/"):
        if segment == "..":
            segments = segments[:-1]
        elif segment not in {"", "."}:
            segments.append(segment)
    while segments and segments[-1].lower() in _INDEX_FILES:
        segments.pop()
    return "/" + "/".join(segments)


def _canonical_query(query: str, host: str) -> str:
    """Keep what chooses content, sorted; a parameter without a value keeps no equals sign."""
    kept = []
    for pair in query.split("&"):
        name, _, value = (_escaped(part.replace("+", "%20"), _QUERY_SAFE + "=") for part in pair.partition("="))
        if name and not _is_tracking(name, value, host):
            kept.append(f"{name}={value}" if value else name)
    return "&".join(sorted(kept))


def _is_tracking(name: str, value: str, host: str) -> bool:
    key, told = name.lower().removeprefix("amp;"), value.lower()
    if key in TRACKING_NAMES or key.startswith(TRACKING_PREFIXES):
        return True
    return key in MAYBE_TRACKING and (told in CHANNELS or told.removeprefix("www.") == host)


def _escaped(text: str, safe: str) -> str:
    """Spell every percent-escape one way: unreserved characters plain, the rest as upper-case UTF-8 escapes (RFC 3986 §6.2.2)."""
    return "".join(
        quote(unquote_to_bytes(piece), safe="-._~") if number % 2 else quote(piece, safe=safe, errors="replace")
        for number, piece in enumerate(_ESCAPES.split(text))
    )


def _escaped_opaque(url: str) -> str:
    """Make a non-web identifier (file:, urn:, a bare word) safe to store and compare."""
    scheme = _SCHEME.match(url)
    head, rest = (url[: scheme.end()].lower(), url[scheme.end() :]) if scheme else ("", url)
    return head + "".join(
        piece if number % 2 else quote(piece, safe=_PATH_SAFE + "?#[]", errors="replace")
        for number, piece in enumerate(_ESCAPES.split(rest))
    )
