"""A story in, the blocks of a draft out: pieces with their kind, rows of a table put back together."""

from __future__ import annotations

from extractors.pages.blocks import Container, Piece, ancestors_of
from extractors.pages.mainbody import Story
from extractors.pages.roles import HEADINGS
from extractors.records import Block

MAX_CELL_CHARS = 80
"""A row of longer cells is a layout table: each cell is its own paragraph."""
MAX_CELL_PIECES = 6
"""And so is a table one of whose cells has more paragraphs."""
_NEAR = 6


def blocks_of(story: Story) -> list[Block]:
    """Turn the pieces of a story into blocks, in page order."""
    blocks: list[Block] = []
    row: Container | None = None
    cell: Container | None = None
    for piece, role in zip(story.pieces, story.roles, strict=True):
        if piece is story.headline:
            role = "headline"  # noqa: PLW2901  # the headline goes to the title, wherever it stands
        own_row, own_cell = _row_of(piece)
        block = Block(piece.text, _kind_of(piece), piece.link_density, role, piece.is_italic)
        if (
            row is not None
            and own_row is row
            and own_cell is not cell
            and blocks[-1].kind == "table"
            and max(len(piece.text), len(blocks[-1].text)) <= MAX_CELL_CHARS * 4
        ):
            blocks[-1] = Block(f"{blocks[-1].text} | {piece.text}", "table", blocks[-1].link_density, blocks[-1].role)
        else:
            blocks.append(block)
        row, cell = own_row, own_cell
    return blocks


def _row_of(piece: Piece) -> tuple[Container | None, Container | None]:
    """Return the row and the cell of a piece; paragraphs of one cell are no row, however short they are."""
    if len(piece.text) > MAX_CELL_CHARS:
        return None, None
    around = _around(piece)
    return next((c for c in around if c.tag == "tr"), None), next((c for c in around if c.tag in {"td", "th"}), None)


def _around(piece: Piece) -> list[Container]:
    out: list[Container] = []
    for container in ancestors_of(piece.container):
        if len(out) >= _NEAR or container.tag in {"article", "main", "body"}:
            break
        out.append(container)
    return out


_KINDS = {"li": "list_item", "blockquote": "quote", "figcaption": "caption", "pre": "code"} | dict.fromkeys(HEADINGS, "heading")


def _kind_of(piece: Piece) -> str:
    for container in _around(piece):
        if kind := _KINDS.get(container.tag):
            return kind
        if container.tag in {"td", "th"}:
            is_layout = len(piece.text) > MAX_CELL_CHARS or container.end - container.first > MAX_CELL_PIECES
            return "paragraph" if is_layout else "table"
    return "paragraph"
