"""What was stored of an article and what was just read of it in, its versions in order of time out. Pure: touches no database."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from rapidfuzz.distance import Indel

from extractors.counters import is_counter
from extractors.ids import id_of
from extractors.records import Article

CONTEXT_WORDS = 5
"""Words shown before a change: enough to find the place, as in a proofreader's note."""
DIFF_WORDS = 20_000
"""Longest text aligned word by word: 20,000 x 20,000 takes 50 MB and under a second; longer ones are compared by paragraph."""


@dataclass(frozen=True, slots=True)
class Version:
    """One state of an article's title and text, in force from `seen_at`."""

    seen_at: datetime
    title: str | None
    text: str
    modified_at: datetime | None
    content_hash: int
    extractor_version: str
    residue: frozenset[str] = field(default=frozenset(), compare=False)  # shapes of the lines that were taken out, where known


@dataclass(frozen=True, slots=True)
class Change:
    """One place where two versions differ; `removed` or `added` may be empty."""

    kind: str  # "title" | "text"
    removed: str
    added: str
    context: str


def content_hash_of(title: str | None, text: str) -> int:
    """Hash what a reader sees: title and text, white space apart."""
    return id_of("content", " ".join((title or "").split()) + "\n" + " ".join(text.split()))


def version_of(article: Article) -> Version:
    """Return the version that one reading of an article shows."""
    return Version(
        seen_at=article.first_seen_at,
        title=article.title,
        text=article.text,
        modified_at=article.modified_at,
        content_hash=content_hash_of(article.title, article.text),
        extractor_version=article.extractor_version,
        residue=residue_of([*(c.text for c in article.captions), *(line.text for line in article.removed_lines)]),
    )


_DIGITS = re.compile(r"\d+")


def residue_of(lines: Iterable[str]) -> frozenset[str]:
    """Return the shapes of lines that were taken out of a text: case, white space and numbers do not count."""
    return frozenset(_shape_of(line) for line in lines)


def _shape_of(line: str) -> str:
    return " ".join(_DIGITS.sub("0", line.casefold()).split())


def is_same_story_otherwise_cleaned(one: Version, other: Version) -> bool:
    """Tell whether two versions differ by lines alone that one counts as residue, or that count views: the page said the same.

    What recurs at an outlet is learnt: a line that stood in the text at the first reading may be known as residue at the next.
    Where most of a text would be residue, it is another text.
    """
    if " ".join((one.title or "").split()) != " ".join((other.title or "").split()):
        return False
    ours, theirs = _without(one.text, other.residue), _without(other.text, one.residue)
    return ours == theirs and 2 * sum(map(len, ours)) >= max(len(one.text), len(other.text))


def _without(text: str, residue: frozenset[str]) -> list[str]:
    return [
        " ".join(line.split())
        for line in text.split("\n\n")
        if line.strip() and _shape_of(line) not in residue and not is_counter(line)
    ]


def timeline(versions: Sequence[Version], readings: Iterable[Version]) -> list[Version]:
    """Fold readings into the known versions of one article, in whatever order they come.

    A reading at the very moment of a known version, or made by another extractor, replaces that version's content: the page did
    not change, our view of it did. So does a later reading that differs by residue alone, where it is the cleaner one. Any other
    reading with new content is a new version.

    Returns:
        Versions ascending in time; no two neighbours have the same content.

    """
    known = sorted(versions, key=lambda version: version.seen_at)
    for reading in sorted(readings, key=lambda version: (version.seen_at, version.content_hash)):
        known = _with(known, reading)
    return known


def _with(known: list[Version], reading: Version) -> list[Version]:
    before = [version for version in known if version.seen_at <= reading.seen_at]
    after = known[len(before) :]
    if not before:
        if after and _is_seen_otherwise(after[0], reading):
            return [replace(after[0], seen_at=reading.seen_at), *after[1:]]
        return _collapsed([reading, *after])
    current = before[-1]
    if current.content_hash == reading.content_hash:
        before[-1] = replace(current, extractor_version=reading.extractor_version)
    elif _is_seen_otherwise(current, reading):
        if reading.seen_at > current.seen_at and len(reading.text) < len(current.text):
            before[-1] = replace(reading, seen_at=current.seen_at)
    elif current.seen_at == reading.seen_at or current.extractor_version != reading.extractor_version:
        before[-1] = replace(reading, seen_at=current.seen_at)
    else:
        before[-1:] = [_cleaned(current, reading.residue), reading]
    return _collapsed([*before, *after])


def _is_seen_otherwise(known: Version, reading: Version) -> bool:
    return known.extractor_version == reading.extractor_version and is_same_story_otherwise_cleaned(known, reading)


def _cleaned(version: Version, residue: frozenset[str]) -> Version:
    """Take lines out of an older version that are known as residue now: they are no part of what changed."""
    kept = [line for line in version.text.split("\n\n") if _shape_of(line) not in residue]
    text = "\n\n".join(kept)
    if text == version.text or 2 * len(text) < len(version.text):
        return version
    return replace(version, text=text, content_hash=content_hash_of(version.title, text))


def _collapsed(versions: list[Version]) -> list[Version]:
    kept = versions[:1]
    for version in versions[1:]:
        if version.content_hash != kept[-1].content_hash:
            kept.append(version)
    return kept


def changes_between(old: Version, new: Version) -> list[Change]:
    """Return the word diff of two versions, title first, in reading order."""
    return changes_of_texts(old.title, old.text, new.title, new.text)


def changes_of_texts(old_title: str | None, old_text: str, new_title: str | None, new_text: str) -> list[Change]:
    """Return the word diff of two articles, title first, in reading order: a copy beside its original."""
    return [*_changes("title", old_title or "", new_title or ""), *_changes("text", old_text, new_text)]


def _changes(kind: str, old: str, new: str) -> list[Change]:
    before, after, glue = old.split(), new.split(), " "
    if max(len(before), len(after)) > DIFF_WORDS:
        before, after, glue = old.split("\n\n"), new.split("\n\n"), "\n\n"
    found: list[Change] = []
    end = (-1, -1)
    for code in Indel.opcodes(before, after):
        if code.tag == "equal":
            continue
        removed = glue.join(before[code.src_start : code.src_end])
        added = glue.join(after[code.dest_start : code.dest_end])
        if found and end == (code.src_start, code.dest_start):  # a deletion beside an insertion is one change
            last = found[-1]
            found[-1] = replace(last, removed=_joined(last.removed, removed, glue), added=_joined(last.added, added, glue))
        else:
            context = " ".join(before[max(0, code.src_start - CONTEXT_WORDS) : code.src_start]) if glue == " " else ""
            found.append(Change(kind, removed, added, context))
        end = (code.src_end, code.dest_end)
    return found


def _joined(first: str, second: str, glue: str) -> str:
    return first + glue + second if first and second else first or second


def words_between(old: Version, new: Version) -> tuple[int, int]:
    """Count the words that the new version adds and removes; a moved paragraph counts as neither."""
    before, after = _words_of(old), _words_of(new)
    return (after - before).total(), (before - after).total()


def _words_of(version: Version) -> Counter[str]:
    return Counter(f"{version.title or ''} {version.text}".split())
