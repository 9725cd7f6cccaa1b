"""Pages that name one article -> which of them may stand for it. Pure: no story takes another's place, no teaser that of a text.

A content system that gives all its pages one canonical link would make every story a revision of the first, and a paywall that
comes down a day later would leave of each article its first paragraph.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from extractors.ids import article_id_of
from extractors.records import Draft
from extractors.urls import canonical_url

SHINGLE_WORDS = 4
SAME_SHARE = 0.5
"""Of the shorter text's runs of four words, that stand in the other: two stories of one desk share few, an edited one most."""
STUB_SHARE = 0.8
"""A teaser has less than this of the words it stands for …"""
TEASER_SHARE = 0.5
"""… and at least half of its runs of words are the article's: the rest is what the wall says."""
MAX_WORDS = 20_000
UNSPACED_CHARS = 20
"""Characters a word in scripts without spaces; the longest mean of a spaced one is about 9."""


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of an article: the address that its page was asked at, and its words."""

    url: str
    title: str | None
    text: str


def text_of(draft: Draft) -> str:
    """Return the words of a draft; residue is still among them."""
    return "\n".join(block.text for block in draft.blocks)


def addressed(draft: Draft, final_url: str | None, known: Known | None) -> Draft:
    """Let a page keep the address it claims, or give it its own.

    Args:
        draft: Of the page.
        final_url: Where it was found; None: where it was asked.
        known: What already stands under the address that it claims; None: nothing.

    """
    own = canonical_url(final_url or draft.url)
    if known is None or draft.canonical_url == own or canonical_url(known.url) in {own, canonical_url(draft.url)}:
        return draft
    if _same(known.title) and _same(known.title) == _same(draft.title):
        return draft
    if _share(text_of(draft), known.text) >= SAME_SHARE:
        return draft
    return replace(draft, canonical_url=own)


def is_stub(draft: Draft, known: Known | None) -> bool:
    """Tell a page behind a paywall whose article is known at greater length."""
    if known is None or not draft.is_paywalled:
        return False
    text = text_of(draft)
    return len(_words(text)) < STUB_SHARE * len(_words(known.text)) and _share(text, known.text) >= TEASER_SHARE


def id_of_draft(draft: Draft) -> int:
    """Return the id of the article that a draft would become."""
    return article_id_of(draft.canonical_url)


def is_claim(draft: Draft, final_url: str | None) -> bool:
    """Tell a page that names another page's address as its own."""
    return draft.canonical_url != canonical_url(final_url or draft.url)


def known_of(draft: Draft) -> Known:
    """Return what is known of an article once this page stands for it."""
    return Known(draft.url, draft.title, text_of(draft))


def _same(title: str | None) -> str:
    return " ".join((title or "").casefold().split())


def _share(one: str, other: str) -> float:
    """Return how much of the shorter text's runs of words stands in the other one."""
    few, many = sorted((set(_runs(one)), set(_runs(other))), key=len)
    return len(few & many) / len(few) if few else 1.0


def _runs(text: str) -> Iterator[tuple[str, ...]]:
    words = _words(text)[:MAX_WORDS]
    for start in range(max(1, len(words) - SHINGLE_WORDS + 1)) if words else ():
        yield tuple(words[start : start + SHINGLE_WORDS])


def _words(text: str) -> list[str]:
    """Cut a text into words; into characters where it is written without spaces."""
    words = text.casefold().split()
    return words if len(text) < UNSPACED_CHARS * len(words) else list("".join(words))
