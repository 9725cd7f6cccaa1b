"""An answer that points elsewhere -> where next, or the end of the journey. Each stop is a request of its own to its own host."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache
from http import HTTPStatus
from http.cookies import CookieError, SimpleCookie

import httpx

from extractors import urls
from extractors.fetch.exchange import Fault, Reply
from extractors.fetch.walls import refresh_of
from extractors.headers import Headers, header_of
from extractors.records import Page, PageOutcome, Request
from extractors.urls import registrable_domain

REDIRECTS = {301, 302, 303, 307, 308}
PERMANENT = {301, 308}
MAX_URL_CHARS = 8192
"""RFC 9110 asks servers to take 8,000; beyond that it is no address of a story."""
MAX_COOKIES = 20
_HOST = re.compile(
    rb"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,252})|[0-9A-Fa-f:.]{2,45}"
)  # a name, or what stood in the brackets of an IPv6 literal


@dataclass(slots=True)
class Journey:
    """Where one request has been. Cookies live as long as the journey: some sites set one and redirect to the same address."""

    url: httpx.URL | None = None
    seconds: float = 0.0
    hops: int = 0
    is_permanent: bool = True
    request_headers: Headers = ()
    cookies: dict[tuple[str, str], str] = field(default_factory=dict)  # (host, name) -> value
    seen: set[tuple[str, str]] = field(default_factory=set)  # (URL, cookies sent)

    def cookies_for(self, url: httpx.URL) -> str:
        """Return the Cookie header for a URL; a cookie goes only to the host that set it."""
        return "; ".join(f"{name}={value}" for (host, name), value in self.cookies.items() if host == url.host)


def checked_url(url: str) -> httpx.URL:
    """Read a URL that may be fetched.

    Raises:
        Fault: BAD_URL: not absolute, not http(s), no host, too long or not a URL at all.

    """
    if len(url) > MAX_URL_CHARS:
        raise Fault(PageOutcome.BAD_URL, f"{len(url)} characters long")
    try:
        read = httpx.URL(url.strip())
        port = read.port
    except (httpx.InvalidURL, ValueError, TypeError) as error:
        raise Fault(PageOutcome.BAD_URL, str(error)[:200]) from error
    if read.scheme not in {"http", "https"}:
        raise Fault(PageOutcome.BAD_URL, f"scheme {read.scheme[:20]!r}")
    if not _HOST.fullmatch(read.raw_host) or (port is not None and not 0 < port < 65536):
        raise Fault(PageOutcome.BAD_URL, f"host {read.host[:80]!r}")
    return read.copy_with(fragment=None) if read.fragment else read


@lru_cache(maxsize=4096)
def host_of(url: str) -> str:
    """Return the host as it is asked, "" for what is no URL."""
    try:
        return httpx.URL(url.strip()).raw_host.decode("ascii")
    except (httpx.InvalidURL, ValueError, TypeError):
        return ""


@lru_cache(maxsize=4096)
def domain_of(url: str) -> str:
    """Return the registrable domain whose spacing a URL falls under, "" for what is no URL."""
    return registrable_domain(host_of(url))


def next_stop(
    journey: Journey, url: httpx.URL, reply: Reply, max_redirects: int, *, reads_pages: bool = False
) -> httpx.URL | None:
    """Say where a reply leads.

    Args:
        journey: So far; changed in place.
        url: That was asked.
        reply: Its answer.
        max_redirects: How many are followed.
        reads_pages: A page that does nothing but lead elsewhere (`meta refresh`) counts as a redirect.

    Returns:
        The next URL, or None when the reply is the answer.

    Raises:
        Fault: REDIRECT_LOOP (seen before, or too many), BAD_URL, COOKIE_WALL (a loop that sets cookies all the time).

    """
    location = header_of(reply.headers, "location") if reply.status in REDIRECTS else None
    if (
        reads_pages
        and reply.status == HTTPStatus.OK
        and (location := refresh_of(reply.body)) is not None
        and _is_same(url, location)
    ):
        return None
    if not location:
        return None
    journey.seen.add((str(url), journey.cookies_for(url)))
    had = len(journey.cookies)
    _keep_cookies(journey, url, reply.headers)
    try:
        onward = checked_url(str(url.copy_with(userinfo=b"").join(location.strip())))
    except (httpx.InvalidURL, ValueError) as error:
        raise Fault(PageOutcome.BAD_URL, f"redirects to {location[:200]!r}") from error
    except Fault as fault:
        raise Fault(PageOutcome.BAD_URL, f"redirects to {location[:200]!r}: {fault.detail}") from fault
    journey.hops += 1
    journey.is_permanent = journey.is_permanent and reply.status in PERMANENT
    is_seen = (str(onward), journey.cookies_for(onward)) in journey.seen
    if is_seen or journey.hops > max_redirects:
        if any(name == "set-cookie" for name, _ in reply.headers) and any(str(onward) == been for been, _ in journey.seen):
            raise Fault(PageOutcome.COOKIE_WALL, f"sets cookies and redirects in a circle ({had} cookies sent back)")
        why = f"back to {onward}" if is_seen else f"more than {max_redirects} redirects"
        raise Fault(PageOutcome.REDIRECT_LOOP, why)
    return onward


def _is_same(url: httpx.URL, location: str) -> bool:
    """Tell a page that only loads itself again; what is no address is for whoever follows it to refuse."""
    try:
        return url.copy_with(userinfo=b"", fragment=None) == url.copy_with(userinfo=b"").join(location).copy_with(fragment=None)
    except (httpx.InvalidURL, ValueError):
        return True


_FRONT = re.compile(r"/?(?:[a-z]{2}(?:[-_][a-z]{2})?/?)?(?:(?:index|home|default)(?:\.[a-z]{2,5})?/?)?", re.IGNORECASE)
"""Paths of front pages, also of one language: `/`, `/en/`, `/index.html`."""


def is_front_page(url: httpx.URL) -> bool:
    """Tell the front page of a site from everything else on it."""
    return not url.query and _FRONT.fullmatch(url.path) is not None


def _keep_cookies(journey: Journey, url: httpx.URL, headers: Headers) -> None:
    for name, value in headers:
        if name != "set-cookie" or len(journey.cookies) >= MAX_COOKIES:
            continue
        try:
            parsed = SimpleCookie(value[:4096])
        except CookieError:
            continue
        for key, morsel in list(parsed.items())[:1]:
            journey.cookies[url.host, key] = morsel.value


def failed(request: Request, journey: Journey, fault: Fault, now: datetime) -> Page:
    """Return the page of a request that ended in a fault."""
    return Page(
        url=request.url,
        outcome=fault.outcome,
        fetched_at=now,
        final_url=shown(journey.url) if journey.url is not None else None,
        detail=fault.detail,
        milliseconds=round(journey.seconds * 1000),
        retry_after_at=fault.retry_after_at,
        item_id=request.item_id,
        request_headers=without_secrets(journey.request_headers),
    )


def concealed(request: Request, page: Page) -> Page:
    """Return the page of an address with a secret as that of its masked form; where it moved to for good is not remembered."""
    return replace(
        page,
        url=request.url,
        final_url=urls.without_secrets(page.final_url) if page.final_url else None,
        permanent_url=None,
        detail=urls.without_secrets(page.detail) if page.detail else page.detail,
    )


def shown(url: httpx.URL) -> str:
    """Return a URL without its user name and password."""
    return str(url.copy_with(userinfo=b"")) if url.userinfo else str(url)


def without_secrets(headers: Headers) -> Headers:
    """Return request headers fit for an archive."""
    return tuple((name, "…" if name == "authorization" else value) for name, value in headers)
