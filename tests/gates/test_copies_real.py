"""Real pages, every link read by hand: what the finder ties among them, and nothing else."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from extractors.copies import decide
from extractors.copies.fingerprints import fingerprint_of
from extractors.ids import article_id_of
from extractors.records import Article, Candidates
from tests.shared_data import shared

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
READ_BY_HAND = Path(__file__).parents[1] / "data" / "copies" / "real_pages.tsv"


def judged() -> dict[frozenset[str], str]:
    lines = READ_BY_HAND.read_text("utf-8").splitlines()
    rows = [line.split("\t") for line in lines if not line.startswith("#")]
    return {frozenset(row[:2]): row[2] for row in rows}


def date_of(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text[:10]).replace(tzinfo=UTC)
    except ValueError:
        return None


def article_of(row: dict[str, str]) -> Article:
    dated = date_of(row["date"] or "")
    words = len(row["text"].split())
    return Article(
        article_id_of(row["id"]), row["url"], row["url"], row["domain"], row["text"], NOW,
        title=row["title"], published_at=dated, word_count=words,
    )  # fmt: skip


@pytest.mark.gate
def test_what_is_tied_among_real_pages_is_what_a_reader_would_tie() -> None:
    rows = [json.loads(line) for line in shared("data/extraction/gold.jsonl").read_text("utf-8").splitlines()]
    names = {article_id_of(row["id"]): row["id"] for row in rows}
    pages = [article_of(row) for row in rows]

    decisions = decide(pages, [fingerprint_of(page) for page in pages], Candidates(), NOW)

    found = {
        frozenset((names[copy.article_id], names[copy.original_id])): "related" if copy.kind == "related" else "copy"
        for copy in decisions.copies
    }
    assert found == judged()
