"""Subscriptions: add, list, set, remove, import, export, discover."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path

import click

from extractors.errors import FeedUnreadable
from extractors.feeds import parse_feed
from extractors.feeds.discovery import discover
from extractors.feeds.opml import subscriptions_in, write_opml
from extractors.fetch import fetch_pages
from extractors.records import Feed, Page, PageOutcome, Request, Rhythm
from extractors.schedule.overrides import Override, overridden
from extractors.urls import host_of, is_web_url, outlet_of, without_secrets
from flows.cli.terminal import CONTEXT, printable, table_of, write_whole
from flows.credentials import addresses_in, conceal, concealed, forget
from flows.errors import ContactMissing, FlowError
from flows.settings import Settings
from flows.stages.run import fetch_settings_of
from warehouse import read
from warehouse.hosts import release_hosts
from warehouse.subscriptions import load_feeds, remove_feeds, store_overridden

MINUTES = click.IntRange(min=1, max=43_200)
"""Between two polls: a month at most."""
MAX_DISCOVERED = 5
"""Feeds of a page that are looked at; sites that announce hundreds (one a tag) list their main ones first."""


@click.group()
def feeds() -> None:
    """Subscriptions: add, list, set, remove, import, export, discover."""


@feeds.command()
@click.argument("urls", nargs=-1, required=True)
@click.option("--outlet", help="Publisher's name in the tables; by default the domain.")
@click.option("--every", type=MINUTES, metavar="MINUTES", help="Poll at this interval instead of the adaptive one.")
@click.option("--no-check", is_flag=True, help="Subscribe without asking the URL first.")
@click.pass_obj
def add(settings: Settings, urls: tuple[str, ...], outlet: str | None, every: int | None, no_check: bool) -> None:
    """Subscribe to URLS: feeds, or pages whose feed is looked for."""
    now = datetime.now(UTC)
    for url in urls:
        _refuse_no_web_url(url)
    wanted = [Feed(url, outlet_of(url), added_at=now) for url in urls] if no_check else []
    for url in () if no_check else urls:
        wanted += [replace(feed, added_at=now) for feed in _found_at(url, settings)]
    with settings.warehouse.writer() as connection:
        known = {feed.feed_url: feed for feed in read.feeds(connection)}
        named = [_as_known(known.get(without_secrets(feed.feed_url), feed), feed.feed_url, outlet, every) for feed in wanted]
        added = load_feeds(connection, concealed(settings.home, named))
    for feed in named:
        CONTEXT.data.print(without_secrets(feed.feed_url), highlight=False, markup=False)
    CONTEXT.messages.print(f"{added} added, {len(named) - added} were subscribed already.")


def _as_known(known: Feed, url: str, outlet: str | None, every: int | None) -> Feed:
    """Return a subscription as it is, or new, at this address, with what the operator says of it."""
    interval = every * 60 if every else known.interval_seconds
    return replace(known, feed_url=url, outlet=outlet or known.outlet, interval_seconds=interval)


def _refuse_no_web_url(url: str) -> None:
    if not is_web_url(url):
        raise FlowError(f"{url}: no address of the web (http:// or https://)")


def _found_at(url: str, settings: Settings) -> list[Feed]:
    """Return the feed at a URL, or the first feed that the page there announces."""
    page = _fetched(url, settings)
    feed = _as_feed(page)
    if feed is not None:
        return [feed]
    for candidate in discover(page.body, page.final_url or url)[:MAX_DISCOVERED]:
        feed = _as_feed(_fetched(candidate, settings))
        if feed is not None:
            return [feed]
    raise FlowError(f"{url}: neither a feed nor a page that announces one")


def _fetched(url: str, settings: Settings) -> Page:
    if settings.contact is None:
        raise ContactMissing
    (page,) = fetch_pages([Request(url, kind="feed")], fetch_settings_of(settings))
    if page.outcome is not PageOutcome.FETCHED:
        raise FlowError(f"{url}: {page.outcome}{f' ({page.detail})' if page.detail else ''}")
    return page


def _as_feed(page: Page) -> Feed | None:
    url = page.permanent_url or page.url
    try:
        parsed = parse_feed(page.body, page.content_type, url, page.fetched_at)
    except FeedUnreadable:
        return None
    return Feed(url, outlet_of(parsed.site_url or url), parsed.title, parsed.language)


@feeds.command("set")
@click.argument("urls", nargs=-1, required=True)
@click.option("--every", type=MINUTES, metavar="MINUTES", help="Poll like a clock; only Retry-After counts.")
@click.option("--adaptive", is_flag=True, help="Poll in the feed's own rhythm again.")
@click.option("--mute/--unmute", default=None, help="Poll no more, or again.")
@click.option("--again", is_flag=True, help="Poll in the next run: forget failures, 410, and what is held against the host.")
@click.option("--address", metavar="URL", help="Ask there instead, as after a permanent redirect.")
@click.option("--own-address", is_flag=True, help="Ask at the subscribed address again, whatever it redirects to.")
@click.pass_obj
def set_(
    settings: Settings,
    urls: tuple[str, ...],
    every: int | None,
    adaptive: bool,
    mute: bool | None,
    again: bool,
    address: str | None,
    own_address: bool,
) -> None:
    """Overrule what the rhythm has decided for the feeds at URLS."""
    wish = Override(every * 60 if every else None, adaptive, mute, again, address, own_address)
    if wish == Override() or (every and adaptive) or (address and own_address):
        raise FlowError("say one thing to change at least, and nothing twice: newsloom feeds set --help")
    if address is not None:
        _refuse_no_web_url(address)
        if len(urls) > 1:
            raise FlowError("--address is for one feed")
        conceal(settings.home, [address])
        wish = replace(wish, address=without_secrets(address))
    urls = tuple(map(without_secrets, urls))
    with settings.warehouse.writer() as connection:
        pairs = {feed.feed_url: feed for feed in read.feeds(connection)}
        rhythms = {rhythm.feed_url: rhythm for rhythm in read.rhythms(connection)}
        if unknown := [url for url in urls if url not in pairs]:
            raise FlowError(f"{unknown[0]}: not subscribed; newsloom feeds list shows what is")
        changed = [overridden(pairs[url], rhythms[url], wish, datetime.now(UTC)) for url in dict.fromkeys(urls)]
        store_overridden(connection, changed)
        if again:
            release_hosts(connection, [host_of(address) for feed, rhythm in changed for address in _addresses(feed, rhythm)])
    CONTEXT.messages.print(f"{len(changed)} changed.")


def _addresses(feed: Feed, rhythm: Rhythm) -> list[str]:
    return [feed.feed_url, *([rhythm.moved_to] if rhythm.moved_to else [])]


@feeds.command("list")
@click.pass_obj
def list_(settings: Settings) -> None:
    """List subscriptions with their rhythm."""
    with settings.warehouse.writer() as connection:
        subscribed = read.feeds(connection)
        rhythms = {rhythm.feed_url: rhythm for rhythm in read.rhythms(connection)}
    rows = [
        (
            feed.outlet,
            feed.feed_url,
            f"{rhythms[feed.feed_url].interval_seconds // 60} min",
            _next_of(feed, rhythms[feed.feed_url]),
            rhythms[feed.feed_url].last_error,
        )
        for feed in subscribed
    ]
    if rows:
        CONTEXT.data.print(table_of(None, ("outlet", "feed", "every", "next", "last error"), rows, outlet="cyan"))
    CONTEXT.messages.print(f"{len(rows)} feeds." if rows else "No feeds yet: newsloom feeds add URL, or newsloom feeds import.")


def _next_of(feed: Feed, rhythm: Rhythm) -> object:
    if feed.is_muted or rhythm.is_gone:
        return "muted" if feed.is_muted else "gone (410)"
    return rhythm.next_poll_at or "now"


@feeds.command()
@click.argument("urls", nargs=-1, required=True)
@click.pass_obj
def remove(settings: Settings, urls: tuple[str, ...]) -> None:
    """Unsubscribe from URLS; their articles stay."""
    with settings.warehouse.writer() as connection:
        masked = [without_secrets(url) for url in urls]
        gone = remove_feeds(connection, [*urls, *masked])
        forget(settings.home, masked)
    CONTEXT.messages.print(f"{gone} removed." if gone else "None of these is subscribed: newsloom feeds list shows what is.")


@feeds.command("import", short_help="Subscribe to the feeds of an OPML file, or the default ones.")
@click.argument("opml", type=click.Path(path_type=Path, exists=True, dir_okay=False), required=False)
@click.pass_obj
def import_(settings: Settings, opml: Path | None) -> None:
    """Subscribe to every feed of an OPML file; without one, to the fifteen default feeds. What is subscribed stays as it is."""
    document = opml.read_bytes() if opml else files("flows").joinpath("data/default-feeds.opml").read_bytes()
    read_in = subscriptions_in(document, str(opml or "the default feeds"), datetime.now(UTC))
    found = read_in.feeds
    with settings.warehouse.writer() as connection:
        known = {feed.feed_url for feed in read.feeds(connection)}
        added = load_feeds(connection, [feed for feed in concealed(settings.home, found) if feed.feed_url not in known])
    CONTEXT.messages.print(f"{added} added, {len(found) - added} were subscribed already.")
    if read_in.damage is not None:
        CONTEXT.messages.print(
            f"{opml} is malformed, and what stands behind that may be missing: {printable(read_in.damage)}",
            style="yellow",
            highlight=False,
            markup=False,
        )


@feeds.command()
@click.argument("opml", type=click.Path(path_type=Path, dir_okay=False, allow_dash=True))
@click.option("--with-secrets", is_flag=True, help="Write passwords and tokens of addresses too, instead of masks.")
@click.pass_obj
def export(settings: Settings, opml: Path, with_secrets: bool) -> None:
    """Write the subscriptions to an OPML file; - for standard output."""
    with settings.warehouse.writer() as connection:
        subscribed = read.feeds(connection)
        if with_secrets:
            addresses = addresses_in(settings.home)
            subscribed = [replace(feed, feed_url=addresses.get(feed.feed_url, feed.feed_url)) for feed in subscribed]
    document = write_opml(subscribed, "newsloom", datetime.now(UTC))
    if str(opml) == "-":
        click.echo(document, nl=False)
    else:
        write_whole(opml, document)
        CONTEXT.messages.print(f"{len(subscribed)} feeds written to {opml}.")


@feeds.command("discover")
@click.argument("url")
@click.pass_obj
def discover_(settings: Settings, url: str) -> None:
    """Print the feeds that a page announces."""
    page = _fetched(url, settings)
    found = [url] if _as_feed(page) else discover(page.body, page.final_url or url)
    for feed_url in found:
        CONTEXT.data.print(feed_url, highlight=False, markup=False)
    if not found:
        raise FlowError(f"{url}: the page announces no feed")


COMMANDS = (feeds,)
