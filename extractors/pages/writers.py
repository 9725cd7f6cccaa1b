"""Everything on a page that says who wrote the story in, the authors out, and which witness said what."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from lxml import etree

from extractors.letters import WIDE
from extractors.pages.agencies import agency_named
from extractors.pages.authorbox import name_part
from extractors.pages.authors import NAMES_ONLY, authors_of, lists_more, names_desk, names_in, seconded
from extractors.pages.blocks import Piece
from extractors.pages.bylines import Bylines, bylines_of, lines_before_story
from extractors.pages.heads import Head
from extractors.pages.profiles import profiled_in
from extractors.pages.signatures import BYLINE_WITHIN
from extractors.pages.spoken import bare_of
from extractors.pages.titles import words
from extractors.records import Entry

META_AUTHORS = (
    "parsely-author", "author", "article:author", "sailthru.author", "byl", "dc.creator", "dcterms.creator", "citation_author",
    "article:author_name", "og:article:author", "cxenseparse:author", "authors", "rbauthors", "creator",
    "twitter:creator_name", "vr:author",
)  # fmt: skip
MAX_NAME_CHARS, MAX_LINE_CHARS = 60, 160
_AUTHOR_MARKS = etree.XPath('//a[@rel="author"] | //*[@itemprop="author"]')
_ORGANISATIONS = frozenset({"Organization", "NewsMediaOrganization"})


@dataclass(frozen=True, slots=True)
class Claim:
    """What one witness says of who wrote the story, as written."""

    witness: str  # "JSON-LD", "meta author", "a line with 'by'", ...
    lines: Sequence[str]


@dataclass(frozen=True, slots=True)
class Writers:
    """The witnesses of one page."""

    root: etree._Element
    pieces: Sequence[Piece]
    start: int  # index of the piece that is the headline
    shown: Bylines
    people: list[str]  # of JSON-LD
    organisations: list[str]
    desks: list[str]  # that JSON-LD names, where it names nobody else
    metas: list[tuple[str, list[str]]]  # property and values
    fed: Sequence[str]  # by the feed
    site_names: Sequence[str]

    def claims(self) -> Iterator[Claim]:
        """Yield what each witness says, best first; the whole tree is searched only by who reads on."""
        shown, pieces = self.shown, self.pieces
        yield Claim("JSON-LD", self.people)
        yield Claim("feed", self.fed)
        spoken = Claim("line with “by”", shown.spoken)
        told = [*(Claim(f"meta {name}", values) for name, values in self._metas_shown_first()), spoken]
        yield from sorted(told, key=lambda claim: claim is not spoken and unseen(claim.lines, shown.spoken, pieces))
        if self.desks:
            yield Claim("name and date in one line", shown.dated)
            yield Claim("line below the story", shown.ending)
            return  # names that are merely marked, or stand near, are then of other stories and of photographers
        near = {piece.text for piece in pieces[max(0, self.start - 3) : self.start + BYLINE_WITHIN]}
        above = lines_before_story(pieces, self.start)
        is_under = any(line in shown.marked for line in map(bare_of, above))
        near = above if is_under else near  # else links of other stories, below a short one, would add to it
        marked, linked = Claim("element called author", shown.marked), Claim("link marked author", _linked(self.root, near))
        yield from sorted((marked, linked), key=lambda claim: claim is marked and lists_more(linked.lines, marked.lines))
        if not any(map(agency_named, (*shown.spoken, *shown.marked))):
            yield Claim("link to an author's page", profiled_in(self.root, above))
        yield Claim("name beside the date, or alone", shown.alone)
        yield Claim("line below the story", shown.ending)
        yield Claim("introduction below the story", shown.introduced)
        yield Claim("author's box", shown.boxed)

    def authors(self) -> tuple[tuple[str, ...], str | None]:
        """Choose the authors, and the agency among who signed."""
        names, shown = self.site_names, self.shown
        claims = (claim.lines for claim in self.claims())
        authors, agency = authors_of(claims, names, [*self.organisations, *shown.spoken], self.desks)
        authors = authors or authors_of([shown.edited], names)[0]
        if len(authors) == 1 and not WIDE.search(authors[0]) and " " not in authors[0] and not self._shows(authors[0]):
            seen = [shown.boxed, [*shown.spoken, *shown.marked]]
            authors = authors_of(seen, names)[0] or authors  # a login, for machines alone
        if self.people or self.metas:
            metas = [values for _, values in self.metas]
            authors = tuple(shown.without_helpers(seconded(authors, shown.beside(authors), metas, names, shown.alone)))
        return authors, agency

    def _shows(self, name: str) -> bool:
        said = " ".join(words(name))
        return any(said in " ".join(words(piece.text)) for piece in self.pieces)

    def _metas_shown_first(self) -> list[tuple[str, list[str]]]:
        """Put the property whose name stands on the page before one that names somebody else, such as a publisher."""
        if not self.metas[1:]:
            return self.metas
        seen = {words(piece.text) for piece in self.pieces if len(piece.text) <= MAX_NAME_CHARS}
        return sorted(self.metas, key=lambda meta: not any(words(name) in seen for name in meta[1]))


def writers_of(
    head: Head,
    root: etree._Element,
    pieces: Sequence[Piece],
    headline: Piece | None,
    start: int,
    ending: Sequence[Piece],
    entry: Entry | None,
    site_names: Sequence[str],
) -> Writers:
    """Gather the witnesses.

    Args:
        head: Of the page.
        root: Its tree, for links that say whom they name.
        pieces: Its visible text.
        headline: The piece that is the headline.
        start: Index of the piece at which the story, with its headline, begins.
        ending: The last pieces of the story, where some outlets sign.
        entry: What the feed said of it.
        site_names: What the outlet calls itself.

    """
    said = head.statement.authors
    desks = [name for name, _ in said if names_desk(name)]
    return Writers(
        root=root,
        pieces=pieces,
        start=start,
        shown=bylines_of(pieces, headline, ending, start),
        people=[name for name, kind in said if kind not in _ORGANISATIONS],
        organisations=[name for name, kind in said if kind in _ORGANISATIONS],
        desks=desks if len(desks) == len(said) else [],
        metas=[(name, head.meta[name]) for name in META_AUTHORS if name in head.meta],
        fed=entry.authors if entry else (),
        site_names=site_names,
    )


def unseen(claim: Iterable[str], spoken: Sequence[str], pieces: Sequence[Piece]) -> bool:
    """Tell who is named for machines alone, on a page that tells readers that somebody else wrote the story."""
    if not any(NAMES_ONLY.match(line) and name_part(line) == line for line in spoken):
        return False
    names = ["".join(words(name)) for line in claim for name in names_in(line)]
    lines = ["".join(words(piece.text)) for piece in pieces if len(piece.text) <= MAX_LINE_CHARS]
    return bool(names) and not any(name in line for name in names for line in lines)


def _linked(root: etree._Element, lines: Collection[str]) -> list[str]:
    """Read the links that say `rel="author"`, and elements that say `itemprop="author"`, if they stand in these lines."""
    found: Any = _AUTHOR_MARKS(root)
    texts = [" ".join("".join(element.itertext()).split()) for element in found[:6]]
    texts = [name_part(text) for text in texts]
    return [text for text in dict.fromkeys(texts) if 3 <= len(text) <= 60 and any(text in line for line in lines)]
