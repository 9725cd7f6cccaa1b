"""Reply -> Page: which outcome an answer is, and what of it to keep. Pure."""

from __future__ import annotations

import re
from datetime import datetime

import httpx

from extractors.fetch.bodies import GZIP_MAGIC, BodyBroken, BodyTooBig, gunzip
from extractors.fetch.exchange import Reply
from extractors.fetch.redirects import Journey, is_front_page, shown, without_secrets
from extractors.fetch.walls import wall_of
from extractors.hashes import body_hash_of, payload_digest_of
from extractors.headers import Headers, header_of, retry_after_of
from extractors.records import Page, PageOutcome, Request

ACCEPT = {
    "feed": "application/atom+xml, application/rss+xml, application/feed+json, application/rdf+xml;q=0.9, "
    "application/json;q=0.8, application/xml;q=0.8, text/xml;q=0.8, text/html;q=0.5, */*;q=0.1",
    "page": "text/html, application/xhtml+xml, application/xml;q=0.9, */*;q=0.5",
    "robots": "text/plain, */*;q=0.5",
}
_BY_STATUS = {
    401: PageOutcome.FORBIDDEN,
    403: PageOutcome.FORBIDDEN,
    404: PageOutcome.NOT_FOUND,
    410: PageOutcome.GONE,
    429: PageOutcome.RATE_LIMITED,
    451: PageOutcome.FORBIDDEN,
}
_HTML_TYPES = {"text/html", "application/xhtml+xml", "text/xml", "application/xml"}
_UNTOLD_TYPES = {None, "application/octet-stream", "text/plain", "application/unknown", "unknown/unknown"}
"""Types that servers send when they do not know: the first bytes decide (WHATWG MIME Sniffing, 7.1)."""
_MARKUP = re.compile(
    rb"\s*(?:\xef\xbb\xbf)?\s*(?:<!doctype\s+html|<html|<head|<body|<\?xml|<!--|<meta|<title|<div|<article|<p>)", re.IGNORECASE
)


def content_type_of(headers: Headers) -> tuple[str | None, str | None]:
    """Return the media type in lower case and the declared charset, each None where absent."""
    value = header_of(headers, "content-type") or ""
    media_type = value.partition(";")[0].strip().lower()
    charset = re.search(r"charset\s*=\s*[\"']?\s*([^\s\"';,]+)", value, re.IGNORECASE)
    return media_type or None, charset[1].lower() if charset else None


def wants_body(request: Request, headers: Headers) -> bool:
    """Say from the header whether the body is worth its bytes: no PDF, no film."""
    media_type, _ = content_type_of(headers)
    if request.kind == "page":
        return media_type in _HTML_TYPES or media_type in _UNTOLD_TYPES
    return not (media_type or "").startswith(("image/", "audio/", "video/", "font/")) or media_type == "image/svg+xml"


def outcome_of(  # noqa: PLR0911 - one return a class of status reads best
    request: Request, reply: Reply, now: datetime
) -> tuple[PageOutcome, str | None, datetime | None]:
    """Judge an answer by its status and header alone.

    Returns:
        The outcome, a line on it, and until when the publisher wants rest.

    """
    retry_after_at = retry_after_of(reply.headers, now) if reply.status in {429, 503} else None
    if reply.status == 304:
        if request.validators.etag or request.validators.last_modified:
            return PageOutcome.UNCHANGED, None, None
        return PageOutcome.PROTOCOL_ERROR, "304 to a request without validators", None
    if 200 <= reply.status < 300:
        if reply.status in {204, 205}:
            return PageOutcome.PROTOCOL_ERROR, f"status {reply.status}: no content", None
        return PageOutcome.FETCHED, None, None
    if reply.status == 503 and retry_after_at is not None:
        return PageOutcome.RATE_LIMITED, "status 503 with Retry-After", retry_after_at
    if reply.status >= 500:
        return PageOutcome.SERVER_ERROR, f"status {reply.status}", None
    if reply.status >= 400:
        return _BY_STATUS.get(reply.status, PageOutcome.CLIENT_ERROR), f"status {reply.status}", retry_after_at
    return PageOutcome.PROTOCOL_ERROR, f"status {reply.status} that leads nowhere", None


def page_of(request: Request, journey: Journey, reply: Reply, url: httpx.URL, *, now: datetime, max_bytes: int) -> Page:
    """Make the page of an answer, its body judged too."""
    outcome, detail, retry_after_at = outcome_of(request, reply, now)
    media_type, charset = content_type_of(reply.headers)
    body = reply.body
    if request.kind != "robots" and reply.status != 304:
        wall = wall_of(
            reply.status, reply.headers, body, url.host, url.raw_path.decode("ascii", "replace"), was_redirected=journey.hops > 0
        )
        if wall is not None:
            outcome, detail = wall
    if outcome is PageOutcome.FETCHED and request.kind == "page" and journey.hops and is_front_page(url):
        outcome, detail = _at_the_front(request.url, shown(url)) or (outcome, detail)
    if outcome is PageOutcome.FETCHED:
        outcome, detail, body = _judge_body(request, media_type, body, max_bytes)
    return Page(
        url=request.url,
        outcome=outcome,
        fetched_at=now,
        final_url=shown(url),
        status=reply.status,
        headers=reply.headers,
        body=body if outcome is PageOutcome.FETCHED else b"",
        content_type=media_type,
        charset=charset,
        detail=detail,
        milliseconds=round(journey.seconds * 1000),
        permanent_url=shown(url) if journey.hops and journey.is_permanent else None,
        retry_after_at=retry_after_at,
        item_id=request.item_id,
        request_headers=without_secrets(journey.request_headers),
        http_version=reply.http_version,
        address=reply.address,
        payload_digest=payload_digest_of(body) if outcome is PageOutcome.UNCHANGED and body else None,
    )


def _at_the_front(asked: str, met: str) -> tuple[PageOutcome, str] | None:
    """Call a page gone whose address leads to the front page: a soft 404. Its text would stand for the article's."""
    if is_front_page(httpx.URL(asked.strip())):
        return None
    return PageOutcome.NOT_FOUND, f"leads to the front page {met[:200]}"


def _judge_body(request: Request, media_type: str | None, body: bytes, max_bytes: int) -> tuple[PageOutcome, str | None, bytes]:
    if request.kind == "page" and not (media_type in _HTML_TYPES or (media_type in _UNTOLD_TYPES and _MARKUP.match(body))):
        return PageOutcome.NOT_HTML, f"{media_type or 'no content type'}", b""
    if request.kind == "feed" and body.startswith(GZIP_MAGIC):  # sitemap.xml.gz as a file
        try:
            body = gunzip(body, max_bytes)
        except BodyTooBig as error:
            return PageOutcome.TOO_BIG, str(error), b""
        except BodyBroken as error:
            return PageOutcome.PROTOCOL_ERROR, str(error), b""
    if request.validators.body_hash is not None and body_hash_of(body) == request.validators.body_hash:
        return PageOutcome.UNCHANGED, "the same body as last time", body
    return PageOutcome.FETCHED, None, body
