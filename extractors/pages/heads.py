"""A parsed page in, its head out: meta properties, links, title element and JSON-LD, read in one pass."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from lxml import etree

from extractors.pages.jsonld import Statement, statement_of

MAX_VALUE_CHARS = 5000


@dataclass(frozen=True, slots=True)
class Head:
    """What a page says of itself outside of its visible text."""

    meta: dict[str, list[str]] = field(default_factory=dict)  # by lower-case name, property or itemprop, in page order
    links: dict[str, list[str]] = field(default_factory=dict)  # href by rel
    title: str | None = None
    language: str | None = None  # of the html element
    statement: Statement = field(default_factory=Statement)
    is_amp: bool = False

    def first(self, *names: str) -> str | None:
        """Return the first value of the first of these names that has one."""
        return next((values[0] for name in names if (values := self.meta.get(name))), None)

    def every(self, names: Iterable[str]) -> list[str]:
        """Return the values of the first of these names that has any."""
        return next((values for name in names if (values := self.meta.get(name))), [])


def head_of(root: etree._Element) -> Head:
    """Read the head of a page; meta elements that stray into the body count too."""
    meta: dict[str, list[str]] = {}
    links: dict[str, list[str]] = {}
    scripts: list[str] = []
    title = None
    for element in root.iter("meta", "link", "script", "title"):
        tag = element.tag
        if tag == "meta":
            name = element.get("property") or element.get("name") or element.get("itemprop")
            content = element.get("content") or element.get("value")  # which HTML never had, and some templates write
            if name and content and (value := " ".join(content[:MAX_VALUE_CHARS].split())):
                meta.setdefault(name.lower().strip(), []).append(value)
        elif tag == "link":
            href = element.get("href")
            if href and (rel := element.get("rel")):
                links.setdefault(rel.lower(), []).append(href.strip())
        elif tag == "script":
            if "ld+json" in (element.get("type") or "") and element.text:
                scripts.append(element.text)
        elif title is None and element.text and (parent := element.getparent()) is not None and parent.tag != "svg":
            title = " ".join(element.text.split()) or None
    html = root if root.tag == "html" else next(root.iter("html"), root)
    language = html.get("lang") or html.get("{http://www.w3.org/XML/1998/namespace}lang") or html.get("xml:lang")
    return Head(meta, links, title, language, statement_of(scripts), html.get("amp") is not None or html.get("⚡") is not None)
