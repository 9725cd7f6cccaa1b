"""A draft in, a clean article out: the text as written; captions, dateline and credit apart; the rest removed with its reason."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import islice, takewhile

from extractors.ids import article_id_of
from extractors.pages.agencies import agency_in_credit, agency_in_opening, agency_named
from extractors.records import PARAGRAPH_BREAK, Article, Caption, Draft, RemovedLine
from extractors.residue.datelines import Filing, filing_in, may_open
from extractors.residue.linememory import MAX_LINE_CHARS, LineMemory, LineSighting, line_key_of, sketch_of
from extractors.residue.lines import Line
from extractors.residue.trial import tried

__all__ = ["LineMemory", "LineSighting", "clean", "lines_of"]

STANDFIRST = "dek"
"""The role of blocks between headline and story."""
OPENING_LINES = 3
"""Among which the first paragraph of the story stands; a standfirst of two lines may be above it."""
_EMPTY = LineMemory()
_AGENCY_CREDIT = re.compile(r"\b((?:REUTERS|AP Photo|AFP|EPA|dpa)/[^()|]{3,60}?)\)?\.?$")
_CREDIT = re.compile(
    r"(?:\(|\||/|—|–|©|\b(?:photo|foto|pic|picture|image|credit|bild|quelle)s?(?: by| credit)?\s*:)\s*([^()|]{3,80})\)?\.?$",
    re.IGNORECASE,
)


def clean(draft: Draft, memory: LineMemory | None = None) -> Article:
    """Part a draft's blocks into text, captions and removed lines.

    Args:
        draft: As `articles.draft_of` gave it.
        memory: Lines known to recur at the outlet; None or empty: the general cues decide alone.

    Returns:
        The article. Each block of the draft stands in exactly one of `text`, `captions`, `removed_lines`.

    """
    lines = tried(draft, memory or _EMPTY)
    filing = filing_of(lines, draft.title)
    agency = agency_of(draft, lines, filing)
    kept = [line for line in lines if line.stays]
    text = PARAGRAPH_BREAK.join(line.block.text for line in kept)
    return Article(
        article_id=article_id_of(draft.canonical_url),
        url=draft.url,
        canonical_url=draft.canonical_url,
        outlet=draft.outlet,
        text=text,
        first_seen_at=draft.fetched_at,
        feed_url=draft.feed_url,
        title=draft.title,
        authors=draft.authors if draft.agency else authors_beside(agency, draft.authors),
        published_at=draft.published_at,
        published_at_source=draft.published_at_source,
        dated_on=draft.dated_on,
        dated_on_source=draft.dated_on_source,
        modified_at=draft.modified_at,
        language=draft.language,
        declared_language=draft.declared_language,
        section=draft.section,
        description=draft.description,
        dateline=filing.place if filing else None,
        agency=agency,
        is_paywalled=draft.is_paywalled,
        image_url=draft.image_url,
        page_kind=draft.page_kind,
        text_source=draft.text_source,
        word_count=len(text.split()),
        standfirst=standfirst_of(kept),
        headings=tuple(i for i, line in enumerate(kept) if line.block.kind == "heading"),
        captions=tuple(Caption(line.position, line.block.text, credit_of(line.block.text)) for line in lines if line.is_caption),
        removed_lines=tuple(
            RemovedLine(line.position, line.block.text, line.reason) for line in lines if line.reason is not None
        ),
        extractor_version=draft.extractor_version,
    )


def standfirst_of(kept: Sequence[Line]) -> str | None:
    """Return what stands between headline and story for those who read no further; the text opens with it, letter by letter.

    None where nothing follows it: then it is the story.
    """
    opening = list(takewhile(lambda line: line.block.role == STANDFIRST, kept))
    return PARAGRAPH_BREAK.join(line.block.text for line in opening) if 0 < len(opening) < len(kept) else None


def filing_of(lines: Sequence[Line], title: str | None) -> Filing | None:
    """Read where a story was filed: a line of its own, or the opening of standfirst or story."""
    for line in lines:
        if line.reason == "dateline":
            return Filing(line.block.text.rstrip(" ,:-–—"))
    prose = [line.block for line in lines if line.stays and line.block.kind != "heading"]
    story = (block.text for block in prose if block.role != STANDFIRST and may_open(block.text))
    openings = [*(block.text for block in prose[:1] if block.role == STANDFIRST), *islice(story, 1)]
    return filing_in(openings, " ".join((title or "", *(block.text for block in prose))))


def agency_of(draft: Draft, lines: Sequence[Line], filing: Filing | None) -> str | None:
    """Name the agency a text comes from: byline, dateline, credit at the end, in this order.

    One that is not known stands where agencies do, in brackets behind the place; an outlet names itself there, too.
    """
    if draft.agency:
        return draft.agency
    for line in lines:
        if line.reason is not None and (found := agency_named(line.block.text)):
            return found
    kept = [line for line in lines if line.stays and line.block.kind != "heading"]
    for line in kept[:OPENING_LINES]:
        if found := agency_in_opening(line.block.text):
            return found
    for line in lines[-12:]:
        if not line.is_caption and (found := agency_in_credit(line.block.text)):
            return found
    if filing is None or filing.agency is None or not filing.agency[0].isupper():
        return None
    own = {"".join(filter(str.isalnum, name.lower())) for name in (draft.outlet.partition(".")[0], draft.site_name or "") if name}
    theirs = "".join(filter(str.isalnum, filing.agency.lower()))
    return None if any(theirs in name or name in theirs for name in own) else filing.agency


def authors_beside(agency: str | None, authors: tuple[str, ...]) -> tuple[str, ...]:
    """Leave the agency out that only the dateline told, unless it signs alone."""
    return tuple(author for author in authors if author != agency) or authors


def credit_of(caption: str) -> str | None:
    """Read the credit at the end of a caption."""
    match = _AGENCY_CREDIT.search(caption) or _CREDIT.search(caption)
    return match[1].strip(" .)") if match else None


def lines_of(draft: Draft) -> list[LineSighting]:
    """List the lines of a draft that the memory should learn from.

    Returns:
        One sighting a distinct line shape, in page order; paragraphs longer than any known boilerplate are left out.

    """
    article_id = article_id_of(draft.canonical_url)
    sketch = sketch_of(draft.blocks)
    seen: dict[int, LineSighting] = {}
    for block in draft.blocks:
        if len(block.text) <= MAX_LINE_CHARS:
            key = line_key_of(block.text)
            seen.setdefault(key, LineSighting(draft.outlet, key, block.text, article_id, sketch, draft.fetched_at))
    return list(seen.values())
