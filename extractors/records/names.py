"""Who is mentioned, under which name, and who said what: Mention, Entity, Quote."""

from __future__ import annotations

from dataclasses import dataclass

TWO_KINDS = "two kinds"
"""Kind of a curated word on one name that is taken for two kinds of thing."""


@dataclass(frozen=True, slots=True)
class Mention:
    """A name in an article. `region` says which text the offsets count in."""

    article_id: int
    surface: str
    start_char: int
    end_char: int
    kind: str  # "person" | "organization" | "place" | "event" | "work" | "other"
    source: str  # "model" | "gazetteer" | "propagation" | ...
    region: str = "text"  # "text" | "title" | "caption:<position>"
    paragraph: int = 0
    titles: tuple[str, ...] = ()  # "President", "Kremlin spokesman"
    entity_id: int | None = None  # None: no doubt-free answer, a normal one
    link_rule: str | None = None
    link_evidence: str | None = None
    engine: str = ""


@dataclass(frozen=True, slots=True)
class Alias:
    """One spelling of an entity, with the rule that put it there."""

    entity_id: int
    alias: str
    kind: str
    rule: str
    evidence: str | None = None
    documents: int = 0


@dataclass(frozen=True, slots=True)
class Entity:
    """One thing in the world."""

    entity_id: int
    name: str
    kind: str
    wikidata_id: str | None = None
    polity_code: str | None = None  # the polity a metonym stands for: Kremlin -> "ru"
    country_code: str | None = None
    aliases: tuple[str, ...] = ()
    ambiguous_with: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class NameUse:
    """One spelling in one article: what names.py keeps of an article, so that history can be resolved again.

    Grain (article_id, mention_kind, surface).
    """

    article_id: int
    mention_kind: str  # as the mention has it
    surface: str
    kind: str  # of the entity: "Kremlin" is a place even where the tagger saw an organisation
    key: str  # what identifies the spelling within its kind
    block: str  # spellings that may be one thing share it
    is_full: bool = True  # False: a bare surname or an acronym, no evidence by itself
    surname_key: str | None = None  # what a bare surname is looked up by
    via: tuple[str, ...] = ()  # keys of the full names in the same article that it may stand for
    mentions: int = 1
    is_proven: bool = False  # the article shows its kind beyond what the tagger says: a title, a bare surname, "Ltd"


@dataclass(frozen=True, slots=True)
class NameAlias:
    """One full spelling and how many articles use it; with an entity once it is resolved."""

    kind: str
    key: str
    alias: str  # the spelling to show
    block: str
    surname_key: str | None
    documents: int
    entity_id: int | None = None
    rule: str | None = None
    evidence: str | None = None
    proofs: int = 0  # articles that prove its kind


@dataclass(frozen=True, slots=True)
class NameRule:
    """A curated word on two spellings; it wins over every other rule."""

    kind: str  # TWO_KINDS: one name as two kinds of thing, its keys have the kind in front
    key_a: str
    key_b: str
    verdict: str  # "same" | "different"

    @property
    def spellings(self) -> tuple[tuple[str, str], ...]:
        """Return (kind, key) of both spellings."""
        if self.kind == TWO_KINDS:
            return tuple((kind, key) for kind, _, key in (self.key_a.partition(" "), self.key_b.partition(" ")))
        return (self.kind, self.key_a), (self.kind, self.key_b)


@dataclass(frozen=True, slots=True)
class Bearer:
    """Who a bare surname means where its article does not say; `entity_id` None: nobody is beyond doubt."""

    surname_key: str
    block: str
    entity_id: int | None
    evidence: str


@dataclass(frozen=True, slots=True)
class NameEvent:
    """A spelling means another entity than before. Ids are None where there was or is no entity.

    "merged": its old entity is gone, into one that was there. "split": it left an entity that stays, for a new one. "moved":
    both were there and stay. "renamed": the old one is gone and the new one is new, so nothing was joined or parted.
    """

    event: str  # "new" | "merged" | "split" | "moved" | "renamed"
    kind: str
    alias: str
    from_id: int | None
    to_id: int | None
    rule: str
    evidence: str | None = None


@dataclass(frozen=True, slots=True)
class Naming:
    """What the spellings of some blocks mean: aliases with entities, entities, bearers of bare surnames."""

    aliases: tuple[NameAlias, ...] = ()
    entities: tuple[Entity, ...] = ()
    bearers: tuple[Bearer, ...] = ()
    events: tuple[NameEvent, ...] = ()


@dataclass(frozen=True, slots=True)
class Quote:
    """One quotation and who said it. `quote` has no quotation marks; the offsets count in the article's text."""

    article_id: int
    position: int  # order in the article, from 0
    quote: str
    start_char: int
    end_char: int
    kind: str = "direct"  # "direct" | "scare" (words held at arm's length) | "title" (of a work: nobody speaks)
    speaker: str | None = None  # as written
    speaker_start: int | None = None
    speaker_end: int | None = None
    speaker_name: str | None = None  # a pronoun or a surname resolved to a name in this article, where safe
    entity_id: int | None = None
    cue: str | None = None  # "said", "according to"
    method: str | None = None  # which rule found the speaker
    paragraph: int = 0
