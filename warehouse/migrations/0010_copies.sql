-- The memory of copies. Everything here is derived from main.articles and can be made again with `newsloom rebuild`.
-- No index: an ART index on copy_postings makes the file six times and an append 57 times as dear, and a lookup no cheaper.

CREATE TABLE state.fingerprints (
    article_id          BIGINT NOT NULL,
    fingerprint_version SMALLINT NOT NULL,
    text_hash           BIGINT NOT NULL,
    token_count         INTEGER NOT NULL,
    dated_on            DATE NOT NULL
);
COMMENT ON TABLE state.fingerprints IS 'One row per article whose copies were looked for; grain article_id.';
COMMENT ON COLUMN state.fingerprints.article_id IS 'Id of the article.';
COMMENT ON COLUMN state.fingerprints.fingerprint_version IS 'Version of the sketch; rows of another version are made again from the stored text.';
COMMENT ON COLUMN state.fingerprints.text_hash IS 'Hash of the words in order; equal for texts that differ in no word.';
COMMENT ON COLUMN state.fingerprints.token_count IS 'Words of the text; characters in scripts without spaces.';
COMMENT ON COLUMN state.fingerprints.dated_on IS 'UTC day of publication, or of the first sight.';

CREATE TABLE state.copy_postings (
    hash       BIGINT NOT NULL,
    article_id BIGINT NOT NULL,
    dated_on   DATE NOT NULL
);
COMMENT ON TABLE state.copy_postings IS 'One row per winnowed shingle a cluster holds; grain (hash, cluster), named by the article that brought it. In order of arrival, so that a window of days reads a part of it.';
COMMENT ON COLUMN state.copy_postings.hash IS 'Hash of five words (ten characters in scripts without spaces), 63 bits.';
COMMENT ON COLUMN state.copy_postings.article_id IS 'The article that brought the shingle into its cluster.';
COMMENT ON COLUMN state.copy_postings.dated_on IS 'UTC day of that article.';

CREATE TABLE state.copy_crowded (
    hash     BIGINT NOT NULL,
    found_at TIMESTAMPTZ NOT NULL
);
COMMENT ON TABLE state.copy_crowded IS 'One row per shingle that stands in too many different stories to mean anything: boilerplate. Never looked up again.';
COMMENT ON COLUMN state.copy_crowded.hash IS 'Hash of the shingle.';
COMMENT ON COLUMN state.copy_crowded.found_at IS 'When it was found to be boilerplate, UTC.';

CREATE TABLE state.copy_members (
    article_id BIGINT NOT NULL,
    cluster_id BIGINT NOT NULL,
    kind       VARCHAR,
    via_id     BIGINT,
    joined_at  TIMESTAMPTZ NOT NULL
);
COMMENT ON TABLE state.copy_members IS 'One row per article that has a copy or is one; grain article_id. An article without a row stands alone.';
COMMENT ON COLUMN state.copy_members.article_id IS 'Id of the article.';
COMMENT ON COLUMN state.copy_members.cluster_id IS 'Its cluster: the id of the member that was seen first.';
COMMENT ON COLUMN state.copy_members.kind IS 'Kind of the copy when it joined; null for the member that began the cluster.';
COMMENT ON COLUMN state.copy_members.via_id IS 'The member it was compared with; null for the one that began the cluster.';
COMMENT ON COLUMN state.copy_members.joined_at IS 'When it joined, UTC.';

CREATE TABLE state.copy_clusters (
    cluster_id  BIGINT NOT NULL,
    head_id     BIGINT NOT NULL,
    head_reason VARCHAR NOT NULL,
    size        INTEGER NOT NULL
);
COMMENT ON TABLE state.copy_clusters IS 'One row per cluster of at least two articles; grain cluster_id.';
COMMENT ON COLUMN state.copy_clusters.cluster_id IS 'Id of the member that was seen first; never changes.';
COMMENT ON COLUMN state.copy_clusters.head_id IS 'The probable original.';
COMMENT ON COLUMN state.copy_clusters.head_reason IS 'Why the head is held for the original.';
COMMENT ON COLUMN state.copy_clusters.size IS 'Number of members.';

CREATE TABLE state.copy_moves (
    cluster_id      BIGINT NOT NULL,
    from_id         BIGINT NOT NULL,
    to_id           BIGINT NOT NULL,
    reason          VARCHAR NOT NULL,
    moved_at        TIMESTAMPTZ NOT NULL,
    from_cluster_id BIGINT
);
COMMENT ON TABLE state.copy_moves IS 'One row per change of a cluster''s head, append-only: a better original turned up, or two clusters proved to be one.';
COMMENT ON COLUMN state.copy_moves.cluster_id IS 'The cluster.';
COMMENT ON COLUMN state.copy_moves.from_id IS 'The head before.';
COMMENT ON COLUMN state.copy_moves.to_id IS 'The head since.';
COMMENT ON COLUMN state.copy_moves.reason IS 'Why, for people.';
COMMENT ON COLUMN state.copy_moves.moved_at IS 'When, UTC.';
COMMENT ON COLUMN state.copy_moves.from_cluster_id IS 'The cluster that was taken in; null where only the head moved.';
