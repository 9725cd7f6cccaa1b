-- Who is in the news, with whom, and who said what.

CREATE OR REPLACE VIEW main.entity_daily AS
SELECT day.published_date,
       day.entity_id,
       entity.name,
       entity.kind,
       entity.wikidata_id,
       day.articles,
       day.originals,
       day.outlets,
       day.mentions
FROM state.entity_days AS day
JOIN main.entities AS entity USING (entity_id);
COMMENT ON VIEW main.entity_daily IS 'One row per day and entity; grain (published_date, entity_id). How often each is in the news, copies counted and not counted; up to date as of the last publish.';
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
SELECT pair.published_date,
       pair.entity_id,
       pair.other_id,
       entity.name,
       other.name AS other_name,
       pair.articles,
       pair.originals
FROM (
    SELECT published_date, entity_id, other_id, articles, originals FROM state.pair_days
    UNION ALL
    SELECT published_date, other_id, entity_id, articles, originals FROM state.pair_days
) AS pair
JOIN main.entities AS entity ON entity.entity_id = pair.entity_id
JOIN main.entities AS other ON other.entity_id = pair.other_id;
COMMENT ON VIEW main.co_mentions IS 'One row per day and ordered pair of entities in the same article; grain (published_date, entity_id, other_id). Each pair stands in both orders: filter by one name. Up to date as of the last publish.';
COMMENT ON COLUMN main.co_mentions.published_date IS 'UTC day, see articles.';
COMMENT ON COLUMN main.co_mentions.entity_id IS 'See entities.';
COMMENT ON COLUMN main.co_mentions.other_id IS 'The other one, see entities.';
COMMENT ON COLUMN main.co_mentions.name IS 'Name of entity_id.';
COMMENT ON COLUMN main.co_mentions.other_name IS 'Name of other_id.';
COMMENT ON COLUMN main.co_mentions.articles IS 'Articles that mention both, copies included.';
COMMENT ON COLUMN main.co_mentions.originals IS 'Of those, articles that repeat no other.';

-- The speaker is known before the article is joined, so that a filter by speaker spares reading the headlines of all articles.
CREATE OR REPLACE VIEW main.who_said_what_by_outlet AS
SELECT article.published_date,
       article.outlet,
       said.speaker,
       said.quote,
       said.cue,
       (
           SELECT list(DISTINCT about.name ORDER BY about.name)
           FROM main.mentions AS mention
           JOIN main.entities AS about USING (entity_id)
           WHERE mention.article_id = said.article_id
             AND mention.region = 'text'
             AND mention.start_char >= said.start_char
             AND mention.end_char <= said.end_char
       ) AS about,
       said.entity_id,
       article.article_id,
       said.position,
       article.title,
       article.original_id
FROM (
    SELECT quote.article_id,
           quote.position,
           coalesce(entity.name, quote.speaker_name, quote.speaker) AS speaker,
           quote.entity_id,
           quote.quote,
           quote.cue,
           quote.start_char,
           quote.end_char
    FROM main.quotes AS quote
    LEFT JOIN main.entities AS entity ON entity.entity_id = quote.entity_id
    WHERE quote.kind = 'direct'
      AND (
          quote.speaker_name IS NOT NULL
          OR lower(quote.speaker) NOT IN (  -- of whom nobody could tell who it is: the quotation stays in quotes
              'he', 'she', 'they', 'it', 'er', 'sie', 'es', 'il', 'elle', 'on', 'ils', 'elles', 'él', 'ella', 'ellos', 'ellas',
              'lui', 'lei', 'loro', 'ele', 'ela', 'eles', 'elas', 'hij', 'zij', 'ze', 'han', 'hun', 'hon', 'ona', 'oni', 'αυτός',
              'αυτή', 'он', 'она', 'они', 'він', 'вона', 'вони', '他', '她', '他们', '她们'
          )
      )
) AS said
JOIN main.articles AS article USING (article_id);
COMMENT ON VIEW main.who_said_what_by_outlet IS 'One row per direct quotation with a known speaker in every article that prints it, copies too; a bare "she said" names nobody and stays in quotes; grain (article_id, position).';
COMMENT ON COLUMN main.who_said_what_by_outlet.published_date IS 'UTC day, see articles.';
COMMENT ON COLUMN main.who_said_what_by_outlet.outlet IS 'Publisher.';
COMMENT ON COLUMN main.who_said_what_by_outlet.speaker IS 'The speaker''s one name; as written where it is not linked.';
COMMENT ON COLUMN main.who_said_what_by_outlet.quote IS 'The words without quotation marks.';
COMMENT ON COLUMN main.who_said_what_by_outlet.cue IS 'said, according to, …; null if none.';
COMMENT ON COLUMN main.who_said_what_by_outlet.about IS 'Names of the entities mentioned inside the quotation; null if none.';
COMMENT ON COLUMN main.who_said_what_by_outlet.entity_id IS 'The speaker, see entities; null if unlinked.';
COMMENT ON COLUMN main.who_said_what_by_outlet.article_id IS 'See articles.';
COMMENT ON COLUMN main.who_said_what_by_outlet.position IS 'Order in the article, from 0.';
COMMENT ON COLUMN main.who_said_what_by_outlet.title IS 'Headline of the article.';
COMMENT ON COLUMN main.who_said_what_by_outlet.original_id IS 'Article that this one repeats; null = an original.';

CREATE OR REPLACE VIEW main.who_said_what AS
SELECT said.*
FROM main.who_said_what_by_outlet AS said
WHERE said.original_id IS NULL
   OR NOT EXISTS (
       FROM main.quotes AS first
       WHERE first.article_id = said.original_id AND first.kind = 'direct' AND first.quote = said.quote
   );
COMMENT ON VIEW main.who_said_what IS 'One row per direct quotation with a known speaker; grain (article_id, position). What a copy repeats of its original is not told again: who_said_what_by_outlet has every printing.';
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
