-- A habit counts the five minutes of the hour, too: many publishers keep to the clock.

COMMENT ON COLUMN state.rhythms.habit IS 'Decayed counts of entries: 24 by hour (UTC), 7 by weekday, Monday first, 12 by five minutes of the hour (older habits have 31); null = nothing learnt.';
COMMENT ON COLUMN state.rhythms.burst IS 'Decayed count of the newest entries that the habit does not explain, fading by half every three hours, as of succeeded_at; null = 0.';
