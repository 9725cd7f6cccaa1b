-- Curated words as they were told, and what the log of names holds now.

ALTER TABLE state.name_rules ADD COLUMN name_a VARCHAR;
ALTER TABLE state.name_rules ADD COLUMN name_b VARCHAR;
COMMENT ON COLUMN state.name_rules.name_a IS 'Spelling of key_a as it was told; null before this column was.';
COMMENT ON COLUMN state.name_rules.name_b IS 'Spelling of key_b as it was told.';
COMMENT ON COLUMN state.name_rules.key_a IS 'Key of one spelling; with = in front, one kept to itself against the rules.';
COMMENT ON TABLE state.name_log IS 'One row per spelling that changed its entity, and per curated word. First decisions are not logged.';
COMMENT ON COLUMN state.name_log.event IS 'merged (the old entity is gone), split (the new one is new), moved (both stay), renamed (one gone, one new); told same, told different, forgotten.';
COMMENT ON COLUMN state.name_log.alias IS 'The spelling; of a curated word both.';
COMMENT ON COLUMN main.quotes.kind IS 'direct; scare (a word or two held at arm''s length); title (of a work: nobody speaks).';
