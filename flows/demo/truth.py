"""The edition plan in, the expected findings out: who copies whom, what was corrected, what is skipped, who said what. Pure."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from flows.demo.editions import AGENCY, Publication, articles_in, publications_of
from flows.demo.plan import DATA, Plan
from flows.demo.stories import Saying, Story

ACCEPTED_KINDS = {
    # What a careful detector may also call it: a few words of house style decide between exact and near, and a long
    # copy with a paragraph cut lies on the border of near and excerpt.
    "exact": ("exact", "near"),
    "near": ("near", "exact", "revision", "excerpt", "contains"),
    "excerpt": ("excerpt", "near"),
    "contains": ("contains", "near"),
}


@dataclass(frozen=True, slots=True)
class TrueArticle:
    """An article of the wire as it stands in the last edition."""

    url: str
    outlet: str
    edition: int  # the first it stands in
    title: str
    text: str  # paragraphs and headings parted by a blank line, dateline, captions and notes apart
    language: str
    published_at: datetime
    section: str
    dateline: str | None  # the town
    agency: str | None  # where dateline or byline names it; an outlet that hides its source has none
    authors: tuple[str, ...]
    captions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TrueCopy:
    """One article repeats another."""

    url: str
    original_url: str
    kind: str
    accepted_kinds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TrueRevision:
    """An article whose text changes between the editions."""

    url: str
    note: str | None  # None: a silent edit
    before: tuple[str, ...]  # words that only the first version has
    after: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TrueSkip:
    """A link or feed that yields no article, and the outcome it must have."""

    url: str
    outcome: str
    stage: str  # "fetch" | "poll"


@dataclass(frozen=True, slots=True)
class TrueName:
    """One person, organisation or place, under all the spellings the wire has for it."""

    name: str
    kind: str
    spellings: tuple[str, ...]
    urls: tuple[str, ...]  # articles that mention it, by any spelling, also a bonus one
    bonus_spellings: tuple[str, ...] = ()  # of another language: joining them is not asked for


@dataclass(frozen=True, slots=True)
class TrueQuote:
    """A direct quotation and its speaker, by the fullest name the article has."""

    url: str
    quote: str
    speaker: str
    language: str  # of the article: only English quotations are asked of the reader


@dataclass(frozen=True, slots=True)
class Truth:
    """Everything a perfect reader of both editions would know."""

    articles: tuple[TrueArticle, ...]
    copies: tuple[TrueCopy, ...]
    not_copies: tuple[tuple[str, str], ...]  # pairs of URLs that look alike and are not
    revisions: tuple[TrueRevision, ...]
    skips: tuple[TrueSkip, ...]
    names: tuple[TrueName, ...]
    different_names: tuple[tuple[str, str], ...]  # look alike, are two
    quotes: tuple[TrueQuote, ...]
    moved: tuple[tuple[str, str], ...]  # the URL a feed gives, the URL it leads to
    repeats: tuple[tuple[str, str], ...]  # feed URL, URL it lists: an article that is announced already, here or by another feed
    unannounced: tuple[str, ...]  # on their sites, but lost in a feed that breaks off; in no other part of the truth

    def as_json(self) -> dict[str, Any]:
        """Return plain values, times in ISO 8601."""
        plain: dict[str, Any] = asdict(self)
        for article in plain["articles"]:
            article["published_at"] = article["published_at"].isoformat()
        return plain


def truth_of(plan: Plan, stories: dict[str, Story], now: datetime) -> Truth:
    """Derive the truth from the plan; nothing in it is written down twice."""
    first = {article.url: article for article in publications_of(plan, stories, 1, now)}
    everything = publications_of(plan, stories, 2, now)
    lost = _lost_in_broken_feeds(plan, everything)
    last = [article for article in everything if article.url not in lost]
    told = tomllib.loads((DATA / "names.toml").read_text(encoding="utf-8"))
    by_run = {(article.outlet.host, article.run.story): article for article in last}
    at = {key: article.url for key, article in by_run.items()}
    pairs = tomllib.loads((DATA / "plan.toml").read_text(encoding="utf-8")).get("not_copies", ())
    return Truth(
        articles=tuple(_article_of(article) for article in last),
        copies=tuple(_copy_of(article, by_run) for article in last if article.run.source),
        not_copies=tuple((at[pair["these"][0], pair["these"][1]], at[pair["those"][0], pair["those"][1]]) for pair in pairs),
        revisions=tuple(_revision_of(article) for article in last if article.url in first and article.run.change),
        skips=(*_skipped_feeds(plan), *_skipped_pages(plan)),
        names=tuple(_name_of(facts, last) for facts in told["name"]),
        different_names=tuple((pair[0], pair[1]) for pair in told.get("different", ())),
        quotes=tuple(_quote_of(article, said) for article in last for said in article.sayings),
        moved=tuple((f"http://{a.outlet.host}{a.run.moved_from}", a.url) for a in last if a.run.moved_from),
        repeats=tuple(_repeats(plan, last)),
        unannounced=tuple(sorted(lost)),
    )


def _article_of(article: Publication) -> TrueArticle:
    return TrueArticle(
        url=article.url,
        outlet=article.outlet.host,
        edition=article.run.edition,
        title=article.headline,
        text=article.text,
        language=article.outlet.language,
        published_at=article.published_at,
        section=article.section,
        dateline=article.place if article.dateline else None,
        agency=AGENCY if AGENCY in article.dateline or AGENCY in article.authors else None,
        authors=article.authors,
        captions=tuple(piece.text for piece in article.pieces if piece.kind == "figure"),
    )


def _quote_of(article: Publication, said: Saying) -> TrueQuote:
    return TrueQuote(article.url, said.quote, said.speaker, article.outlet.language)


def _copy_of(article: Publication, by_run: dict[tuple[str, str], Publication]) -> TrueCopy:
    original = by_run[article.run.source or "", article.run.story]
    kind = article.run.kind
    # A correction parts the two: what was exact differs in the corrected words afterwards.
    also = ("near", "revision") if original.run.change or article.run.change else ()
    return TrueCopy(article.url, original.url, kind, tuple(dict.fromkeys((*ACCEPTED_KINDS[kind], *also))))


def _revision_of(article: Publication) -> TrueRevision:
    change = article.run.change
    swaps = change.swaps if change else ()
    return TrueRevision(article.url, article.note, tuple(old for old, _ in swaps), tuple(new for _, new in swaps))


def _lost_in_broken_feeds(plan: Plan, articles: list[Publication]) -> set[str]:
    """A feed that breaks off loses its oldest article, in both editions the same."""
    broken = {outlet.host for outlet in plan.outlets.values() if any(feed.breaks_off for feed in outlet.feeds)}
    return {[article.url for article in articles if article.outlet.host == host][-1] for host in broken}


def _repeats(plan: Plan, articles: list[Publication]) -> Iterable[tuple[str, str]]:
    """Yield every announcement but an article's first."""
    seen: set[str] = set()
    for outlet in plan.outlets.values():
        for feed in outlet.feeds:
            for article in articles_in(feed, articles, outlet):
                for path in article.listed_paths:
                    if article.url in seen:
                        yield f"http://{outlet.host}{feed.path}", f"http://{outlet.host}{path}"
                    seen.add(article.url)


def _skipped_feeds(plan: Plan) -> Iterable[TrueSkip]:
    for outlet in plan.outlets.values():
        for feed in outlet.feeds:
            if feed.status != 200:
                yield TrueSkip(f"http://{outlet.host}{feed.path}", "server_error", "poll")


def _skipped_pages(plan: Plan) -> Iterable[TrueSkip]:
    for snag in plan.snags:
        yield TrueSkip(f"http://{snag.outlet}{snag.path}", snag.outcome, "fetch")


def _name_of(facts: dict[str, Any], articles: list[Publication]) -> TrueName:
    spellings, bonus = tuple(facts["spellings"]), tuple(facts.get("bonus", ()))
    urls = [article.url for article in articles if any(spelling in article.text for spelling in spellings + bonus)]
    return TrueName(facts["name"], facts["kind"], spellings, tuple(urls), bonus)
