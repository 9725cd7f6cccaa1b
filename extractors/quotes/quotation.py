"""Text of an article -> its quotations: where quotation marks open and close, paragraph by paragraph.

Pairing never leaves a paragraph, so that one stray mark cannot shift every later quotation (pairing over the whole text is what
costs other tools half their recall). Who speaks is not decided here.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph-like piece of a text; `number` is the one of the blank-line paragraph it belongs to."""

    number: int
    start_char: int
    end_char: int

    def tail(self, chars: int) -> Paragraph:
        """Return its last characters."""
        return replace(self, start_char=max(self.start_char, self.end_char - chars))


@dataclass(frozen=True, slots=True)
class Quotation:
    """One quotation. `start_char` and `end_char` lie inside the marks, `outer_start` and `outer_end` include them."""

    paragraph: Paragraph
    start_char: int
    end_char: int
    outer_start: int
    outer_end: int
    is_unclosed: bool = False  # runs to the end of its paragraph
    is_continuation: bool = False  # goes on from the quotation before, in the paragraph before

    def fills(self, text: str) -> bool:
        """Whether no word of its paragraph stands outside it."""
        outside = text[self.paragraph.start_char : self.outer_start] + text[self.outer_end : self.paragraph.end_char]
        return not any(char.isalnum() for char in outside)


HAS_MARKS = re.compile(r"[\"“”„‟«»‹›‘‚「『]|''|``|(?<!\w)'(?=\w)")
_MARKS = re.compile(r"''|``|[\"“”„‟«»‹›‘’‚'「」『』＂]")
_LINE_FEED = re.compile(r"[\n\r\v\f\x85\u2028\u2029]+")
_SENTENCE_ENDS = '.!?…:"”’»'
# Text wrapped by hand has lines of nearly one width; anything else uses a line feed as the end of a paragraph.
_WRAP_WIDTHS = range(45, 101)
_WRAP_SPREAD = 25
# What each opening mark is closed by; the first is the proper one.
_CLOSERS = {
    '"': '"”',
    "＂": "＂",
    "''": ("''", '"'),
    "``": ("''", '"'),
    "“": '”"',
    "”": "”",
    "„": '“”‟"',
    "‟": "”",
    "«": "»",
    "»": "«»",
    "‹": "›",
    "›": "‹",
    "「": "」",
    "『": "』",
}
_INNER = frozenset("“«„")
_PLAIN_CLOSERS = frozenset({"”", '"', "''", "»"})
_SINGLE = {"‘": "’'", "‚": "‘’'", "'": "'’"}
_ELISIONS = re.compile(r"(?:\d0s|em|tis|twas|til|till|cause|n|bout|round|cos|s|t|ll|ve|re|d|m)\b", re.IGNORECASE)
_MIN_UNCLOSED_WORDS = 3  # an unclosed mark before one or two words is more often a slip (inches, a stray apostrophe)


def paragraphs_of(text: str) -> Iterator[Paragraph]:
    """Cut a text at blank lines and at line feeds; in hard-wrapped text only at those that follow the end of a sentence.

    Returns:
        Pieces that hold more than white space, in order, without the white space around them.

    """
    start = 0
    for number, block in enumerate(text.split("\n\n")):
        cursor, end = start, start + len(block)
        is_wrapped = "\n" in block and _is_wrapped(block)
        for cut in [*(match.start() for match in _LINE_FEED.finditer(text, start, end)), end]:
            if is_wrapped and cut < end and text[cut - 1] not in _SENTENCE_ENDS:
                continue
            if piece := _inked(text, cursor, cut):
                yield Paragraph(number, *piece)
            cursor = cut
        start = end + 2


def _inked(text: str, start: int, end: int) -> tuple[int, int] | None:
    """Leave out white space and invisible characters at both ends; None when nothing is left."""
    while start < end and (text[start].isspace() or unicodedata.category(text[start]) == "Cf"):
        start += 1
    while start < end and (text[end - 1].isspace() or unicodedata.category(text[end - 1]) == "Cf"):
        end -= 1
    return (start, end) if start < end else None


