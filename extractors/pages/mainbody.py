"""Pieces of a page in, the pieces of its article out, each with the role that the markup gives it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from extractors.pages.blocks import MAX_PIECES, Container, Piece, ancestors_of, look_of
from extractors.pages.claims import (
    OUTSIDE,
    PARAGRAPH_PROSE,
    effective,
    flagged_in,
    is_flagged,
    mark_consent,
    void_false_roles,
    void_roles,
    void_sections,
)
from extractors.pages.corrections import IS_CORRECTION
from extractors.pages.headlines import (
    HEADLINE_WITHIN,
    first_headline,
    heading_before,
    heading_tag,
    is_headline,
    is_part_of_title,
    named_headline,
)
from extractors.pages.live import mark_posts
from extractors.pages.prose import ends_sentence, sum_prose, weigh
from extractors.pages.roles import role_of
from extractors.pages.titles import same_words, words

NEVER_THE_STORY = frozenset(
    {"comments", "navigation", "cookie", "related", "author_bio", "share", "byline", "tags", "breadcrumb"}
)
CAPTIONS = frozenset({"caption", "table_caption"})
PICTURES = frozenset({"figure", "gallery", "player", "related", "byline"})
MAY_HOLD_DEK = frozenset({"byline", "share", "player", "tags", "navigation"})
"""Header blocks are named for their most prominent part; a standfirst inside one stays a standfirst."""
NOT_OF_TABLES = frozenset({"caption", "embed", "figure", "gallery", "player", "pull_quote"})
"""What templates wrap a table of figures into; pictures are no tables."""
NAMED_SHARE, NAMED_PROSE = 0.3, 400.0
NEVER_ALONE = frozenset({"blockquote", "ul", "ol", "dl", "li", "dd"})
MAX_CHANGE_CHARS = 500
TEASER_WITHIN = 6
UNNAMED_DEK, BRIEF_DEK = 60.0, 40.0
DEK_WITHIN = 20
"""Pieces between headline and standfirst, at most: byline, buttons, a picture."""
OWN_ARTICLE_CHARS = 250
"""Less prose under a headline than this is a teaser of the story, not the story."""
DOMINANT = 0.72
"""Descend while one child holds this share. Swept on the tuning half: .6 to .8 differ by .001 F1 at most, .9 loses .004."""
SECTION_PROSE, SECTION_PARAGRAPHS = 400.0, 2
"""Prose below a heading that makes a section of the story; an author's or a newsletter's box holds less."""
MAX_SECTION_LINKS = 0.15
MAX_WIDER = 12
"""Containers to ask, at most: each is asked for all that it holds, and a hostile page nests hundreds."""
MOSTLY_TWINS = 0.5
"""Widen only where at least half of what comes in is of the same make as what is there."""


@dataclass(slots=True)
class Story:
    """The part of a page that holds the article."""

    pieces: list[Piece]  # in page order
    roles: list[str | None]  # one a piece
    container: Container
    prose: float
    share: float  # of the page's unflagged prose, 0..1
    headline: Piece | None = None
    notes: list[str] = field(default_factory=list)


def story_of(
    top: Container, pieces: Sequence[Piece], titles: Sequence[str], description: str | None, *, is_live: bool = False
) -> Story:
    """Find the story of a page.

    Args:
        top: The root container.
        pieces: All pieces, in page order.
        titles: What metadata calls the article, best first.
        description: The summary that metadata gives; a standfirst often repeats it word for word.
        is_live: The page calls itself a live blog.

    Returns:
        The pieces of the story's container, and the standfirst where it stands outside of it.

    """
    total = sum_prose(pieces)
    named = named_headline(pieces, titles)
    void_roles(top, total - mark_consent(pieces, named, titles), named)
    void_sections(top, pieces)
    scope = _own_article(top, named, pieces) or top
    container, prose = _choose(scope)
    container, prose = _second_thought(scope, container, prose, pieces)
    if is_live and (scope_above := mark_posts(container)) is not None:
        container, prose = _choose(scope_above)
    container, prose = _named_within(container, prose) if prose else (_named_brief(scope, pieces) or container, 0.0)
    while container.tag in NEVER_ALONE and container.parent is not None:
        container = container.parent  # what is quoted or listed in a story is not all of it
    total = min(total, effective(scope)) if scope is not top else total
    headline = named or first_headline(pieces, container, titles)
    container = _with_sections(_widen(container, pieces, scope), pieces, scope)
    inside = _trimmed(list(pieces[container.first : container.end]), container, headline)
    void_false_roles(container, headline, pieces)
    head = list(_standfirst(pieces, headline or heading_before(pieces, container), container, description))
    roles: list[str | None] = ["headline" if is_headline(piece, titles) else "dek" for piece in head]
    roles += [_role_in(piece, container, near=_near(headline)) for piece in inside]
    for i, piece in enumerate(inside[:HEADLINE_WITHIN], start=len(head)):
        if roles[i] not in {None, "dek"}:
            continue
        if any(same_words(piece.text, title) for title in titles):
            roles[i] = "headline"
        elif weigh(piece):
            break  # from the first paragraph on, a heading that repeats words of the title is a heading
        elif heading_tag(piece) and is_part_of_title(piece.text, titles):
            roles[i] = "headline"
    changes = _changes_below(pieces, container)
    roles += ["correction"] * len(changes)
    inside += changes
    return Story(
        [*head, *inside],
        roles,
        container,
        prose,
        prose / total if total else 0.0,
        headline,
    )


def _changes_below(pieces: Sequence[Piece], container: Container) -> list[Piece]:
    """List what the article says of its own changes below its body."""
    article = next((c for c in ancestors_of(container) if c.tag == "article"), None)
    if article is None:
        return []
    return [
        piece
        for piece in pieces[container.end : article.end]
        if len(piece.text) <= MAX_CHANGE_CHARS
        and IS_CORRECTION.match(piece.text)
        and not any(c.role in OUTSIDE for c in ancestors_of(piece.container))
    ]


def _choose(top: Container) -> tuple[Container, float]:
    """Descend from the page to the smallest container that holds most of the prose."""
    current, prose = top, effective(top)
    while True:
        best, best_prose = None, 0.0
        for child in current.children:
            if child.prose > best_prose and (value := effective(child)) > best_prose:
                best, best_prose = child, value
        if best is None or best.tag == "p":
            return current, prose
        is_whole = not any(child.is_body and child.prose and child is not best for child in current.children)
        needed = 0.55 if is_whole and (best.is_body or best.tag in {"article", "main"}) else DOMINANT
        if best_prose < needed * prose:
            return current, prose
        current, prose = best, best_prose


def _second_thought(top: Container, container: Container, prose: float, pieces: Sequence[Piece]) -> tuple[Container, float]:
    """Where flagged containers of one kind hold far more prose than what was chosen, their flag was the lie."""
    rivals: dict[tuple[str | None, str], list[Container]] = {}
    for flagged in flagged_in(top):
        if flagged.role not in NEVER_THE_STORY:
            rivals.setdefault((flagged.role, flagged.tag), []).append(flagged)
    best = max(rivals.values(), key=lambda group: sum(c.prose for c in group), default=[])
    if sum(c.prose for c in best) < max(400.0, 1.5 * prose):
        return container, prose
    told = [piece.text for flagged in best for piece in pieces[flagged.first : flagged.end] if weigh(piece)]
    if best[0].role == "hidden" and len({flagged.parent for flagged in best}) == 1 and len(set(told)) < len(told):
        return container, prose  # a message in several versions
    for flagged in best:
        flagged.role = None
    return _choose(top)


def _named_within(container: Container, prose: float) -> tuple[Container, float]:
    """Where the choice ended at boxes that nobody named, the one thing in them that is named a story's body is the story."""
    if any(_is_named(around) for around in ancestors_of(container)):
        return container, prose
    found: list[Container] = []
    stack = [container]
    least = max(NAMED_PROSE, NAMED_SHARE * prose)
    while stack:
        for child in stack.pop().children:
            if child.prose < least or child.role in OUTSIDE:
                continue
            if _is_named(child) and effective(child) >= least:
                found.append(child)
            else:
                stack.append(child)
    return (found[0], effective(found[0])) if len(found) == 1 else (container, prose)


