"""A page in, why it came out as it did: what each witness said of its metadata, and what became of each line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from extractors.articles import Reading, reading_of
from extractors.pages import moments
from extractors.pages.bearings import languages_said, payment_said
from extractors.pages.metadata import META_TITLES, claimed_titles, opening_of, site_names_of
from extractors.pages.sections import sections_said
from extractors.pages.titles import plain
from extractors.pages.writers import writers_of
from extractors.records import Article, Entry, Page
from extractors.residue import LineMemory, clean
from extractors.residue.trial import tried


@dataclass(frozen=True, slots=True)
class Testimony:
    """What one witness says of one field."""

    field: str  # "title" | "authors" | "published_at" | "section" | "language" | "is_paywalled"
    witness: str  # "JSON-LD", "og:title", "headline", ...
    said: str


@dataclass(frozen=True, slots=True)
class Judged:
    """A line of the page, and what became of it."""

    position: int
    text: str
    became: str  # "text" | "caption" | "removed" | "title"
    reason: str | None = None  # why it was removed


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a page came out as it did."""

    article: Article
    testimonies: tuple[Testimony, ...]  # by field, in order of trust
    lines: tuple[Judged, ...]  # in page order


def explained(
    page: Page, entry: Entry | None = None, memory: LineMemory | None = None, learned: Mapping[tuple[int, str], str] | None = None
) -> Explanation:
    """Read a page once more, and keep the reasons.

    Args:
        page: A page whose outcome is FETCHED.
        entry: What the feed said of it.
        memory: Lines known to recur at the outlet.
        learned: Reasons by position and line, of what was removed when the page was loaded; the memory may have moved on.

    Returns:
        The article as it would come out now, what each witness said, and each line's fate.

    Raises:
        PageUnreadable: As `articles.draft_of` does.

    """
    reading = reading_of(page, entry)
    memory = memory or LineMemory()
    testimonies = (
        *_of_title(reading, entry),
        *_of_authors(reading, entry),
        *_of_date(reading, page, entry),
        *_of_section(reading, entry),
        *_of_language(reading),
        *_of_payment(reading),
    )
    return Explanation(clean(reading.draft, memory), testimonies, tuple(_judged(reading, memory, learned or {})))


def _judged(reading: Reading, memory: LineMemory, learned: Mapping[tuple[int, str], str]) -> Iterator[Judged]:
    for line in tried(reading.draft, memory):
        text, reason = line.block.text, line.reason
        if line.is_caption:
            yield Judged(line.position, text, "caption")
        elif reason == "title" or line.block.role == "headline":
            yield Judged(line.position, text, "title")
        elif reason is not None:
            yield Judged(line.position, text, "removed", reason)
        elif (found := learned.get((line.position, text))) is not None:
            yield Judged(line.position, text, "removed", found)
        else:
            yield Judged(line.position, text, "text")


def _of_title(reading: Reading, entry: Entry | None) -> Iterator[Testimony]:
    head = reading.head
    claims = [
        ("headline that readers see", reading.story.headline.text if reading.story.headline else None),
        ("JSON-LD", head.statement.headline),
        *((f"meta {name}", head.first(name)) for name in META_TITLES),
        ("title element", head.title),
        ("feed", entry.title if entry else None),
    ]
    yield from (Testimony("title", name, text) for name, claim in claims if claim and (text := plain(claim)))


def _of_authors(reading: Reading, entry: Entry | None) -> Iterator[Testimony]:
    headline, names = reading.story.headline, site_names_of(reading.head, reading.draft.url)
    writers = writers_of(
        reading.head, reading.root, reading.pieces, headline, _start_of(reading, entry), reading.ending, entry, names
    )
    for claim in writers.claims():
        if claim.lines:
            yield Testimony("authors", claim.witness, "; ".join(claim.lines))
    for name in writers.organisations:
        yield Testimony("authors", "JSON-LD, an organisation", name)
    for line in writers.shown.helpers:
        yield Testimony("authors", "a helper, no author", line)


def _start_of(reading: Reading, entry: Entry | None) -> int:
    story = reading.story
    first = story.pieces[0].index if story.pieces else 0
    return opening_of(story.headline, reading.pieces, claimed_titles(reading.head, entry), first)


def _of_section(reading: Reading, entry: Entry | None) -> Iterator[Testimony]:
    names, titles = site_names_of(reading.head, reading.draft.url), claimed_titles(reading.head, entry)
    said = sections_said(reading.head, reading.root, reading.pieces, _start_of(reading, entry), titles, names, reading.draft.url)
    yield from (Testimony("section", witness, section) for witness, section in said)


def _of_language(reading: Reading) -> Iterator[Testimony]:
    if reading.draft.language is not None:
        yield Testimony("language", "the text", reading.draft.language)
    yield from (Testimony("language", witness, code) for witness, code in languages_said(reading.head))


def _of_payment(reading: Reading) -> Iterator[Testimony]:
    for witness, is_free in payment_said(reading.head):
        yield Testimony("is_paywalled", witness, "free" if is_free else "readers pay")


def _of_date(reading: Reading, page: Page, entry: Entry | None) -> Iterator[Testimony]:
    for claim in moments.claims(reading.head, reading.root, entry, page.fetched_at):
        yield Testimony("published_at", claim.source, claim.written or claim.moment.isoformat())
    if (in_url := moments.date_in(reading.draft.url, page.fetched_at)) is not None:
        yield Testimony("published_at", "address", in_url.date().isoformat())
    if reading.draft.dated_on is not None:
        yield Testimony("published_at", f"day as {reading.draft.dated_on_source}", reading.draft.dated_on.isoformat())
