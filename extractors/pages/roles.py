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

MAX_PHRASE_WORDS = 4
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
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_NOT_WORD = re.compile(r"[^a-z0-9]+")


@lru_cache(maxsize=16384)
def words_of(attributes: str) -> str:
    """Reduce attribute values to lower-case words: "relatedLinks__list--wide" is "related links list wide"."""
    return _NOT_WORD.sub(" ", _CAMEL.sub(" ", attributes).lower()).strip()


@lru_cache(maxsize=16384)
def role_of(attributes: str) -> str | None:
    """Name what an element's class, id, role and test id claim it is for; None: they claim nothing known.

    A role is claimed by whole words. Words that templates also use for the article itself ("content", "main", "story", "post")
    claim nothing.
    """
    ranks, prefixes, names = _vocabulary()
    parts = words_of(attributes).split(" ")
    best = len(names)
    for i, part in enumerate(parts):
        phrase = part
        for j in range(i, min(i + MAX_PHRASE_WORDS, len(parts))):
            if j > i:
                phrase = f"{phrase} {parts[j]}"
            best = min(best, ranks.get(phrase, best))
        for prefix, rank in prefixes:
            if rank < best and part.startswith(prefix):
                best = rank
    return names[best] if best < len(names) else None


@lru_cache(maxsize=16384)
def hides(classes: str) -> bool:
    """Tell whether class names of the common frameworks hide an element on every screen."""
    tokens = classes.lower().split()
    return not _HIDING.isdisjoint(tokens) and not any(_SHOWING.match(token) for token in tokens)


@lru_cache(maxsize=16384)
def is_body(attributes: str) -> bool:
    """Tell whether class or id claim that this is the article's body."""
    return _BODY.search(words_of(attributes)) is not None


@cache
def _vocabulary() -> tuple[dict[str, int], list[tuple[str, int]], list[str]]:
    """Read `data/roles.txt`: rank by phrase, rank by prefix, and the roles by rank."""
    ranks: dict[str, int] = {}
    prefixes: list[tuple[str, int]] = []
    names: list[str] = []
    for line in (files("extractors") / "data" / "roles.txt").read_text("utf-8").splitlines():
        if line.startswith("["):
            names.append(line.strip("[]"))
        elif line and not line.startswith("#"):
            for phrase in filter(None, (part.strip() for part in line.split(","))):
                if phrase.endswith("*"):
                    prefixes.append((phrase[:-1], len(names) - 1))
                else:
                    ranks.setdefault(phrase, len(names) - 1)
    return ranks, prefixes, names
