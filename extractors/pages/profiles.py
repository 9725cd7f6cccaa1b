"""Links in, the names out of those that lead to the page of an author: "/authors/jane-doe/" behind "Jane Doe"."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator
from itertools import islice
from typing import Any
from urllib.parse import unquote, urlsplit

from lxml import etree

from extractors.pages.authorbox import name_part
from extractors.pages.titles import words

MAX_LINKS = 400
MAX_NAME_CHARS = 60
MAX_ADDRESS_CHARS = 2000
_LINKS = etree.XPath("//a[@href]")
_FOLDER = re.compile(
    r"/(?:authors?|autor(?:es|en|in|i|zy)?|auteurs?|autori|editors?|staff|contributors?|by|bylines?|reporters?|"
    r"journalist(?:e?s|en)?|columnists?|writers?|correspondents?|redakteure?|redaktion|firmas)/(?P<rest>[^?#]{2,120})$",
    re.IGNORECASE,
)
_HINT = re.compile(r"/(?:aut|edit|staff|contr|by|report|journal|column|writ|corresp|reda|firmas)", re.IGNORECASE)
"""Cheap to ask of each of some hundred links."""
_NOT_LETTER = re.compile(r"[^a-z]+")


def profiled_in(root: etree._Element, lines: Collection[str]) -> list[str]:
    """Read the links to pages of authors that stand in these lines.

    Args:
        root: The page.
        lines: Texts of the pieces in which a byline may stand.

    Returns:
        What such links say, in page order, where the address repeats it: "Jane Doe" for "/staff/jane-doe-1234.html".

    """
    return list(dict.fromkeys(_profiled(root, lines)))


def _profiled(root: etree._Element, lines: Collection[str]) -> Iterator[str]:
    links: Any = _LINKS(root)
    for link in islice((link for link in links if _leads_to_author(link.get("href"))), MAX_LINKS):
        text = name_part(" ".join("".join(link.itertext()).split())[: 2 * MAX_NAME_CHARS])
        is_name = len(words(text)) > 1 and len(text) <= MAX_NAME_CHARS
        if is_name and names_whom(link.get("href"), text) and any(text in line for line in lines):
            yield text


def _leads_to_author(address: str) -> bool:
    return len(address) <= MAX_ADDRESS_CHARS and _HINT.search(address) is not None and _FOLDER.search(_path(address)) is not None


def names_whom(address: str, name: str) -> bool:
    """Tell whether the address of an author's page has all words of a name."""
    match = _FOLDER.search(_path(address))
    slug = _NOT_LETTER.sub("", _folded(match["rest"])) if match else ""
    said = [_NOT_LETTER.sub("", _folded(word)) for word in words(name)]
    return bool(slug) and all(said) and all(word in slug for word in said)


def _path(address: str) -> str:
    try:
        return unquote(urlsplit(address).path)
    except ValueError:  # "http://[example"
        return ""


def _folded(text: str) -> str:
    """Write it as addresses do: small letters without accents."""
    return "".join(char for char in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(char))
