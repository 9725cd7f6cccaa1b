"""What may stand around a story in, whether it names a section out: the words of homes, page kinds and menus."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import unquote, urlsplit

from lxml import etree

from extractors.pages.blocks import Piece
from extractors.pages.heads import Head
from extractors.pages.titles import likeness, same_words, words
from extractors.pages.trails import Crumb
from extractors.pages.written import days_in
from extractors.urls import absolute_url, canonical_url, host_of, outlet_of

META_SECTIONS = (
    "article:section", "parsely-section", "section", "cxenseparse:category", "og:article:section", "og:section",
    "sailthru.section",
    "article.section", "articlesection", "category", "dc.subject",
)  # fmt: skip
MAX_SECTION_CHARS, MAX_SECTION_WORDS = 48, 6
MAX_CLAIM_CHARS = 400
MAX_LINKS = 400
"""Of a page, whose texts are read; menus come first."""
LIKE = 0.5
"""Share of words that the last crumb has in common with a title if it is the story itself."""

NO_SECTION = re.compile(
    r"(?:(?:the |blog |all )?(?:articles?|posts?|stor(?:y|ies))|front[- ]?page|home(?:[- ]?page)?|uncategori[sz]ed\b.*|allgemein|"
    r"sin categor[ií]a|non class[ée]\w*|senza categoria|all|default|none|nil|null|undefined|main|other|tags?|details?|"
    r"current page|single|page|content|index|root|web|正文|详情|详细内容|内容|文章|本文|記事)",
    re.IGNORECASE,
)
"""What a content system writes where no editor chose, and what kind of page it is."""
HOME = re.compile(
    r"(?:home(?:[- ]?page)?|start(?:seite|sida)?|accueil|[àa] la une|in[ií]cio|portada|главная|головна|strona główna|"
    r"hjem|forside|etusivu|hem|domov|hlavní strana|ana ?sayfa|αρχική|trang chủ|beranda|.{0,9}首[页頁]|ホーム|トップ|top|홈|"
    r"الرئيسية|"
    r"you are here|sie sind hier|vous êtes ici|您?的?(?:当前|现在)?的?位置|breadcrumbs?|navigate|main page|"
    r"back(?: to .*)?|zurück.*|retour.*|volver.*)",
    re.IGNORECASE,
)
VAGUE = re.compile(
    r"(?:our |the |latest )?(?:blogs?|news|insights?|features?|resources?|library|learn|updates)|latest|all .{1,20}|"
    r"新闻(?:中心)?|ニュース",
    re.IGNORECASE,
)
"""A section for want of a better one, where another is shown beside."""
LABELLED = re.compile(
    r"(?:categor(?:y|ies|ia|ía|ie)|catégories?|kategorien?|channel|section|rubrik|rubrique|filed under|posted in|"
    r"分类|栏目|カテゴリー?)\s*(?:[:：]|(?<=n) |(?<=r) )\s*",
    re.IGNORECASE,
)
"""What stands before the name of a section: "Filed under: "."""
_SEVERAL = re.compile(r"[,>/|;]")


@dataclass(frozen=True)
class Story:
    """Where a section is looked for, and what else may bear it out."""

    head: Head
    root: etree._Element
    pieces: Sequence[Piece]
    start: int  # of the headline among the pieces
    titles: Sequence[str]
    sites: frozenset[str]  # what the outlet calls itself, glued
    url: str

    @cached_property
    def own(self) -> str:
        """Its canonical address."""
        return canonical_url(self.url)

    @cached_property
    def host(self) -> str:
        """Where it was published."""
        return host_of(self.url)

    @cached_property
    def outlet(self) -> str:
        """Who publishes it."""
        return outlet_of(self.url)

    @cached_property
    def claims(self) -> frozenset[str]:
        """The words of its address, and what machines are told."""
        metas = [value for name in META_SECTIONS for value in self.head.meta.get(name, ())[:1]]
        claims = [claim[:MAX_CLAIM_CHARS] for claim in (self.head.statement.section, *metas) if claim]
        parts = (part for claim in claims for part in (claim, *_SEVERAL.split(claim)))
        return frozenset(map(glued, [*path_of(self.url)[:-1], *parts])) - {""}

    @cached_property
    def links(self) -> frozenset[str]:
        """What the page's short links are called, the sections in its menus among them."""
        texts = ((link.text or "").strip() or (len(link) and link[0].text) for link in self.head.anchors[:MAX_LINKS])
        return frozenset(glued(text) for text in texts if text and len(text) <= MAX_SECTION_CHARS)

    def leads_on(self, href: str | None) -> bool:
        """Tell a link to another page of the outlet, not its front, from one that does something."""
        target = absolute_url(self.url, href) if href and not href.startswith(("#", "javascript:", "mailto:")) else None
        if target is None or (host_of(target) != self.host and outlet_of(target) != self.outlet):
            return False
        path = path_in(target)
        return path != "" and (path != path_in(self.url) or canonical_url(target) != self.own)

    def section_at_end(self, trail: Sequence[Crumb]) -> str | None:
        """Return the last crumb that is a section: not the story, the outlet, its front, or what does something."""
        trail = [crumb for crumb in trail if not (crumb.href or "").startswith(("#", "javascript:"))]
        is_linked = any(crumb.href is not None for crumb in trail)
        for crumb in reversed(trail):
            if HOME.fullmatch(crumb.text) or NO_SECTION.fullmatch(crumb.text) or glued(crumb.text) in self.sites:
                continue
            if crumb is trail[-1] and self._is_story(crumb, is_loose=is_linked and crumb.href is None):
                continue
            text = LABELLED.sub("", crumb.text, count=1)
            return text if is_name(text) else None
        return None

    def _is_story(self, crumb: Crumb, *, is_loose: bool) -> bool:
        """Tell the last crumb that is the story itself, its title perhaps cut to a length, or to a few words without a link."""
        target = absolute_url(self.url, crumb.href) if crumb.href else None
        its = words(crumb.text)
        return (
            (target is not None and path_in(target) == path_in(self.url) != "" and canonical_url(target) == self.own)
            or (is_loose and len(its) > MAX_SECTION_WORDS)
            or any(
                same_words(crumb.text, title)
                or likeness(crumb.text, title) >= LIKE
                or (len(its) > 2 and words(title)[: len(its) - 1] == its[:-1])
                or (is_loose and set(its) <= set(words(title)))
                for title in self.titles
            )
        )


