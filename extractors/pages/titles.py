"""Titles as pages write them in, the article's own title out: without the site's name, markup or scripts."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import pairwise

MAX_TITLE_CHARS = 400
MIN_TITLE_WORDS = 3
MAX_KICKER_WORDS = 9
MIN_KICKER_CLAIMS = 3
MIN_UNSPACED = 8
"""Letters that are a title in Chinese and Japanese."""

_WORD = re.compile(r"\w+")
_PARTED_KICKER = re.compile(r"[:.?!–—\"”»]\s*$")
"""A kicker with a mark of its own behind it is written as part of the headline: '"Pure joy": ...'."""
_ELLIPSIS = re.compile(r"(?:\.\.\.|…)$")
"""A claim cut to a length; a headline that ends so is taken as shown."""
_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,1000}>|<!--.*?-->", re.DOTALL)
_INVISIBLE = re.compile("[\u00ad\u200b\u2060\ufeff]")
"""Where a word may be parted, or a line may or may not break."""
_SCRIPT = re.compile(r"<(script|style)\b.*?(?:</\1\s*>|$)", re.DOTALL | re.IGNORECASE)
_JOINT = re.compile(
    r"\s+[|•·–—‹›«»:\-~]+\s+|\s*\|\s*|\s+::\s+|\s*｜\s*|_(?=[^_]{2,20}$)|｜|(?<=\S):\s+(?=[^:]{2,30}$)|"
    r"(?<=[\u3040-\u30ff\u3400-\u9fff！？”）])[-－_]{1,2}(?=[\u3400-\u9fff]{2,12}$)"
)
_SECTIONS = re.compile(
    r"(?:world|uk|us|business|politics|sports?|tech(?:nology)?|science|health|opinion|entertainment|local|national|"
    r"international|latest|breaking|"
    r"top|money|culture|climate|europe|asia|africa|lifestyle|travel|economy|finance|markets?|football|weather|crime|education|"
    r"environment|society|courts?|royal|showbiz|celebrity|gaming|music|tv|film|media)?\s*(?:news|editorial|opinion|video|photos|analysis|"
    r"nachrichten|noticias|actualités|новости|wiadomości|ειδήσεις|新闻)"
    r"|[^\s_｜|-]{0,12}(?:新聞網?|新闻网?|[^\W\d_a-z]{2,}[网網報报]|電子報|频道|頻道|订阅|訂閱|官网|デジタル|ニュース)",
    re.IGNORECASE,
)


_PAGE = re.compile(r"\s*[（(]\d{1,2}/\d{1,2}\s?(?:ページ|页|頁|pages?)?[)）]$", re.IGNORECASE)
"""Which page of a story on several: "（1/2 ページ）"."""
_DESKS = re.compile(
    r"(?:world|politics|business|sports?|tech(?:nology)?|science|health|opinion|entertainment|culture|lifestyle|life|travel|economy|"
    r"money|football|education|environment|society|music|film|politik|wirtschaft|kultur|gesellschaft|politique|économie|culture|"
    r"política|economía|deportes|cultura)",
    re.IGNORECASE,
)
"""Behind a bar, of what begins with a capital, they are no part of the headline."""


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


def parts_of(title: str) -> list[str]:
    """Split a title at what parts headline, section and site."""
    return _JOINT.split(title)


def plain(text: str) -> str:
    """Turn a title that may hold markup, entities or scripts into one line of plain text."""
    text = text[: MAX_TITLE_CHARS * 4]
    if "&" in text:
        text = html.unescape(text)
    if "<" in text:
        text = _TAG.sub(" ", _SCRIPT.sub(" ", text))
    return unicodedata.normalize("NFC", " ".join(_INVISIBLE.sub("", text).split())[:MAX_TITLE_CHARS])


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
    title = _without_way_home(_PAGE.sub("", title), names)
    while True:
        joints = list(_JOINT.finditer(title))
        if not joints:
            return title
        last, first = joints[-1], joints[0]
        is_desk = "|" in last[0] and _DESKS.fullmatch(title[last.end() :]) is not None
        if _says_something(title[: last.start()]) and (is_desk or _is_site(title[last.end() :], names)):
            title = title[: last.start()].rstrip()
        elif (
            len(words(title[first.end() :])) >= 3
            and _is_site(title[: first.start()], names)
            and not _SECTIONS.fullmatch(title[: first.start()])
        ):
            title = title[first.end() :].lstrip()
        else:
            return title


def _without_way_home(title: str, names: set[str]) -> str:
    """Cut the site's name and the sections behind it off: "Jane Doe returns - Example Online - News - Sport"."""
    joints = list(_JOINT.finditer(title))
    for joint, following in pairwise(joints):
        before, behind = title[: joint.start()], title[following.end() :]
        is_site = "".join(words(title[joint.end() : following.start()])) in names
        if is_site and _says_something(before) and len(words(behind)) <= len(words(before)):
            return before.rstrip()
    return title


