"""The story of a live blog in, its posts marked: what stands above them is the article, and stays while posts come and go."""

from __future__ import annotations

import re
from collections.abc import Iterator

from extractors.pages.blocks import Container, ancestors_of, look_of

POSTS = 3
POSTS_SHARE = 0.3
"""Boxes of one make that hold less of the story's prose are no posts: portraits, questions."""
_TEXT = frozenset({"p", "li", "h2", "h3", "h4"})
_NAMES = re.compile(r"live[-_ ]?(?:blog)?[-_ ]?(?:posts|cards|entries|items|updates|feed|list)\b", re.IGNORECASE)
MIN_STANDING_PROSE = 250.0
"""With less above the posts, they are the story."""


def mark_posts(chosen: Container) -> Container | None:
    """Mark the posts of a live blog as "live_post" where an article stands above them.

    Args:
        chosen: The container that was taken for the story; most often it is the list of posts.

    Returns:
        Where to look for the article now; None: nothing was marked.

    """
    scope = next((c for c in ancestors_of(chosen) if c.tag in {"article", "main"} and c.prose), chosen)
    groups: dict[tuple[Container, str], list[Container]] = {}
    named = max((c for c in _below(scope) if _is_named_list(c)), key=lambda c: c.prose, default=None)
    for container in _below(scope):
        if container.end > container.first and container.parent is not None and container.tag not in _TEXT:
            groups.setdefault((container.parent, look_of(container)), []).append(container)
    series = [group for group in groups.values() if len(group) >= POSTS]
    posts = [named] if named else max(series, key=lambda group: sum(c.prose for c in group), default=[])
    held = sum(c.prose for c in posts)
    if held < POSTS_SHARE * scope.prose or not posts:
        return None
    parent = posts[0].parent
    is_all = parent is not None and not named and parent is not scope and held >= 0.7 * parent.prose
    marked = [parent] if parent is not None and is_all else posts
    standing = scope.prose - sum(c.prose for c in marked)
    if standing < MIN_STANDING_PROSE:
        return None
    for container in marked:
        container.role = "live_post"
    for container in _below(scope):
        if container.role == "factbox":
            container.role = None  # the points of the day are what stands above the posts
    return scope


def _is_named_list(container: Container) -> bool:
    return bool(container.prose) and (container.tag == "amp-live-list" or _NAMES.search(container.attributes) is not None)


def _below(scope: Container) -> Iterator[Container]:
    stack = list(scope.children)
    while stack:
        container = stack.pop()
        yield container
        stack.extend(container.children)
