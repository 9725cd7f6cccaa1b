"""A story's pieces in, those that stand with a picture rather than with the text out: captions that no element names."""

from __future__ import annotations

import re
from collections.abc import Iterator

from extractors.pages.blocks import Container, Piece, ancestors_of
from extractors.pages.mainbody import Story
from extractors.pages.prose import weigh
from extractors.pages.roles import HEADINGS, words_of

MAX_BOX_PIECES, MAX_BOX_CHARS = 3, 600
"""Caption and credit; a box that holds more is a section of the story with a picture in it."""
MAX_SHARE = 0.25
"""More of the prose than that is not said below pictures, it is told there."""
MAX_ITALIC_CHARS = 120
MIN_PARAGRAPH_CHARS = 100
_BOXES = frozenset({"div", "section", "span"})
_OF_PICTURES = re.compile(
    r"\b(?:image|images|imagery|img|photo|photos|photograph|pic|pics|picture|pictures|attachment|foto|fotos|bild|bilder|imagen|"
    r"zdjecie|afbeelding)\b"
)
_SENTENCE = re.compile(r"[.!?…。！？।۔][\"'”’»」』)\]]*$")
_SPEECH = re.compile(r"[\"'“”„«»‘‹…–—-]")


def mark_captions(story: Story) -> None:
    """Give the role "caption" to what shares a box with nothing but a picture, and to italics right below one."""
    open_pieces = [i for i, role in enumerate(story.roles) if role is None or role == "dek"]
    found = [i for i in open_pieces if _is_boxed(story, i)]
    begun = next((i for i in open_pieces if story.roles[i] is None and len(story.pieces[i].text) > MIN_PARAGRAPH_CHARS), None)
    if begun is not None:
        found += [i for i in open_pieces if i > begun and i not in found and _is_italic_below(story.pieces[i])]
    total = sum(weigh(story.pieces[i]) for i in open_pieces)
    if sum(weigh(story.pieces[i]) for i in found) <= MAX_SHARE * total:
        for i in found:
            story.roles[i] = "caption"


def _is_boxed(story: Story, i: int) -> bool:
    piece = story.pieces[i]
    if piece.container.tag in HEADINGS:
        return False
    is_inside = story.container.first <= piece.index < story.container.end
    box = next((c for c in _around(piece, story.container) if c.pictures), None)
    if box is None or box.tag not in _BOXES:
        return False
    if not is_inside and box.end - box.first == 1:  # a line alone with a picture looks like the standfirst because it is long
        return all(c.role is None for c in _around(piece, box))
    inside = [other for other in story.pieces if box.first <= other.index < box.end]
    return (
        len(inside) <= MAX_BOX_PIECES
        and sum(len(other.text) for other in inside) <= MAX_BOX_CHARS
        and not any(other.container.tag in HEADINGS for other in inside)
        and _OF_PICTURES.search(words_of(box.attributes)) is not None
    )


def _around(piece: Piece, limit: Container) -> Iterator[Container]:
    for container in ancestors_of(piece.container):
        if container is limit:
            return
        yield container


def _is_italic_below(piece: Piece) -> bool:
    text = piece.text
    return (
        piece.is_italic
        and piece.after_picture
        and len(text) <= MAX_ITALIC_CHARS
        and piece.container.tag not in HEADINGS
        and _SENTENCE.search(text[-6:]) is None
        and _SPEECH.match(text) is None
    )