def _named_brief(scope: Container, pieces: Sequence[Piece]) -> Container | None:
    """Where nothing on the page is prose, take the named box that says most without links: a recipe, a list of results."""
    said: dict[Container, int] = {}
    for piece in pieces[scope.first : scope.end]:
        around = list(ancestors_of(piece.container))
        if not any(c.role in OUTSIDE for c in around):
            for container in filter(_is_named, around):
                said[container] = said.get(container, 0) + len(piece.text) - piece.link_chars
    return max(said, key=lambda c: (said[c], c.depth), default=None)


def _is_named(container: Container) -> bool:
    return container.is_body or container.tag == "article"


def _signature(piece: Piece) -> tuple[str, ...]:
    out = []
    container: Container | None = piece.container
    for _ in range(3):
        if container is None:
            break
        out.append(f"{container.tag}.{container.attributes if container.tag != 'p' else ''}")
        container = container.parent
    return tuple(out[:3])


def _widen(container: Container, pieces: Sequence[Piece], scope: Container) -> Container:
    """Take in the twins of the chosen container: sections parted by advertisements have paragraphs of the same make."""
    inside = {_signature(p) for p in pieces[container.first : container.end] if weigh(p)}
    known = {signature for signature in inside if any(part.split(".", 1)[1] for part in signature)}
    if not known or container is scope:
        return container
    twins = [
        piece
        for piece in (*pieces[: container.first], *pieces[container.end :])
        if weigh(piece) and _signature(piece) in known and not any(c.role in OUTSIDE for c in ancestors_of(piece.container))
    ]
    for common in list(ancestors_of(container))[1:]:
        gained = sum(weigh(p) for p in twins if common.first <= p.index < common.end)
        if gained and gained >= MOSTLY_TWINS * (effective(common) - effective(container)):
            container = common
        if common is scope:
            break
    return container


