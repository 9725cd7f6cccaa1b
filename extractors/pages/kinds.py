"""What a page says and shows of itself in, what kind of page it is out: article, live blog, list, error or empty."""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import urlsplit

from extractors.pages.heads import Head
from extractors.records import Block

FEW_CHARS = 600
"""An error page that quotes more text than this has a story on it after all."""
LIST_LINK_SHARE = 0.6
LIST_MIN_LINKED = 12
LIST_TEASERS = 5

_ERROR = re.compile(
    r"\b(?:404|410|403|500|502|503)\b|page (?:not found|can(?:no|')t be found|unavailable|missing|does not exist|"
    r"you requested)|not found|error|"
    r"access denied|seite (?:nicht gefunden|existiert nicht)|page (?:introuvable|non trouvée)|página no (?:encontrada|"
    r"existe)|pagina non trovata|"
    r"страница не найдена|nie znaleziono|strona nie istnieje|η σελίδα δεν βρέθηκε|页面不存在|找不到(?:页面|网页)|"
    r"we(?:'|’)re sorry",
    re.IGNORECASE,
)
_LIVE_PATH = re.compile(
    r"/(?:live|liveblog|live-blog|live-updates|en-direct|ticker|newsblog)(?:/|-|$)|-live-updates?\b|-liveblog\b|-newsblog\b|"
    r"-liveticker\b"
)
_LIST_PATH = re.compile(
    r"^/?$|/(?:tags?|topics?|category|categories|section|author|authors|search|archive|page/\d+|themen?|rubrik|etiquetas?|"
    r"seccion)/?[^/]*/?$",
    re.IGNORECASE,
)
_CLOCK = re.compile(
    r"^(?:\d{1,2}[:.h]\d{2}(?:\s?(?:am|pm|a\.m\.|p\.m\.|uhr|gmt|et|cet|bst))?|\d+\s?(?:h|hr|min|m)\w* ago)\b", re.IGNORECASE
)


def kind_of(head: Head, blocks: Sequence[Block], url: str, title: str | None) -> str:
    """Tell what kind of page this is.

    Returns:
        "article", "live_blog", "list" (a front, a section, search results), "error" (served with status 200) or "empty".

    """
    kept = [block for block in blocks if block.role is None or block.role == "dek"]
    chars = sum(len(block.text) for block in kept)
    if chars == 0:
        return "empty"
    if chars < FEW_CHARS and any(_ERROR.search(text) for text in (title, head.title) if text) and not head.statement.published:
        return "error"
    if head.statement.is_live_blog or (
        _LIVE_PATH.search(urlsplit(url).path.lower()) and sum(bool(_CLOCK.match(b.text)) for b in blocks) >= 4
    ):
        return "live_blog"
    return "list" if _is_list(head, kept, url, chars) else "article"


def _is_list(head: Head, kept: Sequence[Block], url: str, chars: int) -> bool:
    linked = [block for block in kept if block.link_density >= LIST_LINK_SHARE]
    mostly_links = len(linked) >= LIST_MIN_LINKED and sum(len(block.text) for block in linked) > LIST_LINK_SHARE * chars
    if head.statement.is_list or _LIST_PATH.search(urlsplit(url).path):
        teasers = sum(block.kind == "heading" and block.link_density >= LIST_LINK_SHARE for block in kept)
        return mostly_links or teasers >= LIST_TEASERS or chars < FEW_CHARS
    is_article = head.statement.published is not None or (head.first("og:type") or "").lower() == "article"
    return mostly_links and not is_article
