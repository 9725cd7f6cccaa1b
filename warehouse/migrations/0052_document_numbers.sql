-- The number of the newest document was given again after that document was revised: its old words found the new version too.
-- Numbers are counted from now on, and documents that hold more words than they have are indexed anew.

INSERT INTO state.counters
SELECT 'search_documents', coalesce(max(document) + 1, 0) FROM state.search_postings;
COMMENT ON COLUMN state.counters.name IS 'load_seq rises with every load; search_words_sorted = rows of search_words when they were last written in order; search_documents = numbers of documents given so far.';

DELETE FROM state.search_documents
WHERE document IN (
    SELECT document
    FROM state.search_postings
    JOIN state.search_documents USING (document)
    GROUP BY document, words
    HAVING sum(len(places)) > words
);
