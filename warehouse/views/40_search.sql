-- Full-text search in plain SQL: the same on the command line, in a notebook and in a BI tool.

CREATE OR REPLACE MACRO main.search_words(words_of) AS regexp_extract_all(
    lower(strip_accents(words_of)),
    '[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]|[^\p{P}\p{S}\p{Z}\p{C}\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]+'
);
COMMENT ON MACRO main.search_words IS 'Words of a text as the index knows them: lower case, no accents; one character each in scripts without spaces.';

-- BM25 with k1 = 1.2 and b = 0.75 (Robertson and Zaragoza 2009), weight and slope made ready; a word in the title counts two times more.
CREATE OR REPLACE MACRO state.search_score(times, in_title, words, weight, slope) AS
    weight * (times + 2 * in_title::INTEGER) / (times + 2 * in_title::INTEGER + 0.3::DOUBLE + slope * words);
COMMENT ON MACRO state.search_score IS 'Score of one word in one article.';

-- Whether a value passes all clauses: one of the values wanted is in it, or none of those unwanted. No clause: all pass.
CREATE OR REPLACE MACRO state.search_passes(value, clauses) AS
    CASE
        WHEN clauses IS NULL THEN true
        ELSE len(list_filter(
            clauses,
            lambda clause: (len(list_filter(clause.wanted, lambda one: contains(coalesce(value, ''), one))) = 0) <> clause.is_unwanted
        )) = 0
    END;
COMMENT ON MACRO state.search_passes IS 'Whether a value passes all clauses of a filter.';

-- Where phrases stand in some documents: their words one after another, the rarest first, each looked for only where the ones before
-- it have stood. Document and place of a beginning are one number, the same for all words of
-- a phrase that stand as they should.
CREATE OR REPLACE MACRO state.search_beginnings(phrases, documents, in_all) AS TABLE
WITH RECURSIVE asked AS MATERIALIZED (
    SELECT unnest(phrases, recursive := true)
),
among AS MATERIALIZED (
    SELECT unnest(documents) AS document
),
standing AS (
    SELECT 1 AS turn, part, length, document, document::BIGINT * 16_777_216 + unnest(places) - position + 65_536 AS beginning
    FROM (
        SELECT word_id, document, places
        FROM state.search_postings
        WHERE word_id IN (SELECT word_id FROM asked WHERE turn = 1) AND (in_all OR document IN (FROM among))
    ) AS posting
    JOIN (FROM asked WHERE turn = 1) AS asked USING (word_id)
    UNION ALL
    SELECT standing.turn + 1, standing.part, standing.length, standing.document, standing.beginning
    FROM standing
    SEMI JOIN (
        SELECT part, document::BIGINT * 16_777_216 + unnest(places) - position + 65_536 AS beginning
        FROM (
            SELECT word_id, document, places
            FROM state.search_postings
            WHERE word_id IN (SELECT word_id FROM asked WHERE turn = (SELECT any_value(turn) + 1 FROM standing))
              AND document IN (SELECT document FROM standing)
        ) AS posting
        JOIN (FROM asked WHERE turn = (SELECT any_value(turn) + 1 FROM standing)) AS asked USING (word_id)
    ) AS next USING (part, beginning)
)
SELECT part, length, document, (beginning % 16_777_216 - 65_536)::INTEGER AS before
FROM standing
WHERE turn = length;
COMMENT ON MACRO TABLE state.search_beginnings IS 'Where phrases begin, in words before them.';

