"""A parsed frame -> who said each of its quotations, by the grammar of the words around them.

Every candidate is scored against every quotation by its place: above the quotation in the tree, right beside it, in the same
sentence. Resolving a pronoun to a name is done elsewhere.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from extractors.quotes.quote_frames import Frame
from extractors.quotes.speech_candidates import Candidate, Grammar, Token
from extractors.quotes.speech_cues import EnglishCues

CERTAIN = 9.0  # a score that grammar never reaches: the layout says who speaks

_SIGNATURE = re.compile(r"\s*[—–―-]+\s?([^\W\d_][\w.'’-]{0,30}(?:\s[^\W\d_][\w.'’-]{0,30}){0,4})(?:,[^“”]{1,80})?\s*\Z")
_STEPS = 12  # up the tree from a quotation; farther heads are another sentence's
# Scores, tried on the tune half of PolNeAR. They are no fine tuning: each, taken a third up or down or dropped, moves F1 there
# by less than .01, and the report half's with it.
_PER_WORD, _PER_SENTENCE, _PER_QUOTATION = 0.06, 3.0, 0.5
_GOVERNS, _PER_STEP = 2.5, 0.2
_FOLLOWS, _LEADS_IN = 3.0, 2.0
_ASIDE = 2.0  # lands Russia claims to have annexed “by force”: a clause about a thing, not a report
_NOUN_REACH = 6  # words between "statement" and the quotation


@dataclass(frozen=True, slots=True)
class Attribution:
    """Who said a quotation; offsets into the article's text."""

    speaker_start: int
    speaker_end: int
    cue: str | None
    method: str
    score: float
    cue_at: int = 0
    crossed: int = 0  # sentence borders between cue and quotation
    is_pronoun: bool = False


@dataclass(frozen=True, slots=True)
class _Spot:
    """A quotation's tokens in the parsed frame: [first, last], marks included."""

    first: int
    last: int
    end_char: int  # in the frame


