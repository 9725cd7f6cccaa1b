"""Text -> Tokens: the words of a text as numbers, in any script, the same on every machine and in every version.

Whatever a copy desk changes without changing the words is folded away: case, accents, typographic quotes and dashes, `1,000` for
`1000`, `U.S.` for `US`, a possessive `'s`, HTML escapes and left-over tags. Han, kana, Thai, Lao, Khmer and Burmese have no
spaces between words: there one character is one token.

The hash is our own (a polynomial over code points, finished by the mixer of SplitMix64, Steele et al. 2014): libraries have
changed theirs under stored sketches: datasketch 2.0 and rensa 0.5 did, both in 2026. `tests/extractors/test_tokens.py` pins it.
"""

from __future__ import annotations

import html
import re
import unicodedata
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

Hashes = npt.NDArray[np.uint64]
Flags = npt.NDArray[np.bool_]
Positions = npt.NDArray[np.int64]

MAX_CHARS = 120_000
"""Nothing beyond is read: some 20,000 words, four times the longest article of the labelled sets. A bound for hostile pages."""

_SEPARATOR, _LOWER, _UPPER, _DIGIT, _UNSPACED, _DROPPED, _STOP, _DOT, _COMMA, _APOSTROPHE = range(10)

# Scripts written without spaces between words: Thai, Lao, Tibetan, Burmese, Khmer, kana, Han (with its extensions in the BMP).
_UNSPACED_RANGES = ((0x0E00, 0x0FFF), (0x1000, 0x109F), (0x1780, 0x17FF), (0x3005, 0x3007), (0x3040, 0x30FF), (0x3400, 0x9FFF))
_ASTRAL_HAN = (0x20000, 0x3FFFF)
_STOPS = '!?:;\n\r"“”„«»…。！？：；।؟۔|•'
_APOSTROPHES = "'’‘ʼ＇"
_TATWEEL = 0x0640
_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,300}>")

_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)  # 2**64 / golden ratio, odd
_POWERS_LENGTH = 64  # a longer "word" is a URL or noise: its powers repeat, which is harmless


@dataclass(frozen=True, slots=True)
class Tokens:
    """The words of a text in order, one array cell a word."""

    folded: str  # the text that the offsets count in: unescaped and decomposed, not lower-cased
    hashes: Hashes
    starts: Positions
    ends: Positions
    is_number: Flags  # holds a digit
    is_capitalised: Flags  # and neither opens a sentence nor stands in an all-capitals text
    is_unspaced: Flags

    def __len__(self) -> int:
        return len(self.hashes)

    def surface(self, first: int, last: int) -> str:
        """Return the folded text from token `first` to token `last`, both included."""
        return self.folded[self.starts[first] : self.ends[last]]


def tokens_of(text: str) -> Tokens:
    """Cut a text into tokens.

    Returns:
        One entry a word (a character in scripts without spaces), in reading order; empty for a text without words.

    """
    folded = _plain(text[:MAX_CHARS])
    if not folded.isascii():
        folded = unicodedata.normalize("NFKD", folded)
    codes = np.frombuffer(folded.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    kinds = _kinds_of(codes)
    kept = np.flatnonzero(kinds != _DROPPED)
    codes, kinds = codes[kept], kinds[kept]
    kinds, joined = _join(codes, kinds)
    if joined.any():
        kept, codes, kinds = kept[~joined], codes[~joined], kinds[~joined]
    is_unspaced = kinds == _UNSPACED
    in_word = is_unspaced | (kinds == _LOWER) | (kinds == _UPPER) | (kinds == _DIGIT)
    opens = in_word & (~_before(in_word) | is_unspaced | _before(is_unspaced))
    starts = np.flatnonzero(opens)
    if not len(starts):
        return _nothing(folded)
    closes = in_word & (~_after(in_word) | is_unspaced | _after(is_unspaced))
    ends = np.flatnonzero(closes)
    return Tokens(
        folded=folded,
        hashes=_hash(codes, in_word, starts, ends),
        starts=kept[starts],
        ends=kept[ends] + 1,
        is_number=np.logical_or.reduceat(kinds == _DIGIT, starts),
        is_capitalised=_capitalised(kinds, starts, ends),
        is_unspaced=is_unspaced[starts],
    )


def mix(values: Hashes) -> Hashes:
    """Spread 64-bit numbers evenly: the finaliser of SplitMix64."""
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))


def grams_of(hashes: Hashes, length: int) -> Hashes:
    """Hash every run of `length` tokens; empty where the text is shorter than that."""
    count = len(hashes) - length + 1
    if count <= 0:
        return np.empty(0, dtype=np.uint64)
    rolled = np.zeros(count, dtype=np.uint64)
    for offset in range(length):
        rolled = (rolled + hashes[offset : offset + count]) * _MULTIPLIER
        rolled ^= rolled >> np.uint64(32)
    return mix(rolled)


def are_among(hashes: Hashes, known: Hashes) -> Flags:
    """Flag the hashes that stand in `known`, which is sorted: twenty times cheaper than `numpy.isin` for one text."""
    if not len(known):
        return np.zeros(len(hashes), dtype=np.bool_)
    places = np.minimum(np.searchsorted(known, hashes), len(known) - 1)
    flags: Flags = known[places] == hashes
    return flags


def _plain(text: str) -> str:
    # Escaped twice is common (a feed inside a feed), three times has not been seen.
    for _ in range(2):
        if "&" not in text:
            break
        text = html.unescape(text)
    return _TAG.sub(" ", text) if "<" in text else text


