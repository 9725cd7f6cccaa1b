-- Which of several kinds a name is of is voted on over all articles. Rows from before prove nothing: `newsloom names resolve` reads them anew.

ALTER TABLE state.name_uses ADD COLUMN is_proven BOOLEAN;
ALTER TABLE state.name_spellings ADD COLUMN proven BIGINT;
COMMENT ON COLUMN state.name_uses.is_proven IS 'True = the article shows its kind beyond what the tagger says: a title, a bare surname, Ltd; null: not looked at.';
COMMENT ON COLUMN state.name_spellings.proven IS 'Of shown, articles that show its kind beyond what the tagger says; null: not looked at.';

-- Namesakes of other kinds are looked for by letters alone in every batch; to take the spaces out of three million keys each time
-- took twice the CPU.
ALTER TABLE state.name_spellings ADD COLUMN letters VARCHAR;
COMMENT ON COLUMN state.name_spellings.letters IS 'The key without spaces: namesakes of other kinds share it; null for names of one word, which have none.';

COMMENT ON COLUMN state.name_aliases.kind IS 'What articles take it for: person, organization, place, event, work or other. Its entity may be of another kind.';
COMMENT ON COLUMN main.entity_aliases.documents IS 'Articles that write it so; one that takes it for two kinds of thing counts twice.';
