"""A draft in, a clean article out: the text as written; captions, dateline and credit apart; the rest removed with its reason."""

from __future__ import annotations

from extractors.ids import article_id_of
from extractors.linememory import MAX_LINE_CHARS, LineMemory, LineSighting, line_key_of, sketch_of
from extractors.records import Article, Draft

__all__ = ["LineMemory", "LineSighting", "clean", "lines_of"]


def clean(draft: Draft, memory: LineMemory | None = None) -> Article:
    """Part a draft's blocks into text, captions and removed lines.

    Args:
        draft: As `articles.draft_of` gave it.
        memory: Lines known to recur at the outlet; None or empty: the general cues decide alone.

    Returns:
        The article. Each block of the draft stands in exactly one of `text`, `captions`, `removed_lines`, `dateline`.

    """
    del memory
    text = "\n\n".join(block.text for block in draft.blocks)
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
        modified_at=draft.modified_at,
        language=draft.language,
        declared_language=draft.declared_language,
        section=draft.section,
        description=draft.description,
        agency=draft.agency,
        is_paywalled=draft.is_paywalled,
        image_url=draft.image_url,
        page_kind=draft.page_kind,
        text_source=draft.text_source,
        word_count=len(text.split()),
        extractor_version=draft.extractor_version,
    )


def lines_of(draft: Draft) -> list[LineSighting]:
    """List the lines of a draft that the memory should learn from.

    Returns:
        One sighting a distinct line shape, in page order; paragraphs longer than any known boilerplate are left out.

    """
    article_id = article_id_of(draft.canonical_url)
    sketch = sketch_of(block.text for block in draft.blocks)
    seen: dict[int, LineSighting] = {}
    for block in draft.blocks:
        if len(block.text) <= MAX_LINE_CHARS:
            key = line_key_of(block.text)
            seen.setdefault(key, LineSighting(draft.outlet, key, block.text, article_id, sketch, draft.fetched_at))
    return list(seen.values())
