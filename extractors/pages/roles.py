"""Tags, classes and roles in, what they are for out: the vocabulary that page templates of the whole trade share."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from importlib.resources import files

SKIPPED = frozenset({
    "script", "style", "noscript", "template", "svg", "canvas", "audio", "video", "iframe", "object", "embed", "select",
    "textarea", "input", "option", "datalist", "head", "link", "meta", "button", "map", "area", "progress", "meter",
    "dialog", "param", "source", "track", "applet", "frame", "frameset", "noframes", "math",
})  # fmt: skip
"""Never journalism; their text is not even collected."""

INLINE = frozenset({
    "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em", "font", "i", "ins", "kbd",
    "label", "mark", "nobr", "q", "rb", "rp", "rt", "ruby", "s", "samp", "small", "span", "strike", "strong", "sub", "sup",
    "time", "tt", "u", "var", "wbr", "img", "picture", "blink",
})  # fmt: skip
HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})

MAX_WORDS = 60
_HIDING = frozenset({"hide", "hidden", "d-none", "is-hidden", "u-hidden"})
_SHOWING = re.compile(r"(?:sm|md|lg|xl|2xl)[:-]|d-(?:sm|md|lg|xl)-|show-for")

_BODY = re.compile(
    r"\b(?:article ?body|articlebody|story ?body|post ?body|entry content|post content|article content|story content|"
    r"body (?:content|copy|text)|"
    r"article text|story text|article ?body ?content|content body|article ?copy|rich ?text|article main|main content|"
    r"news (?:text|body|content)|"
    r"single content|page content|td post content|story ?article body|article ?(?:detail|details) ?(?:body|content|text)?|"
    r"text ?content|"
    r"cuerpo|artikel ?(?:text|body|inhalt)|texte ?article|corps article|wysiwyg|cms content|field name body|the content|prose)\b"
)
_BODY_WORDS = ("body", "content", "text", "copy", "main", "detail", "cuerpo", "corps", "artikel", "wysiwyg", "prose")
"""One of them is in every match of `_BODY`; asking first is cheaper."""
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_TO_SPACE = {code: " " for code in range(0x300) if not (chr(code).isascii() and chr(code).isalnum())}


@lru_cache(maxsize=16384)
def words_of(attributes: str) -> str:
    """Reduce attribute values to lower-case words: "relatedLinks__list--wide" is "related links list wide"."""
    if not attributes.islower():
        attributes = _CAMEL.sub(" ", attributes).lower()
    return " ".join(attributes.translate(_TO_SPACE).split())


@lru_cache(maxsize=16384)
def role_of(attributes: str) -> str | None:
    """Name what an element's class, id, role and test id claim it is for; None: they claim nothing known.

    A role is claimed by whole words. Words that templates also use for the article itself ("content", "main", "story", "post")
    claim nothing.
    """
    phrases, names = _vocabulary()[1:]
    parts = words_of(attributes).split(" ", MAX_WORDS)
    best = min(map(_rank_of, parts))
    for i, part in enumerate(parts):
        if part not in phrases:
            continue
        for rest, rank in phrases[part]:
            if rank < best and parts[i + 1 : i + 1 + len(rest)] == rest:
                best = rank
    return names[best] if best < len(names) else None


@lru_cache(maxsize=16384)
def _rank_of(word: str) -> int:
    """Rank the role that a single word claims."""
    words, _, names = _vocabulary()
    if (rank := words.get(word)) is not None:
        return rank
    return min((rank for prefix, rank in _prefixes() if word.startswith(prefix)), default=len(names))


@lru_cache(maxsize=16384)
def hides(classes: str) -> bool:
    """Tell whether class names of the common frameworks hide an element on every screen."""
    tokens = classes.lower().split()
    return not _HIDING.isdisjoint(tokens) and not any(_SHOWING.match(token) for token in tokens)


@lru_cache(maxsize=16384)
def is_body(attributes: str) -> bool:
    """Tell whether class or id claim that this is the article's body."""
    written = words_of(attributes)
    return any(word in written for word in _BODY_WORDS) and _BODY.search(written) is not None


@cache
def _prefixes() -> list[tuple[str, int]]:
    return [(word[:-1], rank) for word, rank in _vocabulary()[0].items() if word.endswith("*")]


@cache
def _vocabulary() -> tuple[dict[str, int], dict[str, list[tuple[list[str], int]]], list[str]]:
    """Read `data/roles.txt`: rank by word, ranked phrases by their first word, and the roles by rank."""
    words: dict[str, int] = {}
    phrases: dict[str, list[tuple[list[str], int]]] = {}
    names: list[str] = []
    for line in (files("extractors") / "data" / "roles.txt").read_text("utf-8").splitlines():
        if line.startswith("["):
            names.append(line.strip("[]"))
        elif line and not line.startswith("#"):
            for phrase in filter(None, (part.strip() for part in line.split(","))):
                first, *rest = phrase.split(" ")
                if rest:
                    phrases.setdefault(first, []).append((rest, len(names) - 1))
                else:
                    words.setdefault(first, len(names) - 1)
    return words, phrases, names
