"""Plan, stories and `now` in, publications out: what every outlet has on its site in one edition. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zlib import crc32

from flows.demo.plan import FeedPlan, Outlet, Plan, Run
from flows.demo.stories import Piece, Saying, Story, dated, sayings_in, with_dates

AGENCY = "Meridian"
CHANGED_AGO = timedelta(minutes=1)
"""Edition 2 goes out a minute before `now`: never in the future, since readers distrust that."""

_STRAIGHT = str.maketrans({"“": '"', "”": '"', "‘": "'", "’": "'"})


@dataclass(frozen=True, slots=True)
class Publication:
    """An article as one outlet has it on its site."""

    outlet: Outlet
    run: Run
    path: str
    headline: str
    summary: str
    authors: tuple[str, ...]
    section: str
    tags: tuple[str, ...]
    place: str | None  # the town of the dateline
    dateline: str  # as printed before the first paragraph, "" if none
    pieces: tuple[Piece, ...]  # the dateline is not in them
    sayings: tuple[Saying, ...]
    published_at: datetime
    modified_at: datetime
    note: str | None = None  # the correction, as readers are told

    @property
    def url(self) -> str:
        """The address the article is known by."""
        return f"http://{self.outlet.host}{self.path}"

    @property
    def listed_paths(self) -> list[str]:
        """The paths the outlet's feeds give for it: usually one."""
        return [self.run.moved_from or self.path, *(f"{self.path}?{query}" for query in self.run.tracked)]

    @property
    def number(self) -> int:
        """A number as content systems give out."""
        return _number_of(self.run)

    @property
    def paragraphs(self) -> list[str]:
        """The text blocks that are journalism: paragraphs and headings, no captions, no correction note."""
        return [piece.text for piece in self.pieces if piece.kind != "figure"]

    @property
    def text(self) -> str:
        """What a reader would call the article's text, dateline apart."""
        return "\n\n".join(self.paragraphs)


def publications_of(plan: Plan, stories: dict[str, Story], edition: int, now: datetime) -> list[Publication]:
    """Return all articles that stand on the wire in an edition, newest first."""
    filed = _filing_times(plan.runs, now)
    standing = [run for run in plan.runs if run.edition <= edition]
    out = [
        _publication_of(plan.outlets[run.outlet], *_dated(run, stories[run.story], filed[run.story]), edition, now)
        for run in standing
    ]
    return sorted(out, key=lambda article: (article.published_at, article.url), reverse=True)


def articles_in(feed: FeedPlan, articles: Iterable[Publication], outlet: Outlet) -> list[Publication]:
    """Return the articles that a feed of an outlet announces, in the order given."""
    own = (article for article in articles if article.outlet.host == outlet.host)
    return [article for article in own if not feed.sections or article.section in feed.sections]


def _filing_times(runs: Iterable[Run], now: datetime) -> dict[str, datetime]:
    """A story is filed when its first outlet runs it: copies say "on Tuesday" of the same Tuesday."""
    minutes: dict[str, int] = {}
    for run in runs:
        minutes[run.story] = max(run.minutes_ago, minutes.get(run.story, 0))
    return {slug: now - timedelta(minutes=ago) for slug, ago in minutes.items()}


def _dated(run: Run, story: Story, filed_at: datetime) -> tuple[Run, Story]:
    """Write the days into a story and into what an outlet adds to it: both speak of the same Tuesday."""

    def written(texts: Iterable[str]) -> tuple[str, ...]:
        return tuple(with_dates(text, filed_at, story.language) for text in texts)

    return replace(run, lede=written(run.lede), appended=written(run.appended)), dated(story, filed_at)


