"""A parsed frame -> everything in it that may introduce speech, with its speaker: verbs, "according to", nouns.

Grammar only: which candidate belongs to which quotation is chosen in speakers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from extractors.quotes.speech_cues import EnglishCues

Token = Any  # spaCy's tokens: their attributes are made at run time and have no types

_CONJUNCT_REACH = 5  # words between the heads of two conjoined names: "and", a title, a given name or two
_CLIMB = 8  # verbs to climb for a subject; deeper trees are parsing accidents
_PHRASE_WORDS = 20  # of a speaker's noun phrase before its head; more is a parsing accident
_NAME_REACH = 7  # words to look back for a lost subject
_AS_SAYING_REACH = 10
_NOMINAL = frozenset(("DT", "JJ", "CD", "POS", "HYPH"))
_FINITE = frozenset(("VBD", "VBZ", "VBP"))
_TO_GOVERNOR = frozenset(("conj", "xcomp", "advcl", "ccomp", "dep", "pcomp", "prep", "parataxis", "aux", "auxpass", "prt"))
_LEFT_OF_HEAD = frozenset(("compound", "amod", "det", "poss", "nmod", "nummod", "advmod", "quantmod", "predet"))
_BORDERS = frozenset(("—", "–", "―", "--", ":", ";", "“"))


@dataclass(frozen=True, slots=True)
class Candidate:
    """A cue and the head of its speaker's noun phrase. `weight` is 0 for a verb that is no cue."""

    cue: Token
    speaker: Token
    method: str
    weight: float


