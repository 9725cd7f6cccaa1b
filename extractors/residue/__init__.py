"""A draft in, a clean article out: the text as written; captions, dateline and credit apart; the rest removed with its reason."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import takewhile

from extractors.ids import article_id_of
from extractors.pages.agencies import agency_in_credit, agency_in_opening, agency_named
from extractors.records import PARAGRAPH_BREAK, Article, Caption, Draft, RemovedLine
from extractors.residue.linememory import MAX_LINE_CHARS, LineMemory, LineSighting, line_key_of, sketch_of
from extractors.residue.lines import Line
from extractors.residue.trial import tried

__all__ = ["LineMemory", "LineSighting", "clean", "lines_of"]

STANDFIRST = "dek"
"""The role of blocks between headline and story."""
_EMPTY = LineMemory()
_DATELINE = re.compile(
    r"^(?P<place>[^\W\d_][\w.'’/-]*(?:[ ,]+[^\W\d_][\w.'’/-]*){0,6}),?\s*"
    r"(?:\((?!\d)[\w ./&-]{2,30}\)\s*[-–—:.]{0,3}|[-–—]{1,2}\s*\((?!\d)[\w ./-]{2,30}\)\s*[-–—:.]{0,3}|\s[–—-]{1,2})\s"
)
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
        authors=draft.authors,
        published_at=draft.published_at,
        published_at_source=draft.published_at_source,
        dated_on=draft.dated_on,
        dated_on_source=draft.dated_on_source,
        modified_at=draft.modified_at,
        language=draft.language,
        declared_language=draft.declared_language,
        section=draft.section,
        description=draft.description,
        dateline=dateline_of(lines),
        agency=agency_of(draft, lines),
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


def dateline_of(lines: Sequence[Line]) -> str | None:
    """Read where a story was filed: a line of its own, or the opening of the first paragraph; the place as written."""
    for line in lines:
        if line.reason == "dateline":
            return line.block.text.rstrip(" ,:-–—")
    first = next(
        (line.block.text for line in lines if line.stays and line.block.kind != "heading" and len(line.block.text) > 60), ""
    )
    match = _DATELINE.match(first[:120])
    if match is None:
        return None
    place = match["place"].strip(" ,")
    capitals = place.split(",")[0].split()
    is_place = place.split(",")[0].isupper() or ("(" in match[0] and all(part[:1].isupper() for part in capitals))
    return place if is_place and agency_named(place) is None else None


def agency_of(draft: Draft, lines: Sequence[Line]) -> str | None:
    """Name the agency a text comes from: byline, dateline, credit at the end, in this order."""
    if draft.agency:
        return draft.agency
    for line in lines:
        if line.reason is not None and (found := agency_named(line.block.text)):
            return found
    kept = [line for line in lines if line.stays and line.block.kind != "heading"]
    for line in kept[:2]:
        if found := agency_in_opening(line.block.text):
            return found
    for line in lines[-12:]:
        if not line.is_caption and (found := agency_in_credit(line.block.text)):
            return found
    return None


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
