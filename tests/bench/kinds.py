"""Which names real articles take for several kinds of thing, and what the vote makes of each: a list to be read.

`python -m tests.bench.kinds [FOLDER]` (a folder of WCXB's `ground-truth`; of its pages half 0)
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from extractors.entities import mentions_in, tagger
from extractors.ids import article_id_of
from extractors.names import counted, naming_of, uses_of
from extractors.names.kinds import letters_of
from extractors.records import Article, NameUse
from tests import labelled_news, shared_data

NOW = datetime(2026, 11, 1, tzinfo=UTC)


def articles(folder: Path | None) -> Iterator[Article]:
    for line in (shared_data.SHARED / "data/extraction/gold.jsonl").read_text().splitlines():
        row = json.loads(line)
        if row["lang"] == "en":
            yield article(row["url"] or row["id"], row["text"], row.get("title"))
    yield from (document.article for document in labelled_news.newswire(shared_data.SHARED / "data/entities"))
    for path in sorted(folder.glob("*.json")) if folder else ():
        row = json.loads(path.read_text())
        url, truth = row["url"], row["ground_truth"]
        if not hashlib.blake2b(urlsplit(url).netloc.encode(), digest_size=8).digest()[0] & 1:
            yield article(url, truth.get("main_content") or "", truth.get("title"))


def article(url: str, text: str, title: str | None) -> Article:
    return Article(article_id_of(url), url, url, urlsplit(url).netloc, text, NOW, title=title, language="en")


def main() -> None:
    found = {one.article_id: one for one in articles(Path(sys.argv[1]) if len(sys.argv) > 1 else None)}
    uses = uses_of(mentions_in(list(found.values()), tagger()))
    naming = naming_of(counted(uses))
    entity_of = {(row.kind, row.key): row.entity_id for row in naming.aliases}
    kind_of = {entity.entity_id: entity.kind for entity in naming.entities}
    names: dict[str, list[NameUse]] = defaultdict(list)
    for use in uses:
        if use.is_full and letters_of(use.key):
            names[letters_of(use.key)].append(use)
    several = {letters: group for letters, group in names.items() if len({use.mention_kind for use in group}) > 1}
    one = 0
    for _, group in sorted(several.items()):
        kinds = sorted({kind_of[entity_of[use.kind, use.key] or 0] for use in group})
        one += len(kinds) == 1
        said = ", ".join(sorted({use.mention_kind for use in group}))
        print(f"{'one' if len(kinds) == 1 else 'two'}\t{group[0].surface}\t{said}\t{', '.join(kinds)}")
    words = sum(len(text.text.split()) for text in found.values())
    print(
        f"{len(found)} articles, {words} words; {len(names)} names of several words, {len(several)} of several kinds, {one} one"
    )


if __name__ == "__main__":
    main()
