"""A name part in Latin letters in, keys out that its spellings share: Zelensky, Zelenskyy, Selenskyj, Zełenski.

Three keys, each coarser: `folded` (accents and case), `romanised` (one sound, one letter), `frame` (classes of consonants).
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from anyascii import anyascii

_LETTERS = str.maketrans(
    {
        "č": "ch", "ć": "c", "š": "sh", "ś": "s", "ž": "zh", "ź": "z", "ż": "zh", "ş": "sh", "ș": "sh", "ț": "ts", "ţ": "ts",
        "đ": "d", "ð": "d", "þ": "th", "ø": "o", "ö": "o", "ü": "u", "ä": "a", "å": "a", "æ": "e", "œ": "e", "ß": "ss",
        "ł": "l", "ř": "r", "ě": "e", "ñ": "n", "ğ": "g", "ı": "i", "ə": "a", "ў": "u",
        "'": "", "’": "", "ʹ": "", "ʼ": "", "`": "", "‘": "", "ʿ": "", "ʾ": "",
    }
)  # fmt: skip

_SOUNDS = tuple(
    (re.compile(pattern), sound)
    for pattern, sound in (
        # Sibilants: German, French, Polish, Dutch and English write one Cyrillic letter in six ways. Longest first.
        (r"schtsch|shtsh|chtch|szcz|shch|sjtsj|stsj", "ъ"),
        (r"dschs?|dzh|dsch|dż|dj(?=[aeiou])", "dj"),
        (r"tsch|tch|tsj|cz|tš", "ch"),
        (r"sch(?=[aeiouywmnlr]|$)|sz|sj(?=[aeiouk]|$)", "sh"),
        (r"zj", "zh"),
        (r"tz|ts|cs", "c"),
        (r"ph", "f"),
        (r"kh", "h"),
        (r"gh", "g"),
        (r"th", "t"),
        (r"dh", "d"),
        (r"bh", "b"),
        (r"ck|cq|cch", "k"),
        (r"q|c(?=[aoulrkmnt])", "k"),
        (r"x", "ks"),
        (r"w", "v"),
        (r"ou|oo", "u"),
        (r"ee", "i"),
        (r"oe(?=[a-z])", "o"),
        (r"ue(?=[a-z])", "u"),
        (r"ae(?=[a-z])", "a"),
        # One semivowel: y, j, i before a vowel.
        (r"(?<=[aeiou])[jy](?=[aeiou])", "i"),
        (r"^[jy]e|^ie(?=[a-z])", "e"),
        (r"^[yji]u", "u"),
        (r"^[yji]a", "a"),
        (r"^[yji]o(?=[^hns])", "o"),
        (r"(?<=[^aeiou])[jyi]+(?=[aou])", "i"),
        (r"(?<=[^aeiou])[jy]e", "e"),
        (r"(?:[ieya]?[iyj]{1,3}|ie)$", "i"),
        (r"[yj](?![aeiou])", "i"),
        (r"ij|iy|yi|ii+|ei|ai(?=[a-z]{3})", "i"),
        (r"i(?=[aou])", "i"),
        (r"(.)\1+", r"\1"),
        (r"(?<=[aeiou])h$", ""),
    )
)  # fmt: skip

_CLASSES = str.maketrans(
    {"b": "B", "p": "P", "d": "T", "t": "T", "f": "F", "v": "F", "l": "L", "m": "M", "n": "N", "r": "R", "s": "S", "z": "S",
     "c": "S", "ъ": "S", "k": "K", "g": "K", "h": "K", "q": "K", "a": "", "e": "", "i": "", "o": "", "u": "", "y": "", "j": "S"}
)  # fmt: skip


@lru_cache(maxsize=20_000)
def folded(part: str) -> str:
    """Reduce to lower-case ASCII letters and digits: accents, case and apostrophes do not matter."""
    return re.sub(r"[^a-z0-9]", "", anyascii(unicodedata.normalize("NFKC", part)).lower())


@lru_cache(maxsize=20_000)
def romanised(part: str) -> str:
    """Reduce to one letter a sound, as far as English, German, French, Polish and Dutch spellings of a name agree."""
    text = unicodedata.normalize("NFKC", part).lower().translate(_LETTERS)
    text = re.sub(r"[^a-zъ]", "", anyascii(text).lower())
    for pattern, sound in _SOUNDS:
        text = pattern.sub(sound, text)
    return text


@lru_cache(maxsize=20_000)
def frame(part: str) -> str:
    """Reduce to the classes of its consonants; a name's block: spellings of one name share it, so do many other names."""
    text = romanised(part).replace("zh", "s").replace("sh", "s").replace("ch", "s").replace("dj", "s")
    classes = text.translate(_CLASSES)
    squeezed = re.sub(r"(.)\1+", r"\1", classes)
    return squeezed or "-" + text[:1]
