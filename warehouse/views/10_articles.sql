-- What is in the paper: coverage, authors, stories and their edits.

CREATE OR REPLACE VIEW main.daily_coverage AS
SELECT published_date,
       outlet,
       count(*) AS articles,
       count(*) FILTER (WHERE original_id IS NULL) AS originals,
       count(original_id) AS copies,
       count(*) FILTER (WHERE revision > 0) AS revised,
       sum(word_count)::BIGINT AS words,
       count(DISTINCT language) AS languages
FROM main.articles
GROUP BY published_date, outlet;
COMMENT ON VIEW main.daily_coverage IS 'One row per day and outlet; grain (published_date, outlet). How much each outlet ran, and how much of it was its own.';
COMMENT ON COLUMN main.daily_coverage.published_date IS 'UTC day, see articles.';
COMMENT ON COLUMN main.daily_coverage.outlet IS 'Publisher.';
COMMENT ON COLUMN main.daily_coverage.articles IS 'Articles, copies included.';
COMMENT ON COLUMN main.daily_coverage.originals IS 'Articles that repeat no other article.';
COMMENT ON COLUMN main.daily_coverage.copies IS 'Articles that repeat another one.';
COMMENT ON COLUMN main.daily_coverage.revised IS 'Articles whose title or text changed after publication.';
COMMENT ON COLUMN main.daily_coverage.words IS 'Words in all texts.';
COMMENT ON COLUMN main.daily_coverage.languages IS 'Languages detected.';

CREATE OR REPLACE VIEW main.article_authors AS
SELECT article_id, published_date, outlet, position::INTEGER AS position, author
FROM (
    SELECT article_id, published_date, outlet, unnest(authors) AS author, generate_subscripts(authors, 1) - 1 AS position
    FROM main.articles
);
COMMENT ON VIEW main.article_authors IS 'One row per byline of an article; grain (article_id, position). articles.authors laid flat, for tools that know no lists.';
COMMENT ON COLUMN main.article_authors.article_id IS 'See articles.';
COMMENT ON COLUMN main.article_authors.published_date IS 'UTC day, see articles.';
COMMENT ON COLUMN main.article_authors.outlet IS 'Publisher.';
COMMENT ON COLUMN main.article_authors.position IS 'Order of the byline, from 0.';
COMMENT ON COLUMN main.article_authors.author IS 'Name as the page gives it.';

-- Most texts ran once: they pass through as they are, and only the others are grouped, which is half the work.
CREATE OR REPLACE VIEW main.stories AS
WITH repeated AS (
    SELECT original_id AS story_id FROM main.articles WHERE original_id IS NOT NULL GROUP BY ALL
),
runs AS (
    SELECT coalesce(original_id, article_id) AS story_id,
           article_id,
           title,
           outlet,
           coalesce(published_at, first_seen_at) AS moment,
           {'moment': coalesce(published_at, first_seen_at), 'is_copy': original_id IS NOT NULL, 'outlet': outlet, 'article_id': article_id} AS turn,
           agency
    FROM main.articles
    WHERE original_id IS NOT NULL OR article_id IN (SELECT story_id FROM repeated)
)
SELECT story_id,
       arg_min(title, turn) AS title,
       arg_min(outlet, turn) AS first_outlet,
       arg_min(article_id, turn) AS first_article_id,
       min(moment) AS first_published_at,
       max(moment) AS last_published_at,
       max(agency) AS agency,
       count(*) AS articles,
       count(DISTINCT outlet) AS outlets
FROM runs
GROUP BY story_id
UNION ALL
SELECT article_id,
       title,
       outlet,
       article_id,
       coalesce(published_at, first_seen_at),
       coalesce(published_at, first_seen_at),
       agency,
       1,
       1
FROM main.articles
WHERE original_id IS NULL AND article_id NOT IN (SELECT story_id FROM repeated);
COMMENT ON VIEW main.stories IS 'One row per text, however many outlets ran it; grain story_id. Who published it first, and how far it went.';
COMMENT ON COLUMN main.stories.story_id IS 'article_id of the original that the copies point to.';
COMMENT ON COLUMN main.stories.title IS 'Headline of the earliest article.';
COMMENT ON COLUMN main.stories.first_outlet IS 'Outlet of the earliest article, by publication time or, where unknown, by first sight; of several at the same moment the one that copies none.';
COMMENT ON COLUMN main.stories.first_article_id IS 'The earliest article.';
COMMENT ON COLUMN main.stories.first_published_at IS 'When the earliest article appeared, UTC.';
COMMENT ON COLUMN main.stories.last_published_at IS 'When the latest one appeared, UTC.';
COMMENT ON COLUMN main.stories.agency IS 'News agency credited by any of them; null if none.';
COMMENT ON COLUMN main.stories.articles IS 'Articles that carry the text, whole or in part.';
COMMENT ON COLUMN main.stories.outlets IS 'Outlets that ran it.';

