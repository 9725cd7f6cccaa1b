"""Titles as pages write them in, the article's own title out: without the site's name, markup or scripts."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

MAX_TITLE_CHARS = 400

_WORD = re.compile(r"\w+")
_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,1000}>|<!--.*?-->", re.DOTALL)
_SCRIPT = re.compile(r"<(script|style)\b.*?(?:</\1\s*>|$)", re.DOTALL | re.IGNORECASE)
_JOINT = re.compile(r"\s+[|•·–—‹›«»:\-~]+\s+|\s*\|\s*|\s+::\s+|\s*｜\s*|_(?=[^_]{2,20}$)|｜|(?<=\S):\s+(?=[^:]{2,30}$)")
_SECTIONS = re.compile(
    r"(?:world|uk|us|business|politics|sports?|tech(?:nology)?|science|health|opinion|entertainment|local|national|"
    r"international|latest|breaking|"
    r"top|money|culture|climate|europe|asia|africa|lifestyle|travel)?\s*(?:news|editorial|opinion|video|photos|analysis|"
    r"nachrichten|noticias|actualités|новости|wiadomości|ειδήσεις|新闻)"
    r"|[^\s_｜|-]{0,12}(?:新聞網?|新闻网?|[^\W\d_a-z]{2,}[网網報报]|電子報|频道|頻道|デジタル|ニュース)",
    re.IGNORECASE,
)


@lru_cache(maxsize=4096)
def words(text: str) -> tuple[str, ...]:
    """Split into lower-case words."""
    return tuple(_WORD.findall(text.casefold()))


def same_words(one: str, other: str) -> bool:
    """Tell whether two lines have the same words, whatever their punctuation."""
    return words(one) == words(other) != ()


def likeness(one: str, other: str) -> float:
    """Share of common words, 0..1 (Jaccard)."""
    a, b = set(words(one)), set(words(other))
    return len(a & b) / len(a | b) if a and b else 0.0


def plain(text: str) -> str:
    """Turn a title that may hold markup, entities or scripts into one line of plain text."""
    text = text[: MAX_TITLE_CHARS * 4]
    if "&" in text:
        text = html.unescape(text)
    if "<" in text:
        text = _TAG.sub(" ", _SCRIPT.sub(" ", text))
    return " ".join(text.split())[:MAX_TITLE_CHARS]


def without_site(title: str, site_names: Iterable[str], headline: str | None = None) -> str:
    """Cut the site's name, and a section before it, off the end (or the start) of a title.

    Args:
        title: As a meta property or the title element has it.
        site_names: What the site calls itself, its domain's label among them.
        headline: The page's visible headline; where the title merely adds to it, the addition goes.

    Returns:
        The title; unchanged where nothing is surely the site's.

    """
    if headline and len(words(headline)) >= 3:
        mine, its = words(title), words(headline)
        if mine[: len(its)] == its and len(mine) > len(its) and _JOINT.search(title[len(headline) - 2 :][:8]):
            return headline
    names = {"".join(words(name)) for name in site_names if name} - {""}
    while True:
        joints = list(_JOINT.finditer(title))
        if not joints:
            return title
        last, first = joints[-1], joints[0]
        if len(words(title[: last.start()])) >= 2 and _is_site(title[last.end() :], names):
            title = title[: last.start()].rstrip()
        elif (
            len(words(title[first.end() :])) >= 3
            and _is_site(title[: first.start()], names)
            and not _SECTIONS.fullmatch(title[: first.start()])
        ):
            title = title[first.end() :].lstrip()
        else:
            return title


def _is_site(part: str, names: set[str]) -> bool:
    glued = "".join(words(part))
    if not glued or len(words(part)) > 6:
        return False
    return (
        glued in names
        or _SECTIONS.fullmatch(part.strip()) is not None
        or any(
            (name in glued and len(name) >= 0.5 * len(glued)) or (len(glued) >= 4 and name.startswith(glued))
            for name in names
            if len(name) >= 3
        )
    )


def title_of(headline: str | None, claims: Sequence[str | None], site_names: Sequence[str]) -> str | None:
    """Choose the article's title.

    Args:
        headline: The visible headline.
        claims: JSON-LD, OpenGraph, meta, title element, feed entry: in order of trust.
        site_names: What the site calls itself.

    Returns:
        The visible headline where any claim shares words with it (readers saw that one), else the first claim; None: no title.

    """
    cleaned = [without_site(plain(claim), site_names, headline) for claim in claims if claim and plain(claim)]
    if headline:
        headline = plain(headline)
        mine = words(headline)
        for claim in cleaned:
            its = words(claim)
            if its == mine:
                break
            if 4 <= len(its) < len(mine) <= len(its) + 5 and mine[-len(its) :] == its:
                return claim  # the headline has a kicker glued to its front
        if not cleaned or any(likeness(headline, claim) >= 0.25 for claim in cleaned):
            return without_site(headline, site_names)
    return next(iter(cleaned), headline)
