"""A made-up week of news on loopback: outlets, stories, agency copies, silent edits and misbehaviour, all from one seed.

Everything is known beforehand, so that what the pipeline found can be held against it. The clock is whoever runs it.
"""

from __future__ import annotations

import asyncio
import random
from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from hashlib import blake2b
from html import escape

from extractors.records import Feed
from tests.loopback_web import Script, Visit, answer, raw

LISTED = 25
"""Items of a feed's document: ten days of an outlet that publishes two or three a day."""
SYNDICATED, EDITED, GONE = 0.30, 0.15, 0.005
FAULTS = {"server error": 0.02, "reset": 0.01, "timeout": 0.002}
"""Shares of requests that fail, whatever is asked for; a time-out costs real seconds, so there are few."""
BUSY_HOURS = (6, 22)

_PEOPLE = ("Mara Lindqvist", "Tobias Ferrand", "Ines Okafor", "Petr Halloran", "Lucia Brandt", "Samuel Oduya", "Greta Moss")
_PLACES = ("Saltmere", "Port Ellery", "Highwick", "Dunmarsh", "Carrow", "Eastfold", "Lambrook", "Verity Bay", "Stonehaven Cross")
_BODIES = ("harbour council", "river authority", "school board", "transit agency", "health trust", "fishing union", "town museum")
_VERBS = ("approved", "postponed", "rejected", "reviewed", "published", "questioned", "welcomed", "delayed", "extended", "cut")
_THINGS = (
    "a plan to dredge the northern basin",
    "new rules for night buses",
    "the budget for two primary schools",
    "a report on flood walls",
    "repairs of the old swing bridge",
    "a contract for street lamps",
    "tests of drinking water",
    "the lease of the covered market",
    "an offer for the disused mill",
    "opening hours of the library",
    "a ban on heavy lorries",
    "fees for allotment gardens",
)
_WHEN = ("on Monday", "on Tuesday", "late on Wednesday", "on Thursday morning", "on Friday", "over the weekend", "this week")
_WHY = (
    "after residents had complained of noise and delays",
    "because costs had risen faster than expected",
    "although three members voted against it",
    "while engineers wait for better weather",
    "so that work can begin before the winter",
    "despite a petition signed by shopkeepers",
    "as part of an agreement with the county",
)


@dataclass(frozen=True, slots=True)
class Piece:
    """One article of the world. `original` is the number of the piece that it copies."""

    number: int
    outlet: int
    published_at: datetime
    title: str
    paragraphs: tuple[str, ...]
    original: int | None = None
    edited_at: datetime | None = None
    gone_at: datetime | None = None

    @property
    def url(self) -> str:
        return f"http://{host_of(self.outlet)}/news/{self.number}"

    @property
    def correction(self) -> str:
        """The sentence that an edit puts in."""
        return f"The figure was corrected to {1000 + self.number * 7 % 9000} after an inquiry by the editors."

    def text_at(self, now: datetime) -> tuple[str, ...]:
        if self.edited_at is None or now < self.edited_at:
            return self.paragraphs
        return (*self.paragraphs[:2], f"{self.paragraphs[2]} {self.correction}", *self.paragraphs[3:])


def host_of(outlet: int) -> str:
    return f"outlet{outlet:03d}.example"


