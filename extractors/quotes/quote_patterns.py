"""Quotations of a text that no parser reads -> their speakers, by patterns of words beside the marks.

For languages with a table in data/quote_cues.toml, and for what goes beyond the parser's budget. A name is a run of capitals;
what the patterns do not tell stays unknown.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from extractors.quotes.quotation import Quotation
from extractors.quotes.speakers import CERTAIN, Attribution
from extractors.quotes.speech_cues import PlainCues

# An elided article, an abbreviated title before a name, or a word.
_WORD = re.compile(
    r"(?:[ldsncjmtLDSNCJMT]|[Qq]u)['’](?=\w)|[A-ZÀ-ÞА-Я]\w{0,2}\.(?=\s[A-ZÀ-ÞА-Я])|[^\W\d_](?:\w|[.'’-](?=\w)){0,60}"
)
_SENTENCE_END = re.compile(r"(?<=[^\W\d_]{3})[.!?…]+(?=\s)|[\n;]")
_PHRASE_END = re.compile(r"[,;:()«»„“”\"–—]|\s-\s")
_BEHIND_CHARS, _AHEAD_CHARS = 160, 200
_WORDS_TO_CUE = 6  # from the closing mark to the verb: « … », a par ailleurs déclaré
_PHRASE_WORDS = 10  # of a speaker's phrase behind its verb: "le ministre des Affaires étrangères Jean Dupont"
_SURE = 4.0
_SIGNATURE = re.compile(r"\s*[—–―-]+\s?([^\W\d_][\w.'’-]{0,30}(?:\s[^\W\d_][\w.'’-]{0,30}){0,4})\s*\Z")


@dataclass(frozen=True, slots=True)
class _Word:
    text: str
    start: int
    end: int

    @property
    def is_capital(self) -> bool:
        return self.text[0].isupper()


class PatternReader:
    """Finds the speakers of one text's quotations in one language."""

    def __init__(self, text: str, quotations: Sequence[Quotation], cues: PlainCues | None) -> None:
        self.text = text
        self.cues = cues or PlainCues(frozenset(), (), frozenset(), frozenset(), frozenset(), frozenset())
        self.quotations = quotations

    def attributions(self) -> list[Attribution | None]:
        """One answer a quotation, in order."""
        found: list[Attribution | None] = []
        for index, quotation in enumerate(self.quotations):
            before = self.quotations[index - 1].outer_end if index else 0
            following = self.quotations[index + 1].outer_start if index + 1 < len(self.quotations) else len(self.text)
            found.append(self._attribution(quotation, before, following))
        return found

    def _attribution(self, quotation: Quotation, before: int, following: int) -> Attribution | None:
        start = max(quotation.paragraph.start_char, before, quotation.outer_start - _AHEAD_CHARS)
        end = min(quotation.paragraph.end_char, following, quotation.outer_end + _BEHIND_CHARS)
        signature = _SIGNATURE.match(self.text, quotation.outer_end, end) if end == quotation.paragraph.end_char else None
        if signature is not None:
            return Attribution(*signature.span(1), None, "signature", CERTAIN)
        if cut := _SENTENCE_END.search(self.text, quotation.outer_end, end):
            end = cut.start()
        for cut in _SENTENCE_END.finditer(self.text, start, quotation.outer_start):
            start = cut.end()
        return self._behind(quotation.outer_end, end) or self._ahead(start, quotation.outer_start)

    def _behind(self, start: int, end: int) -> Attribution | None:
        """«…», a déclaré X · „…“, sagte X · «…», X dijo · «…», selon X."""
        words = self._words(start, end)
        for index, word in enumerate(words[:_WORDS_TO_CUE]):
            named = self._according(words, index, end) or self._clitic(word)
            if named is not None:
                return named
            if word.text.casefold() in self.cues.verbs:
                behind = words[index + 1 :]
                subject = self._pronoun_of(behind) or self._phrase(words[:index]) or self._first_phrase(behind, end)
                return self._said(subject, word) if subject else None
        return None

    def _ahead(self, start: int, end: int) -> Attribution | None:
        """X a déclaré que « · X: „ · selon X, «."""
        words = self._words(start, end)
        for index in range(len(words) - 1, -1, -1):
            clitic = self._clitic(words[index]) or (self._clitic(words[index - 1]) if index else None)
            if clitic is not None:
                return clitic
            if words[index].text.casefold() in self.cues.verbs:
                subject = self._phrase(words[:index]) or self._first_phrase(words[index + 1 :], end)
                return self._said(subject, words[index]) if subject else None
        for index in range(len(words)):
            if (named := self._according(words, index, end)) is not None:
                return named
        is_led_in = self.text[start:end].rstrip().endswith(":")
        subject = self._phrase(words) if is_led_in else None
        return Attribution(*subject, None, "pattern", _SURE) if subject else None

    def _words(self, start: int, end: int) -> list[_Word]:
        return [_Word(match.group(), match.start(), match.end()) for match in _WORD.finditer(self.text, start, end)]

    def _said(self, subject: tuple[int, int], cue: _Word) -> Attribution:
        is_pronoun = self.text[slice(*subject)].casefold() in self.cues.pronouns
        return Attribution(*subject, cue.text, "pattern", _SURE, cue_at=cue.start, is_pronoun=is_pronoun)

    def _according(self, words: Sequence[_Word], index: int, end: int) -> Attribution | None:
        rest = self.text[words[index].start : end].casefold()
        phrases = (phrase for phrase in self.cues.according if rest.startswith(phrase))
        phrase = next((phrase for phrase in phrases if not rest[len(phrase) : len(phrase) + 1].isalpha()), None)
        if phrase is None:
            return None
        behind = [word for word in words if word.start >= words[index].start + len(phrase)]
        subject = self._first_phrase(behind, end)
        return Attribution(*subject, phrase, "according to", _SURE) if subject else None

    def _clitic(self, word: _Word) -> Attribution | None:
        """French inversion: dit-il, affirme-t-elle."""
        verb, _, pronoun = word.text.casefold().rpartition("-")
        if pronoun not in self.cues.pronouns or verb.removesuffix("-t") not in self.cues.verbs | self.cues.auxiliaries:
            return None
        return self._said((word.end - len(pronoun), word.end), word)

    def _pronoun_of(self, words: Sequence[_Word]) -> tuple[int, int] | None:
        return (words[0].start, words[0].end) if words and words[0].text.casefold() in self.cues.pronouns else None

    def _phrase(self, words: Sequence[_Word]) -> tuple[int, int] | None:
        """Who stands before a verb: the fullest name, else a pronoun, else the last name."""
        runs = self._runs(words)
        full = [run for run in runs if len(run) > 1]
        if full or runs:
            best = (full or runs)[-1]
            return best[0].start, best[-1].end
        pronouns = [word for word in words if word.text.casefold() in self.cues.pronouns]
        return (pronouns[-1].start, pronouns[-1].end) if pronouns else None

    def _first_phrase(self, words: Sequence[_Word], end: int) -> tuple[int, int] | None:
        """Who stands behind a verb, up to the next comma: a pronoun, the name right there, a full name, else the first words."""
        if not words:
            return None
        if (pronoun := self._pronoun_of(words)) is not None:
            return pronoun
        cut = _PHRASE_END.search(self.text, words[0].start, end)
        phrase = [word for word in words[:_PHRASE_WORDS] if cut is None or word.end <= cut.start()]
        runs = self._runs(phrase)
        if runs:
            best = runs[0] if runs[0][0] is phrase[0] else next((run for run in runs if len(run) > 1), runs[0])
            return best[0].start, best[-1].end
        nouns = phrase[:2] if phrase and phrase[0].text.casefold() in self.cues.small else phrase[:1]
        return (nouns[0].start, nouns[-1].end) if nouns else None

    def _runs(self, words: Sequence[_Word]) -> list[list[_Word]]:
        """Runs of capitalised words that stand side by side, without the small words a sentence begins with."""
        runs: list[list[_Word]] = []
        for word in words:
            joins = bool(runs) and self.text[runs[-1][-1].end : word.start] == " "
            if not word.is_capital or (not joins and word.text.casefold() in self.cues.small):
                continue
            if joins:
                runs[-1].append(word)
            else:
                runs.append([word])
        return runs
