"""A story's pieces in, those that stand apart from its paragraphs out: told by how they are made, in whatever language.

A page's template makes the paragraphs of a story in one way, and what it puts between and behind them in another: cards,
notices, prices, the next article's summary. Wording is not asked here.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice, pairwise

from extractors.pages.blocks import Container, Piece, ancestors_of, look_of
from extractors.pages.claims import OUTSIDE
from extractors.pages.corrections import IS_CORRECTION, IS_PROVENANCE
from extractors.pages.mainbody import Story
from extractors.pages.prose import weigh
from extractors.pages.roles import HEADINGS
from extractors.pages.titles import words
from extractors.urls import absolute_url, outlet_of

APART = "apart"
COMMON_SHARE = 0.1
"""A make with this share of the story's prose is one of its own (the free and the locked half, a drop cap's paragraph)."""
PARAGRAPH_WEIGHT = 80.0
FEW = 2
MAX_SHORT_CHARS = 120
MAX_LABEL_CHARS = 60
MAX_TITLE_OF_BOX = 40
MAX_AFTER_CHARS = 700
MAX_QUESTION_CHARS = 160
MAX_APART = 0.3
"""If more than this share of the prose stood apart, the story has no single make, and nothing is said."""
BODY_COVERS = 0.7
"""JSON-LD's body testifies against a piece only where it is about as long as the text found; often it is cut off."""
MAX_CARD_PROSE = 260.0
"""A card holds a headline and a summary; more prose, and it is a section of a list whose headings are linked."""
MAX_CARDS_SHARE = 0.25
MIN_STORY_PROSE = 250.0
"""With less, the cards are what the page is for: a front page."""

REPEATED = 2
OF_THE_STORY = frozenset(
    {"caption", "figure", "gallery", "player", "table_caption", "byline", "share", "tags", "embed", "hidden"}
)
"""What may stand beside a heading of the story's own, in one box."""
LONG_PIECE = 400
MOSTLY_LINK = 0.45
BODY_HOLDS = 0.6
SERIES = 3
"""So many boxes of one make in a row, each led by a link to another page, are a list of other stories."""
MOSTLY = 0.7
MAX_TEASER_PROSE = 330.0
MAX_TEASER_CHARS = 600
MIN_TEASER_LINK_CHARS = 12

_LOOSE = frozenset({"p", "div", "span", "section", "article", "small", "time", "cite", "em", "center", "header", "footer"})
_STRUCTURED = frozenset({"li", "dl", "td", "th", "table", "blockquote", "pre", "figure", *HEADINGS})
_HEADING_CLASS = re.compile(r"(?:^|[\W_])h[1-6](?:$|[\W_])|head|title|titre|titel|subhed|question|frage", re.IGNORECASE)
_SENTENCE = re.compile(r"[.!?…。！？।۔:][\"'”’»」』)\]]*$")

Make = tuple[str, str]


def mark_apart(story: Story, body: str | None, url: str) -> None:
    """Give the role "related" to cards and "apart" to what else is not made like the story's paragraphs.

    Args:
        story: As `story_of` found it; its roles are changed.
        body: The article's text as JSON-LD has it; a witness where it is complete.
        url: Where the page was fetched.

    """
    _mark_cards(story, url)
    _mark_series(story, url)
    _mark_second_telling(story)
    _mark_contents(story)
    open_pieces = [i for i, role in enumerate(story.roles) if role is None or role == "dek"]
    prose: dict[Make, float] = {}
    for i in open_pieces:
        if weight := weigh(story.pieces[i]):
            make = _make(story.pieces[i])
            prose[make] = prose.get(make, 0.0) + weight
    total = sum(prose.values())
    common = {make for make, weight in prose.items() if weight >= COMMON_SHARE * total}
    own = [
        i
        for i in open_pieces
        if story.roles[i] is None and weigh(story.pieces[i]) >= PARAGRAPH_WEIGHT and _make(story.pieces[i]) in common
    ]
    if not own:
        return
    witness = _witness(body, story, open_pieces)
    amid = Counter(_make(story.pieces[i]) for i in open_pieces if own[0] < i < own[-1])
    repeated = {make for make, times in amid.items() if times >= REPEATED}
    found = [
        i
        for i in open_pieces
        if (
            _stands_apart(story, i, common, own[0], own[-1], witness)
            and not (i > own[-1] and len(story.pieces[i].text) <= MAX_LABEL_CHARS and _make(story.pieces[i]) in repeated)
        )
        or (story.roles[i] == "dek" and _is_anothers(story, i, own, common))
    ]
    answered = _questions_and_answers(story)
    if sum(weigh(story.pieces[i]) for i in found) <= MAX_APART * total:
        for i in found:
            if i not in answered:
                story.roles[i] = APART
    _mark_titles_of_boxes(story, own[0])
    _unmark_below_headings(story, own[-1])


