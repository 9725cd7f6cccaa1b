-- What an article takes a name for, and what it is.

COMMENT ON COLUMN main.mentions.kind IS 'What the article takes it for: person, organization, place, event, work or other. What it is, over all articles: entities.kind.';
COMMENT ON COLUMN main.entities.kind IS 'person, organization, place, event, work or other: as most articles, tables of known names and curated words have it; mentions.kind may differ.';
COMMENT ON COLUMN main.entity_aliases.documents IS 'Articles that use the spelling; one that proves it two kinds of thing, which a curated word joins, counts twice.';
