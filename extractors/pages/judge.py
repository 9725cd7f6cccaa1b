"""Second opinions on a page that our own reader is in doubt about: the JSON-LD body, the feed's full text, trafilatura."""

from __future__ import annotations

import logging
import re
from typing import Any

from lxml import etree, html

from extractors.pages.blocks import one_line, pieces_of
from extractors.pages.claims import OUTSIDE
from extractors.pages.drafting import blocks_of
from extractors.pages.mainbody import Story, story_of
from extractors.records import Block, Entry

DOUBTFUL_CHARS = 250.0
"""Less running prose than this is a brief, a video page or a reader that went astray (both limits: 6 of 512 labelled pages)."""
DOUBTFUL_SHARE = 0.25
"""With so small a share, another part of the page may be the story."""
STORY_CHARS = 1500.0
"""That much running prose is a story, however much more the page has (comments, a second article)."""
CLEARLY_MORE = 1.5
"""Another witness wins only with half as much again: its text has less structure than ours."""
MIN_WITNESS_CHARS = 300

_SHORTCODE = re.compile(r"\[/?[a-z][\w-]{2,40}(?:\s[^\[\]]{0,2000}=[^\[\]]{0,2000})?\]")
"""What a content system puts in place of a box, left in the text that it gives to machines; "[sic]" has no attributes."""
_KINDS = {"p": "paragraph", "head": "heading", "item": "list_item", "quote": "quote", "row": "table", "code": "code"}


def is_doubtful(story: Story) -> bool:
    """Tell whether the story found is so small, alone or beside the rest of the page, that others should be asked."""
    return story.prose < DOUBTFUL_CHARS or (story.share < DOUBTFUL_SHARE and story.prose < STORY_CHARS)


def length_of(blocks: list[Block]) -> int:
    """Count the characters that may become text."""
    return sum(len(block.text) for block in blocks if block.role is None or block.role not in OUTSIDE)


def from_json_ld(body: str | None, blocks: list[Block]) -> list[Block] | None:
    """Take JSON-LD's body where the markup holds far less of the story (built by scripts, or cut off for non-subscribers)."""
    body = _SHORTCODE.sub(" ", body) if body else None
    if not body or len(body) < MIN_WITNESS_CHARS or len(body) < CLEARLY_MORE * length_of(blocks):
        return None
    lines = [line for raw in body.splitlines() if (line := one_line(raw))]
    return [Block(line) for line in lines] or None


def from_feed(entry: Entry | None, blocks: list[Block], *, is_walled: bool) -> list[Block] | None:
    """Take the feed's full text where the page is walled or nearly empty."""
    if entry is None or not entry.content_html or not (is_walled or length_of(blocks) < MIN_WITNESS_CHARS):
        return None
    try:
        root = html.document_fromstring(entry.content_html, parser=html.HTMLParser(remove_comments=True, remove_pis=True))
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return None
    top, pieces = pieces_of(root)
    if not pieces:
        return None
    own = blocks_of(story_of(top, pieces, [entry.title] if entry.title else [], None))
    return own if length_of(own) > length_of(blocks) else None


def from_trafilatura(root: html.HtmlElement, url: str, blocks: list[Block]) -> list[Block] | None:
    """Ask trafilatura; its answer counts where it finds clearly more."""
    import trafilatura  # noqa: PLC0415  # 0.5 s to import, asked on one page in eighty

    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    try:
        document: Any = trafilatura.bare_extraction(root, url=url, with_metadata=False, include_comments=False, fast=True)
    except (ValueError, TypeError, AttributeError, RecursionError):
        return None
    if document is None or document.body is None:
        return None
    theirs = [block for element in document.body.iter(*_KINDS) if (block := _block_of(element)) is not None]
    return theirs if length_of(theirs) > max(MIN_WITNESS_CHARS, CLEARLY_MORE * length_of(blocks)) else None


def _block_of(element: Any) -> Block | None:
    if element.tag in {"quote", "item"} and element.find(".//p") is not None:
        return None
    text = one_line("".join(element.itertext()))
    return Block(text, _KINDS[element.tag]) if text else None
