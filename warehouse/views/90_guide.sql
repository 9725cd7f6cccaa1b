-- The way in: every relation with its grain, its meaning and a query that runs. Grain and meaning are the COMMENTs, read from the catalog.

CREATE OR REPLACE TABLE main.guide AS
WITH examples (name, example) AS (
    VALUES
        ('articles', 'SELECT published_date, dated_on, outlet, title, word_count FROM articles WHERE original_id IS NULL ORDER BY published_date DESC, article_id LIMIT 20'),
        ('article_authors', 'SELECT author, count(*) AS articles FROM article_authors GROUP BY author ORDER BY articles DESC, author LIMIT 20'),
        ('captions', 'SELECT credit, count(*) AS pictures FROM captions GROUP BY credit ORDER BY pictures DESC, credit LIMIT 20'),
        ('co_mentions', 'SELECT name, other_name, sum(originals) AS texts FROM co_mentions WHERE published_date > (SELECT max(published_date) - 7 FROM articles) GROUP BY ALL ORDER BY texts DESC, name, other_name LIMIT 20'),
        ('copies', 'SELECT kind, count(*) AS pairs, avg(containment) AS containment FROM copies GROUP BY kind ORDER BY pairs DESC, kind'),
        ('corrections', 'SELECT outlet, seen_at, new_title, word_diff FROM corrections WHERE is_silent ORDER BY seen_at DESC, article_id, revision LIMIT 20'),
        ('daily_coverage', 'SELECT published_date, sum(articles) AS articles, sum(originals) AS originals FROM daily_coverage GROUP BY ALL ORDER BY ALL'),
        ('entities', 'SELECT name, kind, wikidata_id, aliases FROM entities WHERE list_contains(aliases, ''Zelensky'')'),
        ('entity_aliases', 'SELECT alias, name, rule, evidence FROM entity_aliases JOIN entities USING (entity_id) ORDER BY name, alias, entity_id LIMIT 50'),
        ('entity_daily', 'SELECT name, sum(originals) AS texts, sum(articles) AS articles FROM entity_daily GROUP BY name ORDER BY texts DESC, name LIMIT 20'),
        ('feed_health', 'SELECT feed_url, health, last_error, entries_a_day FROM feed_health WHERE health <> ''ok'' ORDER BY feed_url'),
        ('feeds', 'SELECT outlet, feed_url, title FROM feeds ORDER BY outlet, feed_url'),
        ('freshness', 'SELECT outlet, silent_hours, usual_gap_hours FROM freshness WHERE is_silent ORDER BY silent_hours DESC, outlet'),
        ('mentions', 'SELECT surface, kind, count(*) AS times FROM mentions WHERE entity_id IS NULL GROUP BY ALL ORDER BY times DESC, surface, kind LIMIT 20'),
        ('outcomes', 'SELECT run_id, stage, outcome, count(*) AS items FROM outcomes GROUP BY ALL ORDER BY ALL'),
        ('quotes', 'SELECT speaker_name, cue, quote FROM quotes WHERE kind = ''direct'' ORDER BY article_id, position LIMIT 20'),
        ('removed_lines', 'SELECT reason, count(*) AS lines FROM removed_lines GROUP BY reason ORDER BY lines DESC, reason'),
        ('revisions', 'SELECT article_id, revision, seen_at, words_added, words_removed FROM revisions ORDER BY seen_at DESC, article_id, revision LIMIT 20'),
        ('runs', 'SELECT kind, status, started_at, finished_at - started_at AS took, articles_new FROM runs ORDER BY started_at DESC, run_id LIMIT 20'),
        ('stories', 'SELECT title, first_outlet, outlets, articles FROM stories WHERE outlets > 1 ORDER BY outlets DESC, articles DESC, story_id LIMIT 20'),
        ('syndication', 'SELECT outlet, original_outlet, copies, median_lag_minutes FROM syndication ORDER BY copies DESC, outlet, original_outlet LIMIT 20'),
        ('trending', 'SELECT name, originals, usual, surprise FROM trending LIMIT 20'),
        ('search', 'SELECT score, outlet, title FROM search(''water -flood outlet:bbc'')'),
        ('search_words', 'SELECT search_words(''Zürich: 3 Räte'')'),
        ('word_diff', 'SELECT old.title, word_diff(old.text, new.text) FROM revisions AS old JOIN revisions AS new ON new.article_id = old.article_id AND new.revision = old.revision + 1 ORDER BY new.seen_at DESC, new.article_id, new.revision LIMIT 20'),
        ('word_changes', 'SELECT unnest(word_changes(''He said no to the plan'', ''He said yes to the plan''), recursive := true)'),
        ('entities_called', 'SELECT * FROM entities_called(''Kiev'')'),
        ('articles_about', 'SELECT * FROM articles_about(''Kyiv'') LIMIT 20'),
        ('texts_of', 'SELECT title, text FROM texts_of((SELECT list(article_id) FROM search(''water OR flood'', most := 5)))'),
        ('without_standfirst', 'SELECT title, standfirst, without_standfirst(text, standfirst) AS story FROM articles WHERE standfirst IS NOT NULL ORDER BY published_date DESC, article_id LIMIT 10'),
        ('story_of', 'SELECT appeared_at, minutes_after_first, outlet, kind FROM story_of((SELECT max(original_id) FROM articles))'),
        ('said_by', 'SELECT * FROM said_by(''Zelensky'') LIMIT 20'),
        ('mentioned_with', 'SELECT * FROM mentioned_with(''Kyiv'') LIMIT 20'),
        ('entity_trend', 'SELECT * FROM entity_trend(''Kyiv'', days := 30)'),
        ('trending_on', 'SELECT * FROM trending_on(DATE ''2026-11-01'') LIMIT 20'),
        ('who_said_what', 'SELECT speaker, quote, about, outlet FROM who_said_what WHERE published_date >= current_date - 2 ORDER BY published_date DESC, article_id, position LIMIT 20'),
        ('who_said_what_by_outlet', 'SELECT outlet, count(*) AS quotes FROM who_said_what_by_outlet WHERE original_id IS NOT NULL GROUP BY outlet ORDER BY quotes DESC, outlet')
),
relations AS (
    SELECT table_name AS name, 'table' AS type, comment
    FROM duckdb_tables()
    WHERE database_name = current_database() AND schema_name = 'main' AND table_name <> 'guide'
    UNION ALL
    SELECT view_name, 'view', comment
    FROM duckdb_views()
    WHERE database_name = current_database() AND schema_name = 'main' AND NOT internal
    UNION ALL
    SELECT function_name || '(' || array_to_string(parameters, ', ') || ')', 'macro', comment
    FROM duckdb_functions()
    WHERE database_name = current_database() AND schema_name = 'main' AND NOT internal
)
SELECT relations.name,
       type,
       nullif(trim(regexp_extract(comment, 'grain ([^.]*)\.', 1)), '') AS grain,
       regexp_replace(comment, '; grain [^.]*\.', '.') AS meaning,
       example
FROM relations
LEFT JOIN examples ON examples.name = regexp_extract(relations.name, '^\w+')
ORDER BY type = 'macro', relations.name;
COMMENT ON TABLE main.guide IS 'One row per relation or macro that analysts use; grain name. Start here: each example runs as it stands.';
COMMENT ON COLUMN main.guide.name IS 'Relation or macro in schema main; a macro with its parameters.';
COMMENT ON COLUMN main.guide.type IS 'table, view or macro.';
COMMENT ON COLUMN main.guide.grain IS 'Columns that tell one row from another; null for a macro.';
COMMENT ON COLUMN main.guide.meaning IS 'What a row is.';
COMMENT ON COLUMN main.guide.example IS 'A query that runs.';
