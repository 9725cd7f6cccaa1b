-- The day that an outlet puts on its story, in its own zone: published_at is an instant, and its day in UTC is another one at the borders of zones.

ALTER TABLE main.articles ADD COLUMN dated_on DATE;
ALTER TABLE main.articles ADD COLUMN dated_on_source VARCHAR;
COMMENT ON COLUMN main.articles.dated_on IS 'Day that the outlet puts on the story, in its own zone (datePublished as written); the last change where a page shows readers no other. Cite by it, filter by published_date. Null if no date is known, or the row was made before extractor version 3: rebuild fills it.';
COMMENT ON COLUMN main.articles.dated_on_source IS 'Who tells that day: shown (at the head of the story), declared (a date with its offset), url, zone (another date tells the offset), published_at (its day in UTC); null as dated_on.';
