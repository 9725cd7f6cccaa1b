"""The vocabulary of newsloom, in order of flow: one frozen record a stage.

Feed -> Poll -> Entry -> Page -> Draft -> Article -> Fingerprint -> Copy -> Mention -> Entity -> Quote, and one Outcome an item.

Every `*_at` is an aware UTC datetime. `None` means unknown, never "" or -1. Texts are NFC-normalised Unicode; an offset counts
code points, so that `text[start_char:end_char]` is the surface.
"""

from extractors.records.copies import (
    Candidates,
    Cluster,
    Copy,
    Decisions,
    Fingerprint,
    HeadMove,
    Membership,
)
from extractors.records.ledger import (
    Batch,
    Outcome,
)
from extractors.records.names import (
    TWO_KINDS,
    Alias,
    Bearer,
    Entity,
    Mention,
    NameAlias,
    NameEvent,
    NameRule,
    NameUse,
    Naming,
    Quote,
)
from extractors.records.texts import (
    PARAGRAPH_BREAK,
    Article,
    Block,
    Caption,
    Draft,
    RemovedLine,
)
from extractors.records.web import (
    Entry,
    Feed,
    Hints,
    Page,
    PageOutcome,
    ParsedFeed,
    Poll,
    Request,
    Rhythm,
    Validators,
)

__all__ = [
    "PARAGRAPH_BREAK",
    "TWO_KINDS",
    "Alias",
    "Article",
    "Batch",
    "Bearer",
    "Block",
    "Candidates",
    "Caption",
    "Cluster",
    "Copy",
    "Decisions",
    "Draft",
    "Entity",
    "Entry",
    "Feed",
    "Fingerprint",
    "HeadMove",
    "Hints",
    "Membership",
    "Mention",
    "NameAlias",
    "NameEvent",
    "NameRule",
    "NameUse",
    "Naming",
    "Outcome",
    "Page",
    "PageOutcome",
    "ParsedFeed",
    "Poll",
    "Quote",
    "RemovedLine",
    "Request",
    "Rhythm",
    "Validators",
]
