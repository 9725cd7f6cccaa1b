"""What an article's mentions say of each other: surnames of full names, learnt acronyms, repeats, and a vote on each surface."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import replace

from extractors.entities.patterns import acronyms_in, spells
from extractors.entities.spans import WORD, Span, has_capital_neighbour, words_of
from extractors.nlp.gazetteer import Gazetteer
from extractors.nlp.lexicon import Lexicon

NAMED = frozenset({"person", "organization", "place"})
_AGE = re.compile(r",? \(?[1-9]\d(?:\)|,|\.? |-year)")
_SUFFIXES = frozenset({"Jr", "Sr", "II", "III", "IV"})


def propagate_people(texts: list[str], spans: list[list[Span]], gazetteer: Gazetteer, words: Lexicon) -> list[list[Span]]:
    """Label every bare surname of an article's full names: "Peskov" after "Dmitry Peskov"."""
    surnames: dict[str, str] = {}
    for text, found in zip(texts, spans, strict=True):
        for span in found:
            if span.kind == "person" and (surname := _surname(text[span.start : span.end], gazetteer, words)):
                surnames[surname] = "person"
    if not surnames:
        return spans
    return [label_words(text, found, surnames, "propagation") for text, found in zip(texts, spans, strict=True)]


def propagate_acronyms(texts: list[str], spans: list[list[Span]]) -> list[list[Span]]:
    """Learn "Long Name (ACR)": the acronym is what the name is, everywhere in the article."""
    learnt: dict[str, str] = {}
    for text, found in zip(texts, spans, strict=True):
        for start, _, acronym in acronyms_in(text):
            before = next((span for span in found if 0 <= start - span.end <= 3), None)
            if before is not None and before.kind != "person" and spells(acronym, text[before.start : before.end]):
                learnt[acronym] = before.kind
    if not learnt:
        return spans
    return [label_words(text, found, learnt, "acronym") for text, found in zip(texts, spans, strict=True)]


def agree(texts: list[str], spans: list[list[Span]]) -> list[list[Span]]:
    """Let the mentions of one surface vote on its kind: a minority of a third or less gives way."""
    votes: dict[str, Counter[str]] = defaultdict(Counter)
    for text, found in zip(texts, spans, strict=True):
        for span in found:
            votes[text[span.start : span.end]][span.kind] += 1
    winner = {
        surface: kinds.most_common(1)[0][0]
        for surface, kinds in votes.items()
        if len(kinds) > 1 and kinds.most_common(2)[0][1] >= 2 * kinds.most_common(2)[1][1]
    }
    return [
        [
            replace(span, kind=kind, source="majority")
            if (kind := winner.get(text[span.start : span.end], span.kind)) != span.kind and span.source != "gazetteer"
            else span
            for span in found
        ]
        for text, found in zip(texts, spans, strict=True)
    ]


def repeat_names(texts: list[str], spans: list[list[Span]]) -> list[list[Span]]:
    """Find the exact repeats of names of two words and more that the tagger saw elsewhere in the article.

    A repeat takes in the pieces the tagger saw of it: "Phyo Zeya" in "Phyo Zeya Thaw".
    """
    kinds: dict[str, Counter[str]] = defaultdict(Counter)
    for text, found in zip(texts, spans, strict=True):
        for span in found:
            if span.kind in NAMED and " " in (surface := text[span.start : span.end]):
                kinds[surface][span.kind] += 1
    longest_first = sorted(kinds, key=lambda surface: (-len(surface), surface))
    return [_with_repeats(text, found, kinds, longest_first) for text, found in zip(texts, spans, strict=True)]


def _with_repeats(text: str, spans: list[Span], kinds: dict[str, Counter[str]], surfaces: list[str]) -> list[Span]:
    out = list(spans)
    for surface in surfaces:
        at = text.find(surface)
        while at >= 0:
            kind = min(kinds[surface], key=lambda kind, votes=kinds[surface]: (-votes[kind], kind))  # type: ignore[misc]  # bound now
            new = Span(at, at + len(surface), kind, "propagation")
            touching = [span for span in out if span.overlaps(new)]
            inside = all(new.start <= span.start and span.end <= new.end for span in touching)
            same = any((span.start, span.end) == (new.start, new.end) for span in touching)
            if inside and not same and _is_whole(text, new.start, new.end):
                out = [span for span in out if span not in touching] + [new]
            at = text.find(surface, at + len(surface))
    return sorted(out, key=lambda span: span.start)