@dataclass
class World:
    """The web of a week. `sites` goes to `LoopbackWeb`; `clock` tells the simulated time.

    Args:
        outlets: How many.
        per_day: Articles of its own that an outlet publishes in a day, in the mean.
        start, days: The simulated span.
        seed: Of everything.

    """

    outlets: int
    per_day: float
    start: datetime
    days: float
    seed: int
    clock: Callable[[], datetime] = field(default=lambda: datetime(2026, 1, 1, tzinfo=UTC))
    faulty: bool = True
    pieces: list[Piece] = field(default_factory=list)
    faults_sent: dict[str, int] = field(default_factory=dict)
    told: set[int] = field(default_factory=set)  # numbers of the pieces that some feed document has listed
    _by_outlet: dict[int, list[Piece]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        chance = random.Random(self.seed)
        moments = sorted(self._moments(chance))
        for number, (moment, outlet) in enumerate(moments):
            self.pieces.append(self._piece(chance, number, moment, outlet))
        for piece in self.pieces:
            self._by_outlet.setdefault(piece.outlet, []).append(piece)

    def _moments(self, chance: random.Random) -> Iterator[tuple[datetime, int]]:
        for outlet in range(self.outlets):
            keen = chance.lognormvariate(-0.2, 0.6)  # few publish much, most little
            for _ in range(round(self.per_day * keen * self.days + chance.random())):
                day, hour = int(chance.random() * max(self.days, 1)), chance.uniform(*BUSY_HOURS)
                if chance.random() < 0.1:
                    hour = chance.uniform(0, 24)
                moment = self.start + (timedelta(days=day, hours=hour) if self.days >= 1 else chance.random() * self.span)
                if moment < self.start + self.span:
                    yield moment.replace(microsecond=0), outlet

    @property
    def span(self) -> timedelta:
        return timedelta(days=self.days)

    def _piece(self, chance: random.Random, number: int, moment: datetime, outlet: int) -> Piece:
        source = self._source(chance, moment, outlet) if chance.random() < SYNDICATED else None
        if source is not None:
            paragraphs = source.paragraphs if chance.random() < 0.5 else source.paragraphs[:-1]
            title = source.title if chance.random() < 0.5 else f"{source.title}, agency says"
            return Piece(number, outlet, moment, title, paragraphs, original=source.number)
        edited_at = moment + timedelta(hours=2 ** chance.uniform(-2, 7)) if chance.random() < EDITED else None
        gone_at = moment + timedelta(hours=2 ** chance.uniform(0, 7)) if chance.random() < GONE else None
        title, paragraphs = story(chance, number)
        return Piece(number, outlet, moment, title, paragraphs, None, edited_at, gone_at)

    def _source(self, chance: random.Random, moment: datetime, outlet: int) -> Piece | None:
        """Choose what to take over: an own piece of another outlet, one to twelve hours old, that is never edited."""
        fit = [
            piece
            for piece in self.pieces[-150:]
            if piece.original is None
            and piece.outlet != outlet
            and piece.edited_at is None
            and piece.gone_at is None
            and timedelta(hours=1) <= moment - piece.published_at <= timedelta(hours=12)
        ]
        return chance.choice(fit) if fit else None

    # ------------------------------------------------------------------------------------------------ what is served

    @property
    def feeds(self) -> list[Feed]:
        return [Feed(f"http://{host_of(number)}/feed", host_of(number)) for number in range(self.outlets)]

    @property
    def sites(self) -> dict[str, dict[str, Script]]:
        return {host_of(number): {"*": self._script(number)} for number in range(self.outlets)}

    def _script(self, outlet: int) -> Script:
        async def script(visit: Visit) -> None:
            now, path = self.clock(), visit.hit.path
            if path == "/robots.txt":
                await answer("", 404)(visit)
            elif fault := self._fault(visit.hit.host, path, now):
                self.faults_sent[fault] = self.faults_sent.get(fault, 0) + 1
                await self._misbehave(fault, visit)
            elif path == "/feed":
                await _conditional(self._feed(outlet, now), "application/rss+xml", visit)
            else:
                await self._article(path, now, visit)

        return script

    def _fault(self, host: str, path: str, now: datetime) -> str | None:
        """Decide by the quarter of an hour: whoever asks again later is answered."""
        if not self.faulty:
            return None
        quarter = int(now.timestamp()) // 900
        drawn = int.from_bytes(blake2b(f"{self.seed} {host} {path} {quarter}".encode(), digest_size=7).digest()) / 2**56
        for name, share in FAULTS.items():
            if drawn < share:
                return name
            drawn -= share
        return None

    async def _misbehave(self, fault: str, visit: Visit) -> None:
        if fault == "timeout":
            await asyncio.sleep(10)
        elif fault == "reset":
            await raw(b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n<html>")(visit)
        else:
            await answer("<h1>Out of order</h1>", 503 if visit.hit.at % 2 else 500)(visit)

    async def _article(self, path: str, now: datetime, visit: Visit) -> None:
        number = int(path.rsplit("/", 1)[-1])
        piece = self.pieces[number]
        if piece.gone_at is not None and now >= piece.gone_at:
            await answer("<h1>Gone</h1>", 410)(visit)
        else:
            await _conditional(page(piece, now), "text/html; charset=utf-8", visit)

    def _feed(self, outlet: int, now: datetime) -> str:
        own = self._by_outlet.get(outlet, [])
        listed = own[: bisect_right(own, now, key=lambda piece: piece.published_at)][-LISTED:]
        self.told.update(piece.number for piece in listed)
        items = "".join(
            f"<item><title>{escape(piece.title)}</title><link>{piece.url}</link><guid>{piece.url}</guid>"
            f"<pubDate>{format_datetime(piece.published_at)}</pubDate></item>"
            for piece in reversed(listed)
        )
        return f"<rss version='2.0'><channel><title>Outlet {outlet}</title><link>http://{host_of(outlet)}/</link>{items}</channel></rss>"


async def _conditional(body: str, content_type: str, visit: Visit) -> None:
    etag = f'"{blake2b(body.encode(), digest_size=8).hexdigest()}"'
    if visit.hit.headers.get("if-none-match") == etag:
        await visit.send(f"HTTP/1.1 304 Not Modified\r\nETag: {etag}\r\n\r\n".encode())
    else:
        await answer(body, Content_Type=content_type, ETag=etag)(visit)


def page(piece: Piece, now: datetime) -> str:
    """Write an article's page as an outlet would: navigation, a byline, the text, a footer."""
    text = "".join(f"<p>{escape(paragraph)}</p>" for paragraph in piece.text_at(now))
    return (
        f"<!doctype html><html lang='en'><head><title>{escape(piece.title)}</title>"
        f"<meta property='article:published_time' content='{piece.published_at.isoformat()}'></head><body>"
        f"<nav><a href='/'>Home</a> <a href='/town'>Town</a> <a href='/sport'>Sport</a></nav><article>"
        f"<h1>{escape(piece.title)}</h1>{text}</article>"
        f"<footer><p>Outlet {piece.outlet} is printed by its readers. Write to the editors.</p></footer></body></html>"
    )


def story(chance: random.Random, number: int) -> tuple[str, tuple[str, ...]]:
    """Make up a story that no other shares more than a sentence with."""
    body, place, thing = chance.choice(_BODIES), chance.choice(_PLACES), chance.choice(_THINGS)
    title = f"{place} {body} {chance.choice(_VERBS)} {thing} ({number})"
    paragraphs = [" ".join(_sentence(chance, number) for _ in range(chance.randint(2, 3))) for _ in range(chance.randint(4, 6))]
    letters, speaker = chance.randint(100, 99999), chance.choice(_PEOPLE)
    quoted = f"“We counted {letters} letters about this,” said {speaker} of the {body} in {place}."
    return title, (paragraphs[0], quoted, *paragraphs[1:])


def _sentence(chance: random.Random, number: int) -> str:
    sums = f"{chance.randint(10, 99999)} crowns"
    return (
        f"The {chance.choice(_BODIES)} of {chance.choice(_PLACES)} {chance.choice(_VERBS)} {chance.choice(_THINGS)} "
        f"{chance.choice(_WHEN)} for {sums}, {chance.choice(_WHY)}, item {number}-{chance.randint(1, 9999)} of its list says."
    )
