-- Counts by day that publish keeps up to date, so that trends and pairs answer at once at a million articles.
-- Analysts read them through the views entity_daily and co_mentions.

CREATE TABLE state.entity_days (
    published_date DATE NOT NULL,
    entity_id      BIGINT NOT NULL,
    articles       INTEGER NOT NULL,
    originals      INTEGER NOT NULL,
    outlets        INTEGER NOT NULL,
    mentions       INTEGER NOT NULL
);
COMMENT ON TABLE state.entity_days IS 'One row per day and entity; grain (published_date, entity_id). Made anew by publish for the days that loads touched.';
COMMENT ON COLUMN state.entity_days.published_date IS 'UTC day of articles.';
COMMENT ON COLUMN state.entity_days.entity_id IS 'See entities.';
COMMENT ON COLUMN state.entity_days.articles IS 'Articles that mention it, copies included.';
COMMENT ON COLUMN state.entity_days.originals IS 'Of those, articles that repeat no other.';
COMMENT ON COLUMN state.entity_days.outlets IS 'Outlets that mention it.';
COMMENT ON COLUMN state.entity_days.mentions IS 'Mentions in all those articles.';

CREATE TABLE state.pair_days (
    published_date DATE NOT NULL,
    entity_id      BIGINT NOT NULL,
    other_id       BIGINT NOT NULL,
    articles       INTEGER NOT NULL,
    originals      INTEGER NOT NULL
);
COMMENT ON TABLE state.pair_days IS 'One row per day and pair of entities in one article; grain (published_date, entity_id, other_id), entity_id < other_id.';
COMMENT ON COLUMN state.pair_days.published_date IS 'UTC day of articles.';
COMMENT ON COLUMN state.pair_days.entity_id IS 'See entities.';
COMMENT ON COLUMN state.pair_days.other_id IS 'See entities.';
COMMENT ON COLUMN state.pair_days.articles IS 'Articles that mention both, copies included.';
COMMENT ON COLUMN state.pair_days.originals IS 'Of those, articles that repeat no other.';
