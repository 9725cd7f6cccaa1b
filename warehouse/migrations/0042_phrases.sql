-- Where each word stands, so that a phrase is found in the index and not in the texts: reading the texts of all candidates took 4 s
-- of CPU for 100,000 articles. The tables are made anew (rows deleted and a column added in one transaction do not commit), and
-- the next publish fills them.

DROP TABLE state.search_documents;
DROP TABLE state.search_words;
DROP TABLE state.search_postings;
DROP MACRO IF EXISTS main.search_plain;

CREATE TABLE state.search_documents (
    document     INTEGER NOT NULL,
    article_id   BIGINT NOT NULL,
    content_hash BIGINT NOT NULL,
    words        INTEGER NOT NULL,
    title_words  INTEGER NOT NULL
);
COMMENT ON TABLE state.search_documents IS 'One row per article version that can be found; grain document.';
COMMENT ON COLUMN state.search_documents.document IS 'Number in order of indexing, from 0.';
COMMENT ON COLUMN state.search_documents.article_id IS 'See articles.';
COMMENT ON COLUMN state.search_documents.content_hash IS 'Version indexed, as in articles.';
COMMENT ON COLUMN state.search_documents.words IS 'Words in title and text.';
COMMENT ON COLUMN state.search_documents.title_words IS 'Places up to this number are the title''s.';

CREATE TABLE state.search_words (
    word_id  INTEGER NOT NULL,
    word     VARCHAR NOT NULL,
    language VARCHAR NOT NULL,
    stem     VARCHAR NOT NULL
);
COMMENT ON TABLE state.search_words IS 'One row per word and language it was seen in; grain (word, language).';
COMMENT ON COLUMN state.search_words.word_id IS 'Number of the word, from 0: one a word, in whatever language.';
COMMENT ON COLUMN state.search_words.word IS 'Lower case, without accents.';
COMMENT ON COLUMN state.search_words.language IS 'ISO 639-1; empty where the text''s language is unknown.';
COMMENT ON COLUMN state.search_words.stem IS 'By the Snowball algorithm of the language; the word itself where there is none.';

CREATE TABLE state.search_postings (
    word_id  INTEGER NOT NULL,
    document INTEGER NOT NULL,
    times    INTEGER NOT NULL,
    in_title BOOLEAN NOT NULL,
    places   INTEGER[] NOT NULL
);
COMMENT ON TABLE state.search_postings IS 'One row per word of a document; grain (word_id, document).';
COMMENT ON COLUMN state.search_postings.word_id IS 'See search_words.';
COMMENT ON COLUMN state.search_postings.document IS 'See search_documents; a document that is no longer there is dead.';
COMMENT ON COLUMN state.search_postings.times IS 'How often the word stands in title and text, at most 255.';
COMMENT ON COLUMN state.search_postings.in_title IS 'True = one of its places is in the title.';
COMMENT ON COLUMN state.search_postings.places IS 'Where it stands, in no order: 1 is the first word of the title; one place is left out between title and text.';

INSERT INTO state.counters VALUES ('search_words_sorted', 0);
COMMENT ON COLUMN state.counters.name IS 'load_seq rises with every load; search_words_sorted = rows of search_words when they were last written in order.';
