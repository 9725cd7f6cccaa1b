"""A parsed page in, every visible piece of text out, in page order, each with the chain of containers it stands in.

One walk over the tree. Nothing is judged here beyond what the markup itself says.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from lxml import etree

from extractors.pages.roles import HEADINGS, INLINE, SKIPPED, hides, is_body, role_of

MAX_PIECES = 20_000
"""The longest of 1,473 real pages had 2,957 pieces; more is a log, a dump or an attack."""
OWN_PARAGRAPHS = 3
"""A navigation with a heading and so many paragraphs was left open; breadcrumbs may hold the first heading alone."""
SITE_DEPTH = 4
"""A footer so near the root is the site's; deeper ones may be an article's."""
MAX_PIECE_CHARS = 200_000
OPENING_CHARS = 16

_SPACE = re.compile(r"[\s\u200b\u2060\ufeff\u00ad]+")
_NUMBER = re.compile(r"\d+\b")
_HIDDEN_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_LANDMARKS = {
    "nav": "navigation",
    "footer": "navigation",
    "aside": "aside",
    "figure": "figure",
    "figcaption": "caption",
    "caption": "table_caption",
    "address": "byline",
    "dialog": "hidden",
    "details": "details",
    "form": "form",
    "menu": "navigation",
    # components of AMP (https://amp.dev/documentation/components), which are tags of their own
    "amp-ad": "ad",
    "amp-embed": "ad",
    "amp-sticky-ad": "ad",
    "amp-consent": "cookie",
    "amp-user-notification": "cookie",
    "amp-sidebar": "navigation",
    "amp-social-share": "share",
    "amp-lightbox": "hidden",
    "amp-carousel": "gallery",
    "amp-base-carousel": "gallery",
    "amp-next-page": "related",
    "amp-twitter": "embed",
    "amp-instagram": "embed",
    "amp-facebook": "embed",
}
_VAGUE = frozenset({"aside", "figure", "form", "navigation"})
"""Landmarks about which a class says more."""
_ARIA_ROLES = {
    "navigation": "navigation",
    "banner": "navigation",
    "contentinfo": "navigation",
    "search": "navigation",
    "menu": "navigation",
    "complementary": "aside",
    "dialog": "hidden",
    "alertdialog": "hidden",
    "tablist": "navigation",
    "button": "button",
}
_WHOLE = frozenset({"html", "body"})
_STORIES = frozenset({"article", "main"})
_TRUE_OF_STORIES = frozenset({"related", "comments", "hidden", "ad", "author_bio", "newsletter", "dek", "factbox"})
_TABLES = frozenset({"table", "thead", "tbody", "tr", "td", "th"})
_FALSE_OF_TABLES = frozenset({"player", "tags", "poll", "gallery", "byline"})
_INLINE_WITH_ROLES = frozenset({"caption", "byline", "share", "newsletter"})
_STRONG = frozenset({"b", "strong"})
_ITALIC = frozenset({"em", "i"})
_LABEL_ENDS = ":»›>|｜→–—-•·：▶►"
MAX_LABEL_CHARS, MAX_LABEL_WORDS = 40, 4
"""A label before a link ("Read more:", "Mehr zum Thema:"); longer, and it says something itself."""
_NEW_WINDOW = re.compile(
    r"\s*\((?:external link,? )?(?:opens? in (?:a )?new (?:window|tab)|öffnet (?:im|in einem|in) neue[mn]? (?:fenster|tab)|"
    r"s['’]ouvre dans une? nouvel(?:le)? (?:fenêtre|onglet)|se abre en (?:una )?(?:nueva ventana|ventana nueva)|"
    r"otwiera się w nowym oknie|åpnes i (?:et )?nytt vindu)\)",
    re.IGNORECASE,
)
"""Said to screen readers behind a link; no reporter writes it."""
_LEFT_OUT = "\0"
"""Stands for what is hidden inside of a line; no parsed page holds it."""
_BETWEEN_WORDS = re.compile(r"(?<=\w)\0+(?=\w)")
_BREAKS = frozenset({"br", "hr"})
_MAY_HAVE_ROLE = frozenset({"span", "small", "cite", "time"})
_SECTIONS = frozenset({"section", "aside", "nav", "ul", "div"})
_TEXT_TAGS = frozenset({"p", "li", *HEADINGS})


@dataclass(slots=True, eq=False)
class Container:
    """A block-level element: where pieces stand. Sums are filled in by `mainbody`."""

    tag: str
    parent: Container | None
    role: str | None = None
    is_body: bool = False
    attributes: str = ""
    classes: str = ""  # the class attribute alone: the same for all elements of one make
    itemprop: str | None = None
    depth: int = 0
    index: int = 0
    end: int = 0  # pieces[first:end] stand inside
    first: int = 0
    prose: float = 0.0
    pictures: int = 0  # inside
    children: list[Container] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class Piece:
    """One run of text between block borders."""

    text: str
    container: Container
    index: int
    link_chars: int = 0  # a label before the link included
    href: str | None = None  # where its first link leads
    is_strong: bool = False  # all of it is set in bold
    is_italic: bool = False
    opens_with_link: bool = False
    after_picture: bool = False  # nothing is written between
    weight: float = -1.0  # of its prose, filled in by `mainbody`

    @property
    def link_density(self) -> float:
        """Share of characters inside links, 0..1."""
        return min(1.0, self.link_chars / max(1, len(self.text)))


def one_line(text: str) -> str:
    """Normalise to NFC with single spaces, without zero-width characters and soft hyphens."""
    if "\u00ad" in text or "\u200b" in text or "\ufeff" in text or "\u2060" in text:
        text = re.sub("[\u200b\u2060\ufeff\u00ad]", "", text)
    return unicodedata.normalize("NFC", " ".join(text.split()))


def pieces_of(root: etree._Element) -> tuple[Container, list[Piece]]:
    """Walk a page once.

    Args:
        root: The `html` or `body` element.

    Returns:
        The root container and all pieces in page order; pieces without a letter or digit are left out, apart from rules of
        punctuation ("***", "___") that part sections.

    """
    return _Walk(root).run()


class _Walk:
    """State of one walk: the open containers and the text collected since the last block border."""

    def __init__(self, root: etree._Element) -> None:
        self._root = root
        self._pieces: list[Piece] = []
        self._top = Container(tag="html", parent=None)
        self._current = self._top
        self._containers = 1
        self._text: list[str] = []
        self._links: list[str] = []
        self._href: str | None = None
        self._target: str | None = None  # of the link that is open, which may hold whole boxes
        self._in_link = 0
        self._strong: list[str] = []
        self._in_strong = 0
        self._italic: list[str] = []
        self._in_italic = 0
        self._breaks = 0
        self._pictures = 0
        self._pictures_read = 0  # at the end of the piece before
        self._inline_containers: list[etree._Element] = []
        self._unread: etree._Element | None = None

    def run(self) -> tuple[Container, list[Piece]]:
        walker = etree.iterwalk(self._root, events=("start", "end"))
        for event, element in walker:
            if event == "end":
                self._end(element.tag, element)
            elif not self._start(element.tag, element):
                walker.skip_subtree()
            if len(self._pieces) > MAX_PIECES:
                break
        self._flush()
        self._close_all()
        return self._top, self._pieces

    def _start(self, tag: Any, element: etree._Element) -> bool:
        """Open an element; False: skip what is inside."""
        if not isinstance(tag, str) or tag in SKIPPED:
            return False
        if tag in INLINE:
            return self._open_inline(tag, element)
        if tag in _BREAKS:
            self._break(tag, element)
        elif self._is_the_sites(tag, element):
            self._flush()  # not walking it saves an eighth of the time
            self._unread = element
            return False
        else:
            self._open(tag, element)
        return True

    def _end(self, tag: Any, element: etree._Element) -> None:
        if isinstance(tag, str) and tag not in SKIPPED:
            if tag in INLINE:
                self._close_inline(tag, element)
            elif tag not in _BREAKS and element is not self._unread:
                self._close()
        if element.tail and element is not self._root:
            self._add(element.tail)

    def _is_the_sites(self, tag: str, element: etree._Element) -> bool:
        """Tell the site's own navigation and footer from an article's, and from one left open that has swallowed the page."""
        if not (tag == "nav" or (tag == "footer" and self._current.depth <= SITE_DEPTH)):
            return False
        if any(around.is_body or around.tag in {"article", "main"} for around in ancestors_of(self._current)):
            return False
        return element.find(".//article") is None and (
            element.find(".//h1") is None or len(element.findall(".//p")) < OWN_PARAGRAPHS
        )

    def _add(self, text: str) -> None:
        self._text.append(text)
        if self._in_link:
            self._links.append(text)
            self._href = self._href or self._target
        if self._in_strong:
            self._strong.append(text)
        if self._in_italic:
            self._italic.append(text)

    def _open_inline(self, tag: str, element: etree._Element) -> bool:
        if tag == "a":
            self._in_link += 1
            self._target = element.get("href")
        elif tag in _STRONG:
            self._in_strong += 1
        elif tag in _ITALIC:
            self._in_italic += 1
        elif tag == "img":
            self._pictures += 1
        elif tag in _MAY_HAVE_ROLE:
            attributes = _attributes_of(element)
            role = role_of(attributes) if attributes else None
            if role == "hidden" or _is_hidden(element):
                self._add(_LEFT_OUT)  # for screen readers: glued to words of the text
                return False
            if role in _INLINE_WITH_ROLES:
                self._enter(tag, attributes, role, element)
                self._inline_containers.append(element)
        if element.text:
            self._add(element.text)
        return True

    def _close_inline(self, tag: str, element: etree._Element) -> None:
        if tag == "a":
            self._in_link -= 1
        elif tag in _STRONG:
            self._in_strong -= 1
        elif tag in _ITALIC:
            self._in_italic -= 1
        elif self._inline_containers and self._inline_containers[-1] is element:
            self._inline_containers.pop()
            self._close()

    def _break(self, tag: str, element: etree._Element) -> None:
        following = element.getnext()
        before = self._text and self._text[-1].strip()
        if (
            tag == "hr"
            or (following is not None and following.tag == "br" and not (element.tail or "").strip())
            or (not before and self._breaks)
        ):
            self._flush()
        elif self._text:
            self._breaks += 1
            self._add("\n")

    def _open(self, tag: str, element: etree._Element) -> None:
        attributes = _attributes_of(element)
        role = role_of(attributes) if attributes else None
        if tag in HEADINGS and role not in {"hidden", "caption"}:
            role = None  # a heading's class says how it looks, not whether it belongs
        elif tag in _WHOLE or (tag in _STORIES and role not in _TRUE_OF_STORIES):
            role = None  # content systems write a post's tags, format and author into its own classes
        elif tag in _TABLES and role in _FALSE_OF_TABLES:
            role = None  # a table of players is no player
        if landmark := _LANDMARKS.get(tag):
            role = role if role and landmark in _VAGUE and role not in {"navigation", "dek"} else landmark
        if aria := element.get("role"):
            role = _ARIA_ROLES.get(aria, role)
        if _is_hidden(element):
            role = "hidden"
        self._enter(tag, attributes, role, element)
        if element.text:
            self._add(element.text)

    def _enter(self, tag: str, attributes: str, role: str | None, element: etree._Element) -> None:
        self._flush()
        itemprop = element.get("itemprop")
        parent = self._current
        self._current = Container(
            tag,
            parent,
            role,
            itemprop == "articleBody" or (bool(attributes) and tag not in _WHOLE and is_body(attributes)),
            attributes,
            element.get("class") or "",
            itemprop,
            parent.depth + 1,
            self._containers,
            0,
            len(self._pieces),
            pictures=-self._pictures,
        )
        parent.children.append(self._current)
        self._containers += 1

    def _close(self) -> None:
        self._flush()
        self._current.end = len(self._pieces)
        self._current.pictures += self._pictures
        self._current = self._current.parent or self._top

    def _close_all(self) -> None:
        while self._current is not self._top:
            self._close()
        self._top.end = len(self._pieces)

    def _flush(self) -> None:
        if not self._text:
            return
        raw = "".join(self._text)
        if _LEFT_OUT in raw:
            raw = _BETWEEN_WORDS.sub(" ", raw).replace(_LEFT_OUT, "")
        if raw and not raw.isspace() and (text := one_line(raw[:MAX_PIECE_CHARS])):
            linked = one_line("".join(self._links).replace(_LEFT_OUT, "")) if self._links else ""
            if linked and "(" in linked:
                text, linked = _NEW_WINDOW.sub("", text), _NEW_WINDOW.sub("", linked)
            self._pieces.append(
                Piece(
                    text,
                    self._current,
                    len(self._pieces),
                    len(text) if linked and _is_label_and_link(text, linked) else len(linked),
                    self._href,
                    bool(self._strong) and len(one_line("".join(self._strong))) >= 0.9 * len(text),
                    bool(self._italic) and len(one_line("".join(self._italic))) >= 0.9 * len(text),
                    bool(linked) and text.startswith(linked[:OPENING_CHARS]),
                    self._pictures > self._pictures_read,
                )
            )
            self._pictures_read = self._pictures
        self._text.clear()
        self._links.clear()
        self._strong.clear()
        self._italic.clear()
        self._href = None
        self._breaks = 0


def _is_label_and_link(text: str, linked: str) -> bool:
    """Tell "Read more: <a headline>", in whatever language, from a sentence that ends in a link."""
    if not text.endswith(linked):
        return False
    label = text[: len(text) - len(linked)].rstrip()
    return (
        bool(label)
        and len(label) <= MAX_LABEL_CHARS
        and label[-1] in _LABEL_ENDS
        and label.rstrip("|｜ ").count(" ") < MAX_LABEL_WORDS
    )


def _attributes_of(element: etree._Element) -> str:
    values = [element.get("class"), element.get("data-testid"), element.get("data-component")]
    tag = element.tag
    if tag not in _TEXT_TAGS:  # ids of headings and paragraphs are slugs of their text
        values.append(element.get("id"))
        if tag in _SECTIONS and (label := element.get("aria-label")) and len(label) <= 40:
            values.append(label)
    return " ".join([value for value in values if value])


def _is_hidden(element: etree._Element) -> bool:
    if element.get("hidden") is not None or (element.get("aria-hidden") == "true" and element.tag != "p"):
        return True  # a paragraph hidden from screen readers alone is the locked half of a story whose text was sent
    if (classes := element.get("class")) and hides(classes):
        return True
    style = element.get("style")
    return style is not None and ("none" in style or "hidden" in style) and _HIDDEN_STYLE.search(style) is not None


def ancestors_of(container: Container) -> Iterator[Container]:
    """Yield a container and everything around it, from the inside out."""
    current: Container | None = container
    while current is not None:
        yield current
        current = current.parent


def look_of(container: Container) -> str:
    """Describe how a container is made: element and classes; numbers that count elements left out."""
    return f"{container.tag}.{_without_numbers(container.classes)}" if container.classes else f"{container.tag}."


@lru_cache(maxsize=4096)
def _without_numbers(classes: str) -> str:
    return _NUMBER.sub("", classes)


__all__ = ["HEADINGS", "Container", "Piece", "ancestors_of", "look_of", "one_line", "pieces_of"]
