"""JSON-LD scripts of a page in, what they say of its article out. https://schema.org/NewsArticle and its kin."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

MAX_SCRIPT_CHARS = 2_000_000
MAX_NODES = 3000
MAX_PARTS = 50

_ARTICLE_TYPE = re.compile(r"\w*Article|"
                           r"BlogPosting|LiveBlogPosting|SocialMediaPosting|DiscussionForumPosting|Report|Review|Recipe|"
                           r"HowTo", re.IGNORECASE)  # fmt: skip
_PAGE_TYPE = re.compile(
    r"WebPage|ItemPage|CreativeWork|VideoObject|ImageGallery|MediaGallery|AudioObject|PodcastEpisode", re.IGNORECASE
)
_MEDIA_TYPE = re.compile(r"(?:Video|Audio|Image|Media)Object", re.IGNORECASE)
_LIST_TYPE = re.compile(r"CollectionPage|ItemList|SearchResultsPage|ProfilePage", re.IGNORECASE)
_COMMENT = re.compile(r"^\s*(?:<!--|//<!\[CDATA\[|/\*<!\[CDATA\[\*/|<!\[CDATA\[)|(?:-->|//\]\]>|/\*\]\]>\*/|\]\]>)\s*$")
_TRAILING_COMMA = re.compile(r",(\s*[}\]])")
_FIELD = re.compile(r'"(headline|datePublished|dateModified|articleSection|isAccessibleForFree)"\s*:\s*"((?:[^"\\\n]|\\.)*)"')
_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,1000}>")


@dataclass(frozen=True, slots=True)
class Statement:
    """What JSON-LD says of a page's article; everything may be unknown."""

    types: tuple[str, ...] = ()
    headline: str | None = None
    authors: tuple[tuple[str, str | None], ...] = ()  # name and type ("Person", "Organization")
    published: str | None = None
    modified: str | None = None
    section: str | None = None
    description: str | None = None
    body: str | None = None
    language: str | None = None
    publisher: str | None = None
    image: str | None = None
    url: str | None = None
    is_free: bool | None = None
    is_live_blog: bool = False
    is_list: bool = False


def statement_of(scripts: Iterable[str]) -> Statement:
    """Read every script and merge what the nodes about the article say; the most specific type speaks first."""
    nodes: list[dict[str, Any]] = []
    by_id: dict[str, dict[str, Any]] = {}
    broken: dict[str, str] = {}
    for script in scripts:
        data = parse(script)
        if data is None:
            broken |= {name: _unquoted(value) for name, value in _FIELD.findall(script[:MAX_SCRIPT_CHARS])}
        for node in _nodes(data):
            nodes.append(node)
            if isinstance(identifier := node.get("@id"), str) and len(node) > 1:
                by_id.setdefault(identifier, node)
    ranked = sorted((rank, i) for i, node in enumerate(nodes) if (rank := _rank(node)) is not None)
    if len(ranked) > 1 and all(_is_medium(nodes[i]) for _, i in ranked):
        ranked = []  # films within the story, none of which is it
    about = [nodes[i] for _, i in ranked]
    types = tuple(dict.fromkeys(t for node in nodes for t in _types(node)))
    return Statement(
        types=types,
        headline=_first(about[:2], "headline", "name") or broken.get("headline"),
        authors=_authors(about, by_id),
        published=_first(about, "datePublished", "dateCreated", "uploadDate") or broken.get("datePublished"),
        modified=_first(about, "dateModified") or broken.get("dateModified"),
        section=_first(about, "articleSection") or broken.get("articleSection"),
        description=_first(about, "description", "abstract"),
        body=max((text for node in about if (text := _text(node.get("articleBody") or node.get("text")))), key=len, default=None),
        language=_first(about, "inLanguage"),
        publisher=_names(next((node["publisher"] for node in about if node.get("publisher")), None), by_id),
        image=_image(about),
        url=_first(about, "url") or _identifier(about),
        is_free=_is_free(about, broken.get("isAccessibleForFree")),
        is_live_blog="LiveBlogPosting" in types,
        is_list=not any(_ARTICLE_TYPE.fullmatch(t) for t in types) and any(_LIST_TYPE.fullmatch(t) for t in types),
    )


def parse(script: str) -> Any:
    """Parse one script, mending the usual damage (comments around it, trailing commas, line breaks). None: beyond repair."""
    text = _COMMENT.sub("", script[:MAX_SCRIPT_CHARS]).strip().rstrip(";")
    for attempt in (text, _TRAILING_COMMA.sub(r"\1", text)):
        try:
            return json.loads(attempt, strict=False)
        except (ValueError, RecursionError):
            continue
    try:
        return json.JSONDecoder(strict=False).raw_decode(text)[0]  # rubbish after the object
    except (ValueError, RecursionError):
        return None