-- Those of some documents that hold all phrases wanted and none unwanted.
CREATE OR REPLACE MACRO state.search_held(phrases, documents) AS TABLE
WITH asked AS MATERIALIZED (
    SELECT DISTINCT part, is_unwanted, is_of_title FROM (SELECT unnest(phrases, recursive := true))
),
met AS MATERIALIZED (
    SELECT DISTINCT part, is_unwanted, document
    FROM state.search_beginnings(phrases, documents, false)
    JOIN asked USING (part)
    JOIN state.search_documents USING (document)
    WHERE NOT is_of_title OR before + length <= title_words
)
SELECT document
FROM (SELECT unnest(documents) AS document)
WHERE document NOT IN (SELECT document FROM met WHERE is_unwanted)
  AND (
      (SELECT count(*) FROM asked WHERE NOT is_unwanted) = 0
      OR document IN (
          SELECT document
          FROM met
          WHERE NOT is_unwanted
          GROUP BY document
          HAVING count(*) = (SELECT count(*) FROM asked WHERE NOT is_unwanted)
      )
  );
COMMENT ON MACRO TABLE state.search_held IS 'Of some documents those that hold all phrases wanted and none unwanted.';

-- What a keyboard or a web page puts into a query beside what is meant: spaces of all kinds, marks of direction, curly quotation marks.
CREATE OR REPLACE MACRO state.search_typed(query) AS regexp_replace(
    regexp_replace(translate(query, '“”„‟«»', '""""""'), '[\p{Z}\p{Cc}]+', ' ', 'g'),
    '(^| )\p{Cf}+|\p{Cf}+( |$)',
    '\1\2',
    'g'
);
COMMENT ON MACRO state.search_typed IS 'A query as it is read: plain spaces, straight quotation marks, no marks of direction at the edges of words.';

-- Each word is a step of its own, 1 to 6 ms however rare, and is looked for in all ways at once: 20,000 took minutes and a gigabyte.
CREATE OR REPLACE MACRO state.search_bounded(query) AS CASE
    WHEN length(query) > 10_000 OR len(search_words(regexp_replace(query[1:10_001], '\bOR\b', ' ', 'g'))) > 500
        THEN error('a search has 500 words and 10,000 characters at most')
    ELSE query
END;
COMMENT ON MACRO state.search_bounded IS 'A query of bearable length.';

CREATE OR REPLACE MACRO state.search_day(field, value) AS CASE
    WHEN field IN ('after', 'before') THEN CASE
        WHEN regexp_matches(value, '^\d{4}-\d{2}-\d{2}$') AND try_cast(value AS DATE) IS NOT NULL THEN value::DATE
        ELSE error('after: and before: take a day of the calendar, such as after:2026-01-31')
    END
END;
COMMENT ON MACRO state.search_day IS 'The day of a filter by day.';