def _says_something(part: str) -> bool:
    """Tell a title from a single word; a script without spaces needs none for that."""
    return len(words(part)) >= 2 or (len(part) >= MIN_UNSPACED and not part.isascii())


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


def title_of(
    headline: str | None,
    claims: Sequence[str | None],
    site_names: Sequence[str],
    firsts: Sequence[str] = (),
    tails: Sequence[str] = (),
    heads: Sequence[str] = (),
) -> str | None:
    """Choose the article's title.

    Args:
        headline: The visible headline.
        claims: JSON-LD, OpenGraph, meta, title element, feed entry: in order of trust.
        site_names: What the site calls itself.
        firsts: The page's first-level headings, hidden ones too: some pages show a shorter headline and keep the whole one there.
        tails: What the headline is from its second element on, its third, ...: where its markup parts a kicker from the rest.
        heads: What it is up to its first element, its second, ...: where its markup parts a subtitle, or a date, from it.

    Returns:
        The visible headline where any claim shares words with it (readers saw that one), as a claim writes it if only marks and
        spaces differ, with a kicker where every claim has it; a first-level heading beside it that a claim repeats;
        else the first claim; None: no title.

    """
    plains = [text for claim in claims if claim and (text := plain(claim))]
    sites = {_glued(name) for name in site_names}
    cleaned = [text for claim in plains if _glued(text := without_site(claim, site_names, headline)) not in sites]
    cleaned = cleaned or [without_site(claim, site_names, headline) for claim in plains]
    headline = plain(headline) if headline else None
    if not headline:
        return next(iter(cleaned), None)
    better = (
        _beside_site(headline, plains, firsts)
        or _uncut(headline, cleaned)
        or _whole_heading(headline, plains, firsts, site_names)
        or _without_tail(headline, cleaned, heads)
        or _in_first_heading(headline, cleaned, firsts)
        or _without_kicker(headline, cleaned, tails)
        or _with_kicker(headline, cleaned)
        or (_claimed(headline, cleaned) if tails else None)  # with the mark between kicker and headline that elements stand for
    )
    if better is not None:
        return better
    is_first = _is_first(headline, firsts)
    if not cleaned or any(likeness(headline, claim) >= 0.25 or claim.startswith(headline) for claim in cleaned):
        return without_site((_claimed(headline, cleaned) if is_first else None) or headline, site_names)
    return headline if is_first and len(words(headline)) > 1 and _glued(headline) not in sites else cleaned[0]


def _is_first(headline: str, firsts: Sequence[str]) -> bool:
    """Tell the first heading of its level, or the one that stands twice, fixed at the top perhaps."""
    glued = [_glued(first) for first in firsts]
    return bool(glued) and (_glued(headline) in glued[0] or glued.count(_glued(headline)) > 1)


def _uncut(headline: str, claims: Iterable[str]) -> str | None:
    """Return the claim that goes on where a headline is cut to a length, "Council to rebuild the bridge in..."."""
    if not _ELLIPSIS.search(headline):
        return None
    mine, bare = words(headline), _ELLIPSIS.sub("", headline)
    longer = (claim for claim in claims if claim.startswith(bare) and not claim.startswith(headline))
    return next((claim for claim in longer if mine == words(claim)[: len(mine)] != words(claim)), None)


