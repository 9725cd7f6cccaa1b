-- How the pipeline and its sources fare. Time is counted to the last run, not to now: a copy opened next year says the same.

CREATE OR REPLACE VIEW main.freshness AS
WITH clock AS (
    SELECT coalesce((SELECT max(coalesce(finished_at, started_at)) FROM main.runs), (SELECT max(first_seen_at) FROM main.articles)) AS as_of
),
-- What one poll brings is one arrival: a habit shows in the hours between arrivals, not in the seconds between the articles of one.
arrivals AS (
    SELECT outlet,
           date_trunc('hour', first_seen_at) AS hour,
           max(first_seen_at) AS last_article_at,
           count(*) AS articles
    FROM main.articles, clock
    WHERE first_seen_at > as_of - INTERVAL 30 DAY
    GROUP BY ALL
),
gaps AS (
    SELECT *, (epoch_us(hour) - epoch_us(lag(hour) OVER (PARTITION BY outlet ORDER BY hour))) / 3.6e9 AS gap_hours
    FROM arrivals
),
habits AS (
    SELECT outlet,
           max(last_article_at) AS last_article_at,
           sum(articles)::BIGINT AS articles_30d,
           count(*) AS arrivals_30d,
           quantile_cont(gap_hours, 0.95) AS usual_gap_hours
    FROM gaps
    GROUP BY outlet
)
SELECT outlet,
       last_article_at,
       as_of,
       round((epoch_us(as_of) - epoch_us(last_article_at)) / 3.6e9, 2) AS silent_hours,
       round(usual_gap_hours, 2) AS usual_gap_hours,
       articles_30d,
       arrivals_30d >= 5 AND (epoch_us(as_of) - epoch_us(last_article_at)) / 3.6e9 > greatest(2 * usual_gap_hours, 6) AS is_silent
FROM habits, clock;
COMMENT ON VIEW main.freshness IS 'One row per outlet with articles in the last 30 days; grain outlet. Who has fallen silent against its own habit.';
COMMENT ON COLUMN main.freshness.outlet IS 'Publisher.';
COMMENT ON COLUMN main.freshness.last_article_at IS 'When its last article was first seen, UTC.';
COMMENT ON COLUMN main.freshness.as_of IS 'End of the last run, UTC: silence is counted to here.';
COMMENT ON COLUMN main.freshness.silent_hours IS 'Hours since the last article.';
COMMENT ON COLUMN main.freshness.usual_gap_hours IS '95 of 100 gaps between the hours in which it published were shorter, hours; null with fewer than two such hours.';
COMMENT ON COLUMN main.freshness.articles_30d IS 'Articles in the last 30 days.';
COMMENT ON COLUMN main.freshness.is_silent IS 'True = silent for over twice its usual gap and over 6 hours; judged from five such hours on.';

CREATE OR REPLACE VIEW main.feed_health AS
WITH clock AS (
    SELECT max(coalesce(finished_at, started_at)) AS as_of FROM main.runs
),
recent AS (
    SELECT feed_url,
           count(*) FILTER (WHERE changed_at > as_of - INTERVAL 7 DAY) AS entries_7d,
           count(*) FILTER (WHERE status = 'pending') AS entries_pending,
           count(*) FILTER (WHERE status = 'failed') AS entries_failed,
           count(*) FILTER (WHERE first_seen_at > as_of - INTERVAL 30 DAY) / 30.0 AS entries_a_day
    FROM state.entries, clock
    GROUP BY feed_url
)
SELECT feed.feed_url,
       feed.outlet,
       CASE
           WHEN coalesce(rhythm.is_gone, false) THEN 'gone'
           WHEN feed.is_muted THEN 'muted'
           WHEN coalesce(rhythm.polls, 0) = 0 THEN 'never polled'
           WHEN rhythm.failures > 0 THEN 'failing'
           WHEN recent.entries_a_day > 0 AND epoch(as_of - rhythm.new_entry_at) / 86400 > greatest(3 / recent.entries_a_day, 1) THEN 'silent'
           ELSE 'ok'
       END AS health,
       rhythm.last_error,
       rhythm.failures,
       rhythm.polled_at,
       rhythm.succeeded_at,
       rhythm.new_entry_at,
       rhythm.next_poll_at,
       coalesce(rhythm.interval_seconds, feed.interval_seconds) AS interval_seconds,
       coalesce(recent.entries_7d, 0) AS entries_7d,
       round(coalesce(recent.entries_a_day, 0), 2) AS entries_a_day,
       coalesce(recent.entries_pending, 0) AS entries_pending,
       coalesce(recent.entries_failed, 0) AS entries_failed,
       rhythm.moved_to
FROM main.feeds AS feed
CROSS JOIN clock
LEFT JOIN state.rhythms AS rhythm USING (feed_url)
LEFT JOIN recent USING (feed_url);
COMMENT ON VIEW main.feed_health IS 'One row per subscription; grain feed_url. How it fares: what fails, why, and what has fallen silent against its own habit.';
COMMENT ON COLUMN main.feed_health.feed_url IS 'See feeds.';
COMMENT ON COLUMN main.feed_health.outlet IS 'Publisher.';
COMMENT ON COLUMN main.feed_health.health IS 'ok, failing, silent (nothing new for three times its usual gap and over a day), never polled, muted or gone.';
COMMENT ON COLUMN main.feed_health.last_error IS 'Why the last poll failed; null after a success.';
COMMENT ON COLUMN main.feed_health.failures IS 'Consecutive failures, weighted; 0 after a success; null if never polled.';
COMMENT ON COLUMN main.feed_health.polled_at IS 'Last poll, UTC; null if never.';
COMMENT ON COLUMN main.feed_health.succeeded_at IS 'Last poll that was answered, UTC; null if never.';
COMMENT ON COLUMN main.feed_health.new_entry_at IS 'Last poll that brought something new, UTC; null if never.';
COMMENT ON COLUMN main.feed_health.next_poll_at IS 'Next poll, UTC; null = at once.';
COMMENT ON COLUMN main.feed_health.interval_seconds IS 'Current polling interval, seconds; null if never polled.';
COMMENT ON COLUMN main.feed_health.entries_7d IS 'New or changed entries in the 7 days before the last run.';
COMMENT ON COLUMN main.feed_health.entries_a_day IS 'New entries a day, mean of 30 days.';
COMMENT ON COLUMN main.feed_health.entries_pending IS 'Entries whose page is still to be fetched.';
COMMENT ON COLUMN main.feed_health.entries_failed IS 'Entries given up after six tries.';
COMMENT ON COLUMN main.feed_health.moved_to IS 'Where a repeating redirect points; null if nowhere.';
