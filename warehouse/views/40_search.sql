-- Full-text search in plain SQL: the same on the command line, in a notebook and in a BI tool.

CREATE OR REPLACE MACRO main.search_words(words_of) AS regexp_extract_all(
    lower(strip_accents(words_of)),
    '[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]|[^\p{P}\p{S}\p{Z}\p{C}\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]+'
);
COMMENT ON MACRO main.search_words IS 'Words of a text as the index knows them: lower case, no accents; one character each in scripts without spaces.';

CREATE OR REPLACE MACRO main.search(query, most := 100) AS TABLE
WITH asked AS MATERIALIZED (
    SELECT generate_subscripts(found, 1) AS part, unnest(found) AS raw
    FROM (SELECT regexp_extract_all(query, '-?(?:[A-Za-z]+:)?(?:"[^"]*"|[^\s"]+)') AS found)
),
parts AS MATERIALIZED (
    SELECT part,
           raw[1:1] = '-' AS is_unwanted,
           CASE
               WHEN lower(field) IN ('title', 'outlet', 'author', 'agency', 'section', 'language', 'after', 'before') THEN lower(field)
           END AS field,
           CASE
               WHEN lower(field) IN ('title', 'outlet', 'author', 'agency', 'section', 'language', 'after', 'before')
                   THEN trim(regexp_replace(raw, '^-?[A-Za-z]+:', ''), '"')
               ELSE trim(ltrim(raw, '-'), '"')
           END AS value,
           -- In scripts without spaces a word is a row of characters: 北京 means them side by side.
           contains(raw, '"') OR regexp_matches(raw, '[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]{2}') AS is_phrase
    FROM (SELECT part, raw, regexp_extract(raw, '^-?([A-Za-z]+):', 1) AS field FROM asked)
),
filters AS MATERIALIZED (
    SELECT max(lower(value)) FILTER (WHERE field = 'outlet') AS outlet,
           max(lower(value)) FILTER (WHERE field = 'author') AS author,
           max(lower(value)) FILTER (WHERE field = 'agency') AS agency,
           max(lower(value)) FILTER (WHERE field = 'section') AS section,
           max(lower(value)) FILTER (WHERE field = 'language') AS language,
           max(try_cast(value AS DATE)) FILTER (WHERE field = 'after') AS after,
           min(try_cast(value AS DATE)) FILTER (WHERE field = 'before') AS before,
           count(*) FILTER (WHERE field <> 'title') > 0 AS has_any
    FROM parts
),
wanted AS MATERIALIZED (
    SELECT row_number() OVER () AS slot, *
    FROM (
        SELECT DISTINCT part, is_unwanted, field IS NOT NULL AS is_of_title, is_phrase, word, value[-1:] = '*' AND NOT is_phrase AS is_prefix, length
        FROM (
            SELECT *, search_words(value) AS words, len(words) AS length, unnest(words) AS word
            FROM parts
            WHERE field IS NULL OR field = 'title'
        )
    )
),
stems AS MATERIALIZED (
    SELECT slot, known.language, known.stem
    FROM wanted
    JOIN state.search_words AS known USING (word)
    WHERE NOT wanted.is_phrase AND NOT wanted.is_prefix
),
-- A word that stands in no article has no stem on record; the longest stem that it begins with will do: rationing -> ration.
guessed AS MATERIALIZED (
    SELECT DISTINCT slot, known.language, known.stem
    FROM (FROM wanted ANTI JOIN stems USING (slot)) AS wanted
    JOIN state.search_words AS known
      ON starts_with(wanted.word, known.stem) AND length(known.stem) >= 4 AND length(wanted.word) - length(known.stem) <= 5
    WHERE NOT wanted.is_phrase AND NOT wanted.is_prefix
    QUALIFY rank() OVER (PARTITION BY slot ORDER BY length(known.stem) DESC) = 1
),
forms AS MATERIALIZED (
    SELECT DISTINCT slot, known.word_id
    FROM (FROM stems UNION ALL FROM guessed) AS stems
    JOIN state.search_words AS known USING (language, stem)
    UNION
    SELECT slot, known.word_id
    FROM wanted
    JOIN state.search_words AS known USING (word)
    UNION
    SELECT slot, known.word_id
    FROM wanted
    JOIN state.search_words AS known ON starts_with(known.word, wanted.word)
    WHERE wanted.is_prefix
),
hits AS MATERIALIZED (
    SELECT slot, document, sum(times)::INTEGER AS times, bool_or(in_title) AS in_title
    FROM (SELECT word_id, document, times, in_title FROM state.search_postings WHERE word_id IN (SELECT word_id FROM forms)) AS posting
    JOIN forms USING (word_id)
    GROUP BY slot, document
),
collection AS MATERIALIZED (
    SELECT count(*) AS documents, avg(words) AS mean_words FROM state.search_documents
),
-- BM25 with k1 = 1.2 and b = 0.75 (Robertson and Zaragoza 2009); a word in the title counts two times more.
weights AS MATERIALIZED (
    SELECT slot, ln(1 + (any_value(documents) - count(*) + 0.5) / (count(*) + 0.5)) AS weight, any_value(mean_words) AS mean_words
    FROM hits, collection
    GROUP BY slot
),
candidates AS MATERIALIZED (
    SELECT any_value(document.article_id) AS article_id,
           hits.document,
           sum(weight * 2.2 * (times + 2 * hits.in_title::INTEGER) / (times + 2 * hits.in_title::INTEGER + 1.2 * (0.25 + 0.75 * document.words / mean_words)))
               FILTER (WHERE NOT is_unwanted) AS score
    FROM hits
    JOIN wanted USING (slot)
    JOIN weights USING (slot)
    JOIN state.search_documents AS document ON document.document = hits.document
    WHERE hits.in_title OR NOT wanted.is_of_title
    GROUP BY hits.document
    HAVING bool_and(NOT is_unwanted OR (is_phrase AND length > 1))
       AND count(*) FILTER (WHERE NOT is_unwanted) = (SELECT count(*) FROM wanted WHERE NOT is_unwanted)
),
fitting AS MATERIALIZED (
    SELECT candidates.* FROM candidates, filters WHERE NOT has_any
    UNION ALL
    SELECT candidates.article_id, candidates.document, candidates.score
    FROM (SELECT candidates.*, filters.* FROM candidates, filters WHERE has_any) AS candidates
    JOIN main.articles AS article USING (article_id)
    WHERE (candidates.outlet IS NULL OR contains(lower(article.outlet), candidates.outlet))
      AND (candidates.author IS NULL OR contains(lower(array_to_string(article.authors, ' ')), candidates.author))
      AND (candidates.agency IS NULL OR contains(lower(article.agency), candidates.agency))
      AND (candidates.section IS NULL OR contains(lower(article.section), candidates.section))
      AND (candidates.language IS NULL OR article.language = candidates.language)
      AND (candidates.after IS NULL OR article.published_date >= candidates.after)
      AND (candidates.before IS NULL OR article.published_date < candidates.before)
),
phrase_words AS MATERIALIZED (
    SELECT part, is_unwanted, in_title, position, len(words) AS length, known.word_id
    FROM (
        SELECT part, is_unwanted, field IS NOT NULL AS in_title, search_words(value) AS words, unnest(words) AS word, generate_subscripts(words, 1) AS position
        FROM parts
        WHERE is_phrase AND (field IS NULL OR field = 'title')
    ) AS phrase
    LEFT JOIN (SELECT DISTINCT word, word_id FROM state.search_words WHERE word IN (SELECT word FROM wanted WHERE is_phrase)) AS known USING (word)
    WHERE len(words) > 1
),
-- Where the phrase would begin for its word to stand where it stands: it is there where all its words agree on a beginning.
beginnings AS MATERIALIZED (
    SELECT part,
           document,
           any_value(length) AS length,
           list(
               list_transform(
                   CASE WHEN in_title THEN list_filter(places, lambda place: place <= title_words) ELSE places END,
                   lambda place: place - position
               )
               ORDER BY times
           ) AS all_begins
    FROM (
        SELECT word_id, document, times, places
        FROM state.search_postings
        WHERE word_id IN (SELECT word_id FROM phrase_words) AND document IN (SELECT document FROM fitting)
    ) AS posting
    JOIN phrase_words USING (word_id)
    JOIN state.search_documents USING (document)
    GROUP BY part, document
),
holding AS MATERIALIZED (
    SELECT part, document
    FROM beginnings
    WHERE len(all_begins) = length AND len(list_reduce(all_begins, lambda one, other: list_intersect(one, other))) > 0
),
found AS MATERIALIZED (
    SELECT fitting.*
    FROM fitting
    WHERE document NOT IN (SELECT document FROM holding WHERE part IN (SELECT part FROM phrase_words WHERE is_unwanted))
      AND (
          (SELECT count(*) FROM phrase_words WHERE NOT is_unwanted) = 0
          OR document IN (
              SELECT document
              FROM holding
              WHERE part IN (SELECT part FROM phrase_words WHERE NOT is_unwanted)
              GROUP BY document
              HAVING count(*) = (SELECT count(DISTINCT part) FROM phrase_words WHERE NOT is_unwanted)
          )
      )
    ORDER BY score DESC, document DESC
    LIMIT most
)
SELECT round(score, 3) AS score,
       article.article_id,
       article.published_at,
       article.outlet,
       article.title,
       article.language,
       article.original_id,
       article.canonical_url
FROM found
JOIN main.articles AS article USING (article_id)
ORDER BY found.score DESC, found.document DESC;
COMMENT ON MACRO TABLE main.search IS 'Articles that hold all words, best first (BM25, title thrice). Words match their other forms too; "a phrase" word for word; pref*; -without; title:word outlet:x author:x agency:x section:x language:en after:2026-01-31 before:2026-02-28. Columns score, article_id, published_at, outlet, title, language, original_id, canonical_url.';
