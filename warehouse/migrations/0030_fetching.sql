-- What fetching remembers between runs: a feed's habit, hosts that asked to be left alone or are down, robots.txt files.

ALTER TABLE state.rhythms ADD COLUMN entries_per_day DOUBLE;
ALTER TABLE state.rhythms ADD COLUMN habit DOUBLE[];
ALTER TABLE state.rhythms ADD COLUMN distrusts_validators BOOLEAN;
COMMENT ON COLUMN state.rhythms.entries_per_day IS 'New entries a day, measured; null = not yet.';
COMMENT ON COLUMN state.rhythms.habit IS 'Decayed counts of entries: 24 by hour (UTC), then 7 by weekday, Monday first; null = nothing learnt.';
COMMENT ON COLUMN state.rhythms.distrusts_validators IS 'True = the server said "not modified" while the body had changed: it is asked unconditionally; null = false.';

CREATE TABLE state.hosts (
    host         VARCHAR NOT NULL,
    held_until   TIMESTAMPTZ,
    holds        INTEGER NOT NULL,
    down_until   TIMESTAMPTZ,
    downs        INTEGER NOT NULL,
    slow_answers INTEGER NOT NULL
);
COMMENT ON TABLE state.hosts IS 'One row per host with something against it; grain host. A host that answers well has none.';
COMMENT ON COLUMN state.hosts.host IS 'Host name, lower case.';
COMMENT ON COLUMN state.hosts.held_until IS 'Asked nothing before, UTC: it answered 429, or 503 with Retry-After; null = not held.';
COMMENT ON COLUMN state.hosts.holds IS 'Such answers in a row.';
COMMENT ON COLUMN state.hosts.down_until IS 'Asked nothing before, UTC: it could not be reached; null = not down.';
COMMENT ON COLUMN state.hosts.downs IS 'Failures to reach it in a row.';
COMMENT ON COLUMN state.hosts.slow_answers IS 'Time-outs in a row.';

CREATE TABLE state.robots (
    origin     VARCHAR NOT NULL,
    text       VARCHAR,
    expires_at TIMESTAMPTZ NOT NULL,
    fetched_at TIMESTAMPTZ NOT NULL
);
COMMENT ON TABLE state.robots IS 'One row per origin whose robots.txt is known; grain origin.';
COMMENT ON COLUMN state.robots.origin IS 'Scheme, host and port: https://example.com.';
COMMENT ON COLUMN state.robots.text IS 'The file as it was; null = unreachable, which forbids everything (RFC 9309).';
COMMENT ON COLUMN state.robots.expires_at IS 'Asked for again after, UTC.';
COMMENT ON COLUMN state.robots.fetched_at IS 'When the text was last confirmed, or when being unreachable began, UTC.';