def _stands_apart(story: Story, i: int, common: set[Make], first: int, last: int, witness: str | None) -> bool:
    piece, make = story.pieces[i], _make(story.pieces[i])
    if make in common or (story.roles[i] == "dek" and i < first) or not _is_loose(piece, story.container):
        return False
    is_alike = piece.container.classes and make[0].partition(".")[2] in {own.partition(".")[2] for own, _ in common}
    if is_alike or IS_CORRECTION.match(piece.text) or IS_PROVENANCE.match(piece.text):
        return False
    is_heading = piece.is_strong or _HEADING_CLASS.search(piece.container.classes) is not None
    is_label = not is_heading and _SENTENCE.search(piece.text[-6:]) is None
    tag = piece.container.tag
    if make[1] in {parent for _, parent in common}:  # among the paragraphs, but another element with a class of its own
        is_other = bool(piece.container.classes) and tag not in {own.partition(".")[0] for own, _ in common}
        return not is_heading and is_other and i > first and len(piece.text) <= MAX_LABEL_CHARS
    if i < first:
        return is_label and tag != "p" and len(piece.text) <= MAX_LABEL_CHARS
    if i > last:
        is_naked = piece.container is story.container and not piece.link_chars and not is_label
        return len(piece.text) <= MAX_AFTER_CHARS and not is_naked  # without an element of its own it is in no box
    return (
        (witness is not None and _flat(piece.text) not in witness)
        or (is_label and len(piece.text) <= MAX_SHORT_CHARS)
        or (piece.link_density >= MOSTLY_LINK and len(piece.text) > MAX_LABEL_CHARS)
    )


def _questions_and_answers(story: Story) -> set[int]:
    """Find questions with their answers right below: they are made otherwise than the story by nature."""
    open_pieces = [i for i, role in enumerate(story.roles) if role is None]
    pairs = [
        (asked, answer)
        for asked, answer in pairwise(open_pieces)
        if story.pieces[asked].text.endswith(("?", "？", "؟"))
        and len(story.pieces[asked].text) <= MAX_QUESTION_CHARS
        and weigh(story.pieces[answer]) >= PARAGRAPH_WEIGHT
    ]
    return {i for pair in pairs for i in pair} if len(pairs) >= REPEATED else set()


def _unmark_below_headings(story: Story, last: int) -> None:
    """A paragraph right below a heading that stays is what the heading announces, however it is made."""
    for i in range(1, last):
        piece, above = story.pieces[i], story.pieces[i - 1]
        if (
            story.roles[i] == APART
            and story.roles[i - 1] is None
            and above.container.tag in HEADINGS
            and weigh(piece) >= PARAGRAPH_WEIGHT
            and _SENTENCE.search(piece.text[-6:])
        ):
            story.roles[i] = None


def _is_anothers(story: Story, i: int, own: Sequence[int], common: set[Make]) -> bool:
    """Tell the standfirst of another story, which stands amid this one, from a subheading that is called one."""
    piece = story.pieces[i]
    if len(own) <= FEW or i <= own[FEW] or len(piece.text) < PARAGRAPH_WEIGHT:
        return False
    return not (piece.text.endswith("?") and _make(piece)[1] in {parent for _, parent in common})