def is_name(text: str) -> bool:
    """Tell what is short enough to name a section from sentences, dates ("April 2011" too) and addresses."""
    return (
        (2 if text.isascii() else 1) <= len(text) <= MAX_SECTION_CHARS
        and len(words(text)) <= MAX_SECTION_WORDS
        and any(map(str.isalpha, text))
        and not text.endswith((".", "!", "?", "…"))
        and "@" not in text
        and not (any(map(str.isdigit, text)) and next(days_in(f"1 {text}"), None))
    )


def path_in(href: str | None) -> str:
    """Return the path of an address that may be none, without the slashes around it."""
    try:
        return urlsplit(href or "").path.strip("/")
    except ValueError:  # "http://[" and its like
        return ""


def path_of(href: str | None) -> list[str]:
    """Return the parts of an address' path as `slug` writes them."""
    return [slug(part) for part in path_in(href).split("/") if part]


def last_part(href: str | None) -> str:
    """Return the end of an address, without its query."""
    return path_in(href).rpartition("/")[2]


def slug(text: str) -> str:
    """Write a name as addresses do: "Arts & Music" is "arts-and-music"."""
    return "-".join(words(unquote(text).replace("&", " and ").replace("_", " ").replace("'", "")))


def glued(text: str) -> str:
    """Reduce a name to its letters."""
    return "".join(words(text[:MAX_CLAIM_CHARS]))