def _publication_of(outlet: Outlet, run: Run, story: Story, edition: int, now: datetime) -> Publication:
    change = run.change if run.change and edition > run.edition else None
    published_at = now - timedelta(minutes=run.minutes_ago)
    pieces = tuple(_edited(run, story))
    section = run.section or story.section

    def styled(text: str) -> str:
        return _in_house_style(text, outlet, (*run.swaps, *(change.swaps if change else ())))

    return Publication(
        outlet=outlet,
        run=run,
        path=_path_of(outlet, run, section, published_at),
        headline=styled((change and change.headline) or run.headline or story.headline),
        summary=styled(_summary_of(run, story, pieces)),
        authors=story.authors if run.authors is None else run.authors,
        section=section,
        tags=story.tags,
        place=story.place,
        dateline=_dateline_of(outlet, run, story, published_at),
        pieces=tuple(replace(piece, text=styled(piece.text)) for piece in pieces),
        sayings=tuple(Saying(styled(said.quote), styled(said.speaker)) for said in _kept_sayings(run, story, pieces)),
        published_at=published_at,
        modified_at=now - CHANGED_AGO if change else published_at,
        note=with_dates(change.note, now, outlet.language) if change and change.note else None,
    )


def _edited(run: Run, story: Story) -> Iterator[Piece]:
    """Cut, re-lead and extend a story as the run says; its own figures go by the paragraphs that are left."""
    body = [piece for piece in _kept(run, story.pieces) if not (run.own_figures and piece.kind == "figure")]
    if run.lede:
        body = [*(Piece("paragraph", text) for text in run.lede), *_without_first(body, run.lede_replaces)]
    body += [Piece("paragraph", text) for text in run.appended]
    written = 0
    yield from (figure for after, figure in run.figures if after == 0)
    for piece in body:
        yield piece
        if piece.kind == "paragraph":
            written += 1
            yield from (figure for after, figure in run.figures if after == written)


def _kept(run: Run, pieces: Iterable[Piece]) -> Iterator[Piece]:
    """Keep the paragraphs a run asks for; a heading or figure stays with the paragraph before it."""
    number = 0
    for piece in pieces:
        number += piece.kind == "paragraph"
        if not run.paragraphs or number in run.paragraphs or (number == 0 and piece.kind == "figure"):
            yield piece


def _without_first(pieces: Iterable[Piece], paragraphs: int) -> Iterator[Piece]:
    for piece in pieces:
        if piece.kind == "paragraph" and paragraphs > 0:
            paragraphs -= 1
        else:
            yield piece


def _kept_sayings(run: Run, story: Story, pieces: tuple[Piece, ...]) -> Iterator[Saying]:
    """Yield the quotations that survived the editing, in the order of the text."""
    text = "\n".join(piece.text for piece in pieces if piece.kind != "figure")
    said = [
        *story.sayings,
        *sayings_in(iter((*run.lede, *run.appended)), run.speakers, story.language, f"{run.story} in {run.outlet}"),
    ]
    yield from sorted((saying for saying in said if saying.quote in text), key=lambda saying: text.index(saying.quote))


def _in_house_style(text: str, outlet: Outlet, swaps: Iterable[tuple[str, str]]) -> str:
    for theirs, ours in swaps:
        text = text.replace(theirs, ours)
    return text.translate(_STRAIGHT) if outlet.quote_marks == "straight" else text


def _summary_of(run: Run, story: Story, pieces: Iterable[Piece]) -> str:
    """Return the standfirst: the story's own, or the first sentence where an outlet wrote a new lede."""
    if story.summary and not run.lede:
        return story.summary
    first = next(piece.text for piece in pieces if piece.kind == "paragraph")
    return re.split(r"(?<=[.!?…])\s+(?=[A-ZÄÖÜÉÀА-Я“„«])", first, maxsplit=1)[0]


def _dateline_of(outlet: Outlet, run: Run, story: Story, published_at: datetime) -> str:
    is_wire_copy = run.source is not None
    if story.place is None:
        return ""
    pattern = outlet.wire_dateline if is_wire_copy else outlet.own_dateline
    return with_dates(pattern, published_at, outlet.language).replace("{place}", story.place).replace("{agency}", AGENCY)


def _path_of(outlet: Outlet, run: Run, section: str, published_at: datetime) -> str:
    return outlet.path.format(
        section=section,
        slug=run.slug or run.story,
        number=_number_of(run),
        yyyy=f"{published_at:%Y}",
        mm=f"{published_at:%m}",
        dd=f"{published_at:%d}",
    )


def _number_of(run: Run) -> int:
    return 1_000_000 + crc32(f"{run.outlet}/{run.slug or run.story}".encode()) % 9_000_000
