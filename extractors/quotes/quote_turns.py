"""Quotations with what their own sentence tells -> with what the page tells: labels, introductions, turns that go on."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace

from extractors.quotes.quotation import Quotation
from extractors.quotes.speakers import CERTAIN, Attribution

_LABEL_PATTERN = r"([A-Z][\w.'’-]{1,30}(?: [A-Z][\w.'’-]{1,30}){0,3})(?: \([^)\n]{1,30}\)|, [A-Z][^:\n]{1,40})?: ?"
_LABEL = re.compile(r"^[\"“]?" + _LABEL_PATTERN + r"(?=\S)", re.MULTILINE)
_LABEL_HERE = re.compile(_LABEL_PATTERN)


@dataclass(frozen=True, slots=True)
class Said:
    """A quotation and who said it, as far as known."""

    quotation: Quotation
    attribution: Attribution | None


class Labels:
    """Names that open turns of a transcript, WALLACE: …; written in small letters they must return to count."""

    def __init__(self, text: str, stop: AbstractSet[str]) -> None:
        self.text = text
        found = Counter(match.group(1) for match in _LABEL.finditer(text))
        self.labels = frozenset(
            label
            for label, times in found.items()
            if label.casefold() not in stop and len(label) > 2 and (label.isupper() or times > 1)
        )

    def cut(self, quotation: Quotation) -> Quotation:
        """Leave the label out of what was said."""
        match = self._match(quotation.start_char, quotation.end_char)
        return replace(quotation, start_char=match.end()) if match and match.end() < quotation.end_char else quotation

    def speaker_of(self, quotation: Quotation) -> Attribution | None:
        """Read the label inside the marks."""
        match = self._match(quotation.outer_start + 1, quotation.start_char)
        return Attribution(match.start(1), match.end(1), None, "label", CERTAIN) if match else None

    def speaker_around(self, quotation: Quotation) -> Attribution | None:
        """Read the label at the start of the paragraph."""
        match = self._match(quotation.paragraph.start_char, quotation.outer_start)
        return Attribution(match.start(1), match.end(1), None, "label", 1.0) if match else None

    def _match(self, start: int, end: int) -> re.Match[str] | None:
        match = _LABEL_HERE.match(self.text, start, end) if start < end else None
        return match if match and match.group(1) in self.labels else None


@dataclass(frozen=True, slots=True)
class Page:
    """What stands around a paragraph."""

    text: str
    labels: Labels
    before: Said | None  # the last quotation of an earlier paragraph, settled
    introduction: Attribution | None  # who the paragraph right before, itself without quotation, lets speak


def settled(page: Page, here: list[Said]) -> list[Said]:
    """Settle the speakers of one paragraph's quotations, in order."""
    result: list[Said] = []
    for index, one in enumerate(here):
        following = here[index + 1].attribution if index + 1 < len(here) else None
        found = _by_layout(page, one, result[-1] if result else None) or one.attribution or _by_neighbours(page, one, following)
        result.append(replace(one, attribution=found))
    return result


def _by_layout(page: Page, one: Said, earlier: Said | None) -> Attribution | None:
    """What wins over grammar: a label inside the marks, a speech that goes on, an utterance right after one."""
    quotation, own = one.quotation, one.attribution
    if (label := page.labels.speaker_of(quotation)) is not None:
        return label
    spoken = page.before.attribution if page.before else None
    if quotation.is_continuation and spoken and (own is None or own.crossed or own.method == "clause"):
        return replace(spoken, method="continuation")
    if earlier and earlier.attribution and _begins(page.text, one) and _goes_on(own, earlier):
        return replace(earlier.attribution, method="same paragraph")
    return None


def _by_neighbours(page: Page, one: Said, following: Attribution | None) -> Attribution | None:
    """What fills a gap that grammar left."""
    if following is not None:
        return replace(following, method="same paragraph")
    found = page.labels.speaker_around(one.quotation) or page.introduction
    if found is not None or page.before is None or page.before.attribution is None or not one.quotation.fills(page.text):
        return found
    is_near = one.quotation.paragraph.number - page.before.quotation.paragraph.number <= 1
    return replace(page.before.attribution, method="previous paragraph") if is_near else None


def _begins(text: str, one: Said) -> bool:
    return text[one.quotation.start_char : one.quotation.start_char + 1].isupper()


def _goes_on(own: Attribution | None, earlier: Said) -> bool:
    """“A,” X said. He paused. “B.”: without a cue in its own sentence an utterance belongs to whoever spoke last."""
    if own is None:
        return True
    if earlier.attribution is not None and own.cue_at == earlier.attribution.cue_at:
        return own.crossed > 0
    return own.crossed > 0 and (own.is_pronoun or own.cue_at < earlier.quotation.outer_end or own.method != "verb")