def _with_sections(container: Container, pieces: Sequence[Piece], scope: Container) -> Container:
    """Take in what stands beside the chosen container inside of what is named the story: sections with headings of their own."""
    chain = list(ancestors_of(container))
    limit = next((c for c in chain if _is_named(c)), None) or next((c for c in chain if c.tag == "main"), container)
    if limit.depth < scope.depth:
        limit = scope
    wider = [c for c in chain[1:] if c.depth >= limit.depth and c.prose >= container.prose + SECTION_PROSE]
    for around in wider[:MAX_WIDER]:
        if around.prose >= container.prose + SECTION_PROSE and _holds_sections(around, container, pieces):
            container = around
    return container


def _holds_sections(around: Container, container: Container, pieces: Sequence[Piece]) -> bool:
    gained = [
        piece
        for piece in (*pieces[around.first : container.first], *pieces[container.end : around.end])
        if not is_flagged(piece, around)
    ]
    told = [i for i, piece in enumerate(gained) if weigh(piece) >= PARAGRAPH_PROSE]
    return (
        len(told) >= SECTION_PARAGRAPHS
        and any(heading_tag(piece) in {"h2", "h3", "h4"} and piece.link_density < 0.5 for piece in gained[: told[-1]])
        and sum(map(weigh, gained)) >= SECTION_PROSE
        and sum(piece.link_chars for piece in gained) <= MAX_SECTION_LINKS * sum(len(piece.text) for piece in gained)
    )


def _near(headline: Piece | None) -> range:
    """Return the places where a standfirst may stand inside of a box that is named for something else."""
    return range(MAX_PIECES) if headline is None else range(headline.index - DEK_WITHIN, headline.index + DEK_WITHIN)


def _role_in(piece: Piece, container: Container, near: range) -> str | None:
    """Name the role of a piece: the outermost that speaks against it, else the innermost; a caption stays a caption."""
    against = kept = None
    is_table = is_quoted = False
    for current in ancestors_of(piece.container):
        if current is container:
            break
        role = current.role
        is_table = is_table or current.tag == "table"
        is_quoted = is_quoted or current.tag == "blockquote"
        if (is_table and role in NOT_OF_TABLES) or (is_quoted and role == "figure"):
            continue
        if role is None or (kept == "dek" and role in MAY_HOLD_DEK and piece.index in near):
            continue
        if role not in OUTSIDE:
            kept = kept or role
        elif not (against in CAPTIONS and role in PICTURES):
            against = role
    return against or kept


def _own_article(top: Container, headline: Piece | None, pieces: Sequence[Piece]) -> Container | None:
    """On a page with several articles, find the one under the headline that metadata names; None: there is only one."""
    if headline is None:
        return None
    for own in reversed([c for c in ancestors_of(headline.container) if c.tag == "article"]):
        if effective(own) < OWN_ARTICLE_CHARS:
            return None
        others = list(_other_articles(top, own))
        looks = Counter(map(look_of, (own, *others)))  # several of one make are several stories, a single one is a part of this
        longest = max((c.prose for c in others if looks[look_of(c)] > 1 or _is_anothers(c, pieces)), default=0.0)
        if longest > 0.3 * own.prose:
            return own
    return None


