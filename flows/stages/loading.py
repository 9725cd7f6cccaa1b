"""A related and tagged batch in, rows out: one writer, one transaction; then the published copy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from extractors.hashes import body_hash_of
from extractors.headers import header_of
from extractors.names import naming_of, uses_of
from extractors.quotes import link_speakers
from extractors.records import Batch, Mention, Outcome, Page, PageOutcome, Quote
from extractors.residue.linememory import LineMemory, forgettable, remember
from extractors.standing import id_of_draft
from flows import progress
from flows.stages.fetching import Fetched
from flows.stages.reading import Read
from flows.stages.relating import Related, decided_again, moment_of
from flows.stages.run import Run
from warehouse import read as ask
from warehouse.imported import ImportedBatch, store_imported
from warehouse.ledger import TRY_AGAIN
from warehouse.lines import lines_of_outlets, load_lines
from warehouse.load import LoadReport, load
from warehouse.names import apart_in
from warehouse.rechecks import RECHECK_AFTER, Recheck, unwatch, watch
from warehouse.rows import transaction

GONE = frozenset({PageOutcome.GONE, PageOutcome.NOT_FOUND})


def load_related(
    run: Run,
    related: Related,
    tagged: tuple[Sequence[Mention], Sequence[Quote]],
    outcomes: Sequence[Outcome],
    fetched: Sequence[Fetched] = (),
    imported: ImportedBatch | None = None,
) -> LoadReport:
    """Write a batch: articles with all that hangs on them, and an outcome for every page of it.

    Args:
        run: The run it belongs to.
        related: From `relating`.
        tagged: Mentions and quotes of the articles.
        outcomes: Of the pages that brought no article.
        fetched: The pages as fetched: which of them are looked at again, and when. Empty for imports.
        imported: The batch of an import that this is: that it is loaded is written down with it.

    """
    mentions, quotes = tagged
    with run.warehouse.writer() as connection, transaction(connection):
        if ask.load_seq(connection) != related.candidates.load_sequence and related.fingerprints:
            related = decided_again(connection, related, run.now, run.window_days)
        moment = moment_of(related.articles, run.now)
        batch = Batch(
            run_id=run.run_id,
            articles=related.articles,
            fingerprints=related.fingerprints,
            decisions=related.decisions,
            mentions=tuple(mentions),
            quotes=tuple(link_speakers(quotes, mentions)),
            name_uses=tuple(uses_of(mentions, apart_in(connection))),
            outcomes=(*outcomes, *_loaded_outcomes(run, related), *_walled_outcomes(run, related)),
            as_of=moment,
        )
        report = load(connection, batch, decide_names=naming_of, replace_derived=run.replace_derived)
        memory = LineMemory(lines_of_outlets(connection, {article.outlet for article in related.articles}))
        load_lines(connection, remember(memory, related.sightings), forgettable(memory, moment))
        if imported is not None:
            store_imported(connection, imported, run.run_id)
        if run.recheck:
            watch(connection, _watched(related, fetched), run.now, RECHECK_AFTER, _unanswered(fetched))
            unwatch(connection, [one.work.recheck.article_id for one in fetched if one.work.recheck and one.page.outcome in GONE])
    progress.advance("load", len(related.articles))
    return report


def _loaded_outcomes(run: Run, related: Related) -> list[Outcome]:
    return [
        replace(_outcome(run, read, article.article_id), feed_url=read.entry.feed_url if read.entry else article.feed_url)
        for read, article in zip(related.read, related.articles, strict=True)
    ]


def _walled_outcomes(run: Run, related: Related) -> list[Outcome]:
    why = "behind a paywall now: what was read before stands"
    return [
        replace(_outcome(run, read, id_of_draft(read.draft) if read.draft else None), outcome="unchanged", detail=why)
        for read in related.walled
    ]


def _outcome(run: Run, read: Read, article_id: int | None) -> Outcome:
    return Outcome(
        run_id=run.run_id,
        item=read.item,
        stage="load",
        outcome="loaded",  # the load puts its verdict here
        at=read.page.fetched_at,
        milliseconds=read.page.milliseconds,
        article_id=article_id,
        feed_url=read.entry.feed_url if read.entry else None,
    )


def _validators_of(page: Page) -> tuple[str | None, str | None, str]:
    return header_of(page.headers, "etag"), header_of(page.headers, "last-modified"), body_hash_of(page.body)


def _unanswered(fetched: Sequence[Fetched]) -> set[int]:
    """Return the articles that were to be looked at again, and whose page may come later."""
    return {one.work.recheck.article_id for one in fetched if one.work.recheck is not None and str(one.page.outcome) in TRY_AGAIN}


def _watched(related: Related, fetched: Sequence[Fetched]) -> list[Recheck]:
    """List what is looked at again: articles just read, and those under watch whose look brought no reading of them.

    The latter are unchanged, or an error page, a teaser, another article stands at their address: they go on to their next step.
    """
    validators = {one.work.item: _validators_of(one.page) for one in fetched if one.page.body}
    watched = [
        Recheck(article.article_id, article.url, article.first_seen_at, *validators[read.item])
        for read, article in zip(related.read, related.articles, strict=True)
        if read.item in validators
    ]
    seen = {recheck.article_id for recheck in watched}
    for one in fetched:
        recheck = one.work.recheck
        if recheck is not None and recheck.article_id not in seen and one.page.outcome not in GONE:
            etag, last_modified, body_hash = validators.get(
                one.work.item, (recheck.etag, recheck.last_modified, recheck.body_hash)
            )
            watched.append(replace(recheck, etag=etag, last_modified=last_modified, body_hash=body_hash, due_at=None))
    return watched