def _is_wrapped(block: str) -> bool:
    widths = [len(line) for line in block.split("\n")[:-1]]
    return bool(widths) and all(width in _WRAP_WIDTHS for width in widths) and max(widths) - min(widths) <= _WRAP_SPREAD


def quotations_in(text: str) -> list[Quotation]:
    """Find every quotation, in order, none inside another.

    Returns:
        Quotations with at least one letter or digit inside. An opening mark without a closing one runs to the end of its
        paragraph; when the next paragraph opens with a mark as well, that quotation is a continuation (as speeches are set).

    """
    found: list[Quotation] = []
    open_quotation: Quotation | None = None
    for paragraph in paragraphs_of(text):
        quotations = _MarkReader(text, paragraph, carries_on=open_quotation is not None).read()
        if open_quotation is not None and quotations and quotations[0].outer_start == paragraph.start_char:
            quotations[0] = replace(quotations[0], is_continuation=True)
        found.extend(quotations)
        open_quotation = quotations[-1] if quotations and quotations[-1].is_unclosed else None
    return [_trimmed(text, quotation) for quotation in found if _has_words(text, quotation)]


class _MarkReader:
    """Reads one paragraph's marks from left to right; linear in their number."""

    def __init__(self, text: str, paragraph: Paragraph, *, carries_on: bool) -> None:
        self.text = text
        self.paragraph = paragraph
        self.carries_on = carries_on
        self.found: list[Quotation] = []
        self.opened: tuple[int, str] | None = None
        self.inner = ""  # an opening mark inside the open quotation, which its closing mark belongs to
        self.resume_at = 0
        self.marks = [(m.start(), m.group()) for m in _MARKS.finditer(text, paragraph.start_char, paragraph.end_char)]
        self.last_seen = {mark: index for index, (_, mark) in enumerate(self.marks)}
        self.single_opens = [at for at, mark in self.marks if mark in _SINGLE and self._may_open_single(at, mark)]
        self.single_closes = [at for at, mark in self.marks if mark in "’'‘" and self._may_close(at, mark)]

    def read(self) -> list[Quotation]:
        """Return the paragraph's quotations, in order."""
        for index, (at, mark) in enumerate(self.marks):
            if at < self.resume_at:
                continue
            if self.opened is None:
                self._outside(at, mark)
            else:
                self._inside(index, at, mark, *self.opened)
        if self.opened is not None:
            at, mark = self.opened
            rest = self.text[at + len(mark) : self.paragraph.end_char]
            if len(rest.split(maxsplit=_MIN_UNCLOSED_WORDS)) >= _MIN_UNCLOSED_WORDS:
                self._add(at, len(mark), self.paragraph.end_char, 0, unclosed=True)
        return self.found

    def _outside(self, at: int, mark: str) -> None:
        """Meet a mark while no quotation is open."""
        if mark in _SINGLE and (end := self._end_of_single(at, mark)) is not None:
            self._add(at, 1, end, 1)
            self.resume_at = end + 1
        elif mark in _CLOSERS and self._may_open(at, mark):
            self.opened = (at, mark)
        elif self.carries_on and not self.found and mark in _PLAIN_CLOSERS and self._may_close(at, mark):
            # The paragraph before left a quotation open and this one closes it without opening it again.
            self._add(self.paragraph.start_char, 0, at, len(mark))

    def _inside(self, index: int, at: int, mark: str, opened_at: int, opener: str) -> None:
        """Meet a mark while a quotation is open."""
        if self.inner and mark == _CLOSERS[self.inner][0]:
            self.inner = ""
        elif not self.inner and self._opens_inner(index, at, mark, opener):
            self.inner = mark
        elif self._closes(index, at, mark, opener):
            self._add(opened_at, len(opener), at, len(mark))
            self.opened, self.inner = None, ""
        elif mark == opener and self._is_new_opening(at, mark):
            self._add(opened_at, len(opener), at, 0)
            self.opened, self.inner = (at, mark), ""

    def _add(self, start: int, open_width: int, end: int, close_width: int, *, unclosed: bool = False) -> None:
        self.found.append(Quotation(self.paragraph, start + open_width, end, start, end + close_width, unclosed))

    def _opens_inner(self, index: int, at: int, mark: str, opener: str) -> bool:
        if mark == opener == "“":
            return self._two_closings_follow(index)
        return mark in _INNER and mark != opener and self._is_new_opening(at, mark)

    def _two_closings_follow(self, index: int) -> bool:
        """“I live in what he calls “hell” now,” she said: the same marks inside and outside."""
        following = [mark for _, mark in self.marks[index + 1 : index + 6] if mark in {"“", "”"}]
        return following[:2] == ["”", "”"]

    def _before(self, at: int) -> str:
        """The character before, looking through invisible ones; "" at the start of the paragraph."""
        at -= 1
        while at >= self.paragraph.start_char and unicodedata.category(self.text[at]) == "Cf":
            at -= 1
        return self.text[at] if at >= self.paragraph.start_char else ""

    def _after(self, at: int) -> str:
        while at < self.paragraph.end_char and unicodedata.category(self.text[at]) == "Cf":
            at += 1
        return self.text[at] if at < self.paragraph.end_char else ""

    def _may_open(self, at: int, mark: str) -> bool:
        before, after = self._before(at), self._after(at + len(mark))
        if not after:
            return False
        if mark in {"“", "„", "‟", "«", "‹", "``", "「", "『"}:
            return True
        if mark in {"”", "»", "›"}:  # Swedish ”…” and Danish or German »…«
            return (not before or before.isspace() or before in "([") and not after.isspace()
        return not before.isalnum() and not after.isspace()

    def _may_close(self, at: int, mark: str) -> bool:
        before, after = self._before(at), self._after(at + len(mark))
        return bool(before) and (not before.isspace() or mark == "»") and not after.isalnum()

    def _closes(self, index: int, at: int, mark: str, opener: str) -> bool:
        closers = _CLOSERS[opener]
        if mark not in closers:
            # A second “ in the place of a closing mark is a slip of the keyboard.
            return mark == opener == "“" and self._may_close(at, mark)
        if mark == closers[0] and mark not in {'"', "''", "＂"}:
            return True
        if mark != closers[0] and opener != "„" and self.last_seen.get(closers[0], -1) > index:
            return False  # the proper closing mark still comes
        return not self._is_new_opening(at, mark)

    def _is_new_opening(self, at: int, mark: str) -> bool:
        before, after = self._before(at), self._after(at + len(mark))
        return (before.isspace() or before in "([—–") and bool(after) and not after.isspace() and after not in ".,;:!?)"

    def _may_open_single(self, at: int, mark: str) -> bool:
        before, after = self._before(at), self._after(at + 1)
        if mark == "‚":
            return not before.isalnum() and after.isalnum()
        return not before.isalnum() and (after.isalnum() or after in "…[$£€") and bool(after) and self._is_no_elision(at)

    def _is_no_elision(self, at: int) -> bool:
        return _ELISIONS.match(self.text, at + 1) is None

    def _end_of_single(self, at: int, mark: str) -> int | None:
        """Choose the closing mark: the first that is no plural's apostrophe, before the next opening one."""
        if not self._may_open_single(at, mark):
            return None
        following = bisect_right(self.single_opens, at)
        limit = self.single_opens[following] if following < len(self.single_opens) else self.paragraph.end_char
        plural = None
        for index in range(bisect_right(self.single_closes, at), len(self.single_closes)):
            candidate = self.single_closes[index]
            if candidate >= limit:
                break
            if self._before(candidate) != "s" or self._after(candidate + 1) in {"", ".", ",", ";", ":", "!", "?", ")", "–", "—"}:
                return candidate
            plural = plural or candidate
        return plural


def _has_words(text: str, quotation: Quotation) -> bool:
    return any(char.isalnum() for char in text[quotation.start_char : quotation.end_char])


def _trimmed(text: str, quotation: Quotation) -> Quotation:
    start, end = _inked(text, quotation.start_char, quotation.end_char) or (quotation.start_char, quotation.end_char)
    return replace(quotation, start_char=start, end_char=end)
