"""Drafts in, articles out, with what relates them to all that is stored: recurring lines, copies.

Reads the warehouse and writes nothing. What is decided here holds while nobody else loads: `loading` looks at the load
sequence and decides again where somebody did.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

import duckdb

from extractors.copies import decide
from extractors.copies.fingerprints import fingerprint_of
from extractors.copies.inheritance import Inheritance, inheritances
from extractors.records import Article, Candidates, Decisions, Fingerprint, Mention, Quote
from extractors.residue import clean, lines_of
from extractors.residue.linememory import LineMemory, LineSighting
from extractors.standing import Known, addressed, id_of_draft, is_claim, is_stub, known_of
from flows.stages.reading import Read
from flows.stages.resketching import needs_resketching, resketch
from warehouse import articles as stored
from warehouse import read as ask
from warehouse.copies import candidates_for
from warehouse.lines import lines_of_outlets
from warehouse.places import Place, warehouse_at


@dataclass(frozen=True, slots=True)
class Related:
    """A batch of clean articles with what was decided about them. `read` is aligned with `articles`."""

    read: tuple[Read, ...] = ()
    articles: tuple[Article, ...] = ()
    sightings: tuple[LineSighting, ...] = ()
    fingerprints: tuple[Fingerprint, ...] = ()
    decisions: Decisions = field(default_factory=Decisions)
    candidates: Candidates = field(default_factory=Candidates)
    fresh: frozenset[int] = frozenset()  # ids of articles that the load will write: new or changed
    new: tuple[Article, ...] = ()  # of each of them the one reading that is written: a batch may hold several versions
    heirs: Mapping[int, Inheritance] = field(default_factory=dict)  # copies that need not be tagged again, by id
    walled: tuple[Read, ...] = ()  # teasers of articles that are known whole: they change nothing
    left: tuple[tuple[Mention, ...], tuple[Quote, ...]] = ((), ())  # what was found in their originals, where those are stored


def relate(place: Place, read: Sequence[Read], now: datetime, window_days: int, *, everything: bool = False) -> Related:
    """Clean a batch and find what it copies.

    Args:
        place: The warehouse; a folder means the embedded one in it.
        read: Pages with drafts; those without are left out.
        now: The time of the decisions, where there is no page to tell it.
        window_days: How far back copies are looked for.
        everything: Articles that are known word for word are to be written again too.

    """
    drafted = [one for one in read if one.draft is not None]
    warehouse = warehouse_at(place)
    with warehouse.snapshot() as connection:
        if not needs_resketching(connection):
            return _related(connection, drafted, now, window_days, everything=everything)
    with warehouse.writer() as connection:
        resketch(connection, window_days)
    with warehouse.snapshot() as connection:
        return _related(connection, drafted, now, window_days, everything=everything)


def _related(
    connection: duckdb.DuckDBPyConnection, drafted: Sequence[Read], now: datetime, window_days: int, *, everything: bool
) -> Related:
    drafted, walled = standing_of(connection, drafted)
    memory = LineMemory(lines_of_outlets(connection, {one.draft.outlet for one in drafted if one.draft}))
    articles = [clean(one.draft, memory) for one in drafted if one.draft]
    sightings = [sighting for one in drafted if one.draft for sighting in lines_of(one.draft)]
    now = moment_of(articles, now)
    new = written_of(connection, articles, everything=everything)
    fresh = frozenset(article.article_id for article in new)
    fingerprints = [fingerprint_of(article) for article in new]
    candidates = candidates_for(connection, fingerprints, now, window_days)
    decisions = _dated(decide(new, fingerprints, candidates, now), articles)
    heirs = inheritances(new, decisions, candidates)
    stored_originals = {heir.original_id for heir in heirs.values()} - fresh
    left = (tuple(ask.mentions(connection, stored_originals)), tuple(ask.quotes(connection, stored_originals)))
    return Related(
        read=tuple(drafted),
        articles=tuple(articles),
        sightings=tuple(sightings),
        fingerprints=tuple(fingerprints),
        decisions=decisions,
        candidates=candidates,
        fresh=fresh,
        new=tuple(new),
        heirs=heirs,
        walled=tuple(walled),
        left=left,
    )


def standing_of(connection: duckdb.DuckDBPyConnection, drafted: Sequence[Read]) -> tuple[list[Read], list[Read]]:
    """Return the pages that stand for their articles, each under the address it may have, and teasers of what is known whole."""
    drafts = [(one, one.draft, one.page.final_url) for one in drafted if one.draft]
    doubtful = {id_of_draft(draft) for _, draft, found_at in drafts if draft.is_paywalled or is_claim(draft, found_at)}
    known = (
        {one.article_id: Known(one.url, one.title, one.text) for one in ask.articles(connection, doubtful)} if doubtful else {}
    )
    standing, walled = [], []
    for one, draft, found_at in drafts:
        addressed_draft = addressed(draft, found_at, known.get(id_of_draft(draft)))
        key = id_of_draft(addressed_draft)
        if is_stub(addressed_draft, known.get(key)):
            walled.append(one)
            continue
        standing.append(one if addressed_draft is draft else replace(one, draft=addressed_draft))
        if key in doubtful:
            known[key] = known_of(addressed_draft)
    return standing, walled


def moment_of(articles: Sequence[Article], now: datetime) -> datetime:
    """Return the time of a batch's decisions: when its last page came. A rebuild next year then decides the same."""
    return max((article.first_seen_at for article in articles), default=now)


def written_of(connection: duckdb.DuckDBPyConnection, articles: Sequence[Article], *, everything: bool = False) -> list[Article]:
    """Return what a load would write, one reading an article, in order; the others are known word for word.

    Args:
        connection: From `writer`.
        articles: A batch; an import may hold several versions of one article.
        everything: Known ones too.

    """
    decisions = stored.decide(connection, articles)
    if everything:
        decisions = stored.refreshed(connection, decisions, articles)
    seen = {one.article_id: one.article.first_seen_at for one in decisions if one.article is not None}
    chosen = {
        a.article_id: a for a in articles if seen.get(a.article_id, a.first_seen_at if everything else None) == a.first_seen_at
    }
    return [article for article in articles if chosen.get(article.article_id) is article]


def decided_again(connection: duckdb.DuckDBPyConnection, related: Related, now: datetime, window_days: int) -> Related:
    """Look for copies once more, inside the writer's lock, because somebody else has loaded since."""
    now = moment_of(related.articles, now)
    candidates = candidates_for(connection, related.fingerprints, now, window_days)
    decisions = _dated(decide(related.new, related.fingerprints, candidates, now), related.new)
    return replace(related, candidates=candidates, decisions=decisions)


def _dated(decisions: Decisions, articles: Sequence[Article]) -> Decisions:
    """Date every pair by the sight of its article, not by the clock: a rebuild then says the same."""
    seen = {article.article_id: article.first_seen_at for article in articles}
    return replace(
        decisions,
        copies=tuple(replace(copy, decided_at=seen.get(copy.article_id, copy.decided_at)) for copy in decisions.copies),
    )
