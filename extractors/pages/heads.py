"""A parsed page in, its head out: meta properties, links, title element and JSON-LD, read in one pass."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from lxml import etree

from extractors.pages.jsonld import Statement, statement_of
from extractors.pages.trails import Crumb, trail_of

MAX_VALUE_CHARS = 5000
MAX_TRAILS, MAX_NAVS = 4, 40
MAX_TRAIL_SCRIPT_CHARS = 500_000


@dataclass(frozen=True, slots=True)
class Head:
    """What a page says of itself outside of its visible text."""

    meta: dict[str, list[str]] = field(default_factory=dict)  # by lower-case name, property or itemprop, in page order
    links: dict[str, list[str]] = field(default_factory=dict)  # href by rel
    title: str | None = None
    language: str | None = None  # of the html element
    statement: Statement = field(default_factory=Statement)
    is_amp: bool = False
    trails: list[list[Crumb]] = field(default_factory=list)  # breadcrumbs, where they are navigation
    anchors: list[etree._Element] = field(default_factory=list)  # every link, in page order
    trail_scripts: list[str] = field(default_factory=list)  # JSON-LD that lists breadcrumbs

    def first(self, *names: str) -> str | None:
        """Return the first value of the first of these names that has one."""
        return next((values[0] for name in names if (values := self.meta.get(name))), None)

    def every(self, names: Iterable[str]) -> list[str]:
        """Return the values of the first of these names that has any."""
        return next((values for name in names if (values := self.meta.get(name))), [])


def head_of(root: etree._Element) -> Head:
    """Read the head of a page, and what its body marks up the same way: stray meta elements, breadcrumbs, links."""
    meta: dict[str, list[str]] = {}
    links: dict[str, list[str]] = {}
    scripts: list[str] = []
    title = None
    navs: list[etree._Element] = []
    anchors: list[etree._Element] = []
    for element in root.iter("meta", "link", "script", "title", "nav", "a"):  # each walk of the tree costs 1 % of the page step
        tag = element.tag
        if tag == "a":
            anchors.append(element)
        elif tag == "meta":
            _add_meta(element, meta)
        elif tag == "link":
            _add_link(element, links)
        elif tag == "script":
            if "ld+json" in (element.get("type") or "") and element.text:
                scripts.append(element.text)
        elif tag == "nav":
            navs.append(element)
        elif title is None and element.text and (parent := element.getparent()) is not None and parent.tag != "svg":
            title = " ".join(element.text.split()) or None
    html = root if root.tag == "html" else next(root.iter("html"), root)
    language = html.get("lang") or html.get("{http://www.w3.org/XML/1998/namespace}lang") or html.get("xml:lang")
    return Head(
        meta,
        links,
        title,
        language,
        statement_of(scripts),
        html.get("amp") is not None or html.get("⚡") is not None,
        [trail for nav in navs[:MAX_NAVS] if (trail := trail_of(nav))][:MAX_TRAILS],
        anchors,
        [script for script in scripts if len(script) <= MAX_TRAIL_SCRIPT_CHARS and "BreadcrumbList" in script][:MAX_TRAILS],
    )


def _add_meta(element: etree._Element, meta: dict[str, list[str]]) -> None:
    name = element.get("property") or element.get("name") or element.get("itemprop")
    content = element.get("content") or element.get("value")  # which HTML never had, and some templates write
    if name and content and (value := " ".join(content[:MAX_VALUE_CHARS].split())):
        meta.setdefault(name.lower().strip(), []).append(value)


def _add_link(element: etree._Element, links: dict[str, list[str]]) -> None:
    href = element.get("href")
    if href and (rel := element.get("rel")):
        links.setdefault(rel.lower(), []).append(href.strip())