CREATE OR REPLACE MACRO main.search(query, most := 100) AS TABLE
WITH RECURSIVE asked AS MATERIALIZED (
    SELECT part, raw, coalesce(lag(raw) OVER (ORDER BY part) = 'OR', false) AS is_after_or
    FROM (
        SELECT generate_subscripts(found, 1) AS part, unnest(found) AS raw
        FROM (
            SELECT regexp_extract_all(
                       state.search_typed(state.search_bounded(typed)),
                       '-?(?:(?i:title|outlet|author|agency|section|language|after|before): *|[A-Za-z]+:)?(?:"[^"]*"|[^ "]+)'
                   ) AS found
            FROM (SELECT query::VARCHAR AS typed)
        )
    )
),
-- Parts with OR between them are one clause, of which one is enough; any other part is a clause of its own, and all must hold.
parts AS MATERIALIZED (
    SELECT *,
           CASE
               WHEN field IS NOT NULL AND value = '' THEN error(field || ': has nothing behind it')
               ELSE state.search_day(field, value)
           END AS day
    FROM (
        SELECT part,
               clause,
               raw[1:1] = '-' AS is_unwanted,
               field,
               trim(CASE WHEN field IS NULL THEN ltrim(raw, '-') ELSE regexp_replace(raw, '^-?[A-Za-z]+: *', '') END, '"') AS value,
               -- In scripts without spaces a word is a row of characters: 北京 means them side by side.
               contains(raw, '"') OR regexp_matches(raw, '[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]{2}') AS is_phrase
        FROM (
            SELECT *,
                   nullif(lower(regexp_extract(raw, '^-?((?i:title|outlet|author|agency|section|language|after|before)):', 1)), '') AS field,
                   count(*) OVER (PARTITION BY clause) > 1 AS is_choice
            FROM (
                SELECT part, raw, (sum((NOT is_after_or)::INTEGER) OVER (ORDER BY part))::INTEGER AS clause
                FROM asked
                WHERE raw <> 'OR'
            )
        )
        QUALIFY row_number() OVER (PARTITION BY raw, CASE WHEN is_choice THEN clause END ORDER BY part) = 1
    )
),
clauses AS MATERIALIZED (
    SELECT clause,
           CASE
               WHEN count(*) > 1 AND (bool_or(is_unwanted) OR count(DISTINCT coalesce(field, '')) > 1 OR bool_or(field IN ('after', 'before')))
                   THEN error('OR stands between words and phrases, between title: and title:, outlet: and outlet: and so on, with no - before them')
               ELSE count(*) > 1
           END AS is_choice
    FROM parts
    GROUP BY clause
),
filters AS MATERIALIZED (
    SELECT list({'wanted': wanted, 'is_unwanted': is_unwanted}) FILTER (WHERE field = 'outlet') AS outlet,
           list({'wanted': wanted, 'is_unwanted': is_unwanted}) FILTER (WHERE field = 'author') AS author,
           list({'wanted': wanted, 'is_unwanted': is_unwanted}) FILTER (WHERE field = 'agency') AS agency,
           list({'wanted': wanted, 'is_unwanted': is_unwanted}) FILTER (WHERE field = 'section') AS section,
           list({'wanted': wanted, 'is_unwanted': is_unwanted}) FILTER (WHERE field = 'language') AS language,
           max(day) FILTER (WHERE (field = 'after' AND NOT is_unwanted) OR (field = 'before' AND is_unwanted)) AS after,
           min(day) FILTER (WHERE (field = 'before' AND NOT is_unwanted) OR (field = 'after' AND is_unwanted)) AS before,
           count(*) > 0 AS has_any
    FROM (
        SELECT clause, field, is_unwanted, list(lower(value)) AS wanted, any_value(day) AS day
        FROM parts
        WHERE field <> 'title'
        GROUP BY clause, field, is_unwanted
    )
),
-- One row a word asked for; a phrase has one a place in it. One slot a word that must, or must not, be there; a choice is one slot.
words AS MATERIALIZED (
    SELECT *,
           dense_rank() OVER (ORDER BY clause, CASE WHEN NOT is_choice THEN word END) AS slot
    FROM (
        SELECT part,
               clause,
               is_choice,
               is_unwanted,
               field IS NOT NULL AS is_of_title,
               (is_phrase OR is_choice) AND len(words) > 1 AS is_of_phrase,
               is_phrase OR value[-1:] = '*' AS is_verbatim,
               value[-1:] = '*' AND NOT is_phrase AS is_prefix,
               len(words) AS length,
               generate_subscripts(words, 1) AS position,
               unnest(words) AS word
        FROM (SELECT *, search_words(value) AS words FROM parts JOIN clauses USING (clause) WHERE field IS NULL OR field = 'title')
    )
),
-- The words of an unwanted phrase may be there.
slots AS MATERIALIZED (
    SELECT DISTINCT slot, is_unwanted, is_of_title FROM words WHERE NOT (is_unwanted AND is_of_phrase)
),
members AS MATERIALIZED (
    SELECT DISTINCT slot, word, is_verbatim, is_prefix FROM words WHERE NOT (is_of_phrase AND (is_unwanted OR is_choice))
),
stems AS MATERIALIZED (
    SELECT slot, word, known.language, known.stem
    FROM members
    JOIN state.search_words AS known USING (word)
    WHERE NOT members.is_verbatim
),
-- A word that stands in no article has no stem on record; the longest stem that it begins with will do: rationing -> ration.
guessed AS MATERIALIZED (
    SELECT DISTINCT slot, members.word, known.language, known.stem
    FROM (FROM members ANTI JOIN stems USING (slot, word)) AS members
    JOIN state.search_words AS known
      ON starts_with(members.word, known.stem) AND length(known.stem) >= 4 AND length(members.word) - length(known.stem) <= 5
    WHERE NOT members.is_verbatim
    QUALIFY rank() OVER (PARTITION BY slot, members.word ORDER BY length(known.stem) DESC) = 1
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
        FROM members
        JOIN state.search_words AS known USING (word)
        UNION
        SELECT slot, known.word_id
        FROM members
        JOIN state.search_words AS known ON starts_with(known.word, members.word)
        WHERE members.is_prefix
    )
    LIMIT 100_000
),
phrase_words AS MATERIALIZED (
    SELECT DISTINCT word, word_id
    FROM state.search_words
    WHERE word IN (SELECT word FROM words WHERE is_of_phrase)
    LIMIT 10_000
),
frequencies AS MATERIALIZED (
    SELECT word_id, count(*) AS many, sum(times) AS occurrences
    FROM state.search_postings
    JOIN (SELECT word_id FROM spellings UNION SELECT word_id FROM phrase_words) USING (word_id)
    GROUP BY word_id
),
forms AS MATERIALIZED (
    SELECT slot,
           word_id,
           many,
           row_number() OVER (PARTITION BY slot ORDER BY many DESC, word_id) = 1 AS is_main
    FROM spellings
    JOIN frequencies USING (word_id)
    LIMIT 100_000
),
-- A phrase is looked for in all articles where that is cheap: where its two rarest words stand six times in a mean article at most.
phrases AS MATERIALIZED (
    SELECT *,
           is_choice
           OR (NOT is_unwanted AND sum(occurrences) FILTER (WHERE turn <= 2) OVER (PARTITION BY part) <= 6 * (SELECT count(*) FROM state.search_documents))
           AS is_sought
    FROM (
        SELECT words.*,
               word_id,
               coalesce(occurrences, 0) AS occurrences,
               row_number() OVER (PARTITION BY part ORDER BY coalesce(occurrences, 0), position) AS turn
        FROM (FROM words WHERE is_of_phrase) AS words
        LEFT JOIN phrase_words USING (word)
        LEFT JOIN frequencies USING (word_id)
    )
    LIMIT 10_000
),
met AS MATERIALIZED (
    SELECT phrase.part, slot, is_choice, document, count(*) AS times, bool_or(before + met.length <= title_words) AS in_title
    FROM state.search_beginnings((SELECT list({'part': part, 'position': position, 'length': length, 'word_id': word_id, 'turn': turn}) FROM phrases WHERE is_sought), [], true) AS met
    JOIN (SELECT DISTINCT part, CASE WHEN is_choice THEN slot END AS slot, is_choice, is_of_title FROM phrases) AS phrase USING (part)
    JOIN state.search_documents USING (document)
    WHERE NOT is_of_title OR before + met.length <= title_words
    GROUP BY ALL
),
sought AS MATERIALIZED (
    SELECT DISTINCT part FROM phrases WHERE is_sought AND NOT is_choice
),
holding AS MATERIALIZED (
    SELECT document FROM met WHERE NOT is_choice GROUP BY document HAVING count(*) = (SELECT count(*) FROM sought)
),
-- A slot's most frequent form is read where it is needed. Only its other forms, and phrases to choose, are added up: articles that
-- have some are mixed, and few as a rule.
minor AS MATERIALIZED (
    SELECT slot, document, sum(times)::INTEGER AS times, bool_or(in_title) AS in_title
    FROM (
        SELECT slot, document, times, in_title
        FROM state.search_postings
        JOIN (SELECT slot, word_id FROM forms WHERE NOT is_main) USING (word_id)
        UNION ALL
        SELECT slot, document, times, in_title FROM met WHERE is_choice
    )
    GROUP BY slot, document
),
mixed AS MATERIALIZED (
    SELECT DISTINCT document FROM minor JOIN (FROM slots WHERE NOT is_unwanted) USING (slot)
),
major AS MATERIALIZED (
    SELECT slot, document, times, in_title
    FROM state.search_postings
    JOIN (SELECT slot, word_id FROM forms WHERE is_main) USING (word_id)
    WHERE document IN (FROM mixed)
),
counts AS MATERIALIZED (
    SELECT slot, sum(many) AS many
    FROM (
        SELECT slot, many FROM forms WHERE is_main
        UNION ALL
        SELECT slot, count(*) FROM minor GROUP BY slot
        UNION ALL
        SELECT slot, -count(*) FROM major JOIN minor USING (slot, document) GROUP BY slot
    )
    GROUP BY slot
),
turns AS MATERIALIZED (
    SELECT slots.*,
           main.word_id,
           2.2 * ln(1 + (greatest(documents - coalesce(counts.many, 0), 0) + 0.5) / (coalesce(counts.many, 0) + 0.5)) AS weight,
           1.2 * 0.75 / mean_words AS slope,
           CASE WHEN NOT is_unwanted THEN row_number() OVER (PARTITION BY is_unwanted ORDER BY coalesce(counts.many, 0), slot) END AS turn
    FROM slots
    LEFT JOIN counts USING (slot)
    LEFT JOIN (FROM forms WHERE is_main) AS main USING (slot)
    CROSS JOIN (SELECT count(*) AS documents, avg(words) AS mean_words FROM state.search_documents)
    LIMIT 10_000
),
-- Word by word from the rarest: each is looked for only among the articles that have those before it. A word that should be in the
-- title and is not makes the score null: a condition here costs a third more.
scored AS (
    SELECT 0::BIGINT AS turn, NULL::INTEGER AS document, NULL::INTEGER AS words, 0.0::DOUBLE AS score
    UNION ALL
    SELECT now.turn,
           document,
           before.words,
           before.score + CASE
               WHEN posting.in_title OR NOT now.is_of_title
                   THEN state.search_score(posting.times, posting.in_title, before.words, now.weight, now.slope)
           END
    FROM (
        SELECT document, times, in_title
        FROM state.search_postings
        WHERE word_id = (SELECT word_id FROM turns WHERE turn = (SELECT any_value(turn) + 1 FROM scored))
    ) AS posting
    JOIN (
        FROM scored
        UNION ALL
        SELECT 0, document, words, 0.0
        FROM state.search_documents
        WHERE (SELECT any_value(turn) FROM scored) = 0 AND (SELECT count(*) FROM sought) = 0
        UNION ALL
        SELECT 0, document, words, 0.0
        FROM (FROM holding WHERE (SELECT any_value(turn) FROM scored) = 0)
        JOIN state.search_documents USING (document)
    ) AS before USING (document)
    CROSS JOIN (FROM turns WHERE turn = (SELECT any_value(turn) + 1 FROM scored)) AS now
),
scored_mixed AS MATERIALIZED (
    -- Rounded: what is added up in another order must not come to another order.
    SELECT document, round(sum(state.search_score(posting.times, posting.in_title, words, weight, slope)), 9) AS score
    FROM (
        SELECT slot, document, sum(times)::INTEGER AS times, bool_or(in_title) AS in_title
        FROM (FROM major UNION ALL FROM minor)
        GROUP BY slot, document
    ) AS posting
    JOIN (FROM turns WHERE turn IS NOT NULL) AS now USING (slot)
    JOIN state.search_documents USING (document)
    WHERE (posting.in_title OR NOT now.is_of_title) AND ((SELECT count(*) FROM sought) = 0 OR document IN (FROM holding))
    GROUP BY document
    HAVING count(*) = (SELECT max(turn) FROM turns)
),
excluded AS MATERIALIZED (
    SELECT document
    FROM state.search_postings
    JOIN (FROM turns WHERE is_unwanted) USING (word_id)
    WHERE in_title OR NOT is_of_title
    UNION ALL
    SELECT document
    FROM minor
    JOIN (FROM turns WHERE is_unwanted) USING (slot)
    WHERE in_title OR NOT is_of_title
),
allowed AS MATERIALIZED (
    SELECT document
    FROM main.articles AS article
    JOIN (FROM filters WHERE has_any) AS filters ON filters.has_any = (article.article_id IS NOT NULL)  -- no row, no reading of articles
    JOIN state.search_documents USING (article_id)
    WHERE state.search_passes(lower(article.outlet), filters.outlet)
      AND state.search_passes(lower(array_to_string(article.authors, ' ')), filters.author)
      AND state.search_passes(lower(article.agency), filters.agency)
      AND state.search_passes(lower(article.section), filters.section)
      AND state.search_passes(article.language, filters.language)
      AND (filters.after IS NULL OR article.published_date >= filters.after)
      AND (filters.before IS NULL OR article.published_date < filters.before)
),
fitting AS MATERIALIZED (
    SELECT document, score
    FROM (
        SELECT document, score
        FROM (FROM scored WHERE turn = (SELECT max(turn) FROM turns) AND score IS NOT NULL) AS scored
        ANTI JOIN mixed USING (document)
        UNION ALL
        FROM scored_mixed
        UNION ALL
        -- No word but a filter: all that pass it, the newest first.
        SELECT document, 0.0 FROM allowed WHERE (SELECT count(turn) FROM turns) = 0
    )
    ANTI JOIN excluded USING (document)
    WHERE NOT (SELECT has_any FROM filters) OR document IN (FROM allowed)
),
-- Other phrases are looked for in twenty times as many of the best as are wanted, and in all others only if that was not enough.
required AS MATERIALIZED (
    SELECT list({'part': part, 'position': position, 'length': length, 'word_id': word_id, 'turn': turn, 'is_unwanted': is_unwanted, 'is_of_title': is_of_title}) AS phrases FROM phrases WHERE NOT is_sought
),
best AS MATERIALIZED (
    FROM fitting ORDER BY score DESC, document DESC LIMIT least(most, 1_000_000_000)::BIGINT * 20
),
found AS MATERIALIZED (
    FROM best SEMI JOIN (FROM state.search_held((SELECT phrases FROM required), (SELECT list(document) FROM best))) USING (document)
),
rest AS MATERIALIZED (
    FROM (FROM fitting WHERE (SELECT phrases IS NOT NULL FROM required) AND (SELECT count(*) FROM found) < coalesce(most, 1_000_000_000))
    ANTI JOIN best USING (document)
),
also_found AS MATERIALIZED (
    FROM rest SEMI JOIN (FROM state.search_held((SELECT phrases FROM required), (SELECT list(document) FROM rest))) USING (document)
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
    SELECT article_id, document, score
    FROM (
        FROM (FROM found UNION ALL FROM also_found)
        ORDER BY score DESC, document DESC
        LIMIT least(most, 1_000_000_000)
    )
    JOIN state.search_documents USING (document)
) AS found
JOIN main.articles AS article USING (article_id)
ORDER BY found.score DESC, found.document DESC;
COMMENT ON MACRO TABLE main.search IS 'Articles that hold all words, best first (BM25, title thrice). Words match their other forms too; "a phrase" word for word; pref*; -without; one OR another; title:word outlet:x author:x agency:x section:x language:en after:2026-01-31 before:2026-02-28. Columns score, article_id, published_at, outlet, title, language, original_id, canonical_url.';
