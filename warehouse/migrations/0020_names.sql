-- What names.py remembers: which spellings stand in which article, and what they mean. All of it can be made again from
-- main.mentions and name_rules with one call of names.resolve_history.

CREATE TABLE state.name_uses (
    article_id   BIGINT NOT NULL,
    mention_kind VARCHAR NOT NULL,
    surface      VARCHAR NOT NULL,
    kind         VARCHAR NOT NULL,
    key          VARCHAR NOT NULL,
    block        VARCHAR NOT NULL,
    is_full      BOOLEAN NOT NULL,
    surname_key  VARCHAR,
    via          VARCHAR[] NOT NULL,
    mentions     INTEGER NOT NULL
);
COMMENT ON TABLE state.name_uses IS 'One row per spelling in an article; grain (article_id, mention_kind, surface).';
COMMENT ON COLUMN state.name_uses.article_id IS 'See articles.';
COMMENT ON COLUMN state.name_uses.mention_kind IS 'Kind of its mentions.';
COMMENT ON COLUMN state.name_uses.surface IS 'As written.';
COMMENT ON COLUMN state.name_uses.kind IS 'Kind of the entity: a curated name corrects the tagger.';
COMMENT ON COLUMN state.name_uses.key IS 'What identifies the spelling within its kind.';
COMMENT ON COLUMN state.name_uses.block IS 'Spellings that may be one thing share it.';
COMMENT ON COLUMN state.name_uses.is_full IS 'False: a bare surname or an acronym; it links through via or a bearer.';
COMMENT ON COLUMN state.name_uses.surname_key IS 'What a surname is looked up by; null unless a person.';
COMMENT ON COLUMN state.name_uses.via IS 'Keys of the full names in the article it may stand for; empty if none or not needed.';
COMMENT ON COLUMN state.name_uses.mentions IS 'How often.';

CREATE TABLE state.name_aliases (
    kind        VARCHAR NOT NULL,
    key         VARCHAR NOT NULL,
    alias       VARCHAR NOT NULL,
    block       VARCHAR NOT NULL,
    surname_key VARCHAR,
    documents   BIGINT NOT NULL,
    entity_id   BIGINT NOT NULL,
    rule        VARCHAR NOT NULL,
    evidence    VARCHAR
);
COMMENT ON TABLE state.name_aliases IS 'One row per full spelling and the entity it means; grain (kind, key).';
COMMENT ON COLUMN state.name_aliases.kind IS 'person, organization, place, event, work or other.';
COMMENT ON COLUMN state.name_aliases.key IS 'See name_uses.';
COMMENT ON COLUMN state.name_aliases.alias IS 'The commonest way it is written.';
COMMENT ON COLUMN state.name_aliases.block IS 'See name_uses: a block is decided as a whole.';
COMMENT ON COLUMN state.name_aliases.surname_key IS 'See name_uses; null unless a person.';
COMMENT ON COLUMN state.name_aliases.documents IS 'Articles that use it.';
COMMENT ON COLUMN state.name_aliases.entity_id IS 'See entities.';
COMMENT ON COLUMN state.name_aliases.rule IS 'Why it is this entity: known name, romanisation or short form, curated, …';
COMMENT ON COLUMN state.name_aliases.evidence IS 'The name it was compared with; null if none.';

CREATE TABLE state.name_bearers (
    surname_key VARCHAR NOT NULL,
    block       VARCHAR NOT NULL,
    entity_id   BIGINT,
    evidence    VARCHAR NOT NULL
);
COMMENT ON TABLE state.name_bearers IS 'One row per surname: whom it means where the article does not say; grain (surname_key, block).';
COMMENT ON COLUMN state.name_bearers.surname_key IS 'See name_uses.';
COMMENT ON COLUMN state.name_bearers.block IS 'See name_uses.';
COMMENT ON COLUMN state.name_bearers.entity_id IS 'See entities; null = nobody is beyond doubt.';
COMMENT ON COLUMN state.name_bearers.evidence IS 'Share of the articles, in words.';

CREATE TABLE state.name_rules (
    kind       VARCHAR NOT NULL,
    key_a      VARCHAR NOT NULL,
    key_b      VARCHAR NOT NULL,
    verdict    VARCHAR NOT NULL,
    note       VARCHAR,
    written_at TIMESTAMPTZ NOT NULL
);
COMMENT ON TABLE state.name_rules IS 'One row per curated word on two spellings; it wins over every rule. Grain (kind, key_a, key_b), key_a < key_b.';
COMMENT ON COLUMN state.name_rules.kind IS 'As in name_aliases.';
COMMENT ON COLUMN state.name_rules.key_a IS 'Key of one spelling.';
COMMENT ON COLUMN state.name_rules.key_b IS 'Key of the other.';
COMMENT ON COLUMN state.name_rules.verdict IS 'same or different.';
COMMENT ON COLUMN state.name_rules.note IS 'Why, for people; null if nobody said.';
COMMENT ON COLUMN state.name_rules.written_at IS 'UTC.';

CREATE TABLE state.name_log (
    logged_at TIMESTAMPTZ NOT NULL,
    event     VARCHAR NOT NULL,
    kind      VARCHAR NOT NULL,
    alias     VARCHAR NOT NULL,
    from_id   BIGINT,
    to_id     BIGINT,
    rule      VARCHAR NOT NULL,
    evidence  VARCHAR
);
COMMENT ON TABLE state.name_log IS 'One row per spelling that changed its entity: merges, splits, renames. First decisions are not logged.';
COMMENT ON COLUMN state.name_log.logged_at IS 'UTC.';
COMMENT ON COLUMN state.name_log.event IS 'moved.';
COMMENT ON COLUMN state.name_log.kind IS 'As in name_aliases.';
COMMENT ON COLUMN state.name_log.alias IS 'The spelling.';
COMMENT ON COLUMN state.name_log.from_id IS 'Entity before.';
COMMENT ON COLUMN state.name_log.to_id IS 'Entity now.';
COMMENT ON COLUMN state.name_log.rule IS 'Why.';
COMMENT ON COLUMN state.name_log.evidence IS 'What the rule saw; null if none.';
