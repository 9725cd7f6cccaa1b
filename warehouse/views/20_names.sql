-- Who is in the news, with whom, and who said what.

CREATE OR REPLACE VIEW main.entity_daily AS
SELECT article.published_date,
       mention.entity_id,
       entity.name,
       entity.kind,
       entity.wikidata_id,
       count(DISTINCT article.article_id) AS articles,
       count(DISTINCT article.article_id) FILTER (WHERE article.original_id IS NULL) AS originals,
       count(DISTINCT article.outlet) AS outlets,
       count(*) AS mentions
FROM main.mentions AS mention
JOIN main.articles AS article USING (article_id)
JOIN main.entities AS entity USING (entity_id)
GROUP BY ALL;
COMMENT ON VIEW main.entity_daily IS 'One row per day and entity; grain (published_date, entity_id). How often each is in the news, copies counted and not counted.';
COMMENT ON COLUMN main.entity_daily.published_date IS 'UTC day, see articles.';
COMMENT ON COLUMN main.entity_daily.entity_id IS 'See entities.';
COMMENT ON COLUMN main.entity_daily.name IS 'Its name.';
COMMENT ON COLUMN main.entity_daily.kind IS 'person, organization, place, event, work or other.';
COMMENT ON COLUMN main.entity_daily.wikidata_id IS 'Q-number; null if unknown.';
COMMENT ON COLUMN main.entity_daily.articles IS 'Articles that mention it, copies included.';
COMMENT ON COLUMN main.entity_daily.originals IS 'Articles that mention it and repeat no other article: each text once.';
COMMENT ON COLUMN main.entity_daily.outlets IS 'Outlets that mention it.';
COMMENT ON COLUMN main.entity_daily.mentions IS 'Mentions in all those articles.';

CREATE OR REPLACE VIEW main.co_mentions AS
SELECT article.published_date,
       one.entity_id,
       other.entity_id AS other_id,
       entity.name,
       other_entity.name AS other_name,
       count(*) AS articles,
       count(*) FILTER (WHERE article.original_id IS NULL) AS originals
FROM (SELECT DISTINCT article_id, entity_id FROM main.mentions WHERE entity_id IS NOT NULL) AS one
JOIN (SELECT DISTINCT article_id, entity_id FROM main.mentions WHERE entity_id IS NOT NULL) AS other
  ON other.article_id = one.article_id AND other.entity_id <> one.entity_id
JOIN main.articles AS article ON article.article_id = one.article_id
JOIN main.entities AS entity ON entity.entity_id = one.entity_id
JOIN main.entities AS other_entity ON other_entity.entity_id = other.entity_id
GROUP BY ALL;
COMMENT ON VIEW main.co_mentions IS 'One row per day and ordered pair of entities in the same article; grain (published_date, entity_id, other_id). Each pair stands in both orders: filter by one name.';
COMMENT ON COLUMN main.co_mentions.published_date IS 'UTC day, see articles.';
COMMENT ON COLUMN main.co_mentions.entity_id IS 'See entities.';
COMMENT ON COLUMN main.co_mentions.other_id IS 'The other one, see entities.';
COMMENT ON COLUMN main.co_mentions.name IS 'Name of entity_id.';
COMMENT ON COLUMN main.co_mentions.other_name IS 'Name of other_id.';
COMMENT ON COLUMN main.co_mentions.articles IS 'Articles that mention both, copies included.';
COMMENT ON COLUMN main.co_mentions.originals IS 'Of those, articles that repeat no other.';

CREATE OR REPLACE VIEW main.who_said_what AS
SELECT article.published_date,
       article.outlet,
       coalesce(entity.name, quote.speaker_name, quote.speaker) AS speaker,
       quote.quote,
       quote.cue,
       (
           SELECT list(DISTINCT about.name ORDER BY about.name)
           FROM main.mentions AS mention
           JOIN main.entities AS about USING (entity_id)
           WHERE mention.article_id = quote.article_id
             AND mention.region = 'text'
             AND mention.start_char >= quote.start_char
             AND mention.end_char <= quote.end_char
       ) AS about,
       quote.entity_id,
       article.article_id,
       quote.position,
       article.title,
       article.original_id
FROM main.quotes AS quote
JOIN main.articles AS article USING (article_id)
LEFT JOIN main.entities AS entity ON entity.entity_id = quote.entity_id
WHERE quote.kind = 'direct' AND coalesce(quote.speaker_name, quote.speaker) IS NOT NULL;
COMMENT ON VIEW main.who_said_what IS 'One row per direct quotation with a known speaker; grain (article_id, position). Add original_id IS NULL to count each text once.';
COMMENT ON COLUMN main.who_said_what.published_date IS 'UTC day, see articles.';
COMMENT ON COLUMN main.who_said_what.outlet IS 'Publisher.';
COMMENT ON COLUMN main.who_said_what.speaker IS 'The speaker''s one name; as written where it is not linked.';
COMMENT ON COLUMN main.who_said_what.quote IS 'The words without quotation marks.';
COMMENT ON COLUMN main.who_said_what.cue IS 'said, according to, …; null if none.';
COMMENT ON COLUMN main.who_said_what.about IS 'Names of the entities mentioned inside the quotation; null if none.';
COMMENT ON COLUMN main.who_said_what.entity_id IS 'The speaker, see entities; null if unlinked.';
COMMENT ON COLUMN main.who_said_what.article_id IS 'See articles.';
COMMENT ON COLUMN main.who_said_what.position IS 'Order in the article, from 0.';
COMMENT ON COLUMN main.who_said_what.title IS 'Headline of the article.';
COMMENT ON COLUMN main.who_said_what.original_id IS 'Article that this one repeats; null = an original.';
