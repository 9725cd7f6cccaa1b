-- Full-text search in plain SQL: the same on the command line, in a notebook and in a BI tool.

CREATE OR REPLACE MACRO main.search_words(words_of) AS regexp_extract_all(
    lower(strip_accents(words_of)),
    '[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]|[^\p{P}\p{S}\p{Z}\p{C}\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]+'
);
COMMENT ON MACRO main.search_words IS 'Words of a text as the index knows them: lower case, no accents; one character each in scripts without spaces.';

CREATE OR REPLACE MACRO main.search_plain(plain_of) AS
    ' ' || translate(lower(strip_accents(plain_of)), '.,;:!?()[]"“”„«»‘’''/–—-' || chr(10) || chr(9), repeat(' ', 26)) || ' ';
COMMENT ON MACRO main.search_plain IS 'A text in which search looks for phrases: lower case, no accents, punctuation as spaces.';

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
           contains(raw, '"') AS is_phrase
    FROM (SELECT part, raw, regexp_extract(raw, '^-?([A-Za-z]+):', 1) AS field FROM asked)
),
filters AS MATERIALIZED (
    SELECT max(lower(value)) FILTER (WHERE field = 'outlet') AS outlet,
           max(lower(value)) FILTER (WHERE field = 'author') AS author,
           max(lower(value)) FILTER (WHERE field = 'agency') AS agency,
           max(lower(value)) FILTER (WHERE field = 'section') AS section,
           max(lower(value)) FILTER (WHERE field = 'language') AS language,
           max(try_cast(value AS DATE)) FILTER (WHERE field = 'after') AS after,
           min(try_cast(value AS DATE)) FILTER (WHERE field = 'before') AS before
    FROM parts
),
wanted AS MATERIALIZED (
    SELECT DISTINCT part, is_unwanted, field IS NOT NULL AS in_title, is_phrase, word, value[-1:] = '*' AND NOT is_phrase AS is_prefix
    FROM (SELECT *, unnest(search_words(value)) AS word FROM parts WHERE field IS NULL OR field = 'title')
),
stems AS MATERIALIZED (
    SELECT wanted.part, wanted.word, known.language, known.stem
    FROM wanted
    JOIN state.search_words AS known USING (word)
    WHERE NOT wanted.is_phrase AND NOT wanted.is_prefix
),
-- A word that stands in no article has no stem on record; the longest stem that it begins with will do: rationing -> ration.
guessed AS MATERIALIZED (
    SELECT DISTINCT part, wanted.word, known.language, known.stem
    FROM (FROM wanted ANTI JOIN state.search_words USING (word)) AS wanted
    JOIN state.search_words AS known
      ON starts_with(wanted.word, known.stem) AND length(known.stem) >= 4 AND length(wanted.word) - length(known.stem) <= 5
    WHERE NOT wanted.is_phrase AND NOT wanted.is_prefix
    QUALIFY rank() OVER (PARTITION BY part, wanted.word ORDER BY length(known.stem) DESC) = 1
),
forms AS MATERIALIZED (
    SELECT DISTINCT part, stems.word, known.word_id
    FROM (FROM stems UNION ALL FROM guessed) AS stems
    JOIN state.search_words AS known USING (language, stem)
    UNION
    SELECT part, wanted.word, known.word_id
    FROM wanted
    JOIN state.search_words AS known USING (word)
    UNION
    SELECT part, wanted.word, known.word_id
    FROM wanted
    JOIN state.search_words AS known ON starts_with(known.word, wanted.word)
    WHERE wanted.is_prefix
),
hits AS MATERIALIZED (
    SELECT part, word, posting.document, sum(posting.times) AS times, bool_or(posting.in_title) AS in_title
    FROM (SELECT word_id, document, times, in_title FROM state.search_postings WHERE word_id IN (SELECT word_id FROM forms)) AS posting
    JOIN forms USING (word_id)
    GROUP BY ALL
),
weights AS MATERIALIZED (
    SELECT part, word, ln(1 + (total - count(*) + 0.5) / (count(*) + 0.5)) AS weight, any_value(mean_words) AS mean_words
    FROM hits, (SELECT count(*) AS total, avg(words) AS mean_words FROM state.search_documents)
    GROUP BY part, word, total
),
scored AS (
    SELECT hits.document,
           count(*) FILTER (WHERE NOT is_unwanted) AS found,
           sum(
               weight * 2.2 * (times + 2 * hits.in_title::INTEGER)
               / (times + 2 * hits.in_title::INTEGER + 1.2 * (0.25 + 0.75 * document.words / mean_words))
           ) FILTER (WHERE NOT is_unwanted) AS score
    FROM hits
    JOIN wanted USING (part, word)
    JOIN weights USING (part, word)
    JOIN state.search_documents AS document ON document.document = hits.document
    WHERE hits.in_title OR NOT wanted.in_title
    GROUP BY hits.document
    HAVING bool_and(NOT is_unwanted OR is_phrase)
),
candidates AS (
    SELECT article_id, score
    FROM scored
    JOIN state.search_documents USING (document)
    WHERE found = (SELECT count(*) FROM wanted WHERE NOT is_unwanted)
),
phrases AS MATERIALIZED (
    SELECT list({'is_unwanted': is_unwanted, 'in_title': field IS NOT NULL, 'plain': search_plain(value)}) AS phrases
    FROM parts
    WHERE is_phrase AND (field IS NULL OR field = 'title')
)
SELECT round(score, 3) AS score,
       article.article_id,
       article.published_at,
       article.outlet,
       article.title,
       article.language,
       article.original_id,
       article.canonical_url,
       article.text
FROM candidates
JOIN main.articles AS article USING (article_id)
CROSS JOIN filters
CROSS JOIN phrases
WHERE (filters.outlet IS NULL OR contains(lower(article.outlet), filters.outlet))
  AND (filters.author IS NULL OR contains(lower(array_to_string(article.authors, ' ')), filters.author))
  AND (filters.agency IS NULL OR contains(lower(article.agency), filters.agency))
  AND (filters.section IS NULL OR contains(lower(article.section), filters.section))
  AND (filters.language IS NULL OR article.language = filters.language)
  AND (filters.after IS NULL OR article.published_date >= filters.after)
  AND (filters.before IS NULL OR article.published_date < filters.before)
  AND (
      phrases.phrases IS NULL
      OR len(
          list_filter(
              phrases.phrases,
              lambda phrase: phrase.is_unwanted
                  = contains(search_plain(CASE WHEN phrase.in_title THEN article.title ELSE concat(article.title, '. ', article.text) END), phrase.plain)
          )
      ) = 0
  )
ORDER BY score DESC, article.published_at DESC, article.article_id
LIMIT most;
COMMENT ON MACRO TABLE main.search IS 'Articles that hold all words, best first (BM25, title thrice). Words match their other forms too; "a phrase" word for word; pref*; -without; title:word outlet:x author:x agency:x section:x language:en after:2026-01-31 before:2026-02-28.';