class Grammar:
    """Reads one parsed text; `quoted` says which tokens stand inside quotation marks and therefore never speak."""

    def __init__(self, doc: Any, quoted: Sequence[bool], cues: EnglishCues) -> None:
        self.doc = doc
        self.quoted = quoted
        self.cues = cues

    def candidates(self) -> Iterator[Candidate]:
        """Find the candidates, in order."""
        for token in self.doc:
            if self.quoted[token.i] or not token.text[:1].isalpha():
                continue
            for read in (self._preposition, self._verb, self._noun):
                candidate = read(token)
                if candidate is not None:
                    yield candidate
                    break

    def span_of(self, head: Token) -> tuple[int, int]:
        """Return the noun phrase of a head without what follows it; a name in apposition stands for its description."""
        name = _child(head, lambda child: child.dep_ == "appos" and child.tag_ == "NNP" and not self.quoted[child.i])
        if name is not None and head.tag_ != "NNP":
            return self.span_of(name)
        lefts = [child.left_edge.i for child in head.lefts if child.dep_ in _LEFT_OF_HEAD]
        first, last = max(min([head.i, *lefts]), head.i - _PHRASE_WORDS), self._last_of(head)
        for index in range(head.i - 1, first - 1, -1):
            if self.doc[index].text in _BORDERS or self.quoted[index]:
                first = index + 1
                break
        while first < head.i and self.doc[first].is_punct:
            first += 1
        return self.doc[first].idx, self.doc[last].idx + len(self.doc[last])

    def _last_of(self, head: Token) -> int:
        """Go on to the last of the names that speak as one: Ann Lee and Bo Ray."""
        last: int = head.i
        for child in head.rights:
            if child.dep_ == "conj" and child.tag_ in {"NNP", "NNPS"} and child.i - last <= _CONJUNCT_REACH:
                last = child.i
        return head.i if any(self.quoted[head.i : last + 1]) else last

    def _preposition(self, token: Token) -> Candidate | None:
        if token.lower_ == "according":
            to = _child(token, lambda child: child.lower_ == "to")
            if to is None and token.i + 1 < len(self.doc) and self.doc[token.i + 1].lower_ == "to":
                to = self.doc[token.i + 1]
            name = _object_of(to) if to is not None else None
            return Candidate(token, name, "according to", 3.0) if name is not None else None
        if token.lower_ == "per":  # per the party's rules; not per cent, per head
            name = _object_of(token)
            return Candidate(token, name, "according to", 2.0) if name is not None and name.tag_ != "NN" else None
        return None

    def _verb(self, token: Token) -> Candidate | None:
        if not token.tag_.startswith("VB"):
            return None
        speaker = self._quoted_by(token) or self._subject_of(token) or self._behind(token)
        if speaker is not None and not speaker.text[0].isalnum():  # a dash taken for the subject
            speaker = self.doc[token.i - 1] if token.i and self.doc[token.i - 1].tag_ in {"NNP", "PRP"} else None
        if speaker is None:
            return None
        lemma = self._cue_of(token)
        if lemma is None:
            return Candidate(token, speaker, "clause", 0.0)
        return Candidate(token, speaker, "verb", 3.0 if lemma in self.cues.strong else 2.0)

    def _cue_of(self, verb: Token) -> str | None:
        if verb.lower_ in {"put", "puts"}:  # as she put it
            following = self.doc[verb.i + 1].lower_ if verb.i + 1 < len(self.doc) else ""
            return "say" if following in {"it", "this", "that"} else None
        return self.cues.lemma_of_form.get(verb.lower_)

    def _noun(self, token: Token) -> Candidate | None:
        """Whose statement: the possessor, else "a statement from X", else the subject of "X made a statement"."""
        if token.lower_ not in self.cues.nouns or not token.tag_.startswith("NN"):
            return None
        owner = _child(token, lambda child: child.dep_ == "poss" and not self.quoted[child.i])
        if owner is None:
            source = _child(token, lambda child: child.lower_ in {"from", "by", "of"} and _object_of(child) is not None)
            owner = _object_of(source) if source is not None else None
        if owner is None and token.dep_ in {"dobj", "pobj"}:
            governor = token.head.head if token.dep_ == "pobj" else token.head
            subject = self._subject_of(governor) if governor.tag_.startswith("VB") else None
            owner = subject if subject is not None and self.is_someone(subject) else None
        return Candidate(token, owner, "noun", 1.0) if owner is not None else None

    def _subject_of(self, verb: Token) -> Token | None:
        """The subject, looking up through conjunctions, participles and relative clauses."""
        if (near := self._subject_of_participle(verb)) is not None:
            return near
        for _ in range(_CLIMB):
            own = self._own_subject(verb)
            if own is not None:
                return self._meant_by(own, verb)
            if verb.tag_ in _FINITE and verb.dep_ in {"advcl", "ccomp", "dep"}:
                return self._name_before(verb)  # a finite verb has a subject of its own: the parser lost it
            if verb.dep_ not in _TO_GOVERNOR:
                break
            verb = verb.head
        is_clause = verb.dep_ in {"acl", "relcl"} and verb.head.tag_.startswith(("NN", "PRP"))
        return verb.head if is_clause and not self.quoted[verb.head.i] else None

    def _meant_by(self, subject: Token, verb: Token) -> Token:
        """Kim slammed what he called “…”: the pronoun is the main clause's subject, who has a name."""
        if subject.lower_ not in self.cues.pronouns or not subject.i or self.doc[subject.i - 1].lower_ != "what":
            return subject
        main = self._own_subject(_root_of(verb))
        return main if main is not None and main.i < subject.i and main.tag_.startswith(("NN", "PRP")) else subject

    def _subject_of_participle(self, verb: Token) -> Token | None:
        if verb.tag_ != "VBG" or not verb.i:
            return None
        before = self.doc[verb.i - 1]
        if self._is_name(before):
            return before  # footage of Mr Doe saying
        if before.text != "," or verb.dep_ != "advcl":
            return None
        main = self._own_subject(_root_of(verb))  # …, saying “…”: whoever the sentence is about, not its inner clauses
        return main if main is not None and self.is_someone(main) and main.i < verb.i else None

    def _quoted_by(self, verb: Token) -> Token | None:
        """The agency quoted him as saying: not the agency speaks."""
        if self.cues.lemma_of_form.get(verb.lower_) not in {"quote", "cite"} or verb.tag_ == "VBN":
            return None
        following = [token.lower_ for token in self.doc[verb.i + 1 : verb.i + 1 + _AS_SAYING_REACH]]
        if not any(pair == ("as", "saying") for pair in pairwise(following)):
            return None
        return _child(verb, lambda child: child.dep_ == "dobj") or _child(
            verb, lambda child: child.i > verb.i and child.tag_ == "NNP"
        )

    def _behind(self, verb: Token) -> Token | None:
        """“…,” asked one senator: behind a quotation, and at the start of a sentence, the subject may follow its verb."""
        before = self.doc[verb.i - 1] if verb.i else None
        if before is not None and not self.quoted[before.i] and before.text not in {",", ".", "“", "—"}:
            return None
        head = None
        for token in self.doc[verb.i + 1 : verb.i + 1 + _NAME_REACH]:
            if self.quoted[token.i] or not (token.tag_ in _NOMINAL or token.tag_.startswith(("NN", "PRP"))):
                break
            head = token if token.tag_.startswith(("NN", "PRP")) else head
        return head

    def _own_subject(self, verb: Token) -> Token | None:
        subject = _child(verb, lambda child: child.dep_ in {"nsubj", "csubj"} and not self.quoted[child.i])
        if subject is None:
            agent = _child(verb, lambda child: child.dep_ == "agent")
            if agent is not None and (name := _object_of(agent)) is not None:
                return name
            subject = _child(verb, lambda child: child.dep_ == "nsubjpass" and not self.quoted[child.i])
        if subject is None or subject.lower_ not in {"who", "which", "that"} or verb.dep_ != "relcl":
            return subject
        named = verb.head  # Ann Lee and Bo Ray, who said: the last one speaks
        while (last := _child(named, lambda child: child.dep_ == "conj" and child.i < subject.i)) is not None:
            named = last
        return named

    def _name_before(self, verb: Token) -> Token | None:
        for index in range(verb.i - 1, max(-1, verb.i - _NAME_REACH), -1):
            token = self.doc[index]
            if self.quoted[index] or token.is_punct or token.tag_.startswith("VB"):
                return None
            if token.tag_ in {"NNP", "PRP"} and token.dep_ != "pobj" and token.lower_ not in self.cues.days:
                return token
        return None

    def is_someone(self, speaker: Token) -> bool:
        """Whether a head is a name or a pronoun: what may speak without a cue that says so."""
        return speaker.tag_ == "NNP" or speaker.lower_ in self.cues.pronouns

    def _is_name(self, token: Token) -> bool:
        return token.tag_ == "NNP" and not self.quoted[token.i] and token.lower_ not in self.cues.days


def _root_of(token: Token) -> Token:
    for _ in range(_CLIMB * 2):
        if token.head.i == token.i:
            break
        token = token.head
    return token


def _child(token: Token, is_wanted: Callable[[Token], bool]) -> Token | None:
    return next((child for child in token.children if is_wanted(child)), None)


def _object_of(preposition: Token) -> Token | None:
    return _child(preposition, lambda child: child.dep_ == "pobj")