def _claimed(title: str, claims: Iterable[str]) -> str | None:
    """Return a title as a claim writes it, whatever the spaces and marks; None: no claim has it, or it is too short to tell."""
    return next(
        (
            claim
            for claim in claims
            if len(words(claim)) >= MIN_TITLE_WORDS and _glued(claim) == _glued(title) and not _ELLIPSIS.search(claim)
        ),
        None,
    )


def _in_first_heading(headline: str, claims: Sequence[str], firsts: Sequence[str]) -> str | None:
    """Return another heading of the first level, hidden perhaps, if more claims repeat it and the first not the headline."""
    if not claims or same_words(headline, claims[0]) or _is_first(headline, firsts):
        return None
    others = {_glued(first) for first in firsts} - {_glued(headline)}
    found = next((claim for claim in claims if len(words(claim)) >= MIN_TITLE_WORDS and _glued(claim) in others), None)
    return found if found and _votes(found, claims) > _votes(headline, claims) else None


def _beside_site(headline: str, claims: Sequence[str], firsts: Sequence[str]) -> str | None:
    """Return the first-level heading that a title element has before the site's name, if what was taken is that name."""
    if any(same_words(headline, claim) for claim in claims):
        return None
    for claim in claims:
        for joint in _JOINT.finditer(claim):
            if same_words(headline, claim[joint.end() :]):
                return next(
                    (f for f in firsts if same_words(f, claim[: joint.start()]) and len(words(f)) >= MIN_TITLE_WORDS), None
                )
    return None


def _whole_heading(headline: str, claims: Sequence[str], firsts: Sequence[str], site_names: Sequence[str]) -> str | None:
    """Return the first-level heading of which only a part was taken, if all claims write the whole."""
    whole = firsts[0] if firsts else ""
    if not _glued(headline) or _glued(headline) == _glued(whole) or _glued(headline) not in _glued(whole):
        return None
    written = [without_site(claim, site_names) for claim in claims]
    return written[0] if len(written) > 1 and all(same_words(whole, claim) for claim in written) else None


def _without_tail(headline: str, claims: Sequence[str], heads: Iterable[str]) -> str | None:
    """Return the claim that a headline begins with, if what follows has an element of its own and no claim has it."""
    if any(words(claim)[-1:] == words(headline)[-1:] for claim in claims):
        return None
    return next((c for head in heads for c in claims if len(words(c)) >= MIN_TITLE_WORDS and same_words(head, c)), None)


def _without_kicker(headline: str, claims: Sequence[str], tails: Iterable[str]) -> str | None:
    """Return the claim that a headline ends in; None: it has no kicker glued to its front, or one written as part of it."""
    if (parted := next((claim for tail in tails for claim in claims if same_words(tail, claim)), None)) is not None:
        return parted if len(words(parted)) >= MIN_TITLE_WORDS or _votes(parted, claims) == len(claims) > 1 else None
    mine = words(headline)
    if any(words(claim) == mine for claim in claims):
        return None
    for claim in claims:
        its = words(claim)
        if 4 <= len(its) < len(mine) <= len(its) + MAX_KICKER_WORDS and mine[-len(its) :] == its:
            return None if _PARTED_KICKER.search(headline[: len(headline) - len(claim)]) else claim
    return None


def _with_kicker(headline: str, claims: Sequence[str]) -> str | None:
    """Return what JSON-LD, OpenGraph and title element alike write: a kicker, a colon and the headline."""
    mine = words(headline)
    whole = words(claims[0]) if claims else ()
    if len(claims) < MIN_KICKER_CLAIMS or not 2 <= len(whole) - len(mine) <= MAX_KICKER_WORDS or whole[-len(mine) :] != mine:
        return None
    return claims[0] if claims[0][: -len(headline)].rstrip().endswith(":") and _votes(claims[0], claims) == len(claims) else None


def _votes(title: str, claims: Sequence[str]) -> int:
    return sum(same_words(title, claim) for claim in claims)


def _glued(text: str) -> str:
    return "".join(words(text))
