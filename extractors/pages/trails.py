"""A page's tree in, the ways that lead to it out, as its breadcrumbs show them or JSON-LD lists them."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from lxml import etree

from extractors.pages.jsonld import parse
from extractors.pages.roles import INLINE, words_of
from extractors.pages.titles import plain

MAX_TRAILS = 4
MAX_MARKED = 60
MAX_DEPTH = 6
MAX_STEPS = 300
"""Elements of a trail, opened or closed."""
MAX_CRUMBS = 12
"""More is a menu that is named for breadcrumbs."""
MAX_CRUMB_CHARS = 300
MAX_LISTS, MAX_NODES = 4, 400

_CRUMBS = frozenset({"li", "span", "a"})
_MARKS = ("class", "id", "itemtype", "aria-label", "data-testid", "typeof")
_TRAIL = re.compile(r"\b(?:bread ?)?crumbs?\b|breadcrumb")
_UNREAD = frozenset({"script", "style", "svg", "noscript", "template", "select"})
_JOINT = re.compile(r"\s*(?:[>»›→▸❯＞|｜•·]|::|&gt;)+\s*|\s+[/\\–-]\s+|^[/\\–-]\s*|\s*[/\\–-]$")
_ICON = re.compile(r"[a-z]+(?:_[a-z]+)+|undefined|null")
"""A sign written as a word that its font turns into a picture."""


@dataclass(frozen=True, slots=True)
class Crumb:
    """A step of the way to a page."""

    text: str
    href: str | None = None


def trail_of(nav: etree._Element) -> list[Crumb]:
    """Read a `nav` that is a trail, or holds one at its beginning; empty: it is a menu."""
    inner = itertools.islice(nav.iter("ol", "ul", "div"), MAX_LISTS)
    return next((crumbs for element in itertools.chain([nav], inner) if _is_trail(element) and (crumbs := _read([element]))), [])


def trails_among(root: etree._Element, tags: Iterable[str]) -> Iterator[list[Crumb]]:
    """Yield the trails in a page's boxes of these elements, in page order."""
    marked = filter(_is_trail, root.iter(*tags))
    groups = itertools.islice(_groups(itertools.islice(marked, MAX_MARKED)), MAX_TRAILS)
    yield from filter(None, map(_read, groups))


def _read(group: Iterable[etree._Element]) -> list[Crumb]:
    crumbs = list(itertools.islice(itertools.chain.from_iterable(map(_crumbs, group)), MAX_CRUMBS + 1))
    return crumbs if len(crumbs) <= MAX_CRUMBS else []


def _groups(marked: Iterable[etree._Element]) -> Iterator[list[etree._Element]]:
    """Join elements that stand side by side, each named for a crumb; what stands inside of another goes."""
    group: list[etree._Element] = []
    for element in marked:
        if any(around in group for around in itertools.islice(element.iterancestors(), MAX_DEPTH)):
            continue
        if group and (element.tag not in _CRUMBS or element.getparent() is not group[-1].getparent()):
            yield group
            group = []
        group.append(element)
    if group:
        yield group


def crumbs_in(line: str) -> list[Crumb]:
    """Part a line at the signs between crumbs: "Home > News > Politics"."""
    parts = _JOINT.split(line[: MAX_CRUMB_CHARS * 2])
    return [Crumb(text) for part in parts if (text := part.strip(" :：<‹«")) and not _ICON.fullmatch(text)]


def listed_trails(scripts: Iterable[str]) -> Iterator[list[Crumb]]:
    """Yield the trails that JSON-LD lists. https://schema.org/BreadcrumbList."""
    lists = (node for script in scripts for node in _lists(parse(script)))
    for node in itertools.islice(lists, MAX_LISTS):
        items = node.get("itemListElement")
        items = [item for item in items[: MAX_CRUMBS + 1] if isinstance(item, dict)] if isinstance(items, list) else []
        crumbs = [crumb for item in items if (crumb := _listed(item)) is not None]
        if 0 < len(crumbs) <= MAX_CRUMBS:
            yield crumbs


def is_trail(mark: str) -> bool:
    """Tell a class, id or label that names a box for crumbs."""
    return "rumb" in mark and _TRAIL.search(words_of(mark[:MAX_CRUMB_CHARS])) is not None


def _is_trail(element: etree._Element) -> bool:
    for name in _MARKS:
        mark = element.get(name)
        if mark and "rumb" in mark and is_trail(mark):
            return True
    return False


def _crumbs(element: etree._Element) -> Iterator[Crumb]:
    """Read a trail: what stands in one link, or between two borders of other elements, is one crumb."""
    text: list[str] = []
    href: str | None = None
    unread = 0
    steps = etree.iterwalk(element, events=("start", "end"))
    for event, inner in itertools.islice(steps, MAX_STEPS):
        tag = inner.tag if isinstance(inner.tag, str) else "script"
        is_border = tag == "a" or tag not in INLINE
        if is_border:
            yield from _parted(text, href)
            text.clear()
        if event == "start":
            unread += tag in _UNREAD
            href = inner.get("href") if tag == "a" else href
            if inner.text and not unread:
                text.append(inner.text[:MAX_CRUMB_CHARS])
        else:
            unread -= tag in _UNREAD
            href = None if tag == "a" else href
            if inner is not element and inner.tail and not unread:
                text.append(inner.tail[:MAX_CRUMB_CHARS])
    yield from _parted(text, href)


def _parted(text: list[str], href: str | None) -> Iterator[Crumb]:
    line = " ".join("".join(text)[:MAX_CRUMB_CHARS].split())
    for crumb in crumbs_in(line) if line else ():
        yield Crumb(crumb.text, href)


def _lists(data: Any) -> Iterator[dict[str, Any]]:
    queue, seen = [data], 0
    while queue and seen < MAX_NODES:
        seen += 1
        item = queue.pop()
        if isinstance(item, list):
            queue.extend(reversed(item[:MAX_NODES]))
        elif isinstance(item, dict):
            if "BreadcrumbList" in str(item.get("@type"))[:MAX_CRUMB_CHARS]:
                yield item
            queue.extend(value for key, value in item.items() if key in {"@graph", "breadcrumb", "mainEntity", "isPartOf"})


def _listed(item: dict[str, Any]) -> Crumb | None:
    page = item.get("item")
    name = item.get("name") or (page.get("name") if isinstance(page, dict) else None)
    address = (page.get("@id") or page.get("url")) if isinstance(page, dict) else page
    if not isinstance(name, str) or not (text := plain(name[:MAX_CRUMB_CHARS])):
        return None
    return Crumb(text, address[:2000] if isinstance(address, str) else None)


def text_of(element: etree._Element) -> str:
    """Read the text of an element in one line, as far as a name can go."""
    parts = (str(part)[:MAX_CRUMB_CHARS] for part in itertools.islice(element.itertext(), 8))
    return " ".join("".join(parts).split())[:MAX_CRUMB_CHARS]