def _kinds_of(codes: npt.NDArray[np.uint32]) -> npt.NDArray[np.uint8]:
    kinds = _tables()[0][np.minimum(codes, 0xFFFF)]
    astral = codes > 0xFFFF  # the end of the basic plane
    if astral.any():
        han = astral & (codes >= _ASTRAL_HAN[0]) & (codes <= _ASTRAL_HAN[1])
        kinds[astral] = _SEPARATOR
        kinds[han] = _UNSPACED
    return kinds


def _join(codes: npt.NDArray[np.uint32], kinds: npt.NDArray[np.uint8]) -> tuple[npt.NDArray[np.uint8], Flags]:
    """Find the marks that stand inside a word, and cut a possessive `'s` off."""
    letter = (kinds == _LOWER) | (kinds == _UPPER)
    digit = kinds == _DIGIT
    word = letter | digit
    dot = kinds == _DOT
    in_number = (dot | (kinds == _COMMA)) & _before(digit) & _after(digit)
    alone_before = _before(letter) & ~_before(_before(word))
    alone_after = _after(letter) & ~_after(_after(word))
    in_initials = dot & alone_before & alone_after
    mark = (kinds == _APOSTROPHE) & _before(letter) & _after(letter)
    s_follows = _after((codes == ord("s")) | (codes == ord("S"))) & ~_after(_after(word))
    possessive = mark & s_follows
    if possessive.any():
        kinds = np.where(possessive | _before(possessive), _SEPARATOR, kinds).astype(np.uint8)
    return kinds, in_number | in_initials | (mark & ~possessive)


def _before(flags: Flags) -> Flags:
    shifted = np.zeros_like(flags)
    shifted[1:] = flags[:-1]
    return shifted


def _after(flags: Flags) -> Flags:
    shifted = np.zeros_like(flags)
    shifted[:-1] = flags[1:]
    return shifted


def _hash(codes: npt.NDArray[np.uint32], in_word: Flags, starts: Positions, ends: Positions) -> Hashes:
    _, lower = _tables()
    letters = np.where(codes <= 0xFFFF, lower[np.minimum(codes, 0xFFFF)], codes).astype(np.uint64)  # as above
    position = _position_in_word(len(codes), starts)
    weighted = np.where(in_word, mix(letters + np.uint64(1)) * _powers()[position % _POWERS_LENGTH], np.uint64(0))
    return mix(np.add.reduceat(weighted, starts) + (ends - starts).astype(np.uint64))


def _position_in_word(length: int, starts: Positions) -> Positions:
    begun = np.zeros(length, dtype=np.int64)
    begun[starts] = starts
    return np.arange(length) - np.maximum.accumulate(begun)


def _capitalised(kinds: npt.NDArray[np.uint8], starts: Positions, ends: Positions) -> Flags:
    upper = kinds == _UPPER
    is_upper = upper[starts]
    letters = np.add.reduceat(upper | (kinds == _LOWER), starts)
    shouted = (np.add.reduceat(upper, starts) == letters) & (letters > 1)
    # A wire text in capitals, or a text without any: case tells nothing then. Half is far from either kind of text.
    if 2 * shouted.sum() > (letters > 1).sum():
        return np.zeros_like(is_upper)
    # "Mr. Smith", "Gov. Lee": a full stop after a short capitalised word ends no sentence.
    is_title = is_upper & (ends - starts < 3)
    stops = np.cumsum(kinds == _STOP)[starts]
    dots = np.cumsum(kinds == _DOT)[starts]
    opens_sentence = np.ones_like(is_upper)
    opens_sentence[1:] = (stops[1:] > stops[:-1]) | ((dots[1:] > dots[:-1]) & ~is_title[:-1])
    flags: Flags = is_upper & ~opens_sentence
    return flags


def _nothing(folded: str) -> Tokens:
    none = np.empty(0, dtype=np.int64)
    no = np.empty(0, dtype=np.bool_)
    return Tokens(folded, np.empty(0, dtype=np.uint64), none, none, no, no, no)


@cache
def _powers() -> Hashes:
    powers = np.full(_POWERS_LENGTH, _MULTIPLIER, dtype=np.uint64)
    powers[0] = 1
    return np.multiply.accumulate(powers)


@cache
def _tables() -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint32]]:
    """Class and lower case of each code point of the basic plane; built once a process, in some 40 ms."""
    kinds = np.zeros(0x10000, dtype=np.uint8)
    lower = np.arange(0x10000, dtype=np.uint32)
    by_category = {
        "Lu": _UPPER,
        "Lt": _UPPER,
        "Ll": _LOWER,
        "Lm": _LOWER,
        "Lo": _LOWER,
        "Mc": _LOWER,
        "Nl": _LOWER,
        "Mn": _DROPPED,
    }
    by_category |= {"Me": _DROPPED, "Cf": _DROPPED, "Nd": _DIGIT}
    for code in range(0x10000):
        character = chr(code)
        category = unicodedata.category(character)
        kinds[code] = by_category.get(category, _SEPARATOR)
        if category == "Nd":
            lower[code] = ord("0") + unicodedata.digit(character)
        elif category[0] == "L" and len(character.lower()) == 1:
            lower[code] = ord(character.lower())
    for first, last in _UNSPACED_RANGES:
        spaced = kinds[first : last + 1]
        spaced[spaced == _LOWER] = _UNSPACED
    for marks, kind in ((_STOPS, _STOP), (_APOSTROPHES, _APOSTROPHE), (".", _DOT), (",", _COMMA)):
        kinds[[ord(mark) for mark in marks]] = kind
    kinds[_TATWEEL] = _DROPPED
    return kinds, lower
