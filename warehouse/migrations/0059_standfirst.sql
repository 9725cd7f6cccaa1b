-- The standfirst stays in the text; told apart, because half of those who measure texts count it and half do not.

ALTER TABLE main.articles ADD COLUMN standfirst VARCHAR;
COMMENT ON COLUMN main.articles.standfirst IS 'The standfirst (deck, summary line): what text opens with, letter by letter, between headline and story. without_standfirst(text, standfirst) is the rest. Null if the page shows none or marks none as such, or the row was made before this column: rebuild fills it.';
