"""An outlet and its publications in, a table of resources out: every path the outlet answers in one edition. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from hashlib import blake2b
from http import HTTPStatus
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from flows.demo.editions import Publication, articles_in
from flows.demo.feed_documents import Item, feed_document, items_of
from flows.demo.plan import FeedPlan, Outlet, Snag

TEMPLATES = Path(__file__).parent / "data" / "templates"
READ_MORE = 4
"""Other articles a page links to, as the blocks under and beside real articles do."""

BROKEN_TITLE_CHARS = 25
"""How far a feed that breaks off gets into its last title."""

PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n"
    b"trailer<</Root 1 0 R>>\n%%EOF\n"
)
FLOOD_BYTES = 11 * 1024 * 1024
"""Just above the 10 MiB at which a page is refused."""


@dataclass(frozen=True, slots=True)
class Resource:
    """What one path answers."""

    status: int
    content_type: str
    body: bytes = b""
    etag: str | None = None
    modified_at: datetime | None = None
    location: str | None = None
    stream_bytes: int = 0  # above 0: the body is made on the fly, of this size, and its length is not announced


def environment() -> Environment:
    """Return the template engine; a name that a template misspells is an error, not an empty string."""
    made = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    made.policies["json.dumps_kwargs"] = {"ensure_ascii": False, "sort_keys": False}
    made.filters |= {"iso": datetime.isoformat, "rfc822": format_datetime, "nbsp": _with_fixed_spaces}
    return made


def _with_fixed_spaces(text: str) -> str:
    """Set French as the French do: no line may end after a guillemet or before a colon."""
    return re.sub(r"(?<=«) | (?=[»:;!?])", "\N{NO-BREAK SPACE}", text)


def site_of(
    outlet: Outlet, articles: Iterable[Publication], snags: Iterable[Snag], now: datetime, templates: Environment
) -> dict[str, Resource]:
    """Build everything one outlet serves.

    Args:
        outlet: The publisher.
        articles: Its publications of this edition, newest first.
        snags: Its links that lead to no article.
        now: Publication times count back from it.
        templates: From `environment()`.

    Returns:
        A resource a path, without the query string.

    """
    own = [article for article in articles if article.outlet.host == outlet.host]
    trouble = [snag for snag in snags if snag.outlet == outlet.host]
    site = {"/robots.txt": _plain(_robots_of(outlet))}
    for feed in outlet.feeds:
        items = items_of(articles_in(feed, own, outlet), [snag for snag in trouble if snag.feed == feed.path], now)
        site[feed.path] = _feed(outlet, feed, items, templates)
    site |= {snag.path: _snag(snag, outlet, templates) for snag in trouble}
    if outlet.template is None:
        return site
    site["/"] = _html(outlet, templates.get_template("front.html").render(outlet=outlet, articles=own), None)
    for article in own:
        site[article.path] = _article(article, own, templates)
        if article.run.moved_from:
            site[article.run.moved_from] = Resource(301, "text/html", location=article.url)
    return site


def _article(article: Publication, own: list[Publication], templates: Environment) -> Resource:
    others = [other for other in own if other.path != article.path]
    start = article.number % max(1, len(others))
    page = templates.get_template(article.outlet.template or "").render(
        a=article, outlet=article.outlet, others=(others[start:] + others[:start])[:READ_MORE], ld=_json_ld(article)
    )
    return _html(article.outlet, page, article.modified_at)


def _json_ld(article: Publication) -> dict[str, object]:
    """Return schema.org's NewsArticle, for the templates that embed it."""
    return {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "mainEntityOfPage": {"@type": "WebPage", "@id": article.url},
        "headline": article.headline,
        "description": article.summary,
        "datePublished": article.published_at.isoformat(),
        "dateModified": article.modified_at.isoformat(),
        "author": [{"@type": "Person", "name": name} for name in article.authors],
        "publisher": {"@type": "NewsMediaOrganization", "name": article.outlet.name, "url": f"http://{article.outlet.host}/"},
        "articleSection": article.section,
        "inLanguage": article.outlet.language,
        "image": f"http://{article.outlet.host}/images/{article.number}.jpg",
        "isAccessibleForFree": True,
    }


def _feed(outlet: Outlet, feed: FeedPlan, items: list[Item], templates: Environment) -> Resource:
    if feed.status != HTTPStatus.OK:
        return Resource(feed.status, "text/plain; charset=utf-8", b"Internal Server Error\n")
    content_type, text = feed_document(outlet, feed, items, templates)
    if feed.breaks_off:
        text = text[: text.rindex("<title>") + BROKEN_TITLE_CHARS]
    body = text.encode(outlet.charset, "xmlcharrefreplace")
    return _validated(outlet, content_type, body, max((item.modified_at for item in items), default=None))


def _snag(snag: Snag, outlet: Outlet, templates: Environment) -> Resource:
    match snag.serves:
        case "pdf":
            return Resource(200, "application/pdf", PDF)
        case "flood":
            return Resource(200, "text/html; charset=utf-8", stream_bytes=FLOOD_BYTES)
        case "gone":
            return Resource(410, "text/plain; charset=utf-8", b"Gone\n")
        case "page":
            return _html(outlet, templates.get_template("plain.html").render(outlet=outlet, title=snag.title), None)
        case _:
            return not_found()


def not_found() -> Resource:
    """Return what a path answers that is not there."""
    return Resource(404, "text/html; charset=utf-8", b"<!doctype html><title>Not found</title><h1>404</h1><p>No such page.</p>")


def flood(size: int) -> Iterator[bytes]:
    """Yield an endless-looking page: a live ticker nobody ever trimmed."""
    yield b"<!doctype html><html><head><title>Live</title></head><body>"
    line = b"<p>19:04 The harbour gauge reads 2.31 metres, unchanged from the minute before.</p>\n" * 800
    for _ in range(size // len(line) + 1):
        yield line


def _robots_of(outlet: Outlet) -> str:
    rules = [f"Disallow: {path}" for path in outlet.disallow] or ["Disallow:"]
    sitemaps = [f"Sitemap: http://{outlet.host}{feed.path}" for feed in outlet.feeds if feed.format == "news_sitemap"]
    return "\n".join(["User-agent: *", *rules, *sitemaps, ""])


def _plain(text: str) -> Resource:
    return Resource(200, "text/plain; charset=utf-8", text.encode())


def _html(outlet: Outlet, page: str, modified_at: datetime | None) -> Resource:
    body = page.encode(outlet.charset, "xmlcharrefreplace")
    return _validated(outlet, f"text/html; charset={outlet.charset}", body, modified_at)


def _validated(outlet: Outlet, content_type: str, body: bytes, modified_at: datetime | None) -> Resource:
    digest = blake2b(body, digest_size=8).hexdigest()
    etag = {"both": f'"{digest}"', "etag": f'"{digest}"', "weak": f'W/"{digest}"'}.get(outlet.validators)
    return Resource(200, content_type, body, etag, modified_at if outlet.validators in {"both", "last_modified"} else None)
