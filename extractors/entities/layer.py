"""A tagger's raw spans of one article in, better ones out: trimmed, checked against the gazetteer, agreed across the article.

Pure and without a model. Each step says in `Span.source` that it made or changed a name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from extractors.entities.agreement import agree, doubt_strangers, propagate_acronyms, propagate_people, repeat_names
from extractors.entities.context import reconsider
from extractors.entities.datelines import names_in, settled
from extractors.entities.patterns import defined_acronyms_in, full_names_in, organisations_in, speakers_in, titled_people_in
from extractors.entities.spans import Span, has_capital_neighbour, trim
from extractors.names.kinds import QUOTED
from extractors.names.name_variants import EAST_ASIAN_SYLLABLES
from extractors.nlp.gazetteer import Gazetteer
from extractors.nlp.lexicon import Lexicon, lexicon
from extractors.passages import Passage

_CREDIT = re.compile(
    r"\((?:[A-Z][\w. ]{1,20} )?(?:Photo|PHOTO|Image|File)s?(?: by|:)?[ /][^()\n]{2,60}\)"  # (AP Photo/Jane Doe)
    r"|\b(?:REUTERS|AFP|AP|EPA|Reuters|Getty Images)(?: Photo)?/[A-Z][\w.\- ]{2,40}"  # REUTERS/Jane Doe
    r"|\b(?:Pic|Photo|Image|Photograph|Picture)s?(?: by|:) ?[A-Z][^.\n]{1,60}"  # Pic: Reuters
    r"|\|\s*[A-Z][\w ]{2,30}$"  # a headline's section: "... | World News"
)
_QUOTES = {'"': '"', "'": "'", "“": "”", "‘": "’", "„": "“", "«": "»"}
_DETERMINER = re.compile(
    r"\b(?:d(?:er|ie|as|en|em|es)|diese[mnrs]?|k?eine?[mnrs]?|jede[mnrs]?|zu[mr]|vom|beim|ans|ins|im|am|seine?[mnrs]?|ihre?[mnrs]?)\s$",
    re.IGNORECASE,
)
"""German; before the name of a city no language has them."""
_GIVEN_REST = re.compile(r" ?[-‐‑] ?([a-z]{2,7})\b(?! ?[-‐‑])")


def refine(
    article: Sequence[tuple[Passage, Sequence[Span]]], gazetteer: Gazetteer, *, is_english: bool = True
) -> list[list[Span]]:
    """Improve the raw spans of one article.

    Args:
        article: The article's passages in order, each with the tagger's spans.
        gazetteer: What the world's names are.
        is_english: False leaves out what reads English words: patterns, what stands around a name, doubt about strangers. On
            French and Russian these cost four and thirteen points of F1.

    Returns:
        One list a passage, in the same order; spans sorted, none overlapping another.

    """
    words = lexicon()
    texts = [passage.text for passage, _ in article]
    read = _of_passage if is_english else _of_foreign_passage
    filed = {i: names_in(passage.text, passage.opening, gazetteer) for i, (passage, _) in enumerate(article) if passage.opening}
    spans = [
        filed[i] if i in filed else read(passage.text, found, gazetteer, words) for i, (passage, found) in enumerate(article)
    ]
    spans = settled(texts, spans, filed)
    spans = repeat_names(texts, spans)
    spans = propagate_people(texts, spans, gazetteer, words)
    spans = propagate_acronyms(texts, spans)
    spans = agree(texts, spans)
    if is_english:
        spans = doubt_strangers(texts, spans, words)
    spans = [with_quoted_works(text, without_credits(text, found)) for text, found in zip(texts, spans, strict=True)]
    return [filed.get(i, found) for i, found in enumerate(spans)]


def _of_passage(text: str, found: Sequence[Span], gazetteer: Gazetteer, words: Lexicon) -> list[Span]:
    """Do what one passage allows by itself."""
    spans = without_overlaps(piece for span in found for piece in trim(text, span, words))
    spans = with_patterns(text, spans, words)
    spans = with_gazetteer(text, spans, gazetteer)
    spans = [whole_given_name(text, span) for span in spans]
    return [kept for span in spans if (kept := reconsider(text, span, gazetteer, words)) is not None]


def _of_foreign_passage(text: str, found: Sequence[Span], gazetteer: Gazetteer, words: Lexicon) -> list[Span]:
    """Do what any language allows: known names; and people by their given names where the tagger saw nothing."""
    spans = without_overlaps(found) if found else list(full_names_in(text, words))
    return [span for span in with_gazetteer(text, spans, gazetteer) if not _is_german_noun(text, span, gazetteer)]


def _is_german_noun(text: str, span: Span, gazetteer: Gazetteer) -> bool:
    """Tell "zu einem Klang", "die Kita", "in den Bergen" from the cities of these names: all nouns are written as names are."""
    surface = text[span.start : span.end]
    if span.source != "gazetteer" or not surface.isalpha() or not _DETERMINER.search(text[max(0, span.start - 12) : span.start]):
        return False
    known = gazetteer.known(surface)
    return known is not None and known.rank == "city"


def without_overlaps(spans: Iterable[Span]) -> list[Span]:
    """Keep the longer of two overlapping spans, the earlier of equals."""
    kept: list[Span] = []
    end = -1
    for span in sorted(spans, key=lambda span: (span.start, -span.end)):
        if span.start >= end:
            kept.append(span)
            end = span.end
        elif span.end - span.start > kept[-1].end - kept[-1].start:
            kept[-1] = span
            end = span.end
    return kept


def with_patterns(text: str, spans: list[Span], words: Lexicon) -> list[Span]:
    """Add organisations, titled people, speakers and spelt-out acronyms; a pattern never wins over a longer span."""
    for propose in (organisations_in, titled_people_in, speakers_in):
        for raw in propose(text, words):
            for found in trim(text, raw, words):
                spans = _with_pattern(spans, found)
    for found in full_names_in(text, words):
        spans = _with_full_name(spans, found)
    for long, short in defined_acronyms_in(text, words):
        touching = [span for span in spans if span.overlaps(long) or span.overlaps(short)]
        if any((span.start, span.end) == (long.start, long.end) for span in touching):
            continue  # `propagate_acronyms` will give the acronym its kind
        if all(long.start <= span.start and span.end <= short.end and span.kind != "person" for span in touching):
            spans = [span for span in spans if span not in touching] + [long, short]
    return sorted(spans, key=lambda span: span.start)


def _with_pattern(spans: list[Span], found: Span) -> list[Span]:
    touching = [span for span in spans if span.overlaps(found)]
    exact = next((span for span in touching if (span.start, span.end) == (found.start, found.end)), None)
    if found.source == "context" and touching and (exact is None or exact.kind == "place"):
        return spans
    if exact is not None and exact.kind == found.kind:
        return [replace(span, titles=span.titles or found.titles) if span is exact else span for span in spans]
    if not all(found.start <= span.start and span.end <= found.end for span in touching):
        return spans
    titles = next((span.titles for span in touching if span.titles), found.titles)
    return [span for span in spans if span not in touching] + [replace(found, titles=titles)]


def _with_full_name(spans: list[Span], found: Span) -> list[Span]:
    """Put a name of a given name and more in place of the pieces of it that were seen; of another kind no piece may be longer."""
    touching = [span for span in spans if span.overlaps(found)]
    if any((span.start, span.end) == (found.start, found.end) for span in touching):
        return spans
    if not all(found.start <= span.start and span.end <= found.end for span in touching):
        return spans
    titles = next((span.titles for span in touching if span.titles), ())
    return [span for span in spans if span not in touching] + [replace(found, titles=titles)]


def with_gazetteer(text: str, spans: list[Span], gazetteer: Gazetteer) -> list[Span]:
    """Add known names that stand alone between words without capitals; relabel a span that is exactly a known name."""
    added: list[Span] = []
    for match in gazetteer.matches(text):
        touching = [span for span in spans if span.start < match.end and match.start < span.end]
        if not touching:
            if not has_capital_neighbour(text, match.start, match.end):
                added.append(Span(match.start, match.end, match.known.kind, "gazetteer"))
        elif len(touching) == 1 and (touching[0].start, touching[0].end) == (match.start, match.end):
            span = touching[0]
            if span.kind != match.known.kind:
                spans = [replace(span, kind=match.known.kind, source="gazetteer") if other is span else other for other in spans]
    return sorted([*spans, *added], key=lambda span: span.start)


def whole_given_name(text: str, span: Span) -> Span:
    """Take in the second syllable of "Tsai Ing-wen" where the tagger stopped at the hyphen."""
    if span.kind != "person" or span.end - span.start < 4:
        return span
    rest = _GIVEN_REST.match(text, span.end)
    if rest is None or not EAST_ASIAN_SYLLABLES.fullmatch(rest.group(1)):
        return span
    if rest.group(1) in lexicon().after_dash and not _is_family_first(text[span.start : span.end]):
        return span
    return replace(span, end=rest.end())


def _is_family_first(name: str) -> bool:
    """Tell "Chiang Wan", where "-an" is the rest of the given name, from a name with a dash and "an" behind it."""
    family, _, syllable = name.partition(" ")
    return family.lower() in lexicon().east_asian_families and EAST_ASIAN_SYLLABLES.fullmatch(syllable.lower()) is not None


def with_quoted_works(text: str, spans: list[Span]) -> list[Span]:
    """Note of works that stand in quotation marks of their own that these show them to be works."""
    return [replace(span, source=QUOTED) if span.kind == "work" and _is_quoted(text, span) else span for span in spans]


def _is_quoted(text: str, span: Span) -> bool:
    closing = _QUOTES.get(text[span.start - 1 : span.start])
    behind = text[span.end : span.end + 2]
    return closing is not None and (behind[:1] == closing or (behind[:1] in set(",.;:?!") and behind[1:] == closing))


def without_credits(text: str, spans: list[Span]) -> list[Span]:
    """Drop names in photo credits: who took the picture is not in the news."""
    credits_ = [found.span() for found in _CREDIT.finditer(text)]
    return [span for span in spans if not any(span.start < end and start < span.end for start, end in credits_)]
