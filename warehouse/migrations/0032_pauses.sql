-- What a feed's document asked for last; a 304 does not repeat it.

ALTER TABLE state.rhythms ADD COLUMN ttl_seconds BIGINT;
ALTER TABLE state.rhythms ADD COLUMN skip_hours INTEGER[];
ALTER TABLE state.rhythms ADD COLUMN skip_days INTEGER[];
COMMENT ON COLUMN state.rhythms.ttl_seconds IS 'Seconds the document may be kept before it is asked for again; null = not said.';
COMMENT ON COLUMN state.rhythms.skip_hours IS 'Hours, 0 to 23, UTC, in which the publisher says nothing changes; null = not said.';
COMMENT ON COLUMN state.rhythms.skip_days IS 'Weekdays, Monday is 0, on which the publisher says nothing changes; null = not said.';