def _mark_titles_of_boxes(story: Story, first: int) -> None:
    """A heading or a label that shares its box with nothing but what is not the story's is the title of that box."""
    for i, piece in enumerate(story.pieces):
        if story.roles[i] not in {None, "dek"} or i <= first or not (_is_heading(piece) or _is_label(piece)):
            continue
        for box in ancestors_of(piece.container):
            if box is story.container:
                break
            beside = [j for j in _within(story, box) if not _is_heading(story.pieces[j])]
            if beside:
                if all(story.roles[j] in OUTSIDE or story.pieces[j].link_density >= 0.9 for j in beside) and any(
                    story.roles[j] not in OF_THE_STORY for j in beside
                ):
                    story.roles[i] = APART
                break


def _is_label(piece: Piece) -> bool:
    return len(piece.text) <= MAX_TITLE_OF_BOX and piece.container.tag in _LOOSE and _SENTENCE.search(piece.text[-6:]) is None


def _is_heading(piece: Piece) -> bool:
    return piece.container.tag in HEADINGS or (piece.container.parent is not None and piece.container.parent.tag in HEADINGS)


def _make(piece: Piece) -> Make:
    """Describe how a piece is made: its element and its parent's, with their classes; numbers that count elements left out."""
    container = piece.container
    parent = container.parent
    return look_of(container), look_of(parent) if parent else ""


def _is_loose(piece: Piece, container: Container) -> bool:
    """Tell running text from lists, tables, quotations and headings, which are made otherwise by nature."""
    if piece.container.tag not in _LOOSE:
        return False
    for around in ancestors_of(piece.container):
        if around is container:
            break
        if around.tag in _STRUCTURED:
            return False
    return True


def _witness(body: str | None, story: Story, open_pieces: Sequence[int]) -> str | None:
    if not body:
        return None
    flat = _flat(body)
    return flat if len(flat) >= BODY_COVERS * sum(len(_flat(story.pieces[i].text)) for i in open_pieces) else None


def _flat(text: str) -> str:
    return "".join(words(text))


def _mark_cards(story: Story, url: str) -> None:
    """A heading that is a link to another page of the outlet is that page's headline; its card goes with it."""
    headings = [i for i, piece in enumerate(story.pieces) if _is_heading(piece) and story.roles[i] is None]
    linked = [i for i in headings if _leads_elsewhere(story.pieces[i], url)]
    cards = {_card_of(story.pieces[i], story.container) for i in linked}
    prose = sum(weigh(piece) for piece, role in zip(story.pieces, story.roles, strict=True) if role not in OUTSIDE)
    if sum(card.prose for card in cards) > MAX_CARDS_SHARE * prose or prose < MIN_STORY_PROSE:
        return
    for i in {i for card in cards for i in _within(story, card)}:
        if story.roles[i] is None or story.roles[i] == "dek":
            story.roles[i] = "related"


def _mark_series(story: Story, url: str) -> None:
    """Mark lists of other stories outside the body that the page names, and anywhere on a page that names none."""
    open_pieces = [i for i, role in enumerate(story.roles) if role is None or role == "dek"]
    groups: dict[tuple[Container, str], dict[Container, list[Piece]]] = {}
    for i in open_pieces:
        for around in ancestors_of(story.pieces[i].container):
            if around is story.container or around.parent is None:
                break
            groups.setdefault((around.parent, look_of(around)), {}).setdefault(around, []).append(story.pieces[i])
    found: set[Container] = set()
    for group in groups.values():
        if len(group) >= SERIES:
            leads = [_lead_of(pieces, url) for pieces in group.values()]
            if len({lead for lead in leads if lead}) >= MOSTLY * len(group):
                found.update(group)
    listed = {i for i in open_pieces if not found.isdisjoint(ancestors_of(story.pieces[i].container))}
    own = [story.pieces[i] for i in open_pieces if i not in listed and weigh(story.pieces[i])]
    if not listed or sum(map(weigh, own)) < MIN_STORY_PROSE:
        return
    body = _body_of(own)
    for i in listed:
        if body is None or not body.first <= story.pieces[i].index < body.end:
            story.roles[i] = "related"