def label_words(text: str, spans: list[Span], kinds: dict[str, str], source: str) -> list[Span]:
    """Give single words a kind: a span that is exactly such a word is relabelled, a word in no span becomes one."""
    out = list(spans)
    for word in WORD.finditer(text):
        surface = word.group().rstrip(".")
        if surface not in kinds:
            surface = surface.split("'")[0].split("’")[0]
        kind = kinds.get(surface)
        if kind is None:
            continue
        new = Span(word.start(), word.start() + len(surface), kind, source)
        touching = [span for span in out if span.overlaps(new)]
        if not touching:
            if not has_capital_neighbour(text, new.start, new.end):
                out.append(new)
        elif len(touching) == 1 and (touching[0].start, touching[0].end) == (new.start, new.end) and touching[0].kind != kind:
            out[out.index(touching[0])] = replace(touching[0], kind=kind, source=source)
    return sorted(out, key=lambda span: span.start)


def doubt_strangers(texts: list[str], spans: list[list[Span]], words: Lexicon) -> list[list[Span]]:
    """Weigh one-word people whom the article introduces nowhere: no full name, no title, no given name, no word spoken.

    Two thirds of them were places, peoples and firms. Behind "to" or "at" they become places, else those named once or twice go.
    """
    people = [(text, span) for text, found in zip(texts, spans, strict=True) for span in found if span.kind == "person"]
    surfaces = Counter(text[span.start : span.end] for text, span in people)
    introduced = {part for surface in surfaces if " " in surface for part in surface.split()} | words.given_names
    introduced |= {text[span.start : span.end] for text, span in people if span.titles or _speaks(text, span, words)}
    out = []
    for text, found in zip(texts, spans, strict=True):
        kept = []
        for span in found:
            surface = text[span.start : span.end]
            if span.kind != "person" or " " in surface or surface in introduced or span.source not in {"model", "majority"}:
                kept.append(span)
            elif (before := _word_before(text, span.start)) in words.ways_to_places:
                kept.append(replace(span, kind="place", source="context"))
            elif surfaces[surface] >= 3 and before != "the":
                kept.append(span)
        out.append(kept)
    return out


def _speaks(text: str, span: Span, words: Lexicon) -> bool:
    """Tell whether a verb of speech stands beside a name, or a word or a number that only stands beside people's."""
    before = _word_before(text, span.start)
    if before in words.speech_verbs or before in words.relatives or _AGE.match(text, span.end):
        return True
    after = text[span.end : span.end + 20].removeprefix(" also").split()
    return bool(after) and after[0].strip(",.") in words.speech_verbs


def _word_before(text: str, start: int) -> str:
    before = text[max(0, start - 20) : start].split()
    return before[-1].lower() if before else ""


def _surname(name: str, gazetteer: Gazetteer, words: Lexicon) -> str | None:
    """Return the last word of a full name where it is one that only names people."""
    parts = [word.group().rstrip(".") for word in words_of(name)]
    if len(parts) < 2 or len(parts[-1]) < 3 or not parts[-1][0].isupper() or parts[-1] in _SUFFIXES:
        return None
    surname = parts[-1]
    known = gazetteer.known(surname)
    # A town or a firm may share a surname (Banda, Duma); a country or a capital may not.
    if known is not None and (parts[0] not in words.given_names or not (known.rank == "city" or known.kind == "organization")):
        return None
    common = words.demonyms | words.not_names | words.organisation_heads | words.place_heads | words.titles
    return None if surname in common else surname


def _is_whole(text: str, start: int, end: int) -> bool:
    return not (text[start - 1 : start].isalnum() or text[end : end + 1].isalnum())