class FrameReader:
    """Finds the speakers of one frame."""

    def __init__(self, frame: Frame, doc: Any, cues: EnglishCues) -> None:
        self.frame = frame
        self.doc = doc
        self.cues = cues
        self.spots = [_spot_of(doc, start, end) for start, end in frame.spots]
        self.quoted = [False] * len(doc)
        for spot in self.spots:
            self.quoted[spot.first : spot.last + 1] = [True] * (spot.last + 1 - spot.first)
        self.sentence_of = self._sentences()
        self.grammar = Grammar(doc, self.quoted, cues)
        self.candidates = list(self.grammar.candidates())

    def attributions(self) -> list[Attribution | None]:
        """One answer a quotation, in order; None where the paragraph does not tell."""
        return [self._signature(spot) or self._attribution(spot) or self._colon(spot) for spot in self.spots]

    def introduction(self) -> Attribution | None:
        """Who a paragraph lets speak in the next one: its last cue; a colon at the end makes nouns count too."""
        least = 0.0 if self.frame.text.rstrip().endswith(":") else 2.5
        last = self.sentence_of[-1] if self.sentence_of else 0
        found = [one for one in self.candidates if one.weight > least and self.sentence_of[one.cue.i] == last]
        best = max(found, key=lambda one: (self.grammar.is_someone(one.speaker), one.weight > 1, one.cue.i), default=None)
        return self._attribution_by(best, 2.0, 1, "introduction") if best else None

    def _sentences(self) -> list[int]:
        """Number the sentences of the frame by punctuation; the parser's own borders are misled by quotations."""
        lasts = {spot.last for spot in self.spots}
        numbers: list[int] = []
        current = 0
        for token in self.doc:
            numbers.append(current)
            if token.i in lasts:
                current += self._ends_sentence(token.i)
            elif not self.quoted[token.i] and token.is_punct and token.text[-1] in ".?!":
                current += 1
        return numbers

    def _ends_sentence(self, last: int) -> bool:
        """“We go.” He left: a full stop inside the marks ends the sentence when a capital follows them."""
        if last + 1 >= len(self.doc):
            return True
        following = self.doc[last + 1].text
        return last > 0 and self.doc[last - 1].text.endswith(".") and (following[0].isupper() or following == "“")

    def _attribution(self, spot: _Spot) -> Attribution | None:
        above = self._above(spot)
        scored = [(self._score(candidate, spot, above), candidate) for candidate in self.candidates]
        possible = [(score, candidate) for score, candidate in scored if score is not None]
        if not possible:
            return None
        score, best = max(possible, key=lambda pair: pair[0])
        return self._attribution_by(best, score, self._crossed(best.cue.i, spot))

    def _attribution_by(self, candidate: Candidate, score: float, crossed: int, method: str | None = None) -> Attribution:
        start, end = self.grammar.span_of(candidate.speaker)
        return Attribution(
            speaker_start=self.frame.to_article(start),
            speaker_end=self.frame.to_article(end - 1) + 1,
            cue=candidate.cue.text if candidate.method != "colon" else None,
            method=method or candidate.method,
            score=score,
            cue_at=self.frame.to_article(candidate.cue.idx),
            crossed=crossed,
            is_pronoun=candidate.speaker.lower_ in self.cues.pronouns,
        )

    def _signature(self, spot: _Spot) -> Attribution | None:
        """“…” — Jane Roe: a dash and a name close the line."""
        match = _SIGNATURE.match(self.frame.text, spot.end_char)
        if match is None:
            return None
        start = self.frame.to_article(match.start(1))
        return Attribution(start, start + len(match.group(1)), None, "signature", CERTAIN)

    def _colon(self, spot: _Spot) -> Attribution | None:
        """Foreign secretary Jane Roe: “…”: no verb at all."""
        colon = spot.first - 1
        if colon < 1 or self.doc[colon].text != ":":
            return None
        head: Token = self.doc[colon - 1]
        for _ in range(_STEPS):
            if head.head.i == head.i or head.head.i >= colon or self.sentence_of[head.head.i] != self.sentence_of[colon]:
                break
            head = head.head
        is_name = head.tag_.startswith("NNP") and not self.quoted[head.i]
        return self._attribution_by(Candidate(self.doc[colon], head, "colon", 2.0), 2.0, 0) if is_name else None

    def _above(self, spot: _Spot) -> dict[int, int]:
        """Tokens outside the quotation that govern it, with their distance in the tree."""
        found: dict[int, int] = {}
        for index in range(spot.first, spot.last + 1):
            head: Token = self.doc[index]
            for step in range(1, _STEPS + 1):
                if head.head.i == head.i:
                    break
                head = head.head
                if not spot.first <= head.i <= spot.last:
                    found[head.i] = min(step, found.get(head.i, step))
        return found

    def _score(self, candidate: Candidate, spot: _Spot, above: dict[int, int]) -> float | None:
        cue: int = candidate.cue.i
        governs = cue in above
        crossed = self._crossed(cue, spot)
        distance = spot.first - cue if cue < spot.first else cue - spot.last
        if candidate.method == "clause" and not (
            self.grammar.is_someone(candidate.speaker)
            and ((governs and not crossed) or self._is_sentence_before(candidate, spot))
        ):
            return None
        if candidate.method == "noun" and not governs and not 0 < spot.first - cue <= _NOUN_REACH:
            return None
        between = sum(spot.last < other.first < cue or cue < other.first < spot.first for other in self.spots)
        score: float = candidate.weight - _PER_WORD * distance - _PER_SENTENCE * crossed - _PER_QUOTATION * between
        if governs:
            score += _GOVERNS - _PER_STEP * above[cue]
        if candidate.cue.dep_ == "relcl" and candidate.speaker.head.i == cue and candidate.cue.head.lower_ != "what":
            score -= _ASIDE
        if self._follows(spot, candidate):
            score += _FOLLOWS
        if self._leads_in(spot, cue):
            score += _LEADS_IN
        return score

    def _crossed(self, cue: int, spot: _Spot) -> int:
        return abs(self.sentence_of[cue] - self.sentence_of[spot.first if cue < spot.first else spot.last])

    def _follows(self, spot: _Spot, candidate: Candidate) -> bool:
        """“…,” X said · “…,” said X: the quotation ends open and cue and speaker come behind it in the same sentence."""
        if min(candidate.cue.i, candidate.speaker.i) <= spot.last or self._crossed(candidate.cue.i, spot):
            return False
        after = self.doc[spot.last + 1].text if spot.last + 1 < len(self.doc) else ""
        return self.doc[spot.last - 1].text[-1:] in ",?!—" or after == ","

    def _is_sentence_before(self, candidate: Candidate, spot: _Spot) -> bool:
        """Jane Roe was not amused. “We will go.”: an utterance behind a sentence about somebody."""
        begins = self.sentence_of[spot.first] - 1 == self.sentence_of[candidate.cue.i]
        is_first = spot.first > 0 and self.sentence_of[spot.first - 1] < self.sentence_of[spot.first]
        return bool(begins and is_first and candidate.cue.dep_ == "ROOT" and self.doc[spot.first + 1].text[0].isupper())

    def _leads_in(self, spot: _Spot, cue: int) -> bool:
        """X said: “… · X said, “…: punctuation stands between the cue and the quotation."""
        if cue >= spot.first or self._crossed(cue, spot):
            return False
        return self.doc[spot.first - 1].text in {":", ","}


def _spot_of(doc: Any, start: int, end: int) -> _Spot:
    span = doc.char_span(start, end, alignment_mode="expand")
    return _Spot(span.start, span.end - 1, end)
