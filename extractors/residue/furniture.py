"""A short line in, what it is out: a byline, a date, an agency, in the words of several languages."""

from __future__ import annotations

import re
from collections.abc import Sequence

from extractors.pages.agencies import agency_named
from extractors.pages.titles import words

_BY_ONLY = re.compile(r"^[\W_]*(?:by|von|par|por|di|od|av|af|door|автор|autor|text|от)[\W_]*$", re.IGNORECASE)
_BYLINE = re.compile(
    r"^(?:(?:story|words|text|written|reported|analysis|review|photos? and story|interview|reporting|edited)\s+)?(?:by|von|"
    r"par|por|di|av|af|door|автор:?|autor(?:in)?:|text:|tekst:)\s+"
    r"(?:(?-i:[^\W\d_a-z])[\w.'’-]*|de|van|von)"
    r"(?:[\s,/|&·]+(?:(?-i:[^\W\d_a-z])[\w.'’-]*|de|van|von|der|del|la|und|and|et|y|e|&|/|of|to|the|for|im|in|staff|writer))"
    r"{1,11}[\s,.|/]*$|"
    r"^by\s+[^\W\d_a-z][\w .'’-]{1,50}[\s,.|/／·–—-]+\d{1,4}(?:[./年月-]\d{1,2}){2}日?$",
    re.IGNORECASE,
)
"""Small letters are asked for as they are: under IGNORECASE a class without them has no capitals either."""

_DATE_WORD = (
    r"jan(?:uary|uar|vier)?|feb(?:ruary|ruar|rero)?|mar(?:ch|s|zo)?|märz|apr(?:il)?|may|mai|mayo|jun[ie]?o?|juin|jul[iy]?o?|"
    r"juillet|aug(?:ust)?|août|agosto|"
    r"sep(?:t|tember|tiembre)?|okt(?:ober)?|oct(?:ober|ubre|obre)?|nov(?:ember|iembre|embre)?|de[cz](?:ember|iembre|embre)?|"
    r"diciembre|"
    r"mon(?:day)?|tue(?:s|sday)?|wed(?:nesday)?|thu(?:rs|rsday)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?|montag|dienstag|"
    r"mittwoch|donnerstag|freitag|samstag|sonntag|"
    r"января|февраля|марта|апреля|мая|июня|июля|августа|сентября|октября|ноября|декабря|"
    r"stycznia|lutego|marca|kwietnia|maja|czerwca|lipca|sierpnia|września|października|listopada|grudnia|"
    r"ιανουαρίου|φεβρουαρίου|μαρτίου|απριλίου|μαΐου|ιουνίου|ιουλίου|αυγούστου|σεπτεμβρίου|οκτωβρίου|νοεμβρίου|δεκεμβρίου|"
    r"am|pm|a\.m|p\.m|uhr|est|edt|et|gmt|utc|cet|bst|pst|pdt|kl|um|at|on|the|of|de|ago|hours?|minutes?|days?|updated|"
    r"published|posted|first|last|stand|"
    r"aktualisiert|veröffentlicht|erstellt|lesedauer|lesezeit|min|mins|minuten|read|publié|mis|à|jour|le|publicado|actualizado|el|år|"
    r"siden|oppdatert|publisert|modified|date|datum|год[а]?|г|"
    r"年|月|日|时|分|来源|星期[一二三四五六日]"
)
# One digit at a time: in a loop, \d+ would take 2**n steps to refuse n digits and a letter.
_DATE_LINE = re.compile(rf"^(?:(?:{_DATE_WORD})|\d|[\W_]|(?<=\d)(?:th|st|nd|rd|h|z|t))+$", re.IGNORECASE)


def furniture_of(text: str, authors: Sequence[str]) -> str | None:
    """Name what a short line is: byline, date, agency; None: none of them."""
    if _DATE_LINE.match(text) and any(c.isdigit() for c in text):
        return "date line"
    if agency_named(text):
        return "agency line"
    if _BY_ONLY.match(text) or _BYLINE.match(text):
        return "byline"
    rest = text.casefold()
    for author in authors:
        rest = rest.replace(author.casefold(), "")
    if len(rest) <= min(45, 0.6 * len(text)):
        return "byline"
    mine = words(text)
    names = {name for author in authors for name in words(author)}
    if names and mine and len(mine) <= 12 and sum(word in names for word in mine) >= max(2, 0.6 * len(mine)):
        return "byline"
    return None
