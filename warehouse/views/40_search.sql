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
-- One row a word asked for; a phrase has one a place in it.
words AS MATERIALIZED (
    SELECT part,
           is_unwanted,
           field IS NOT NULL AS is_of_title,
           is_phrase AND len(words) > 1 AS is_of_phrase,
           is_phrase OR value[-1:] = '*' AS is_verbatim,
           value[-1:] = '*' AND NOT is_phrase AS is_prefix,
           len(words) AS length,
           generate_subscripts(words, 1) AS position,
           unnest(words) AS word
    FROM (SELECT *, search_words(value) AS words FROM parts WHERE field IS NULL OR field = 'title')
),
-- One slot a word that must, or must not, be there. The words of an unwanted phrase may be.
slots AS MATERIALIZED (
    SELECT row_number() OVER () AS slot, *
    FROM (SELECT DISTINCT part, is_unwanted, is_of_title, is_verbatim, is_prefix, word FROM words WHERE NOT (is_unwanted AND is_of_phrase))
),
stems AS MATERIALIZED (
    SELECT slot, known.language, known.stem
    FROM slots
    JOIN state.search_words AS known USING (word)
    WHERE NOT slots.is_verbatim
),
-- A word that stands in no article has no stem on record; the longest stem that it begins with will do: rationing -> ration.
guessed AS MATERIALIZED (
    SELECT DISTINCT slot, known.language, known.stem
    FROM (FROM slots ANTI JOIN stems USING (slot)) AS slots
    JOIN state.search_words AS known
      ON starts_with(slots.word, known.stem) AND length(known.stem) >= 4 AND length(slots.word) - length(known.stem) <= 5
    WHERE NOT slots.is_verbatim
    QUALIFY rank() OVER (PARTITION BY slot ORDER BY length(known.stem) DESC) = 1
),
-- The bounds here and below are far off. They tell the optimizer that this is the short side of the joins with the postings.
spellings AS MATERIALIZED (
    SELECT slot, word_id
    FROM (
        SELECT DISTINCT slot, known.word_id
        FROM (FROM stems UNION ALL FROM guessed) AS stems
        JOIN state.search_words AS known USING (language, stem)
        UNION
        SELECT slot, known.word_id
        FROM slots
        JOIN state.search_words AS known USING (word)
        UNION
        SELECT slot, known.word_id
        FROM slots
        JOIN state.search_words AS known ON starts_with(known.word, slots.word)
        WHERE slots.is_prefix
    )
    LIMIT 100_000
),
forms AS MATERIALIZED (
    SELECT slot,
           word_id,
           many,
           row_number() OVER (PARTITION BY slot ORDER BY many DESC, word_id) = 1 AS is_main,
           count(*) OVER (PARTITION BY slot) > 1 AS has_others
    FROM spellings
    JOIN (
        SELECT word_id, count(*) AS many
        FROM state.search_postings
        WHERE word_id IN (SELECT word_id FROM spellings)
        GROUP BY word_id
    ) USING (word_id)
    LIMIT 100_000
),
-- A word's most frequent form is read where it is needed; only its other forms, and articles that have both, are added up here.
minor AS MATERIALIZED (
    SELECT slot, document, sum(times)::INTEGER AS times, bool_or(in_title) AS in_title
    FROM (
        SELECT word_id, document, times, in_title
        FROM state.search_postings
        WHERE word_id IN (SELECT word_id FROM forms WHERE NOT is_main)
    ) AS posting
    JOIN (SELECT slot, word_id FROM forms WHERE NOT is_main) AS forms USING (word_id)
    GROUP BY slot, document
),
mixed AS MATERIALIZED (
    SELECT slot, document, posting.times + minor.times AS times, posting.in_title OR minor.in_title AS in_title
    FROM (
        SELECT word_id, document, times, in_title
        FROM state.search_postings
        WHERE word_id IN (SELECT word_id FROM forms WHERE is_main AND has_others)
    ) AS posting
    JOIN (SELECT slot, word_id FROM forms WHERE is_main AND has_others) AS forms USING (word_id)
    JOIN minor USING (slot, document)
),
-- Out of one row of lists, so that the optimizer takes these for few: the postings would be hashed instead.
settled AS MATERIALIZED (
    SELECT unnest(slots) AS slot, unnest(documents) AS document
    FROM (SELECT list(slot) AS slots, list(document) AS documents FROM mixed)
),
merged AS MATERIALIZED (
    FROM mixed
    UNION ALL
    FROM (FROM minor ANTI JOIN mixed USING (slot, document))
),
counts AS MATERIALIZED (
    SELECT slot, sum(many) AS many
    FROM (
        SELECT slot, many FROM forms WHERE is_main
        UNION ALL
        SELECT slot, count(*) FROM merged GROUP BY slot
        UNION ALL
        SELECT slot, -count(*) FROM mixed GROUP BY slot
    )
    GROUP BY slot
),
-- BM25 with k1 = 1.2 and b = 0.75 (Robertson and Zaragoza 2009); a word in the title counts two times more.
weights AS MATERIALIZED (
    SELECT slots.*,
           2.2 * ln(1 + (greatest(documents - coalesce(many, 0), 0) + 0.5) / (coalesce(many, 0) + 0.5)) AS weight,
           1.2 * 0.75 / mean_words AS slope,
           count(*) FILTER (WHERE NOT is_unwanted) OVER () AS wanted,
           NOT is_unwanted AND row_number() OVER (PARTITION BY is_unwanted ORDER BY coalesce(many, 0), slot) = 1 AS is_rarest
    FROM slots
    LEFT JOIN counts USING (slot)
    CROSS JOIN (SELECT count(*) AS documents, avg(words) AS mean_words FROM state.search_documents)
    LIMIT 10_000
),
mains AS MATERIALIZED (
    SELECT word_id, weights.* FROM (FROM forms WHERE is_main) AS forms JOIN weights USING (slot) LIMIT 10_000
),
-- Articles with the rarest word: the others need be looked for only among them.
rarest AS MATERIALIZED (
    SELECT document,
           article_id,
           words,
           wanted,
           weight * (times + 2 * in_title::INTEGER) / (times + 2 * in_title::INTEGER + 0.3 + slope * words) AS score
    FROM (
        SELECT posting.* EXCLUDE (word_id), mains.weight, mains.slope, mains.wanted, mains.is_of_title
        FROM (
            SELECT word_id, document, times, in_title
            FROM state.search_postings
            WHERE word_id IN (SELECT word_id FROM mains WHERE is_rarest)
        ) AS posting
        JOIN (FROM mains WHERE is_rarest) AS mains USING (word_id)
        ANTI JOIN settled USING (slot, document)
        UNION ALL
        SELECT merged.* EXCLUDE (slot), weights.weight, weights.slope, weights.wanted, weights.is_of_title
        FROM merged
        JOIN (FROM weights WHERE is_rarest) AS weights USING (slot)
    ) AS posting
    JOIN state.search_documents USING (document)
    WHERE in_title OR NOT is_of_title
),
others AS MATERIALIZED (
    SELECT document,
           article_id,
           wanted,
           rarest.score AS score_of_rarest,
           weight * (times + 2 * in_title::INTEGER) / (times + 2 * in_title::INTEGER + 0.3 + slope * words) AS score
    FROM (
        SELECT posting.* EXCLUDE (word_id), mains.weight, mains.slope, mains.is_of_title
        FROM (
            SELECT word_id, document, times, in_title
            FROM state.search_postings
            WHERE word_id IN (SELECT word_id FROM mains WHERE NOT is_rarest AND NOT is_unwanted) AND document IN (SELECT document FROM rarest)
        ) AS posting
        JOIN (FROM mains WHERE NOT is_rarest AND NOT is_unwanted) AS mains USING (word_id)
        ANTI JOIN settled USING (slot, document)
        UNION ALL
        SELECT merged.* EXCLUDE (slot), weights.weight, weights.slope, weights.is_of_title
        FROM merged
        JOIN (FROM weights WHERE NOT is_rarest AND NOT is_unwanted) AS weights USING (slot)
    ) AS posting
    JOIN rarest USING (document)
    WHERE in_title OR NOT is_of_title
),
excluded AS MATERIALIZED (
    SELECT document
    FROM (
        SELECT word_id, document, in_title
        FROM state.search_postings
        WHERE word_id IN (SELECT word_id FROM mains WHERE is_unwanted)
    ) AS posting
    JOIN (FROM mains WHERE is_unwanted) AS mains USING (word_id)
    ANTI JOIN settled USING (slot, document)
    WHERE in_title OR NOT is_of_title
    UNION ALL
    SELECT document
    FROM merged
    JOIN (FROM weights WHERE is_unwanted) AS weights USING (slot)
    WHERE in_title OR NOT is_of_title
),
allowed AS MATERIALIZED (
    SELECT article_id
    FROM main.articles AS article
    CROSS JOIN (FROM filters WHERE has_any) AS filters
    WHERE (filters.outlet IS NULL OR contains(lower(article.outlet), filters.outlet))
      AND (filters.author IS NULL OR contains(lower(array_to_string(article.authors, ' ')), filters.author))
      AND (filters.agency IS NULL OR contains(lower(article.agency), filters.agency))
      AND (filters.section IS NULL OR contains(lower(article.section), filters.section))
      AND (filters.language IS NULL OR article.language = filters.language)
      AND (filters.after IS NULL OR article.published_date >= filters.after)
      AND (filters.before IS NULL OR article.published_date < filters.before)
),
fitting AS MATERIALIZED (
    SELECT article_id, document, score
    FROM (
        SELECT article_id, document, score FROM rarest WHERE wanted = 1
        UNION ALL
        SELECT article_id, document, score_of_rarest + score FROM others WHERE wanted = 2
        UNION ALL
        SELECT any_value(article_id), document, any_value(score_of_rarest) + sum(score)
        FROM (FROM others WHERE wanted > 2)
        GROUP BY document
        HAVING count(*) = any_value(wanted) - 1
        UNION ALL
        -- No word but a filter: all that pass it, the newest first.
        SELECT article_id, document, 0.0
        FROM (FROM allowed WHERE (SELECT count(*) FROM slots WHERE NOT is_unwanted) = 0) AS allowed
        JOIN state.search_documents USING (article_id)
    ) AS candidate
    ANTI JOIN excluded USING (document)
    WHERE NOT (SELECT has_any FROM filters) OR article_id IN (SELECT article_id FROM allowed)
),
-- Phrases are looked for in twenty times as many of the best as are wanted, and in all others only if that was not enough.
best AS MATERIALIZED (
    FROM fitting
    ORDER BY score DESC, document DESC
    LIMIT most * 20
),
phrases AS MATERIALIZED (
    SELECT *, row_number() OVER (PARTITION BY part ORDER BY coalesce(many, 0), position) = 1 AS is_anchor
    FROM (FROM words WHERE is_of_phrase)
    LEFT JOIN (
        SELECT word, word_id, many
        FROM (SELECT DISTINCT word, word_id FROM state.search_words WHERE word IN (SELECT word FROM words WHERE is_of_phrase))
        LEFT JOIN (
            SELECT word_id, count(*) AS many
            FROM state.search_postings
            WHERE word_id IN (SELECT word_id FROM state.search_words WHERE word IN (SELECT word FROM words WHERE is_of_phrase))
            GROUP BY word_id
        ) USING (word_id)
    ) AS known USING (word)
    LIMIT 10_000
),
-- Where a phrase would begin, document and place in one number, for its rarest word to stand where it stands; it is there where
-- all its other words say the same.
anchors AS MATERIALIZED (
    SELECT part, length, is_of_title, document, document::BIGINT * 16_777_216 + unnest(places) - position + 65_536 AS beginning
    FROM (
        SELECT word_id, document, places
        FROM state.search_postings
        WHERE word_id IN (SELECT word_id FROM phrases WHERE is_anchor) AND document IN (SELECT document FROM best)
    ) AS posting
    JOIN (FROM phrases WHERE is_anchor) AS phrases USING (word_id)
),
held AS MATERIALIZED (
    SELECT DISTINCT part, document
    FROM (
        SELECT part, beginning, any_value(document) AS document, any_value(length) AS length, any_value(is_of_title) AS is_of_title
        FROM (
            SELECT word_id, document, places
            FROM state.search_postings
            WHERE word_id IN (SELECT word_id FROM phrases WHERE NOT is_anchor)
        ) AS posting
        JOIN (SELECT part, position, word_id FROM phrases WHERE NOT is_anchor) AS phrases USING (word_id)
        JOIN anchors USING (part, document)
        WHERE list_contains(places, (beginning % 16_777_216 - 65_536 + position)::INTEGER)
        GROUP BY part, beginning
        HAVING count(*) = any_value(length) - 1
    ) AS beginnings
    JOIN state.search_documents USING (document)
    WHERE NOT is_of_title OR beginning % 16_777_216 - 65_536 + length <= title_words
),
found AS MATERIALIZED (
    FROM best
    WHERE document NOT IN (SELECT document FROM held WHERE part IN (SELECT part FROM phrases WHERE is_unwanted))
      AND (
          document IN (
              SELECT document
              FROM held
              WHERE part IN (SELECT part FROM phrases WHERE NOT is_unwanted)
              GROUP BY document
              HAVING count(*) = (SELECT count(DISTINCT part) FROM phrases WHERE NOT is_unwanted)
          )
          OR (SELECT count(*) FROM phrases WHERE NOT is_unwanted) = 0
      )
),
rest AS MATERIALIZED (
    FROM fitting
    ANTI JOIN best USING (document)
    WHERE (SELECT count(*) FROM phrases) > 0 AND (SELECT count(*) FROM found) < most
),
other_anchors AS MATERIALIZED (
    SELECT part, length, is_of_title, document, document::BIGINT * 16_777_216 + unnest(places) - position + 65_536 AS beginning
    FROM (
        SELECT word_id, document, places
        FROM state.search_postings
        WHERE word_id IN (SELECT word_id FROM phrases WHERE is_anchor) AND document IN (SELECT document FROM rest)
    ) AS posting
    JOIN (FROM phrases WHERE is_anchor) AS phrases USING (word_id)
),
other_held AS MATERIALIZED (
    SELECT DISTINCT part, document
    FROM (
        SELECT part, beginning, any_value(document) AS document, any_value(length) AS length, any_value(is_of_title) AS is_of_title
        FROM (
            SELECT word_id, document, places
            FROM state.search_postings
            WHERE word_id IN (SELECT word_id FROM phrases WHERE NOT is_anchor)
        ) AS posting
        JOIN (SELECT part, position, word_id FROM phrases WHERE NOT is_anchor) AS phrases USING (word_id)
        JOIN other_anchors USING (part, document)
        WHERE list_contains(places, (beginning % 16_777_216 - 65_536 + position)::INTEGER)
        GROUP BY part, beginning
        HAVING count(*) = any_value(length) - 1
    ) AS beginnings
    JOIN state.search_documents USING (document)
    WHERE NOT is_of_title OR beginning % 16_777_216 - 65_536 + length <= title_words
),
other_found AS MATERIALIZED (
    FROM rest
    WHERE document NOT IN (SELECT document FROM other_held WHERE part IN (SELECT part FROM phrases WHERE is_unwanted))
      AND (
          document IN (
              SELECT document
              FROM other_held
              WHERE part IN (SELECT part FROM phrases WHERE NOT is_unwanted)
              GROUP BY document
              HAVING count(*) = (SELECT count(DISTINCT part) FROM phrases WHERE NOT is_unwanted)
          )
          OR (SELECT count(*) FROM phrases WHERE NOT is_unwanted) = 0
      )
)
SELECT round(found.score, 3) AS score,
       article.article_id,
       article.published_at,
       article.outlet,
       article.title,
       article.language,
       article.original_id,
       article.canonical_url
FROM (
    FROM (FROM found UNION ALL FROM other_found)
    ORDER BY score DESC, document DESC
    LIMIT most
) AS found
JOIN main.articles AS article USING (article_id)
ORDER BY found.score DESC, found.document DESC;
COMMENT ON MACRO TABLE main.search IS 'Articles that hold all words, best first (BM25, title thrice). Words match their other forms too; "a phrase" word for word; pref*; -without; title:word outlet:x author:x agency:x section:x language:en after:2026-01-31 before:2026-02-28. Columns score, article_id, published_at, outlet, title, language, original_id, canonical_url.';
