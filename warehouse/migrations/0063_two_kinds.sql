-- Curated words on one name as two kinds of thing.

COMMENT ON COLUMN state.name_rules.kind IS 'As in name_aliases; two kinds: a word on one name that articles take for two kinds of thing, its keys have the kind in front.';
