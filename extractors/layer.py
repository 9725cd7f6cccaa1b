"""A tagger's raw spans of one article in, better ones out: trimmed, checked against the gazetteer, agreed across the article.

Pure and without a model. Each step says in `Span.source` that it made or changed a name.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace

from extractors.gazetteer import Gazetteer
from extractors.lexicon import Lexicon, lexicon
from extractors.passages import Passage
from extractors.patterns import acronyms_in, organisations_in, spells, titled_people_in
from extractors.spans import WORD, Span, is_name, trim, words_of

NAMED = ("person", "organization", "place")


def refine(article: Sequence[tuple[Passage, Sequence[Span]]], gazetteer: Gazetteer) -> list[list[Span]]:
    """Improve the raw spans of one article.

    Args:
        article: The article's passages in order, each with the tagger's spans.
        gazetteer: What the world's names are.

    Returns:
        One list a passage, in the same order; spans sorted, none overlapping another.

    """
    words = lexicon()
    texts = [passage.text for passage, _ in article]
    spans = [without_overlaps(piece for span in found for piece in trim(passage.text, span, words)) for passage, found in article]
    spans = [with_patterns(text, found, words) for text, found in zip(texts, spans, strict=True)]
    spans = [with_gazetteer(text, found, gazetteer) for text, found in zip(texts, spans, strict=True)]
    spans = propagate_people(texts, spans, gazetteer, words)
    spans = propagate_acronyms(texts, spans)
    spans = agree(texts, spans)
    return repeat_names(texts, spans)


def without_overlaps(spans: Iterable[Span]) -> list[Span]:
    """Keep the longer of two overlapping spans, the earlier of equals."""
    kept: list[Span] = []
    for span in sorted(spans, key=lambda span: (span.start - span.end, span.start)):
        if not any(span.overlaps(other) for other in kept):
            kept.append(span)
    return sorted(kept, key=lambda span: span.start)


def with_patterns(text: str, spans: list[Span], words: Lexicon) -> list[Span]:
    """Add organisations and titled people; a pattern wins over spans inside it, never over a longer one."""
    for found in (*organisations_in(text, words), *titled_people_in(text, words)):
        touching = [span for span in spans if span.overlaps(found)]
        if all(found.start <= span.start and span.end <= found.end for span in touching):
            spans = [span for span in spans if span not in touching] + [found]
    return sorted(spans, key=lambda span: span.start)


def with_gazetteer(text: str, spans: list[Span], gazetteer: Gazetteer) -> list[Span]:
    """Add known names that stand alone between words without capitals; relabel a span that is exactly a known name."""
    added: list[Span] = []
    for match in gazetteer.matches(text):
        touching = [span for span in spans if span.start < match.end and match.start < span.end]
        if not touching:
            if not _has_capital_neighbour(text, match.start, match.end):
                added.append(Span(match.start, match.end, match.known.kind, "gazetteer"))
        elif len(touching) == 1 and (touching[0].start, touching[0].end) == (match.start, match.end):
            span = touching[0]
            if span.kind != match.known.kind:
                spans = [replace(span, kind=match.known.kind, source="gazetteer") if other is span else other for other in spans]
    return sorted([*spans, *added], key=lambda span: span.start)


def propagate_people(texts: list[str], spans: list[list[Span]], gazetteer: Gazetteer, words: Lexicon) -> list[list[Span]]:
    """Label every bare surname of an article's full names: "Peskov" after "Dmitry Peskov"."""
    surnames = Counter(
        surname
        for text, found in zip(texts, spans, strict=True)
        for span in found
        if span.kind == "person" and (surname := _surname(text[span.start : span.end]))
    )
    surnames = Counter(
        {name: count for name, count in surnames.items() if gazetteer.known(name) is None and name not in words.demonyms}
    )
    if not surnames:
        return spans
    return [_label(text, found, surnames) for text, found in zip(texts, spans, strict=True)]


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
    return [_label_words(text, found, learnt, "acronym") for text, found in zip(texts, spans, strict=True)]


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
    """Find the exact repeats of names of two words and more that the tagger saw elsewhere in the article."""
    kinds = {
        surface: span.kind
        for text, found in zip(texts, spans, strict=True)
        for span in found
        if span.kind in NAMED and " " in (surface := text[span.start : span.end])
    }
    out = []
    for text, found in zip(texts, spans, strict=True):
        added: list[Span] = []
        for surface, kind in kinds.items():
            at = text.find(surface)
            while at >= 0:
                new = Span(at, at + len(surface), kind, "propagation")
                if _is_whole(text, new.start, new.end) and not any(new.overlaps(span) for span in (*found, *added)):
                    added.append(new)
                at = text.find(surface, at + len(surface))
        out.append(sorted([*found, *added], key=lambda span: span.start))
    return out


def _surname(name: str) -> str | None:
    parts = [word.group() for word in words_of(name)]
    if len(parts) < 2 or len(parts[-1]) < 3 or not parts[-1][0].isupper():
        return None
    return parts[-1].rstrip(".") if parts[-1].rstrip(".") not in {"Jr", "Sr", "II", "III", "IV"} else None


def _label(text: str, spans: list[Span], surnames: Counter[str]) -> list[Span]:
    return _label_words(text, spans, dict.fromkeys(surnames, "person"), "propagation")


def _label_words(text: str, spans: list[Span], kinds: dict[str, str], source: str) -> list[Span]:
    out = list(spans)
    for word in WORD.finditer(text):
        surface = word.group().rstrip(".")
        kind = kinds.get(surface) or kinds.get(surface.split("'")[0].split("’")[0])
        if kind is None:
            continue
        if surface not in kinds:
            surface = surface.split("'")[0].split("’")[0]
        new = Span(word.start(), word.start() + len(surface), kind, source)
        touching = [span for span in out if span.overlaps(new)]
        if not touching:
            if not _has_capital_neighbour(text, new.start, new.end):
                out.append(new)
        elif len(touching) == 1 and (touching[0].start, touching[0].end) == (new.start, new.end) and touching[0].kind != kind:
            out[out.index(touching[0])] = replace(touching[0], kind=kind, source=source)
    return sorted(out, key=lambda span: span.start)


def _has_capital_neighbour(text: str, start: int, end: int) -> bool:
    """Tell whether the words on either side, in the same phrase, are capitalised: then the name is part of a longer one."""
    before = text[:start].rstrip(" ")
    after = text[end:]
    if after[:1] == " " and after[1:2].isupper():
        return True
    if not before or text[start - 1 : start] != " " or not (before[-1].isalnum() or before[-1] == "."):
        return False
    word = before.rsplit(" ", 1)[-1]
    sentence_start = len(before) == len(word) or before[: -len(word)].rstrip().endswith((".", "!", "?", ":", "”", '"'))
    return word[:1].isupper() and not sentence_start and not word.endswith(".")


def _is_whole(text: str, start: int, end: int) -> bool:
    return not (text[start - 1 : start].isalnum() or text[end : end + 1].isalnum())


__all__ = ["is_name", "refine"]