CREATE OR REPLACE VIEW main.syndication AS
SELECT article.outlet AS outlet,
       original.outlet AS original_outlet,
       count(*) AS copies,
       count(*) FILTER (WHERE article.copy_kind IN ('exact', 'near')) AS whole_copies,
       count(*) FILTER (WHERE article.copy_kind = 'excerpt') AS excerpts,
       -- in microseconds: a difference of two TIMESTAMPTZ asks the calendar, and is 30 times dearer
       round(median(epoch_us(article.published_at) - epoch_us(original.published_at)) / 6e7, 1) AS median_lag_minutes,
       min(article.published_date) AS first_date,
       max(article.published_date) AS last_date
FROM main.articles AS article
JOIN main.articles AS original ON original.article_id = article.original_id
GROUP BY ALL;
COMMENT ON VIEW main.syndication IS 'One row per pair of outlets of which one ran texts of the other; grain (outlet, original_outlet). Who copies whom, and how fast.';
COMMENT ON COLUMN main.syndication.outlet IS 'Outlet that repeats.';
COMMENT ON COLUMN main.syndication.original_outlet IS 'Outlet of the original; the same outlet where it repeats itself.';
COMMENT ON COLUMN main.syndication.copies IS 'Articles repeated.';
COMMENT ON COLUMN main.syndication.whole_copies IS 'Of those, exact and near copies.';
COMMENT ON COLUMN main.syndication.excerpts IS 'Of those, parts of the original.';
COMMENT ON COLUMN main.syndication.median_lag_minutes IS 'Median of copy minus original publication, minutes; null where no pair has both times.';
COMMENT ON COLUMN main.syndication.first_date IS 'UTC day of the first copy.';
COMMENT ON COLUMN main.syndication.last_date IS 'UTC day of the last copy.';

CREATE OR REPLACE VIEW main.corrections AS
SELECT new.article_id,
       new.revision,
       article.outlet,
       article.published_date,
       article.canonical_url,
       old.title AS old_title,
       new.title AS new_title,
       new.seen_at,
       ((epoch_us(new.seen_at) - epoch_us(article.first_seen_at)) / 6e7)::BIGINT AS minutes_after_first_seen,
       new.words_added,
       new.words_removed,
       new.modified_at IS NOT DISTINCT FROM old.modified_at AS is_silent,
       list_aggregate(
           list_transform(
               new.changes,
               lambda change: concat_ws(' ', nullif(change.context, ''), '[-' || nullif(change.removed, '') || '-]', '{+' || nullif(change.added, '') || '+}')
           ),
           'string_agg',
           ' … '
       ) AS word_diff,
       new.changes
FROM main.revisions AS new
JOIN main.revisions AS old ON old.article_id = new.article_id AND old.revision = new.revision - 1
JOIN main.articles AS article ON article.article_id = new.article_id;
COMMENT ON VIEW main.corrections IS 'One row per change of a published article; grain (article_id, revision). Corrections and silent edits with their word diff.';
COMMENT ON COLUMN main.corrections.article_id IS 'See articles.';
COMMENT ON COLUMN main.corrections.revision IS 'Number of the version that the change made, from 1.';
COMMENT ON COLUMN main.corrections.outlet IS 'Publisher.';
COMMENT ON COLUMN main.corrections.published_date IS 'UTC day of the article.';
COMMENT ON COLUMN main.corrections.canonical_url IS 'Address of the article.';
COMMENT ON COLUMN main.corrections.old_title IS 'Headline before.';
COMMENT ON COLUMN main.corrections.new_title IS 'Headline after.';
COMMENT ON COLUMN main.corrections.seen_at IS 'When the change was first seen, UTC: it happened between the check before and this one.';
COMMENT ON COLUMN main.corrections.minutes_after_first_seen IS 'Minutes since the article was first seen.';
COMMENT ON COLUMN main.corrections.words_added IS 'Words that were not there before.';
COMMENT ON COLUMN main.corrections.words_removed IS 'Words that are gone.';
COMMENT ON COLUMN main.corrections.is_silent IS 'True = the publisher did not move its modification time.';
COMMENT ON COLUMN main.corrections.word_diff IS 'The changes in one line: words before, [-removed-] {+added+}, parted by dots.';
COMMENT ON COLUMN main.corrections.changes IS 'The same as a list, see revisions.changes.';