def _nodes(data: Any) -> Iterator[dict[str, Any]]:
    """Yield the objects that have a type, outermost first; what a node is *about* or *has part* is another article."""
    queue, seen = [data], 0
    while queue and seen < MAX_NODES:
        seen += 1
        item = queue.pop(0)
        if isinstance(item, list):
            queue = item[:200] + queue
        elif isinstance(item, dict):
            if "@type" in item:
                yield item
            queue.extend(
                item[key]
                for key in ("@graph", "mainEntity", "mainEntityOfPage", "itemReviewed")
                if isinstance(item.get(key), (dict, list))
            )


def _types(node: Mapping[str, Any]) -> list[str]:
    declared = node.get("@type")
    return [str(t).rsplit("/", 1)[-1] for t in (declared if isinstance(declared, list) else [declared]) if t]


def _rank(node: Mapping[str, Any]) -> int | None:
    types = _types(node)
    if any(_ARTICLE_TYPE.fullmatch(t) for t in types):
        return 0
    if any(_PAGE_TYPE.fullmatch(t) for t in types):
        return 1 if "datePublished" in node else 2
    return None


def _is_medium(node: Mapping[str, Any]) -> bool:
    return all(_MEDIA_TYPE.fullmatch(t) for t in _types(node))


def _text(value: Any) -> str | None:
    if isinstance(value, list):
        value = next((v for v in value if v), None)
    if isinstance(value, dict):
        value = value.get("@value") or value.get("name") or value.get("url")
    if not isinstance(value, str):
        return None
    text = html.unescape(html.unescape(value)) if "&" in value else value
    return _TAG.sub(" ", text).strip() or None


def _first(nodes: Iterable[Mapping[str, Any]], *names: str) -> str | None:
    return next((text for node in nodes for name in names if (text := _text(node.get(name)))), None)


def _unquoted(value: str) -> str:
    try:
        return str(json.loads(f'"{value}"', strict=False))
    except ValueError:
        return value


def _resolved(value: Any, by_id: Mapping[str, dict[str, Any]]) -> Any:
    if isinstance(value, dict) and not value.get("name") and isinstance(value.get("@id"), str):
        return by_id.get(value["@id"], value)
    return by_id.get(value, value) if isinstance(value, str) else value


def _authors(nodes: Iterable[Mapping[str, Any]], by_id: Mapping[str, dict[str, Any]]) -> tuple[tuple[str, str | None], ...]:
    for node in nodes:
        found: list[tuple[str, str | None]] = []
        value = node.get("author") or node.get("creator")
        for item in value if isinstance(value, list) else [value]:
            person = _resolved(item, by_id)
            if isinstance(person, dict):
                names = person.get("name")
                kind = next(iter(_types(person)), None)
                found += [(text, kind) for name in (names if isinstance(names, list) else [names]) if (text := _text(name))]
            elif text := _text(person):
                found.append((text, None))
        if found:
            return tuple(dict.fromkeys(found))
    return ()


def _names(value: Any, by_id: Mapping[str, dict[str, Any]]) -> str | None:
    value = value[0] if isinstance(value, list) and value else value
    return _text(_resolved(value, by_id))


def _image(nodes: Iterable[Mapping[str, Any]]) -> str | None:
    for node in nodes:
        value = node.get("image") or node.get("thumbnailUrl")
        value = value[0] if isinstance(value, list) and value else value
        if isinstance(value, dict):
            value = value.get("url") or value.get("contentUrl")
            value = value[0] if isinstance(value, list) and value else value
        if isinstance(value, str) and value.startswith("http"):
            return value
    return None


def _identifier(nodes: Iterable[Mapping[str, Any]]) -> str | None:
    for node in nodes:
        page = node.get("mainEntityOfPage")
        page = page.get("@id") if isinstance(page, dict) else page
        if isinstance(page, str) and page.startswith("http"):
            return page
    return None


def _is_free(nodes: Sequence[Mapping[str, Any]], broken: str | None) -> bool | None:
    """Tell whether the article can be read without paying; one part that cannot is enough.

    `hasPart` with a `cssSelector` is how a walled section is marked up:
    https://developers.google.com/search/docs/appearance/structured-data/paywalled-content
    """
    values = [node["isAccessibleForFree"] for node in nodes if "isAccessibleForFree" in node] or ([broken] if broken else [])
    parts = [part for node in nodes for part in _listed(node.get("hasPart"))[:MAX_PARTS]]
    walled = [part["isAccessibleForFree"] for part in parts if "cssSelector" in part and "isAccessibleForFree" in part]
    if any(not _is_true(value) for value in walled):
        return False
    return _is_true(values[0]) if values else True if walled else None


def _listed(value: Any) -> list[dict[str, Any]]:
    return [item for item in (value if isinstance(value, list) else [value]) if isinstance(item, dict)]


def _is_true(value: Any) -> bool:
    return value if isinstance(value, bool) else str(value).strip().lower() in {"true", "1", "yes", "http://schema.org/true"}
