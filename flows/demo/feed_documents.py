"""Publications in, a feed document out: RSS 2.0, Atom 1.0, RSS 1.0 (RDF), a Google News sitemap or JSON Feed 1.1. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from jinja2 import Environment

from flows.demo.editions import Publication
from flows.demo.plan import FeedPlan, Outlet, Snag

CONTENT_TYPES: Mapping[str, str] = {
    "rss20": "application/rss+xml",
    "atom10": "application/atom+xml",
    "rss10": "application/rdf+xml",
    "news_sitemap": "application/xml",
    "jsonfeed": "application/feed+json",
}


@dataclass(frozen=True, slots=True)
class Item:
    """One entry of a feed, whatever its format."""

    url: str
    guid: str
    title: str
    summary: str
    published_at: datetime
    modified_at: datetime
    authors: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()


def items_of(articles: Iterable[Publication], snags: Iterable[Snag], now: datetime) -> list[Item]:
    """List what a feed announces, newest first: an article under each address its outlet gives it, and every snag."""
    items = [item for article in articles for item in _items_of(article)]
    items += [_item_of(snag, now - timedelta(minutes=snag.minutes_ago)) for snag in snags]
    return sorted(items, key=lambda item: (item.published_at, item.guid), reverse=True)


def feed_document(outlet: Outlet, feed: FeedPlan, items: list[Item], templates: Environment) -> tuple[str, str]:
    """Write one feed.

    Returns:
        Its content type and its text; encoding it is the caller's.

    """
    if feed.format == "jsonfeed":
        text = json.dumps(_jsonfeed(outlet, feed, items), ensure_ascii=False, indent=1)
    else:
        text = templates.get_template(f"feeds/{feed.format}.xml").render(outlet=outlet, feed=feed, items=items)
    return CONTENT_TYPES[feed.format], text


def _items_of(article: Publication) -> list[Item]:
    return [
        Item(
            url=f"http://{article.outlet.host}{path}",
            guid=f"{article.outlet.host}:{article.number}" + (f":{variant}" if variant else ""),
            title=article.headline,
            summary=article.summary,
            published_at=article.published_at,
            modified_at=article.modified_at,
            authors=article.authors,
            categories=tuple(dict.fromkeys((article.section, *article.tags))),
        )
        for variant, path in enumerate(article.listed_paths)
    ]


def _item_of(snag: Snag, at: datetime) -> Item:
    return Item(f"http://{snag.outlet}{snag.path}", f"{snag.outlet}{snag.path}", snag.title, snag.title, at, at)


def _jsonfeed(outlet: Outlet, feed: FeedPlan, items: list[Item]) -> dict[str, object]:
    """Return a feed as jsonfeed.org's version 1.1 has it."""
    return {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "home_page_url": f"http://{outlet.host}/",
        "feed_url": f"http://{outlet.host}{feed.path}",
        "language": outlet.language,
        "items": [
            {
                "id": item.guid,
                "url": item.url,
                "title": item.title,
                "summary": item.summary,
                "content_text": item.summary,
                "date_published": item.published_at.isoformat(),
                "date_modified": item.modified_at.isoformat(),
                "authors": [{"name": name} for name in item.authors],
                "tags": list(item.categories),
            }
            for item in items
        ],
    }