def _mark_contents(story: Story) -> None:
    """Points that lead to places on the page itself are its table of contents, which repeats the headings."""
    points = [
        i
        for i, piece in enumerate(story.pieces)
        if story.roles[i] is None
        and piece.link_density >= 0.9
        and (piece.href or "").startswith("#")
        and any(c.tag == "li" for c in islice(ancestors_of(piece.container), 3))
    ]
    if len(points) >= SERIES:
        for i in points:
            story.roles[i] = "toc"


def _mark_second_telling(story: Story) -> None:
    """Mark the box in which a page tells its story again, all in one piece, for machines to read."""
    told = ""
    for i, piece in enumerate(story.pieces):
        flat = _flat(piece.text[:MAX_TEASER_CHARS])
        if story.roles[i] is None and len(piece.text) >= LONG_PIECE and len(flat) >= LONG_PIECE // 2 and flat in told:
            box = piece.container
            while box.parent is not None and box.parent is not story.container and not _holds_before(story, box.parent, i):
                box = box.parent
            for j in _within(story, box):
                story.roles[j] = story.roles[j] or APART
        told += flat


def _holds_before(story: Story, box: Container, i: int) -> bool:
    """Tell whether a box holds prose of the story's own before a piece."""
    before = zip(story.pieces[:i], story.roles, strict=False)
    return any(weigh(piece) >= PARAGRAPH_WEIGHT and role is None for piece, role in before if piece.index >= box.first)


def _lead_of(pieces: Sequence[Piece], url: str) -> str | None:
    """Return where a teaser leads; None: it is none."""
    if sum(len(p.text) for p in pieces) > MAX_TEASER_CHARS or sum(map(weigh, pieces)) > MAX_TEASER_PROSE:
        return None
    return next(
        (
            p.href
            for p in pieces
            if p.href
            and (p.link_density >= 0.9 or (p.opens_with_link and p.link_chars >= MIN_TEASER_LINK_CHARS))
            and (_is_elsewhere(p.href, url) or (p.container.tag in HEADINGS and len(pieces) > 1))
        ),
        None,
    )


def _body_of(own: Sequence[Piece]) -> Container | None:
    """Return the innermost container that is named as the story's and holds most of its prose."""
    total = sum(map(weigh, own))
    held: dict[Container, float] = {}
    for piece in own:
        for around in ancestors_of(piece.container):
            if around.is_body or around.tag == "article":
                held[around] = held.get(around, 0.0) + weigh(piece)
    return max((c for c, prose in held.items() if prose >= BODY_HOLDS * total), key=lambda c: c.depth, default=None)


def _within(story: Story, card: Container) -> Iterator[int]:
    return (i for i, piece in enumerate(story.pieces) if card.first <= piece.index < card.end)


def _leads_elsewhere(piece: Piece, url: str) -> bool:
    return piece.link_density >= 0.9 and piece.href is not None and _is_elsewhere(piece.href, url)


def _is_elsewhere(href: str, url: str) -> bool:
    """Tell a link to another page of the same outlet."""
    if href.startswith("#"):
        return False
    target = absolute_url(url, href)
    return target is not None and target.partition("#")[0] != url.partition("#")[0] and outlet_of(target) == outlet_of(url)


def _card_of(heading: Piece, container: Container) -> Container:
    """Return the largest box around a linked heading that is still a card; the heading alone where it has none."""
    card = heading.container
    for around in list(ancestors_of(heading.container))[1:]:
        if around is container or around.prose > MAX_CARD_PROSE:
            break
        card = around
    return card
