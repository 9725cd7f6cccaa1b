"""What the words around a name say of its kind: "the Cunene province", "in Gauteng", "Caijing magazine", "Mr"."""

from __future__ import annotations

import re
from dataclasses import replace

from extractors.entities.spans import Span, plain, words_of
from extractors.nlp.gazetteer import Gazetteer
from extractors.nlp.lexicon import Lexicon

_WORD_AFTER = re.compile(r" ([a-z]+)\b")
_WORDS_BEFORE = re.compile(r"(?:(\w+) )?(\w+) \Z")
_MONEY = re.compile(r" ?[$€£¥]| (?:dollars?|dollar)\b")
_FAR = 40  # characters before a name that are looked at


def reconsider(text: str, span: Span, gazetteer: Gazetteer, words: Lexicon) -> Span | None:
    """Return the span with the kind its surroundings show, itself where they show nothing, None where it is no name at all."""
    surface = text[span.start : span.end]
    if span.kind == "place" and len(surface) <= 4 and _MONEY.match(text, span.end):
        return None  # "US $2.7 million", "HK$14"
    if span.kind not in {"person", "organization", "place"} or gazetteer.known(surface) is not None:
        return span
    if _is_thing(surface, span, words):
        return replace(span, kind="event", source="context")
    if span.kind == "person" and span.source == "model" and " " not in surface and text[: span.start].endswith(("the ", "The ")):
        # One in five was a person; the rest are peoples, ships and firms.
        return span if surface in words.given_names else None
    kind = _kind_after(text, span, words) or _kind_inside(surface, span, words) or _kind_before(text, span, words)
    return span if kind is None or kind == span.kind else replace(span, kind=kind, source="context")


def _is_thing(surface: str, span: Span, words: Lexicon) -> bool:
    if span.kind != "organization" or " " not in surface:
        return False
    parts = [plain(word.group()) for word in words_of(surface)]
    return len(parts) > 1 and (parts[-1] in words.thing_heads or " ".join(parts[-2:]) in words.thing_heads)


def _kind_after(text: str, span: Span, words: Lexicon) -> str | None:
    after = _WORD_AFTER.match(text, span.end)
    if after is None or " of " in text[span.start : span.end]:
        return None
    if after.group(1) in words.place_nouns and span.kind != "organization":
        return "place"
    if after.group(1) in words.place_nouns and " " not in text[span.start : span.end]:
        return "place"
    if after.group(1) in words.organisation_nouns and (span.kind != "person" or " " not in text[span.start : span.end]):
        return "organization" if span.kind != "place" else None
    return None


def _kind_inside(surface: str, span: Span, words: Lexicon) -> str | None:
    parts = [plain(word.group()) for word in words_of(surface)]
    if not parts:
        return None
    if span.kind != "organization" and len(parts) > 1 and parts[-1] in words.organisation_heads - words.place_heads:
        return "organization"
    if span.kind != "place" and len(parts) > 1 and (parts[-1] in words.place_heads or parts[0] in words.place_before):
        return "place" if parts[-1] not in words.organisation_heads else None
    if span.kind != "person" and parts[0] in words.given_names and len(parts) <= 3:
        if any(part in words.organisation_heads or part in words.place_heads for part in parts):
            return None
        return "person" if all(part[:1].isupper() and not (len(part) > 1 and part.isupper()) for part in parts) else None
    return None


def _kind_before(text: str, span: Span, words: Lexicon) -> str | None:
    before = _WORDS_BEFORE.search(text, max(0, span.start - _FAR), span.start)
    if before is None:
        return None
    surface = text[span.start : span.end]
    if " " in surface:
        return _kind_of_several_before(surface, span, before, words)
    if before.group(2) == "of" and before.group(1) in words.place_nouns_before:
        return "place"
    if before.group(2) in words.place_prepositions and span.kind == "person" and surface not in words.given_names:
        return "place" if before.group(2) == "in" else None
    return None


def _kind_of_several_before(surface: str, span: Span, before: re.Match[str], words: Lexicon) -> str | None:
    """Read "the town of Vila Serena", "towards Gannet Head", "textile company Changji Esquel": the model alone has spoken."""
    parts = surface.split()
    if span.source != "model" or span.titles or parts[0] in words.given_names:
        return None
    if before.group(2) == "of" and before.group(1) in words.place_nouns_before:
        return None if parts[-1] in words.organisation_heads else "place"
    if span.kind != "person":
        return None
    if before.group(2) in words.only_before_places:
        return "place"
    return "organization" if before.group(2) in words.organisation_nouns_before else None