def _other_articles(top: Container, own: Container) -> Iterator[Container]:
    """Yield the outermost articles beside one."""
    stack = list(top.children)
    while stack:
        container = stack.pop()
        if container.tag != "article" or (container is not own and container.first <= own.first and own.end <= container.end):
            stack.extend(c for c in container.children if c.prose)
        elif container is not own:
            yield container


def _is_anothers(article: Container, pieces: Sequence[Piece]) -> bool:
    """Tell another story, by its headline, or a list of stories from a part of this one."""
    if sum(child.tag == "article" for child in article.children) > 1:
        return True
    inside = pieces[article.first : article.end]
    return any(
        tag == "h1" or (tag == "h2" and piece.link_chars) or (tag and role_of(piece.container.attributes) == "related")
        for piece in inside
        for tag in [heading_tag(piece)]
    )


def _trimmed(inside: list[Piece], container: Container, headline: Piece | None) -> list[Piece]:
    """Where only the whole page holds the story, keep what lies between the headline and the last paragraph of its make."""
    if container.tag not in {"html", "body"} or not inside:
        return inside
    makes: dict[tuple[str, ...], float] = {}
    for piece in inside:
        if weight := weigh(piece):
            makes[_signature(piece)] = makes.get(_signature(piece), 0.0) + weight
    common = {make for make, weight in makes.items() if weight >= 0.15 * sum(makes.values())}
    last = max((p.index for p in inside if weigh(p) and _signature(p) in common), default=inside[-1].index)
    first = headline.index if headline is not None and headline.index <= last else inside[0].index
    return [p for p in inside if first <= p.index <= last]


def _standfirst(
    pieces: Sequence[Piece], headline: Piece | None, container: Container, description: str | None
) -> Iterator[Piece]:
    """Yield what stands between headline and story and is written for the reader."""
    if headline is None or headline.index >= container.first or container.first - headline.index > 60:
        return
    for piece in pieces[headline.index + 1 : container.first]:
        roles = [c.role for c in ancestors_of(piece.container) if c.role and not c.first <= headline.index < c.end]
        is_described = description is not None and same_words(piece.text, description)
        if (roles and roles[0] == "dek") or is_described:
            roles = [role for role in roles if role not in MAY_HOLD_DEK]
        if roles == ["related"] and _is_teaser_of_its_own(piece, headline):
            roles = ["dek"]
        if OUTSIDE.intersection(roles) or piece.link_density >= 0.5 or _heads_its_article(piece, headline, pieces):
            continue
        if "dek" in roles or is_described:
            if len(piece.text) >= 15:
                yield piece
        elif (weigh(piece) >= _least(piece, headline) and piece.link_density < 0.3) or _is_subtitle(piece, headline):
            yield piece


def _least(piece: Piece, headline: Piece) -> float:
    """Return how much prose makes a standfirst that nothing names: right under the headline a short sentence without a link."""
    is_brief = piece.index - headline.index <= TEASER_WITHIN and not piece.link_chars and ends_sentence(piece.text)
    return BRIEF_DEK if is_brief else UNNAMED_DEK


def _heads_its_article(piece: Piece, headline: Piece, pieces: Sequence[Piece]) -> bool:
    """Tell the first heading in the header of an article that does not hold the one taken for its headline: what readers see."""
    if not heading_tag(piece):
        return False
    around = list(ancestors_of(piece.container))
    header = next((c for c in around if c.tag == "header"), None)
    article = next((c for c in around if c.tag == "article"), None)
    return (
        header is not None
        and article is not None
        and header.depth > article.depth
        and not article.first <= headline.index < article.end
        and not any(heading_tag(other) for other in pieces[header.first : piece.index])
    )


def _is_teaser_of_its_own(piece: Piece, headline: Piece) -> bool:
    """Tell the paragraph right under the headline, which some outlets call the story's teaser, from teasers of others."""
    if piece.index - headline.index > TEASER_WITHIN or weigh(piece) < UNNAMED_DEK or piece.link_chars:
        return False
    named = next(c for c in ancestors_of(piece.container) if c.role == "related")
    return "teaser" in named.classes.lower() and (named.tag == "p" or any(c.tag == "header" for c in ancestors_of(named)))


def _is_subtitle(piece: Piece, headline: Piece) -> bool:
    """A second heading right under the headline, in words enough to be a sentence."""
    return (
        piece.index - headline.index <= 4
        and piece.container.tag in {"h2", "h3", "h4"}
        and piece.link_density < 0.3
        and len(words(piece.text)) >= 5
        and not same_words(piece.text, headline.text)
    )
